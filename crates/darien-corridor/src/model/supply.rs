//! What a line can carry on a day, and how long one stands in it.
//!
//! A line carries what the lever says. Small ways over the sea grow while a long line stands before them, since boats go
//! where they are paid. A line that is shut leaks: some of those who wait find a clandestine passage.

use super::Corridor;
use super::state::State;
use crate::registry::parameters::Parameter;
use crate::world::network::Pool;

/// Days in line that count as one attempt at a closed way (assumed). With it a tenth of those who wait pass in ten days; the quota of 2021
/// leaked 100 to 350 a day of 10,000 to 15,000 who waited (S037; S038; S039).
const ATTEMPT_DAYS: f64 = 10.0;
/// Longest wait that people reckon with, days.
const LONGEST_WAIT: f64 = 60.0;
/// Ways that grow with demand: small boats. Ferries, buses and airlines carry what they are allowed to.
const GROW: [Pool; 4] = [Pool::CarretoBoats, Pool::VipBoats, Pool::PacificBoats, Pool::SanAndresBoats];
/// Days in line from which on such a way grows, and below which it shrinks (assumed).
const LONG_SHORT: (f64, f64) = (20.0, 1.0);
/// Days in which such a way doubles, and halves (the charters from Haiti to Managua grew from none to some twenty a day in four months, S123;
/// assumed for boats).
const DOUBLES_HALVES: (f64, f64) = (30.0, 60.0);
/// How many times the capacity of the lever such a way carries at most (assumed).
const MOST: f64 = 8.0;

/// How far each way has grown, as a factor on its capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct Supply([f64; Pool::ALL.len()]);

impl Default for Supply {
    fn default() -> Self {
        Self([1.0; Pool::ALL.len()])
    }
}

impl Supply {
    /// Factor on the capacity of a way.
    pub fn grown(&self, pool: Pool) -> f64 {
        self.0[pool as usize]
    }
}

impl Corridor {
    /// Persons whom a line carries today.
    pub fn carried(&self, state: &State, pool: Pool, day: usize) -> f64 {
        let capacity = self.capacity(pool, day);
        if capacity > 0.0 {
            capacity * state.supply.0[pool as usize]
        } else {
            self.parameters[Parameter::Leak] / ATTEMPT_DAYS * state.queue(pool) as f64
        }
    }

    /// Days that somebody who joins a line today reckons with: those that the line takes; where it is shut, as long again as it has been.
    pub fn days_in_line(&self, state: &State, pool: Pool, day: usize) -> f64 {
        let days = if self.capacity(pool, day) > 0.0 {
            state.queue(pool) as f64 / self.carried(state, pool, day)
        } else {
            self.closed_for(pool, day) as f64
        };
        days.min(LONGEST_WAIT)
    }

    /// Lets a way grow or shrink by a day.
    pub fn adapt_supply(&self, state: &mut State, pool: Pool, day: usize) {
        if !GROW.contains(&pool) || self.capacity(pool, day) <= 0.0 {
            state.supply.0[pool as usize] = 1.0;
            return;
        }
        let days = self.days_in_line(state, pool, day);
        let grown = &mut state.supply.0[pool as usize];
        if days > LONG_SHORT.0 {
            *grown *= (1.0 / DOUBLES_HALVES.0).exp2();
        } else if days < LONG_SHORT.1 {
            *grown *= (-1.0 / DOUBLES_HALVES.1).exp2();
        }
        *grown = grown.clamp(1.0, MOST);
    }
}
