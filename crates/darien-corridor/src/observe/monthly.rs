//! The monthly outcomes of a run: every flow, stock and cost by place and nationality.

use crate::engine::plan::Observer;
use crate::model::Corridor;
use crate::model::state::State;
use crate::model::tally::{COSTS, FLOW_COUNT, FLOWS};
use crate::random::{Decision, sample};
use crate::registry::NATIONALITIES;
use crate::registry::parameters::Parameter;
use crate::table::{Cube, SeriesKey};
use crate::units::Month;
use crate::world::conditions::{N, OPERATORS};
use crate::world::network::Pool;
use std::sync::{Arc, OnceLock};

/// Stocks at the end of the month, by nationality: outcome and place.
const STOCKS: [(&str, &str); 9] = [
    ("waiting", "origin"),
    ("on_the_way", "approach"),
    ("in_panama", "panama"),
    ("on_the_way", "transit"),
    ("in_mexico", "mexico"),
    ("on_the_way", "south"),
    ("home_again_stock", "origin"),
    ("held", "panama"),
    ("settled_stock", "mexico"),
];

/// Entries as recorded: filled in by the reporting layer.
const RECORDED: (&str, &str) = ("entries_recorded", "darien");

/// Series without nationality: outcome and place.
const PLAIN: [(&str, &str); 6] = [
    ("queue", "necocli"),
    ("queue_peak", "necocli"),
    ("queue_days", "necocli"),
    ("nights_over_capacity", "panama"),
    ("price", "darien"),
    ("queue", "panama_stations"),
];

/// All series of a run, sorted, and where each accumulator belongs.
#[derive(Debug)]
struct Layout {
    keys: Arc<Vec<SeriesKey>>,
    /// Position of each flow and nationality, and of the flow's total over nationalities.
    flows: Vec<[usize; N + 1]>,
    /// Flows that are also summed over places into a whole: position by nationality and total.
    entries: [usize; N + 1],
    stocks: Vec<[usize; N + 1]>,
    belief: [usize; N],
    plain: [usize; PLAIN.len()],
    flights: [usize; 3],
    seats: [usize; 3],
    costs: [usize; COSTS.len()],
}

fn layout() -> &'static Layout {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    LAYOUT.get_or_init(|| {
        let codes: Vec<&str> = NATIONALITIES.iter().map(|n| n.code).chain(["ALL"]).collect();
        let mut keys = Vec::new();
        let by_nationality = FLOWS.iter().chain(&[("entries", "darien"), RECORDED]).chain(&STOCKS);
        for (outcome, place) in by_nationality {
            keys.extend(codes.iter().map(|c| SeriesKey::new(outcome, place, c)));
        }
        keys.extend(codes[..N].iter().map(|c| SeriesKey::new("belief", "origin", c)));
        keys.extend(PLAIN.iter().map(|(o, p)| SeriesKey::new(o, p, "ALL")));
        keys.extend(OPERATORS.iter().map(|o| SeriesKey::new("flights", o, "ALL")));
        keys.extend(OPERATORS.iter().map(|o| SeriesKey::new("seats", o, "ALL")));
        keys.extend(COSTS.iter().map(|c| SeriesKey::new("public_cost", c, "ALL")));
        keys.sort();
        let at = |o: &str, p: &str, c: &str| keys.binary_search(&SeriesKey::new(o, p, c)).unwrap_or(0);
        let row = |o: &str, p: &str| std::array::from_fn(|i| at(o, p, codes[i]));
        Layout {
            flows: FLOWS.iter().map(|(o, p)| row(o, p)).collect(),
            entries: row("entries", "darien"),
            stocks: STOCKS.iter().map(|(o, p)| row(o, p)).collect(),
            belief: std::array::from_fn(|i| at("belief", "origin", codes[i])),
            plain: std::array::from_fn(|i| at(PLAIN[i].0, PLAIN[i].1, "ALL")),
            flights: std::array::from_fn(|i| at("flights", OPERATORS[i], "ALL")),
            seats: std::array::from_fn(|i| at("seats", OPERATORS[i], "ALL")),
            costs: std::array::from_fn(|i| at("public_cost", COSTS[i], "ALL")),
            keys: Arc::new(keys),
        }
    })
}

/// The series that a run of the corridor gives, sorted.
pub fn series() -> Arc<Vec<SeriesKey>> {
    Arc::clone(&layout().keys)
}

/// Accumulates the monthly outcomes from a first month on; earlier days are not kept.
#[derive(Debug, Clone)]
pub struct Monthly<'a> {
    rules: &'a Corridor,
    first: Month,
    cube: Cube,
    boarded: f64,
    waited: f64,
    crossings: f64,
    crossing_price: f64,
}

impl<'a> Monthly<'a> {
    /// An observer of the months from `first` to the end of the simulated span.
    pub fn new(rules: &'a Corridor, first: Month) -> Self {
        let last = rules.conditions.span.last_month();
        let months = usize::try_from(last.since(first) + 1).unwrap_or(0);
        let cube = Cube::zeros(series(), first, months);
        Self { rules, first, cube, boarded: 0.0, waited: 0.0, crossings: 0.0, crossing_price: 0.0 }
    }

