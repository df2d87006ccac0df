//! The fixed words of charts, one file a language; a missing word does not compile.

mod en;
mod es;

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

/// Every fixed word. `{n}`, `{m}`, `{x}` are filled in by [`fill`].
#[derive(Debug)]
pub struct Words {
    /// Code of the language for `xml:lang`.
    pub code: &'static str,
    /// Short names of months, January first.
    pub months: [&'static str; 12],
    /// Short names of quarters.
    pub quarters: [&'static str; 4],
    /// Label of the line until which things are known.
    pub known_until: &'static str,
    /// The history.
    pub recorded: &'static str,
    /// The median of the runs.
    pub median: &'static str,
    /// Single runs.
    pub single_runs: &'static str,
    /// Head of the list of bands.
    pub of_100_runs: &'static str,
    /// How often things fall outside the outer band, `{n}` = 20.
    pub outside: &'static str,
    /// The same where it is no whole number, `{n}` per cent.
    pub outside_percent: &'static str,
    /// Marks a logarithmic axis.
    pub log_scale: &'static str,
    /// Source of the data, before the text.
    pub source: &'static str,
    /// Vintage of the data, before the date.
    pub data_as_of: &'static str,
    /// Scenario.
    pub scenario: &'static str,
    /// Seed.
    pub seed: &'static str,
    /// Runs.
    pub runs: &'static str,
    /// Lines left out of a map: `{n}` lines, `{m}` persons.
    pub others_not_drawn: &'static str,
    /// Small counts: fewer than `{n}`.
    pub suppressed: &'static str,
    /// The map's disclaimer.
    pub disclaimer: &'static str,
    /// Flows that lead north.
    pub northward: &'static str,
    /// Flows that lead south.
    pub southward: &'static str,
    /// Legend of a flow's width.
    pub width_means: &'static str,
    /// No difference.
    pub no_difference: &'static str,
    /// What is not known (parameters).
    pub not_known: &'static str,
    /// What is chance.
    pub chance: &'static str,
    /// Best compromises.
    pub frontier: &'static str,
    /// Nominal coverage.
    pub nominal: &'static str,
    /// Observed coverage.
    pub observed: &'static str,
    /// Perfect.
    pub perfect: &'static str,
    /// The band in which chance alone keeps a histogram.
    pub chance_allows: &'static str,
    /// The true value of a recovery study.
    pub truth: &'static str,
    /// Prior.
    pub prior: &'static str,
    /// Posterior.
    pub posterior: &'static str,
    /// No data for a panel.
    pub no_data: &'static str,
    /// Horizon in months.
    pub months_ahead: &'static str,
    /// `{n}` % interval.
    pub interval: &'static str,
    /// Worse / better ends of a colour scale.
    pub worse_better: (&'static str, &'static str),
    /// Everything else.
    pub other: &'static str,
    /// Same scale in all panels.
    pub same_scale: &'static str,
    /// Own scale in each panel.
    pub own_scale: &'static str,
    /// The flat line of a histogram.
    pub uniform: &'static str,
}

impl Lang {
    /// The text of the language.
    pub fn pick<'a>(self, en: &'a str, es: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Es => es,
        }
    }

    /// The words of the language.
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &en::WORDS,
            Self::Es => &es::WORDS,
        }
    }

    /// A number with this many decimals and marked thousands: `12,345.6` or `12 345,6` (with a hard blank, as the
    /// Spanish academy asks; no mark in four digits).
    pub fn number(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        if value != 0.0 && !(1e-6..1e15).contains(&value.abs()) {
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

    /// A date: `1 May 2023`, `1 may 2023`.
    pub fn date(self, date: chrono::NaiveDate) -> String {
        use chrono::Datelike;
        format!("{} {} {}", date.day(), self.words().months[date.month0() as usize], date.year())
    }
}

/// Puts values in the place of `{n}`, `{m}` and so on.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
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
        assert_eq!(Lang::En.number(f64::NAN, 2), "–");
        assert_eq!(Lang::Es.date("2023-05-11".parse().unwrap()), "11 may 2023");
    }
}
