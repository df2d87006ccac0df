//! What must be known to make a run folder again, even if the scenario files are gone.
//!
//! A recipe stands in the manifest of a finished folder and beside the parts of an unfinished one. It holds the texts of
//! all files that a scenario is made of, so that nothing outside the folder is needed.

use super::file::write_atomic;
use super::json;
use super::manifest::Manifest;
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::experiment::PosteriorId;
use crate::input;
use crate::scenario::Scenario;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::Path;

/// Key of the recipe in [`Manifest::details`].
pub const KEY: &str = "recipe";
/// Name of the recipe's file beside the parts.
pub(super) const FILE_NAME: &str = "recipe.json";
/// A recipe larger than this (bytes) is refused: it is damaged or not ours.
const MAX_BYTES: u64 = super::manifest::MAX_BYTES;

/// Inputs of a run folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of the program.
    pub version: String,
    /// What the program was built from, [`crate::BUILD`]; empty in folders of version 0.1.0.
    #[serde(default)]
    pub build: String,
    /// SHA-256 over all data files.
    pub data: String,
    /// Texts of scenario files, each once.
    pub sources: Vec<Source>,
    /// The scenarios in the order given.
    pub scenarios: Vec<Layers>,
    /// Changes of levers from the command line.
    pub sets: Vec<String>,
    /// Last day, if the command line moved it.
    pub until: Option<NaiveDate>,
    /// Seed of all chance.
    pub seed: u64,
    /// People that one agent stands for; agents of smaller nationalities stand for fewer.
    pub scale: u32,
    /// Runs a scenario, failed ones too.
    pub runs: u64,
    /// Where the draws of the assumptions come from.
    pub draws: String,
    /// The posterior that they are from, if they are.
    #[serde(default)]
    pub posterior: Option<PosteriorId>,
    /// Language of the charts.
    pub lang: String,
    /// Whether the tables are there as Parquet too.
    pub parquet: bool,
}

/// A scenario file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Stem of the file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A scenario: positions of its files in [`Recipe::sources`], itself first, and the hash of what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    /// Positions of the files.
    pub files: Vec<usize>,
    /// [`Scenario::hash`].
    pub hash: String,
}

impl Recipe {
    /// Sets down the scenarios; the other fields are the caller's.
    pub fn of<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> Self {
        let mut sources: Vec<Source> = Vec::new();
        let scenarios = scenarios
            .map(|s| {
                let files = s.layers().iter().map(|(name, text)| {
                    sources.iter().position(|s| s.name == *name && *s.text == **text).unwrap_or_else(|| {
                        sources.push(Source { name: name.clone(), text: text.to_string() });
                        sources.len() - 1
                    })
                });
                Layers { files: files.collect(), hash: s.hash() }
            })
            .collect();
        Self {
            version: crate::VERSION.into(),
            build: crate::BUILD.into(),
            data: data::fingerprint().into(),
            sources,
            scenarios,
            sets: Vec::new(),
            until: None,
            seed: 0,
            scale: 1,
            runs: 0,
            draws: String::new(),
            posterior: None,
            lang: String::new(),
            parquet: false,
        }
    }

    /// The recipe as details of a manifest.
    ///
    /// # Errors
    /// [`Error::Unexpected`] if it has no JSON form.
    pub fn details(&self) -> Result<Map<String, Value>> {
        let value =
            serde_json::to_value(self).map_err(|e| Error::Unexpected(format!("no JSON form: {e}")))?;
        Ok([(KEY.to_owned(), value)].into_iter().collect())
    }

    /// The recipe of a manifest; `file` names it in problems.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the manifest has none, or a damaged one.
    pub fn of_manifest(file: &str, manifest: &Manifest) -> Result<Self> {
        let Some(value) = manifest.details.get(KEY) else {
            let problem = Problem::new(file, "does not say how the folder was made");
            return Err(Error::invalid(
                problem.with_hint("give a folder that `darien run` or `darien merge` left"),
            ));
        };
        serde_json::from_value(value.clone()).map_err(|e| {
            let problem =
                Problem::new(file, "does not read as what makes a folder").with_key("details.recipe");
            Error::invalid(problem.with_found(e.to_string()))
        })
    }

