//! Step 1: the most likely parameters. Space mapping finds where to begin ([`super::mapping`]), base rates are levelled, then
//! a cloud of points moves towards the record.
//!
//! The cloud is an ensemble of Kalman inversion (Iglesias, Law and Stuart, "Ensemble Kalman methods for inverse problems", Inverse
//! Problems 29, 2013) with the prior as further data (Chada, Stuart and Tong, "Tikhonov regularization within ensemble Kalman
//! inversion", SIAM J. Numer. Anal. 58, 2020): differences within the cloud stand for derivatives, which averages out what
//! chance does to agents. Small clouds collapse by correlations that are chance, so that fresh spread is added, less
//! from round to round. A cloud ends on one peak; several are sent out, and where they end apart the data do not say.

use super::{Fit, SCORE_MAX, ShockLaw, Stopped, Watch, mapping, response};
use crate::error::Result;
use crate::random::{Decision, sample};
use crate::study::{nationality_of, normal_share, prior_scores, score, series_of};
use nalgebra::{Cholesky, DMatrix, DVector};
use serde::{Deserialize, Serialize};

/// Clouds that are sent out.
pub const PEAKS: usize = 3;

/// Points of a cloud, of a search with the budget for it.
const CLOUD: usize = 100;

/// Rounds of a cloud at least, as far as its points allow.
const ROUNDS_LEAST: usize = 8;

/// Spread of a cloud at first, on the scale of scores (the prior's standard deviation is 1).
const SPREAD: f64 = 0.4;

/// Least spread of a cloud; it falls to none over the rounds.
const SPREAD_LEAST: f64 = 0.3;

/// Weight of the data in a round: one over it is how much larger their errors are taken.
const STEP: f64 = 0.3;

/// Longest step in a parameter.
const LONGEST: f64 = 0.8;

/// How far a search has come: what one that was stopped goes on from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trail {
    /// Peaks that are found.
    peaks: Vec<Peak>,
    /// The cloud under way.
    cloud: Option<Cloud>,
}

/// A point that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Minus the log of its posterior density, up to a constant.
    pub loss: f64,
    /// Scores of the fitted parameters.
    pub scores: Vec<f64>,
}

/// A cloud under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cloud {
    /// Rounds that are done.
    rounds: usize,
    /// The best point so far.
    best: Peak,
    /// The points.
    points: Vec<Vec<f64>>,
}

/// Points of a cloud, and its rounds, by the search's budget.
fn effort(budget: u32) -> (usize, usize) {
    let each = (budget as usize).div_ceil(PEAKS);
    let points = (each / ROUNDS_LEAST).clamp(8, CLOUD).min(each.max(1));
    (points, each / points)
}

/// Runs that a search takes.
pub(super) fn runs(budget: u32) -> u64 {
    let (points, rounds) = effort(budget);
    if budget == 0 { 0 } else { (PEAKS * (2 * ROUNDS + mapping::RUNS + points * rounds)) as u64 }
}

/// The peaks, the most likely first. The first clouds begin around `starts`, the others where the emulator sends them;
/// `known` is what an interrupted search left, and `keep` is handed the like after each round.
pub(super) fn run(
    fit: &Fit,
    starts: &[Vec<f64>],
    known: Trail,
    watch: &mut Watch<'_>,
    mut keep: impl FnMut(&Trail) -> Result<()>,
) -> Result<std::result::Result<Vec<Peak>, Stopped>> {
    if fit.plan.search == 0 {
        let peaks = if starts.is_empty() { vec![fit.middle()] } else { starts.to_vec() };
        return Ok(Ok(peaks.into_iter().map(|scores| Peak { loss: 0.0, scores }).collect()));
    }
    let problem = Residuals::new(fit);
    let (size, rounds) = effort(fit.plan.search);
    let mut trail = known;
    while trail.peaks.len() < PEAKS {
        let peak = trail.peaks.len();
        let mut cloud = if let Some(cloud) = trail.cloud.take() {
            cloud
        } else {
            let begun = match mapping::run(&problem, starts.get(peak), peak as u32, watch) {
                Ok(mapped) => level(&problem, &mapped.scores, |_| true, watch)
                    .map(|level| if level.loss < mapped.loss { level } else { mapped }),
                Err(stopped) => Err(stopped),
            };
            match begun {
                Ok(centre) => Cloud::around(fit, peak, centre, size),
                Err(stopped) => return Ok(Err(stopped)),
            }
        };
        while cloud.rounds < rounds {
            let left = 1.0 - cloud.rounds as f64 / rounds as f64;
            if let Err(stopped) = cloud.step(&problem, peak, left, watch) {
                return Ok(Err(stopped));
            }
            trail.cloud = Some(cloud.clone());
            keep(&trail)?;
        }
        trail.cloud = None;
        trail.peaks.push(cloud.best);
    }
    let mut peaks = Vec::new();
    for peak in trail.peaks {
        // Levels of small series weigh little in a loss that Venezuelans decide, and much in the shocks that have to mend them.
        match level(&problem, &peak.scores, |nationality| nationality != 0, watch) {
            Ok(levelled) => peaks.push(levelled),
            Err(stopped) => return Ok(Err(stopped)),
        }
    }
    peaks.sort_by(|a, b| a.loss.total_cmp(&b.loss));
    Ok(Ok(peaks))
}

