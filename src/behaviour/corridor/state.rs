//! The state of the corridor: everything that changes in a run.

use super::routes::Routes;
use super::tally::Tally;
use crate::engine::calendar::Calendar;
use crate::engine::queue::Queue;
use crate::engine::waiting::Clocks;
use crate::world::conditions::N;
use crate::world::network::{Control, Pool};

/// Where a party is in its journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// The slot is free.
    Free,
    /// Wants to go, saves up or waits.
    Waiting,
    /// On a leg or about to choose one.
    Travelling,
    /// In line for a leg with a daily capacity.
    Queued,
    /// Stopped by a control today.
    Stopped,
    /// Held for a repatriation flight.
    Held,
    /// On the way south, home.
    Southbound,
    /// At home again, before a new attempt.
    Home,
}

/// A travel group that has left the ground state: 40 bytes, stored only while it acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Party {
    /// Number of its first member.
    pub head: u32,
    /// Its community.
    pub community: u32,
    /// Time of its last event, days.
    pub time: f64,
    /// Money left per person, USD.
    pub money: f32,
    /// Day of its departure, of joining a queue or of being held, as its mode says.
    pub since: u16,
    /// How often the slot was used: events of earlier users are stale.
    pub generation: u16,
    /// Position in the list of those who wait.
    pub listed: u32,
    /// Steps taken: the index of its next draw.
    pub step: u16,
    /// Its group.
    pub group: u8,
    /// Its nationality.
    pub nationality: u8,
    /// Members.
    pub size: u8,
    /// Members under 18.
    pub minors: u8,
    /// Where it is, or where its leg began.
    pub place: u8,
    /// The leg that it is on or in line for; [`NO_LEG`] where none.
    pub leg: u8,
    /// Where it is in its journey.
    pub mode: Mode,
    /// Purse class.
    pub purse: u8,
    /// Attempts made before this one.
    pub attempts: u8,
    /// Whether it has crossed the Darién on this attempt.
    pub crossed: bool,
}

/// No leg.
pub const NO_LEG: u8 = u8::MAX;

/// What is due for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The intent lapses.
    Lapse,
    /// Money suffices: the party starts to wait on its community's clock.
    Able,
    /// The party arrives, or goes on after a rest.
    Move,
    /// The party may try again from home.
    Retry,
}

/// An entry of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Slot of the party.
    pub slot: u32,
    /// Generation of the slot.
    pub generation: u16,
    /// What is due.
    pub due: Due,
}

/// What a nationality believes and remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mind {
    /// Believed chance of success at the end of the route, 0–1.
    pub belief: f64,
    /// Admissions heard of, fading.
    pub seen_success: f64,
    /// Refusals heard of, fading.
    pub seen_failure: f64,
    /// Arrivals at the US border in the last month, fading, agents.
    pub arrivals: f64,
    /// Crossings of the Darién in the last two months, fading, agents a month.
    pub crossings: f64,
    /// Crossings of the Darién that are remembered, fading over the memory of routes, agents a month.
    pub travelled: f64,
    /// Persons flown home in the last two months, fading, agents a month.
    pub flown: f64,
    /// Persons who wait to depart, agents.
    pub waiting: i64,
    /// Slots of those who wait.
    pub waiting_list: Vec<u32>,
    /// Today's shock to intent and departure, log.
    pub mood: f64,
    /// Part of a lawful place that is carried over to the next day.
    pub lawful_credit: f64,
}

/// Stocks of people by nationality, agents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stocks {
    /// On the way between home and the Darién (or the bypass).
    pub approach: [i64; N],
    /// Within Panama.
    pub panama: [i64; N],
    /// Between Panama and Mexico.
    pub transit: [i64; N],
    /// Within Mexico.
    pub mexico: [i64; N],
    /// On the way south.
    pub south: [i64; N],
    /// At home again, before a possible new attempt.
    pub home: [i64; N],
    /// Held for a flight.
    pub held: [i64; N],
}

