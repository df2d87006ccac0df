//! Experiments: lists of run keys (scenario, draw, replicate) handed to one runner.

pub mod batch;
pub mod backtest;
pub mod calibrate;
pub mod draws;
pub mod runner;
pub mod sensitivity;
pub mod smoother;
pub mod study;
pub mod summary;
pub mod track_record;

pub use draws::{Draw, Draws};
pub use runner::{Progress, RunKey, Runner};
