//! A result folder: its manifest, verified, and the tables and charts that are there.

use super::sheet::Sheet;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::manifest::Manifest;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Tables that a report reads whole where they are there.
const SHEETS: [&str; 12] = [
    "differences.csv",
    "account.csv",
    "spread.csv",
    "attribution.csv",
    "scorecard.csv",
    "prices.csv",
    "fronts.csv",
    "discovery.csv",
    "indices.csv",
    "tornado.csv",
    "ranking.csv",
    "outcomes.csv",
];

/// What may be handed to a report.
const WANTED: &str = "a folder that `darien run`, `compare`, `bench` or `sensitivity` wrote with `--out`";

/// What a folder holds.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// Its last part, for people.
    pub name: String,
    /// The command that made it: `run`, `compare`, `bench`, `sensitivity` or another.
    pub verb: String,
    /// What made it.
    pub manifest: Manifest,
    /// The tables by file name.
    pub sheets: BTreeMap<String, Sheet>,
    /// Stems of charts, `charts/entries` and so on.
    pub charts: Vec<String>,
}

impl Folder {
    /// Opens a folder, compares every file with its checksum and reads its tables.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem of the folder.
    pub fn open(path: &Path) -> Result<Self> {
        let manifest = Manifest::open(path, WANTED)?;
        let has = |name: &str| manifest.files.iter().any(|f| f.name == name);
        let (mut sheets, mut problems) = (BTreeMap::new(), Vec::new());
        for name in SHEETS.into_iter().filter(|n| has(n)) {
            match Sheet::read(&path.join(name)) {
                Ok(sheet) => {
                    sheets.insert(name.to_owned(), sheet);
                }
                Err(Error::Invalid(found)) => problems.extend(found),
                Err(other) => return Err(other),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let charts = manifest
            .files
            .iter()
            .filter_map(|f| f.name.strip_suffix(".svg"))
            .filter(|stem| has(&format!("{stem}.csv")))
            .map(str::to_owned)
            .collect();
        let verb = verb(&manifest, &sheets);
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { path: path.to_path_buf(), name, verb, manifest, sheets, charts })
    }

    /// A table that is there.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.get(name)
    }

    /// What the manifest says of a scenario.
    pub fn scenario(&self, name: &str) -> Option<&Value> {
        self.manifest.levers.get(name)
    }

    /// The title of a scenario in a language; its name where it has none.
    pub fn title<'a>(&'a self, name: &'a str, lang: Lang) -> &'a str {
        let text = |key: &str| self.scenario(name).and_then(|s| s.get(key)).and_then(Value::as_str);
        lang.pick(text("title").unwrap_or(name), text("title_es").unwrap_or_default())
    }

    /// What the results of a scenario rest on though nothing on record supports it: sentences in English and in Spanish.
    pub fn assumes(&self, name: &str) -> Vec<(String, String)> {
        let assumed = self.scenario(name).and_then(|s| s.get("assumes"));
        assumed.and_then(|a| serde_json::from_value(a.clone()).ok()).unwrap_or_default()
    }

    /// Names of the scenarios in the order given.
    pub fn names(&self) -> Vec<&str> {
        self.manifest.scenarios.iter().map(|s| s.name.as_str()).collect()
    }
}

/// The command that made a folder: what the manifest says, else its command line, else its tables.
fn verb(manifest: &Manifest, sheets: &BTreeMap<String, Sheet>) -> String {
    if !manifest.verb.is_empty() {
        return manifest.verb.clone();
    }
    let known = ["run", "compare", "bench", "sensitivity"];
    if let Some(word) = manifest.command.iter().skip(1).find(|w| known.contains(&w.as_str())) {
        return word.clone();
    }
    let by_table =
        [("differences.csv", "compare"), ("scorecard.csv", "bench"), ("indices.csv", "sensitivity")];
    by_table.iter().find(|(file, _)| sheets.contains_key(*file)).map_or("run", |(_, verb)| verb).to_owned()
}

/// Opens several folders and tells the problems of all.
///
/// # Errors
/// [`Error::Invalid`] with every problem of every folder.
pub fn open_all(paths: &[PathBuf]) -> Result<Vec<Folder>> {
    let (mut folders, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        match Folder::open(path) {
            Ok(folder) => folders.push(folder),
            Err(Error::Invalid(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(folders) } else { Err(Error::Invalid(problems)) }
}
