//! From layers to a frozen scenario. (temporary)
use super::path::{Change, Value};
use super::{Announcement, Inner, LeverPath, Scenario};
use crate::error::{Error, Problem, Result};
use crate::registry::levers::{self, Kind, Lever, levers};
use crate::registry::NATIONALITIES;
use crate::units::Span;
use chrono::NaiveDate;
use std::sync::Arc;
use toml_edit::{DocumentMut, Item, Value as Toml};

fn bad(name: &str, what: impl std::fmt::Display) -> Error { Error::invalid(Problem::new(name, what.to_string())) }

pub(super) fn load(name: &str, sets: &[String], until: Option<NaiveDate>) -> Result<Scenario> {
    if let Some((n, text)) = super::SHIPPED.iter().find(|(n, _)| *n == name) { return from_text(n, text, sets, until); }
    let text = std::fs::read_to_string(name).map_err(|e| bad(name, e))?;
    let stem = std::path::Path::new(name).file_stem().map_or(name.to_owned(), |s| s.to_string_lossy().into_owned());
    from_text(&stem, &text, sets, until)
}
fn date(t: &Toml) -> Option<NaiveDate> {
    match t { Toml::Datetime(d) => d.value().to_string().parse().ok(), Toml::String(s) => s.value().parse().ok(), _ => None }
}
fn num(t: &Toml) -> Option<f64> { t.as_float().or(t.as_integer().map(|i| i as f64)) }
fn code(s: &str) -> Option<&'static str> { NATIONALITIES.iter().map(|n| n.code).find(|c| *c == s) }
fn value(lever: &Lever, t: &Toml) -> Option<Value> {
    match lever.family.kind {
        Kind::Number => num(t).map(Value::Number),
        Kind::State => { let s = t.as_str()?; lever.family.states.iter().find(|x| **x == s).map(|x| Value::State(x)) }
        Kind::List => { let mut l: Vec<&'static str> = t.as_array()?.iter().filter_map(|v| code(v.as_str()?)).collect(); l.sort_unstable(); Some(Value::List(l)) }
    }
}
fn changes(lever: &Lever, t: &Toml, from: NaiveDate) -> Option<Vec<(NaiveDate, Change)>> {
    if let Some(table) = t.as_inline_table() {
        if let Some(to) = table.get("to").and_then(num) {
            let at = table.get("from").and_then(date).unwrap_or(from);
            let days = table.get("ramp_days").and_then(Toml::as_integer).unwrap_or(0) as u32;
            return Some(vec![(at, Change::Ramp { to, days })]);
        }
        let mut out = Vec::new();
        for (k, v) in table { out.push((k.parse().ok()?, Change::Step(value(lever, v)?))); }
        out.sort_by_key(|c: &(NaiveDate, Change)| c.0);
        return Some(out);
    }
    Some(vec![(from, Change::Step(value(lever, t)?))])
}
pub(super) fn from_text(name: &str, text: &str, sets: &[String], until: Option<NaiveDate>) -> Result<Scenario> {
    let doc: DocumentMut = text.parse().map_err(|e| bad(name, e))?;
    let mut inner = match doc.get("extends").and_then(Item::as_str) {
        Some(parent) => (*load(parent, &[], None)?.inner).clone(),
        None => Inner { name: String::new(), title: String::new(), question: String::new(), source: String::new(), parents: vec![], sets: vec![],
            horizon: Span { from: super::simulation_start(), until: "2024-12-31".parse().map_err(|e| bad(name, e))? },
            paths: vec![LeverPath::default(); levers().len()], announcements: vec![], assumptions: Default::default(), warnings: vec![] },
    };
    inner.name = name.into(); inner.source = text.into(); inner.sets = sets.to_vec();
    if let Some(t) = doc.get("title").and_then(Item::as_str) { inner.title = t.into(); }
    if let Some(h) = doc.get("horizon").and_then(Item::as_table) {
        if let Some(d) = h.get("from").and_then(Item::as_value).and_then(date) { inner.horizon.from = d; }
        if let Some(d) = h.get("until").and_then(Item::as_value).and_then(date) { inner.horizon.until = d; }
    }
    if let Some(d) = until { inner.horizon.until = d; }
    let from = inner.horizon.from;
    let mut apply = |key: &str, v: &Toml| -> Result<()> {
        let i = levers::position(key).ok_or_else(|| bad(name, format!("unknown lever {key}")))?;
        let lever = &levers()[i];
        let c = changes(lever, v, from).ok_or_else(|| bad(name, format!("bad value for {key}: {v}")))?;
        inner.paths[i].overlay(lever, &c);
        Ok(())
    };
    let mut explicit: Vec<(String, Toml)> = Vec::new();
    if let Some(l) = doc.get("levers").and_then(Item::as_table) {
        for (k, v) in l { if let Some(v) = v.as_value() { explicit.push((k.to_owned(), v.clone())); } }
    }
    for s in sets {
        let (k, v) = s.split_once('=').ok_or_else(|| bad("--set", s))?;
        let parsed: Toml = v.parse().unwrap_or_else(|_| Toml::from(v));
        explicit.push((k.to_owned(), parsed));
    }
    for (k, v) in &explicit {
        if k == "cooperation" {
            let b = crate::registry::BUNDLES.iter().find(|b| Some(b.name) == v.as_str());
            for (key, x) in b.map_or(&[][..], |b| b.sets) { apply(key, &Toml::from(*x))?; }
        }
    }
    for (k, v) in &explicit { if !k.starts_with("assumptions.") { apply(k, v)?; } }
    for (k, v) in &explicit { if let (Some(k), Some(v)) = (k.strip_prefix("assumptions."), num(v)) { inner.assumptions.insert(k.into(), v); } }
    if let Some(a) = doc.get("announcement").and_then(Item::as_array_of_tables) {
        for t in a {
            let get = |k: &str| t.get(k).and_then(Item::as_value);
            let all = t.get("nationalities").and_then(Item::as_array).map(|a| a.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default();
            let nats = if all.iter().any(|n| n == "ALL") { super::announcement::everyone() } else { all.iter().filter_map(|n| code(n)).collect() };
            let id = get("id").and_then(Toml::as_str).unwrap_or("").to_owned();
            inner.announcements.retain(|x: &Announcement| x.id != id);
            inner.announcements.push(Announcement { id, date: get("date").and_then(date).ok_or_else(|| bad(name, "date"))?, effective: None, nationalities: nats,
                belief: get("belief").and_then(num), credibility: get("credibility").and_then(num).unwrap_or(1.0), wait_until: get("wait_until").and_then(date), wait: get("wait").and_then(num).unwrap_or(1.0),
                shock: get("shock").and_then(num).unwrap_or(0.0), shock_days: get("shock_days").and_then(num).unwrap_or(60.0),
                title: get("title").and_then(Toml::as_str).unwrap_or("").into(), source: get("source").and_then(Toml::as_str).unwrap_or("").into() });
        }
        inner.announcements.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    }
    Ok(Scenario { inner: Arc::new(inner) })
}
