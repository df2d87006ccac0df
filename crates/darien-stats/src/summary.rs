//! Quantiles, means and their errors: what many runs say together.
//!
//! ```
//! use darien_stats::summary::{mean, quantile, sorted, standard_error};
//!
//! let entries = sorted(vec![120.0, 90.0, 100.0, 110.0]);
//! assert_eq!(quantile(&entries, 0.5), 105.0);
//! assert_eq!(mean(&entries), 105.0);
//! assert!((standard_error(&entries) - 6.45).abs() < 0.01);
//! ```

pub use crate::scores::{HUB_LEVELS, quantile_type7 as quantile};

/// Sorts values for [`quantile`].
pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// Mean of values; NaN of none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance of a sample (n − 1); 0 of fewer than two.
pub fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let m = mean(values);
    values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// Standard deviation of a sample (n − 1); 0 of fewer than two.
pub fn deviation(values: &[f64]) -> f64 {
    variance(values).sqrt()
}

/// Monte-Carlo standard error of a mean.
pub fn standard_error(values: &[f64]) -> f64 {
    deviation(values) / (values.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_type_7() {
        let v = sorted(vec![4.0, 1.0, 3.0, 2.0]);
        assert_eq!(quantile(&v, 0.0), 1.0);
        assert_eq!(quantile(&v, 0.5), 2.5);
        assert_eq!(quantile(&v, 0.25), 1.75);
        assert_eq!(quantile(&v, 1.0), 4.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn errors_of_means() {
        assert_eq!(mean(&[1.0, 3.0]), 2.0);
        assert!((deviation(&[1.0, 3.0]) - 2f64.sqrt()).abs() < 1e-12);
        assert!((standard_error(&[1.0, 3.0]) - 1.0).abs() < 1e-12);
    }
}
