//! The question, and the answer in three sentences that say no more than the runs support.

use super::effects::{Effect, Effects, HEADLINE};
use super::figure::Grid;
use super::html::{Html, fill, t};
use super::model::Model;
use super::recorded::Recorded;
use crate::data;
use crate::experiment::summary::{quantile, sorted};
use crate::experiment::verdict::{FEWEST, Likelihood, probability};
use crate::figures::Ensemble;
use crate::figures::capitalised;
use crate::registry::outcomes::over_horizon;
use crate::units::Month;
use crate::words::Words;
use crate::words::{Part, strong};
use serde_json::Value;

/// Outcomes of harm and of other ways that the second sentence names.
const HARM: [&str; 3] = ["deaths", "abused", "bypass"];
/// Scenarios that the sentences name; all are in the tables.
const ALTERNATIVES: usize = 4;

/// Scenarios of a benchmark that the question names; the scorecard names all options.
const MOST: usize = 3;

/// Writes what was asked: title and question of each scenario, and what was changed by hand.
pub fn question(html: &mut Html, model: &Model) {
    let mut seen: Vec<&str> = Vec::new();
    for folder in model.folders {
        for name in folder.names() {
            let Some(scenario) = folder.scenario(name) else { continue };
            if seen.contains(&name) || (folder.verb == "bench" && seen.len() >= MOST) {
                continue;
            }
            seen.push(name);
            let said = |key: &str| scenario.get(key).and_then(Value::as_str).unwrap_or_default();
            let question = model.say.lang.pick(said("question"), said("question_es"));
            html.open("p", &[]).element("strong", &[], folder.title(name, model.say.lang));
            if !question.is_empty() {
                html.text(". ").text(question);
            }
            html.close();
            let sets: Vec<&str> = scenario
                .get("sets")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            if !sets.is_empty() {
                let parts = fill(model.say.words.sets, &[("sets", t(sets.join(", ")))]);
                html.open("p", &[("class", "small")]).parts(&parts).close();
            }
        }
    }
}

/// The sentences of the answer.
pub fn sentences(model: &Model) -> Vec<Vec<Part>> {
    let mut all = Vec::new();
    if let Some((folder, effects)) = model.effects.first() {
        let of_folder: Vec<&Effects> =
            model.effects.iter().filter(|(f, _)| f == folder).map(|(_, e)| e).take(ALTERNATIVES).collect();
        let clauses: Vec<Vec<Part>> = if of_folder.len() > 1 {
            all.push(several(model, *folder, &of_folder));
            of_folder
                .iter()
                .filter_map(|e| Some((e, e.of(HARM[0])?)))
                .map(|(e, harm)| {
                    let name = format!("{}, {}", model.quoted(*folder, &e.alt), named(model.say.words, harm));
                    model.say.clause(&harm.change(), &name)
                })
                .collect()
        } else {
            if let Some(headline) = effects.effects.first() {
                let mut sentence = effect_sentence(model, *folder, effects, headline);
                let people = super::account::whereabouts(model, *folder, &effects.alt, headline.verdict);
                if !people.is_empty() {
                    sentence.push(t(format!(" {people}")));
                }
                all.push(sentence);
            }
            let harm = HARM.iter().filter_map(|o| effects.of(o));
            let changes: Vec<_> = harm.map(|e| (e.change(), named(model.say.words, e))).collect();
            model.say.clauses(&changes)
        };
        if !clauses.is_empty() {
            all.push(with_clauses(model.say.words.harm, &clauses));
        }
    } else if let Some((_, recorded)) = model.runs.first() {
        all.extend(projection(model, recorded));
    }
    if let Some(sentence) = super::parts::bench_sentence(model) {
        all.insert(all.len().min(1), sentence);
    }
    if let Some(sentence) = super::parts::hinge(model) {
        all.push(sentence);
    }
    all.truncate(if model.track_record.is_empty() { 3 } else { 2 });
    all.extend(assumed(model));
    if !model.track_record.is_empty() && !all.is_empty() {
        all.push(fill(model.say.words.trust, &[("line", t(model.track_record.clone()))]));
    }
    all
}

/// What results rest on though nothing on record supports it, each sentence once.
fn assumed(model: &Model) -> Vec<Vec<Part>> {
    let mut said: Vec<String> = Vec::new();
    for folder in model.folders {
        for (en, es) in folder.names().iter().flat_map(|name| folder.assumes(name)) {
            let sentence = if model.say.lang == crate::chart::Lang::Es { es } else { en };
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        }
    }
    said.into_iter().map(|sentence| vec![t(sentence)]).collect()
}

