//! Phase 1: the levers are read for the day.

use crate::model::formulas::experience;
use crate::model::{Corridor, state::State};

/// Days between two looks at the routes when no lever changes.
const LOOK_EVERY: usize = 7;

/// Clears yesterday's counts, looks at the routes and sets the mood of the day.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    state.tally.clear();
    if rules.ways_change(day) || day.is_multiple_of(LOOK_EVERY) {
        let industry = experience(&rules.parameters, state.industry);
        let mut routes = std::mem::take(&mut state.routes);
        routes.refresh(rules, day, industry, |pool| rules.days_in_line(state, pool, day));
        state.routes = routes;
    }
    for (n, mind) in state.minds.iter_mut().enumerate() {
        mind.mood = rules.mood(n, day);
    }
}
