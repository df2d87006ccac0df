//! Calibration: from the prior and what was recorded up to a month to a posterior that scenarios draw from.
//!
//! Unknowns are the standard normal scores of the fitted parameters, and of the monthly shocks of every nationality. The
//! record is taken as the model's answer without shocks, plus what shocks do to it, plus errors of recording, on the
//! log scale. Five steps follow:
//!
//! 1. Search: the most likely parameters without shocks, by space mapping with a mean-field emulator, levelling of base rates
//!    and ensemble Kalman inversion with common random numbers; several clouds of points, since one ends on one peak.
//! 2. [`ShockLaw`]: how large shocks are and how long they last, as makes the way to the record most likely (empirical
//!    Bayes).
//! 3. [`Response`]: what such shocks do to the monthly entries.
//! 4. Sample: parameters of members from the normal distributions around the peaks that the measured derivatives and the
//!    prior give (Laplace's approximation).
//! 5. Track: each member's shocks by randomised maximum likelihood, month by month from checkpoints, so that every member
//!    passes near the record.
//!
//! Where a search ends is chance. Several with chance of their own share the members ([`Plan::shared`]), and what they
//! found is joined ([`Calibrated::joined`]).
//!
//! Parameters that data cannot identify keep their prior in every member. Later months than the plan's `until` reach
//! neither the runs nor the data.

mod emulator;
mod found;
mod law;
mod learned;
mod mapping;
mod recover;
mod response;
mod sample;
mod search;
mod track;

pub use found::{Calibrated, Known};
pub use law::ShockLaw;
pub use learned::{Learned, learned};
pub use recover::{Recovery, covered};
pub use response::Response;
pub use search::{PEAKS, Peak, Trail};

use super::draws::Draw;
use super::runner::Progress;
use super::study::{
    RECORDING, SERIES, Study, UNIDENTIFIED, is_known, log_change, normal_share, people, prior_scores,
};
use crate::error::{Error, Result};
use crate::random::Seed;
use crate::registry::parameters::{ALL, Parameter};
use crate::units::Month;
use crate::world::conditions::N;
use nalgebra::DMatrix;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Scores are kept within this many standard deviations of the prior: beyond, a bounded parameter no longer moves.
const SCORE_MAX: f64 = 2.5;

/// How much finer agents are where derivatives are measured.
const FINER: u32 = 3;

/// What to fit, and with what effort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    /// Last month whose data may be used.
    #[serde(serialize_with = "as_text")]
    pub until: Month,
    /// Runs of the search for the most likely parameters.
    pub search: u32,
    /// Members of the posterior.
    pub members: u32,
    /// People that an agent stands for, of smaller nationalities fewer.
    pub scale: u32,
    /// Seed of the prior draws, of the runs' chance and of the perturbed data.
    pub seed: u64,
    /// Which it is of several plans with the same seed, from 0 on: each has chance of its own.
    #[serde(skip)]
    pub nth: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn as_text<S: serde::Serializer>(month: &Month, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(&month.to_string())
}

impl Plan {
    /// The plans of `searches` searches that share the members of this one: where one ends is chance, so that members of
    /// several speak together.
    pub fn shared(self, searches: u32) -> Vec<Self> {
        let members = |nth: u32| (self.members + searches - 1 - nth) / searches;
        (0..searches).map(|nth| Self { members: members(nth), nth, ..self }).collect()
    }

    /// The replicate of chance of the model's runs; those of synthetic histories are numbered from 1.
    pub(crate) fn replicate(&self) -> u64 {
        u64::from(self.nth) << 32
    }

    /// The chance of the fit itself.
    fn chance(&self) -> Seed {
        let seed = Seed::new(self.seed);
        if self.nth == 0 { seed } else { seed.replicate(u64::MAX - u64::from(self.nth)) }
    }

    /// Runs of the model that the plan takes at most, for `months` months of data.
    pub fn runs(&self, months: usize) -> u64 {
        search::runs(self.search)
            + (PEAKS * (months + 1 + 2 * fitted().len())) as u64
            + u64::from(self.members) * (track::TRIES + 3) as u64
            + (law::RUNS * (track::TRIES + 1)) as u64
    }

