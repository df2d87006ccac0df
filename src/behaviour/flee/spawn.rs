//! New agents: by the data, or by conflict.

use super::choice::decay;
use super::settings::ConflictDriven;
use super::state::{Agent, NEVER, NO_PATH, State};
use super::world::World;
use crate::random::{Decision, Seed, sample};

/// Index of the number of agents that a conflict drives out, among the draws of a place and day.
const HOW_MANY: u32 = 1;

impl State {
    /// Puts an agent into the world; it decides for the first time today.
    fn add(&mut self, world: &World, place: usize, day: usize, unit: f64) {
        let id = self.agents.len();
        self.agents.push(Agent {
            at: place as u32,
            path: NO_PATH,
            due: NEVER,
            lived: day as u16,
            step: 0,
            started: false,
            km: 0.0,
            recent: 0.0,
        });
        if world.settings.stay_close_to_home && !world.quirks.home_is_here {
            self.homes.push(place as u32);
        }
        self.enter(world, place);
        let wait = self.places[place].stays(unit);
        self.set_due(world, id, day + wait as usize);
    }

    /// Fills the camps before day 0.
    pub(crate) fn fill_camps(&mut self, world: &World, seed: Seed) {
        for place in 0..world.places.len() {
            for _ in 0..world.places[place].initial {
                let words = seed.words(Decision::FleeSpawn, self.agents.len() as u32, 0, 0);
                self.add(world, place, 0, sample::unit(words[1]));
            }
        }
        self.changed.fill(false);
    }

    /// Lets the agents of a day start.
    pub(crate) fn spawn(&mut self, world: &World, seed: Seed, day: usize) {
        if world.settings.conflict_driven_spawning == ConflictDriven::Off {
            self.spawn_by_data(world, seed, day);
        } else {
            self.spawn_by_conflict(world, seed, day);
        }
    }

    fn renew_sources(&mut self, world: &World, day: usize) {
        self.sources.clear();
        let mut sum = 0.0;
        for (i, now) in self.places.iter().enumerate() {
            if now.level > 0.0 {
                let w = now.population as f64 * now.level * decay(world, now.since, day);
                if w > 0.0 {
                    sum += w;
                    self.sources.push((i as u32, sum));
                }
            }
        }
    }

    fn spawn_by_data(&mut self, world: &World, seed: Seed, day: usize) {
        let mut new = world.schedule.arrivals[day] + std::mem::take(&mut self.unplaced);
        if new == 0 {
            return;
        }
        self.renew_sources(world, day);
        while new > 0 {
            let Some(&(_, sum)) = self.sources.last() else { break };
            let words = seed.words(Decision::FleeSpawn, self.agents.len() as u32, day as u32, 0);
            let x = sample::unit(words[0]) * sum;
            let i = self.sources.partition_point(|s| s.1 <= x).min(self.sources.len() - 1);
            let place = self.sources[i].0 as usize;
            self.add(world, place, day, sample::unit(words[1]));
            new -= 1;
            if world.settings.take_from_population {
                let now = &mut self.places[place];
                now.population = now.population.saturating_sub(1);
                if now.population == 0 {
                    self.renew_sources(world, day);
                }
            }
        }
        self.unplaced = new;
    }

    fn spawn_by_conflict(&mut self, world: &World, seed: Seed, day: usize) {
        let hasten = if world.quirks.driven_not_hastened { 1.0 } else { world.settings.hasten as f64 };
        for place in 0..self.places.len() {
            let now = &self.places[place];
            if now.level <= 0.0 {
                continue;
            }
            let new = match world.settings.conflict_driven_spawning {
                ConflictDriven::Off => 0,
                ConflictDriven::Constant(k) => (k / hasten * now.level) as u64,
                ConflictDriven::PopulationRatio(r) => (r * now.population as f64 * now.level) as u64,
                ConflictDriven::Poisson(k) => {
                    let word = seed.words(Decision::FleeSpawn, place as u32, day as u32, HOW_MANY)[0];
                    sample::poisson(word, k / hasten * now.level)
                }
            };
            let new = if world.settings.take_from_population { new.min(now.population) } else { new };
            for _ in 0..new {
                let words = seed.words(Decision::FleeSpawn, self.agents.len() as u32, day as u32, 0);
                self.add(world, place, day, sample::unit(words[1]));
            }
            if world.settings.take_from_population {
                self.places[place].population -= new;
            }
        }
    }
}
