//! The finished runs of an ensemble as tables: read series by series, so that memory does not grow with runs.

use super::chart::Lang;
use super::parts::Parts;
use super::{csv, parquet};
use crate::chart::Event;
use crate::error::{Error, Result};
use crate::experiment::summary::{HUB_LEVELS, quantile, sorted};
use crate::file::OutputFolder;
use crate::registry::outcomes;
use crate::table::{Column, SeriesKey, Table, Values};
use crate::units::Month;
use chrono::NaiveDate;
use std::io::{self, Write};
use std::sync::Arc;

/// A scenario within the results.
#[derive(Debug, Clone)]
pub struct Member {
    /// Stem of the scenario's file.
    pub name: String,
    /// Title.
    pub title: String,
    /// Hash of the resolved scenario.
    pub hash: String,
    /// First month.
    pub from: Month,
    /// Months.
    pub months: usize,
    /// Position of its first value in a part.
    pub offset: usize,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// What is announced in it.
    pub events: Vec<Event>,
    /// What its results rest on though nothing on record supports it: sentences in English and in Spanish.
    pub assumes: Vec<(String, String)>,
}

impl Member {
    /// First and last month of which every day is in it; the first is after the last where there is none.
    pub fn whole_months(&self) -> (Month, Month) {
        let (first, last) = (Month::of(self.days.0), Month::of(self.days.1));
        (
            if self.days.0 > first.first_day() { first.plus(1) } else { first },
            if self.days.1 < last.last_day() { last.plus(-1) } else { last },
        )
    }

    /// What its results rest on, in a language; empty where nothing is assumed.
    pub fn assumption(&self, lang: Lang) -> String {
        let say = |(en, es): &(String, String)| if lang == Lang::Es { es.clone() } else { en.clone() };
        self.assumes.iter().map(say).collect::<Vec<_>>().join(" ")
    }
}

/// The runs of some scenarios.
#[derive(Debug)]
pub struct Results<'a> {
    /// Where the runs are.
    pub parts: &'a Parts,
    /// Indices of the runs.
    pub runs: Vec<u64>,
    /// The scenarios.
    pub members: Vec<Member>,
    /// The series, the same for all scenarios.
    pub keys: Arc<Vec<SeriesKey>>,
}

/// Monthly values of one series, a row a run.
pub type SeriesRuns = Vec<Vec<f64>>;

const MEANINGS: [(&str, &str); 5] = [
    ("scenario", "Scenario: the stem of its file."),
    ("month", "Calendar month, YYYY-MM."),
    ("outcome", "What is counted; `darien explain OUTCOME` says more."),
    ("place", "Where it is counted: a place, trail, bypass, operator or payer."),
    ("nationality", "ISO 3166-1 alpha-3 code (AFR and OTH are collective); ALL is the total."),
];

