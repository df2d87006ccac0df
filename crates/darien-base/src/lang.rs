//! The language of texts for people, and how numbers and dates are written in it.
//!
//! Every number that a person reads, in an answer, a table, a chart or a page, is written here. Files for programs
//! (CSV, JSON, Parquet) use the plain forms of their formats.

use crate::units::Month;
use chrono::{Datelike, NaiveDate};

/// A language of texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// Short names of months, January first, by language.
pub const MONTHS: [[&str; 12]; 2] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
];

impl Lang {
    /// As it is typed: `en`, `es`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The language of a code; none for another word.
    pub fn of(code: &str) -> Option<Self> {
        [Self::En, Self::Es].into_iter().find(|lang| lang.code() == code)
    }

    /// The text of the language; the English one where there is no Spanish one.
    pub fn pick<'a>(self, en: &'a str, es: &'a str) -> &'a str {
        match self {
            Self::Es if !es.is_empty() => es,
            _ => en,
        }
    }

    /// A number with this many decimals and marked thousands: `12,345.6` or `12 345,6` (with a hard blank, as the
    /// Spanish academy asks; no mark in four digits).
    pub fn number(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        if value.abs() >= 1e15 {
            return format!("{value:.1e}");
        }
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let (mark, point) = match self {
            Self::En => (',', '.'),
            Self::Es => ('\u{a0}', ','),
        };
        let mut out = String::new();
        if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            out.push('−');
        }
        for (i, digit) in whole.chars().enumerate() {
            let marked = whole.len() > 4 || (self == Self::En && whole.len() == 4);
            if i > 0 && (whole.len() - i) % 3 == 0 && marked {
                out.push(mark);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(point);
            out.push_str(fraction);
        }
        out
    }

    /// A number to about three figures, for labels: `1,240`, `12.3`, `0.042`.
    pub fn short_number(self, value: f64) -> String {
        let size = value.abs();
        let decimals = if size >= 100.0 || value == value.trunc() {
            0
        } else if size >= 10.0 {
            1
        } else if size >= 1.0 {
            2
        } else {
            3
        };
        self.number(value, decimals)
    }

    /// A value of a table: as many decimals as it takes, at most four; what is nothing beside one is 0.
    pub fn cell(self, x: f64) -> String {
        let decimals = match x.abs() {
            a if a >= 100.0 || x == x.trunc() || a < 5e-5 => 0,
            a if a >= 1.0 => 2,
            _ => 4,
        };
        self.number(if x.abs() < 5e-5 { 0.0 } else { x }, decimals)
    }

    /// A count, to three figures from 1,000 on; a million and more in millions.
    pub fn count(self, x: f64) -> String {
        if x.is_finite() && x.abs() >= 999_500.0 {
            let millions = x / 1e6;
            let decimals = match millions.abs() {
                m if m >= 99.95 => 0,
                m if m >= 9.995 => 1,
                _ => 2,
            };
            return format!("{}\u{a0}{}", self.number(millions, decimals), self.pick("million", "millones"));
        }
        self.number(three_figures(x), 0)
    }

    /// A difference of counts, with its sign.
    pub fn signed(self, x: f64) -> String {
        let rounded = three_figures(x);
        let sign = if rounded > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.count(rounded))
    }

    /// A share in per cent, with its sign: a decimal below ten per cent.
    pub fn signed_percent(self, share: f64) -> String {
        if !share.is_finite() {
            return "–".to_owned();
        }
        let percent = share * 100.0;
        let decimals = usize::from(percent.abs() < 9.95);
        let scale = if decimals == 1 { 10.0 } else { 1.0 };
        let sign = if (percent * scale).round() > 0.0 { "+" } else { "" };
        format!("{sign}{}\u{a0}%", self.number(percent, decimals))
    }

    /// A share or probability in whole per cent.
    pub fn percent(self, share: f64) -> String {
        if !share.is_finite() {
            return "–".to_owned();
        }
        format!("{}\u{a0}%", self.number((share * 100.0).round(), 0))
    }

    /// A date: `1 May 2023`, `1 may 2023`.
    pub fn date(self, date: NaiveDate) -> String {
        format!("{} {} {}", date.day(), self.month_name(date.month()), date.year())
    }

    /// A month: `Jan 2025`, `ene 2025`.
    pub fn month(self, month: Month) -> String {
        format!("{} {}", self.month_name(month.month()), month.year())
    }

    /// A period: `Jan 2025 to Dec 2025`; a whole calendar year is its number.
    pub fn period(self, from: Month, until: Month) -> String {
        if from.year() == until.year() && (from.month(), until.month()) == (1, 12) {
            return from.year().to_string();
        }
        if from == until {
            return self.month(from);
        }
        format!("{} {} {}", self.month(from), self.pick("to", "a"), self.month(until))
    }

    /// A period after a verb: `in 2025`, `from Jan 2025 to Jun 2025`.
    pub fn in_period(self, from: Month, until: Month) -> String {
        let whole_year = from.year() == until.year() && (from.month(), until.month()) == (1, 12);
        let first = if whole_year || from == until { self.pick("in", "en") } else { self.pick("from", "de") };
        format!("{first} {}", self.period(from, until))
    }

    /// The short name of a month, 1 to 12.
    pub fn month_name(self, month: u32) -> &'static str {
        MONTHS[usize::from(self == Self::Es)][(month as usize - 1) % 12]
    }

    /// Several texts as one: `a`, `a and b`, `a, b and c`.
    pub fn list(self, texts: &[String]) -> String {
        match texts {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                // The Spanish conjunction is `e` before the sound of i.
                let sounds_i = ["i", "I", "hi", "Hi"].iter().any(|s| last.starts_with(s));
                let and = self.pick("and", if sounds_i && !last.starts_with("hie") { "e" } else { "y" });
                format!("{} {and} {last}", first.join(", "))
            }
        }
    }
}

