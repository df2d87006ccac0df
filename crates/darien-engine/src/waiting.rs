//! Parties that wait on a hazard clock.
//!
//! A party that starts to wait draws once how much hazard it will bear (a standard exponential number). The
//! clock of its community adds up the community's hazard day by day; the party leaves on the first day on which
//! the clock has advanced by what it bears. Each party thus leaves with probability `1 - exp(-h)` a day, nobody
//! is visited while waiting, and a lower hazard means that the same party leaves later: the same draws serve
//! every scenario.

use super::bits::Bits;
use super::calendar::Calendar;

/// Width of a step of the leading clock, in units of hazard. It decides how often a party that is nearly due is looked
/// at, and nothing else.
const WIDTH: f64 = 1.0 / 64.0;

/// How much the leading clock runs ahead of the fastest lane, so that rounding never puts it behind.
const AHEAD: f64 = 1.0 + 1e-9;

/// Steps of the leading clock that the calendar holds at hand.
const STEPS: usize = 256;

/// A party, its lane, and when it is due on the clock of its lane.
#[derive(Debug, Clone, Copy)]
struct Entry<T> {
    due: f64,
    lane: u16,
    party: T,
}

/// The clock of a lane: how far it had come when its pace last changed.
#[derive(Debug, Clone, Copy)]
struct Lane {
    now: f64,
    since: f64,
    pace: f64,
}

/// The clocks of all lanes. Most keep the common pace and are never looked at: a bit tells.
#[derive(Debug, Clone)]
struct Lanes {
    /// Lanes that have had a pace of their own.
    own: Bits,
    lanes: Vec<Lane>,
}

impl Lanes {
    fn new(lanes: u16) -> Self {
        let lanes = usize::from(lanes);
        Self { own: Bits::new(lanes), lanes: vec![Lane { now: 0.0, since: 0.0, pace: 1.0 }; lanes] }
    }

    /// How far the clock of a lane has come when the common hazard has come to `total`.
    #[inline]
    fn at(&self, lane: u16, total: f64) -> f64 {
        let lane = usize::from(lane);
        if !self.own.get(lane) {
            return total;
        }
        let Lane { now, since, pace } = self.lanes[lane];
        now + pace * (total - since)
    }

    /// From now on a lane has a pace; the one that it had.
    fn set_pace(&mut self, lane: u16, pace: f64, total: f64) -> f64 {
        let now = self.at(lane, total);
        let lane = usize::from(lane);
        self.own.set(lane, true);
        std::mem::replace(&mut self.lanes[lane], Lane { now, since: total, pace }).pace
    }

    /// The fastest pace of any lane; only those that have had one of their own are looked at.
    fn fastest(&self) -> f64 {
        let paces = self.own.ones().map(|lane| self.lanes[lane].pace);
        let (found, fastest) = paces.fold((0, 0.0f64), |(found, most), pace| (found + 1, most.max(pace)));
        if found < self.lanes.len() { fastest.max(1.0) } else { fastest }
    }
}

/// Hazard clocks, one for each lane (a community, say), and those who wait on them.
///
/// All lanes share a daily hazard and each has a pace of its own, a factor on it. A leading clock runs on each day at the
/// fastest pace of any lane: what is left to a party on its own clock is never over sooner than on the leading one. A
/// party lies in a calendar of steps of the leading clock; when its step comes, it leaves if its own clock has come far
/// enough, and else lies down again by what is left. Most of those who wait are so never looked at.
#[derive(Debug, Clone)]
pub struct Clocks<T> {
    /// The common hazard.
    total: f64,
    /// The leading clock.
    lead: f64,
    /// No lane has a faster pace.
    ceiling: f64,
    /// Whether a lane that had the pace of the ceiling has become slower.
    lowered: bool,
    lanes: Lanes,
    /// Those whose step is the current one or an earlier one.
    near: Vec<Entry<T>>,
    /// All others, by step.
    ahead: Calendar<Entry<T>>,
    /// The next step to be taken out of the calendar.
    next: usize,
}

/// The step of a point of the leading clock.
#[inline]
fn step(lead: f64) -> usize {
    (lead * (1.0 / WIDTH)) as usize
}

impl<T: Copy> Clocks<T> {
    /// Clocks for a number of lanes, all at zero and at pace 1.
    pub fn new(lanes: u16) -> Self {
        Self {
            total: 0.0,
            lead: 0.0,
            ceiling: 1.0,
            lowered: false,
            lanes: Lanes::new(lanes),
            near: Vec::new(),
            ahead: Calendar::new(STEPS),
            next: 0,
        }
    }

    /// A party starts to wait on a lane and will bear `bears` of hazard.
    #[inline]
    pub fn wait(&mut self, lane: u16, party: T, bears: f64) {
        let due = self.lanes.at(lane, self.total) + bears;
        let at = step(self.lead + bears);
        let entry = Entry { due, lane, party };
        if at < self.next {
            self.near.push(entry);
        } else {
            self.ahead.add(at, entry);
        }
    }

    /// From now on the hazard of a lane is `pace` (above 0) times the common one.
    pub fn set_pace(&mut self, lane: u16, pace: f64) {
        let before = self.lanes.set_pace(lane, pace, self.total);
        if pace >= self.ceiling {
            self.ceiling = pace;
        } else if before >= self.ceiling {
            self.lowered = true;
        }
    }