impl Cloud {
    /// A cloud around a point.
    fn around(fit: &Fit, peak: usize, centre: Peak, size: usize) -> Self {
        let seed = fit.chance;
        // The best point is only taken from runs; the centre's is one.
        let point = |m: usize| -> Vec<f64> {
            let prior = prior_scores(seed, number(peak, m));
            let off =
                |(z, p): (&f64, &crate::registry::parameters::Parameter)| z + SPREAD * prior[*p as usize];
            centre.scores.iter().zip(&fit.free).map(off).map(within).collect()
        };
        Self { rounds: 0, points: (0..size).map(point).collect(), best: centre }
    }

    /// One round; `left` is the share of the rounds that is left before it.
    fn step(
        &mut self,
        problem: &Residuals<'_>,
        peak: usize,
        left: f64,
        watch: &mut Watch<'_>,
    ) -> std::result::Result<(), Stopped> {
        let found = problem.at(&self.points, watch)?;
        for (residuals, scores) in found.iter().zip(&self.points) {
            let loss = loss(residuals, scores);
            if loss < self.best.loss {
                self.best = Peak { loss, scores: scores.clone() };
            }
        }
        let (seed, round) = (problem.fit.chance, self.rounds as u32);
        let chance = |m: usize, what: u32, at: usize| {
            sample::normal(seed.words(Decision::Resample, number(peak, m), 2 * round + what, at as u32)[0])
        };
        let (n, size) = (self.best.scores.len(), self.points.len());
        let z = DMatrix::from_fn(n, size, |u, m| self.points[m][u]);
        // What is to become nothing: residuals, and scores, whose prior is at nothing.
        let data = found.first().map_or(0, Vec::len);
        let y =
            DMatrix::from_fn(data + n, size, |d, m| if d < data { found[m][d] } else { z[(d - data, m)] });
        let (around, moves) = (centred(&y), centred(&z));
        let weight = STEP / (size as f64 - 1.0).max(1.0);
        let gram = around.tr_mul(&around) * weight + DMatrix::identity(size, size);
        self.rounds += 1;
        let Some(gram) = Cholesky::new(gram) else { return Ok(()) };
        for m in 0..size {
            let error = (left / STEP).sqrt();
            let off = DVector::from_fn(data + n, |d, _| y[(d, m)] + error * chance(m, 0, d));
            let step = &moves * gram.solve(&(around.tr_mul(&off) * weight));
            for (z, step) in self.points[m].iter_mut().zip(step.iter()) {
                *z = within(*z - step.clamp(-LONGEST, LONGEST));
            }
        }
        let least = SPREAD_LEAST * left;
        for u in 0..n {
            let mean = self.points.iter().map(|z| z[u]).sum::<f64>() / size as f64;
            let variance = self.points.iter().map(|z| (z[u] - mean).powi(2)).sum::<f64>() / size as f64;
            let more = (least * least - variance).max(0.0).sqrt();
            for (m, z) in self.points.iter_mut().enumerate() {
                z[u] = within(z[u] + more * chance(m, 1, u));
            }
        }
        Ok(())
    }
}

/// Number of a point of a cloud in addresses of chance.
fn number(peak: usize, point: usize) -> u32 {
    (peak * CLOUD + point) as u32
}

