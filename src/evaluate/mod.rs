//! Forecast evaluation that knows nothing of the simulation: scores, skill, baselines, hubverse files, reports.
//!
//! A forecast here is 23 quantiles (the levels of the forecast hubs), samples, or both, for one task
//! (origin, place, target, horizon); the truth is one number. Whoever made the forecast is scored alike.
//!
//! | module | holds |
//! |---|---|
//! | [`scores`] | pinball, WIS and its parts, CRPS and its tail form, coverage, PIT, bias, MASE, energy and variogram scores |
//! | [`skill`] | pairwise relative skill, skill score, block bootstrap, Diebold-Mariano, Holm |
//! | [`baselines`] | naive, drift, seasonal naive, historical mean, ETS, Theta, regression with AR(1) errors |
//! | [`hub`] | reading and rendering hubverse hubs (schema v6.0.0) in CSV and Parquet |
//! | [`report`] | forecasts against truth: rows per model and group |

pub mod baselines;
pub mod hub;
pub mod report;
pub mod scores;
pub mod skill;
