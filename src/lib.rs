//! `darien` simulates migrants as agents, from their origin countries through the Darién Gap and on north.
//!
//! Data flows one way, and `tests/architecture.rs` fails on an arrow that points back:
//!
//! ```text
//! scenario ─▶ world ─▶ engine ─▶ behaviour ─▶ observe ─▶ experiment ─▶ output ─▶ cli
//!      data · registry · evaluate · table · lang · units · random · input · error: know nothing above them
//! ```

pub mod cli;

pub use darien_base::{Error, Result, error, input, lang, table, units};
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

pub use darien_corridor::{data, observe, registry, scenario, world};
pub use darien_engine::{self as engine, random};
pub use darien_experiment as experiment;
pub use darien_report::{self as output, BUILD, VERSION};
