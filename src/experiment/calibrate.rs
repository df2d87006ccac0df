//! Calibration: from the prior and what was recorded up to a month to a posterior that scenarios draw from.
//!
//! Unknowns are the standard normal scores of the fitted parameters and of the monthly shocks of every nationality. An
//! ensemble drawn from the prior is moved to the data by the smoother of [`smoother`] (ES-MDA), each step a batch
//! of runs of `history` under common random numbers. Then the spread of the shocks is set so that the shocks inferred
//! are of unit size (empirical Bayes), and the smoother runs once more from the prior. Parameters that data cannot
//! identify keep their prior in every member. Later months than the plan's `until` reach neither the runs nor the data.

use super::draws::Draw;
use super::runner::Progress;
use super::smoother::{self, Target};
use super::study::{
    SERIES, Study, UNIDENTIFIED, fitted, nationality_of, normal_share, prior_scores, score, series_of,
};
use crate::error::{Error, Problem, Result};
use crate::random::{Decision, Seed, sample};
use crate::registry::parameters::{ALL, Parameter};
use crate::units::Month;
use crate::world::conditions::N;
use nalgebra::DMatrix;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Months after its own for which a shock can still be seen in entries: intent is stored for months.
const SHOCK_REACH: usize = 8;

/// Passes of the smoother: the first finds the size of the shocks, the second uses it.
const PASSES: u32 = 2;

/// What to fit, and with what effort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    /// Last month whose data may be used.
    #[serde(serialize_with = "as_text")]
    pub until: Month,
    /// Members of the ensemble.
    pub members: u32,
    /// Steps of the smoother in each pass.
    pub steps: u32,
    /// People that an agent stands for.
    pub scale: u32,
    /// Seed of the prior draws, of the runs' chance and of the perturbed data.
    pub seed: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn as_text<S: serde::Serializer>(month: &Month, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(&month.to_string())
}

impl Plan {
    /// Runs of the model that the plan takes: every step of every pass, and a last look.
    pub fn runs(&self) -> u64 {
        u64::from(self.members) * u64::from(self.steps * PASSES + 1)
    }

    /// Whether the numbers make sense.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] that names every number out of range.
    pub fn check(&self) -> Result<()> {
        let mut wrong = Vec::new();
        if !(10..=5000).contains(&self.members) {
            wrong.push(format!("{} members (10 to 5000 are possible)", self.members));
        }
        if !(1..=20).contains(&self.steps) {
            wrong.push(format!("{} steps (1 to 20 are possible)", self.steps));
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Usage(wrong.join("; "))) }
    }
}

/// The state of a calibration between two steps: everything that the rest depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Steps done, over all passes.
    pub done: u32,
    /// Size of the shocks: factor on the default spread for Venezuelans and for the others.
    pub size: [f64; 2],
    /// Scores: a row an unknown, a column a member.
    pub unknowns: DMatrix<f64>,
}

/// A finished calibration.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// Members of the posterior.
    pub members: Vec<Draw>,
    /// Scores of the posterior: parameters of [`Fit::free`] first, then shocks.
    pub unknowns: DMatrix<f64>,
    /// What each member predicts of the target: a row a datum, a column a member.
    pub predicted: DMatrix<f64>,
    /// What it was fitted to.
    pub target: Target,
}

/// The fit of a plan to data.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The plan.
    pub plan: Plan,
    study: Study,
    target: Target,
    free: Vec<Parameter>,
}

impl Fit {
    /// The fit of a plan to what was recorded.
    ///
    /// # Errors
    ///
    /// If the plan's numbers are out of range.
    pub fn new(plan: Plan) -> Result<Self> {
        plan.check()?;
        let study = Study::new(plan.until, plan.scale, plan.seed)?;
        let (values, errors) = study.recorded();
        Ok(Self { plan, study, target: Target { values, errors }, free: fitted() })
    }

