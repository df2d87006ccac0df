//! What is counted: the flows of a day, each tied to an outcome and a place.

use crate::world::conditions::N;
use crate::world::network::Trail;

macro_rules! flows {
    ($( $variant:ident = $outcome:literal, $place:literal; )*) => {
        /// A flow that is counted by nationality.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Flow { $( #[doc = concat!("`", $outcome, "` at `", $place, "`")] $variant, )* }

        /// Outcome and place of every flow.
        pub const FLOWS: &[(&str, &str)] = &[ $( ($outcome, $place), )* ];
    };
}

flows! {
    EntriesAcandi = "entries", "acandi";
    EntriesCapurgana = "entries", "capurgana";
    EntriesCarreto = "entries", "carreto";
    EntriesVip = "entries", "vip";
    EntriesPacific = "entries", "pacific";
    BypassMexicoAir = "bypass", "mexico_air";
    BypassManaguaAir = "bypass", "managua_air";
    BypassSanAndres = "bypass", "san_andres_sea";
    Intents = "intents", "origin";
    Renewed = "renewed", "origin";
    Lapsed = "lapsed", "origin";
    Departures = "departures", "origin";
    Lawful = "lawful", "origin";
    Arrivals = "us_arrivals", "us_border";
    Admissions = "us_admissions", "us_border";
    SettledMexico = "settled", "mexico";
    ReturnedPanama = "returned", "panama";
    ReturnedUs = "returned", "us";
    ReturnedMexico = "returned", "mexico";
    BackDarien = "turned_back", "darien";
    BackColombiaCoast = "turned_back", "colombia_coast";
    BackPanamaExit = "turned_back", "panama_exit";
    BackCostaRica = "turned_back", "costa_rica";
    BackNicaragua = "turned_back", "nicaragua";
    BackHonduras = "turned_back", "honduras";
    BackGuatemala = "turned_back", "guatemala";
    BackMexico = "turned_back", "mexico";
    BackUsBorder = "turned_back", "us_border";
    SouthApproach = "southbound", "approach";
    SouthPanama = "southbound", "panama";
    SouthTransit = "southbound", "transit";
    SouthMexico = "southbound", "mexico";
    SouthSettled = "southbound", "settled";
    ReverseFlow = "reverse_flow", "panama";
    HomeAgain = "home_again", "origin";
    DeathsDarien = "deaths", "darien";
    DeathsSea = "deaths", "sea";
    DeathsMexico = "deaths", "mexico";
    DeathsElsewhere = "deaths", "elsewhere";
    AbuseDarien = "abuse", "darien";
    AbuseSea = "abuse", "sea";
    AbuseMexico = "abuse", "mexico";
    AbuseElsewhere = "abuse", "elsewhere";
    AbusedDarien = "abused", "darien";
    AbusedSea = "abused", "sea";
    AbusedMexico = "abused", "mexico";
    AbusedElsewhere = "abused", "elsewhere";
    Minors = "minors", "darien";
    Direct = "direct", "darien";
    Spending = "spending", "route";
    Smuggling = "smuggling_revenue", "route";
    LeftMexicoAir = "left_approach", "mexico_air";
    LeftManaguaAir = "left_approach", "managua_air";
    LeftSanAndres = "left_approach", "san_andres_sea";
    LeftStopped = "left_approach", "stopped";
    LeftReturned = "left_approach", "returned";
    LeftDied = "left_approach", "died";
}

/// Number of flows.
pub const FLOW_COUNT: usize = FLOWS.len();

impl Flow {
    /// The flow `offset` places after this one in the list.
    pub fn plus(self, offset: usize) -> usize {
        self as usize + offset
    }
}

/// Counts of one day: agents (or agent-dollars) by flow and nationality, and totals of persons and of USD.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Flows by nationality, `flows[flow * N + nationality]`. People are counted in agents of their nationality.
    pub flows: Vec<i64>,
    /// Persons who boarded a boat of the gulf.
    pub boarded: i64,
    /// Person-days that they had waited.
    pub waited_days: f64,
    /// Price of the crossing times persons who crossed, USD.
    pub crossing_price: f64,
    /// Flights that left, by operator.
    pub flights: [f64; 3],
    /// Seats that operators offered.
    pub seats: [f64; 3],
    /// USD spent by payer and kind; see [`COSTS`].
    pub costs: [f64; COSTS.len()],
    /// Person-nights at stations beyond their beds.
    pub nights_over: f64,
}

/// Payer and kind of each public cost.
pub const COSTS: [&str; 9] = [
    "us.flights",
    "mexico.flights",
    "panama.reception",
    "panama.control",
    "transit.control",
    "us.control",
    "donors.aid",
    "panama.closure",
    "us.processing",
];

impl Default for Tally {
    fn default() -> Self {
        Self {
            flows: vec![0; FLOW_COUNT * N],
            boarded: 0,
            waited_days: 0.0,
            crossing_price: 0.0,
            flights: [0.0; 3],
            seats: [0.0; 3],
            costs: [0.0; COSTS.len()],
            nights_over: 0.0,
        }
    }
}

impl Tally {
    /// Sets everything to zero for a new day.
    pub fn clear(&mut self) {
        self.flows.fill(0);
        self.boarded = 0;
        self.waited_days = 0.0;
        self.crossing_price = 0.0;
        self.flights = [0.0; 3];
        self.seats = [0.0; 3];
        self.costs = [0.0; COSTS.len()];
        self.nights_over = 0.0;
    }

    /// Adds to a flow by its position.
    #[inline]
    pub fn add_at(&mut self, flow: usize, nationality: u8, amount: i64) {
        self.flows[flow * N + usize::from(nationality)] += amount;
    }

    /// Adds to a flow.
    #[inline]
    pub fn add(&mut self, flow: Flow, nationality: u8, amount: i64) {
        self.add_at(flow as usize, nationality, amount);
    }

    /// Agents of a nationality who entered the Darién, by all trails.
    pub fn entries(&self, nationality: usize) -> i64 {
        (0..=Trail::Pacific as usize).map(|t| self.flows[Flow::EntriesAcandi.plus(t) * N + nationality]).sum()
    }

    /// The count of a flow.
    pub fn get(&self, flow: Flow, nationality: usize) -> i64 {
        self.flows[flow as usize * N + nationality]
    }
}
