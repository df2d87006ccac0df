//! The list of tables and the list of sources.

use super::{embedded, parse};
use crate::units::Month;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// What a table holds and how far to trust it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Name, by which `darien data` knows it.
    pub table: String,
    /// Path below `data/`.
    pub file: String,
    /// What it holds.
    pub what: String,
    /// Unit of its figures.
    pub unit: String,
    /// First year, month or date covered.
    pub from: String,
    /// Last year, month or date covered.
    pub to: String,
    /// When its figures were last revised.
    pub vintage: String,
    /// `A` agency table, `B` agency figure in the press, `C` single or disputed report; with words where it varies.
    pub trust: String,
    /// Where it is from.
    pub sources: String,
}

impl TableInfo {
    /// The table as CSV with one line of header.
    pub fn text(&self) -> &'static str {
        embedded::text(&self.file).unwrap_or_default()
    }
}

/// A source that rows point to by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Id as in the column `source_id`. `D000` is arithmetic on other rows, `D001` a figure of these tables, `M000` an assumption.
    pub id: String,
    /// Title, or what the page says.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Address; empty where there is none.
    pub url: String,
    /// Date of publication: year, month or day; may be empty.
    pub date: String,
}

/// All tables, in the order of `data/tables.csv`.
pub fn tables() -> &'static [TableInfo] {
    static CELL: OnceLock<Vec<TableInfo>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("tables.csv"))
}

/// The table of a name.
pub fn table(name: &str) -> Option<&'static TableInfo> {
    tables().iter().find(|info| info.table == name)
}

/// Last month that a table of observations reaches: the data vintage of the manifest.
///
/// When each table was last revised stands in [`TableInfo::vintage`].
pub fn vintage() -> Month {
    static CELL: OnceLock<Month> = OnceLock::new();
    *CELL.get_or_init(|| {
        let observed = tables().iter().filter(|info| info.file.starts_with("observed/"));
        let last = observed.filter_map(|info| info.to.get(..7)?.parse().ok()).max();
        last.unwrap_or_else(|| panic!("data/tables.csv names no month that the observations reach"))
    })
}

/// All sources, sorted by id.
pub fn sources() -> &'static [Source] {
    static CELL: OnceLock<Vec<Source>> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut rows: Vec<Source> = parse::rows("sources.csv");
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    })
}

/// The source of an id.
pub fn source(id: &str) -> Option<&'static Source> {
    let all = sources();
    all.binary_search_by(|source| source.id.as_str().cmp(id)).ok().map(|i| &all[i])
}
