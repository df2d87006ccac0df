//! Reads `[[announcement]]` tables.

use super::announcement::{Announcement, SHOCK_DAYS, SHOCK_RANGE};
use super::lever_value::{between, codes, date};
use super::reader::{Reader, quoted};
use super::tree::{Data, Entry, Node};
use crate::registry::nearest;
use chrono::{Days, NaiveDate};

/// Keys of an announcement.
pub(super) const KEYS: [&str; 13] = [
    "id",
    "date",
    "effective",
    "nationalities",
    "belief",
    "credibility",
    "wait_until",
    "wait",
    "shock",
    "shock_days",
    "title",
    "title_es",
    "source",
];

/// Marks a value that is there but wrong; what is wrong with it stands in the reader.
#[derive(Debug, Clone, Copy)]
struct Wrong;

/// A value that may be absent.
type Optional<T> = Result<Option<T>, Wrong>;

/// Reads one announcement; none where something necessary is missing or wrong.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Announcement> {
    let Data::Table(entries) = &node.data else {
        let problem = reader.wrong(node, "announcement", format!("needs a table, not {}", node.kind()));
        reader.push(problem.with_hint("write [[announcement]] above its keys"));
        return None;
    };
    unknown_keys(reader, entries);
    let get = |key: &str| entries.iter().find(|e| e.key == key).map(|e| &e.node);
    let key = |name: &str| format!("announcement.{name}");
    let text = |reader: &mut Reader, name: &str| match get(name) {
        None => Some(String::new()),
        Some(node) => reader.line(&key(name), node),
    };
    let number =
        |reader: &mut Reader, name: &str, range: (f64, f64), unit: &str, default: f64| match get(name) {
            None => Some(default),
            Some(node) => ranged(reader, &key(name), node, range, unit),
        };
    for needed in ["id", "date", "nationalities"] {
        if get(needed).is_none() && !reader.patchy {
            let problem =
                reader.problem(&node.span, &key(needed), format!("an announcement needs `{needed}`"));
            reader.push(problem.with_hint(match needed {
                "id" => "give it a name that no other announcement has",
                "date" => "write date = 2025-01-20",
                _ => "write nationalities = [\"ALL\"] or a list of codes",
            }));
        }
    }
    let optional_date = |reader: &mut Reader, name: &str| -> Optional<NaiveDate> {
        get(name).map(|n| date(reader, &key(name), n).ok_or(Wrong)).transpose()
    };
    let id = text(reader, "id");
    let on = optional_date(reader, "date");
    let effective = optional_date(reader, "effective");
    let wait_until = optional_date(reader, "wait_until");
    let nationalities = get("nationalities").and_then(|n| codes(reader, &key("nationalities"), n));
    let belief: Optional<f64> = get("belief")
        .map(|n| ranged(reader, &key("belief"), n, (0.0, 1.0), "probability").ok_or(Wrong))
        .transpose();
    let credibility = number(reader, "credibility", (0.0, 1.0), "share", 1.0);
    let wait = number(reader, "wait", (0.0, 1.0), "share", 1.0);
    let shock = number(reader, "shock", SHOCK_RANGE, "(hope lost is +, gained is −)", 0.0);
    let shock_days = number(reader, "shock_days", (1.0, 3650.0), "days", SHOCK_DAYS);
    let title = text(reader, "title");
    let title_es = text(reader, "title_es");
    let source = text(reader, "source");
    if let Ok(Some(on)) = on {
        let too_early =
            |other: &Optional<NaiveDate>, least: NaiveDate| matches!(other, Ok(Some(d)) if *d < least);
        for (name, early) in [
            ("effective", too_early(&effective, on)),
            ("wait_until", too_early(&wait_until, on + Days::new(1))),
        ] {
            if let (true, Some(node)) = (early, get(name)) {
                let problem = reader.wrong(node, &key(name), format!("lies before the announcement of {on}"));
                reader.push(problem.with_hint("news comes before what it announces"));
            }
        }
    }
    let id = id.filter(|id| !id.is_empty())?;
    Some(Announcement {
        id,
        date: on.ok()??,
        effective: effective.ok()?,
        nationalities: nationalities?,
        belief: belief.ok()?,
        credibility: credibility?,
        wait_until: wait_until.ok()?,
        wait: wait?,
        shock: shock?,
        shock_days: shock_days?,
        title: title?,
        title_es: title_es?,
        source: source?,
    })
}

fn unknown_keys(reader: &mut Reader, entries: &[Entry]) {
    for entry in entries.iter().filter(|e| !KEYS.contains(&e.key.as_str())) {
        let shown = format!("announcement.{}", quoted(&entry.key));
        let problem = reader
            .problem(&entry.span, &shown, "is not a key of an announcement")
            .with_allowed(KEYS.join(", "));
        let near = nearest(&entry.key, KEYS).map(|n| format!("did you mean `{n}`?"));
        reader.push(problem.with_hint(near.unwrap_or_default()));
    }
}

fn ranged(reader: &mut Reader, key: &str, node: &Node, (low, high): (f64, f64), unit: &str) -> Option<f64> {
    let value = match node.data {
        Data::Integer(n) => n as f64,
        Data::Float(v) => v,
        _ => {
            let problem = reader.wrong(node, key, format!("needs a number, not {}", node.kind()));
            reader.push(problem.with_allowed(between(low, high, unit)));
            return None;
        }
    };
    if (low..=high).contains(&value) {
        return Some(value);
    }
    let problem = reader.wrong(node, key, "is out of range");
    reader.push(problem.with_allowed(between(low, high, unit)));
    None
}
