//! What is done to places on a day: conflicts, closures, growing capacities, and new waits for those whose place
//! has changed.

use super::kind::Kind;
use super::state::{NO_PATH, ON_LINK, State};
use super::world::{Barrier, Event, World};
use crate::random::{Decision, Seed, sample};

/// Index of the draw of a new wait among the draws of an agent and day.
const NEW_WAIT: u32 = 1 << 20;

impl State {
    /// Begins, changes and ends conflicts.
    pub(crate) fn apply_conflicts(&mut self, world: &World, day: usize) {
        for event in &world.conflicts[day] {
            let Event::Conflict { place, level } = event else { continue };
            let place = *place as usize;
            let now = &mut self.places[place];
            if let Some(level) = level {
                if now.level < 0.0 || world.quirks.levels_frozen {
                    now.since = day;
                }
                now.level = *level;
                now.base_chance = world.settings.conflict_movechance;
                now.town = false;
            } else {
                now.level = -1.0;
                let kind = world.places[place].kind;
                let special = matches!(kind, Kind::Camp | Kind::IdpCamp | Kind::Hub | Kind::Marker);
                if world.quirks.peace_makes_towns || !special {
                    now.town = true;
                    now.base_chance = world.settings.default_movechance;
                } else {
                    now.base_chance = world.chance(kind);
                }
            }
            self.renew_chance(world, place);
        }
    }

    /// Begins and ends closures.
    pub(crate) fn apply_closures(&mut self, world: &World, day: usize) {
        let mut links_changed = false;
        for event in &world.closures[day] {
            let Event::Closure { barrier, close } = event else { continue };
            match barrier {
                Barrier::Links(links) => {
                    links_changed = true;
                    for &l in links {
                        let closed = &mut self.closed[l as usize];
                        *closed = match (close, world.quirks.first_end_opens) {
                            (true, true) => 1,
                            (false, true) => 0,
                            (true, false) => closed.saturating_add(1),
                            (false, false) => closed.saturating_sub(1),
                        };
                    }
                }
                Barrier::Camp(place) => {
                    let place = *place as usize;
                    let now = &mut self.places[place];
                    (now.camp, now.town) = (!close, *close);
                    now.base_chance =
                        world.chance(if *close { Kind::Town } else { world.places[place].kind });
                    self.renew_chance(world, place);
                }
            }
        }
        if links_changed {
            self.choice.links_changed(&world.paths, &self.closed);
        }
    }

    /// Lets capacities grow and move chances follow capacity and population.
    pub(crate) fn apply_growth(&mut self, world: &World) {
        for (place, fixed) in world.places.iter().enumerate() {
            if fixed.capacity_per_day != 0.0 {
                self.places[place].capacity += fixed.capacity_per_day;
                self.renew_multiplier(world, place);
            }
            if world.settings.movechance_pop_scale_factor != 0.0 {
                self.renew_chance(world, place);
            }
        }
    }

    /// Draws the wait of everybody anew who sits at a place whose move chance has changed: waits are drawn for
    /// a whole stay, and the wait that is left of a geometric one is geometric again.
    pub(crate) fn renew_waits(&mut self, world: &World, seed: Seed, day: usize) {
        if !self.changed.contains(&true) {
            return;
        }
        for i in 0..self.agents.len() {
            let agent = &self.agents[i];
            if agent.at & ON_LINK == 0 && agent.path == NO_PATH && self.changed[agent.at as usize] {
                let words = seed.words(Decision::FleeMove, i as u32, day as u32, NEW_WAIT);
                let wait = self.places[agent.at as usize].stays(sample::unit(words[0]));
                self.set_due(world, i, day + wait as usize);
            }
        }
        self.changed.fill(false);
    }
}
