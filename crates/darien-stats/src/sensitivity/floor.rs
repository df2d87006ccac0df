//! The noise floor: what chance alone would look like in the measures of sensitivity.
//!
//! Rows of a design are run again under another replicate of chance. Half the mean squared difference of the two
//! values estimates the variance that chance adds at a fixed point of the assumptions, averaged over the points. An
//! assumption that did no more than shuffle chance would have a total index of that variance over the whole, and a
//! `μ*` of the mean absolute difference over the step. Below these there is no evidence of an effect.

use super::bootstrap::{Interval, resamples};
use super::morris::STEP;
use crate::random::Seed;
use crate::summary::mean;

/// How far chance alone moves an outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// Variance at a fixed point, averaged over the points.
    pub variance: f64,
    /// Bootstrap interval of it: over the points.
    pub interval: Interval,
    /// Mean absolute difference of two replicates at a point.
    pub difference: f64,
    /// Share of points at which the two replicates disagree on the sign of the outcome.
    pub flips: f64,
    /// Points.
    pub points: usize,
}

impl Noise {
    /// From pairs of values at the same point under two replicates; pairs with a failed run (NaN) are left out. NaN
    /// where there is no pair.
    pub fn of(pairs: &[(f64, f64)], times: u32, seed: Seed) -> Self {
        let good: Vec<(f64, f64)> =
            pairs.iter().copied().filter(|p| p.0.is_finite() && p.1.is_finite()).collect();
        let halves: Vec<f64> = good.iter().map(|(a, b)| (a - b).powi(2) / 2.0).collect();
        let sizes: Vec<f64> = good.iter().map(|(a, b)| (a - b).abs()).collect();
        let flipped: Vec<f64> = good.iter().map(|(a, b)| f64::from(sign(*a) != sign(*b))).collect();
        Self {
            variance: mean(&halves),
            interval: Interval::of(
                resamples(halves.len(), times, seed, 3)
                    .map(|pick| pick.iter().map(|&i| halves[i]).sum::<f64>() / pick.len() as f64),
            ),
            difference: mean(&sizes),
            flips: mean(&flipped),
            points: good.len(),
        }
    }

    /// The floor of `S1` and `ST`: chance over the variance of the design, at most 1; 0 where nothing varies.
    pub fn share(&self, variance: f64) -> f64 {
        if variance > 0.0 { (self.variance / variance).min(1.0) } else { 0.0 }
    }

    /// The floor of `μ*`.
    pub fn mu_star(&self) -> f64 {
        self.difference / STEP
    }
}

fn sign(x: f64) -> i8 {
    i8::from(x > 0.0) - i8::from(x < 0.0)
}

/// What the floor says of a measure with an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The whole interval lies above the floor.
    Above,
    /// The measure lies above the floor, part of its interval does not.
    Unclear,
    /// At or below the floor: no evidence of an effect.
    Below,
}

impl Evidence {
    /// The verdict.
    pub fn of(value: f64, low: f64, floor: f64) -> Self {
        if value.is_nan() || value <= floor {
            Self::Below
        } else if low > floor {
            Self::Above
        } else {
            Self::Unclear
        }
    }

    /// In words, for tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::Above => "above the noise floor",
            Self::Unclear => "not clearly above the noise floor",
            Self::Below => "below the noise floor: no evidence",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Decision, sample};

    #[test]
    fn the_variance_of_pure_noise_is_found_whatever_the_points() {
        let seed = Seed::new(11);
        let mut words = seed.stream(Decision::Test, 0, 0);
        let mut normal = || 3.0 * sample::normal(words.word());
        let pairs: Vec<(f64, f64)> = (0..4000)
            .map(|i| {
                let level = f64::from(i) * 10.0;
                (level + normal(), level + normal())
            })
            .collect();
        let noise = Noise::of(&pairs, 200, seed);
        assert!((noise.variance - 9.0).abs() < 0.6, "{noise:?}");
        assert!(noise.interval.low < 9.0 && noise.interval.high > 9.0, "{noise:?}");
        assert!((noise.share(90.0) - 0.1).abs() < 0.01);
        // The mean absolute difference of two normal numbers is 2 σ / √π.
        assert!((noise.difference - 6.0 / std::f64::consts::PI.sqrt()).abs() < 0.15);
        let none = Noise::of(&[(f64::NAN, 1.0)], 10, seed);
        assert!(none.points == 0 && none.variance.is_nan() && none.share(0.0) == 0.0);
    }

    #[test]
    fn verdicts() {
        assert_eq!(Evidence::of(0.3, 0.2, 0.1), Evidence::Above);
        assert_eq!(Evidence::of(0.3, 0.05, 0.1), Evidence::Unclear);
        assert_eq!(Evidence::of(0.05, 0.0, 0.1), Evidence::Below);
        assert_eq!(Evidence::of(0.0, 0.0, 0.0), Evidence::Below);
        assert_eq!(Evidence::of(f64::NAN, f64::NAN, 0.1), Evidence::Below);
    }
}
