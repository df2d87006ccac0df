//! FLEE's CSV files: rows with their lines, headers that start with `#`.

use crate::behaviour::flee::place_in::At;
use crate::error::Problem;
use std::path::Path;
use std::sync::Arc;

/// Whether a table begins with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// The first line must start with `#` and names the columns.
    Needed,
    /// Lines that start with `#` are comments; nothing names the columns.
    None,
}

/// A row of cells without blanks at their ends.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) at: At,
    cells: Vec<String>,
}

impl Row {
    /// The cell of a column, empty where the row is too short.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    pub(super) fn cells(&self) -> &[String] {
        &self.cells
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub(super) file: Arc<str>,
    pub(super) header: Vec<String>,
    pub(super) lines: Vec<Row>,
}

/// Reads a file as UTF-8 text.
pub(super) fn read_text(path: &Path) -> Result<String, Box<Problem>> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|e| {
        let p = Problem::new(&*file, "cannot be read").with_found(e.to_string());
        if e.kind() == std::io::ErrorKind::NotFound {
            p.with_hint("the file is needed; it may hold nothing but its header")
        } else {
            p
        }
    })?;
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Err(Problem::new(&*file, "starts with a byte order mark")
            .at(1, 1)
            .with_allowed("UTF-8 without byte order mark")
            .with_hint("save it as plain UTF-8")
            .into());
    }
    String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].split(|b| *b == b'\n').count();
        Problem::new(&*file, "is not UTF-8 text").at(line, 1).with_hint("save it as UTF-8").into()
    })
}

impl Rows {
    /// Reads a table; rows whose first cell is blank are problems.
    pub(super) fn read(
        path: &Path,
        header: Header,
        problems: &mut Vec<Problem>,
    ) -> Result<Self, Box<Problem>> {
        let text = read_text(path)?;
        let file: Arc<str> = Arc::from(path.display().to_string());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut table = Self { file: Arc::clone(&file), header: Vec::new(), lines: Vec::new() };
        for record in reader.records() {
            let record = record.map_err(|e| {
                let line = e.position().map_or(0, csv::Position::line) as usize;
                At::new(&file, line).problem("is not readable as CSV").with_found(e.to_string())
            })?;
            let at = At::new(&file, record.position().map_or(0, csv::Position::line) as usize);
            let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
            let first = cells.first().cloned().unwrap_or_default();
            if let Some(name) = first.strip_prefix('#') {
                if table.header.is_empty() && table.lines.is_empty() && header == Header::Needed {
                    name.trim().clone_into(&mut cells[0]);
                    while cells.last().is_some_and(String::is_empty) {
                        cells.pop();
                    }
                    table.header = cells;
                }
            } else if header == Header::Needed && table.header.is_empty() {
                return Err(at
                    .problem("is not a header")
                    .with_found(format!("\"{first}\""))
                    .with_hint("start the first line with # and the names of the columns")
                    .into());
            } else if first.is_empty() {
                if cells.iter().any(|c| !c.is_empty()) {
                    problems
                        .push(at.problem("has a blank first cell").with_hint("fill it or remove the line"));
                }
            } else {
                table.lines.push(Row { at, cells });
            }
        }
        if header == Header::Needed && table.header.is_empty() {
            return Err(At::new(&file, 1)
                .problem("is empty")
                .with_hint("start the first line with # and the names of the columns")
                .into());
        }
        Ok(table)
    }

    /// Checks that the header has at least `n` columns.
    pub(super) fn at_least(&self, n: usize, names: &str, problems: &mut Vec<Problem>) -> bool {
        let enough = self.header.len() >= n;
        if !enough {
            problems.push(
                At::new(&self.file, 1)
                    .problem("lacks a column")
                    .with_found(self.header.join(","))
                    .with_allowed(names.to_owned()),
            );
        }
        enough
    }

    /// The attributes of a row: the columns from `first` on that the header names and the row fills.
    pub(super) fn attributes(&self, row: &Row, first: usize) -> std::collections::BTreeMap<String, String> {
        self.header
            .iter()
            .enumerate()
            .skip(first)
            .filter(|(i, name)| !name.is_empty() && !row.cell(*i).is_empty())
            .map(|(i, name)| (name.clone(), row.cell(i).to_owned()))
            .collect()
    }
}
