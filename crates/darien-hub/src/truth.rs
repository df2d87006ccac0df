//! Target data in: what really happened.

use super::columns::{is_index, is_setting, text};
use super::dates::vintage;
use super::faults::{AllFaults, Faults, listed, quoted};
use super::kinds::files_below;
use super::raw::{RawTable, read_table};
use super::read::{Forecasts, Task, describe, missing_column};
use crate::error::{Error, Problem, Result};
use chrono::NaiveDateTime;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Observed values by the columns that name the unit (`target_end_date`, `location`, `target`, ...).
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Columns that identify a unit, in the order of the keys.
    pub columns: Vec<String>,
    /// Values; of several vintages (`as_of`) the latest.
    pub rows: BTreeMap<Vec<String>, f64>,
    /// Which of the categories (`pmf`) of a unit was observed, where the data say so by output type ids.
    pub categories: BTreeMap<Vec<String>, String>,
    /// Where it comes from, for messages.
    pub file: String,
    /// Sentences for the user: what was passed over.
    pub notes: Vec<String>,
}

/// Finds the observation of a task by the columns that both sides have.
#[derive(Debug, Clone)]
pub struct Matcher {
    shared: Vec<String>,
    rows: BTreeMap<Vec<String>, f64>,
    categories: BTreeMap<Vec<String>, String>,
}

/// The columns that may hold what was observed, the first that is there counts.
const VALUES: [&str; 3] = ["oracle_value", "observation", "value"];

/// Reads target data: a file, a folder of files, or a hub (its `oracle-output` before its `time-series`).
///
/// Takes `oracle_value`, `observation` or `value`. Missing observations are left out: they are not known yet.
///
/// # Errors
/// [`Error::Invalid`] with all problems: as [`super::read_forecasts`], no value column, two values for one unit, or vintages
/// whose order is not clear. [`Error::Io`] if a folder cannot be listed.
pub fn read_truth(path: &Path) -> Result<Truth> {
    let mut all = AllFaults::default();
    let mut observed = Observed::default();
    let (files, notes) = truth_files(path)?;
    for file in &files {
        let mut faults = Faults::new(file);
        observed.read(file, &mut faults);
        all.add(faults);
    }
    if all.is_empty() && observed.latest.is_empty() && observed.categories.is_empty() {
        let mut faults = Faults::new(path);
        faults.push(faults.problem("holds no observations").with_found(notes.join("; ")).with_allowed(
            "a .csv, .csv.gz or .parquet file with oracle_value or observation, or a hub with target-data",
        ));
        all.add(faults);
    }
    if !all.is_empty() {
        return Err(Error::Invalid(all.into_problems(path)));
    }
    Ok(Truth {
        columns: observed.columns.unwrap_or_default(),
        rows: observed.latest.into_iter().map(|(key, held)| (key, held.value)).collect(),
        categories: observed.categories.into_iter().map(|(key, held)| (key, held.value)).collect(),
        file: path.display().to_string(),
        notes,
    })
}

/// The files of a path, and what was passed over.
fn truth_files(path: &Path) -> Result<(Vec<PathBuf>, Vec<String>)> {
    if !path.is_dir() {
        return Ok((vec![path.to_path_buf()], Vec::new()));
    }
    let inner = path.join("target-data");
    let root = if inner.is_dir() { inner } else { path.to_path_buf() };
    let list = |folder: &Path| {
        let found = files_below(folder).map_err(Error::io("list the folder", folder))?;
        let notes = found.notes();
        Ok((found.tables, notes))
    };
    for name in ["oracle-output", "time-series"] {
        for extension in ["parquet", "csv", "csv.gz"] {
            let file = root.join(format!("{name}.{extension}"));
            if file.is_file() {
                return Ok((vec![file], Vec::new()));
            }
        }
        if root.join(name).is_dir() {
            return list(&root.join(name));
        }
    }
    list(&root)
}

/// A value with its vintage.
struct Held<T> {
    as_of: String,
    value: T,
}

/// What the files read so far say.
#[derive(Default)]
struct Observed {
    columns: Option<Vec<String>>,
    latest: BTreeMap<Vec<String>, Held<f64>>,
    categories: BTreeMap<Vec<String>, Held<String>>,
}

