//! Whether some JSON is a sound manifest: all problems in one pass, and no name that leads out of the folder.

use super::{FORMAT, MAX_FILES};
use crate::error::Problem;
use crate::file::is_safe_name;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a top-level key must hold.
const KEYS: [(&str, Kind); 12] = [
    ("format", Kind::Count),
    ("version", Kind::Text),
    ("command", Kind::List),
    ("scenarios", Kind::List),
    ("levers", Kind::Object),
    ("parameters", Kind::Object),
    ("seed", Kind::Count),
    ("runs", Kind::Count),
    ("scale", Kind::Count),
    ("data", Kind::Object),
    ("files", Kind::List),
    ("environment", Kind::Object),
];

#[derive(Clone, Copy)]
enum Kind {
    Count,
    Text,
    List,
    Object,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Count => "a whole number from 0",
            Self::Text => "text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }

    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Count => value.is_u64(),
            Self::Text => value.is_string(),
            Self::List => value.is_array(),
            Self::Object => value.is_object(),
        }
    }
}

/// Every problem of a manifest that is JSON.
pub(super) fn problems(value: &Value, damaged: &dyn Fn(&str) -> Problem) -> Vec<Problem> {
    let Some(object) = value.as_object() else {
        return vec![damaged("is not a manifest").with_found(short(value)).with_allowed("an object")];
    };
    let mut problems = Vec::new();
    for (key, kind) in KEYS {
        match object.get(key) {
            None => problems.push(damaged("is missing").with_key(key).with_allowed(kind.name())),
            Some(v) if !kind.holds(v) => problems.push(
                damaged("is of the wrong type").with_key(key).with_found(short(v)).with_allowed(kind.name()),
            ),
            Some(_) => {}
        }
    }
    if let Some(format) = object.get("format").and_then(Value::as_u64).filter(|&f| f != FORMAT) {
        problems.push(
            damaged("was written by another version of the program")
                .with_key("format")
                .with_found(format.to_string())
                .with_allowed(FORMAT.to_string()),
        );
    }
    for (i, scenario) in list(object, "scenarios").enumerate() {
        for part in ["name", "hash"] {
            if scenario.get(part).and_then(Value::as_str).is_none_or(str::is_empty) {
                problems.push(
                    damaged("is missing").with_key(format!("scenarios[{i}].{part}")).with_allowed("text"),
                );
            }
        }
    }
    if list(object, "files").len() > MAX_FILES {
        problems.push(damaged("lists too many files").with_key("files").with_allowed(format!("{MAX_FILES}")));
    } else {
        files(object, damaged, &mut problems);
    }
    problems
}

fn files(object: &Map<String, Value>, damaged: &dyn Fn(&str) -> Problem, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (i, file) in list(object, "files").enumerate() {
        let at = |part: &str| format!("files[{i}].{part}");
        match file.get("name").and_then(Value::as_str) {
            Some(name) if !is_safe_name(name) => problems.push(
                damaged("would leave the folder")
                    .with_key(at("name"))
                    .with_found(short(&Value::from(name)))
                    .with_allowed("a relative path without `..`"),
            ),
            Some(name) if !seen.insert(name) => {
                problems.push(
                    damaged("is listed twice").with_key(at("name")).with_found(short(&Value::from(name))),
                );
            }
            Some(_) => {}
            None => problems.push(damaged("is missing").with_key(at("name")).with_allowed("text")),
        }
        let sum = file.get("sha256").and_then(Value::as_str).unwrap_or_default();
        if sum.len() != 64 || !sum.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            problems.push(
                damaged("is no checksum")
                    .with_key(at("sha256"))
                    .with_found(short(&Value::from(sum)))
                    .with_allowed("64 lower-case hexadecimal digits"),
            );
        }
        if file.get("bytes").and_then(Value::as_u64).is_none() {
            problems
                .push(damaged("is no length").with_key(at("bytes")).with_allowed("a whole number from 0"));
        }
    }
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> std::slice::Iter<'a, Value> {
    object.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter()
}

/// A value as it stands, cut to what fits on a line.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(57).chain("...".chars()).collect() }
}
