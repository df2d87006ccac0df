//! Travellers by the day on which something next happens to them.

/// A ring of days; each holds the items due on it.
///
/// Items further ahead than the ring is long are kept aside and dealt in when their turn comes.
#[derive(Debug, Clone)]
pub struct Calendar<T> {
    ring: Vec<Vec<T>>,
    today: usize,
    far: Vec<(usize, T)>,
    spare: Vec<Vec<T>>,
}

impl<T: Copy> Calendar<T> {
    /// A calendar that holds `days` days at hand, starting with day 0.
    pub fn new(days: usize) -> Self {
        Self {
            ring: (0..days.max(2)).map(|_| Vec::new()).collect(),
            today: 0,
            far: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Enters an item for a day; a day that is not after the last one taken is taken as the next day.
    #[inline]
    pub fn add(&mut self, day: usize, item: T) {
        let day = day.max(self.today);
        let n = self.ring.len();
        if day < self.today + n {
            let due = &mut self.ring[day % n];
            if due.capacity() == 0
                && let Some(buffer) = self.spare.pop()
            {
                *due = buffer;
            }
            due.push(item);
        } else {
            self.far.push((day, item));
        }
    }

    /// Takes all items due on `day`, which must be the next day in turn.
    pub fn take(&mut self, day: usize) -> Vec<T> {
        debug_assert_eq!(day, self.today);
        let n = self.ring.len();
        let due = std::mem::take(&mut self.ring[day % n]);
        self.today = day + 1;
        if day.is_multiple_of(n / 2) && !self.far.is_empty() {
            let far = std::mem::take(&mut self.far);
            for (when, item) in far {
                self.add(when, item);
            }
        }
        due
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
        self.ring.iter().flatten().chain(self.far.iter().map(|(_, item)| item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_comes_on_its_day(days in prop::collection::vec(0usize..200, 0..100), ring in 2usize..40) {
            let mut calendar = Calendar::new(ring);
            for (i, &d) in days.iter().enumerate() {
                calendar.add(d, i);
            }
            let mut came = vec![usize::MAX; days.len()];
            for day in 0..200 {
                for i in calendar.take(day) {
                    came[i] = day;
                }
            }
            prop_assert_eq!(came, days);
        }
    }
}
