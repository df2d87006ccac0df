//! Phase 3: people at home form the intent to go.
//!
//! The hazard of a head is base rate × exp(crisis effect × crisis above reference) × (1 + gain × N / (N + half)) ×
//! kin factor × mood × shock × season, with N the community's remembered arrivals per thousand. Blocks of
//! communities are walked in hazard order; shards of blocks share nothing, so that threads can share them.

use super::depart::in_shards;
use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::shard::{LONGEST_LIFE, Shard, Waiting};
use crate::behaviour::corridor::state::State;
use crate::engine::candidates::Candidates;
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

/// A party that begins to wait: what chance and the day have fixed of it.
pub struct Entrant {
    /// The party.
    pub(super) party: Waiting,
    /// Days until its intent lapses.
    life: usize,
    /// Days until it has the money, if it ever has.
    saving: Option<usize>,
    /// The hazard that it bears before it leaves.
    bears: f64,
}

/// Walks the candidates of all blocks and lets those accepted begin to wait.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    in_shards(rules, state, |state, shard| walk(rules, day, state, shard));
    state.count_shards();
}

/// Walks the candidates of a shard.
fn walk(rules: &Corridor, day: usize, state: &State, shard: &mut Shard) {
    let g = &rules.population.groups[shard.group];
    let start = rules.start_place(shard.group);
    if state.routes.price_to_go(&rules.network, g.nationality, 1, start).is_infinite() {
        return;
    }
    let base = rules.base_hazard(shard.group) * factor(rules, shard.group, day, state);
    let gain = rules.parameters[Parameter::NetworkGain];
    let half = rules.parameters[Parameter::NetworkHalf] / 1000.0;
    // Three short loops instead of one long one: each waits for memory in its own way, and the machine can overlap the
    // waits of a short loop.
    let mut accepted: Vec<(u32, u8)> = Vec::new();
    for block in shard.blocks.clone() {
        let (first, size) = rules.population.block(g, block);
        let most = network(gain, half, f64::from(state.block_memory[block as usize]));
        let bound = base * most * people::INTENT_BOUND;
        for candidate in Candidates::new(rules.seed, Decision::Intent, block, day as u32, size, bound) {
            shard.today.candidates += 1;
            let head = first + candidate.person;
            let community = rules.population.community(g, head);
            let members = f64::from(rules.population.community_size(g, community));
            let memory = f64::from(state.remembered[community as usize]) / members;
            let hazard = base * network(gain, half, memory);
            // What is cheap to know comes first: whether anybody of the community would act at this level.
            if hazard * people::INTENT_BOUND <= candidate.threshold {
                continue;
            }
            let size = people::party_size(head);
            if size > 0 && hazard * people::intent_factor(head) > candidate.threshold {
                accepted.push((head, size));
            }
        }
    }
    accepted.retain(|&(head, _)| !shard.is_gone(head));
    let entrants: Vec<Entrant> =
        accepted.iter().map(|&(head, size)| entrant(rules, day, state, shard.group, head, size, 0)).collect();
    for entrant in entrants {
        // A head can be a candidate twice on one day.
        if !shard.is_gone(entrant.party.head) {
            shard.set_gone(entrant.party.head, true);
            shard.today.intents += i64::from(entrant.party.size);
            begin_waiting(rules, day, shard, &entrant);
        }
    }
}

/// What chance and the day fix of a party that forms the intent: its money, how long the intent lives, and how much
/// hazard it bears.
pub fn entrant(
    rules: &Corridor,
    day: usize,
    state: &State,
    group: usize,
    head: u32,
    size: u8,
    attempts: u8,
) -> Entrant {
    let p = &rules.parameters;
    let g = &rules.population.groups[group];
    let a = people::attributes(head, size);
    let crisis = f64::from(rules.conditions.crisis[group][day]);
    let wage = g.wage * (p[Parameter::CrisisMoney] * crisis).exp();
    let savings = wage * p[Parameter::SavingsMedian] * (p[Parameter::SavingsSpread] * a.money_score).exp();
    let words = rules.seed.words(Decision::Depart, head, u32::from(attempts), 0);
    let bears = sample::exponential(words[0]);
    let life = p[Parameter::IntentLife] * sample::exponential(words[1]);
    let start = rules.start_place(group);
    let needed = state.routes.price_to_go(&rules.network, g.nationality, usize::from(a.purse), start);
    let saving_days =
        if needed.is_finite() { (needed - savings).max(0.0) / (wage * SAVED_SHARE / 30.0) } else { life };
    let (money, saving) = if saving_days < 1.0 {
        (savings, Some(0))
    } else if saving_days < life {
        (needed, Some(saving_days.ceil() as usize))
    } else {
        (savings, None)
    };
    let party = Waiting { head, money: money as f32, size, minors: a.minors, purse: a.purse, attempts };
    Entrant { party, life: (life as usize).min(LONGEST_LIFE), saving, bears }
}

/// A party begins to wait, on the clock of its community if it has the money.
pub fn begin_waiting(rules: &Corridor, day: usize, shard: &mut Shard, entrant: &Entrant) {
    let ticket = shard.admit(entrant.party, day + 1 + entrant.life);
    match entrant.saving {
        Some(0) => {
            shard.start_clock(rules.community_of(shard.group, entrant.party.head), ticket, entrant.bears)
        }
        Some(days) => shard.able_on(day + days, ticket),
        None => {}
    }
}

/// The hazard that a party bears, drawn once per attempt.
pub fn bears(rules: &Corridor, party: &Waiting) -> f64 {
    sample::exponential(rules.seed.words(Decision::Depart, party.head, u32::from(party.attempts), 0)[0])
}
