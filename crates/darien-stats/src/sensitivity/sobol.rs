//! Shares of variance: Sobol' indices from Saltelli's design on an Owen-scrambled Sobol' sequence.
//!
//! First order by Saltelli et al. (2010), *Computer Physics Communications* 181, table 2 (b), on centred values;
//! total by Jansen (1999), same journal, 117. The points are those of Burley (2020), *JCGT* 9(4).

use super::bootstrap::{Interval, resamples};
use crate::random::{Decision, Seed};
use crate::summary::mean;

/// Most base samples: the length of the sequence.
pub const MOST_SAMPLES: usize = 1 << 16;
/// Most factors: a point of the sequence holds two rows.
pub const MOST_FACTORS: usize = sobol_burley::NUM_DIMENSIONS as usize / 2;

/// A design: for each base sample the row `A`, for each factor of `analysed` the row `A` with that coordinate of `B`,
/// and the row `B`. All factors move in `A` and `B`, also those that are not analysed, so that indices are shares of
/// the whole variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Base samples.
    pub samples: usize,
    /// Factors.
    pub factors: usize,
    /// Positions of the factors that get indices.
    pub analysed: Vec<usize>,
    scramble: u32,
}

impl Design {
    /// A design of at most [`MOST_SAMPLES`] samples and [`MOST_FACTORS`] factors; what is beyond is cut off.
    pub fn new(samples: usize, factors: usize, analysed: Vec<usize>, seed: Seed) -> Self {
        let factors = factors.min(MOST_FACTORS);
        Self {
            samples: samples.min(MOST_SAMPLES),
            factors,
            analysed: analysed.into_iter().filter(|f| *f < factors).collect(),
            scramble: seed.words(Decision::Resample, u32::MAX, 0, 0)[0],
        }
    }

    /// Rows of a base sample.
    pub fn block(&self) -> usize {
        self.analysed.len() + 2
    }

    /// All rows, in the order in which SALib has them without second-order indices.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        let at = |sample: usize, dimension: usize| {
            f64::from(sobol_burley::sample(sample as u32, dimension as u32, self.scramble))
        };
        let mut rows = Vec::with_capacity(self.samples * self.block());
        for j in 0..self.samples {
            let a: Vec<f64> = (0..self.factors).map(|f| at(j, f)).collect();
            let b: Vec<f64> = (0..self.factors).map(|f| at(j, self.factors + f)).collect();
            rows.push(a.clone());
            for &f in &self.analysed {
                let mut mixed = a.clone();
                mixed[f] = b[f];
                rows.push(mixed);
            }
            rows.push(b);
        }
        rows
    }
}

/// The indices of a factor: shares of the variance, 0 to 1 up to the error of sampling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// First order, `S1`: what fixing the factor alone would take away on average.
    pub first: f64,
    /// Bootstrap interval of `S1`.
    pub first_interval: Interval,
    /// Total, `ST`: what would be left if all other factors were fixed.
    pub total: f64,
    /// Bootstrap interval of `ST`.
    pub total_interval: Interval,
}

/// What a [`Design`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Indices {
    /// For each analysed factor, in the order of the design.
    pub of: Vec<Index>,
    /// Mean of the outcome over the prior.
    pub mean: f64,
    /// Variance of the outcome over the prior, under the one replicate of the design.
    pub variance: f64,
    /// Base samples all of whose rows succeeded.
    pub used: usize,
}

/// The base samples (a chunk of `block` values each) that are whole.
pub fn whole(values: &[f64], block: usize) -> Vec<&[f64]> {
    values.chunks_exact(block.max(2)).filter(|c| c.iter().all(|v| v.is_finite())).collect()
}

/// Indices from the values at the rows of a design with `analysed` factors. A base sample with a failed row (NaN) is
/// left out. Indices of an outcome that does not vary are 0.
pub fn indices(values: &[f64], analysed: usize, times: u32, seed: Seed) -> Indices {
    let block = analysed + 2;
    let samples = whole(values, block);
    let all: Vec<f64> = samples.iter().flat_map(|c| c.iter().copied()).collect();
    let centre = mean(&all);
    let ends: Vec<f64> = samples.iter().flat_map(|c| [c[0], c[block - 1]]).collect();
    let everyone: Vec<usize> = (0..samples.len()).collect();
    let (first, total) = estimate(&samples, analysed, centre, &everyone);
    let drawn: Vec<(Vec<f64>, Vec<f64>)> = resamples(samples.len(), times, seed, 2)
        .map(|pick| estimate(&samples, analysed, centre, &pick))
        .collect();
    let of = (0..analysed)
        .map(|f| Index {
            first: first[f],
            first_interval: Interval::of(drawn.iter().map(|d| d.0[f])),
            total: total[f],
            total_interval: Interval::of(drawn.iter().map(|d| d.1[f])),
        })
        .collect();
    Indices { of, mean: mean(&ends), variance: variance(&ends), used: samples.len() }
}

/// Variance of a population (n).
fn variance(values: &[f64]) -> f64 {
    let m = mean(values);
    values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / values.len() as f64
}

/// First-order and total indices of the picked samples.
fn estimate(samples: &[&[f64]], analysed: usize, centre: f64, pick: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let ends: Vec<f64> = pick.iter().flat_map(|&j| [samples[j][0], samples[j][analysed + 1]]).collect();
    let spread = variance(&ends);
    let n = pick.len() as f64;
    let (mut first, mut total) = (vec![0.0; analysed], vec![0.0; analysed]);
    if spread > 0.0 {
        for &j in pick {
            let (a, b) = (samples[j][0], samples[j][analysed + 1]);
            for f in 0..analysed {
                let moved = samples[j][f + 1];
                first[f] += (b - centre) * (moved - a);
                total[f] += (moved - a).powi(2);
            }
        }
        for f in 0..analysed {
            first[f] /= n * spread;
            total[f] /= 2.0 * n * spread;
        }
    }
    (first, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_take_one_coordinate_from_the_other_half() {
        let d = Design::new(4, 3, vec![0, 2], Seed::new(1));
        let rows = d.rows();
        assert_eq!((rows.len(), d.block()), (16, 4));
        for s in rows.chunks_exact(4) {
            assert_eq!(s[1], [s[3][0], s[0][1], s[0][2]]);
            assert_eq!(s[2], [s[0][0], s[0][1], s[3][2]]);
            assert!(s.iter().flatten().all(|u| (0.0..1.0).contains(u)));
        }
        assert_ne!(rows, Design::new(4, 3, vec![0, 2], Seed::new(2)).rows());
        // Each coordinate is stratified: one point in each quarter.
        let mut quarters: Vec<u32> = rows.iter().step_by(4).map(|r| (r[1] * 4.0) as u32).collect();
        quarters.sort_unstable();
        assert_eq!(quarters, [0, 1, 2, 3]);
    }

    #[test]
    fn a_model_that_does_not_vary_and_one_that_fails() {
        let still = indices(&[5.0; 16], 2, 20, Seed::new(1));
        assert!(still.of.iter().all(|i| i.first == 0.0 && i.total == 0.0) && still.variance == 0.0);
        let d = Design::new(64, 2, vec![0, 1], Seed::new(5));
        let mut y: Vec<f64> = d.rows().iter().map(|x| x[0]).collect();
        y[9] = f64::NAN;
        let seen = indices(&y, 2, 20, Seed::new(1));
        assert_eq!(seen.used, 63);
        assert!((seen.of[0].total - 1.0).abs() < 0.1 && seen.of[1].total == 0.0);
        assert_eq!(indices(&[], 2, 20, Seed::new(1)).used, 0);
    }
}
