//! What scenarios set, as the manifest says it: dated values of levers, and where two scenarios differ.

use super::folder::Folder;
use crate::findings::Voice;
use crate::words::fill_text;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;

/// A lever in a scenario: its dated values.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Unit.
    pub unit: String,
    /// Date and value, in order; the value holds (or a ramp ends) from that date.
    pub steps: Vec<(NaiveDate, Value)>,
}

impl Path {
    /// The step in force on a date.
    fn at(&self, date: NaiveDate) -> Option<&Value> {
        self.steps.iter().rev().find(|(from, _)| *from <= date).or_else(|| self.steps.first()).map(|(_, v)| v)
    }

    /// What it is over a span, in words: `2 → 4 (2025-03-01)`.
    pub fn over(&self, from: NaiveDate, until: NaiveDate, say: &Voice) -> String {
        let Some(first) = self.at(from) else { return "–".to_owned() };
        let mut text = value(first, say);
        for (date, step) in self.steps.iter().filter(|(d, _)| *d > from && *d <= until) {
            text.push_str(&format!(" → {} ({date})", value(step, say)));
        }
        text
    }
}

/// A value in words.
fn value(v: &Value, say: &Voice) -> String {
    match v {
        Value::Object(map) => match (map.get("value"), map.get("start"), map.get("to")) {
            (Some(v), _, _) => value(v, say),
            (None, Some(a), Some(b)) => {
                let days = map.get("ramp_days").map_or_else(String::new, |n| value(n, say));
                fill_text(say.words.ramp, &[("a", &value(a, say)), ("b", &value(b, say)), ("n", &days)])
            }
            _ if map.contains_key("observed") => say.words.observed.to_owned(),
            _ => "–".to_owned(),
        },
        Value::Number(n) => n.as_f64().map_or_else(|| n.to_string(), |x| say.lang.short_number(x)),
        Value::String(s) => say.words.term(s).to_owned(),
        Value::Array(list) if list.is_empty() => say.words.nobody.to_owned(),
        Value::Array(list) => list.iter().map(|v| value(v, say)).collect::<Vec<_>>().join(", "),
        Value::Bool(b) => b.to_string(),
        Value::Null => "–".to_owned(),
    }
}

/// The levers of a scenario by key.
pub fn levers(folder: &Folder, scenario: &str) -> BTreeMap<String, Path> {
    let Some(map) = folder.scenario(scenario).and_then(|s| s.get("levers")).and_then(Value::as_object) else {
        return BTreeMap::new();
    };
    map.iter()
        .map(|(key, lever)| {
            let unit = lever.get("unit").and_then(Value::as_str).unwrap_or_default().to_owned();
            let steps = lever
                .get("values")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|step| {
                    let date = step.get("from")?.as_str()?.parse().ok()?;
                    // Everything but the date tells the value, whether a step, a ramp or what was observed.
                    let mut rest = step.as_object()?.clone();
                    rest.remove("from");
                    Some((date, Value::Object(rest)))
                })
                .collect();
            (key.clone(), Path { unit, steps })
        })
        .collect()
}

/// A lever in which two scenarios differ within a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Differing {
    /// Key.
    pub key: String,
    /// In the base.
    pub base: Path,
    /// In the other.
    pub alt: Path,
}

/// The levers in which two scenarios differ on some day of a span, and the first and last such day.
pub fn differing(
    folder: &Folder,
    (base, alt): (&str, &str),
    (from, until): (NaiveDate, NaiveDate),
) -> (Vec<Differing>, Option<(NaiveDate, NaiveDate)>) {
    let (mine, mut theirs) = (levers(folder, base), levers(folder, alt));
    let (mut list, mut span): (Vec<Differing>, Option<(NaiveDate, NaiveDate)>) = (Vec::new(), None);
    for (key, base) in mine {
        let Some(alt) = theirs.remove(&key) else { continue };
        let mut dates: Vec<NaiveDate> =
            base.steps.iter().chain(&alt.steps).map(|(d, _)| (*d).clamp(from, until)).chain([from]).collect();
        dates.sort_unstable();
        dates.dedup();
        let mut differs = false;
        for (i, &date) in dates.iter().enumerate() {
            if base.at(date) != alt.at(date) {
                let end = dates.get(i + 1).and_then(NaiveDate::pred_opt).unwrap_or(until);
                span = Some(span.map_or((date, end), |(a, b)| (a.min(date), b.max(end))));
                differs = true;
            }
        }
        if differs {
            list.push(Differing { key, base, alt });
        }
    }
    (list, span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Lang;

    #[test]
    fn a_path_is_said_over_a_span() {
        let date = |t: &str| t.parse::<NaiveDate>().unwrap();
        let step = |d: &str, v: f64| (date(d), serde_json::json!({ "value": v }));
        let path = Path { unit: "x".into(), steps: vec![step("2021-01-01", 0.0), step("2025-03-01", 4.0)] };
        let say = Voice::new(Lang::En);
        assert_eq!(path.over(date("2025-01-01"), date("2025-12-31"), &say), "0 → 4 (2025-03-01)");
        assert_eq!(path.over(date("2025-04-01"), date("2025-12-31"), &say), "4");
    }
}
