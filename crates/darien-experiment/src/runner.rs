//! The one runner: a run is a pure function of (scenario, draw, replicate), and everything else is a list of keys.
//!
//! Scenarios that are run together share every draw, and what they have in common before their first difference is
//! simulated once: the state on that day is copied, which gives the same bytes as running each alone.

use super::batch;
use super::draws::Draws;
use crate::engine::chunks::keep_awake;
use crate::engine::plan::Phase;
use crate::engine::plan::{RuleSet, profile_days, run_days};
use crate::error::Result;
use crate::model::state::State;
use crate::model::{Corridor, Innovations};
use crate::observe::{Monthly, recorded};
use crate::random::Seed;
use crate::registry::parameters::Parameter;
use crate::scenario::Scenario;
use crate::table::Cube;
use crate::units::{Month, Span};
use crate::world::{Conditions, Network, Population};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The name of a run: which draw of the assumptions, and which replicate of chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunKey {
    /// Draw of the assumptions.
    pub draw: u64,
    /// Replicate of chance.
    pub replicate: u64,
}

impl RunKey {
    /// Run `index` of a plain ensemble: a fresh draw and a fresh replicate each.
    pub fn plain(index: u64) -> Self {
        Self { draw: index, replicate: index }
    }

    /// Run `index` of a nested ensemble: each draw is run under two replicates of chance, so that what is not known
    /// and what is chance can be told apart.
    pub fn nested(index: u64) -> Self {
        Self { draw: index / 2, replicate: index }
    }
}

/// A run that did not finish, as a row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    /// Seed of all chance.
    pub seed: u64,
    /// Draw of the assumptions.
    pub draw: u64,
    /// Replicate of chance.
    pub replicate: u64,
    /// What the program said.
    pub message: String,
}

/// What a run key gives: a cube for each scenario, or why not.
pub type Outcome = std::result::Result<Vec<Cube>, Failure>;

/// How an ensemble shares the threads. It changes how long it takes and how much memory it needs, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Each thread has a run of its own.
    Runs,
    /// One run at a time; all threads share each of its steps.
    Steps,
}

/// Agents from which on a step is large enough to be shared.
const STEP_AGENTS: u32 = 4_000_000;

/// Memory of a run at its peak: what every run needs, and bytes an agent (measured: 200 MiB at 160 million agents, of
/// which most grows with those who wait and travel).
const RUN_BYTES: (u64, f64) = (16 << 20, 1.4);

/// How far an ensemble is; told after each batch.
pub trait Progress {
    /// `done` of `total` runs are finished.
    fn report(&mut self, done: u64, total: u64);
}

impl Progress for () {
    fn report(&mut self, _: u64, _: u64) {}
}

impl<F: FnMut(u64, u64)> Progress for F {
    fn report(&mut self, done: u64, total: u64) {
        self(done, total);
    }
}

#[derive(Debug, Clone)]
struct Prepared {
    scenario: Scenario,
    network: Arc<Network>,
    conditions: Arc<Conditions>,
    /// Day until which it is the same as the first scenario; none where it shares nothing.
    fork: Option<usize>,
}

/// Scenarios made ready to run any number of keys.
#[derive(Debug, Clone)]
pub struct Runner {
    population: Arc<Population>,
    seed: Seed,
    draws: Draws,
    prepared: Vec<Prepared>,
    sharing: Sharing,
    fault: Option<fn(RunKey)>,
}

impl Runner {
    /// Prepares scenarios: one agent for `scale` people (fewer of smaller nationalities), draws from `draws`, chance under `seed`.
    ///
    /// ```
    /// use darien_corridor::scenario::Scenario;
    /// use darien_experiment::{Draws, RunKey, Runner};
    ///
    /// let base = Scenario::load("status-quo-2025", &[], "2025-02-28".parse().ok())?;
    /// let worse = base.with("crisis.VEN", 0.9)?;
    /// let runner = Runner::new(&[base, worse], Draws::Defaults, 1, 10_000)?;
    ///
    /// // A run of both scenarios under the same draw and the same chance; it is always the same.
    /// let cubes = runner.run(RunKey::plain(0));
    /// assert_eq!(cubes[1].series("entries", "darien", "ALL").unwrap().len(), 2);
    /// assert_eq!(cubes, runner.run(RunKey::plain(0)));
    /// # Ok::<(), darien_base::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the scale is out of range.
    pub fn new(scenarios: &[Scenario], draws: Draws, seed: u64, scale: u32) -> Result<Self> {
        Ok(Self::with_population(scenarios, draws, seed, Population::new(scale)?))
    }

    /// Like [`Self::new`] with a population of one's own.
    pub fn with_population(scenarios: &[Scenario], draws: Draws, seed: u64, population: Population) -> Self {
        let prepared = prepare(scenarios, &population);
        Self {
            population: Arc::new(population),
            seed: Seed::new(seed),
            draws,
            prepared,
            sharing: Sharing::Runs,
            fault: None,
        }
    }

