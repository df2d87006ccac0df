//! Backtest: what the model would have said at each month of the past, from data up to that month alone.
//!
//! At each origin the posterior is that of the data until then: parameters are fitted anew every few months, and where
//! members can hardly follow ([`Fit::is_strained`]); in between their shocks follow the record ([`Fit::follow`]). A search ends
//! where its chance leads it, so that members of several searches, and of the last two fits of each, forecast together.
//! Two tracks share the members and their chance.
//! Track A is given the levers as they later were: is the mechanism right? Track B holds what was known on the first day of
//! the origin's month: would it have helped? The tracks are never mixed.

mod hindcast;
mod interventions;
mod kept;
mod rivals;
pub mod scoring;

pub use hindcast::{EPISODES, Episode, Hindcast, Told, hindcast};
pub use interventions::{INTERVENTIONS, Intervention, Paired, paired};
pub use kept::Kept;
pub use rivals::{regressors, rivals};

use super::calibrate::{Calibrated, Fit, Known, Plan, Stopped, Trail};
use super::draws::{Draw, Draws};
use super::runner::{Progress, RunKey, Runner};
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::model::Innovations;
use crate::random::{Decision, Seed, sample};
use crate::registry::NATIONALITIES;
use crate::scenario::Scenario;
use crate::table::Cube;
use crate::units::Month;
use crate::world::conditions::N;
use statrs::distribution::{ContinuousCDF, Gamma};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether later levers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Track {
    /// Conditional on the levers as they were.
    A,
    /// With what was known at the origin.
    B,
}

impl Track {
    /// Letter of the track.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// Series that are forecast: name in tables, and code in the data.
pub const SERIES: [(&str, &str); 8] = [
    ("total", "ALL"),
    ("VEN", "VEN"),
    ("HTI", "HTI"),
    ("ECU", "ECU"),
    ("COL", "COL"),
    ("CUB", "CUB"),
    ("CHN", "CHN"),
    ("IND", "IND"),
];

/// What to forecast, and with what effort.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Design {
    /// First month to be forecast one month ahead.
    #[serde(skip)]
    pub from: Month,
    /// Last month to be forecast.
    #[serde(skip)]
    pub to: Month,
    /// Months ahead.
    pub horizons: Vec<u32>,
    /// Months between two fits of the parameters.
    pub refit: u32,
    /// Runs of the first search, and of each later one.
    pub search: [u32; 2],
    /// Searches with chance of their own whose members forecast together.
    pub searches: u32,
    /// Members of all searches.
    pub members: u32,
    /// People that an agent stands for, of smaller nationalities fewer.
    pub scale: u32,
    /// Seed.
    pub seed: u64,
}

/// A forecast made at an origin: a number a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Track.
    pub track: Track,
    /// Name in [`SERIES`].
    pub series: &'static str,
    /// First month after the data that the forecast knows.
    pub origin: Month,
    /// Months ahead; 1 is the origin's own month.
    pub horizon: u32,
    /// Recorded entries of the month, a number a member; those of a search stand together.
    pub samples: Vec<f64>,
    /// How many of them are of each search.
    pub of_searches: Vec<usize>,
}

impl Forecast {
    /// What the members of one search alone forecast.
    #[must_use]
    pub fn of_search(&self, search: usize) -> Self {
        let begin: usize = self.of_searches[..search].iter().sum();
        let own = self.of_searches[search];
        Self { samples: self.samples[begin..begin + own].to_vec(), of_searches: vec![own], ..self.clone() }
    }
}

impl Design {
    /// The origins: the first month that is not known, in order.
    pub fn origins(&self) -> Vec<Month> {
        self.from.through(self.to).collect()
    }

