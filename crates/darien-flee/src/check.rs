//! Checks of closures, changes of type and floods, which need the whole world.

use super::build::unknown_place;
use super::kind::{KINDS, Kind};
use super::raw::{RawChange, RawClosure, RawWorld};
use super::settings::{FloodDriven, nearest};
use crate::error::Problem;
use std::collections::BTreeMap;

/// Checks a closure.
pub(super) fn closure(
    closure: &RawClosure,
    raw: &RawWorld,
    kinds: &[Kind],
    index: &BTreeMap<&str, u32>,
    problems: &mut Vec<Problem>,
) {
    let at = &closure.at;
    if closure.kind == "remove_forced_redirection" {
        return;
    }
    let mut place = |key, name: &str| {
        let found = index.get(name).copied();
        if found.is_none() && !raw.places.is_empty() {
            problems.push(unknown_place(at, key, name, &raw.places));
        }
        found
    };
    match closure.kind.as_str() {
        "country" => {
            for (key, name) in [("name1", &closure.a), ("name2", &closure.b)] {
                if !raw.places.is_empty() && raw.places.iter().all(|p| p.country != *name) {
                    let mut problem =
                        at.problem("is not a country of a place").with_key(key).with_found(name);
                    if let Some(near) = nearest(name, raw.places.iter().map(|p| p.country.as_str())) {
                        problem = problem.with_hint(format!("did you mean {near}?"));
                    }
                    problems.push(problem);
                }
            }
        }
        "location" => {
            place("name1", &closure.a);
            if !closure.b.is_empty() {
                place("name2", &closure.b);
            }
        }
        "link" | "road" => {
            place("name1", &closure.a);
            place("name2", &closure.b);
        }
        "camp" | "idpcamp" => {
            if let Some(i) = place("name1", &closure.a)
                && !kinds[i as usize].is_camp()
            {
                problems.push(at.problem("is not a camp").with_key("name1").with_found(&closure.a));
            }
        }
        other => problems.push(
            at.problem("is not a type of closure")
                .with_key("closure_type")
                .with_found(other)
                .with_allowed("country, location, link, camp, idpcamp, remove_forced_redirection"),
        ),
    }
    if closure.from < 0 {
        problems.push(
            at.problem("is before the first day")
                .with_key("closure_start")
                .with_found(closure.from.to_string())
                .with_allowed("0 or more"),
        );
    }
    if closure.until != -1 && closure.until <= closure.from {
        problems.push(
            at.problem("ends before it begins")
                .with_key("closure_end")
                .with_found(format!("{} to {}", closure.from, closure.until))
                .with_allowed("a later day than the start, or -1 for never"),
        );
    }
}

/// Checks a change of type.
pub(super) fn change(
    change: &RawChange,
    raw: &RawWorld,
    kinds: &[Kind],
    index: &BTreeMap<&str, u32>,
    problems: &mut Vec<Problem>,
) {
    let at = &change.at;
    let place = index.get(change.place.as_str()).copied();
    if place.is_none() && !raw.places.is_empty() {
        problems.push(unknown_place(at, "name", &change.place, &raw.places));
    }
    let kind = Kind::parse(&change.kind);
    if kind.is_none() {
        let problem = at.problem("is not a type of place").with_key("type").with_found(&change.kind);
        problems.push(problem.with_allowed(KINDS));
    }
    if kind == Some(Kind::Marker) || place.is_some_and(|i| kinds[i as usize] == Kind::Marker) {
        problems.push(
            at.problem("makes a marker of a place or a place of a marker, which would change the routes")
                .with_key("type")
                .with_found(&change.kind)
                .with_allowed("any other type, for places that are no markers"),
        );
    }
    if change.day < 0 {
        let problem = at.problem("is before the first day").with_key("day");
        problems.push(problem.with_found(change.day.to_string()).with_allowed("0 or more"));
    }
}

/// Checks that floods have what they need: somewhere to strike, a list for each level, and a population to take from.
pub(super) fn floods(raw: &RawWorld, problems: &mut Vec<Problem>) {
    let s = &raw.settings;
    let mut refuse = |key: &str, message: &str, hint: &str| {
        problems.push(Problem::new(&*raw.name, message).with_key(key).with_hint(hint));
    };
    if s.flood_zone_spawning_only && !s.driven_by_flood() {
        refuse(
            "flood_zone_spawning_only",
            "is on, but nothing says how many people a flood drives out",
            "write the section flood_driven_spawn_mode into spawn_rules",
        );
    }
    if !s.driven_by_flood() {
        return;
    }
    if s.conflict_zone_spawning_only {
        let hint = "write conflict_zone_spawning_only: False";
        refuse("conflict_zone_spawning_only", "cannot be on together with flood_zone_spawning_only", hint);
    }
    if !s.take_from_population {
        let hint = "write take_from_population: True";
        refuse("take_from_population", "must be on with floods, which would have no end otherwise", hint);
    }
    let lists = [
        ("displaced_per_flood_day", s.flood_driven_spawn_mode.by_level().len()),
        ("flood_movechances", s.flood_rules.movechances.len()),
        ("flood_loc_weights", s.flood_rules.loc_weights.len()),
    ];
    for place in &raw.places {
        let highest = place.flood.iter().flatten().fold(0.0f64, |a, l| a.max(l.1));
        for (key, levels) in lists {
            if highest > 0.0 && highest.ceil() >= levels as f64 {
                problems.push(
                    Problem::new(&*raw.name, "has no value for the highest level of flood")
                        .with_key(key)
                        .with_found(format!("level {highest} at {}, {levels} values", place.name))
                        .with_hint("give a value for each level, beginning with level 0"),
                );
            }
        }
    }
    if s.flood_driven_spawn_mode != FloodDriven::Off && raw.places.iter().all(|p| p.flood.is_none()) {
        problems.push(
            Problem::new(&*raw.name, "has no level of flood for any of its places")
                .with_hint("flood_level.csv has a column for each place that is flooded"),
        );
    }
}
