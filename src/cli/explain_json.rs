//! `darien explain --json`: the same definitions as one object for programs.

use super::explain::unknown;
use crate::error::Result;
use crate::registry::levers::{self, DefaultPath, Kind, Lever, levers};
use crate::registry::outcomes::{self, OUTCOMES};
use crate::registry::parameters::{PARAMETERS, Parameter};
use crate::registry::{BUNDLES, NATIONALITIES};
use crate::scenario::Scenario;
use serde_json::{Value, json};

/// What a key names: `levers`, `parameters`, `outcomes`, `nationalities`, `scenarios`, `bundles` and `day`, as far as
/// it names any; everything without a key.
///
/// # Errors
///
/// [`crate::Error::Usage`] for an unknown key, with the nearest one.
pub(super) fn object(key: Option<&str>, day: &[(&str, &str, &str)]) -> Result<Value> {
    let everything = key.is_none();
    let asked = key.unwrap_or_default();
    let is = |topic: &str| everything || asked == topic;
    let mut found = serde_json::Map::new();
    let mut add = |topic: &str, values: Vec<Value>| {
        if !values.is_empty() {
            found.insert(topic.into(), Value::Array(values));
        }
    };
    let head = format!("{asked}.");
    let of_key = |l: &&Lever| {
        is("levers")
            || l.key == asked
            || l.family.pattern == asked
            || (levers::find(asked).is_none() && l.key.starts_with(&head))
            || l.members.iter().any(|m| m.code == asked)
    };
    add("levers", levers().iter().filter(of_key).map(lever).collect());
    let parameters = PARAMETERS.iter().filter(|p| {
        is("parameters")
            || is("assumptions")
            || Parameter::from_name(asked).map(Parameter::definition) == Some(*p)
    });
    add("parameters", parameters.map(|p| json!(p)).collect());
    let outcomes = OUTCOMES.iter().filter(|o| is("outcomes") || outcomes::find(asked) == Some(*o));
    add("outcomes", outcomes.map(|o| json!(o)).collect());
    let nationalities = NATIONALITIES.iter().filter(|n| is("nationalities") || n.code == asked);
    add("nationalities", nationalities.map(|n| json!(n)).collect());
    add(
        "bundles",
        BUNDLES.iter().filter(|b| is("cooperation") || b.name == asked).map(|b| json!(b)).collect(),
    );
    let scenarios = Scenario::shipped().iter().filter(|(name, _)| is("scenarios") || *name == asked);
    add(
        "scenarios",
        scenarios
            .map(|(name, _)| {
                let question = Scenario::load(name, &[], None).map(|s| s.question().to_owned());
                json!({ "name": name, "question": question.unwrap_or_default() })
            })
            .collect(),
    );
    if is("day") {
        add("day", day.iter().map(|(name, en, es)| json!({ "name": name, "en": en, "es": es })).collect());
    }
    if found.is_empty() { Err(unknown(asked)) } else { Ok(Value::Object(found)) }
}

fn lever(l: &Lever) -> Value {
    let family = l.family;
    let default = match l.default() {
        DefaultPath::Number(v) => json!(v),
        DefaultPath::State(s) => json!(s),
        DefaultPath::List(all) => json!(all),
        DefaultPath::Observed(_) => json!("observed"),
    };
    let (range, hard) = match family.kind {
        Kind::Number => (json!(l.range(false)), json!(l.range(true))),
        Kind::State | Kind::List => (Value::Null, Value::Null),
    };
    json!({
        "key": l.key, "family": family.pattern, "kind": family.kind, "states": family.states, "unit": family.unit,
        "range": range, "beyond_evidence": hard, "default": default, "source": l.source(),
        "of": l.members.iter().map(|m| json!({ "code": m.code, "en": m.en, "es": m.es })).collect::<Vec<_>>(),
        "en": family.en, "es": family.es,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_and_definition_is_found_and_a_typo_names_the_nearest() {
        let day = [("levers", "Levers are read.", "Se leen las palancas.")];
        for key in levers().iter().map(|l| l.key.as_str()).chain(OUTCOMES.iter().map(|o| o.name)) {
            assert!(object(Some(key), &day).is_ok(), "{key}");
        }
        let one = object(Some("crisis.VEN"), &day).unwrap();
        assert_eq!(one["levers"].as_array().unwrap().len(), 1);
        assert_eq!(one["levers"][0]["range"], json!([0.0, 1.0]));
        assert_eq!(object(Some("crisis"), &day).unwrap()["levers"].as_array().unwrap().len(), 14);
        assert_eq!(object(Some("depart.rate"), &day).unwrap()["parameters"][0]["unit"], "1/day");
        assert!(object(Some("gulf_boats"), &day).is_ok() && object(Some("day"), &day).is_ok());
        assert_eq!(object(None, &day).unwrap()["levers"].as_array().unwrap().len(), levers().len());
        assert!(object(Some("crisis.VEM"), &day).unwrap_err().to_string().contains("crisis.VEN"));
    }
}