    /// Whether the numbers make sense.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] that says what is wrong.
    pub fn check(&self) -> Result<()> {
        let mut wrong = Vec::new();
        let (first, last) = (Month::new(2022, 1), data::recorded_until());
        if first.is_some_and(|f| self.from < f) || self.to > last || self.from > self.to {
            wrong.push(format!("origins from {} to {} (2022-01 to {last} are possible)", self.from, self.to));
        }
        if self.horizons.is_empty() || self.horizons.iter().any(|h| !(1..=24).contains(h)) {
            wrong.push("horizons are months from 1 to 24, e.g. 1,3,12".into());
        }
        if self.searches == 0 {
            wrong.push("0 searches (1 or more are possible)".into());
        }
        if self.refit == 0 {
            wrong.push("0 months between fits (1 or more are possible)".into());
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Usage(wrong.join("; "))) }
    }

    /// The plans of the searches.
    fn plans(&self, until: Month, first: bool) -> Vec<Plan> {
        let (search, members) = (self.search[usize::from(!first)], self.members);
        Plan { until, search, members, scale: self.scale, seed: self.seed, nth: 0 }.shared(self.searches)
    }

    /// Makes all forecasts. `done` holds the first origins of a backtest that was stopped; `keep` is handed each
    /// further one when it is done. `None` when `stop` was set.
    ///
    /// # Errors
    ///
    /// If the design makes no sense, or `keep` fails.
    pub fn run(
        &self,
        done: Vec<Kept>,
        stop: &AtomicBool,
        progress: &mut impl Progress,
        mut keep: impl FnMut(Month, &Kept) -> Result<()>,
    ) -> Result<Option<Vec<Forecast>>> {
        self.check()?;
        let history = Scenario::load("history", &[], None)?;
        let origins = self.origins();
        let mut forecasts: Vec<Forecast> =
            done.iter().zip(&origins).flat_map(|(kept, origin)| kept.forecasts(*origin)).collect();
        let begun = done.len();
        // The last fits of each search, the newest first.
        let mut known: Vec<Vec<Known>> =
            done.into_iter().next_back().map_or_else(Vec::new, |kept| kept.known);
        for (i, &origin) in origins.iter().enumerate().skip(begun) {
            let due = i % self.refit as usize == 0;
            let (mut members, mut now) = (Vec::new(), Vec::new());
            for (s, plan) in self.plans(origin.plus(-1), known.is_empty()).into_iter().enumerate() {
                let earlier = known.get(s).map_or(&[][..], Vec::as_slice);
                let Ok(fits) = fits_of_search(&Fit::new(plan)?, earlier, due, stop)? else { return Ok(None) };
                members.push(fits.iter().flat_map(|fit| fit.members.iter().cloned()).collect());
                now.push(fits.iter().map(Calibrated::known).collect());
            }
            let Some(made) = self.forecast(&history, &members, origin, stop)? else { return Ok(None) };
            known = now;
            keep(origin, &Kept::new(known.clone(), &made))?;
            forecasts.extend(made);
            progress.report(i as u64 + 1, origins.len() as u64);
        }
        Ok(Some(forecasts))
    }

    /// Both tracks of one origin, by the members of each search.
    fn forecast(
        &self,
        history: &Scenario,
        members: &[Vec<Draw>],
        origin: Month,
        stop: &AtomicBool,
    ) -> Result<Option<Vec<Forecast>>> {
        let ahead = self.horizons.iter().copied().max().unwrap_or(1) as i32;
        let last = origin.plus(ahead - 1).min(self.to);
        let scenarios =
            [history.extended(last.last_day()), history.known_at(origin.first_day(), last.last_day())];
        let draws = Draws::Points(Arc::new(with_future(&members.concat(), last, self.seed)));
        let runner = Runner::new(&scenarios, draws, self.seed, self.scale)?;
        // The same chance as in the fit: a member's past is then the one that was fitted.
        let of_searches: Vec<usize> = members.iter().map(Vec::len).collect();
        let replicates = self.plans(origin, false).into_iter().zip(&of_searches);
        let replicates = replicates.flat_map(|(plan, &own)| std::iter::repeat_n(plan.replicate(), own));
        let keys: Vec<RunKey> =
            (0..).zip(replicates).map(|(draw, replicate)| RunKey { draw, replicate }).collect();
        let mut cubes = Vec::new();
        let whole = each_run(&runner, &keys, stop, |run| cubes.push(run))?;
        if !whole || stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let months: Vec<(u32, Month)> = self
            .horizons
            .iter()
            .map(|&horizon| (horizon, origin.plus(horizon as i32 - 1)))
            .filter(|(_, month)| *month <= last)
            .collect();
        let mut forecasts = Vec::new();
        for (t, track) in [Track::A, Track::B].into_iter().enumerate() {
            // By horizon and member: persons of each nationality.
            let drawn: Vec<Vec<[f64; N]>> = months
                .iter()
                .map(|&(horizon, month)| {
                    let member = |(m, cubes): (usize, &Vec<Cube>)| {
                        self.persons(cubes.get(t)?, month, (m as u32, horizon))
                    };
                    cubes.iter().enumerate().filter_map(member).collect()
                })
                .collect();
            for (series, code) in SERIES {
                for (&(horizon, _), drawn) in months.iter().zip(&drawn) {
                    let samples = drawn.iter().map(|all| of_series(code, all)).collect();
                    let of_searches = of_searches.clone();
                    forecasts.push(Forecast { track, series, origin, horizon, samples, of_searches });
                }
            }
        }
        Ok(Some(forecasts))
    }

    /// Recorded entries of a month and member by nationality, persons. Each is drawn for itself, and a total is their sum.
    fn persons(&self, cube: &Cube, month: Month, (member, horizon): (u32, u32)) -> Option<[f64; N]> {
        let at = usize::try_from(month.since(cube.from)).ok()?;
        let seed = Seed::new(self.seed);
        let mut all = [0.0; N];
        for (n, (persons, nationality)) in (0..).zip(all.iter_mut().zip(&NATIONALITIES)) {
            let counted = *cube.series("entries_recorded", "darien", nationality.code)?.get(at)?;
            let index = horizon + n * HORIZONS;
            let word = seed.words(Decision::Report, member, month_id(month), index)[0];
            *persons = behind(counted, nationality.people_per_agent(self.scale), word);
        }
        Some(all)
    }
}