    /// Starts the leading clock anew and files everybody by what is left.
    fn start_anew(&mut self) {
        self.lead = 0.0;
        self.next = 0;
        let before = std::mem::replace(&mut self.ahead, Calendar::new(STEPS));
        for &entry in self.near.iter().chain(before.pending()) {
            let left = entry.due - self.lanes.at(entry.lane, self.total);
            self.ahead.add(step(left.max(0.0)), entry);
        }
        self.near.clear();
    }

    /// The fastest pace of any lane today.
    fn fastest(&mut self) -> f64 {
        if self.lowered {
            self.ceiling = self.lanes.fastest();
            self.lowered = false;
        }
        self.ceiling
    }

    /// Advances all clocks by today's common hazard and hands on those due, earliest first. Those of whom `waits` is not
    /// true when they are looked at are forgotten; it need not know of all who wait no longer.
    pub fn advance(&mut self, hazard: f64, waits: impl Fn(T) -> bool, mut due: impl FnMut(T)) {
        self.total += hazard;
        self.lead += hazard * self.fastest() * AHEAD;
        if step(self.lead) > self.next + STEPS {
            // A hazard beyond all measure: nobody is far from leaving, and steps need not be gone through one by one.
            self.start_anew();
        }
        let now = step(self.lead);
        while self.next <= now {
            let came = self.ahead.take(self.next);
            self.near.extend(came.iter().filter(|entry| waits(entry.party)));
            self.ahead.recycle(came);
            self.next += 1;
        }
        let mut leaving: Vec<Entry<T>> = Vec::new();
        let Self { total, lead, lanes, near, ahead, .. } = self;
        near.retain(|entry| {
            let left = entry.due - lanes.at(entry.lane, *total);
            if left <= 0.0 {
                leaving.push(*entry);
                return false;
            }
            let at = step(*lead + left);
            if at > now {
                ahead.add(at, *entry);
            }
            at <= now
        });
        leaving.sort_by(|a, b| a.due.total_cmp(&b.due));
        for entry in leaving {
            due(entry.party);
        }
    }

    /// Parties waiting on all lanes, some of those included who wait no longer.
    pub fn len(&self) -> usize {
        self.near.len() + self.ahead.pending().count()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Decision, Seed, sample};

    /// Chi-square at 0.001 against the geometric law (hazard 0.1 a day, first ten days and the rest).
    #[test]
    fn waiting_times_are_exponential() {
        let mut clocks = Clocks::new(1);
        let n = 20_000;
        for i in 0..n {
            clocks.wait(0, i, sample::exponential(Seed::new(2).words(Decision::Test, i, 0, 0)[0]));
        }
        let mut chi = 0.0;
        let mut left = f64::from(n);
        for day in 0..10 {
            let mut out = 0.0;
            clocks.advance(0.1, |_| true, |_| out += 1.0);
            let expected = f64::from(n) * (-0.1 * f64::from(day)).exp() * (1.0 - (-0.1f64).exp());
            chi += (out - expected).powi(2) / expected;
            left -= out;
        }
        let rest = f64::from(n) * (-1.0f64).exp();
        chi += (left - rest).powi(2) / rest;
        assert!(chi < 29.59, "chi-square {chi} on 10 degrees of freedom");
    }

    /// Whatever the hazard, a day takes no longer than those who wait.
    #[test]
    fn a_hazard_beyond_all_measure_lets_everybody_go_at_once() {
        let mut clocks = Clocks::new(1);
        for i in 0..100u32 {
            clocks.wait(0, i, f64::from(i));
        }
        let mut out = 0;
        clocks.advance(1e300, |_| true, |_| out += 1);
        assert_eq!(out, 100);
        clocks.wait(0, 7, 1.0);
        clocks.advance(0.5, |_| true, |_| out += 1);
        assert_eq!(out, 100);
    }

    #[test]
    fn a_lower_hazard_delays_and_never_reorders() {
        let run = |h: f64| {
            let mut clocks = Clocks::new(1);
            for i in 0..100u32 {
                clocks.wait(0, i, sample::exponential(Seed::new(2).words(Decision::Test, i, 0, 0)[0]));
            }
            let mut order = Vec::new();
            for _ in 0..2_000 {
                clocks.advance(h, |_| true, |p| order.push(p));
            }
            order
        };
        assert_eq!(run(0.1), run(0.03));
    }

    /// A lane whose pace changes on the way gives up each party on the day on which the hazards of its days add up to
    /// what the party bears.
    #[test]
    fn a_change_of_pace_counts_from_its_day() {
        let mut clocks = Clocks::new(2);
        let bears = |i: u32| 0.05 + 0.1 * f64::from(i);
        for i in 0..60 {
            clocks.wait((i % 2) as u16, i, bears(i));
        }
        let pace = |day: u32| 0.5 + 0.75 * f64::from(day / 5 % 4);
        let (mut borne, mut came) = ([0.0, 0.0], vec![0; 60]);
        for day in 0..100u32 {
            clocks.set_pace(1, pace(day));
            borne[0] += 0.11;
            borne[1] += 0.11 * pace(day);
            let mut left = Vec::new();
            clocks.advance(0.11, |_| true, |i| left.push(i));
            for i in left {
                came[i as usize] = day + 1;
                let over = borne[(i % 2) as usize] - bears(i) + 1e-9;
                let today = 0.11 * if i % 2 == 0 { 1.0 } else { pace(day) };
                assert!((0.0..today + 1e-6).contains(&over), "{i} on day {day}");
            }
        }
        assert!(came.iter().all(|day| *day > 0));
        assert!(clocks.is_empty());
    }
}
