//! The ensemble smoother with multiple data assimilation (ES-MDA; Emerick and Reynolds, "Ensemble smoother with
//! multiple data assimilation", Computers & Geosciences 55, 2013).
//!
//! Unknowns are standard normal scores. An ensemble drawn from the prior is moved towards the data in a few
//! iterations, each with the data's error variance inflated so that together they count once. There must be
//! several times as many members as unknowns: gains are not tapered.

use crate::random::{Decision, Seed, sample};
use nalgebra::{Cholesky, DMatrix};

/// What the smoother is told of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Observed values.
    pub values: Vec<f64>,
    /// Standard deviations of their errors.
    pub errors: Vec<f64>,
}

/// An ensemble: a column a member, a row an unknown.
pub type Ensemble = DMatrix<f64>;

/// One update: moves `unknowns` given what each member `predicted` (a column a member, a row a datum).
/// The errors' variance is
/// inflated by `inflation`; over all updates their inverses add up to one.
pub fn update(
    unknowns: &mut Ensemble,
    predicted: &DMatrix<f64>,
    target: &Target,
    inflation: f64,
    seed: Seed,
    iteration: u32,
) {
    let members = unknowns.ncols();
    let data = target.values.len();
    let scale = 1.0 / ((members - 1) as f64).sqrt();
    let anomalies = |m: &DMatrix<f64>| -> DMatrix<f64> {
        let mean = m.column_mean();
        let mut a = m.clone();
        for mut column in a.column_iter_mut() {
            column -= &mean;
        }
        a * scale
    };
    let (a, y) = (anomalies(unknowns), anomalies(predicted));
    let mut covariance = &y * y.transpose();
    for d in 0..data {
        covariance[(d, d)] += inflation * target.errors[d].powi(2);
    }
    let Some(factor) = Cholesky::new(covariance) else { return };
    // Perturbed data minus predictions, solved once for all members.
    let mut gap = DMatrix::zeros(data, members);
    for m in 0..members {
        for d in 0..data {
            let z = sample::normal(seed.words(Decision::Resample, m as u32, iteration, d as u32)[0]);
            gap[(d, m)] = target.values[d] + inflation.sqrt() * target.errors[d] * z - predicted[(d, m)];
        }
    }
    let solved = factor.solve(&gap);
    let cross = &a * y.transpose();
    *unknowns += cross * solved;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A linear model with a known answer: posterior mean and spread must be those of Bayes' rule.
    #[test]
    fn agrees_with_the_exact_answer_of_a_linear_model() {
        let seed = Seed::new(3);
        let members = 2_000;
        let mut unknowns = DMatrix::from_fn(2, members, |u, m| {
            sample::normal(seed.words(Decision::Test, m as u32, u as u32, 0)[0])
        });
        // y = 2 a, error 0.5; b acts on nothing. Posterior of a: variance 1/(1+16), mean 16/17 × y/2.
        let target = Target { values: vec![3.0], errors: vec![0.5] };
        for i in 0..4 {
            let predicted = DMatrix::from_fn(1, members, |_, m| 2.0 * unknowns[(0, m)]);
            update(&mut unknowns, &predicted, &target, 4.0, seed, i);
        }
        let mean = unknowns.row(0).mean();
        let sd = unknowns.row(0).variance().sqrt();
        assert!((mean - 16.0 / 17.0 * 1.5).abs() < 0.02, "{mean}");
        assert!((sd - (1f64 / 17.0).sqrt()).abs() < 0.02, "{sd}");
        assert!((unknowns.row(1).variance() - 1.0).abs() < 0.1);
    }
}
