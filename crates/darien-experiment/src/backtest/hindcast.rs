//! Hindcast: the past as the shipped posterior tells it, and the episodes that a model of the corridor must tell.

use super::{each_run, recorded, under_one_chance};
use crate::draws::{Draw, Draws};
use crate::error::{Error, Result};
use crate::model::Innovations;
use crate::runner::Runner;
use crate::scenario::Scenario;
use crate::study::{log_change, transform};
use crate::summary::{quantile, sorted};
use crate::units::Month;
use crate::world::conditions::N;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Runs of history: a list a run, a number a month.
type Paths = Vec<Vec<f64>>;

/// A change of the flow that is judged by sign and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// Name.
    pub name: &'static str,
    /// Name of the series.
    pub series: &'static str,
    /// Month before and month after.
    pub months: [&'static str; 2],
}

/// The episodes.
pub const EPISODES: [Episode; 13] = {
    const fn of(name: &'static str, series: &'static str, from: &'static str, to: &'static str) -> Episode {
        Episode { name, series, months: [from, to] }
    }
    [
        of("Haitian wave rises", "HTI", "2021-05", "2021-09"),
        of("Haitian wave ends", "HTI", "2021-09", "2021-12"),
        of("Venezuelan wave rises", "VEN", "2022-01", "2022-10"),
        of("The stop of October 2022", "VEN", "2022-10", "2022-11"),
        of("Recovery", "VEN", "2022-11", "2023-04"),
        of("To the record", "VEN", "2023-06", "2023-08"),
        of("Fall of late 2023", "VEN", "2023-08", "2023-12"),
        of("Fall of late 2023, all", "total", "2023-08", "2023-12"),
        of("Ecuadorians rise", "ECU", "2022-07", "2022-12"),
        of("Chinese rise", "CHN", "2022-10", "2023-11"),
        of("Summer of 2024", "VEN", "2024-06", "2024-08"),
        of("Rebound", "VEN", "2024-08", "2024-09"),
        of("Collapse", "VEN", "2024-10", "2024-12"),
    ]
};

/// An episode as it was, and as runs tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Which.
    pub episode: Episode,
    /// Recorded entries of the two months.
    pub recorded: [f64; 2],
    /// Change that was seen, log of after over before.
    pub seen: f64,
    /// Median change of the posterior, its shocks included.
    pub posterior: f64,
    /// Median change of the same parameters without shocks: what the mechanisms alone tell.
    pub mechanisms: f64,
}

/// A series as it was, and as the posterior tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name.
    pub name: &'static str,
    /// Code in the data.
    pub code: &'static str,
    /// Recorded entries of each run by month.
    pub runs: Paths,
    /// Months, and those of them inside the 95 % interval.
    pub covered: [usize; 2],
    /// Years: year, recorded, median of the runs.
    pub years: Vec<(i32, f64, f64)>,
    /// Share of the variance of the logarithm of recorded entries that the mechanisms alone tell: one less the mean square
    /// error of the median run without shocks over the variance, both of [`transform`]. Below 0 where the mean would tell more.
    pub told_by_mechanisms: f64,
}

/// The hindcast.
#[derive(Debug, Clone, PartialEq)]
pub struct Hindcast {
    /// First month.
    pub from: Month,
    /// Series.
    pub series: Vec<Series>,
    /// Episodes.
    pub episodes: Vec<Told>,
    /// Runs.
    pub runs: usize,
}

impl Hindcast {
    /// Last month.
    pub fn last(&self) -> Month {
        self.from.plus(self.series.first().map_or(0, |s| s.runs.first().map_or(0, Vec::len)) as i32 - 1)
    }
}

/// Entries by series and run; none when `stop` was set.
fn paths(
    draws: Draws,
    until: Month,
    (seed, scale, runs): (u64, u32, u64),
    stop: &AtomicBool,
) -> Result<Option<(Month, Vec<Paths>)>> {
    let history = Scenario::load("history", &[], Some(until.last_day()))?;
    let runner = Runner::new(&[history], draws, seed, scale)?;
    let mut all: Vec<Paths> = vec![Vec::new(); super::SERIES.len()];
    let mut from = None;
    let whole = each_run(&runner, &under_one_chance(runs), stop, |cubes| {
        for (paths, (_, code)) in all.iter_mut().zip(super::SERIES) {
            let row = cubes.first().and_then(|c| c.series("entries_recorded", "darien", code));
            paths.push(row.map(<[f64]>::to_vec).unwrap_or_default());
        }
        from = cubes.first().map(|c| c.from);
    })?;
    Ok(from.filter(|_| whole).map(|from| (from, all)))
}

