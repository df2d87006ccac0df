//! What one file says, typed: the layer that it lays over the scenario that it extends.

use super::announcement::Announcement;
use super::lever_key::{self, shown};
use super::lever_value::{self, Dated};
use super::reader::{Reader, quoted};
use super::tree::{self, Data, Entry, Node};
use super::{assumptions, dates, news};
use crate::registry::levers::{self, levers};
use crate::registry::nearest;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::ops::Range;

/// Keys at the top of a scenario.
pub(super) const TOP_KEYS: [&str; 11] = [
    "extends",
    "title",
    "title_es",
    "question",
    "question_es",
    "allow_beyond_evidence",
    "horizon",
    "levers",
    "announcement",
    "cancel_announcements",
    "assumptions",
];

/// Keys of the horizon.
const HORIZON_KEYS: [&str; 3] = ["from", "until", "known_until"];

/// What one file (or the command line) says.
#[derive(Debug)]
pub(super) struct Layer {
    /// Stem of the file.
    pub name: String,
    /// Text of the file.
    pub text: String,
    /// One line that names the scenario.
    pub title: Option<String>,
    /// The same in Spanish; empty where not given.
    pub title_es: String,
    /// The question that it answers.
    pub question: String,
    /// The same in Spanish; empty where not given.
    pub question_es: String,
    /// The scenario that it extends, with its place.
    pub extends: Option<(Range<usize>, String)>,
    /// First day of the horizon.
    pub from: Option<NaiveDate>,
    /// Last day of the horizon.
    pub until: Option<NaiveDate>,
    /// Last day of which it knows what happened, with its place: what the scenario that it extends holds of later
    /// days is left out.
    pub known_until: Option<(Range<usize>, NaiveDate)>,
    /// Place of the horizon, for problems that show only when the parent is known.
    pub horizon_span: Range<usize>,
    /// Changes by position of the lever, in order of date.
    pub levers: BTreeMap<usize, Vec<Dated>>,
    /// Where each lever is set.
    pub places: BTreeMap<usize, Range<usize>>,
    /// News with its place.
    pub news: Vec<(Range<usize>, Announcement)>,
    /// Ids of the parent's news that is called off.
    pub cancel: Vec<(Range<usize>, String)>,
    /// Parameters that are fixed.
    pub assumptions: BTreeMap<String, f64>,
    /// What is wrong with it.
    pub reader: Reader,
}

