//! Parties that wait until a day that is known when they begin, unless they are taken before.
//!
//! A party lies where its day is: in a leaf of `LEAF` days, in which it stays at its place until the leaf is over. Nothing
//! is moved and nothing has to be freed, so that a party costs one entry at the end of a list when it comes and one look
//! when its day is there. A [`Ticket`] finds it in between, and tells when it is no longer there.

/// Days in a leaf.
const LEAF: usize = 32;

/// In place of the day within the leaf: the party is no longer there.
const TAKEN: u8 = u8::MAX;

/// Where a party waits: six bytes. Packed, so that whatever carries it along stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(2))]
pub struct Ticket {
    index: u32,
    leaf: u16,
}

impl Ticket {
    /// The ticket of a seat of a leaf, numbered from 0 on.
    pub fn of_seat(leaf: u16, seat: usize) -> Self {
        Self { index: seat as u32, leaf }
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry<T> {
    item: T,
    /// Day within the leaf, or [`TAKEN`].
    day: u8,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Terms<T> {
    /// Entries by leaf, the current one and those to come, in a ring whose length is a power of two.
    leaves: Vec<Vec<Entry<T>>>,
    /// Of the current leaf: who is due, by day.
    due: Vec<Vec<u32>>,
    /// Leaves whose days have been dealt out; the last of them is the current one.
    dealt: usize,
    waiting: usize,
    seats: usize,
}

impl<T: Copy> Terms<T> {
    /// For terms of at most `longest` days.
    pub fn new(longest: usize) -> Self {
        Self {
            leaves: vec![Vec::new(); (longest / LEAF + 2).next_power_of_two()],
            due: vec![Vec::new(); LEAF],
            dealt: 0,
            waiting: 0,
            seats: 0,
        }
    }

    /// A party begins to wait until a day: one that has not been asked for, at most the longest term ahead.
    #[inline]
    pub fn add(&mut self, day: usize, item: T) -> Ticket {
        let (leaf, at) = (day / LEAF, self.at(day / LEAF));
        debug_assert!(leaf + 1 >= self.dealt && leaf < self.current() + self.leaves.len());
        let entries = &mut self.leaves[at];
        let index = entries.len() as u32;
        entries.push(Entry { item, day: (day % LEAF) as u8 });
        if leaf < self.dealt {
            self.due[day % LEAF].push(index);
        }
        self.waiting += 1;
        self.seats += 1;
        Ticket { index, leaf: leaf as u16 }
    }

    /// The current leaf.
    fn current(&self) -> usize {
        self.dealt.saturating_sub(1)
    }

    /// Position of a leaf in the ring.
    #[inline]
    fn at(&self, leaf: usize) -> usize {
        leaf & (self.leaves.len() - 1)
    }

    /// Whether the leaf of a ticket is over, so that its party waits no longer; told without looking for the party.
    #[inline]
    pub fn is_over(&self, ticket: Ticket) -> bool {
        usize::from(ticket.leaf) < self.current()
    }

    /// The party of a ticket, if it still waits.
    #[inline]
    pub fn get(&self, ticket: Ticket) -> Option<&T> {
        if self.is_over(ticket) {
            return None;
        }
        let entry = &self.leaves[self.at(usize::from(ticket.leaf))][ticket.index as usize];
        (entry.day != TAKEN).then_some(&entry.item)
    }

    /// Takes the party of a ticket, if it still waits.
    pub fn take(&mut self, ticket: Ticket) -> Option<T> {
        let item = *self.get(ticket)?;
        let at = self.at(usize::from(ticket.leaf));
        self.leaves[at][ticket.index as usize].day = TAKEN;
        self.waiting -= 1;
        Some(item)
    }

    /// Takes those whose term ends on `day`, which must be the next day in turn, in the order in which they came.
    pub fn expire(&mut self, day: usize, mut ended: impl FnMut(T)) {
        if day / LEAF == self.dealt {
            self.deal();
        }
        let at = self.at(day / LEAF);
        let entries = &mut self.leaves[at];
        for index in self.due[day % LEAF].drain(..) {
            let entry = &mut entries[index as usize];
            if entry.day != TAKEN {
                entry.day = TAKEN;
                self.waiting -= 1;
                ended(entry.item);
            }
        }
    }

    /// Makes the next leaf the current one; nobody of the one before waits any more.
    fn deal(&mut self) {
        if let Some(over) = self.dealt.checked_sub(1) {
            let at = self.at(over);
            self.seats -= self.leaves[at].len();
            self.leaves[at].clear();
        }
        for (index, entry) in self.leaves[self.at(self.dealt)].iter().enumerate() {
            if entry.day != TAKEN {
                self.due[usize::from(entry.day)].push(index as u32);
            }
        }
        self.dealt += 1;
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many seats there are, those of who is no longer there included.
    pub fn seats(&self) -> usize {
        self.seats
    }

    /// The leaves in order, each with the number of its seats.
    pub fn leaves(&self) -> impl Iterator<Item = (u16, usize)> + '_ {
        let leaves = self.current()..self.current() + self.leaves.len();
        leaves.map(|leaf| (leaf as u16, self.leaves[self.at(leaf)].len()))
    }

    /// Those who wait, with their tickets, in the order of seats.
    pub fn iter(&self) -> impl Iterator<Item = (Ticket, &T)> {
        let leaves = self.current()..self.current() + self.leaves.len();
        leaves.flat_map(|leaf| {
            let entries = self.leaves[self.at(leaf)].iter().enumerate();
            entries
                .filter(|(_, entry)| entry.day != TAKEN)
                .map(move |(index, entry)| (Ticket { index: index as u32, leaf: leaf as u16 }, &entry.item))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tickets_and_entries_are_small() {
        assert_eq!((size_of::<Ticket>(), size_of::<Entry<[u32; 3]>>()), (6, 16));
    }

    proptest! {
        /// Against a plain list: who comes on which day, how long, and on which day it is taken, if ever.
        #[test]
        fn terms_agree_with_a_plain_list(
            parties in prop::collection::vec((0usize..300, 1usize..200, prop::option::of(0usize..300)), 0..150)
        ) {
            let mut terms = Terms::new(200);
            let mut tickets = vec![None; parties.len()];
            let mut plain: Vec<Option<usize>> = vec![None; parties.len()];
            for today in 0..520 {
                for (i, &(comes, term, _)) in parties.iter().enumerate().filter(|(_, p)| p.0 == today) {
                    tickets[i] = Some(terms.add(comes + term, i));
                    plain[i] = Some(comes + term);
                }
                let mut ended = Vec::new();
                terms.expire(today, |i| ended.push(i));
                let mut wanted: Vec<usize> = (0..parties.len()).filter(|&i| plain[i] == Some(today)).collect();
                for &i in &wanted {
                    plain[i] = None;
                }
                wanted.sort_by_key(|&i| (parties[i].0, i));
                prop_assert_eq!(ended, wanted);
                for (i, (comes, _, taken)) in parties.iter().enumerate() {
                    let Some(ticket) = tickets[i] else { continue };
                    if *taken == Some(today) && *comes <= today {
                        let here = plain[i].take().map(|_| i);
                        prop_assert_eq!(terms.take(ticket), here);
                    }
                    prop_assert_eq!(terms.get(ticket).copied(), plain[i].map(|_| i));
                }
                prop_assert_eq!(terms.waiting(), plain.iter().flatten().count());
                prop_assert_eq!(terms.iter().count(), terms.waiting());
                let of_leaf = |(leaf, seats)| (0..seats).map(move |seat| Ticket::of_seat(leaf, seat));
                let listed: Vec<Ticket> = terms.leaves().flat_map(of_leaf).collect();
                prop_assert_eq!(listed.len(), terms.seats());
                let live: Vec<Ticket> = listed.into_iter().filter(|t| terms.get(*t).is_some()).collect();
                prop_assert_eq!(live, terms.iter().map(|(t, _)| t).collect::<Vec<_>>());
            }
        }
    }
}