/// Puts clauses, parted by semicolons, into the gap of a sentence.
pub fn with_clauses(template: &'static str, clauses: &[Vec<Part>]) -> Vec<Part> {
    let (before, after) = template.split_once("{clauses}").unwrap_or((template, ""));
    let mut parts = vec![t(before)];
    parts.extend(joined(clauses));
    parts.push(t(after));
    parts
}

/// Clauses parted by semicolons.
fn joined(clauses: &[Vec<Part>]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (i, clause) in clauses.iter().enumerate() {
        if i > 0 {
            parts.push(t("; "));
        }
        parts.extend(clause.iter().cloned());
    }
    parts
}

fn effect_sentence(model: &Model, folder: usize, effects: &Effects, effect: &Effect) -> Vec<Part> {
    let (say, title) = (&model.say, |name: &str| model.quoted(folder, name));
    let (change, name) = (effect.change(), named(say.words, effect));
    let base = title(&effects.base);
    say.statement(&change, &title(&effects.alt), &name, Some(&base), Some(effects.horizon))
}

/// One sentence on the headline outcome of several scenarios.
fn several(model: &Model, folder: usize, all: &[&Effects]) -> Vec<Part> {
    let (say, w) = (&model.say, model.say.words);
    let clauses: Vec<Vec<Part>> = all
        .iter()
        .filter_map(|e| Some(say.clause(&e.effects.first()?.change(), &model.quoted(folder, &e.alt))))
        .collect();
    let first = all[0];
    let outcome = first.effects.first().map_or("", |e| w.outcome(&e.outcome));
    let head = fill(
        w.several_differences,
        &[
            ("base", t(model.quoted(folder, &first.base))),
            ("outcome", t(outcome)),
            ("period", t(say.lang.period(first.horizon.0, first.horizon.1))),
        ],
    );
    let mut parts = Vec::new();
    for part in head {
        match part {
            Part::Text(text) if text.contains("{clauses}") => {
                let (before, after) = text.split_once("{clauses}").unwrap_or((&text, ""));
                parts.push(t(before));
                parts.extend(joined(&clauses));
                parts.push(t(after));
            }
            other => parts.push(other),
        }
    }
    parts
}

/// The sentences of a projection without a comparison.
fn projection(model: &Model, recorded: &Recorded) -> Vec<Vec<Part>> {
    let (say, w) = (&model.say, model.say.words);
    let Some(m) = recorded.members().first() else { return Vec::new() };
    let last = m.from.plus(m.months as i32 - 1);
    let totals = |outcome: &str, place: Option<&str>| {
        sorted(recorded.outcome(0, outcome, place).iter().map(|r| over_horizon(outcome, r)).collect())
    };
    let entries = totals(HEADLINE.0, HEADLINE.1);
    let q = |level: f64| quantile(&entries, level);
    let mut all = vec![fill(
        w.projection,
        &[
            ("x", strong(say.lang.count(q(0.5)))),
            ("low", t(say.lang.count(q(0.1)))),
            ("high", t(say.lang.count(q(0.9)))),
            ("runs", t(say.lang.number(entries.len() as f64, 0))),
            ("period", t(say.lang.in_period(m.from, last))),
        ],
    )];
    all.extend(against_record(model, (&m.name, m.from, last), &entries));
    let (deaths, abuse) = (totals("deaths", None), totals("abused", None));
    let middle = |v: &[f64]| {
        let (low, high) = (say.lang.count(quantile(v, 0.1)), say.lang.count(quantile(v, 0.9)));
        format!("{} ({low}–{high})", say.lang.count(quantile(v, 0.5)))
    };
    if !deaths.is_empty() && !abuse.is_empty() {
        all.push(fill(w.projected_harm, &[("deaths", t(middle(&deaths))), ("abuse", t(middle(&abuse)))]));
    }
    all
}

