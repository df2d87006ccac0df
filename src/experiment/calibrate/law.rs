//! Step 2: how large monthly shocks are and how long they last.
//!
//! At the most likely point the record is followed month by month ([`super::track`]) under every law of a grid; the law
//! is taken under which what it takes to follow is most likely (prediction errors, as in Harvey, "Forecasting,
//! Structural Time Series Models and the Kalman Filter", 1989, section 3.4).

use super::{Fit, Stopped, Watch};
use crate::experiment::study::SERIES;
use crate::registry::parameters::{ALL, Parameter, ParameterSet};
use crate::world::conditions::N;

/// Scales of monthly shocks that are tried, log.
const SPREADS: [f64; 7] = [0.08, 0.12, 0.17, 0.24, 0.34, 0.48, 0.68];

/// Prior of a scale: its median, and the standard deviation of its logarithm (assumed; a random walk of recorded
/// monthly entries has 0.47, all causes together, D001).
const USUAL: f64 = 0.35;
const WIDTH: f64 = 0.4;

/// Weights of their tails that are tried. Heavier ones (0.22) let single draws of small nationalities fill the boats, which
/// starves all others in months that no shock of theirs can mend.
const TAILS: [f64; 2] = [0.0, 0.1];

/// Shares of a shock left after a month that are tried.
const MEMORIES: [f64; 4] = [0.75, 0.85, 0.93, 0.98];

/// Pairs of a scale and a memory that are tried with each tail.
const PAIRS: usize = SPREADS.len() * MEMORIES.len();

/// Laws that are tried.
pub(super) const RUNS: usize = PAIRS * TAILS.len();

/// What monthly shocks to intent and departure are like.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ShockLaw {
    /// Scale of the shocks of each nationality, log.
    pub scales: [f64; N],
    /// Share that is left a month later, of Venezuelans and of all others.
    pub memories: [f64; 2],
    /// Weight of their tails, Tukey's h.
    pub tail: f64,
}

impl Default for ShockLaw {
    /// That of the parameters' defaults.
    fn default() -> Self {
        Self::of(&ParameterSet::defaults())
    }
}

/// Whether a parameter is one of the law.
pub(super) fn tells(parameter: Parameter) -> bool {
    ShockLaw::default().parameters().iter().any(|(p, _)| *p == parameter)
}

impl ShockLaw {
    /// The law that parameters tell of.
    pub(super) fn of(p: &ParameterSet) -> Self {
        Self {
            scales: std::array::from_fn(|n| p[scale_of(n)]),
            memories: [p[Parameter::MoodMemory], p[Parameter::MoodSmallMemory]],
            tail: p[Parameter::MoodTail],
        }
    }

    /// The law as parameters.
    pub(super) fn parameters(&self) -> Vec<(Parameter, f64)> {
        let scales = (0..N).map(|n| (scale_of(n), self.scales[n]));
        let [venezuelans, others] = self.memories;
        let memories =
            [(Parameter::MoodMemory, venezuelans), (Parameter::MoodSmallMemory, others)].into_iter();
        scales.chain(memories).chain([(Parameter::MoodTail, self.tail)]).collect()
    }

    /// Scale of a nationality's shocks, log.
    pub(super) fn scale(&self, nationality: usize) -> f64 {
        self.scales[nationality]
    }

    /// Share of them that is left a month later.
    pub(super) fn memory(&self, nationality: usize) -> f64 {
        self.memories[usize::from(nationality != 0)]
    }

    /// The law that makes the way from a point to the record most likely. Each nationality has the scale that is likeliest for
    /// it; Venezuelans have a memory, all others have one together, and the tail is likeliest for all.
    pub(super) fn likeliest(fit: &Fit, best: &[f64], watch: &mut Watch<'_>) -> Result<Self, Stopped> {
        let calm = fit.calm();
        let pair = |run: usize| (SPREADS[run % SPREADS.len()], MEMORIES[run % PAIRS / SPREADS.len()]);
        let law = |run: usize| {
            let (scale, memory) = pair(run);
            Self { scales: [scale; N], memories: [memory; 2], tail: TAILS[run / PAIRS] }
        };
        let followed = fit.track(RUNS, watch, |run| {
            (fit.draw(best, &[], law(run), None), calm.clone(), fit.target.values.clone())
        })?;
        // The likeliest scale of a nationality with a memory and a tail: its log likelihood, and the scale.
        let likeliest = |tail: usize, memory: usize, n: usize| {
            let begin = tail * PAIRS + memory * SPREADS.len();
            (begin..begin + SPREADS.len())
                .map(|run| {
                    let (scale, _) = pair(run);
                    (followed[run].log_likelihood[n] - 0.5 * ((scale / USUAL).ln() / WIDTH).powi(2), scale)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .unwrap_or((f64::NEG_INFINITY, USUAL))
        };
        // The likeliest memory of a class, with the scales of its nationalities.
        let of_class = |tail: usize, class: std::ops::Range<usize>| {
            (0..MEMORIES.len())
                .map(|memory| {
                    let found: Vec<(f64, f64)> = class.clone().map(|n| likeliest(tail, memory, n)).collect();
                    let scales: Vec<f64> = found.iter().map(|f| f.1).collect();
                    (found.iter().map(|f| f.0).sum::<f64>(), MEMORIES[memory], scales)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let found = (0..TAILS.len())
            .filter_map(|tail| Some((of_class(tail, 0..1)?, of_class(tail, 1..N)?, TAILS[tail])))
            .max_by(|a, b| (a.0.0 + a.1.0).total_cmp(&(b.0.0 + b.1.0)));
        Ok(found.map_or_else(Self::default, |(first, others, tail)| Self {
            scales: std::array::from_fn(|n| if n == 0 { first.2[0] } else { others.2[n - 1] }),
            memories: [first.1, others.1],
            tail,
        }))
    }
}

/// The parameter that is the scale of a nationality's shocks.
fn scale_of(nationality: usize) -> Parameter {
    ALL[Parameter::MoodVen as usize + nationality]
}

const _: () = assert!(SERIES.len() == N, "a series is one nationality");
