//! What a file's name says that it is, and the files of a folder.

use std::path::{Path, PathBuf};

/// Kinds of tables that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    /// CSV packed by gzip.
    CsvGz,
    Parquet,
}

/// How deep folders are searched.
const DEPTH: usize = 6;

/// Lower-case name without the part before the first dot.
fn endings(path: &Path) -> Option<Vec<String>> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    Some(name.split('.').skip(1).map(str::to_owned).collect())
}

pub(super) fn kind(path: &Path) -> Option<Kind> {
    let endings = endings(path)?;
    match endings.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [.., "csv", "gz"] => Some(Kind::CsvGz),
        [.., "csv"] => Some(Kind::Csv),
        [.., "parquet" | "parq" | "pq"] => Some(Kind::Parquet),
        _ => None,
    }
}

/// What a file is that may well hold a table but is not read; `None` for anything else.
pub(super) fn unread(path: &Path) -> Option<&'static str> {
    Some(match endings(path)?.last()?.as_str() {
        "arrow" | "arrows" | "feather" | "ipc" => "Arrow (IPC, Feather)",
        "gz" | "bz2" | "xz" | "zst" | "lz4" | "br" | "zip" | "7z" | "tar" | "tgz" => "packed",
        "tsv" | "tab" => "tab-separated text",
        "xlsx" | "xls" | "xlsm" | "ods" => "a spreadsheet",
        "rds" | "rda" | "rdata" => "R data",
        "jsonl" | "ndjson" => "JSON lines",
        "dta" | "sav" | "sas7bdat" | "pkl" | "pickle" | "npy" | "npz" | "h5" | "nc" | "orc" | "avro" => {
            "of another program"
        }
        "db" | "sqlite" | "sqlite3" | "duckdb" => "a database",
        _ => return None,
    })
}

/// How to turn a file that is not read into one that is.
pub(super) const MEND: &str =
    "write it as Parquet (`write_parquet` of arrow or polars, `to_parquet` of pandas), .csv or .csv.gz";

/// The tables below a folder, and what was passed over.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// CSV and Parquet files, sorted.
    pub(super) tables: Vec<PathBuf>,
    /// Files that may hold tables of a kind that is not read, sorted.
    pub(super) unread: Vec<PathBuf>,
    /// Folders too deep to be searched.
    pub(super) too_deep: usize,
}

impl Found {
    /// Sentences about what was passed over.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(first) = self.unread.first() {
            let name = super::faults::quoted(&first.display().to_string());
            let what = unread(first).unwrap_or("of a kind that is not read");
            notes.push(match self.unread.len() {
                1 => format!("the file {name} is {what} and was passed over; {MEND}"),
                n => format!(
                    "{n} files that are not read were passed over, e.g. {name}, which is {what}; {MEND}"
                ),
            });
        }
        if self.too_deep > 0 {
            notes.push(format!("{} folders more than {DEPTH} levels deep were not searched", self.too_deep));
        }
        notes
    }
}

/// All files below a folder; hidden ones are left out.
pub(super) fn files_below(folder: &Path) -> std::io::Result<Found> {
    fn walk(folder: &Path, depth: usize, found: &mut Found) -> std::io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.file_name().is_none_or(|n| n.as_encoded_bytes().starts_with(b".")) {
                continue;
            }
            if path.is_dir() {
                if depth > 0 {
                    walk(&path, depth - 1, found)?;
                } else {
                    found.too_deep += 1;
                }
            } else if kind(&path).is_some() {
                found.tables.push(path);
            } else if unread(&path).is_some() {
                found.unread.push(path);
            }
        }
        Ok(())
    }
    let mut found = Found::default();
    walk(folder, DEPTH, &mut found)?;
    found.tables.sort();
    found.unread.sort();
    Ok(found)
}

/// Undoes the percent signs of a hive partition (`inc%20hosp`); text that is no such code stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit())))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = code {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// The hive partitions right above a file, folders named `key=value`: keys and values, `None` for the null partition.
pub(super) fn partitions(path: &Path) -> Vec<(String, Option<String>)> {
    let folders = path.parent().into_iter().flat_map(|p| p.components().rev());
    folders
        .map_while(|folder| folder.as_os_str().to_str()?.split_once('='))
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (decoded(key), (value != "__HIVE_DEFAULT_PARTITION__").then(|| decoded(value))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_read_and_what_is_not() {
        let of = |name: &str| kind(Path::new(name));
        assert_eq!(of("a/2024-01-01-t-m.CSV"), Some(Kind::Csv));
        assert_eq!(of("t-m.csv.gz"), Some(Kind::CsvGz));
        assert_eq!(of("t-m.zstd.parquet"), Some(Kind::Parquet));
        for name in ["a.arrow", "a.feather", "a.csv.zst", "a.xlsx"] {
            assert_eq!(of(name), None);
            assert!(unread(Path::new(name)).is_some(), "{name}");
        }
        assert_eq!(unread(Path::new("README.md")), None);
    }

    #[test]
    fn partitions_are_decoded() {
        let found = partitions(Path::new("hub/target=inc%20hosp/as_of=2024%2D01-01/x=100%/part-0.parquet"));
        assert_eq!(
            found,
            [("x", "100%"), ("as_of", "2024-01-01"), ("target", "inc hosp")]
                .map(|(k, v)| (k.to_string(), Some(v.to_string())))
        );
        assert_eq!(partitions(Path::new("location=__HIVE_DEFAULT_PARTITION__/a.csv"))[0].1, None);
        assert_eq!(decoded("a%C3%B1o"), "año");
        assert_eq!(decoded("a%FFb"), "a%FFb", "no UTF-8 behind the code");
    }
}
