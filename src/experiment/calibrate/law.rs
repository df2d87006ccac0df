//! Step 2: how large monthly shocks are and how long they last.
//!
//! At the most likely point the record is followed month by month ([`super::track`]) under every law of a grid; the law
//! is taken under which what it takes to follow is most likely (prediction errors, as in Harvey, "Forecasting,
//! Structural Time Series Models and the Kalman Filter", 1989, section 3.4).

use super::track::Followed;
use super::{Fit, Stopped, Watch};
use crate::experiment::study::SERIES;
use crate::registry::parameters::{Parameter, ParameterSet};
use crate::world::conditions::N;

/// The parameters of the law.
pub(super) const PARAMETERS: [Parameter; 3] =
    [Parameter::MoodSpread, Parameter::MoodSmall, Parameter::MoodMemory];

/// Standard deviations of monthly shocks that are tried, log.
const SPREADS: [f64; 6] = [0.12, 0.2, 0.3, 0.42, 0.6, 0.85];

/// Shares of a shock left after a month that are tried.
const MEMORIES: [f64; 6] = [0.5, 0.65, 0.8, 0.88, 0.94, 0.98];

/// What monthly shocks to intent and departure are like.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ShockLaw {
    /// Standard deviation of the shocks of Venezuelans, log.
    pub venezuelans: f64,
    /// Standard deviation of those of others, log.
    pub others: f64,
    /// Share that is left a month later.
    pub memory: f64,
}

impl Default for ShockLaw {
    /// That of the parameters' defaults.
    fn default() -> Self {
        let p = ParameterSet::defaults();
        let venezuelans = p[Parameter::MoodSpread];
        Self {
            venezuelans,
            others: venezuelans * p[Parameter::MoodSmall],
            memory: p[Parameter::MoodMemory],
        }
    }
}

impl ShockLaw {
    /// The law as parameters.
    pub(super) fn parameters(&self) -> [(Parameter, f64); 3] {
        [
            (Parameter::MoodSpread, self.venezuelans),
            (Parameter::MoodSmall, self.others / self.venezuelans),
            (Parameter::MoodMemory, self.memory),
        ]
    }

    /// Standard deviation of a nationality's shocks, log.
    pub(super) fn spread(&self, nationality: usize) -> f64 {
        if nationality == 0 { self.venezuelans } else { self.others }
    }

    /// The law that makes the way from a point to the record most likely.
    pub(super) fn likeliest(fit: &Fit, best: &[f64], watch: &mut Watch<'_>) -> Result<Self, Stopped> {
        let law = |run: usize| {
            let spread = SPREADS[run % SPREADS.len()];
            Self { venezuelans: spread, others: spread, memory: MEMORIES[run / SPREADS.len()] }
        };
        let calm = fit.calm();
        let followed = fit.track(SPREADS.len() * MEMORIES.len(), watch, |run| {
            (fit.draw(best, &[], law(run), None), calm.clone(), fit.target.values.clone())
        })?;
        let of_class = |f: &Followed, class: usize| -> f64 {
            (0..N).filter(|n| usize::from(*n != 0) == class).map(|n| f.log_likelihood[n]).sum()
        };
        let best_of = |memory: usize, class: usize| {
            (0..SPREADS.len())
                .map(|s| (s, of_class(&followed[memory * SPREADS.len() + s], class)))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap_or((0, f64::NEG_INFINITY))
        };
        if std::env::var("LAW").is_ok() { for c in 0..2 { for m in 0..MEMORIES.len() { eprintln!("class {c} memory {} {:?}", MEMORIES[m], (0..SPREADS.len()).map(|s| of_class(&followed[m*SPREADS.len()+s], c) as i32).collect::<Vec<_>>()); } } }
        let found = (0..MEMORIES.len())
            .map(|m| (m, best_of(m, 0), best_of(m, 1)))
            .max_by(|a, b| (a.1.1 + a.2.1).total_cmp(&(b.1.1 + b.2.1)));
        Ok(found.map_or_else(Self::default, |(m, (v, _), (o, _))| Self {
            venezuelans: SPREADS[v],
            others: SPREADS[o],
            memory: MEMORIES[m],
        }))
    }
}

const _: () = assert!(SERIES.len() == N, "a series is one nationality");