    /// The same plan fitted to other values, e.g. those of a synthetic history. Errors stay those of the record.
    #[must_use]
    pub fn to(mut self, values: Vec<f64>) -> Self {
        self.target.values = values;
        self
    }

    /// The study behind it.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The parameters that are fitted, in the order of the unknowns.
    pub fn free(&self) -> &[Parameter] {
        &self.free
    }

    /// What it is fitted to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Where every calibration begins: the prior.
    pub fn start(&self) -> Stage {
        Stage { done: 0, size: [1.0, 1.0], unknowns: self.prior() }
    }

    fn prior(&self) -> DMatrix<f64> {
        let seed = Seed::new(self.plan.seed);
        let rows = self.free.len() + self.study.months * N;
        let mut unknowns = DMatrix::zeros(rows, self.plan.members as usize);
        for (m, mut column) in unknowns.column_iter_mut().enumerate() {
            let scores = prior_scores(seed, m as u32);
            for (u, p) in self.free.iter().enumerate() {
                column[u] = scores[*p as usize];
            }
            for shock in 0..self.study.months * N {
                let (month, n) = (shock / N, shock % N);
                let word = seed.words(Decision::Mood, n as u32, month as u32, 1 + m as u32)[0];
                column[self.free.len() + shock] = sample::normal(word);
            }
        }
        unknowns
    }

    /// The draw of a column of scores; parameters that are not fitted come from the prior of member `member`.
    pub fn draw(&self, scores: &[f64], size: [f64; 2], member: u32) -> Draw {
        let kept = prior_scores(Seed::new(self.plan.seed), member);
        let mut point: Vec<(Parameter, f64)> =
            self.free.iter().copied().zip(scores.iter().copied()).collect();
        for (p, _) in UNIDENTIFIED.iter().filter(|(p, _)| !SIZES.contains(p)) {
            point.push((*p, kept[*p as usize]));
        }
        let shocks: Vec<[f64; N]> =
            scores[self.free.len()..].chunks(N).map(|c| std::array::from_fn(|n| c[n])).collect();
        let mut draw = self.study.draw(&point, &shocks);
        for (p, value) in spread(size) {
            draw.parameters.set(p, value);
        }
        draw
    }

