//! The daily books close: people are conserved, and everyone who leaves the approach to the Darién is counted.

use darien::engine::plan::{RuleSet, run_days};
use darien::experiment::{Draws, RunKey, Runner};
use darien::observe::balance::Balance;
use darien::random::Seed;
use darien::scenario::Scenario;

#[test]
fn every_day_of_every_world_is_in_balance() {
    let until = "2023-12-31".parse().ok();
    let history = Scenario::load("history", &[], until).unwrap();
    let sets = ["flights.mexico.per_week=20", "flights.mexico.accepts=ALL", "enforcement.mexico=0.9"];
    let sets: Vec<String> = sets.map(str::to_owned).to_vec();
    let strict = Scenario::load("history", &sets, until).unwrap();
    let runner = Runner::new(&[history, strict], Draws::Prior(Seed::new(5)), 5, 500).unwrap();
    for (scenario, run) in [(0, 0), (0, 1), (1, 2), (1, 3)] {
        let rules = runner.rules(scenario, RunKey::plain(run));
        let mut state = rules.start();
        let mut books = Balance::new(std::sync::Arc::clone(&rules.population));
        run_days(&rules, &mut state, 0..rules.last_day() + 1, &mut books);
        assert!(books.faults.is_empty(), "scenario {scenario}, run {run}: {:#?}", &books.faults[..1]);
    }
}
