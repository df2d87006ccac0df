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
    /// Wants to go, saves up or waits.
    Waiting,
    /// On a leg or about to choose one.
    Travelling,
    /// In line for a leg with a daily capacity.
    Queued,
    /// Held for a repatriation flight.
    Held,
    /// On the way south, home.
    Southbound,
    /// At home again, before a new attempt.
    Home,
}

/// A travel group that wants to go and has not left: 20 bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    /// Number of its first member.
    pub head: u32,
    /// Money per person, USD.
    pub money: f32,
    /// Position in the list of those who wait.
    pub listed: u32,
    /// How often the slot was used: events of earlier users are stale.
    pub generation: u16,
    /// Its group.
    pub group: u8,
    /// Its nationality.
    pub nationality: u8,
    /// Members; 0 where the slot is free.
    pub size: u8,
    /// Members under 18.
    pub minors: u8,
    /// Purse class.
    pub purse: u8,
    /// Attempts made before this one.
    pub attempts: u8,
}

/// A travel group that has left: 32 bytes. It is in one place only — a day of the calendar, a line, a list of the held,
/// at home — and moves with it, so that nothing has to be looked up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Party {
    /// Time of its last or next event, days.
    pub time: f64,
    /// Number of its first member.
    pub head: u32,
    /// Money left per person, USD.
    pub money: f32,
    /// Day of its departure, of joining a queue or of being held, whichever came last.
    pub since: u16,
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
    /// Purse class.
    pub purse: u8,
    /// Attempts made before this one.
    pub attempts: u8,
    /// Whether it is on the way home.
    pub southbound: bool,
}

/// No leg.
pub const NO_LEG: u8 = u8::MAX;

/// What is due at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The intent lapses.
    Lapse,
    /// Money suffices: the party starts to wait on its community's clock.
    Able,
    /// The party may try again from home.
    Retry,
}

/// An entry of the calendar of those at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Slot of the party, among the waiting or (for [`Due::Retry`]) among those at home again.
    pub slot: u32,
    /// Generation of the slot; 0 for [`Due::Retry`].
    pub generation: u16,
    /// What is due.
    pub due: Due,
}

/// What is heard of the border or of a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Community that hears of it.
    pub community: u32,
    /// Nationality.
    pub nationality: u8,
    /// Persons, agents.
    pub size: u8,
    /// Whether they were let in.
    pub success: bool,
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
    /// Slots of those who wait.
    pub waiting: Vec<Waiting>,
    /// Free slots.
    pub free: Vec<u32>,
    /// Parties at home again before a new attempt; size 0 where the slot is free.
    pub home: Vec<Party>,
    /// Free slots of those.
    pub home_free: Vec<u32>,
    /// Bit set for heads that have left the ground state.
    pub gone: Vec<u64>,
    /// Hazard clocks of the communities.
    pub clocks: Clocks<u64>,
    /// What is due at home: lapses, money that suffices, new attempts.
    pub at_home: Calendar<Event>,
    /// What is due on the road: arrivals and ends of rests.
    pub on_road: Calendar<Party>,
    /// Lines before capacities.
    pub queues: Vec<Queue<Party>>,
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
    /// Parties stopped by a control today, in order.
    pub stopped: Vec<(Party, Control)>,
    /// Parties held, by operator and in order.
    pub held: Vec<Vec<Party>>,
    /// Persons among them, agents.
    pub held_persons: [i64; 3],
    /// Seats carried over to the next day, by operator.
    pub seat_credit: [f64; 3],
    /// Outcomes heard of today.
    pub heard: Vec<Heard>,
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
    /// A party begins to wait, in a slot of its own.
    pub fn admit(&mut self, mut party: Waiting) -> u32 {
        let mind = &mut self.minds[usize::from(party.nationality)];
        party.listed = mind.waiting_list.len() as u32;
        mind.waiting += i64::from(party.size);
        let slot = if let Some(slot) = self.free.pop() {
            party.generation = self.waiting[slot as usize].generation;
            self.waiting[slot as usize] = party;
            slot
        } else {
            self.waiting.push(party);
            (self.waiting.len() - 1) as u32
        };
        self.minds[usize::from(party.nationality)].waiting_list.push(slot);
        slot
    }

    /// A party no longer waits: frees its slot, whose pending events become stale.
    pub fn release(&mut self, slot: u32) {
        let party = &mut self.waiting[slot as usize];
        let (nationality, size, at) =
            (usize::from(party.nationality), i64::from(party.size), party.listed as usize);
        party.size = 0;
        party.generation = party.generation.wrapping_add(1);
        self.free.push(slot);
        let mind = &mut self.minds[nationality];
        mind.waiting -= size;
        mind.waiting_list.swap_remove(at);
        if let Some(&moved) = mind.waiting_list.get(at) {
            self.waiting[moved as usize].listed = at as u32;
        }
    }

    /// The waiting party of an event or a clock, unless it is stale.
    #[inline]
    pub fn live(&self, slot: u32, generation: u16) -> Option<Waiting> {
        let party = self.waiting[slot as usize];
        (party.generation == generation && party.size > 0).then_some(party)
    }

    /// Enters something due for a waiting party.
    pub fn schedule(&mut self, day: usize, slot: u32, due: Due) {
        let generation = self.waiting[slot as usize].generation;
        self.at_home.add(day, Event { slot, generation, due });
    }

    /// A party on the road goes on when its time comes, tomorrow at the earliest.
    #[inline]
    pub fn go_on(&mut self, day: usize, party: Party) {
        self.on_road.add((party.time as usize).max(day + 1), party);
    }

    /// A party rests at home and may try again on a day.
    pub fn rest_at_home(&mut self, day: usize, party: Party) {
        let slot = if let Some(slot) = self.home_free.pop() {
            self.home[slot as usize] = party;
            slot
        } else {
            self.home.push(party);
            (self.home.len() - 1) as u32
        };
        self.at_home.add(day, Event { slot, generation: 0, due: Due::Retry });
    }

    /// Takes a party that was at home out of its slot.
    pub fn leave_home(&mut self, slot: u32) -> Party {
        let party = self.home[slot as usize];
        self.home[slot as usize].size = 0;
        self.home_free.push(slot);
        party
    }

    /// Persons in line before a pool, agents.
    pub fn queue(&self, pool: Pool) -> u64 {
        self.queues[pool as usize].persons()
    }

    /// Every party that is not in the ground state, as it stands at the end of a day: where it is, nationality, members.
    pub fn parties(&self) -> impl Iterator<Item = (Mode, u8, u8)> + '_ {
        let waiting = self.waiting.iter().filter(|p| p.size > 0);
        let home = self.home.iter().filter(|p| p.size > 0);
        let road = self
            .on_road
            .pending()
            .map(|p| (if p.southbound { Mode::Southbound } else { Mode::Travelling }, p.nationality, p.size));
        waiting
            .map(|p| (Mode::Waiting, p.nationality, p.size))
            .chain(home.map(|p| (Mode::Home, p.nationality, p.size)))
            .chain(road)
            .chain(self.queues.iter().flat_map(Queue::iter).map(|p| (Mode::Queued, p.nationality, p.size)))
            .chain(self.held.iter().flatten().map(|p| (Mode::Held, p.nationality, p.size)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is streamed every day stays small; a field more is a decision.
    #[test]
    fn parties_are_small() {
        assert_eq!((size_of::<Waiting>(), size_of::<Party>(), size_of::<Event>()), (20, 32, 8));
    }
}
