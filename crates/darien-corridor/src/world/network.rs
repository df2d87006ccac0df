//! The corridor as a graph: places, legs, and which lever acts on which leg.

use crate::data;
use crate::units::Span;
use std::sync::OnceLock;

macro_rules! codes {
    ($name:ident, $doc:literal, [$( $variant:ident = $text:literal ),* $(,)?]) => {
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $( #[doc = $text] $variant, )* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[Self] = &[ $( Self::$variant, )* ];

            /// Name as it stands in levers and tables.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }

            /// The one of a name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|x| x.code() == code)
            }
        }
    };
}

codes!(
    Pool,
    "A daily capacity that legs share; the lever is `capacity.<pool>`.",
    [
        GulfBoats = "gulf_boats",
        CarretoBoats = "carreto_boats",
        VipBoats = "vip_boats",
        PacificBoats = "pacific_boats",
        SanAndresBoats = "san_andres_boats",
        ManaguaFlights = "managua_flights",
        Canoes = "canoes",
        PanamaBuses = "panama_buses",
        CostaRicaBuses = "costa_rica_buses",
    ]
);
codes!(
    Trail,
    "A way that a scenario can open, close or guide; the lever is `trail.<trail>`.",
    [
        Acandi = "acandi",
        Capurgana = "capurgana",
        Carreto = "carreto",
        Vip = "vip",
        Pacific = "pacific",
        SanAndres = "san_andres",
    ]
);
codes!(
    Control,
    "A place of enforcement; the lever is `enforcement.<control>`.",
    [
        Darien = "darien",
        ColombiaCoast = "colombia_coast",
        PanamaExit = "panama_exit",
        CostaRica = "costa_rica",
        Nicaragua = "nicaragua",
        Honduras = "honduras",
        Guatemala = "guatemala",
        Mexico = "mexico",
        UsBorder = "us_border",
    ]
);
codes!(
    VisaCountry,
    "A country that lets a nationality fly in or not; the lever is `visa.<country>.<nationality>`.",
    [Mexico = "MEX", Ecuador = "ECU", Nicaragua = "NIC", Brazil = "BRA",]
);
codes!(
    Station,
    "A reception station with beds; the lever is `capacity.<station>`.",
    [BajoChiquito = "bajo_chiquito", LajasBlancas = "lajas_blancas", SanVicente = "san_vicente",]
);
codes!(
    Region,
    "Where harm is counted.",
    [Darien = "darien", Sea = "sea", Mexico = "mexico", Elsewhere = "elsewhere",]
);

/// Steps of a table of leg durations.
const DURATION_STEPS: usize = 256;

/// A way from one place to another, with what acts on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Id of the leg table.
    pub id: &'static str,
    /// Place where it starts.
    pub from: u8,
    /// Place where it ends.
    pub to: u8,
    /// Typical time, days.
    pub days: f64,
    /// Typical price, USD a person.
    pub price: f64,
    /// Part of the price that goes to boats, guides and smugglers.
    pub paid_share: f64,
    /// Daily capacity that it shares.
    pub pool: Option<Pool>,
    /// Trail lever that opens and closes it.
    pub trail: Option<Trail>,
    /// Control passed at its end.
    pub control: Option<Control>,
    /// Country whose visa it needs.
    pub visa: Option<VisaCountry>,
    /// Where harm on it is counted.
    pub region: Region,
    /// Recorded deaths per person.
    pub death_recorded: f64,
    /// Chance of abuse per person.
    pub abuse: f64,
    /// First and last day of use, counted from the start of the simulation.
    pub active: (i64, i64),
    /// Leads south.
    pub south: bool,
    durations: Box<[f32]>,
}

impl Leg {
    /// Days that the leg takes for a random word: lognormal around the typical time so that the high end of the
    /// table is its 99.9 % quantile, cut at both ends of the range.
    #[inline]
    pub fn draw_days(&self, word: u32) -> f64 {
        f64::from(self.durations[(word >> 24) as usize])
    }

    /// Whether its end is the entry into Panama through the Darién.
    #[inline]
    pub fn is_crossing(&self) -> bool {
        self.trail.is_some() && self.control == Some(Control::Darien)
    }

    /// Whether its end is where a closure of its trail is held: the crossing, or the boats of a way around by sea.
    #[inline]
    pub fn passes_closure(&self) -> bool {
        self.is_crossing() || (self.trail == Some(Trail::SanAndres) && self.pool.is_some())
    }

