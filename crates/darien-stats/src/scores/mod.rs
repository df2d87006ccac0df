//! Scores of one forecast against one observation, and the few that need a whole series.
//!
//! All are negatively oriented (smaller is better) except coverage, PIT and bias, which are judged against
//! a nominal value. Scores keep the unit of the forecast; on the log scale they are differences of `ln(x + 1)`.
//!
//! Sources: weighted interval score and its decomposition, Bracher et al. 2021 (PLOS Computational Biology
//! 17(2) e1008618); CRPS, Gneiting and Raftery 2007 (JASA 102 359-378); fair CRPS, Ferro 2014 (QJRMS 140
//! 1917-1923); log-scale scores, Bosse et al. 2023 (PLOS Computational Biology 19(8) e1011393).

mod calibration;
mod categorical;
mod quantile;
mod sample;

pub use calibration::{
    Coverage, PitBounds, bias_from_quantiles, bias_from_samples, covers, pit_bounds, pit_histogram,
};
pub use categorical::{log_score, ranked_probability_score};
pub use quantile::{LevelSet, Wis, interval_score, log_quantiles, pinball, wis, wis_hub};
pub use sample::{
    crps, crps_fair, energy_score, hub_quantiles, mase, mean_absolute_change, quantile_average,
    quantile_type7, threshold_weighted_crps, variogram_score,
};

/// The 23 quantile levels that forecast hubs collect: 11 central intervals and the median.
pub const HUB_LEVELS: [f64; 23] = [
    0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8,
    0.85, 0.9, 0.95, 0.975, 0.99,
];

/// Position of the median in [`HUB_LEVELS`].
pub const MEDIAN: usize = 11;

/// Quantiles at the 23 [`HUB_LEVELS`], non-decreasing.
pub type Quantiles = [f64; 23];