/// Three figures where a number has more than three.
fn three_figures(x: f64) -> f64 {
    if !x.is_finite() || x.abs() < 999.5 {
        return x.round();
    }
    let step = 10f64.powf(x.abs().log10().floor() - 2.0);
    (x / step).round() * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(Lang::En.number(-1234567.25, 1), "−1,234,567.2");
        assert_eq!(Lang::Es.number(1234.5, 1), "1234,5");
        assert_eq!(Lang::Es.number(12345.0, 0), "12\u{a0}345");
        assert_eq!(Lang::En.number(-0.0001, 2), "0.00");
        assert_eq!(Lang::En.number(-2.5e-11, 0), "0");
        assert_eq!(Lang::En.number(f64::NAN, 2), "–");
    }

    #[test]
    fn counts_have_three_figures() {
        let (en, es) = (Lang::En, Lang::Es);
        assert_eq!(en.count(297_123.0), "297,000");
        assert_eq!(es.count(297_123.0), "297\u{a0}000");
        assert_eq!(en.count(999.7), "1,000");
        assert_eq!(en.signed(-2149.0), "−2,150");
        assert_eq!(en.signed(0.2), "0");
        assert_eq!(en.signed(-2.5e-11), "0");
        assert_eq!(en.signed(12.0), "+12");
        assert_eq!(en.count(5_540_000.0), "5.54\u{a0}million");
        assert_eq!(en.signed(-12_345_678.0), "−12.3\u{a0}million");
        assert_eq!([0.0123, -2.5e-11, 12.0, 3.1414].map(|x| en.cell(x)), ["0.0123", "0", "12", "3.14"]);
        assert_eq!(es.count(1_060_000_000.0), "1060\u{a0}millones");
    }

    #[test]
    fn shares_are_per_cent() {
        assert_eq!(Lang::En.signed_percent(-0.0071), "−0.7\u{a0}%");
        assert_eq!(Lang::Es.signed_percent(0.123), "+12\u{a0}%");
        assert_eq!(Lang::En.signed_percent(0.0996), "+10\u{a0}%");
        assert_eq!(Lang::En.signed_percent(1e-9), "0.0\u{a0}%");
        assert_eq!(Lang::En.signed_percent(f64::NAN), "–");
        assert_eq!(Lang::En.percent(0.949), "95\u{a0}%");
    }

    #[test]
    fn dates_and_periods_are_named() {
        let month = |text: &str| text.parse().unwrap();
        assert_eq!(Lang::Es.date("2023-05-11".parse().unwrap()), "11 may 2023");
        assert_eq!(Lang::Es.period(month("2025-01"), month("2025-06")), "ene 2025 a jun 2025");
        assert_eq!(Lang::En.period(month("2025-01"), month("2025-12")), "2025");
        assert_eq!(Lang::En.period(month("2025-03"), month("2025-03")), "Mar 2025");
        assert_eq!(Lang::Es.in_period(month("2025-01"), month("2025-12")), "en 2025");
        assert_eq!(Lang::Es.in_period(month("2025-01"), month("2026-03")), "de ene 2025 a mar 2026");
    }

    #[test]
    fn texts_are_listed() {
        let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        assert_eq!(Lang::En.list(&texts(&["a", "b", "c"])), "a, b and c");
        assert_eq!(Lang::Es.list(&texts(&["aire", "iglesias"])), "aire e iglesias");
        assert_eq!(Lang::Es.list(&texts(&["hielo", "hierro"])), "hielo y hierro");
        assert_eq!(Lang::Es.pick("only English", ""), "only English");
    }
}
