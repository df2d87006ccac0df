//! `darien convert-flee`: a folder of FLEE's as a scenario file.

use super::common::{Replacing, out, plain};
use crate::behaviour::flee::{self, FolderOptions, Quirks};
use crate::error::Result;
use crate::output::single;
use std::io::Write as _;
use std::path::PathBuf;

/// Write a world of FLEE's as a scenario file, with dates instead of day numbers.
#[derive(Debug, Clone, clap::Args)]
pub struct ConvertFleeArgs {
    /// Folder with input_csv and source_data.
    pub dir: PathBuf,
    /// Scenario file to write.
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// Settings file (simsetting.yml) to use instead of the folder's own.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Closures file to use instead of closures.csv.
    #[arg(long, value_name = "FILE")]
    pub closures: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
}

/// Runs the verb: reads and checks the folder and writes the file.
///
/// # Errors
/// [`crate::Error::Invalid`] with all problems of the folder, [`crate::Error::Io`] where the file cannot be written.
pub fn run(args: &ConvertFleeArgs) -> Result<()> {
    let options = FolderOptions { settings: args.settings.clone(), closures: args.closures.clone() };
    let quirks = Quirks::default();
    let (raw, problems) = flee::read_raw(&args.dir, &options, quirks);
    let text = raw.as_ref().map(flee::to_toml).unwrap_or_default();
    let world = flee::finish(raw, quirks, problems)?;
    for note in &world.notes {
        let _ = writeln!(std::io::stderr().lock(), "note: {}", plain(note));
    }
    single::write(&args.to, text.as_bytes(), args.replacing.overwrite)?;
    out(&format!(
        "{}: {} places, {} links, {} days; run it with `darien flee`\n",
        args.to.display(),
        world.places.len(),
        world.links.len() / 2,
        world.days
    ))
}
