//! Who acts today, without visiting those who do not.
//!
//! For a block of `n` people and a day, candidates are the points of a unit-rate Poisson process, walked in
//! order: candidate `j` has a level (cumulated exponential spacings) and a person drawn uniformly from the
//! block, both addressed by (seed, decision, block, day, j). The walk stops when the level exceeds `n` times
//! the block's largest hazard; the candidate's person acts if the level is below `n` times that person's own
//! hazard. By the thinning property each person acts at least once with probability exactly `1 - exp(-h)`, the
//! cost follows the bound and not the population, and when a lever lowers a hazard those who still act are a
//! subset of those who acted before.

use crate::random::{Decision, Seed, sample};

/// The candidates of one block on one day, in hazard order.
#[derive(Debug, Clone)]
pub struct Candidates {
    seed: Seed,
    decision: Decision,
    block: u32,
    day: u32,
    size: u32,
    limit: f64,
    level: f64,
    next: u32,
    words: [u32; 4],
}

/// A candidate: acts if `hazard > threshold`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Position of the person in the block, from 0.
    pub person: u32,
    /// The person acts if its hazard today is above this.
    pub threshold: f64,
}

impl Candidates {
    /// Walks a block of `size` people (at most 2^20) whose hazards today are at most `bound`.
    pub fn new(seed: Seed, decision: Decision, block: u32, day: u32, size: u32, bound: f64) -> Self {
        debug_assert!(size <= 1 << 20);
        let limit = f64::from(size) * bound;
        Self { seed, decision, block, day, size, limit, level: 0.0, next: 0, words: [0; 4] }
    }
}

impl Iterator for Candidates {
    type Item = Candidate;

    #[inline]
    fn next(&mut self) -> Option<Candidate> {
        let lane = (self.next & 1) as usize * 2;
        if lane == 0 {
            self.words = self.seed.words(self.decision, self.block, self.day, self.next / 2);
        }
        self.level += sample::exponential(self.words[lane]);
        if self.level >= self.limit {
            self.next = 0;
            self.level = f64::INFINITY;
            return None;
        }
        self.next += 1;
        let person = sample::below(self.words[lane + 1], self.size);
        Some(Candidate { person, threshold: self.level / f64::from(self.size) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acting(seed: u64, day: u32, hazards: &[f64], bound: f64) -> Vec<u32> {
        let size = hazards.len() as u32;
        let mut people: Vec<u32> = Candidates::new(Seed::new(seed), Decision::Test, 0, day, size, bound)
            .filter(|c| hazards[c.person as usize] > c.threshold)
            .map(|c| c.person)
            .collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Chi-square at the level 0.001 against the plain loop's exact probabilities, four hazards, 20,000 days.
    #[test]
    fn agrees_with_the_plain_loop() {
        let hazards = [0.01, 0.05, 0.2, 0.6];
        let days = 20_000;
        let mut acted = [0u32; 4];
        for day in 0..days {
            for p in acting(5, day, &hazards, 0.8) {
                acted[p as usize] += 1;
            }
        }
        let mut chi = 0.0;
        for (h, a) in hazards.iter().zip(acted) {
            let p = 1.0 - (-h).exp();
            let e = p * f64::from(days);
            chi += (f64::from(a) - e).powi(2) / (e * (1.0 - p));
        }
        assert!(chi < 18.47, "chi-square {chi} on 4 degrees of freedom");
    }

    #[test]
    fn lower_hazards_give_a_subset_and_the_bound_changes_nothing() {
        let high: Vec<f64> = (0..500).map(|i| 0.001 * f64::from(i % 10)).collect();
        let low: Vec<f64> = high.iter().map(|h| h * 0.6).collect();
        for day in 0..200 {
            let all = acting(9, day, &high, 0.009);
            assert_eq!(all, acting(9, day, &high, 0.02));
            assert!(acting(9, day, &low, 0.009).iter().all(|p| all.contains(p)));
        }
    }
}
