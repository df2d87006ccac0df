//! Regression with autocorrelated errors: the fair rival of a conditional hindcast.

use super::{Baseline, linear, optimise, student_scores};
use crate::scores::Quantiles;

/// Regression of `ln(x + 1)` on given regressors, whose future is known, with AR(1) errors.
///
/// A simulator that is fed the realised policy dates must be compared with a model that gets them too. Regressors are
/// standardised over the history and their coefficients held by a ridge penalty (a prior of standard deviation
/// `s / sqrt(ridge)` each); the intercept is free. The autocorrelation maximises the exact Gaussian likelihood after the
/// Prais-Winsten transform. Quantiles are Student's t and count three kinds of uncertainty: shocks to come, and the
/// intercept and coefficients as estimated. A regressor that has not varied yet is left out: nothing is known of it.
#[derive(Debug, Clone)]
pub struct RegressionAr {
    /// One row a month, from the **first month of the history** on, through the last month to be forecast.
    pub regressors: Vec<Vec<f64>>,
    /// Ridge penalty on standardised coefficients, 1 as a mild default; 0 for none.
    pub ridge: f64,
}

/// Largest autocorrelation considered; at 1 the intercept would be unknown.
const LARGEST: f64 = 0.98;

struct Fitted {
    fit: linear::Fit,
    rho: f64,
    variance: f64,
    degrees: f64,
}

