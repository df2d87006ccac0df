//! The day written down: a rule set is a printable list of phases, and the engine runs it.

use std::ops::Range;

/// A phase of the day: name and meaning, as `darien explain day` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// Name, one or two words.
    pub name: &'static str,
    /// One sentence in English.
    pub en: &'static str,
    /// One sentence in Spanish.
    pub es: &'static str,
}

/// A set of rules that runs on the engine.
///
/// The state is the only thing that changes in a run; a clone of it is a checkpoint. All chance must come from
/// [`crate::random::Seed::words`], so that a run is a pure function of the rule set.
pub trait RuleSet: Sync {
    /// Everything that changes during a run.
    type State;

    /// The phases of a day, in order.
    fn phases(&self) -> &'static [Phase];

    /// The state on the morning of day 0.
    fn start(&self) -> Self::State;

    /// Runs one phase of one day.
    fn run_phase(&self, phase: usize, day: usize, state: &mut Self::State);
}

/// Looks at the state at the end of each day; it can neither change it nor draw random numbers.
pub trait Observer<S> {
    /// Called after the last phase of a day.
    fn end_of_day(&mut self, day: usize, state: &S);
}

impl<S> Observer<S> for () {
    fn end_of_day(&mut self, _: usize, _: &S) {}
}

impl<S, A: Observer<S>, B: Observer<S>> Observer<S> for (A, B) {
    fn end_of_day(&mut self, day: usize, state: &S) {
        self.0.end_of_day(day, state);
        self.1.end_of_day(day, state);
    }
}

impl<S, O: Observer<S>> Observer<S> for Option<O> {
    fn end_of_day(&mut self, day: usize, state: &S) {
        if let Some(observer) = self {
            observer.end_of_day(day, state);
        }
    }
}

/// Runs the days of a range on a state: all phases of each day in order, then the observer.
pub fn run_days<R: RuleSet>(
    rules: &R,
    state: &mut R::State,
    days: Range<usize>,
    observer: &mut impl Observer<R::State>,
) {
    let phases = rules.phases().len();
    for day in days {
        for phase in 0..phases {
            rules.run_phase(phase, day, state);
        }
        observer.end_of_day(day, state);
    }
}

/// Like [`run_days`], and measures the seconds spent in each phase.
pub fn profile_days<R: RuleSet>(
    rules: &R,
    state: &mut R::State,
    days: Range<usize>,
    observer: &mut impl Observer<R::State>,
) -> Vec<(Phase, f64)> {
    let mut seconds: Vec<(Phase, f64)> = rules.phases().iter().map(|p| (*p, 0.0)).collect();
    for day in days {
        for (phase, spent) in seconds.iter_mut().enumerate() {
            // The clock is read for a report on speed and never enters a result.
            #[allow(clippy::disallowed_methods)]
            let begin = std::time::Instant::now();
            rules.run_phase(phase, day, state);
            spent.1 += begin.elapsed().as_secs_f64();
        }
        observer.end_of_day(day, state);
    }
    seconds
}
