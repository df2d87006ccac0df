//! Repatriation flights from Panama since August 2024, as far as they are on record.

use super::parse;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::OnceLock;

/// What a cumulative statement counts; differences make sense within one scope only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Flights that the United States paid.
    UsFunded,
    /// Charter flights that the United States paid, without seats on other flights.
    UsFundedCharters,
    /// All charter flights of the government of Panama.
    Panama,
    /// The same since 1 January of the year of the date.
    PanamaThisYear,
    /// All removals since 1 January of the year of the date, by whatever means.
    AllRemovals,
}

/// Whether a date is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateStatus {
    /// The source gives it.
    Sourced,
    /// Within days.
    Approximate,
}

/// Flights, people and money up to a date.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Cumulative {
    /// Date of the statement.
    pub date: NaiveDate,
    /// What it counts.
    pub scope: Scope,
    /// Flights so far.
    pub flights: Option<u32>,
    /// People so far.
    pub people: Option<u32>,
    /// Spent so far, USD.
    pub usd_spent: Option<f64>,
    /// Whether the date is on record.
    pub date_status: DateStatus,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Cumulative statements by date.
pub fn cumulative() -> &'static [Cumulative] {
    static CELL: OnceLock<Vec<Cumulative>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/repatriation_cumulative.csv"))
}

/// Flights and people to one destination up to a date.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ByDestination {
    /// Date of the statement.
    pub date: NaiveDate,
    /// Destination, ISO 3166-1 alpha-3.
    pub destination: String,
    /// Flights so far.
    pub flights: Option<u32>,
    /// People so far.
    pub people: u32,
    /// Whether the date is on record.
    pub date_status: DateStatus,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Statements by destination and date.
pub fn by_destination() -> &'static [ByDestination] {
    static CELL: OnceLock<Vec<ByDestination>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/repatriation_by_destination.csv"))
}

/// People brought to one destination on one day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Flight {
    /// Day of the flight.
    pub date: NaiveDate,
    /// Destination, ISO 3166-1 alpha-3; a flight to two countries has two rows, one to many has `OTH`.
    pub destination: String,
    /// People on board for the destination.
    pub people: u32,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Single flights on record; far from all.
pub fn flights() -> &'static [Flight] {
    static CELL: OnceLock<Vec<Flight>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/repatriation_flights.csv"))
}

/// A date or amount of the agreement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Term {
    /// Name.
    pub term: String,
    /// Date that it holds from, or of the statement.
    pub date: NaiveDate,
    /// Amount in `unit`; none where the date is what matters.
    pub value: Option<f64>,
    /// Lowest published amount.
    pub low: Option<f64>,
    /// Highest published amount.
    pub high: Option<f64>,
    /// Unit; `date` where the date is what matters.
    pub unit: String,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Dates and amounts of the agreement.
pub fn terms() -> &'static [Term] {
    static CELL: OnceLock<Vec<Term>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/repatriation_terms.csv"))
}
