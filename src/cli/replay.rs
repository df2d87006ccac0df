//! `darien replay`: runs a folder again from its manifest and compares every file.

use super::common::{Common, out, plain, say, set_threads};
use super::run;
use crate::error::{Error, Problem, Result};
use crate::experiment::{RunKey, Runner};
use crate::input;
use crate::observe;
use crate::output::compare::{self, Difference};
use crate::output::csv::neutralised;
use crate::output::file::OutputFolder;
use crate::output::manifest::{self, Manifest, Stopwatch};
use crate::output::parts::{self, Parts};
use crate::output::recipe::Recipe;
use crate::output::results::Results;
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Folder that `darien run` or `darien merge` left.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Repeat this run only: its rows of `monthly.csv`, or its failure.
    #[arg(long, value_name = "N")]
    pub run: Option<u64>,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// Runs the verb.
///
/// # Errors
///
/// [`Error::Invalid`] for a folder that cannot be made again; [`Error::CheckFailed`] with the first difference.
pub fn run(args: &ReplayArgs) -> Result<()> {
    let threads = set_threads(args.common.threads)?;
    let done = again(args, threads, |runner| runner)?;
    if args.common.json {
        let line = serde_json::json!({ "verb": "replay", "same": true, "compared": done });
        return out(&format!("{line}\n"));
    }
    match args.run {
        Some(run) => out(&format!("run {run} gives what it gave: {done}\n")),
        None => out(&format!("the same bytes: {done}\n")),
    }
}

