//! Phase 6: legs with a daily capacity board in order of arrival; the rest wait and their money runs down.

use super::travel::set_out_boarded;
use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::state::{NO_LEG, Party, State};
use crate::world::network::Pool;

/// Days in line after which a party whose way is shut for good looks for another (assumed).
const PATIENCE: usize = 30;

/// Opens every pool for the day and boards.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let mut boarded = Vec::new();
    let ways_change = rules.ways_change(day);
    for &pool in Pool::ALL {
        let at = pool as usize;
        if ways_change {
            let turned =
                state.queues[at].leave(|party| rules.is_shut(party.leg, usize::from(party.nationality), day));
            look_elsewhere(day, state, turned);
        }
        let capacity = rules.capacity(pool, day);
        if capacity == 0.0 && state.queues[at].persons() > 0 && rules.closed_for(pool, day) >= PATIENCE {
            let line = state.queues[at].drain().collect();
            look_elsewhere(day, state, line);
            continue;
        }
        state.queues[at].open(capacity);
        while let Some(party) = state.queues[at].board() {
            if pool == Pool::GulfBoats {
                let persons = rules.persons(&party);
                state.tally.boarded += persons;
                state.tally.waited_days += persons as f64 * (day as f64 - f64::from(party.since));
            }
            boarded.push(party);
        }
    }
    set_out_boarded(rules, day, state, &mut boarded);
}

/// Those whose way is shut choose again tomorrow.
fn look_elsewhere(day: usize, state: &mut State, line: Vec<Party>) {
    for mut party in line {
        party.leg = NO_LEG;
        party.time = party.time.max(day as f64 + 1.0);
        party.step += 1;
        state.on_road.add(day + 1, party);
    }
}
