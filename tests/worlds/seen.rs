//! The parties of a state as the tests see them, however the engine stores them.

use darien::behaviour::corridor::state::{Mode, NO_LEG, State};

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
    let live = state.parties.iter().filter(|p| p.mode != Mode::Free);
    live.map(|p| Seen {
        head: p.head,
        group: p.group,
        nationality: p.nationality,
        size: p.size,
        minors: p.minors,
        attempts: p.attempts,
        step: p.step,
        waits_at_home: p.mode == Mode::Waiting,
        on_leg: (p.mode == Mode::Travelling && p.leg != NO_LEG).then_some(p.leg),
    })
    .collect()
}

/// What a state holds, as far as it can be compared.
pub fn fingerprint(state: &State) -> String {
    format!("{:?}{:?}{:?}{:?}{:?}", parties(state), state.minds, state.stocks, state.tally, state.remembered)
}
