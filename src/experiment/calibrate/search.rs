//! Step 1: the most likely parameters: base rates are levelled, then CMA-ES with common random numbers, then Gauss-Newton
//! steps.
//!
//! The first finds the region from anywhere, the second the place: the misfit is a sum of squares of which every term
//! is known, and with common random numbers and finer agents its derivatives can be had by one run a parameter (Levenberg-Marquardt; Nocedal and
//! Wright, "Numerical Optimization", 2006, section 10.3).

use super::{Fit, SCORE_MAX, ShockLaw, Stopped, Watch, response};
use crate::error::Result;
use crate::experiment::study::{nationality_of, normal_share, score, series_of};
use fcmaes_core::cmaes::{Cmaes, CmaesParams};
use fcmaes_core::fitness::Fitness;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Part of the budget that CMA-ES gets.
const GLOBAL: f64 = 0.5;

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
    let problem = Residuals::new(fit);
    let start = match level(&problem, start, watch) {
        Ok(level) => level,
        Err(stopped) => return Ok(Err(stopped)),
    };
    let global = (f64::from(fit.plan.search) * GLOBAL) as usize;
    let fitness = Fitness::bounded(n, 1, &vec![-SCORE_MAX; n], &vec![SCORE_MAX; n]);
    let settings = CmaesParams {
        popsize: GENERATION as i32,
        max_evaluations: global as u64,
        seed: fit.plan.seed,
        ..Default::default()
    };
    let mut search = Cmaes::new(fitness, &start, &vec![STEP; n], &settings);
    let mut best = (f64::INFINITY, start);
    let mut losses: Vec<f64> = Vec::new();
    while losses.len() < global {
        let asked = search.ask();
        let begun = losses.len();
        let new = if let Some(known) = known.get(begun..begun + asked.len()) {
            known.to_vec()
        } else {
            match problem.at(&asked, watch) {
                Ok(found) => found.iter().zip(&asked).map(|(r, z)| loss(r, z)).collect(),
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
    let fine = fit.finer()?;
    Ok(polish(&Residuals::new(&fine), best.1, (fit.plan.search as usize).saturating_sub(global), watch))
}

/// Rounds of levelling, and the part of a gap that a round closes: networks make an answer larger than its cause.
pub(super) const ROUNDS: usize = 12;
const CLOSES: f64 = 0.5;

/// The scores, of all that were tried, that fit best when the base rate of each nationality follows the mean gap of its
/// series: what is too high or too low as a whole is no work for a search in fifty dimensions.
fn level(
    problem: &Residuals<'_>,
    start: &[f64],
    watch: &mut Watch<'_>,
) -> std::result::Result<Vec<f64>, Stopped> {
    let fit = problem.fit;
    let (mut z, mut best) = (start.to_vec(), (f64::INFINITY, start.to_vec()));
    for _ in 0..ROUNDS {
        let draw = |_| fit.draw(&z, &problem.calm, ShockLaw::default(), None);
        let found = fit.predict(1, draw, watch)?.remove(0);
        let now = loss(&problem.whitening.residuals(&found, &problem.target), &z);
        if now < best.0 {
            best = (now, z.clone());
        }
        for (at, parameter) in fit.free.iter().enumerate() {
            let Some(nationality) = nationality_of(*parameter) else { continue };
            let gap = fit.mean_gap(&found, series_of(nationality)).clamp(-1.5, 1.5);
            let rate = parameter.definition().quantile(normal_share(z[at])) * (CLOSES * gap).exp();
            z[at] = score(*parameter, rate).clamp(-SCORE_MAX, SCORE_MAX);
        }
    }
    Ok(best.1)
}

impl Fit {
    /// Mean of what was recorded over what is predicted of a series, on the log scale; months weigh as they are sure.
    fn mean_gap(&self, predicted: &[f64], series: usize) -> f64 {
        let months = series * self.study.months..(series + 1) * self.study.months;
        let (mut sum, mut weight) = (0.0, 0.0);
        for m in months {
            let w = self.target.errors[m].powi(-2);
            sum += w * (self.target.values[m] - predicted[m]);
            weight += w;
        }
        sum / weight
    }
}

/// Residuals of scores: what they predict without shocks less what was recorded, whitened.
struct Residuals<'a> {
    fit: &'a Fit,
    whitening: response::Whitening,
    target: Vec<f64>,
    calm: Vec<[f64; crate::world::conditions::N]>,
}

impl<'a> Residuals<'a> {
    fn new(fit: &'a Fit) -> Self {
        let whitening = response::Whitening::prior(fit);
        Self { fit, target: whitening.apply(&fit.target.values), whitening, calm: fit.calm() }
    }

    fn at(&self, points: &[Vec<f64>], watch: &mut Watch<'_>) -> std::result::Result<Vec<Vec<f64>>, Stopped> {
        let draw = |i: usize| self.fit.draw(&points[i], &self.calm, ShockLaw::default(), None);
        let columns = self.fit.predict(points.len(), draw, watch)?;
        Ok(columns.iter().map(|c| self.whitening.residuals(c, &self.target)).collect())
    }
}

/// Residuals beyond this many standard deviations count linearly, so that no month decides everything.
const ROBUST: f64 = 3.0;

/// Minus the log of prior and likelihood, up to a constant.
fn loss(residuals: &[f64], z: &[f64]) -> f64 {
    let robust = |r: f64| if r < ROBUST { r * r / 2.0 } else { ROBUST * r - ROBUST * ROBUST / 2.0 };
    let misfit: f64 = residuals.iter().map(|r| robust(r.abs())).sum();
    misfit + z.iter().map(|x| x * x).sum::<f64>() / 2.0
}

/// Step by which derivatives are measured.
const NUDGE: f64 = 0.25;

/// Longest step in a parameter.
const LONGEST: f64 = 0.8;

/// Dampings that are tried at once, relative to the last that was best.
const DAMPINGS: [f64; 6] = [0.03, 0.2, 1.0, 5.0, 30.0, 200.0];

/// Gauss-Newton steps from `z` until the budget is used or nothing is gained twice in a row.
fn polish(
    problem: &Residuals<'_>,
    mut z: Vec<f64>,
    budget: usize,
    watch: &mut Watch<'_>,
) -> std::result::Result<Vec<f64>, Stopped> {
    let n = z.len();
    let (mut damping, mut failed, mut used) = (1.0, 0, 0);
    while failed < 2 && used + n + 1 + DAMPINGS.len() <= budget {
        // Derivatives towards the middle, so that bounds are no matter; the other way after a failure.
        let side = if failed == 0 { -1.0 } else { 1.0 };
        let nudge: Vec<f64> = z
            .iter()
            .map(|x| {
                let wanted = side * NUDGE * if *x < 0.0 { -1.0 } else { 1.0 };
                if (x + wanted).abs() > SCORE_MAX { -wanted } else { wanted }
            })
            .collect();
        let points: Vec<Vec<f64>> = (0..=n)
            .map(|u| {
                let mut point = z.clone();
                if u < n {
                    point[u] += nudge[u];
                }
                point
            })
            .collect();
        let found = problem.at(&points, watch)?;
        let here = &found[n];
        let weights: Vec<f64> = here.iter().map(|r| (ROBUST / r.abs().max(ROBUST)).sqrt()).collect();
        let slopes = DMatrix::from_fn(here.len(), n, |d, u| weights[d] * (found[u][d] - here[d]) / nudge[u]);
        let left = DVector::from_fn(here.len(), |d, _| weights[d] * here[d]);
        let downhill = -(slopes.transpose() * left) - DVector::from_column_slice(&z);
        let curvature = slopes.transpose() * &slopes + DMatrix::identity(n, n);
        let trials: Vec<(f64, Vec<f64>)> = DAMPINGS
            .iter()
            .filter_map(|factor| {
                let damped = &curvature + DMatrix::identity(n, n) * (factor * damping);
                let step = Cholesky::new(damped)?.solve(&downhill);
                let to = |u: usize| (z[u] + step[u].clamp(-LONGEST, LONGEST)).clamp(-SCORE_MAX, SCORE_MAX);
                Some((factor * damping, (0..n).map(to).collect()))
            })
            .collect();
        let points: Vec<Vec<f64>> = trials.iter().map(|(_, p)| p.clone()).collect();
        let reached = problem.at(&points, watch)?;
        used += n + 1 + trials.len();
        let losses = reached.iter().zip(&points).map(|(r, p)| loss(r, p));
        let least = losses.zip(trials).min_by(|a, b| a.0.total_cmp(&b.0));
        match least {
            Some((reached, (chosen, point))) if reached < loss(here, &z) => {
                (z, damping, failed) = (point, chosen, 0);
            }
            _ => failed += 1,
        }
    }
    Ok(z)
}
