//! `darien data`: what ships, how far it reaches, and where it is from.

use crate::data::{self, TableInfo};
use crate::error::{Error, Result};
use crate::experiment::{Posterior, PosteriorId};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

/// Arguments of `darien data`.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct DataArgs {
    /// Table to print as CSV; without it, the list of tables.
    #[arg(value_name = "TABLE")]
    pub table: Option<String>,
    /// Lists the sources that rows point to by `source_id`.
    #[arg(long, conflicts_with = "table")]
    pub sources: bool,
    /// Prints one JSON object instead.
    #[arg(long)]
    pub json: bool,
}

/// Prints the list of tables, one table, or the sources to stdout.
///
/// # Errors
///
/// [`Error::Usage`] for an unknown table, with the nearest name; [`Error::Io`] when stdout cannot be written.
pub fn run(args: &DataArgs) -> Result<()> {
    let text = render(args)?;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // A reader that has seen enough (`| head`) is no fault.
        Err(fault) if fault.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::io("write to", "stdout")(fault))
        }
        _ => Ok(()),
    }
}

/// What [`run`] prints.
fn render(args: &DataArgs) -> Result<String> {
    let text = match &args.table {
        Some(name) => {
            let info = data::table(name).ok_or_else(|| unknown(name))?;
            if args.json { line(&table_json(info)?) } else { info.text().to_owned() }
        }
        None if args.sources && args.json => line(&json!({ "sources": data::sources() })),
        None if args.sources => sources_text(),
        None if args.json => line(&json!({
            "vintage": data::vintage().to_string(),
            "fingerprint": data::fingerprint(),
            "tables": data::tables(),
            "posteriors": posteriors()?,
        })),
        None => tables_text()?,
    };
    Ok(text)
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

/// The posteriors that ship.
fn posteriors() -> Result<Vec<PosteriorId>> {
    Posterior::shipped_names().map(|name| Posterior::load(name).map(|p| p.id)).collect()
}

fn tables_text() -> Result<String> {
    let mut text = String::new();
    for info in data::tables() {
        let span =
            if info.from == info.to { info.from.clone() } else { format!("{} to {}", info.from, info.to) };
        let _ = writeln!(text, "{:<28}{span}; {}; trust {}", info.table, info.unit, info.trust);
        let _ = writeln!(text, "    {}", info.what);
        let _ = writeln!(text, "    {} (vintage {})", info.sources, info.vintage);
    }
    let _ = writeln!(
        text,
        "\nObserved figures end with {}; fingerprint of all tables {}.\n\
         `darien data TABLE` prints a table, `darien data --sources` the sources.",
        data::vintage(),
        data::fingerprint()
    );
    text.push_str("Posteriors for `--posterior`:\n");
    for id in posteriors()? {
        let _ = writeln!(
            text,
            "    {:<10}fitted to data until {} (version {})",
            id.name, id.data_until, id.version
        );
    }
    Ok(text)
}

fn sources_text() -> String {
    let mut text = String::new();
    for source in data::sources() {
        let _ = write!(text, "{:<20}{}", source.id, source.title);
        for part in [&source.publisher, &source.date] {
            if !part.is_empty() {
                let _ = write!(text, ". {part}");
            }
        }
        text.push('\n');
        if !source.url.is_empty() {
            let _ = writeln!(text, "    {}", source.url);
        }
    }
    text
}

/// A table as one object: its description, and `rows` with numbers as numbers and empty cells as null.
fn table_json(info: &TableInfo) -> Result<Value> {
    let defect = |fault: csv::Error| Error::Unexpected(format!("data/{}: {fault}", info.file));
    let mut reader = csv::Reader::from_reader(info.text().as_bytes());
    let header = reader.headers().map_err(defect)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(defect)?;
        let cells = header.iter().zip(&record).map(|(name, cell)| (name.to_owned(), value(cell)));
        rows.push(Value::Object(cells.collect::<Map<_, _>>()));
    }
    Ok(json!({ "table": info.table, "about": info, "rows": rows }))
}

fn value(cell: &str) -> Value {
    if cell.is_empty() {
        return Value::Null;
    }
    // Words such as `inf` would parse as numbers too.
    let numeric = cell.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let whole = cell.parse::<i64>().ok().map(Value::from);
    let number = || cell.parse::<f64>().ok().filter(|x| x.is_finite()).map(Value::from);
    numeric.then(|| whole.or_else(number)).flatten().unwrap_or_else(|| Value::from(cell))
}

fn unknown(name: &str) -> Error {
    let nearest = data::tables()
        .iter()
        .map(|info| info.table.as_str())
        .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)))
        .unwrap_or_default();
    Error::Usage(format!(
        "there is no table `{name}`; the nearest is `{nearest}`; `darien data` lists all of them"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(table: Option<&str>, sources: bool, json: bool) -> DataArgs {
        DataArgs { table: table.map(str::to_owned), sources, json }
    }

    #[test]
    fn lists_every_table_and_every_source() {
        let tables = render(&args(None, false, false)).unwrap();
        assert!(data::tables().iter().all(|info| tables.contains(&info.table)));
        let sources = render(&args(None, true, false)).unwrap();
        assert!(data::sources().iter().all(|source| sources.contains(&source.id)));
    }

    #[test]
    fn prints_a_table_as_it_is() {
        let text = render(&args(Some("darien_entries"), false, false)).unwrap();
        assert!(text.starts_with("month,nationality,entries,source_id\n2020-01,ALL,1538,gdidata\n"));
        let rows: usize = data::entries().iter().map(|(_, series)| series.values.len()).sum();
        assert_eq!(text.lines().count(), 1 + rows);
    }

    #[test]
    fn json_is_one_object_on_one_line_with_numbers_as_numbers() {
        for info in data::tables() {
            let text = render(&args(Some(&info.table), false, true)).unwrap();
            assert_eq!(text.matches('\n').count(), 1, "{}", info.table);
            let object: Value = serde_json::from_str(&text).unwrap();
            assert!(!object["rows"].as_array().unwrap().is_empty(), "{}", info.table);
        }
        let text = render(&args(Some("darien_entries"), false, true)).unwrap();
        let object: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(object["rows"][0]["entries"], 1538);
        assert_eq!(object["rows"][0]["month"], "2020-01");
        for (table, sources) in [(None, false), (None, true)] {
            let text = render(&args(table, sources, true)).unwrap();
            assert!(serde_json::from_str::<Value>(&text).unwrap().is_object());
        }
    }

    #[test]
    fn an_unknown_table_is_a_usage_error_with_the_nearest_name() {
        let error = render(&args(Some("darien_entires"), false, false)).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("`darien_entries`"), "{error}");
    }
}
