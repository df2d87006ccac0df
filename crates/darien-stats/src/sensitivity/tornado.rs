//! One at a time: how far an outcome moves when a factor goes from its 10th to its 90th percentile.

use crate::summary::{quantile, sorted};

/// The percentiles at which each factor is tried, as shares.
pub const ENDS: (f64, f64) = (0.1, 0.9);

/// What one factor does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swing {
    /// The outcome with the factor at its 10th percentile.
    pub at_low: f64,
    /// The outcome with the factor at its 90th percentile.
    pub at_high: f64,
}

impl Swing {
    /// Distance between the two; NaN where a run failed.
    pub fn width(&self) -> f64 {
        (self.at_high - self.at_low).abs()
    }
}

/// The rows: first the base (NaN in every coordinate: not moved), then two a factor.
pub fn design(factors: usize) -> Vec<Vec<f64>> {
    let base = vec![f64::NAN; factors];
    let mut rows = vec![base.clone()];
    for f in 0..factors {
        for end in [ENDS.0, ENDS.1] {
            let mut row = base.clone();
            row[f] = end;
            rows.push(row);
        }
    }
    rows
}

/// The base value, and the swing of each factor, from the values at the rows of [`design`].
pub fn swings(values: &[f64]) -> (f64, Vec<Swing>) {
    let base = values.first().copied().unwrap_or(f64::NAN);
    let ends = values.get(1..).unwrap_or_default();
    (base, ends.chunks_exact(2).map(|e| Swing { at_low: e[0], at_high: e[1] }).collect())
}

/// What chance does at the base: the 10th and 90th percentile over replicates, those that failed left out.
pub fn chance(replicates: &[f64]) -> Swing {
    let values = sorted(replicates.iter().copied().filter(|v| v.is_finite()).collect());
    Swing { at_low: quantile(&values, ENDS.0), at_high: quantile(&values, ENDS.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_factor_is_moved_alone() {
        let model = |x: &[f64]| {
            let at = |f: usize, base: f64| if x[f].is_nan() { base } else { x[f] };
            10.0 * at(0, 0.3) - 4.0 * at(1, 0.5)
        };
        let rows = design(2);
        let (base, seen) = swings(&rows.iter().map(|r| model(r)).collect::<Vec<_>>());
        assert!((base - 1.0).abs() < 1e-12);
        assert!((seen[0].at_low + 1.0).abs() < 1e-12 && (seen[0].at_high - 7.0).abs() < 1e-12);
        assert!((seen[1].at_low - 2.6).abs() < 1e-12 && (seen[1].width() - 3.2).abs() < 1e-12);
        assert!(swings(&[]).1.is_empty());
        let c = chance(&[1.0, f64::NAN, 2.0, 3.0]);
        assert!((c.at_low - 1.2).abs() < 1e-12 && (c.at_high - 2.8).abs() < 1e-12);
    }
}
