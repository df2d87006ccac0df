//! `darien` simulates migrants as agents, from their origin countries through the Darién Gap and on north.
//!
//! Data flows one way, and `tests/architecture.rs` fails on an arrow that points back:
//!
//! ```text
//! scenario ─▶ world ─▶ engine ─▶ behaviour ─▶ observe ─▶ experiment ─▶ output ─▶ cli
//!      data · registry · evaluate · table · units · random · error: know nothing above them
//! ```

pub mod cli;
pub mod error;
pub mod evaluate;
pub mod table;
pub mod units;

pub use error::{Error, Result};