    /// One step: runs all members and moves them. Returns `false`, with nothing changed, when `stop` was set.
    pub fn step(&self, stage: &mut Stage, stop: &AtomicBool, progress: &mut impl Progress) -> bool {
        let Some(predicted) = self.predict(stage, stop, progress) else { return false };
        let months = self.study.months;
        let (params, data) = (self.free.len(), SERIES.len() * months);
        let acts = |unknown: usize, datum: usize| -> bool {
            if unknown < params {
                return nationality_of(self.free[unknown])
                    .is_none_or(|n| datum >= data || series_of(n) == datum / months);
            }
            let (month, n) = ((unknown - params) / N, (unknown - params) % N);
            datum < data
                && series_of(n) == datum / months
                && (month..=month + SHOCK_REACH).contains(&(datum % months))
        };
        smoother::update(
            &mut stage.unknowns,
            &predicted,
            &self.target,
            f64::from(self.plan.steps),
            Seed::new(self.plan.seed),
            stage.done,
            acts,
        );
        stage.done += 1;
        if stage.done.is_multiple_of(self.plan.steps) && stage.done < self.steps() {
            for (venezuelans, size) in stage.size.iter_mut().enumerate() {
                let mine = |n: usize| (n == 0) == (venezuelans == 0);
                let squares: Vec<f64> = (params..stage.unknowns.nrows())
                    .filter(|u| mine((u - params) % N))
                    .flat_map(|u| stage.unknowns.row(u).iter().map(|z| z * z).collect::<Vec<_>>())
                    .collect();
                *size *= (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
            }
            stage.unknowns = self.prior();
        }
        true
    }

    /// Steps in all.
    pub fn steps(&self) -> u32 {
        self.plan.steps * PASSES
    }

    fn predict(
        &self,
        stage: &Stage,
        stop: &AtomicBool,
        progress: &mut impl Progress,
    ) -> Option<DMatrix<f64>> {
        let members = self.plan.members as usize;
        let before = u64::from(stage.done) * members as u64;
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(members);
        let batch = rayon::current_num_threads().max(1) * 4;
        while columns.len() < members {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let next = columns.len()..(columns.len() + batch).min(members);
            let more: Vec<Vec<f64>> = next
                .into_par_iter()
                .map(|m| {
                    let scores: Vec<f64> = stage.unknowns.column(m).iter().copied().collect();
                    let draw = self.draw(&scores, stage.size, m as u32);
                    self.study.predicted(&self.study.simulate(&draw, 0))
                })
                .collect();
            columns.extend(more);
            progress.report(before + columns.len() as u64, self.plan.runs());
        }
        Some(DMatrix::from_fn(self.target.values.len(), members, |d, m| columns[m][d]))
    }

    /// Runs all members once more and hands them over; none when `stop` was set.
    pub fn finish(
        &self,
        stage: &Stage,
        stop: &AtomicBool,
        progress: &mut impl Progress,
    ) -> Option<Calibrated> {
        let predicted = self.predict(stage, stop, progress)?;
        let members = (0..self.plan.members)
            .map(|m| {
                let scores: Vec<f64> = stage.unknowns.column(m as usize).iter().copied().collect();
                self.draw(&scores, stage.size, m)
            })
            .collect();
        Some(Calibrated { members, unknowns: stage.unknowns.clone(), predicted, target: self.target.clone() })
    }

    /// Everything from the prior to the posterior; none when `stop` was set.
    pub fn run(&self, stop: &AtomicBool, progress: &mut impl Progress) -> Option<Calibrated> {
        let mut stage = self.start();
        while stage.done < self.steps() {
            if !self.step(&mut stage, stop, progress) {
                return None;
            }
        }
        self.finish(&stage, stop, progress)
    }

    /// A synthetic history: scores drawn from the prior, what they predict, and errors of the record's size on top.
    pub fn synthetic(&self, number: u32) -> (Vec<f64>, Vec<f64>) {
        // Members of a calibration are numbered from 0; truths come from the other end.
        let truth = u32::MAX - number;
        let seed = Seed::new(self.plan.seed);
        let all = prior_scores(seed, truth);
        let mut scores: Vec<f64> = self.free.iter().map(|p| all[*p as usize]).collect();
        for shock in 0..self.study.months * N {
            let word = seed.words(Decision::Mood, (shock % N) as u32, (shock / N) as u32, truth)[0];
            scores.push(sample::normal(word));
        }
        let draw = self.draw(&scores, [1.0, 1.0], truth);
        let mut values = self.study.predicted(&self.study.simulate(&draw, u64::from(number) + 1));
        for (d, value) in values.iter_mut().enumerate() {
            let word = seed.words(Decision::Resample, truth, u32::MAX, d as u32)[0];
            *value += self.target.errors[d] * sample::normal(word);
        }
        (scores, values)
    }
}

/// The parameters that say how large shocks are; set by the smoother's passes.
const SIZES: [Parameter; 2] = [Parameter::MoodSpread, Parameter::MoodSmall];

/// The sizes of shocks as parameters, within their priors' ranges.
fn spread(size: [f64; 2]) -> [(Parameter, f64); 2] {
    let default = |p: Parameter| p.definition().definition.default;
    let within = |p: Parameter, v: f64| {
        let d = p.definition();
        v.clamp(d.quantile(0.0), d.quantile(1.0))
    };
    let large = within(Parameter::MoodSpread, default(Parameter::MoodSpread) * size[0]);
    let small = default(Parameter::MoodSpread) * default(Parameter::MoodSmall) * size[1] / large;
    [(Parameter::MoodSpread, large), (Parameter::MoodSmall, within(Parameter::MoodSmall, small))]
}

/// A parameter before and after the data.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Learned {
    /// Name.
    pub parameter: &'static str,
    /// Quantiles 0.05, 0.5 and 0.95 of the prior.
    pub prior: [f64; 3],
    /// The same of the posterior.
    pub posterior: [f64; 3],
    /// Standard deviation of the posterior over that of the prior, on the scale of scores: 1 means that nothing was learnt.
    pub width: f64,
    /// Whether it was fitted; otherwise why not.
    pub kept: Option<&'static str>,
}

