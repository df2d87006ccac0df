//! What is kept of each origin, so that a backtest that was stopped goes on where it was.

use super::{Forecast, SERIES, Track};
use crate::experiment::calibrate::Known;
use crate::units::Month;
use serde::{Deserialize, Serialize};

/// An origin that is done: what later origins build on, and its forecasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What the last fits hand on, the newest first.
    pub known: Vec<Known>,
    /// Forecasts: track, series, months ahead, a number a member.
    forecasts: Vec<(Track, String, u32, Vec<f64>)>,
}

impl Kept {
    /// What is kept of forecasts.
    pub(super) fn new(known: Vec<Known>, made: &[Forecast]) -> Self {
        let forecasts =
            made.iter().map(|f| (f.track, f.series.to_owned(), f.horizon, f.samples.clone())).collect();
        Self { known, forecasts }
    }

    /// The forecasts as they were made at `origin`; series that are no longer forecast are left out.
    pub(super) fn forecasts(&self, origin: Month) -> Vec<Forecast> {
        let forecast = |(track, series, horizon, samples): &(Track, String, u32, Vec<f64>)| {
            let (series, _) = SERIES.iter().find(|(name, _)| name == series)?;
            Some(Forecast { track: *track, series, origin, horizon: *horizon, samples: samples.clone() })
        };
        self.forecasts.iter().filter_map(forecast).collect()
    }
}
