//! What one scenario changes against another: paired differences, from the tables of `compare` or from paired runs.

use super::folder::Folder;
use super::likelihood::{Verdict, verdict};
use super::recorded::Recorded;
use super::sheet::Sheet;
use crate::error::Result;
use crate::experiment::summary::{quantile, sorted};
use crate::output::chart::{Band, Runs};
use crate::output::figures::{Ensemble, runs_of};
use crate::registry::outcomes::{self, OverTime};
use crate::units::Month;

/// Outcomes that a report lists, with the place that stands for the whole; none for the sum over places.
pub const LISTED: [(&str, Option<&str>); 13] = [
    ("entries", Some("darien")),
    ("bypass", None),
    ("lawful", None),
    ("deaths", None),
    ("abuse", None),
    ("turned_back", None),
    ("returned", None),
    ("southbound", None),
    ("nights_over_capacity", None),
    ("in_mexico", None),
    ("us_arrivals", None),
    ("spending", None),
    ("public_cost", None),
];

/// A paired difference of one outcome over the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Outcome, e.g. `entries`.
    pub outcome: String,
    /// Median of the base.
    pub base: f64,
    /// Median of the differences.
    pub difference: f64,
    /// 10 % of the differences lie below.
    pub low: f64,
    /// 10 % lie above.
    pub high: f64,
    /// Paired runs in which it rises.
    pub positive: f64,
    /// Paired runs in which it falls.
    pub negative: f64,
    /// Paired runs in which it is the same.
    pub zero: f64,
    /// The differences by month, where they are known.
    pub monthly: Option<Runs>,
}

impl Effect {
    /// Number of pairs.
    pub fn runs(&self) -> f64 {
        self.positive + self.negative + self.zero
    }

    /// What the pairs support.
    pub fn verdict(&self) -> Verdict {
        verdict(self.positive, self.negative, self.zero)
    }

    /// Difference over base; NaN where the base is nothing.
    pub fn relative(&self) -> f64 {
        if self.base.abs() > 0.0 { self.difference / self.base } else { f64::NAN }
    }
}

/// What a scenario changes against a base.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// The base.
    pub base: String,
    /// The other scenario.
    pub alt: String,
    /// First and last month.
    pub horizon: (Month, Month),
    /// The outcomes that are known, the headline first.
    pub effects: Vec<Effect>,
}

impl Effects {
    /// The effect on an outcome.
    pub fn of(&self, outcome: &str) -> Option<&Effect> {
        self.effects.iter().find(|e| e.outcome == outcome)
    }
}

/// A value over the horizon: the sum of a flow, the mean of a stock.
pub fn over_horizon(outcome: &str, months: &[f64]) -> f64 {
    let sum: f64 = months.iter().sum();
    match outcomes::find(outcome).map(|o| o.over_time) {
        Some(OverTime::Mean) => sum / (months.len().max(1) as f64),
        _ => sum,
    }
}

/// The effects of every scenario of an ensemble against its first: run by run, for scenarios of one call share all
/// draws. Scenarios with another horizon than the first are left out.
pub fn from_runs(recorded: &Recorded) -> Vec<Effects> {
    let members = recorded.members();
    let Some(base) = members.first() else { return Vec::new() };
    let same = |m: &crate::output::results::Member| m.from == base.from && m.months == base.months;
    (1..members.len())
        .filter(|&alt| same(&members[alt]))
        .map(|alt| Effects {
            base: base.name.clone(),
            alt: members[alt].name.clone(),
            horizon: (base.from, base.from.plus(base.months as i32 - 1)),
            effects: LISTED.iter().filter_map(|&(o, place)| effect(recorded, alt, o, place)).collect(),
        })
        .collect()
}

fn effect(recorded: &Recorded, alt: usize, outcome: &str, place: Option<&str>) -> Option<Effect> {
    let (before, after) = (recorded.outcome(0, outcome, place), recorded.outcome(alt, outcome, place));
    if before.is_empty() || before.len() != after.len() {
        return None;
    }
    let months: Vec<Vec<f64>> =
        before.iter().zip(&after).map(|(b, a)| a.iter().zip(b).map(|(a, b)| a - b).collect()).collect();
    let base = sorted(before.iter().map(|b| over_horizon(outcome, b)).collect());
    let differences: Vec<f64> = months.iter().map(|m| over_horizon(outcome, m)).collect();
    let count = |test: fn(f64) -> bool| differences.iter().filter(|d| test(**d)).count() as f64;
    let (positive, negative, zero) = (count(|d| d > 0.0), count(|d| d < 0.0), count(|d| d == 0.0));
    let ordered = sorted(differences);
    Some(Effect {
        outcome: outcome.to_owned(),
        base: quantile(&base, 0.5),
        difference: quantile(&ordered, 0.5),
        low: quantile(&ordered, 0.1),
        high: quantile(&ordered, 0.9),
        positive,
        negative,
        zero,
        monthly: Some(runs_of(recorded.members()[0].from, &months)),
    })
}