/// What was recorded over the same months, or over as many before them.
fn against_record(
    model: &Model,
    (name, from, last): (&str, Month, Month),
    totals: &[f64],
) -> Option<Vec<Part>> {
    let (say, w) = (&model.say, model.say.words);
    let known = model.subject()?.0.manifest.known_until(name)?;
    if let Some(seen) = data::recorded(from, last).filter(|_| last <= known) {
        let is_inside = (quantile(totals, 0.1)..=quantile(totals, 0.9)).contains(&seen);
        let inside = if is_inside { w.hindcast_inside } else { w.hindcast_outside };
        return Some(fill(w.hindcast, &[("recorded", strong(say.lang.count(seen))), ("inside", t(inside))]));
    }
    // As many months as the horizon has, the last that are known.
    let (start, end) = (known.plus(from.since(last)), known);
    let seen = data::recorded(start, end)?;
    let values = [("recorded", t(say.lang.count(seen))), ("past", t(say.lang.period(start, end)))];
    if totals.len() < FEWEST {
        return Some(fill(w.past_few, &values));
    }
    let p = probability(totals.iter().filter(|x| **x > seen).count(), totals.len());
    let [recorded, past] = values;
    Some(fill(w.more_than_past, &[("word", strong(w.likelihood(Likelihood::of(p)))), recorded, past]))
}

/// A table of effects: one row an outcome.
pub fn effects_table<'a>(model: &Model, effects: impl IntoIterator<Item = &'a Effect>) -> Grid {
    let (say, w) = (&model.say, model.say.words);
    let mut grid = Grid::new(&[
        (w.col_outcome, false),
        (w.col_base, true),
        (w.col_difference, true),
        (w.col_interval, true),
        (w.col_percent, true),
        (w.col_verdict, false),
    ]);
    for e in effects {
        grid.push(vec![
            capitalised(&named(w, e)),
            say.lang.count(e.base),
            say.lang.signed(e.difference),
            format!("{} … {}", say.lang.signed(e.low), say.lang.signed(e.high)),
            say.lang.signed_percent(e.change().relative()),
            say.cell(e.verdict),
        ]);
    }
    grid
}

/// The name of what an effect is on: outcome, place where it is not the whole, unit where it does not count people.
fn named(w: &Words, effect: &Effect) -> String {
    let name = with_unit(w.outcome(&effect.outcome), &effect.outcome);
    if effect.place.is_empty() { name } else { format!("{name} ({})", w.place(&effect.place)) }
}

/// The name of an outcome, with its unit where it does not count people.
pub fn with_unit(name: &str, outcome: &str) -> String {
    let unit = crate::registry::outcomes::find(outcome).map_or("", |o| o.unit);
    if unit.starts_with("USD") { format!("{name} (USD)") } else { name.to_owned() }
}

/// Outcomes that stand as key numbers below the answer.
const KEY: [(&str, Option<&str>); 4] = [HEADLINE, ("deaths", None), ("abused", None), ("public_cost", None)];

/// Four key numbers: what changes, or what to expect where nothing is compared.
pub fn key_numbers(html: &mut Html, model: &Model) {
    let (say, w) = (&model.say, model.say.words);
    let mut cards: Vec<(String, String, String)> = Vec::new();
    // With several scenarios a number would not say whose it is; the tables do.
    if model.effects.len() > 1 {
        return;
    }
    if let Some((_, effects)) = model.effects.first() {
        for e in KEY.iter().filter_map(|(o, _)| effects.of(o)) {
            let below = crate::words::fill_text(
                w.of_base,
                &[
                    ("percent", &say.lang.signed_percent(e.change().relative())),
                    ("base", &say.lang.count(e.base)),
                ],
            );
            cards.push((capitalised(&named(w, e)), say.lang.signed(e.difference), below));
        }
    } else if let Some((_, recorded)) = model.runs.first() {
        for (outcome, place) in KEY {
            let values = sorted(
                recorded.outcome(0, outcome, place).iter().map(|r| over_horizon(outcome, r)).collect(),
            );
            if !values.is_empty() {
                let q = |level| say.lang.count(quantile(&values, level));
                let below = crate::words::fill_text(w.of_runs, &[("low", &q(0.1)), ("high", &q(0.9))]);
                cards.push((capitalised(&with_unit(w.outcome(outcome), outcome)), q(0.5), below));
            }
        }
    }
    if cards.is_empty() {
        return;
    }
    html.open("dl", &[("class", "keys")]);
    for (name, number, below) in &cards {
        html.open("div", &[]).element("dt", &[], name).open("dd", &[]);
        html.element("b", &[], number).text(" ").element("span", &[], below).close().close();
    }
    html.close();
}
