//! Model output in: files become forecasts, one a model and task.

use super::columns::{self, Columns};
use super::dates::is_date;
use super::declared::{Declared, Scale, declared};
use super::faults::{AllFaults, Faults, cut, listed, quoted};
use super::kinds::files_below;
use super::raw::{Labels, MISSING, RawTable, read_table};
use crate::error::{Error, Problem, Result};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Probabilities of categories (`pmf`), as they stand in the file.
    pub categories: Vec<(Arc<str>, f64)>,
    /// Probabilities of being at or below a threshold (`cdf`), as they stand in the file.
    pub cumulative: Vec<(Arc<str>, f64)>,
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
    /// Those of them that name the target.
    pub target_columns: Vec<String>,
    /// The columns that the hub declares to tell observations apart; `None` without such a declaration.
    pub observable: Option<BTreeSet<String>>,
    /// The categories that the hub declares.
    pub scales: Vec<Scale>,
    /// Files that were left out, each with its first problem.
    pub left_out: Vec<Problem>,
    /// Sentences for the user: what was passed over, and which columns are no task ids.
    pub notes: Vec<String>,
}

/// How to read forecasts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Columns that are task ids wherever they stand, e.g. those of the target data.
    pub tasks: Vec<String>,
    /// Whether files with problems are left out and counted, instead of refusing all of them.
    pub skip_faulty: bool,
}

/// [`read_forecasts_as`] with no further wishes.
///
/// # Errors
/// As [`read_forecasts_as`].
pub fn read_forecasts(path: &Path) -> Result<Forecasts> {
    read_forecasts_as(path, &Reading::default())
}

/// A forecast with what its columns say beside its task.
struct Found {
    forecast: Forecast,
    extra: Task,
}

/// Reads model output: a file (`<origin_date>-<team>-<model>.csv`, `.csv.gz` or `.parquet`), a hub, or its `model-output`
/// folder.
///
/// The model is named by a column `model_id`, else by the folder below `model-output`, else by the file name. Task ids are
/// the columns that the hub declares (`hub-config/tasks.json`) or, without a declaration, those that bear a standard name
/// and those that tell rows apart; columns that number rows never are.
///
/// # Errors
/// [`Error::Invalid`] with the problems of all files, the first hundred in full: unreadable or truncated files, files over
/// [`super::MAX_FILE_BYTES`], missing columns, levels that are no probabilities, decreasing quantiles, duplicate rows,
/// values that are missing or not finite, dates not written as `YYYY-MM-DD`, and no forecasts at all.
/// [`Error::Io`] if a folder cannot be listed.
pub fn read_forecasts_as(path: &Path, reading: &Reading) -> Result<Forecasts> {
    let (files, mut notes) = model_files(path)?;
    let declared = declared(path).unwrap_or_else(|why| {
        notes.push(why);
        None
    });
    let mut all = AllFaults::default();
    let mut left_out = Vec::new();
    let mut refuse = |faults: Faults| {
        if faults.is_empty() {
            return true;
        }
        if reading.skip_faulty {
            left_out.extend(faults.into_parts().0.into_iter().next());
        } else {
            all.add(faults);
        }
        false
    };
    let mut found: Vec<Found> = Vec::new();
    let mut seen = Seen::default();
    for (file, model) in &files {
        let mut faults = Faults::new(file);
        let forecasts = read_file(file, model, declared.as_ref(), &mut seen, &mut faults);
        if refuse(faults) {
            found.extend(forecasts);
        }
    }
    // What is a task id in one file is one in all, and so is what the target data know.
    seen.tasks.extend(reading.tasks.iter().filter(|t| seen.extra.contains(*t)).cloned());
    for Found { forecast, extra } in &mut found {
        forecast.task.extend(
            extra.iter().filter(|(name, _)| seen.tasks.contains(*name)).map(|(n, v)| (n.clone(), v.clone())),
        );
    }
    let mut forecasts: Vec<Forecast> = found.into_iter().map(|f| f.forecast).collect();
    forecasts.sort_by(|a, b| (&a.model, &a.task).cmp(&(&b.model, &b.task)));
    let mut twice: BTreeMap<Arc<str>, Faults> = BTreeMap::new();
    for pair in forecasts.windows(2).filter(|w| (&w[0].model, &w[0].task) == (&w[1].model, &w[1].task)) {
        let of =
            twice.entry(Arc::clone(&pair[1].file)).or_insert_with(|| Faults::new(Path::new(&*pair[1].file)));
        of.push_with(|f| {
            f.problem(format!("a task of {} stands in another file too", quoted(&pair[1].model)))
                .with_found(format!("{} also in {}", describe(&pair[1].task), pair[0].file))
                .with_hint("keep one of the files")
        });
    }
    forecasts.retain(|f| !twice.contains_key(&f.file));
    for faults in twice.into_values() {
        refuse(faults);
    }
    if all.is_empty() && forecasts.is_empty() {
        let mut faults = Faults::new(path);
        let problem = match left_out.first() {
            Some(first) => faults
                .problem(format!("holds no forecasts but in the {} files that are left out", left_out.len()))
                .with_found(first.to_string()),
            None => faults.problem("holds no forecasts").with_found(notes.join("; ")),
        };
        faults.push(problem.with_allowed(
            "a .csv, .csv.gz or .parquet file of model output, or a hub with a folder model-output",
        ));
        all.add(faults);
    }
    if !all.is_empty() {
        return Err(Error::Invalid(all.into_problems(path)));
    }
    notes.extend(seen.notes(declared.is_some()));
    let mut task_columns: Vec<String> = seen.tasks.into_iter().collect();
    task_columns.retain(|c| forecasts.iter().any(|f| f.task.contains_key(c)));
    let declared = declared.unwrap_or_default();
    let target_columns = task_columns
        .iter()
        .filter(|c| columns::is_target(c) || declared.targets.contains(*c))
        .cloned()
        .collect();
    Ok(Forecasts {
        forecasts,
        task_columns,
        target_columns,
        observable: declared.observable,
        scales: declared.scales,
        left_out,
        notes,
    })
}

