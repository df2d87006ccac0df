//! From a world as typed to a world that can run: every check that needs more than one line of input.

use super::advice;
use super::check;
use super::kind::{KINDS, Kind};
use super::paths::Paths;
use super::persons::Persons;
use super::place_in::At;
use super::quirks::Quirks;
use super::raw::{RawLink, RawPlace, RawWorld};
use super::regions;
use super::schedule::Schedule;
use super::settings::nearest;
use super::timeline;
use super::world::{Event, Link, Place, World};
use crate::error::{Error, Problem, Result};
use std::collections::BTreeMap;

/// Shortest road, km; keeps the number of roads travelled in a day finite.
const SHORTEST: f64 = 0.001;

const START: &str = "leaves no place from which people can start on a day on which the data say that they do";

impl World {
    /// Checks a world and freezes it; `problems` are those that reading it has already found.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem of the input.
    pub fn build(raw: &RawWorld, quirks: Quirks, mut problems: Vec<Problem>) -> Result<Self> {
        let (kinds, mut places) = places(raw, quirks, &mut problems);
        let index: BTreeMap<&str, u32> =
            raw.places.iter().enumerate().map(|(i, p)| (p.name.as_str(), i as u32)).collect();
        let links = links(raw, &index, quirks, &mut problems);
        for closure in &raw.closures {
            check::closure(closure, raw, &kinds, &index, &mut problems);
        }
        for change in &raw.changes {
            check::change(change, raw, &kinds, &index, &mut problems);
        }
        check::floods(raw, &mut problems);
        let hunger = regions::by_day(raw, &mut places, &mut problems);
        let persons = Persons::new(raw, &mut problems);
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let shown = |i: usize| {
            kinds[i].is_camp() || (raw.settings.driven_by_flood() && raw.places[i].counts.is_some())
        };
        let camps: Vec<u32> = (0..kinds.len() as u32).filter(|&i| shown(i as usize)).collect();
        let schedule = Schedule::new(raw, &camps, quirks);
        let mut out = vec![Vec::new(); places.len()];
        for (i, link) in links.iter().enumerate() {
            out[link.from as usize].push(i as u32);
        }
        let Some(paths) = Paths::list(&places, &links, &out, raw.settings.awareness_level) else {
            return Err(Error::invalid(
                Problem::new(&*raw.name, "has too many routes to list, or one of more than 255 roads")
                    .with_key("awareness_level")
                    .with_found(raw.settings.awareness_level.to_string())
                    .with_hint("lower it"),
            ));
        };
        let mut world = Self {
            name: raw.name.clone(),
            from: raw.from,
            days: raw.days,
            mornings: timeline::mornings(raw, &kinds, quirks),
            closures: timeline::closures(raw, &places, &links, quirks),
            places,
            links,
            out,
            camps,
            schedule,
            paths,
            hunger,
            persons,
            settings: raw.settings.clone(),
            quirks,
            notes: raw.notes.clone(),
        };
        world.fill_camps(raw);
        world.check_sources(raw, &mut problems);
        world.notes.extend(advice::notes(&world));
        if problems.is_empty() { Ok(world) } else { Err(Error::Invalid(problems)) }
    }