    /// Writes the recipe beside the parts in `folder`.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        write_atomic(&folder.join(FILE_NAME), &json::pretty(self)?).map(|_| ())
    }

    /// Reads the recipe beside the parts in `folder`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is none or it is damaged.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE_NAME);
        let shown = path.display().to_string();
        let bytes = match input::bytes(&path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let problem = Problem::new(folder.display().to_string(), "holds no runs to merge");
                return Err(Error::invalid(
                    problem.with_hint("give folders that `darien run --shard i/n` left"),
                ));
            }
            Err(e) => return Err(Error::invalid(Problem::new(shown, e.to_string()))),
        };
        serde_json::from_slice(&bytes).map_err(|e| {
            let problem =
                Problem::new(shown, "does not read as what makes a folder").at(e.line(), e.column());
            Error::invalid(problem.with_found(e.to_string()))
        })
    }

    /// What keeps this program from following the recipe: another version, other data. `file` names it.
    pub fn obstacles(&self, file: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut other = |key: &str, message: &str, found: &str, allowed: &str, hint: &str| {
            if found != allowed {
                let problem = Problem::new(file, message).with_key(key).with_found(found);
                problems.push(problem.with_allowed(allowed).with_hint(hint));
            }
        };
        other(
            "version",
            "was made by another version",
            &self.version,
            crate::VERSION,
            "use the version that made it",
        );
        other(
            "data",
            "was made from other data",
            &self.data,
            data::fingerprint(),
            "use the build that made it",
        );
        problems
    }

    /// The problem of a recipe that another build of the program made: the same code gives the same bytes, other code
    /// perhaps. `file` names it.
    pub fn other_build(&self, file: &str) -> Option<Problem> {
        (self.build != crate::BUILD).then(|| {
            Problem::new(file, "was made by another build of the program")
                .with_key("build")
                .with_found(if self.build.is_empty() { "none" } else { &self.build })
                .with_allowed(crate::BUILD)
                .with_hint("use the build that made it")
        })
    }

    /// The scenarios, resolved anew.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a text does not resolve or means something else than it did.
    pub fn scenarios(&self, file: &str) -> Result<Vec<Scenario>> {
        let mut problems = Vec::new();
        let mut scenarios = Vec::new();
        for (i, s) in self.scenarios.iter().enumerate() {
            let key = format!("recipe.scenarios[{i}]");
            let files: Option<Vec<(String, String)>> = s
                .files
                .iter()
                .map(|&at| self.sources.get(at).map(|s| (s.name.clone(), s.text.clone())))
                .collect();
            let Some(files) = files else {
                problems.push(Problem::new(file, "names a text that is not there").with_key(key));
                continue;
            };
            match Scenario::from_layers(&files, &self.sets, self.until) {
                Ok(scenario) if scenario.hash() == s.hash => scenarios.push(scenario),
                Ok(scenario) => problems.push(
                    Problem::new(file, "does not mean to this program what it meant to the one that made it")
                        .with_key(key)
                        .with_found(s.hash.clone())
                        .with_allowed(scenario.hash())
                        .with_hint("use the build that made it"),
                ),
                Err(Error::Invalid(found)) => problems.extend(found),
                Err(other) => return Err(other),
            }
        }
        if self.scenarios.is_empty() {
            problems.push(Problem::new(file, "names no scenario").with_key("recipe.scenarios"));
        }
        if problems.is_empty() { Ok(scenarios) } else { Err(Error::Invalid(problems)) }
    }

    /// The first thing in which two recipes differ: what, here, there.
    pub fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let hashes = |r: &Self| r.scenarios.iter().map(|s| s.hash.clone()).collect::<Vec<_>>().join(" ");
        let sum = |r: &Self| r.posterior.as_ref().map_or_else(String::new, |p| p.sha256.clone());
        let pairs = [
            ("version", self.version.clone(), other.version.clone()),
            ("build", self.build.clone(), other.build.clone()),
            ("data", self.data.clone(), other.data.clone()),
            ("scenarios", hashes(self), hashes(other)),
            ("seed", self.seed.to_string(), other.seed.to_string()),
            ("scale", self.scale.to_string(), other.scale.to_string()),
            ("runs", self.runs.to_string(), other.runs.to_string()),
            ("draws", self.draws.clone(), other.draws.clone()),
            ("posterior", sum(self), sum(other)),
            ("lang", self.lang.clone(), other.lang.clone()),
            ("parquet", self.parquet.to_string(), other.parquet.to_string()),
        ];
        pairs.into_iter().find(|(_, a, b)| a != b).or_else(|| {
            (self != other).then(|| ("scenario files", "one text".to_owned(), "another text".to_owned()))
        })
    }
}
