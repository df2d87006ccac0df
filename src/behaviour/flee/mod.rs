//! FLEE's rules: people who flee a conflict over a road network towards camps.
//!
//! FLEE is the agent-based code of Suleimenova, Bell and Groen, "A generalized simulation development approach
//! for predicting refugee destinations" (Scientific Reports 7:13377, 2017). This is an independent
//! implementation of its published behaviour, checked against recorded results (`tests/flee.rs`).
//!
//! Data flows one way: a folder ([`read`]) or a scenario is read into a [`raw::RawWorld`], checked and frozen
//! into a [`World`], and run by [`FleeRules`] on a [`State`]. Nobody is visited without need: an agent
//! that comes to rest draws once how many mornings it stays, and a calendar brings it up when it leaves.

mod build;
mod changes;
mod choice;
mod decide;
mod input;
mod kind;
mod node;
mod paths;
mod place_in;
mod quirks;
pub mod raw;
mod record;
mod rules;
mod schedule;
mod settings;
mod spawn;
mod state;
mod timeline;
mod travel;
mod world;

pub use input::FolderOptions;
pub use kind::Kind;
pub use paths::Paths;
pub use place_in::At;
pub use quirks::Quirks;
pub use record::{Record, Recorder, run, run_many};
pub use rules::FleeRules;
pub use schedule::Schedule;
pub use settings::{ConflictDriven, KEYS, Key, Settings};
pub use state::{Agent, NEVER, NO_PATH, ON_LINK, PlaceNow, State, multiplier};
pub use world::{Barrier, Event, Link, Place, World};

use crate::error::Result;
use std::path::Path;

/// Reads a folder of FLEE's and checks it.
///
/// # Errors
/// [`crate::Error::Invalid`] with every problem of every file, each with its line.
pub fn read(dir: &Path, options: &FolderOptions, quirks: Quirks) -> Result<World> {
    let (raw, problems) = input::read_folder(dir, options, quirks);
    World::build(&raw, quirks, problems)
}
