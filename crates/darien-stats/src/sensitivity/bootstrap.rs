//! Intervals by resampling (Efron 1979), with addressed randomness.

use crate::random::{Decision, Seed, sample};
use crate::summary::{quantile, sorted};

/// Level of all intervals of the sensitivity analysis.
pub const LEVEL: f64 = 0.95;

/// An interval; NaN at both ends where it cannot be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// No interval.
    pub const NONE: Self = Self { low: f64::NAN, high: f64::NAN };

    /// The percentile interval at [`LEVEL`] of bootstrap values; those that are no numbers are left out.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let values = sorted(values.into_iter().filter(|v| v.is_finite()).collect());
        let tail = (1.0 - LEVEL) / 2.0;
        Self { low: quantile(&values, tail), high: quantile(&values, 1.0 - tail) }
    }
}

/// `times` samples with replacement of the positions `0..count`; the same for the same seed and `stream`.
///
/// Nothing for a count of 0.
pub fn resamples(
    count: usize,
    times: u32,
    seed: Seed,
    stream: u32,
) -> impl Iterator<Item = Vec<usize>> + Clone {
    let times = if count == 0 { 0 } else { times };
    (0..times).map(move |b| {
        let mut words = seed.stream(Decision::Resample, stream, b);
        (0..count).map(|_| sample::below(words.word(), count as u32) as usize).collect()
    })
}

/// The interval of the mean of values that are numbers.
pub fn mean_interval(values: &[f64], times: u32, seed: Seed, stream: u32) -> Interval {
    Interval::of(
        resamples(values.len(), times, seed, stream)
            .map(|pick| pick.iter().map(|&i| values[i]).sum::<f64>() / pick.len() as f64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_has_the_width_of_theory() {
        // 400 values of variance 1/12: the standard error is 0.01443, the 95 % interval 0.0566 wide.
        let seed = Seed::new(1);
        let mut words = seed.stream(Decision::Test, 0, 0);
        let values: Vec<f64> = (0..400).map(|_| sample::unit(words.word())).collect();
        let interval = mean_interval(&values, 1000, seed, 3);
        assert!((interval.high - interval.low - 0.0566).abs() < 0.008, "{interval:?}");
        assert_eq!(interval, mean_interval(&values, 1000, seed, 3));
        assert_ne!(interval, mean_interval(&values, 1000, seed, 4));
        assert!(mean_interval(&[], 10, seed, 0).low.is_nan());
    }
}
