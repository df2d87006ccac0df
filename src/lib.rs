//! `darien` simulates migrants as agents, from their origin countries through the Darién Gap and on north.
//!
//! This crate is the door: it gives each part under one name, and holds the command line (`cli`, the default feature
//! `cli`). The parts are crates of their own, and a crate uses only what stands to its left:
//!
//! ```text
//! darien-base ──┬─▶ darien-corridor ─▶ darien-experiment ─▶ darien-report ─▶ darien
//! darien-engine ┴─▶ darien-stats ─▶ darien-hub ┘  darien-charts ┘   darien-flee ┘
//! ```

pub use darien_base::{Error, Result, error, input, lang, table, units};
pub use darien_corridor::{data, observe, registry, scenario, world};
pub use darien_engine::{self as engine, random};
pub use darien_experiment as experiment;
pub use darien_report::{self as output, BUILD, VERSION};

#[cfg(feature = "cli")]
pub mod cli;

/// What most programs that use the model need, under one `use darien::prelude::*`.
///
/// A scenario in, a question of it as a number out:
///
/// ```
/// use darien::prelude::*;
///
/// # fn main() -> Result<()> {
/// let base = Scenario::load("status-quo-2025", &[], "2025-02-28".parse().ok())?;
/// let worse = base.with("crisis.VEN", 0.9)?;
/// let runner = Runner::new(&[base, worse], Draws::shipped()?, 1, 10_000)?;
///
/// let entries = |cube: &Cube| cube.series("entries", "darien", "ALL").unwrap_or_default().iter().sum::<f64>();
/// let runs: Vec<Vec<Cube>> = (0..4).map(|i| runner.run(RunKey::plain(i))).collect();
/// let of = |scenario: usize| runs.iter().map(|cubes| entries(&cubes[scenario])).collect::<Vec<f64>>();
/// let contrast = contrast(&of(0), &of(1), &[0, 1, 2, 3]);
/// println!("{:.0} more entries, in {:.0} % of the runs", contrast.difference, 100.0 * contrast.p_positive);
/// # assert!(contrast.base > 0.0);
/// # Ok(())
/// # }
/// ```
pub mod prelude {
    pub use crate::experiment::compare::{Contrast, contrast};
    pub use crate::experiment::runner::Outcome;
    pub use crate::experiment::summary::{mean, quantile, sorted, standard_error};
    pub use crate::experiment::{Draws, Posterior, RunKey, Runner};
    pub use crate::output::chart::{Chart, Difference, Fan, Frame, Lang, Line, Lines, Provenance};
    pub use crate::random::{Decision, Seed};
    pub use crate::registry::parameters::Parameter;
    pub use crate::scenario::{Announcement, NewValue, Scenario};
    pub use crate::table::{Column, Cube, SeriesKey, Table};
    pub use crate::units::{Month, Span};
    pub use crate::{Error, Result};
    pub use darien_engine::plan::{Observer, Phase, RuleSet, run_days};
}

/// Rule sets: each is one way of deciding, with its own state and its own phases of the day.
///
/// A rule set implements [`engine::plan::RuleSet`] and knows nothing of the others.
pub mod behaviour {
    pub use darien_corridor::model as corridor;
    pub use darien_flee as flee;
}

/// Forecast evaluation that knows nothing of the simulation: scores, skill, baselines, hubverse files, reports.
pub mod evaluate {
    pub use darien_hub::{self as hub, report};
    pub use darien_stats::{baselines, scores, skill};
}
