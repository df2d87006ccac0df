//! Weak targets beside the monthly entries: what else a run must be near to, each with a stated tolerance.
//!
//! A target is seen as soon as its last month is in the data. Encounters at the US border in the months in which a
//! nationality flew most of the way tell how many were on the way before the Darién became theirs.

use super::study::{log_change, transform};
use crate::data;
use crate::data::reverse::{Counter, southbound};
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
    /// Log change of the entries of a nationality (or of all) from the first of the months to the last.
    Episode(&'static str),
    /// Southbound entries into Panama in some months together, transformed in the same way.
    South,
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
/// Changes of monthly entries that mechanisms are to tell: nationality, name, first and last month. A search looks at runs
/// without shocks, so that here a stop weighs as much as many level months do.
const EPISODES: [(&str, &str, &str, &str); 12] = [
    ("HTI", "Del Rio", "2021-09", "2021-11"),
    ("VEN", "Venezuelan wave", "2022-01", "2022-10"),
    ("VEN", "stop of October 2022", "2022-10", "2022-11"),
    ("VEN", "recovery", "2022-11", "2023-04"),
    ("ECU", "Ecuadorians rise", "2022-07", "2022-12"),
    ("HTI", "parole", "2022-12", "2023-03"),
    ("VEN", "fall of late 2023", "2023-08", "2023-12"),
    ("VEN", "summer of 2024", "2024-06", "2024-08"),
    ("CHN", "Ecuador's visa", "2024-06", "2024-09"),
    ("VEN", "rebound", "2024-08", "2024-09"),
    ("VEN", "collapse", "2024-10", "2024-12"),
    ("VEN", "access ends", "2024-12", "2025-02"),
];

/// Tolerance of such a change, log.
const EPISODE: f64 = 0.3;

/// Log change below which an episode is a stop: a fall to a sixth.
const STOP: f64 = -1.8;

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
    let episodes = EPISODES.into_iter().filter_map(|(code, name, first, last)| {
        let at = |month: &str| usize::try_from(month.parse::<Month>().ok()?.since(from)).ok();
        let seen = |month: &str| data::entries().series(code)?.get(month.parse().ok()?);
        Some(Weak {
            name: format!("{code}: {name}, log change from {first} to {last}"),
            value: log_change(seen(first)?, seen(last)?),
            error: EPISODE,
            source: "D001",
            what: What::Episode(code),
            months: at(first)?..at(last)? + 1,
        })
    });
    // Months, and sums of a few where no month is on record; sums since January would tell the same again.
    let south = southbound().iter().filter_map(|count| {
        let (first, last) = count.whole_months().filter(|(first, last)| last.since(*first) < 3)?;
        Some(Weak {
            name: format!("southbound entries into Panama, {first} to {last}"),
            value: transform(count.persons.filter(|_| count.counter == Counter::Panama)?),
            error: count.error,
            source: "observed/reverse_flow",
            what: What::South,
            months: usize::try_from(first.since(from)).ok()?..usize::try_from(last.since(from)).ok()? + 1,
        })
    });
    whole.chain(flown).chain(sums).chain(episodes).chain(south).filter(|w| w.months.end <= months).collect()
}

impl Weak {
    /// Whether it is a stop of Venezuelans: the change of an episode, if it is one.
    pub fn is_venezuelan_stop(&self) -> bool {
        self.what == What::Episode("VEN") && self.value < STOP
    }

    /// The months that it is about, counted from the first of the study.
    pub fn months(&self) -> Range<usize> {
        self.months.clone()
    }

    /// What a run predicts of it.
    pub fn predicted(&self, cube: &Cube) -> f64 {
        self.told_by(|outcome, place, nationality| cube.series(outcome, place, nationality)).unwrap_or(0.0)
    }

    /// What monthly series (outcome, place, nationality) predict of it; none where one that it needs is missing.
    pub fn told_by<'a>(&self, series: impl Fn(&str, &str, &str) -> Option<&'a [f64]>) -> Option<f64> {
        let row = |o: &str, p: &str, n: &str| Some(&series(o, p, n)?[self.months.clone()]);
        let sum = |o: &str, p: &str, n: &str| Some(row(o, p, n)?.iter().sum::<f64>());
        let of_entries = |n: &str| Some(sum("entries", "darien", n)?.max(1.0));
        Some(match self.what {
            What::Direct => sum("direct", "darien", "VEN")? / of_entries("VEN")?,
            What::Minors => sum("minors", "darien", "ALL")? / of_entries("ALL")?,
            What::Queue => {
                (row("queue_peak", "necocli", "ALL")?.iter().copied().fold(0.0, f64::max) + 100.0).ln()
            }
            What::Flown => (sum("returned", "panama", "ALL")? + 10.0).ln(),
            What::Border => (sum("us_arrivals", "us_border", "VEN")? / of_entries("VEN")? + 0.01).ln(),
            What::Encounters(code) => transform(sum("us_arrivals", "us_border", code)?),
            What::Episode(code) => {
                let entries = row("entries", "darien", code)?;
                log_change(*entries.first()?, *entries.last()?)
            }
            What::South => transform(sum("reverse_flow", "panama", "ALL")?),
            What::Entries => transform(sum("entries", "darien", "ALL")?),
        })
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
        let south = |until: &str| seen(until).iter().filter(|w| w.what == What::South).count();
        assert_eq!(["2024-11", "2025-01", "2025-06", "2025-09", "2025-12"].map(south), [0, 2, 7, 9, 10]);
        let sums = |until: &str| seen(until).iter().filter(|w| w.what == What::Entries).count();
        assert_eq!(["2025-05", "2025-06", "2025-10", "2025-12"].map(sums), [0, 1, 2, 4]);
        // One of them is of southbound entries in November and December 2024; one episode is of 2025.
        assert_eq!(seen("2024-12").len(), WHOLE.len() + 12 + 10 + 13 + 1 + EPISODES.len() - 1);
    }
}
