//! What is done to places on a day: changes of type, conflicts, floods, closures, growing capacities, and new waits for those whose place
//! has changed.

use super::kind::Kind;
use super::state::{NEVER, NO_PATH, ON_LINK, State};
use super::world::{Barrier, Event, World};
use crate::random::{Decision, Seed, sample};

/// Index of the draw of a new wait among the draws of an agent and day.
const NEW_WAIT: u32 = 1 << 20;

impl State {
    /// What a morning brings: places that change their type, hunger, floods, conflicts.
    pub(crate) fn apply_morning(&mut self, world: &World, day: usize) {
        self.renew_hunger(world, day);
        let mut conflicts_changed = false;
        for event in &world.mornings[day] {
            match event {
                Event::Kind { place, kind } => self.change_kind(world, *place as usize, *kind, day),
                Event::Flood { place, level } => {
                    self.places[*place as usize].flood = *level;
                    self.renew_chance(world, *place as usize);
                }
                Event::Conflict { place, level } => {
                    conflicts_changed = true;
                    self.change_conflict(world, *place as usize, *level, day);
                }
                Event::Closure { .. } => {}
            }
        }
        if conflicts_changed && world.quirks.weights_of_yesterday {
            self.renew_sources(world, day);
        }
    }

    /// Brings the share of people who lack food up to date.
    fn renew_hunger(&mut self, world: &World, day: usize) {
        if world.hunger.is_empty() {
            return;
        }
        for place in 0..self.places.len() {
            let hunger = world.hunger(place, day);
            if hunger != self.places[place].hunger {
                self.places[place].hunger = hunger;
                if world.settings.flee_when_starving {
                    self.renew_chance(world, place);
                    self.changed[place] = true;
                }
            }
        }
    }

    /// A place becomes something else; a conflict in it ends, unless it becomes a conflict zone.
    fn change_kind(&mut self, world: &World, place: usize, kind: Kind, day: usize) {
        let zone = kind == Kind::ConflictZone;
        let now = &mut self.places[place];
        (now.kind, now.camp) = (kind, kind.is_camp());
        if now.closed_kind.is_some() {
            now.closed_kind = Some(kind);
        }
        now.level = if zone { world.level_of_change() } else { -1.0 };
        if zone && !world.quirks.zones_start_active {
            now.since = day as i64;
        }
        self.renew_base_chance(world, place);
    }

    /// A conflict begins, changes its level or ends.
    fn change_conflict(&mut self, world: &World, place: usize, level: Option<f64>, day: usize) {
        let now = &mut self.places[place];
        if level.is_some() && (now.level < 0.0 || world.quirks.levels_frozen) {
            now.since = day as i64;
        }
        now.level = level.unwrap_or(-1.0);
        if level.is_none() && world.quirks.peace_makes_towns {
            now.town = true;
            now.base_chance = world.settings.default_movechance;
            self.renew_chance(world, place);
        } else {
            self.renew_base_chance(world, place);
        }
    }

    /// Works out what follows from the type of a place and its conflict.
    fn renew_base_chance(&mut self, world: &World, place: usize) {
        let now = &mut self.places[place];
        let conflict = now.level >= 0.0;
        now.town = !conflict && now.kind.is_town();
        now.base_chance =
            if conflict { world.settings.conflict_movechance } else { world.chance(place, now.kind) };
        self.renew_chance(world, place);
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
                        if *close && *closed == 0 {
                            self.shut_on[l as usize] = day as u16;
                        }
                        *closed = match (close, world.quirks.first_end_opens) {
                            (true, true) => 1,
                            (false, true) => 0,
                            (true, false) => closed.saturating_add(1),
                            (false, false) => closed.saturating_sub(1),
                        };
                    }
                }
                Barrier::Camp { place, reopens } => {
                    let now = &mut self.places[*place as usize];
                    if *close {
                        now.closed_kind = now.closed_kind.or(Some(now.kind));
                        now.kind = Kind::Town;
                    } else {
                        let before = now.closed_kind.take().unwrap_or(now.kind);
                        now.kind = reopens.unwrap_or(before);
                    }
                    now.camp = now.kind.is_camp();
                    if world.quirks.closure_names_kind {
                        now.level = -1.0;
                    }
                    self.renew_base_chance(world, *place as usize);
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
        let fleeting = world.settings.flee_when_starving && day + 1 < world.days;
        for i in 0..self.agents.len() {
            let agent = &self.agents[i];
            if agent.at & ON_LINK == 0 && agent.path == NO_PATH && self.changed[agent.at as usize] {
                let words = seed.words(Decision::FleeMove, i as u32, day as u32, NEW_WAIT);
                let place = agent.at as usize;
                let wait = self.places[place].stays(sample::unit(words[0]));
                // Where hunger changes the chance again tomorrow, the wait is drawn again tomorrow.
                if wait > 0 && fleeting && world.hunger(place, day) != world.hunger(place, day + 1) {
                    self.agents[i].due = NEVER;
                } else {
                    self.set_due(world, i, day + wait as usize);
                }
            }
        }
        self.changed.fill(false);
    }
}
