//! A set of numbers below a limit, one bit each.

/// See the module.
#[derive(Debug, Clone)]
pub struct Bits {
    words: Vec<u64>,
}

/// Positions of the bits of a word that are set, in order.
fn set_in(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit as usize)
    })
}

impl Bits {
    /// None of the numbers below `limit`.
    pub fn new(limit: usize) -> Self {
        Self { words: vec![0; limit.div_ceil(64)] }
    }

    /// Words of 64 bits.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Whether a number is in the set.
    #[inline]
    pub fn get(&self, i: usize) -> bool {
        self.words[i / 64] & (1 << (i % 64)) != 0
    }

    /// Puts a number into the set, or takes it out.
    #[inline]
    pub fn set(&mut self, i: usize, to: bool) {
        let (word, bit) = (&mut self.words[i / 64], 1 << (i % 64));
        if to {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }

    /// The numbers in the set, in order.
    pub fn ones(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| set_in(word).map(move |bit| at * 64 + bit))
    }

    /// The numbers of a range that are not in the set, in order.
    pub fn zeros(&self, from: usize, to: usize) -> impl Iterator<Item = usize> + '_ {
        (from / 64..to.div_ceil(64)).flat_map(move |at| {
            let below = |i: usize| if i >= 64 { u64::MAX } else { (1 << i) - 1 };
            let within = below(to - at * 64) & !below(from.saturating_sub(at * 64));
            set_in(!self.words[at] & within).map(move |bit| at * 64 + bit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_agree_with_a_plain_list(changes in prop::collection::vec((0usize..300, any::<bool>()), 0..400), a in 0usize..300, b in 0usize..300) {
            let (mut bits, mut plain) = (Bits::new(300), vec![false; 300]);
            for (i, to) in changes {
                bits.set(i, to);
                plain[i] = to;
            }
            prop_assert!((0..300).all(|i| bits.get(i) == plain[i]));
            prop_assert_eq!(bits.ones().collect::<Vec<_>>(), (0..300).filter(|i| plain[*i]).collect::<Vec<_>>());
            let (from, to) = (a.min(b), a.max(b));
            let zeros: Vec<usize> = (from..to).filter(|i| !plain[*i]).collect();
            prop_assert_eq!(bits.zeros(from, to).collect::<Vec<_>>(), zeros);
        }
    }
}
