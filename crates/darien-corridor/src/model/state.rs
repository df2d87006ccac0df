//! The state of the corridor: everything that changes in a run.

use super::Mood;
use super::phases::travel::Sink;
use super::routes::Routes;
use super::shard::Shard;
use super::south::Turning;
use super::supply::Supply;
use super::tally::{Flow, Tally};
use crate::engine::calendar::Calendar;
use crate::engine::queue::Queue;
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
    /// Day until whose evening its hope has been looked at (see [`super::south`]).
    pub looked: u16,
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
    /// Members who were abused on this journey.
    pub abused: u8,
    /// Whether it is on the way home.
    pub southbound: bool,
}

impl Party {
    /// The day after today on which its time comes, tomorrow at the earliest.
    #[inline]
    pub fn next_day(&self, today: usize) -> usize {
        (self.time as usize).max(today + 1)
    }
}

/// No leg.
pub const NO_LEG: u8 = u8::MAX;

/// What is heard of the border or of a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Community that hears of it.
    pub community: u32,
    /// Nationality.
    pub nationality: u8,
    /// Agents.
    pub size: u8,
    /// Whether they were let in.
    pub success: bool,
}

/// What a nationality believes and remembers. Its people are counted in its own agents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mind {
    /// Believed chance of success at the end of the route of those who leave today, 0–1.
    pub belief: f64,
    /// The same of those who arrive there today, 0–1.
    pub today: f64,
    /// What those believe whom no announcement reaches, 0–1.
    pub unaware: f64,
    /// Admissions heard of, fading.
    pub seen_success: f64,
    /// Refusals heard of, fading.
    pub seen_failure: f64,
    /// Departures in the last month, fading, agents.
    pub departed: f64,
    /// Crossings of the Darién in the last two months, fading, agents a month.
    pub crossings: f64,
    /// Crossings of the Darién that are remembered, fading over the memory of routes, agents a month.
    pub travelled: f64,
    /// Persons flown home in the last two months, fading, agents a month.
    pub flown: f64,
    /// Those who wait to depart, agents.
    pub waiting: i64,
    /// Those of them who can be given a lawful place, agents.
    pub eligible: i64,
    /// Today's shocks.
    pub mood: Mood,
    /// Part of a lawful place that is carried over to the next day.
    pub lawful_credit: f64,
}

/// Stocks of people by nationality, in agents of each.
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
    /// Settled in Mexico after a refusal.
    pub settled: [i64; N],
}

/// Everything that changes.
///
/// What concerns one nationality is counted in its own agents. What nationalities share — lines, seats, beds, the
/// industry, money of states — is counted in persons, since agents of one stand for more people than those of another.
#[derive(Debug, Clone)]
pub struct State {
    /// Those at home.
    pub shards: Vec<Shard>,
    /// What is due on the road: arrivals and ends of rests.
    pub on_road: Calendar<Party>,
    /// Lines before capacities.
    pub queues: Vec<Queue<Party>>,
    /// Remembered arrivals of each community, agents, each counted at what it would have been on the first day:
    /// all are forgotten at one rate, so that [`super::Corridor::left`] of it is what is remembered on a day and nobody need be
    /// visited.
    pub remembered: Vec<f64>,
    /// Tilt of each community's belief by its own experience, log.
    pub tilt: Vec<f32>,
    /// What nationalities believe.
    pub minds: Vec<Mind>,
    /// Entries that the trail industry remembers, fading, persons.
    pub industry: f64,
    /// How far small ways have grown with demand.
    pub supply: Supply,
    /// Route choice as things look now.
    pub routes: Routes,
    /// Parties stopped by a control today, in order.
    pub stopped: Vec<(Party, Control)>,
    /// Parties held, by operator and in order.
    pub held: Vec<Vec<Party>>,
    /// Persons among them, by operator and nationality.
    pub held_persons: [[i64; N]; 3],
    /// Flights carried over to the next day, by operator.
    pub flight_credit: [f64; 3],
    /// The hazard of turning south.
    pub turning: Turning,
    /// Outcomes heard of today.
    pub heard: Vec<Heard>,
    /// Today's counts.
    pub tally: Tally,
    /// Stocks.
    pub stocks: Stocks,
    /// What chunks of travellers leave, kept for their memory alone.
    pub sinks: Vec<Sink>,
    /// Candidates walked since the start, for the profile.
    pub candidates: u64,
    /// Legs walked since the start, for the profile.
    pub legs_walked: u64,
}

impl State {
    /// A party on the road goes on when its time comes, tomorrow at the earliest.
    #[inline]
    pub fn go_on(&mut self, day: usize, party: Party) {
        self.on_road.add(party.next_day(day), party);
    }

    /// Takes over what happened in the shards and clears it.
    pub fn count_shards(&mut self) {
        self.minds.iter_mut().for_each(|mind| (mind.waiting, mind.eligible) = (0, 0));
        for shard in &mut self.shards {
            let n = shard.nationality;
            let today = std::mem::take(&mut shard.today);
            self.tally.add(Flow::Intents, n as u8, today.intents);
            self.tally.add(Flow::Lapsed, n as u8, today.lapsed);
            self.tally.add(Flow::Renewed, n as u8, today.renewed);
            self.stocks.home[n] -= today.renewed;
            self.candidates += today.candidates;
            self.minds[n].waiting += shard.persons;
            self.minds[n].eligible += if shard.eligible { shard.persons } else { 0 };
        }
    }

    /// Persons whom an operator holds.
    pub fn held_by(&self, operator: usize) -> i64 {
        self.held_persons[operator].iter().sum()
    }

    /// Persons in line before a pool.
    pub fn queue(&self, pool: Pool) -> u64 {
        self.queues[pool as usize].persons()
    }

    /// Every party that is not in the ground state, as it stands at the end of a day: where it is, nationality, members.
    pub fn parties(&self) -> impl Iterator<Item = (Mode, u8, u8)> + '_ {
        let shards = self.shards.iter().flat_map(|shard| {
            let n = shard.nationality as u8;
            let waiting = shard.waiting().map(move |p| (Mode::Waiting, n, p.size));
            waiting.chain(shard.at_home_again().map(move |p| (Mode::Home, n, p.size)))
        });
        let road = self
            .on_road
            .pending()
            .map(|p| (if p.southbound { Mode::Southbound } else { Mode::Travelling }, p.nationality, p.size));
        shards
            .chain(road)
            .chain(self.queues.iter().flat_map(Queue::iter).map(|p| (Mode::Queued, p.nationality, p.size)))
            .chain(self.held.iter().flatten().map(|p| (Mode::Held, p.nationality, p.size)))
    }
}
