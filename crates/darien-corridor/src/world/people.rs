//! Who a person is: travel group, age, money, kin — pure functions of the world's seed and the person's number.
//!
//! Nobody is stored before acting. Persons are numbered in cells of eight, which are divided into travel groups by eight
//! patterns in turn, so that 39 % of persons travel alone (`share_travel_with_family` 0.50–0.62, S100, S101). A travel
//! group is known by its first member, the head. Two of five heads in turn have kin ahead. Numbers mean nothing else, and
//! who acts is drawn by number: so households and kin are as good as drawn, and whoever heads a group is found without
//! looking for it.

use crate::random::{Decision, Seed, sample};

/// Persons in a cell.
pub const CELL: u32 = 8;

/// The seed of all attributes: the same world in every run.
pub const WORLD_SEED: Seed = Seed::new(20_210_101);

/// Sizes of the travel groups of a cell, by pattern; each sums to [`CELL`]. Cells take them in turn.
const PATTERNS: [&[u8]; 8] = [
    &[1, 1, 1, 1, 1, 1, 1, 1],
    &[3, 3, 2],
    &[2, 2, 1, 1, 1, 1],
    &[5, 2, 1],
    &[3, 2, 1, 1, 1],
    &[4, 3, 1],
    &[2, 1, 1, 1, 1, 1, 1],
    &[4, 2, 1, 1],
];

/// Mean minors in a group of one to five, tuned to a share of minors of 0.19 (observed 0.16–0.22, S093, S102).
const MINORS: [f64; 6] = [0.0, 0.0, 0.35, 0.85, 1.8, 2.6];

/// Heads in a block of eight cells, one of each pattern.
const BLOCK_HEADS: usize = 39;

/// Of so many consecutive heads, [`WITH_KIN`] tells those who have kin ahead: 40 % (S100).
const KIN_TURN: usize = 5;
const WITH_KIN: [bool; KIN_TURN] = [false, true, false, true, false];

/// Persons in a ward: with five blocks, the smallest number after which both patterns and kin come round again, so that
/// of heads of any size the same share has kin.
const WARD: u32 = CELL * 8 * KIN_TURN as u32;
const WARD_CELLS: usize = (WARD / CELL) as usize;
const WARD_HEADS: usize = BLOCK_HEADS * KIN_TURN;
const WARD_KIN: usize = WARD_HEADS * 2 / KIN_TURN;

/// Heads in a ward, those without kin ahead and those with it.
const WARD_HEADS_OF: [u32; 2] = [(WARD_HEADS - WARD_KIN) as u32, WARD_KIN as u32];

/// Shares of the intent of its community that a head without kin ahead and one with kin ahead has; see [`SHARE`].
const SHARES: [u32; 2] = [2, 7];

/// Factor on the intent of its community that one share gives: 0.5 for heads without kin ahead and 1.75 for those with kin,
/// mean 1 (sizes assumed).
pub const SHARE: f64 = 0.25;

/// The largest factor that a head can have on the intent of its community.
pub const INTENT_BOUND: f64 = SHARES[1] as f64 * SHARE;

/// A ward, worked out once.
struct Ward {
    /// Size of the group that starts with each person, 0 where none starts.
    sizes: [u8; WARD as usize],
    /// Whether the group that starts with each person has kin ahead.
    kin: [bool; WARD as usize],
    /// First persons of the groups, those without kin ahead and those with it.
    heads: [[u16; WARD_HEADS]; 2],
    /// Heads before each cell, those without kin ahead and those with it.
    before: [[u32; WARD_CELLS]; 2],
}

static WARD_OF: Ward = {
    let mut ward = Ward {
        sizes: [0; WARD as usize],
        kin: [false; WARD as usize],
        heads: [[0; WARD_HEADS]; 2],
        before: [[0; WARD_CELLS]; 2],
    };
    let (mut cell, mut found) = (0, [0usize; 2]);
    while cell < WARD_CELLS {
        ward.before[0][cell] = found[0] as u32;
        ward.before[1][cell] = found[1] as u32;
        let pattern = PATTERNS[cell % PATTERNS.len()];
        let (mut person, mut i) = (cell * CELL as usize, 0);
        while i < pattern.len() {
            let kin = WITH_KIN[(found[0] + found[1]) % KIN_TURN];
            ward.sizes[person] = pattern[i];
            ward.kin[person] = kin;
            ward.heads[kin as usize][found[kin as usize]] = person as u16;
            found[kin as usize] += 1;
            person += pattern[i] as usize;
            i += 1;
        }
        cell += 1;
    }
    assert!(found[0] + found[1] == WARD_HEADS && found[1] == WARD_KIN);
    ward
};

/// Size of the travel group that `person` heads, 0 if it heads none.
#[inline]
pub fn party_size(person: u32) -> u8 {
    WARD_OF.sizes[(person % WARD) as usize]
}