    /// Puts the people of day 0 into the camps.
    fn fill_camps(&mut self, raw: &RawWorld) {
        let settings = &self.settings;
        for (column, &camp) in self.camps.iter().enumerate() {
            let counted = self.schedule.day0[column];
            let place = &mut self.places[camp as usize];
            if !settings.empty_camps_on_day0 {
                let idps = raw.places[camp as usize].attributes.get("initial_idps");
                let idps = idps.and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0) as i64;
                let people = if self.quirks.attributes_not_hastened { 1 } else { settings.hasten };
                let data = if settings.insert_day0 { counted } else { 0 };
                place.initial = (data + idps / people).max(0) as u32;
            }
            let twice = self.quirks.day0_counts_twice && settings.insert_day0 && !settings.driven();
            if twice && place.capacity >= 1.0 {
                place.capacity -= counted as f64;
            }
        }
    }

    /// Checks that there is a conflict from which people can start whenever the data say that some do.
    fn check_sources(&self, raw: &RawWorld, problems: &mut Vec<Problem>) {
        let mut level: Vec<f64> = self.places.iter().map(|p| p.start_level.unwrap_or(0.0)).collect();
        let mut ever = vec![false; self.places.len()];
        for day in 0..self.days {
            for event in &self.mornings[day] {
                let (place, new) = match event {
                    Event::Conflict { place, level } => (place, level.unwrap_or(0.0)),
                    Event::Kind { place, kind: Kind::ConflictZone } => (place, self.level_of_change()),
                    Event::Kind { place, .. } => (place, 0.0),
                    _ => continue,
                };
                level[*place as usize] = new;
            }
            for (i, l) in level.iter().enumerate() {
                ever[i] |= *l > 0.0;
            }
            let source = |i: usize| level[i] + self.starving(i, level[i], day);
            let weight: f64 =
                self.places.iter().enumerate().map(|(i, p)| source(i) * p.population as f64).sum();
            let new = self.schedule.arrivals[day];
            if new > 0 && weight <= 0.0 {
                // The place to mend: one with conflict but nobody in it, or else one that had conflict.
                let active = level.iter().position(|l| *l > 0.0);
                let before = active.or_else(|| ever.iter().position(|e| *e));
                let at = before.map(|i| &raw.places[i].at);
                let hint = match (active, before) {
                    (Some(i), _) => format!("{} has conflict, but a population of 0", raw.places[i].name),
                    (None, Some(i)) => {
                        format!("the conflict of {} is over by then; see conflicts.csv", raw.places[i].name)
                    }
                    (None, None) => "no place has conflict by then; see conflicts.csv".into(),
                };
                problems.push(
                    at.map_or_else(|| Problem::new(&*raw.name, START), |at| at.problem(START))
                        .with_found(format!("{new} to start on {} (day {day})", self.date(day)))
                        .with_allowed("at least one place with conflict and population")
                        .with_hint(hint),
                );
                return;
            }
        }
        let people: u64 = self.places.iter().zip(&ever).filter(|(_, e)| **e).map(|(p, _)| p.population).sum();
        let needed = self.schedule.all_arrivals();
        let hungry = self.settings.starvation_driven_spawning && !self.settings.conflict_zone_spawning_only;
        if self.settings.take_from_population && needed > people && !hungry {
            let first = ever.iter().position(|e| *e).map(|i| &raw.places[i].at);
            let what = "sends out more people than the places with conflict have";
            problems.push(
                first
                    .map_or_else(|| Problem::new(&*raw.name, what), |at| at.problem(what))
                    .with_key("take_from_population")
                    .with_found(format!("{needed} agents to start"))
                    .with_allowed(format!("at most {people}, the population of the places with conflict"))
                    .with_hint("mend the populations or set take_from_population to False"),
            );
        }
    }
}

/// A numeric attribute within bounds.
fn attribute(
    map: &BTreeMap<String, String>,
    name: &str,
    (low, high): (f64, f64),
    at: &At,
    problems: &mut Vec<Problem>,
) -> Option<f64> {
    let text = map.get(name)?;
    let value = text.parse::<f64>().ok().filter(|x| x.is_finite() && *x >= low && *x <= high);
    if value.is_none() {
        problems.push(
            at.problem("cannot be this")
                .with_key(name)
                .with_found(text)
                .with_allowed(format!("a number from {low} to {high}")),
        );
    }
    value
}

