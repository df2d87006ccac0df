//! Step 3: parameters of the members, by Laplace's approximation.
//!
//! Around the most likely point the whitened data are taken as linear in the scores, with derivatives measured by paired
//! runs of finer agents. With the standard normal prior the posterior is then normal, its precision the prior's plus
//! the sum of the derivatives' products (MacKay, "Information Theory, Inference, and Learning Algorithms", 2003, chapter 27).
//!
//! The model is not linear: a draw that it makes far less likely than the approximation says is taken back towards the
//! best point until it is not.

use super::search::loss;
use super::{Fit, Response, SCORE_MAX, Stopped, Watch, matrix, response};
use crate::experiment::study::prior_scores;
use crate::random::Seed;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Half the distance of the two runs by which a derivative is measured, on the scale of scores.
const NUDGE: f64 = 0.4;

/// Part of its step that a member which went astray keeps, and how often it is taken back at most.
const BACK: f64 = 0.6;
const ROUNDS: u32 = 6;

/// Gives the members' scores, and what they predict without shocks.
pub(super) fn run(
    fit: &Fit,
    fine: &Fit,
    best: &[f64],
    found: &Response,
    watch: &mut Watch<'_>,
) -> Result<(DMatrix<f64>, DMatrix<f64>), Stopped> {
    let n = best.len();
    let whitening = response::Whitening::measured(fit, found);
    let calm = fit.calm();
    let ends = |run: usize| {
        let mut point = best.to_vec();
        let side = if run < n { NUDGE } else { -NUDGE };
        point[run % n] = (point[run % n] + side).clamp(-SCORE_MAX, SCORE_MAX);
        point
    };
    let draw = |run: usize| fine.draw(&ends(run), &calm, found.law, None);
    let columns = fine.predict(2 * n, draw, watch)?;
    let slope = |u: usize| -> Vec<f64> {
        let way = ends(u)[u] - ends(n + u)[u];
        let raw: Vec<f64> = (0..fine.target.values.len())
            .map(|d| {
                let change = columns[u][d] - columns[n + u][d];
                change * certain(change, fine.noise(d)) / way
            })
            .collect();
        whitening.apply(&raw)
    };
    let slopes: Vec<Vec<f64>> = (0..n).map(slope).collect();
    let slopes = DMatrix::from_fn(slopes.first().map_or(0, Vec::len), n, |d, u| slopes[u][d]);
    let precision = slopes.transpose() * &slopes + DMatrix::identity(n, n);
    // The prior's part makes it regular.
    let Some(factor) = Cholesky::new(precision) else { return Err(Stopped) };
    let upper = factor.l().transpose();
    let seed = Seed::new(fit.plan.seed);
    let steps: Vec<DVector<f64>> = (0..fit.plan.members)
        .map(|m| {
            let prior = prior_scores(seed, m);
            let z = DVector::from_fn(n, |u, _| prior[fit.free[u] as usize]);
            upper.solve_upper_triangular(&z).unwrap_or(z)
        })
        .collect();
    let target = whitening.apply(&fit.target.values);
    let loss = |predicted: &[f64], scores: &[f64]| loss(&whitening.residuals(predicted, &target), scores);
    // Twice the loss rises by as much as a sum of n squares of normal numbers: its mean, and three deviations.
    let sum = n as f64 + 3.0 * (2.0 * n as f64).sqrt();
    let limit = loss(&found.calm, best) + 0.5 * sum;
    let mut part = vec![1.0_f64; steps.len()];
    let at = |m: usize, part: f64| -> Vec<f64> {
        (0..n).map(|u| (best[u] + part * steps[m][u]).clamp(-SCORE_MAX, SCORE_MAX)).collect()
    };
    let mut predicted = vec![Vec::new(); steps.len()];
    let mut astray: Vec<usize> = (0..steps.len()).collect();
    for round in 1..=ROUNDS {
        let draw = |i: usize| {
            let m = astray[i];
            fit.draw(&at(m, part[m]), &calm, found.law, Some(m as u32))
        };
        for (m, column) in astray.iter().zip(fit.predict(astray.len(), draw, watch)?) {
            predicted[*m] = column;
        }
        astray.retain(|m| loss(&predicted[*m], &at(*m, part[*m])) > limit);
        if round < ROUNDS {
            for m in &astray {
                part[*m] *= BACK;
            }
        }
    }
    let scores: Vec<Vec<f64>> = (0..steps.len()).map(|m| at(m, part[m])).collect();
    Ok((matrix(&scores), matrix(&predicted)))
}

/// How much of a difference of two runs is kept when the noise of agents has the standard deviation `noise`: a
/// difference of noise alone would make every parameter look known (James and Stein's positive part).
fn certain(change: f64, noise: f64) -> f64 {
    (1.0 - (noise / change).powi(2)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_less_than_noise_says_nothing() {
        assert_eq!(certain(0.1, 0.2), 0.0);
        assert_eq!(certain(0.0, 0.2), 0.0);
        assert!(certain(-2.0, 0.2) > 0.98);
    }
}
