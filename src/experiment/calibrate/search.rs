//! Step 1: the most likely parameters, by CMA-ES with common random numbers.

use super::{Fit, SCORE_MAX, Stopped, Watch, response};
use crate::error::Result;
use fcmaes_core::cmaes::{Cmaes, CmaesParams};
use fcmaes_core::fitness::Fitness;

/// Points that a generation tries.
const GENERATION: usize = 24;

/// First step size, on the scale of scores (the prior's standard deviation is 1).
const STEP: f64 = 0.4;

/// Searches from scores `start`. Losses that are known, in order, are not computed again.
pub(super) fn run(
    fit: &Fit,
    start: &[f64],
    known: &[f64],
    watch: &mut Watch<'_>,
    mut keep: impl FnMut(&[f64]) -> Result<()>,
) -> Result<std::result::Result<Vec<f64>, Stopped>> {
    if fit.plan.search == 0 {
        return Ok(Ok(start.to_vec()));
    }
    let n = start.len();
    let whitening = response::Whitening::prior(fit);
    let target = whitening.apply(&fit.target.values);
    let calm = fit.calm();
    let fitness = Fitness::bounded(n, 1, &vec![-SCORE_MAX; n], &vec![SCORE_MAX; n]);
    let settings = CmaesParams {
        popsize: GENERATION as i32,
        max_evaluations: u64::from(fit.plan.search),
        seed: fit.plan.seed,
        ..Default::default()
    };
    let mut search = Cmaes::new(fitness, start, &vec![STEP; n], &settings);
    let mut best = (f64::INFINITY, start.to_vec());
    let mut losses: Vec<f64> = Vec::new();
    while losses.len() < fit.plan.search as usize {
        let asked = search.ask();
        let begun = losses.len();
        let new = if let Some(known) = known.get(begun..begun + asked.len()) {
            known.to_vec()
        } else {
            let draw = |i: usize| fit.draw(&asked[i], &calm, [1.0; 2], None);
            match fit.predict(asked.len(), draw, watch) {
                Ok(columns) => {
                    columns.iter().zip(&asked).map(|(p, z)| loss(&whitening.apply(p), &target, z)).collect()
                }
                Err(stopped) => return Ok(Err(stopped)),
            }
        };
        for (z, l) in asked.iter().zip(&new) {
            if *l < best.0 {
                best = (*l, z.clone());
            }
        }
        let end = search.tell(&new) != 0;
        losses.extend(new);
        if losses.len() > known.len() {
            keep(&losses)?;
        }
        if end {
            break;
        }
    }
    Ok(Ok(best.1))
}

/// Minus the log of prior and likelihood, up to a constant. Residuals beyond three standard deviations count linearly, so
/// that no month decides everything.
fn loss(predicted: &[f64], target: &[f64], z: &[f64]) -> f64 {
    let robust = |r: f64| if r < 3.0 { r * r / 2.0 } else { 3.0 * r - 4.5 };
    let misfit: f64 = predicted.iter().zip(target).map(|(p, t)| robust((p - t).abs())).sum();
    misfit + z.iter().map(|x| x * x).sum::<f64>() / 2.0
}
