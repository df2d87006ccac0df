//! Phase 8: flights fill their seats from the held whom the destination accepts.

use super::control::go_on;
use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::state::{Due, Mode, NO_LEG, State};
use crate::behaviour::corridor::tally::Flow;
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::{N, OPERATORS};

/// Days after which the held are let go if no flight took them (assumed).
const HELD_MAX: usize = 30;

/// Flies whom it can; lets go of those who cannot be flown any more.
///
/// Scaled agents need part of a flight: the credit is then in seats and the nearest whole flights are counted.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    for operator in 0..OPERATORS.len() {
        release_stale(rules, day, state, operator);
        let flights = rules.conditions.flights[operator][day];
        if flights.per_week <= 0.0 {
            state.flight_credit[operator] = 0.0;
            continue;
        }
        let scale = f64::from(rules.population.scale);
        state.flight_credit[operator] += flights.per_week / 7.0 / scale;
        while state.flight_credit[operator] >= 1.0 && !state.held[operator].is_empty() {
            state.flight_credit[operator] -= 1.0;
            fly(rules, day, state, operator, flights.seats, flights.unit_cost);
        }
        state.flight_credit[operator] = state.flight_credit[operator].min(1.0);
    }
}

fn release_stale(rules: &Corridor, day: usize, state: &mut State, operator: usize) {
    let held = std::mem::take(&mut state.held[operator]);
    let (keep, go): (Vec<u32>, Vec<u32>) = held.into_iter().partition(|&slot| {
        let p = &state.parties[slot as usize];
        rules.can_be_flown(operator, usize::from(p.nationality), day) && day - usize::from(p.since) < HELD_MAX
    });
    state.held[operator] = keep;
    for slot in go {
        let p = state.parties[slot as usize];
        state.stocks.held[usize::from(p.nationality)] -= i64::from(p.size);
        go_on(state, slot, day);
    }
}

/// One flight to the nationality of which most are held, in order of being held.
fn fly(rules: &Corridor, day: usize, state: &mut State, operator: usize, seats: f64, unit_cost: f64) {
    let mut persons = [0i64; N];
    for &slot in &state.held[operator] {
        let p = &state.parties[slot as usize];
        persons[usize::from(p.nationality)] += i64::from(p.size);
    }
    let Some(n) = (0..N).max_by_key(|&n| (persons[n], std::cmp::Reverse(n))).filter(|&n| persons[n] > 0)
    else {
        return;
    };
    let mut left = seats as i64;
    let held = std::mem::take(&mut state.held[operator]);
    let mut flown = Vec::new();
    for slot in held {
        let p = &state.parties[slot as usize];
        if usize::from(p.nationality) == n && i64::from(p.size) <= left {
            left -= i64::from(p.size);
            flown.push(slot);
        } else {
            state.held[operator].push(slot);
        }
    }
    if flown.is_empty() {
        return;
    }
    state.tally.flights[operator] += 1;
    // Panama's charters are paid by the United States (memorandum of 1 July 2024); Mexico pays its own.
    state.tally.costs[usize::from(operator == 2)] += unit_cost;
    for slot in flown {
        let p = state.parties[slot as usize];
        let size = i64::from(p.size);
        state.stocks.held[n] -= size;
        *state.stocks.zone(rules.zone(p.place), p.nationality) -= size;
        state.tally.add_at(Flow::ReturnedPanama.plus(operator), p.nationality, size);
        state.minds[n].flown += size as f64 / 2.0;
        state.heard.push((p.community, p.nationality, p.size, false));
        come_home(rules, day, state, slot, true);
    }
}

/// A party is home again: it cools down and may form the intent anew; a formal sanction makes that less likely.
pub(super) fn come_home(rules: &Corridor, day: usize, state: &mut State, slot: u32, sanctioned: bool) {
    let p = &rules.parameters;
    let party = state.parties[slot as usize];
    let words = rules.seed.words(Decision::Return, party.head, u32::from(party.attempts), 0);
    let chance = p[Parameter::RetryChance] * if sanctioned { 1.0 + p[Parameter::RetrySanction] } else { 1.0 };
    if party.attempts < 20 && sample::bernoulli(words[0], chance) {
        let rest = 7.0 + p[Parameter::CoolDown] * sample::exponential(words[1]);
        let party = &mut state.parties[slot as usize];
        party.mode = Mode::Home;
        party.leg = NO_LEG;
        state.stocks.home[usize::from(party.nationality)] += i64::from(party.size);
        state.schedule(day + rest as usize, slot, Due::Retry);
    } else {
        state.release(slot);
    }
}
