//! Parties that wait on a hazard clock.
//!
//! A party that starts to wait draws once how much hazard it will bear (a standard exponential number). The
//! clock of its community adds up the community's hazard day by day; the party leaves on the first day on which
//! the clock has advanced by what it bears. Each party thus leaves with probability `1 - exp(-h)` a day, nobody
//! is visited while waiting, and a lower hazard means that the same party leaves later: the same draws serve
//! every scenario.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

#[derive(Debug, Clone, Copy)]
struct Entry<T> {
    due: f64,
    party: T,
}

impl<T: Ord> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Ord> Eq for Entry<T> {}

impl<T: Ord> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for Entry<T> {
    /// Reversed, so that the heap gives the earliest first; ties by party.
    fn cmp(&self, other: &Self) -> Ordering {
        other.due.total_cmp(&self.due).then_with(|| other.party.cmp(&self.party))
    }
}

/// The clock of a lane: how far it had come when its pace last changed, and who waits.
#[derive(Debug, Clone)]
struct Lane<T: Ord> {
    now: f64,
    since: f64,
    pace: f64,
    /// When the first of the heap is due on this clock; kept here so that most questions touch no heap.
    due: f64,
    heap: BinaryHeap<Entry<T>>,
}

impl<T: Ord + Copy> Lane<T> {
    /// How far the common hazard must have come for what is due at `due` on this clock.
    #[inline]
    fn trigger(&self, due: f64) -> f64 {
        self.since + (due - self.now) / self.pace
    }
}

/// Hazard clocks, one for each lane (a community, say), and those who wait on them.
///
/// All lanes share a daily hazard and each has a pace of its own, a factor on it. Only the common hazard is added up;
/// a lane is looked at on the day on which its first party is due, or when its pace changes.
#[derive(Debug, Clone)]
pub struct Clocks<T: Ord> {
    total: f64,
    /// When the first party of any lane is due, at the earliest.
    soonest: f64,
    next: Vec<f64>,
    lanes: Vec<Lane<T>>,
}

impl<T: Ord + Copy> Clocks<T> {
    /// Clocks for a number of lanes, all at zero and at pace 1.
    pub fn new(lanes: usize) -> Self {
        Self {
            total: 0.0,
            soonest: f64::INFINITY,
            next: vec![f64::INFINITY; lanes],
            lanes: (0..lanes)
                .map(|_| Lane {
                    now: 0.0,
                    since: 0.0,
                    pace: 1.0,
                    due: f64::INFINITY,
                    heap: BinaryHeap::new(),
                })
                .collect(),
        }
    }

    /// A party starts to wait on a lane and will bear `bears` of hazard.
    pub fn wait(&mut self, lane: usize, party: T, bears: f64) {
        let clock = &mut self.lanes[lane];
        let due = clock.now + clock.pace * (self.total - clock.since) + bears;
        clock.heap.push(Entry { due, party });
        if due < clock.due {
            clock.due = due;
            self.next[lane] = clock.trigger(due);
            self.soonest = self.soonest.min(self.next[lane]);
        }
    }

    /// From now on the hazard of a lane is `pace` (above 0) times the common one.
    pub fn set_pace(&mut self, lane: usize, pace: f64) {
        let clock = &mut self.lanes[lane];
        clock.now += clock.pace * (self.total - clock.since);
        clock.since = self.total;
        clock.pace = pace;
        self.next[lane] = clock.trigger(clock.due);
        self.soonest = self.soonest.min(self.next[lane]);
    }

    /// Advances all clocks by today's common hazard and hands on those due, lane by lane, earliest first.
    pub fn advance(&mut self, hazard: f64, mut due: impl FnMut(T)) {
        self.total += hazard;
        if self.soonest > self.total {
            return;
        }
        let mut soonest = f64::INFINITY;
        for (next, lane) in self.next.iter_mut().zip(&mut self.lanes) {
            if *next <= self.total {
                while let Some(entry) = lane.heap.peek() {
                    if lane.trigger(entry.due) > self.total {
                        break;
                    }
                    due(entry.party);
                    lane.heap.pop();
                }
                lane.due = lane.heap.peek().map_or(f64::INFINITY, |e| e.due);
                *next = lane.trigger(lane.due);
            }
            soonest = soonest.min(*next);
        }
        self.soonest = soonest;
    }

    /// Parties waiting on all lanes, stale ones included.
    pub fn len(&self) -> usize {
        self.lanes.iter().map(|l| l.heap.len()).sum()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(|l| l.heap.is_empty())
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
            clocks.advance(0.1, |_| out += 1.0);
            let expected = f64::from(n) * (-0.1 * f64::from(day)).exp() * (1.0 - (-0.1f64).exp());
            chi += (out - expected).powi(2) / expected;
            left -= out;
        }
        let rest = f64::from(n) * (-1.0f64).exp();
        chi += (left - rest).powi(2) / rest;
        assert!(chi < 29.59, "chi-square {chi} on 10 degrees of freedom");
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
                clocks.advance(h, |p| order.push(p));
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
            clocks.wait((i % 2) as usize, i, bears(i));
        }
        let pace = |day: u32| 0.5 + 0.25 * f64::from(day / 5 % 4);
        let (mut borne, mut came) = ([0.0, 0.0], vec![0; 60]);
        for day in 0..100u32 {
            clocks.set_pace(1, pace(day));
            borne[0] += 0.11;
            borne[1] += 0.11 * pace(day);
            clocks.advance(0.11, |i| {
                came[i as usize] = day + 1;
                let borne = borne[(i % 2) as usize];
                assert!((0.0..0.2).contains(&(borne - bears(i) + 1e-9)), "{i} on day {day}");
            });
        }
        assert!(came.iter().all(|day| *day > 0));
        assert!(clocks.is_empty());
    }
}
