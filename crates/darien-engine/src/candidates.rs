//! Who acts today, without visiting those who do not.
//!
//! People and levels of hazard are divided into cells ([`super::cells`]). The people of a cell hold shares of it, the more
//! the likelier they are to act ([`Crowd`]). The candidates of a day are the points of a unit-rate Poisson process, walked
//! in order: candidate `j` has a level (cumulated exponential spacings over the shares, from the lower edge of the cell)
//! and a share drawn uniformly, both addressed by (seed, decision, cell, day, j). The walk stops at the largest hazard of
//! the cell; who holds the share acts if the level is below the hazard of its community. By the thinning property each
//! person acts at least once with probability exactly `1 - exp(-h)`, with h the hazard of its community times what its shares
//! are worth; the cost follows the bound and not the population, and when a lever lowers a hazard those who
//! still act are a subset of those who acted before: the cells and their draws are the same whatever the hazards are.

use super::cells::Cell;
use crate::random::{Decision, Seed, sample};

/// The people of a cell by how likely they are to act.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crowd {
    /// Shares that they hold together.
    pub shares: u32,
    /// Factor on the hazard of its community that a person has by each share.
    pub each: f64,
}

/// The candidates of one cell on one day, in hazard order.
#[derive(Debug, Clone)]
pub struct Candidates<'a> {
    seed: &'a Seed,
    decision: Decision,
    community: u32,
    day: u32,
    shares: u32,
    /// The lower edge of the cell.
    from: f64,
    /// Where the walk stops, and how far it is: levels above the lower edge, times the factors of all people.
    limit: f64,
    level: f64,
    /// Levels a unit of the walk.
    unit: f64,
    next: u32,
    words: [u32; 4],
}

/// A candidate: acts if `hazard > threshold`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The share that was drawn.
    pub share: u32,
    /// Its holder acts if the hazard of its community today is above this.
    pub threshold: f64,
}

impl<'a> Candidates<'a> {
    /// Walks a cell that is shared by all its people.
    #[inline]
    pub fn new(seed: &'a Seed, decision: Decision, cell: &Cell, crowd: Crowd, day: u32) -> Self {
        let factors = f64::from(crowd.shares) * crowd.each;
        Self {
            seed,
            decision,
            community: cell.community,
            day,
            shares: crowd.shares,
            from: cell.from,
            limit: factors * (cell.to - cell.from),
            level: 0.0,
            unit: 1.0 / factors,
            next: cell.layer << 27,
            words: [0; 4],
        }
    }
}

impl Candidates<'_> {
    /// Draws for the next two candidates. Apart, so that what it needs is not made ready where few come.
    #[inline(never)]
    fn draw(&mut self) {
        self.words = self.seed.words(self.decision, self.community, self.day, self.next / 2);
    }
}

impl Iterator for Candidates<'_> {
    type Item = Candidate;

    #[inline]
    fn next(&mut self) -> Option<Candidate> {
        let lane = (self.next & 1) as usize * 2;
        if lane == 0 {
            self.draw();
        }
        self.level += sample::exponential(self.words[lane]);
        if self.level >= self.limit {
            self.limit = f64::NEG_INFINITY;
            return None;
        }
        self.next += 1;
        let share = sample::below(self.words[lane + 1], self.shares);
        Some(Candidate { share, threshold: self.from + self.level * self.unit })
    }
}

/// Those who act among persons of one community in which each has a stream of its own: its first point above the lower edge
/// of the cell, of which the others need not be known. Each comes with its factor on the hazard of the community, at most
/// `most`, up to which the cell is walked. Four persons share the words of a block.
pub fn alone<'a>(
    seed: &'a Seed,
    decision: Decision,
    day: u32,
    cell: &Cell,
    most: f64,
    persons: impl Iterator<Item = (u32, f64)> + 'a,
) -> impl Iterator<Item = u32> + 'a {
    let width = cell.to - cell.from;
    // Nearly all are far above: one comparison tells, without a logarithm.
    let least = (-width * most).exp();
    let (mut block, mut words) = (None, [0; 4]);
    persons.filter_map(move |(person, factor)| {
        if block != Some(person / 4) {
            block = Some(person / 4);
            words = seed.words(decision, person / 4, day, 0);
        }
        let word = words[(person % 4) as usize];
        (sample::unit(word) > least && sample::exponential(word) < width * factor).then_some(person)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acting(seed: u64, day: u32, hazards: &[f64], bound: f64) -> Vec<u32> {
        let people = hazards.len() as u32;
        let cell = Cell { community: 0, person: 0, people, layer: 0, from: 0.0, to: bound };
        // Everybody has two shares of a half.
        let crowd = Crowd { shares: 2 * people, each: 0.5 };
        let mut people: Vec<u32> = Candidates::new(&Seed::new(seed), Decision::Test, &cell, crowd, day)
            .map(|c| (c.share / 2, c.threshold))
            .filter(|&(person, threshold)| hazards[person as usize] > threshold)
            .map(|(person, _)| person)
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
