//! Phase 4: of those who intend, some take a lawful place, some leave, and the rest wait and see.
//!
//! The departure hazard of a waiting party is rate × willingness at its belief × (familiarity × industry × control of
//! the way through the Darién) × share let out of the country × (1 − waiting effect) × lawful hope × flight deterrence × price effect × mood × season,
//! tilted by its community's own experience; the factors are in [`crate::model::formulas`]. Stored intent is
//! what makes a stop be followed by a rebound.

use super::in_shards;
use crate::engine::terms::Ticket;
use crate::model::formulas;
use crate::model::shard::{Shard, Waiting};
use crate::model::state::{Mind, NO_LEG, Party, State};
use crate::model::tally::Flow;
use crate::model::{Corridor, MONTH};
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;
use crate::world::groups::GroupKind;
use crate::world::network::Control;

/// Lawful places, then departures.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    for n in 0..N {
        lawful_places(rules, day, state, n);
    }
    let leaving = in_shards(rules, state, |state, shard| {
        let parties = shard.advance(rules.departure_hazard(shard.group, day, state));
        let persons: i64 = parties.iter().map(|waiting| i64::from(waiting.size)).sum();
        let parties: Vec<Party> =
            parties.iter().map(|waiting| leave(rules, day, shard.group, waiting)).collect();
        (shard.nationality, persons, parties)
    });
    for (n, persons, parties) in leaving {
        state.tally.add(Flow::Departures, n as u8, persons);
        state.stocks.approach[n] += persons;
        state.minds[n].waiting -= persons;
        state.on_road.extend(day, &parties);
    }
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
        let mut seats = 0;
        let mut leaves: Vec<(usize, usize, u16)> = Vec::new();
        for (i, shard) in shards.iter().enumerate() {
            for (leaf, more) in shard.leaves().filter(|(_, more)| *more > 0) {
                seats += more;
                leaves.push((seats, i, leaf));
            }
        }
        while credit >= 1.0 {
            let seat = below(seats);
            let at = leaves.partition_point(|(end, ..)| *end <= seat);
            let (_, shard, leaf) = leaves[at];
            let before = at.checked_sub(1).map_or(0, |before| leaves[before].0);
            credit -= release(shards[shard], Ticket::of_seat(leaf, seat - before));
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
        looked: 0,
        group: group as u8,
        nationality: rules.population.groups[group].nationality as u8,
        size: waiting.size,
        minors: waiting.minors,
        place: rules.start_place(group),
        leg: NO_LEG,
        purse: waiting.purse,
        attempts: waiting.attempts,
        abused: 0,
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
        let half = self.traffic(n, p[Parameter::FamiliarityHalf]);
        let way = formulas::familiar(p, mind.travelled, half)
            * formulas::trail(
                p,
                formulas::experience(p, state.industry),
                self.enforcement(Control::Darien, day),
            );
        let through = state.routes.darien_share(&self.network, n, 1, start);
        let wait = 1.0 - p[Parameter::WaitEffect] * f64::from(self.conditions.wait[n][day]);
        p[Parameter::DepartRate]
            * formulas::Willingness::new(p).of(mind)
            * (1.0 - through + through * way)
            * formulas::let_out(g.kind, self.conditions.exit[n][day])
            * wait
            * self.lawful_hope(group, day, mind)
            * formulas::deterred(p, mind.flown, mind.crossings)
            * formulas::affordable(p, price, self.reference_price(group))
            * mind.mood.departure.exp()
            * self.season(day)
    }

    /// Factor on the departure hazard of those who may be given a lawful place soon if they wait.
    fn lawful_hope(&self, group: usize, day: usize, mind: &Mind) -> f64 {
        let g = &self.population.groups[group];
        if g.kind == GroupKind::Diaspora {
            return 1.0;
        }
        let n = g.nationality;
        let places = self.agents(n, f64::from(self.conditions.pathway[n][day]));
        formulas::lawful_hope(&self.parameters, places, mind.eligible as f64)
    }
}
