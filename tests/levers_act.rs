//! Every lever acts: setting it changes the conditions under which people decide.

use darien::registry::levers::{Kind, Lever, levers};
use darien::scenario::Scenario;
use darien::world::{Conditions, Population};

/// A value that differs from what the lever has in history.
fn other(lever: &Lever, history: &Scenario) -> String {
    let end = history.horizon().until;
    match lever.family.kind {
        Kind::Number => {
            let (low, high) = lever.range(false);
            let now = history.number(&lever.key, end);
            (if (now - low).abs() > (high - now).abs() { low } else { high }).to_string()
        }
        Kind::State => {
            let now = history.state(&lever.key, end);
            lever.family.states.iter().find(|s| **s != now).unwrap().to_string()
        }
        Kind::List => {
            if history.lever_path(&lever.key).list(lever, end).is_empty() { "[\"ALL\"]" } else { "[]" }.into()
        }
    }
}

#[test]
fn every_lever_changes_the_conditions() {
    let population = Population::new(1000).unwrap();
    let until = "2021-02-28".parse().ok();
    let conditions =
        |sets: &[String]| Conditions::new(&Scenario::load("history", sets, until).unwrap(), &population);
    let history = Scenario::load("history", &[], until).unwrap();
    let base = conditions(&[]);
    let idle: Vec<&str> = levers()
        .iter()
        .filter(|lever| conditions(&[format!("{}={}", lever.key, other(lever, &history))]) == base)
        .map(|lever| lever.key.as_str())
        .collect();
    assert!(idle.is_empty(), "levers without effect: {idle:?}");
}
