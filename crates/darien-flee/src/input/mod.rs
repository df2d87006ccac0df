//! FLEE's folders, as they are.
//!
//! `DIR` holds `input_csv/` and `source_data/`, or the files of the first directly. All problems of all files
//! are reported at once.

mod changes;
mod closures;
mod conflicts;
mod counts;
mod period;
mod persons;
mod places;
mod regions;
mod rows;

use super::findings::Findings;
use super::place_in::At;
use super::quirks::Quirks;
use super::raw::RawWorld;
use super::settings::Settings;
use crate::error::Problem;
use chrono::NaiveDate;
pub(crate) use counts::value_on;
pub(crate) use period::MOST_DAYS;
use rows::Rows;
use std::path::{Path, PathBuf};

/// Files of the folder that are not read, and what is said about them.
const UNUSED: &[(&str, &str)] = &[
    ("agents.csv", "agents start from the data, by conflict or by flood"),
    ("major_routes.csv", "fixed routes are not supported"),
];

/// What to read apart from the folder itself.
#[derive(Debug, Clone, Default)]
pub struct FolderOptions {
    /// Settings file; else `simsetting.yml` of the folder, else FLEE's defaults.
    pub settings: Option<PathBuf>,
    /// Closures file instead of `closures.csv`.
    pub closures: Option<PathBuf>,
}

/// Reads a folder. Problems found so far come with the world, whose parts may then be incomplete.
pub(crate) fn read_folder(dir: &Path, options: &FolderOptions, quirks: Quirks) -> (RawWorld, Vec<Problem>) {
    let mut findings = Findings::default();
    let input = if dir.join("input_csv").is_dir() { dir.join("input_csv") } else { dir.to_path_buf() };
    let settings_path = options.settings.clone().or_else(|| {
        [input.join("simsetting.yml"), dir.join("simsetting.yml")].into_iter().find(|p| p.is_file())
    });
    let settings = match settings_path {
        None => {
            findings.notes.push("no simsetting.yml: the defaults of FLEE's code are used".to_owned());
            Settings::default()
        }
        Some(path) => read_settings(&path, quirks, &mut findings),
    };
    let (from, days) = period::read(&input.join("sim_period.csv"), &mut findings);
    let mut world = RawWorld {
        name: dir.file_name().map_or_else(|| "world".into(), |n| n.to_string_lossy().into_owned()),
        from: from.unwrap_or(NaiveDate::MIN),
        days,
        places: places::read_places(&input.join("locations.csv"), &mut findings),
        links: places::read_links(&input.join("routes.csv"), &mut findings),
        settings,
        ..RawWorld::default()
    };
    let closures_path = options
        .closures
        .as_ref()
        .map_or_else(|| input.join("closures.csv"), |p| if p.is_file() { p.clone() } else { input.join(p) });
    world.closures = closures::read(&closures_path, &world.places, &mut findings);
    // FLEE reads only one of the two.
    if world.settings.driven_by_flood() {
        let levels = conflicts::read(&input.join("flood_level.csv"), &world, &mut findings);
        world.places.iter_mut().zip(levels).for_each(|(place, levels)| place.flood = levels);
    } else {
        let levels = conflicts::read(&input.join("conflicts.csv"), &world, &mut findings);
        world.places.iter_mut().zip(levels).for_each(|(place, levels)| place.levels = levels);
        say_unused(&input, "flood_level.csv", "flood_zone_spawning_only is off", &mut findings);
    }
    world.changes = changes::read(dir, &input, &mut findings);
    let regions = "region_attributes_IPC.csv";
    if world.settings.hunger_acts() {
        world.regions = regions::read(&input.join(regions), &mut findings);
    } else {
        say_unused(&input, regions, "no setting on hunger is on", &mut findings);
    }
    world.traits = persons::read(&input, &world, &mut findings);
    let corrections = input.join("registration_corrections.csv");
    counts::read(&dir.join("source_data"), &corrections, &mut world, quirks, &mut findings);
    for (name, why) in UNUSED {
        say_unused(&input, name, why, &mut findings);
    }
    world.notes = findings.notes;
    (world, findings.problems)
}

/// Notes a file that is there, but has no effect.
fn say_unused(input: &Path, name: &str, why: &str, findings: &mut Findings) {
    if input.join(name).is_file() {
        findings.notes.push(format!("{name} is not used: {why}"));
    }
}

/// Reads a settings file; what it does not say is FLEE's default.
pub(crate) fn read_settings(path: &Path, quirks: Quirks, findings: &mut Findings) -> Settings {
    match rows::read_text(path, findings) {
        Ok(text) => Settings::from_yaml(&path.display().to_string(), &text, quirks, findings),
        Err(problem) => {
            findings.refuse(*problem);
            Settings::default()
        }
    }
}

/// Reads a table, or adds the reason why it cannot be read.
fn table(path: &Path, header: rows::Header, findings: &mut Findings) -> Option<Rows> {
    match Rows::read(path, header, findings) {
        Ok(rows) => Some(rows),
        Err(problem) => {
            findings.refuse(*problem);
            None
        }
    }
}

/// A whole number in a cell.
fn whole(cell: &str, at: &At, key: &str, findings: &mut Findings) -> Option<i64> {
    let parsed = cell.parse::<i64>().ok();
    if parsed.is_none() {
        findings.refuse(at.problem("is not a whole number").with_key(key).with_found(quote(cell)));
    }
    parsed
}

/// A finite number in a cell.
fn number(cell: &str, at: &At, key: &str, findings: &mut Findings) -> Option<f64> {
    let parsed = cell.parse::<f64>().ok().filter(|x| x.is_finite());
    if parsed.is_none() {
        findings.refuse(at.problem("is not a number").with_key(key).with_found(quote(cell)));
    }
    parsed
}

/// A date in a cell.
fn date(cell: &str, at: &At, key: &str, findings: &mut Findings) -> Option<NaiveDate> {
    let parsed = cell.parse::<NaiveDate>().ok();
    if parsed.is_none() {
        findings.refuse(
            at.problem("is not a date").with_key(key).with_found(quote(cell)).with_allowed("YYYY-MM-DD"),
        );
    }
    parsed
}

fn quote(cell: &str) -> String {
    if cell.is_empty() { "an empty cell".into() } else { format!("\"{cell}\"") }
}
