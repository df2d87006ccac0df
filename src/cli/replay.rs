//! `darien replay`: runs a folder again from its manifest and compares every file.

use super::common::{Common, out, plain, say, set_threads};
use super::run;
use crate::error::{Error, Problem, Result};
use crate::experiment::{RunKey, Runner};
use crate::observe;
use crate::output::compare::{self, Difference};
use crate::output::csv::neutralised;
use crate::output::file::OutputFolder;
use crate::output::manifest::{self, Manifest, Stopwatch};
use crate::output::parts::Parts;
use crate::output::recipe::Recipe;
use crate::output::results::Results;
use clap::Args;
use std::io::{BufRead, BufReader};
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
    if recipe.seed != found.seed || u64::from(recipe.scale) != found.scale {
        problems.push(
            Problem::new(&named, "contradicts itself in seed or scale").with_hint("it was changed by hand"),
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
    say(&args.common, &format!("running {} again", args.dir.display()));
    let mut folder = OutputFolder::create(&scratch.path().join("again"))?;
    run::make(&made, &runner, &mut folder, watch, threads)?;
    compare_folders(&args.dir, &found, folder.path())
}

fn compare_folders(dir: &Path, found: &Manifest, again: &Path) -> Result<String> {
    let new = Manifest::read(again)?;
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
    let mut reader = csv::Reader::from_path(path).map_err(damaged)?;
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
    let open = |path: &Path| std::fs::File::open(path).map(BufReader::new).map_err(Error::io("open", path));
    let mut new = open(again)?.lines().skip(1);
    let mut count = 0u64;
    for (i, line) in open(here)?.lines().enumerate().skip(1) {
        let line = line.map_err(Error::io("read", here))?;
        if line.split(',').nth(1).and_then(|n| n.parse().ok()) != Some(run) {
            continue;
        }
        let other = new.next().transpose().map_err(Error::io("read", again))?.unwrap_or_default();
        if line != other {
            let difference = Difference::Line { line: i as u64 + 1, here: line, again: other };
            return Err(Error::CheckFailed(sentence("monthly.csv", &difference)));
        }
        count += 1;
    }
    match new.next() {
        None => Ok(format!("{count} rows of monthly.csv")),
        Some(_) => Err(Error::CheckFailed(format!("monthly.csv: rows of run {run} are missing"))),
    }
}