/// Makes the folder again and compares; `prepare` may change the runner (tests make runs fail with it). Gives a sentence.
///
/// # Errors
///
/// As [`run()`].
pub fn again(args: &ReplayArgs, threads: usize, prepare: impl FnOnce(Runner) -> Runner) -> Result<String> {
    let watch = Stopwatch::start();
    let found = Manifest::read(&args.dir)?;
    let named = args.dir.join(manifest::FILE_NAME).display().to_string();
    let recipe = Recipe::of_manifest(&named, &found)?;
    let mut problems = recipe.obstacles(&named);
    let same = recipe.seed == found.seed
        && u64::from(recipe.scale) == found.scale
        && (&recipe.version, &recipe.build) == (&found.version, &found.build);
    if !same {
        problems.push(
            Problem::new(&named, "contradicts itself in seed, scale, version or build")
                .with_hint("it was changed by hand"),
        );
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let made = run::arguments(&recipe, &named, &args.common)?;
    let scenarios = recipe.scenarios(&named)?;
    let runner =
        prepare(Runner::new(&scenarios, run::draws(&recipe, &made, &args.dir)?, recipe.seed, recipe.scale)?);
    let scratch = tempfile::tempdir().map_err(Error::io("create a folder in", std::env::temp_dir()))?;
    if let Some(run) = args.run {
        return one(&args.dir, &recipe, &runner, run, scratch.path());
    }
    // What stands beside is looked at first: it needs no runs.
    for name in beside(&args.dir, &found)? {
        say(&args.common, &format!("note: {name} is not of this run and is not compared"));
    }
    say(&args.common, &format!("running {} again", args.dir.display()));
    let mut folder = OutputFolder::create(&scratch.path().join("again"))?;
    run::make(&made, &runner, &mut folder, watch, threads).map_err(|e| match e {
        Error::Interrupted(_) => Error::Interrupted(
            "nothing was compared, and the folder is as it was; the same command begins anew".into(),
        ),
        other => other,
    })?;
    let other = other_build(&recipe);
    let note = if other.is_empty() { other } else { format!(" ({other})") };
    match compare_folders(&args.dir, &found, folder.path()) {
        Ok(done) => Ok(done + &note),
        Err(Error::CheckFailed(difference)) => Err(Error::CheckFailed(difference + &note)),
        Err(other) => Err(other),
    }
}

/// A sentence if another build of the program made the folder.
fn other_build(recipe: &Recipe) -> String {
    if recipe.build == crate::BUILD {
        return String::new();
    }
    let short = |build: &str| {
        if build.is_empty() { "an unknown one".into() } else { build.chars().take(12).collect::<String>() }
    };
    format!(
        "the folder was made by another build of the program: {}; this is {}",
        short(&recipe.build),
        short(crate::BUILD)
    )
}

/// Endings of tables and charts.
const ENDINGS: [&str; 4] = ["csv", "parquet", "svg", "png"];

/// Files in the folder that the manifest does not list and that are no tables or charts.
///
/// # Errors
///
/// [`Error::CheckFailed`] for a table or chart that the manifest does not list, or finished runs that were not used: a
/// reader would take them for results of this run. [`Error::Io`] if a folder cannot be read.
fn beside(dir: &Path, found: &Manifest) -> Result<Vec<String>> {
    let mut others = Vec::new();
    for below in ["", "charts/"] {
        let place = dir.join(below);
        if !place.is_dir() {
            continue;
        }
        let entries = std::fs::read_dir(&place).map_err(Error::io("read the folder", &place))?;
        for entry in entries {
            let entry = entry.map_err(Error::io("read the folder", &place))?;
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            let known = name == manifest::FILE_NAME || found.files.iter().any(|f| f.name == name);
            if !known && !name.starts_with('.') && name != "charts" {
                others.push(name);
            }
        }
    }
    others.sort();
    let is_result = |name: &&String| {
        let ending = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default();
        name.as_str() == parts::FOLDER || ENDINGS.contains(&ending)
    };
    match others.iter().find(is_result) {
        Some(name) => Err(Error::CheckFailed(format!(
            "{}: is in the folder, but the manifest does not list it; what else stands there was not looked at (move it elsewhere if it is yours)",
            plain(name)
        ))),
        None => Ok(others),
    }
}

fn compare_folders(dir: &Path, found: &Manifest, again: &Path) -> Result<String> {
    let new = Manifest::read(again)?;
    let (listed, made) = (found.files.len(), new.files.len());
    let mut names: Vec<&str> = found.files.iter().chain(&new.files).map(|f| f.name.as_str()).collect();
    // Tables before the charts that are made from them.
    names.sort_unstable_by_key(|name| (name.contains('/'), *name));
    names.dedup();
    for &name in &names {
        if let Some(difference) = compare::files(&dir.join(name), &again.join(name))? {
            return Err(Error::CheckFailed(sentence(name, &difference)));
        }
    }
    // The files are the same; a manifest that says otherwise was changed.
    if let Some(problem) = found.verify(dir)?.first() {
        return Err(Error::CheckFailed(format!("{}: {problem}", manifest::FILE_NAME)));
    }
    if listed != made {
        return Err(Error::CheckFailed(format!("{listed} files are listed and {made} were made again")));
    }
    let bytes: u64 = new.files.iter().map(|f| f.bytes).sum();
    Ok(format!("{} files, {bytes} bytes, {} runs", names.len(), found.runs))
}

fn sentence(name: &str, difference: &Difference) -> String {
    match difference {
        Difference::Missing => format!("{name}: is not in the folder, but the run makes it again"),
        Difference::Extra => format!("{name}: is in the folder, but the run does not make it again"),
        Difference::Line { line, here, again } => {
            format!("{name}: differs first in line {line}: {} here, {} again", plain(here), plain(again))
        }
        Difference::Byte { at } => format!("{name}: differs first in byte {at}"),
    }
}

/// One run again: its failure, or its rows.
fn one(dir: &Path, recipe: &Recipe, runner: &Runner, run: u64, scratch: &Path) -> Result<String> {
    if run >= recipe.runs {
        return Err(Error::Usage(format!("`--run {run}`: the folder has the runs 0 to {}", recipe.runs - 1)));
    }
    let recorded = recorded_failure(&dir.join("failures.csv"), run)?;
    match (runner.guarded(RunKey::plain(run)), recorded) {
        (Err(failure), Some(message)) if neutralised(&failure.message) == message => Ok(format!(
            "it fails (seed {}, draw {}, replicate {}): {}",
            failure.seed,
            failure.draw,
            failure.replicate,
            plain(&failure.message)
        )),
        (Err(failure), Some(message)) => Err(Error::CheckFailed(format!(
            "run {run} failed with `{}` and now fails with `{}`",
            plain(&message),
            plain(&failure.message)
        ))),
        (Err(failure), None) => {
            Err(Error::CheckFailed(format!("run {run} finished and now fails: {}", plain(&failure.message))))
        }
        (Ok(_), Some(message)) => {
            Err(Error::CheckFailed(format!("run {run} failed with `{}` and now finishes", plain(&message))))
        }
        (Ok(cubes), None) => {
            let (members, values) = run::layout(runner, crate::lang::Lang::En);
            let mut folder = OutputFolder::create(&scratch.join("again"))?;
            let parts = Parts::open(folder.path(), "one", values, folder.earlier())?;
            parts.keep(run, &cubes)?;
            let results = Results { parts: &parts, runs: vec![run], members, keys: observe::series() };
            results.write_monthly(&mut folder)?;
            rows(&dir.join("monthly.csv"), &folder.path().join("monthly.csv"), run)
        }
    }
}

/// The message of a failed run, as the table of failures has it.
fn recorded_failure(path: &Path, run: u64) -> Result<Option<String>> {
    if !path.exists() {
        return Ok(None);
    }
    let damaged = |e: csv::Error| Error::invalid(Problem::new(path.display().to_string(), e.to_string()));
    let mut reader = csv::Reader::from_reader(input::open(path).map_err(Error::io("read", path))?);
    for record in reader.records() {
        let record = record.map_err(damaged)?;
        if record.get(0) == Some(run.to_string().as_str()) {
            return Ok(record.get(4).map(ToOwned::to_owned));
        }
    }
    Ok(None)
}

/// Compares the rows of a run, in order.
fn rows(here: &Path, again: &Path, run: u64) -> Result<String> {
    let open = |path: &Path| input::open(path).map(csv::Reader::from_reader).map_err(Error::io("read", path));
    let damaged = |e: csv::Error| {
        Error::invalid(Problem::new(here.display().to_string(), "cannot be read").with_found(e.to_string()))
    };
    let shown = |row: &csv::StringRecord| row.iter().collect::<Vec<_>>().join(",");
    let (mut old, mut new) = (open(here)?, open(again)?);
    let mut made = new.records();
    let mut count = 0u64;
    for row in old.records() {
        let row = row.map_err(damaged)?;
        if row.get(1).and_then(|n| n.parse().ok()) != Some(run) {
            continue;
        }
        let other = made.next().transpose().map_err(damaged)?.unwrap_or_default();
        if row != other {
            let line = row.position().map_or(0, csv::Position::line);
            let difference = Difference::Line { line, here: shown(&row), again: shown(&other) };
            return Err(Error::CheckFailed(sentence("monthly.csv", &difference)));
        }
        count += 1;
    }
    match made.next() {
        None => Ok(format!("{count} rows of monthly.csv")),
        Some(_) => Err(Error::CheckFailed(format!("monthly.csv: rows of run {run} are missing"))),
    }
}
