//! Observed paths that stand behind the defaults of levers.

use crate::units::Month;
use chrono::NaiveDate;

/// Level where nothing is known of a country.
const UNKNOWN: f64 = 0.5;

/// Observed crisis level (0–1) of a country on a date; the first or last known level outside the table, 0.5 for a
/// country that it does not have.
pub fn crisis(country: &str, date: NaiveDate) -> f64 {
    let Some(series) = crate::data::crisis().series(country) else { return UNKNOWN };
    let month = Month::of(date).max(series.from).min(series.until());
    series.get(month).unwrap_or(UNKNOWN)
}
