//! Reads the tables of a benchmark; every problem goes to the reader.

use super::{Better, Cost, Discovery, Future, Policies, Policy, Scored, Threshold};
use crate::registry::levers::levers;
use crate::registry::nearest;
use crate::registry::outcomes::{self, OUTCOMES};
use crate::scenario::assumptions;
use crate::scenario::layer::Layer;
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Data, Entry, Node};
use std::path::PathBuf;

const TOP: [&str; 13] = [
    "title",
    "base",
    "reference",
    "runs",
    "scale",
    "cost",
    "cost_per",
    "pareto",
    "horizon",
    "outcome",
    "future",
    "policy",
    "discovery",
];
const OUTCOME: [&str; 6] = ["name", "outcome", "places", "better", "at_most", "at_least"];
const FUTURE: [&str; 6] = ["id", "title", "source", "levers", "announcement", "assumptions"];
const POLICY: [&str; 7] = ["id", "title", "source", "levers", "announcement", "assumptions", "cost"];
const COST: [&str; 6] = ["payer", "usd_per_month", "usd_once", "usd_per_person", "of", "source"];
const DISCOVERY: [&str; 2] = ["policy", "outcome"];
/// Longest list of policies, futures or outcomes.
const MOST: usize = 200;

/// Reads the levers, news and assumptions of a policy or future into a layer.
pub(super) fn layer(layer: &mut Layer, entries: &[Entry]) {
    for entry in entries {
        match (entry.key.as_str(), &entry.node.data) {
            ("levers", Data::Table(all)) => layer.read_levers("", all),
            ("assumptions", Data::Table(all)) => {
                assumptions::read(&mut layer.reader, "", all, &mut layer.assumptions);
            }
            ("levers" | "assumptions", _) => layer.not_a_table(&entry.key, &entry.node),
            ("announcement", _) => layer.read_news(&entry.node),
            _ => {}
        }
    }
}

