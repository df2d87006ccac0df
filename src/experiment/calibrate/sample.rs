//! Step 4: parameters of the members, by Laplace's approximation.
//!
//! Around the most likely point the whitened data are taken as linear in the scores, with derivatives measured by paired
//! runs of finer agents. With the standard normal prior the posterior is then normal, its precision the prior's plus
//! the sum of the derivatives' products (MacKay, "Information Theory, Inference, and Learning Algorithms", 2003, chapter 27).
//!
//! The model is not linear: draws from which no shocks lead to the record are left out at the end
//! (`Fit::accepted`).

use super::{Fit, Response, SCORE_MAX, Stopped, Watch, matrix, response};
use crate::experiment::study::prior_scores;
use crate::random::Seed;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Half the distance of the two runs by which a derivative is measured, on the scale of scores.
const NUDGE: f64 = 0.4;

/// Gives the members' scores.
pub(super) fn run(
    fit: &Fit,
    fine: &Fit,
    best: &[f64],
    found: &Response,
    watch: &mut Watch<'_>,
) -> Result<DMatrix<f64>, Stopped> {
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
    let at = |step: &DVector<f64>| -> Vec<f64> {
        best.iter().zip(step.iter()).map(|(b, s)| (b + s).clamp(-SCORE_MAX, SCORE_MAX)).collect()
    };
    Ok(matrix(&steps.iter().map(at).collect::<Vec<_>>()))
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