/// The columns of all files.
#[derive(Default)]
struct Seen {
    tasks: BTreeSet<String>,
    extra: BTreeSet<String>,
    index: BTreeSet<String>,
    runs: BTreeSet<String>,
}

impl Seen {
    fn add(&mut self, columns: &Columns<'_>) {
        let names = |of: &[(&str, &Labels)]| of.iter().map(|(n, _)| (*n).to_string()).collect::<Vec<_>>();
        self.tasks.extend(names(&columns.tasks));
        self.extra.extend(names(&columns.extra));
        self.runs.extend(names(&columns.runs));
        self.index.extend(columns.index.iter().map(|n| (*n).to_string()));
    }

    fn notes(&self, declared: bool) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |names: Vec<&str>, what: &str| {
            if !names.is_empty() {
                let names: Vec<String> = names.into_iter().map(quoted).collect();
                notes.push(format!("no task id: {} {what}", listed(names.iter().map(String::as_str))));
            }
        };
        note(self.index.iter().map(String::as_str).collect(), "(numbers of rows)");
        note(self.runs.iter().map(String::as_str).collect(), "(taken as part of the number of a sample)");
        let why = if declared { "(the hub does not declare it)" } else { "(tells no two rows apart)" };
        note(self.extra.difference(&self.tasks).map(String::as_str).collect(), why);
        notes
    }
}

/// A task in words: `location=PA, horizon=3`.
pub(super) fn describe(task: &Task) -> String {
    task.iter().map(|(k, v)| format!("{}={}", cut(k), cut(v))).collect::<Vec<_>>().join(", ")
}

/// A file with the model it belongs to.
type ModelFile = (PathBuf, String);

