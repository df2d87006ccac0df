//! Phase 4: those who intend leave, save up, wait and see, take a lawful place, or let the intent lapse.
//!
//! The departure hazard of a waiting party is rate × belief^power × familiarity of its way × (1 − waiting effect) ×
//! lawful hope × exp(flight deterrence × odds of being flown) × price effect × mood × season, tilted by its
//! community's own experience. Stored intent is what makes a stop be followed by a rebound.

use super::intent::{bears, begin_waiting, waiting_key};
use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::state::{Due, Mode, NO_LEG, State};
use crate::behaviour::corridor::tally::Flow;
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;

/// Months ahead over which people weigh the chance of a lawful place (assumed).
const LAWFUL_MONTHS: f64 = 6.0;

/// Things due at home, lawful places, then departures.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    due_at_home(rules, day, state);
    for n in 0..N {
        lawful_places(rules, day, state, n);
    }
    let mut leaving = Vec::new();
    for (i, g) in rules.population.groups.iter().enumerate() {
        let hazard = rules.departure_hazard(i, day, state);
        let (first, count) = (g.first_community as usize, g.communities as usize);
        let factors = &state.tilt_factor[first..first + count];
        let hazards = factors.iter().map(|f| hazard * f64::from(*f));
        state.clocks.advance(first, hazards, |_, key| leaving.push(key));
    }
    for key in leaving {
        let (slot, generation) = (key as u32, (key >> 32) as u16);
        if state.live(slot, generation).is_some_and(|p| p.mode == Mode::Waiting) {
            leave(rules, day, state, slot);
        }
    }
}

fn due_at_home(rules: &Corridor, day: usize, state: &mut State) {
    let due = state.at_home.take(day);
    for event in &due {
        let Some(&party) = state.live(event.slot, event.generation) else { continue };
        match (event.due, party.mode) {
            (Due::Lapse, Mode::Waiting) => {
                state.tally.add(Flow::Lapsed, party.nationality, i64::from(party.size));
                state.unlist_waiting(event.slot);
                state.release(event.slot);
                // The people stay and may form the intent anew one day, unless they had been on the way before.
                if party.attempts == 0 {
                    state.gone[(party.head / 64) as usize] &= !(1 << (party.head % 64));
                }
            }
            (Due::Able, Mode::Waiting) => {
                let key = waiting_key(state, event.slot);
                state.clocks.wait(party.community as usize, key, bears(rules, &party));
            }
            (Due::Retry, Mode::Home) => {
                state.stocks.home[usize::from(party.nationality)] -= i64::from(party.size);
                state.release(event.slot);
                let mut again = party;
                again.attempts = party.attempts.saturating_add(1);
                again.place = rules.start_place(usize::from(party.group));
                again.leg = NO_LEG;
                again.step = 0;
                again.crossed = false;
                state.tally.add(Flow::Renewed, again.nationality, i64::from(again.size));
                begin_waiting(rules, day, state, again);
            }
            _ => {}
        }
    }
    state.at_home.recycle(day, due);
}

fn lawful_places(rules: &Corridor, day: usize, state: &mut State, n: usize) {
    let places = rules.agents(f64::from(rules.conditions.pathway[n][day])) / 30.4375;
    if places <= 0.0 {
        return;
    }
    state.minds[n].lawful_credit += places;
    let mut draw = 0;
    while state.minds[n].lawful_credit >= 1.0 && !state.minds[n].waiting_list.is_empty() {
        let word = rules.seed.words(Decision::Lawful, n as u32, day as u32, draw)[0];
        draw += 1;
        let at = sample::below(word, state.minds[n].waiting_list.len() as u32);
        let slot = state.minds[n].waiting_list[at as usize];
        let size = state.parties[slot as usize].size;
        state.minds[n].lawful_credit -= f64::from(size);
        state.tally.add(Flow::Lawful, n as u8, i64::from(size));
        state.unlist_waiting(slot);
        state.release(slot);
    }
    state.minds[n].lawful_credit = state.minds[n].lawful_credit.min(places.max(8.0));
}

fn leave(rules: &Corridor, day: usize, state: &mut State, slot: u32) {
    state.unlist_waiting(slot);
    let party = &mut state.parties[slot as usize];
    let word = rules.seed.words(Decision::Depart, party.head, u32::from(party.attempts), 1)[0];
    party.mode = Mode::Travelling;
    party.time = day as f64 + sample::unit(word);
    party.since = day as u16;
    let (n, size) = (party.nationality, i64::from(party.size));
    state.tally.add(Flow::Departures, n, size);
    state.stocks.approach[usize::from(n)] += size;
    state.schedule(day, slot, Due::Move);
}

impl Corridor {
    /// Departure hazard of a waiting party of a group on a day, before its community's own tilt.
    pub fn departure_hazard(&self, group: usize, day: usize, state: &State) -> f64 {
        let p = &self.parameters;
        let g = &self.population.groups[group];
        let n = g.nationality;
        let mind = &state.minds[n];
        let start = self.start_place(group);
        let price = state.routes.price_to_go(&self.network, n, 1, start);
        if price.is_infinite() {
            return 0.0;
        }
        let floor = p[Parameter::FamiliarityStart];
        let half = self.traffic(n, p[Parameter::FamiliarityHalf]);
        let familiar = floor + (1.0 - floor) * mind.travelled / (mind.travelled + half);
        let through = state.routes.darien_share(&self.network, n, 1, start);
        let wait = 1.0 - p[Parameter::WaitEffect] * f64::from(self.conditions.wait[n][day]);
        let places = self.agents(f64::from(self.conditions.pathway[n][day])) * LAWFUL_MONTHS;
        let hope = (-places / (mind.waiting as f64).max(1.0)).exp().powf(p[Parameter::LawfulEffect]);
        let flown = if mind.crossings > 0.0 { (mind.flown / mind.crossings).min(1.0) } else { 0.0 };
        let price_effect = (price / self.reference_price(group)).powf(p[Parameter::PriceElasticity]);
        p[Parameter::DepartRate]
            * mind.belief.powf(p[Parameter::BeliefPower])
            * (1.0 - through + through * familiar)
            * wait
            * hope
            * (p[Parameter::FlightDeterrence] * flown).exp()
            * price_effect
            * mind.mood.exp()
            * self.season(day)
    }
}
