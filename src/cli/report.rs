//! `darien report`: one self-contained HTML file from result folders.

use super::common::{Replacing, out, say};
use super::lang::Lang;
use crate::error::Result;
use crate::experiment::track_record;
use crate::output::{report, single};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folders that `run`, `compare`, `bench` or `sensitivity` wrote; their parts come together in one page.
    #[arg(required = true, value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Language of the report.
    #[arg(long, value_parser = super::lang::parser(), default_value = "en")]
    pub lang: Lang,
    /// File to write; `report.html` in the first folder by default.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// End with one JSON object on the last line of standard output.
    #[arg(long)]
    pub json: bool,
    /// Say nothing but errors.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Runs the verb.
///
/// # Errors
///
/// Folders that are damaged or not results; a file that cannot be written.
pub fn run(args: &ReportArgs) -> Result<()> {
    let folders = report::folder::open_all(&args.folders)?;
    let page = report::page(&folders, args.lang, &track_record::line(args.lang))?;
    let path = args.out.clone().unwrap_or_else(|| args.folders[0].join("report.html"));
    let written = single::write(&path, page.as_bytes(), args.replacing.overwrite)?;
    let common = super::common::Common { json: args.json, quiet: args.quiet, threads: None };
    say(&common, &format!("{} ({} kB); open it in any browser", path.display(), written.bytes / 1000));
    if args.json {
        let line = serde_json::json!({
            "verb": "report", "file": path.display().to_string(), "bytes": written.bytes, "sha256": written.sha256,
        });
        out(&format!("{line}\n"))?;
    }
    Ok(())
}
