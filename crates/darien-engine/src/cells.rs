//! How people and levels of hazard are divided among streams of chance.
//!
//! A point of the plane of people and levels belongs to one cell, whatever happens in a run. Low levels are cut into
//! wide cells, high ones into narrow ones: each layer upwards has a quarter of the communities in a cell, and the
//! topmost single persons. A cell that is walked over the whole height of its layer so has some six candidates,
//! however large the world is; where nobody is likely to act a day is one look at all, and where a few communities are
//! more likely than those around them only they are walked that high.
//!
//! ```text
//! level  ^  person by person                                  from ALONE on
//!        |  | c | c | c | c | c | c | c | c | …               one community a cell
//!        |  | four          | four          | …
//!        |  | sixteen                       | …
//!        |  | all
//!        +------------------------------------------------> people
//! ```

/// Communities of a cell over those of a cell of the layer above.
const FAN: usize = 4;

/// Expected candidates up to the level at which the layer of a cell begins.
const FEW: f64 = 2.0;

/// Level, hazard a day, from which on every person has a stream of its own.
const ALONE: f64 = 1.0 / 8.0;

/// Communities of some people, each with a value that only rises and on which its hazard depends, and the largest value of
/// every cell.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Number of the first community.
    community: u32,
    /// Number of the first person.
    person: u32,
    people: u32,
    /// People of a community; the last may have fewer.
    width: u32,
    /// Largest values, by layer from the finest on, and cell.
    peaks: Vec<Vec<f64>>,
}

/// A part of a cell that reaches down to its lower edge: some people, and levels of hazard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Number of its first community.
    pub community: u32,
    /// Number of its first person.
    pub person: u32,
    /// Its people, who have consecutive numbers.
    pub people: u32,
    /// Its layer; see [`Self::is_of_persons`].
    pub layer: u32,
    /// The level at its lower edge, hazard a day and person.
    pub from: f64,
    /// The level up to which it is walked.
    pub to: f64,
}

impl Cell {
    /// The layer of single persons.
    const PERSONS: u32 = 15;

    /// Whether each person has a stream of its own here, see [`super::candidates::alone`]; else all share one, see
    /// [`super::candidates::Candidates`].
    pub fn is_of_persons(&self) -> bool {
        self.layer == Self::PERSONS
    }

    /// Whether all its people are of one community.
    pub fn is_of_one_community(&self) -> bool {
        self.layer == 0 || self.is_of_persons()
    }
}

impl Cells {
    /// The cells of people with consecutive numbers from `person` on, who form communities of `width`, numbered from
    /// `community` on. All values are 0.
    pub fn new(community: u32, person: u32, people: u32, width: u32) -> Self {
        let mut peaks = vec![vec![0.0; people.div_ceil(width) as usize]];
        while let Some(cells) = peaks.last().map(Vec::len).filter(|&cells| cells > 1) {
            peaks.push(vec![0.0; cells.div_ceil(FAN)]);
        }
        Self { community, person, people, width, peaks }
    }

    /// The community of a person.
    #[inline]
    pub fn community_of(&self, person: u32) -> u32 {
        self.community + (person - self.person) / self.width
    }

    /// The value of a community.
    #[inline]
    pub fn value(&self, community: u32) -> f64 {
        self.peaks[0][(community - self.community) as usize]
    }

    /// Raises the value of a community; it never falls.
    pub fn raise(&mut self, community: u32, value: f64) {
        let mut at = (community - self.community) as usize;
        for cells in &mut self.peaks {
            cells[at] = cells[at].max(value);
            at /= FAN;
        }
    }

    /// Visits every cell that some person's hazard reaches, up to the largest hazard in it. `hazard` is the largest of a
    /// community by its value, and must not fall where the value rises.
    pub fn visit(&self, hazard: impl Fn(f64) -> f64, mut visit: impl FnMut(Cell)) {
        let top = self.peaks.len() - 1;
        (0..self.peaks[top].len()).for_each(|at| self.descend(top, at, 0.0, &hazard, &mut visit));
    }

    fn descend(
        &self,
        layer: usize,
        at: usize,
        from: f64,
        hazard: &impl Fn(f64) -> f64,
        visit: &mut impl FnMut(Cell),
    ) {
        let to = hazard(self.peaks[layer][at]);
        if to <= from {
            return;
        }
        let communities = FAN.pow(layer as u32) as u32;
        let first = at as u32 * communities;
        let person = first * self.width;
        let people = (communities * self.width).min(self.people - person);
        let until = self.ceiling(layer);
        let cell = Cell {
            community: self.community + first,
            person: self.person + person,
            people,
            layer: layer as u32,
            from,
            to: to.min(until),
        };
        if cell.from < cell.to {
            visit(cell);
        }
        if to <= until {
            return;
        }
        if let Some(finer) = layer.checked_sub(1) {
            let cells = FAN * at..(FAN * (at + 1)).min(self.peaks[finer].len());
            cells.for_each(|at| self.descend(finer, at, until, hazard, visit));
        } else {
            visit(Cell { layer: Cell::PERSONS, from: until, to, ..cell });
        }
    }

