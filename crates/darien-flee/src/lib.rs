//! FLEE's rules: people who flee a conflict over a road network towards camps.
//!
//! FLEE is the agent-based code of Suleimenova, Bell and Groen, "A generalized simulation development approach
//! for predicting refugee destinations" (Scientific Reports 7:13377, 2017). This is an independent
//! implementation of its published behaviour, checked against recorded results (`tests/flee.rs`).
//!
//! Data flows one way: a folder ([`read`]) or a scenario is read into a [`raw::RawWorld`], checked and frozen
//! into a [`World`], and run by [`FleeRules`] on a [`State`]. Nobody is visited without need: an agent
//! that comes to rest draws once how many mornings it stays, and a calendar brings it up when it leaves.

mod advice;
mod build;
mod changes;
mod check;
mod choice;
pub mod daily;
mod decide;
mod findings;
mod input;
mod kind;
mod node;
mod paths;
mod persons;
mod place_in;
mod quirks;
pub mod raw;
mod record;
mod regions;
mod rules;
mod scenario_in;
mod scenario_out;
mod schedule;
pub mod score;
mod setting_values;
mod settings;
mod spawn;
mod state;
pub mod tables;
mod timeline;
mod toml_reader;
mod travel;
pub mod whatif;
mod world;

pub use input::FolderOptions;
pub use kind::Kind;
pub use paths::Paths;
pub use persons::{Persons, View};
pub use place_in::At;
pub use quirks::Quirks;
pub use record::{Record, Recorder, run, run_many};
pub use rules::FleeRules;
pub use scenario_out::to_toml;
pub use schedule::Schedule;
pub use settings::{ConflictDriven, FloodDriven, FloodRules, KEYS, Key, Settings};
pub use state::{Agent, NEVER, NO_PATH, ON_LINK, PlaceNow, SETTLED, State, multiplier};
pub use world::{Barrier, Event, Link, Place, World};

use darien_base::error::{Problem, Result};
use darien_base::{Error, error, table};
use darien_engine::{self as engine, random};
use raw::RawWorld;
use std::path::Path;

/// Reads a folder of FLEE's, or a scenario file of ours, and checks it.
///
/// # Errors
/// [`Error::Invalid`] with every problem of every file, each with its line.
pub fn read(path: &Path, options: &FolderOptions, quirks: Quirks) -> Result<World> {
    let (raw, problems) = read_raw(path, options, quirks);
    finish(raw, quirks, problems)
}

/// Whether a path holds a world for these rules: a folder with FLEE's files, or a scenario file that is or extends
/// such a world. Says nothing of its soundness.
pub fn is_world(path: &Path) -> bool {
    if path.is_dir() {
        return ["input_csv", "locations.csv", "sim_period.csv", "source_data"]
            .iter()
            .any(|n| path.join(n).exists());
    }
    path.is_file() && scenario_in::is_world(path)
}

/// The problems of a settings file (`simsetting.yml`).
pub fn check_settings(path: &Path, quirks: Quirks) -> Vec<Problem> {
    let mut findings = findings::Findings::default();
    input::read_settings(path, quirks, &mut findings);
    findings.problems
}

/// Reads a folder, or a scenario file of ours where `path` is a file, as typed; problems come with it. There is no
/// world only where nothing could be read.
pub fn read_raw(path: &Path, options: &FolderOptions, quirks: Quirks) -> (Option<RawWorld>, Vec<Problem>) {
    if path.is_file() {
        return scenario_in::read_scenario(path, quirks);
    }
    if !path.is_dir() {
        let problem = Problem::new(path.display().to_string(), "is neither a folder nor a file");
        return (
            None,
            vec![problem.with_hint("give a folder with input_csv and source_data, or a scenario file")],
        );
    }
    let (raw, problems) = input::read_folder(path, options, quirks);
    (Some(raw), problems)
}

/// Checks what [`read_raw`] gave and freezes it.
///
/// # Errors
/// [`Error::Invalid`] with every problem.
pub fn finish(raw: Option<RawWorld>, quirks: Quirks, problems: Vec<Problem>) -> Result<World> {
    match raw {
        Some(raw) => World::build(&raw, quirks, problems),
        None => Err(Error::Invalid(problems)),
    }
}
