//! Those at home, in shards: runs of communities of one group, each with everything that concerns its people before they
//! leave. A shard needs nothing of another, so that threads can share them; their number depends on the population
//! alone.

use super::state::Party;
use crate::engine::bits::Bits;
use crate::engine::calendar::Calendar;
use crate::engine::cells::Cells;
use crate::engine::terms::{Terms, Ticket};
use crate::engine::waiting::Clocks;
use crate::world::Population;
use crate::world::groups::GroupKind;

/// Communities in a shard: so many, or a quarter of those of its group, so that the largest world has few shards.
fn shard_communities(group_communities: u32) -> u32 {
    (group_communities / 4).next_power_of_two().clamp(512, 1 << 15)
}

/// Days that the calendar of a shard holds at hand.
const CALENDAR_DAYS: usize = 512;

/// Longest life of an intent, days: as good as for ever.
pub const LONGEST_LIFE: usize = 4_000;

/// A travel group that wants to go and has not left: 12 bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    /// Number of its first member.
    pub head: u32,
    /// Money per person, USD.
    pub money: f32,
    /// Members.
    pub size: u8,
    /// Members under 18.
    pub minors: u8,
    /// Purse class.
    pub purse: u8,
    /// Attempts made before this one.
    pub attempts: u8,
}

/// What is due at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Money suffices: the waiting party starts to wait on its community's clock.
    Able(Ticket),
    /// The party in a place among those at home again may try anew.
    Retry(u32),
}

/// What happened in a shard on a day, agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Formed the intent.
    pub intents: i64,
    /// Let it lapse.
    pub lapsed: i64,
    /// Formed it anew after coming home.
    pub renewed: i64,
    /// Candidates walked.
    pub candidates: u64,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Shard {
    /// Its group.
    pub group: usize,
    /// Nationality of its people.
    pub nationality: usize,
    /// Whether its people can be given lawful places: who lives in another country has none of them (88 FR 1243, 1255,
    /// 1266 and 1279 of 9 January 2023 exclude permanent residents and refugees of other countries; taken as all).
    pub eligible: bool,
    /// What happened today; taken and cleared by the phases.
    pub today: Counts,
    /// Persons who wait, agents.
    pub persons: i64,
    /// Its communities by the arrivals per agent that they remember, each counted at what it would have been on the first
    /// day.
    pub memory: Cells,
    first_head: u32,
    first_community: u32,
    /// Heads that have left the ground state.
    gone: Bits,
    /// Those who wait, until their intent lapses.
    waiting: Terms<Waiting>,
    /// Parties at home again before a new attempt; size 0 where the slot is free.
    home: Vec<Party>,
    home_free: Vec<u32>,
    clocks: Clocks<Ticket>,
    /// Communities whose belief their own experience tilts.
    tilted: Vec<u32>,
    at_home: Calendar<Due>,
}

/// The shards of a population, and the first of each group.
pub fn shards(population: &Population) -> Vec<Shard> {
    let mut all = Vec::new();
    for (group, g) in population.groups.iter().enumerate() {
        let most = shard_communities(g.communities);
        for offset in (0..g.communities).step_by(most as usize) {
            let width = population.community_agents;
            let (first_head, first_community) = (g.first + offset * width, g.first_community + offset);
            let communities = most.min(g.communities - offset);
            let heads = (communities * width).min(g.agents - offset * width);
            all.push(Shard {
                group,
                nationality: g.nationality,
                eligible: g.kind != GroupKind::Diaspora,
                today: Counts::default(),
                persons: 0,
                memory: Cells::new(first_community, first_head, heads, width),
                first_head,
                first_community,
                gone: Bits::new(heads as usize),
                waiting: Terms::new(LONGEST_LIFE + 1),
                home: Vec::new(),
                home_free: Vec::new(),
                clocks: Clocks::new(communities as u16),
                tilted: Vec::new(),
                at_home: Calendar::new(CALENDAR_DAYS),
            });
        }
    }
    all
}

