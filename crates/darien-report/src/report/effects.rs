//! What one scenario changes against another: paired differences, from the tables of `compare` or from paired runs.

use super::folder::Folder;
use super::recorded::Recorded;
use super::sheet::Sheet;
use crate::chart::{Band, Runs, Statistic};
use crate::error::Result;
use crate::experiment::compare::contrast;
use crate::experiment::summary::mean;
use crate::experiment::verdict::Verdict;
use crate::figures::{Ensemble, runs_of, whole_months};
use crate::findings::Change;
use crate::registry::outcomes::over_horizon;
use crate::results::SeriesRuns;
use crate::units::Month;
use std::collections::BTreeMap;

/// The headline outcome, as [`crate::registry::outcomes::headline`] has it, and the place that stands for the whole.
pub const HEADLINE: (&str, Option<&str>) = ("entries", Some("darien"));

/// Outcomes that a report lists, with the place that stands for the whole; none for the sum over places.
pub const LISTED: [(&str, Option<&str>); 15] = [
    HEADLINE,
    ("bypass", None),
    ("lawful", None),
    ("deaths", None),
    ("abused", None),
    ("abuse", None),
    ("turned_back", None),
    ("returned", None),
    ("southbound", None),
    ("reverse_flow", Some("panama")),
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
    /// The place it is counted at, where that is not the whole; else empty.
    pub place: String,
    /// Mean of the base.
    pub base: f64,
    /// Mean of the paired differences.
    pub difference: f64,
    /// 2.5 % of the differences lie below.
    pub low: f64,
    /// 2.5 % lie above.
    pub high: f64,
    /// What the pairs support.
    pub verdict: Verdict,
    /// Mean differences by month, from the first month on; empty where they are not known.
    pub months: Vec<f64>,
    /// Median and bands of the differences by month, for the chart; where they are known.
    pub chart: Option<Runs>,
}

impl Effect {
    /// The change, for sentences.
    pub fn change(&self) -> Change<'_> {
        Change {
            outcome: &self.outcome,
            base: self.base,
            difference: self.difference,
            low: self.low,
            high: self.high,
            verdict: self.verdict,
        }
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
    /// The effect on an outcome: on the whole, else in the Darién, else where the difference is largest.
    pub fn of(&self, outcome: &str) -> Option<&Effect> {
        let rank = |e: &&Effect| (e.place.is_empty(), e.place == "darien", e.difference.abs());
        self.effects.iter().filter(|e| e.outcome == outcome).max_by(|a, b| {
            let (a, b) = (rank(a), rank(b));
            (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2))
        })
    }
}

/// The effects of every scenario of an ensemble against its first: run by run, for scenarios of one call share all
/// draws. Scenarios with another horizon than the first are left out.
pub fn from_runs(recorded: &Recorded) -> Vec<Effects> {
    let members = recorded.members();
    let Some(base) = members.first() else { return Vec::new() };
    let same = |m: &crate::results::Member| m.from == base.from && m.months == base.months;
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
    let totals = |rows: &SeriesRuns| rows.iter().map(|r| over_horizon(outcome, r)).collect::<Vec<f64>>();
    let draws: Vec<u64> = (0..before.len() as u64).collect();
    let c = contrast(&totals(&before), &totals(&after), &draws);
    Some(Effect {
        outcome: outcome.to_owned(),
        place: String::new(),
        base: c.base,
        difference: c.difference,
        low: c.low,
        high: c.high,
        verdict: c.verdict(),
        months: (0..months[0].len())
            .map(|m| mean(&months.iter().map(|r| r[m]).collect::<Vec<_>>()))
            .collect(),
        chart: Some({
            let bounds = [0, alt].map(|m| recorded.members()[m].whole_months());
            let whole = (bounds[0].0.max(bounds[1].0), bounds[0].1.min(bounds[1].1));
            let (from, rows) = whole_months(recorded.members()[0].from, &months, whole);
            runs_of(from, &rows, Statistic::Mean)
        }),
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
        "p_negative",
        "runs",
    ])?;
    let names = folder.names();
    let Some(base) = names.first() else { return Ok(Vec::new()) };
    // One pass: the rows of each scenario and outcome, in the order of the file.
    let mut rows: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for r in 0..sheet.rows.len() {
        if sheet.text(r, "nationality") == "ALL" {
            rows.entry((sheet.text(r, "scenario"), sheet.text(r, "outcome"))).or_default().push(r);
        }
    }
    let mut all = Vec::new();
    for alt in names.iter().skip(1) {
        let Some(horizon) = super::recorded::horizon(folder, alt) else { continue };
        let mut effects: Vec<Effect> = Vec::new();
        for (outcome, whole) in LISTED {
            let rows = rows.get(&(*alt, outcome)).map_or(&[][..], Vec::as_slice);
            for place in places(sheet, rows, whole) {
                let of_place: Vec<usize> =
                    rows.iter().copied().filter(|&r| sheet.text(r, "place") == place).collect();
                let is_whole = whole == Some(place) || rows.len() == of_place.len();
                let shown = if is_whole { "" } else { place };
                effects.extend(listed(sheet, &of_place, outcome, shown)?);
            }
        }
        if let Some(headline) = effects.first_mut() {
            headline.chart = charted(folder, alt)?;
            all.push(Effects { base: (*base).to_owned(), alt: (*alt).to_owned(), horizon, effects });
        }
    }
    Ok(all)
}

