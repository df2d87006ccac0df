//! Forecasts of the model and of its rivals against what was recorded.

use super::{Forecast, SERIES, Track, recorded, rivals};
use crate::data::Series;
use crate::error::Result;
use crate::units::Month;
use darien_hub::Task;
use darien_hub::report::{Case, Options, Row, summarise};
use darien_stats::scores::{HUB_LEVELS, PitBounds, Quantiles, hub_quantiles, pit_bounds, pit_histogram};
use std::collections::{BTreeMap, BTreeSet};

/// Name of the model in tables.
pub const MODEL: &str = "darien";
/// Name of the equal-weight average of the model and the random walk.
pub const ENSEMBLE: &str = "darien_and_naive";
/// The yardstick to which skill is relative.
pub const YARDSTICK: &str = "naive";
/// Bins of a PIT histogram.
pub const PIT_BINS: usize = 10;

/// Entries of all nationalities a month above which the tail is scored, persons: 30 days of the 2,000 a day that are quoted
/// for all boats across the gulf (S030), which buses through Panama were later laid out for (S024).
pub const CAPACITY: f64 = 60_000.0;

/// Scores of one track and series by horizon and model.
#[derive(Debug, Clone)]
pub struct Scores {
    /// Track.
    pub track: Track,
    /// Series.
    pub series: &'static str,
    /// A row a horizon and model; the group of a row is its horizon.
    pub rows: Vec<Row>,
    /// The same of parts of the months forecast.
    pub parts: Vec<Part>,
    /// The same when the members of one search alone forecast; none where there is but one.
    pub alone: Vec<Part>,
    /// PIT histogram of the model over all horizons.
    pub pit: Vec<f64>,
}

/// Scores of some of the forecasts.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which: those of some months, or of one search.
    pub name: String,
    /// A row a horizon and model; a part of few months has no intervals.
    pub rows: Vec<Row>,
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
            let Some((task, observed)) = task(f, truth) else { continue };
            let Some(own) = Case::from_samples(MODEL, task.clone(), f.samples.clone(), observed) else {
                continue;
            };
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

/// What a forecast is of, and what was recorded of it, if it was.
fn task(f: &Forecast, truth: &Series) -> Option<(Task, f64)> {
    let month = f.origin.plus(f.horizon as i32 - 1);
    let observed = truth.get(month)?;
    let task = Task::from([
        ("origin_date".to_owned(), f.origin.first_day().to_string()),
        ("horizon".to_owned(), f.horizon.to_string()),
        (YEAR.to_owned(), month.first_day().format("%Y").to_string()),
        (PHASE.to_owned(), Phase::of(truth, month).name().to_owned()),
    ]);
    Some((task, observed))
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
        let options = Options {
            by: vec!["horizon".into()],
            log: true,
            relative_to: Some(YARDSTICK.into()),
            capacity: (series == "total").then_some(CAPACITY),
            ..Options::default()
        };
        let bounds: Vec<PitBounds> =
            cases.iter().filter(|c| c.model == MODEL).map(|c| pit_bounds(&c.samples, c.observed)).collect();
        all.push(Scores {
            track,
            series,
            rows: summarise(&cases, &options)?,
            parts: parts(&cases, &options)?,
            alone: alone(forecasts, &cases, (track, series), &options)?,
            pit: pit_histogram(&bounds, PIT_BINS),
        });
    }
    Ok(all)
}

/// Scores of the members of each search alone, beside the yardstick among the cases of all: how far they lie apart is
/// chance of the search.
fn alone(
    forecasts: &[Forecast],
    of_all: &[Case],
    (track, series): (Track, &str),
    options: &Options,
) -> Result<Vec<Part>> {
    let truth = recorded(series)?;
    let searches = forecasts.first().map_or(0, |f| f.of_searches.len());
    let of = |search: usize| {
        let mut cases: Vec<Case> = of_all.iter().filter(|c| c.model == YARDSTICK).cloned().collect();
        cases.extend(forecasts.iter().filter(|f| f.track == track && f.series == series).filter_map(|f| {
            let (task, observed) = task(f, truth)?;
            Case::from_samples(MODEL, task, f.of_search(search).samples, observed)
        }));
        Ok(Part { name: (search + 1).to_string(), rows: summarise(&cases, options)? })
    };
    (0..searches).filter(|_| searches > 1).map(of).collect()
}