impl RegressionAr {
    /// Intercept and standardised regressors that vary within the first `n` rows; `None` if a row is missing or broken.
    fn design(&self, n: usize, total: usize) -> Option<Vec<Vec<f64>>> {
        let rows = self.regressors.get(..total)?;
        let width = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|r| r.len() != width || r.iter().any(|v| !v.is_finite())) {
            return None;
        }
        let mut design = vec![vec![1.0]; total];
        for c in 0..width {
            let mean = rows[..n].iter().map(|r| r[c]).sum::<f64>() / n as f64;
            let sd = (rows[..n].iter().map(|r| (r[c] - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
            if sd > 1e-9 * (1.0 + mean.abs()) {
                for (row, raw) in design.iter_mut().zip(rows) {
                    row.push((raw[c] - mean) / sd);
                }
            }
        }
        Some(design)
    }

    fn fit_at(&self, x: &[Vec<f64>], y: &[f64], rho: f64) -> Option<Fitted> {
        let first = (1.0 - rho * rho).sqrt();
        let transform = |now: f64, before: Option<f64>| before.map_or(first * now, |b| now - rho * b);
        let previous = |t: usize| t.checked_sub(1);
        let tx: Vec<Vec<f64>> = (0..y.len())
            .map(|t| (0..x[t].len()).map(|c| transform(x[t][c], previous(t).map(|p| x[p][c]))).collect())
            .collect();
        let ty: Vec<f64> = (0..y.len()).map(|t| transform(y[t], previous(t).map(|p| y[p]))).collect();
        let mut penalty = vec![self.ridge.max(0.0); x[0].len()];
        penalty[0] = 1e-9;
        let fit = linear::fit(&tx, &ty, &penalty)?;
        // Coefficients in effect: the trace of the ridge's hat matrix; one more for the autocorrelation.
        let shrunk: f64 = penalty.iter().enumerate().map(|(i, p)| p * fit.inverse[i][i]).sum();
        let degrees = (y.len() as f64 - (penalty.len() as f64 - shrunk) - 1.0).max(1.0);
        let variance = (fit.rss + fit.penalty) / degrees;
        Some(Fitted { fit, rho, variance, degrees })
    }
}

impl Baseline for RegressionAr {
    fn name(&self) -> &'static str {
        "regression_ar1"
    }

    fn min_history(&self) -> usize {
        6
    }

    /// Empty also if the regressors do not reach `horizon` months beyond the history.
    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let n = y.len();
        let Some(x) = self.design(n, n + horizon) else { return Vec::new() };
        let likelihood = |rho: f64| {
            self.fit_at(&x[..n], y, rho).map_or(f64::INFINITY, |f| {
                n as f64 * ((f.fit.rss + f.fit.penalty) / n as f64).max(1e-30).ln() - (1.0 - rho * rho).ln()
            })
        };
        let rho = optimise::scalar(-0.9, LARGEST, likelihood);
        let Some(Fitted { fit, rho, variance, degrees }) = self.fit_at(&x[..n], y, rho) else {
            return Vec::new();
        };
        let t = student_scores(degrees);
        let last = y[n - 1] - linear::dot(&x[n - 1], &fit.coefficients);
        (1..=horizon)
            .map(|h| {
                let ahead = &x[n + h - 1];
                let fade = rho.powi(h as i32);
                let mean = linear::dot(ahead, &fit.coefficients) + fade * last;
                let shocks: f64 = (0..h).map(|j| rho.powi(2 * j as i32)).sum();
                let lever: Vec<f64> = ahead.iter().zip(&x[n - 1]).map(|(a, b)| a - fade * b).collect();
                let estimated: f64 =
                    fit.inverse.iter().zip(&lever).map(|(row, l)| l * linear::dot(row, &lever)).sum();
                let sd = (variance * (shocks + estimated.max(0.0))).sqrt();
                t.map(|z| mean + sd * z)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::TOTAL;
    use super::*;
    use crate::scores::wis_hub;

    /// A series with a step of known size in a regressor, AR(1) errors and small deterministic "noise".
    fn series(n: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
        let x: Vec<Vec<f64>> = (0..n + 6).map(|t| vec![f64::from(u8::from(t % 12 >= 6))]).collect();
        let mut error = 0.0;
        let y = (0..n)
            .map(|t| {
                let hash = (t as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let hash = (hash ^ (hash >> 31)).wrapping_mul(0x94D0_49BB_1331_11EB);
                error = 0.6 * error + 0.1 * ((hash >> 40) as f64 / (1_u64 << 23) as f64 - 1.0);
                6.0 - 2.0 * x[t][0] + error
            })
            .collect();
        (y, x)
    }

    #[test]
    fn a_known_future_step_is_followed() {
        let (y, regressors) = series(60);
        let with = RegressionAr { regressors, ridge: 1.0 };
        let rows = with.forecast_log(&y, 6);
        // Month 60 starts a year: the regressor falls to 0, the series returns to 6.
        assert!(
            rows.iter().all(|q| (q[11] - 6.0).abs() < 0.25),
            "{:?}",
            rows.iter().map(|q| q[11]).collect::<Vec<_>>()
        );
        assert!(rows[5][22] - rows[5][0] > rows[0][22] - rows[0][0]);
        let naive = super::super::Naive.forecast_log(&y, 1);
        assert!(wis_hub(&rows[0], 6.0).total < 0.2 * wis_hub(&naive[0], 6.0).total);
    }

    #[test]
    fn autocorrelation_is_recovered() {
        let (y, regressors) = series(240);
        let model = RegressionAr { regressors, ridge: 0.0 };
        let x = model.design(240, 240).unwrap();
        let best = optimise::scalar(-0.9, LARGEST, |r| {
            let f = model.fit_at(&x, &y, r).unwrap();
            240.0 * (f.fit.rss / 240.0).ln() - (1.0 - r * r).ln()
        });
        assert!((best - 0.6).abs() < 0.12, "{best}");
    }

    #[test]
    fn missing_or_constant_regressors_are_handled() {
        let short = RegressionAr { regressors: vec![vec![1.0]; 31], ridge: 1.0 };
        assert!(short.forecast(&TOTAL, 2).is_empty());
        let broken = RegressionAr { regressors: vec![vec![f64::NAN]; 40], ridge: 1.0 };
        assert!(broken.forecast(&TOTAL, 2).is_empty());
        for constant in [vec![1.0, 2.0], vec![]] {
            let model = RegressionAr { regressors: vec![constant; 42], ridge: 1.0 };
            let rows = model.forecast(&TOTAL, 12);
            assert!(rows.len() == 12 && rows.iter().flatten().all(|v| v.is_finite() && *v >= 0.0));
        }
    }
}