/// The places of an outcome that a report lists: the one that stands for the whole, else each by itself, for
/// quantiles of sums cannot be had from quantiles of parts.
fn places<'a>(sheet: &'a Sheet, rows: &[usize], whole: Option<&'a str>) -> Vec<&'a str> {
    let mut places: Vec<&str> = Vec::new();
    for &r in rows {
        let place = sheet.text(r, "place");
        if !places.contains(&place) {
            places.push(place);
        }
    }
    match whole.filter(|w| places.contains(w)) {
        Some(whole) => vec![whole],
        None => places,
    }
}

/// One outcome at one place: the row of the horizon, and its months; none where no run of either scenario has any.
fn listed(sheet: &Sheet, rows: &[usize], outcome: &str, place: &str) -> Result<Option<Effect>> {
    let Some(&total) = rows.iter().find(|&&r| sheet.text(r, "month") == "total") else { return Ok(None) };
    let number = |name: &str| sheet.number(total, name);
    let (base, difference, runs) = (number("base")?, number("difference")?, number("runs")?);
    let (low, high) = (number("low")?, number("high")?);
    if !place.is_empty() && [base, difference, low, high].iter().all(|v| *v == 0.0) {
        return Ok(None);
    }
    let count = |share: f64| (share * runs).round() as usize;
    let (positive, negative) = (count(number("p_positive")?), count(number("p_negative")?));
    let mut monthly: Vec<(Month, f64)> = Vec::new();
    for &r in rows {
        if let Ok(month) = sheet.text(r, "month").parse::<Month>() {
            monthly.push((month, sheet.number(r, "difference")?));
        }
    }
    monthly.sort_by_key(|(month, _)| *month);
    let gapless = monthly.windows(2).all(|w| w[1].0.since(w[0].0) == 1);
    Ok(Some(Effect {
        outcome: outcome.to_owned(),
        place: place.to_owned(),
        base,
        difference,
        low,
        high,
        verdict: Verdict::of(positive, negative, runs as usize, difference),
        months: if gapless { monthly.iter().map(|(_, v)| *v).collect() } else { Vec::new() },
        chart: None,
    }))
}

/// Middle, bands and single runs of the headline difference, from the table that lies beside its chart.
fn charted(folder: &Folder, alt: &str) -> Result<Option<Runs>> {
    let stems = [format!("charts/{alt}-difference"), "charts/difference".to_owned()];
    let Some(stem) = stems.iter().find(|s| folder.charts.contains(s)) else { return Ok(None) };
    let sheet = Sheet::read(&folder.path.join(format!("{stem}.csv")))?;
    // The mean since charts draw it; folders of older versions have the median.
    let statistic = if sheet.column("mean").is_some() { Statistic::Mean } else { Statistic::Median };
    sheet.require(&["month", statistic.column()])?;
    let numbers =
        |name: &str| (0..sheet.rows.len()).map(|r| sheet.number(r, name)).collect::<Result<Vec<f64>>>();
    let Ok(from) = sheet.text(0, "month").parse::<Month>() else { return Ok(None) };
    let mut bands = Vec::new();
    for name in sheet.header.iter().filter_map(|h| h.strip_prefix("low_")) {
        if let (Ok(percent), Some(_)) = (name.parse::<f64>(), sheet.column(&format!("high_{name}"))) {
            bands.push(Band {
                level: percent / 100.0,
                low: numbers(&format!("low_{name}"))?,
                high: numbers(&format!("high_{name}"))?,
            });
        }
    }
    let samples: Vec<Vec<f64>> =
        sheet.header.iter().filter(|h| h.starts_with("run_")).map(|h| numbers(h)).collect::<Result<_>>()?;
    Ok(Some(Runs { from, middle: numbers(statistic.column())?, statistic, bands, samples }))
}
