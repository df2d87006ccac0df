//! Travellers by the day on which something next happens to them.

/// Days in a leaf of the calendar.
const LEAF: usize = 32;

/// A calendar: what is due on each day.
///
/// The current leaf of `LEAF` days holds a list a day, later leaves one list each, which is dealt out when its turn
/// comes. An entry so goes to the end of one of a few lists, all of which stay in the cache, however far ahead it is.
/// What lies beyond the last leaf at hand is kept aside.
#[derive(Debug, Clone)]
pub struct Calendar<T> {
    days: Vec<Vec<T>>,
    /// The leaves after the current one, in a ring whose length is a power of two.
    leaves: Vec<Vec<(u32, T)>>,
    far: Vec<(u32, T)>,
    today: usize,
    /// Leaves that have been dealt out.
    dealt: usize,
    spare: Vec<Vec<T>>,
}

impl<T: Copy> Calendar<T> {
    /// A calendar that holds about `days` days at hand, starting with day 0.
    pub fn new(days: usize) -> Self {
        Self {
            days: vec![Vec::new(); LEAF],
            leaves: vec![Vec::new(); days.div_ceil(LEAF).max(2).next_power_of_two()],
            far: Vec::new(),
            today: 0,
            dealt: 0,
            spare: Vec::new(),
        }
    }

    /// Enters an item for a day; a day that is not after the last one taken is taken as the next day.
    #[inline]
    pub fn add(&mut self, day: usize, item: T) {
        let day = day.max(self.today);
        let (leaf, leaves) = (day / LEAF, self.leaves.len());
        if leaf < self.dealt {
            self.note(day, item);
        } else if leaf < self.dealt + leaves {
            self.leaves[leaf & (leaves - 1)].push((day as u32, item));
        } else {
            self.far.push((day as u32, item));
        }
    }

    /// Enters many items for one day, in order.
    pub fn extend(&mut self, day: usize, items: &[T]) {
        if day >= self.today && day / LEAF < self.dealt {
            self.due(day).extend_from_slice(items);
        } else {
            for &item in items {
                self.add(day, item);
            }
        }
    }

    #[inline]
    fn note(&mut self, day: usize, item: T) {
        self.due(day).push(item);
    }

    /// The list of a day of the current leaf.
    #[inline]
    fn due(&mut self, day: usize) -> &mut Vec<T> {
        let due = &mut self.days[day % LEAF];
        if due.capacity() == 0
            && let Some(buffer) = self.spare.pop()
        {
            *due = buffer;
        }
        due
    }

    /// Takes all items due on `day`, which must be the next day in turn; give the buffer back to [`Self::recycle`].
    pub fn take(&mut self, day: usize) -> Vec<T> {
        debug_assert_eq!(day, self.today);
        if day / LEAF == self.dealt {
            self.deal();
        }
        self.today = day + 1;
        std::mem::take(&mut self.days[day % LEAF])
    }

    /// Deals out the next leaf.
    fn deal(&mut self) {
        let leaves = self.leaves.len();
        let mut leaf = std::mem::take(&mut self.leaves[self.dealt & (leaves - 1)]);
        self.dealt += 1;
        for (day, item) in leaf.drain(..) {
            self.note(day as usize, item);
        }
        // The emptied list serves the leaf that has come within reach.
        let reached = self.dealt + leaves - 1;
        self.far.retain(|&(day, item)| {
            let near = day as usize / LEAF <= reached;
            if near {
                leaf.push((day, item));
            }
            !near
        });
        self.leaves[reached & (leaves - 1)] = leaf;
    }

    /// Gives the buffer of a taken day back, so that another day uses it again.
    pub fn recycle(&mut self, mut buffer: Vec<T>) {
        if buffer.capacity() > 0 {
            buffer.clear();
            self.spare.push(buffer);
        }
    }

    /// All items that are still to come, in no particular order.
    pub fn pending(&self) -> impl Iterator<Item = &T> {
        let later = self.leaves.iter().flatten().chain(&self.far).map(|(_, item)| item);
        self.days.iter().flatten().chain(later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_comes_on_its_day(
            days in prop::collection::vec((0usize..400, 0usize..400), 0..200), at_hand in 2usize..200
        ) {
            let mut calendar = Calendar::new(at_hand);
            let mut came = vec![None; days.len()];
            for today in 0..800 {
                // Each item is entered on a day of its own, for a day that may be over.
                for (i, _) in days.iter().enumerate().filter(|(_, (entered, _))| *entered == today) {
                    if i % 2 == 0 {
                        calendar.add(days[i].1, i);
                    } else {
                        calendar.extend(days[i].1, &[i]);
                    }
                }
                let waiting = days.iter().zip(&came).filter(|((e, _), c)| *e <= today && c.is_none()).count();
                prop_assert_eq!(calendar.pending().count(), waiting);
                let due = calendar.take(today);
                for &i in &due {
                    prop_assert!(came[i].is_none());
                    came[i] = Some(today);
                }
                calendar.recycle(due);
            }
            let wanted: Vec<Option<usize>> = days.iter().map(|&(entered, day)| Some(day.max(entered))).collect();
            prop_assert_eq!(came, wanted);
        }
    }
}
