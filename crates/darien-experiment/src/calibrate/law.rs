//! Step 2: how large monthly shocks are and how long they last.
//!
//! At the most likely point the record is followed month by month ([`super::track`]) under every law of a grid; the law
//! is taken under which what it takes to follow is most likely (prediction errors, as in Harvey, "Forecasting,
//! Structural Time Series Models and the Kalman Filter", 1989, section 3.4).

use super::{Fit, Stopped, Watch};
use crate::registry::parameters::{ALL, Parameter, ParameterSet};
use crate::study::SERIES;
use crate::world::conditions::N;

/// A class of nationalities whose shocks have one memory.
struct Class {
    /// Scales of monthly shocks that are tried, log.
    scales: [f64; 7],
    /// Shares of a shock left after a month that are tried.
    memories: [f64; 4],
    /// Prior of a scale: its median, and the standard deviation of its logarithm.
    usual: (f64, f64),
}

/// Venezuelans, then all others. The stops of Venezuelans are for mechanisms to tell: what a mean-field prototype left of them
/// had a standard deviation of 0.30 and hardly any memory. What no lever tells of the others lasts (0.7 to 0.95 a month);
/// a random walk of recorded monthly entries has 0.47, all causes together (D001). Shocks of more than that, or that nearly never
/// fade, are no longer tried: projections of a year then exceeded all that was ever recorded.
const CLASSES: [Class; 2] = [
    Class {
        scales: [0.05, 0.08, 0.12, 0.16, 0.20, 0.25, 0.30],
        memories: [0.0, 0.2, 0.4, 0.6],
        usual: (0.20, 0.3),
    },
    Class {
        scales: [0.08, 0.12, 0.17, 0.24, 0.30, 0.38, 0.48],
        memories: [0.6, 0.75, 0.85, 0.9],
        usual: (0.30, 0.3),
    },
];

/// Position in [`CLASSES`] of a nationality.
fn class_of(nationality: usize) -> usize {
    usize::from(nationality != 0)
}

/// Weights of their tails that are tried. Heavier ones (0.22) let single draws of small nationalities fill the boats, which
/// starves all others in months that no shock of theirs can mend.
const TAILS: [f64; 2] = [0.0, 0.1];

/// Scales and memories of a class, and pairs of them that are tried with each tail.
const SCALES: usize = CLASSES[0].scales.len();
const MEMORIES: usize = CLASSES[0].memories.len();
const PAIRS: usize = SCALES * MEMORIES;

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
        self.memories[class_of(nationality)]
    }

    /// The law that makes the way from a point to the record most likely. Each nationality has the scale that is likeliest for
    /// it; Venezuelans have a memory, all others have one together, and the tail is likeliest for all.
    pub(super) fn likeliest(fit: &Fit, best: &[f64], watch: &mut Watch<'_>) -> Result<Self, Stopped> {
        let calm = fit.calm();
        let scale = |run: usize, n: usize| CLASSES[class_of(n)].scales[run % SCALES];
        let law = |run: usize| Self {
            scales: std::array::from_fn(|n| scale(run, n)),
            memories: std::array::from_fn(|class| CLASSES[class].memories[run % PAIRS / SCALES]),
            tail: TAILS[run / PAIRS],
        };
        let followed = fit.track(RUNS, watch, |run| {
            (fit.draw(best, &[], law(run), None), calm.clone(), fit.target.values.clone())
        })?;
        // The likeliest scale of a nationality with a memory and a tail: its log likelihood, and the scale.
        let likeliest = |tail: usize, memory: usize, n: usize| {
            let (usual, width) = CLASSES[class_of(n)].usual;
            let begin = tail * PAIRS + memory * SCALES;
            (begin..begin + SCALES)
                .map(|run| {
                    let scale = scale(run, n);
                    (followed[run].log_likelihood[n] - 0.5 * ((scale / usual).ln() / width).powi(2), scale)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .unwrap_or((f64::NEG_INFINITY, usual))
        };
        // The likeliest memory of a class, with the scales of its nationalities.
        let of_class = |tail: usize, class: usize| {
            (0..MEMORIES)
                .map(|memory| {
                    let found: Vec<(f64, f64)> = (0..N)
                        .filter(|n| class_of(*n) == class)
                        .map(|n| likeliest(tail, memory, n))
                        .collect();
                    let scales: Vec<f64> = found.iter().map(|f| f.1).collect();
                    (found.iter().map(|f| f.0).sum::<f64>(), CLASSES[class].memories[memory], scales)
                })
                .max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let found = (0..TAILS.len())
            .filter_map(|tail| Some((of_class(tail, 0)?, of_class(tail, 1)?, TAILS[tail])))
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