fn places(raw: &RawWorld, quirks: Quirks, problems: &mut Vec<Problem>) -> (Vec<Kind>, Vec<Place>) {
    let home = raw.places.first().map(|p| p.country.clone()).unwrap_or_default();
    let hasten = raw.settings.hasten;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut kinds, mut places) = (Vec::new(), Vec::new());
    if raw.places.is_empty() && problems.is_empty() {
        problems.push(Problem::new(&*raw.name, "has no place"));
    }
    for place in &raw.places {
        let at = &place.at;
        if let Some(line) = seen.insert(&place.name, at.line) {
            problems.push(
                at.problem("names a place twice")
                    .with_found(&place.name)
                    .with_hint(format!("the first is on line {line}")),
            );
        }
        let kind = Kind::parse(&place.kind).unwrap_or_else(|| {
            let mut problem = at
                .problem("is not a type of place")
                .with_key("location_type")
                .with_found(&place.kind)
                .with_allowed(KINDS);
            if let Some(near) = nearest(&place.kind, KINDS.split(", ")) {
                problem = problem.with_hint(format!("did you mean {near}?"));
            }
            problems.push(problem);
            Kind::Town
        });
        let any = (0.0, 1e12);
        let mut get = |name, bounds| attribute(&place.attributes, name, bounds, at, problems);
        get("conflict_intensity", any);
        get("initial_idps", any);
        let mut per_day = get("capacity_per_day", (-1e12, 1e12)).unwrap_or(0.0);
        if quirks.attributes_not_hastened {
            per_day = per_day.max(0.0);
        } else {
            per_day /= hasten as f64;
        }
        let settles = get("deactivation_probability", (0.0, 1.0));
        if settles.is_some() && raw.settings.camps_are_sinks && quirks.sinks_misspelt {
            problems.push(
                at.problem("stops FLEE where camps_are_sicks is on")
                    .with_key("deactivation_probability")
                    .with_hint("run it without --as-flee, with camps_are_sinks"),
            );
        }
        let sinks = raw.settings.camps_are_sinks && !quirks.sinks_misspelt;
        let mut get = |name, bounds| attribute(&place.attributes, name, bounds, at, problems);
        let economic = 1.0 + get("trade_volume", any).unwrap_or(0.0) + get("hdi", any).unwrap_or(0.0).powi(2);
        let foreign = place.country != home;
        let mut pull = 1.0;
        if foreign {
            if raw.settings.use_economic_pull {
                pull *= economic;
            }
            pull *= raw.settings.foreign_weight;
        }
        let people = place.people.div_euclid(hasten);
        kinds.push(kind);
        places.push(Place {
            name: place.name.clone(),
            country: place.country.clone(),
            latitude: place.latitude,
            longitude: place.longitude,
            kind,
            foreign,
            population: if kind.is_camp() { 0 } else { people.max(0) as u64 },
            capacity: if kind.is_camp() { people as f64 } else { -1.0 },
            capacity_per_day: per_day,
            pull,
            initial: 0,
            start_level: timeline::start_level(place, kind, quirks),
            region: 0,
            settles: if sinks { settles.unwrap_or(1.0) } else { 0.0 },
        });
    }
    (kinds, places)
}

/// Reports a name that is not one of the places.
pub(super) fn unknown_place(at: &At, key: &str, name: &str, places: &[RawPlace]) -> Problem {
    let mut problem = at.problem("is not a place").with_key(key).with_found(name);
    if let Some(near) = nearest(name, places.iter().map(|p| p.name.as_str())) {
        problem = problem.with_hint(format!("did you mean {near}?"));
    }
    problem
}

fn links(
    raw: &RawWorld,
    index: &BTreeMap<&str, u32>,
    quirks: Quirks,
    problems: &mut Vec<Problem>,
) -> Vec<Link> {
    let mut seen: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    let mut links = Vec::new();
    for road in &raw.links {
        let RawLink { at, a, b, km, redirection, attributes } = road;
        let mut find = |key, name: &str| {
            let found = index.get(name).copied();
            if found.is_none() && !raw.places.is_empty() {
                problems.push(unknown_place(at, key, name, &raw.places));
            }
            found
        };
        let (from, to) = (find("name1", a), find("name2", b));
        if !(*km >= SHORTEST && km.is_finite()) {
            problems.push(
                at.problem("is out of range")
                    .with_key("distance")
                    .with_found(km.to_string())
                    .with_allowed(format!("{SHORTEST} km or more")),
            );
        }
        let speed = attribute(attributes, "max_move_speed", (1e-6, 1e6), at, problems);
        let walk = attribute(attributes, "walk_probability", (0.0, 1.0), at, problems);
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from == to {
            problems.push(at.problem("leads from a place to itself").with_found(a));
            continue;
        }
        let pair = (from.min(to), from.max(to));
        if let Some(first) = seen.get(&pair).filter(|_| !quirks.doubled_roads) {
            problems.push(
                at.problem("joins two places twice")
                    .with_found(format!("{a}, {b}"))
                    .with_hint(format!("the first is on line {first}; --as-flee counts both")),
            );
        }
        seen.entry(pair).or_insert(at.line);
        let times = if *redirection == 1 && quirks.redirection_doubles { 2 } else { 1 };
        for _ in 0..times {
            for (from, to) in [(from, to), (to, from)] {
                let speed = speed.unwrap_or(raw.settings.max_move_speed);
                links.push(Link { from, to, km: *km, speed, walk_probability: walk });
            }
        }
    }
    links
}