/// The hindcast of the first `runs` draws of a posterior, each with its shocks and without any; none when `stop` was set.
///
/// # Errors
///
/// If `history` cannot be read.
pub fn hindcast(posterior: &Draws, size: (u64, u32, u64), stop: &AtomicBool) -> Result<Option<Hindcast>> {
    let calm: Vec<Draw> = (0..size.2)
        .map(|i| {
            let draw = posterior.draw(i);
            let months = draw.innovations.months.len();
            Draw { innovations: Arc::new(Innovations::then_none(&vec![[0.0; N]; months])), ..draw }
        })
        .collect();
    // Months that the posterior does not know would be a forecast.
    let until = posterior.known_until();
    let Some((from, with)) = paths(posterior.clone(), until, size, stop)? else { return Ok(None) };
    let Some((_, without)) = paths(Draws::Points(Arc::new(calm)), until, size, stop)? else {
        return Ok(None);
    };
    let mut series = Vec::new();
    for (((name, code), runs), calm) in super::SERIES.into_iter().zip(&with).zip(&without) {
        series.push(told(name, code, from, (runs, calm))?);
    }
    let episodes = EPISODES.iter().map(|e| episode(*e, from, &with, &without)).collect::<Result<_>>()?;
    Ok(Some(Hindcast { from, series, episodes, runs: size.2 as usize }))
}

fn told(
    name: &'static str,
    code: &'static str,
    from: Month,
    (runs, calm): (&Paths, &Paths),
) -> Result<Series> {
    let truth = recorded(name)?;
    let months = runs.first().map_or(0, Vec::len);
    let (mut all, mut inside) = (0, 0);
    let mut logs: Vec<(f64, f64)> = Vec::new();
    let mut years: std::collections::BTreeMap<i32, (f64, Vec<f64>)> = std::collections::BTreeMap::new();
    for i in 0..months {
        let month = from.plus(i as i32);
        let Some(seen) = truth.get(month) else { continue };
        let values: Vec<f64> = runs.iter().map(|r| r[i]).collect();
        let ordered = sorted(values.clone());
        all += 1;
        inside += usize::from(quantile(&ordered, 0.025) <= seen && seen <= quantile(&ordered, 0.975));
        let median = |runs: &Paths| quantile(&sorted(runs.iter().map(|r| r[i]).collect()), 0.5);
        logs.push((transform(seen), transform(median(calm))));
        let year = chrono::Datelike::year(&month.first_day());
        let sums = years.entry(year).or_insert_with(|| (0.0, vec![0.0; runs.len()]));
        sums.0 += seen;
        for (sum, v) in sums.1.iter_mut().zip(values) {
            *sum += v;
        }
    }
    let years = years.into_iter().map(|(y, (seen, sums))| (y, seen, quantile(&sorted(sums), 0.5))).collect();
    let told_by_mechanisms = share_told(&logs);
    Ok(Series { name, code, runs: runs.clone(), covered: [all, inside], years, told_by_mechanisms })
}

/// Share of the variance of the first of each pair that the second tells.
fn share_told(pairs: &[(f64, f64)]) -> f64 {
    let mean = pairs.iter().map(|(seen, _)| seen).sum::<f64>() / pairs.len().max(1) as f64;
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    1.0 - sum(&|(seen, told)| (seen - told).powi(2)) / sum(&|(seen, _)| (seen - mean).powi(2))
}

fn episode(episode: Episode, from: Month, with: &[Paths], without: &[Paths]) -> Result<Told> {
    let at = |m: &str| -> Result<usize> {
        let month: Month = m.parse().map_err(Error::Usage)?;
        Ok(usize::try_from(month.since(from)).unwrap_or(0))
    };
    let (before, after) = (at(episode.months[0])?, at(episode.months[1])?);
    let place = super::SERIES.iter().position(|(name, _)| *name == episode.series).unwrap_or(0);
    let change = |paths: &[Paths]| {
        let one = |r: &Vec<f64>| log_change(r[before], r[after]);
        quantile(&sorted(paths[place].iter().map(one).collect()), 0.5)
    };
    let truth = recorded(episode.series)?;
    let of = |i: usize| truth.get(from.plus(i as i32)).unwrap_or(f64::NAN);
    let recorded = [of(before), of(after)];
    Ok(Told {
        episode,
        recorded,
        seen: log_change(recorded[0], recorded[1]),
        posterior: change(with),
        mechanisms: change(without),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_whole_is_one_and_the_mean_tells_nothing() {
        assert_eq!(share_told(&[(1.0, 1.0), (3.0, 3.0)]), 1.0);
        assert_eq!(share_told(&[(1.0, 2.0), (3.0, 2.0)]), 0.0);
        assert!(share_told(&[(1.0, 3.0), (3.0, 1.0)]) < 0.0);
    }
}
