//! The daily books close: people are conserved, and everyone who leaves the approach to the Darién is counted.

use darien::engine::plan::{RuleSet, run_days};
use darien::experiment::{Draws, RunKey, Runner};
use darien::observe::balance::Balance;
use darien::random::Seed;
use darien::registry::NATIONALITIES;
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

/// Agents of one nationality stand for fewer people than those of another, and totals count people.
#[test]
fn totals_add_up_people_of_agents_of_every_size() {
    let history = Scenario::load("history", &[], "2022-06-30".parse().ok()).unwrap();
    let scale = 240;
    let runner = Runner::new(&[history], Draws::Defaults, 5, scale).unwrap();
    let cube = &runner.run(RunKey::plain(0))[0];
    let mut seen = 0;
    for key in cube.keys.iter().filter(|k| k.nationality == "ALL") {
        let of = |code: &str| cube.series(&key.outcome, &key.place, code);
        let (Some(all), Some(_)) = (of("ALL"), of("VEN")) else { continue };
        for (month, total) in all.iter().enumerate() {
            let parts: f64 = NATIONALITIES.iter().map(|n| of(n.code).unwrap()[month]).sum();
            assert_eq!(*total, parts, "{key:?}");
        }
    }
    for nationality in &NATIONALITIES {
        let each = f64::from(nationality.people_per_agent(scale));
        for entries in cube.series("entries", "darien", nationality.code).unwrap() {
            assert_eq!(entries % each, 0.0, "{}", nationality.code);
            seen += u32::from(*entries > 0.0 && entries % f64::from(scale) != 0.0);
        }
    }
    assert!(seen > 0, "no agent stands for fewer than {scale} people");
}
