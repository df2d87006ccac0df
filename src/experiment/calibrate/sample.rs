//! Step 3: members of the posterior, by the ensemble smoother from a cloud around the most likely point.

use super::{Fit, Response, SCORE_MAX, Stopped, Watch, column, matrix, response};
use crate::experiment::smoother::{self, Target};
use crate::experiment::study::prior_scores;
use crate::experiment::summary;
use crate::random::Seed;
use nalgebra::DMatrix;

/// Spread of the cloud relative to the prior's: as wide as the prior, so that a parameter of which the data say
/// nothing keeps the prior's spread.
const CLOUD: f64 = 1.0;

/// Gives the members' scores, and what they predict without shocks.
pub(super) fn run(
    fit: &Fit,
    best: &[f64],
    found: &Response,
    watch: &mut Watch<'_>,
) -> Result<(DMatrix<f64>, DMatrix<f64>), Stopped> {
    let members = fit.plan.members as usize;
    let seed = Seed::new(fit.plan.seed);
    let mut scores = DMatrix::zeros(best.len(), members);
    for (m, mut member) in scores.column_iter_mut().enumerate() {
        let prior = prior_scores(seed, m as u32);
        for (u, p) in fit.free.iter().enumerate() {
            member[u] = (best[u] + CLOUD * prior[*p as usize]).clamp(-SCORE_MAX, SCORE_MAX);
        }
    }
    let whitening = response::Whitening::measured(fit, found);
    let values = whitening.apply(&fit.target.values);
    let target = Target { errors: vec![1.0; values.len()], values };
    let calm = fit.calm();
    let mut taken = 0.0;
    for step in 0.. {
        let draw = |m: usize| fit.draw(&column(&scores, m), &calm, found.size, Some(m as u32));
        let columns = fit.predict(members, draw, watch)?;
        if taken >= 1.0 {
            return Ok((scores, matrix(&columns)));
        }
        let white: Vec<Vec<f64>> = columns.iter().map(|c| whitening.apply(c)).collect();
        let part = if step + 1 >= fit.plan.steps { 1.0 - taken } else { part(&white, &target, 1.0 - taken) };
        smoother::update(&mut scores, &matrix(&white), &target, 1.0 / part, seed, step);
        for score in scores.iter_mut() {
            *score = score.clamp(-SCORE_MAX, SCORE_MAX);
        }
        taken = if part >= 1.0 - taken { 1.0 } else { taken + part };
    }
    Err(Stopped)
}

/// Part of the data's weight for the next step: half the number of data over the mean misfit, or its root over the
/// misfits' spread if that is larger, and never more than is left.
fn part(predicted: &[Vec<f64>], target: &Target, left: f64) -> f64 {
    let data = target.values.len() as f64;
    let residual = |c: &[f64], d: usize| (c[d] - target.values[d]) / target.errors[d];
    let misfits: Vec<f64> =
        predicted.iter().map(|c| (0..c.len()).map(|d| residual(c, d).powi(2)).sum::<f64>() / 2.0).collect();
    let by_mean = data / (2.0 * summary::mean(&misfits).max(1e-9));
    let by_spread = (data / (2.0 * summary::deviation(&misfits).powi(2).max(1e-9))).sqrt();
    let part = by_mean.max(by_spread);
    // A rest too small to matter is taken at once.
    if left - part < 1e-6 { left } else { part }
}
