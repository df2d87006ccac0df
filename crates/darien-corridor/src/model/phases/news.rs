//! Phase 2: announcements and what was heard of others move the believed chance of success.

use crate::model::formulas::{Hearing, believe, days_ahead};
use crate::model::{Corridor, state::State};
use crate::registry::NATIONALITIES;
use crate::registry::parameters::Parameter;

/// Moves what every nationality believes.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let p = &rules.parameters;
    for (n, (mind, nationality)) in state.minds.iter_mut().zip(&NATIONALITIES).enumerate() {
        let hearing = Hearing {
            news: &rules.conditions.news[n],
            day: day as i64,
            new_rule: rules.conditions.new_rules[n][day],
            ahead: days_ahead(p, nationality.code, rules.days_to_darien(n)),
            learn_half: rules.traffic(n, p[Parameter::LearnHalf]),
        };
        believe(p, &hearing, mind);
    }
}
