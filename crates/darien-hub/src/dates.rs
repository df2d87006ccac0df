//! Days and instants as tables write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

/// Why a text is not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoDay {
    /// It is no date at all, or one whose order of day and month is open.
    NotADate,
    /// It is an instant in universal time, so that the day depends on a time zone that is not given.
    Instant,
}

fn date(text: &str) -> Option<NaiveDate> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// A day and a time of day with the offset to universal time, if one is written.
fn moment(text: &str) -> Option<(NaiveDateTime, Option<i32>)> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some((at.naive_local(), Some(at.offset().local_minus_utc())));
    }
    let (day, time) = text.split_once(['T', ' '])?;
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|f| NaiveTime::parse_from_str(time, f).ok())?;
    Some((date(day)?.and_time(time), None))
}

/// The day that a text names: `YYYY-MM-DD`, also with a time of day, which is left out.
///
/// An instant in universal time names a day only at midnight: at another time it may be another day where it was written.
pub(super) fn day(text: &str) -> Result<NaiveDate, NoDay> {
    if let Some(day) = date(text) {
        return Ok(day);
    }
    match moment(text) {
        Some((at, Some(0))) if at.time() != NaiveTime::MIN => Err(NoDay::Instant),
        Some((at, _)) => Ok(at.date()),
        None => Err(NoDay::NotADate),
    }
}

/// Whether a text is a date written as `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    date(text).is_some()
}

/// The instant of a vintage, in universal time where an offset is written; a day is its midnight.
pub(super) fn vintage(text: &str) -> Option<NaiveDateTime> {
    if let Some(day) = date(text) {
        return Some(day.and_time(NaiveTime::MIN));
    }
    let (at, offset) = moment(text)?;
    at.checked_sub_signed(chrono::TimeDelta::seconds(i64::from(offset.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_the_writer_saw() {
        let good = [
            ("2024-01-08", "2024-01-08"),
            ("2024-01-08 00:00:00", "2024-01-08"),
            ("2024-01-08T23:59:59.5", "2024-01-08"),
            ("2024-01-08T00:00:00Z", "2024-01-08"),
            ("2024-01-08 00:00:00+00:00", "2024-01-08"),
            // Midnight in Berlin is 23:00 of the day before in universal time.
            ("2024-01-08T00:00:00+01:00", "2024-01-08"),
        ];
        for (text, wanted) in good {
            assert_eq!(day(text).map(|d| d.to_string()), Ok(wanted.to_string()), "{text}");
        }
        assert_eq!(day("2024-01-07T23:00:00Z"), Err(NoDay::Instant));
        for bad in ["9/1/2024", "2024-13-01", "1 July 2024", "2024-01-08Tnoon", "20240108", ""] {
            assert_eq!(day(bad), Err(NoDay::NotADate), "{bad}");
        }
    }

    #[test]
    fn vintages_are_compared_as_instants() {
        assert!(vintage("2024-10-01") > vintage("2024-09-01"));
        assert!(vintage("2024-10-01T00:30:00+02:00") < vintage("2024-09-30T23:00:00Z"));
        assert_eq!(vintage("9/1/2024"), None);
    }
}
