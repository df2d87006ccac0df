//! What was observed: entries, encounters, deaths, demographics, and the crisis level derived from statistics.

use super::parse;
use super::series::Panel;
use crate::units::Month;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Reporting groups of [`entries`] without the total: ISO 3166-1 alpha-3, and two codes of ours, `AFR` and `OTH`.
///
/// `HTI` is the Haitian group: born in Haiti, or in Chile or Brazil to Haitian parents.
pub const NATIONALITIES: [&str; 14] =
    ["VEN", "HTI", "ECU", "COL", "CUB", "CHN", "IND", "NPL", "BGD", "PER", "AFG", "VNM", "AFR", "OTH"];

/// A panel from an embedded table in long layout.
fn panel<T: serde::de::DeserializeOwned>(path: &str, cell: impl Fn(T) -> (Month, String, f64)) -> Panel {
    gathered(path, parse::rows(path).into_iter().map(cell))
}

fn gathered(path: &str, cells: impl Iterator<Item = (Month, String, f64)>) -> Panel {
    match Panel::gather(cells) {
        Ok(panel) => panel,
        Err(fault) => panic!("embedded table data/{path}: {fault}"),
    }
}

/// Irregular entries into Panama through the Darién, persons a month, from 2020-01 on.
///
/// Codes are [`NATIONALITIES`] and `ALL`, to which they sum exactly. Nationalities end in 2025-04, `ALL` two months later;
/// [`super::recorded`] goes on with sums of months.
pub fn entries() -> &'static Panel {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "parse::month")]
        month: Month,
        nationality: String,
        entries: f64,
    }
    static CELL: OnceLock<Panel> = OnceLock::new();
    CELL.get_or_init(|| panel("observed/darien_entries.csv", |r: Row| (r.month, r.nationality, r.entries)))
}

/// A published annual total with the range of other published totals.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Annual {
    /// Year.
    pub year: i32,
    /// Irregular entries, persons a year.
    pub entries: u32,
    /// Lowest published total.
    pub low: u32,
    /// Highest published total.
    pub high: u32,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Annual totals of irregular entries, 2010 to 2025.
pub fn annual() -> &'static [Annual] {
    static CELL: OnceLock<Vec<Annual>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/darien_annual.csv"))
}

#[derive(Deserialize)]
struct EncounterRow {
    #[serde(deserialize_with = "parse::month")]
    month: Month,
    nationality: String,
    encounters: Option<f64>,
    between_ports: f64,
}

/// Encounters at the US southwest border, per month, between and at the ports of entry together.
///
/// `ALL` from 2017-10, nationalities from 2019-10, to 2025-05. `HTI` is Haitian nationals, `OTH` all not listed.
pub fn us_encounters() -> &'static Panel {
    static CELL: OnceLock<Panel> = OnceLock::new();
    CELL.get_or_init(|| {
        let rows: Vec<EncounterRow> = parse::rows("observed/us_encounters.csv");
        let known = rows.into_iter().filter_map(|r| Some((r.month, r.nationality, r.encounters?)));
        gathered("observed/us_encounters.csv", known)
    })
}

/// The part of [`us_encounters`] that was between the ports of entry (arrests by the Border Patrol); `ALL` to 2025-09.
pub fn us_encounters_between_ports() -> &'static Panel {
    static CELL: OnceLock<Panel> = OnceLock::new();
    CELL.get_or_init(|| {
        panel("observed/us_encounters.csv", |r: EncounterRow| (r.month, r.nationality, r.between_ports))
    })
}

/// Dead and missing on record in a year by one counter; a minimum.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Deaths {
    /// Year.
    pub year: i32,
    /// Who counts what: `iom_panama_side`, `iom_both_sides_and_gulf`, `iom_as_published`, `forensic_institute`, `security_ministry`.
    pub series: String,
    /// Dead and missing, persons a year.
    pub dead_or_missing: u32,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Recorded deaths by year and counter; series must not be added to each other.
pub fn deaths() -> &'static [Deaths] {
    static CELL: OnceLock<Vec<Deaths>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/darien_deaths.csv"))
}

