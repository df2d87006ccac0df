//! Tables: the only thing that observers hand on and outputs see.
//!
//! A [`Table`] is columns with name, unit and meaning. A [`Cube`] is the compact form of what one run
//! gives: for each [`SeriesKey`] (outcome, place, nationality) one value a month.

use crate::units::{Month, Span};
use std::sync::Arc;

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Text.
    Text(Vec<String>),
    /// Whole numbers.
    Int(Vec<i64>),
    /// Numbers; NaN stands for a missing value and is written as an empty cell.
    Float(Vec<f64>),
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Int(v) => v.len(),
            Self::Float(v) => v.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A column with its meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name as it stands in the header.
    pub name: String,
    /// Unit, e.g. `persons/month`; empty for labels.
    pub unit: String,
    /// One sentence.
    pub meaning: String,
    /// The values.
    pub values: Values,
}

impl Column {
    /// A column of text.
    pub fn text(name: &str, meaning: &str, values: Vec<String>) -> Self {
        Self { name: name.into(), unit: String::new(), meaning: meaning.into(), values: Values::Text(values) }
    }

    /// A column of numbers.
    pub fn float(name: &str, unit: &str, meaning: &str, values: Vec<f64>) -> Self {
        Self { name: name.into(), unit: unit.into(), meaning: meaning.into(), values: Values::Float(values) }
    }

    /// A column of whole numbers.
    pub fn int(name: &str, unit: &str, meaning: &str, values: Vec<i64>) -> Self {
        Self { name: name.into(), unit: unit.into(), meaning: meaning.into(), values: Values::Int(values) }
    }
}

/// A table: columns of equal length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Name of the table; the file's stem when written.
    pub name: String,
    /// Columns in order.
    pub columns: Vec<Column>,
}

impl Table {
    /// A named table of columns.
    pub fn new(name: impl Into<String>, columns: Vec<Column>) -> Self {
        let table = Self { name: name.into(), columns };
        debug_assert!(table.columns.windows(2).all(|w| w[0].values.len() == w[1].values.len()));
        table
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |c| c.values.len())
    }

    /// This table with the rows of another below it; both have the same columns in the same order.
    #[must_use]
    pub fn followed_by(mut self, mut other: Self) -> Self {
        for (column, more) in self.columns.iter_mut().zip(&mut other.columns) {
            match (&mut column.values, &mut more.values) {
                (Values::Text(a), Values::Text(b)) => a.append(b),
                (Values::Int(a), Values::Int(b)) => a.append(b),
                (Values::Float(a), Values::Float(b)) => a.append(b),
                _ => {}
            }
        }
        self
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}

/// What a monthly series is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct SeriesKey {
    /// Outcome name from the outcome list, e.g. `entries`.
    pub outcome: String,
    /// Place, leg or payer that the outcome belongs to, e.g. `darien`.
    pub place: String,
    /// ISO 3166-1 alpha-3 code; `ALL` for the total over nationalities.
    pub nationality: String,
}

impl SeriesKey {
    /// A key from its three parts.
    pub fn new(outcome: &str, place: &str, nationality: &str) -> Self {
        Self { outcome: outcome.into(), place: place.into(), nationality: nationality.into() }
    }
}

/// What one run gives: a value for each series and month.
///
/// All runs of one scenario share the same keys, in the same (sorted) order.
#[derive(Debug, Clone, PartialEq)]
pub struct Cube {
    /// Series, sorted.
    pub keys: Arc<Vec<SeriesKey>>,
    /// First month.
    pub from: Month,
    /// Number of months.
    pub months: usize,
    /// Values, month fastest: `values[series * months + month]`.
    pub values: Vec<f64>,
}

impl Cube {
    /// A cube of zeros.
    pub fn zeros(keys: Arc<Vec<SeriesKey>>, from: Month, months: usize) -> Self {
        let values = vec![0.0; keys.len() * months];
        Self { keys, from, months, values }
    }

    /// Position of a series.
    pub fn position(&self, key: &SeriesKey) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }

    /// The months of a series by position.
    pub fn row(&self, series: usize) -> &[f64] {
        &self.values[series * self.months..(series + 1) * self.months]
    }

    /// The months of a series.
    ///
    /// ```
    /// use darien_base::table::{Cube, SeriesKey};
    ///
    /// let keys = vec![SeriesKey::new("entries", "darien", "ALL")];
    /// let cube = Cube { keys: keys.into(), from: "2025-01".parse().unwrap(), months: 2, values: vec![3.0, 5.0] };
    /// assert_eq!(cube.series("entries", "darien", "ALL"), Some(&[3.0, 5.0][..]));
    /// assert_eq!(cube.series("entries", "darien", "VEN"), None);
    /// assert_eq!(cube.month_list().last().unwrap().to_string(), "2025-02");
    /// ```
    pub fn series(&self, outcome: &str, place: &str, nationality: &str) -> Option<&[f64]> {
        self.position(&SeriesKey::new(outcome, place, nationality)).map(|i| self.row(i))
    }

    /// The months of a horizon only.
    #[must_use]
    pub fn trimmed(&self, horizon: Span) -> Self {
        let skip = usize::try_from(horizon.first_month().since(self.from)).unwrap_or(0).min(self.months);
        let keep = horizon.months().min(self.months - skip);
        let mut values = Vec::with_capacity(self.keys.len() * keep);
        for series in 0..self.keys.len() {
            values.extend_from_slice(&self.row(series)[skip..skip + keep]);
        }
        Self { keys: Arc::clone(&self.keys), from: self.from.plus(skip as i32), months: keep, values }
    }

    /// All months.
    pub fn month_list(&self) -> impl Iterator<Item = Month> + Clone + use<> {
        self.from.through(self.from.plus(self.months as i32 - 1))
    }
}
