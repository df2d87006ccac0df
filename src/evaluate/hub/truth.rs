//! Target data in: what really happened.

use super::raw::{Faults, files_below, read_table};
use super::read::{Task, check_dates, describe, missing_column};
use crate::error::{Error, Problem, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Observed values by the columns that name the unit (`target_end_date`, `location`, `target`, ...).
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// Columns that identify a unit, in the order of the keys.
    pub columns: Vec<String>,
    /// Values; of several vintages (`as_of`) the latest.
    pub rows: BTreeMap<Vec<String>, f64>,
    /// Where it comes from, for messages.
    pub file: String,
}

/// Finds the observation of a task by the columns that both sides have.
#[derive(Debug, Clone)]
pub struct Matcher {
    shared: Vec<String>,
    rows: BTreeMap<Vec<String>, f64>,
}

/// Reads target data: a file, a folder of files, or a hub (its `oracle-output` before its `time-series`).
///
/// Takes `oracle_value` or `observation`. Missing observations are left out: they are not known yet.
///
/// # Errors
/// [`Error::Invalid`] with all problems: as [`super::read_forecasts`], no value column, or two values for one unit.
/// [`Error::Io`] if a folder cannot be listed.
pub fn read_truth(path: &Path) -> Result<Truth> {
    let mut problems = Vec::new();
    let mut columns: Option<Vec<String>> = None;
    let mut latest: BTreeMap<Vec<String>, (String, f64)> = BTreeMap::new();
    let files = truth_files(path)?;
    for file in &files {
        let mut faults = Faults::new(file);
        read_file(file, &mut columns, &mut latest, &mut faults);
        faults.into(&mut problems);
    }
    if problems.is_empty() && latest.is_empty() {
        problems.push(Problem::new(path.display().to_string(), "holds no observations").with_allowed(
            "a .csv or .parquet file with oracle_value or observation, or a hub with target-data",
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let rows = latest.into_iter().map(|(key, (_, value))| (key, value)).collect();
    Ok(Truth { columns: columns.unwrap_or_default(), rows, file: path.display().to_string() })
}

fn truth_files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let inner = path.join("target-data");
    let root = if inner.is_dir() { inner } else { path.to_path_buf() };
    let list = |folder: &Path| files_below(folder).map_err(Error::io("list the folder", folder));
    for name in ["oracle-output", "time-series"] {
        for extension in ["parquet", "csv"] {
            let file = root.join(format!("{name}.{extension}"));
            if file.is_file() {
                return Ok(vec![file]);
            }
        }
        if root.join(name).is_dir() {
            return list(&root.join(name));
        }
    }
    list(&root)
}

fn read_file(
    path: &Path,
    columns: &mut Option<Vec<String>>,
    latest: &mut BTreeMap<Vec<String>, (String, f64)>,
    faults: &mut Faults,
) {
    let Some(table) = read_table(path, &["oracle_value", "observation"], faults) else { return };
    let Some(values) = table.numbers("oracle_value").or_else(|| table.numbers("observation")) else {
        missing_column(&table, "oracle_value", faults);
        return;
    };
    let keys = table.label_columns(&["as_of", "output_type", "output_type_id"]);
    check_dates(&keys, faults);
    let names: Vec<String> = keys.iter().map(|(n, _)| (*n).to_string()).collect();
    let known = columns.get_or_insert_with(|| names.clone());
    if *known != names {
        faults.push(
            faults
                .problem("has other columns than the files before it")
                .with_found(names.join(", "))
                .with_allowed(known.join(", ")),
        );
        return;
    }
    let (as_of, types) = (table.labels("as_of"), table.labels("output_type"));
    for (row, value) in values.iter().enumerate() {
        let scored = types.and_then(|t| t.text(t.codes[row])).is_none_or(|t| t != "pmf" && t != "cdf");
        // Missing is not known yet; the reader has noted infinite ones.
        if !scored || !value.is_finite() {
            continue;
        }
        let key: Vec<String> =
            keys.iter().map(|(_, l)| l.text(l.codes[row]).unwrap_or("NA").to_string()).collect();
        let vintage = as_of.and_then(|a| a.text(a.codes[row])).unwrap_or_default();
        match latest.get_mut(&key) {
            None => {
                latest.insert(key, (vintage.to_string(), *value));
            }
            Some(held) if vintage > held.0.as_str() => *held = (vintage.to_string(), *value),
            // Oracle output repeats a unit for each output type; only a contradiction is a fault.
            Some(held) if vintage == held.0 && held.1 != *value => {
                let task: Task = names.iter().cloned().zip(key).collect();
                let problem = faults
                    .problem(format!("two observations for {}", describe(&task)))
                    .with_found(format!("{} and {value}", held.1))
                    .with_hint("keep one, or tell them apart with a column as_of");
                faults.push(table.at(row, problem));
            }
            Some(_) => {}
        }
    }
}

impl Truth {
    /// Prepares for forecasts with these task id columns.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the two sides share no date column, or if the columns that they share do not tell the
    /// observations apart.
    pub fn matcher(&self, task_columns: &[String]) -> Result<Matcher> {
        let shared: Vec<usize> =
            (0..self.columns.len()).filter(|i| task_columns.contains(&self.columns[*i])).collect();
        if !shared.iter().any(|i| self.columns[*i].contains("date")) {
            return Err(Error::invalid(
                Problem::new(&*self.file, "shares no date column with the forecasts")
                    .with_found(self.columns.join(", "))
                    .with_allowed(format!("at least one of {}", task_columns.join(", ")))
                    .with_hint("name the date column alike on both sides, usually target_end_date"),
            ));
        }
        let mut rows: BTreeMap<Vec<String>, f64> = BTreeMap::new();
        for (key, value) in &self.rows {
            let short: Vec<String> = shared.iter().map(|i| key[*i].clone()).collect();
            if let Some(other) = rows.insert(short, *value)
                && other != *value
            {
                let task: Task = self.columns.iter().cloned().zip(key.iter().cloned()).collect();
                let lost: Vec<&str> = (0..self.columns.len())
                    .filter(|i| !shared.contains(i))
                    .map(|i| self.columns[i].as_str())
                    .collect();
                return Err(Error::invalid(
                    Problem::new(&*self.file, "the forecasts lack columns that tell the observations apart")
                        .with_found(format!("two values for {} without {}", describe(&task), lost.join(", ")))
                        .with_hint(format!(
                            "add {} to the forecasts, or keep one value of it here",
                            lost.join(", ")
                        )),
                ));
            }
        }
        Ok(Matcher { shared: shared.into_iter().map(|i| self.columns[i].clone()).collect(), rows })
    }
}

impl Matcher {
    /// The observation of a task, if there is one.
    pub fn observed(&self, task: &Task) -> Option<f64> {
        let key: Option<Vec<String>> = self.shared.iter().map(|c| task.get(c).cloned()).collect();
        self.rows.get(&key?).copied()
    }
}
