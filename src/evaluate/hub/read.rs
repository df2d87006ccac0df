//! Model output in: files become forecasts, one a model and task.

use super::raw::{Faults, MISSING, RawTable, files_below, read_table};
use crate::error::{Error, Problem, Result};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is forecast: task id columns and their values, e.g. `location` = `PA`, `horizon` = `3`. Dates are `YYYY-MM-DD`.
pub type Task = BTreeMap<String, String>;

/// One sample of a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its `output_type_id`; within a model, equal ids may mean the same joint draw.
    pub id: Arc<str>,
    /// Its value.
    pub value: f64,
}

/// All that one model says about one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// `team-model`.
    pub model: String,
    /// The task.
    pub task: Task,
    /// Quantile levels, increasing; any, symmetric or not.
    pub levels: Vec<f64>,
    /// Quantiles at the levels, non-decreasing.
    pub quantiles: Vec<f64>,
    /// Samples, by id (numbers in their order, then texts).
    pub samples: Vec<Sample>,
    /// The mean, where given.
    pub mean: Option<f64>,
    /// The median as an output type of its own, where given.
    pub median: Option<f64>,
    /// The file from which it comes.
    pub file: Arc<str>,
}

/// Forecasts of one file or of a hub.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecasts {
    /// Sorted by model and task.
    pub forecasts: Vec<Forecast>,
    /// All task id columns, sorted.
    pub task_columns: Vec<String>,
    /// Rows of output types that are not scored (`pmf`, `cdf`).
    pub not_scored: usize,
}

/// Reads model output: a file (`<origin_date>-<team>-<model>.csv` or `.parquet`), a hub, or its `model-output` folder.
///
/// The model is named by a column `model_id`, else by the folder below `model-output`, else by the file name.
///
/// # Errors
/// [`Error::Invalid`] with all problems of all files: unreadable or truncated files, files over
/// [`super::MAX_FILE_BYTES`], missing columns, levels that are no probabilities, decreasing quantiles, duplicate rows,
/// values that are missing or not finite, dates not written as `YYYY-MM-DD`, and no forecasts at all.
/// [`Error::Io`] if a folder cannot be listed.
pub fn read_forecasts(path: &Path) -> Result<Forecasts> {
    let mut problems = Vec::new();
    let mut found: BTreeMap<(String, Task), Forecast> = BTreeMap::new();
    let mut not_scored = 0;
    let files = model_files(path)?;
    for (file, model) in &files {
        let mut faults = Faults::new(file);
        for forecast in read_file(file, model, &mut faults, &mut not_scored) {
            let key = (forecast.model.clone(), forecast.task.clone());
            if let Some(other) = found.get(&key) {
                faults.push(
                    faults
                        .problem(format!("a task of `{}` stands in another file too", key.0))
                        .with_found(format!("{} also in {}", describe(&key.1), other.file))
                        .with_hint("keep one of the files"),
                );
            } else {
                found.insert(key, forecast);
            }
        }
        faults.into(&mut problems);
    }
    if problems.is_empty() && found.is_empty() {
        problems
            .push(Problem::new(path.display().to_string(), "holds no forecasts").with_allowed(
                "a .csv or .parquet file of model output, or a hub with a folder model-output",
            ));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let forecasts: Vec<Forecast> = found.into_values().collect();
    let mut task_columns: Vec<String> = forecasts.iter().flat_map(|f| f.task.keys().cloned()).collect();
    task_columns.sort();
    task_columns.dedup();
    Ok(Forecasts { forecasts, task_columns, not_scored })
}

/// A task in words: `location=PA, horizon=3`.
pub(super) fn describe(task: &Task) -> String {
    task.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(", ")
}

/// The files of a path, each with the model it belongs to.
fn model_files(path: &Path) -> Result<Vec<(PathBuf, String)>> {
    if !path.is_dir() {
        return Ok(vec![(path.to_path_buf(), model_of_file(path))]);
    }
    let inner = path.join("model-output");
    let root = if inner.is_dir() { inner } else { path.to_path_buf() };
    let files = files_below(&root).map_err(Error::io("list the folder", &root))?;
    Ok(files
        .into_iter()
        .map(|file| {
            let below = file.strip_prefix(&root).unwrap_or(&file);
            let mut parts = below.components();
            let first = parts.next().and_then(|c| c.as_os_str().to_str());
            let model = match (first, parts.next()) {
                (Some(folder), Some(_)) if !folder.contains('=') => folder.to_string(),
                _ => model_of_file(&file),
            };
            (file, model)
        })
        .collect())
}

/// `migsim-naive` from `2024-07-01-migsim-naive.parquet`, also with `.snappy` and the like in between.
fn model_of_file(path: &Path) -> String {
    let stem = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    match stem.split_at_checked(11) {
        Some((date, model)) if date.ends_with('-') && is_date(&date[..10]) && !model.is_empty() => {
            model.to_string()
        }
        _ => stem.to_string(),
    }
}

pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok()
}

