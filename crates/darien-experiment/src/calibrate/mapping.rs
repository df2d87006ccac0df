//! Space mapping: agents are asked where an emulator that agrees with them where they were last asked has its best point
//! (Bandler and others, "Space mapping technique for electromagnetic optimization", IEEE Trans. Microwave Theory Tech.
//! 42, 1994; Bakr and others, "A trust region aggressive space mapping algorithm", the same, 46, 1998).
//!
//! The difference of agents and emulator, datum by datum, is taken as the same near a point. The best point of the emulator so
//! corrected within a trust region is found by Levenberg's and Marquardt's method (Marquardt, J. Soc. Indust. Appl. Math. 11,
//! 1963); agents say whether it is better, and the difference is taken there.

use super::emulator::Emulator;
use super::search::{Peak, Residuals, loss, within};
use super::{Stopped, Watch};
use crate::study::prior_scores;
use nalgebra::{Cholesky, DMatrix, DVector};
use rayon::prelude::*;

/// Points of the prior from which the emulator is searched, and how far they lie from its middle, in its standard deviations.
const STARTS: u32 = 6;
const APART: f64 = 0.7;

/// Rounds at most.
const ROUNDS: usize = 8;

/// Radii of the trust region that are tried in one round, over that of the round (scores have a prior of standard deviation 1,
/// and a region penalises the square of the distance over the radius), the first radius, and the least.
const RADII: [f64; 2] = [1.0, 0.35];
const RADIUS: f64 = 0.5;
const RADIUS_LEAST: f64 = 0.03;

/// Steps of one descent at most, trials of a step's damping, difference of two points by which a slope is taken, longest step in
/// a parameter, and relative gain below which a descent ends.
const STEPS: usize = 40;
const TRIES: usize = 6;
const NUDGE: f64 = 0.02;
const LONGEST: f64 = 0.8;
const CONVERGED: f64 = 1e-3;

/// Runs of agents that it takes at most.
pub(super) const RUNS: usize = 1 + ROUNDS * RADII.len();

/// The best point that agents were asked of. The way begins at `start`, else where the emulator alone has its best point.
pub(super) fn run(
    problem: &Residuals<'_>,
    start: Option<&Vec<f64>>,
    attempt: u32,
    watch: &mut Watch<'_>,
) -> Result<Peak, Stopped> {
    let fit = problem.fit;
    let emulator = Emulator::new(fit);
    let mapping = Mapping { problem, emulator };
    let begin = if let Some(start) = start {
        start.clone()
    } else {
        let mut best = (f64::INFINITY, fit.middle());
        for i in 0..STARTS {
            let prior = prior_scores(fit.chance, attempt * STARTS + i);
            let start: Vec<f64> = fit.free.iter().map(|p| within(APART * prior[*p as usize])).collect();
            let ended = mapping.descend(&[], &start, None, watch)?;
            if ended.0 < best.0 {
                best = ended;
            }
        }
        best.1
    };
    let mut found = problem.predict(std::slice::from_ref(&begin), watch)?.remove(0);
    let mut peak = Peak { loss: loss(&problem.of(&found), &begin), scores: begin };
    let mut radius = RADIUS;
    for _ in 0..ROUNDS {
        let difference = mapping.difference(&peak.scores, &found);
        let mut tried = Vec::new();
        for share in RADII {
            let region = Some((peak.scores.as_slice(), radius * share));
            tried.push(mapping.descend(&difference, &peak.scores, region, watch)?.1);
        }
        let answers = problem.predict(&tried, watch)?;
        let mut better = None;
        for (i, (scores, answer)) in tried.iter().zip(&answers).enumerate() {
            let loss = loss(&problem.of(answer), scores);
            if loss < peak.loss {
                (peak, better) = (Peak { loss, scores: scores.clone() }, Some(i));
            }
        }
        match better {
            Some(i) => {
                found.clone_from(&answers[i]);
                radius *= if i == 0 { 1.5 } else { 0.7 };
            }
            None => radius *= 0.35,
        }
        if radius < RADIUS_LEAST {
            break;
        }
    }
    Ok(peak)
}

