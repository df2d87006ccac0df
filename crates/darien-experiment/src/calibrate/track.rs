//! Step 5: shocks that follow the record, month by month from checkpoints.
//!
//! Shocks of a month act from the middle of the month before ([`Corridor::mood`]). From the state on that day, a run goes
//! on to the month's end, and the month's shocks are moved until its entries meet the data; then the state goes on to
//! the next month's checkpoint. Every member has shocks of its own from the prior and data with errors of their own, and
//! looks for the shocks nearest to the first that meet the second: randomised maximum likelihood (Oliver, He and Reynolds,
//! "Conditioning permeability fields to pressure data", ECMOR V, 1996), a month at a time as in an ensemble Kalman filter
//! with perturbed observations (Burgers, van Leeuwen and Evensen, Mon. Weather Rev. 126, 1998).

use super::{Fit, ShockLaw, Stopped, Watch};
use crate::draws::Draw;
use crate::engine::plan::{Observer, RuleSet, run_days};
use crate::model::state::State;
use crate::model::{Corridor, Innovations};
use crate::random::{Decision, Seed, sample};
use crate::study::{series_of, transform};
use crate::world::conditions::N;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Runs of a month at most.
pub(super) const TRIES: usize = 5;

/// Share of a month's shock that its entries feel: a first guess.
const FELT: f64 = 0.9;

/// The response that is measured stays within these factors of the guess.
const RESPONSE: (f64, f64) = (0.1, 4.0);

/// Smallest distance of two shocks by which a response is measured.
const APART: f64 = 0.15;

/// Shocks nearer than this to the best ones are not tried.
const CLOSE: f64 = 0.03;

/// Largest shock, standard deviations.
const LARGEST: f64 = 5.0;

/// More months than any study has.
const MONTHS_MAX: usize = 4096;

/// Shocks that follow data.
#[derive(Debug, Clone)]
pub(super) struct Followed {
    /// By month and nationality.
    pub path: Vec<[f64; N]>,
    /// Log likelihood of the data by nationality, up to a constant.
    pub log_likelihood: [f64; N],
}

/// Counts the entries of a stretch of days.
struct Entries([i64; N]);

impl Observer<State> for Entries {
    fn end_of_day(&mut self, _: usize, state: &State) {
        for (n, count) in self.0.iter_mut().enumerate() {
            *count += state.tally.entries(n);
        }
    }
}

/// A shock of one nationality on its way to the data.
#[derive(Clone, Copy)]
struct Search {
    /// What the prior drew.
    prior: f64,
    /// The best so far: misfit, shock, prediction.
    best: (f64, f64, f64),
    /// The last one tried and what it gave.
    last: Option<(f64, f64)>,
    /// Change of the prediction with the shock.
    response: f64,
    guess: f64,
}

impl Search {
    fn new(prior: f64, guess: f64) -> Self {
        Self { prior, best: (f64::INFINITY, prior, 0.0), last: None, response: guess, guess }
    }

    /// Takes in what a shock gave.
    fn learn(&mut self, shock: f64, predicted: f64, wanted: f64, error: f64) {
        if let Some((z, y)) = self.last
            && (shock - z).abs() > APART
        {
            let (low, high) = (RESPONSE.0 * self.guess, RESPONSE.1 * self.guess);
            self.response = ((predicted - y) / (shock - z)).clamp(low, high);
        }
        self.last = Some((shock, predicted));
        let misfit = ((wanted - predicted) / error).powi(2) + (shock - self.prior).powi(2);
        if misfit < self.best.0 {
            self.best = (misfit, shock, predicted);
        }
    }

    /// The next shock to try.
    fn next(&self, wanted: f64, error: f64) -> f64 {
        let (_, shock, predicted) = self.best;
        let gain = self.response / (error.powi(2) + self.response.powi(2));
        let next = self.prior + gain * (wanted - predicted - self.response * (self.prior - shock));
        next.clamp(-LARGEST, LARGEST)
    }
}

/// Shocks of a member before it has seen data.
pub(super) fn prior(seed: Seed, member: usize, months: usize) -> Vec<[f64; N]> {
    (0..months).map(|month| Innovations::drawn(seed, 1 + member as u32, month)).collect()
}