const MODEL: &str = "model_id";
const TYPE: &str = "output_type";
const ID: &str = "output_type_id";
const VALUE: &str = "value";

/// Rows of one model and task, as they come.
#[derive(Default)]
struct Rows {
    quantiles: Vec<(f64, f64, usize)>,
    samples: Vec<(u32, f64, usize)>,
    mean: Option<f64>,
    median: Option<f64>,
    first: usize,
}

fn read_file(path: &Path, model: &str, faults: &mut Faults, not_scored: &mut usize) -> Vec<Forecast> {
    let Some(table) = read_table(path, &[VALUE], faults) else { return Vec::new() };
    let (types, ids, values) = (table.labels(TYPE), table.labels(ID), table.numbers(VALUE));
    for (name, there) in [(TYPE, types.is_some()), (ID, ids.is_some()), (VALUE, values.is_some())] {
        if !there {
            missing_column(&table, name, faults);
        }
    }
    let (Some(types), Some(ids), Some(values)) = (types, ids, values) else { return Vec::new() };
    let tasks = table.label_columns(&[MODEL, TYPE, ID]);
    let models = table.labels(MODEL);
    check_dates(&tasks, faults);
    if tasks.is_empty() {
        faults.push(
            faults
                .problem("has no task id column")
                .with_allowed("e.g. origin_date, location, target, horizon"),
        );
        return Vec::new();
    }

    // The position of each task by its label codes; neighbours mostly share it.
    let mut position: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    let mut groups: Vec<Rows> = Vec::new();
    let (mut key, mut last) = (Vec::new(), (Vec::new(), 0));
    for (row, value) in values.iter().copied().enumerate() {
        if value.is_nan() {
            faults.push(table.at(row, faults.problem("is missing").with_key(VALUE)));
        }
        // The reader has noted the infinite ones.
        if !value.is_finite() {
            continue;
        }
        key.clear();
        key.extend(models.iter().map(|m| m.codes[row]));
        key.extend(tasks.iter().map(|(_, l)| l.codes[row]));
        if key != last.0 || groups.is_empty() {
            let next = groups.len();
            let at = *position.entry(key.clone()).or_insert(next);
            if at == next {
                groups.push(Rows { first: row, ..Rows::default() });
            }
            last = (key.clone(), at);
        }
        let group = &mut groups[last.1];
        let id = ids.text(ids.codes[row]);
        let mut point = |slot: fn(&mut Rows) -> &mut Option<f64>, name: &str| {
            if slot(group).replace(value).is_some() {
                faults.push(table.at(row, faults.problem(format!("the {name} stands twice for one task"))));
            }
        };
        match types.text(types.codes[row]) {
            Some("quantile") => match id.map(str::parse::<f64>) {
                Some(Ok(level)) if level > 0.0 && level < 1.0 => group.quantiles.push((level, value, row)),
                _ => faults.push(
                    table.at(
                        row,
                        faults
                            .problem("is not a quantile level")
                            .with_key(ID)
                            .with_found(id.map_or("nothing".to_string(), |i| format!("`{i}`")))
                            .with_allowed("a number above 0 and below 1, e.g. 0.025"),
                    ),
                ),
            },
            Some("sample") if id.is_some() => group.samples.push((ids.codes[row], value, row)),
            Some("sample") => {
                faults.push(table.at(row, faults.problem("a sample has no index").with_key(ID)));
            }
            Some("mean") => point(|g| &mut g.mean, "mean"),
            Some("median") => point(|g| &mut g.median, "median"),
            Some("pmf" | "cdf") => *not_scored += 1,
            other => faults.push(
                table.at(
                    row,
                    faults
                        .problem("is not an output type")
                        .with_key(TYPE)
                        .with_found(other.map_or("nothing".to_string(), |t| format!("`{t}`")))
                        .with_allowed("quantile, sample, mean, median, pmf, cdf"),
                ),
            ),
        }
    }

    let shared: Vec<Arc<str>> = ids.texts.iter().map(|t| Arc::from(t.as_str())).collect();
    // Natural order of sample indices: numbers first, by size, then texts.
    let order: Vec<(u64, &str)> =
        ids.texts.iter().map(|t| (t.parse().unwrap_or(u64::MAX), t.as_str())).collect();
    let file: Arc<str> = Arc::from(path.display().to_string());
    groups
        .into_iter()
        .map(|mut rows| {
            let label = |l: &super::raw::Labels| l.text(l.codes[rows.first]).unwrap_or("NA").to_string();
            let task: Task = tasks.iter().map(|(n, l)| ((*n).to_string(), label(l))).collect();
            let model =
                models.filter(|m| m.codes[rows.first] != MISSING).map_or_else(|| model.to_string(), label);
            rows.quantiles.sort_by(|a, b| a.0.total_cmp(&b.0));
            check_quantiles(&rows.quantiles, &task, &table, faults);
            rows.samples.sort_by(|a, b| order[a.0 as usize].cmp(&order[b.0 as usize]));
            for pair in rows.samples.windows(2).filter(|w| w[0].0 == w[1].0) {
                let row = pair[0].2.max(pair[1].2);
                let problem = faults.problem(format!(
                    "duplicate row: sample {} of {}",
                    shared[pair[0].0 as usize],
                    describe(&task)
                ));
                faults.push(table.at(row, problem));
            }
            Forecast {
                model,
                levels: rows.quantiles.iter().map(|q| q.0).collect(),
                quantiles: rows.quantiles.iter().map(|q| q.1).collect(),
                samples: rows
                    .samples
                    .iter()
                    .map(|(id, value, _)| Sample { id: Arc::clone(&shared[*id as usize]), value: *value })
                    .collect(),
                mean: rows.mean,
                median: rows.median,
                task,
                file: Arc::clone(&file),
            }
        })
        .filter(|f| {
            !f.quantiles.is_empty() || !f.samples.is_empty() || f.mean.is_some() || f.median.is_some()
        })
        .collect()
}