/// Everything that changes.
#[derive(Debug, Clone)]
pub struct State {
    /// Slots of parties.
    pub parties: Vec<Party>,
    /// Free slots.
    pub free: Vec<u32>,
    /// Bit set for heads that have left the ground state.
    pub gone: Vec<u64>,
    /// Hazard clocks of the communities.
    pub clocks: Clocks<u64>,
    /// What is due at home: lapses, money that suffices, new attempts.
    pub at_home: Calendar<Event>,
    /// What is due on the road: arrivals and ends of rests.
    pub on_road: Calendar<Event>,
    /// Lines before capacities.
    pub queues: Vec<Queue<u32>>,
    /// Remembered arrivals of each community, agents.
    pub remembered: Vec<f32>,
    /// Tilt of each community's belief by its own experience, log.
    pub tilt: Vec<f32>,
    /// Departure factor of each community: `exp(power × tilt)`.
    pub tilt_factor: Vec<f32>,
    /// Largest remembered arrivals per agent of a block's communities (an upper bound).
    pub block_memory: Vec<f32>,
    /// What nationalities believe.
    pub minds: Vec<Mind>,
    /// Entries that the trail industry remembers, fading, agents.
    pub industry: f64,
    /// Route choice as things look now.
    pub routes: Routes,
    /// Parties stopped by a control today: slot and control.
    pub stopped: Vec<(u32, Control)>,
    /// Parties held, by operator and in order.
    pub held: Vec<Vec<u32>>,
    /// Seats carried over to the next day, by operator.
    pub seat_credit: [f64; 3],
    /// Outcomes heard of today: community, agents, success.
    pub heard: Vec<(u32, u8, u8, bool)>,
    /// Today's counts.
    pub tally: Tally,
    /// Stocks.
    pub stocks: Stocks,
    /// Candidates walked since the start, for the profile.
    pub candidates: u64,
    /// Legs walked since the start, for the profile.
    pub legs_walked: u64,
}

impl State {
    /// A fresh party in a slot of its own.
    pub fn admit(&mut self, mut party: Party) -> u32 {
        if let Some(slot) = self.free.pop() {
            party.generation = self.parties[slot as usize].generation;
            self.parties[slot as usize] = party;
            slot
        } else {
            self.parties.push(party);
            (self.parties.len() - 1) as u32
        }
    }

    /// Frees a slot; its pending events become stale.
    pub fn release(&mut self, slot: u32) {
        let party = &mut self.parties[slot as usize];
        party.mode = Mode::Free;
        party.generation = party.generation.wrapping_add(1);
        self.free.push(slot);
    }

    /// The party of an event, unless the event is stale.
    pub fn live(&self, slot: u32, generation: u16) -> Option<&Party> {
        let party = &self.parties[slot as usize];
        (party.generation == generation && party.mode != Mode::Free).then_some(party)
    }

    /// Enters something due for a party.
    pub fn schedule(&mut self, day: usize, slot: u32, due: Due) {
        let generation = self.parties[slot as usize].generation;
        let calendar = if due == Due::Move { &mut self.on_road } else { &mut self.at_home };
        calendar.add(day, Event { slot, generation, due });
    }

    /// Persons held by an operator, agents.
    pub fn held_persons(&self, operator: usize) -> i64 {
        self.held[operator].iter().map(|&s| i64::from(self.parties[s as usize].size)).sum()
    }

    /// Persons in line before a pool, agents.
    pub fn queue(&self, pool: Pool) -> u64 {
        self.queues[pool as usize].persons()
    }

    /// A party begins to wait.
    pub fn list_waiting(&mut self, slot: u32) {
        let (nationality, size) = {
            let p = &self.parties[slot as usize];
            (usize::from(p.nationality), i64::from(p.size))
        };
        let mind = &mut self.minds[nationality];
        self.parties[slot as usize].listed = mind.waiting_list.len() as u32;
        mind.waiting_list.push(slot);
        mind.waiting += size;
    }

    /// A party no longer waits.
    pub fn unlist_waiting(&mut self, slot: u32) {
        let (nationality, size, at) = {
            let p = &self.parties[slot as usize];
            (usize::from(p.nationality), i64::from(p.size), p.listed as usize)
        };
        let mind = &mut self.minds[nationality];
        mind.waiting_list.swap_remove(at);
        if let Some(&moved) = mind.waiting_list.get(at) {
            self.parties[moved as usize].listed = at as u32;
        }
        mind.waiting -= size;
    }
}
