//! The record of entries to its end: months as far as they are known, then sums of months.

use super::observed::entries;
use super::parse;
use crate::units::Month;
use serde::Deserialize;
use std::sync::OnceLock;

/// Entries of some months together, of all nationalities: what statements since 1 January leave when they are subtracted.
///
/// They are never split by month.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sum {
    /// First month.
    #[serde(deserialize_with = "parse::month")]
    pub from: Month,
    /// Last month.
    #[serde(deserialize_with = "parse::month")]
    pub to: Month,
    /// Irregular entries, persons.
    pub entries: f64,
    /// `B` or `C`, as in [`super::TableInfo::trust`].
    pub trust: String,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Sums of months, 2025-05 to 2025-12, in order and without gaps.
pub fn sums() -> &'static [Sum] {
    static CELL: OnceLock<Vec<Sum>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/darien_sums.csv"))
}

/// Last month of which entries are on record, alone or in a sum.
pub fn recorded_until() -> Month {
    let of_months = entries().iter().map(|(_, series)| series.until());
    let last = of_months.chain(sums().iter().map(|sum| sum.to)).max();
    last.unwrap_or_else(|| panic!("data/observed holds no entries"))
}

/// Entries of all nationalities from a first to a last month, both included; `None` where months are not on record, or
/// only in a sum that reaches beyond them.
pub fn recorded(first: Month, last: Month) -> Option<f64> {
    let months = entries().series("ALL")?;
    let (mut month, mut all) = (first, 0.0);
    while month <= last {
        if let Some(entries) = months.get(month) {
            all += entries;
            month = month.plus(1);
        } else {
            let sum = sums().iter().find(|sum| sum.from == month && sum.to <= last)?;
            all += sum.entries;
            month = sum.to.plus(1);
        }
    }
    Some(all)
}
