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

/// Hazard clocks, one for each lane (a community, say), and those who wait on them.
#[derive(Debug, Clone)]
pub struct Clocks<T: Ord> {
    now: Vec<f64>,
    next: Vec<f64>,
    heaps: Vec<BinaryHeap<Entry<T>>>,
}

impl<T: Ord + Copy> Clocks<T> {
    /// Clocks for a number of lanes, all at zero.
    pub fn new(lanes: usize) -> Self {
        Self {
            now: vec![0.0; lanes],
            next: vec![f64::INFINITY; lanes],
            heaps: (0..lanes).map(|_| BinaryHeap::new()).collect(),
        }
    }

    /// A party starts to wait on a lane and will bear `bears` of hazard.
    pub fn wait(&mut self, lane: usize, party: T, bears: f64) {
        let due = self.now[lane] + bears;
        self.heaps[lane].push(Entry { due, party });
        self.next[lane] = self.next[lane].min(due);
    }

    /// Advances the clocks of lanes `first..first + hazard.len()` by today's hazards and hands on those due,
    /// lane by lane, earliest first.
    pub fn advance(
        &mut self,
        first: usize,
        hazards: impl Iterator<Item = f64>,
        mut due: impl FnMut(usize, T),
    ) {
        for (offset, hazard) in hazards.enumerate() {
            let lane = first + offset;
            self.now[lane] += hazard;
            if self.now[lane] >= self.next[lane] {
                let heap = &mut self.heaps[lane];
                while heap.peek().is_some_and(|e| e.due <= self.now[lane]) {
                    if let Some(e) = heap.pop() {
                        due(lane, e.party);
                    }
                }
                self.next[lane] = heap.peek().map_or(f64::INFINITY, |e| e.due);
            }
        }
    }

    /// Parties waiting on all lanes, stale ones included.
    pub fn len(&self) -> usize {
        self.heaps.iter().map(BinaryHeap::len).sum()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.heaps.iter().all(BinaryHeap::is_empty)
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
            clocks.advance(0, std::iter::once(0.1), |_, _| out += 1.0);
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
                clocks.advance(0, std::iter::once(h), |_, p| order.push(p));
            }
            order
        };
        assert_eq!(run(0.1), run(0.03));
    }
}
