//! What is kept of each origin, so that a backtest that was stopped goes on where it was.

use super::{Forecast, SERIES, Track};
use crate::calibrate::Known;
use crate::units::Month;
use serde::{Deserialize, Serialize};

/// An origin that is done: what later origins build on, and its forecasts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What the last fits of each search hand on, the newest first.
    pub known: Vec<Vec<Known>>,
    /// How many members are of each search.
    of_searches: Vec<usize>,
    /// Forecasts: track, series, months ahead, a number a member.
    forecasts: Vec<(Track, String, u32, Vec<f64>)>,
}

impl Kept {
    /// What is kept of forecasts.
    pub(super) fn new(known: Vec<Vec<Known>>, made: &[Forecast]) -> Self {
        let of_searches = made.first().map_or_else(Vec::new, |f| f.of_searches.clone());
        let forecasts =
            made.iter().map(|f| (f.track, f.series.to_owned(), f.horizon, f.samples.clone())).collect();
        Self { known, of_searches, forecasts }
    }

    /// The forecasts as they were made at `origin`; series that are no longer forecast are left out.
    pub(super) fn forecasts(&self, origin: Month) -> Vec<Forecast> {
        let forecast = |(track, series, horizon, samples): &(Track, String, u32, Vec<f64>)| {
            let (series, _) = SERIES.iter().find(|(name, _)| name == series)?;
            let (samples, of_searches) = (samples.clone(), self.of_searches.clone());
            Some(Forecast { track: *track, series, origin, horizon: *horizon, samples, of_searches })
        };
        self.forecasts.iter().filter_map(forecast).collect()
    }
}
