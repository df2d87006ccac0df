//! `darien score FORECASTS TRUTH`: scores hubverse files, ours or anyone's.

use super::common::{out, plain};
use crate::error::{Error, Result};
use crate::evaluate::hub::{Forecasts, Reading, Truth, read_forecasts_as, read_truth};
use crate::evaluate::report::{Cases, Options, Row, Verdict, join, summarise};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Scores forecasts against what happened: WIS, MAE, CRPS, coverage, bias, relative skill.
#[derive(Debug, Clone, clap::Args)]
pub struct ScoreArgs {
    /// Model output: a hub, a folder of files, or one file: .csv, .csv.gz or .parquet
    pub forecasts: PathBuf,
    /// Target data: a hub, or a file with `oracle_value`, `observation` or `value`
    pub truth: PathBuf,
    /// Rank and compare models by the score of ln(x + 1), which judges growth rates
    #[arg(long)]
    pub log: bool,
    /// Compare with this model: skill among all models, and the ratio over the tasks that both have; below 1 is better
    #[arg(long, value_name = "MODEL")]
    pub relative_to: Option<String>,
    /// Also score what lies above this number, e.g. the capacity of shelters
    #[arg(long, value_name = "PERSONS")]
    pub capacity: Option<f64>,
    /// Columns to group by, separated by commas; `all` for one group [default: target, if there are several, and horizon]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub by: Vec<String>,
    /// Leave out files of forecasts that have problems, and count them, instead of refusing the hub
    #[arg(long)]
    pub skip_faulty: bool,
    /// End with one JSON object on the last line
    #[arg(long)]
    pub json: bool,
}

/// Runs the verb: a table on stdout, notes on stderr.
///
/// # Errors
/// [`Error::Invalid`] with the problems of both sides at once; [`Error::Io`] if a folder or
/// stdout fails.
pub fn run(args: &ScoreArgs) -> Result<()> {
    if let Some(bad) = args.capacity.filter(|c| !c.is_finite()) {
        return Err(Error::Usage(format!("`--capacity {bad}`: a capacity is a finite number")));
    }
    let (forecasts, truth) = read(args)?;
    let joined = join(&forecasts, &truth)?;
    let options = Options {
        by: groups(args, &forecasts),
        log: args.log,
        relative_to: args.relative_to.clone(),
        capacity: args.capacity,
        ..Options::default()
    };
    let rows = summarise(&joined.cases, &options)?;

    let mut notes: Vec<String> = forecasts.notes.iter().chain(&truth.notes).cloned().collect();
    notes.extend(of_cases(&forecasts, &joined));
    notes.extend(of_rows(&rows, &options, &several_targets(&forecasts)));
    for note in &notes {
        eprintln!("note: {}", plain(note));
    }

    let mut text = plain(&table(&rows, &options));
    if args.json {
        let rows: Vec<Value> = rows.iter().map(|r| json_row(r, &options)).collect();
        let object = json!({
            "rows": rows,
            "by": options.by,
            "relative_to": options.relative_to,
            "relative_by": if options.log { "wis_log" } else { "wis" },
            "without_truth": joined.without_truth,
            "without_distribution": joined.without_distribution,
            "files_left_out": forecasts.left_out.len(),
            "notes": notes,
        });
        text.push_str(&object.to_string());
        text.push('\n');
    }
    out(&text)
}

/// Reads both sides; the problems of both are told together.
fn read(args: &ScoreArgs) -> Result<(Forecasts, Truth)> {
    let truth = read_truth(&args.truth);
    let tasks = truth.as_ref().map_or(Vec::new(), |t| t.columns.clone());
    let forecasts = read_forecasts_as(&args.forecasts, &Reading { tasks, skip_faulty: args.skip_faulty });
    match (forecasts, truth) {
        (Ok(forecasts), Ok(truth)) => Ok((forecasts, truth)),
        (Err(Error::Invalid(mut a)), Err(Error::Invalid(b))) => {
            a.extend(b);
            Err(Error::Invalid(a))
        }
        (Err(e), _) | (_, Err(e)) => Err(e),
    }
}