/// The fits of a search whose members forecast: the newest first. Parameters are fitted anew where that is `due`, or
/// where members can hardly follow.
fn fits_of_search(
    fit: &Fit,
    earlier: &[Known],
    due: bool,
    stop: &AtomicBool,
) -> Result<std::result::Result<Vec<Calibrated>, Stopped>> {
    let mut followed = earlier.iter().map(|earlier| fit.follow(earlier, stop));
    let newest = match followed.next().transpose() {
        Ok(newest) => newest,
        Err(stopped) => return Ok(Err(stopped)),
    };
    let mut fits = Vec::new();
    if due || newest.as_ref().is_none_or(|newest| fit.is_strained(newest)) {
        let starts: Vec<_> = newest.iter().map(|newest| newest.peaks[0].clone()).collect();
        match fit.run(&starts, Trail::default(), stop, &mut (), |_| Ok(()))? {
            Ok(anew) => fits.push(anew),
            Err(stopped) => return Ok(Err(stopped)),
        }
    }
    fits.extend(newest);
    // One that would be left out need not follow.
    for older in followed.take(FITS.saturating_sub(fits.len())) {
        match older {
            Ok(older) => fits.push(older),
            Err(stopped) => return Ok(Err(stopped)),
        }
    }
    Ok(Ok(fits))
}

/// The first `runs` draws under the same chance.
fn under_one_chance(runs: u64) -> Vec<RunKey> {
    (0..runs).map(|draw| RunKey { draw, replicate: 0 }).collect()
}

/// Hands on what all scenarios give under each key; `false` when `stop` was set.
fn each_run(
    runner: &Runner,
    keys: &[RunKey],
    stop: &AtomicBool,
    mut take: impl FnMut(Vec<Cube>),
) -> Result<bool> {
    runner.ensemble(keys, stop, &mut (), |_, outcome| {
        take(outcome.map_err(|f| Error::Unexpected(format!("a run failed: {}", f.message)))?);
        Ok(())
    })
}

/// Fits of a search whose members forecast together.
const FITS: usize = 2;

/// Number of a month for addresses of chance.
fn month_id(month: Month) -> u32 {
    Month::new(2000, 1).map_or(0, |first| u32::try_from(month.since(first)).unwrap_or(0))
}

/// What a series counts of the persons of all nationalities: those of its own, or everybody.
fn of_series(code: &str, persons: &[f64; N]) -> f64 {
    let nationality = NATIONALITIES.iter().position(|n| n.code == code);
    nationality.map_or_else(|| persons.iter().sum(), |n| persons[n])
}

