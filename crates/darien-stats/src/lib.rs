//! Statistics that know no model: numbers in, figures out.
//!
//! | module | holds |
//! |---|---|
//! | [`scores`] | pinball, WIS and its parts, CRPS and its tail form, coverage, PIT, bias, MASE, energy and variogram scores |
//! | [`skill`] | pairwise relative skill, skill score, block bootstrap, Diebold-Mariano, Holm |
//! | [`baselines`] | naive, drift, seasonal naive, historical mean, ETS, Theta, regression with AR(1) errors |
//! | [`summary`], [`ratio`] | quantiles, means and their errors; ratios of means with their intervals |
//! | [`compare`], [`verdict`] | paired differences, and what may be said of them |
//! | [`attribution`] | main effects and interaction of two changes |
//! | [`bench`], [`regret`], [`prim`] | alternatives in many futures: figures, regret, where they fail |
//! | [`sensitivity`] | which factor matters: designs and their analysis |

pub mod attribution;
pub mod baselines;
pub mod bench;
pub mod compare;
pub mod prim;
pub mod ratio;
pub mod regret;
pub mod scores;
pub mod sensitivity;
pub mod skill;
pub mod summary;
pub mod verdict;

use darien_base::{better, error};
use darien_engine::random;
