//! A homogeneous world is a Markov chain, and its exact distribution is known.

use super::seen::parties;
use darien::behaviour::corridor::state::State;
use darien::behaviour::corridor::{Corridor, Innovations};
use darien::engine::plan::{RuleSet, run_days};
use darien::random::Seed;
use darien::registry::parameters::{ALL, Parameter, ParameterSet};
use darien::scenario::Scenario;
use darien::world::{Conditions, Network, Population, people};
use std::sync::Arc;

/// Departure hazard of those who wait, per day.
const DEPART: f64 = 0.03;
/// Intent hazard of an agent before its kin factor, per day.
const INTENT: f64 = 0.004;

/// A world in which nothing but chance acts: no crisis, network, news, season, shock, price or money.
fn homogeneous(seed: u64, days: u64, scale: u32) -> Corridor {
    let first = chrono::NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
    let scenario = Scenario::load("history", &[], Some(first + chrono::Days::new(days - 1))).unwrap();
    let mut p = ParameterSet::defaults();
    for parameter in ALL.iter().filter(|p| (Parameter::IntentVen..=Parameter::IntentOth).contains(p)) {
        p.set(*parameter, INTENT * 1000.0 * 30.4375);
    }
    let off = [
        Parameter::CrisisEffect,
        Parameter::NetworkGain,
        Parameter::AspirationShock,
        Parameter::AidElasticity,
        Parameter::SeasonDepth,
        Parameter::BeliefPower,
        Parameter::WaitEffect,
        Parameter::LawfulEffect,
        Parameter::FlightDeterrence,
        Parameter::PriceElasticity,
        Parameter::OwnNews,
        Parameter::RetryChance,
        Parameter::ControlAversion,
        Parameter::Preparation,
    ];
    for parameter in off {
        p.set(parameter, 0.0);
    }
    for parameter in ALL.iter().filter(|p| (Parameter::MoodVen..=Parameter::MoodOth).contains(p)) {
        p.set(*parameter, 0.0);
    }
    p.set(Parameter::DiasporaFactor, 1.0);
    p.set(Parameter::FamiliarityStart, 1.0);
    p.set(Parameter::IndustryFloor, 1.0);
    p.set(Parameter::DepartRate, DEPART);
    p.set(Parameter::SavingsMedian, 1.0e6);
    p.set(Parameter::IntentLife, 1.0e9);
    let population = Population::new(scale).unwrap();
    let conditions = Conditions::new(&scenario, &population);
    Corridor::new(
        Arc::new(population),
        Arc::new(Network::corridor(scenario.simulated(), None)),
        Arc::new(conditions),
        p,
        Seed::new(seed),
        Arc::new(Innovations::default()),
    )
}

/// Heads of the first group at home, waiting and gone, by kin factor (few or many kin ahead).
fn census(rules: &Corridor, state: &State) -> [[f64; 3]; 2] {
    let group = &rules.population.groups[0];
    let mut waits = vec![false; group.agents as usize];
    for p in parties(state).iter().filter(|p| p.waits_at_home && p.group == 0) {
        waits[(p.head - group.first) as usize] = true;
    }
    let gone: std::collections::BTreeSet<u32> =
        state.shards.iter().flat_map(darien::behaviour::corridor::shard::Shard::heads_gone).collect();
    let mut counts = [[0.0; 3]; 2];
    for head in group.first..group.first + group.agents {
        if people::party_size(head) > 0 {
            let left = gone.contains(&head);
            let at = if !left {
                0
            } else if waits[(head - group.first) as usize] {
                1
            } else {
                2
            };
            counts[usize::from(people::has_kin_ahead(head))][at] += 1.0;
        }
    }
    counts
}

/// The exact distribution of a head over home, waiting and gone after some days.
fn exact(intent: f64, depart: f64, days: u64) -> [f64; 3] {
    let (a, b) = (1.0 - (-intent).exp(), 1.0 - (-depart).exp());
    let [mut home, mut waiting, mut gone] = [1.0, 0.0, 0.0];
    for _ in 0..days {
        let ready = waiting + home * a;
        (home, waiting, gone) = (home * (1.0 - a), ready * (1.0 - b), gone + ready * b);
    }
    [home, waiting, gone]
}

/// Chi-square at the level 0.001 on 4 degrees of freedom (two kinds of heads, three states): 18.47.
#[test]
fn a_homogeneous_world_agrees_with_its_markov_chain() {
    for (seed, days) in [(12, 10), (13, 60), (14, 200)] {
        let rules = homogeneous(seed, days, 200);
        let mut state = rules.start();
        run_days(&rules, &mut state, 0..rules.last_day() + 1, &mut ());
        let mut chi = 0.0;
        for (kin, counts) in census(&rules, &state).iter().enumerate() {
            let heads: f64 = counts.iter().sum();
            let factor = if kin == 1 { people::INTENT_BOUND } else { 0.5 };
            for (seen, p) in counts.iter().zip(exact(INTENT * factor, DEPART, days)) {
                let expected = p * heads;
                assert!(expected > 5.0, "the test needs more people");
                chi += (seen - expected).powi(2) / expected;
            }
        }
        assert!(chi < 18.47, "after {days} days: chi-square {chi} on 4 degrees of freedom");
    }
}

/// The test above has power: a hazard that is wrong by 5 % fails it.
#[test]
fn a_wrong_hazard_would_be_seen() {
    let rules = homogeneous(13, 60, 40);
    let mut state = rules.start();
    run_days(&rules, &mut state, 0..rules.last_day() + 1, &mut ());
    let counts = census(&rules, &state);
    let heads: f64 = counts[1].iter().sum();
    let wrong = exact(INTENT * people::INTENT_BOUND * 1.05, DEPART, 60);
    let chi: f64 = counts[1].iter().zip(wrong).map(|(n, p)| (n - p * heads).powi(2) / (p * heads)).sum();
    assert!(chi > 18.47, "{chi}");
}