pub(super) fn missing_column(table: &RawTable, name: &str, faults: &mut Faults) {
    let names: Vec<&str> = table.columns.iter().map(|(n, _)| n.as_str()).collect();
    let mut problem = faults
        .problem(format!("the column `{name}` is missing"))
        .with_found(format!("the columns {}", names.join(", ")));
    let nearest =
        names.iter().map(|n| (strsim::jaro_winkler(name, n), *n)).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((similarity, nearest)) = nearest
        && similarity > 0.85
    {
        problem = problem.with_hint(format!("rename `{nearest}` to `{name}`"));
    }
    faults.push(problem);
}

/// Columns whose name ends in `date` hold dates; each wrong text is told once.
pub(super) fn check_dates(columns: &[(&str, &super::raw::Labels)], faults: &mut Faults) {
    for (name, labels) in columns.iter().filter(|(n, _)| n.ends_with("date")) {
        for text in labels.texts.iter().filter(|t| !is_date(t)) {
            faults.push(
                faults
                    .problem("is not a date")
                    .with_key(*name)
                    .with_found(format!("`{text}`"))
                    .with_allowed("YYYY-MM-DD, e.g. 2024-07-31"),
            );
        }
    }
}

/// Equal levels are duplicates; values must not fall as levels rise.
fn check_quantiles(quantiles: &[(f64, f64, usize)], task: &Task, table: &RawTable, faults: &mut Faults) {
    for pair in quantiles.windows(2) {
        let ((a, low, row_a), (b, high, row_b)) = (pair[0], pair[1]);
        if a == b {
            let problem = faults.problem(format!("duplicate row: quantile {a} of {}", describe(task)));
            faults.push(table.at(row_a.max(row_b), problem));
        } else if high < low {
            let problem = faults
                .problem(format!("the quantiles of {} decrease", describe(task)))
                .with_found(format!("{low} at {a}, but {high} at {b}"))
                .with_allowed("values that do not fall as the level rises");
            faults.push(table.at(row_b, problem));
        }
    }
}
