//! The same bytes whatever the threads, the order, the company and the onlookers.

use super::random_world::{config, recipes};
use super::seen::fingerprint;
use darien::behaviour::corridor::state::State;
use darien::engine::plan::{Observer, RuleSet, run_days};
use darien::experiment::{Draws, RunKey, Runner};
use darien::observe::balance::Balance;
use darien::observe::{Monthly, recorded};
use darien::random::Seed;
use darien::scenario::Scenario;
use darien::table::Cube;
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;

/// Every bit of some cubes.
fn bits(cubes: &[Cube]) -> Vec<u64> {
    cubes.iter().flat_map(|c| c.values.iter().map(|v| v.to_bits())).collect()
}

fn runner(scenarios: &[Scenario], seed: u64) -> Runner {
    Runner::new(scenarios, Draws::Prior(Seed::new(seed)), seed, 2000).unwrap()
}

/// An ensemble on a number of threads, by key.
fn on_threads(runner: &Runner, keys: &[RunKey], threads: usize) -> Vec<Vec<u64>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let mut all = Vec::new();
    pool.install(|| {
        runner.ensemble(keys, &AtomicBool::new(false), &mut (), |_, outcome| {
            all.push(bits(&outcome.unwrap()));
            Ok(())
        })
    })
    .unwrap();
    all
}

fn scenario(sets: &[&str], until: &str) -> Scenario {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    Scenario::load("history", &sets, until.parse().ok()).unwrap()
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn threads_order_and_repetition_change_nothing(recipe in recipes(), runs in 2u64..5) {
        let runner = runner(&[recipe.scenario()], recipe.seed);
        let keys: Vec<RunKey> = (0..runs).map(RunKey::plain).collect();
        let one = on_threads(&runner, &keys, 1);
        prop_assert_eq!(&one, &on_threads(&runner, &keys, 1));
        prop_assert_eq!(&one, &on_threads(&runner, &keys, 2));
        prop_assert_eq!(&one, &on_threads(&runner, &keys, 8));
        let backwards: Vec<RunKey> = keys.iter().rev().copied().collect();
        let mut reversed = on_threads(&runner, &backwards, 2);
        reversed.reverse();
        prop_assert_eq!(&one, &reversed);
        prop_assert_eq!(&one[1], &bits(&runner.run(keys[1])));
    }

    #[test]
    fn a_shared_history_gives_what_a_run_alone_gives(a in recipes(), b in recipes()) {
        let all = [scenario(&[], "2021-05-31"), a.scenario(), b.scenario()];
        let key = RunKey { draw: 3, replicate: 5 };
        let together = runner(&all, 9).run(key);
        for (i, scenario) in all.iter().enumerate() {
            let alone = runner(std::slice::from_ref(scenario), 9).run(key);
            prop_assert_eq!(bits(&alone), bits(&together[i..=i]), "scenario {}", i);
        }
    }

    #[test]
    fn looking_changes_nothing(recipe in recipes()) {
        let rules = recipe.rules();
        let days = 0..rules.last_day() + 1;
        let first = rules.conditions.span.first_month();
        let run = |observer: &mut dyn FnMut(usize, &State)| {
            struct Look<'a>(&'a mut dyn FnMut(usize, &State));
            impl Observer<State> for Look<'_> {
                fn end_of_day(&mut self, day: usize, state: &State) {
                    (self.0)(day, state);
                }
            }
            let mut state = rules.start();
            run_days(&rules, &mut state, days.clone(), &mut Look(observer));
            state
        };
        let unseen = run(&mut |_, _| {});
        let (mut balance, mut monthly) = (Balance::new(rules.population.clone()), Monthly::new(&rules, first));
        let watched = run(&mut |day, state| {
            balance.end_of_day(day, state);
            monthly.end_of_day(day, state);
        });
        prop_assert_eq!(fingerprint(&unseen), fingerprint(&watched));
        let mut alone = Monthly::new(&rules, first);
        run(&mut |day, state| alone.end_of_day(day, state));
        prop_assert_eq!(bits(&[recorded(&alone.finish(), &rules)]), bits(&[recorded(&monthly.finish(), &rules)]));
    }
}

/// Shocks of a month act before it begins: also on the last days of a run that ends before that month.
#[test]
fn no_day_depends_on_where_the_run_ends() {
    let key = RunKey { draw: 3, replicate: 5 };
    let days = |until: &str| {
        let rules = runner(&[scenario(&[], until)], 9).rules(0, key);
        let (mut state, mut seen) = (rules.start(), Vec::new());
        for day in 0..90 {
            run_days(&rules, &mut state, day..day + 1, &mut ());
            seen.push(fingerprint(&state));
        }
        seen
    };
    assert_eq!(days("2021-03-31"), days("2021-05-31"));
}

#[test]
fn identical_levers_differ_by_exactly_zero() {
    let base = scenario(&[], "2022-06-30");
    let darien = base.number("enforcement.darien", "2022-03-01".parse().unwrap());
    let typed = format!("enforcement.darien={darien}@2022-03-01");
    let same = Scenario::load("history", &[typed], "2022-06-30".parse().ok()).unwrap();
    let renamed = Scenario::from_text(
        "renamed",
        "extends = \"history\"\ntitle = \"Another title\"\n[horizon]\nuntil = 2022-06-30\n",
        &[],
        None,
    )
    .unwrap();
    let runner = runner(&[base, same, renamed], 4);
    for run in 0..3 {
        let cubes = runner.run(RunKey::plain(run));
        assert!(cubes[0].values.iter().any(|v| *v != 0.0));
        for other in &cubes[1..] {
            assert!(cubes[0].values.iter().zip(&other.values).all(|(a, b)| a - b == 0.0));
        }
    }
}

/// The tests above would be empty if a different seed, draw or lever gave the same.
#[test]
fn different_inputs_give_different_bytes() {
    let base = scenario(&[], "2021-12-31");
    let crisis = scenario(&["crisis.VEN=1@2021-06-01"], "2021-12-31");
    let run = |s: &Scenario, seed, key| bits(&runner(std::slice::from_ref(s), seed).run(key));
    let plain = run(&base, 1, RunKey::plain(0));
    assert_ne!(plain, run(&base, 2, RunKey::plain(0)));
    assert_ne!(plain, run(&base, 1, RunKey::plain(1)));
    assert_ne!(plain, run(&base, 1, RunKey { draw: 0, replicate: 1 }));
    // Under some draws of the prior so few of the coarse agents wish to go that a crisis moves none.
    let moves = |draw| {
        let key = RunKey::plain(draw);
        run(&base, 1, key) != run(&crisis, 1, key)
    };
    assert!((0..8).any(moves));
}
