//! A table as it came from a file: labels as text codes, numbers as numbers, and the faults found on the way.

use super::dates::{NoDay, day};
use super::faults::{Faults, quoted};
use super::kinds::{Kind, MEND, kind, partitions, unread};
use crate::error::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Largest file that is read, 512 MiB, packed or unpacked: hubs stay under 100 MB, and a larger one is a mistake more
/// often than a forecast.
pub const MAX_FILE_BYTES: u64 = 512 << 20;

/// Most rows of one file, so that a small compressed file cannot fill the memory.
pub const MAX_ROWS: usize = 10_000_000;

/// Most cells of one file: rows times columns.
const MAX_CELLS: usize = 150_000_000;

/// Most columns of one file.
pub(super) const MAX_COLUMNS: usize = 1000;

/// Most bytes of a label or number.
const MAX_CELL: usize = 10_000;

/// Most different labels of a column.
const MAX_LABELS: usize = 2_000_000;

/// Code of a missing label.
pub(super) const MISSING: u32 = u32::MAX;

/// A column of labels: each distinct text once, and a code a row.
#[derive(Default, Clone)]
pub(super) struct Labels {
    pub(super) codes: Vec<u32>,
    pub(super) texts: Vec<String>,
    known: BTreeMap<String, u32>,
    /// Whether there were more different labels than are held; those beyond are missing.
    overfull: bool,
}

impl Labels {
    /// Appends a label; empty and `NA` are missing.
    pub(super) fn push(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|t| !t.is_empty() && *t != "NA") else {
            self.codes.push(MISSING);
            return;
        };
        // Neighbours are mostly equal.
        if let Some(last) = self.codes.last().filter(|c| **c != MISSING)
            && self.texts[*last as usize] == text
        {
            self.codes.push(*last);
            return;
        }
        let code = self.code(text);
        self.codes.push(code);
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        if self.texts.len() == MAX_LABELS {
            self.overfull = true;
            return MISSING;
        }
        let code = self.texts.len() as u32;
        self.known.insert(text.to_string(), code);
        self.texts.push(text.to_string());
        code
    }

    /// The text of a code, `None` where missing.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize).map(String::as_str)
    }

    /// The text of a row, `None` where missing.
    pub(super) fn of(&self, row: usize) -> Option<&str> {
        self.text(self.codes[row])
    }

    /// Writes texts anew, so that what means the same is the same: `None` leaves a text as it is.
    fn rewrite(&mut self, new: impl Fn(&str) -> Option<String>) {
        let written: Vec<Option<String>> = self.texts.iter().map(|t| new(t)).collect();
        if written.iter().all(Option::is_none) {
            return;
        }
        let old = std::mem::take(&mut self.texts);
        self.known.clear();
        let codes: Vec<u32> =
            old.into_iter().zip(written).map(|(text, new)| self.code(&new.unwrap_or(text))).collect();
        for code in self.codes.iter_mut().filter(|c| **c != MISSING) {
            *code = codes[*code as usize];
        }
    }
}

/// A column of either kind.
pub(super) enum RawColumn {
    Labels(Labels),
    /// NaN where missing; infinite where the file's value is no finite number, which the reader has noted.
    Numbers(Vec<f64>),
}

impl RawColumn {
    pub(super) fn new(number: bool) -> Self {
        if number { Self::Numbers(Vec::new()) } else { Self::Labels(Labels::default()) }
    }

    /// Labels that are not kept, because the column numbers the rows.
    pub(super) fn unread(rows: usize) -> Self {
        Self::Labels(Labels { codes: vec![MISSING; rows], ..Labels::default() })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Labels(l) => l.codes.len(),
            Self::Numbers(n) => n.len(),
        }
    }
}

/// All columns of a file, of equal length.
pub(super) struct RawTable {
    pub(super) columns: Vec<(String, RawColumn)>,
    /// Line of each row in a text file; empty for Parquet.
    pub(super) lines: Vec<u32>,
}

