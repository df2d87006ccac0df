//! Reads the tables of a benchmark; every problem goes to the reader.

use super::entries::{future, outcome, policy};
use super::{Better, Discovery, Future, Policies, Policy, Scored};
use crate::registry::nearest;
use crate::scenario::assumptions;
use crate::scenario::layer::Layer;
use crate::scenario::reader::Reader;
use crate::scenario::tree::{Data, Entry, Node};
use std::path::PathBuf;

const TOP: [&str; 15] = [
    "title",
    "title_es",
    "question_es",
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
    let mut text = |key: &str| get(key).and_then(|n| reader.line(key, n)).unwrap_or_default();
    let (title, title_es, question_es) = (text("title"), text("title_es"), text("question_es"));
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
        title_es,
        question: String::new(),
        question_es,
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

pub(super) fn unknown_keys(reader: &mut Reader, prefix: &str, entries: &[Entry], known: &[&str]) {
    for entry in entries.iter().filter(|e| !known.contains(&e.key.as_str())) {
        let shown = if prefix.is_empty() { entry.key.clone() } else { format!("{prefix}.{}", entry.key) };
        let problem = reader.problem(&entry.span, &shown, "is not a key that belongs here");
        let hint = nearest(&entry.key, known.iter().copied()).map(|n| format!("did you mean `{n}`?"));
        reader.push(problem.with_allowed(known.join(", ")).with_hint(hint.unwrap_or_default()));
    }
}

/// Reads a list of tables; those that are wrong are left out and stand in the reader.
pub(super) fn tables<T>(
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
        if let Data::Table(entries) = &node.data {
            read.extend(one(reader, key, node, entries));
        } else {
            let problem = reader.wrong(node, key, format!("needs a table, not {}", node.kind()));
            reader.push(problem.with_hint(format!("write [[{key}]] above its keys")));
        }
    }
    read
}

pub(super) fn needed<'a>(
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