impl Observed {
    fn read(&mut self, path: &Path, faults: &mut Faults) {
        let Some(table) = read_table(path, &VALUES, faults) else { return };
        let types = table.labels("output_type");
        let Some((value_name, values)) = table.values() else {
            missing_column(&table, VALUES[0], faults);
            return;
        };
        if value_name == "value" && types.is_some() {
            faults.push(
                faults
                    .problem("is model output, not target data")
                    .with_found("the columns value and output_type")
                    .with_allowed("target data with oracle_value or observation"),
            );
            return;
        }
        let without = [&VALUES[..], &["as_of", "output_type", "output_type_id"]].concat();
        let mut keys = table.label_columns(&without);
        keys.retain(|(name, _)| !is_index(name));
        let names: Vec<String> = keys.iter().map(|(n, _)| (*n).to_string()).collect();
        let known = self.columns.get_or_insert_with(|| names.clone());
        let (mine, theirs): (BTreeSet<_>, BTreeSet<_>) = (names.iter().collect(), known.iter().collect());
        if mine != theirs {
            let problem = faults.problem("has other columns than the files before it");
            faults.push(
                problem
                    .with_found(listed(names.iter().map(String::as_str)))
                    .with_allowed(listed(known.iter().map(String::as_str))),
            );
            return;
        }
        // In the order of the first file.
        let order: Vec<usize> = known.iter().filter_map(|k| names.iter().position(|n| n == k)).collect();
        let (as_of, ids) = (table.labels("as_of"), table.labels("output_type_id"));
        for (row, value) in values.iter().enumerate() {
            // Missing is not known yet; the reader has noted infinite ones.
            if !value.is_finite() {
                continue;
            }
            let key: Vec<String> = order.iter().map(|i| text(keys[*i].1, row)).collect();
            let as_of = as_of.and_then(|a| a.of(row)).unwrap_or_default();
            let place = (&table, row, known.as_slice());
            match types.and_then(|t| t.of(row)) {
                // Of a category, whether it was observed: its id is the observation.
                Some("pmf") => {
                    if let Some(id) = ids.and_then(|i| i.of(row)).filter(|_| *value == 1.0) {
                        keep(&mut self.categories, key, as_of, id.to_string(), place, faults);
                    }
                }
                // Of a threshold, whether it was exceeded; the values themselves are in other rows.
                Some("cdf") => {}
                // Oracle output repeats a unit for each output type; only a contradiction is a fault.
                _ => keep(&mut self.latest, key, as_of, *value, place, faults),
            }
        }
    }
}

/// Keeps the later of two vintages of a unit.
fn keep<T: PartialEq + std::fmt::Display>(
    held: &mut BTreeMap<Vec<String>, Held<T>>,
    key: Vec<String>,
    as_of: &str,
    value: T,
    (table, row, names): (&RawTable, usize, &[String]),
    faults: &mut Faults,
) {
    let Some(other) = held.get_mut(&key) else {
        held.insert(key, Held { as_of: as_of.to_string(), value });
        return;
    };
    let task = || describe(&names.iter().cloned().zip(key.iter().cloned()).collect::<Task>());
    let time = |text: &str| if text.is_empty() { Some(NaiveDateTime::MIN) } else { vintage(text) };
    let order = if as_of == other.as_of {
        Some(Ordering::Equal)
    } else {
        time(as_of).zip(time(&other.as_of)).map(|(new, old)| new.cmp(&old))
    };
    match order {
        Some(Ordering::Less) => {}
        Some(Ordering::Greater) => *other = Held { as_of: as_of.to_string(), value },
        Some(Ordering::Equal) if other.value == value => {}
        Some(Ordering::Equal) => faults.push_with(|f| {
            let problem = f
                .problem(format!("two observations for {}", task()))
                .with_found(format!("{} and {value}", other.value));
            table.at(row, problem.with_hint("keep one, or tell them apart with a column as_of"))
        }),
        None => faults.push_with(|f| {
            let bad = if time(as_of).is_none() { as_of } else { &other.as_of };
            let problem = f
                .problem(format!("two vintages of {} whose order is not clear", task()))
                .with_key("as_of")
                .with_found(quoted(bad))
                .with_allowed("YYYY-MM-DD, e.g. 2024-07-31, also with a time");
            table.at(row, problem)
        }),
    }
}

