//! Scenario files of our own for FLEE's rules: a whole world, or changes to one.
//!
//! ```toml
//! extends = "mali.toml"                # a scenario or a folder of FLEE's; else [world] is needed
//! [settings]
//! camp_weight = 2.0
//! [[close]]                            # a dated closure; also [[closure]]
//! between = ["Lere", "Fassala-Mbera"]  # a road; or kind and of, as in [[closure]]
//! from = 2012-05-01
//! until = 2012-06-30
//! [[place]]                            # a new place, or new values for one that is there
//! name = "Segou-camp"
//! kind = "camp"
//! people = 20000
//! ```

use super::findings::Findings;
use super::place_in::At;
use super::quirks::Quirks;
use super::raw::{RawChange, RawClosure, RawLink, RawPlace, RawRegion, RawTrait, RawWorld, UNLIMITED};
use super::toml_reader::Reader;
use crate::error::Problem;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use toml_edit::{Document, TableLike};
/// Longest file that is read, bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Most files that extend one another.
const MOST_BASES: usize = 20;

/// Reads a scenario file and what it extends.
pub(crate) fn read_scenario(path: &Path, quirks: Quirks) -> (Option<RawWorld>, Vec<Problem>) {
    read_within(path, quirks, 0)
}

/// Whether a file is a world for these rules or extends one.
pub(crate) fn is_world(path: &Path) -> bool {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_BASES {
        if path.is_dir() {
            return super::is_world(&path);
        }
        if !path.is_file() {
            return false;
        }
        let Ok(text) = darien_base::input::text(&path, MOST_BYTES) else { return false };
        let Ok(document) = Document::parse(text) else { return false };
        let kind = document.get("world").and_then(|w| w.as_table_like()).and_then(|w| w.get("kind"));
        if kind.and_then(|k| k.as_str()) == Some("flee") {
            return true;
        }
        let Some(base) = document.get("extends").and_then(|e| e.as_str()) else { return false };
        path = path.parent().unwrap_or(Path::new("")).join(base);
    }
    false
}

fn read_within(path: &Path, quirks: Quirks, depth: usize) -> (Option<RawWorld>, Vec<Problem>) {
    let file = path.display().to_string();
    if path.exists() && !path.is_file() {
        return (None, vec![Problem::new(file, "is not a regular file")]);
    }
    let text = match darien_base::input::text(path, MOST_BYTES) {
        Ok(text) => text,
        Err(e) => return (None, vec![Problem::new(file, "cannot be read").with_found(e.to_string())]),
    };
    let mut reader = Reader { file: Arc::from(&*file), text: &text, quirks, problems: Vec::new() };
    let document = match Document::parse(text.clone()) {
        Ok(document) => document,
        Err(e) => {
            let at = reader.at(e.span());
            return (None, vec![at.problem("is not readable as TOML").with_found(e.message().to_owned())]);
        }
    };
    let root = document.as_table();
    let mut world = None;
    if let Some(item) = root.get("extends") {
        let base = reader.text(item, "extends").map(|t| path.parent().unwrap_or(Path::new("")).join(t));
        match base {
            Some(_) if depth > MOST_BASES => reader.refuse(item, "extends", "leads in a circle"),
            Some(base) if base.is_dir() => {
                let (raw, problems) =
                    super::input::read_folder(&base, &super::FolderOptions::default(), quirks);
                reader.problems.extend(problems);
                world = Some(raw);
            }
            Some(base) => {
                let (raw, problems) = read_within(&base, quirks, depth + 1);
                reader.problems.extend(problems);
                world = raw;
            }
            None => {}
        }
        if world.is_none() {
            return (None, reader.problems);
        }
    }
    let world = reader.world(root, world, path);
    (world, reader.problems)
}

