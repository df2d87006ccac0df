//! The flow back south since late 2024, as far as it is on record.

use super::parse;
use crate::units::Month;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::OnceLock;

/// Who counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counter {
    /// Panama: entries from Costa Rica.
    Panama,
    /// Colombia: arrivals from Panama by sea and on foot.
    Colombia,
}

/// What kind of figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As published.
    Published,
    /// As published; the last day is that of the article.
    DateApproximate,
    /// A difference of published figures.
    Derived,
    /// At least so many.
    LowerBound,
    /// At most so many: only the bound is known.
    UpperBound,
}

/// People who came south in a stretch of days. Stretches overlap: months, and sums since 1 January.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Southbound {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Who counted.
    pub counter: Counter,
    /// Persons; none where only a bound is known.
    pub persons: Option<f64>,
    /// At least so many, where a bound is known.
    pub low: Option<f64>,
    /// At most so many, where a bound is known.
    pub high: Option<f64>,
    /// Standard deviation of its error, as a share of the figure (assumed).
    pub error: f64,
    /// What kind of figure it is.
    pub status: Status,
    /// `B` or `C`, as in [`super::TableInfo::trust`].
    pub trust: String,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

impl Southbound {
    /// The months that it covers from their first to their last day; none where it covers parts of months.
    pub fn whole_months(&self) -> Option<(Month, Month)> {
        let (first, last) = (Month::of(self.from), Month::of(self.until));
        (first.first_day() == self.from && last.last_day() == self.until).then_some((first, last))
    }
}

/// All counts of people who came south, by first and last day.
pub fn southbound() -> &'static [Southbound] {
    static CELL: OnceLock<Vec<Southbound>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/reverse_flow.csv"))
}
