//! The file of a policy benchmark: policies, futures, what is scored and which way is better.
//!
//! A policy is laid over a future, and the future over the base scenario: where both set a lever, the policy wins.
//! Nothing is better or worse unless the file says so. As with scenarios, **all** problems are found in one pass.
//!
//! ```toml
//! title = "…"                    # one line; the first comment is the question
//! title_es = "…"                 # the same in Spanish, as in every table that has a title; and question_es
//! base = "status-quo-2025"       # a shipped scenario or a path
//! reference = "no-action"        # the policy to which the others are compared
//! runs = 20                      # draws; `--runs` wins over it
//! scale = 10                     # people an agent; `--scale` wins over it
//! cost = "public cost"           # the scored outcome that is the price of a policy, USD
//! cost_per = ["entries"]         # outcomes of which a unit avoided has a price
//! pareto = [["public cost", "entries"]]
//!
//! [horizon]                      # optional; the base's otherwise
//! until = 2025-12-31
//!
//! [[outcome]]
//! name = "entries"               # and name_es
//! outcome = "entries"            # `darien explain outcomes`
//! places = ["darien"]            # added up; all places where left out; `us` stands for every `us.…`
//! better = "lower"               # lower, higher or neither
//! at_most = 250_000              # or at_least: what satisfies; optional
//!
//! [[future]]
//! id = "crisis-worse"
//! title = "Venezuela worsens"
//! [future.levers]                # and [[future.announcement]], [future.assumptions], as in a scenario
//! "crisis.VEN" = 0.79
//!
//! [[policy]]
//! id = "flights-doubled"
//! title = "Flights doubled"
//! source = "…"                   # what the settings rest on
//! [policy.levers]
//! "flights.panama.per_week" = 4.0
//! [[policy.cost]]                # what the model does not count itself; optional
//! payer = "us.processing"
//! usd_per_month = 1_000_000      # and/or usd_once, and/or usd_per_person with of = "lawful"
//! source = "…"
//!
//! [[discovery]]                  # where does this policy fail the outcome's at_most or at_least?
//! policy = "flights-doubled"
//! outcome = "entries"
//! ```

mod entries;
mod read;

use super::layer::Layer;
use super::reader::Reader;
use super::tree::{self, Data, Entry};
use super::{Scenario, chain, resolve, sets};
use crate::error::{Error, Problem, Result};
use crate::lang::Lang;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// The benchmark that ships with the program.
pub const SHIPPED_POLICIES: &str = include_str!("../../../../../scenarios/policies.toml");
/// Its name.
pub const SHIPPED_NAME: &str = "policies";

pub use crate::registry::better::Better;

/// What satisfies.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Threshold {
    /// Values up to it satisfy.
    AtMost(f64),
    /// Values from it on satisfy.
    AtLeast(f64),
}

impl Threshold {
    /// Whether a value satisfies.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }
}

/// An outcome of the scorecard.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Scored {
    /// Name on the scorecard.
    pub name: String,
    /// The same in Spanish; empty where not given.
    pub name_es: String,
    /// Outcome of the registry.
    pub outcome: String,
    /// Places that are added up; empty for all.
    pub places: Vec<String>,
    /// Which way is better.
    pub better: Better,
    /// What satisfies, if anything is declared.
    pub threshold: Option<Threshold>,
    /// Line and column of its places (or of its table) in the file.
    #[serde(skip)]
    pub at: (usize, usize),
}

impl Scored {
    /// The name in a language; as it stands in the file where there is none in Spanish.
    pub fn name_in(&self, lang: Lang) -> &str {
        lang.pick(&self.name, &self.name_es)
    }

    /// Whether a place (or payer) counts: `us` stands for every `us.…`.
    pub fn counts(&self, place: &str) -> bool {
        let head = place.split('.').next().unwrap_or(place);
        self.places.is_empty() || self.places.iter().any(|p| p == place || p == head)
    }
}

