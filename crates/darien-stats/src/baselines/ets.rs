//! Exponential smoothing with additive errors: simple, or with a damped trend, whichever AICc prefers.

use super::{Baseline, linear, normal, optimise};
use crate::scores::Quantiles;

/// ETS(A,N,N) or ETS(A,Ad,N) by AICc (Hyndman, Koehler, Ord and Snyder 2008).
///
/// Smoothing weights by least squares; the initial states, in which the residuals are linear, are solved for exactly.
/// Damping within 0.8-0.98. Spread by the analytic variance of the class, with the residual variance over the degrees of
/// freedom left.
#[derive(Debug, Clone, Copy)]
pub struct Ets;

/// A smoothing in error-correction form: `mu = l + phi b`, `l = mu + alpha e`, `b = phi b + beta e`.
#[derive(Debug, Clone, Copy)]
struct Smoothing {
    alpha: f64,
    beta: f64,
    phi: f64,
}

struct Fitted {
    smoothing: Smoothing,
    level: f64,
    trend: f64,
    sse: f64,
}

impl Smoothing {
    /// One-step errors and final states from initial states, in a single pass.
    fn filter(self, y: impl Iterator<Item = f64>, mut level: f64, mut trend: f64) -> (Vec<f64>, f64, f64) {
        let errors = y
            .map(|y| {
                let mean = level + self.phi * trend;
                let error = y - mean;
                level = mean + self.alpha * error;
                trend = self.phi * trend + self.beta * error;
                error
            })
            .collect();
        (errors, level, trend)
    }

    /// Least-squares initial states (a level, and a trend where `beta` or `phi` is not 0).
    fn fit(self, y: &[f64]) -> Option<Fitted> {
        let zeros = || std::iter::repeat_n(0.0, y.len());
        let (base, ..) = self.filter(y.iter().copied(), 0.0, 0.0);
        let (by_level, ..) = self.filter(zeros(), 1.0, 0.0);
        let damped = self.phi > 0.0;
        let (by_trend, ..) = self.filter(zeros(), 0.0, 1.0);
        // error = base + level * by_level + trend * by_trend
        let rows: Vec<Vec<f64>> = by_level
            .iter()
            .zip(&by_trend)
            .map(|(l, b)| if damped { vec![-l, -b] } else { vec![-l] })
            .collect();
        let fit = linear::fit(&rows, &base, if damped { &[1e-9, 1e-9] } else { &[1e-9] })?;
        let trend = fit.coefficients.get(1).copied().unwrap_or(0.0);
        let (errors, level, trend) = self.filter(y.iter().copied(), fit.coefficients[0], trend);
        Some(Fitted { smoothing: self, level, trend, sse: errors.iter().map(|e| e * e).sum() })
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Fits the simple form (2 parameters) by search over `alpha`.
fn simple(y: &[f64]) -> Option<Fitted> {
    let at = |alpha| Smoothing { alpha, beta: 0.0, phi: 0.0 };
    let alpha = optimise::scalar(1e-4, 1.0, |a| at(a).fit(y).map_or(f64::INFINITY, |f| f.sse));
    at(alpha).fit(y)
}

/// Fits the damped form (5 parameters), from a slow and a quick start.
fn damped(y: &[f64]) -> Option<Fitted> {
    let at = |x: &[f64; 3]| {
        let alpha = logistic(x[0]);
        Smoothing { alpha, beta: alpha * logistic(x[1]), phi: 0.8 + 0.18 * logistic(x[2]) }
    };
    let loss = |x: &[f64; 3]| at(x).fit(y).map_or(f64::INFINITY, |f| f.sse);
    [[-1.0, -2.0, 0.0], [2.0, -2.0, 0.0]]
        .into_iter()
        .map(|start| optimise::nelder_mead(start, 1.0, 300, loss))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .and_then(|(x, _)| at(&x).fit(y))
}

/// Corrected Akaike criterion with `k` coefficients and the variance; infinite where there is too little data.
fn aicc(sse: f64, n: f64, k: f64) -> f64 {
    let k = k + 1.0;
    if n - k - 1.0 <= 0.0 {
        return f64::INFINITY;
    }
    // Perfect fits (constant series) would be minus infinity in both forms; the floor lets the simple form win.
    n * (sse / n).max(1e-20).ln() + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
}

impl Baseline for Ets {
    fn name(&self) -> &'static str {
        "ets"
    }

    fn min_history(&self) -> usize {
        6
    }

    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let n = y.len() as f64;
        let Some(best) = [(simple(y), 2.0), (damped(y), 5.0)]
            .into_iter()
            .filter_map(|(fitted, k)| fitted.map(|f| (aicc(f.sse, n, k), k, f)))
            .min_by(|a, b| a.0.total_cmp(&b.0))
        else {
            return Vec::new();
        };
        let (_, k, Fitted { smoothing: Smoothing { alpha, beta, phi }, level, trend, sse }) = best;
        let variance = sse / (n - k).max(1.0);
        let (mut ahead, mut power, mut spread) = (0.0, 1.0, 1.0);
        (0..horizon)
            .map(|_| {
                // `ahead` becomes phi + ... + phi^h, the weight of the trend h steps ahead.
                power *= phi;
                ahead += power;
                let row = normal(level + ahead * trend, (variance * spread).sqrt());
                let weight = alpha + beta * ahead;
                spread += weight * weight;
                row
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::logs;
    use super::*;

    #[test]
    fn a_random_walk_is_smoothed_with_weight_one_and_no_trend() {
        // statsforecast's AutoETS on these months keeps close to the last value; so does this.
        let rows = Ets.forecast_log(&logs(), 12);
        assert!((rows[0][11] - 10.2997).abs() < 0.02, "{}", rows[0][11]);
        assert!((rows[11][11] - 10.2997).abs() < 0.05, "{}", rows[11][11]);
    }

    #[test]
    fn a_damped_trend_is_found_where_there_is_one() {
        let mut trend = 0.3;
        let mut level = 1.0;
        let y: Vec<f64> = (0..60)
            .map(|t| {
                trend *= 0.95;
                level += trend;
                level + 0.003 * f64::from((t * 7) % 5 - 2)
            })
            .collect();
        let ahead = Ets.forecast_log(&y, 3);
        assert!(
            (ahead[2][11] - (level + trend * (0.95 + 0.9025 + 0.857375))).abs() < 0.02,
            "{}",
            ahead[2][11]
        );
    }

    #[test]
    fn spread_of_the_damped_form_grows_as_the_formula_says() {
        let s = Smoothing { alpha: 0.5, beta: 0.2, phi: 0.9 };
        // An error of 1 today moves the forecast j steps on by alpha + beta (phi + ... + phi^j).
        let (_, level, trend) = s.filter(std::iter::once(1.0), 0.0, 0.0);
        assert!((level - 0.5).abs() < 1e-12 && (trend - 0.2).abs() < 1e-12);
        let two = level + trend * (0.9 + 0.81);
        assert!((two - (0.5 + 0.2 * 1.71)).abs() < 1e-12);
    }
}
