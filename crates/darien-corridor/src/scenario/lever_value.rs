//! Reads what a scenario writes for a lever: a value, dated steps, a ramp, or several ramps.

use super::announcement::everyone;
use super::dates;
use super::path::{Change, Value};
use super::reader::Reader;
use super::tree::{Data, Entry, Node};
use crate::registry::levers::{Kind, Lever};
use crate::registry::{NATIONALITIES, nearest};
use chrono::{Days, NaiveDate};

/// Longest ramp, in days.
pub(super) const LONGEST_RAMP: i64 = 3650;
/// Keys of a ramp.
pub(super) const RAMP_KEYS: [&str; 3] = ["to", "from", "ramp_days"];

/// A change with its date; no date means the first day of the horizon.
pub(super) type Dated = (Option<NaiveDate>, Change);

/// Reads the changes of a lever in order of date; every problem goes to the reader.
pub(super) fn read(reader: &mut Reader, lever: &Lever, key: &str, node: &Node) -> Vec<Dated> {
    let mut changes = match &node.data {
        Data::Table(entries) if entries.iter().any(|e| RAMP_KEYS.contains(&e.key.as_str())) => {
            ramp(reader, lever, key, node, entries).into_iter().collect()
        }
        Data::Table(entries) if !entries.is_empty() => steps(reader, lever, key, entries),
        Data::List(all) if !all.is_empty() && all.iter().all(|n| matches!(n.data, Data::Table(_))) => {
            ramps(reader, lever, key, all)
        }
        _ => value(reader, lever, key, node).map(|v| (None, Change::Step(v))).into_iter().collect(),
    };
    changes.sort_by_key(|(date, _)| *date);
    changes
}

fn steps(reader: &mut Reader, lever: &Lever, key: &str, entries: &[Entry]) -> Vec<Dated> {
    let mut all = Vec::new();
    let mut latest: Option<NaiveDate> = None;
    for entry in entries {
        let shown = format!("{key}.{}", super::reader::quoted(&entry.key));
        let date = if entry.key.starts_with(|c: char| c.is_ascii_digit()) {
            dates::parse(&entry.key)
        } else {
            Err("is neither a date nor part of a ramp".to_owned())
        };
        let date = match date {
            Ok(date) => Some(date),
            Err(why) => {
                let mut problem = reader.problem(&entry.span, &shown, why).with_found(entry.key.clone());
                if let Some(near) = nearest(&entry.key, RAMP_KEYS) {
                    problem = problem.with_hint(format!("did you mean `{near}`?"));
                } else {
                    problem = problem.with_allowed(
                        "dated steps, e.g. { \"2025-03-01\" = … }, or a ramp { to = …, from = \"2025-03-01\", ramp_days = 60 }",
                    );
                }
                reader.push(problem);
                None
            }
        };
        if let (Some(now), Some(before)) = (date, latest)
            && now < before
        {
            let problem =
                reader.problem(&entry.span, &shown, format!("stands after the later date {before}"));
            let problem = problem.with_found(entry.key.clone());
            reader.push(problem.with_hint("write the dates in order, the earliest first"));
        }
        latest = date.max(latest);
        let value = value(reader, lever, &shown, &entry.node);
        if let (Some(date), Some(value)) = (date, value) {
            all.push((Some(date), Change::Step(value)));
        }
    }
    all
}

fn ramps(reader: &mut Reader, lever: &Lever, key: &str, nodes: &[Node]) -> Vec<Dated> {
    let mut all: Vec<(Dated, &Node)> = Vec::new();
    for node in nodes {
        let Data::Table(entries) = &node.data else { continue };
        if let Some(one) = ramp(reader, lever, key, node, entries) {
            all.push((one, node));
        }
    }
    all.sort_by_key(|((date, _), _)| *date);
    for pair in all.windows(2) {
        let (((Some(first), change), _), ((Some(second), _), node)) = (&pair[0], &pair[1]) else { continue };
        let days = if let Change::Ramp { days, .. } = change { *days } else { 0 };
        let end = *first + Days::new(u64::from(days));
        let problem = if first == second {
            reader.wrong(node, key, format!("begins on {second}, as another one does"))
        } else if *second < end {
            reader.wrong(
                node,
                key,
                format!("begins on {second}, before the ramp of {first} has ended on {end}"),
            )
        } else {
            continue;
        };
        reader.push(problem.with_hint("let the ramps follow each other"));
    }
    all.into_iter().map(|(one, _)| one).collect()
}

