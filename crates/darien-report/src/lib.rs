//! What people and programs read: tables as CSV, Parquet and JSON, charts, answers, reports, and the manifest.
//!
//! Everything is made from results and from the figures of [`darien_experiment`]; nothing here simulates, and nothing
//! but [`manifest`] may read the clock.

pub mod backtest;
pub mod benchmark;
pub mod calibration;
pub mod compare;
pub mod comparison;
pub mod daily_figures;
pub mod export;
pub mod figures;
pub mod findings;
pub mod folder;
pub mod hub;
pub mod made;
pub mod manifest;
pub mod parquet;
pub mod parts;
pub mod readme;
pub mod recipe;
pub mod report;
pub mod results;
pub mod sensitivity;
pub mod single;
pub mod words;

pub use darien_base::{csv, json};
pub use darien_charts as chart;

/// Files that are whole or absent, and the folders that hold them.
pub mod file {
    pub use super::folder::OutputFolder;
    pub use darien_base::file::*;
}

use darien_base::{error, input, lang, table, units};
use darien_corridor::{data, registry, scenario, world};
use darien_experiment as experiment;

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the program was built from: a hash of its code, data, scenarios and dependencies, 64 hexadecimal digits.
pub const BUILD: &str = env!("DARIEN_BUILD");
