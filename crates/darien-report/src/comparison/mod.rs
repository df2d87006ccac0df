//! A comparison as tables, charts and sentences, from the kept runs alone.

pub mod answer;
pub mod figures;
pub mod tables;

use super::results::{Results, SeriesRuns};
use crate::error::{Error, Problem, Result};
use crate::experiment::account::{self, Account};
use crate::experiment::compare::{Contrast, contrast};
use crate::registry::outcomes::over_horizon;
use crate::table::SeriesKey;
use crate::units::Month;
use chrono::NaiveDate;

pub use crate::registry::outcomes::headline;

/// A scenario set against its base: the same runs over the months that both report.
#[derive(Debug, Clone, Copy)]
pub struct Pairing<'a> {
    /// Results of the ensemble.
    pub results: &'a Results<'a>,
    /// The draw of the assumptions of each run; runs of one draw go together.
    pub draws: &'a [u64],
    /// Position of the base.
    pub base: usize,
    /// Position of the alternative.
    pub alternative: usize,
    /// First month that both report.
    pub from: Month,
    /// Months that both report.
    pub months: usize,
    /// First day on which the two differ, if they do.
    pub differs_from: Option<NaiveDate>,
    /// Day on which the levers are the same again, if that is before the horizon's end.
    pub ends: Option<NaiveDate>,
}

impl<'a> Pairing<'a> {
    /// Pairs two members.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if their horizons have no month in common.
    pub fn new(results: &'a Results<'a>, draws: &'a [u64], base: usize, alternative: usize) -> Result<Self> {
        let (b, a) = (&results.members[base], &results.members[alternative]);
        let from = b.from.max(a.from);
        let until = b.from.plus(b.months as i32 - 1).min(a.from.plus(a.months as i32 - 1));
        match usize::try_from(until.since(from) + 1) {
            Ok(months) if months > 0 => {
                Ok(Self { results, draws, base, alternative, from, months, differs_from: None, ends: None })
            }
            _ => Err(Error::invalid(
                Problem::new(&a.name, format!("has no month in common with the base `{}`", b.name))
                    .with_key("horizon")
                    .with_allowed(format!("months from {} to {}", b.from, b.from.plus(b.months as i32 - 1)))
                    .with_hint("compare scenarios of the same horizon, or move its end with `--until`"),
            )),
        }
    }

    /// Name of the alternative.
    pub fn name(&self) -> &str {
        &self.results.members[self.alternative].name
    }

    /// Last month that both report.
    pub fn last(&self) -> Month {
        self.from.plus(self.months as i32 - 1)
    }

    /// First and last month of which every day is in both.
    pub fn whole_months(&self) -> (Month, Month) {
        let [b, a] = [self.base, self.alternative].map(|m| self.results.members[m].whole_months());
        (b.0.max(a.0), b.1.min(a.1))
    }

    /// The rows of a range of series over the common months, for base and alternative.
    fn rows(&self, series: std::ops::Range<usize>) -> Result<(Vec<SeriesRuns>, Vec<SeriesRuns>)> {
        let side = |member: usize| -> Result<Vec<SeriesRuns>> {
            let skip = usize::try_from(self.from.since(self.results.members[member].from)).unwrap_or(0);
            let mut all = self.results.rows(member, series.clone())?;
            for row in all.iter_mut().flatten() {
                row.drain(..skip);
                row.truncate(self.months);
            }
            Ok(all)
        };
        Ok((side(self.base)?, side(self.alternative)?))
    }

    /// Monthly values of a series for base and alternative, a row a run; empty for a series that there is not.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn series(&self, key: &SeriesKey) -> Result<(SeriesRuns, SeriesRuns)> {
        match self.results.keys.binary_search(key) {
            Ok(at) => {
                let (mut b, mut a) = self.rows(at..at + 1)?;
                Ok((b.pop().unwrap_or_default(), a.pop().unwrap_or_default()))
            }
            Err(_) => Ok((Vec::new(), Vec::new())),
        }
    }

    /// Values over the horizon of a series for base and alternative, a value a run.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn totals(&self, key: &SeriesKey) -> Result<(Vec<f64>, Vec<f64>)> {
        let (b, a) = self.series(key)?;
        let total = |rows: &SeriesRuns| rows.iter().map(|r| over_horizon(&key.outcome, r)).collect();
        Ok((total(&b), total(&a)))
    }

    /// Values over the horizon of an outcome added up over places, for base and alternative.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn summed(&self, outcome: &str, places: impl Fn(&str) -> bool) -> Result<(Vec<f64>, Vec<f64>)> {
        let runs = self.results.runs.len();
        let mut sums = (vec![0.0; runs], vec![0.0; runs]);
        for key in self.results.keys.iter() {
            if key.outcome == outcome && key.nationality == "ALL" && places(&key.place) {
                let (b, a) = self.totals(key)?;
                for r in 0..runs {
                    sums.0[r] += b[r];
                    sums.1[r] += a[r];
                }
            }
        }
        Ok(sums)
    }

    /// The contrast of a series over the horizon.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn contrast(&self, key: &SeriesKey) -> Result<Contrast> {
        let (b, a) = self.totals(key)?;
        Ok(contrast(&b, &a, self.draws))
    }

    /// The account of avoided entries of a nationality, or of `ALL`.
    ///
    /// # Errors
    ///
    /// If a part cannot be read; [`Error::Unexpected`] if the books do not close, which would be a defect of the
    /// program.
    pub fn account(&self, nationality: &str) -> Result<Account> {
        let mut sides = (account::Series::new(), account::Series::new());
        for (outcome, place) in account::SERIES {
            let (b, a) = self.series(&SeriesKey::new(outcome, place, nationality))?;
            sides.0.insert((outcome, place), b);
            sides.1.insert((outcome, place), a);
        }
        let account = account::account(&sides.0, &sides.1);
        if let Some(run) = account.open().iter().position(|left| *left != 0) {
            return Err(Error::Unexpected(format!(
                "the account of avoided entries of {nationality} does not close in run {}: {} persons are left over",
                self.results.runs[run],
                account.open()[run]
            )));
        }
        let before = self.differs_from.is_some_and(|d| d < self.from.first_day());
        if !before && account.carried_in.iter().any(|c| *c != 0) {
            return Err(Error::Unexpected(format!(
                "the account of avoided entries of {nationality} begins with a difference that no lever made"
            )));
        }
        Ok(account)
    }
}