fn ramp(reader: &mut Reader, lever: &Lever, key: &str, node: &Node, entries: &[Entry]) -> Option<Dated> {
    if lever.family.kind != Kind::Number {
        let what = if lever.family.kind == Kind::State { "a state" } else { "a list" };
        let problem = reader.wrong(node, key, format!("{what} cannot ramp; it changes on dates"));
        reader.push(problem.with_allowed("dated steps, e.g. { \"2025-03-01\" = … }"));
        return None;
    }
    let (mut to, mut from, mut days) = (None, None, Some(0));
    let mut complete = true;
    for entry in entries {
        let shown = format!("{key}.{}", super::reader::quoted(&entry.key));
        match entry.key.as_str() {
            "to" => to = Some(number(reader, lever, &shown, &entry.node)),
            "from" => from = Some(date(reader, &shown, &entry.node)),
            "ramp_days" => {
                days = match entry.node.data {
                    Data::Integer(n) if (0..=LONGEST_RAMP).contains(&n) => u32::try_from(n).ok(),
                    _ => {
                        let problem = reader.wrong(&entry.node, &shown, "is not a length in days");
                        reader.push(problem.with_allowed(format!("a whole number from 0 to {LONGEST_RAMP}")));
                        None
                    }
                }
            }
            other => {
                complete = false;
                let problem = reader.problem(&entry.span, &shown, "is not part of a ramp");
                let problem = problem.with_allowed("to, from, ramp_days");
                let near = if dates::parse(other).is_ok() {
                    Some("dated steps and a ramp would overlap: keep one of the two".to_owned())
                } else {
                    nearest(other, RAMP_KEYS).map(|n| format!("did you mean `{n}`?"))
                };
                reader.push(problem.with_hint(near.unwrap_or_default()));
            }
        }
    }
    for (missing, part) in [(to.is_none(), "to"), (from.is_none(), "from")] {
        if missing && complete && !reader.patchy {
            let problem = reader.wrong(node, key, format!("is a ramp without `{part}`"));
            reader.push(problem.with_hint("write { to = 4.0, from = \"2025-02-01\", ramp_days = 60 }"));
        }
    }
    Some((Some(from??), Change::Ramp { to: to??, days: days? }))
}

/// Reads one value of the lever's kind.
pub(super) fn value(reader: &mut Reader, lever: &Lever, key: &str, node: &Node) -> Option<Value> {
    match lever.family.kind {
        Kind::Number => number(reader, lever, key, node).map(Value::Number),
        Kind::State => state(reader, lever, key, node).map(Value::State),
        Kind::List => codes(reader, key, node).map(Value::List),
    }
}

fn number(reader: &mut Reader, lever: &Lever, key: &str, node: &Node) -> Option<f64> {
    let unit = lever.family.unit;
    let (low, high) = lever.range(reader.beyond);
    let allowed = between(low, high, unit);
    let found = match node.data {
        Data::Integer(n) => n as f64,
        Data::Float(v) if v.is_finite() => v,
        Data::Float(_) => {
            reader.push(reader.wrong(node, key, "is not a finite number").with_allowed(allowed));
            return None;
        }
        _ => {
            let mut problem = reader.wrong(node, key, format!("needs a number, not {}", node.kind()));
            if node.text().is_some_and(|t| t.trim().parse::<f64>().is_ok()) {
                problem = problem.with_hint("write the number without quotes");
            }
            reader.push(problem.with_allowed(allowed));
            return None;
        }
    };
    if (low..=high).contains(&found) {
        return Some(found);
    }
    let (hard_low, hard_high) = lever.range(true);
    let hint = if !reader.beyond && (hard_low..=hard_high).contains(&found) {
        format!("allow_beyond_evidence = true at the top widens it to {hard_low} to {hard_high}")
    } else {
        String::new()
    };
    let message = if reader.beyond { "has no meaning so far out" } else { "lies beyond the evidence" };
    let message = if hint.is_empty() && !reader.beyond { "is out of range" } else { message };
    reader.push(reader.wrong(node, key, message).with_allowed(allowed).with_hint(hint));
    None
}