impl Results<'_> {
    /// The monthly values of a series of a scenario, a row a run.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn series(&self, member: usize, key: &SeriesKey) -> Result<SeriesRuns> {
        match self.keys.binary_search(key) {
            Ok(at) => self.rows(member, at..at + 1).map(|mut rows| rows.pop().unwrap_or_default()),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// The monthly values of a range of series of a scenario: for each series a row a run.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn rows(&self, member: usize, series: std::ops::Range<usize>) -> Result<Vec<SeriesRuns>> {
        let m = &self.members[member];
        let mut out = vec![Vec::with_capacity(self.runs.len()); series.len()];
        for &run in &self.runs {
            let start = m.offset + series.start * m.months;
            let values = self.parts.read(run, start..start + series.len() * m.months)?;
            for (rows, chunk) in out.iter_mut().zip(values.chunks_exact(m.months)) {
                rows.push(chunk.to_vec());
            }
        }
        Ok(out)
    }

    /// Streams `monthly.csv`: zeros of single nationalities are left out.
    ///
    /// # Errors
    ///
    /// If a part cannot be read or the table cannot be written.
    pub fn write_monthly(&self, folder: &mut OutputFolder) -> Result<()> {
        streamed(folder, "monthly.csv", |out, failure| {
            writeln!(out, "scenario,run,month,outcome,place,nationality,value")?;
            for m in &self.members {
                let months = month_names(m);
                let name = csv::cell(&m.name);
                for &run in &self.runs {
                    let values = noted(failure, self.run_values(m, run))?;
                    for (key, row) in self.keys.iter().zip(values.chunks_exact(m.months)) {
                        for (month, value) in months.iter().zip(row) {
                            if *value != 0.0 || key.nationality == "ALL" {
                                writeln!(
                                    out,
                                    "{name},{run},{month},{},{},{},{value}",
                                    key.outcome, key.place, key.nationality
                                )?;
                            }
                        }
                    }
                }
            }
            Ok(())
        })
    }

    fn run_values(&self, m: &Member, run: u64) -> Result<Vec<f64>> {
        self.parts.read(run, m.offset..m.offset + self.keys.len() * m.months)
    }

    /// Streams `quantiles.csv`: the quantiles of every series and month that is not zero in all runs.
    ///
    /// # Errors
    ///
    /// If a part cannot be read or the table cannot be written.
    pub fn write_quantiles(&self, folder: &mut OutputFolder) -> Result<()> {
        streamed(folder, "quantiles.csv", |out, failure| {
            csv::write(&quantile_columns(), out)?;
            self.quantiles(failure, &mut |piece| csv::write_part(piece, false, out))
        })
    }

    /// `quantiles.csv` once more as Parquet.
    ///
    /// # Errors
    ///
    /// If a part cannot be read or the table cannot be written.
    pub fn write_quantiles_parquet(&self, folder: &mut OutputFolder) -> Result<()> {
        streamed(folder, "quantiles.parquet", |out, failure| {
            parquet::stream(&quantile_columns(), out, |take| self.quantiles(failure, take))
        })
    }

    /// `monthly.csv` once more as Parquet, a row group a run.
    ///
    /// # Errors
    ///
    /// If a part cannot be read or the table cannot be written.
    pub fn write_monthly_parquet(&self, folder: &mut OutputFolder) -> Result<()> {
        streamed(folder, "monthly.parquet", |out, failure| {
            parquet::stream(&monthly_columns(), out, |take| {
                for m in &self.members {
                    let months = month_names(m);
                    for &run in &self.runs {
                        let values = noted(failure, self.run_values(m, run))?;
                        let mut labels: Labels = Default::default();
                        let mut value = Vec::new();
                        for (key, row) in self.keys.iter().zip(values.chunks_exact(m.months)) {
                            for (month, v) in months.iter().zip(row) {
                                if *v != 0.0 || key.nationality == "ALL" {
                                    push(&mut labels, m, month, key);
                                    value.push(*v);
                                }
                            }
                        }
                        take(&monthly_table(labels, vec![run as i64; value.len()], value))?;
                    }
                }
                Ok(())
            })
        })
    }

    /// Series that are read at once: as many as their runs fit into the room for them.
    fn series_at_once(&self, months: usize) -> usize {
        (ROOM / (8 * months * self.runs.len()).max(1)).clamp(1, 64)
    }

    /// The quantiles in pieces.
    fn quantiles(
        &self,
        failure: &mut Option<Error>,
        take: &mut dyn FnMut(&Table) -> io::Result<()>,
    ) -> io::Result<()> {
        for (i, m) in self.members.iter().enumerate() {
            let months = month_names(m);
            let step = self.series_at_once(m.months);
            for start in (0..self.keys.len()).step_by(step) {
                let block = start..(start + step).min(self.keys.len());
                let mut labels: Labels = Default::default();
                let (mut level, mut value) = (Vec::new(), Vec::new());
                for (key, rows) in self.keys[block.clone()].iter().zip(noted(failure, self.rows(i, block))?) {
                    for (at, month) in months.iter().enumerate() {
                        let values = sorted(rows.iter().map(|r| r[at]).collect());
                        if key.nationality != "ALL" && values.iter().all(|v| *v == 0.0) {
                            continue;
                        }
                        for l in HUB_LEVELS {
                            push(&mut labels, m, month, key);
                            level.push(l);
                            value.push(quantile(&values, l));
                        }
                    }
                }
                take(&quantile_table(labels, level, value))?;
            }
        }
        Ok(())
    }
}