impl Reader<'_> {
    fn world(&mut self, root: &toml_edit::Table, base: Option<RawWorld>, path: &Path) -> Option<RawWorld> {
        self.only(
            root,
            &[
                "extends",
                "title",
                "world",
                "settings",
                "place",
                "link",
                "closure",
                "close",
                "change",
                "region",
                "trait",
                "elsewhere",
            ],
        );
        let name = darien_base::input::stem(path);
        let extends = base.is_some();
        let mut world = base.unwrap_or_else(|| RawWorld {
            name: name.clone(),
            from: NaiveDate::MIN,
            ..RawWorld::default()
        });
        if extends {
            world.name = name;
        }
        match root.get("world").map(|item| (item, item.as_table_like())) {
            Some((_, Some(table))) => self.header(table, &mut world),
            Some((item, None)) => self.refuse(item, "world", "must be written as [world]"),
            None if !extends => {
                let problem = Problem::new(&*self.file, "has neither [world] nor extends");
                self.problems.push(problem.with_hint("write a whole world with convert-flee, or extend one"));
                return None;
            }
            None => {}
        }
        if !extends && (world.days == 0 || world.from == NaiveDate::MIN) {
            if self.problems.is_empty() {
                self.problems.push(Problem::new(&*self.file, "[world] lacks from or days"));
            }
            return None;
        }
        if let Some(item) = root.get("settings") {
            if let Some(table) = item.as_table_like() {
                // The names are ours: what FLEE misspells is spelt right here.
                let quirks = Quirks { sinks_misspelt: false, ..self.quirks };
                let mut findings = Findings::default();
                for (name, value) in table.iter() {
                    let node = self.node(value);
                    let at = At::new(&self.file, node.line);
                    world.settings.set(None, name, &node, &at, quirks, &mut findings);
                }
                self.problems.extend(findings.problems);
                world.settings.finish();
            } else {
                self.refuse(item, "settings", "must be written as [settings]");
            }
        }
        for table in self.tables(root, "place") {
            self.place(table, &mut world, extends);
        }
        for table in self.tables(root, "link") {
            self.link(table, &mut world);
        }
        for key in ["closure", "close"] {
            for table in self.tables(root, key) {
                self.closure(table, &mut world);
            }
        }
        for table in self.tables(root, "change") {
            self.change(table, &mut world);
        }
        for table in self.tables(root, "region") {
            self.region(table, &mut world);
        }
        for table in self.tables(root, "trait") {
            self.person_trait(table, &mut world);
        }
        for table in self.tables(root, "elsewhere") {
            self.only(table, &["name", "counts"]);
            let name = table.get("name").and_then(|item| self.text(item, "name")).unwrap_or_default();
            let counts = table.get("counts").map(|item| self.series(item, "counts")).unwrap_or_default();
            world.elsewhere.push((name, counts));
        }
        Some(world)
    }

    fn header(&mut self, table: &dyn TableLike, world: &mut RawWorld) {
        self.only(table, &["kind", "name", "from", "days", "total"]);
        for (key, item) in table.iter() {
            match key {
                "kind" if item.as_str() != Some("flee") => self.refuse(item, key, "must be \"flee\""),
                "name" => {
                    if let Some(name) = self.text(item, key) {
                        world.name = name;
                    }
                }
                "from" => {
                    if let Some(from) = self.date(item, key) {
                        world.from = from;
                    }
                }
                "days" => match self.whole(item, key) {
                    Some(days) if (1..=super::input::MOST_DAYS).contains(&days) => world.days = days as usize,
                    Some(_) => self.refuse(item, key, &format!("must be 1 to {}", super::input::MOST_DAYS)),
                    None => {}
                },
                "total" => world.total = self.series(item, key),
                _ => {}
            }
        }
    }

    fn place(&mut self, table: &toml_edit::Table, world: &mut RawWorld, extends: bool) {
        self.only(
            table,
            &[
                "name",
                "kind",
                "region",
                "country",
                "latitude",
                "longitude",
                "people",
                "conflict_day",
                "conflict",
                "flood",
                "counts",
                "attributes",
            ],
        );
        let at = self.at(table.span());
        let Some(name) = table.get("name").and_then(|item| self.text(item, "name")) else {
            self.problems.push(at.problem("is a place without a name"));
            return;
        };
        let there = world.places.iter().position(|p| extends && p.name == name);
        if there.is_none() && !table.contains_key("kind") {
            self.problems.push(at.problem("is a new place without a kind").with_key(&name));
            return;
        }
        let mut place = there.map_or_else(
            || RawPlace {
                at: at.clone(),
                name: name.clone(),
                region: "unknown".into(),
                country: "unknown".into(),
                latitude: 0.0,
                longitude: 0.0,
                kind: String::new(),
                people: 0,
                conflict_date: None,
                levels: None,
                flood: None,
                attributes: BTreeMap::new(),
                counts: None,
            },
            |i| world.places[i].clone(),
        );
        for (key, item) in table {
            match key {
                "kind" => place.kind = self.text(item, key).unwrap_or_default(),
                "region" => place.region = self.text(item, key).unwrap_or_default(),
                "country" => place.country = self.text(item, key).unwrap_or_default(),
                "latitude" => place.latitude = self.number(item, key).unwrap_or_default(),
                "longitude" => place.longitude = self.number(item, key).unwrap_or_default(),
                "people" => match self.whole(item, key) {
                    Some(n) if n < 0 && n != UNLIMITED => self.refuse(item, key, "is negative"),
                    n => place.people = n.unwrap_or_default(),
                },
                "conflict_day" => place.conflict_date = self.whole(item, key),
                "conflict" => place.levels = Some(self.levels(item, key, world)),
                "flood" => place.flood = Some(self.levels(item, key, world)),
                "counts" => place.counts = Some(self.series(item, key)),
                "attributes" => place.attributes = self.attributes(item, key),
                _ => {}
            }
        }
        match there {
            Some(i) => world.places[i] = place,
            None => world.places.push(place),
        }
    }

    /// Levels by the day on which each begins.
    fn levels(&mut self, item: &toml_edit::Item, key: &str, world: &RawWorld) -> Vec<(i64, f64)> {
        let levels = self.series(item, key);
        levels
            .into_iter()
            .map(|(date, level)| (world.day_of(date).max(0), level))
            .filter(|(day, _)| *day < world.days as i64)
            .collect()
    }

    fn change(&mut self, table: &toml_edit::Table, world: &mut RawWorld) {
        self.only(table, &["place", "kind", "from"]);
        let at = self.at(table.span());
        let place = table.get("place").and_then(|item| self.text(item, "place"));
        let kind = table.get("kind").and_then(|item| self.text(item, "kind"));
        let from = table.get("from").and_then(|item| self.date(item, "from"));
        if let (Some(place), Some(kind), Some(from)) = (place, kind, from) {
            // A change from before the first day holds on it.
            let day = world.day_of(from).max(0);
            world.changes.push(RawChange { at, place, kind, day });
        } else {
            self.problems.push(at.problem("is a change without place, kind or from"));
        }
    }

    fn region(&mut self, table: &toml_edit::Table, world: &mut RawWorld) {
        self.only(table, &["name", "hunger"]);
        let at = self.at(table.span());
        let name = table.get("name").and_then(|item| self.text(item, "name"));
        let hunger = table.get("hunger").map(|item| self.pairs(item, "hunger")).unwrap_or_default();
        let Some(name) = name else {
            self.problems.push(at.problem("is a region without a name"));
            return;
        };
        let ascending = hunger.windows(2).all(|w| w[0].0 < w[1].0);
        if !ascending || hunger.iter().any(|h| !(0.0..=100.0).contains(&h.1)) {
            let problem = at.problem("must have ascending days and percentages from 0 to 100");
            self.problems.push(problem.with_key("hunger"));
        }
        world.regions.retain(|r| r.name != name);
        world.regions.push(RawRegion { at, name, hunger });
    }

    fn person_trait(&mut self, table: &toml_edit::Table, world: &mut RawWorld) {
        self.only(table, &["attribute", "value", "weight", "weights"]);
        let at = self.at(table.span());
        let attribute = table.get("attribute").and_then(|item| self.text(item, "attribute"));
        let value = table.get("value").and_then(|item| self.text(item, "value"));
        let (Some(attribute), Some(value)) = (attribute, value) else {
            self.problems.push(at.problem("is a trait without attribute or value"));
            return;
        };
        let weight = table.get("weight").map(|item| self.weight(item, "weight")).unwrap_or_default();
        let weights = table.get("weights").map(|item| self.weights(item, "weights")).unwrap_or_default();
        world.traits.push(RawTrait { at, attribute, value, weight, weights });
    }

    fn link(&mut self, table: &toml_edit::Table, world: &mut RawWorld) {
        self.only(table, &["between", "km", "redirection", "attributes"]);
        let at = self.at(table.span());
        let between = table.get("between").and_then(|item| self.names(item, "between", 2));
        let km = table.get("km").and_then(|item| self.number(item, "km"));
        let redirection =
            table.get("redirection").and_then(|item| self.whole(item, "redirection")).unwrap_or(0);
        let attributes =
            table.get("attributes").map(|item| self.attributes(item, "attributes")).unwrap_or_default();
        match (between.as_deref(), km) {
            (Some([a, b]), Some(km)) => world.links.push(RawLink {
                at,
                a: a.clone(),
                b: b.clone(),
                km,
                redirection: redirection.clamp(0, 2) as u8,
                attributes,
            }),
            _ => self.problems.push(at.problem("is a link without between = [\"A\", \"B\"] or km")),
        }
    }

    fn closure(&mut self, table: &toml_edit::Table, world: &mut RawWorld) {
        self.only(table, &["kind", "of", "between", "from", "reopens", "until"]);
        let at = self.at(table.span());
        let day = |date: NaiveDate| (date - world.from).num_days();
        let kind = table.get("kind").and_then(|item| self.text(item, "kind"));
        let of = table.get("of").and_then(|item| self.names(item, "of", 2));
        let between = table.get("between").and_then(|item| self.names(item, "between", 2));
        let from = table.get("from").and_then(|item| self.date(item, "from"));
        let reopens = table.get("reopens").and_then(|item| self.date(item, "reopens"));
        let until = table.get("until").and_then(|item| self.date(item, "until"));
        let (kind, names) = match (kind, of, between) {
            (Some(kind), Some(names), None) => (kind, names),
            (None, None, Some(names)) if names.len() == 2 => ("road".to_owned(), names),
            _ => {
                self.problems.push(at.problem("is a closure without kind and of, or between").with_hint(
                    "write kind = \"country\" and of = [\"A\", \"B\"], or between = [\"A\", \"B\"]",
                ));
                return;
            }
        };
        let Some(from) = from else {
            self.problems.push(at.problem("is a closure without a first day").with_key("from"));
            return;
        };
        let until = match (reopens, until) {
            (Some(date), _) => day(date).max(0),
            (None, Some(date)) => (day(date) + 1).max(0),
            (None, None) => -1,
        };
        // A closure that begins before the first day is in force on it.
        let mut names = names.into_iter();
        world.closures.push(RawClosure {
            at,
            kind,
            a: names.next().unwrap_or_default(),
            b: names.next().unwrap_or_default(),
            from: day(from).max(0),
            until,
        });
    }
}
