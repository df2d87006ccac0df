//! A model of a stranger's, written from `docs/engine.md`: walkers on a line, each with a pace of their own.

use darien_engine::chunks::map_chunks;
use darien_engine::plan::{Observer, Phase, RuleSet, run_days};
use darien_engine::random::rand::RngExt;
use darien_engine::random::{Decision, Seed, sample};

/// How likely a walker is to move on a day; drawn once.
const PACE: Decision = Decision::own(0);
/// Whether a walker moves, and where to.
const STEP: Decision = Decision::own(1);

const PHASES: [Phase; 1] = [Phase {
    name: "walk",
    en: "Walkers take a step or rest.",
    es: "Los caminantes dan un paso o descansan.",
}];

/// What does not change.
pub struct Walk {
    /// The key of all chance.
    pub seed: Seed,
    /// Number of walkers.
    pub walkers: u32,
    /// Whether threads share a day.
    pub parallel: bool,
    /// From this day on there is a wind to the right.
    pub wind: Option<usize>,
}

/// What changes.
#[derive(Clone)]
pub struct State {
    walkers: Vec<Walker>,
}

#[derive(Clone)]
struct Walker {
    number: u32,
    pace: f64,
    place: i64,
}

impl RuleSet for Walk {
    type State = State;

    fn phases(&self) -> &'static [Phase] {
        &PHASES
    }

    fn start(&self) -> State {
        let walker = |number| {
            // A library that wants a generator gets one at an address.
            let pace = self.seed.stream(PACE, number, 0).random_range(0.2..0.8);
            Walker { number, pace, place: 0 }
        };
        State { walkers: (0..self.walkers).map(walker).collect() }
    }

    fn run_phase(&self, _: usize, day: usize, state: &mut State) {
        let right = if self.wind.is_some_and(|from| day >= from) { 0.6 } else { 0.5 };
        map_chunks(self.parallel, &mut state.walkers, 256, |walkers| {
            for walker in walkers {
                let [moves, way, ..] = self.seed.words(STEP, walker.number, day as u32, 0);
                if sample::bernoulli(moves, walker.pace) {
                    walker.place += if sample::bernoulli(way, right) { 1 } else { -1 };
                }
            }
        });
    }
}

/// Mean place, and mean square of the place, by day.
#[derive(Default, Debug, PartialEq, Clone)]
pub struct Places(pub Vec<(f64, f64)>);

impl Observer<State> for Places {
    fn end_of_day(&mut self, _: usize, state: &State) {
        let mean = |f: fn(f64) -> f64| {
            state.walkers.iter().map(|w| f(w.place as f64)).sum::<f64>() / state.walkers.len() as f64
        };
        self.0.push((mean(|x| x), mean(|x| x * x)));
    }
}

/// Runs the days from the first.
pub fn run(walk: &Walk, days: usize) -> Places {
    let (mut state, mut places) = (walk.start(), Places::default());
    run_days(walk, &mut state, 0..days, &mut places);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(seed: u64) -> Walk {
        Walk { seed: Seed::new(seed), walkers: 4000, parallel: false, wind: None }
    }

    #[test]
    fn it_spreads_as_walks_do_and_is_a_function_of_its_seed() {
        let places = run(&walk(1), 100);
        assert_eq!(places, run(&walk(1), 100));
        assert_ne!(places, run(&walk(2), 100));
        // Each moves on half of the days: the mean square is 50, within four standard errors of about 50 √2 / √4000.
        let (mean, square) = places.0[99];
        assert!(mean.abs() < 4.0 * (50.0f64 / 4000.0).sqrt(), "{mean}");
        assert!((square - 50.0).abs() < 4.0 * 50.0 * (2.3f64 / 4000.0).sqrt(), "{square}");
    }

    #[test]
    fn threads_change_nothing() {
        assert_eq!(run(&walk(3), 50), run(&Walk { parallel: true, ..walk(3) }, 50));
    }

    #[test]
    fn runs_are_pairs_until_they_differ_and_a_clone_is_a_checkpoint() {
        let (calm, windy) = (walk(4), Walk { wind: Some(30), ..walk(4) });
        let (a, b) = (run(&calm, 60), run(&windy, 60));
        assert_eq!(a.0[..30], b.0[..30]);
        // The same draw moves a walker to the right under both, or under the wind alone.
        assert!((30..60).all(|day| b.0[day].0 > a.0[day].0));

        let mut state = calm.start();
        run_days(&calm, &mut state, 0..30, &mut ());
        let (mut copy, mut rest) = (state.clone(), Places::default());
        run_days(&windy, &mut copy, 30..60, &mut rest);
        assert_eq!(rest.0[..], b.0[30..]);
    }
}
