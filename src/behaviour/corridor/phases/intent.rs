//! Phase 3: people at home form the intent to go.
//!
//! The hazard of a head is base rate × exp(crisis effect × crisis above reference) × (1 + gain × N / (N + half)) ×
//! kin factor × mood × shock × season, with N the community's remembered arrivals per thousand. Blocks of
//! communities are walked in hazard order; shards of blocks share nothing, so that threads can share them.

use super::depart::in_shards;
use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::routes::PURSES;
use crate::behaviour::corridor::shard::{LONGEST_LIFE, Shard, Waiting};
use crate::behaviour::corridor::state::State;
use crate::engine::candidates::Candidates;
use crate::engine::terms::Ticket;
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::people;

/// Shock, aid and mood can move the hazard within these bounds only, as a guard against runaway input.
const LOG_BOUNDS: (f64, f64) = (-12.0, 6.0);

/// Scale of aid at which its elasticity acts, USD a month.
const AID_SCALE: f64 = 1.0e7;

/// Part of a wage that is saved while waiting for enough money (assumed).
const SAVED_SHARE: f64 = 0.25;

/// Factor of the day on the base hazard of a group.
fn factor(rules: &Corridor, group: usize, day: usize, state: &State) -> f64 {
    let p = &rules.parameters;
    let c = &rules.conditions;
    let g = &rules.population.groups[group];
    let n = g.nationality;
    let log = p[Parameter::CrisisEffect] * f64::from(c.crisis[group][day])
        + p[Parameter::AspirationShock] * f64::from(c.shock[n][day])
        + p[Parameter::AidElasticity] * (f64::from(c.aid[group][day]) / AID_SCALE).ln_1p()
        + state.minds[n].mood;
    log.clamp(LOG_BOUNDS.0, LOG_BOUNDS.1).exp() * rules.season(day)
}

/// Network factor of a community that remembers `memory` arrivals per agent.
#[inline]
fn network(gain: f64, half: f64, memory: f64) -> f64 {
    1.0 + gain * memory / (memory + half)
}

/// What the day fixes of all of a group who form the intent.
pub struct Outlook {
    /// Savings of a party of median money, USD a person.
    median: f64,
    /// Savings of a day, USD a person.
    saved: f64,
    /// Price of the way by purse, USD a person; infinite where there is none.
    needed: [f64; PURSES],
}

impl Outlook {
    /// That of a group on a day.
    pub fn new(rules: &Corridor, day: usize, state: &State, group: usize) -> Self {
        let p = &rules.parameters;
        let g = &rules.population.groups[group];
        let crisis = f64::from(rules.conditions.crisis[group][day]);
        let wage = g.wage * (p[Parameter::CrisisMoney] * crisis).exp();
        let start = rules.start_place(group);
        let needed = |purse| state.routes.price_to_go(&rules.network, g.nationality, purse, start);
        Self {
            median: wage * p[Parameter::SavingsMedian],
            saved: wage * SAVED_SHARE / 30.0,
            needed: std::array::from_fn(needed),
        }
    }
}

/// A party that begins to wait: what chance and the day have fixed of it.
pub struct Entrant {
    /// The party.
    pub(super) party: Waiting,
    /// Days until its intent lapses.
    life: usize,
    /// Days until it has the money, if it ever has.
    saving: Option<usize>,
    /// The word of chance for the hazard that it bears before it leaves.
    bears: u32,
}

/// Walks the candidates of all blocks and lets those accepted begin to wait.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    in_shards(rules, state, |state, shard| walk(rules, day, state, shard));
    state.count_shards();
}

/// Walks the candidates of a shard.
///
/// Short loops instead of one long one: each waits for memory in its own way, and the machine can overlap the waits of a
/// short loop.
fn walk(rules: &Corridor, day: usize, state: &State, shard: &mut Shard) {
    let g = &rules.population.groups[shard.group];
    let start = rules.start_place(shard.group);
    if state.routes.price_to_go(&rules.network, g.nationality, 1, start).is_infinite() {
        return;
    }
    let mut likely = likely(rules, day, state, shard);
    // Where many have gone, most who come up are gone or head nobody; their households are not looked at again.
    likely.retain(|candidate| !shard.is_gone(candidate.person));
    let accepted = accepted(shard, &likely);
    if accepted.is_empty() {
        return;
    }
    let outlook = Outlook::new(rules, day, state, shard.group);
    let entrants: Vec<Entrant> =
        accepted.iter().map(|&(head, size)| entrant(rules, &outlook, head, size, 0)).collect();
    let tickets: Vec<Ticket> = entrants.iter().map(|entrant| entrant.admit(day, shard)).collect();
    for (entrant, ticket) in entrants.iter().zip(tickets) {
        entrant.save_or_wait(rules, day, shard, ticket);
    }
}

