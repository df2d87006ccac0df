//! Bytes from tables and plain chart structs: files, CSV, Parquet, JSON, charts and the manifest.
//!
//! Nothing here knows how a table came about; nothing but [`manifest`] may read the clock.

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
