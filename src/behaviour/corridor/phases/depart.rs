//! Phase 4: those who intend leave, save up, wait and see, take a lawful place, or let the intent lapse.
//!
//! The departure hazard of a waiting party is rate × belief^power × familiarity of its way × (1 − waiting effect) ×
//! lawful hope × exp(flight deterrence × odds of being flown) × price effect × mood × season, tilted by its
//! community's own experience. Stored intent is what makes a stop be followed by a rebound.

use super::intent::{bears, begin_waiting, entrant, waiting_key};
use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::state::{Due, NO_LEG, Party, State, Waiting};
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
        if let Some(party) = state.live(slot, generation) {
            state.release(slot);
            leave(rules, day, state, &party);
        }
    }
}

fn due_at_home(rules: &Corridor, day: usize, state: &mut State) {
    let due = state.at_home.take(day);
    for event in &due {
        match event.due {
            Due::Lapse => {
                let Some(party) = state.live(event.slot, event.generation) else { continue };
                state.tally.add(Flow::Lapsed, party.nationality, i64::from(party.size));
                state.release(event.slot);
                // The people stay and may form the intent anew one day, unless they had been on the way before.
                if party.attempts == 0 {
                    state.gone[(party.head / 64) as usize] &= !(1 << (party.head % 64));
                }
            }
            Due::Able => {
                let Some(party) = state.live(event.slot, event.generation) else { continue };
                let community = rules.community_of(usize::from(party.group), party.head);
                let key = waiting_key(event.slot, event.generation);
                state.clocks.wait(community as usize, key, bears(rules, &party));
            }
            Due::Retry => {
                let party = state.leave_home(event.slot);
                state.stocks.home[usize::from(party.nationality)] -= i64::from(party.size);
                state.tally.add(Flow::Renewed, party.nationality, i64::from(party.size));
                let attempts = party.attempts.saturating_add(1);
                let (group, head) = (usize::from(party.group), party.head);
                let mut again = entrant(rules, day, state, group, head, party.size, attempts);
                again.party.minors = party.minors;
                begin_waiting(rules, day, state, &again);
            }
        }
    }
    state.at_home.recycle(due);
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
        let size = state.waiting[slot as usize].size;
        state.minds[n].lawful_credit -= f64::from(size);
        state.tally.add(Flow::Lawful, n as u8, i64::from(size));
        state.release(slot);
    }
    state.minds[n].lawful_credit = state.minds[n].lawful_credit.min(places.max(8.0));
}

fn leave(rules: &Corridor, day: usize, state: &mut State, waiting: &Waiting) {
    let word = rules.seed.words(Decision::Depart, waiting.head, u32::from(waiting.attempts), 1)[0];
    let party = Party {
        time: day as f64 + sample::unit(word),
        head: waiting.head,
        money: waiting.money,
        since: day as u16,
        step: 0,
        group: waiting.group,
        nationality: waiting.nationality,
        size: waiting.size,
        minors: waiting.minors,
        place: rules.start_place(usize::from(waiting.group)),
        leg: NO_LEG,
        purse: waiting.purse,
        attempts: waiting.attempts,
        southbound: false,
    };
    let (n, size) = (party.nationality, i64::from(party.size));
    state.tally.add(Flow::Departures, n, size);
    state.stocks.approach[usize::from(n)] += size;
    state.on_road.add(day, party);
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