/// Persons a month by sex and age: `male_any_age` and `female_any_age` in 2021–2022, then `men`, `women`, `boys`, `girls`.
pub fn demographics() -> &'static Panel {
    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "parse::month")]
        month: Month,
        group: String,
        persons: f64,
    }
    static CELL: OnceLock<Panel> = OnceLock::new();
    CELL.get_or_init(|| panel("observed/darien_demographics.csv", |r: Row| (r.month, r.group, r.persons)))
}

/// Minors and women among those who entered in a year.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Minors {
    /// Year.
    pub year: i32,
    /// Irregular entries, persons.
    pub entries: u32,
    /// Under 18, persons.
    pub minors: Option<u32>,
    /// Share of minors, 0 to 1.
    pub minors_share: f64,
    /// Share of women and girls, 0 to 1.
    pub female_share: Option<f64>,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Minors and women by year, 2017 to 2025 (of 2025 January to April).
pub fn minors() -> &'static [Minors] {
    static CELL: OnceLock<Vec<Minors>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/darien_minors.csv"))
}

/// How good a checkpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointStatus {
    /// Agrees with the monthly table.
    Ok,
    /// Later revised.
    FirstRelease,
    /// The date is that of the article.
    DateApproximate,
    /// Contradicts the monthly table; not to be used.
    Rejected,
}

/// Entries since 1 January, as said at a date: the timing within months.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Checkpoint {
    /// Date.
    pub date: NaiveDate,
    /// Entries since 1 January of the year of the date, persons.
    pub entries_since_1_january: u32,
    /// How good it is.
    pub status: CheckpointStatus,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Checkpoints of 2023 to 2025 by date, the rejected one included.
pub fn checkpoints() -> &'static [Checkpoint] {
    static CELL: OnceLock<Vec<Checkpoint>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/darien_checkpoints.csv"))
}

#[derive(Deserialize)]
struct CrisisRow {
    #[serde(deserialize_with = "parse::month")]
    month: Month,
    country: String,
    level: f64,
    method: String,
}

/// Crisis level, 0 to 1, by origin and month, 2019-01 to 2025-12 (2025 in one step); codes as in [`NATIONALITIES`].
///
/// The formula stands in `data/README.md`; [`crisis_method`] says how each level was made.
pub fn crisis() -> &'static Panel {
    static CELL: OnceLock<Panel> = OnceLock::new();
    CELL.get_or_init(|| panel("observed/crisis_monthly.csv", |r: CrisisRow| (r.month, r.country, r.level)))
}

/// How an origin's crisis level was made: `three_parts`, `two_parts` (no fragility index) or `assumed` (a constant).
pub fn crisis_method(country: &str) -> Option<&'static str> {
    static CELL: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    CELL.get_or_init(|| {
        let rows: Vec<CrisisRow> = parse::rows("observed/crisis_monthly.csv");
        rows.into_iter()
            .map(|r| (r.country, r.method.trim_end_matches("_held").trim_end_matches("_step").to_owned()))
            .collect()
    })
    .get(country)
    .map(String::as_str)
}

/// Venezuela's crisis level in a year with what it is made from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CrisisYear {
    /// Year.
    pub year: i32,
    /// Real income a head, USD of 2021 in purchasing power.
    pub income_ppp2021: f64,
    /// Inflation over the year to its end, %.
    pub inflation_end_pct: f64,
    /// Fragile States Index, 0 to 120; that of 2023 is carried to 2025.
    pub fragility_index: f64,
    /// Loss of income against the best year before, 0 to 1.
    pub income_loss: f64,
    /// Inflation on a log scale, 0 to 1.
    pub inflation: f64,
    /// Fragility between its least and its greatest value, 0 to 1.
    pub fragility: f64,
    /// Crisis level, the mean of the three, 0 to 1.
    pub level: f64,
}

/// Venezuela's crisis level by year, 2010 to 2025.
pub fn crisis_years() -> &'static [CrisisYear] {
    static CELL: OnceLock<Vec<CrisisYear>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/crisis_annual_venezuela.csv"))
}
