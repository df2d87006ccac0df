//! Phase 3: people at home form the intent to go; those who have it save up, or let it lapse.
//!
//! The hazard of a head is base rate × exp(crisis effect × crisis above reference) × (1 + gain × N / (N + half)) ×
//! kin factor × mood × shock × season, with N the community's remembered arrivals per thousand. Communities are walked
//! together in hazard order, and alone as far as their hazard is above that of others; shards share nothing, so that
//! threads can share them.

use super::in_shards;
use crate::engine::candidates::{Candidate, Candidates, Crowd, alone};
use crate::engine::terms::Ticket;
use crate::model::Corridor;
use crate::model::formulas::{SAVED_SHARE, network};
use crate::model::routes::PURSES;
use crate::model::shard::{Due, LONGEST_LIFE, Shard, Waiting};
use crate::model::state::State;
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::people::{self, Heads};

/// Shock, aid and mood can move the hazard within these bounds only, as a guard against runaway input.
const LOG_BOUNDS: (f64, f64) = (-12.0, 6.0);

/// Scale of aid at which its elasticity acts, USD a month.
const AID_SCALE: f64 = 1.0e7;

/// Factor of the day on the base hazard of a group.
fn factor(rules: &Corridor, group: usize, day: usize, state: &State) -> f64 {
    let p = &rules.parameters;
    let c = &rules.conditions;
    let g = &rules.population.groups[group];
    let n = g.nationality;
    let log = p[Parameter::CrisisEffect] * f64::from(c.crisis[group][day])
        + p[Parameter::AspirationShock] * f64::from(c.shock[n][day])
        + p[Parameter::AidElasticity] * (f64::from(c.aid[group][day]) / AID_SCALE).ln_1p()
        + state.minds[n].mood.intent;
    log.clamp(LOG_BOUNDS.0, LOG_BOUNDS.1).exp() * rules.season(day)
}

/// What the day fixes of all of a group who form the intent.
struct Outlook {
    /// Savings of a party of median money, USD a person.
    median: f64,
    /// Savings of a day, USD a person.
    saved: f64,
    /// Price of the way by purse, USD a person; infinite where there is none.
    needed: [f64; PURSES],
}

impl Outlook {
    /// That of a group on a day.
    fn new(rules: &Corridor, day: usize, state: &State, group: usize) -> Self {
        let p = &rules.parameters;
        let g = &rules.population.groups[group];
        let crisis = f64::from(rules.conditions.crisis[group][day]);
        let wage = g.wage * (p[Parameter::CrisisMoney] * crisis).exp();
        let start = rules.start_place(group);
        let needed = |purse| state.routes.known_price(&rules.network, g.nationality, purse, start);
        Self {
            median: wage * p[Parameter::SavingsMedian],
            saved: wage * SAVED_SHARE / 30.0,
            needed: std::array::from_fn(needed),
        }
    }
}

/// A party that begins to wait: what chance and the day have fixed of it.
struct Entrant {
    /// The party.
    party: Waiting,
    /// Days until its intent lapses.
    life: usize,
    /// Days until it has the money and is ready, if it ever is.
    saving: Option<usize>,
    /// The word of chance for the hazard that it bears before it leaves.
    bears: u32,
}

/// Walks the candidates of all shards and lets those accepted begin to wait, then sees to what is due at home.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    in_shards(rules, state, |state, shard| {
        walk(rules, day, state, shard);
        due_at_home(rules, day, state, shard);
    });
    state.count_shards();
}

/// Walks the candidates of a shard.
///
/// Short loops instead of one long one: each waits for memory in its own way, and the machine can overlap the waits of a
/// short loop.
fn walk(rules: &Corridor, day: usize, state: &State, shard: &mut Shard) {
    let g = &rules.population.groups[shard.group];
    let start = rules.start_place(shard.group);
    // A wish does not vanish with the way: who knew one saves for it and waits.
    if state.routes.known_price(&rules.network, g.nationality, 1, start).is_infinite() {
        return;
    }
    let candidates = candidates(rules, day, state, shard);
    let heads = accepted(shard, candidates);
    if heads.is_empty() {
        return;
    }
    let outlook = Outlook::new(rules, day, state, shard.group);
    let entrants: Vec<Entrant> =
        heads.iter().map(|&head| entrant(rules, &outlook, head, people::party_size(head), 0)).collect();
    let tickets: Vec<Ticket> = entrants.iter().map(|entrant| entrant.admit(day, shard)).collect();
    for (entrant, ticket) in entrants.iter().zip(tickets) {
        entrant.save_or_wait(rules, day, shard, ticket);
    }
}