struct Mapping<'a> {
    problem: &'a Residuals<'a>,
    emulator: Emulator<'a>,
}

impl Mapping<'_> {
    /// What agents predict less what the emulator does, datum by datum; what the emulator cannot tell counts as whole.
    fn difference(&self, scores: &[f64], found: &[f64]) -> Vec<f64> {
        let emulated = self.emulator.predicted(&self.emulator.parameters(scores));
        found.iter().zip(emulated).map(|(agents, emulated)| agents - emulated.unwrap_or(0.0)).collect()
    }

    /// Residuals of the data where the emulator is corrected; what it cannot tell is as agents had it, and right before they are
    /// asked.
    fn of_data(&self, difference: &[f64], scores: &[f64]) -> Vec<f64> {
        let emulated = self.emulator.predicted(&self.emulator.parameters(scores));
        let target = &self.problem.fit.target.values;
        let corrected: Vec<f64> = emulated
            .iter()
            .zip(target)
            .enumerate()
            .map(|(d, (emulated, target))| match (emulated, difference.get(d)) {
                (Some(value), difference) => value + difference.unwrap_or(&0.0),
                (None, Some(agents)) => *agents,
                (None, None) => *target,
            })
            .collect();
        self.problem.of(&corrected)
    }

    /// Residuals of the corrected emulator at some scores: of data, then of the prior, then of the trust region around `centre`.
    /// Half the sum of their squares is the loss.
    fn residuals(&self, difference: &[f64], scores: &[f64], region: Option<(&[f64], f64)>) -> DVector<f64> {
        let mut all = self.of_data(difference, scores);
        all.extend(scores);
        if let Some((centre, radius)) = region {
            all.extend(scores.iter().zip(centre).map(|(z, c)| (z - c) / radius));
        }
        DVector::from_vec(all)
    }

    /// Goes down from a point by Levenberg's and Marquardt's method: the loss where it ends, and the scores.
    fn descend(
        &self,
        difference: &[f64],
        start: &[f64],
        region: Option<(&[f64], f64)>,
        watch: &Watch<'_>,
    ) -> Result<(f64, Vec<f64>), Stopped> {
        let n = start.len();
        let half = |r: &DVector<f64>| 0.5 * r.norm_squared();
        let mut z = start.to_vec();
        let mut here = self.residuals(difference, &z, region);
        let mut damping = 1.0;
        for _ in 0..STEPS {
            if watch.is_stopped() {
                return Err(Stopped);
            }
            let moved = |u: usize| {
                let mut other = z.clone();
                other[u] += if z[u] > 0.0 { -NUDGE } else { NUDGE };
                (self.residuals(difference, &other, region) - &here) / (other[u] - z[u])
            };
            let slopes: Vec<DVector<f64>> = (0..n).into_par_iter().map(moved).collect();
            let slopes = DMatrix::from_columns(&slopes);
            let (gradient, curvature) = (slopes.tr_mul(&here), slopes.tr_mul(&slopes));
            let before = half(&here);
            for _ in 0..TRIES {
                let damped = &curvature + DMatrix::from_diagonal(&(curvature.diagonal() * damping));
                let Some(factor) = Cholesky::new(damped) else { break };
                let step = factor.solve(&gradient);
                let next: Vec<f64> =
                    z.iter().zip(step.iter()).map(|(z, s)| within(z - s.clamp(-LONGEST, LONGEST))).collect();
                let there = self.residuals(difference, &next, region);
                if half(&there) < half(&here) {
                    (z, here) = (next, there);
                    damping = (damping * 0.2).max(1e-4);
                    break;
                }
                damping *= 6.0;
            }
            if before - half(&here) < CONVERGED * before {
                break;
            }
        }
        Ok((half(&here), z))
    }
}
