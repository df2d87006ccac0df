//! A CSV file of a result folder, read with care: what is wrong is a sentence with file, line and column.

use crate::error::{Problem, Result};
use std::path::Path;

/// A table as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The file, as it is named in messages.
    pub file: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Cells, row by row; every row is as long as the header.
    pub rows: Vec<Vec<String>>,
}

/// A table of more bytes than this is not read whole.
pub const MAX_BYTES: u64 = 256 << 20;

impl Sheet {
    /// Reads a file whole.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with every problem found.
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let bytes = crate::input::bytes(path, MAX_BYTES)
            .map_err(|e| invalid(&file, 0, "cannot be read", &e.to_string()))?;
        Self::parse(&file, &bytes)
    }

    /// Reads bytes; `file` names them in problems.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for what is no table.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(bytes);
        let bad = |e: &csv::Error| {
            let line = e.position().map_or(0, |p| p.line() as usize);
            invalid(file, line, "is not a table", &e.to_string())
        };
        let header: Vec<String> = reader.headers().map_err(|e| bad(&e))?.iter().map(str::to_owned).collect();
        if header.iter().all(String::is_empty) {
            return Err(invalid(file, 1, "has no header", "an empty first line"));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            rows.push(record.map_err(|e| bad(&e))?.iter().map(str::to_owned).collect());
        }
        Ok(Self { file: file.to_owned(), header, rows })
    }

    /// Position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h == name)
    }

    /// Whether all these columns are there.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with one problem for each that is missing.
    pub fn require(&self, names: &[&str]) -> Result<()> {
        let problems: Vec<Problem> = names
            .iter()
            .filter(|name| self.column(name).is_none())
            .map(|name| {
                Problem::new(&self.file, "has no such column")
                    .at(1, 1)
                    .with_key(*name)
                    .with_allowed(names.join(", "))
                    .with_hint("the folder was made by another version or changed; run the command again")
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(crate::error::Error::Invalid(problems)) }
    }

    /// A cell as text; empty where there is none.
    pub fn text(&self, row: usize, name: &str) -> &str {
        self.column(name).and_then(|c| self.rows.get(row)?.get(c)).map_or("", String::as_str)
    }

    /// A cell as a number; NaN where it is empty or there is none.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] where something else than a number stands.
    pub fn number(&self, row: usize, name: &str) -> Result<f64> {
        let text = self.text(row, name).trim();
        if text.is_empty() {
            return Ok(f64::NAN);
        }
        text.parse().map_err(|_| {
            crate::error::Error::invalid(
                Problem::new(&self.file, "is not a number").at(row + 2, 1).with_key(name).with_found(text),
            )
        })
    }
}

/// One problem of a file as an error.
pub fn invalid(file: &str, line: usize, message: &str, found: &str) -> crate::error::Error {
    let problem = Problem::new(file, message)
        .with_found(found)
        .with_hint("the folder is incomplete or was changed; run the command again");
    crate::error::Error::invalid(if line > 0 { problem.at(line, 1) } else { problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_sentences_with_their_place() {
        let sheet = Sheet::parse("a.csv", b"x,y\n1,2\n3,z\n").unwrap();
        assert_eq!(sheet.number(0, "y").unwrap(), 2.0);
        assert!(sheet.number(0, "nothing").unwrap().is_nan());
        let text = sheet.number(1, "y").unwrap_err().to_string();
        assert!(text.contains("a.csv:3") && text.contains("found z"), "{text}");
        let text = sheet.require(&["x", "q"]).unwrap_err().to_string();
        assert!(text.contains("`q`"), "{text}");
        assert!(Sheet::parse("a.csv", b"x,y\n1\n").unwrap_err().to_string().contains("a.csv:2"));
        assert!(Sheet::parse("a.csv", b"").unwrap_err().to_string().contains("no header"));
        assert_eq!(Sheet::parse("a.csv", b"x\n\xff\n").unwrap_err().exit_code(), 3);
    }
}