    /// The level at which a layer ends.
    fn ceiling(&self, layer: usize) -> f64 {
        match layer.checked_sub(1) {
            Some(finer) => FEW / (f64::from(self.width) * (FAN.pow(finer as u32) as f64)),
            None => ALONE.max(FEW / f64::from(self.width)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::{Candidates, Crowd, alone};
    use crate::random::{Decision, Seed};
    use proptest::prelude::*;

    const WIDTH: u32 = 512;

    fn cells(values: &[f64]) -> Cells {
        let mut cells = Cells::new(7, 100, values.len() as u32 * WIDTH - 3, WIDTH);
        for (c, value) in values.iter().enumerate() {
            cells.raise(7 + c as u32, *value);
        }
        cells
    }

    /// Who acts on a day where the hazard of everybody is the value of the community.
    fn acting(seed: u64, day: u32, values: &[f64]) -> Vec<u32> {
        let cells = cells(values);
        let (seed, mut people) = (Seed::new(seed), Vec::new());
        cells.visit(
            |value| value,
            |cell| {
                if cell.is_of_persons() {
                    let all = (cell.person..cell.person + cell.people).map(|person| (person, 1.0));
                    people.extend(alone(&seed, Decision::Test, day, &cell, 1.0, all));
                } else {
                    let crowd = Crowd { shares: cell.people, each: 1.0 };
                    for c in Candidates::new(&seed, Decision::Test, &cell, crowd, day) {
                        let person = cell.person + c.share;
                        if cells.value(cells.community_of(person)) > c.threshold {
                            people.push(person);
                        }
                    }
                }
            },
        );
        people.sort_unstable();
        people.dedup();
        people
    }

    proptest! {
        /// Every person at every level below its hazard is in one cell that is visited, and no cell is visited in vain.
        #[test]
        fn cells_divide_people_and_levels(values in prop::collection::vec(0.0f64..0.3, 1..90)) {
            let cells = cells(&values);
            let mut reached = vec![0.0; values.len()];
            cells.visit(
                |value| value,
                |cell| {
                    assert!(cell.from < cell.to && cell.people > 0);
                    let expected = (cell.to - cell.from) * f64::from(cell.people);
                    assert!(cell.is_of_one_community() || expected <= FEW * FAN as f64);
                    for person in (cell.person..cell.person + cell.people).step_by(WIDTH as usize) {
                        // From the wide cells to the narrow ones, without a gap.
                        let c = (cells.community_of(person) - 7) as usize;
                        assert_eq!(reached[c], cell.from);
                        reached[c] = cell.to;
                    }
                },
            );
            for (c, value) in values.iter().enumerate() {
                prop_assert!(reached[c] >= *value);
                prop_assert_eq!(cells.value(7 + c as u32), *value);
            }
        }
    }

    /// Chi-square at the level 0.001 against the plain loop's exact probabilities, by community, 60 days.
    #[test]
    fn agrees_with_the_plain_loop() {
        let values = [0.001, 0.005, 0.0, 0.6, 0.02, 0.3, 0.05, 0.0002, 0.1, 0.006];
        let days = 60;
        let mut acted = [0u32; 10];
        for day in 0..days {
            for person in acting(5, day, &values) {
                acted[((person - 100) / WIDTH) as usize] += 1;
            }
        }
        let mut chi = 0.0;
        for (c, (h, a)) in values.iter().zip(acted).enumerate().filter(|(_, (h, _))| **h > 0.0) {
            let people = if c == 9 { WIDTH - 3 } else { WIDTH };
            let p = 1.0 - (-h).exp();
            let e = p * f64::from(days * people);
            chi += (f64::from(a) - e).powi(2) / (e * (1.0 - p));
        }
        assert!(chi < 27.88, "chi-square {chi} on 9 degrees of freedom");
        assert_eq!(acted[2], 0);
    }

    /// Whoever would act under lower hazards acts under higher ones, whichever cells are visited.
    #[test]
    fn lower_hazards_give_a_subset() {
        let high: Vec<f64> = (0..60).map(|i| 0.00007 * f64::from(i * i % 200)).collect();
        let mut fewer = 0;
        for day in 0..60 {
            let all = acting(9, day, &high);
            let low: Vec<f64> =
                high.iter().enumerate().map(|(i, h)| h * [1.0, 0.6, 0.9][(i + day as usize) % 3]).collect();
            let some = acting(9, day, &low);
            assert!(some.iter().all(|p| all.contains(p)));
            fewer += all.len() - some.len();
        }
        assert!(fewer > 0);
    }
}
