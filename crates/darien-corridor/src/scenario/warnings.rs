//! What is legal in a scenario but looks like an oversight.

use super::Scenario;
use super::layer::Layer;
use super::lever_key::shown;
use super::lever_value::Dated;
use super::path::Change;
use crate::error::Problem;
use crate::registry::levers::{levers, position};
use chrono::Days;

/// Warnings of the scenario's own file and of `--set`.
pub(super) fn of(scenario: &Scenario, own: &Layer, set: &Layer) -> Vec<Problem> {
    let mut all = Vec::new();
    if [own, set].iter().all(|l| l.says_nothing()) {
        let reader = &own.reader;
        all.push(reader.problem(&(0..0), "", "changes nothing of the scenario that it extends"));
    }
    for layer in [own, set] {
        late_changes(scenario, layer, &mut all);
        idle_flights(scenario, layer, &mut all);
        idle_news(scenario, layer, &mut all);
    }
    all
}

fn late_changes(scenario: &Scenario, layer: &Layer, all: &mut Vec<Problem>) {
    let crate::units::Span { from, until } = scenario.horizon();
    for (i, changes) in &layer.levers {
        let span = layer.places.get(i).cloned().unwrap_or_default();
        let key = shown(&levers()[*i].key);
        for (date, change) in changes {
            let dated: &Dated = &(*date, change.clone());
            let Some(date) = dated.0 else { continue };
            if date > until {
                let message = format!("changes on {date}, after the horizon's end on {until}");
                all.push(layer.reader.problem(&span, &key, message));
            } else if date < from {
                let message =
                    format!("changes on {date}, before the horizon begins on {from}: it alters history");
                all.push(layer.reader.problem(&span, &key, message));
            } else if let Change::Ramp { days, .. } = change
                && date + Days::new(u64::from(*days)) > until
            {
                let message = format!("its ramp goes on after the horizon's end on {until}");
                all.push(layer.reader.problem(&span, &key, message));
            }
        }
    }
}

fn idle_flights(scenario: &Scenario, layer: &Layer, all: &mut Vec<Problem>) {
    for operator in ["panama", "us", "mexico"] {
        let set = |what: &str| {
            position(&format!("flights.{operator}.{what}")).and_then(|i| layer.places.get(&i).cloned())
        };
        let horizon = scenario.horizon();
        let days = || (0..horizon.days()).map(|i| horizon.date(i));
        let flies = days().any(|d| scenario.number(&format!("flights.{operator}.per_week"), d) > 0.0);
        let accepts = days().any(|d| !scenario.accepts(operator, d).is_empty());
        let (key, span, message) = match (set("per_week"), set("accepts"), flies, accepts) {
            (_, Some(span), false, true) => ("accepts", span, "has no effect while `per_week` is 0"),
            (Some(span), _, true, false) => ("per_week", span, "has no effect while `accepts` is empty"),
            _ => continue,
        };
        all.push(layer.reader.problem(&span, &shown(&format!("flights.{operator}.{key}")), message));
    }
}

fn idle_news(scenario: &Scenario, layer: &Layer, all: &mut Vec<Problem>) {
    for (span, news) in &layer.news {
        let message = if news.date > scenario.horizon().until {
            format!("`{}` comes after the horizon's end on {}", news.id, scenario.horizon().until)
        } else if news.nationalities.is_empty() {
            format!("`{}` concerns nobody", news.id)
        } else if news.belief.is_none() && news.wait_until.is_none() && news.shock == 0.0 {
            format!("`{}` has no effect: it sets neither belief, wait_until nor shock", news.id)
        } else {
            continue;
        };
        all.push(layer.reader.problem(span, "announcement", message));
    }
}
