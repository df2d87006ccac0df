//! Calendar months and day spans: the only two ways in which the program counts time.

use chrono::{Datelike, Days, NaiveDate};
use std::fmt;
use std::str::FromStr;

/// A calendar month, e.g. `2024-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month of a year; `month` runs from 1 to 12.
    ///
    /// Returns `None` for a month outside 1–12 or a year outside 1–9999.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1..=12).contains(&month) && (1..=9999).contains(&year))
            .then_some(Self(year * 12 + month as i32 - 1))
    }

    /// The month in which a date lies.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() * 12 + date.month0() as i32)
    }

    /// The last month that is over on the evening of a date.
    pub fn whole_until(date: NaiveDate) -> Self {
        let month = Self::of(date);
        if month.last_day() == date { month } else { month.plus(-1) }
    }

    /// Year of the month.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Month of the year, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// The month `n` later (earlier where negative).
    #[must_use]
    pub fn plus(self, n: i32) -> Self {
        Self(self.0 + n)
    }

    /// How many months `self` lies after `earlier`.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// First day of the month.
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year(), self.month(), 1).unwrap_or(NaiveDate::MIN)
    }

    /// Last day of the month.
    pub fn last_day(self) -> NaiveDate {
        self.plus(1).first_day() - Days::new(1)
    }

    /// Number of days of the month.
    pub fn days(self) -> u32 {
        self.last_day().day()
    }

    /// All months from `self` to `last`, both included.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> + Clone {
        (self.0..=last.0).map(Self)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year(), self.month()))
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || format!("`{text}` is not a month; write it as YYYY-MM, e.g. 2024-11");
        let (y, m) = text.split_once('-').ok_or_else(bad)?;
        if y.len() != 4 || m.len() != 2 {
            return Err(bad());
        }
        let (y, m) = (y.parse().map_err(|_| bad())?, m.parse().map_err(|_| bad())?);
        Self::new(y, m).ok_or_else(bad)
    }
}

impl serde::Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// A span of days from a first to a last date, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

impl Span {
    /// Number of days.
    pub fn days(self) -> usize {
        usize::try_from((self.until - self.from).num_days() + 1).unwrap_or(0)
    }

    /// Index of a date counted from the first day; negative before it.
    pub fn index(self, date: NaiveDate) -> i64 {
        (date - self.from).num_days()
    }

    /// The date of a day index.
    pub fn date(self, index: usize) -> NaiveDate {
        self.from + Days::new(index as u64)
    }

    /// First month touched.
    pub fn first_month(self) -> Month {
        Month::of(self.from)
    }

    /// Last month touched.
    pub fn last_month(self) -> Month {
        Month::of(self.until)
    }

    /// Number of months touched.
    pub fn months(self) -> usize {
        usize::try_from(self.last_month().since(self.first_month()) + 1).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_parse_print_and_count() {
        let m: Month = "2023-12".parse().unwrap();
        assert_eq!(m.plus(1).to_string(), "2024-01");
        assert_eq!(m.plus(2).days(), 29);
        assert_eq!(m.since("2021-01".parse().unwrap()), 35);
        for bad in ["2023-13", "2023-00", "2023", "23-01", "2023-1", "x", "2023-ab"] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_count_both_ends() {
        let d = |s: &str| s.parse::<NaiveDate>().unwrap();
        let s = Span { from: d("2021-01-01"), until: d("2024-12-31") };
        assert_eq!((s.days(), s.months()), (1461, 48));
        assert_eq!(s.date(1460), s.until);
    }
}
