//! Who has no hope of entry turns south.
//!
//! Everybody between Panama and the US border, those who settled in Mexico included, bears the hazard
//! δ · [1 − b/hope]₊^κ of turning south, with b the believed chance of an arrival of today. The sum of this hazard is kept by day:
//! a party on the way looks at it at the end of each leg and of each rest, and those who settled wait on a clock, so that
//! nobody is visited for it. Whoever turns needs the fare of the way home, and works for it first.

use super::state::{NO_LEG, Party, State};
use super::{Corridor, MONTH, Zone};
use crate::engine::waiting::Clocks;
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;

/// USD a day that people earn when they stop to work (assumed).
pub const EARN_PER_DAY: f64 = 12.0;
/// Longest stop to earn, days; after it others pay what is missing (assumed; `wait_necocli_normal`: weeks for those
/// without funds).
pub const EARN_DAYS_MAX: f64 = 30.0;
/// Part of what those settled earn that they keep (assumed, as of the wage at home).
const KEPT_SHARE: f64 = 0.25;
/// Mean days after which those settled in Mexico have struck root and turn no more (assumed; southbound entries fell by 56 %
/// from April 2025 to the last quarter, more than the hazard alone takes away).
const ROOT_DAYS: f64 = 365.0;
/// Nationalities that go home by land and boat: 98 % of southbound entries in 2025 were Venezuelans (S085; S086), whose country
/// had neither flights nor consulates. Others fly.
const BY_LAND: [&str; 1] = ["VEN"];
/// Price of a flight home from Mexico or Central America, USD (assumed), and days until it leaves.
const FLIGHT_HOME: (f64, f64) = (350.0, 7.0);

/// How a nationality goes home from Mexico and Central America.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayHome {
    /// It stays: its country lies beyond the sea.
    None,
    /// By air, past Panama.
    Air,
    /// By the southward legs.
    Land,
}

impl WayHome {
    /// That of a nationality whose country has a road to the end of the southward legs, or none.
    pub fn of(nationality: &str, road: bool) -> Self {
        match (road, BY_LAND.contains(&nationality)) {
            (false, _) => Self::None,
            (true, false) => Self::Air,
            (true, true) => Self::Land,
        }
    }
}

/// A party that settled in Mexico after it was refused: 20 bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Settled {
    head: u32,
    /// Money per person, USD.
    money: f32,
    /// Day on which it settled.
    since: u16,
    /// Day from which on it turns no more.
    rooted: u16,
    group: u8,
    size: u8,
    minors: u8,
    purse: u8,
    attempts: u8,
    abused: u8,
}

/// The hazard of turning south, and those settled who bear it.
#[derive(Debug, Clone)]
pub struct Turning {
    /// The hazard of a nationality from the first day to the end of each day.
    borne: Vec<[f64; N]>,
    /// Those settled, by nationality.
    settled: Vec<Clocks<Settled>>,
}

impl Default for Turning {
    fn default() -> Self {
        Self { borne: Vec::new(), settled: (0..N).map(|_| Clocks::new(1)).collect() }
    }
}

impl Turning {
    /// What a nationality has borne after the evening of one day until that of another.
    fn between(&self, nationality: usize, one: usize, other: usize) -> f64 {
        let until = |day: usize| self.borne.get(day).map_or(0.0, |all| all[nationality]);
        until(other) - until(one)
    }
}

