//! Where else they went, and what the spread is made of: drawn anew from the tables of a comparison.

use super::figure;
use super::html::Html;
use super::model::Model;
use crate::chart::{Bar, Frame, Step, Tornado, Waterfall};
use crate::error::Result;
use crate::experiment::compare::Spread;
use crate::experiment::verdict::Verdict;
use crate::words::fill_text;

/// Steps of fewer persons than this are left to the table.
const SMALLEST: f64 = 0.5;

/// Draws account and spread of every scenario of a folder; gives the ends of the stems that it has drawn.
///
/// # Errors
/// [`crate::error::Error::Invalid`] if a table lacks a column or holds what is no number.
pub fn write(html: &mut Html, model: &Model, folder: usize) -> Result<&'static [&'static str]> {
    let Some(sheet) = model.folders[folder].sheet("account.csv") else { return Ok(&[]) };
    sheet.require(&["scenario", "nationality", "entry", "place", "persons"])?;
    let effects: Vec<_> = model.effects.iter().filter(|(f, _)| *f == folder).map(|(_, e)| e).collect();
    for (i, e) in effects.iter().enumerate() {
        let frame = |title: String, measure: String| {
            Frame::new(title, measure, model.provenance(folder, &e.alt), model.say.lang)
        };
        if let Some(chart) = account(model, folder, (&e.base, &e.alt), &frame)? {
            figure::chart(html, &format!("account-{folder}-{i}"), &chart, "", &model.say)?;
        }
        if let Some(chart) = spread(model, folder, &e.alt, &frame)? {
            figure::chart(html, &format!("spread-{folder}-{i}"), &chart, "", &model.say)?;
        }
    }
    Ok(if effects.is_empty() { &[] } else { &["account", "spread"] })
}

/// Where those are who no longer enter, in a sentence; empty where the folder has no account of the scenario.
pub fn whereabouts(model: &Model, folder: usize, alt: &str, verdict: Verdict) -> String {
    let Some(sheet) = model.folders[folder].sheet("account.csv") else { return String::new() };
    let (mut avoided, mut parts) = (f64::NAN, Vec::new());
    for r in (0..sheet.rows.len())
        .filter(|&r| sheet.text(r, "scenario") == alt && sheet.text(r, "nationality") == "ALL")
    {
        match (sheet.text(r, "entry"), sheet.number(r, "persons")) {
            ("avoided", Ok(persons)) => avoided = persons,
            (entry, Ok(persons)) => parts.push((entry, persons)),
            (_, Err(_)) => {}
        }
    }
    if avoided.is_finite() { model.say.whereabouts(avoided, &parts, verdict) } else { String::new() }
}

fn account(
    model: &Model,
    folder: usize,
    (base, alt): (&str, &str),
    frame: &dyn Fn(String, String) -> Frame,
) -> Result<Option<Waterfall>> {
    let (say, w) = (&model.say, model.say.words);
    let Some(sheet) = model.folders[folder].sheet("account.csv") else { return Ok(None) };
    let (mut avoided, mut entries) = (f64::NAN, Vec::new());
    for r in (0..sheet.rows.len())
        .filter(|&r| sheet.text(r, "scenario") == alt && sheet.text(r, "nationality") == "ALL")
    {
        let persons = sheet.number(r, "persons")?;
        let (entry, place) = (sheet.text(r, "entry"), sheet.text(r, "place"));
        if entry == "avoided" {
            avoided = persons;
        } else if persons.abs() >= SMALLEST {
            let name = w.entry(entry, place).unwrap_or_else(|| sheet.text(r, "meaning")).to_owned();
            entries.push((entry, name, persons));
        }
    }
    if !avoided.is_finite() {
        return Ok(None);
    }
    // Where entries rise, the account says where the additional people would have been; the trail is no place then.
    let other: f64 = entries.iter().filter(|e| e.0 == "other_trail").map(|e| e.2).sum();
    let rises = avoided < other;
    let (template, first, start) = if rises {
        (w.account_more, w.account_more_start, other - avoided)
    } else {
        (w.account_title, w.account_start, avoided)
    };
    let steps: Vec<Step> = entries
        .into_iter()
        .filter(|e| !rises || e.0 != "other_trail")
        .map(|(_, name, persons)| Step { name, change: if rises { persons } else { -persons } })
        .collect();
    let title = fill_text(template, &[("x", &say.lang.count(start))]);
    let measure = fill_text(
        w.account_measure,
        &[("alt", &model.quoted(folder, alt)), ("base", &model.quoted(folder, base))],
    );
    Ok(Some(Waterfall {
        frame: frame(title, measure),
        start: (first.to_owned(), start),
        steps,
        end: w.account_end.to_owned(),
        unit: w.persons.to_owned(),
    }))
}

fn spread(
    model: &Model,
    folder: usize,
    alt: &str,
    frame: &dyn Fn(String, String) -> Frame,
) -> Result<Option<Tornado>> {
    let (say, w) = (&model.say, model.say.words);
    let Some(sheet) = model.folders[folder].sheet("spread.csv") else { return Ok(None) };
    sheet.require(&["scenario", "outcome", "place", "quantity", "variance_unknown", "variance_chance"])?;
    let (mut bars, mut title) = (Vec::new(), None);
    for (quantity, name) in [("level", w.spread_level), ("difference", w.spread_difference)] {
        let row = (0..sheet.rows.len()).find(|&r| {
            let is = |column: &str, value: &str| sheet.text(r, column) == value;
            is("scenario", alt)
                && is("outcome", "entries")
                && is("place", "darien")
                && is("quantity", quantity)
        });
        let Some(r) = row else { continue };
        let (unknown, chance) = (sheet.number(r, "variance_unknown")?, sheet.number(r, "variance_chance")?);
        let total = unknown + chance;
        if !(total.is_finite() && total > 0.0) {
            continue;
        }
        let share = unknown / total;
        if quantity == "difference" {
            let end = |name: &str| sheet.column(name).map_or(Ok(f64::NAN), |_| sheet.number(r, name));
            let spread = Spread {
                unknown,
                chance,
                draws: 0,
                runs: sheet.number(r, "runs").unwrap_or(0.0) as usize,
                low: end("unknown_low")?,
                high: end("unknown_high")?,
            };
            title = Some(say.spread_title(&spread));
        }
        bars.push(Bar {
            name: name.to_owned(),
            value: total.sqrt(),
            low: f64::NAN,
            high: f64::NAN,
            unknown_share: Some(share),
        });
    }
    Ok(title.map(|title| Tornado {
        frame: frame(title, w.spread_measure.to_owned()),
        bars,
        unit: w.persons.to_owned(),
        level: 0.95,
        mark: None,
    }))
}
