//! Phase 8: flights fill their seats from the held whom the destination accepts.

use super::control::go_on;
use crate::behaviour::corridor::state::{Party, State};
use crate::behaviour::corridor::tally::Flow;
use crate::behaviour::corridor::{Corridor, Zone};
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::{N, OPERATORS};

/// Days after which the held are let go if no flight took them (assumed).
const HELD_MAX: usize = 30;

/// Flies whom it can; lets go of those who cannot be flown any more.
///
/// Credit is counted in seats. Coarse agents may need more than one flight to move: then as many seats as the largest
/// party of the nationality needs leave together, and the flights that they make are counted.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    for operator in 0..OPERATORS.len() {
        release_stale(rules, day, state, operator);
        let flights = rules.conditions.flights[operator][day];
        if flights.per_week <= 0.0 || flights.seats <= 0.0 {
            state.seat_credit[operator] = 0.0;
            continue;
        }
        state.seat_credit[operator] += flights.per_week * flights.seats / 7.0;
        let batch = |largest: u32| flights.seats.max(LARGEST_PARTY * f64::from(largest));
        while let Some(n) = most_held(rules, state, operator) {
            let seats = batch(rules.population.people_per_agent[n]);
            if state.seat_credit[operator] < seats {
                break;
            }
            state.seat_credit[operator] -= seats;
            fly(rules, day, state, operator, n, seats);
        }
        state.seat_credit[operator] = state.seat_credit[operator].min(batch(rules.population.scale));
    }
}

/// Members of the largest travel group.
const LARGEST_PARTY: f64 = 5.0;

fn release_stale(rules: &Corridor, day: usize, state: &mut State, operator: usize) {
    let held = std::mem::take(&mut state.held[operator]);
    let (keep, go): (Vec<Party>, Vec<Party>) = held.into_iter().partition(|p| {
        rules.can_be_flown(operator, usize::from(p.nationality), day) && day - usize::from(p.since) < HELD_MAX
    });
    state.held[operator] = keep;
    for p in go {
        state.stocks.held[usize::from(p.nationality)] -= i64::from(p.size);
        state.held_persons[operator] -= rules.persons(&p);
        go_on(state, p, day);
    }
}

/// The nationality of which an operator holds most persons.
fn most_held(rules: &Corridor, state: &State, operator: usize) -> Option<usize> {
    let mut persons = [0i64; N];
    for p in &state.held[operator] {
        persons[usize::from(p.nationality)] += rules.persons(p);
    }
    (0..N).max_by_key(|&n| (persons[n], std::cmp::Reverse(n))).filter(|&n| persons[n] > 0)
}

/// As many flights as have so many seats, with those held of a nationality, in order of being held.
fn fly(rules: &Corridor, day: usize, state: &mut State, operator: usize, n: usize, seats: f64) {
    let mut left = seats as i64;
    let held = std::mem::take(&mut state.held[operator]);
    let mut flown = Vec::new();
    for p in held {
        if usize::from(p.nationality) == n && rules.persons(&p) <= left {
            left -= rules.persons(&p);
            flown.push(p);
        } else {
            state.held[operator].push(p);
        }
    }
    if flown.is_empty() {
        return;
    }
    let operated = rules.conditions.flights[operator][day];
    let flights = seats / operated.seats;
    state.tally.flights[operator] += flights;
    // Panama's charters are paid by the United States (memorandum of 1 July 2024); Mexico pays its own.
    state.tally.costs[usize::from(operator == 2)] += operated.unit_cost * flights;
    for p in flown {
        let size = i64::from(p.size);
        state.stocks.held[n] -= size;
        state.held_persons[operator] -= rules.persons(&p);
        let zone = rules.zone(p.place);
        *state.stocks.zone(zone, p.nationality) -= size;
        if zone == Zone::Approach {
            state.tally.add(Flow::LeftReturned, p.nationality, size);
        }
        state.tally.add_at(Flow::ReturnedPanama.plus(operator), p.nationality, size);
        state.minds[n].flown += size as f64 / 2.0;
        state.heard.push(rules.heard(&p, false));
        come_home(rules, day, state, p, true);
    }
}

/// A party is home again: it cools down and may form the intent anew; a formal sanction makes that less likely.
pub(super) fn come_home(rules: &Corridor, day: usize, state: &mut State, party: Party, sanctioned: bool) {
    let p = &rules.parameters;
    let words = rules.seed.words(Decision::Return, party.head, u32::from(party.attempts), 0);
    let chance = p[Parameter::RetryChance] * if sanctioned { 1.0 + p[Parameter::RetrySanction] } else { 1.0 };
    if party.attempts < 20 && sample::bernoulli(words[0], chance) {
        let rest = 7.0 + p[Parameter::CoolDown] * sample::exponential(words[1]);
        state.stocks.home[usize::from(party.nationality)] += i64::from(party.size);
        let community = rules.community_of(usize::from(party.group), party.head);
        state.shards[rules.shard_of(community)].rest(day + rest as usize, party);
    }
}
