//! Phase 9: communities hear, late and partly, how those who left fared; memory fades.

use crate::model::formulas::{CROSSINGS_DAYS, RECENT_DAYS, SEEN_DAYS, Willingness, fade};
use crate::model::state::{Heard, State};
use crate::model::tally::Flow;
use crate::model::{Corridor, MONTH};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;

/// Communities with an experience of their own are revisited once in this many days.
const SWEEP: usize = 8;
/// Largest tilt of a community's own belief, either way (log).
const TILT_MAX: f64 = 1.0;

/// Takes in what was heard today and lets memories fade.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    let (own, willing) = (p[Parameter::OwnNews], Willingness::new(p));
    for (fading, n) in state.minds.iter_mut().zip(0..N) {
        fading.seen_success *= fade(SEEN_DAYS);
        fading.seen_failure *= fade(SEEN_DAYS);
        fading.flown *= fade(CROSSINGS_DAYS);
        let entries = state.tally.entries(n);
        fading.crossings = fading.crossings * fade(CROSSINGS_DAYS) + entries as f64 / 2.0;
        let routes = p[Parameter::FamiliarityMemory];
        fading.travelled = fading.travelled * fade(routes) + entries as f64 * MONTH / routes;
        fading.departed *= fade(RECENT_DAYS);
        fading.departed += state.tally.get(Flow::Departures, n) as f64;
    }
    state.industry *= fade(p[Parameter::IndustryMemory]);
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
        shard.set_pace(community, pace(&willing, mind.belief, tilt));
    }
    state.heard = heard;
    fade_tilts(rules, day, state);
}

/// Departures of a community over those of its nationality, by the tilt of its belief.
fn pace(willing: &Willingness, belief: f64, tilt: f64) -> f64 {
    f64::from(willing.tilted(belief, tilt) as f32)
}

/// In one part of the shards, tilts fade by the days since the last visit; where a new rule has come into force, what
/// communities saw under the old one counts no more.
fn fade_tilts(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    let own = (-(SWEEP as f64) / p[Parameter::OwnMemory]).exp() as f32;
    let willing = Willingness::new(p);
    let tilt = &mut state.tilt;
    for (i, shard) in state.shards.iter_mut().enumerate() {
        let new_rule = rules.conditions.new_rules[shard.nationality][day];
        if !new_rule && i % SWEEP != day % SWEEP {
            continue;
        }
        let belief = state.minds[shard.nationality].belief;
        shard.fade(|community| {
            let tilt = &mut tilt[community as usize];
            *tilt = if new_rule || tilt.abs() < 1e-3 { 0.0 } else { *tilt * own };
            (pace(&willing, belief, f64::from(*tilt)), *tilt != 0.0)
        });
    }
}
