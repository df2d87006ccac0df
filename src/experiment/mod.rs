//! Experiments: lists of run keys (scenario, draw, replicate) handed to one runner.

pub mod account;
pub mod attribution;
pub mod backtest;
pub mod batch;
pub mod bench;
pub mod calibrate;
pub mod compare;
pub mod draws;
pub mod posterior;
pub mod prim;
pub mod ratio;
pub mod regret;
pub mod runner;
pub mod sensitivity;
pub mod study;
pub mod summary;
pub mod track_record;
pub mod verdict;
pub mod weak;

pub use draws::{Draw, Draws};
pub use posterior::{Posterior, PosteriorId};
pub use runner::{Progress, RunKey, Runner};
