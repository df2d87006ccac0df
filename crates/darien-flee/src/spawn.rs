//! New agents: by the data, by conflict, or by flood.

use super::choice::decay;
use super::setting_values::{ConflictDriven, FloodDriven, at_level};
use super::state::{Agent, NEVER, NO_PATH, State};
use super::world::World;
use crate::random::{Decision, Seed, sample};

/// Index of the number of agents that a conflict drives out, among the draws of a place and day.
const HOW_MANY: u32 = 1;

impl State {
    /// Puts an agent into the world; it decides for the first time today.
    fn add(&mut self, world: &World, seed: Seed, place: usize, day: usize) {
        let id = self.agents.len();
        let words = seed.words(Decision::FleeSpawn, id as u32, day as u32, 0).map(sample::unit);
        self.agents.push(Agent {
            at: place as u32,
            path: NO_PATH,
            due: NEVER,
            entered: 0,
            lived: day as u16,
            step: 0,
            started: false,
            km: 0.0,
            recent: 0.0,
        });
        if world.settings.stay_close_to_home && !world.quirks.home_is_here {
            self.homes.push(place as u32);
        }
        if world.persons.matter() {
            let boys = world.quirks.boys_of_any_age;
            self.views.push(world.persons.view(&world.settings, boys, place, [words[2], words[3]]));
        }
        self.enter(world, place);
        let wait = self.places[place].stays(words[1]);
        self.set_due(world, id, day + wait as usize);
    }

    /// Fills the camps before day 0.
    pub(crate) fn fill_camps(&mut self, world: &World, seed: Seed) {
        for place in 0..world.places.len() {
            for _ in 0..world.places[place].initial {
                self.add(world, seed, place, 0);
            }
        }
        self.changed.fill(false);
    }

    /// Lets the agents of a day start.
    pub(crate) fn spawn(&mut self, world: &World, seed: Seed, day: usize) {
        if world.settings.driven_by_flood() {
            self.spawn_by_flood(world, seed, day);
        } else if world.settings.conflict_driven_spawning == ConflictDriven::Off {
            self.spawn_by_data(world, seed, day);
        } else {
            self.spawn_by_conflict(world, seed, day);
        }
    }

    /// Works out from where people start, each place by its weight.
    pub(crate) fn renew_sources(&mut self, world: &World, day: usize) {
        self.sources.clear();
        let mut sum = 0.0;
        for (i, now) in self.places.iter().enumerate() {
            let conflict = if now.level > 0.0 { now.level * decay(world, now.since, day) } else { 0.0 };
            let w = now.population as f64 * (conflict + world.starving(i, now.level, day));
            if w > 0.0 {
                sum += w;
                self.sources.push((i as u32, sum));
            }
        }
    }

    fn spawn_by_data(&mut self, world: &World, seed: Seed, day: usize) {
        let mut new = world.schedule.arrivals[day] + std::mem::take(&mut self.unplaced);
        if new == 0 {
            return;
        }
        if !world.quirks.weights_of_yesterday {
            self.renew_sources(world, day);
        }
        while new > 0 {
            let Some(&(_, sum)) = self.sources.last() else { break };
            let words = seed.words(Decision::FleeSpawn, self.agents.len() as u32, day as u32, 0);
            let x = sample::unit(words[0]) * sum;
            let i = self.sources.partition_point(|s| s.1 <= x).min(self.sources.len() - 1);
            let place = self.sources[i].0 as usize;
            self.add(world, seed, place, day);
            new -= 1;
            if world.settings.take_from_population {
                let now = &mut self.places[place];
                now.population = now.population.saturating_sub(1);
                if now.population == 0 && !world.quirks.weights_of_yesterday {
                    self.renew_sources(world, day);
                }
            }
        }
        self.unplaced = new;
    }

    fn spawn_by_conflict(&mut self, world: &World, seed: Seed, day: usize) {
        let hasten = divisor(world);
        let size = |k: f64| if world.quirks.whole_numbers { k.trunc() } else { k };
        for place in 0..self.places.len() {
            let now = &self.places[place];
            if now.level <= 0.0 {
                continue;
            }
            let new = match world.settings.conflict_driven_spawning {
                ConflictDriven::Off => 0,
                ConflictDriven::Constant(k) => (size(k) / hasten * now.level) as u64,
                ConflictDriven::PopulationRatio(r) => (r * now.population as f64 * now.level) as u64,
                ConflictDriven::Poisson(k) => poisson(seed, place, day, size(k) / hasten * now.level),
            };
            self.drive_out(world, seed, day, place, new);
        }
    }

    fn spawn_by_flood(&mut self, world: &World, seed: Seed, day: usize) {
        let hasten = divisor(world);
        for place in 0..self.places.len() {
            let now = &self.places[place];
            if now.flood <= 0.0 {
                continue;
            }
            let new = match &world.settings.flood_driven_spawn_mode {
                FloodDriven::Off => 0,
                FloodDriven::Constant(list) => (at_level(list, now.flood) / hasten) as u64,
                FloodDriven::PopulationRatio(list) => {
                    (at_level(list, now.flood) * now.population as f64) as u64
                }
                FloodDriven::Poisson(list) => {
                    poisson(seed, place, day, at_level(list, now.flood).trunc() / hasten)
                }
            };
            self.drive_out(world, seed, day, place, new);
        }
    }

    /// Lets people start from a place, as many as are left.
    fn drive_out(&mut self, world: &World, seed: Seed, day: usize, place: usize, new: u64) {
        let left = self.places[place].population;
        let taken = world.settings.take_from_population;
        let new = if taken && !world.quirks.driven_beyond_population { new.min(left) } else { new };
        for _ in 0..new {
            self.add(world, seed, place, day);
        }
        if taken {
            self.places[place].population = left.saturating_sub(new);
        }
    }
}

/// By what the numbers that conflict and flood drive out are divided.
fn divisor(world: &World) -> f64 {
    if world.quirks.driven_not_hastened { 1.0 } else { world.settings.hasten as f64 }
}

/// The Poisson number of a place and day.
fn poisson(seed: Seed, place: usize, day: usize, mean: f64) -> u64 {
    sample::poisson(seed.words(Decision::FleeSpawn, place as u32, day as u32, HOW_MANY)[0], mean)
}
