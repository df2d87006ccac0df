//! Worlds that nobody would think of: odd networks, levers at their ends, assumptions anywhere in their prior.

use darien::behaviour::corridor::{Corridor, Innovations};
use darien::random::Seed;
use darien::registry::NATIONALITIES;
use darien::registry::levers::{Kind, Lever, levers};
use darien::registry::parameters::{ALL, PARAMETERS, Parameter, ParameterSet};
use darien::scenario::Scenario;
use darien::world::{Conditions, Network, Population};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::Arc;

/// The project's property tests: few cases from a fixed seed, unless the environment says otherwise.
pub fn config(cases: u32) -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { given.cases } else { cases },
        rng_seed: if std::env::var_os("PROPTEST_RNG_SEED").is_some() {
            given.rng_seed
        } else {
            RngSeed::Fixed(2021)
        },
        max_shrink_iters: 40,
        failure_persistence: None,
        ..given
    }
}

/// Numbers from which a world is made.
#[derive(Debug, Clone)]
pub struct Recipe {
    pub seed: u64,
    pub scale: u32,
    pub days: u64,
    /// Factor on every base rate of intent.
    pub urge: f64,
    pub parameters: Vec<f64>,
    /// Changes of levers: which, value as a share of the range, day.
    pub levers: Vec<(usize, f64, u64)>,
    /// Northward legs that are not there.
    pub missing: Vec<usize>,
    /// Recorded deaths per person on every leg, at least.
    pub danger: f64,
}

/// A strategy for [`Recipe`]s.
pub fn recipes() -> impl Strategy<Value = Recipe> {
    (
        (any::<u64>(), 1000u32..5000, 60u64..240, 1.0f64..200.0),
        prop::collection::vec(0.0f64..=1.0, PARAMETERS.len()),
        prop::collection::vec((0..levers().len(), 0.0f64..=1.0, 0u64..200), 0..40),
        prop::collection::vec(0usize..100, 0..6),
        prop_oneof![Just(0.0), 0.0f64..0.05],
    )
        .prop_map(|((seed, scale, days, urge), parameters, levers, missing, danger)| Recipe {
            seed,
            scale,
            days,
            urge,
            parameters,
            levers,
            missing,
            danger,
        })
}

fn first_day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2021, 1, 1).unwrap()
}

/// A value of a lever as `--set` reads it.
fn value(lever: &Lever, share: f64) -> String {
    match lever.family.kind {
        Kind::Number => {
            let (low, high) = lever.range(false);
            // The ends themselves are the likeliest to break something.
            let share = if share < 0.2 {
                0.0
            } else if share > 0.8 {
                1.0
            } else {
                share
            };
            format!("{}", low + share * (high - low))
        }
        Kind::State => {
            let states = lever.family.states;
            states[((share * states.len() as f64) as usize).min(states.len() - 1)].to_owned()
        }
        Kind::List => {
            let n = (share * NATIONALITIES.len() as f64) as usize;
            let codes: Vec<String> = NATIONALITIES[..n].iter().map(|n| format!("\"{}\"", n.code)).collect();
            format!("[{}]", codes.join(", "))
        }
    }
}

impl Recipe {
    /// The changes as `--set` takes them, one for each lever.
    pub fn sets(&self) -> Vec<String> {
        let mut seen = Vec::new();
        let mut sets = Vec::new();
        for &(i, share, day) in &self.levers {
            if !seen.contains(&i) {
                seen.push(i);
                let date = first_day() + chrono::Days::new(day.min(self.days - 1));
                sets.push(format!("{}={}@{date}", levers()[i].key, value(&levers()[i], share)));
            }
        }
        sets
    }

    /// The scenario: history with these changes.
    pub fn scenario(&self) -> Scenario {
        let until = first_day() + chrono::Days::new(self.days - 1);
        Scenario::load("history", &self.sets(), Some(until)).unwrap_or_else(|e| panic!("{e}"))
    }

    /// The assumptions.
    pub fn parameters(&self) -> ParameterSet {
        let mut set = ParameterSet::from_shares(&self.parameters);
        for p in ALL.iter().filter(|p| (Parameter::IntentVen..=Parameter::IntentOth).contains(p)) {
            set.set(*p, set[*p] * self.urge);
        }
        set
    }

    /// The rules.
    pub fn rules(&self) -> Corridor {
        let scenario = self.scenario();
        let population = Population::new(self.scale).unwrap();
        let mut network = Network::corridor(scenario.simulated(), None);
        for &leg in &self.missing {
            network.north.iter_mut().for_each(|legs| legs.retain(|l| usize::from(*l) != leg));
        }
        for leg in &mut network.legs {
            leg.death_recorded = leg.death_recorded.max(self.danger);
        }
        let conditions = Conditions::new(&scenario, &population);
        Corridor::new(
            Arc::new(population),
            Arc::new(network),
            Arc::new(conditions),
            self.parameters(),
            Seed::new(self.seed),
            Arc::new(Innovations::default()),
        )
    }
}
