//! Reads one table of a benchmark: an outcome, a future, a policy or a cost.

use super::read::{needed, tables, unknown_keys};
use super::{Better, Cost, Future, Policy, Scored, Threshold};
use crate::registry::levers::levers;
use crate::registry::nearest;
use crate::registry::outcomes::{self, OUTCOMES};
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Data, Entry, Node};

const OUTCOME: [&str; 7] = ["name", "name_es", "outcome", "places", "better", "at_most", "at_least"];
const FUTURE: [&str; 7] = ["id", "title", "title_es", "source", "levers", "announcement", "assumptions"];
const POLICY: [&str; 8] =
    ["id", "title", "title_es", "source", "levers", "announcement", "assumptions", "cost"];
const COST: [&str; 6] = ["payer", "usd_per_month", "usd_once", "usd_per_person", "of", "source"];

/// An id: letters, digits, `-` and `_`, for it becomes part of names.
fn id(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<String> {
    let shown = format!("{key}.id");
    let at = needed(reader, &shown, node, entries, "id")?;
    let text = reader.line(&shown, at)?;
    let fine = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) && text.len() <= 60;
    if !fine || text == "all" {
        let problem = reader.wrong(at, &shown, "is not an id");
        reader.push(problem.with_allowed("up to 60 letters, digits, - and _; not `all`"));
        return None;
    }
    Some(text)
}

fn line(reader: &mut Reader, key: &str, entries: &[Entry], what: &str) -> String {
    let node = entries.iter().find(|e| e.key == what).map(|e| &e.node);
    node.and_then(|n| reader.line(&format!("{key}.{what}"), n)).unwrap_or_default()
}

