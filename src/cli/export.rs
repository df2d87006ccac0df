//! `darien export`: results in the forms that others read.

use super::common::{Common, Replacing, out, say};
use crate::error::{Error, Problem, Result};
use crate::evaluate::hub::HubFormat;
use crate::output::export::{self, HubOutput, Naming, ResultFolder};
use crate::output::file::{OutputFolder, Written};
use crate::output::hub::write_hub;
use crate::output::single;
use clap::{ArgGroup, Args, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("forms").required(true).multiple(true).args(["hub", "csv", "parquet", "geojson"])))]
pub struct ExportArgs {
    /// Folder that `darien run` left.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Write a forecast hub (hubverse, schema v6): quantiles, means, samples from 100 runs on, target data.
    #[arg(long, value_name = "DIR")]
    pub hub: Option<PathBuf>,
    /// Write tables for spreadsheets: a month a row, a series and statistic a column.
    #[arg(long, value_name = "DIR")]
    pub csv: Option<PathBuf>,
    /// Write both tables as Parquet.
    #[arg(long, value_name = "DIR")]
    pub parquet: Option<PathBuf>,
    /// Write places, legs and mean flows as GeoJSON.
    #[arg(long, value_name = "FILE")]
    pub geojson: Option<PathBuf>,
    /// Short name of the team in the hub: 1 to 16 letters, digits or `_`.
    #[arg(long, value_name = "ABBR", default_value = "darien", value_parser = abbreviation, requires = "hub")]
    pub team: String,
    /// Short name of the model in the hub, likewise.
    #[arg(long, value_name = "ABBR", default_value = "abm", value_parser = abbreviation, requires = "hub")]
    pub model: String,
    /// Format of the hub's model output.
    #[arg(long, value_enum, default_value_t = Format::Parquet, requires = "hub")]
    pub hub_format: Format,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// End with one JSON object on the last line of standard output.
    #[arg(long)]
    pub json: bool,
    /// Say nothing but results and errors.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Format of the hub's model output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated text.
    Csv,
    /// Parquet.
    Parquet,
}

fn abbreviation(text: &str) -> std::result::Result<String, String> {
    let good = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if good {
        Ok(text.to_owned())
    } else {
        Err("a short name is 1 to 16 letters, digits or _, e.g. darien_abm".into())
    }
}

/// Files that go to one folder.
type Files = Vec<(String, Vec<u8>)>;

/// A written file: the kind of export, its path, what is known of it.
type Done = (&'static str, PathBuf, Written);

/// Runs the verb: everything is made and compared with what stands there before the first file is written.
///
/// # Errors
///
/// [`Error::Invalid`] for a folder of another verb, missing or damaged files, or files that would be overwritten by
/// others; [`Error::Io`] if the file system refuses.
pub fn run(args: &ExportArgs) -> Result<()> {
    let common = Common { json: args.json, quiet: args.quiet, threads: None };
    let folder = ResultFolder::open(&args.dir)?;
    let hub = match &args.hub {
        Some(path) => {
            let naming = Naming { team: args.team.clone(), model: args.model.clone() };
            let format = match args.hub_format {
                Format::Csv => HubFormat::Csv,
                Format::Parquet => HubFormat::Parquet,
            };
            Some((path, export::hub(&folder, &naming, format)?))
        }
        None => None,
    };
    let mut folders: Vec<(&'static str, &Path, Files)> = Vec::new();
    if let Some(path) = &args.csv {
        folders.push(("csv", path, export::spreadsheets(&folder)?));
    }
    if let Some(path) = &args.parquet {
        let files = vec![
            ("monthly.parquet".to_owned(), export::monthly_parquet(&folder)?),
            ("quantiles.parquet".to_owned(), export::quantiles_parquet(&folder)?),
        ];
        folders.push(("parquet", path, files));
    }
    let map = match &args.geojson {
        Some(path) => Some((path, export::geojson(&folder)?)),
        None => None,
    };

    let overwrite = args.replacing.overwrite;
    let mut problems: Vec<Problem> = Vec::new();
    if let Some((path, hub)) = &hub {
        problems.extend(single::hub_conflicts(path, &hub.hub, overwrite)?);
    }
    for (_, path, files) in &folders {
        for (name, bytes) in files {
            problems.extend(single::conflict(&path.join(name), bytes, overwrite)?);
        }
    }
    if let Some((path, bytes)) = &map {
        problems.extend(single::conflict(path, bytes, overwrite)?);
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }

    let mut done: Vec<Done> = Vec::new();
    if let Some((path, hub)) = &hub {
        let mut place = OutputFolder::shared(path, overwrite)?;
        write_hub(&mut place, "", &hub.hub)?;
        done.extend(place.written().into_iter().map(|w| ("hub", path.join(&w.name), w)));
    }
    for (kind, path, files) in &folders {
        let mut place = OutputFolder::shared(path, overwrite)?;
        place.sweep_beside(files.iter().map(|(name, _)| name.as_str()));
        for (name, bytes) in files {
            place.write(name, bytes)?;
        }
        done.extend(place.written().into_iter().map(|w| (*kind, path.join(&w.name), w)));
    }
    if let Some((path, bytes)) = &map {
        done.push(("geojson", (*path).clone(), single::write(path, bytes, overwrite)?));
    }
    let hub = hub.as_ref().map(|(_, hub)| hub);
    for note in hub.iter().flat_map(|h| &h.notes) {
        say(&common, &format!("note: {note}"));
    }
    out(&super::common::plain(&answer(args, &done, hub)))
}

fn answer(args: &ExportArgs, done: &[Done], hub: Option<&HubOutput>) -> String {
    let mut text = String::new();
    for (kind, path, written) in done {
        text.push_str(&format!("{kind:<8} {:>10} bytes  {}\n", written.bytes, path.display()));
    }
    for (id, name) in hub.iter().flat_map(|h| &h.scenarios) {
        text.push_str(&format!("{id} is {name}\n"));
    }
    if args.json {
        let files: Vec<Value> = done
            .iter()
            .map(|(kind, path, w)| {
                json!({ "kind": kind, "path": path.display().to_string(), "bytes": w.bytes, "sha256": w.sha256 })
            })
            .collect();
        let scenarios: Vec<Value> = hub
            .iter()
            .flat_map(|h| &h.scenarios)
            .map(|(id, name)| json!({ "scenario_id": id, "scenario": name }))
            .collect();
        let line = json!({
            "verb": "export",
            "source": args.dir.display().to_string(),
            "files": files,
            "scenarios": scenarios,
            "samples": hub.map(|h| h.samples),
            "notes": hub.map_or(&[][..], |h| h.notes.as_slice()),
        });
        text.push_str(&format!("{line}\n"));
    }
    text
}
