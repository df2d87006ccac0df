//! A day on the road.

use super::state::{NEVER, NO_PATH, ON_LINK, SETTLED, State};
use super::world::World;
use crate::random::{Decision, Seed, sample};

/// Most links that an agent enters on one day; a guard against worlds of tiny roads.
const MOST_LINKS: u32 = 100_000;

/// Index of the draw of settling among the draws of an agent and day.
const SETTLING: u32 = (1 << 20) + 1;

impl State {
    /// All agents on links travel, in order.
    pub(crate) fn travel(&mut self, world: &World, seed: Seed, day: usize) {
        for word in 0..self.road.words() {
            let bits = self.road.word(word);
            let (mut left, mut stay) = (bits, bits);
            while left != 0 {
                let bit = left & left.wrapping_neg();
                left ^= bit;
                if !self.travel_one(world, seed, day, word * 64 + bit.trailing_zeros() as usize) {
                    stay ^= bit;
                }
            }
            if stay != bits {
                self.road.put(word, stay);
            }
        }
        if world.places.iter().any(|p| p.settles > 0.0 && p.settles < 1.0) {
            self.settle(world, seed, day);
        }
    }

    /// In the evening, people in camps settle for good; where that is certain, nobody leaves a camp anyway.
    fn settle(&mut self, world: &World, seed: Seed, day: usize) {
        for i in 0..self.agents.len() {
            let agent = &mut self.agents[i];
            let place = agent.at as usize;
            if agent.at & ON_LINK != 0 || agent.path == SETTLED || !self.places[place].camp {
                continue;
            }
            let word = seed.words(Decision::FleeMove, i as u32, day as u32, SETTLING)[0];
            if sample::bernoulli(word, world.places[place].settles) {
                (agent.path, agent.due) = (SETTLED, NEVER);
            }
        }
    }

    /// One agent travels; whether it is still on a link in the evening.
    ///
    /// Every link gives a fresh day's speed, and what was travelled today is compared with it on arrival only.
    fn travel_one(&mut self, world: &World, seed: Seed, day: usize, i: usize) -> bool {
        let settings = &world.settings;
        let recent = Self::recent(&self.agents[i], day);
        let mut today = 0.0;
        let mut on_road = true;
        for hop in 1..=MOST_LINKS {
            let agent = &mut self.agents[i];
            let at = (agent.at & !ON_LINK) as usize;
            let link = &world.links[at];
            let words = seed.words(Decision::FleeMove, i as u32, day as u32, hop);
            let foot = (settings.start_on_foot && !agent.started)
                || link.walk_probability.is_some_and(|p| {
                    sample::bernoulli(seed.words(Decision::FleeLink, i as u32, day as u32, hop)[0], p)
                });
            let speed = if foot { settings.max_walk_speed } else { link.speed };
            agent.km += speed;
            today += speed;
            if agent.km <= link.km {
                break;
            }
            agent.started = true;
            today -= agent.km - link.km;
            let shut =
                self.closed[at] != 0 || (world.quirks.shut_under_way && self.shut_on[at] > agent.entered);
            let place = if shut { link.from } else { link.to } as usize;
            agent.at = place as u32;
            agent.km = 0.0;
            let routed = agent.path != NO_PATH;
            self.on_link[at] -= 1;
            self.enter(world, place);
            // What is left to decide tonight, and from when on the place holds the agent.
            let now = &self.places[place];
            let mut next_chance = day + 1;
            if !shut && today < speed {
                let stint = f64::midpoint(recent, today / settings.max_move_speed);
                let forced = routed || (settings.avoid_short_stints && stint < 0.5 && now.town);
                let wait = if forced { 0 } else { now.stays(sample::unit(words[0])) };
                if wait > 0 {
                    self.set_due(world, i, day + wait as usize);
                    on_road = false;
                    break;
                }
                if self.set_out(world, i, day, sample::unit(words[1])) {
                    continue;
                }
            } else if routed {
                // With a route ahead it goes on in the morning for sure.
                self.set_due(world, i, next_chance);
                on_road = false;
                break;
            }
            next_chance += self.places[place].stays(sample::unit(words[2])) as usize;
            self.set_due(world, i, next_chance);
            on_road = false;
            break;
        }
        let agent = &mut self.agents[i];
        agent.recent = f64::midpoint(recent, today / settings.max_move_speed);
        agent.lived = day as u16 + 1;
        on_road
    }
}