/// The effects in the tables of a `compare` folder.
///
/// # Errors
/// [`crate::error::Error::Invalid`] if `differences.csv` lacks a column or holds what is no number.
pub fn from_tables(folder: &Folder) -> Result<Vec<Effects>> {
    let Some(sheet) = folder.sheet("differences.csv") else { return Ok(Vec::new()) };
    sheet.require(&[
        "scenario",
        "outcome",
        "place",
        "nationality",
        "month",
        "base",
        "difference",
        "low",
        "high",
        "p_positive",
        "runs",
    ])?;
    let names = folder.names();
    let Some(base) = names.first() else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for alt in names.iter().skip(1) {
        let Some(horizon) = super::recorded::horizon(folder, alt) else { continue };
        let mut effects = Vec::new();
        for (outcome, _) in LISTED {
            if let Some(effect) = listed(sheet, alt, outcome)? {
                effects.push(effect);
            }
        }
        if !effects.is_empty() {
            all.push(Effects { base: (*base).to_owned(), alt: (*alt).to_owned(), horizon, effects });
        }
    }
    Ok(all)
}

/// One outcome of one scenario in `differences.csv`: the row of the whole, and its months.
fn listed(sheet: &Sheet, alt: &str, outcome: &str) -> Result<Option<Effect>> {
    let rows: Vec<usize> = (0..sheet.rows.len())
        .filter(|&r| {
            sheet.text(r, "scenario") == alt
                && sheet.text(r, "outcome") == outcome
                && sheet.text(r, "nationality") == "ALL"
        })
        .collect();
    let place = |r: usize| sheet.text(r, "place");
    // The place that stands for the whole: named in the list, `ALL`, or the only one.
    let wanted = LISTED.iter().find(|(o, _)| *o == outcome).and_then(|(_, place)| *place);
    let mut places: Vec<&str> = rows.iter().map(|&r| place(r)).collect();
    places.sort_unstable();
    places.dedup();
    let whole = wanted
        .filter(|w| places.contains(w))
        .or_else(|| places.iter().copied().find(|p| *p == "ALL" || *p == "all"))
        .or_else(|| (places.len() == 1).then(|| places[0]));
    let Some(whole) = whole else { return Ok(None) };
    let Some(&total) = rows.iter().find(|&&r| place(r) == whole && sheet.text(r, "month") == "total") else {
        return Ok(None);
    };
    let runs = sheet.number(total, "runs")?;
    let (difference, low, high) =
        (sheet.number(total, "difference")?, sheet.number(total, "low")?, sheet.number(total, "high")?);
    let positive = (sheet.number(total, "p_positive")? * runs).round();
    let negative = match sheet.column("p_negative") {
        Some(_) => (sheet.number(total, "p_negative")? * runs).round(),
        // Without it, nothing says how many pairs are equal unless all are.
        None if difference == 0.0 && low == 0.0 && high == 0.0 => 0.0,
        None => runs - positive,
    };
    let mut monthly: Vec<(Month, [f64; 3])> = Vec::new();
    for &r in rows.iter().filter(|&&r| place(r) == whole) {
        if let Ok(month) = sheet.text(r, "month").parse::<Month>() {
            monthly.push((
                month,
                [sheet.number(r, "difference")?, sheet.number(r, "low")?, sheet.number(r, "high")?],
            ));
        }
    }
    monthly.sort_by_key(|(month, _)| *month);
    let gapless = monthly.windows(2).all(|w| w[1].0.since(w[0].0) == 1);
    let pick = |i: usize| monthly.iter().map(|(_, v)| v[i]).collect::<Vec<f64>>();
    let runs_by_month = monthly.first().filter(|_| gapless).map(|(from, _)| Runs {
        from: *from,
        median: pick(0),
        bands: vec![Band { level: 0.8, low: pick(1), high: pick(2) }],
        samples: Vec::new(),
    });
    Ok(Some(Effect {
        outcome: outcome.to_owned(),
        base: sheet.number(total, "base")?,
        difference,
        low,
        high,
        positive,
        negative,
        zero: (runs - positive - negative).max(0.0),
        monthly: runs_by_month,
    }))
}
