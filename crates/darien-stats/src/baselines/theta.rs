//! The Theta method, winner of the M3 competition: smoothing with half the trend.

use super::{Baseline, linear, normal, optimise};
use crate::scores::Quantiles;

/// Standard Theta (Assimakopoulos and Nikolopoulos 2000) in the state-space form of Fiorucci et al. 2016 with theta 2.
///
/// Simple exponential smoothing plus half of the least-squares line's slope. The smoothing weight minimises the one-step
/// errors, the initial level is solved for; spread `s sqrt(1 + (h - 1) a^2)`, `s` with `n - 2`. No season is removed:
/// it is small in these series.
#[derive(Debug, Clone, Copy)]
pub struct Theta;

struct Fitted {
    level: f64,
    sse: f64,
}

/// One-step errors at a smoothing weight, with the best initial level; and the final level.
fn fit(y: &[f64], alpha: f64, line: (f64, f64)) -> Option<Fitted> {
    let run = |start: f64| {
        let (mut level, mut decay) = (start, 1.0);
        let errors: Vec<f64> = y
            .iter()
            .map(|y| {
                let error = y - level - pull(alpha, decay, 0.0, line);
                level += alpha * (y - level);
                decay *= 1.0 - alpha;
                error
            })
            .collect();
        (errors, level)
    };
    let (base, _) = run(0.0);
    let rows: Vec<Vec<f64>> = (0..y.len()).map(|t| vec![(1.0 - alpha).powi(t as i32)]).collect();
    let start = linear::fit(&rows, &base, &[1e-9])?.coefficients[0];
    let (errors, level) = run(start);
    Some(Fitted { level, sse: errors.iter().map(|e| e * e).sum() })
}

/// Half of what the line adds to the level, `beyond` steps after the next, with `decay = (1 - alpha)^t`.
fn pull(alpha: f64, decay: f64, beyond: f64, (intercept, slope): (f64, f64)) -> f64 {
    0.5 * (decay * intercept + (beyond + (1.0 - decay * (1.0 - alpha)) / alpha) * slope)
}

impl Baseline for Theta {
    fn name(&self) -> &'static str {
        "theta"
    }

    fn min_history(&self) -> usize {
        4
    }

    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let rows: Vec<Vec<f64>> = (1..=y.len()).map(|t| vec![1.0, t as f64]).collect();
        let Some(line) = linear::fit(&rows, y, &[0.0, 0.0]) else { return Vec::new() };
        let line = (line.coefficients[0], line.coefficients[1]);
        let alpha = optimise::scalar(0.01, 1.0, |a| fit(y, a, line).map_or(f64::INFINITY, |f| f.sse));
        let Some(Fitted { level, sse }) = fit(y, alpha, line) else { return Vec::new() };
        let variance = sse / (y.len() as f64 - 2.0).max(1.0);
        let decay = (1.0 - alpha).powi(y.len() as i32);
        (0..horizon)
            .map(|i| {
                let beyond = i as f64;
                let mean = level + pull(alpha, decay, beyond, line);
                normal(mean, (variance * (1.0 + beyond * alpha * alpha)).sqrt())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::logs;
    use super::*;

    #[test]
    fn the_path_agrees_with_statsforecast_theta() {
        // statsforecast 2.1.1 Theta (STM) on the same months; its optimiser stops a little elsewhere.
        let rows = Theta.forecast_log(&logs(), 12);
        for (step, value) in [(0, 10.346062), (1, 10.389301), (2, 10.432539), (11, 10.821686)] {
            assert!((rows[step][11] - value).abs() < 0.01, "step {step}: {}", rows[step][11]);
        }
    }

    #[test]
    fn half_the_trend_of_a_line_is_kept() {
        let y: Vec<f64> = (0..40).map(|t| f64::from(t) * 0.1).collect();
        let rows = Theta.forecast_log(&y, 2);
        assert!((rows[1][11] - rows[0][11] - 0.05).abs() < 1e-6);
    }
}
