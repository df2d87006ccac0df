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