/// The files of a path, and what was passed over.
fn model_files(path: &Path) -> Result<(Vec<ModelFile>, Vec<String>)> {
    if !path.is_dir() {
        return Ok((vec![(path.to_path_buf(), model_of_file(path))], Vec::new()));
    }
    let inner = path.join("model-output");
    let root = if inner.is_dir() { inner } else { path.to_path_buf() };
    let found = files_below(&root).map_err(Error::io("list the folder", &root))?;
    let notes = found.notes();
    let files = found
        .tables
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
        .collect();
    Ok((files, notes))
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

const MODEL: &str = "model_id";
const TYPE: &str = "output_type";
const ID: &str = "output_type_id";
const VALUE: &str = "value";

/// Most tasks of one file: hubs stay below half of it.
const MAX_TASKS: usize = 1_000_000;

/// Rows of one model and task, as they come.
#[derive(Default)]
struct Rows {
    quantiles: Vec<(f64, f64, usize)>,
    /// Samples, categories and thresholds: code of the id, value, row.
    samples: Vec<(u32, f64, usize)>,
    categories: Vec<(u32, f64, usize)>,
    cumulative: Vec<(u32, f64, usize)>,
    mean: Option<f64>,
    median: Option<f64>,
    first: usize,
}

impl Rows {
    fn is_empty(&self) -> bool {
        self.quantiles.is_empty()
            && self.samples.is_empty()
            && self.categories.is_empty()
            && self.cumulative.is_empty()
            && self.mean.is_none()
            && self.median.is_none()
    }
}

fn read_file(
    path: &Path,
    model: &str,
    declared: Option<&Declared>,
    seen: &mut Seen,
    faults: &mut Faults,
) -> Vec<Found> {
    let Some(table) = read_table(path, &[VALUE], faults) else { return Vec::new() };
    let (types, ids, values) = (table.labels(TYPE), table.labels(ID), table.values());
    for (name, there) in [(TYPE, types.is_some()), (ID, ids.is_some()), (VALUE, values.is_some())] {
        if !there {
            missing_column(&table, name, faults);
        }
    }
    let (Some(types), Some(ids), Some((_, values))) = (types, ids, values) else { return Vec::new() };
    let columns = columns::sorted(&table, &[MODEL, TYPE, ID], declared.map(|d| &d.task_ids));
    let tasks = &columns.tasks;
    let models = table.labels(MODEL);
    if tasks.is_empty() {
        faults.push(
            faults
                .problem("has no task id column")
                .with_allowed("e.g. origin_date, location, target, horizon"),
        );
        return Vec::new();
    }
    seen.add(&columns);
    let ids = sample_ids(types, ids, &columns);

    // The position of each task by its label codes; neighbours mostly share it.
    let mut position: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    let mut groups: Vec<Rows> = Vec::new();
    let (mut key, mut last) = (Vec::new(), (Vec::new(), 0));
    for (row, value) in values.iter().copied().enumerate() {
        if value.is_nan() {
            faults.push_with(|f| table.at(row, f.problem("is missing").with_key(VALUE)));
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
                if next == MAX_TASKS {
                    let problem =
                        faults.problem("has too many tasks").with_allowed(format!("up to {MAX_TASKS}"));
                    faults.push(problem.with_hint("split it by origin_date or target"));
                    return Vec::new();
                }
                groups.push(Rows { first: row, ..Rows::default() });
            }
            last = (key.clone(), at);
        }
        let group = &mut groups[last.1];
        let (code, id) = (ids.codes[row], ids.of(row));
        let mut point = |slot: fn(&mut Rows) -> &mut Option<f64>, name: &str| {
            if slot(group).replace(value).is_some() {
                faults
                    .push_with(|f| table.at(row, f.problem(format!("the {name} stands twice for one task"))));
            }
        };
        match types.of(row) {
            Some("quantile") => match id.map(str::parse::<f64>) {
                Some(Ok(level)) if level > 0.0 && level < 1.0 => group.quantiles.push((level, value, row)),
                _ => faults.push_with(|f| {
                    let problem = f.problem("is not a quantile level").with_key(ID);
                    let found = id.map_or("nothing".to_string(), quoted);
                    table.at(
                        row,
                        problem.with_found(found).with_allowed("a number above 0 and below 1, e.g. 0.025"),
                    )
                }),
            },
            Some("sample") if id.is_some() => group.samples.push((code, value, row)),
            Some("sample") => {
                faults.push_with(|f| table.at(row, f.problem("a sample has no index").with_key(ID)));
            }
            Some("mean") => point(|g| &mut g.mean, "mean"),
            Some("median") => point(|g| &mut g.median, "median"),
            Some("pmf") if id.is_some() => group.categories.push((code, value, row)),
            Some("cdf") if id.is_some() => group.cumulative.push((code, value, row)),
            Some(kind @ ("pmf" | "cdf")) => faults.push_with(|f| {
                table.at(row, f.problem(format!("a {kind} has no category or threshold")).with_key(ID))
            }),
            other => faults.push_with(|f| {
                let problem = f.problem("is not an output type").with_key(TYPE);
                let found = other.map_or("nothing".to_string(), quoted);
                table.at(
                    row,
                    problem.with_found(found).with_allowed("quantile, sample, mean, median, pmf, cdf"),
                )
            }),
        }
    }

    let shared: Vec<Arc<str>> = ids.texts.iter().map(|t| Arc::from(t.as_str())).collect();
    // Natural order of sample indices: numbers first, by size, then texts.
    let order: Vec<(u64, &str)> =
        ids.texts.iter().map(|t| (t.parse().unwrap_or(u64::MAX), t.as_str())).collect();
    let file: Arc<str> = Arc::from(path.display().to_string());
    let labels = |of: &[(&str, &Labels)], row: usize| -> Task {
        of.iter().map(|(n, l)| ((*n).to_string(), columns::text(l, row))).collect()
    };
    groups
        .into_iter()
        .filter(|rows| !rows.is_empty())
        .map(|mut rows| {
            let task = labels(tasks, rows.first);
            let model = models
                .filter(|m| m.codes[rows.first] != MISSING)
                .map_or_else(|| model.to_string(), |m| columns::text(m, rows.first));
            rows.quantiles.sort_by(|a, b| a.0.total_cmp(&b.0));
            check_quantiles(&rows.quantiles, &task, &table, faults);
            rows.samples.sort_by(|a, b| order[a.0 as usize].cmp(&order[b.0 as usize]));
            for (kind, values) in
                [("sample", &rows.samples), ("pmf", &rows.categories), ("cdf", &rows.cumulative)]
            {
                check_ids(kind, values, &shared, &task, &table, faults);
            }
            let named = |values: &[(u32, f64, usize)]| {
                values.iter().map(|(id, v, _)| (Arc::clone(&shared[*id as usize]), *v)).collect::<Vec<_>>()
            };
            Found {
                extra: labels(&columns.extra, rows.first),
                forecast: Forecast {
                    model,
                    levels: rows.quantiles.iter().map(|q| q.0).collect(),
                    quantiles: rows.quantiles.iter().map(|q| q.1).collect(),
                    samples: named(&rows.samples)
                        .into_iter()
                        .map(|(id, value)| Sample { id, value })
                        .collect(),
                    mean: rows.mean,
                    median: rows.median,
                    categories: named(&rows.categories),
                    cumulative: named(&rows.cumulative),
                    task,
                    file: Arc::clone(&file),
                },
            }
        })
        .collect()
}

