//! Step 4: the shocks of each member, by randomised maximum likelihood.
//!
//! Every member has shocks of its own from the prior and data with errors of their own on top, and looks for the shocks
//! nearest to the first that meet the second, by Gauss-Newton steps with the response measured at the best point.

use super::{Fit, Response, Stopped, Watch, column, matrix};
use crate::experiment::study::{SERIES, series_of};
use crate::random::{Decision, Seed, sample};
use crate::world::conditions::N;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Gauss-Newton steps.
pub(super) const ITERATIONS: u32 = 6;

/// Part of each step that is taken: the response differs from member to member.
const DAMPING: f64 = 0.7;

/// Largest shock, standard deviations.
const LARGEST: f64 = 6.0;

/// One series: its nationalities, their joint response and the gain.
struct Joint {
    members: Vec<usize>,
    response: DMatrix<f64>,
    gain: DMatrix<f64>,
}

/// Shocks by month and nationality, a path a member.
type Paths = Vec<Vec<[f64; N]>>;

/// Gives the members' shocks, and what they predict with them.
pub(super) fn run(
    fit: &Fit,
    response: &Response,
    scores: &DMatrix<f64>,
    unshocked: &DMatrix<f64>,
    watch: &mut Watch<'_>,
) -> Result<(Paths, DMatrix<f64>), Stopped> {
    let months = fit.study.months;
    let seed = Seed::new(fit.plan.seed);
    let joints: Vec<Joint> = (0..SERIES.len()).map(|s| joint(fit, response, s)).collect();
    let prior: Paths = (0..scores.ncols())
        .map(|m| {
            let z = |month: usize, n: usize| {
                sample::normal(seed.words(Decision::Mood, n as u32, month as u32, 1 + m as u32)[0])
            };
            (0..months).map(|month| std::array::from_fn(|n| z(month, n))).collect()
        })
        .collect();
    let wanted: Vec<Vec<f64>> = (0..scores.ncols())
        .map(|m| {
            (0..fit.entries())
                .map(|d| {
                    let z = sample::normal(seed.words(Decision::Resample, m as u32, u32::MAX, d as u32)[0]);
                    fit.target.values[d] + fit.target.errors[d] * z
                })
                .collect()
        })
        .collect();
    let mut paths: Paths = vec![fit.calm(); scores.ncols()];
    let mut predicted: Vec<Vec<f64>> = (0..scores.ncols()).map(|m| column(unshocked, m)).collect();
    for _ in 0..ITERATIONS {
        for (m, path) in paths.iter_mut().enumerate() {
            for (s, joint) in joints.iter().enumerate() {
                let at = s * months;
                let gap = DVector::from_fn(months, |i, _| wanted[m][at + i] - predicted[m][at + i]);
                joint.step(path, &prior[m], &gap);
            }
        }
        let draw = |m: usize| fit.draw(&column(scores, m), &paths[m], response.size, Some(m as u32));
        predicted = fit.predict(scores.ncols(), draw, watch)?;
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
    /// One damped step of a member's path towards `gap` more entries, starting anew from its prior shocks.
    fn step(&self, path: &mut [[f64; N]], prior: &[[f64; N]], gap: &DVector<f64>) {
        let months = path.len();
        let of = |p: &[[f64; N]]| {
            DVector::from_fn(self.response.ncols(), |i, _| p[i % months][self.members[i / months]])
        };
        let (now, first) = (of(path), of(prior));
        let next = &first + &self.gain * (gap - &self.response * (&first - &now));
        for i in 0..next.len() {
            let z = &mut path[i % months][self.members[i / months]];
            *z = (*z + DAMPING * (next[i] - *z)).clamp(-LARGEST, LARGEST);
        }
    }
}