pub(super) fn within(score: f64) -> f64 {
    score.clamp(-SCORE_MAX, SCORE_MAX)
}

/// Columns less their mean.
fn centred(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = matrix.column_mean();
    let mut centred = matrix.clone();
    for mut column in centred.column_iter_mut() {
        column -= &mean;
    }
    centred
}

/// Rounds of levelling, and the part of a gap that a round closes: networks make an answer larger than its cause.
const ROUNDS: usize = 12;
const CLOSES: f64 = 0.4;

/// The point, of all that were tried, with the smallest gaps when the base rate of each of some nationalities follows the
/// mean gap of its series: what is too high or too low as a whole is no work for a search in fifty dimensions. Not the
/// point with the smallest loss, in which the chance of Venezuelans weighs more than the level of a small series.
fn level(
    problem: &Residuals<'_>,
    start: &[f64],
    moves: impl Fn(usize) -> bool,
    watch: &mut Watch<'_>,
) -> std::result::Result<Peak, Stopped> {
    let fit = problem.fit;
    let mut z = start.to_vec();
    let mut best = (f64::INFINITY, Peak { loss: f64::INFINITY, scores: start.to_vec() });
    for _ in 0..ROUNDS {
        let draw = |_| fit.draw(&z, &problem.calm, ShockLaw::default(), None);
        let found = fit.predict(1, draw, watch)?.remove(0);
        let mut next = z.clone();
        let mut gaps = 0.0;
        for (at, parameter) in fit.free.iter().enumerate() {
            let Some(nationality) = nationality_of(*parameter).filter(|n| moves(*n)) else { continue };
            let gap = fit.mean_gap(&found, series_of(nationality)).clamp(-1.5, 1.5);
            gaps += gap * gap;
            let rate = parameter.definition().quantile(normal_share(z[at])) * (CLOSES * gap).exp();
            next[at] = within(score(*parameter, rate));
        }
        if gaps < best.0 {
            let loss = loss(&problem.of(&found), &z);
            best = (gaps, Peak { loss, scores: z });
        }
        z = next;
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
pub(super) struct Residuals<'a> {
    pub fit: &'a Fit,
    whitening: response::Whitening,
    target: Vec<f64>,
    calm: Vec<[f64; crate::world::conditions::N]>,
}

impl<'a> Residuals<'a> {
    fn new(fit: &'a Fit) -> Self {
        let whitening = response::Whitening::prior(fit);
        Self { fit, target: whitening.apply(&fit.target.values), whitening, calm: fit.calm() }
    }

    /// What agents at some points predict without shocks.
    pub fn predict(
        &self,
        points: &[Vec<f64>],
        watch: &mut Watch<'_>,
    ) -> std::result::Result<Vec<Vec<f64>>, Stopped> {
        let draw = |i: usize| self.fit.draw(&points[i], &self.calm, ShockLaw::default(), None);
        self.fit.predict(points.len(), draw, watch)
    }

    fn at(&self, points: &[Vec<f64>], watch: &mut Watch<'_>) -> std::result::Result<Vec<Vec<f64>>, Stopped> {
        Ok(self.predict(points, watch)?.iter().map(|c| self.of(c)).collect())
    }

    /// The residuals of what is predicted, as they count: those of months within bounds.
    pub fn of(&self, predicted: &[f64]) -> Vec<f64> {
        let mut residuals = self.whitening.residuals(predicted, &self.target);
        residuals[..self.fit.entries()].iter_mut().for_each(|r| *r = bounded(*r));
        residuals
    }
}

/// Residuals of months beyond this many standard deviations count linearly: a guard against one month of no agents. The stops,
/// which are what mechanisms are there to tell, count in full as episodes.
const ROBUST: f64 = 8.0;

/// A residual as it counts: half its square is what it adds to the loss.
fn bounded(residual: f64) -> f64 {
    let size = residual.abs();
    if size < ROBUST { residual } else { (2.0 * ROBUST * size - ROBUST * ROBUST).sqrt().copysign(residual) }
}

/// Minus the log of prior and likelihood, up to a constant.
pub(super) fn loss(residuals: &[f64], z: &[f64]) -> f64 {
    let misfit: f64 = residuals.iter().map(|r| r * r).sum();
    f64::midpoint(misfit, z.iter().map(|x| x * x).sum::<f64>())
}