impl RawTable {
    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, c)| c.len())
    }

    /// The name and the values of the column of numbers, if it is there.
    pub(super) fn values(&self) -> Option<(&str, &[f64])> {
        self.columns.iter().find_map(|(n, c)| match c {
            RawColumn::Numbers(v) => Some((n.as_str(), v.as_slice())),
            RawColumn::Labels(_) => None,
        })
    }

    pub(super) fn labels(&self, name: &str) -> Option<&Labels> {
        self.columns.iter().find_map(|(n, c)| match c {
            RawColumn::Labels(l) if n == name => Some(l),
            _ => None,
        })
    }

    /// Label columns in order, without those named.
    pub(super) fn label_columns(&self, without: &[&str]) -> Vec<(&str, &Labels)> {
        self.columns
            .iter()
            .filter_map(|(n, c)| match c {
                RawColumn::Labels(l) if !without.contains(&n.as_str()) => Some((n.as_str(), l)),
                _ => None,
            })
            .collect()
    }

    /// Points a problem at a row: by line in a text file, by number (from 1) in Parquet.
    pub(super) fn at(&self, row: usize, problem: Problem) -> Problem {
        if let Some(line) = self.lines.get(row) {
            problem.at(*line as usize, 1)
        } else if problem.key.is_empty() {
            problem.with_key(format!("row {}", row + 1))
        } else {
            let key = format!("row {}, {}", row + 1, problem.key);
            problem.with_key(key)
        }
    }

    /// Notes labels that are too long or too many to be labels.
    fn check_labels(&self, faults: &mut Faults) {
        for (name, labels) in self.label_columns(&[]) {
            if labels.overfull {
                let problem = faults.problem("has too many different values").with_key(name);
                faults.push(problem.with_allowed(format!("up to {MAX_LABELS} in a column")));
            }
            for (code, text) in labels.texts.iter().enumerate().filter(|(_, t)| t.len() > MAX_CELL) {
                let row = labels.codes.iter().position(|c| *c as usize == code).unwrap_or(0);
                faults.push_with(|f| {
                    let problem = f.problem("a cell is too long").with_key(name).with_found(quoted(text));
                    self.at(row, problem.with_allowed(format!("up to {MAX_CELL} bytes")))
                });
            }
        }
    }

    /// Writes dates as `YYYY-MM-DD` and whole numbers without decimals (`1.0` as `1`), so that equal things have equal
    /// labels. Columns whose name ends in `date` hold dates; each text that is none is told once.
    fn normalise(&mut self, faults: &mut Faults) {
        for (name, labels) in self.label_columns(&[]).iter().filter(|(n, _)| n.ends_with("date")) {
            for (code, text) in labels.texts.iter().enumerate() {
                let Err(why) = day(text) else { continue };
                let row = labels.codes.iter().position(|c| *c as usize == code).unwrap_or(0);
                faults.push_with(|f| {
                    let problem = match why {
                        NoDay::NotADate => {
                            f.problem("is not a date").with_allowed("YYYY-MM-DD, e.g. 2024-07-31")
                        }
                        NoDay::Instant => f
                            .problem(
                                "is an instant in universal time, so that its day depends on the time zone",
                            )
                            .with_allowed("YYYY-MM-DD, or midnight")
                            .with_hint("write the column as dates, in the time zone in which they are meant"),
                    };
                    self.at(row, problem.with_key(*name).with_found(quoted(text)))
                });
            }
        }
        for (name, column) in &mut self.columns {
            let RawColumn::Labels(labels) = column else { continue };
            if name.ends_with("date") {
                labels.rewrite(|text| day(text).ok().map(|d| d.to_string()));
            } else if name != "as_of" {
                labels.rewrite(without_decimals);
            }
        }
    }
}

/// `1` for `1.0` and `-2` for `-2.000`; `None` for anything else.
fn without_decimals(text: &str) -> Option<String> {
    let (whole, decimals) = text.split_once('.')?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let number = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !decimals.is_empty()
        && decimals.bytes().all(|b| b == b'0');
    number.then(|| whole.to_string())
}

