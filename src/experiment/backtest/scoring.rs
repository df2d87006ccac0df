//! Forecasts of the model and of its rivals against what was recorded.

use super::{Forecast, SERIES, Track, recorded, rivals};
use crate::error::Result;
use crate::evaluate::hub::Task;
use crate::evaluate::report::{Case, Options, Row, summarise};
use crate::evaluate::scores::{HUB_LEVELS, PitBounds, Quantiles, hub_quantiles, pit_bounds, pit_histogram};
use std::collections::BTreeMap;

/// Name of the model in tables.
pub const MODEL: &str = "darien";
/// Name of the equal-weight average of the model and the random walk.
pub const ENSEMBLE: &str = "darien_and_naive";
/// The yardstick to which skill is relative.
pub const YARDSTICK: &str = "naive";
/// Bins of a PIT histogram.
pub const PIT_BINS: usize = 10;

/// Scores of one track and series by horizon and model.
#[derive(Debug, Clone)]
pub struct Scores {
    /// Track.
    pub track: Track,
    /// Series.
    pub series: &'static str,
    /// A row a horizon and model; the group of a row is its horizon.
    pub rows: Vec<Row>,
    /// The same over all horizons from three months on, by year of the target month.
    pub by_year: Vec<Row>,
    /// PIT histogram of the model over all horizons.
    pub pit: Vec<f64>,
}

/// Cases of one track and series: the model, its rivals and the ensemble.
///
/// # Errors
///
/// If a series is not in the data.
pub fn cases(forecasts: &[Forecast], track: Track, series: &'static str) -> Result<Vec<Case>> {
    let truth = recorded(series)?;
    let mut cases = Vec::new();
    let mut by_origin: BTreeMap<_, Vec<&Forecast>> = BTreeMap::new();
    for f in forecasts.iter().filter(|f| f.track == track && f.series == series) {
        by_origin.entry(f.origin).or_default().push(f);
    }
    for (origin, made) in by_origin {
        let longest = made.iter().map(|f| f.horizon).max().unwrap_or(0) as usize;
        let rivals = rivals(series, origin, longest, track == Track::A)?;
        for f in made {
            let month = origin.plus(f.horizon as i32 - 1);
            let Some(observed) = truth.get(month) else { continue };
            let task = Task::from([
                ("origin_date".to_owned(), origin.first_day().to_string()),
                ("horizon".to_owned(), f.horizon.to_string()),
                ("year".to_owned(), month.first_day().format("%Y").to_string()),
            ]);
            let Some(own) = Case::from_samples(MODEL, task.clone(), f.samples.clone(), observed) else { continue };
            let at = f.horizon as usize - 1;
            for (name, quantiles) in &rivals {
                let Some(q) = quantiles.get(at) else { continue };
                cases.push(Case::new(*name, task.clone(), q, observed));
                if *name == YARDSTICK {
                    let both = average(q, &hub_quantiles(&f.samples));
                    cases.push(Case::new(ENSEMBLE, task.clone(), &both, observed));
                }
            }
            cases.push(own);
        }
    }
    Ok(cases)
}

/// Quantile average with equal weights.
fn average(a: &Quantiles, b: &Quantiles) -> Quantiles {
    std::array::from_fn(|i| f64::midpoint(a[i], b[i]))
}

/// Scores of all series of a track.
///
/// # Errors
///
/// If forecasts cannot be scored.
pub fn scores(forecasts: &[Forecast], track: Track) -> Result<Vec<Scores>> {
    let mut all = Vec::new();
    for (series, _) in SERIES {
        let cases = cases(forecasts, track, series)?;
        if cases.is_empty() {
            continue;
        }
        let options = |by: &str| Options {
            by: vec![by.into()],
            log: true,
            relative_to: Some(YARDSTICK.into()),
            ..Options::default()
        };
        let far: Vec<Case> = cases
            .iter()
            .filter(|c| c.task.get("horizon").and_then(|h| h.parse::<u32>().ok()).is_some_and(|h| h >= 3))
            .cloned()
            .collect();
        let bounds: Vec<PitBounds> =
            cases.iter().filter(|c| c.model == MODEL).map(|c| pit_bounds(&c.samples, c.observed)).collect();
        all.push(Scores {
            track,
            series,
            rows: summarise(&cases, &options("horizon"))?,
            by_year: if far.is_empty() { Vec::new() } else { summarise(&far, &options("year"))? },
            pit: pit_histogram(&bounds, PIT_BINS),
        });
    }
    Ok(all)
}

/// The row of a model and horizon.
pub fn row<'a>(scores: &'a Scores, model: &str, horizon: u32) -> Option<&'a Row> {
    let horizon = horizon.to_string();
    scores.rows.iter().find(|r| r.model == model && r.group.first() == Some(&horizon))
}

/// Ratio of the model's score to another's at a horizon, on the log scale.
pub fn ratio(scores: &Scores, model: &str, to: &str, horizon: u32) -> Option<f64> {
    Some(row(scores, model, horizon)?.wis_log? / row(scores, to, horizon)?.wis_log?)
}

/// Levels at which forecasts are handed on.
pub const LEVELS: [f64; 23] = HUB_LEVELS;