    /// The same people and chance under other draws.
    #[must_use]
    pub fn with_draws(&self, draws: Draws) -> Self {
        Self { draws, ..self.clone() }
    }

    /// The same people, chance and draws under other scenarios.
    #[must_use]
    pub fn with_scenarios(&self, scenarios: &[Scenario]) -> Self {
        Self {
            population: Arc::clone(&self.population),
            draws: self.draws.clone(),
            prepared: prepare(scenarios, &self.population),
            ..*self
        }
    }

    /// Chooses once how an ensemble of so many runs shares the threads, by size: small worlds and many runs share by
    /// runs; fewer runs than threads, or runs of which `memory` bytes cannot hold one a thread, share each step.
    pub fn choose_sharing(&mut self, runs: u64, memory: Option<u64>) -> Sharing {
        let threads = rayon::current_num_threads() as u64;
        let short = memory.is_some_and(|have| self.run_bytes().saturating_mul(threads) > have);
        let large = self.population.agents >= STEP_AGENTS;
        self.sharing =
            if threads > 1 && large && (runs < threads || short) { Sharing::Steps } else { Sharing::Runs };
        self.sharing
    }

    /// How an ensemble shares the threads.
    pub fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// Bytes that one run needs at its peak, roughly. Scenarios that share a beginning need a copy of the state.
    pub fn run_bytes(&self) -> u64 {
        let one = RUN_BYTES.0 + (RUN_BYTES.1 * f64::from(self.population.agents)) as u64;
        one * if self.prepared.len() > 1 { 2 } else { 1 }
    }

    /// The same runner with something that is called before each run; it may panic. So tests see what becomes of a
    /// run that fails.
    #[must_use]
    pub fn with_fault(mut self, fault: fn(RunKey)) -> Self {
        self.fault = Some(fault);
        self
    }