pub(super) fn outcome(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Scored> {
    unknown_keys(reader, key, entries, &OUTCOME);
    let get = |what: &str| entries.iter().find(|e| e.key == what).map(|e| &e.node);
    let shown = format!("{key}.outcome");
    let outcome = needed(reader, &shown, node, entries, "outcome").and_then(|n| {
        let text = reader.line(&shown, n)?;
        if outcomes::find(&text).is_some() {
            return Some(text);
        }
        let near = nearest(&text, OUTCOMES.iter().map(|o| o.name));
        let problem = reader.wrong(n, &shown, "is not an outcome of a run");
        reader.push(problem.with_hint(near.map_or_else(
            || "`darien explain outcomes` lists all".to_owned(),
            |n| format!("did you mean `{n}`?"),
        )));
        None
    });
    let places = match get("places") {
        None => Some(Vec::new()),
        Some(Node { data: Data::List(all), .. }) if !all.is_empty() => {
            all.iter().map(|n| reader.line(&format!("{key}.places"), n)).collect::<Option<Vec<String>>>()
        }
        Some(n) => {
            let problem = reader.wrong(n, &format!("{key}.places"), "needs a list of places");
            reader.push(problem.with_hint("leave it out to add up all places"));
            None
        }
    };
    let shown = format!("{key}.better");
    let better = needed(reader, &shown, node, entries, "better").and_then(|n| {
        let way = if let Data::Text(text) = &n.data { Better::of(text) } else { None };
        if way.is_none() {
            let problem = reader.wrong(n, &shown, "is not a direction");
            reader.push(problem.with_allowed("\"lower\", \"higher\", \"neither\""));
        }
        way
    });
    let number = |reader: &mut Reader, what: &str| {
        get(what).and_then(|n| amount(reader, &format!("{key}.{what}"), n, f64::NEG_INFINITY))
    };
    let threshold = match (number(reader, "at_most"), number(reader, "at_least")) {
        (Some(_), Some(_)) => {
            let problem = reader.problem(&node.span, key, "has both at_most and at_least");
            reader.push(problem.with_hint("keep one of the two"));
            None
        }
        (Some(most), None) => Some(Threshold::AtMost(most)),
        (None, Some(least)) => Some(Threshold::AtLeast(least)),
        (None, None) => None,
    };
    let name = match get("name") {
        Some(n) => reader.line(&format!("{key}.name"), n),
        None => outcome.clone(),
    };
    let name_es = line(reader, key, entries, "name_es");
    let at = reader.place(get("places").unwrap_or(node).span.start);
    Some(Scored { name: name?, name_es, outcome: outcome?, places: places?, better: better?, threshold, at })
}

fn amount(reader: &mut Reader, key: &str, node: &Node, least: f64) -> Option<f64> {
    let value = match node.data {
        Data::Integer(n) => n as f64,
        Data::Float(v) => v,
        _ => f64::NAN,
    };
    if value.is_finite() && value >= least {
        return Some(value);
    }
    let problem = reader.wrong(node, key, "needs a finite number");
    reader.push(if least == 0.0 { problem.with_allowed("0 or more") } else { problem });
    None
}

pub(super) fn future(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Future> {
    unknown_keys(reader, key, entries, &FUTURE);
    let id = id(reader, key, node, entries)?;
    let title = line(reader, key, entries, "title");
    let title_es = line(reader, key, entries, "title_es");
    let mut levers = Vec::new();
    if let Some(Entry { node: Node { data: Data::Table(all), .. }, .. }) =
        entries.iter().find(|e| e.key == "levers")
    {
        keys("", all, &mut levers);
    }
    levers.sort();
    Some(Future { title: if title.is_empty() { id.clone() } else { title }, title_es, id, levers })
}

/// The lever keys of a table, however they are nested.
fn keys(prefix: &str, entries: &[Entry], into: &mut Vec<String>) {
    for entry in entries {
        let key = if prefix.is_empty() { entry.key.clone() } else { format!("{prefix}.{}", entry.key) };
        if levers().iter().any(|l| l.key == key) {
            into.push(key);
        } else if let Data::Table(below) = &entry.node.data {
            keys(&key, below, into);
        }
    }
}

pub(super) fn policy(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Policy> {
    unknown_keys(reader, key, entries, &POLICY);
    let id = id(reader, key, node, entries);
    let title = line(reader, key, entries, "title");
    let title_es = line(reader, key, entries, "title_es");
    let source = line(reader, key, entries, "source");
    let costs = match entries.iter().find(|e| e.key == "cost") {
        None => Vec::new(),
        Some(e) => tables(reader, "policy.cost", Some(&e.node), cost),
    };
    let id = id?;
    Some(Policy { title: if title.is_empty() { id.clone() } else { title }, title_es, id, source, costs })
}

fn cost(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Cost> {
    unknown_keys(reader, key, entries, &COST);
    let get = |what: &str| entries.iter().find(|e| e.key == what).map(|e| &e.node);
    let number = |reader: &mut Reader, what: &str| {
        get(what).map_or(Some(0.0), |n| amount(reader, &format!("{key}.{what}"), n, 0.0))
    };
    let (per_month, once) = (number(reader, "usd_per_month"), number(reader, "usd_once"));
    let per_person = number(reader, "usd_per_person");
    let payer = needed(reader, &format!("{key}.payer"), node, entries, "payer")
        .and_then(|n| reader.line(&format!("{key}.payer"), n));
    let source = needed(reader, &format!("{key}.source"), node, entries, "source")
        .and_then(|n| reader.line(&format!("{key}.source"), n));
    let of = match get("of") {
        None => Some(String::new()),
        Some(n) => reader.line(&format!("{key}.of"), n).filter(|of| {
            let known = outcomes::find(of).is_some_and(|o| o.unit == "persons/month");
            if !known {
                let near = nearest(of, OUTCOMES.iter().map(|o| o.name)).unwrap_or("lawful");
                let problem = reader.wrong(n, &format!("{key}.of"), "is not an outcome that counts persons");
                reader.push(problem.with_hint(format!("did you mean `{near}`?")));
            }
            known
        }),
    };
    if get("usd_per_person").is_some() != get("of").is_some() {
        let problem = reader.problem(&node.span, key, "needs `usd_per_person` and `of` together");
        reader.push(problem.with_hint("write usd_per_person = 1000 and of = \"lawful\""));
        return None;
    }
    if ["usd_per_month", "usd_once", "usd_per_person"].iter().all(|k| get(k).is_none()) {
        let problem = reader.problem(&node.span, key, "says no amount");
        reader.push(problem.with_allowed("usd_per_month, usd_once, usd_per_person"));
        return None;
    }
    Some(Cost {
        payer: payer?,
        usd_per_month: per_month?,
        usd_once: once?,
        usd_per_person: per_person?,
        of: of?,
        source: source?,
    })
}