    /// Goes on observing under other rules that were the same until now.
    #[must_use]
    pub fn fork<'b>(&self, rules: &'b Corridor) -> Monthly<'b> {
        let mut other = Monthly::new(rules, self.first);
        let (from, to) = (self.cube.months, other.cube.months);
        let shared = from.min(to);
        for series in 0..self.cube.keys.len() {
            other.cube.values[series * to..series * to + shared]
                .copy_from_slice(&self.cube.values[series * from..series * from + shared]);
        }
        Monthly {
            boarded: self.boarded,
            waited: self.waited,
            crossings: self.crossings,
            crossing_price: self.crossing_price,
            ..other
        }
    }

    /// The outcomes in people.
    pub fn finish(self) -> Cube {
        self.cube
    }
}

impl Observer<State> for Monthly<'_> {
    fn end_of_day(&mut self, day: usize, state: &State) {
        let c = &self.rules.conditions;
        let date = c.span.date(day);
        let Ok(month) = usize::try_from(Month::of(date).since(self.first)) else { return };
        if month >= self.cube.months {
            return;
        }
        let layout = layout();
        let months = self.cube.months;
        let population = &self.rules.population;
        let days = f64::from(c.days_in_month[day]);
        let values = &mut self.cube.values;
        let mut add = |series: usize, amount: f64| values[series * months + month] += amount;
        let mut entered = 0.0;
        for flow in 0..FLOW_COUNT {
            let rows = &layout.flows[flow];
            let is_entry = FLOWS[flow].0 == "entries";
            for n in 0..N {
                let count = state.tally.flows[flow * N + n];
                if count != 0 {
                    let people = population.persons(n, count) as f64;
                    add(rows[n], people);
                    add(rows[N], people);
                    if is_entry {
                        add(layout.entries[n], people);
                        add(layout.entries[N], people);
                        entered += people;
                    }
                }
            }
        }
        let queue = state.queue(Pool::GulfBoats) as f64;
        add(layout.plain[0], queue / days);
        add(layout.plain[3], state.tally.nights_over);
        add(layout.plain[5], (state.queue(Pool::Canoes) + state.queue(Pool::PanamaBuses)) as f64 / days);
        for op in 0..OPERATORS.len() {
            add(layout.flights[op], state.tally.flights[op]);
            add(layout.seats[op], state.tally.seats[op]);
        }
        for (series, usd) in layout.costs.iter().zip(&state.tally.costs) {
            add(*series, *usd);
        }
        for n in 0..N {
            add(layout.belief[n], state.minds[n].belief / days);
        }
        let peak = layout.plain[1] * months + month;
        values[peak] = values[peak].max(queue);
        self.boarded += state.tally.boarded as f64;
        self.waited += state.tally.waited_days;
        self.crossings += entered;
        self.crossing_price += state.tally.crossing_price;
        if Month::of(date + chrono::Days::new(1)) != Month::of(date) || day == self.rules.last_day() {
            let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
            values[layout.plain[2] * months + month] = ratio(self.waited, self.boarded);
            values[layout.plain[4] * months + month] = ratio(self.crossing_price, self.crossings);
            (self.boarded, self.waited, self.crossings, self.crossing_price) = (0.0, 0.0, 0.0, 0.0);
            for (i, rows) in layout.stocks.iter().enumerate() {
                let mut total = 0.0;
                for n in 0..N {
                    let s = &state.stocks;
                    let agents = match i {
                        0 => state.minds[n].waiting,
                        1 => s.approach[n],
                        2 => s.panama[n],
                        3 => s.transit[n],
                        4 => s.mexico[n],
                        5 => s.south[n],
                        6 => s.home[n],
                        7 => s.held[n],
                        _ => s.settled[n],
                    };
                    let people = population.persons(n, agents) as f64;
                    values[rows[n] * months + month] = people;
                    total += people;
                }
                values[rows[N] * months + month] = total;
            }
        }
    }
}

/// The reporting layer: what Panama would record of the entries that happened.
///
/// A month's count of a nationality is the true one times a lognormal factor of mean 1 with the relative spread
/// `report.overdispersion`; the total is the sum.
pub fn recorded(cube: &Cube, rules: &Corridor) -> Cube {
    let spread = rules.parameters[Parameter::ReportingSpread];
    let mut cube = cube.clone();
    let months = cube.months;
    let row = |code: &str, (outcome, place): (&str, &str)| {
        cube.keys.binary_search(&SeriesKey::new(outcome, place, code))
    };
    let mut writes: Vec<(usize, f64)> = Vec::new();
    let mut total = vec![0.0; months];
    for (n, nationality) in NATIONALITIES.iter().enumerate() {
        let (Ok(from), Ok(to)) =
            (row(nationality.code, ("entries", "darien")), row(nationality.code, RECORDED))
        else {
            continue;
        };
        for (m, total) in total.iter_mut().enumerate() {
            let index = cube.from.plus(m as i32).since(rules.conditions.span.first_month());
            let z = sample::normal(rules.seed.words(Decision::Report, n as u32, index as u32, 0)[0]);
            let seen = (cube.values[from * months + m] * (spread * z - spread * spread / 2.0).exp()).round();
            writes.push((to * months + m, seen));
            *total += seen;
        }
    }
    if let Ok(to) = row("ALL", RECORDED) {
        writes.extend(total.iter().enumerate().map(|(m, t)| (to * months + m, *t)));
    }
    for (at, value) in writes {
        cube.values[at] = value;
    }
    cube
}