    /// Whether the numbers make sense.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] that names every number out of range.
    pub fn check(&self) -> Result<()> {
        let mut wrong = Vec::new();
        for (name, value, range) in [
            ("runs of the search", self.search, 0..=1_000_000),
            ("members of a search", self.members, 10..=5000),
        ] {
            if !range.contains(&value) {
                wrong.push(format!("{value} {name} ({} to {} are possible)", range.start(), range.end()));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Usage(wrong.join("; "))) }
    }
}

/// What is fitted: values, and the standard deviations of their errors.
#[derive(Debug, Clone)]
pub struct Target {
    /// Values.
    pub values: Vec<f64>,
    /// Standard deviations of their errors.
    pub errors: Vec<f64>,
}

/// The fit of a plan to data.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The plan.
    pub plan: Plan,
    study: Study,
    target: Target,
    free: Vec<Parameter>,
    /// Chance of the fit; that of the model's runs is the study's.
    chance: Seed,
}

/// Set when the user asks to stop; the fit then gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// Runs under way: the flag that stops them, and who is told of progress.
pub(crate) struct Watch<'a> {
    stop: &'a AtomicBool,
    report: &'a mut dyn FnMut(u64),
    done: u64,
}

impl Watch<'_> {
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
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
        Ok(Self { plan, study, target: Target { values, errors }, free: fitted(), chance: plan.chance() })
    }

    /// The same plan fitted to other values, e.g. those of a synthetic history. Errors stay those of the record.
    #[must_use]
    pub fn to(mut self, values: Vec<f64>) -> Self {
        self.target.values = values;
        self
    }

    /// The same fit with finer agents: for derivatives, in which the noise of coarse agents drowns what is sought.
    pub(crate) fn finer(&self) -> Result<Self> {
        let plan = Plan { scale: (self.plan.scale / FINER).max(1), ..self.plan };
        Ok(Self::new(plan)?.to(self.target.values.clone()))
    }

    /// Standard deviation of a datum's own error, none where it is not on record: what is drawn around it.
    fn error(&self, datum: usize) -> f64 {
        Some(self.target.errors[datum]).filter(|e| is_known(*e)).unwrap_or(0.0)
    }

    /// Standard deviation of what agents alone do to a datum.
    fn noise(&self, datum: usize) -> f64 {
        let error = self.target.errors[datum];
        (error.powi(2) - RECORDING.powi(2)).max(0.0).sqrt()
    }

    /// Runs of the model that it takes at most.
    pub fn runs(&self) -> u64 {
        self.plan.runs(self.study.months)
    }

    /// Runs that its search takes of them.
    pub fn runs_of_search(&self) -> u64 {
        search::runs(self.plan.search)
    }

    /// The study behind it.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The parameters that are fitted, in the order of the scores.
    pub fn free(&self) -> &[Parameter] {
        &self.free
    }

    /// Names of the fitted parameters with the values that scores stand for.
    pub fn named<'a>(&'a self, scores: &'a [f64]) -> impl Iterator<Item = (&'static str, f64)> + 'a {
        let value = |(p, z): (&Parameter, &f64)| {
            let p = p.definition();
            (p.definition.name, p.quantile(normal_share(*z)))
        };
        self.free.iter().zip(scores).map(value)
    }

    /// What it is fitted to.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Number of data that are monthly entries; the weak targets follow.
    pub(crate) fn entries(&self) -> usize {
        SERIES.len() * self.study.months
    }

    /// Scores of the middle of the prior: where a search begins.
    pub fn middle(&self) -> Vec<f64> {
        vec![0.0; self.free.len()]
    }

    /// The draw of scores under shocks; parameters that are not fitted come from the prior of member `member`, and
    /// are at their default for none.
    pub(crate) fn draw(
        &self,
        scores: &[f64],
        shocks: &[[f64; N]],
        law: ShockLaw,
        member: Option<u32>,
    ) -> Draw {
        let mut point: Vec<(Parameter, f64)> =
            self.free.iter().copied().zip(scores.iter().copied()).collect();
        if let Some(member) = member {
            let kept = prior_scores(self.chance, member);
            let free_of_data = UNIDENTIFIED.iter().map(|(p, _)| *p);
            point.extend(free_of_data.map(|p| (p, kept[p as usize])));
        }
        let mut draw = self.study.draw(&point, shocks);
        for (p, value) in law.parameters() {
            draw.parameters.set(p, value);
        }
        draw
    }

    /// No shocks, for all months.
    pub(crate) fn calm(&self) -> Vec<[f64; N]> {
        vec![[0.0; N]; self.study.months]
    }

    /// What many draws predict, in order, in parallel.
    ///
    /// # Errors
    ///
    /// [`Stopped`] when the flag was set.
    pub(crate) fn predict(
        &self,
        draws: usize,
        draw: impl Fn(usize) -> Draw + Sync,
        watch: &mut Watch<'_>,
    ) -> std::result::Result<Vec<Vec<f64>>, Stopped> {
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(draws);
        let batch = rayon::current_num_threads().max(1) * 4;
        while columns.len() < draws {
            if watch.stop.load(Ordering::Relaxed) {
                return Err(Stopped);
            }
            let next = columns.len()..(columns.len() + batch).min(draws);
            watch.done += next.len() as u64;
            let more: Vec<Vec<f64>> = next
                .into_par_iter()
                .map(|i| self.study.predicted(&self.study.simulate(&draw(i), self.plan.replicate())))
                .collect();
            columns.extend(more);
            (watch.report)(watch.done);
        }
        Ok(columns)
    }

    /// From the prior to the posterior. The search begins around the scores `starts`; `known` is what an
    /// interrupted search with the same plan left, and `keep` is handed the like after each round.
    ///
    /// # Errors
    ///
    /// The first error of `keep`.
    pub fn run(
        &self,
        starts: &[Vec<f64>],
        known: Trail,
        stop: &AtomicBool,
        progress: &mut impl Progress,
        keep: impl FnMut(&Trail) -> Result<()>,
    ) -> Result<std::result::Result<Calibrated, Stopped>> {
        match self.search(starts, known, stop, progress, keep)? {
            Ok(peaks) => self.around(&peaks, stop, progress),
            Err(stopped) => Ok(Err(stopped)),
        }
    }

    /// The search alone: the most likely scores first. Arguments are those of [`Self::run`].
    ///
    /// # Errors
    ///
    /// The first error of `keep`.
    pub fn search(
        &self,
        starts: &[Vec<f64>],
        known: Trail,
        stop: &AtomicBool,
        progress: &mut impl Progress,
        keep: impl FnMut(&Trail) -> Result<()>,
    ) -> Result<std::result::Result<Vec<Peak>, Stopped>> {
        let total = self.runs_of_search();
        let mut report = |done: u64| progress.report(done.min(total), total);
        search::run(self, starts, known, &mut Watch { stop, report: &mut report, done: 0 }, keep)
    }

    /// The posterior around the peaks that a search found.
    ///
    /// # Errors
    ///
    /// If the numbers of the plan are out of range.
    pub fn around(
        &self,
        peaks: &[Peak],
        stop: &AtomicBool,
        progress: &mut impl Progress,
    ) -> Result<std::result::Result<Calibrated, Stopped>> {
        let total = self.runs() - self.runs_of_search();
        let mut report = |done: u64| progress.report(done.min(total), total);
        let mut watch = Watch { stop, report: &mut report, done: 0 };
        let fine = self.finer()?;
        let loss = peaks.first().map_or(0.0, |peak| peak.loss);
        let peaks = peaks.iter().map(|peak| peak.scores.clone()).collect();
        Ok(self.ensemble(&fine, peaks, &mut watch).map(|found| Calibrated { loss, ..found }))
    }

    /// Members around all peaks in turn, with the law of shocks of the first.
    fn ensemble(
        &self,
        fine: &Self,
        peaks: Vec<Vec<f64>>,
        watch: &mut Watch<'_>,
    ) -> std::result::Result<Calibrated, Stopped> {
        let law = ShockLaw::likeliest(self, &peaks[0], watch)?;
        let mut scores = vec![Vec::new(); self.plan.members as usize];
        let mut at_best = Vec::new();
        for (i, peak) in peaks.iter().enumerate() {
            let response = Response::new(self, peak, law, watch)?;
            let members: Vec<u32> = (0..self.plan.members).skip(i).step_by(peaks.len()).collect();
            let drawn = sample::run(self, fine, peak, (&response, &members), watch)?;
            for (m, of_member) in members.into_iter().zip(drawn) {
                scores[m as usize] = of_member;
            }
            if i == 0 {
                at_best = response.calm;
            }
        }
        let begun = vec![Vec::new(); scores.len()];
        self.with_shocks(Known { peaks, law, scores, paths: begun }, at_best, watch)
    }

    /// The same parameters with shocks that follow the record up to this fit's month: what a later origin needs.
    ///
    /// # Errors
    ///
    /// [`Stopped`] when the flag was set.
    pub fn follow(&self, earlier: &Known, stop: &AtomicBool) -> std::result::Result<Calibrated, Stopped> {
        let mut silent = |_: u64| {};
        let mut watch = Watch { stop, report: &mut silent, done: 0 };
        self.with_shocks(earlier.clone(), Vec::new(), &mut watch)
    }

    /// Members whose shocks follow the record from where `begun` ends.
    fn with_shocks(
        &self,
        begun: Known,
        at_best: Vec<f64>,
        watch: &mut Watch<'_>,
    ) -> std::result::Result<Calibrated, Stopped> {
        let Known { peaks, law, scores, paths } = begun;
        let draw = |m: usize, path: &[[f64; N]]| self.draw(&scores[m], path, law, Some(m as u32));
        let followed = self.track(scores.len(), watch, |m| {
            (draw(m, &paths[m]), track::prior(self.chance, m, self.study.months), track::perturbed(self, m))
        })?;
        let paths: Vec<Vec<[f64; N]>> = followed.into_iter().map(|f| f.path).collect();
        let predicted = matrix(&self.predict(paths.len(), |m| draw(m, &paths[m]), watch)?);
        let none = self.calm();
        let calm = matrix(&self.predict(paths.len(), |m| draw(m, &none), watch)?);
        let accepted = self.accepted(&predicted, &calm);
        let members = accepted.iter().map(|&m| draw(m, &paths[m])).collect();
        Ok(Calibrated {
            loss: 0.0,
            peaks,
            at_best,
            law,
            members,
            accepted,
            paths,
            scores: matrix(&scores),
            predicted,
            calm,
        })
    }
}

