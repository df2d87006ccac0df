//! A third model on the engine, not about migration: an epidemic (susceptible, infectious, recovered) with random
//! streams of its own, run with and without a measure under the same chance.
//!
//! `cargo run --release --example epidemic`

use darien_engine::calendar::Calendar;
use darien_engine::plan::{Observer, Phase, RuleSet, run_days};
use darien_engine::random::{Decision, Seed, sample};

const PEOPLE: u32 = 10_000;
const FIRST: u32 = 10;
const DAYS: usize = 200;

/// Whom an infectious person meets on a day, and whether the illness passes on.
const MEET: Decision = Decision::own(0);
/// How long somebody is infectious.
const RECOVER: Decision = Decision::own(1);

const PHASES: [Phase; 2] = [
    Phase {
        name: "recover",
        en: "Those whose time is over recover.",
        es: "Se recuperan quienes cumplen su plazo.",
    },
    Phase {
        name: "infect",
        en: "The infectious meet others.",
        es: "Los contagiosos se encuentran con otros.",
    },
];

/// What does not change: the seed and the numbers of the rules.
struct Epidemic {
    seed: Seed,
    meetings: u32,
    risk: f64,
    mean_days: f64,
    /// From this day on people meet half as many.
    measure: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Susceptible,
    Infectious,
    Recovered,
}

/// What changes. A clone is a checkpoint.
#[derive(Clone)]
struct State {
    health: Vec<Health>,
    infectious: Vec<u32>,
    recovering: Calendar<u32>,
}

impl Epidemic {
    fn infect(&self, person: u32, day: usize, state: &mut State) {
        state.health[person as usize] = Health::Infectious;
        state.infectious.push(person);
        // A stay is drawn once, under the person's number: the same in every scenario in which they fall ill.
        let word = self.seed.words(RECOVER, person, 0, 0)[0];
        let days = 1 + (-self.mean_days * (1.0 - sample::unit(word)).ln()) as usize;
        state.recovering.add(day + days, person);
    }
}

impl RuleSet for Epidemic {
    type State = State;

    fn phases(&self) -> &'static [Phase] {
        &PHASES
    }

    fn start(&self) -> State {
        let mut state = State {
            health: vec![Health::Susceptible; PEOPLE as usize],
            infectious: Vec::new(),
            recovering: Calendar::new(64),
        };
        (0..FIRST).for_each(|person| self.infect(person, 0, &mut state));
        state
    }

    fn run_phase(&self, phase: usize, day: usize, state: &mut State) {
        if phase == 0 {
            for person in state.recovering.take(day) {
                state.health[person as usize] = Health::Recovered;
            }
            let State { infectious, health, .. } = state;
            infectious.retain(|person| health[*person as usize] == Health::Infectious);
            return;
        }
        let halved = self.measure.is_some_and(|from| day >= from);
        let meetings = if halved { self.meetings / 2 } else { self.meetings };
        for person in state.infectious.clone() {
            for meeting in 0..meetings {
                let [whom, passes, ..] = self.seed.words(MEET, person, day as u32, meeting);
                let other = sample::below(whom, PEOPLE);
                let open = state.health[other as usize] == Health::Susceptible;
                if open && sample::bernoulli(passes, self.risk) {
                    self.infect(other, day, state);
                }
            }
        }
    }
}

/// Infectious people by day.
#[derive(Default)]
struct Curve(Vec<usize>);

impl Observer<State> for Curve {
    fn end_of_day(&mut self, _: usize, state: &State) {
        self.0.push(state.infectious.len());
    }
}

fn main() {
    for run in 0..3 {
        let seed = Seed::new(1).replicate(run);
        let rules = |measure| Epidemic { seed, meetings: 8, risk: 0.04, mean_days: 6.0, measure };
        let (free, measured) = (rules(None), rules(Some(30)));

        // What both have in common is run once; the state of that morning is copied.
        let (mut state, mut curve) = (free.start(), Curve::default());
        run_days(&free, &mut state, 0..30, &mut curve);
        let (mut copy, mut other) = (state.clone(), Curve(curve.0.clone()));
        run_days(&free, &mut state, 30..DAYS, &mut curve);
        run_days(&measured, &mut copy, 30..DAYS, &mut other);

        let ever = |state: &State| state.health.iter().filter(|h| **h != Health::Susceptible).count();
        let peak = |curve: &Curve| curve.0.iter().max().copied().unwrap_or(0);
        println!(
            "run {run}: {} of {PEOPLE} fall ill (peak {}), {} with the measure (peak {})",
            ever(&state),
            peak(&curve),
            ever(&copy),
            peak(&other)
        );
        assert!(ever(&copy) < ever(&state));
    }
}