/// Whether a head has kin ahead.
#[inline]
pub fn has_kin_ahead(head: u32) -> bool {
    WARD_OF.kin[(head % WARD) as usize]
}

/// Factor of a head on the intent of its community.
#[inline]
pub fn intent_factor(head: u32) -> f64 {
    f64::from(SHARES[usize::from(has_kin_ahead(head))]) * SHARE
}

/// Heads of one kind before the first person of a cell.
#[inline]
fn heads_before(kin: usize, person: u32) -> u32 {
    person / WARD * WARD_HEADS_OF[kin] + WARD_OF.before[kin][(person % WARD / CELL) as usize]
}

/// The heads among persons with consecutive numbers who make up whole cells. Each has shares of the intent of its
/// community, so that one drawn by shares is drawn as likely as it acts.
#[derive(Debug, Clone, Copy)]
pub struct Heads {
    /// Heads before the first person, those without kin ahead and those with it.
    before: [u32; 2],
    /// Shares of those with kin ahead.
    kin: u32,
    /// All shares.
    all: u32,
}

impl Heads {
    /// Those among some people from a person on; both are multiples of [`CELL`].
    #[inline]
    pub fn among(person: u32, people: u32) -> Self {
        let before = [heads_before(0, person), heads_before(1, person)];
        let shares = |kin: usize| (heads_before(kin, person + people) - before[kin]) * SHARES[kin];
        let kin = shares(1);
        Self { before, kin, all: shares(0) + kin }
    }

    /// Shares of all of them.
    #[inline]
    pub fn shares(&self) -> u32 {
        self.all
    }

    /// Who has a share, numbered from 0 on.
    #[inline]
    pub fn holder(&self, share: u32) -> u32 {
        let nth = |kin: usize, share: u32| {
            let (i, each) = (self.before[kin] + share / SHARES[kin], WARD_HEADS_OF[kin]);
            i / each * WARD + u32::from(WARD_OF.heads[kin][(i % each) as usize])
        };
        match share.checked_sub(self.kin) {
            None => nth(1, share),
            Some(share) => nth(0, share),
        }
    }
}

/// What chance made of a travel group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attributes {
    /// Money per person relative to the group's median: standard normal score of the logarithm.
    pub money_score: f64,
    /// Members under 18.
    pub minors: u8,
    /// Purse class: 0 poor, 1 middle, 2 well off (thirds).
    pub purse: u8,
}

/// The attributes of the travel group headed by `head`.
#[inline]
pub fn attributes(head: u32, size: u8) -> Attributes {
    let w = WORLD_SEED.words(Decision::Attributes, head, 0, 0);
    let u = sample::unit(w[0]);
    Attributes {
        money_score: sample::normal_quantile(u),
        minors: sample::stochastic_round(w[1], MINORS[usize::from(size.min(5))]) as u8,
        purse: (u * 3.0) as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_divided_whole_and_shares_are_as_stated() {
        let n = 80_000u32;
        let (mut persons, mut alone, mut minors, mut factor) = (0u32, 0u32, 0u32, 0.0);
        for p in 0..n {
            let size = party_size(p);
            if size > 0 {
                let a = attributes(p, size);
                persons += u32::from(size);
                alone += u32::from(size == 1);
                minors += u32::from(a.minors);
                factor += intent_factor(p) * f64::from(size);
                assert!(a.minors < size && a.purse < 3);
            }
        }
        assert_eq!(persons, n);
        let share = |x: u32| f64::from(x) / f64::from(n);
        assert!((share(alone) - 0.39).abs() < 0.01, "{}", share(alone));
        assert!((0.16..0.22).contains(&share(minors)), "{}", share(minors));
        assert!((factor / f64::from(n) - 1.0).abs() < 0.01);
    }

    /// Every head has its shares, and nobody else has any.
    #[test]
    fn shares_are_those_of_heads() {
        for (person, people) in [(0, 8), (16, 320), (312, 1_000), (4_096 * 7, 4_096), (1_000_000, 64)] {
            let heads = Heads::among(person, people);
            let mut shares = std::collections::BTreeMap::new();
            for share in 0..heads.shares() {
                *shares.entry(heads.holder(share)).or_insert(0u32) += 1;
            }
            let wanted: std::collections::BTreeMap<u32, u32> = (person..person + people)
                .filter(|&p| party_size(p) > 0)
                .map(|p| (p, (intent_factor(p) / SHARE) as u32))
                .collect();
            assert_eq!(shares, wanted);
        }
    }

    /// Whatever its size, two of five travel groups have kin ahead.
    #[test]
    fn kin_do_not_depend_on_size() {
        for size in 1..=5 {
            let heads: Vec<u32> = (0..WARD).filter(|&p| party_size(p) == size).collect();
            let kin = heads.iter().filter(|&&p| has_kin_ahead(p)).count();
            assert_eq!(kin * 5, heads.len() * 2);
        }
    }
}
