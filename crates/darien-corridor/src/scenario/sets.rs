//! `--set key=value` and `--set key=value@2025-03-01`: a last layer from the command line.

use super::layer::Layer;
use super::lever_value::Dated;
use super::reader::Reader;
use super::tree::{self, Data, Node};
use super::{assumptions, chain, dates, lever_key, lever_value};
use crate::registry::levers::{self, Kind, levers};
use crate::registry::parameters::Parameter;

/// What problems of the command line's changes are reported under.
pub(super) const FLAG: &str = "--set";

/// Reads all of them; problems are reported under `source`.
///
/// `beyond` is whether the scenario itself allows values beyond the evidence; `--set allow_beyond_evidence=true`
/// does so too, wherever it stands.
pub(super) fn read(source: &str, sets: &[String], beyond: bool) -> Layer {
    let mut layer = chain::argument_layer(source);
    let opened = sets.iter().any(|s| {
        s.split_once('=').is_some_and(|(k, v)| (k.trim(), v.trim()) == ("allow_beyond_evidence", "true"))
    });
    let mut problems = Vec::new();
    for set in sets {
        let mut reader = Reader::of_argument(source, set);
        reader.beyond = beyond || opened;
        one(&mut layer, &mut reader, set);
        problems.append(&mut reader.take_problems());
    }
    for problem in problems {
        layer.reader.push(problem);
    }
    layer
}

/// What `key=value` sets: the key without quotes and without the name of its table.
pub(super) fn key(set: &str) -> &str {
    let key = set.split_once('=').map_or(set, |(key, _)| key).trim().trim_matches('"');
    let bare = key.strip_prefix("levers.").or_else(|| key.strip_prefix("assumptions."));
    bare.map_or(key, |name| name.trim_matches('"'))
}

fn one(layer: &mut Layer, reader: &mut Reader, set: &str) {
    let Some((key, typed)) = set.split_once('=').map(|(k, v)| (k.trim().trim_matches('"'), v.trim())) else {
        let problem = reader.problem(&(0..0), "", "is not a setting").with_found(super::reader::shorten(set));
        reader.push(problem.with_hint("write --set crisis.VEN=0.9"));
        return;
    };
    if key == "allow_beyond_evidence" {
        if !matches!(typed, "true" | "false") {
            let problem = reader.problem(&(0..0), key, "is not a choice").with_found(typed);
            reader.push(problem.with_allowed("true or false"));
        }
        return;
    }
    let assumption = key.strip_prefix("assumptions.").map(|name| name.trim_matches('"'));
    if let Some(name) = assumption.or_else(|| Parameter::from_name(key).map(|_| key)) {
        let node = node(typed, set.len() - typed.len());
        assumptions::one(reader, name, &(0..0), &node, &mut layer.assumptions);
        return;
    }
    let key = key.strip_prefix("levers.").map_or(key, |name| name.trim_matches('"'));
    let Some(position) = levers::position(key) else {
        reader.push(lever_key::unknown(reader, &(0..0), key, key));
        return;
    };
    let (typed, date) = match typed.rsplit_once('@') {
        Some((value, date)) => match dates::parse(date.trim()) {
            Ok(date) => (value.trim(), Some(date)),
            Err(why) => {
                let problem = reader.problem(&(0..0), key, why).with_found(date.trim());
                reader.push(problem.with_hint("write --set key=value@2025-03-01"));
                return;
            }
        },
        None => (typed, None),
    };
    let lever = &levers()[position];
    let offset = set.find('=').map_or(0, |i| i + 1)
        + set[set.find('=').map_or(0, |i| i + 1)..].find(typed).unwrap_or(0);
    let node = match words(lever.family.kind, typed) {
        Some(words) => list(words, offset..offset + typed.len()),
        None => node(typed, offset),
    };
    let mut changes = lever_value::read(reader, lever, key, &node);
    if let Some(date) = date {
        if changes.iter().any(|(already, _)| already.is_some()) {
            let problem = reader.problem(&(0..0), key, "has dates twice: within the value and after `@`");
            reader.push(problem.with_found(typed));
            return;
        }
        changes = changes.into_iter().map(|(_, change)| (Some(date), change)).collect();
    }
    let all = layer.levers.entry(position).or_default();
    if let Some((twice, _)) = changes.iter().find(|(date, _)| all.iter().any(|(d, _)| d == date)) {
        let when = twice.map_or(String::new(), |d| format!(" for {d}"));
        let problem = reader.problem(&(0..0), key, format!("is set twice{when}"));
        reader.push(problem.with_hint("keep one of the two"));
        return;
    }
    all.extend(changes);
    all.sort_by_key(|(date, _): &Dated| *date);
    layer.places.insert(position, 0..0);
}

/// The bare words of a list, e.g. `COL,ECU` or `[COL,ECU]`: shells take quotes away. None where it is TOML.
fn words(kind: Kind, typed: &str) -> Option<Vec<&str>> {
    let inner = typed.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(typed);
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, ',' | ' ' | '-' | '_');
    let any = !inner.trim().is_empty() && inner.chars().all(bare);
    (kind == Kind::List && any).then(|| inner.split(',').map(str::trim).collect())
}

fn list(words: Vec<&str>, span: std::ops::Range<usize>) -> Node {
    let word = |text: &str| Node { span: span.clone(), data: Data::Text(text.to_owned()) };
    Node { data: Data::List(words.into_iter().map(word).collect()), span: span.clone() }
}

/// The value as TOML, or the bare word as text; spans are moved to where the value stands in the argument.
fn node(typed: &str, offset: usize) -> Node {
    let mut node = tree::parse_value(typed)
        .unwrap_or_else(|| Node { span: 0..typed.len(), data: Data::Text(typed.to_owned()) });
    shift(&mut node, offset);
    if node.span.is_empty() {
        node.span = offset..offset + typed.len();
    }
    node
}

fn shift(node: &mut Node, offset: usize) {
    node.span = node.span.start + offset..node.span.end + offset;
    match &mut node.data {
        Data::List(all) => all.iter_mut().for_each(|n| shift(n, offset)),
        Data::Table(all) => all.iter_mut().for_each(|e| {
            e.span = e.span.start + offset..e.span.end + offset;
            shift(&mut e.node, offset);
        }),
        _ => {}
    }
}