impl Truth {
    /// Prepares for forecasts.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the two sides share no date column, if the columns that they share do not tell the
    /// observations apart, or if the observations lack a column by which the forecasts say what they are of.
    pub fn matcher(&self, forecasts: &Forecasts) -> Result<Matcher> {
        let task_columns = &forecasts.task_columns;
        let shared: Vec<usize> =
            (0..self.columns.len()).filter(|i| task_columns.contains(&self.columns[*i])).collect();
        if !shared.iter().any(|i| self.columns[*i].contains("date")) {
            return Err(Error::invalid(
                Problem::new(&*self.file, "shares no date column with the forecasts")
                    .with_found(listed(self.columns.iter().map(String::as_str)))
                    .with_allowed(format!(
                        "at least one of {}",
                        listed(task_columns.iter().map(String::as_str).filter(|c| c.contains("date")))
                    ))
                    .with_hint("name the date column alike on both sides, usually target_end_date"),
            ));
        }
        self.check_complete(forecasts)?;
        let rows = self.shortened(&self.rows, &shared)?;
        let categories = self.shortened(&self.categories, &shared)?;
        let shared = shared.into_iter().map(|i| self.columns[i].clone()).collect();
        Ok(Matcher { shared, rows, categories })
    }

    /// A column that says what is forecast must not differ among the forecasts where the observations lack it: one
    /// observation would be taken for all of them.
    fn check_complete(&self, forecasts: &Forecasts) -> Result<()> {
        let lacking = forecasts.task_columns.iter().filter(|c| {
            let unit = forecasts.observable.as_ref().is_none_or(|units| units.contains(*c));
            unit && !is_setting(c) && !self.columns.contains(*c)
        });
        let mut problems = Vec::new();
        for column in lacking {
            let values: BTreeSet<&str> = forecasts
                .forecasts
                .iter()
                .map(|f| f.task.get(column).map_or("none", String::as_str))
                .collect();
            if values.len() > 1 {
                problems.push(
                    Problem::new(&*self.file, "the observations lack a column that tells forecasts apart")
                        .with_key(column.as_str())
                        .with_found(format!(
                            "forecasts of {} values of it: {}",
                            values.len(),
                            listed(values.iter().copied())
                        ))
                        .with_hint(format!(
                            "add {column} to the observations, or keep the forecasts of one value"
                        )),
                );
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }

    /// Observations by the shared columns alone.
    fn shortened<T: Clone + PartialEq>(
        &self,
        rows: &BTreeMap<Vec<String>, T>,
        shared: &[usize],
    ) -> Result<BTreeMap<Vec<String>, T>> {
        let mut found: BTreeMap<Vec<String>, T> = BTreeMap::new();
        for (key, value) in rows {
            let short: Vec<String> = shared.iter().map(|i| key[*i].clone()).collect();
            if let Some(other) = found.insert(short, value.clone())
                && other != *value
            {
                let task: Task = self.columns.iter().cloned().zip(key.iter().cloned()).collect();
                let lost: Vec<&str> = (0..self.columns.len())
                    .filter(|i| !shared.contains(i))
                    .map(|i| self.columns[i].as_str())
                    .collect();
                let lost = listed(lost);
                return Err(Error::invalid(
                    Problem::new(&*self.file, "the forecasts lack columns that tell the observations apart")
                        .with_found(format!("two values for {} without {lost}", describe(&task)))
                        .with_hint(format!("add {lost} to the forecasts, or keep one value of it here")),
                ));
            }
        }
        Ok(found)
    }
}

impl Matcher {
    fn key(&self, task: &Task) -> Option<Vec<String>> {
        self.shared.iter().map(|c| task.get(c).cloned()).collect()
    }

    /// The observation of a task, if there is one.
    pub fn observed(&self, task: &Task) -> Option<f64> {
        self.rows.get(&self.key(task)?).copied()
    }

    /// The category that was observed of a task, if there is one.
    pub fn category(&self, task: &Task) -> Option<&str> {
        self.categories.get(&self.key(task)?).map(String::as_str)
    }

    /// Why no task has an observation: for each shared column the values of the forecasts that no observation has.
    pub fn misses<'a>(&self, tasks: &(impl Iterator<Item = &'a Task> + Clone)) -> String {
        let mut found = Vec::new();
        for (i, column) in self.shared.iter().enumerate() {
            let there: BTreeSet<&str> =
                self.rows.keys().chain(self.categories.keys()).map(|k| k[i].as_str()).collect();
            let asked: BTreeSet<&str> =
                tasks.clone().map(|t| t.get(column).map_or("none", String::as_str)).collect();
            if asked.is_disjoint(&there) {
                found.push(format!(
                    "{column} of the forecasts: {}; of the observations: {}",
                    listed(asked.iter().copied().take(5)),
                    listed(there.iter().copied().take(5))
                ));
            }
        }
        found.join("; ")
    }
}