/// The data with a member's own errors.
pub(super) fn perturbed(fit: &Fit, member: usize) -> Vec<f64> {
    let (seed, months) = (fit.chance, fit.study.months);
    let error = |d: usize| {
        // The same error of a month at every origin.
        let at = (d / months * MONTHS_MAX + d % months) as u32;
        fit.error(d) * sample::normal(seed.words(Decision::Resample, member as u32, u32::MAX, at)[0])
    };
    (0..fit.entries()).map(|d| fit.target.values[d] + error(d)).collect()
}

impl Fit {
    /// Follows data with many draws, in parallel: each task is a draw whose shocks are known for the first months, the
    /// prior shocks, and the data.
    pub(super) fn track(
        &self,
        tasks: usize,
        watch: &mut Watch<'_>,
        task: impl Fn(usize) -> (Draw, Vec<[f64; N]>, Vec<f64>) + Sync,
    ) -> Result<Vec<Followed>, Stopped> {
        let mut all = Vec::with_capacity(tasks);
        let batch = rayon::current_num_threads().max(1) * 4;
        while all.len() < tasks {
            if watch.stop.load(Ordering::Relaxed) {
                return Err(Stopped);
            }
            let next = all.len()..(all.len() + batch).min(tasks);
            watch.done += next.len() as u64 * (TRIES + 1) as u64;
            let more: Vec<Followed> = next
                .into_par_iter()
                .map(|i| {
                    let (draw, prior, wanted) = task(i);
                    self.follow_record(&draw, &prior, &wanted)
                })
                .collect();
            all.extend(more);
            (watch.report)(watch.done);
        }
        Ok(all)
    }

    fn follow_record(&self, draw: &Draw, prior: &[[f64; N]], wanted: &[f64]) -> Followed {
        let months = self.study.months;
        let known = draw.innovations.months.len();
        let mut rules = self.study.rules(draw, self.plan.replicate());
        let law = ShockLaw::of(&rules.parameters);
        let mut path = vec![[0.0; N]; months];
        path[..known].copy_from_slice(&draw.innovations.months);
        rules.set_innovations(Arc::new(Innovations::then_none(&path)));
        let mut state = rules.start();
        let mut today = 0;
        let mut log_likelihood = [0.0; N];
        for month in known..months {
            let (begin, first, end) = self.study.month_days(month);
            run_days(&rules, &mut state, today..begin, &mut ());
            today = begin;
            let datum = |n: usize| series_of(n) * months + month;
            let mut searches: [Search; N] =
                std::array::from_fn(|n| Search::new(prior[month][n], FELT * law.scale(n)));
            for attempt in 0..TRIES {
                let shocks: [f64; N] = std::array::from_fn(|n| {
                    let s = &searches[n];
                    if attempt == 0 {
                        s.prior
                    } else {
                        s.next(wanted[datum(n)], self.target.errors[datum(n)])
                    }
                });
                let near = searches.iter().zip(shocks).all(|(s, z)| (s.best.1 - z).abs() < CLOSE);
                if attempt > 0 && near {
                    break;
                }
                path[month] = shocks;
                let seen = Self::entries_of(&mut rules, &state, &path, (begin, first, end));
                for (n, search) in searches.iter_mut().enumerate() {
                    search.learn(
                        shocks[n],
                        transform(seen[n]),
                        wanted[datum(n)],
                        self.target.errors[datum(n)],
                    );
                }
            }
            for (n, search) in searches.iter().enumerate() {
                path[month][n] = search.best.1;
                let error = self.target.errors[datum(n)];
                let spread = 1.0 + (search.response / error).powi(2);
                log_likelihood[n] -= 0.5 * (search.best.0 + spread.ln());
            }
            rules.set_innovations(Arc::new(Innovations::then_none(&path)));
        }
        Followed { path, log_likelihood }
    }

    /// Entries of a month, persons by nationality, under shocks from the state at its checkpoint.
    fn entries_of(
        rules: &mut Corridor,
        state: &State,
        path: &[[f64; N]],
        (begin, first, end): (usize, usize, usize),
    ) -> [f64; N] {
        rules.set_innovations(Arc::new(Innovations::then_none(path)));
        let rules: &Corridor = rules;
        let mut trial = state.clone();
        run_days(rules, &mut trial, begin..first, &mut ());
        let mut entries = Entries([0; N]);
        run_days(rules, &mut trial, first..end, &mut entries);
        std::array::from_fn(|n| rules.population.persons(n, entries.0[n]) as f64)
    }
}
