//! Phase 8: flights fill their seats from the held whom the destination accepts.

use super::control::go_on;
use crate::model::state::{Party, State};
use crate::model::tally::Flow;
use crate::model::{Corridor, Zone};
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::{N, OPERATORS};

/// Days after which the held are let go if no flight took them (assumed).
const HELD_MAX: usize = 30;

/// A plane leaves when so large a part of its seats is taken, or when the first of those held for it has waited for so many days
/// (assumed; Panama's planes of 2024 flew 29 to 44 persons, S054).
const FULL: (f64, usize) = (0.9, 14);

/// Flies whom it can; lets go of those who cannot be flown any more.
///
/// Up to a week of flights is kept until planes can be filled. Coarse agents may need more than one flight to move: then as many
/// as the largest party of the nationality needs leave together, and are counted.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    for operator in 0..OPERATORS.len() {
        release_stale(rules, day, state, operator);
        let flights = rules.conditions.flights[operator][day];
        if flights.per_week <= 0.0 || flights.seats <= 0.0 {
            state.flight_credit[operator] = 0.0;
            continue;
        }
        state.tally.seats[operator] += flights.per_week * flights.seats / 7.0;
        state.flight_credit[operator] += flights.per_week / 7.0;
        let seats_of = |n: usize| plane_seats(rules, flights.seats, n);
        while let Some(n) = next_plane(day, state, operator, seats_of) {
            let planes = seats_of(n) / flights.seats;
            if state.flight_credit[operator] < planes {
                break;
            }
            state.flight_credit[operator] -= planes;
            fly(rules, day, state, operator, n, seats_of(n));
        }
        let largest = flights.seats.max(LARGEST_PARTY * f64::from(rules.population.scale));
        let kept = flights.per_week.max(largest / flights.seats);
        state.flight_credit[operator] = state.flight_credit[operator].min(kept);
    }
}

/// Seats that leave together for a nationality: those of a plane, or what its largest party of coarse agents needs.
pub(super) fn plane_seats(rules: &Corridor, seats: f64, nationality: usize) -> f64 {
    seats.max(LARGEST_PARTY * f64::from(rules.population.people_per_agent[nationality]))
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
        state.held_persons[operator][usize::from(p.nationality)] -= rules.persons(&p);
        go_on(state, p, day);
    }
}

/// The nationality whose plane leaves next: of those that fill one, or whose first has waited long enough, the one whose first has waited
/// longest; in a tie the first.
fn next_plane(day: usize, state: &State, operator: usize, seats: impl Fn(usize) -> f64) -> Option<usize> {
    let mut since = [usize::MAX; N];
    for p in &state.held[operator] {
        let first = &mut since[usize::from(p.nationality)];
        *first = (*first).min(usize::from(p.since));
    }
    let held = &state.held_persons[operator];
    let leaves =
        |n: &usize| held[*n] > 0 && (held[*n] as f64 >= FULL.0 * seats(*n) || day - since[*n] >= FULL.1);
    (0..N).filter(leaves).min_by_key(|&n| since[n])
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
        state.held_persons[operator][usize::from(p.nationality)] -= rules.persons(&p);
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