/// The columns that name targets and differ among the forecasts.
fn several_targets(forecasts: &Forecasts) -> Vec<String> {
    let differs = |column: &&String| {
        let values = forecasts.forecasts.iter().map(|f| f.task.get(*column));
        values.collect::<BTreeSet<_>>().len() > 1
    };
    forecasts.target_columns.iter().filter(differs).cloned().collect()
}

/// The columns to group by: values of different targets have different units, and are never averaged unless it is asked for.
fn groups(args: &ScoreArgs, forecasts: &Forecasts) -> Vec<String> {
    match args.by.as_slice() {
        [] => {
            let mut by = several_targets(forecasts);
            by.extend(forecasts.task_columns.iter().filter(|c| *c == "horizon").cloned());
            by
        }
        [only] if only == "all" => Vec::new(),
        columns => columns.to_vec(),
    }
}

/// What was not scored, or not in full.
fn of_cases(forecasts: &Forecasts, joined: &Cases) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(first) = forecasts.left_out.first() {
        let files = forecasts.left_out.len();
        notes.push(format!("{files} files with problems were left out; the first is {first}"));
    }
    for (count, what) in joined.unscored() {
        notes.push(format!("{count} {what}"));
    }
    if !joined.lone_models.is_empty() {
        notes.push(format!(
            "levels without a mirror image are in the forecasts of {}",
            few(&joined.lone_models)
        ));
    }
    if joined.unordered > 0 {
        notes.push(format!(
            "{} forecasts of categories have a log score alone: no order of the categories is declared (target_type \
             ordinal in hub-config/tasks.json)",
            joined.unordered
        ));
    }
    let only = |what: &dyn Fn(&crate::evaluate::report::Case) -> bool| {
        joined.cases.iter().filter(|c| what(c)).count()
    };
    let points = only(&|c| c.levels.is_none() && (c.mean.is_some() || c.median.is_some()));
    if points > 0 {
        notes.push(format!(
            "{points} forecasts have a mean or median alone: of these the error (mae of the median, rmse of the mean) is \
             scored and no spread"
        ));
    }
    let intervals = only(&|c| c.levels.as_ref().is_some_and(|l| l.median().is_none()));
    if intervals > 0 {
        notes.push(format!(
            "{intervals} forecasts have intervals without a median: their WIS is the mean of interval scores"
        ));
    }
    notes
}

/// What must be known to compare the rows of a table.
fn of_rows(rows: &[Row], options: &Options, targets: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    let averaged: Vec<String> = targets.iter().filter(|t| !options.by.contains(t)).cloned().collect();
    if !averaged.is_empty() {
        notes.push(format!(
            "scores of several values of {} are averaged, whatever their units; add it to --by",
            few(&averaged)
        ));
    }
    let left_out: usize = rows.iter().map(|r| r.points_left_out).sum();
    if left_out > 0 {
        notes.push(format!(
            "{left_out} of these are not in the means of their model, which has quantiles or samples for other tasks"
        ));
    }
    let partial: BTreeSet<&str> = rows.iter().flat_map(|r| r.partial.iter().copied()).collect();
    if !partial.is_empty() {
        notes.push(format!(
            "no mean of {} where only some forecasts of a row have it",
            partial.into_iter().collect::<Vec<_>>().join(", ")
        ));
    }
    let without_log = rows.iter().filter(|r| r.wis.total.is_finite() && r.wis_log.is_none()).count();
    if without_log > 0 {
        notes.push(format!(
            "{without_log} rows have no wis_log: values at or below -1 have no logarithm of x + 1"
        ));
    }
    let mut groups: BTreeMap<&[String], Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(&row.group).or_default().push(row);
    }
    let of_groups = |what: &dyn Fn(&[&Row]) -> bool| groups.values().filter(|g| what(g)).count();
    if of_groups(&|g| g.iter().map(|r| r.n).collect::<BTreeSet<_>>().len() > 1) > 0 {
        notes.push(
            "models have different numbers of tasks (n); compare them by --relative-to, which uses common tasks".into(),
        );
    }
    let unlike = |g: &[&Row]| g.iter().any(|r| r.levels.len() > 1 || !alike(r, g[0]));
    if let Some(group) = groups.values().find(|g| unlike(g)) {
        let sets: Vec<String> = group.iter().filter(|r| !r.levels.is_empty()).map(|r| levels(r)).collect();
        notes.push(format!(
            "models have different quantile levels, so that their WIS are means over different intervals and do not \
             compare: {}",
            few(&sets)
        ));
    }
    if let Some(reference) = &options.relative_to {
        notes.extend(of_reference(&groups, reference));
    }
    notes
}

