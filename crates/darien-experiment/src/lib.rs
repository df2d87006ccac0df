//! Experiments: lists of run keys (scenario, draw, replicate) handed to one runner.

pub mod account;
pub mod backtest;
pub mod batch;
pub mod calibrate;
pub mod draws;
pub mod posterior;
pub mod runner;
pub mod sensitivity;
pub mod study;
pub mod track_record;
pub mod weak;

pub use darien_stats::{attribution, bench, compare, prim, ratio, regret, summary, verdict};
pub use draws::{Draw, Draws};
pub use posterior::{Posterior, PosteriorId};
pub use runner::{Progress, RunKey, Runner};

use darien_base::{error, lang, table, units};
use darien_corridor::{data, model, observe, registry, scenario, world};
use darien_engine::{self as engine, random};
