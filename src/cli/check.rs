//! `darien check`: validates scenarios and shows every problem of all of them.

use super::common::{plain, written};
use crate::error::{Error, Problem, Result};
use crate::scenario::Scenario;
use serde_json::json;
use std::io::Write;

/// Arguments of `darien check`.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// Scenario files, or names of shipped scenarios.
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
        match Scenario::load(file, &[], None) {
            Ok(scenario) => {
                let horizon = scenario.horizon();
                lines.push(format!(
                    "{file}: sound: {} ({} to {})",
                    scenario.title(),
                    horizon.from,
                    horizon.until
                ));
                lines.extend(scenario.warnings().iter().map(|w| format!("warning: {w}")));
                rows.push(json!({
                    "file": file, "valid": true, "title": scenario.title(), "question": scenario.question(),
                    "hash": scenario.hash(), "problems": [], "warnings": scenario.warnings(),
                }));
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
