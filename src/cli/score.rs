//! `darien score FORECASTS TRUTH`: scores hubverse files, ours or anyone's.

use super::common::{out, plain};
use crate::error::{Error, Result};
use crate::evaluate::hub::{read_forecasts, read_truth};
use crate::evaluate::report::{Options, Row, Verdict, join, summarise};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Scores forecasts against what happened: WIS, MAE, CRPS, coverage, bias, relative skill.
#[derive(Debug, Clone, clap::Args)]
pub struct ScoreArgs {
    /// Model output: a hub, a folder of files, or one CSV or Parquet file
    pub forecasts: PathBuf,
    /// Target data: a hub, or a file with `oracle_value` or `observation`
    pub truth: PathBuf,
    /// Rank and compare models by the score of ln(x + 1), which judges growth rates
    #[arg(long)]
    pub log: bool,
    /// Show skill relative to this model: below 1 is better than it
    #[arg(long, value_name = "MODEL")]
    pub relative_to: Option<String>,
    /// Also score what lies above this number, e.g. the capacity of shelters
    #[arg(long, value_name = "PERSONS")]
    pub capacity: Option<f64>,
    /// Columns to group by, separated by commas; `all` for one group [default: horizon, if there is one]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub by: Vec<String>,
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
    let (forecasts, truth) = match (read_forecasts(&args.forecasts), read_truth(&args.truth)) {
        (Ok(forecasts), Ok(truth)) => (forecasts, truth),
        (Err(Error::Invalid(mut a)), Err(Error::Invalid(b))) => {
            a.extend(b);
            return Err(Error::Invalid(a));
        }
        (Err(e), _) | (_, Err(e)) => return Err(e),
    };
    let joined = join(&forecasts, &truth)?;
    let by = match args.by.as_slice() {
        [] if forecasts.task_columns.iter().any(|c| c == "horizon") => vec!["horizon".to_string()],
        [] => Vec::new(),
        [only] if only == "all" => Vec::new(),
        columns => columns.to_vec(),
    };
    if let Some(bad) = args.capacity.filter(|c| !c.is_finite()) {
        return Err(Error::Usage(format!("`--capacity {bad}`: a capacity is a finite number")));
    }
    let options = Options {
        by,
        log: args.log,
        relative_to: args.relative_to.clone(),
        capacity: args.capacity,
        ..Options::default()
    };
    let rows = summarise(&joined.cases, &options)?;

    for (count, what) in [
        (joined.without_truth, "forecasts have no observation yet and are not scored"),
        (joined.without_distribution, "forecasts have neither quantiles nor samples and are not scored"),
        (forecasts.not_scored, "rows of pmf or cdf are not scored"),
    ] {
        if count > 0 {
            eprintln!("note: {count} {what}");
        }
    }
    let mut sizes: BTreeMap<&[String], BTreeSet<usize>> = BTreeMap::new();
    for row in &rows {
        sizes.entry(&row.group).or_default().insert(row.n);
    }
    if sizes.values().any(|s| s.len() > 1) {
        eprintln!(
            "note: models have different numbers of tasks (n); compare them by relative skill, which uses common tasks"
        );
    }

    let mut text = table(&rows, &options);
    if args.json {
        let rows: Vec<Value> = rows.iter().map(|r| json_row(r, &options)).collect();
        let object = json!({
            "rows": rows,
            "by": options.by,
            "relative_to": options.relative_to,
            "relative_by": if options.log { "wis_log" } else { "wis" },
            "without_truth": joined.without_truth,
            "without_distribution": joined.without_distribution,
        });
        text.push_str(&object.to_string());
        text.push('\n');
    }
    out(&plain(&text))
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
        ("crps", row.crps),
        ("crps_log", row.crps_log),
        ("wis_tail", row.wis_tail),
        ("crps_tail", row.crps_tail),
        ("coverage50", Some(row.coverage.c50)),
        ("coverage80", Some(row.coverage.c80)),
        ("coverage90", Some(row.coverage.c90)),
        ("coverage95", Some(row.coverage.c95)),
        ("bias", Some(row.bias)),
        ("relative_skill", row.relative_skill),
        ("relative_low", row.relative_interval.map(|i| i.low)),
        ("relative_high", row.relative_interval.map(|i| i.high)),
        ("p_value", row.p_value),
        ("p_holm", row.p_holm),
    ] {
        put(key, json!(value));
    }
    put("verdict", json!(row.verdict(options.relative_to.as_deref()).map(Verdict::text)));
    Value::Object(object)
}

/// The table as text: labels to the left, numbers to the right, columns without any value left out.
fn table(rows: &[Row], options: &Options) -> String {
    let mut header: Vec<String> = options.by.clone();
    header.extend(
        [
            "model", "n", "wis", "wis_log", "mae", "crps", "wis_tail", "cov50", "cov80", "cov90", "cov95",
            "bias", "relative", "95 %", "p (Holm)", "verdict",
        ]
        .map(String::from),
    );
    let labels = options.by.len() + 1;
    let number = |value: Option<f64>, digits: usize| match value.filter(|v| v.is_finite()) {
        Some(v) => format!("{v:.digits$}"),
        None => String::new(),
    };
    // Natural-scale scores: three significant digits are enough, and counts need no decimals.
    let size = |v: f64| if v.abs() >= 100.0 { 0 } else { 3 };
    let natural = |value: Option<f64>| number(value, value.map_or(0, size));
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let mut line = r.group.clone();
            line.extend([
                r.model.clone(),
                r.n.to_string(),
                natural(Some(r.wis.total)),
                number(r.wis_log, 3),
                natural(Some(r.mae)),
                natural(r.crps),
                natural(r.wis_tail),
                number(Some(r.coverage.c50), 2),
                number(Some(r.coverage.c80), 2),
                number(Some(r.coverage.c90), 2),
                number(Some(r.coverage.c95), 2),
                number(Some(r.bias), 2),
                number(r.relative_skill, 3),
                r.relative_interval.map_or(String::new(), |i| format!("{:.3}-{:.3}", i.low, i.high)),
                number(r.p_holm, 3),
                r.verdict(options.relative_to.as_deref()).map_or(String::new(), |v| v.text().into()),
            ]);
            line
        })
        .collect();
    let shown: Vec<usize> = (0..header.len()).filter(|c| lines.iter().any(|l| !l[*c].is_empty())).collect();
    let width = |c: usize| {
        lines.iter().chain(std::iter::once(&header)).map(|l| l[c].chars().count()).max().unwrap_or(0)
    };
    let mut text = String::new();
    for line in std::iter::once(&header).chain(&lines) {
        let cells: Vec<String> = shown
            .iter()
            .map(|&c| {
                let (cell, width) = (&line[c], width(c));
                if c < labels { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