/// A cost that the model does not count itself.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Cost {
    /// Payer and kind, e.g. `us.processing`.
    pub payer: String,
    /// USD a month of the horizon.
    pub usd_per_month: f64,
    /// USD once.
    pub usd_once: f64,
    /// USD a person of an outcome (over all its places), e.g. `lawful`.
    pub usd_per_person: f64,
    /// That outcome; empty where there is none.
    pub of: String,
    /// Where the figure comes from.
    pub source: String,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Policy {
    /// Name in tables.
    pub id: String,
    /// Name for readers.
    pub title: String,
    /// The same in Spanish; empty where not given.
    pub title_es: String,
    /// What its settings rest on.
    pub source: String,
    /// Costs beyond those that the model counts.
    pub costs: Vec<Cost>,
}

impl Policy {
    /// The title in a language; in English where there is none in Spanish.
    pub fn title_in(&self, lang: Lang) -> &str {
        lang.pick(&self.title, &self.title_es)
    }
}

/// A future.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Future {
    /// Name in tables.
    pub id: String,
    /// Name for readers.
    pub title: String,
    /// The same in Spanish; empty where not given.
    pub title_es: String,
    /// Levers that it sets, sorted.
    pub levers: Vec<String>,
}

impl Future {
    /// The title in a language; in English where there is none in Spanish.
    pub fn title_in(&self, lang: Lang) -> &str {
        lang.pick(&self.title, &self.title_es)
    }
}

/// A question of scenario discovery: where does a policy fail?
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Discovery {
    /// Position of the policy.
    pub policy: usize,
    /// Position of the scored outcome, which has a threshold.
    pub outcome: usize,
}

/// A benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Policies {
    /// Stem of the file.
    pub name: String,
    /// One line that names it.
    pub title: String,
    /// The same in Spanish; empty where not given.
    pub title_es: String,
    /// The question: the first comment of the file.
    pub question: String,
    /// The same in Spanish; empty where not given.
    pub question_es: String,
    /// Draws.
    pub runs: u64,
    /// People an agent.
    pub scale: u32,
    /// What is scored.
    pub outcomes: Vec<Scored>,
    /// Position of the outcome that is the price of a policy.
    pub cost: Option<usize>,
    /// Positions of the outcomes of which a unit avoided has a price.
    pub cost_per: Vec<usize>,
    /// Pareto axes: positions of outcomes with a declared direction.
    pub pareto: Vec<Vec<usize>>,
    /// The futures.
    pub futures: Vec<Future>,
    /// The policies.
    pub policies: Vec<Policy>,
    /// Position of the policy to which the others are compared.
    pub reference: usize,
    /// Where policies fail.
    pub discovery: Vec<Discovery>,
    /// The text of the file.
    pub source: String,
    base: String,
    folder: PathBuf,
    shown: String,
}

impl Policies {
    /// The title in a language; the name where there is none.
    pub fn title_in(&self, lang: Lang) -> &str {
        let title = lang.pick(&self.title, &self.title_es);
        if title.is_empty() { &self.name } else { title }
    }

    /// The question in a language; in English where there is none in Spanish.
    pub fn question_in(&self, lang: Lang) -> &str {
        lang.pick(&self.question, &self.question_es)
    }

    /// Loads the shipped benchmark (`policies`) or a file.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every problem of the file, of its base, and of each policy and future on it.
    pub fn load(path_or_name: &str) -> Result<Self> {
        let path = Path::new(path_or_name);
        if path_or_name == SHIPPED_NAME && !path.is_file() {
            return Self::read(SHIPPED_NAME, "policies (shipped)", SHIPPED_POLICIES, Path::new(""));
        }
        let text = tree::read_file(path, path_or_name).map_err(|p| Error::invalid(*p))?;
        let name = crate::input::stem(path);
        Self::read(&name, path_or_name, &text, path.parent().unwrap_or(Path::new("")))
    }

    /// Whether a text is a benchmark rather than a scenario: it has policies.
    pub fn is_one(path_or_name: &str) -> bool {
        let path = Path::new(path_or_name);
        if path_or_name == SHIPPED_NAME && !path.exists() {
            return true;
        }
        path.is_file()
            && tree::read_file(path, path_or_name)
                .is_ok_and(|text| text.lines().any(|l| l.trim_start().starts_with("[[policy")))
    }

