//! Which dates a scenario may name, and how they are read.

use chrono::NaiveDate;

const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// Earliest date that a scenario may name.
pub const EARLIEST: NaiveDate = date(2015, 1, 1);
/// Latest date that a scenario may name.
pub const LATEST: NaiveDate = date(2040, 12, 31);

/// The first simulated day of every scenario.
pub const fn simulation_start() -> NaiveDate {
    date(2021, 1, 1)
}

/// Reads `YYYY-MM-DD`; the error says what is wrong with it.
pub fn parse(text: &str) -> Result<NaiveDate, String> {
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err("is not a date; write it as YYYY-MM-DD, e.g. 2025-03-01".into());
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let date = NaiveDate::from_ymd_opt(year as i32, month, day).ok_or_else(|| impossible(year, month))?;
    if (EARLIEST..=LATEST).contains(&date) {
        Ok(date)
    } else {
        Err(format!("lies outside the dates that a scenario may name; allowed: {EARLIEST} to {LATEST}"))
    }
}

fn impossible(year: u32, month: u32) -> String {
    match (1..=12).contains(&month).then(|| crate::units::Month::new(year as i32, month)).flatten() {
        Some(m) => format!("is not a day of the calendar; {m} has {} days", m.days()),
        None => "is not a day of the calendar; months run from 01 to 12".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_or_refused_with_the_reason() {
        assert_eq!(parse("2024-02-29"), Ok(date(2024, 2, 29)));
        for (bad, why) in [
            ("2025-02-29", "28 days"),
            ("2025-02-30", "28 days"),
            ("2025-13-01", "months run"),
            ("2025-3-1", "YYYY-MM-DD"),
            ("01-03-2025", "YYYY-MM-DD"),
            ("1900-01-01", "outside"),
            ("2025–03–01", "YYYY-MM-DD"),
            ("", "YYYY-MM-DD"),
        ] {
            assert!(parse(bad).unwrap_err().contains(why), "{bad}");
        }
    }
}
