//! Phase 3: people at home form the intent to go.
//!
//! The hazard of a head is base rate × exp(crisis effect × crisis above reference) × (1 + gain × N / (N + half)) ×
//! kin factor × mood × shock × season, with N the community's remembered arrivals per thousand. Blocks of
//! communities are walked in hazard order, in parallel; acceptances are applied in order of blocks.

use crate::behaviour::corridor::Corridor;
use crate::behaviour::corridor::state::{Due, Mode, NO_LEG, Party, State};
use crate::behaviour::corridor::tally::Flow;
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

/// Walks the candidates of all blocks and lets those accepted begin to wait.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let gain = rules.parameters[Parameter::NetworkGain];
    let half = rules.parameters[Parameter::NetworkHalf] / 1000.0;
    let mut accepted: Vec<u32> = Vec::new();
    for (i, g) in rules.population.groups.iter().enumerate() {
        let start = rules.start_place(i);
        if state.routes.price_to_go(&rules.network, g.nationality, 1, start).is_infinite() {
            continue;
        }
        let base = rules.base_hazard(i) * factor(rules, i, day, state);
        for block in g.first_block..g.first_block + g.blocks {
            let (first, size) = rules.population.block(g, block);
            let most = network(gain, half, f64::from(state.block_memory[block as usize]));
            let bound = base * most * people::INTENT_BOUND;
            for candidate in Candidates::new(rules.seed, Decision::Intent, block, day as u32, size, bound) {
                state.candidates += 1;
                let head = first + candidate.person;
                let size = people::party_size(head);
                if size == 0 || state.gone[(head / 64) as usize] & (1 << (head % 64)) != 0 {
                    continue;
                }
                let community = rules.population.community(g, head);
                let members = f64::from(rules.population.community_size(g, community));
                let memory = f64::from(state.remembered[community as usize]) / members;
                let hazard = base * network(gain, half, memory) * people::intent_factor(head);
                if hazard > candidate.threshold {
                    state.gone[(head / 64) as usize] |= 1 << (head % 64);
                    accepted.push(head);
                }
            }
        }
        for head in accepted.drain(..) {
            let size = people::party_size(head);
            let a = people::attributes(head, size);
            let party = Party {
                head,
                community: rules.population.community(g, head),
                time: day as f64,
                money: 0.0,
                since: day as u16,
                generation: 0,
                listed: 0,
                step: 0,
                group: i as u8,
                nationality: g.nationality as u8,
                size,
                minors: a.minors,
                place: start,
                leg: NO_LEG,
                mode: Mode::Waiting,
                purse: a.purse,
                attempts: 0,
                crossed: false,
            };
            state.tally.add(Flow::Intents, party.nationality, i64::from(size));
            begin_waiting(rules, day, state, party);
        }
    }
}

/// A party begins to wait: draws how long its intent lives and how much hazard it bears, and counts its money.
pub fn begin_waiting(rules: &Corridor, day: usize, state: &mut State, mut party: Party) {
    let p = &rules.parameters;
    let group = usize::from(party.group);
    let g = &rules.population.groups[group];
    let crisis = f64::from(rules.conditions.crisis[group][day]);
    let wage = g.wage * (p[Parameter::CrisisMoney] * crisis).exp();
    let score = people::attributes(party.head, party.size).money_score;
    let savings = wage * p[Parameter::SavingsMedian] * (p[Parameter::SavingsSpread] * score).exp();
    let attempts = u32::from(party.attempts);
    let words = rules.seed.words(Decision::Depart, party.head, attempts, 0);
    let bears = sample::exponential(words[0]);
    let life = p[Parameter::IntentLife] * sample::exponential(words[1]);
    party.money = savings as f32;
    party.mode = Mode::Waiting;
    party.time = day as f64;
    let needed =
        state.routes.price_to_go(&rules.network, g.nationality, usize::from(party.purse), party.place);
    let saving_days =
        if needed.is_finite() { (needed - savings).max(0.0) / (wage * SAVED_SHARE / 30.0) } else { life };
    let community = party.community as usize;
    let slot = state.admit(party);
    state.list_waiting(slot);
    state.schedule(day + 1 + life.min(4000.0) as usize, slot, Due::Lapse);
    if saving_days < 1.0 {
        let key = waiting_key(state, slot);
        state.clocks.wait(community, key, bears);
    } else if saving_days < life {
        state.parties[slot as usize].money = needed as f32;
        state.schedule(day + saving_days.ceil() as usize, slot, Due::Able);
    }
}

/// A waiting party as the clocks know it: slot and generation.
pub fn waiting_key(state: &State, slot: u32) -> u64 {
    u64::from(slot) | u64::from(state.parties[slot as usize].generation) << 32
}

/// The hazard that a party bears, drawn once per attempt.
pub fn bears(rules: &Corridor, party: &Party) -> f64 {
    sample::exponential(rules.seed.words(Decision::Depart, party.head, u32::from(party.attempts), 0)[0])
}