    /// Reads a benchmark from its text; `shown` names it in problems, `folder` is where relative paths begin.
    ///
    /// # Errors
    ///
    /// As for [`Self::load`].
    pub fn read(name: &str, shown: &str, text: &str, folder: &Path) -> Result<Self> {
        let mut reader = Reader::of_file(shown, text);
        let entries = tree::parse(text, &mut reader).unwrap_or_default();
        let read = read::all(&mut reader, &entries);
        let mut problems = reader.take_problems();
        for layer in &mut read::layers(shown, text, &entries) {
            problems.append(&mut layer.reader.take_problems());
        }
        problems.sort_by_key(|p| (p.line, p.column));
        let Some(mut policies) = read.filter(|_| problems.is_empty()) else {
            return Err(Error::Invalid(problems));
        };
        name.clone_into(&mut policies.name);
        text.clone_into(&mut policies.source);
        policies.folder = folder.to_path_buf();
        shown.clone_into(&mut policies.shown);
        policies.question = super::layer::first_comment(text);
        // Each policy in one future, and each future once: what they say against the base is checked too.
        let count = policies.futures.len();
        let pairs =
            (0..policies.policies.len()).map(|p| (p, 0)).chain((1..count).map(|f| (policies.reference, f)));
        for (p, f) in pairs {
            match policies.scenario(p, f, &[], None) {
                Ok(_) => {}
                Err(Error::Invalid(found)) => {
                    for problem in found {
                        if !problems.contains(&problem) {
                            problems.push(problem);
                        }
                    }
                }
                Err(other) => return Err(other),
            }
        }
        if problems.is_empty() { Ok(policies) } else { Err(Error::Invalid(problems)) }
    }

    /// A policy in a future as a scenario.
    ///
    /// # Errors
    ///
    /// Every problem of the base, the two tables and `sets`.
    pub fn scenario(
        &self,
        policy: usize,
        future: usize,
        sets: &[String],
        until: Option<NaiveDate>,
    ) -> Result<Scenario> {
        let mut reader = Reader::of_file(&self.shown, &self.source);
        let entries = tree::parse(&self.source, &mut reader).unwrap_or_default();
        let future_layer =
            self.layer(&entries, "future", &self.futures[future].id, &self.futures[future].title);
        let mut policy_layer =
            self.layer(&entries, "policy", &self.policies[policy].id, &self.policies[policy].title);
        policy_layer.name = format!("{}@{}", self.policies[policy].id, self.futures[future].id);
        let both = |lang: Lang| {
            format!("{}; {}", self.policies[policy].title_in(lang), self.futures[future].title_in(lang))
        };
        policy_layer.title = Some(both(Lang::En));
        policy_layer.title_es = both(Lang::Es);
        let mut horizon = Layer::empty(&self.name, "", Reader::of_file(&self.shown, &self.source));
        if let Some(entry) = entries.iter().find(|e| e.key == "horizon") {
            horizon.read_horizon(entry);
        }
        let (mut layers, broken) = chain::of_name_from(&self.base, &self.folder);
        layers.splice(0..0, [policy_layer, future_layer, horizon]);
        let broken = broken.map(|p| {
            Problem::new(&self.shown, format!("names the base `{}`, which {}", self.base, p.message))
                .with_key("base")
                .with_hint(p.hint)
        });
        resolve::freeze((layers, broken), (sets::FLAG, sets), until)
    }

    /// The layer of the table `kind` with an id.
    fn layer(&self, entries: &[Entry], kind: &str, id: &str, title: &str) -> Layer {
        let mut layer = Layer::empty(id, &self.source, Reader::of_file(&self.shown, &self.source));
        layer.title = Some(title.to_owned());
        for entry in entries.iter().filter(|e| e.key == kind) {
            let Data::List(all) = &entry.node.data else { continue };
            for node in all {
                let Data::Table(one) = &node.data else { continue };
                let same =
                    one.iter().any(|e| e.key == "id" && matches!(&e.node.data, Data::Text(t) if t == id));
                if same {
                    read::layer(&mut layer, one);
                    return layer;
                }
            }
        }
        layer
    }
}
