//! What people and programs read: tables as CSV, Parquet and JSON, charts, answers, reports, and the manifest.
//!
//! Everything is made from results and from the figures of [`crate::experiment`]; nothing here simulates, and nothing
//! but [`manifest`] may read the clock.

pub mod backtest;
pub mod benchmark;
pub mod calibration;
pub mod chart;
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

/// Files that are whole or absent, and the folders that hold them.
pub mod file {
    pub use super::folder::OutputFolder;
    pub use darien_base::file::*;
}
