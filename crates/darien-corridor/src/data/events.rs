//! Dated policies and shocks.

use super::parse;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::OnceLock;

/// Which way entries of the listed groups are held to have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Fewer entries.
    Fall,
    /// More entries.
    Rise,
    /// First one, then the other.
    Mixed,
    /// No effect seen.
    None,
}

/// How much entries moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Hardly to be seen.
    Weak,
    /// By tenths.
    Medium,
    /// By half or more.
    Strong,
}

/// Whether the dates are on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// The sources give them.
    Sourced,
    /// At least one is assumed.
    Assumed,
}

/// How sure one may be of an event, or of a leg's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Mostly assumed.
    Low,
    /// Single reports.
    Medium,
    /// Several reports.
    High,
    /// Several reports and the tables agree.
    VeryHigh,
}

/// A dated policy or shock.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    /// Id, `EV` and three digits.
    pub id: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none where it goes on or has no end.
    pub until: Option<NaiveDate>,
    /// Short title.
    pub title: String,
    /// Kind, e.g. `visa`, `route-closure`, `deportation-flights`.
    pub category: String,
    /// Countries that act, ISO 3166-1 alpha-3.
    #[serde(deserialize_with = "parse::list")]
    pub countries: Vec<String>,
    /// Groups whose entries it touches; `ALL` for all.
    #[serde(deserialize_with = "parse::list")]
    pub nationalities: Vec<String>,
    /// Which way entries are held to have moved.
    pub direction: Direction,
    /// How much.
    pub strength: Strength,
    /// Days until the effect, at least.
    pub lag_days_low: u32,
    /// Days until the effect, at most.
    pub lag_days_high: u32,
    /// Whether the dates are on record.
    pub dates: Dates,
    /// How sure one may be.
    pub confidence: Confidence,
    /// What the tables show around it; not an estimate of its effect, because events overlap.
    pub seen: String,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// All events, in the order of ids.
pub fn events() -> &'static [Event] {
    static CELL: OnceLock<Vec<Event>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/events.csv"))
}
