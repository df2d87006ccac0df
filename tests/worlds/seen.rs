//! The parties of a state as the tests see them, however the engine stores them.

use darien::behaviour::corridor::state::{NO_LEG, Party, State};

/// A party that has left the ground state, at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    pub head: u32,
    pub group: u8,
    pub nationality: u8,
    pub size: u8,
    pub minors: u8,
    pub attempts: u8,
    pub step: u16,
    pub waits_at_home: bool,
    /// The leg that it is on, if it is on one (and not in line for it).
    pub on_leg: Option<u8>,
}

/// Everybody who has left the ground state.
pub fn parties(state: &State) -> Vec<Seen> {
    let mut all = Vec::new();
    for shard in &state.shards {
        all.extend(shard.waiting().map(|p| Seen {
            head: p.head,
            group: shard.group as u8,
            nationality: shard.nationality as u8,
            size: p.size,
            minors: p.minors,
            attempts: p.attempts,
            step: 0,
            waits_at_home: true,
            on_leg: None,
        }));
        all.extend(shard.at_home_again().map(|p| seen(p, false)));
    }
    all.extend(state.on_road.pending().map(|p| seen(p, !p.southbound)));
    let still =
        state.queues.iter().flat_map(darien::engine::queue::Queue::iter).chain(state.held.iter().flatten());
    all.extend(still.map(|p| seen(p, false)));
    all
}

fn seen(p: &Party, on_the_way: bool) -> Seen {
    Seen {
        head: p.head,
        group: p.group,
        nationality: p.nationality,
        size: p.size,
        minors: p.minors,
        attempts: p.attempts,
        step: p.step,
        waits_at_home: false,
        on_leg: (on_the_way && p.leg != NO_LEG).then_some(p.leg),
    }
}

/// What a state holds, as far as it can be compared.
pub fn fingerprint(state: &State) -> String {
    format!("{:?}{:?}{:?}{:?}{:?}", parties(state), state.minds, state.stocks, state.tally, state.remembered)
}
