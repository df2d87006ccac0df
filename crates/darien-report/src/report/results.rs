//! What to expect, what is different, what happens on the way, and what comes after the policy.

use super::answer::{effects_table, with_unit};
use super::effects::{Effect, Effects, LISTED};
use super::figure::{self, Grid};
use super::html::{Html, fill, t};
use super::levers;
use super::model::Model;
use crate::chart::{Difference, Frame};
use crate::error::Result;
use crate::experiment::summary::{quantile, sorted};
use crate::figures::capitalised;
use crate::figures::{self, Ensemble};
use crate::registry::outcomes::over_horizon;
use crate::units::Month;
use crate::words::Part;
use crate::words::fill_text;
use chrono::NaiveDate;

/// Scenarios of which a report draws fans; more are in the tables.
const FANS: usize = 6;
/// Scenarios of which a report draws what happens on the way.
const WAYS: usize = 2;

/// Fans and totals of every scenario.
///
/// # Errors
/// If a chart cannot be drawn.
pub fn expected(html: &mut Html, model: &Model) -> Result<()> {
    html.element("p", &[], model.say.words.fan_intro);
    for (f, (folder, recorded)) in model.runs.iter().enumerate() {
        let setting = model.setting(*folder);
        for member in 0..recorded.members().len().min(FANS) {
            for (stem, chart) in figures::gallery(recorded, &setting, member)? {
                let wanted = stem == "entries" || (stem == "nationalities" && member == focus(recorded));
                if wanted {
                    let id = format!("{stem}-{f}-{member}");
                    figure::chart(html, &id, chart.as_ref(), "", &model.say)?;
                }
            }
        }
        totals(html, model, recorded);
    }
    Ok(())
}

/// The scenario that a report shows in detail: the first that is no base, or the only one.
fn focus(recorded: &dyn Ensemble) -> usize {
    usize::from(recorded.members().len() > 1)
}

fn totals(html: &mut Html, model: &Model, recorded: &super::recorded::Recorded) {
    let (say, w) = (&model.say, model.say.words);
    let Some(first) = recorded.members().first() else { return };
    let mut heads = vec![(w.col_outcome, false)];
    let titles: Vec<String> = recorded.members().iter().take(FANS).map(|m| m.title.clone()).collect();
    heads.extend(titles.iter().map(|title| (title.as_str(), true)));
    let mut grid = Grid::new(&heads);
    for (outcome, place) in LISTED {
        let mut row = vec![capitalised(&with_unit(w.outcome(outcome), outcome))];
        for member in 0..titles.len() {
            let values = sorted(
                recorded.outcome(member, outcome, place).iter().map(|r| over_horizon(outcome, r)).collect(),
            );
            row.push(if values.is_empty() {
                "–".to_owned()
            } else {
                let q = |level| say.lang.count(quantile(&values, level));
                format!("{} ({} … {})", q(0.5), q(0.1), q(0.9))
            });
        }
        grid.push(row);
    }
    let period = say.lang.period(first.from, first.from.plus(first.months as i32 - 1));
    grid.write(html, &fill_text(w.totals_caption, &[("period", &period)]), say);
}

/// Paired differences: a chart of the headline and a table of all outcomes, for each scenario.
///
/// # Errors
/// If a chart cannot be drawn.
pub fn difference(html: &mut Html, model: &Model) -> Result<()> {
    html.element("p", &[], model.say.words.paired_note);
    for (i, (folder, effects)) in model.effects.iter().enumerate() {
        if let Some(chart) = chart(model, *folder, effects) {
            figure::chart(html, &format!("difference-{i}"), &chart, "", &model.say)?;
        }
        let caption = fill_text(
            model.say.words.effects_caption,
            &[("alt", &model.quoted(*folder, &effects.alt)), ("base", &model.quoted(*folder, &effects.base))],
        );
        // Where an outcome is known by place only, the first table has one place and the second has all.
        let main: Vec<&Effect> = LISTED.iter().filter_map(|(o, _)| effects.of(o)).collect();
        effects_table(model, main.iter().copied()).write(html, &caption, &model.say);
        if main.len() < effects.effects.len() {
            html.open("details", &[]).element("summary", &[], model.say.words.all_places);
            effects_table(model, &effects.effects).write(html, &caption, &model.say);
            html.close();
        }
    }
    Ok(())
}