/// Why there is no skill relative to the reference.
fn of_reference(groups: &BTreeMap<&[String], Vec<&Row>>, reference: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let absent = groups.values().filter(|g| g.iter().all(|r| r.common.is_none())).count();
    if absent > 0 {
        notes.push(format!("{absent} of {} groups have no interval score of {reference}", groups.len()));
    }
    let differ = |r: &&&Row| {
        r.ratio.zip(r.relative_skill).is_some_and(|(ratio, skill)| (ratio - skill).abs() > 0.0005)
    };
    let differ = groups.values().flatten().filter(differ).count();
    if differ > 0 {
        notes.push(format!(
            "in {differ} rows skill and ratio differ, because models have different tasks: the ratio, its interval and the \
             verdict are of the tasks that model and {reference} both have; skill (pairwise, as in hubs) is of all models"
        ));
    }
    let perfect = |r: &&&Row| r.model == reference && r.common.is_some() && r.ratio.is_none();
    let perfect = groups.values().flatten().filter(perfect).count();
    if perfect > 0 {
        notes.push(format!(
            "the scores of {reference} are zero in {perfect} of {} groups, and nothing is relative to zero",
            groups.len()
        ));
    }
    let apart: BTreeSet<&str> =
        groups.values().flatten().filter(|r| r.common == Some(0)).map(|r| r.model.as_str()).collect();
    if !apart.is_empty() {
        notes.push(format!(
            "nothing is compared where no task is shared with {reference}: {}",
            few(&apart.into_iter().map(str::to_owned).collect::<Vec<_>>())
        ));
    }
    notes
}

/// Whether the quantiles of two rows have the same levels; rows without quantiles are like any.
fn alike(a: &Row, b: &Row) -> bool {
    match (a.levels.as_slice(), b.levels.as_slice()) {
        ([a], [b]) => a.same(b),
        (a, b) => a.is_empty() || b.is_empty(),
    }
}

/// The levels of a row in words: `t-m 23 levels from 0.01 to 0.99`.
fn levels(row: &Row) -> String {
    let sets = row.levels.iter().map(|set| {
        let levels = set.levels();
        let ends =
            levels.first().zip(levels.last()).map_or(String::new(), |(a, b)| format!(" from {a} to {b}"));
        format!("{} levels{ends}", levels.len())
    });
    format!("{} {}", row.model, sets.collect::<Vec<_>>().join(" and "))
}

/// The first names of a list, and how many more there are.
fn few(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).map(|n| short(n)).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// A label for a table: on one line, and cut where it is too long.
fn short(label: &str) -> String {
    const WIDTH: usize = 60;
    let more = label.chars().nth(WIDTH).map(|_| '…');
    label.chars().take(WIDTH).map(|c| if c.is_control() { '\u{fffd}' } else { c }).chain(more).collect()
}

