//! Phase 6: legs with a daily capacity board in order of arrival; the rest wait and their money runs down.
//!
//! Who has waited until the money that there was to live on is spent leaves the line: some turn round, the others look for
//! another way.

use super::travel::{set_out_boarded, south_flow, turn_south};
use crate::model::Corridor;
use crate::model::south::EARN_PER_DAY;
use crate::model::state::{NO_LEG, Party, State};
use crate::random::{Decision, sample};
use crate::world::network::Pool;

/// Shortest and longest time in a line, days, whatever the money (assumed; `wait_necocli_normal`: weeks for those without funds).
const PATIENCE: (f64, f64) = (14.0, 60.0);
/// Chance to turn round of those who leave a line (as of those turned back before the Darién, L008: 0.64, 0.55–0.70, are committed).
const TURN_ROUND: f64 = 0.36;
/// Days between two looks at a line.
const LOOK_EVERY: usize = 7;

/// Opens every pool for the day and boards.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let mut boarded = Vec::new();
    let ways_change = rules.ways_change(day);
    for &pool in Pool::ALL {
        let at = pool as usize;
        if ways_change {
            let turned =
                state.queues[at].leave(|party| rules.is_shut(party.leg, usize::from(party.nationality), day));
            for party in turned {
                look_elsewhere(day, state, party);
            }
        }
        if day % LOOK_EVERY == at % LOOK_EVERY {
            lose_patience(rules, day, state, pool);
        }
        rules.adapt_supply(state, pool, day);
        let carried = rules.carried(state, pool, day);
        state.queues[at].open(carried);
        while let Some(mut party) = state.queues[at].board() {
            if pool == Pool::GulfBoats {
                let persons = rules.persons(&party);
                state.tally.boarded += persons;
                state.tally.waited_days += persons as f64 * waited(&party, day);
            }
            live_on_it(&mut party, day);
            boarded.push(party);
        }
    }
    set_out_boarded(rules, day, state, &mut boarded);
}

/// Days for which a party has stood in its line.
fn waited(party: &Party, day: usize) -> f64 {
    day as f64 - f64::from(party.since)
}

/// Takes off what the party has lived on while it waited.
fn live_on_it(party: &mut Party, day: usize) {
    party.money = (f64::from(party.money) - EARN_PER_DAY * waited(party, day)).max(0.0) as f32;
}

/// Those whose money is spent leave the line.
fn lose_patience(rules: &Corridor, day: usize, state: &mut State, pool: Pool) {
    let spent = |party: &Party| {
        waited(party, day) >= (f64::from(party.money) / EARN_PER_DAY).clamp(PATIENCE.0, PATIENCE.1)
    };
    for mut party in state.queues[pool as usize].leave(spent) {
        live_on_it(&mut party, day);
        let (step, attempts) = (u32::from(party.step), u32::from(party.attempts));
        let words = rules.seed.words(Decision::Board, party.head, step, attempts);
        if sample::bernoulli(words[0], TURN_ROUND) {
            let flow = south_flow(rules, &party);
            turn_south(rules, day, state, party, flow);
        } else {
            party.place = rules.hub(pool, &party);
            look_elsewhere(day, state, party);
        }
    }
}

/// A party chooses its way anew tomorrow.
fn look_elsewhere(day: usize, state: &mut State, mut party: Party) {
    party.leg = NO_LEG;
    party.time = party.time.max(day as f64 + 1.0);
    party.step += 1;
    state.on_road.add(day + 1, party);
}
