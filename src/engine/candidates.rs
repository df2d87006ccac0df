//! Who acts today, without visiting those who do not.
//!
//! People and levels of hazard are divided into cells ([`super::cells`]). In a cell of `n` people the candidates of a day
//! are the points of a unit-rate Poisson process, walked in order: candidate `j` has a level (cumulated exponential
//! spacings over `n`, from the lower edge of the cell) and a person drawn uniformly from the cell, both addressed by
//! (seed, decision, cell, day, j). The walk stops at the largest hazard of the cell; the candidate's person acts if the
//! level is below that person's own hazard. By the thinning property each person acts at least once with probability
//! exactly `1 - exp(-h)`, the cost follows the bound and not the population, and when a lever lowers a hazard those who
//! still act are a subset of those who acted before: the cells and their draws are the same whatever the hazards are.

use super::cells::Cell;
use crate::random::{Decision, Seed, sample};

/// The candidates of one cell on one day, in hazard order.
#[derive(Debug, Clone)]
pub struct Candidates<'a> {
    seed: &'a Seed,
    decision: Decision,
    cell: Cell,
    day: u32,
    /// Where the walk stops, and how far it is: levels above the lower edge, times the people of the cell.
    limit: f64,
    level: f64,
    /// Levels a unit of the walk.
    share: f64,
    next: u32,
    words: [u32; 4],
}

/// A candidate: acts if `hazard > threshold`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Number of the person.
    pub person: u32,
    /// The person acts if its hazard today is above this.
    pub threshold: f64,
}

impl<'a> Candidates<'a> {
    /// Walks a cell that is shared by all its people.
    #[inline]
    pub fn new(seed: &'a Seed, decision: Decision, cell: &Cell, day: u32) -> Self {
        let people = f64::from(cell.people);
        let limit = people * (cell.to - cell.from);
        Self {
            seed,
            decision,
            cell: *cell,
            day,
            limit,
            level: 0.0,
            share: 1.0 / people,
            next: cell.layer << 27,
            words: [0; 4],
        }
    }
}

impl Candidates<'_> {
    /// Draws for the next two candidates. Apart, so that what it needs is not made ready where few come.
    #[inline(never)]
    fn draw(&mut self) {
        self.words = self.seed.words(self.decision, self.cell.community, self.day, self.next / 2);
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
        let person = self.cell.person + sample::below(self.words[lane + 1], self.cell.people);
        Some(Candidate { person, threshold: self.cell.from + self.level * self.share })
    }
}

/// The candidates among persons of a cell in which each has a stream of its own: its first point above the lower edge of
/// the cell, of which the others need not be known. Four persons share the words of a block.
pub fn alone<'a>(
    seed: &'a Seed,
    decision: Decision,
    day: u32,
    cell: &Cell,
    persons: impl Iterator<Item = u32> + 'a,
) -> impl Iterator<Item = Candidate> + 'a {
    let from = cell.from;
    // Nearly all are far above: one comparison tells, without a logarithm.
    let least = (from - cell.to).exp();
    let (mut block, mut words) = (None, [0; 4]);
    persons.filter_map(move |person| {
        if block != Some(person / 4) {
            block = Some(person / 4);
            words = seed.words(decision, person / 4, day, 0);
        }
        let word = words[(person % 4) as usize];
        (sample::unit(word) > least)
            .then(|| Candidate { person, threshold: from + sample::exponential(word) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acting(seed: u64, day: u32, hazards: &[f64], bound: f64) -> Vec<u32> {
        let people = hazards.len() as u32;
        let cell = Cell { community: 0, person: 0, people, layer: 0, from: 0.0, to: bound };
        let mut people: Vec<u32> = Candidates::new(&Seed::new(seed), Decision::Test, &cell, day)
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
