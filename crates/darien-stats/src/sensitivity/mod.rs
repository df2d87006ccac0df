//! Which assumption matters, for a level and for a ranking.
//!
//! Every method is a pair of pure functions: a design (points of the unit cube, a coordinate a factor) and an
//! analysis of what a model gave at its rows. What a coordinate means, and who
//! runs the model, is for the caller to say.
//!
//! | method | question | runs |
//! |---|---|---|
//! | [`tornado`] | how far does the outcome move when one factor goes from its 10th to its 90th percentile? | `2 k + 1` |
//! | [`morris`] | which factors can be set aside? | `r (k + 1)` |
//! | [`sobol`] | which share of the variance is due to a factor, alone and with all its interactions? | `n (m + 2)` |
//! | [`ranking`] | in which share of the prior does A beat B, and which factor flips that? | those of [`sobol`] |
//! | [`floor`] | what would chance alone look like in these measures? | a row again under another replicate |
//!
//! All rows of a design run under one replicate of chance (common random numbers), so that a factor without any
//! effect has an index of exactly zero; what the replicate adds is told by the noise floor.

pub mod bootstrap;
pub mod floor;
pub mod morris;
pub mod ranking;
pub mod sobol;
pub mod tornado;

#[cfg(test)]
mod known;