/// Horizons below this have addresses of chance.
const HORIZONS: u32 = 32;

/// The number of persons that one agent per person would give in the place of `counted` persons of coarse agents: drawn
/// from what is known of the rate behind a Poisson number of parties (Jeffreys' prior). Otherwise a month of less than one
/// agent would be forecast as nobody.
fn behind(counted: f64, scale: u32, word: u32) -> f64 {
    if scale <= 1 {
        return counted;
    }
    let party = PARTY * f64::from(scale);
    let shape = counted / party + 0.5;
    Gamma::new(shape, 1.0).map_or(counted, |rate| party * rate.inverse_cdf(sample::unit(word)))
}

/// Agents that travel together, on average (S100, S101).
const PARTY: f64 = 1.6;

/// Members with shocks of their own drawn for the months that they do not know.
fn with_future(members: &[Draw], last: Month, seed: u64) -> Vec<Draw> {
    let seed = Seed::new(seed);
    let months = Month::new(2021, 1).map_or(0, |first| usize::try_from(last.since(first)).unwrap_or(0)) + 1;
    members
        .iter()
        .enumerate()
        .map(|(m, member)| {
            let mut shocks = Innovations::clone(&member.innovations);
            let drawn = |month| Innovations::drawn(seed, 1 + m as u32, month);
            shocks.months.extend((shocks.months.len()..months).map(drawn));
            // The one after the last acts before it begins.
            shocks.months.push([0.0; N]);
            Draw { parameters: member.parameters.clone(), innovations: Arc::new(shocks) }
        })
        .collect()
}

/// What was recorded of a series in a month.
///
/// # Errors
///
/// If the series is not in the data.
pub fn recorded(series: &str) -> Result<&'static data::Series> {
    SERIES
        .iter()
        .find(|(name, _)| *name == series)
        .and_then(|(_, code)| data::entries().series(code))
        .ok_or_else(|| Error::invalid(Problem::new("backtest", "knows no such series").with_found(series)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A month in which `entries` of each nationality were recorded, at a scale.
    fn drawn(scale: u32, member: u32, entries: f64) -> [f64; N] {
        let from = Month::new(2024, 1).unwrap();
        let design = Design {
            from,
            to: from,
            horizons: vec![1],
            refit: 1,
            search: [1, 1],
            searches: 1,
            members: 1,
            scale,
            seed: 7,
        };
        let mut cube = Cube::zeros(crate::observe::series(), from, 1);
        for (key, value) in cube.keys.iter().zip(&mut cube.values) {
            if key.outcome == "entries_recorded" && key.nationality != "ALL" {
                *value = entries;
            }
        }
        design.persons(&cube, from, (member, 1)).unwrap()
    }

    #[test]
    fn a_total_is_the_sum_of_persons_of_all_nationalities() {
        let all = drawn(75, 0, 600.0);
        assert_eq!(of_series("ALL", &all), all.iter().sum::<f64>());
        assert_eq!(of_series("CHN", &all), all[5]);
        // Each is drawn for itself.
        assert!((1..N).all(|n| all[..n].iter().all(|other| *other != all[n])));
        assert_eq!(drawn(1, 0, 600.0), [600.0; N]);
    }

    /// What is known of a month is as uncertain as the agents of its nationality are coarse.
    #[test]
    fn small_nationalities_are_known_better() {
        let members: Vec<[f64; N]> = (0..400).map(|m| drawn(75, m, 600.0)).collect();
        for (n, nationality) in NATIONALITIES.iter().enumerate() {
            let mean = members.iter().map(|m| m[n]).sum::<f64>() / 400.0;
            let variance = members.iter().map(|m| (m[n] - mean).powi(2)).sum::<f64>() / 399.0;
            let party = PARTY * f64::from(nationality.people_per_agent(75));
            let expected = party * (600.0 + party / 2.0);
            assert!((mean - 600.0 - party / 2.0).abs() < 5.0 * (expected / 400.0).sqrt(), "{n}: {mean}");
            assert!((0.7..1.4).contains(&(variance / expected)), "{n}: {variance} for {expected}");
        }
    }
}