    /// Whether the leg is part of the world on a day (levers may still close it).
    #[inline]
    pub fn active_on(&self, day: usize) -> bool {
        (self.active.0..=self.active.1).contains(&(day as i64))
    }
}

fn durations(low: f64, typical: f64, high: f64) -> Box<[f32]> {
    let sigma = (high / typical).ln().max(0.0) / 3.0;
    (0..DURATION_STEPS)
        .map(|i| {
            let z = crate::random::sample::normal_quantile((i as f64 + 0.5) / DURATION_STEPS as f64);
            ((typical * (sigma * z).exp()).clamp(low, high)) as f32
        })
        .collect()
}

#[derive(Debug, serde::Deserialize)]
struct Binding {
    leg: String,
    pool: Option<String>,
    trail: Option<String>,
    control: Option<String>,
    visa: Option<String>,
    region: String,
    paid_share: f64,
}

/// Places and legs of the corridor.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Ids of the places.
    pub places: Vec<&'static str>,
    /// The legs.
    pub legs: Vec<Leg>,
    /// Legs that lead north from each place.
    pub north: Vec<Vec<u8>>,
    /// The leg that leads south from each place, where there is one.
    pub south: Vec<Option<u8>>,
    /// Places with each place after all that it leads to by northward legs: the order for cost to go.
    pub order: Vec<u8>,
    /// The US border.
    pub goal: u8,
}

impl Network {
    /// The corridor of the shipped tables; dates are counted from the start of `span`. Legs that open after `known` are
    /// left out of use, and those that close after it stay: what happened later was not known. None stands for the
    /// end of the data.
    pub fn corridor(span: Span, known: Option<chrono::NaiveDate>) -> Self {
        static BINDINGS: OnceLock<Vec<Binding>> = OnceLock::new();
        let bindings: &'static [Binding] = BINDINGS.get_or_init(|| data::rows("world/corridor.csv"));
        let mut places: Vec<&'static str> = Vec::new();
        let mut legs = Vec::new();
        let known_until = known.unwrap_or_else(|| data::vintage().last_day());
        for b in bindings {
            let Some(row) = data::leg(&b.leg) else { continue };
            let mut place = |id: &'static str| {
                places.iter().position(|p| *p == id).unwrap_or_else(|| {
                    places.push(id);
                    places.len() - 1
                }) as u8
            };
            let south = row.route == "reverse";
            let from_day = match row.active_from.filter(|_| !south) {
                Some(d) if known.is_some() && d > known_until => i64::MAX,
                Some(d) => span.index(d),
                None => i64::MIN,
            };
            let to_day = row.active_to.filter(|d| *d <= known_until).map_or(i64::MAX, |d| span.index(d));
            legs.push(Leg {
                id: &row.id,
                from: place(&row.from),
                to: place(&row.to),
                days: row.days.typical,
                price: row.price.typical,
                paid_share: b.paid_share,
                pool: b.pool.as_deref().and_then(Pool::from_code),
                trail: b.trail.as_deref().and_then(Trail::from_code),
                control: b.control.as_deref().and_then(Control::from_code),
                visa: b.visa.as_deref().and_then(VisaCountry::from_code),
                region: Region::from_code(&b.region).unwrap_or(Region::Elsewhere),
                death_recorded: row.deaths_per_1000_recorded.unwrap_or(0.0) / 1000.0,
                abuse: row.abuse.map_or(0.0, |a| a.typical),
                active: (from_day, to_day),
                south,
                durations: durations(row.days.low, row.days.typical, row.days.high),
            });
        }
        Self::assemble(places, legs)
    }

    fn assemble(places: Vec<&'static str>, legs: Vec<Leg>) -> Self {
        let mut north = vec![Vec::new(); places.len()];
        let mut south = vec![None; places.len()];
        for (i, leg) in legs.iter().enumerate() {
            if leg.south {
                south[usize::from(leg.from)] = Some(i as u8);
            } else {
                north[usize::from(leg.from)].push(i as u8);
            }
        }
        let goal = places.iter().position(|p| *p == "USA").unwrap_or(0) as u8;
        let mut order = Vec::new();
        let mut seen = vec![false; places.len()];
        for place in 0..places.len() {
            visit(place, &legs, &north, &mut seen, &mut order);
        }
        Self { places, legs, north, south, order, goal }
    }

    /// Whether some way north from a place leads through the Darién.
    pub fn reaches_crossing(&self, place: u8) -> bool {
        self.north[usize::from(place)].iter().any(|&l| {
            let leg = &self.legs[usize::from(l)];
            leg.is_crossing() || self.reaches_crossing(leg.to)
        })
    }

    /// Typical days from each place to Panama by the Darién, by the quickest way; infinite where none leads there.
    pub fn days_to_darien(&self) -> Vec<f64> {
        let mut days = vec![f64::INFINITY; self.places.len()];
        for &place in &self.order {
            let by = |l: &u8| {
                let leg = &self.legs[usize::from(*l)];
                leg.days + if leg.is_crossing() { 0.0 } else { days[usize::from(leg.to)] }
            };
            days[usize::from(place)] =
                self.north[usize::from(place)].iter().map(by).fold(f64::INFINITY, f64::min);
        }
        days
    }

    /// Places that roads and boats join to a place without a trail or a flight that asks for a visa.
    pub fn by_road(&self, place: u8) -> Vec<bool> {
        let mut joined = vec![false; self.places.len()];
        let mut open = vec![place];
        while let Some(here) = open.pop() {
            if std::mem::replace(&mut joined[usize::from(here)], true) {
                continue;
            }
            for leg in self.legs.iter().filter(|leg| leg.trail.is_none() && leg.visa.is_none() && !leg.south)
            {
                if leg.from == here {
                    open.push(leg.to);
                } else if leg.to == here {
                    open.push(leg.from);
                }
            }
        }
        joined
    }

    /// The southward legs from a place to their end.
    fn southward(&self, place: u8) -> impl Iterator<Item = &Leg> {
        let next = |place: u8| self.south[usize::from(place)].map(|l| &self.legs[usize::from(l)]);
        std::iter::successors(next(place), move |leg| next(leg.to)).take(self.legs.len())
    }

    /// Price of the way along the southward legs from a place to their end, USD a person.
    pub fn fare_south(&self, place: u8) -> f64 {
        self.southward(place).map(|leg| leg.price).sum()
    }

    /// Where the southward legs from a place end.
    pub fn end_of_south(&self, place: u8) -> u8 {
        self.southward(place).last().map_or(place, |leg| leg.to)
    }

    /// Position of a place.
    pub fn place(&self, id: &str) -> Option<u8> {
        self.places.iter().position(|p| *p == id).map(|p| p as u8)
    }
}