/// A candidate at whose level somebody of its community would form the intent.
struct Likely {
    person: u32,
    /// Whether anybody of the community would, even without kin ahead.
    surely: bool,
}

/// The candidates of a shard that are turned away neither by the level nor by what their community remembers.
fn likely(rules: &Corridor, day: usize, state: &State, shard: &mut Shard) -> Vec<Likely> {
    let g = &rules.population.groups[shard.group];
    let base = rules.base_hazard(shard.group) * factor(rules, shard.group, day, state);
    let gain = rules.parameters[Parameter::NetworkGain];
    let half = rules.parameters[Parameter::NetworkHalf] / 1000.0;
    let left = rules.left(day);
    let mut likely = Vec::new();
    let mut walked = 0;
    for block in shard.blocks.clone() {
        let (first, size) = rules.population.block(g, block);
        let most = network(gain, half, state.block_memory[block as usize] * left);
        let bound = base * most * people::INTENT_BOUND;
        for candidate in Candidates::new(rules.seed, Decision::Intent, block, day as u32, size, bound) {
            walked += 1;
            let person = first + candidate.person;
            let community = rules.population.community(g, person);
            let members = f64::from(rules.population.community_size(g, community));
            let memory = state.remembered[community as usize] / members * left;
            let hazard = base * network(gain, half, memory);
            if hazard * people::INTENT_BOUND > candidate.threshold {
                let surely = hazard * people::INTENT_LEAST > candidate.threshold;
                likely.push(Likely { person, surely });
            }
        }
    }
    shard.today.candidates += walked;
    likely
}

/// The heads among the candidates who form the intent, with the sizes of their parties. They leave the ground state.
fn accepted(shard: &mut Shard, likely: &[Likely]) -> Vec<(u32, u8)> {
    let mut accepted = Vec::new();
    for &Likely { person, surely } in likely {
        let size = people::party_size(person);
        if size == 0 {
            shard.rule_out(person);
        } else if (surely || people::has_kin_ahead(person)) && !shard.is_gone(person) {
            // A head can be a candidate twice on one day.
            shard.set_gone(person, true);
            shard.today.intents += i64::from(size);
            accepted.push((person, size));
        }
    }
    accepted
}

/// What chance and the day fix of a party that forms the intent: its money, how long the intent lives, and how much
/// hazard it bears.
pub fn entrant(rules: &Corridor, outlook: &Outlook, head: u32, size: u8, attempts: u8) -> Entrant {
    let p = &rules.parameters;
    let a = people::attributes(head, size);
    let savings = outlook.median * (p[Parameter::SavingsSpread] * a.money_score).exp();
    let words = rules.seed.words(Decision::Depart, head, u32::from(attempts), 0);
    let life = p[Parameter::IntentLife] * sample::exponential(words[1]);
    let needed = outlook.needed[usize::from(a.purse)];
    let saving_days = if needed.is_finite() { (needed - savings).max(0.0) / outlook.saved } else { life };
    let (money, saving) = if saving_days < 1.0 {
        (savings, Some(0))
    } else if saving_days < life {
        (needed, Some(saving_days.ceil() as usize))
    } else {
        (savings, None)
    };
    let party = Waiting { head, money: money as f32, size, minors: a.minors, purse: a.purse, attempts };
    Entrant { party, life: (life as usize).min(LONGEST_LIFE), saving, bears: words[0] }
}

impl Entrant {
    /// The party begins to wait, until its intent lapses.
    pub(super) fn admit(&self, day: usize, shard: &mut Shard) -> Ticket {
        shard.admit(self.party, day + 1 + self.life)
    }

    /// Once admitted, the party saves up, or waits on the clock of its community if it has the money.
    pub(super) fn save_or_wait(&self, rules: &Corridor, day: usize, shard: &mut Shard, ticket: Ticket) {
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

/// The hazard that a party bears, drawn once per attempt.
pub fn bears(rules: &Corridor, party: &Waiting) -> f64 {
    sample::exponential(rules.seed.words(Decision::Depart, party.head, u32::from(party.attempts), 0)[0])
}
