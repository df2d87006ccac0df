//! Weak targets beside the monthly entries: what else a run must be near to, each with a stated tolerance.
//!
//! A target is seen as soon as its last month is in the data. Encounters at the US border in the months in which a
//! nationality flew most of the way tell how many were on the way before the Darién became theirs.

use super::study::transform;
use crate::data;
use crate::table::Cube;
use crate::units::Month;
use std::ops::Range;

/// What a target is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Share of Venezuelan entries that come directly.
    Direct,
    /// Share of minors among entries.
    Minors,
    /// Logarithm of the longest queue at Necoclí.
    Queue,
    /// Logarithm of persons flown home by Panama.
    Flown,
    /// Logarithm of Venezuelans at the US border over those in the Darién.
    Border,
    /// Arrivals of a nationality at the US border, transformed as entries are.
    Encounters(&'static str),
    /// Entries of all nationalities in some months together, transformed as those of a month are.
    Entries,
}

/// A weak target.
#[derive(Debug, Clone, PartialEq)]
pub struct Weak {
    /// Name.
    pub name: String,
    /// What was observed.
    pub value: f64,
    /// Standard deviation of its error: the tolerance.
    pub error: f64,
    /// Where the figure is from.
    pub source: &'static str,
    what: What,
    /// Months, counted from the first of the study.
    months: Range<usize>,
}

/// A target of several months: what, name, months from January 2021, value, tolerance, source.
type Whole = (What, &'static str, Range<usize>, f64, f64, &'static str);

const WHOLE: [Whole; 5] = [
    (
        What::Queue,
        "log of the longest queue at Necoclí in 2021",
        0..12,
        9.6,
        0.4,
        "S038;S039;S040: 10,000 to 20,000",
    ),
    (
        What::Border,
        "log of Venezuelans at the US border over those in the Darién, 2022-05 to 2023-12",
        16..36,
        0.05,
        0.25,
        "D001: ratio 1.05",
    ),
    (
        What::Direct,
        "share of entries that come directly, Venezuelans 2023-24",
        24..48,
        0.55,
        0.05,
        "S099: 0.50 to 0.61",
    ),
    (What::Minors, "share of minors among entries, 2022-24", 12..48, 0.20, 0.03, "D001: 0.16 to 0.22 a year"),
    (
        What::Flown,
        "log of persons flown home by Panama in 2024",
        36..48,
        7.33,
        0.25,
        "S054;S055: about 1,500 by the end of 2024",
    ),
];

/// Months of encounters that count: nationality, and months from January 2021. Venezuelans and Ecuadorians until their visas
/// for Mexico of January 2022 and September 2021, Cubans by way of Managua.
const FLOWN: [(&str, Range<usize>); 3] = [("VEN", 2..14), ("ECU", 2..12), ("CUB", 11..24)];

/// Tolerance of a month of encounters, log: repeated attempts, those whom no model of the corridor has, other ways.
const ENCOUNTERS: f64 = 0.6;

/// Tolerance of a sum of some dozens of entries, log: an agent stands for more people than that.
const DOZENS: f64 = 0.7;

/// The targets that data until a month can see, for a study that begins in `from`.
pub fn targets(from: Month, until: Month) -> Vec<Weak> {
    let months = usize::try_from(until.since(from)).map_or(0, |m| m + 1);
    let whole = WHOLE.into_iter().map(|(what, name, months, value, error, source)| Weak {
        name: name.to_owned(),
        value,
        error,
        source,
        what,
        months,
    });
    let flown = FLOWN.into_iter().flat_map(|(code, range)| {
        range.filter_map(move |m| {
            let month = from.plus(m as i32);
            Some(Weak {
                name: format!("{code} at the US border in {month}"),
                value: transform(data::us_encounters().series(code)?.get(month)?),
                error: ENCOUNTERS,
                source: "gdidata: encounters at the US southwest border",
                what: What::Encounters(code),
                months: m..m + 1,
            })
        })
    });
    let sums = data::sums().iter().filter_map(|sum| {
        let start = usize::try_from(sum.from.since(from)).ok()?;
        let end = usize::try_from(sum.to.since(from)).ok()? + 1;
        Some(Weak {
            name: format!("entries of all, {} to {}", sum.from, sum.to),
            value: transform(sum.entries),
            error: DOZENS,
            source: "observed/darien_sums: differences of statements",
            what: What::Entries,
            months: start..end,
        })
    });
    whole.chain(flown).chain(sums).filter(|w| w.months.end <= months).collect()
}

impl Weak {
    /// The month, counted from the study's first, if it is one of encounters of a nationality.
    pub fn encounters_of(&self, nationality: &str) -> Option<usize> {
        matches!(self.what, What::Encounters(code) if code == nationality).then_some(self.months.start)
    }

    /// The months that it is about, counted from the first of the study.
    pub fn months(&self) -> Range<usize> {
        self.months.clone()
    }

    /// What a run predicts of it.
    pub fn predicted(&self, cube: &Cube) -> f64 {
        let row =
            |o: &str, p: &str, n: &str| cube.series(o, p, n).map_or(&[][..], |s| &s[self.months.clone()]);
        let sum = |o: &str, p: &str, n: &str| row(o, p, n).iter().sum::<f64>();
        match self.what {
            What::Direct => sum("direct", "darien", "VEN") / sum("entries", "darien", "VEN").max(1.0),
            What::Minors => sum("minors", "darien", "ALL") / sum("entries", "darien", "ALL").max(1.0),
            What::Queue => {
                (row("queue_peak", "necocli", "ALL").iter().copied().fold(0.0, f64::max) + 100.0).ln()
            }
            What::Flown => (sum("returned", "panama", "ALL") + 10.0).ln(),
            What::Border => {
                (sum("us_arrivals", "us_border", "VEN") / sum("entries", "darien", "VEN").max(1.0) + 0.01)
                    .ln()
            }
            What::Encounters(code) => transform(sum("us_arrivals", "us_border", code)),
            What::Entries => transform(sum("entries", "darien", "ALL")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_months_are_not_seen() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let seen = |until: &str| targets(month("2021-01"), month(until));
        assert!(seen("2021-02").is_empty());
        let early = seen("2022-06");
        assert!(early.iter().all(|w| w.months().end <= 18));
        assert!(early.iter().any(|w| w.what == What::Queue));
        assert!(early.iter().any(|w| w.name == "VEN at the US border in 2022-02"));
        assert_eq!(seen("2024-12").len(), WHOLE.len() + 12 + 10 + 13);
        let sums = |until: &str| seen(until).iter().filter(|w| w.what == What::Entries).count();
        assert_eq!(["2025-05", "2025-06", "2025-10", "2025-12"].map(sums), [0, 1, 2, 4]);
    }
}
