//! Phase 2: announcements and what was heard of others move the believed chance of success.

use crate::behaviour::corridor::{Corridor, state::State};
use crate::registry::parameters::{Parameter, ParameterSet};
use crate::world::conditions::{N, News};

/// Days over which an announcement takes its full effect (3–15, S003 and S007).
const NEWS_DAYS: i64 = 10;

/// Moves beliefs towards what is announced and towards what is seen.
///
/// What is seen is the share let in among those heard of lately; it moves belief faster the more people have left
/// lately, since who sets out asks and tells (half-speed scaled with the square root of the nationality's size).
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    for n in 0..N {
        let mind = &mut state.minds[n];
        announce(p, &rules.conditions.news[n], day, &mut mind.belief);
        let heard = mind.seen_success + mind.seen_failure;
        if heard > 0.0 {
            let half = rules.traffic(n, p[Parameter::LearnHalf]);
            let speed =
                p[Parameter::LearnBase] + p[Parameter::LearnTraffic] * mind.departed / (mind.departed + half);
            mind.belief += speed.min(0.5) * (mind.seen_success / heard - mind.belief);
        }
        mind.belief = mind.belief.clamp(0.0, 1.0);
    }
}

/// Moves a belief by the announcements that are under way on a day.
pub(crate) fn announce(p: &ParameterSet, all: &[News], day: usize, belief: &mut f64) {
    for news in all {
        if (0..NEWS_DAYS).contains(&(day as i64 - news.day)) {
            let addressed = if news.general { p[Parameter::GeneralNews] } else { 1.0 };
            let gap = 1.0 - (p[Parameter::NewsWeight] * addressed * news.credibility).min(0.999);
            let share = 1.0 - gap.powf(1.0 / NEWS_DAYS as f64);
            *belief += share * (news.belief - *belief);
        }
    }
}
