//! The JSON Schema of a scenario file, made from the same definitions as validation, so that editors complete keys.

use super::dates::{EARLIEST, LATEST};
use super::lever_value::{LONGEST_RAMP, between};
use super::{SHIPPED, SHOCK_RANGE, assumptions};
use crate::registry::levers::{Family, Kind, Lever, families, levers};
use crate::registry::parameters::PARAMETERS;
use crate::registry::{NATIONALITIES, levers::DefaultPath};
use serde_json::{Map, Value as Json, json};

/// The schema (JSON Schema, draft 2020-12).
///
/// Ranges are those that `allow_beyond_evidence = true` opens, since a schema cannot tell the two apart; the
/// description of each lever names the range within the evidence.
pub fn document() -> Json {
    let codes: Vec<&str> = NATIONALITIES.iter().map(|n| n.code).chain(["ALL"]).collect();
    let all: Map<String, Json> = levers().iter().map(|l| (l.key.clone(), lever(l))).collect();
    let fixed: Map<String, Json> = PARAMETERS
        .iter()
        .map(|p| {
            let d = p.definition;
            let (low, high) = assumptions::range(p, true);
            let text = format!("{} Prior {} to {} {}.", d.en, d.low, d.high, d.unit);
            let schema = json!({ "type": "number", "minimum": low, "maximum": high, "description": text });
            (d.name.to_owned(), schema)
        })
        .collect();
    let mut shared: Map<String, Json> = families().iter().map(|f| (form_name(f), forms(f))).collect();
    shared.insert("date".into(), json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }));
    shared
        .insert("codes".into(), json!({ "type": "array", "items": { "enum": codes }, "uniqueItems": true }));
    let shipped: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A darien scenario",
        "description": "What to change in the scenario that it extends. `darien check FILE` finds every problem.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "extends": {
                "description": "A shipped scenario, or the path of a file relative to this one; history where absent.",
                "type": "string",
                "examples": shipped,
                "default": "history",
            },
            "title": { "description": "One line that names the scenario for readers.", "type": "string" },
            "title_es": { "description": "The title in Spanish.", "type": "string" },
            "question": {
                "description": "The question that it answers; the first comment where absent.",
                "type": "string",
            },
            "question_es": { "description": "The question in Spanish.", "type": "string" },
            "allow_beyond_evidence": {
                "description": "Opens every range from the evidence to the furthest value that has a meaning.",
                "type": "boolean",
                "default": false,
            },
            "horizon": {
                "description": "The days that are reported; the simulation itself always begins on 2021-01-01.",
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "from": date("First day."),
                    "until": date("Last day."),
                    "known_until": date(
                        "Last day of which it is known what happened: later steps, news and records of the scenario that \
                         this one extends are left out.",
                    ),
                },
            },
            "levers": {
                "description": "Levers by key: a value from the horizon's first day on, dated steps, or ramps.",
                "type": "object",
                "additionalProperties": false,
                "properties": all,
            },
            "announcement": {
                "description": "Dated news; the same id replaces that of the scenario that this one extends.",
                "type": "array",
                "items": announcement(),
            },
            "cancel_announcements": {
                "description": "Ids of inherited announcements that do not happen.",
                "type": "array",
                "items": { "type": "string" },
            },
            "assumptions": {
                "description": "Parameters that are fixed instead of drawn.",
                "type": "object",
                "additionalProperties": false,
                "properties": fixed,
            },
        },
        "$defs": shared,
    })
}

/// The schema as the text of a file.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

fn date(text: &str) -> Json {
    let text = format!("{text} {EARLIEST} to {LATEST}.");
    json!({ "description": text, "$ref": "#/$defs/date" })
}

/// Name of the shared definition of what a family's levers may be set to.
fn form_name(family: &Family) -> String {
    let words = family.pattern.split(['.', '<', '>']).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// What a family's levers may be set to: a value, dated steps, a ramp, or several ramps.
fn forms(family: &Family) -> Json {
    let value = match family.kind {
        Kind::Number => json!({ "type": "number", "minimum": family.hard.0, "maximum": family.hard.1 }),
        Kind::State => json!({ "enum": family.states }),
        Kind::List => json!({ "$ref": "#/$defs/codes" }),
    };
    let steps = json!({
        "type": "object",
        "minProperties": 1,
        "propertyNames": { "$ref": "#/$defs/date" },
        "additionalProperties": value,
    });
    let mut forms = vec![value.clone(), steps];
    if family.kind == Kind::Number {
        let ramp = json!({
            "type": "object",
            "required": ["to", "from"],
            "additionalProperties": false,
            "properties": {
                "to": value,
                "from": { "$ref": "#/$defs/date" },
                "ramp_days": { "type": "integer", "minimum": 0, "maximum": LONGEST_RAMP, "default": 0 },
            },
        });
        forms.push(ramp.clone());
        forms.push(json!({ "type": "array", "minItems": 1, "items": ramp }));
    }
    json!({ "anyOf": forms })
}

fn lever(lever: &Lever) -> Json {
    let who: Vec<&str> = lever.members.iter().map(|m| m.en).collect();
    let whose = if who.is_empty() { String::new() } else { format!(" For {}.", who.join(", ")) };
    let (low, high) = lever.range(false);
    let evidence = if lever.family.kind == Kind::Number {
        format!(" Within the evidence {}.", between(low, high, lever.family.unit))
    } else {
        String::new()
    };
    let text = format!("{}{whose}{evidence} Source: {}.", lever.family.en, lever.source());
    let form = format!("#/$defs/{}", form_name(lever.family));
    match default(lever) {
        Some(default) => json!({ "description": text, "default": default, "$ref": form }),
        None => json!({ "description": text, "$ref": form }),
    }
}

fn default(lever: &Lever) -> Option<Json> {
    match lever.default() {
        DefaultPath::Number(v) => Some(json!(v)),
        DefaultPath::State(s) => Some(json!(s)),
        DefaultPath::List(l) => Some(json!(l)),
        DefaultPath::Observed(_) => None,
    }
}

fn announcement() -> Json {
    let share = |text: &str| json!({ "description": text, "type": "number", "minimum": 0, "maximum": 1 });
    json!({
        "type": "object",
        "required": ["id", "date", "nationalities"],
        "additionalProperties": false,
        "properties": {
            "id": { "description": "A name of its own.", "type": "string", "minLength": 1 },
            "date": date("Day on which people hear of it."),
            "effective": date("Day on which it comes into force."),
            "nationalities": { "description": "Whom it concerns.", "$ref": "#/$defs/codes" },
            "belief": share("Chance of success that it suggests."),
            "credibility": share("Share of people who take it at its word."),
            "wait_until": date("Day until which people wait to see."),
            "wait": share("Share of the waiting effect."),
            "shock": {
                "description": "Hope lost (+) or gained (-) at home.",
                "type": "number",
                "minimum": SHOCK_RANGE.0,
                "maximum": SHOCK_RANGE.1,
            },
            "shock_days": {
                "description": "Days over which the shock decays to 37 %.",
                "type": "number",
                "minimum": 1,
                "maximum": 3650,
                "default": super::SHOCK_DAYS,
            },
            "title": { "description": "What it says.", "type": "string" },
            "title_es": { "description": "What it says, in Spanish.", "type": "string" },
            "source": { "description": "Event or source id.", "type": "string" },
        },
    })
}
