//! Statistical forecasts that a simulator must beat before anyone should listen to it.
//!
//! All work on `ln(x + 1)` of monthly counts, where errors are multiplicative, and give the 23 hub quantiles. The naive
//! family follows the conventions of the Python package statsforecast 2.1.1, the external referee, to the last digit;
//! ETS, Theta and the regression are small implementations of the cited forms with their own estimation, and differ from
//! the package's automatic selection.

mod ets;
mod linear;
mod naive;
mod optimise;
mod regression;
mod theta;

pub use ets::Ets;
pub use naive::{Drift, HistoricalMean, Naive, SeasonalNaive};
pub use regression::RegressionAr;
pub use theta::Theta;

use super::scores::{HUB_LEVELS, Quantiles};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use std::sync::LazyLock;

/// A forecaster that sees nothing but the series' own past (and, for [`RegressionAr`], given regressors).
pub trait Baseline: Send + Sync {
    /// Short name, used as the model abbreviation in tables and hubs.
    fn name(&self) -> &'static str;

    /// Fewest months of history with which it can forecast.
    fn min_history(&self) -> usize;

    /// Quantiles of `ln(x + 1)` for 1 to `horizon` steps ahead, from a history of `ln(x + 1)`; may go below 0.
    ///
    /// Called with at least [`Self::min_history`] finite values. Empty if the model cannot be fitted.
    fn forecast_log(&self, log_history: &[f64], horizon: usize) -> Vec<Quantiles>;

    /// Quantiles on the natural scale for 1 to `horizon` steps ahead, none below 0 (a count cannot be).
    ///
    /// **Empty** if the history is shorter than [`Self::min_history`] or holds a negative or non-finite value: a model
    /// that cannot forecast is not ranked.
    fn forecast(&self, history: &[f64], horizon: usize) -> Vec<Quantiles> {
        if history.len() < self.min_history() || history.iter().any(|x| !x.is_finite() || *x < 0.0) {
            return Vec::new();
        }
        let logs: Vec<f64> = history.iter().map(|x| x.ln_1p()).collect();
        self.forecast_log(&logs, horizon).iter().map(natural).collect()
    }
}

/// The baselines that need no regressors, in the order of tables: naive, drift, seasonal naive (12), historical mean
/// (24), ETS, Theta.
pub fn standard() -> Vec<Box<dyn Baseline>> {
    vec![
        Box::new(Naive),
        Box::new(Drift),
        Box::new(SeasonalNaive { season: 12 }),
        Box::new(HistoricalMean { window: 24 }),
        Box::new(Ets),
        Box::new(Theta),
    ]
}

/// From `ln(x + 1)` back to counts; the exponent is held below overflow.
fn natural(log: &Quantiles) -> Quantiles {
    log.map(|q| q.min(700.0).exp_m1().max(0.0))
}

/// Standard normal quantiles at the hub levels.
fn normal_scores() -> &'static Quantiles {
    static SCORES: LazyLock<Quantiles> = LazyLock::new(|| {
        let normal = Normal::standard();
        HUB_LEVELS.map(|p| normal.inverse_cdf(p))
    });
    &SCORES
}

/// Quantiles of a normal distribution.
fn normal(mean: f64, sd: f64) -> Quantiles {
    normal_scores().map(|z| mean + sd * z)
}

/// Quantiles of Student's t at the hub levels; normal above 200 degrees of freedom, where the two agree to 1 %.
fn student_scores(degrees: f64) -> Quantiles {
    match StudentsT::new(0.0, 1.0, degrees) {
        Ok(t) if degrees <= 200.0 => HUB_LEVELS.map(|p| t.inverse_cdf(p)),
        _ => *normal_scores(),
    }
}

/// Root of the sum of squares over `n`; 0 where `n` is not positive.
fn root_mean_square(residuals: impl Iterator<Item = f64>, n: f64) -> f64 {
    if n > 0.0 { (residuals.map(|r| r * r).sum::<f64>() / n).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Panama's monthly total of irregular entries through the Darién, 2021-01 to 2023-06 (Servicio Nacional de Migración).
    pub(super) const TOTAL: [f64; 30] = [
        1071.0, 1857.0, 2694.0, 5865.0, 4462.0, 10267.0, 18813.0, 25332.0, 25505.0, 25904.0, 7762.0, 4194.0,
        4702.0, 4262.0, 4827.0, 6134.0, 13894.0, 15633.0, 22822.0, 31104.0, 48204.0, 59773.0, 16632.0,
        20297.0, 24634.0, 24657.0, 38099.0, 40297.0, 38962.0, 29722.0,
    ];

    pub(super) fn logs() -> Vec<f64> {
        TOTAL.iter().map(|x| x.ln_1p()).collect()
    }

    #[test]
    fn names_are_valid_model_abbreviations_and_differ() {
        let mut names: Vec<&str> = standard().iter().map(|b| b.name()).collect();
        assert!(names.iter().all(|n| n.len() <= 16 && n.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 6);
    }

    #[test]
    fn a_history_that_is_too_short_or_broken_gives_no_forecast() {
        for b in standard() {
            assert!(b.forecast(&[], 3).is_empty(), "{}", b.name());
            assert!(b.forecast(&vec![5.0; b.min_history() - 1], 3).is_empty(), "{}", b.name());
            assert!(b.forecast(&[f64::NAN; 40], 3).is_empty() && b.forecast(&[-1.0; 40], 3).is_empty());
            assert_eq!(b.forecast(&TOTAL, 0).len(), 0);
        }
    }

    #[test]
    fn a_constant_history_is_forecast_as_itself() {
        for b in standard() {
            for q in b.forecast(&[99.0; 36], 3) {
                assert!((q[11] - 99.0).abs() < 1e-6, "{}: {}", b.name(), q[11]);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn quantiles_are_finite_ordered_and_not_negative(history in prop::collection::vec(0.0..1e5f64, 1..60)) {
            for b in standard() {
                let rows = b.forecast(&history, 12);
                let expected = if history.len() < b.min_history() { 0 } else { 12 };
                prop_assert_eq!(rows.len(), expected, "{}", b.name());
                for q in rows {
                    prop_assert!(q.iter().all(|x| x.is_finite() && *x >= 0.0), "{} {:?}", b.name(), q);
                    prop_assert!(q.windows(2).all(|w| w[0] <= w[1]), "{} {:?}", b.name(), q);
                }
            }
        }
    }
}
