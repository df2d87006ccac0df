//! A third rule set, as somebody would add one: all that it needs of the program is the engine and `random`.
//!
//! People stay at one of three inns for a number of nights and go on to the next; the calendar brings up those
//! who leave today.

use darien::engine::calendar::Calendar;
use darien::engine::plan::{Observer, Phase, RuleSet, run_days};
use darien::random::{Decision, Seed, sample};

const PHASES: [Phase; 2] = [
    Phase {
        name: "arrive",
        en: "A guest arrives at the first inn.",
        es: "Llega un huésped a la primera posada.",
    },
    Phase {
        name: "leave",
        en: "Guests go on to the next inn.",
        es: "Los huéspedes siguen a la próxima posada.",
    },
];

/// A decision of one's own: its draws meet those of no other model.
const NIGHTS: Decision = Decision::own(0);

/// The rules: no more than a seed and the chance to leave on a morning.
struct Inns {
    seed: Seed,
    chance: f64,
}

/// What changes: where each guest is, and when who leaves. A clone is a checkpoint.
#[derive(Clone)]
struct State {
    inn: Vec<usize>,
    leaving: Calendar<u32>,
}

impl Inns {
    /// Nights that a guest stays, drawn once for the whole stay.
    fn nights(&self, guest: usize, day: usize) -> usize {
        let word = self.seed.words(NIGHTS, guest as u32, day as u32, 0)[0];
        1 + (sample::unit(word).ln() / (1.0 - self.chance).ln()) as usize
    }
}

impl RuleSet for Inns {
    type State = State;

    fn phases(&self) -> &'static [Phase] {
        &PHASES
    }

    fn start(&self) -> State {
        State { inn: Vec::new(), leaving: Calendar::new(64) }
    }

    fn run_phase(&self, phase: usize, day: usize, state: &mut State) {
        if phase == 0 {
            let guest = state.inn.len();
            state.inn.push(0);
            state.leaving.add(day + self.nights(guest, day), guest as u32);
            return;
        }
        for guest in state.leaving.take(day) {
            state.inn[guest as usize] += 1;
            if state.inn[guest as usize] < 3 {
                state.leaving.add(day + self.nights(guest as usize, day), guest);
            }
        }
    }
}

/// Guests at each inn, and gone, by day.
#[derive(Default)]
struct Register(Vec<[usize; 4]>);

impl Observer<State> for Register {
    fn end_of_day(&mut self, _: usize, state: &State) {
        let mut row = [0; 4];
        state.inn.iter().for_each(|inn| row[*inn] += 1);
        self.0.push(row);
    }
}

fn register(seed: u64) -> Vec<[usize; 4]> {
    let rules = Inns { seed: Seed::new(seed), chance: 0.25 };
    let (mut state, mut register) = (rules.start(), Register::default());
    run_days(&rules, &mut state, 0..2000, &mut register);
    register.0
}

#[test]
fn it_runs_on_the_engine_and_is_a_function_of_its_seed() {
    let rows = register(1);
    assert!(rows.iter().enumerate().all(|(day, row)| row.iter().sum::<usize>() == day + 1));
    assert_eq!(rows, register(1));
    assert_ne!(rows, register(2));
    // One guest a day, four nights each: by Little's law four at each inn, within four standard errors of the
    // mean of 1900 days (a day's count is about Poisson, and its memory is some seven days).
    for inn in 0..3 {
        let mean = rows[100..].iter().map(|row| row[inn] as f64).sum::<f64>() / 1900.0;
        assert!((mean - 4.0).abs() < 4.0 * (4.0f64 * 7.0 / 1900.0).sqrt(), "inn {inn}: {mean}");
    }
}

#[test]
fn a_clone_of_its_state_is_a_checkpoint() {
    let rules = Inns { seed: Seed::new(3), chance: 0.25 };
    let mut state = rules.start();
    run_days(&rules, &mut state, 0..50, &mut ());
    let mut copy = state.clone();
    let (mut a, mut b) = (Register::default(), Register::default());
    run_days(&rules, &mut state, 50..100, &mut a);
    run_days(&rules, &mut copy, 50..100, &mut b);
    assert_eq!(a.0, b.0);
}