/// Scores by phase, by year, and with one year left out at a time, so that no year decides everything.
fn parts(cases: &[Case], options: &Options) -> Result<Vec<Part>> {
    let among = |column: &str, value: &str, inside: bool| -> Vec<Case> {
        let fits = |c: &&Case| c.task.get(column).is_some_and(|v| (v == value) == inside);
        cases.iter().filter(fits).cloned().collect()
    };
    let phases = Phase::ALL.iter().map(|p| (p.name().to_owned(), among(PHASE, p.name(), true)));
    let years: BTreeSet<&String> = cases.iter().filter_map(|c| c.task.get(YEAR)).collect();
    let of_years = years.iter().map(|y| ((*y).clone(), among(YEAR, y, true)));
    let without = years.iter().map(|y| (format!("without {y}"), among(YEAR, y, false)));
    phases
        .chain(of_years)
        .chain(without)
        .filter(|(_, cases)| !cases.is_empty())
        .map(|(name, cases)| Ok(Part { name, rows: summarise(&cases, options)? }))
        .collect()
}

/// What the record did about a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Over the two months about it the flow grew by half or more.
    Rise,
    /// Neither.
    Level,
    /// It fell by a third or more.
    Fall,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::Rise, Self::Level, Self::Fall];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rise => "rise",
            Self::Level => "level",
            Self::Fall => "fall",
        }
    }

    /// The phase of a month: from the month before to the month after, or to itself where the record ends.
    pub fn of(truth: &Series, month: Month) -> Self {
        let at = |months: i32| truth.get(month.plus(months));
        let (Some(before), Some(after)) = (at(-1).or(at(0)), at(1).or(at(0))) else { return Self::Level };
        let growth = (after + 1.0) / (before + 1.0);
        if growth >= 1.5 {
            Self::Rise
        } else if growth <= 1.0 / 1.5 {
            Self::Fall
        } else {
            Self::Level
        }
    }
}

const YEAR: &str = "year";
const PHASE: &str = "phase";

/// The row of a model and horizon.
pub fn row<'a>(rows: &'a [Row], model: &str, horizon: u32) -> Option<&'a Row> {
    let horizon = horizon.to_string();
    rows.iter().find(|r| r.model == model && r.group.first() == Some(&horizon))
}

/// Ratio of a model's score to another's at a horizon, on the log scale.
pub fn ratio(rows: &[Row], model: &str, to: &str, horizon: u32) -> Option<f64> {
    Some(row(rows, model, horizon)?.wis_log? / row(rows, to, horizon)?.wis_log?)
}

/// Ratio of the model's score to that of the best of its rivals at a horizon, on the log scale; which one is best is known
/// only afterwards.
pub fn ratio_to_best(rows: &[Row], horizon: u32) -> Option<f64> {
    let at = horizon.to_string();
    let rival = |r: &&Row| r.group.first() == Some(&at) && ![MODEL, ENSEMBLE].contains(&r.model.as_str());
    let best = rows.iter().filter(rival).filter_map(|r| r.wis_log).min_by(f64::total_cmp)?;
    Some(row(rows, MODEL, horizon)?.wis_log? / best)
}

/// Levels at which forecasts are handed on.
pub const LEVELS: [f64; 23] = HUB_LEVELS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_those_that_a_reader_sees() {
        let truth = recorded("total").unwrap();
        let phase = |year, month| Phase::of(truth, Month::new(year, month).unwrap());
        assert_eq!(phase(2022, 9), Phase::Rise);
        assert_eq!(phase(2022, 11), Phase::Fall);
        assert_eq!(phase(2023, 5), Phase::Level);
        assert_eq!(phase(2024, 12), Phase::Fall, "nothing is known of the month after");
    }
}