/// Shards of a group of so many communities.
pub fn count(communities: u32) -> usize {
    communities.div_ceil(shard_communities(communities)) as usize
}

/// Position, among the shards of its group of so many communities, of the shard of the `offset`-th community.
#[inline]
pub fn position(communities: u32, offset: u32) -> usize {
    (offset / shard_communities(communities)) as usize
}

impl Shard {
    /// Whether a head has left the ground state.
    #[inline]
    pub fn is_gone(&self, head: u32) -> bool {
        self.gone.get((head - self.first_head) as usize)
    }

    /// Those of a run of persons who are no heads that have left the ground state.
    pub fn present(&self, first: u32, people: u32) -> impl Iterator<Item = u32> + '_ {
        let from = (first - self.first_head) as usize;
        self.gone.zeros(from, from + people as usize).map(|i| self.first_head + i as u32)
    }

    /// Notes that a head has left the ground state, or is back in it.
    pub fn set_gone(&mut self, head: u32, gone: bool) {
        self.gone.set((head - self.first_head) as usize, gone);
    }

    /// Parties that wait.
    pub fn parties(&self) -> usize {
        self.waiting.waiting()
    }

    /// Seats of those who wait, empty ones included.
    pub fn seats(&self) -> usize {
        self.waiting.seats()
    }

    /// The seats of those who wait, by leaf: its number and how many there are, empty ones included.
    pub fn leaves(&self) -> impl Iterator<Item = (u16, usize)> + '_ {
        self.waiting.leaves()
    }

    /// A party begins to wait; its intent lapses on a day.
    pub fn admit(&mut self, party: Waiting, lapses: usize) -> Ticket {
        self.persons += i64::from(party.size);
        self.waiting.add(lapses, party)
    }

    /// The party of a ticket waits no longer, if it still does.
    pub fn release(&mut self, ticket: Ticket) -> Option<Waiting> {
        let party = self.waiting.take(ticket)?;
        self.persons -= i64::from(party.size);
        Some(party)
    }

    /// The party of a ticket, if it still waits.
    pub fn waiting_at(&self, ticket: Ticket) -> Option<Waiting> {
        self.waiting.get(ticket).copied()
    }

    /// Lets the intents lapse whose day it is.
    pub fn lapse(&mut self, day: usize) {
        let Self { waiting, gone, first_head, persons, today, .. } = self;
        waiting.expire(day, |party| {
            *persons -= i64::from(party.size);
            today.lapsed += i64::from(party.size);
            // The people stay and may form the intent anew one day, unless they had been on the way before.
            if party.attempts == 0 {
                gone.set((party.head - *first_head) as usize, false);
            }
        });
    }

    /// A waiting party will have the money on a day.
    pub fn able_on(&mut self, day: usize, ticket: Ticket) {
        self.at_home.add(day, Due::Able(ticket));
    }

    /// What is due on a day, which must be the next in turn; give it back to [`Self::recycle`].
    pub fn due(&mut self, day: usize) -> Vec<Due> {
        self.at_home.take(day)
    }

    /// Takes the buffer of a day back.
    pub fn recycle(&mut self, due: Vec<Due>) {
        self.at_home.recycle(due);
    }

    /// A waiting party of a community has the money: the clock runs for it until it has borne `bears` of hazard.
    pub fn start_clock(&mut self, community: u32, ticket: Ticket, bears: f64) {
        self.clocks.wait((community - self.first_community) as u16, ticket, bears);
    }

    /// The pace of a community's clock relative to its group.
    pub fn set_pace(&mut self, community: u32, pace: f64) {
        self.clocks.set_pace((community - self.first_community) as u16, pace);
    }

    /// Notes that a community's belief is tilted.
    pub fn tilt(&mut self, community: u32) {
        self.tilted.push(community);
    }

    /// Visits the communities whose belief is tilted: `visit` gives the pace that is left, and whether any tilt is.
    pub fn fade(&mut self, mut visit: impl FnMut(u32) -> (f64, bool)) {
        let Self { tilted, clocks, first_community, .. } = self;
        // One that was back at none for a day is noted twice.
        tilted.sort_unstable();
        tilted.dedup();
        tilted.retain(|&community| {
            let (pace, tilts) = visit(community);
            clocks.set_pace((community - *first_community) as u16, pace);
            tilts
        });
    }

    /// Advances the clocks by the group's hazard of the day; the parties that leave wait no longer.
    pub fn advance(&mut self, hazard: f64) -> Vec<Waiting> {
        let mut due = Vec::new();
        let waiting = &self.waiting;
        self.clocks.advance(hazard, |ticket| !waiting.is_over(ticket), |ticket| due.push(ticket));
        due.into_iter().filter_map(|ticket| self.release(ticket)).collect()
    }

    /// A party rests at home and may try again on a day.
    pub fn rest(&mut self, day: usize, party: Party) {
        let slot = if let Some(slot) = self.home_free.pop() {
            self.home[slot as usize] = party;
            slot
        } else {
            self.home.push(party);
            (self.home.len() - 1) as u32
        };
        self.at_home.add(day, Due::Retry(slot));
    }

    /// Takes a party that was at home out of its slot.
    pub fn leave_home(&mut self, slot: u32) -> Party {
        let party = self.home[slot as usize];
        self.home[slot as usize].size = 0;
        self.home_free.push(slot);
        party
    }

    /// The parties that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.iter().map(|(_, party)| party)
    }

    /// The tickets of those who wait, in the order of seats.
    pub fn tickets(&self) -> impl Iterator<Item = Ticket> {
        self.waiting.iter().map(|(ticket, _)| ticket)
    }

    /// The parties that rest at home before a new attempt.
    pub fn at_home_again(&self) -> impl Iterator<Item = &Party> {
        self.home.iter().filter(|p| p.size > 0)
    }

    /// Numbers of the heads that have left the ground state, in order.
    pub fn heads_gone(&self) -> impl Iterator<Item = u32> + '_ {
        self.gone.ones().map(|i| self.first_head + i as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_at_home_has_one_shard() {
        for scale in [10, 1000] {
            let population = Population::new(scale).unwrap();
            let all = shards(&population);
            let mut next = 0;
            for (i, shard) in all.iter().enumerate() {
                assert_eq!(shard.first_head, next);
                let g = &population.groups[shard.group];
                let first = all.iter().position(|s| s.group == shard.group).unwrap();
                let mut communities = 0;
                while next < g.first + g.agents
                    && first + position(g.communities, population.community(g, next) - g.first_community) == i
                {
                    assert_eq!(population.community(g, next), shard.first_community + communities);
                    assert_eq!(shard.memory.community_of(next), population.community(g, next));
                    next += population.community_size(g, population.community(g, next));
                    communities += 1;
                }
                assert_eq!(shard.gone.words(), (next - shard.first_head).div_ceil(64) as usize);
            }
            assert_eq!(next, population.agents);
            let counted: usize = population.groups.iter().map(|g| count(g.communities)).sum();
            assert_eq!(counted, all.len());
        }
    }

    #[test]
    fn those_present_are_those_not_gone() {
        let population = Population::new(100).unwrap();
        let shard = &mut shards(&population)[1];
        let (first, people) = (shard.first_head + 72, 200);
        let gone = |person: u32| person.is_multiple_of(3) || person - first < 70;
        for person in (shard.first_head..first + 300).filter(|p| gone(*p)) {
            shard.set_gone(person, true);
        }
        let wanted: Vec<u32> = (first..first + people).filter(|p| !gone(*p)).collect();
        assert_eq!(shard.present(first, people).collect::<Vec<_>>(), wanted);
    }

    /// What is streamed every day stays small; a field more is a decision.
    #[test]
    fn parties_are_small() {
        assert_eq!((size_of::<Waiting>(), size_of::<Party>(), size_of::<Due>()), (12, 32, 8));
    }
}
