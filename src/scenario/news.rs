//! Reads `[[announcement]]` tables.

use super::announcement::{Announcement, SHOCK_DAYS, SHOCK_RANGE};
use super::lever_value::{codes, date, plain};
use super::reader::{Reader, quoted};
use super::tree::{Data, Entry, Node};
use crate::registry::nearest;

/// Keys of an announcement.
pub(super) const KEYS: [&str; 12] = [
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
    "source",
];

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
        Some(Node { data: Data::Text(t), .. }) => Some(t.clone()),
        Some(other) => {
            let problem =
                reader.wrong(other, &key(name), format!("needs text in quotes, not {}", other.kind()));
            reader.push(problem);
            None
        }
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
    let optional_date = |reader: &mut Reader, name: &str| get(name).map(|n| date(reader, &key(name), n));
    let id = text(reader, "id");
    let on = optional_date(reader, "date");
    let effective = optional_date(reader, "effective");
    let wait_until = optional_date(reader, "wait_until");
    let nationalities = get("nationalities").map(|n| codes(reader, &key("nationalities"), n));
    let belief = get("belief").map(|n| ranged(reader, &key("belief"), n, (0.0, 1.0), "probability"));
    let credibility = number(reader, "credibility", (0.0, 1.0), "share", 1.0);
    let wait = number(reader, "wait", (0.0, 1.0), "share", 1.0);
    let shock = number(reader, "shock", SHOCK_RANGE, "(hope lost is +, gained is −)", 0.0);
    let shock_days = number(reader, "shock_days", (1.0, 3650.0), "days", SHOCK_DAYS);
    let title = text(reader, "title");
    let source = text(reader, "source");
    if let Some(Some(on)) = on {
        for (name, other, late_enough) in [
            ("effective", effective, effective.flatten().is_none_or(|d| d >= on)),
            ("wait_until", wait_until, wait_until.flatten().is_none_or(|d| d > on)),
        ] {
            if let (Some(Some(_)), false, Some(node)) = (other, late_enough, get(name)) {
                let problem = reader.wrong(node, &key(name), format!("lies before the announcement of {on}"));
                reader.push(problem.with_hint("news comes before what it announces"));
            }
        }
    }
    let id = id.filter(|id| {
        let fine = !id.is_empty();
        if let (false, Some(node)) = (fine, get("id")) {
            let problem = reader.wrong(node, &key("id"), "is empty");
            reader.push(problem);
        }
        fine
    })?;
    Some(Announcement {
        id,
        date: on??,
        effective: flat(effective)?,
        nationalities: nationalities??,
        belief: flat(belief)?,
        credibility: credibility?,
        wait_until: flat(wait_until)?,
        wait: wait?,
        shock: shock?,
        shock_days: shock_days?,
        title: title?,
        source: source?,
    })
}

/// Absent is fine, present but wrong is not.
fn flat<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        None => Some(None),
        Some(None) => None,
        Some(Some(v)) => Some(Some(v)),
    }
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
            reader.push(problem.with_allowed(format!("{} to {} {unit}", plain(low), plain(high))));
            return None;
        }
    };
    if (low..=high).contains(&value) {
        return Some(value);
    }
    let problem = reader.wrong(node, key, "is out of range");
    reader.push(problem.with_allowed(format!("{} to {} {unit}", plain(low), plain(high))));
    None
}
