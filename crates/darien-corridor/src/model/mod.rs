//! The rule set of the Darién corridor.
//!
//! [`Corridor`] holds what a run cannot change (world, levers, parameters, seed); [`state::State`] what it does.
//! One file per phase of the day in [`phases`]; [`PHASES`] is the list.

mod derived;
pub mod formulas;
pub mod phases;
pub mod routes;
pub mod shard;
pub mod south;
pub mod state;
pub mod supply;
pub mod tally;

use crate::engine::plan::{Phase, RuleSet};
use crate::random::{Decision, Seed, sample};
use crate::registry::parameters::ParameterSet;
use crate::world::conditions::N;
use crate::world::{Conditions, Network, Population};
use derived::Derived;
pub use derived::{MONTH, Mood, Zone};
use state::State;
use std::sync::Arc;

/// The day, in order.
pub const PHASES: &[Phase] = &[
    Phase {
        name: "levers",
        en: "The levers are read for the day; routes are looked at anew when they change, else weekly.",
        es: "Se leen las palancas del día; las rutas se revisan cuando cambian y si no cada semana.",
    },
    Phase {
        name: "news",
        en: "Announcements and what was heard of others move the believed chance of success.",
        es: "Los anuncios y lo oído de otros mueven la probabilidad de éxito creída.",
    },
    Phase {
        name: "intent",
        en: "People at home form the intent to go, as candidates in hazard order; others save up, or let it lapse.",
        es: "Personas en casa forman la intención de partir, como candidatas en orden de riesgo; otras ahorran o la dejan caducar.",
    },
    Phase {
        name: "depart",
        en: "Of those who intend, some take a lawful place, some leave, and the rest wait and see.",
        es: "De quienes lo intentan, unos toman una plaza legal, otros parten y el resto espera.",
    },
    Phase {
        name: "travel",
        en: "Legs take days drawn from their spread; at each fork the route is chosen; harm is counted.",
        es: "Los tramos toman días según su dispersión; en cada cruce se elige la ruta; se cuenta el daño.",
    },
    Phase {
        name: "board",
        en: "Legs with a daily capacity board in order of arrival; the rest wait and their money runs down.",
        es: "Los tramos con capacidad diaria embarcan por orden de llegada; el resto espera y gasta.",
    },
    Phase {
        name: "control",
        en: "Enforcement turns back, holds, fines or lets through, by place, nationality and intensity.",
        es: "El control devuelve, retiene, multa o deja pasar, según lugar, nacionalidad e intensidad.",
    },
    Phase {
        name: "repatriate",
        en: "Flights fill their seats from the held whom the destination accepts.",
        es: "Los vuelos llenan sus asientos con retenidos que el destino acepta.",
    },
    Phase {
        name: "learn",
        en: "Communities hear, late and partly, how those who left fared; memory fades.",
        es: "Las comunidades oyen, tarde y en parte, cómo les fue a quienes partieron; la memoria se desvanece.",
    },
    Phase {
        name: "count",
        en: "Stocks, queues and costs of the day are counted; looking never changes what happens.",
        es: "Se cuentan existencias, colas y costos del día; mirar no cambia lo que ocurre.",
    },
];

/// Fine for irregular entry, USD a person (S063); charged in the measure of enforcement at Panama's exit.
pub const FINE: f64 = 300.0;

/// Shocks to intent and departure: standard normal innovations by month and nationality.
///
/// Months beyond the list are drawn from the run's seed. A calibrated posterior supplies those of the months
/// whose data it has seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Innovations {
    /// The first months.
    pub months: Vec<[f64; N]>,
    /// How many of them are told by data, which decide their level ([`Mood`]).
    pub told: usize,
}

impl Innovations {
    /// Those of months that data tell of.
    pub fn told(months: Vec<[f64; N]>) -> Self {
        Self { told: months.len(), months }
    }

    /// Those of months that data tell of, and none in the month that follows, whose shock acts before it begins.
    pub fn then_none(months: &[[f64; N]]) -> Self {
        Self::told(months.iter().copied().chain([[0.0; N]]).collect())
    }

    /// The innovations of a month as chance draws them. Stream 0 is a run's own; members of a calibration have streams
    /// of theirs under the study's seed, from 1 on.
    pub fn drawn(seed: Seed, stream: u32, month: usize) -> [f64; N] {
        std::array::from_fn(|n| sample::normal(seed.words(Decision::Mood, n as u32, month as u32, stream)[0]))
    }
}

/// Everything that a run reads and nothing that it changes.
#[derive(Debug, Clone)]
pub struct Corridor {
    /// All people at risk.
    pub population: Arc<Population>,
    /// Places and legs.
    pub network: Arc<Network>,
    /// The levers by day.
    pub conditions: Arc<Conditions>,
    /// The uncertain assumptions.
    pub parameters: ParameterSet,
    /// The key of the run's draws.
    pub seed: Seed,
    /// Shocks known from data.
    pub innovations: Arc<Innovations>,
    /// Whether threads share each step. It changes how long a run takes and nothing else; leave it off where whole runs
    /// share the threads already.
    pub parallel: bool,
    derived: Derived,
}

impl RuleSet for Corridor {
    type State = State;

    fn phases(&self) -> &'static [Phase] {
        PHASES
    }

    fn start(&self) -> State {
        phases::start(self)
    }

    fn run_phase(&self, phase: usize, day: usize, state: &mut State) {
        match phase {
            0 => phases::levers::run(self, day, state),
            1 => phases::news::run(self, day, state),
            2 => phases::intent::run(self, day, state),
            3 => phases::depart::run(self, day, state),
            4 => phases::travel::run(self, day, state),
            5 => phases::board::run(self, day, state),
            6 => phases::control::run(self, day, state),
            7 => phases::repatriate::run(self, day, state),
            8 => phases::learn::run(self, day, state),
            _ => phases::count::run(self, day, state),
        }
    }
}
