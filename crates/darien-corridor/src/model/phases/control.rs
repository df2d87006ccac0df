//! Phase 7: enforcement turns back, holds, fines or lets through.

use super::repatriate::plane_seats;
use super::travel::{south_flow, turn_south};
use crate::model::state::{NO_LEG, Party, State};
use crate::model::tally::Flow;
use crate::model::{Corridor, Zone, south};
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::network::Control;

/// Chance to give up when turned back on the way to the Darién (S L008: 0.64, 0.55–0.70, are committed).
const GIVE_UP_DARIEN: f64 = 0.36;
/// Rest before a new try after a stop, days, mean (assumed).
const REST: f64 = 5.0;
/// Rest in Mexico after a refusal at the US border, days, mean (assumed; S084 reports waits of 1–3 months).
const BORDER_REST: f64 = 30.0;
/// Share of eligible arrivals whom Panama holds while there is room (deport_prob_panama_co 0.35, 0.2–0.4).
const HOLD_SHARE: f64 = 0.45;

/// Decides for everyone who was stopped today, in order.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let mut stopped = std::mem::take(&mut state.stopped);
    for (party, control) in stopped.drain(..) {
        let words =
            rules.seed.words(Decision::Detain, party.head, u32::from(party.step), u32::from(party.attempts));
        match control {
            Control::PanamaExit => {
                if sample::bernoulli(words[0], HOLD_SHARE) && has_room(rules, day, state, 0, &party) {
                    hold(rules, day, state, party, 0);
                } else {
                    go_on(state, party, day);
                }
            }
            Control::UsBorder => refused(rules, day, state, party, words),
            _ => turned_back(rules, day, state, party, control, words),
        }
    }
    state.stopped = stopped;
}

/// Whether an operator can take one more party: it flies, the destination accepts, and a week and a half of seats is not full,
/// or not a plane of this nationality, so that none crowds out another.
fn has_room(rules: &Corridor, day: usize, state: &State, operator: usize, party: &Party) -> bool {
    if !rules.can_be_flown(operator, usize::from(party.nationality), day) {
        return false;
    }
    let flights = rules.conditions.flights[operator][day];
    let seats = flights.per_week * flights.seats * 1.5;
    let persons = rules.persons(party);
    let of_nationality = state.held_persons[operator][usize::from(party.nationality)];
    ((state.held_by(operator) + persons) as f64) <= seats.max(persons as f64)
        || ((of_nationality + persons) as f64) <= plane_seats(rules, flights.seats, party.nationality.into())
}

fn hold(rules: &Corridor, day: usize, state: &mut State, mut party: Party, operator: usize) {
    party.since = day as u16;
    state.stocks.held[usize::from(party.nationality)] += i64::from(party.size);
    state.held_persons[operator][usize::from(party.nationality)] += rules.persons(&party);
    state.held[operator].push(party);
}

/// Lets a party go on from where it is, tomorrow.
pub(super) fn go_on(state: &mut State, mut party: Party, day: usize) {
    party.time = party.time.max(day as f64);
    state.go_on(day, party);
}

/// Sends a party back to `place`, to try again after a rest.
fn send_back(rules: &Corridor, day: usize, state: &mut State, mut party: Party, place: u8, rest: f64) {
    let before = rules.zone(party.place);
    party.place = place;
    party.leg = NO_LEG;
    party.time = party.time.max(day as f64) + 1.0 + rest;
    let (n, size) = (party.nationality, i64::from(party.size));
    let after = rules.zone(place);
    if before != after {
        *state.stocks.zone(before, n) -= size;
        *state.stocks.zone(after, n) += size;
        if before == Zone::Approach {
            state.tally.add(Flow::LeftStopped, n, size);
        }
    }
    state.go_on(day, party);
}

fn turned_back(
    rules: &Corridor,
    day: usize,
    state: &mut State,
    mut party: Party,
    control: Control,
    words: [u32; 4],
) {
    let size = i64::from(party.size);
    state.tally.add_at(Flow::BackDarien.plus(control as usize), party.nationality, size);
    if control == Control::Mexico && has_room(rules, day, state, 2, &party) {
        hold(rules, day, state, party, 2);
        return;
    }
    let near = matches!(control, Control::Darien | Control::ColombiaCoast);
    // The party stands where its leg began.
    let from = rules.network.legs[usize::from(party.leg)].from;
    if near && sample::bernoulli(words[0], GIVE_UP_DARIEN) {
        party.place = from;
        turn_south(rules, day, state, party, south_flow(rules, &party));
        return;
    }
    let place = match control {
        Control::Mexico => rules.tapachula(),
        Control::Darien => rules.trail_head(party.leg),
        _ => from,
    };
    party.place = from;
    send_back(rules, day, state, party, place, REST * sample::exponential(words[1]));
}

fn refused(rules: &Corridor, day: usize, state: &mut State, party: Party, words: [u32; 4]) {
    let size = i64::from(party.size);
    state.tally.add(Flow::BackUsBorder, party.nationality, size);
    let p = &rules.parameters;
    if has_room(rules, day, state, 1, &party) && sample::bernoulli(words[0], HOLD_SHARE) {
        hold(rules, day, state, party, 1);
        return;
    }
    let pressure = 1.0 - 0.5 * rules.enforcement(Control::UsBorder, day);
    if sample::bernoulli(words[3], p[Parameter::BorderRetry] * pressure) {
        let rest = BORDER_REST * sample::exponential(words[1]);
        send_back(rules, day, state, party, rules.mexico_city(), rest);
    } else {
        south::settle(rules, day, state, &party, [words[1], words[2]]);
        state.tally.add(Flow::SettledMexico, party.nationality, size);
    }
}
