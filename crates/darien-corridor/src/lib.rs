//! The model of the Darién corridor, from the data that ship with it to the tables that its runs give.
//!
//! ```text
//! data ─▶ registry ─▶ scenario ─▶ world ─▶ model ─▶ observe
//! ```

pub mod data;
pub mod model;
pub mod observe;
pub mod registry;
pub mod scenario;
pub mod world;

use darien_base::{error, input, lang, table, units};
use darien_engine::{self as engine, random};
