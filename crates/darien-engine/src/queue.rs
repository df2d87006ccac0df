//! Capacity in order of arrival.

use std::collections::VecDeque;

/// A queue before a leg with a daily capacity in persons.
///
/// Capacity that a day leaves unused is lost, except for what agents that stand for several people need: less than the
/// first party in line takes is carried over while there is a line.
#[derive(Debug, Clone)]
pub struct Queue<T> {
    line: VecDeque<(T, u32)>,
    persons: u64,
    credit: f64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { line: VecDeque::new(), persons: 0, credit: 0.0 }
    }
}

impl<T: Copy> Queue<T> {
    /// Lines up a party of `size` persons at the end.
    pub fn join(&mut self, party: T, size: u32) {
        self.line.push_back((party, size));
        self.persons += u64::from(size);
    }

    /// Persons in line.
    pub fn persons(&self) -> u64 {
        self.persons
    }

    /// Opens the day with `capacity` persons; see [`Self::board`].
    pub fn open(&mut self, capacity: f64) {
        let carry = if capacity > 0.0 {
            self.line.front().map_or(0.0, |f| self.credit.min(f64::from(f.1)))
        } else {
            0.0
        };
        self.credit = capacity.max(0.0) + carry;
    }

    /// Takes the next party that still fits into today's capacity.
    pub fn board(&mut self) -> Option<T> {
        let &(party, size) = self.line.front()?;
        if f64::from(size) > self.credit {
            return None;
        }
        self.credit -= f64::from(size);
        self.persons -= u64::from(size);
        self.line.pop_front();
        Some(party)
    }

    /// Removes the parties that match, in order; the others keep theirs.
    pub fn leave(&mut self, leaves: impl Fn(&T) -> bool) -> Vec<T> {
        let mut gone = Vec::new();
        self.line.retain(|(party, size)| {
            let goes = leaves(party);
            if goes {
                gone.push(*party);
                self.persons -= u64::from(*size);
            }
            !goes
        });
        gone
    }

    /// Removes all parties of the line, in order.
    pub fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.persons = 0;
        self.line.drain(..).map(|(party, _)| party)
    }

    /// The parties in line, first first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.line.iter().map(|(party, _)| party)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn those_who_leave_the_line_make_room() {
        let mut queue = Queue::default();
        (0..6u32).for_each(|i| queue.join(i, i + 1));
        assert_eq!(queue.leave(|i| i % 2 == 1), [1, 3, 5]);
        assert_eq!((queue.persons(), queue.iter().copied().collect::<Vec<_>>()), (1 + 3 + 5, vec![0, 2, 4]));
    }

    proptest! {
        #[test]
        fn order_is_kept_and_capacity_is_not_exceeded(
            // Parties of one to five agents, agents of one to 75 persons.
            parties in prop::collection::vec((1u32..6, prop::sample::select(vec![1u32, 6, 18, 75])), 1..200),
            capacities in prop::collection::vec(0.0f64..400.0, 1..60)
        ) {
            let sizes: Vec<u32> = parties.iter().map(|(members, each)| members * each).collect();
            let mut queue = Queue::default();
            for (i, &s) in sizes.iter().enumerate() {
                queue.join(i, s);
            }
            let (mut next, mut boarded, mut offered) = (0, 0u64, 0.0);
            for c in capacities {
                queue.open(c);
                offered += c;
                let (before, largest) = (boarded, *sizes.iter().max().unwrap_or(&0));
                while let Some(i) = queue.board() {
                    prop_assert_eq!(i, next);
                    next += 1;
                    boarded += u64::from(sizes[i]);
                }
                prop_assert!(boarded as f64 <= offered + 1e-9);
                let carried = if c > 0.0 { f64::from(largest) } else { 0.0 };
                prop_assert!((boarded - before) as f64 <= c + carried + 1e-9);
            }
            prop_assert_eq!(queue.persons() + boarded, sizes.iter().map(|&s| u64::from(s)).sum::<u64>());
        }
    }
}
