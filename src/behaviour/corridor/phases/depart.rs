//! Phase 4: those who intend leave, save up, wait and see, take a lawful place, or let the intent lapse.
//!
//! The departure hazard of a waiting party is rate × belief^power × familiarity of its way × (1 − waiting effect) ×
//! lawful hope × exp(flight deterrence × odds of being flown) × price effect × mood × season, tilted by its
//! community's own experience. Stored intent is what makes a stop be followed by a rebound.

use super::intent::{Outlook, bears, entrant};
use crate::behaviour::corridor::shard::{Due, Shard, Waiting};
use crate::behaviour::corridor::state::{Mind, NO_LEG, Party, State};
use crate::behaviour::corridor::tally::Flow;
use crate::behaviour::corridor::{Corridor, MONTH};
use crate::engine::chunks::map_chunks;
use crate::engine::terms::Ticket;
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;
use crate::world::groups::GroupKind;

/// Months ahead over which people weigh the chance of a lawful place (assumed).
pub(crate) const LAWFUL_MONTHS: f64 = 6.0;

/// Things due at home, lawful places, then departures.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    in_shards(rules, state, |state, shard| due_at_home(rules, day, state, shard));
    state.count_shards();
    for n in 0..N {
        lawful_places(rules, day, state, n);
    }
    let leaving = in_shards(rules, state, |state, shard| {
        let parties = shard.advance(rules.departure_hazard(shard.group, day, state));
        parties.iter().map(|waiting| leave(rules, day, shard.group, waiting)).collect::<Vec<_>>()
    });
    for party in leaving.into_iter().flatten() {
        let (n, size) = (party.nationality, i64::from(party.size));
        state.tally.add(Flow::Departures, n, size);
        state.stocks.approach[usize::from(n)] += size;
        state.minds[usize::from(n)].waiting -= size;
        state.on_road.add(day, party);
    }
}

/// Works on every shard alone; the others see it as it was.
pub(super) fn in_shards<R: Send>(
    rules: &Corridor,
    state: &mut State,
    work: impl Fn(&State, &mut Shard) -> R + Sync + Send,
) -> Vec<R> {
    let mut shards = std::mem::take(&mut state.shards);
    let now: &State = state;
    let found = map_chunks(rules.parallel, &mut shards, 1, |chunk| {
        chunk.iter_mut().map(|shard| work(now, shard)).collect::<Vec<R>>()
    });
    state.shards = shards;
    found.into_iter().flatten().collect()
}

fn due_at_home(rules: &Corridor, day: usize, state: &State, shard: &mut Shard) {
    shard.lapse(day);
    let due = shard.due(day);
    // Those who wait are looked up in a loop of their own: the machine can overlap the waits of a short loop.
    let able = |event: &Due| match *event {
        Due::Able(ticket) => shard.waiting_at(ticket).map(|party| (ticket, party)),
        Due::Retry(_) => None,
    };
    let able: Vec<(Ticket, Waiting)> = due.iter().filter_map(able).collect();
    for (ticket, party) in able {
        shard.start_clock(rules.community_of(shard.group, party.head), ticket, bears(rules, &party));
    }
    let mut outlook = None;
    for event in &due {
        if let Due::Retry(slot) = *event {
            let outlook = outlook.get_or_insert_with(|| Outlook::new(rules, day, state, shard.group));
            try_anew(rules, day, outlook, shard, slot);
        }
    }
    shard.recycle(due);
}

/// The party in a place among those at home again forms the intent anew.
fn try_anew(rules: &Corridor, day: usize, outlook: &Outlook, shard: &mut Shard, slot: u32) {
    let party = shard.leave_home(slot);
    shard.today.renewed += i64::from(party.size);
    let mut again = entrant(rules, outlook, party.head, party.size, party.attempts.saturating_add(1));
    again.party.minors = party.minors;
    let ticket = again.admit(day, shard);
    again.save_or_wait(rules, day, shard, ticket);
}

/// Gives the lawful places of a day to parties of a nationality that wait and are eligible, each as likely as any other.
fn lawful_places(rules: &Corridor, day: usize, state: &mut State, n: usize) {
    let places = rules.agents(n, f64::from(rules.conditions.pathway[n][day])) / MONTH;
    if places <= 0.0 {
        return;
    }
    let mut credit = state.minds[n].lawful_credit + places;
    let mut shards: Vec<&mut Shard> =
        state.shards.iter_mut().filter(|s| s.nationality == n && s.eligible).collect();
    let parties: usize = shards.iter().map(|s| s.parties()).sum();
    let mut draw = 0;
    let mut below = |size: usize| {
        let word = rules.seed.words(Decision::Lawful, n as u32, day as u32, draw)[0];
        draw += 1;
        sample::below(word, size as u32) as usize
    };
    let mut admitted = 0;
    let mut release = |shard: &mut Shard, ticket: Ticket| {
        let persons = shard.release(ticket).map_or(0, |party| i64::from(party.size));
        admitted += persons;
        persons as f64
    };
    if 2.0 * credit < parties as f64 {
        // Many wait for each place: a seat among those of who waits is drawn until somebody is found in it.
        let ends: Vec<usize> = shards
            .iter()
            .scan(0, |end, s| {
                *end += s.seats();
                Some(*end)
            })
            .collect();
        let seats = ends.last().copied().unwrap_or(0);
        while credit >= 1.0 {
            let at = below(seats);
            let shard = ends.partition_point(|end| *end <= at);
            let seat = at - shard.checked_sub(1).map_or(0, |before| ends[before]);
            if let Some(ticket) = shards[shard].seat(seat) {
                credit -= release(shards[shard], ticket);
            }
        }
    } else {
        // Few do: they are put into an order of chance and come in until the places are gone.
        let mut all: Vec<(usize, Ticket)> =
            shards.iter().enumerate().flat_map(|(i, s)| s.tickets().map(move |ticket| (i, ticket))).collect();
        for i in 0..parties {
            if credit < 1.0 {
                break;
            }
            all.swap(i, i + below(parties - i));
            let (shard, ticket) = all[i];
            credit -= release(shards[shard], ticket);
        }
    }
    let mind = &mut state.minds[n];
    mind.lawful_credit = credit.min(places.max(8.0));
    mind.waiting -= admitted;
    mind.eligible -= admitted;
    state.tally.add(Flow::Lawful, n as u8, admitted);
}

fn leave(rules: &Corridor, day: usize, group: usize, waiting: &Waiting) -> Party {
    let word = rules.seed.words(Decision::Depart, waiting.head, u32::from(waiting.attempts), 1)[0];
    Party {
        time: day as f64 + sample::unit(word),
        head: waiting.head,
        money: waiting.money,
        since: day as u16,
        step: 0,
        group: group as u8,
        nationality: rules.population.groups[group].nationality as u8,
        size: waiting.size,
        minors: waiting.minors,
        place: rules.start_place(group),
        leg: NO_LEG,
        purse: waiting.purse,
        attempts: waiting.attempts,
        southbound: false,
    }
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
        let hope = self.lawful_hope(group, day, mind);
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

    /// Factor on the departure hazard of those who may be given a lawful place soon if they wait.
    fn lawful_hope(&self, group: usize, day: usize, mind: &Mind) -> f64 {
        let g = &self.population.groups[group];
        if g.kind == GroupKind::Diaspora {
            return 1.0;
        }
        let n = g.nationality;
        let places = self.agents(n, f64::from(self.conditions.pathway[n][day])) * LAWFUL_MONTHS;
        (-places / (mind.eligible as f64).max(1.0)).exp().powf(self.parameters[Parameter::LawfulEffect])
    }
}
