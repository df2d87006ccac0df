//! Single numbers with their range: costs of policy, evidence on behaviour, findings on the journey.

use super::parse;
use serde::Deserialize;
use std::sync::OnceLock;

/// How firm a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A source gives it.
    #[default]
    Sourced,
    /// Computed from other figures.
    Derived,
    /// A guess; to be calibrated or carried as a range.
    Assumed,
}

/// A number with its range.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Fact {
    /// Name.
    pub name: String,
    /// Subject: `agents`, `journey`, `risk`, `intent`, `response`, …; empty outside [`facts`].
    #[serde(default)]
    pub topic: String,
    /// Best figure; none where only a range is known.
    pub value: Option<f64>,
    /// Low end of the range, in the same unit.
    pub low: Option<f64>,
    /// High end of the range.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// How firm it is.
    #[serde(default)]
    pub status: Status,
    /// How it was computed, or what to beware of; may be empty.
    pub note: String,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// What policy costs and what its means can carry.
pub fn policy_prices() -> &'static [Fact] {
    static CELL: OnceLock<Vec<Fact>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("world/prices_policy.csv"))
}

/// The policy price of a name, e.g. `cost_per_flight`.
pub fn policy_price(name: &str) -> Option<&'static Fact> {
    policy_prices().iter().find(|fact| fact.name == name)
}

/// Evidence on people, journey, risk, intent and response.
pub fn facts() -> &'static [Fact] {
    static CELL: OnceLock<Vec<Fact>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("world/facts.csv"))
}

/// The evidence of a name, e.g. `share_male_2022`.
pub fn fact(name: &str) -> Option<&'static Fact> {
    facts().iter().find(|fact| fact.name == name)
}

/// Findings of surveys and reports on the journey.
pub fn journey_facts() -> &'static [Fact] {
    static CELL: OnceLock<Vec<Fact>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/journey_facts.csv"))
}
