//! Phase 10: costs and nights of the day.

use crate::model::Corridor;
use crate::model::state::State;
use crate::model::tally::Flow;
use crate::world::conditions::{N, TrailState};
use crate::world::network::{Control, Pool};

/// USD a month that full enforcement costs at each control (assumed: about 1,200 agents, EV012, at 1,500 USD a month;
/// larger for Mexico and the US border).
const CONTROL_COST: [f64; 9] = [1.8e6, 1.0e6, 0.5e6, 0.5e6, 0.5e6, 0.5e6, 0.5e6, 2.0e7, 5.0e7];

/// USD a month that it costs to hold a closed trail, beyond the control of [`CONTROL_COST`] (assumed: 400 guards at 1,500 USD a month), and a
/// sealed one (assumed: five times as many).
const CLOSURE_COST: (f64, f64) = (6.0e5, 3.0e6);

/// USD that vetting, sponsor check and travel authorisation of one person with a lawful place cost (assumed).
const LAWFUL_COST: f64 = 1000.0;

/// Adds what enforcement and aid cost today, and the nights beyond beds.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let per_day = 1.0 / f64::from(rules.conditions.days_in_month[day]);
    for &control in Control::ALL {
        let payer = match control {
            Control::Darien | Control::PanamaExit => 3,
            Control::UsBorder => 5,
            _ => 4,
        };
        state.tally.costs[payer] +=
            CONTROL_COST[control as usize] * rules.enforcement(control, day) * per_day;
    }
    for states in &rules.conditions.trails {
        state.tally.costs[7] += per_day
            * match states[day] {
                TrailState::Closed => CLOSURE_COST.0,
                TrailState::Sealed => CLOSURE_COST.1,
                TrailState::Open | TrailState::Guided => 0.0,
            };
    }
    for n in 0..N {
        let persons = rules.population.persons(n, state.tally.get(Flow::Lawful, n));
        state.tally.costs[8] += persons as f64 * LAWFUL_COST;
    }
    state.tally.costs[6] += rules.conditions.aid_total[day] * per_day;
    let beds = |station: usize| f64::from(rules.conditions.beds[station][day]);
    let held = state.held_by(0);
    let first = state.queue(Pool::Canoes) as f64 - beds(0);
    let second = state.queue(Pool::PanamaBuses) as f64 + held as f64 - beds(1) - beds(2);
    state.tally.nights_over += first.max(0.0) + second.max(0.0);
}
