//! Some series of a result folder, run by run.

use super::folder::ResultFolder;
use crate::error::{Error, Problem, Result};
use crate::table::SeriesKey;
use std::collections::{BTreeMap, BTreeSet};

/// The monthly values of chosen series: by scenario, series and run.
#[derive(Debug, Clone)]
pub struct Selection {
    runs: Vec<u64>,
    series: usize,
    /// By scenario and series, a row a run.
    values: Vec<Vec<Vec<f64>>>,
}

impl Selection {
    /// Reads the series from `monthly.csv` in one pass; zeros of nationalities that the table leaves out are put back.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if scenarios have different runs, the runs are not as many as the manifest says, or values of
    /// a total are missing; and as for [`ResultFolder::monthly`].
    pub fn read(folder: &ResultFolder, keys: &[SeriesKey]) -> Result<Self> {
        let members = folder.members();
        // Runs are few and rows many: the numbers of runs are gathered once a series only.
        let mut runs: Vec<BTreeSet<u64>> = vec![BTreeSet::new(); members.len()];
        let mut found: Vec<BTreeMap<u64, Vec<f64>>> = vec![BTreeMap::new(); members.len() * keys.len()];
        let mut last = None;
        folder.monthly(|row| {
            if last != Some((row.member, row.run)) {
                runs[row.member].insert(row.run);
                last = Some((row.member, row.run));
            }
            let wanted = keys.iter().position(|k| {
                k.outcome == row.outcome && k.place == row.place && k.nationality == row.nationality
            });
            if let Some(series) = wanted {
                let missing = if row.nationality == "ALL" { f64::NAN } else { 0.0 };
                let months = members[row.member].months();
                found[row.member * keys.len() + series]
                    .entry(row.run)
                    .or_insert_with(|| vec![missing; months])[row.month] = row.value;
            }
            Ok(())
        })?;
        let expected = runs.first().cloned().unwrap_or_default();
        let mut problems = Vec::new();
        let problem = |message: &str| {
            Problem::new(folder.shown("monthly.csv"), message).with_hint("run the scenario again")
        };
        if expected.len() as u64 != folder.manifest().runs {
            problems.push(
                problem("has not as many runs as the manifest says")
                    .with_found(expected.len().to_string())
                    .with_allowed(folder.manifest().runs.to_string()),
            );
        }
        let mut values = Vec::with_capacity(found.len());
        for (at, mut by_run) in found.into_iter().enumerate() {
            let (member, key) = (&members[at / keys.len()], &keys[at % keys.len()]);
            if at % keys.len() == 0 && runs[at / keys.len()] != expected {
                problems.push(
                    problem("has other runs for this scenario than for the first")
                        .with_key(member.name.as_str()),
                );
            }
            let missing = if key.nationality == "ALL" { f64::NAN } else { 0.0 };
            let rows: Vec<Vec<f64>> = expected
                .iter()
                .map(|run| by_run.remove(run).unwrap_or_else(|| vec![missing; member.months()]))
                .collect();
            if rows.iter().flatten().any(|v| v.is_nan()) {
                problems.push(
                    problem("lacks values of a total").with_key(format!(
                        "{}: {}@{} {}",
                        member.name, key.outcome, key.place, key.nationality
                    )),
                );
            }
            values.push(rows);
        }
        if problems.is_empty() {
            Ok(Self { runs: expected.into_iter().collect(), series: keys.len(), values })
        } else {
            Err(Error::Invalid(problems))
        }
    }

    /// Numbers of the runs, increasing; the same for all scenarios.
    pub fn runs(&self) -> &[u64] {
        &self.runs
    }

    /// Monthly values of a series of a scenario, a row a run; both by position.
    pub fn rows(&self, member: usize, series: usize) -> &[Vec<f64>] {
        self.values.get(member * self.series + series).map_or(&[], Vec::as_slice)
    }
}
