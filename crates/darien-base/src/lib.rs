//! What every part of `darien` stands on: errors, input, units, languages, tables, and files that are whole or absent.
//!
//! Nothing here knows a model, a corridor or a chart.

pub mod better;
pub mod csv;
pub mod error;
pub mod file;
pub mod input;
pub mod json;
pub mod lang;
pub mod table;
pub mod units;

pub use error::{Error, Result};
