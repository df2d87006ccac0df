//! The decisions of a morning: those whose wait is over set out.

use super::state::{NO_PATH, ON_LINK, State};
use super::world::World;
use crate::random::{Decision, Seed, sample};

/// A camp whose multiplier is under this turns people away: at the default buffer, over 95 % full.
const TURNED_AWAY: f64 = 0.5;

impl State {
    /// All agents that are due today decide, in order.
    pub(crate) fn decide(&mut self, world: &World, seed: Seed, day: usize) {
        let due = self.calendar.take(day);
        for &agent in &due {
            self.due.set(agent as usize);
        }
        for word in 0..self.due.words() {
            let mut bits = self.due.word(word);
            if bits == 0 {
                continue;
            }
            self.due.put(word, 0);
            while bits != 0 {
                let i = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let agent = &self.agents[i];
                // An entry is void where a new wait was drawn since.
                if agent.due as usize != day || agent.at & ON_LINK != 0 {
                    continue;
                }
                let words = seed.words(Decision::FleeMove, i as u32, day as u32, 0);
                if self.set_out(world, i, day, sample::unit(words[1])) {
                    self.road.set(i);
                } else {
                    let wait = self.places[self.agents[i].at as usize].stays(sample::unit(words[0]));
                    self.set_due(world, i, day + 1 + wait as usize);
                }
            }
        }
        self.calendar.recycle(due);
    }

    /// Takes an agent from its place onto the next link of its route, choosing a route if it has none. Where
    /// there is no such link, or the camp at the end is all but full, the route is dropped and it stays.
    #[inline]
    pub(crate) fn set_out(&mut self, world: &World, i: usize, day: usize, unit: f64) -> bool {
        let mut agent = self.agents[i];
        let here = agent.at as usize;
        if agent.path == NO_PATH {
            let Some(path) = self.choose(world, here, i, unit) else { return false };
            (agent.path, agent.step) = (path, 0);
        }
        let path = agent.path as usize;
        let links = world.paths.links(path);
        let end = &self.places[world.paths.end[path] as usize];
        let turned_away = end.camp && end.multiplier < TURNED_AWAY;
        let next = if turned_away { None } else { self.open_link(world, here, links[agent.step as usize]) };
        let Some(link) = next else {
            self.agents[i].path = NO_PATH;
            return false;
        };
        agent.step += 1;
        if agent.step as usize == links.len() {
            agent.path = NO_PATH;
        }
        agent.at = ON_LINK | link;
        agent.entered = day as u16;
        agent.km = 0.0;
        self.agents[i] = agent;
        self.on_link[link as usize] += 1;
        self.entered[link as usize] += 1;
        self.leave(world, here);
        true
    }

    /// An open link from a place to where a link of the route ends.
    #[inline]
    fn open_link(&self, world: &World, here: usize, wanted: u32) -> Option<u32> {
        let link = &world.links[wanted as usize];
        if link.from as usize == here && self.closed[wanted as usize] == 0 {
            return Some(wanted);
        }
        let same_end = |l: &&u32| world.links[**l as usize].to == link.to && self.closed[**l as usize] == 0;
        world.out[here].iter().find(same_end).copied()
    }
}