    /// The scenarios, in order.
    pub fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.prepared.iter().map(|p| &p.scenario)
    }

    /// Where the draws come from.
    pub fn draws(&self) -> &Draws {
        &self.draws
    }

    /// People that an agent stands for, of smaller nationalities fewer.
    pub fn scale(&self) -> u32 {
        self.population.scale
    }

    /// The rules of one scenario under a key.
    pub fn rules(&self, scenario: usize, key: RunKey) -> Corridor {
        let p = &self.prepared[scenario];
        let draw = self.draws.draw(key.draw);
        let mut parameters = draw.parameters;
        for (name, value) in p.scenario.assumptions() {
            if let Some(parameter) = Parameter::from_name(name) {
                parameters.set(parameter, *value);
            }
        }
        let mut rules = Corridor::new(
            Arc::clone(&self.population),
            Arc::clone(&p.network),
            Arc::clone(&p.conditions),
            parameters,
            self.seed.replicate(key.replicate),
            self.as_known(draw.innovations),
        );
        rules.parallel = self.sharing == Sharing::Steps;
        rules
    }

    /// The shocks of the months that every scenario knows: those of later months were told by data of another course of
    /// events, so that chance draws them anew, the same for all scenarios.
    fn as_known(&self, innovations: Arc<Innovations>) -> Arc<Innovations> {
        let known = self.known_until().into_iter().min().unwrap_or_else(|| self.draws.known_until());
        let late = self.draws.known_until().since(known).max(0) as usize;
        if late == 0 || innovations.months.is_empty() {
            return innovations;
        }
        let told = innovations.months.len().saturating_sub(late);
        Arc::new(Innovations::told(innovations.months[..told].to_vec()))
    }

    fn first_month(&self) -> Month {
        let firsts = self.prepared.iter().map(|p| p.scenario.horizon().first_month());
        firsts.min().unwrap_or_else(|| Month::of(chrono::NaiveDate::MIN))
    }

    /// Runs all scenarios under one key: a cube each, in their order. [`Self::ensemble`] runs many keys on all threads.
    pub fn run(&self, key: RunKey) -> Vec<Cube> {
        if self.prepared.is_empty() {
            return Vec::new();
        }
        let base = &self.rules(0, key);
        let mut forks: Vec<(usize, usize)> =
            self.prepared.iter().enumerate().skip(1).filter_map(|(i, p)| Some((p.fork?, i))).collect();
        forks.sort_unstable();
        let mut finished: Vec<Option<Cube>> = vec![None; self.prepared.len()];
        let cut = |i: usize, cube: Cube, rules: &Corridor| {
            Some(recorded(&cube.trimmed(self.prepared[i].scenario.horizon()), rules))
        };
        let first = self.first_month();
        let mut state = base.start();
        let mut observer = Monthly::new(base, first);
        let mut day = 0;
        for (fork, i) in forks {
            run_days(base, &mut state, day..fork, &mut observer);
            day = day.max(fork);
            // Of many scenarios only the base and one other are ready at a time.
            let rules = self.rules(i, key);
            finished[i] = cut(i, finish(&rules, state.clone(), &observer, day), &rules);
        }
        finished[0] = cut(0, finish(base, state, &observer, day), base);
        finished.into_iter().flatten().collect()
    }

    /// Runs the first scenario under a key and says where the time went: seconds by phase.
    pub fn profile(&self, key: RunKey) -> (Cube, Vec<(Phase, f64)>, State) {
        self.in_pool(|| {
            let rules = self.rules(0, key);
            let mut state = rules.start();
            let mut observer = Monthly::new(&rules, self.first_month());
            let days = 0..rules.last_day() + 1;
            let seconds = profile_days(&rules, &mut state, days, &mut observer);
            let cube = recorded(&observer.finish().trimmed(self.prepared[0].scenario.horizon()), &rules);
            (cube, seconds, state)
        })
    }

    /// Last whole month of which each scenario knows what happened, and the draws know data.
    pub fn known_until(&self) -> Vec<Month> {
        let of_draws = self.draws.known_until();
        self.scenarios()
            .map(|s| s.known_until().map_or(of_draws, |d| of_draws.min(Month::whole_until(d))))
            .collect()
    }

    /// Calls `work` among threads that wait for its steps, if steps are shared.
    fn in_pool<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match self.sharing {
            Sharing::Steps => keep_awake(work),
            Sharing::Runs => work(),
        }
    }

    /// Runs many keys and hands on what they give, in the order of the keys.
    ///
    /// A panic in a run becomes a [`Failure`]; the rest goes on. When `stop` is set, the runs under way are finished
    /// and handed on, and `false` is returned.
    ///
    /// # Errors
    ///
    /// The first error of `sink`, which ends the ensemble.
    pub fn ensemble(
        &self,
        keys: &[RunKey],
        stop: &AtomicBool,
        progress: &mut impl Progress,
        mut sink: impl FnMut(usize, Outcome) -> Result<()>,
    ) -> Result<bool> {
        let mut hand_on = |i: usize, outcome: std::result::Result<Vec<Cube>, String>| {
            sink(i, outcome.map_err(|message| self.failure(keys[i], message)))
        };
        if self.sharing == Sharing::Runs {
            return batch::in_order(keys.len(), stop, progress, |i| self.hooked(keys[i]), hand_on);
        }
        for (i, &key) in keys.iter().enumerate() {
            if !batch::in_order(
                1,
                stop,
                &mut (),
                |_| self.in_pool(|| self.hooked(key)),
                |_, outcome| hand_on(i, outcome),
            )? {
                return Ok(false);
            }
            progress.report(i as u64 + 1, keys.len() as u64);
        }
        Ok(true)
    }

    /// Runs all scenarios under one key; a panic becomes a [`Failure`].
    ///
    /// # Errors
    ///
    /// What the run said when it stopped.
    pub fn guarded(&self, key: RunKey) -> Outcome {
        super::batch::guarded(|| self.hooked(key)).map_err(|message| self.failure(key, message))
    }

    fn hooked(&self, key: RunKey) -> Vec<Cube> {
        if let Some(fault) = self.fault {
            fault(key);
        }
        self.run(key)
    }

    /// A failure of a key, as a row.
    pub(super) fn failure(&self, key: RunKey, message: String) -> Failure {
        Failure { seed: self.seed.value(), draw: key.draw, replicate: key.replicate, message }
    }
}

fn prepare(scenarios: &[Scenario], population: &Population) -> Vec<Prepared> {
    let mut prepared: Vec<Prepared> = Vec::with_capacity(scenarios.len());
    for s in scenarios {
        let network = Network::corridor(s.simulated(), s.known_until());
        let mut conditions = Conditions::new(s, population);
        // Most of what a scenario says by day is what the first one says, or the one before.
        let neighbours = [prepared.first(), prepared.last()];
        neighbours.into_iter().flatten().for_each(|other| conditions.share(&other.conditions));
        let same = prepared.first().filter(|base| *base.network == network);
        prepared.push(Prepared {
            network: same.map_or_else(|| Arc::new(network), |base| Arc::clone(&base.network)),
            conditions: Arc::new(conditions),
            fork: scenarios.first().map(|base| fork_day(base, s)),
            scenario: s.clone(),
        });
    }
    prepared
}

fn fork_day(base: &Scenario, other: &Scenario) -> usize {
    let common = Span { from: base.start(), until: base.horizon().until.min(other.horizon().until) };
    let days = common.days();
    match base.first_difference(other) {
        Some(date) => usize::try_from(common.index(date)).unwrap_or(0).min(days),
        None => days,
    }
}

fn finish(rules: &Corridor, mut state: State, observer: &Monthly<'_>, day: usize) -> Cube {
    let mut observer = observer.fork(rules);
    run_days(rules, &mut state, day..rules.last_day() + 1, &mut observer);
    observer.finish()
}