/// Depth-first: a place enters the order after all that it leads to.
fn visit(place: usize, legs: &[Leg], north: &[Vec<u8>], seen: &mut [bool], order: &mut Vec<u8>) {
    if std::mem::replace(&mut seen[place], true) {
        return;
    }
    for &leg in &north[place] {
        visit(usize::from(legs[usize::from(leg)].to), legs, north, seen, order);
    }
    order.push(place as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> Network {
        let d = |s: &str| s.parse().unwrap();
        Network::corridor(Span { from: d("2021-01-01"), until: d("2024-12-31") }, None)
    }

    #[test]
    fn the_tables_bind_every_leg_to_known_levers() {
        for b in data::rows::<Binding>("world/corridor.csv") {
            assert!(data::leg(&b.leg).is_some(), "{}", b.leg);
            assert!(b.pool.is_none_or(|p| Pool::from_code(&p).is_some()));
            assert!(b.trail.is_none_or(|p| Trail::from_code(&p).is_some()));
            assert!(b.control.is_none_or(|p| Control::from_code(&p).is_some()));
            assert!(b.visa.is_none_or(|p| VisaCountry::from_code(&p).is_some()));
            assert!(Region::from_code(&b.region).is_some());
        }
    }

    #[test]
    fn costs_to_go_can_be_computed_in_one_pass() {
        let n = network();
        let rank: Vec<usize> =
            (0..n.places.len()).map(|p| n.order.iter().position(|o| usize::from(*o) == p).unwrap()).collect();
        for leg in n.legs.iter().filter(|l| !l.south) {
            assert!(rank[usize::from(leg.to)] < rank[usize::from(leg.from)], "{}", leg.id);
        }
        assert_eq!(n.places[usize::from(n.goal)], "USA");
    }

    #[test]
    fn durations_have_the_typical_time_as_median() {
        for leg in &network().legs {
            let median = leg.draw_days(1 << 31);
            assert!((median / leg.days - 1.0).abs() < 0.05 || median <= leg.days, "{} {median}", leg.id);
        }
    }
}
