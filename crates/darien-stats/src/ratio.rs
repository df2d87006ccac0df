//! Ratios of two means, with care for signs: dollars per entry avoided, share that returns.

use super::compare::student;
use super::summary::mean;
use std::collections::BTreeMap;

/// A ratio of means with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Mean of the numerator over mean of the denominator; NaN where the denominator cannot be told from 0.
    pub value: f64,
    /// Lower end (Fieller); NaN where the ratio has no bounds.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// No ratio.
pub const NONE: Ratio = Ratio { value: f64::NAN, low: f64::NAN, high: f64::NAN };

/// The ratio of the means of two paired samples with Fieller's interval (E. C. Fieller, *Some problems in interval
/// estimation*, JRSS B 16, 1954). Values that share a draw are averaged first.
///
/// A ratio means something only where the denominator is surely on one side of 0: where its own 95 % interval holds
/// 0, there is none.
pub fn fieller(numerator: &[f64], denominator: &[f64], draws: &[u64]) -> Ratio {
    let mut groups: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
    for ((a, b), draw) in numerator.iter().zip(denominator).zip(draws) {
        let g = groups.entry(*draw).or_insert((0.0, 0.0, 0.0));
        *g = (g.0 + a, g.1 + b, g.2 + 1.0);
    }
    let x: Vec<f64> = groups.values().map(|g| g.0 / g.2).collect();
    let y: Vec<f64> = groups.values().map(|g| g.1 / g.2).collect();
    let n = x.len();
    if n < 2 {
        return NONE;
    }
    let (mx, my) = (mean(&x), mean(&y));
    let covariance = |a: &[f64], ma: f64, b: &[f64], mb: f64| {
        a.iter().zip(b).map(|(p, q)| (p - ma) * (q - mb)).sum::<f64>() / ((n - 1) * n) as f64
    };
    let (vxx, vyy, vxy) =
        (covariance(&x, mx, &x, mx), covariance(&y, my, &y, my), covariance(&x, mx, &y, my));
    let t2 = student(n).powi(2);
    let a = my * my - t2 * vyy;
    if a <= 0.0 {
        return NONE;
    }
    let b = mx * my - t2 * vxy;
    let c = mx * mx - t2 * vxx;
    let root = (b * b - a * c).max(0.0).sqrt();
    Ratio { value: mx / my, low: (b - root) / a, high: (b + root) / a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sure_ratio_has_narrow_bounds_and_a_vague_one_none() {
        let draws = [0, 1, 2, 3];
        let r = fieller(&[20.0, 22.0, 18.0, 20.0], &[10.0, 11.0, 9.0, 10.0], &draws);
        assert!((r.value - 2.0).abs() < 1e-12 && (r.low - 2.0).abs() < 1e-6 && (r.high - 2.0).abs() < 1e-6);
        let r = fieller(&[20.0, 23.0, 18.0, 19.0], &[10.0, 11.0, 9.0, 10.0], &draws);
        assert!(r.low < r.value && r.value < r.high && r.high - r.low < 1.0, "{r:?}");
        assert!(fieller(&[20.0, 22.0, 18.0, 20.0], &[-10.0, 11.0, 1.0, -2.0], &draws).value.is_nan());
        assert!(fieller(&[1.0], &[1.0], &[0]).value.is_nan());
        // Saving money while avoiding entries is a negative ratio, not an error.
        assert!(fieller(&[-20.0, -22.0], &[10.0, 11.0], &[0, 1]).value < 0.0);
    }
}
