//! Phase 9: communities hear, late and partly, how those who left fared; memory fades.

use crate::behaviour::corridor::state::{Heard, State};
use crate::behaviour::corridor::tally::Flow;
use crate::behaviour::corridor::{Corridor, MONTH};
use crate::registry::parameters::Parameter;
use crate::world::Group;
use crate::world::conditions::N;
use crate::world::groups::BLOCK_COMMUNITIES;

/// Days over which what is heard of the border fades.
const SEEN_DAYS: f64 = 20.0;
/// Days over which the counts of recent travellers fade.
const RECENT_DAYS: f64 = 30.0;
/// Days over which crossings and flights are remembered.
const CROSSINGS_DAYS: f64 = 60.0;
/// Communities are revisited to let their memory fade once in this many days.
const SWEEP: usize = 8;
/// Largest tilt of a community's own belief, either way (log).
const TILT_MAX: f64 = 1.0;

/// Takes in what was heard today and lets memories fade.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    let (own, power) = (p[Parameter::OwnNews], p[Parameter::BeliefPower]);
    for (fading, n) in state.minds.iter_mut().zip(0..N) {
        fading.seen_success *= 1.0 - 1.0 / SEEN_DAYS;
        fading.seen_failure *= 1.0 - 1.0 / SEEN_DAYS;
        fading.arrivals *= 1.0 - 1.0 / RECENT_DAYS;
        fading.flown *= 1.0 - 1.0 / CROSSINGS_DAYS;
        let entries = state.tally.entries(n);
        fading.crossings = fading.crossings * (1.0 - 1.0 / CROSSINGS_DAYS) + entries as f64 / 2.0;
        let routes = p[Parameter::FamiliarityMemory];
        fading.travelled = fading.travelled * (1.0 - 1.0 / routes) + entries as f64 * MONTH / routes;
        fading.arrivals += state.tally.get(Flow::Arrivals, n) as f64;
    }
    state.industry *= 1.0 - 1.0 / p[Parameter::IndustryMemory];
    let mut heard = std::mem::take(&mut state.heard);
    for Heard { community, nationality, size, success } in heard.drain(..) {
        let c = community as usize;
        let mind = &mut state.minds[usize::from(nationality)];
        if success {
            mind.seen_success += f64::from(size);
            state.remembered[c] += f32::from(size);
            let g = rules.group(rules.group_of(community));
            let members = rules.population.community_size(g, community) as f32;
            let block = (g.first_block + (community - g.first_community) / BLOCK_COMMUNITIES) as usize;
            state.block_memory[block] = state.block_memory[block].max(state.remembered[c] / members);
        } else {
            mind.seen_failure += f64::from(size);
        }
        let tilt = (f64::from(state.tilt[c]) + if success { own } else { -own }).clamp(-TILT_MAX, TILT_MAX);
        state.tilt[c] = tilt as f32;
        state.shards[rules.shard_of(community)].set_pace(community, pace(power, tilt));
    }
    state.heard = heard;
    fade(rules, day, state);
}

/// Departure factor of a community by the tilt of its belief.
fn pace(power: f64, tilt: f64) -> f64 {
    f64::from((power * tilt).exp() as f32)
}

/// One part of the blocks: memory and tilt fade by the days since the last visit, and bounds are taken anew.
fn fade(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    let memory = (-(SWEEP as f64) / p[Parameter::NetworkMemory]).exp() as f32;
    let own = (-(SWEEP as f64) / p[Parameter::OwnMemory]).exp() as f32;
    let power = p[Parameter::BeliefPower];
    for g in &rules.population.groups {
        let turn = (g.first_block as usize..(g.first_block + g.blocks) as usize)
            .filter(|b| b % SWEEP == day % SWEEP);
        for block in turn {
            let first = g.first_community + (block as u32 - g.first_block) * BLOCK_COMMUNITIES;
            let last = (first + BLOCK_COMMUNITIES).min(g.first_community + g.communities);
            let communities = first as usize..last as usize;
            let remembered = &mut state.remembered[communities.clone()];
            for arrivals in remembered.iter_mut() {
                *arrivals *= memory;
            }
            state.block_memory[block] = most_remembered(rules, g, first, remembered);
            let shard = &mut state.shards[rules.shard_of(first)];
            for (tilt, community) in state.tilt[communities].iter_mut().zip(first..) {
                if *tilt != 0.0 {
                    *tilt = if tilt.abs() < 1e-3 { 0.0 } else { *tilt * own };
                    shard.set_pace(community, pace(power, f64::from(*tilt)));
                }
            }
        }
    }
}

/// The most that any of some communities of a group, from `first` on, remembers, arrivals per agent.
fn most_remembered(rules: &Corridor, group: &Group, first: u32, remembered: &[f32]) -> f32 {
    let Some((last, others)) = remembered.split_last() else { return 0.0 };
    let size = |community: u32| rules.population.community_size(group, community) as f32;
    // All communities of a group are of one size but the last, which may be smaller.
    let most = others.iter().fold(0f32, |most, &arrivals| most.max(arrivals));
    (most / size(first)).max(last / size(first + others.len() as u32))
}