/// Bytes that the runs of some series may take at once, however many runs there are.
const ROOM: usize = 16 << 20;

/// Scenario, month, outcome, place and nationality of each row.
type Labels = [Vec<String>; 5];

fn push(labels: &mut Labels, m: &Member, month: &str, key: &SeriesKey) {
    let cells = [&m.name, month, &key.outcome, &key.place, &key.nationality];
    for (column, cell) in labels.iter_mut().zip(cells) {
        column.push(cell.to_owned());
    }
}

fn month_names(m: &Member) -> Vec<String> {
    m.from.through(m.from.plus(m.months as i32 - 1)).map(|m| m.to_string()).collect()
}

/// Streams a file; what went wrong beside the writing is put aside by [`noted`] and returned in its own words.
fn streamed(
    folder: &mut OutputFolder,
    name: &str,
    content: impl FnOnce(&mut dyn Write, &mut Option<Error>) -> io::Result<()>,
) -> Result<()> {
    let mut failure = None;
    let written = folder.write_with(name, |out| content(out, &mut failure));
    written.map_err(|e| failure.unwrap_or(e))
}

fn noted<T>(failure: &mut Option<Error>, read: Result<T>) -> io::Result<T> {
    read.map_err(|e| {
        *failure = Some(e);
        io::Error::other("a finished run could not be read")
    })
}

fn quantile_table(labels: Labels, levels: Vec<f64>, values: Vec<f64>) -> Table {
    let mut columns: Vec<Column> = MEANINGS
        .iter()
        .zip(labels)
        .map(|((name, meaning), cells)| Column::text(name, meaning, cells))
        .collect();
    columns.push(Column::float(
        "level",
        "probability",
        "Quantile level (the 23 levels of forecast hubs).",
        levels,
    ));
    columns.push(Column::float("value", "unit of the outcome", "Quantile over the runs (type 7).", values));
    Table::new("quantiles", columns)
}

/// The columns of `quantiles.csv`, for its description.
pub fn quantile_columns() -> Table {
    quantile_table(Default::default(), Vec::new(), Vec::new())
}

fn monthly_table(labels: Labels, runs: Vec<i64>, values: Vec<f64>) -> Table {
    let mut columns: Vec<Column> = MEANINGS
        .iter()
        .zip(labels)
        .map(|((name, meaning), cells)| Column::text(name, meaning, cells))
        .collect();
    columns.insert(
        1,
        Column::int("run", "", "Number of the run: which draw of the assumptions and of chance.", runs),
    );
    columns.push(Column::float(
        "value",
        "unit of the outcome",
        "Value of the month; zeros of single nationalities are left out.",
        values,
    ));
    Table::new("monthly", columns)
}

/// The columns of `monthly.csv`, for its description.
pub fn monthly_columns() -> Table {
    monthly_table(Default::default(), Vec::new(), Vec::new())
}

/// The outcomes as a table: name, unit, places and meaning.
pub fn outcome_table() -> Table {
    let column = |name: &str, meaning: &str, cell: fn(&outcomes::Outcome) -> &str| Column {
        name: name.into(),
        unit: String::new(),
        meaning: meaning.into(),
        values: Values::Text(outcomes::OUTCOMES.iter().map(|o| cell(o).to_owned()).collect()),
    };
    Table::new(
        "outcomes",
        vec![
            column("outcome", "Name in the column `outcome`.", |o| o.name),
            column("unit", "Unit of a monthly value.", |o| o.unit),
            column("place", "What the column `place` holds.", |o| o.place),
            column("meaning", "In English.", |o| o.en),
            column("significado", "In Spanish.", |o| o.es),
        ],
    )
}