fn state(reader: &mut Reader, lever: &Lever, key: &str, node: &Node) -> Option<&'static str> {
    let states = lever.family.states;
    let allowed = states.join(", ");
    let Data::Text(text) = &node.data else {
        let problem =
            reader.wrong(node, key, format!("needs one of its states in quotes, not {}", node.kind()));
        reader.push(problem.with_allowed(allowed));
        return None;
    };
    let known = states.iter().copied().find(|s| s == text);
    if known.is_none() {
        let near = nearest(text, states.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
        let problem = reader.wrong(node, key, "is not a state of this lever").with_allowed(allowed);
        reader.push(problem.with_hint(near.unwrap_or_default()));
    }
    known
}

/// Reads a list of nationality codes; `ALL` stands for every one. Sorted, each once.
pub(super) fn codes(reader: &mut Reader, key: &str, node: &Node) -> Option<Vec<&'static str>> {
    let Data::List(all) = &node.data else {
        let problem =
            reader.wrong(node, key, format!("needs a list of nationality codes, not {}", node.kind()));
        reader.push(problem.with_allowed("e.g. [\"COL\", \"ECU\"], [\"ALL\"] or []"));
        return None;
    };
    let mut found = Vec::new();
    let mut good = true;
    for one in all {
        let text = if let Data::Text(text) = &one.data { text.as_str() } else { "" };
        if text == "ALL" {
            found.extend(everyone());
        } else if let Some(known) = NATIONALITIES.iter().find(|n| n.code == text) {
            if found.contains(&known.code) {
                good = false;
                reader.push(reader.wrong(one, key, "stands in the list twice"));
            }
            found.push(known.code);
        } else {
            good = false;
            let problem = reader.wrong(one, key, "is not a nationality code");
            let codes: Vec<&str> = NATIONALITIES.iter().map(|n| n.code).collect();
            let near = if reader.full() { None } else { like(text) };
            let hint = near.map(|n| format!("did you mean \"{n}\"?")).unwrap_or_default();
            reader.push(problem.with_allowed(format!("{}, ALL", codes.join(", "))).with_hint(hint));
        }
    }
    found.sort_unstable();
    found.dedup();
    good.then_some(found)
}

/// The code that someone meant who wrote a name, a two-letter code or a misspelt code.
fn like(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let named = NATIONALITIES.iter().find(|n| {
        let stem: String = lower.chars().take(5).collect();
        stem.chars().count() >= 4 && [n.en, n.es].iter().any(|name| name.to_lowercase().starts_with(&stem))
    });
    named.map(|n| n.code).or_else(|| nearest(text, NATIONALITIES.iter().map(|n| n.code)))
}

/// Reads a date written as a TOML date or as text.
pub(super) fn date(reader: &mut Reader, key: &str, node: &Node) -> Option<NaiveDate> {
    let parsed = match node.text() {
        Some(text) => dates::parse(text),
        None => Err(format!("needs a date, not {}", node.kind())),
    };
    parsed
        .map_err(|why| {
            let problem = reader.wrong(node, key, why);
            reader.push(problem);
        })
        .ok()
}

/// A range with its unit; shares need none.
pub(super) fn between(low: f64, high: f64, unit: &str) -> String {
    if unit == "0-1" { format!("{low} to {high}") } else { format!("{low} to {high} {unit}") }
}
