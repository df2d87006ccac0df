//! Monthly series, and sets of them by code.

use crate::units::Month;
use std::collections::BTreeMap;

/// A monthly series without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// First month.
    pub from: Month,
    /// One value a month.
    pub values: Vec<f64>,
}

impl Series {
    /// Last month; the month before [`Series::from`] where there is no value.
    pub fn until(&self) -> Month {
        self.from.plus(self.values.len() as i32 - 1)
    }

    /// Value of a month; `None` outside the series.
    pub fn get(&self, month: Month) -> Option<f64> {
        usize::try_from(month.since(self.from)).ok().and_then(|i| self.values.get(i)).copied()
    }

    /// Values from a first to a last month, both included; `None` unless the series covers them all.
    pub fn between(&self, first: Month, last: Month) -> Option<&[f64]> {
        let start = usize::try_from(first.since(self.from)).ok()?;
        let end = usize::try_from(last.since(self.from) + 1).ok()?;
        self.values.get(start..end)
    }

    /// Months with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Month, f64)> + '_ {
        self.values.iter().enumerate().map(|(i, &value)| (self.from.plus(i as i32), value))
    }
}

/// Monthly series by nationality or country code, sorted by code.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel(BTreeMap<String, Series>);

impl Panel {
    /// The series of a code, e.g. `VEN`, or `ALL` for the total where there is one.
    pub fn series(&self, code: &str) -> Option<&Series> {
        self.0.get(code)
    }

    /// All codes, sorted.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All series with their codes, sorted by code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Series)> {
        self.0.iter().map(|(code, series)| (code.as_str(), series))
    }

    /// Gathers rows; `Err` names the first gap or repetition.
    pub(super) fn gather(rows: impl IntoIterator<Item = (Month, String, f64)>) -> Result<Self, String> {
        let mut cells: BTreeMap<String, BTreeMap<Month, f64>> = BTreeMap::new();
        for (month, code, value) in rows {
            if cells.entry(code.clone()).or_default().insert(month, value).is_some() {
                return Err(format!("{code} has {month} twice"));
            }
        }
        let mut series = BTreeMap::new();
        for (code, months) in cells {
            let Some((&from, _)) = months.first_key_value() else { continue };
            if let Some((i, month)) = months.keys().enumerate().find(|&(i, &m)| m != from.plus(i as i32)) {
                return Err(format!("{code} has {month} where {} is due", from.plus(i as i32)));
            }
            series.insert(code, Series { from, values: months.into_values().collect() });
        }
        Ok(Self(series))
    }
}
