//! Phase 9: communities hear, late and partly, how those who left fared; memory fades.

use crate::behaviour::corridor::state::{Heard, State};
use crate::behaviour::corridor::tally::Flow;
use crate::behaviour::corridor::{Corridor, MONTH};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;

/// Days over which what is heard of the border fades.
pub(crate) const SEEN_DAYS: f64 = 20.0;
/// Days over which the counts of recent travellers fade.
pub(crate) const RECENT_DAYS: f64 = 30.0;
/// Days over which crossings and flights are remembered.
const CROSSINGS_DAYS: f64 = 60.0;
/// Communities with an experience of their own are revisited once in this many days.
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
        fading.flown *= 1.0 - 1.0 / CROSSINGS_DAYS;
        let entries = state.tally.entries(n);
        fading.crossings = fading.crossings * (1.0 - 1.0 / CROSSINGS_DAYS) + entries as f64 / 2.0;
        let routes = p[Parameter::FamiliarityMemory];
        fading.travelled = fading.travelled * (1.0 - 1.0 / routes) + entries as f64 * MONTH / routes;
        fading.departed *= 1.0 - 1.0 / RECENT_DAYS;
        fading.departed += state.tally.get(Flow::Departures, n) as f64;
    }
    state.industry *= 1.0 - 1.0 / p[Parameter::IndustryMemory];
    let left = rules.left(day);
    let mut heard = std::mem::take(&mut state.heard);
    for Heard { community, nationality, size, success } in heard.drain(..) {
        let c = community as usize;
        let mind = &mut state.minds[usize::from(nationality)];
        let shard = &mut state.shards[rules.shard_of(community)];
        if success {
            mind.seen_success += f64::from(size);
            state.remembered[c] += f64::from(size) / left;
            let g = rules.group(rules.group_of(community));
            let members = f64::from(rules.population.community_size(g, community));
            shard.memory.raise(community, state.remembered[c] / members);
        } else {
            mind.seen_failure += f64::from(size);
        }
        let before = f64::from(state.tilt[c]);
        let tilt = (before + if success { own } else { -own }).clamp(-TILT_MAX, TILT_MAX);
        state.tilt[c] = tilt as f32;
        if before == 0.0 && tilt != 0.0 {
            shard.tilt(community);
        }
        shard.set_pace(community, pace(power, tilt));
    }
    state.heard = heard;
    fade(rules, day, state);
}

/// Departure factor of a community by the tilt of its belief.
fn pace(power: f64, tilt: f64) -> f64 {
    f64::from((power * tilt).exp() as f32)
}

/// In one part of the shards, tilts fade by the days since the last visit.
fn fade(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    let own = (-(SWEEP as f64) / p[Parameter::OwnMemory]).exp() as f32;
    let power = p[Parameter::BeliefPower];
    let tilt = &mut state.tilt;
    for shard in state.shards.iter_mut().skip(day % SWEEP).step_by(SWEEP) {
        shard.fade(|community| {
            let tilt = &mut tilt[community as usize];
            *tilt = if tilt.abs() < 1e-3 { 0.0 } else { *tilt * own };
            (pace(power, f64::from(*tilt)), *tilt != 0.0)
        });
    }
}
