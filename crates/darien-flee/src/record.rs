//! What is kept of a run: counts at the end of each day.

use super::rules::FleeRules;
use super::state::State;
use super::world::World;
use crate::engine::plan::{Observer, RuleSet, run_days};
use crate::random::Seed;
use rayon::prelude::*;

/// The counts of a run by day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Agents in each camp (in the order of [`World::camps`]), by day.
    pub camps: Vec<Vec<u32>>,
    /// All agents, by day.
    pub agents: Vec<u64>,
    /// Agents on links, by day.
    pub travelling: Vec<u64>,
    /// Agents that have entered each link over the whole run.
    pub entered: Vec<u64>,
    /// Agents that should have started but found no place to start from, at the end.
    pub unplaced: u64,
}

impl Record {
    /// Agents in all camps on a day.
    pub fn in_camps(&self, day: usize) -> u64 {
        self.camps.iter().map(|c| u64::from(c[day])).sum()
    }

    /// Existing agents summed over the days: the steps that FLEE would make.
    pub fn agent_steps(&self) -> u64 {
        self.agents.iter().sum()
    }
}

/// Fills a [`Record`].
#[derive(Debug)]
pub struct Recorder<'a> {
    world: &'a World,
    record: Record,
}

impl<'a> Recorder<'a> {
    /// A recorder for a world.
    pub fn new(world: &'a World) -> Self {
        let record =
            Record { camps: vec![Vec::with_capacity(world.days); world.camps.len()], ..Record::default() };
        Self { world, record }
    }

    /// What was recorded.
    pub fn finish(self) -> Record {
        self.record
    }
}

impl Observer<State> for Recorder<'_> {
    fn end_of_day(&mut self, day: usize, state: &State) {
        for (series, &camp) in self.record.camps.iter_mut().zip(&self.world.camps) {
            series.push(state.present(camp as usize));
        }
        self.record.agents.push(state.agents.len() as u64);
        self.record.travelling.push(state.travelling());
        if day + 1 == self.world.days {
            self.record.entered.clone_from(&state.entered);
            self.record.unplaced = state.unplaced;
        }
    }
}

/// Runs a world once.
pub fn run(world: &World, seed: Seed) -> Record {
    let rules = FleeRules { world, seed };
    let mut state = rules.start();
    let mut recorder = Recorder::new(world);
    run_days(&rules, &mut state, 0..world.days, &mut recorder);
    recorder.finish()
}

/// Runs a world several times, with the seeds of replicates 0, 1, …, on the threads of the current pool; the
/// result does not depend on their number.
pub fn run_many(world: &World, seed: Seed, runs: usize) -> Vec<Record> {
    (0..runs).into_par_iter().map(|r| run(world, seed.replicate(r as u64))).collect()
}