fn json_row(row: &Row, options: &Options) -> Value {
    let mut object = Map::new();
    for (column, value) in options.by.iter().zip(&row.group) {
        let number = if column == "horizon" { value.parse::<i64>().ok() } else { None };
        object.insert(column.clone(), number.map_or_else(|| json!(value), Value::from));
    }
    let mut put = |key: &str, value: Value| object.insert(key.to_string(), value);
    put("model", json!(row.model));
    put("n", json!(row.n));
    // Numbers that are not finite become null.
    for (key, value) in [
        ("wis", Some(row.wis.total)),
        ("wis_log", row.wis_log),
        ("dispersion", Some(row.wis.dispersion)),
        ("overprediction", Some(row.wis.overprediction)),
        ("underprediction", Some(row.wis.underprediction)),
        ("mae", Some(row.mae)),
        ("rmse", row.rmse),
        ("crps", row.crps),
        ("crps_log", row.crps_log),
        ("wis_tail", row.wis_tail),
        ("crps_tail", row.crps_tail),
        ("log_score", row.log_score),
        ("rps", row.rps),
        ("coverage50", Some(row.coverage.c50)),
        ("coverage80", Some(row.coverage.c80)),
        ("coverage90", Some(row.coverage.c90)),
        ("coverage95", Some(row.coverage.c95)),
        ("bias", Some(row.bias)),
        ("relative_skill", row.relative_skill),
        ("ratio", row.ratio),
        ("ratio_low", row.ratio_interval.map(|i| i.low)),
        ("ratio_high", row.ratio_interval.map(|i| i.high)),
        ("p_value", row.p_value),
        ("p_holm", row.p_holm),
    ] {
        put(key, json!(value));
    }
    put("n_categories", json!(row.n_categories));
    put("n_common", json!(row.common));
    put("levels", json!(row.levels.iter().map(|l| l.levels()).collect::<Vec<_>>()));
    put("verdict", json!(row.verdict(options.relative_to.as_deref()).map(Verdict::text)));
    Value::Object(object)
}

/// The table as text: labels to the left, numbers to the right, columns without any value left out.
fn table(rows: &[Row], options: &Options) -> String {
    let mut header: Vec<String> = options.by.clone();
    header.extend(
        [
            "model",
            "n",
            "wis",
            "wis_log",
            "mae",
            "rmse",
            "crps",
            "wis_tail",
            "log score",
            "rps",
            "cov50",
            "cov80",
            "cov90",
            "cov95",
            "bias",
            "skill",
            "ratio",
            "95 % of it",
            "p (Holm)",
            "verdict",
        ]
        .map(String::from),
    );
    let labels = options.by.len() + 1;
    let number = |value: Option<f64>, digits: usize| match value.filter(|v| v.is_finite()) {
        Some(v) => format!("{v:.digits$}"),
        None => String::new(),
    };
    // The log score of what was held impossible.
    let infinite = |value: Option<f64>| match value {
        Some(v) if v.is_infinite() => "inf".to_string(),
        _ => number(value, 3),
    };
    // Natural-scale scores: three significant digits are enough, and counts need no decimals.
    let size = |v: f64| if v.abs() >= 100.0 { 0 } else { 3 };
    let natural = |value: Option<f64>| number(value, value.map_or(0, size));
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let mut line: Vec<String> = r.group.iter().map(|g| short(g)).collect();
            line.extend([
                short(&r.model),
                r.n.to_string(),
                natural(Some(r.wis.total)),
                number(r.wis_log, 3),
                natural(Some(r.mae)),
                natural(r.rmse),
                natural(r.crps),
                natural(r.wis_tail),
                infinite(r.log_score),
                number(r.rps, 3),
                number(Some(r.coverage.c50), 2),
                number(Some(r.coverage.c80), 2),
                number(Some(r.coverage.c90), 2),
                number(Some(r.coverage.c95), 2),
                number(Some(r.bias), 2),
                number(r.relative_skill, 3),
                number(r.ratio, 3),
                r.ratio_interval.map_or(String::new(), |i| format!("{:.3}-{:.3}", i.low, i.high)),
                number(r.p_holm, 3),
                r.verdict(options.relative_to.as_deref()).map_or(String::new(), |v| v.text().into()),
            ]);
            line
        })
        .collect();
    let shown: Vec<usize> = (0..header.len()).filter(|c| lines.iter().any(|l| !l[*c].is_empty())).collect();
    let width: Vec<usize> = (0..header.len())
        .map(|c| {
            let cells = lines.iter().chain(std::iter::once(&header));
            cells.map(|line| line[c].chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in std::iter::once(&header).chain(&lines) {
        let cells: Vec<String> = shown
            .iter()
            .map(|&c| {
                let (cell, width) = (&line[c], width[c]);
                if c < labels { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