/// Reads a CSV or Parquet file; the first of the columns named in `numbers` that is there as numbers, all others as
/// labels. `None` if it cannot be read at all (noted).
///
/// Folders named `key=value` right above the file (hive partitions) become columns.
pub(super) fn read_table(path: &Path, numbers: &[&str], faults: &mut Faults) -> Option<RawTable> {
    let size = match darien_base::input::open(path).and_then(|file| file.metadata()) {
        Ok(m) => m.len(),
        Err(e) if e.kind() == std::io::ErrorKind::InvalidInput => {
            faults.push(faults.problem(e.to_string()));
            return None;
        }
        Err(e) => {
            faults.push(faults.problem(format!("cannot be opened: {e}")));
            return None;
        }
    };
    if size > MAX_FILE_BYTES {
        faults.push(too_large(faults, size, "is too large"));
        return None;
    }
    let mut table = match kind(path) {
        Some(Kind::Csv) => super::csv_in::read(path, false, numbers, faults),
        Some(Kind::CsvGz) => super::csv_in::read(path, true, numbers, faults),
        Some(Kind::Parquet) => super::parquet_in::read(path, numbers, faults),
        None => {
            let what = unread(path).map_or("of a kind that is not read".to_string(), |what| {
                format!("{what}, which is not read")
            });
            faults.push(
                faults
                    .problem(format!("is {what}"))
                    .with_allowed("names that end in .csv, .csv.gz or .parquet")
                    .with_hint(MEND),
            );
            None
        }
    }?;
    for (key, value) in partitions(path) {
        if !table.columns.iter().any(|(n, _)| *n == key) {
            let mut labels = Labels::default();
            (0..table.rows()).for_each(|_| labels.push(value.as_deref()));
            table.columns.push((key, RawColumn::Labels(labels)));
        }
    }
    table.check_labels(faults);
    table.normalise(faults);
    Some(table)
}

/// The problem of a file that is larger than is read.
pub(super) fn too_large(faults: &Faults, size: u64, what: &str) -> Problem {
    faults
        .problem(what)
        .with_found(format!("{} MiB", size >> 20))
        .with_allowed(format!("up to {} MiB", MAX_FILE_BYTES >> 20))
        .with_hint("split it by origin_date or target")
}

fn most_rows(columns: usize) -> usize {
    MAX_ROWS.min(MAX_CELLS / columns.max(1))
}

/// Whether a file has more rows than are read.
pub(super) fn too_many(rows: usize, columns: usize) -> bool {
    rows > most_rows(columns)
}

/// The problem of a file with more rows than are read.
pub(super) fn too_many_rows(columns: usize, faults: &Faults) -> Problem {
    faults
        .problem("has too many rows")
        .with_allowed(format!("up to {} with {columns} columns", most_rows(columns)))
        .with_hint("split it by origin_date or target")
}

/// Checks the names of the columns; `false` if the file cannot be read on.
pub(super) fn check_names(names: &[String], faults: &mut Faults) -> bool {
    if names.len() > MAX_COLUMNS {
        faults.push(
            faults
                .problem("has too many columns")
                .with_found(names.len().to_string())
                .with_allowed(format!("up to {MAX_COLUMNS}")),
        );
        return false;
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|n| !seen.insert(n.as_str())) {
        faults.push(faults.problem("a column stands twice in the header").at(1, 1).with_found(quoted(twice)));
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_mean_the_same_become_one() {
        let mut labels = Labels::default();
        for text in ["1.0", "2", "1", "NA", "01", "2.50", "-3.00"] {
            labels.push(Some(text));
        }
        labels.rewrite(without_decimals);
        let texts: Vec<Option<&str>> = (0..7).map(|row| labels.of(row)).collect();
        assert_eq!(texts, [Some("1"), Some("2"), Some("1"), None, Some("01"), Some("2.50"), Some("-3")]);
        assert_eq!(labels.codes[0], labels.codes[2]);
    }
}
