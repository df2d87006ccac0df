//! `darien check`: validates scenarios, benchmarks, and worlds of FLEE's, and shows every problem of all of them.

use super::common::{plain, written};
use crate::behaviour::flee::{self, FolderOptions, Quirks};
use crate::error::{Error, Problem, Result};
use crate::scenario::Scenario;
use crate::scenario::policies::Policies;
use crate::world::idle;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Arguments of `darien check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// Scenario or benchmark files, names of shipped ones, folders of FLEE's, or its settings files (.yml).
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Prints one JSON object instead of sentences.
    #[arg(long)]
    pub json: bool,
}

/// Checks all files; what is sound is said on `out`, warnings too.
///
/// # Errors
///
/// [`Error::Invalid`] with every problem of every file, each once.
pub fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<()> {
    let mut all: Vec<Problem> = Vec::new();
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for file in &args.files {
        match sound(file) {
            Ok(found) => {
                lines.push(format!("{file}: sound: {}", found.summary));
                lines.extend(found.warnings.iter().map(|w| format!("warning: {w}")));
                rows.push(found.row);
            }
            Err(Error::Invalid(problems)) => {
                rows.push(json!({ "file": file, "valid": false, "problems": problems, "warnings": [] }));
                for problem in problems {
                    if !all.contains(&problem) {
                        all.push(problem);
                    }
                }
            }
            Err(other) => return Err(other),
        }
    }
    if args.json {
        lines = vec![json!({ "valid": all.is_empty(), "files": rows }).to_string()];
    }
    let text: String = lines.iter().map(|line| format!("{}\n", plain(line))).collect();
    written(out.write_all(text.as_bytes()))?;
    if all.is_empty() { Ok(()) } else { Err(Error::Invalid(all)) }
}

/// What is said of a file without fault.
struct Sound {
    summary: String,
    warnings: Vec<String>,
    row: serde_json::Value,
}

fn sound(file: &str) -> Result<Sound> {
    let path = Path::new(file);
    if path.extension().is_some_and(|e| e == "yml" || e == "yaml") {
        let problems = flee::check_settings(path, Quirks::default());
        let row = json!({ "file": file, "valid": true, "problems": [], "warnings": [] });
        let found = Sound { summary: "settings of FLEE's".into(), warnings: Vec::new(), row };
        return if problems.is_empty() { Ok(found) } else { Err(Error::Invalid(problems)) };
    }
    if flee::is_world(path) {
        let world = flee::read(path, &FolderOptions::default(), Quirks::default())?;
        let (from, until) = (world.date(0), world.date(world.days - 1));
        let (places, camps) = (world.places.len(), world.camps.len());
        return Ok(Sound {
            summary: format!("{} ({from} to {until}; {places} places, {camps} camps)", world.name),
            row: json!({
                "file": file, "valid": true, "title": world.name, "problems": [], "warnings": world.notes,
            }),
            warnings: world.notes,
        });
    }
    if Policies::is_one(file) {
        let policies = super::bench::load(file)?;
        let (p, f) = (policies.policies.len(), policies.futures.len());
        return Ok(Sound {
            summary: format!("{} ({p} policies in {f} futures)", policies.title),
            warnings: Vec::new(),
            row: json!({
                "file": file, "valid": true, "title": policies.title, "question": policies.question,
                "problems": [], "warnings": [],
            }),
        });
    }
    let scenario = Scenario::load(file, &[], None)?;
    let horizon = scenario.horizon();
    let warnings: Vec<Problem> =
        scenario.warnings().iter().cloned().chain(idle::warnings(&scenario)).collect();
    Ok(Sound {
        summary: format!("{} ({} to {})", scenario.title(), horizon.from, horizon.until),
        warnings: warnings.iter().map(ToString::to_string).collect(),
        row: json!({
            "file": file, "valid": true, "title": scenario.title(), "question": scenario.question(),
            "hash": scenario.hash(), "problems": [], "warnings": warnings,
        }),
    })
}