/// Adds the hazard of the day; those settled whose time has come turn south.
pub fn advance(rules: &Corridor, day: usize, state: &mut State) {
    let mut borne = state.turning.borne.last().copied().unwrap_or([0.0; N]);
    let mut leaving: Vec<(usize, Settled)> = Vec::new();
    for (n, borne) in borne.iter_mut().enumerate() {
        let hazard = rules.southward_hazard(n, state.minds[n].today);
        if hazard > 0.0 {
            *borne += hazard;
            let still = |s: Settled| day < usize::from(s.rooted);
            state.turning.settled[n].advance(hazard, still, |s| leaving.push((n, s)));
        }
    }
    state.turning.borne.push(borne);
    for (n, s) in leaving.into_iter().filter(|(_, s)| day < usize::from(s.rooted)) {
        let kept = EARN_PER_DAY * KEPT_SHARE * (day - usize::from(s.since)) as f64;
        let party = Party {
            time: day as f64,
            head: s.head,
            money: s.money + kept as f32,
            since: day as u16,
            step: 0,
            looked: day as u16,
            group: s.group,
            nationality: n as u8,
            size: s.size,
            minors: s.minors,
            place: rules.mexico_city(),
            leg: NO_LEG,
            purse: s.purse,
            attempts: s.attempts,
            abused: s.abused,
            southbound: false,
        };
        state.stocks.settled[n] -= i64::from(s.size);
        state.stocks.mexico[n] += i64::from(s.size);
        super::phases::travel::turn_south(rules, day, state, party, super::tally::Flow::SouthSettled);
    }
}

/// A party that was refused stays in Mexico. `words` are two of chance.
pub fn settle(rules: &Corridor, day: usize, state: &mut State, party: &Party, words: [u32; 2]) {
    let (n, size) = (usize::from(party.nationality), i64::from(party.size));
    state.stocks.mexico[n] -= size;
    state.stocks.settled[n] += size;
    if rules.goes_home(n) == WayHome::None {
        return;
    }
    let rooted = day as f64 + ROOT_DAYS * sample::exponential(words[0]);
    let settled = Settled {
        head: party.head,
        money: party.money,
        since: day as u16,
        rooted: rooted.min(f64::from(u16::MAX)) as u16,
        group: party.group,
        size: party.size,
        minors: party.minors,
        purse: party.purse,
        attempts: party.attempts,
        abused: party.abused,
    };
    state.turning.settled[n].wait(0, settled, sample::exponential(words[1]));
}

impl Corridor {
    /// Hazard of a day that somebody between Panama and the US border turns south, with the belief of the nationality.
    pub fn southward_hazard(&self, nationality: usize, belief: f64) -> f64 {
        let p = &self.parameters;
        let hopeless = 1.0 - belief / p[Parameter::TurnHope];
        if hopeless <= 0.0 || self.goes_home(nationality) == WayHome::None {
            return 0.0;
        }
        p[Parameter::TurnSouth] / MONTH * hopeless.powf(p[Parameter::TurnPower])
    }

    /// Whether a party turns south where it stands, by what its nationality has borne since it looked last. `look` tells two
    /// looks of one step apart.
    pub fn loses_hope(&self, day: usize, state: &State, party: &mut Party, look: usize) -> bool {
        if !matches!(self.zone(party.place), Zone::Transit | Zone::Mexico) {
            return false;
        }
        let n = usize::from(party.nationality);
        let borne = state.turning.between(n, usize::from(party.looked), day);
        party.looked = day as u16;
        let word = || {
            let (step, attempts) = (u32::from(party.step), u32::from(party.attempts));
            self.seed.words(Decision::TurnSouth, party.head, step, attempts)[look]
        };
        borne > 0.0 && sample::bernoulli(word(), 1.0 - (-borne).exp())
    }

    /// Puts a party that turns south on its way, as soon as it has the fare.
    pub fn set_out_south(&self, day: usize, party: &mut Party) {
        let zone = self.zone(party.place);
        let far = matches!(zone, Zone::Transit | Zone::Mexico);
        let flies = far && self.goes_home(usize::from(party.nationality)) == WayHome::Air;
        let (fare, days) = if flies {
            party.place = self.end_of_way_home();
            FLIGHT_HOME
        } else {
            party.place = self.way_home(zone);
            (self.fare_home(party.place), 1.0)
        };
        let (earning, money) = Self::earn(party.money, fare);
        party.southbound = true;
        party.leg = NO_LEG;
        party.money = money;
        party.time = party.time.max(day as f64) + days + earning;
    }

    /// Days that a party works before it has a fare, and what it has then, USD a person.
    fn earn(money: f32, fare: f64) -> (f64, f32) {
        let days = ((fare - f64::from(money)).max(0.0) / EARN_PER_DAY).min(EARN_DAYS_MAX);
        (days, money.max(fare as f32))
    }
}
