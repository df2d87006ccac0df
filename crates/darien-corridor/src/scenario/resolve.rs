//! From layers to a frozen scenario.

use super::announcement::Announcement;
use super::bundle::Paths;
use super::layer::Layer;
use super::lever_value::Dated;
use super::new_value::NewValue;
use super::path::Change;
use super::reader::shorten;
use super::{Inner, Scenario, chain, dates, sets, warnings};
use crate::error::{Error, Problem, Result};
use crate::registry::nearest;
use crate::units::Span;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Loads a shipped scenario or a file.
pub(super) fn load(path_or_name: &str, set: &[String], until: Option<NaiveDate>) -> Result<Scenario> {
    freeze(chain::of_name(path_or_name), (sets::FLAG, set), until)
}

/// Resolves a text that stands in no file.
pub(super) fn from_text(
    name: &str,
    text: &str,
    set: &[String],
    until: Option<NaiveDate>,
) -> Result<Scenario> {
    freeze(chain::of_text(name, text), (sets::FLAG, set), until)
}

/// Resolves texts of a whole chain, nearest first.
pub(super) fn from_layers(
    layers: &[(String, impl AsRef<str>)],
    set: &[String],
    until: Option<NaiveDate>,
) -> Result<Scenario> {
    if layers.is_empty() || layers.len() > chain::LONGEST {
        let problem = Problem::new("scenario", "is not made of a sound number of files");
        return Err(Error::invalid(
            problem.with_found(layers.len().to_string()).with_allowed(format!("1 to {}", chain::LONGEST)),
        ));
    }
    let layers = layers.iter().map(|(name, text)| Layer::read(name, name, text.as_ref())).collect();
    freeze((layers, None), (sets::FLAG, set), until)
}

/// Resolves a scenario again with other changes laid over its files; what stands in these is not read again.
pub(super) fn changed(scenario: &Inner, source: &str, set: &[String]) -> Result<Scenario> {
    if scenario.layers.iter().any(|(_, text)| text.is_empty()) {
        let message = "is a case of a benchmark, which stands in no file of its own";
        let problem = Problem::new(scenario.name.clone(), message);
        return Err(Error::invalid(problem.with_hint("change the scenario that the benchmark begins with")));
    }
    let mut file = Some(scenario.file.as_str());
    let layer = |(name, text): &(String, Arc<str>)| Layer::read(name, file.take().unwrap_or(name), text);
    let layers = scenario.layers.iter().map(layer).collect();
    freeze((layers, None), (source, set), Some(scenario.horizon.until))
}

/// What a scenario with one more value is made of: what gave the key a value before is left out.
pub(super) fn with(scenario: &Inner, key: &str, value: &NewValue) -> Result<Scenario> {
    const SOURCE: &str = "Scenario::with";
    if let Err(error) = value.to_string().parse::<toml_edit::Value>() {
        let message = format!("is not a value: {}", error.message().trim().replace('\n', ", "));
        let problem = Problem::new(SOURCE, message).with_key(key).with_found(shorten(&value.to_string()));
        return Err(Error::invalid(problem));
    }
    let new = format!("{key}={value}");
    let others = scenario.sets.iter().filter(|set| sets::key(set) != sets::key(&new)).cloned();
    let set: Vec<String> = others.chain([new.clone()]).collect();
    changed(scenario, SOURCE, &set)
}

pub(super) fn freeze(
    (mut layers, broken): (Vec<Layer>, Option<Problem>),
    (source, set): (&str, &[String]),
    until: Option<NaiveDate>,
) -> Result<Scenario> {
    let mut problems = Vec::new();
    let beyond = layers.first().is_some_and(|l| l.reader.beyond);
    let mut last = sets::read(source, set, beyond);
    let complete = broken.is_none() && layers.iter().all(|l| l.reader.is_clean());
    let mut built = Built::new();
    for layer in layers.iter_mut().rev() {
        built.add(layer);
    }
    if let Some(until) = until {
        problems.extend(built.end(until));
    }
    built.add(&mut last);
    // Problems of the scenario come before those of the scenarios that it extends.
    let mut found: Vec<Problem> = layers.iter_mut().flat_map(|l| l.reader.take_problems()).collect();
    found.extend(broken);
    found.append(&mut problems);
    found.append(&mut last.reader.take_problems());
    let horizon = match (built.from, built.until) {
        (Some(from), Some(until)) => Span { from, until },
        _ if complete && found.is_empty() => {
            let file = layers.first().map(|l| l.reader.file.clone()).unwrap_or_default();
            found.push(Problem::new(file, "needs a [horizon] with from and until").with_key("horizon"));
            return Err(Error::Invalid(found));
        }
        _ => return Err(Error::Invalid(found)),
    };
    if !found.is_empty() {
        return Err(Error::Invalid(found));
    }
    let parents = layers.iter().skip(1).map(|l| l.name.clone()).collect();
    let texts = layers.iter().map(|l| (l.name.clone(), l.text.as_str().into())).collect();
    let Some(own) = layers.first() else { return Err(Error::Unexpected("a scenario without layers".into())) };
    let scenario = Inner {
        name: own.name.clone(),
        title: own.title.clone().unwrap_or_else(|| own.name.clone()),
        title_es: own.title_es.clone(),
        question: own.question.clone(),
        question_es: own.question_es.clone(),
        source: own.text.as_str().into(),
        file: own.reader.file.clone(),
        parents,
        layers: texts,
        sets: set.to_vec(),
        horizon,
        paths: built.paths.finish(dates::simulation_start()).into_iter().map(Arc::new).collect(),
        announcements: sorted(built.news),
        assumptions: built.assumptions,
        warnings: Vec::new(),
        known_until: built.known_until,
    };
    let mut scenario = Scenario { inner: Arc::new(scenario) };
    let found = warnings::of(&scenario, own, &last);
    if let Some(inner) = Arc::get_mut(&mut scenario.inner) {
        inner.warnings = found;
    }
    Ok(scenario)
}

