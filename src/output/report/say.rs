//! Numbers, names and periods as they are said in a report.

use super::words::{self, Words};
use crate::output::chart::Lang;
use crate::units::Month;

/// How a report speaks.
#[derive(Debug, Clone, Copy)]
pub struct Speech {
    /// Language.
    pub lang: Lang,
    /// Its words.
    pub words: &'static Words,
}

impl Speech {
    /// Speech in a language.
    pub fn new(lang: Lang) -> Self {
        Self { lang, words: words::of(lang) }
    }

    /// A count, to three figures from 1,000 on.
    pub fn count(&self, x: f64) -> String {
        // Ten million and more in millions.
        if x.is_finite() && x.abs() >= 1e7 {
            let millions = x / 1e6;
            let decimals = usize::from(millions.abs() < 100.0);
            return fill_text(self.words.million, &[("x", &self.lang.number(millions, decimals))]);
        }
        self.lang.number(three_figures(x), 0)
    }

    /// A difference of counts, with its sign.
    pub fn signed(&self, x: f64) -> String {
        let rounded = three_figures(x);
        let sign = if rounded.round() > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.count(rounded))
    }

    /// A signed share in per cent.
    pub fn percent(&self, share: f64) -> String {
        if !share.is_finite() {
            return "–".to_owned();
        }
        let percent = share * 100.0;
        let decimals = usize::from(percent.abs() < 10.0);
        let sign = if (percent * 10.0).round() > 0.0 { "+" } else { "" };
        format!("{sign}{}\u{a0}%", self.lang.number(percent, decimals))
    }

    /// A probability in whole per cent.
    pub fn probability(&self, p: f64) -> String {
        format!("{}\u{a0}%", self.lang.number((p * 100.0).round(), 0))
    }

    /// A value of a table: as many decimals as it takes, at most four.
    pub fn cell(&self, x: f64) -> String {
        if !x.is_finite() {
            return "–".to_owned();
        }
        let decimals = match x.abs() {
            a if a >= 100.0 || x == x.trunc() => 0,
            a if a >= 1.0 => 2,
            _ => 4,
        };
        self.lang.number(x, decimals)
    }

    /// A month: `January 2025` in short form.
    pub fn month(&self, month: Month) -> String {
        let name = self.lang.words().months[(month.month() - 1) as usize];
        format!("{name} {}", month.year())
    }

    /// A period, `Jan 2025 to Dec 2025`.
    pub fn period(&self, from: Month, until: Month) -> String {
        fill_text(self.words.period, &[("from", &self.month(from)), ("until", &self.month(until))])
    }

    /// A title in quotation marks.
    pub fn quoted(&self, title: &str) -> String {
        fill_text(self.words.quoted, &[("x", title)])
    }
}

/// Three figures where a number has more than three.
fn three_figures(x: f64) -> f64 {
    if !x.is_finite() || x.abs() < 1000.0 {
        return x.round();
    }
    let step = 10f64.powf(x.abs().log10().floor() - 2.0);
    (x / step).round() * step
}

/// Fills the gaps of a template; values are never read as templates.
pub fn fill_text(template: &str, values: &[(&str, &str)]) -> String {
    let parts: Vec<(&str, super::html::Part)> =
        values.iter().map(|(k, v)| (*k, super::html::t(*v))).collect();
    super::html::plain(&super::html::fill(template, &parts))
}

/// A text that begins with a capital letter.
pub fn capital(text: &str) -> String {
    crate::output::figures::capitalised(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_in_the_language() {
        let (en, es) = (Speech::new(Lang::En), Speech::new(Lang::Es));
        assert_eq!(en.count(297_123.0), "297,000");
        assert_eq!(es.count(297_123.0), "297\u{a0}000");
        assert_eq!(en.signed(-2149.0), "−2,150");
        assert_eq!(en.signed(0.2), "0");
        assert_eq!(en.signed(12.0), "+12");
        assert_eq!(en.signed(-12_345_678.0), "−12.3 million");
        assert_eq!(es.count(1_060_000_000.0), "1060 millones");
        assert_eq!(en.percent(-0.0071), "−0.7\u{a0}%");
        assert_eq!(es.percent(0.123), "+12\u{a0}%");
        assert_eq!(en.percent(f64::NAN), "–");
        assert_eq!(es.period("2025-01".parse().unwrap(), "2025-12".parse().unwrap()), "ene 2025 a dic 2025");
        assert_eq!(en.cell(0.0123), "0.0123");
    }
}
