//! Step 4: parameters of the members, by Laplace's approximation.
//!
//! Around the most likely point the whitened data are taken as linear in the scores, with derivatives measured by paired
//! runs of finer agents. With the standard normal prior the posterior is then normal, its precision the prior's plus
//! the sum of the derivatives' products (MacKay, "Information Theory, Inference, and Learning Algorithms", 2003, chapter 27).
//!
//! The model is not linear: draws from which no shocks lead to the record are left out at the end
//! (`Fit::accepted`).

use super::{Fit, Response, SCORE_MAX, Stopped, Watch, response};
use crate::study::prior_scores;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Half the distance of the two runs by which a derivative is measured, on the scale of scores.
const NUDGE: f64 = 0.4;

/// By how much monthly entries count for less than the approximation has them count: searches end near a peak, not on it, and
/// derivatives are measured through chance (calibrated: with 1, intervals of 90 % covered 67 % of the truths of six
/// synthetic histories, with 4 83 % of thirty; `darien calibrate --recover`, decision 18, no recorded data). Episodes and other
/// weak targets have tolerances of their own and count in full.
const TEMPER: f64 = 4.0;

/// Gives the scores of some members, by their numbers, around a peak with its response.
pub(super) fn run(
    fit: &Fit,
    fine: &Fit,
    best: &[f64],
    (found, members): (&Response, &[u32]),
    watch: &mut Watch<'_>,
) -> Result<Vec<Vec<f64>>, Stopped> {
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
    let residuals = whitening.residuals(&found.calm, &whitening.apply(&fit.target.values));
    let (monthly, weak) = residuals.split_at(fit.entries());
    let doubts = [excess(monthly) * TEMPER, excess(weak)].map(f64::sqrt);
    let slopes =
        DMatrix::from_fn(residuals.len(), n, |d, u| slopes[u][d] / doubts[usize::from(d >= monthly.len())]);
    let of_data = slopes.transpose() * &slopes;
    let precision = &of_data + DMatrix::identity(n, n);
    // The prior's part makes it regular.
    let Some(factor) = Cholesky::new(precision) else { return Err(Stopped) };
    let best = DVector::from_column_slice(best);
    // Where the data say nothing, a search's end is chance, and the prior's middle is the better guess; where they decide, the
    // peak is.
    let guess = factor.solve(&(of_data * &best));
    let variance = factor.inverse().diagonal();
    let centre = DVector::from_fn(n, |u, _| guess[u] + (1.0 - variance[u]) * (best[u] - guess[u]));
    let upper = factor.l().transpose();
    let around = |m: &u32| -> Vec<f64> {
        let prior = prior_scores(fit.chance, *m);
        let z = DVector::from_fn(n, |u, _| prior[fit.free[u] as usize]);
        let step = upper.solve_upper_triangular(&z).unwrap_or(z);
        centre.iter().zip(step.iter()).map(|(c, s)| (c + s).clamp(-SCORE_MAX, SCORE_MAX)).collect()
    };
    Ok(members.iter().map(around).collect())
}

/// How much larger the squares of whitened residuals are than errors of size one would have them, at least 1. A search
/// that did not reach the most likely point, or a model that is wrong, must not make its parameters look known: the
/// data's part of the precision is divided by it (Birge, "The calculation of errors by the method of least squares", Phys.
/// Rev. 40, 1932).
fn excess(residuals: &[f64]) -> f64 {
    let squares: f64 = residuals.iter().map(|r| r * r).sum();
    (squares / residuals.len().max(1) as f64).max(1.0)
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
    fn a_bad_fit_knows_less_and_a_good_one_no_more() {
        assert_eq!(excess(&[2.0, -2.0]), 4.0);
        assert_eq!(excess(&[0.1, 0.2]), 1.0);
        assert_eq!(excess(&[]), 1.0);
    }

    #[test]
    fn what_is_less_than_noise_says_nothing() {
        assert_eq!(certain(0.1, 0.2), 0.0);
        assert_eq!(certain(0.0, 0.2), 0.0);
        assert!(certain(-2.0, 0.2) > 0.98);
    }
}