/// Mean square of the last month's shocks beyond which parameters are fitted anew.
const STRAINED: f64 = 4.0;

impl Fit {
    /// Whether members had to be pushed so hard to follow the last month that their parameters are in doubt: nationalities
    /// count by who entered in that month and the one before.
    pub fn is_strained(&self, followed: &Calibrated) -> bool {
        let months = self.study.months;
        let entries = |n: usize| -> f64 {
            let of_series = &self.target.values[n * months..(n + 1) * months];
            of_series.iter().rev().take(2).map(|v| people(*v)).sum()
        };
        let last = |path: &Vec<[f64; N]>, n: usize| path.last().map_or(0.0, |month| month[n].powi(2));
        let square = |n: usize| {
            let sum: f64 = followed.accepted.iter().map(|m| last(&followed.paths[*m], n)).sum();
            sum / followed.accepted.len().max(1) as f64
        };
        let (strain, all) =
            (0..N).fold((0.0, 0.0), |(strain, all), n| (strain + entries(n) * square(n), all + entries(n)));
        strain > STRAINED * all
    }
}

/// Share of members that is accepted, where enough of them tell the stops, and at least.
const ACCEPTED: f64 = 0.4;
const ACCEPTED_LEAST: f64 = 0.1;

/// Part of a stop of Venezuelans that a member must tell by its mechanisms: shocks lead anywhere, so that runs with shocks say
/// nothing of it.
const TOLD: f64 = 0.6;