/// The horizon and every policy and future as layers, for the problems that their readers hold.
pub(super) fn layers(shown: &str, text: &str, entries: &[Entry]) -> Vec<Layer> {
    let empty = || Layer::empty("", text, Reader::of_file(shown, text));
    let mut all = Vec::new();
    for entry in entries {
        match (entry.key.as_str(), &entry.node.data) {
            ("horizon", _) => {
                let mut layer = empty();
                layer.read_horizon(entry);
                all.push(layer);
            }
            ("policy" | "future", Data::List(tables)) => {
                for node in tables {
                    if let Data::Table(one) = &node.data {
                        let mut layer = empty();
                        self::layer(&mut layer, one);
                        all.push(layer);
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// Reads everything; none where nothing sensible could be made of it.
pub(super) fn all(reader: &mut Reader, entries: &[Entry]) -> Option<Policies> {
    unknown_keys(reader, "", entries, &TOP);
    let get = |key: &str| entries.iter().find(|e| e.key == key).map(|e| &e.node);
    let title = get("title").and_then(|n| reader.line("title", n)).unwrap_or_default();
    let base = get("base").and_then(|n| reader.line("base", n));
    for needed in ["base", "outcome", "future", "policy"] {
        if get(needed).is_none() && !reader.patchy {
            let problem = reader.problem(&(0..0), needed, "is missing");
            reader.push(problem.with_hint(match needed {
                "base" => "write base = \"status-quo-2025\"",
                "outcome" => "write at least one [[outcome]]",
                "future" => "write at least one [[future]]",
                _ => "write at least one [[policy]]",
            }));
        }
    }
    let whole = |reader: &mut Reader, key: &str, default: u64, most: u64| match get(key) {
        None => default,
        Some(node) => match node.data {
            Data::Integer(n) if n >= 1 && n as u64 <= most => n as u64,
            _ => {
                let problem = reader.wrong(node, key, "is not a sensible whole number");
                reader.push(problem.with_allowed(format!("1 to {most}")));
                default
            }
        },
    };
    let runs = whole(reader, "runs", 20, 20_000);
    let scale = whole(reader, "scale", 10, 10_000);
    let outcomes: Vec<Scored> = tables(reader, "outcome", get("outcome"), outcome);
    let futures: Vec<Future> = tables(reader, "future", get("future"), future);
    let policies: Vec<Policy> = tables(reader, "policy", get("policy"), policy);
    unique(reader, "outcome", "name", get("outcome"));
    unique(reader, "future", "id", get("future"));
    unique(reader, "policy", "id", get("policy"));
    let names: Vec<&str> = outcomes.iter().map(|o| o.name.as_str()).collect();
    let ids: Vec<&str> = policies.iter().map(|p| p.id.as_str()).collect();
    let cost = get("cost").and_then(|n| named(reader, "cost", n, &names));
    let cost_per = get("cost_per").map(|n| list_of(reader, "cost_per", n, &names)).unwrap_or_default();
    if let (Some(node), None) = (get("cost_per"), get("cost")) {
        let problem = reader.problem(&node.span, "cost_per", "needs `cost`");
        reader.push(problem.with_hint("write cost = \"…\" with the name of the outcome that is the price"));
    }
    let pareto = get("pareto").map(|n| axes(reader, n, &outcomes)).unwrap_or_default();
    let reference = get("reference").map_or(Some(0), |n| named(reader, "reference", n, &ids));
    let discovery = match get("discovery") {
        None => Vec::new(),
        some => tables(reader, "discovery", some, |reader, key, node, entries| {
            unknown_keys(reader, key, entries, &DISCOVERY);
            let needed = |reader: &mut Reader, what: &str, among: &[&str]| {
                let shown = format!("{key}.{what}");
                needed(reader, &shown, node, entries, what).and_then(|n| named(reader, &shown, n, among))
            };
            let (p, o) = (needed(reader, "policy", &ids), needed(reader, "outcome", &names));
            let (policy, outcome) = (p?, o?);
            if outcomes[outcome].threshold.is_none() {
                let problem = reader.problem(
                    &node.span,
                    &format!("{key}.outcome"),
                    format!("`{}` has no threshold, so nothing can fail it", outcomes[outcome].name),
                );
                reader.push(problem.with_hint("give the [[outcome]] an at_most or at_least"));
                return None;
            }
            Some(Discovery { policy, outcome })
        }),
    };
    let (base, reference) = (base?, reference?);
    if outcomes.is_empty() || futures.is_empty() || policies.is_empty() {
        return None;
    }
    Some(Policies {
        name: String::new(),
        title,
        question: String::new(),
        runs,
        scale: scale as u32,
        outcomes,
        cost,
        cost_per,
        pareto,
        futures,
        policies,
        reference,
        discovery,
        source: String::new(),
        base,
        folder: PathBuf::new(),
        shown: String::new(),
    })
}

fn unknown_keys(reader: &mut Reader, prefix: &str, entries: &[Entry], known: &[&str]) {
    for entry in entries.iter().filter(|e| !known.contains(&e.key.as_str())) {
        let shown = if prefix.is_empty() { entry.key.clone() } else { format!("{prefix}.{}", entry.key) };
        let problem = reader.problem(&entry.span, &shown, "is not a key that belongs here");
        let hint = nearest(&entry.key, known.iter().copied()).map(|n| format!("did you mean `{n}`?"));
        reader.push(problem.with_allowed(known.join(", ")).with_hint(hint.unwrap_or_default()));
    }
}

/// Reads a list of tables; those that are wrong are left out and stand in the reader.
fn tables<T>(
    reader: &mut Reader,
    key: &str,
    node: Option<&Node>,
    mut one: impl FnMut(&mut Reader, &str, &Node, &[Entry]) -> Option<T>,
) -> Vec<T> {
    let Some(node) = node else { return Vec::new() };
    let Data::List(all) = &node.data else {
        let problem = reader.wrong(node, key, format!("needs [[{key}]], not {}", node.kind()));
        reader.push(problem.with_hint(format!("write it with two brackets: [[{key}]]")));
        return Vec::new();
    };
    if all.len() > MOST {
        let problem = reader.problem(&node.span, key, format!("stands {} times", all.len()));
        reader.push(problem.with_allowed(format!("up to {MOST}")));
        return Vec::new();
    }
    let mut read = Vec::new();
    for node in all {
        match &node.data {
            Data::Table(entries) => read.extend(one(reader, key, node, entries)),
            _ => {
                let problem = reader.wrong(node, key, format!("needs a table, not {}", node.kind()));
                reader.push(problem.with_hint(format!("write [[{key}]] above its keys")));
            }
        }
    }
    read
}

fn needed<'a>(
    reader: &mut Reader,
    shown: &str,
    node: &Node,
    entries: &'a [Entry],
    key: &str,
) -> Option<&'a Node> {
    let found = entries.iter().find(|e| e.key == key).map(|e| &e.node);
    if found.is_none() && !reader.patchy {
        let problem = reader.problem(&node.span, shown, "is missing");
        reader.push(problem);
    }
    found
}

fn line(reader: &mut Reader, key: &str, entries: &[Entry], what: &str) -> String {
    let node = entries.iter().find(|e| e.key == what).map(|e| &e.node);
    node.and_then(|n| reader.line(&format!("{key}.{what}"), n)).unwrap_or_default()
}

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

fn unique(reader: &mut Reader, kind: &str, key: &str, node: Option<&Node>) {
    let Some(Node { data: Data::List(all), .. }) = node else { return };
    let mut seen: Vec<&str> = Vec::new();
    for one in all {
        let Data::Table(entries) = &one.data else { continue };
        let Some(entry) = entries.iter().find(|e| e.key == key) else { continue };
        let Data::Text(text) = &entry.node.data else { continue };
        if seen.contains(&text.as_str()) {
            let shown = format!("{kind}.{key}");
            let problem = reader.wrong(&entry.node, &shown, format!("names two {kind} tables"));
            reader.push(problem.with_hint("give each its own"));
        }
        seen.push(text);
    }
}

/// The position of a name.
fn named(reader: &mut Reader, key: &str, node: &Node, among: &[&str]) -> Option<usize> {
    let Data::Text(text) = &node.data else {
        let problem = reader.wrong(node, key, format!("needs a name in quotes, not {}", node.kind()));
        reader.push(problem);
        return None;
    };
    let found = among.iter().position(|n| n == text);
    if found.is_none() && !among.is_empty() {
        let problem = reader.wrong(node, key, "names nothing in this file");
        let near = nearest(text, among.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
        reader.push(problem.with_allowed(among.join(", ")).with_hint(near.unwrap_or_default()));
    }
    found
}

fn list_of(reader: &mut Reader, key: &str, node: &Node, among: &[&str]) -> Vec<usize> {
    let Data::List(all) = &node.data else {
        let problem = reader.wrong(node, key, format!("needs a list of names, not {}", node.kind()));
        reader.push(problem.with_hint(format!("write {key} = [\"…\"]")));
        return Vec::new();
    };
    all.iter().filter_map(|n| named(reader, key, n, among)).collect()
}

/// Pareto axes: lists of at least two outcomes with a declared direction.
fn axes(reader: &mut Reader, node: &Node, outcomes: &[Scored]) -> Vec<Vec<usize>> {
    let names: Vec<&str> = outcomes.iter().map(|o| o.name.as_str()).collect();
    let Data::List(all) = &node.data else {
        let problem = reader.wrong(node, "pareto", format!("needs lists of names, not {}", node.kind()));
        reader.push(problem.with_hint("write pareto = [[\"public cost\", \"entries\"]]"));
        return Vec::new();
    };
    let mut axes = Vec::new();
    for one in all {
        let found = list_of(reader, "pareto", one, &names);
        if let Some(&o) = found.iter().find(|o| outcomes[**o].better == Better::Neither) {
            let message = format!("`{}` has no declared direction, so it is no axis", outcomes[o].name);
            let problem = reader.wrong(one, "pareto", message);
            reader.push(problem.with_hint("declare better = \"lower\" or \"higher\" in its [[outcome]]"));
        } else if found.len() < 2 && reader.is_clean() {
            let problem = reader.wrong(one, "pareto", "needs at least two outcomes");
            reader.push(problem);
        } else {
            axes.push(found);
        }
    }
    axes
}

fn outcome(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Scored> {
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
    let better = needed(reader, &shown, node, entries, "better").and_then(|n| match &n.data {
        Data::Text(t) if t == "lower" => Some(Better::Lower),
        Data::Text(t) if t == "higher" => Some(Better::Higher),
        Data::Text(t) if t == "neither" => Some(Better::Neither),
        _ => {
            let problem = reader.wrong(n, &shown, "is not a direction");
            reader.push(problem.with_allowed("\"lower\", \"higher\", \"neither\""));
            None
        }
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
    let at = reader.place(get("places").unwrap_or(node).span.start);
    Some(Scored { name: name?, outcome: outcome?, places: places?, better: better?, threshold, at })
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

fn future(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Future> {
    unknown_keys(reader, key, entries, &FUTURE);
    let id = id(reader, key, node, entries)?;
    let title = line(reader, key, entries, "title");
    let mut levers = Vec::new();
    if let Some(Entry { node: Node { data: Data::Table(all), .. }, .. }) =
        entries.iter().find(|e| e.key == "levers")
    {
        keys("", all, &mut levers);
    }
    levers.sort();
    Some(Future { title: if title.is_empty() { id.clone() } else { title }, id, levers })
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

fn policy(reader: &mut Reader, key: &str, node: &Node, entries: &[Entry]) -> Option<Policy> {
    unknown_keys(reader, key, entries, &POLICY);
    let id = id(reader, key, node, entries);
    let title = line(reader, key, entries, "title");
    let source = line(reader, key, entries, "source");
    let costs = match entries.iter().find(|e| e.key == "cost") {
        None => Vec::new(),
        Some(e) => tables(reader, "policy.cost", Some(&e.node), cost),
    };
    let id = id?;
    Some(Policy { title: if title.is_empty() { id.clone() } else { title }, id, source, costs })
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
