//! People are conserved and stocks balance, every day, in random worlds.

use super::random_world::{config, recipes};
use super::seen::parties;
use darien::behaviour::corridor::Corridor;
use darien::behaviour::corridor::state::State;
use darien::behaviour::corridor::tally::{FLOW_COUNT, FLOWS};
use darien::engine::plan::{Observer, RuleSet, run_days};
use darien::observe::balance::Balance;
use darien::registry::parameters::Parameter;
use darien::world::conditions::N;
use darien::world::people;
use proptest::prelude::*;

/// Counts everyone: at home, with a party, or gone for good.
struct Census<'a> {
    rules: &'a Corridor,
    totals: [i64; FLOW_COUNT],
    lapsed_again: i64,
    faults: Vec<String>,
}

impl Census<'_> {
    fn total(&self, outcome: &str) -> i64 {
        (0..FLOW_COUNT).filter(|&f| FLOWS[f].0 == outcome).map(|f| self.totals[f]).sum()
    }
}

impl Observer<State> for Census<'_> {
    fn end_of_day(&mut self, day: usize, state: &State) {
        let population = &self.rules.population;
        for (f, total) in self.totals.iter_mut().enumerate() {
            *total += (0..N).map(|n| population.persons(n, state.tally.flows[f * N + n])).sum::<i64>();
        }
        let mut left_home = 0i64;
        for shard in &state.shards {
            for head in shard.heads_gone() {
                left_home += population.persons(shard.nationality, i64::from(people::party_size(head)));
            }
        }
        let everyone = parties(state);
        let with_parties: i64 =
            everyone.iter().map(|p| population.persons(usize::from(p.nationality), i64::from(p.size))).sum();
        let settled: i64 = (0..N).map(|n| population.persons(n, state.stocks.settled[n])).sum();
        let for_good =
            settled + ["deaths", "us_admissions", "lawful"].iter().map(|o| self.total(o)).sum::<i64>();
        let home: i64 = (0..N).map(|n| population.persons(n, state.stocks.home[n])).sum();
        let home_for_good = self.total("returned") + self.total("home_again") - self.total("renewed") - home;
        // Those who had been on the way before and then gave the intent up: they stay at home for good.
        let lapsed_again = left_home - with_parties - for_good - home_for_good;
        if home_for_good < 0 || lapsed_again < self.lapsed_again || lapsed_again > self.total("lapsed") {
            self.faults.push(format!(
                "day {day}: {left_home} left home, {with_parties} are with parties, {for_good} gone, {home_for_good} home for good"
            ));
        }
        if self.rules.parameters[Parameter::RetryChance] == 0.0 && lapsed_again != 0 {
            self.faults.push(format!("day {day}: {lapsed_again} people are nowhere"));
        }
        self.lapsed_again = lapsed_again;
        let everyone_at_first =
            population.groups.iter().map(|g| population.persons(g.nationality, i64::from(g.agents)));
        if left_home > everyone_at_first.sum() {
            self.faults.push(format!("day {day}: more people left than there are"));
        }
        let s = &state.stocks;
        let stocks = [&s.approach, &s.panama, &s.transit, &s.mexico, &s.south, &s.home, &s.held];
        if stocks.iter().any(|stock| stock.iter().any(|x| *x < 0)) {
            self.faults.push(format!("day {day}: a stock is negative: {s:?}"));
        }
        if state.tally.flows.iter().any(|x| *x < 0) {
            self.faults.push(format!("day {day}: a flow is negative"));
        }
        for p in everyone {
            if p.size == 0 || p.size > people::party_size(p.head) || p.minors > p.size {
                self.faults.push(format!("day {day}: an impossible party: {p:?}"));
            }
        }
    }
}

fn check(rules: &Corridor) -> (Vec<String>, i64, i64) {
    let mut observers = (
        Balance::new(rules.population.clone()),
        Census { rules, totals: [0; FLOW_COUNT], lapsed_again: 0, faults: Vec::new() },
    );
    let mut state = rules.start();
    run_days(rules, &mut state, 0..rules.last_day() + 1, &mut observers);
    let (departed, home) = (observers.1.total("departures"), observers.1.total("home_again"));
    let mut faults = observers.0.faults;
    faults.append(&mut observers.1.faults);
    faults.truncate(3);
    (faults, departed, home)
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn people_are_conserved_and_stocks_balance_every_day(recipe in recipes(), retry in any::<bool>()) {
        let mut rules = recipe.rules();
        if !retry {
            rules.parameters.set(Parameter::RetryChance, 0.0);
        }
        let (faults, ..) = check(&rules);
        prop_assert!(faults.is_empty(), "{faults:#?}");
    }
}

/// The property would be empty if nobody moved in those worlds.
#[test]
fn the_books_of_history_close_and_something_happens() {
    let recipe = super::random_world::Recipe {
        seed: 1,
        scale: 1000,
        days: 500,
        urge: 20.0,
        parameters: Vec::new(),
        levers: Vec::new(),
        missing: Vec::new(),
        danger: 0.0,
    };
    let (faults, departed, home) = check(&recipe.rules());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(departed > 1000 && home > 10, "{departed} departed, {home} came home");
}
