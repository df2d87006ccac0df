//! Who a person is: travel group, age, money, kin — pure functions of the world's seed and the person's number.
//!
//! Nobody is stored before acting. Persons are numbered in cells of eight; chance divides each cell into travel
//! groups by one of eight patterns, so that 39 % of persons travel alone (`share_travel_with_family` 0.50–0.62,
//! S100, S101). A travel group is known by its first member, the head.

use crate::random::{Decision, Seed, sample};

/// Persons in a cell.
pub const CELL: u32 = 8;

/// The seed of all attributes: the same world in every run.
pub const WORLD_SEED: Seed = Seed::new(20_210_101);

/// Sizes of the travel groups of a cell, by pattern; each sums to [`CELL`].
const PATTERNS: [&[u8]; 8] = [
    &[1, 1, 1, 1, 1, 1, 1, 1],
    &[2, 2, 1, 1, 1, 1],
    &[3, 2, 1, 1, 1],
    &[4, 3, 1],
    &[5, 2, 1],
    &[3, 3, 2],
    &[4, 2, 1, 1],
    &[2, 1, 1, 1, 1, 1, 1],
];

/// Size of the group that starts at each offset of a cell, 0 where none starts.
const STARTS: [[u8; 8]; 8] = {
    let mut table = [[0u8; 8]; 8];
    let mut p = 0;
    while p < 8 {
        let (mut offset, mut i) = (0, 0);
        while i < PATTERNS[p].len() {
            table[p][offset] = PATTERNS[p][i];
            offset += PATTERNS[p][i] as usize;
            i += 1;
        }
        p += 1;
    }
    table
};

/// Mean minors in a group of one to five, tuned to a share of minors of 0.19 (observed 0.16–0.22, S093, S102).
const MINORS: [f64; 6] = [0.0, 0.0, 0.35, 0.85, 1.8, 2.6];

/// Factor on the intent of those with kin ahead and those without; 40 % have kin ahead (S100), mean 1.
const KIN: (f64, f64) = (1.75, 0.5);
const KIN_SHARE: f64 = 0.4;

/// The largest factor that a person can have on the intent of its community.
pub const INTENT_BOUND: f64 = KIN.0;

/// The least factor that a person can have on the intent of its community.
pub const INTENT_LEAST: f64 = KIN.1;

/// Size of the travel group that `person` heads, 0 if it heads none.
#[inline]
pub fn party_size(person: u32) -> u8 {
    let pattern = WORLD_SEED.words(Decision::Household, person / CELL, 0, 0)[0] >> 29;
    STARTS[pattern as usize][(person % CELL) as usize]
}

/// What chance made of a travel group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attributes {
    /// Money per person relative to the group's median: standard normal score of the logarithm.
    pub money_score: f64,
    /// Members under 18.
    pub minors: u8,
    /// Factor on the intent hazard of the community.
    pub intent_factor: f64,
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
        intent_factor: if kin_ahead(w[2]) { INTENT_BOUND } else { INTENT_LEAST },
        purse: (u * 3.0) as u8,
    }
}

#[inline]
fn kin_ahead(word: u32) -> bool {
    sample::bernoulli(word, KIN_SHARE)
}

/// Whether a head has kin ahead, and so [`INTENT_BOUND`] as its factor on the intent hazard of its community, else
/// [`INTENT_LEAST`]; without its other attributes.
#[inline]
pub fn has_kin_ahead(head: u32) -> bool {
    kin_ahead(WORLD_SEED.words(Decision::Attributes, head, 0, 0)[2])
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
                factor += a.intent_factor * f64::from(size);
                assert!(a.minors < size && a.purse < 3);
            }
        }
        assert_eq!(persons, n);
        let share = |x: u32| f64::from(x) / f64::from(n);
        assert!((share(alone) - 0.39).abs() < 0.01, "{}", share(alone));
        assert!((0.16..0.22).contains(&share(minors)), "{}", share(minors));
        assert!((factor / f64::from(n) - 1.0).abs() < 0.01);
    }
}