fn chart(model: &Model, folder: usize, effects: &Effects) -> Option<Difference> {
    let (say, w) = (&model.say, model.say.words);
    let effect = effects.effects.first()?;
    let runs = effect.chart.clone()?;
    let title = say.title(&effect.change(), &model.quoted(folder, &effects.alt));
    let measure = fill_text(
        w.difference_measure,
        &[("outcome", w.outcome(&effect.outcome)), ("base", &model.quoted(folder, &effects.base))],
    );
    let policy_from = differing_span(model, folder, effects).map(|(from, _)| from);
    Some(Difference {
        frame: Frame::new(title, measure, model.provenance(folder, &effects.alt), say.lang),
        runs,
        unit: w.persons.to_owned(),
        policy_from: policy_from.filter(|d| *d > effects.horizon.0.first_day()),
        policy: w.policy_begins.to_owned(),
    })
}

/// First and last day on which the levers of the two scenarios differ.
fn differing_span(model: &Model, folder: usize, effects: &Effects) -> Option<(NaiveDate, NaiveDate)> {
    let days = (effects.horizon.0.first_day(), effects.horizon.1.last_day());
    levers::differing(&model.folders[folder], (&effects.base, &effects.alt), days).1
}

/// Routes, stocks and the map of the scenarios in focus.
///
/// # Errors
/// If a chart cannot be drawn.
pub fn way(html: &mut Html, model: &Model) -> Result<()> {
    for (f, (folder, recorded)) in model.runs.iter().enumerate().take(WAYS) {
        let setting = model.setting(*folder);
        let member = focus(recorded);
        let title = model.say.quoted(&recorded.members()[member].title);
        let note = fill_text(model.say.words.drawn_for, &[("scenario", &title)]);
        for (stem, chart) in figures::gallery(recorded, &setting, member)? {
            if matches!(stem, "map" | "routes" | "stocks" | "reverse-flow") {
                figure::chart(html, &format!("{stem}-{f}-{member}"), chart.as_ref(), &note, &model.say)?;
            }
        }
    }
    Ok(())
}

/// What comes after the policy: the difference while the levers differ, and after.
pub fn after(html: &mut Html, model: &Model) {
    let (say, w) = (&model.say, model.say.words);
    for (folder, effects) in &model.effects {
        let Some((_, last)) = differing_span(model, *folder, effects) else { continue };
        let strong = |text: String| Part::Strong(text);
        let end = Month::of(last);
        if end >= effects.horizon.1 {
            html.open("p", &[]).element("strong", &[], &model.quoted(*folder, &effects.alt));
            html.text(": ").text(w.after_none).close();
            continue;
        }
        let Some(months) = effects.effects.first().map(|e| &e.months).filter(|m| !m.is_empty()) else {
            continue;
        };
        let split = usize::try_from(end.since(effects.horizon.0) + 1).unwrap_or(0).min(months.len());
        let (during, after) = months.split_at(split);
        let date = last.succ_opt().unwrap_or(last);
        html.open("p", &[]).element("strong", &[], &model.quoted(*folder, &effects.alt)).text(": ");
        html.parts(&fill(w.after_intro, &[("date", t(say.lang.date(date)))])).text(" ");
        html.parts(&fill(
            w.after_sentence,
            &[
                ("during", strong(say.lang.signed(during.iter().sum()))),
                ("after", strong(say.lang.signed(after.iter().sum()))),
            ],
        ));
        html.close();
    }
}