/// Months before the end of the record that count once more: forecasts begin there.
const RECENT: usize = 6;

impl Fit {
    /// The least part of a stop of Venezuelans that a run without shocks tells; 1 where the data hold none.
    fn stops_told(&self, calm: &[f64]) -> f64 {
        let weak = self.study.weak.iter().zip(&calm[self.entries()..]);
        weak.filter(|(w, _)| w.is_venezuelan_stop()).map(|(w, told)| told / w.value).fold(1.0, f64::min)
    }

    /// The members that tell the stops of Venezuelans by their mechanisms (those that tell most, where few do), and of them
    /// those that pass near the record: from some parameters no shocks lead there. Members are compared by the
    /// sum, over all series and their total, of the logarithm of one plus the mean squared misfit in errors, of all
    /// months and of the last few, so that neither one series nor one month decides.
    fn accepted(&self, predicted: &DMatrix<f64>, calm: &DMatrix<f64>) -> Vec<usize> {
        let months = self.study.months;
        let seen = &self.target.values[..self.entries()];
        let known: Vec<bool> = self.target.errors[..self.entries()].iter().map(|e| is_known(*e)).collect();
        // Months of which every series is on record.
        let whole: Vec<usize> =
            (0..months).filter(|m| known[*m..].iter().step_by(months).all(|known| *known)).collect();
        let totals = |values: &[f64]| -> Vec<f64> {
            whole.iter().map(|m| values[*m..].iter().step_by(months).map(|v| people(*v)).sum()).collect()
        };
        let seen_totals = totals(seen);
        // The mean over all months, and over the last of them.
        let of_series = |squares: &[f64]| -> f64 {
            let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
            mean(squares).ln_1p() + mean(&squares[squares.len().saturating_sub(RECENT)..]).ln_1p()
        };
        let distance = |c: usize| -> f64 {
            let all = column(predicted, c);
            let run = &all[..self.entries()];
            let misfits = run.iter().zip(seen).zip(&self.target.errors);
            let squares: Vec<f64> = misfits.map(|((r, s), error)| ((r - s) / error).powi(2)).collect();
            let of_totals = totals(run).into_iter().zip(&seen_totals);
            let in_total: Vec<f64> =
                of_totals.map(|(r, s)| (log_change(*s, r) / RECORDING).powi(2)).collect();
            let of_known = squares.chunks(months).zip(known.chunks(months)).map(|(squares, known)| {
                let squares: Vec<f64> = squares.iter().zip(known).filter(|s| *s.1).map(|s| *s.0).collect();
                of_series(&squares)
            });
            of_known.sum::<f64>() + of_series(&in_total)
        };
        let members = predicted.ncols();
        let at_least = |share: f64| (share * members as f64).ceil() as usize;
        let told: Vec<f64> = (0..members).map(|m| self.stops_told(&column(calm, m))).collect();
        let mut best_told: Vec<usize> = (0..members).collect();
        best_told.sort_by(|a, b| told[*b].total_cmp(&told[*a]));
        let tell = told.iter().filter(|t| **t >= TOLD).count().max(at_least(ACCEPTED_LEAST));
        let mut accepted = best_told[..tell].to_vec();
        let distances: Vec<f64> = (0..members).map(distance).collect();
        accepted.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]));
        accepted.truncate(at_least(ACCEPTED));
        accepted.sort_unstable();
        accepted
    }
}

/// A column of a matrix as a list.
pub(crate) fn column(matrix: &DMatrix<f64>, m: usize) -> Vec<f64> {
    matrix.column(m).iter().copied().collect()
}

/// The columns of a matrix as lists.
fn columns(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    (0..matrix.ncols()).map(|m| column(matrix, m)).collect()
}

/// Lists as the columns of a matrix.
pub(crate) fn matrix(columns: &[Vec<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(columns.first().map_or(0, Vec::len), columns.len(), |d, m| columns[m][d])
}

/// The parameters that are searched: the data can tell of them, and they are none of the law of shocks, whose likelihood is
/// looked at by itself.
fn fitted() -> Vec<Parameter> {
    let free_of_data = |p: Parameter| UNIDENTIFIED.iter().any(|(u, _)| *u == p);
    ALL.iter().copied().filter(|&p| !free_of_data(p) && !law::tells(p)).collect()
}
