//! `darien merge`: joins the folders that `run --shard i/n` left, exactly.

use super::common::{Common, Replacing, out, set_threads};
use super::run;
use crate::error::{Error, Problem, Result};
use crate::experiment::Runner;
use crate::output::file::OutputFolder;
use crate::output::manifest::Stopwatch;
use crate::output::parts::{self, Parts};
use crate::output::recipe::Recipe;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most runs that a message names.
const NAMED: usize = 12;

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Folders that `darien run --shard i/n` left.
    #[arg(required = true, value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    /// Folder for the joined results.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// Runs the verb: the same files as an undivided run gives.
///
/// # Errors
///
/// Folders without parts, parts of different plans, missing, doubled and damaged runs; files that cannot be written.
pub fn run(args: &MergeArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    let recipes = recipes(&args.dirs)?;
    let (first, recipe) = &recipes[0];
    let named = first.display().to_string();
    let made = run::arguments(recipe, &named, &args.common)?;
    let scenarios = recipe.scenarios(&named)?;
    let runner = Runner::new(
        &scenarios,
        run::draws(recipe, &made, &first.join(parts::FOLDER))?,
        recipe.seed,
        recipe.scale,
    )?;
    let plan = run::plan(&runner, &made.ensemble);
    let (_, values) = run::layout(&runner, made.lang);
    let shards = shards(&args.dirs, &plan, values)?;
    let owners = owners(&shards, recipe.runs)?;
    outside(&args.out, &args.dirs)?;
    // Runs of the same plan that are there already are the same runs.
    let there = matches!(parts::found(&args.out)?, parts::Found::Ours { plan: p, .. } if p == plan);
    let made = run::RunArgs { resume: there, replacing: args.replacing, ..made };
    let mut folder = OutputFolder::open(&args.out, run::claim_of(&made, &runner))?;
    let joined = Parts::open(folder.path(), &plan, values, folder.earlier())?;
    for (run, shard) in owners {
        joined.take_over(&shards[shard].1, run)?;
    }
    let made = run::make(&run::RunArgs { resume: true, ..made }, &runner, &mut folder, watch, threads)?;
    if let Some(answer) = &made.answer {
        out(answer)?;
    }
    made.verdict(&args.out)
}

/// The recipes of all folders, which must be the same.
fn recipes(dirs: &[PathBuf]) -> Result<Vec<(PathBuf, Recipe)>> {
    let mut problems = Vec::new();
    let mut recipes: Vec<(PathBuf, Recipe)> = Vec::new();
    for dir in dirs {
        let folder = dir.join(parts::FOLDER);
        match Recipe::read(&folder) {
            Ok(recipe) => {
                let mut found = recipe.obstacles(&dir.display().to_string());
                found.extend(recipe.other_build(&dir.display().to_string()));
                if let (Some((first, other)), true) = (recipes.first(), found.is_empty())
                    && let Some((what, theirs, ours)) = other.difference(&recipe)
                {
                    problems.push(
                        Problem::new(dir.display().to_string(), "belongs to another plan")
                            .with_key(what)
                            .with_found(ours)
                            .with_allowed(format!("{theirs}, as in {}", first.display()))
                            .with_hint("join parts of one command only"),
                    );
                }
                problems.extend(found);
                recipes.push((dir.clone(), recipe));
            }
            Err(Error::Invalid(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() && !recipes.is_empty() { Ok(recipes) } else { Err(Error::Invalid(problems)) }
}

/// The parts of all folders, which must belong to the plan.
fn shards<'a>(dirs: &'a [PathBuf], plan: &str, values: usize) -> Result<Vec<(&'a Path, Parts)>> {
    let mut problems = Vec::new();
    let mut shards = Vec::new();
    for dir in dirs {
        match Parts::of_shard(dir, values) {
            Ok(parts) if parts.plan() == plan => shards.push((dir.as_path(), parts)),
            Ok(_) => problems.push(
                Problem::new(dir.display().to_string(), "holds runs of another plan")
                    .with_hint("use the build that made it"),
            ),
            Err(Error::Invalid(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(shards) } else { Err(Error::Invalid(problems)) }
}

/// Which folder holds each run: every run once, whole.
fn owners(shards: &[(&Path, Parts)], runs: u64) -> Result<BTreeMap<u64, usize>> {
    let mut problems = Vec::new();
    let mut owners: BTreeMap<u64, usize> = BTreeMap::new();
    for (i, (dir, parts)) in shards.iter().enumerate() {
        let (mut damaged, mut twice, mut beyond) =
            (Vec::new(), BTreeMap::<usize, Vec<u64>>::new(), Vec::new());
        for run in parts.list()? {
            if run >= runs {
                beyond.push(run);
            } else if !parts.has(run) && parts.failure(run).is_none() {
                damaged.push(run);
            } else if let Some(&other) = owners.get(&run) {
                twice.entry(other).or_default().push(run);
            } else {
                owners.insert(run, i);
            }
        }
        let mut tell = |what: &str, which: &[u64], hint: &str| {
            if !which.is_empty() {
                let problem = Problem::new(dir.display().to_string(), what).with_found(named(which));
                problems.push(problem.with_hint(hint));
            }
        };
        tell("holds damaged runs", &damaged, "run this part again with `--resume`");
        tell("holds runs beyond those asked for", &beyond, "give all parts the same `--runs`");
        for (other, which) in twice {
            let what = format!("holds runs that {} holds too", shards[other].0.display());
            tell(&what, &which, "give each part once");
        }
    }
    let missing: Vec<u64> = (0..runs).filter(|r| !owners.contains_key(r)).collect();
    if !missing.is_empty() && problems.is_empty() {
        problems.push(
            Problem::new("merge", format!("{} of {runs} runs are in no folder", missing.len()))
                .with_found(named(&missing))
                .with_hint("give all parts, and finish unfinished ones with `--resume`"),
        );
    }
    if problems.is_empty() { Ok(owners) } else { Err(Error::Invalid(problems)) }
}

fn named(runs: &[u64]) -> String {
    let mut text = runs.iter().take(NAMED).map(u64::to_string).collect::<Vec<_>>().join(", ");
    if runs.len() > NAMED {
        text.push_str(&format!(" and {} more", runs.len() - NAMED));
    }
    format!("run {text}")
}

/// The joined results must not be written over what they are made of.
fn outside(out: &Path, dirs: &[PathBuf]) -> Result<()> {
    let Ok(target) = std::fs::canonicalize(out) else { return Ok(()) };
    if dirs.iter().any(|d| std::fs::canonicalize(d).is_ok_and(|d| d == target)) {
        return Err(Error::invalid(
            Problem::new(out.display().to_string(), "is one of the folders to be joined")
                .with_hint("choose another `--out`"),
        ));
    }
    Ok(())
}
