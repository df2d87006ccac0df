//! FLEE's folders, as they are.
//!
//! `DIR` holds `input_csv/` and `source_data/`, or the files of the first directly. All problems of all files
//! are reported at once.

mod closures;
mod conflicts;
mod counts;
mod period;
mod places;
mod rows;

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
    ("agents.csv", "agents start from the data or by conflict"),
    ("flood_level.csv", "flood zones behave as towns"),
    ("region_attributes_IPC.csv", "food insecurity has no effect"),
    (
        "location_changes.csv",
        "FLEE reads it from the working directory; use closures and dated conflict levels",
    ),
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
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    let input = if dir.join("input_csv").is_dir() { dir.join("input_csv") } else { dir.to_path_buf() };
    let settings_path = options.settings.clone().or_else(|| {
        [input.join("simsetting.yml"), dir.join("simsetting.yml")].into_iter().find(|p| p.is_file())
    });
    let settings = match settings_path {
        None => {
            notes.push("no simsetting.yml: the defaults of FLEE's code are used".to_owned());
            Settings::default()
        }
        Some(path) => read_settings(&path, quirks, &mut problems),
    };
    let (from, days) = period::read(&input.join("sim_period.csv"), &mut problems);
    let mut world = RawWorld {
        name: dir.file_name().map_or_else(|| "world".into(), |n| n.to_string_lossy().into_owned()),
        from: from.unwrap_or(NaiveDate::MIN),
        days,
        places: places::read_places(&input.join("locations.csv"), &mut problems),
        links: places::read_links(&input.join("routes.csv"), &mut problems),
        closures: Vec::new(),
        total: Vec::new(),
        settings,
        notes,
    };
    let closures_path = options
        .closures
        .as_ref()
        .map_or_else(|| input.join("closures.csv"), |p| if p.is_file() { p.clone() } else { input.join(p) });
    world.closures = closures::read(&closures_path, &mut problems);
    conflicts::read(&input.join("conflicts.csv"), &mut world, &mut problems);
    let corrections = input.join("registration_corrections.csv");
    counts::read(&dir.join("source_data"), &corrections, &mut world, quirks, &mut problems);
    for (name, what) in UNUSED {
        if input.join(name).is_file() {
            world.notes.push(format!("{name} is not used: {what}"));
        }
    }
    if let Ok(entries) = std::fs::read_dir(&input) {
        let mut extra: Vec<String> = entries
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .filter(|n| n.starts_with("demographics_"))
            .collect();
        extra.sort();
        world
            .notes
            .extend(extra.iter().map(|n| format!("{n} is not used: attributes of persons have no effect")));
    }
    (world, problems)
}

/// Reads a settings file; what it does not say is FLEE's default.
pub(crate) fn read_settings(path: &Path, quirks: Quirks, problems: &mut Vec<Problem>) -> Settings {
    match rows::read_text(path) {
        Ok(text) => Settings::from_yaml(&path.display().to_string(), &text, quirks, problems),
        Err(problem) => {
            problems.push(*problem);
            Settings::default()
        }
    }
}

/// Reads a table, or adds the reason why it cannot be read.
fn table(path: &Path, header: rows::Header, problems: &mut Vec<Problem>) -> Option<Rows> {
    match Rows::read(path, header, problems) {
        Ok(rows) => Some(rows),
        Err(problem) => {
            problems.push(*problem);
            None
        }
    }
}

/// A whole number in a cell.
fn whole(cell: &str, at: &At, key: &str, problems: &mut Vec<Problem>) -> Option<i64> {
    let parsed = cell.parse::<i64>().ok();
    if parsed.is_none() {
        problems.push(at.problem("is not a whole number").with_key(key).with_found(quote(cell)));
    }
    parsed
}

/// A finite number in a cell.
fn number(cell: &str, at: &At, key: &str, problems: &mut Vec<Problem>) -> Option<f64> {
    let parsed = cell.parse::<f64>().ok().filter(|x| x.is_finite());
    if parsed.is_none() {
        problems.push(at.problem("is not a number").with_key(key).with_found(quote(cell)));
    }
    parsed
}

/// A date in a cell.
fn date(cell: &str, at: &At, key: &str, problems: &mut Vec<Problem>) -> Option<NaiveDate> {
    let parsed = cell.parse::<NaiveDate>().ok();
    if parsed.is_none() {
        problems.push(
            at.problem("is not a date").with_key(key).with_found(quote(cell)).with_allowed("YYYY-MM-DD"),
        );
    }
    parsed
}

fn quote(cell: &str) -> String {
    if cell.is_empty() { "an empty cell".into() } else { format!("\"{cell}\"") }
}
