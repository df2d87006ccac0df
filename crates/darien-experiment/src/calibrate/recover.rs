//! Synthetic histories with known parameters: does the posterior cover them?

use super::{Calibrated, Fit, ShockLaw};
use crate::model::Innovations;
use crate::random::{Decision, Seed, sample};
use crate::study::prior_scores;

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
    pub fn new(history: u32, truth: &[f64], posterior: &Calibrated) -> Self {
        let ranks = posterior
            .scores
            .row_iter()
            .zip(truth)
            .map(|(row, t)| {
                let below = posterior.accepted.iter().filter(|m| row[**m] < *t).count();
                below as f64 / posterior.accepted.len() as f64
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

impl Fit {
    /// A synthetic history: scores drawn from the prior, and what they predict, with errors of the record's size.
    pub fn synthetic(&self, number: u32) -> (Vec<f64>, Vec<f64>) {
        // Members of a calibration are numbered from 0; truths come from the other end.
        let truth = u32::MAX - number;
        let seed = Seed::new(self.plan.seed);
        let all = prior_scores(seed, truth);
        let scores: Vec<f64> = self.free.iter().map(|p| all[*p as usize]).collect();
        let shocks: Vec<_> =
            (0..self.study.months).map(|month| Innovations::drawn(seed, truth, month)).collect();
        let draw = self.draw(&scores, &shocks, ShockLaw::default(), Some(truth));
        let mut values = self.study.predicted(&self.study.simulate(&draw, u64::from(number) + 1));
        for (d, value) in values.iter_mut().enumerate() {
            let word = seed.words(Decision::Resample, truth, 0, d as u32)[0];
            *value += self.error(d) * sample::normal(word);
        }
        (scores, values)
    }
}
