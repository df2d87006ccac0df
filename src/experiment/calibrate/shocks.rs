//! Step 4: the shocks of each member, by randomised maximum likelihood.
//!
//! Every member has shocks of its own from the prior and data with errors of their own on top, and looks for the shocks
//! nearest to the first that meet the second, by Gauss-Newton steps with the response measured at the best point. A
//! step that leads a member away is taken back, and its next one is shorter.

use super::{Fit, Response, Stopped, Watch, column, matrix};
use crate::experiment::study::{SERIES, series_of};
use crate::random::{Decision, Seed, sample};
use crate::world::conditions::N;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Gauss-Newton steps from no shocks.
pub(super) const ITERATIONS: u32 = 14;

/// Gauss-Newton steps when only months were added.
pub(super) const MORE: u32 = 4;

/// Part of a step that is taken at most: the response differs from member to member.
const DAMPING: f64 = 0.7;

/// By how much the part grows after a step that led nearer, and shrinks after one that led away.
const LONGER: f64 = 1.5;
const SHORTER: f64 = 0.4;

/// Largest shock, standard deviations.
const LARGEST: f64 = 6.0;

/// One series: its nationalities, their joint response and the gain.
struct Joint {
    members: Vec<usize>,
    response: DMatrix<f64>,
    gain: DMatrix<f64>,
}

/// Shocks by month and nationality, a path a member.
pub(super) type Paths = Vec<Vec<[f64; N]>>;

/// More months than any study has.
const MONTHS_MAX: usize = 4096;

/// Shocks of a member before it has seen data.
fn prior(seed: Seed, member: usize, months: std::ops::Range<usize>) -> Vec<[f64; N]> {
    let z = |month: usize, n: usize| {
        sample::normal(seed.words(Decision::Mood, n as u32, month as u32, 1 + member as u32)[0])
    };
    months.map(|month| std::array::from_fn(|n| z(month, n))).collect()
}

/// Paths of an earlier fit with the prior's shocks in the months that were added.
pub(super) fn extended(fit: &Fit, paths: &[Vec<[f64; N]>]) -> Paths {
    let seed = Seed::new(fit.plan.seed);
    let longer = |(m, path): (usize, &Vec<[f64; N]>)| {
        let added = prior(seed, m, path.len()..fit.study.months);
        path.iter().copied().chain(added).collect()
    };
    paths.iter().enumerate().map(longer).collect()
}

/// Moves the members' shocks from `paths`, with which they predict `predicted`, to the data in so many `steps`.
pub(super) fn run(
    fit: &Fit,
    response: &Response,
    scores: &DMatrix<f64>,
    (mut paths, predicted, steps): (Paths, &DMatrix<f64>, u32),
    watch: &mut Watch<'_>,
) -> Result<(Paths, DMatrix<f64>), Stopped> {
    let months = fit.study.months;
    let seed = Seed::new(fit.plan.seed);
    let joints: Vec<Joint> = (0..SERIES.len()).map(|s| joint(fit, response, s)).collect();
    let prior: Paths = (0..scores.ncols()).map(|m| prior(seed, m, 0..months)).collect();
    let wanted: Vec<Vec<f64>> = (0..scores.ncols())
        .map(|m| {
            (0..fit.entries())
                .map(|d| {
                    // The same error of a month at every origin.
                    let at = (d / months * MONTHS_MAX + d % months) as u32;
                    let z = sample::normal(seed.words(Decision::Resample, m as u32, u32::MAX, at)[0]);
                    fit.target.values[d] + fit.target.errors[d] * z
                })
                .collect()
        })
        .collect();
    let misfit = |m: usize, path: &[[f64; N]], predicted: &[f64]| -> f64 {
        let data: f64 =
            (0..fit.entries()).map(|d| ((predicted[d] - wanted[m][d]) / fit.target.errors[d]).powi(2)).sum();
        let moved = path.iter().flatten().zip(prior[m].iter().flatten());
        data + moved.map(|(z, p)| (z - p).powi(2)).sum::<f64>()
    };
    let mut predicted: Vec<Vec<f64>> = (0..scores.ncols()).map(|m| column(predicted, m)).collect();
    let mut nearest: Vec<f64> = (0..paths.len()).map(|m| misfit(m, &paths[m], &predicted[m])).collect();
    let mut parts = vec![DAMPING; paths.len()];
    for _ in 0..steps {
        let stepped = |m: usize| {
            let mut path = paths[m].clone();
            for (s, joint) in joints.iter().enumerate() {
                let at = s * months;
                let gap = DVector::from_fn(months, |i, _| wanted[m][at + i] - predicted[m][at + i]);
                joint.step(&mut path, &prior[m], &gap, parts[m]);
            }
            path
        };
        let tried: Paths = (0..paths.len()).map(stepped).collect();
        let draw = |m: usize| fit.draw(&column(scores, m), &tried[m], response.size, Some(m as u32));
        let found = fit.predict(scores.ncols(), draw, watch)?;
        for (m, (path, found)) in tried.into_iter().zip(found).enumerate() {
            let reached = misfit(m, &path, &found);
            if reached < nearest[m] {
                (paths[m], predicted[m], nearest[m]) = (path, found, reached);
                parts[m] = (parts[m] * LONGER).min(DAMPING);
            } else {
                parts[m] *= SHORTER;
            }
        }
    }
    Ok((paths, matrix(&predicted)))
}

fn joint(fit: &Fit, response: &Response, series: usize) -> Joint {
    let months = fit.study.months;
    let members: Vec<usize> = (0..N).filter(|n| series_of(*n) == series).collect();
    let mut all = DMatrix::zeros(months, months * members.len());
    for (i, n) in members.iter().enumerate() {
        all.view_mut((0, i * months), (months, months)).copy_from(&response.of(*n));
    }
    let mut covariance = &all * all.transpose();
    for month in 0..months {
        covariance[(month, month)] += fit.target.errors[series * months + month].powi(2);
    }
    let gain = Cholesky::new(covariance)
        .map_or_else(|| DMatrix::zeros(all.ncols(), months), |c| c.solve(&all).transpose());
    Joint { members, response: all, gain }
}

impl Joint {
    /// Part of a step of a member's path towards `gap` more entries, starting anew from its prior shocks.
    fn step(&self, path: &mut [[f64; N]], prior: &[[f64; N]], gap: &DVector<f64>, part: f64) {
        let months = path.len();
        let of = |p: &[[f64; N]]| {
            DVector::from_fn(self.response.ncols(), |i, _| p[i % months][self.members[i / months]])
        };
        let (now, first) = (of(path), of(prior));
        let next = &first + &self.gain * (gap - &self.response * (&first - &now));
        for i in 0..next.len() {
            let z = &mut path[i % months][self.members[i / months]];
            *z = (*z + part * (next[i] - *z)).clamp(-LARGEST, LARGEST);
        }
    }
}
