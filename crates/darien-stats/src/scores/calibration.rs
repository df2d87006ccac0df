//! Whether a forecast means what it says: coverage, PIT and bias.

use super::LevelSet;

/// Shares of observations inside the central intervals; each should be near its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// Share inside the 50 % interval.
    pub c50: f64,
    /// Share inside the 80 % interval.
    pub c80: f64,
    /// Share inside the 90 % interval.
    pub c90: f64,
    /// Share inside the 95 % interval.
    pub c95: f64,
}

/// Whether the central interval of a coverage (e.g. `0.95`) holds the observation, ends included.
///
/// `None` if the level set lacks an end of the interval, or there are too few quantiles.
pub fn covers(levels: &LevelSet, quantiles: &[f64], coverage: f64, observed: f64) -> Option<bool> {
    let tail = (1.0 - coverage) / 2.0;
    let lower = quantiles.get(levels.position(tail)?)?;
    let upper = quantiles.get(levels.position(1.0 - tail)?)?;
    Some(*lower <= observed && observed <= *upper)
}

/// Bias of samples, -1 (all below the observation) to 1 (all above): `1 - (F(y-) + F(y))`.
///
/// With mid-ranks for ties, which for whole numbers is `1 - (F(y) + F(y - 1))`. NaN without samples.
pub fn bias_from_samples(samples: &[f64], observed: f64) -> f64 {
    let (below, upto) = shares(samples, observed);
    1.0 - (below + upto)
}

/// Bias of quantiles, -1 (all below the observation) to 1 (all above).
///
/// `1 - 2 max{tau: q <= y}` where the observation lies below the median, `1 - 2 min{tau: q >= y}` above it, 0 on it
/// (as in the R package scoringutils, `bias_quantile`). A median that is not in the set is taken halfway between the two
/// quantiles about it.
pub fn bias_from_quantiles(levels: &LevelSet, quantiles: &[f64], observed: f64) -> f64 {
    let middle = levels.levels().len() / 2;
    let median = match levels.median() {
        Some(at) => quantiles.get(at).copied(),
        None => middle
            .checked_sub(1)
            .and_then(|m| Some(f64::midpoint(*quantiles.get(m)?, *quantiles.get(middle)?))),
    };
    let Some(median) = median else { return f64::NAN };
    let pairs = levels.levels().iter().zip(quantiles);
    if observed < median {
        let level = pairs.filter(|(_, q)| **q <= observed).map(|(l, _)| *l).fold(0.0, f64::max);
        1.0 - 2.0 * level
    } else if observed > median {
        let level = pairs.filter(|(_, q)| **q >= observed).map(|(l, _)| *l).fold(1.0, f64::min);
        1.0 - 2.0 * level
    } else {
        0.0
    }
}

/// Probability integral transform of a count: the forecast's distribution function just below and at the observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitBounds {
    /// Share of samples below the observation.
    pub lower: f64,
    /// Share of samples at or below it.
    pub upper: f64,
}

/// PIT bounds of samples. NaN without samples.
pub fn pit_bounds(samples: &[f64], observed: f64) -> PitBounds {
    let (lower, upper) = shares(samples, observed);
    PitBounds { lower, upper }
}

/// Non-randomised PIT histogram for counts (Czado, Gneiting and Held 2009, Biometrics 65 1254-1261).
///
/// Gives the share in each of `bins` equal bins (sum 1); a calibrated forecast has `1 / bins` in each. The share of an
/// observation is spread evenly between its bounds instead of being drawn. Empty without observations or bins.
pub fn pit_histogram(bounds: &[PitBounds], bins: usize) -> Vec<f64> {
    if bounds.is_empty() {
        return Vec::new();
    }
    let mean_at = |u: f64| {
        let at = |b: &PitBounds| {
            if u >= b.upper {
                1.0
            } else if u <= b.lower {
                0.0
            } else {
                (u - b.lower) / (b.upper - b.lower)
            }
        };
        bounds.iter().map(at).sum::<f64>() / bounds.len() as f64
    };
    // The mean function starts at 0 and ends at 1 by definition, also for observations outside all samples.
    let edge = |i: usize| {
        if i == 0 {
            0.0
        } else if i == bins {
            1.0
        } else {
            mean_at(i as f64 / bins as f64)
        }
    };
    (0..bins).map(|i| edge(i + 1) - edge(i)).collect()
}

fn shares(samples: &[f64], observed: f64) -> (f64, f64) {
    let m = samples.len() as f64;
    let share = |test: &dyn Fn(f64) -> bool| samples.iter().filter(|x| test(**x)).count() as f64 / m;
    (share(&|x| x < observed), share(&|x| x <= observed))
}

#[cfg(test)]
mod tests {
    use super::super::HUB_LEVELS;
    use super::*;

    #[test]
    fn coverage_includes_the_ends() {
        let levels = LevelSet::hub();
        let q = HUB_LEVELS.map(|p| p * 100.0);
        assert_eq!(covers(&levels, &q, 0.5, 25.0), Some(true));
        assert_eq!(covers(&levels, &q, 0.5, 24.9), Some(false));
        assert_eq!(covers(&levels, &q, 0.8, 89.0), Some(true));
        assert_eq!(covers(&levels, &q, 0.9, 95.1), Some(false));
        assert_eq!(covers(&levels, &q, 0.95, 97.5), Some(true));
        assert_eq!(covers(&levels, &q, 0.93, 50.0), None);
    }

    #[test]
    fn bias_has_the_sign_of_the_miss() {
        let levels = LevelSet::hub();
        let q = HUB_LEVELS.map(|p| p * 100.0);
        assert_eq!(bias_from_quantiles(&levels, &q, -1.0), 1.0);
        assert_eq!(bias_from_quantiles(&levels, &q, 101.0), -1.0);
        assert_eq!(bias_from_quantiles(&levels, &q, 50.0), 0.0);
        assert!((bias_from_quantiles(&levels, &q, 22.0) - 0.6).abs() < 1e-12);
        assert!((bias_from_quantiles(&levels, &q, 78.0) + 0.6).abs() < 1e-12);
        // Whole numbers: F(2) = 3/4, F(1) = 1/4.
        assert_eq!(bias_from_samples(&[1.0, 2.0, 2.0, 3.0], 2.0), 0.0);
        assert_eq!(bias_from_samples(&[1.0, 2.0], 5.0), -1.0);
    }

    #[test]
    fn pit_of_counts_is_spread_and_sums_to_one() {
        let b = pit_bounds(&[1.0, 2.0, 2.0, 3.0], 2.0);
        assert_eq!(b, PitBounds { lower: 0.25, upper: 0.75 });
        assert_eq!(pit_histogram(&[b], 4), vec![0.0, 0.5, 0.5, 0.0]);
        let outside = [pit_bounds(&[1.0, 2.0], 9.0), pit_bounds(&[1.0, 2.0], 0.0)];
        assert_eq!(pit_histogram(&outside, 2), vec![0.5, 0.5]);
        // Every rank once: flat.
        let samples: Vec<f64> = (0..10).map(f64::from).collect();
        let all: Vec<PitBounds> = samples.iter().map(|y| pit_bounds(&samples, *y)).collect();
        assert!(pit_histogram(&all, 5).iter().all(|s| (s - 0.2).abs() < 1e-12));
        assert!(pit_histogram(&[], 5).is_empty());
    }
}
