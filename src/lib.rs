//! `darien` simulates migrants as agents, from their origin countries through the Darién Gap and on north.
//!
//! Data flows one way, and `tests/architecture.rs` fails on an arrow that points back:
//!
//! ```text
//! scenario ─▶ world ─▶ engine ─▶ behaviour ─▶ observe ─▶ experiment ─▶ output ─▶ cli
//!      data · registry · evaluate · table · lang · units · random · input · error: know nothing above them
//! ```

pub mod behaviour;
pub mod cli;
pub mod data;
pub mod experiment;
pub mod observe;
pub mod output;
pub mod registry;
pub mod scenario;
pub mod world;

pub use darien_base::{Error, Result, error, input, lang, table, units};
/// Forecast evaluation that knows nothing of the simulation: scores, skill, baselines, hubverse files, reports.
pub mod evaluate {
    pub use darien_hub::{self as hub, report};
    pub use darien_stats::{baselines, scores, skill};
}

pub use darien_engine::{self as engine, random};

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the program was built from: a hash of its code, data, scenarios and dependencies, 64 hexadecimal digits.
pub const BUILD: &str = env!("DARIEN_BUILD");
