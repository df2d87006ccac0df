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
pub mod csv;
pub mod daily_figures;
pub mod export;
pub mod figures;
pub mod file;
pub mod findings;
pub mod folder;
pub mod hub;
pub mod json;
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