/// The heads of a shard who form the intent today unless they have left the ground state. One can be there twice.
fn candidates(rules: &Corridor, day: usize, state: &State, shard: &mut Shard) -> Vec<u32> {
    let base = rules.base_hazard(shard.group) * factor(rules, shard.group, day, state);
    let gain = rules.parameters[Parameter::NetworkGain];
    let half = rules.parameters[Parameter::NetworkHalf] / 1000.0;
    let left = rules.left(day);
    let hazard = |memory: f64| base * network(gain, half, memory * left);
    let (mut found, mut walked) = (Vec::new(), 0);
    let (seed, at) = (&rules.seed, day as u32);
    shard.memory.visit(hazard, |cell| {
        if cell.is_of_persons() {
            let present =
                shard.present(cell.person, cell.people).filter(|&person| people::party_size(person) > 0);
            let present = present.map(|head| (head, people::intent_factor(head)));
            found.extend(alone(seed, Decision::IntentAlone, at, &cell, people::INTENT_BOUND, present));
            return;
        }
        let heads = Heads::among(cell.person, cell.people);
        let crowd = Crowd { shares: heads.shares(), each: people::SHARE };
        for Candidate { share, threshold } in Candidates::new(seed, Decision::Intent, &cell, crowd, at) {
            walked += 1;
            let head = heads.holder(share);
            // In a cell of one community, which is walked up to its hazard, everybody acts.
            if cell.is_of_one_community()
                || hazard(shard.memory.value(shard.memory.community_of(head))) > threshold
            {
                found.push(head);
            }
        }
    });
    shard.today.candidates += walked;
    found
}

/// Those who are still in the ground state leave it.
fn accepted(shard: &mut Shard, mut heads: Vec<u32>) -> Vec<u32> {
    keep(&mut heads, |&head| !shard.is_gone(head));
    heads.retain(|&head| {
        let once = !shard.is_gone(head);
        if once {
            shard.set_gone(head, true);
            shard.today.intents += i64::from(people::party_size(head));
        }
        once
    });
    heads
}

/// Keeps some, in order. There is no branch in the loop, so that what is asked of one need not wait for another.
fn keep<T: Copy>(all: &mut Vec<T>, wanted: impl Fn(&T) -> bool) {
    let mut kept = 0;
    for i in 0..all.len() {
        let item = all[i];
        all[kept] = item;
        kept += usize::from(wanted(&item));
    }
    all.truncate(kept);
}

/// What chance and the day fix of a party that forms the intent: its money, how long the intent lives, and how much
/// hazard it bears.
fn entrant(rules: &Corridor, outlook: &Outlook, head: u32, size: u8, attempts: u8) -> Entrant {
    let p = &rules.parameters;
    let a = people::attributes(head, size);
    let savings = outlook.median * (p[Parameter::SavingsSpread] * a.money_score).exp();
    let words = rules.seed.words(Decision::Depart, head, u32::from(attempts), 0);
    let life = p[Parameter::IntentLife] * sample::exponential(words[1]);
    let needed = outlook.needed[usize::from(a.purse)];
    let saving_days = if needed.is_finite() { (needed - savings).max(0.0) / outlook.saved } else { life };
    // Who saves gets ready meanwhile.
    let ready_days = saving_days.max(p[Parameter::Preparation] * sample::exponential(words[2]));
    let money = if saving_days < 1.0 || saving_days >= life { savings } else { needed };
    let saving = (ready_days < life).then_some(if ready_days < 1.0 { 0 } else { ready_days.ceil() as usize });
    let party = Waiting { head, money: money as f32, size, minors: a.minors, purse: a.purse, attempts };
    Entrant { party, life: (life as usize).min(LONGEST_LIFE), saving, bears: words[0] }
}

impl Entrant {
    /// The party begins to wait, until its intent lapses.
    fn admit(&self, day: usize, shard: &mut Shard) -> Ticket {
        shard.admit(self.party, day + 1 + self.life)
    }

    /// Once admitted, the party saves up, or waits on the clock of its community if it has the money.
    fn save_or_wait(&self, rules: &Corridor, day: usize, shard: &mut Shard, ticket: Ticket) {
        match self.saving {
            Some(0) => {
                let community = rules.community_of(shard.group, self.party.head);
                shard.start_clock(community, ticket, sample::exponential(self.bears));
            }
            Some(days) => shard.able_on(day + days, ticket),
            None => {}
        }
    }
}

/// Lets intents lapse, those who have saved up begin to wait on the clock, and those who rested try anew.
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

/// The hazard that a party bears, drawn once per attempt.
fn bears(rules: &Corridor, party: &Waiting) -> f64 {
    sample::exponential(rules.seed.words(Decision::Depart, party.head, u32::from(party.attempts), 0)[0])
}