/// What the layers so far amount to.
struct Built {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    /// What happened later is left out of the layers below.
    known_until: Option<NaiveDate>,
    paths: Paths,
    news: BTreeMap<String, Announcement>,
    assumptions: BTreeMap<String, f64>,
}

impl Built {
    fn new() -> Self {
        Self {
            from: None,
            until: None,
            known_until: None,
            paths: Paths::defaults(),
            news: BTreeMap::new(),
            assumptions: BTreeMap::new(),
        }
    }

    fn add(&mut self, layer: &mut Layer) {
        self.from = layer.from.or(self.from);
        self.until = layer.until.or(self.until);
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until < from
            && (layer.from.is_some() || layer.until.is_some())
        {
            let message = format!("the horizon ends on {until}, before it begins on {from}");
            let key = if layer.until.is_some() { "horizon.until" } else { "horizon.from" };
            let problem = layer.reader.problem(&layer.horizon_span, key, message);
            layer.reader.push(problem.with_found(until.to_string()).with_hint("set both from and until"));
            self.until = None;
        }
        self.forget(layer);
        let begin = self.from.unwrap_or_else(dates::simulation_start);
        let mut changes: BTreeMap<usize, Vec<(NaiveDate, Change)>> = BTreeMap::new();
        for (&i, dated) in &layer.levers {
            let mut dated: Vec<(NaiveDate, Change)> =
                dated.iter().map(|(date, change): &Dated| (date.unwrap_or(begin), change.clone())).collect();
            dated.sort_by_key(|(date, _)| *date);
            changes.insert(i, dated);
        }
        self.paths.lay(&changes);
        self.cancel(layer);
        for (_, news) in &layer.news {
            self.news.insert(news.id.clone(), news.clone());
        }
        self.assumptions.append(&mut layer.assumptions.clone());
    }

    /// Leaves out what the layers below hold of the days after the layer's `known_until`.
    fn forget(&mut self, layer: &mut Layer) {
        let Some((span, date)) = layer.known_until.clone() else { return };
        if let Some(known) = self.known_until.filter(|known| *known < date) {
            let message =
                format!("is later than {known}, after which the scenario that it extends knows nothing");
            let problem = layer.reader.problem(&span, "horizon.known_until", message);
            layer.reader.push(
                problem
                    .with_found(date.to_string())
                    .with_allowed(format!("{} to {known}", dates::simulation_start()))
                    .with_hint("extend `history` to know more"),
            );
            return;
        }
        self.paths.forget_after(date);
        self.news.retain(|_, news| news.date <= date);
        self.known_until = Some(date);
    }

    fn cancel(&mut self, layer: &mut Layer) {
        for (span, id) in &layer.cancel {
            if self.news.remove(id).is_none() {
                let message = format!("`{id}` is not an announcement of the scenarios that this one extends");
                let problem = layer.reader.problem(span, "cancel_announcements", message);
                let near = nearest(id, self.news.keys().map(String::as_str));
                let hint = near.map(|n| format!("did you mean \"{n}\"?")).unwrap_or_default();
                layer.reader.push(problem.with_hint(hint));
            }
        }
    }

    fn end(&mut self, until: NaiveDate) -> Option<Problem> {
        let from = self.from.unwrap_or_else(dates::simulation_start);
        self.until = Some(until);
        let problem = Problem::new("--until", "is not an end of this horizon").with_found(until.to_string());
        (!(from..=dates::LATEST).contains(&until))
            .then(|| problem.with_allowed(format!("{from} to {}", dates::LATEST)))
    }
}

fn sorted(news: BTreeMap<String, Announcement>) -> Vec<Announcement> {
    let mut all: Vec<Announcement> = news.into_values().collect();
    all.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    all
}
