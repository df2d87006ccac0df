//! A table as it came from a file: labels as text codes, numbers as numbers, and the faults found on the way.

use crate::error::Problem;
use std::collections::BTreeMap;
use std::path::Path;

/// Largest file that is read, 512 MiB: hubs stay under 100 MB, and a larger one is a mistake more often than a forecast.
pub const MAX_FILE_BYTES: u64 = 512 << 20;

/// Most rows of one file, so that a small compressed file cannot fill the memory.
pub const MAX_ROWS: usize = 50_000_000;

/// Problems told in full for one file; the rest is counted.
const TOLD: usize = 50;

/// The faults of one file.
pub(super) struct Faults {
    file: String,
    told: Vec<Problem>,
    more: usize,
}

impl Faults {
    pub(super) fn new(path: &Path) -> Self {
        Self { file: path.display().to_string(), told: Vec::new(), more: 0 }
    }

    /// Notes a problem; after the first 50 of a file they are only counted.
    pub(super) fn push(&mut self, problem: Problem) {
        if self.told.len() < TOLD { self.told.push(problem) } else { self.more += 1 }
    }

    /// A problem of this file.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.file.clone(), message)
    }

    /// Moves the problems into a list.
    pub(super) fn into(self, all: &mut Vec<Problem>) {
        all.extend(self.told);
        if self.more > 0 {
            all.push(Problem::new(
                self.file,
                format!("{} more problems of this file are not listed", self.more),
            ));
        }
    }
}

/// Code of a missing label.
pub(super) const MISSING: u32 = u32::MAX;

/// A column of labels: each distinct text once, and a code a row.
#[derive(Default)]
pub(super) struct Labels {
    pub(super) codes: Vec<u32>,
    pub(super) texts: Vec<String>,
    known: BTreeMap<String, u32>,
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
        let code = self.known.get(text).copied().unwrap_or_else(|| {
            let code = self.texts.len() as u32;
            self.known.insert(text.to_string(), code);
            self.texts.push(text.to_string());
            code
        });
        self.codes.push(code);
    }

    /// The text of a code, `None` where missing.
    pub(super) fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize).map(String::as_str)
    }
}

/// A column of either kind.
pub(super) enum RawColumn {
    Labels(Labels),
    /// NaN where missing; infinite where the file's value is no finite number, which the reader has noted.
    Numbers(Vec<f64>),
}

impl RawColumn {
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

    pub(super) fn numbers(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().find_map(|(n, c)| match c {
            RawColumn::Numbers(v) if n == name => Some(v.as_slice()),
            _ => None,
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
}

/// Reads a CSV or Parquet file; columns in `numbers` as numbers. `None` if it cannot be read at all (noted).
///
/// Folders named `key=value` right above the file (hive partitions) become columns.
pub(super) fn read_table(path: &Path, numbers: &[&str], faults: &mut Faults) -> Option<RawTable> {
    let size = match std::fs::metadata(path) {
        Ok(m) if m.is_file() => m.len(),
        Ok(_) => {
            faults.push(faults.problem("is not a file"));
            return None;
        }
        Err(e) => {
            faults.push(faults.problem(format!("cannot be opened: {e}")));
            return None;
        }
    };
    if size > MAX_FILE_BYTES {
        faults.push(
            faults
                .problem("is too large")
                .with_found(format!("{} MiB", size >> 20))
                .with_allowed(format!("up to {} MiB", MAX_FILE_BYTES >> 20))
                .with_hint("split it by origin_date or target"),
        );
        return None;
    }
    let mut table = match kind(path) {
        Some(Kind::Csv) => super::csv_in::read(path, numbers, faults),
        Some(Kind::Parquet) => super::parquet_in::read(path, numbers, faults),
        None => {
            faults.push(
                faults
                    .problem("is of a kind that is not read")
                    .with_allowed("names that end in .csv or .parquet")
                    .with_hint("unpack it, or write it again as Parquet"),
            );
            None
        }
    }?;
    let partitions = path.parent().into_iter().flat_map(|p| p.components().rev());
    for (key, value) in partitions.map_while(|p| p.as_os_str().to_str()?.split_once('=')) {
        if !key.is_empty() && !table.columns.iter().any(|(n, _)| n == key) {
            let mut labels = Labels::default();
            (0..table.rows()).for_each(|_| labels.push(Some(value)));
            table.columns.push((key.to_string(), RawColumn::Labels(labels)));
        }
    }
    Some(table)
}

/// What a file's name says that it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    Parquet,
}

pub(super) fn kind(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(Kind::Csv),
        "parquet" => Some(Kind::Parquet),
        _ => None,
    }
}

/// All CSV and Parquet files below a folder, sorted; hidden ones and folders deeper than six are left out.
pub(super) fn files_below(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    fn walk(folder: &Path, depth: usize, found: &mut Vec<std::path::PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.file_name().and_then(|n| n.to_str()).is_none_or(|n| n.starts_with('.')) {
                continue;
            }
            if path.is_dir() {
                if depth > 0 {
                    walk(&path, depth - 1, found)?;
                }
            } else if kind(&path).is_some() {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(folder, 6, &mut found)?;
    found.sort();
    Ok(found)
}
