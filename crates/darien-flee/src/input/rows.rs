//! FLEE's CSV files: rows with their lines, headers that start with `#`.

use crate::error::Problem;
use crate::findings::Findings;
use crate::place_in::At;
use std::path::Path;
use std::sync::Arc;

/// Whether a table begins with a header.
#[derive(Clone, Copy)]
pub(super) enum Header {
    /// The first line starts with `#` and names the columns; it may be missing where the first line reads as data.
    Named(fn(&Row) -> bool),
    /// The first line names the columns, with `#` or without.
    First,
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
    /// Where the header stands.
    pub(super) header_at: At,
    /// Names of the columns; empty where nothing names them.
    pub(super) header: Vec<String>,
    pub(super) lines: Vec<Row>,
}

/// Longest file that is read, bytes.
const MOST_BYTES: u64 = 256 << 20;

/// Reads a file as UTF-8 text, without a byte order mark.
pub(super) fn read_text(path: &Path, findings: &mut Findings) -> Result<String, Box<Problem>> {
    let file = path.display().to_string();
    if path.exists() && !path.is_file() {
        return Err(Problem::new(&*file, "is not a regular file").into());
    }
    let bytes = darien_base::input::bytes(path, MOST_BYTES).map_err(|e| {
        let p = Problem::new(&*file, "cannot be read").with_found(e.to_string());
        if e.kind() == std::io::ErrorKind::NotFound {
            p.with_hint("the file is needed; it may hold nothing but its header")
        } else {
            p
        }
    })?;
    let mut text = String::from_utf8(bytes).map_err(|e| {
        let line = 1 + lines_in(&e.as_bytes()[..e.utf8_error().valid_up_to()]);
        Problem::new(&*file, "is not UTF-8 text").at(line, 1).with_hint("save it as UTF-8")
    })?;
    if text.starts_with('\u{feff}') {
        findings.note(&At::new(&Arc::from(file), 1), "the byte order mark is passed over");
        text.remove(0);
    }
    Ok(text)
}

/// Ends of lines: `\n`, `\r\n` and `\r`, each counted once.
fn lines_in(bytes: &[u8]) -> usize {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    bytes.iter().zip(next).filter(|(b, next)| **b == b'\n' || (**b == b'\r' && *next != Some(&b'\n'))).count()
}

/// Counts the lines of a text up to one position after another.
struct LineCounter<'a> {
    text: &'a [u8],
    position: usize,
    line: usize,
}

impl LineCounter<'_> {
    /// The line, from 1, on which the record begins that the reader reached at a position: it stands at the end of
    /// the line before, and blank lines may follow.
    fn of(&mut self, reached: usize) -> usize {
        let ends = self.text[reached..].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let start = reached + ends;
        self.line += lines_in(&self.text[self.position..start]);
        self.position = start;
        self.line
    }
}

impl Rows {
    /// Reads a table; rows whose first cell is blank are problems.
    pub(super) fn read(path: &Path, header: Header, findings: &mut Findings) -> Result<Self, Box<Problem>> {
        let text = read_text(path, findings)?;
        let file: Arc<str> = Arc::from(path.display().to_string());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut counter = LineCounter { text: text.as_bytes(), position: 0, line: 1 };
        let mut table = Self {
            file: Arc::clone(&file),
            header_at: At::new(&file, 1),
            header: Vec::new(),
            lines: Vec::new(),
        };
        let mut header = Some(header);
        for record in reader.records() {
            let record = record.map_err(|e| {
                let reached = e.position().map_or(0, csv::Position::byte) as usize;
                let at = At::new(&file, counter.of(reached));
                at.problem("is not readable as CSV").with_found(e.to_string())
            })?;
            let reached = record.position().map_or(0, csv::Position::byte) as usize;
            let at = At::new(&file, counter.of(reached));
            let row = Row { at, cells: record.iter().map(str::to_owned).collect() };
            if row.cells.iter().all(String::is_empty) {
                continue;
            }
            let marked = row.cell(0).starts_with('#');
            match header.take() {
                Some(Header::Named(reads_as_data)) if !marked => {
                    if !reads_as_data(&row) {
                        return Err(row
                            .at
                            .problem("is not a header")
                            .with_found(format!("\"{}\"", row.cell(0)))
                            .with_hint("start the first line with # and the names of the columns")
                            .into());
                    }
                    findings.note(&row.at, "no header: the columns are taken in FLEE's order");
                }
                Some(Header::Named(_) | Header::First) => {
                    table.header_at = row.at;
                    table.header = row.cells;
                    let first = table.header[0].trim_start_matches('#').trim().to_owned();
                    table.header[0] = first;
                    while table.header.last().is_some_and(String::is_empty) {
                        table.header.pop();
                    }
                    continue;
                }
                Some(Header::None) | None => {}
            }
            if marked {
                continue;
            }
            if row.cell(0).is_empty() {
                findings
                    .refuse(row.at.problem("has a blank first cell").with_hint("fill it or remove the line"));
            } else {
                table.lines.push(row);
            }
        }
        if matches!(header, Some(Header::Named(_) | Header::First)) {
            findings.note(&table.header_at, "the file is empty");
        }
        Ok(table)
    }

    /// Checks that the header, where there is one, has at least `n` columns.
    pub(super) fn at_least(&self, n: usize, names: &str, findings: &mut Findings) -> bool {
        let enough = self.header.is_empty() || self.header.len() >= n;
        if !enough {
            findings.refuse(
                self.header_at
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_an_editor() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("#a,b{end}{end}{end}x,1{end}\"y{end}z\",2{end}{end}w,3");
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("t.csv");
            std::fs::write(&path, text).unwrap();
            let rows = Rows::read(&path, Header::First, &mut Findings::default()).unwrap();
            let lines: Vec<usize> = rows.lines.iter().map(|r| r.at.line).collect();
            assert_eq!(lines, [4, 5, 8], "{end:?}");
        }
    }
}
