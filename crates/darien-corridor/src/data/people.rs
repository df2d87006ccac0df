//! How many people live where: population, migrants abroad, and the economies that they left.

use super::parse;
use crate::units::Month;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Population by country and year.
#[derive(Debug, Clone, PartialEq)]
pub struct Population(BTreeMap<String, BTreeMap<i32, f64>>);

impl Population {
    /// Persons in a country in a year; before the first and after the last year that is known, that year's.
    ///
    /// `None` for a country that the table does not have.
    pub fn persons(&self, country: &str, year: i32) -> Option<f64> {
        let years = self.0.get(country)?;
        years.range(..=year).next_back().or_else(|| years.first_key_value()).map(|(_, &persons)| persons)
    }

    /// Countries, sorted.
    pub fn countries(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Population of 23 countries, 2010 to 2023.
pub fn population() -> &'static Population {
    #[derive(Deserialize)]
    struct Row {
        country: String,
        year: i32,
        population: f64,
    }
    static CELL: OnceLock<Population> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut all = BTreeMap::<_, BTreeMap<_, _>>::new();
        for row in parse::rows::<Row>("world/population.csv") {
            all.entry(row.country).or_default().insert(row.year, row.population);
        }
        Population(all)
    })
}

/// The series that a stock comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// UNHCR: refugees, asylum seekers and others in need of protection on 31 December.
    UnhcrYearEnd,
    /// UN DESA: migrant stock on 1 July of the year.
    UndesaMidYear,
    /// Chile's administrative registers on 31 December.
    IneRegisters,
    /// Chile's census of 2024.
    #[serde(rename = "census_2024")]
    Census2024,
}

/// Migrants of one origin in one host country.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Stock {
    /// Origin, ISO 3166-1 alpha-3.
    pub origin: String,
    /// Host, ISO 3166-1 alpha-3.
    pub host: String,
    /// Year at whose end (or in whose middle, see `basis`) they were counted.
    pub year_end: i32,
    /// Persons.
    pub persons: f64,
    /// Series that it comes from.
    pub basis: Basis,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Stocks of migrants, sorted by origin, host and year.
#[derive(Debug, Clone, PartialEq)]
pub struct Stocks(Vec<Stock>);

impl Stocks {
    /// All rows.
    pub fn rows(&self) -> &[Stock] {
        &self.0
    }

    /// The rows of one origin and host, by year.
    pub fn of(&self, origin: &str, host: &str) -> &[Stock] {
        let key = |s: &Stock| (s.origin.clone(), s.host.clone());
        let wanted = (origin.to_owned(), host.to_owned());
        let start = self.0.partition_point(|s| key(s) < wanted);
        let end = self.0.partition_point(|s| key(s) <= wanted);
        &self.0[start..end]
    }

    /// Persons at the end of a year: the row of that year, or a straight line between the rows around it, or the nearest row.
    ///
    /// `None` where the table has no row of that origin and host.
    pub fn persons(&self, origin: &str, host: &str, year_end: i32) -> Option<f64> {
        let rows = self.of(origin, host);
        let after = rows.iter().find(|s| s.year_end >= year_end);
        let before = rows.iter().rfind(|s| s.year_end <= year_end);
        match (before, after) {
            (Some(a), Some(b)) if a.year_end < b.year_end => {
                let share = f64::from(year_end - a.year_end) / f64::from(b.year_end - a.year_end);
                Some(a.persons + share * (b.persons - a.persons))
            }
            (Some(one), _) | (None, Some(one)) => Some(one.persons),
            (None, None) => None,
        }
    }
}

/// Migrants abroad, 2019 to 2025.
pub fn stocks() -> &'static Stocks {
    static CELL: OnceLock<Stocks> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut rows: Vec<Stock> = parse::rows("world/stocks_abroad.csv");
        rows.sort_by(|a, b| (&a.origin, &a.host, a.year_end).cmp(&(&b.origin, &b.host, b.year_end)));
        Stocks(rows)
    })
}

/// An economy in a year: what the crisis levels are made from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Economy {
    /// Country, ISO 3166-1 alpha-3.
    pub country: String,
    /// Year.
    pub year: i32,
    /// Real income a head, USD of 2021 in purchasing power.
    pub income_ppp2021: f64,
    /// Inflation over the year to its end, %.
    pub inflation_end_pct: f64,
}

/// Economies of 22 countries, 2010 to 2025, by country and year.
pub fn economies() -> &'static [Economy] {
    static CELL: OnceLock<Vec<Economy>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("world/origin_economy.csv"))
}

/// A month of Venezuela's inflation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Inflation {
    /// Month.
    #[serde(deserialize_with = "parse::month")]
    pub month: Month,
    /// By the central bank, % over the month; none where it was silent.
    pub official_pct: Option<f64>,
    /// By a private observatory, % over the month; none where not found.
    pub private_pct: Option<f64>,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Venezuela's monthly inflation, 2019-01 to 2026-01; months of which nothing was found are left out.
pub fn venezuela_inflation() -> &'static [Inflation] {
    static CELL: OnceLock<Vec<Inflation>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/venezuela_inflation.csv"))
}

/// Venezuelans abroad as the platform R4V published them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Published {
    /// Month of publication.
    #[serde(deserialize_with = "parse::month")]
    pub month: Month,
    /// Host, ISO 3166-1 alpha-3, or `LAC` (Latin America and the Caribbean) or `WORLD`.
    pub host: String,
    /// Persons.
    pub persons: f64,
    /// Whether it is a round number.
    pub rounded: bool,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// Venezuelans abroad as published by R4V, 2023-05 to 2025-11.
pub fn venezuelans_abroad() -> &'static [Published] {
    static CELL: OnceLock<Vec<Published>> = OnceLock::new();
    CELL.get_or_init(|| parse::rows("observed/venezuelans_abroad_r4v.csv"))
}
