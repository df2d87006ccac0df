//! Step 2: how large monthly shocks are and how long they last.
//!
//! At the most likely point the record is followed month by month ([`super::track`]) under every law of a grid; the law
//! is taken under which what it takes to follow is most likely (prediction errors, as in Harvey, "Forecasting,
//! Structural Time Series Models and the Kalman Filter", 1989, section 3.4).

use super::{Fit, Stopped, Watch};
use crate::experiment::study::{SERIES, people};
use crate::registry::parameters::{Parameter, ParameterSet};
use crate::world::conditions::N;

/// The parameters of the law.
pub(super) const PARAMETERS: [Parameter; 5] = [
    Parameter::MoodSpread,
    Parameter::MoodSmall,
    Parameter::MoodTail,
    Parameter::MoodMemory,
    Parameter::MoodSmallMemory,
];

/// Scales of monthly shocks that are tried, log.
const SPREADS: [f64; 5] = [0.16, 0.24, 0.34, 0.48, 0.68];

/// Prior of a scale: its median, and the standard deviation of its logarithm (assumed; a random walk of recorded
/// monthly entries has 0.47, all causes together, D001).
const USUAL: f64 = 0.35;
const WIDTH: f64 = 0.4;

/// Weights of their tails that are tried. Heavier ones (0.22) let single draws of small nationalities fill the boats, which
/// starves all others in months that no shock of theirs can mend.
const TAILS: [f64; 2] = [0.0, 0.1];

/// Shares of a shock left after a month that are tried.
const MEMORIES: [f64; 4] = [0.75, 0.85, 0.93, 0.98];

/// Laws of a class that are tried with each tail.
const CLASSES: usize = SPREADS.len() * MEMORIES.len();

/// Laws that are tried.
pub(super) const RUNS: usize = CLASSES * TAILS.len();

/// Scale and memory of the monthly shocks of a class of nationalities.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ClassLaw {
    /// Scale, log.
    pub scale: f64,
    /// Share that is left a month later.
    pub memory: f64,
}

/// What monthly shocks to intent and departure are like.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ShockLaw {
    /// Shocks of Venezuelans.
    pub venezuelans: ClassLaw,
    /// Those of all others.
    pub others: ClassLaw,
    /// Weight of their tails, Tukey's h.
    pub tail: f64,
}

impl Default for ShockLaw {
    /// That of the parameters' defaults.
    fn default() -> Self {
        Self::of(&ParameterSet::defaults())
    }
}

impl ShockLaw {
    /// The law that parameters tell of.
    pub(super) fn of(p: &ParameterSet) -> Self {
        let scale = p[Parameter::MoodSpread];
        Self {
            venezuelans: ClassLaw { scale, memory: p[Parameter::MoodMemory] },
            others: ClassLaw {
                scale: scale * p[Parameter::MoodSmall],
                memory: p[Parameter::MoodSmallMemory],
            },
            tail: p[Parameter::MoodTail],
        }
    }

    /// The law as parameters.
    pub(super) fn parameters(&self) -> [(Parameter, f64); 5] {
        [
            (Parameter::MoodSpread, self.venezuelans.scale),
            (Parameter::MoodSmall, self.others.scale / self.venezuelans.scale),
            (Parameter::MoodTail, self.tail),
            (Parameter::MoodMemory, self.venezuelans.memory),
            (Parameter::MoodSmallMemory, self.others.memory),
        ]
    }

    fn class(&self, nationality: usize) -> ClassLaw {
        if nationality == 0 { self.venezuelans } else { self.others }
    }

    /// Scale of a nationality's shocks, log.
    pub(super) fn scale(&self, nationality: usize) -> f64 {
        self.class(nationality).scale
    }

    /// Share of them that is left a month later.
    pub(super) fn memory(&self, nationality: usize) -> f64 {
        self.class(nationality).memory
    }

    /// The law that makes the way from a point to the record most likely: each class has the scale and memory of its own
    /// that are likeliest, with the tail that is likeliest for both.
    pub(super) fn likeliest(fit: &Fit, best: &[f64], watch: &mut Watch<'_>) -> Result<Self, Stopped> {
        let calm = fit.calm();
        let class = |run: usize| {
            let run = run % CLASSES;
            ClassLaw { scale: SPREADS[run % SPREADS.len()], memory: MEMORIES[run / SPREADS.len()] }
        };
        let law =
            |run: usize| Self { venezuelans: class(run), others: class(run), tail: TAILS[run / CLASSES] };
        let followed = fit.track(RUNS, watch, |run| {
            (fit.draw(best, &[], law(run), None), calm.clone(), fit.target.values.clone())
        })?;
        let weights = fit.weights();
        // Of the runs of a tail, the one under which a class of nationalities is likeliest.
        let likeliest = |tail: usize, others: bool| {
            (tail * CLASSES..(tail + 1) * CLASSES)
                .map(|run| {
                    let of_class = (0..N).filter(|n| (*n != 0) == others);
                    let data: f64 = of_class.map(|n| weights[n] * followed[run].log_likelihood[n]).sum();
                    (run, data - 0.5 * ((class(run).scale / USUAL).ln() / WIDTH).powi(2))
                })
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap_or((0, f64::NEG_INFINITY))
        };
        let found = (0..TAILS.len())
            .map(|tail| [likeliest(tail, false), likeliest(tail, true)])
            .max_by(|a, b| (a[0].1 + a[1].1).total_cmp(&(b[0].1 + b[1].1)));
        Ok(found.map_or_else(Self::default, |[(first, _), (second, _)]| Self {
            others: class(second),
            ..law(first)
        }))
    }
}

impl Fit {
    /// How much the data of each nationality count for the law of its class, one on average: by its recorded entries. One
    /// law serves all but Venezuelans, and in months of a few dozen people anything happens; those who are many decide
    /// how far all entries can go.
    fn weights(&self) -> [f64; N] {
        let months = self.study.months;
        let entries: [f64; N] = std::array::from_fn(|n| {
            self.target.values[n * months..(n + 1) * months].iter().map(|v| people(*v)).sum::<f64>().max(1.0)
        });
        let others: f64 = entries[1..].iter().sum();
        std::array::from_fn(|n| if n == 0 { 1.0 } else { (N - 1) as f64 * entries[n] / others })
    }
}

const _: () = assert!(SERIES.len() == N, "a series is one nationality");
