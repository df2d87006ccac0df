//! What a report is made from: the folders, the runs read back, and the effects that they show.

use super::effects::{self, Effects};
use super::folder::Folder;
use super::recorded::{Recorded, horizon};
use crate::chart::Provenance;
use crate::data;
use crate::error::Result;
use crate::figures::Setting;
use crate::findings::Voice;
use crate::units::Month;
use std::collections::BTreeMap;

/// What the folders of a report hold together.
#[derive(Debug)]
pub struct Model<'a> {
    /// The folders.
    pub folders: &'a [Folder],
    /// How the report speaks.
    pub say: Voice,
    /// One line on how well the model has done so far.
    pub track_record: String,
    /// Runs by folder (position in `folders`).
    pub runs: Vec<(usize, Recorded)>,
    /// Effects by folder; those of `compare` first.
    pub effects: Vec<(usize, Effects)>,
}

impl<'a> Model<'a> {
    /// Reads what the folders hold.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for a table that does not read.
    pub fn new(folders: &'a [Folder], say: Voice, track_record: &str) -> Result<Self> {
        let (mut runs, mut effects) = (Vec::new(), Vec::new());
        for (i, folder) in folders.iter().enumerate() {
            effects.extend(effects::from_tables(folder)?.into_iter().map(|e| (i, e)));
        }
        for (i, folder) in folders.iter().enumerate() {
            if folder.manifest.files.iter().any(|f| f.name == "monthly.csv") && folder.verb == "run" {
                let recorded = Recorded::read(folder, say.lang)?;
                for found in effects::from_runs(&recorded) {
                    let known = |e: &(usize, Effects)| e.1.alt == found.alt && e.1.base == found.base;
                    if !effects.iter().any(known) {
                        effects.push((i, found));
                    }
                }
                runs.push((i, recorded));
            }
        }
        Ok(Self { folders, say, track_record: track_record.to_owned(), runs, effects })
    }

    /// The folder whose scenarios the report is about, and their names, the base first.
    pub fn subject(&self) -> Option<(&'a Folder, Vec<&'a str>)> {
        let by_effect = self.effects.first().map(|(i, _)| *i);
        let by_runs = self.runs.first().map(|(i, _)| *i);
        // A benchmark has a scenario for each option in each future; anything else names its scenarios better.
        let other = self.folders.iter().position(|f| f.verb != "bench");
        let any = (!self.folders.is_empty()).then_some(0);
        let folder = &self.folders[by_effect.or(by_runs).or(other).or(any)?];
        Some((folder, folder.names())).filter(|(_, names)| !names.is_empty())
    }

    /// First and last month that the report is about.
    pub fn horizon(&self) -> Option<(Month, Month)> {
        let (folder, names) = self.subject()?;
        names.iter().find_map(|name| horizon(folder, name))
    }

    /// A scenario's title in quotation marks.
    pub fn quoted(&self, folder: usize, name: &str) -> String {
        self.say.quoted(self.folders[folder].title(name, self.say.lang))
    }

    /// What the charts of a folder's runs need beside them.
    pub fn setting(&self, folder: usize) -> Setting {
        Setting {
            lang: self.say.lang,
            seed: self.folders[folder].manifest.seed,
            // The page has a section on it.
            track_record: String::new(),
            known_until: known_until(&self.folders[folder]),
        }
    }

    /// Where the numbers of a scenario's charts come from.
    pub fn provenance(&self, folder: usize, name: &str) -> Provenance {
        let folder = &self.folders[folder];
        let m = &folder.manifest;
        Provenance {
            scenario: name.to_owned(),
            hash: m.scenarios.iter().find(|s| s.name == name).map_or_else(String::new, |s| s.hash.clone()),
            seed: m.seed,
            runs: m.runs,
            version: m.version.clone(),
            vintage: m.data.vintage.clone(),
            source: String::new(),
        }
    }

    /// Whether all folders were made by one version from the same data.
    pub fn is_of_one_kind(&self) -> bool {
        self.folders.windows(2).all(|w| {
            let (a, b) = (&w[0].manifest, &w[1].manifest);
            a.version == b.version && a.data == b.data
        })
    }

    /// Names that stand for different scenarios in different folders.
    pub fn clashes(&self) -> Vec<String> {
        let mut hashes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for s in self.folders.iter().flat_map(|f| &f.manifest.scenarios) {
            let list = hashes.entry(&s.name).or_default();
            if !list.contains(&s.hash.as_str()) {
                list.push(&s.hash);
            }
        }
        hashes.into_iter().filter(|(_, list)| list.len() > 1).map(|(name, _)| name.to_owned()).collect()
    }
}

/// Last month of which each scenario of a folder knows what happened.
fn known_until(folder: &Folder) -> Vec<Month> {
    let m = &folder.manifest;
    m.scenarios.iter().map(|s| m.known_until(&s.name).unwrap_or_else(data::recorded_until)).collect()
}