/// The ids of rows; those of samples with the number of the run, where a column has it.
fn sample_ids<'a>(types: &Labels, ids: &'a Labels, columns: &Columns<'_>) -> Cow<'a, Labels> {
    if columns.runs.is_empty() {
        return Cow::Borrowed(ids);
    }
    let mut with_runs = Labels::default();
    for row in 0..ids.codes.len() {
        let id = ids.of(row);
        let runs = columns.runs.iter().filter_map(|(_, l)| l.of(row));
        if types.of(row) == Some("sample") {
            // A run that only repeats the id adds nothing.
            let parts: Vec<&str> = id.into_iter().chain(runs.filter(|run| Some(*run) != id)).collect();
            with_runs.push(Some(&parts.join(" ")));
        } else {
            with_runs.push(id);
        }
    }
    Cow::Owned(with_runs)
}

/// The problem of a column that is not there, with the nearest name.
pub(super) fn missing_column(table: &RawTable, name: &str, faults: &mut Faults) {
    let names: Vec<&str> = table.columns.iter().map(|(n, _)| n.as_str()).collect();
    let mut problem = faults
        .problem(format!("the column `{name}` is missing"))
        .with_found(format!("the columns {}", listed(names.iter().copied())));
    let nearest =
        names.iter().map(|n| (strsim::jaro_winkler(name, n), *n)).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((similarity, nearest)) = nearest
        && similarity > 0.85
    {
        problem = problem.with_hint(format!("rename {} to `{name}`", quoted(nearest)));
    }
    faults.push(problem);
}

/// Each id stands once in a task.
fn check_ids(
    kind: &str,
    values: &[(u32, f64, usize)],
    ids: &[Arc<str>],
    task: &Task,
    table: &RawTable,
    faults: &mut Faults,
) {
    let mut sorted: Vec<(u32, usize)> = values.iter().map(|(id, _, row)| (*id, *row)).collect();
    sorted.sort_unstable();
    for pair in sorted.windows(2).filter(|w| w[0].0 == w[1].0) {
        faults.push_with(|f| {
            let id = &ids[pair[0].0 as usize];
            table.at(pair[1].1, f.problem(format!("duplicate row: {kind} {id} of {}", describe(task))))
        });
    }
}

/// Equal levels are duplicates; values must not fall as levels rise.
fn check_quantiles(quantiles: &[(f64, f64, usize)], task: &Task, table: &RawTable, faults: &mut Faults) {
    for pair in quantiles.windows(2) {
        let ((a, low, row_a), (b, high, row_b)) = (pair[0], pair[1]);
        if a == b {
            faults.push_with(|f| {
                let problem = f.problem(format!("duplicate row: quantile {a} of {}", describe(task)));
                table.at(row_a.max(row_b), problem)
            });
        } else if high < low {
            faults.push_with(|f| {
                let problem = f
                    .problem(format!("the quantiles of {} decrease", describe(task)))
                    .with_found(format!("{low} at {a}, but {high} at {b}"))
                    .with_allowed("values that do not fall as the level rises");
                table.at(row_b, problem)
            });
        }
    }
}