/// What was learnt of each parameter.
pub fn learned(members: &[Draw]) -> Vec<Learned> {
    ALL.iter()
        .map(|&p| {
            let d = p.definition();
            let values =
                crate::experiment::summary::sorted(members.iter().map(|m| m.parameters[p]).collect());
            let scores: Vec<f64> = values.iter().map(|v| score(p, *v)).collect();
            let at = |q: f64| crate::experiment::summary::quantile(&values, q);
            Learned {
                parameter: d.definition.name,
                prior: [d.quantile(0.05), d.quantile(0.5), d.quantile(0.95)],
                posterior: [at(0.05), at(0.5), at(0.95)],
                width: crate::experiment::summary::deviation(&scores),
                kept: UNIDENTIFIED.iter().find(|(u, _)| *u == p).map(|(_, why)| *why),
            }
        })
        .collect()
}

/// Where the truth of one synthetic history lies in its posterior, parameter by parameter.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Recovery {
    /// Number of the synthetic history.
    pub history: u32,
    /// Share of the posterior below the truth, 0–1, by fitted parameter.
    pub ranks: Vec<f64>,
}

impl Recovery {
    /// Ranks of the true scores in a posterior.
    pub fn new(history: u32, truth: &[f64], posterior: &Calibrated, parameters: usize) -> Self {
        let ranks = (0..parameters)
            .map(|u| {
                let row = posterior.unknowns.row(u);
                row.iter().filter(|z| **z < truth[u]).count() as f64 / row.len() as f64
            })
            .collect();
        Self { history, ranks }
    }
}

/// Share of ranks inside the central interval of a level.
pub fn covered(recoveries: &[Recovery], level: f64) -> f64 {
    let inside = ((1.0 - level) / 2.0)..=f64::midpoint(1.0, level);
    let ranks: Vec<f64> = recoveries.iter().flat_map(|r| r.ranks.iter().copied()).collect();
    ranks.iter().filter(|r| inside.contains(r)).count() as f64 / ranks.len().max(1) as f64
}

/// Reads a stage as [`Stage::text`] writes it.
///
/// # Errors
///
/// [`Error::Invalid`] if the text is damaged or of another plan.
pub fn read_stage(name: &str, text: &str, rows: usize, members: usize) -> Result<Stage> {
    let damaged = || {
        Error::invalid(
            Problem::new(name, "is no stage of this calibration")
                .with_hint("delete it, or leave out `--resume`, to start anew"),
        )
    };
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().ok_or_else(damaged)?.split(' ').collect();
    let number = |t: &str| t.parse::<f64>().ok().filter(|v| v.is_finite()).ok_or_else(damaged);
    let [done, a, b] = head[..] else { return Err(damaged()) };
    let done: u32 = done.parse().map_err(|_| damaged())?;
    let values = lines.flat_map(|l| l.split(' ')).map(number).collect::<Result<Vec<f64>>>()?;
    if values.len() != rows * members {
        return Err(damaged());
    }
    Ok(Stage {
        done,
        size: [number(a)?, number(b)?],
        unknowns: DMatrix::from_row_slice(rows, members, &values),
    })
}

impl Stage {
    /// The stage as text, to the last digit.
    pub fn text(&self) -> String {
        let mut text = format!("{} {:?} {:?}\n", self.done, self.size[0], self.size[1]);
        for row in self.unknowns.row_iter() {
            text.push_str(&row.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>().join(" "));
            text.push('\n');
        }
        text
    }
}

/// The score of the standard normal below which a share lies; for reports.
pub fn share_of(score: f64) -> f64 {
    normal_share(score)
}
