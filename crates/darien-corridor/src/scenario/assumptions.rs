//! Reads `[assumptions]`: parameters that a scenario fixes instead of drawing them.

use super::lever_value::between;
use super::reader::{Reader, quoted};
use super::tree::{Data, Entry, Node};
use crate::registry::levers;
use crate::registry::nearest;
use crate::registry::parameters::{PARAMETERS, Parameter, ParameterDefinition, Prior};
use std::collections::BTreeMap;
use std::ops::Range;

/// Reads the entries; names with dots may be written quoted or as nested tables.
pub(super) fn read(reader: &mut Reader, prefix: &str, entries: &[Entry], into: &mut BTreeMap<String, f64>) {
    for entry in entries {
        let name = if prefix.is_empty() { entry.key.clone() } else { format!("{prefix}.{}", entry.key) };
        let inner = format!("{name}.");
        match &entry.node.data {
            Data::Table(below) if PARAMETERS.iter().any(|p| p.definition.name.starts_with(&inner)) => {
                read(reader, &name, below, into);
            }
            _ => one(reader, &name, &entry.span, &entry.node, into),
        }
    }
}

/// Reads one assumption.
pub(super) fn one(
    reader: &mut Reader,
    name: &str,
    span: &Range<usize>,
    node: &Node,
    into: &mut BTreeMap<String, f64>,
) {
    let shown = format!("assumptions.{}", quoted(name));
    let Some(parameter) = Parameter::from_name(name) else {
        let problem = reader.problem(span, &shown, "is not a parameter of the model");
        let hint = if levers::find(name).is_some() {
            "it is a lever: put it under [levers]".into()
        } else if reader.full() {
            String::new()
        } else {
            nearest(name, PARAMETERS.iter().map(|p| p.definition.name))
                .map_or("`darien explain` lists all parameters".into(), |n| format!("did you mean `{n}`?"))
        };
        reader.push(problem.with_hint(hint));
        return;
    };
    let definition = parameter.definition();
    let (low, high) = range(definition, reader.beyond);
    let allowed = between(low, high, definition.definition.unit);
    let value = match node.data {
        Data::Integer(n) => n as f64,
        Data::Float(v) => v,
        _ => {
            let problem = reader.wrong(node, &shown, format!("needs a number, not {}", node.kind()));
            reader.push(problem.with_allowed(allowed));
            return;
        }
    };
    if !(low..=high).contains(&value) {
        let hint = if reader.beyond { "" } else { "allow_beyond_evidence = true at the top widens it" };
        let problem = reader.wrong(node, &shown, "lies beyond the prior range");
        reader.push(problem.with_allowed(allowed).with_hint(hint));
        return;
    }
    if into.insert(name.to_owned(), value).is_some() {
        let problem = reader.problem(span, &shown, "is set twice");
        reader.push(problem);
    }
}

/// Range of a fixed parameter: the prior's, or with `beyond` ten times (in ratio) or one width further, within what
/// the unit allows.
pub(super) fn range(parameter: &ParameterDefinition, beyond: bool) -> (f64, f64) {
    let d = parameter.definition;
    if !beyond {
        return (d.low, d.high);
    }
    let (low, high) = match parameter.prior {
        Prior::LogUniform => (d.low / 10.0, d.high * 10.0),
        Prior::Uniform => (d.low - (d.high - d.low), d.high + (d.high - d.low)),
    };
    let low = if d.low >= 0.0 { low.max(0.0) } else { low };
    let bounded = matches!(d.unit, "share" | "probability" | "share/month" | "0-1");
    (low, if bounded { high.min(1.0) } else { high })
}