impl Layer {
    /// A layer that says nothing.
    pub fn empty(name: &str, text: &str, reader: Reader) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            title: None,
            title_es: String::new(),
            question: first_comment(text),
            question_es: String::new(),
            extends: None,
            from: None,
            until: None,
            known_until: None,
            horizon_span: 0..0,
            levers: BTreeMap::new(),
            places: BTreeMap::new(),
            news: Vec::new(),
            cancel: Vec::new(),
            assumptions: BTreeMap::new(),
            reader,
        }
    }

    /// Whether it leaves everything as it is.
    pub fn says_nothing(&self) -> bool {
        self.levers.is_empty()
            && self.news.is_empty()
            && self.cancel.is_empty()
            && self.assumptions.is_empty()
            && self.from.is_none()
            && self.until.is_none()
            && self.known_until.is_none()
    }

    /// Reads a file's text.
    pub fn read(name: &str, file: &str, text: &str) -> Self {
        let mut layer = Self::empty(name, text, Reader::of_file(file, text));
        if let Some(entries) = tree::parse(text, &mut layer.reader) {
            if entries.is_empty() && layer.reader.is_clean() {
                let what = if text.trim().is_empty() { "is empty" } else { "sets nothing" };
                let problem = layer.reader.problem(&(0..0), "", what);
                layer.reader.push(problem.with_hint("write at least title = \"…\" and the levers to change"));
            }
            layer.read_top(&entries);
        }
        layer
    }

    fn read_top(&mut self, entries: &[Entry]) {
        // Ranges depend on this one, wherever it stands.
        if let Some(entry) = entries.iter().find(|e| e.key == "allow_beyond_evidence") {
            self.read_beyond(&entry.node);
        }
        for entry in entries {
            let (key, node) = (entry.key.as_str(), &entry.node);
            match key {
                "allow_beyond_evidence" => {}
                "title" => self.title = self.text(key, node),
                "title_es" => self.title_es = self.text(key, node).unwrap_or_default(),
                "question" => self.question = self.text(key, node).unwrap_or_default(),
                "question_es" => self.question_es = self.text(key, node).unwrap_or_default(),
                "extends" => self.extends = self.text(key, node).map(|t| (node.span.clone(), t)),
                "horizon" => self.read_horizon(entry),
                "levers" => match &node.data {
                    Data::Table(all) => self.read_levers("", all),
                    _ => self.not_a_table(key, node),
                },
                "assumptions" => match &node.data {
                    Data::Table(all) => assumptions::read(&mut self.reader, "", all, &mut self.assumptions),
                    _ => self.not_a_table(key, node),
                },
                "announcement" => self.read_news(node),
                "cancel_announcements" => self.read_cancel(node),
                _ => self.unknown_top(entry),
            }
        }
    }

    pub(super) fn read_beyond(&mut self, node: &Node) {
        if let Data::Bool(beyond) = node.data {
            self.reader.beyond = beyond;
        } else {
            let problem = self.reader.wrong(node, "allow_beyond_evidence", format!("is {}", node.kind()));
            self.reader.push(problem.with_allowed("true or false"));
        }
    }

    fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        self.reader.line(key, node)
    }

    pub(super) fn not_a_table(&mut self, key: &str, node: &Node) {
        let problem = self.reader.wrong(node, key, format!("needs a table, not {}", node.kind()));
        self.reader.push(problem.with_hint(format!("write [{key}] above its keys")));
    }

    fn unknown_top(&mut self, entry: &Entry) {
        let key = entry.key.as_str();
        let problem = self.reader.problem(&entry.span, &quoted(key), "is not a key of a scenario");
        let head = levers::families().iter().any(|f| f.pattern.split('.').next() == Some(key));
        let hint = if self.reader.full() {
            String::new()
        } else if levers::find(key).is_some() || head {
            "levers stand under [levers]".to_owned()
        } else if let Some(near) = nearest(key, TOP_KEYS) {
            format!("did you mean `{near}`?")
        } else if let Some(near) = levers::nearest(key) {
            format!("did you mean the lever `{near}`, under [levers]?")
        } else {
            String::new()
        };
        self.reader.push(problem.with_allowed(TOP_KEYS.join(", ")).with_hint(hint));
    }

    pub(super) fn read_horizon(&mut self, entry: &Entry) {
        self.horizon_span = entry.span.clone();
        let Data::Table(entries) = &entry.node.data else {
            self.not_a_table("horizon", &entry.node);
            return;
        };
        for one in entries {
            let key = format!("horizon.{}", quoted(&one.key));
            match one.key.as_str() {
                "from" => self.from = self.horizon_date(&key, &one.node),
                "until" => {
                    self.horizon_span = one.node.span.clone();
                    self.until = self.horizon_date(&key, &one.node);
                }
                "known_until" => {
                    let date = self.horizon_date(&key, &one.node);
                    self.known_until = date.map(|date| (one.node.span.clone(), date));
                }
                other => {
                    let problem = self.reader.problem(&one.span, &key, "is not a key of the horizon");
                    let near = nearest(other, HORIZON_KEYS).map(|n| format!("did you mean `{n}`?"));
                    let problem =
                        problem.with_allowed(HORIZON_KEYS.join(", ")).with_hint(near.unwrap_or_default());
                    self.reader.push(problem);
                }
            }
        }
    }

    fn horizon_date(&mut self, key: &str, node: &Node) -> Option<NaiveDate> {
        let date = lever_value::date(&mut self.reader, key, node)?;
        if date < dates::simulation_start() {
            let problem = self.reader.wrong(node, key, "lies before the first simulated day");
            let allowed = format!("{} to {}", dates::simulation_start(), dates::LATEST);
            self.reader.push(problem.with_allowed(allowed));
            return None;
        }
        Some(date)
    }

    /// Reads levers; a key with dots may be written quoted or as nested tables.
    pub(super) fn read_levers(&mut self, prefix: &str, entries: &[Entry]) {
        for entry in entries {
            let key = if prefix.is_empty() { entry.key.clone() } else { format!("{prefix}.{}", entry.key) };
            let inner = format!("{key}.");
            match (&entry.node.data, levers::position(&key)) {
                (_, Some(lever)) => self.read_lever(lever, &entry.span, &entry.node),
                (Data::Table(below), None) if levers().iter().any(|l| l.key.starts_with(&inner)) => {
                    self.read_levers(&key, below);
                }
                _ => {
                    let problem = lever_key::unknown(&self.reader, &entry.span, &key, &shown(&key));
                    self.reader.push(problem);
                }
            }
        }
    }

    fn read_lever(&mut self, position: usize, span: &Range<usize>, node: &Node) {
        let lever = &levers()[position];
        let key = shown(&lever.key);
        let changes = lever_value::read(&mut self.reader, lever, &key, node);
        if self.places.insert(position, span.clone()).is_some() {
            let problem = self.reader.problem(span, &key, "is set twice in this file");
            self.reader.push(problem.with_hint("keep one of the two"));
            return;
        }
        self.levers.insert(position, changes);
    }

    pub(super) fn read_news(&mut self, node: &Node) {
        let Data::List(all) = &node.data else {
            let problem = self.reader.wrong(
                node,
                "announcement",
                format!("needs [[announcement]], not {}", node.kind()),
            );
            self.reader.push(problem.with_hint("write it with two brackets: [[announcement]]"));
            return;
        };
        for one in all {
            let Some(news) = news::read(&mut self.reader, one) else { continue };
            if self.news.iter().any(|(_, other)| other.id == news.id) {
                let id_span = id_span(one);
                let message = format!("`{}` is the id of another announcement in this file", news.id);
                let problem = self.reader.problem(&id_span, "announcement.id", message);
                self.reader.push(problem.with_hint("give each its own id"));
                continue;
            }
            self.news.push((id_span(one), news));
        }
    }

    fn read_cancel(&mut self, node: &Node) {
        let key = "cancel_announcements";
        let Data::List(all) = &node.data else {
            let problem = self.reader.wrong(node, key, format!("needs a list of ids, not {}", node.kind()));
            self.reader.push(problem.with_hint("write cancel_announcements = [\"id\"]"));
            return;
        };
        for one in all {
            if let Some(id) = self.text(key, one) {
                self.cancel.push((one.span.clone(), id));
            }
        }
    }
}

fn id_span(node: &Node) -> Range<usize> {
    match &node.data {
        Data::Table(entries) => entries.iter().find(|e| e.key == "id").map(|e| e.node.span.clone()),
        _ => None,
    }
    .unwrap_or_else(|| node.span.clone())
}

/// The first comment that is a sentence rather than a `#:schema` line, if it stands before any key.
pub(super) fn first_comment(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .take_while(|line| line.is_empty() || line.starts_with('#'))
        .filter(|line| !line.starts_with("#:"))
        .map(|line| line.trim_start_matches('#').trim())
        .find(|line| !line.is_empty())
        .unwrap_or("")
        .to_owned()
}
