//! Nobody sets out on a way that is shut, no capacity is exceeded, no flight has more people than seats.

use super::random_world::{config, recipes};
use super::seen::{Seen, parties};
use darien::behaviour::corridor::Corridor;
use darien::behaviour::corridor::state::State;
use darien::behaviour::corridor::tally::Flow;
use darien::engine::plan::{Observer, RuleSet, run_days};
use darien::registry::parameters::Parameter;
use darien::world::conditions::{N, OPERATORS, TrailState};
use darien::world::network::{Pool, Trail};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Members of the largest travel group: what a capacity may carry over to the next day while there is a line.
const LARGEST_PARTY: f64 = 5.0;
/// Days after which everybody who set out before a trail was shut has left it: the longest leg, twice over, and the
/// longest stop to earn.
const LONGEST: usize = 120;

struct Laws<'a> {
    rules: &'a Corridor,
    /// Parties on a leg at the end of the day before, by head.
    before: BTreeMap<u32, Seen>,
    shut: [usize; 6],
    flights: [f64; 3],
    boarded: i64,
    flown: i64,
    faults: Vec<String>,
}

impl<'a> Laws<'a> {
    fn new(rules: &'a Corridor) -> Self {
        Self {
            rules,
            before: BTreeMap::new(),
            shut: [LONGEST; 6],
            flights: [0.0; 3],
            boarded: 0,
            flown: 0,
            faults: Vec::new(),
        }
    }

    /// Persons of the largest party of the coarsest agents.
    fn largest_party(&self) -> f64 {
        LARGEST_PARTY * f64::from(self.rules.population.scale)
    }

    fn shut_leg(&self, leg: u8, nationality: u8, day: usize) -> bool {
        let leg = &self.rules.network.legs[usize::from(leg)];
        !leg.active_on(day)
            || leg.trail.is_some_and(|t| self.rules.conditions.trails[t as usize][day] == TrailState::Sealed)
            || !self.rules.visa_open(leg, usize::from(nationality), day)
    }

    fn ways(&mut self, day: usize, state: &State) {
        let mut boarded = vec![0.0; Pool::ALL.len()];
        let mut on_legs = BTreeMap::new();
        for p in parties(state) {
            let Some(leg) = p.on_leg else { continue };
            on_legs.insert(p.head, p);
            let on_it = |b: &Seen| (b.attempts, b.step, b.on_leg) == (p.attempts, p.step, p.on_leg);
            if self.before.get(&p.head).is_some_and(on_it) {
                continue;
            }
            let id = self.rules.network.legs[usize::from(leg)].id;
            if self.shut_leg(leg, p.nationality, day) {
                self.faults.push(format!(
                    "day {day}: nationality {} sets out on {id}, which is shut",
                    p.nationality
                ));
            }
            if let Some(pool) = self.rules.network.legs[usize::from(leg)].pool {
                let persons = self.rules.population.persons(usize::from(p.nationality), i64::from(p.size));
                boarded[pool as usize] += persons as f64;
                self.boarded += persons;
            }
        }
        self.before = on_legs;
        for &pool in Pool::ALL {
            let (went, capacity) = (boarded[pool as usize], self.rules.capacity(pool, day));
            // Small ways grow with demand; a line that is shut leaks a part of those who stand in it.
            let stood = state.queue(pool) as f64 + went;
            let leaks = self.rules.parameters[Parameter::Leak] / 10.0 * stood;
            let carried = if capacity > 0.0 { capacity * state.supply.grown(pool) } else { leaks };
            let most = if carried > 0.0 { carried + self.largest_party() } else { 0.0 };
            if went > most + 1e-9 {
                self.faults.push(format!("day {day}: {went} boarded {} with {capacity}", pool.code()));
            }
        }
    }

    fn trails(&mut self, day: usize, state: &State) {
        for &trail in &Trail::ALL[..5] {
            let t = trail as usize;
            let sealed = self.rules.conditions.trails[t][day] == TrailState::Sealed;
            self.shut[t] = if sealed { self.shut[t] + 1 } else { 0 };
            let entered: i64 = (0..N).map(|n| state.tally.flows[Flow::EntriesAcandi.plus(t) * N + n]).sum();
            if self.shut[t] > LONGEST && entered > 0 {
                self.faults.push(format!("day {day}: {entered} entered by {}, long shut", trail.code()));
            }
        }
    }

    fn seats(&mut self, day: usize, state: &State) {
        for operator in 0..OPERATORS.len() {
            let flights = self.rules.conditions.flights[operator][day];
            let seats = flights.seats;
            let mut returned = 0;
            for n in 0..N {
                let agents = state.tally.flows[Flow::ReturnedPanama.plus(operator) * N + n];
                let people = self.rules.population.persons(n, agents);
                returned += people;
                if people > 0 && flights.accepts & (1 << n) == 0 {
                    self.faults.push(format!("day {day}: {people} of {n} flown to where they are not taken"));
                }
            }
            self.flown += returned;
            if returned as f64 > state.tally.flights[operator] * seats + 1e-6 {
                self.faults.push(format!(
                    "day {day}: {returned} flown on {} flights of {seats}",
                    state.tally.flights[operator]
                ));
            }
            // Flights come from what the lever says, and at most a week of them is saved up.
            self.flights[operator] += flights.per_week / 7.0 - state.tally.flights[operator];
            if self.flights[operator] < -1e-6 {
                self.faults
                    .push(format!("day {day}: more flights of {} than there are", OPERATORS[operator]));
            }
        }
    }
}

impl Observer<State> for Laws<'_> {
    fn end_of_day(&mut self, day: usize, state: &State) {
        self.ways(day, state);
        self.trails(day, state);
        self.seats(day, state);
    }
}

fn check(rules: &Corridor) -> (Vec<String>, i64, i64) {
    let mut laws = Laws::new(rules);
    let mut state = rules.start();
    run_days(rules, &mut state, 0..rules.last_day() + 1, &mut laws);
    laws.faults.truncate(5);
    (laws.faults, laws.boarded, laws.flown)
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn shut_ways_capacities_and_seats_are_respected(recipe in recipes()) {
        let (faults, ..) = check(&recipe.rules());
        prop_assert!(faults.is_empty(), "{faults:#?}");
    }
}

/// The same in the world as it was, where boats sail, planes fly, and ways open and close.
#[test]
fn history_respects_them_and_boats_and_planes_are_used() {
    let recipe = super::random_world::Recipe {
        seed: 3,
        scale: 500,
        days: 1461,
        urge: 1.0,
        parameters: Vec::new(),
        levers: Vec::new(),
        missing: Vec::new(),
        danger: 0.0,
    };
    let (faults, boarded, flown) = check(&recipe.rules());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(boarded > 50_000 && flown > 2_500, "{boarded} boarded, {flown} flown");
}
