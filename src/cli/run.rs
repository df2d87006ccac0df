//! `darien run`: an ensemble per scenario; tables, charts, manifest, and the answer in a few lines.

use super::common::{
    Common, Ensemble, Replacing, Source, claim, date, default_folder, edition, out, say, set_threads,
    stop_flag,
};
use super::ensemble::{self, Failures, Job, MAX_RUNS, check_runs, failed, next_runs, share};
use super::lang::Lang;
use crate::behaviour::corridor::shard::Shard;
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::experiment::summary::{mean, quantile, sorted, standard_error};
use crate::experiment::verdict::inside;
use crate::experiment::{Draws, Posterior, RunKey, Runner, posterior, track_record};
use crate::observe;
use crate::output::csv;
use crate::output::figures;
use crate::output::file::{OutputFolder, write_atomic};
use crate::output::findings::Voice;
use crate::output::folder::{Claim, Earlier};
use crate::output::manifest::{self, Stopwatch};
use crate::output::parts::Parts;
use crate::output::readme::{self, Described};
use crate::output::recipe::Recipe;
use crate::output::results::{Member, Results, monthly_columns, outcome_table, quantile_columns};
use crate::output::words::fill_text;
use crate::registry::outcomes;
use crate::scenario::Scenario;
use crate::table::SeriesKey;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scenarios: names of shipped ones (see `darien explain scenarios`) or paths of TOML files.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// Runs per scenario, each with its own draw of assumptions and of chance.
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub runs: u64,
    /// Add runs until the error of the headline mean is below this share of it, e.g. `2%`.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub precision: Option<f64>,
    /// Change a lever from the first day of the horizon, e.g. `crisis.VEN=0.9`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Last day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<chrono::NaiveDate>,
    /// People that one agent stands for (1 to 10000); agents of smaller nationalities stand for fewer.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub scale: u32,
    /// Seed and draws.
    #[command(flatten)]
    pub ensemble: Ensemble,
    /// Run only part i of n of the runs; `darien merge` joins the parts.
    #[arg(long, value_name = "i/n", value_parser = shard)]
    pub shard: Option<(u64, u64)>,
    /// Take over the finished runs of an interrupted call with the same arguments.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/` with scenarios, changes and settings by default.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// Language of the charts.
    #[arg(long, value_parser = super::lang::parser(), default_value = "en")]
    pub lang: Lang,
    /// Write the tables as Parquet too.
    #[arg(long)]
    pub parquet: bool,
    /// Say where the time goes: seconds by phase of one run of the first scenario.
    #[arg(long)]
    pub profile: bool,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

fn shard(text: &str) -> std::result::Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    parts
        .filter(|&(i, n): &(u64, u64)| i >= 1 && i <= n)
        .ok_or_else(|| format!("`{text}` is not a part; write i/n with 1 <= i <= n, e.g. 3/20"))
}

/// Runs the verb.
///
/// # Errors
///
/// Invalid scenarios, files that cannot be written, interruption, failed runs.
pub fn run(args: &RunArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    check_runs(args.runs)?;
    let scenarios = ensemble::load(&args.scenarios, &args.set, args.until)?;
    ensemble::warn(&args.common, &scenarios);
    let mut runner = Runner::new(&scenarios, args.ensemble.draws()?, args.ensemble.seed, args.scale)?;
    if args.profile {
        runner.choose_sharing(1, None);
        return profile(&runner);
    }
    if args.shard.is_some() && args.precision.is_some() {
        return Err(Error::Usage(
            "`--precision` needs all runs at one place; give `--runs` with `--shard`".into(),
        ));
    }
    let mine = args.runs / args.shard.map_or(1, |(_, n)| n).max(1);
    ensemble::share_threads(&args.common, &mut runner, mine, threads);
    let names: Vec<&str> = scenarios.iter().map(Scenario::name).collect();
    let path =
        args.out.clone().unwrap_or_else(|| default_folder(&names, scenarios.iter().filter_map(edition)));
    let mut folder = OutputFolder::open(&path, claim_of(args, &runner))?;
    let made = make(args, &runner, &mut folder, watch, threads)?;
    if let Some(answer) = &made.answer {
        out(answer)?;
    }
    made.verdict(&path)
}

/// A folder that was made.
#[derive(Debug)]
pub struct Made {
    /// What is printed; none where only a part of the runs is here, or all failed.
    pub answer: Option<String>,
    /// Runs that were asked for, those of other parts included.
    pub runs: u64,
    /// The runs that failed.
    pub failures: Failures,
}

impl Made {
    /// Whether all runs finished.
    ///
    /// # Errors
    ///
    /// [`Error::FailedRuns`] with the list in the folder, if some did not.
    pub fn verdict(&self, folder: &std::path::Path) -> Result<()> {
        failed(&self.failures, self.runs, folder)
    }
}

/// Runs what is missing and fills the folder with tables, charts and manifest; the rest of `run`, `merge` and `replay`.
///
/// # Errors
///
/// Files that cannot be written, interruption.
pub fn make(
    args: &RunArgs,
    runner: &Runner,
    folder: &mut OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Result<Made> {
    let path = folder.path().to_path_buf();
    // From here on an interruption keeps what is finished.
    stop_flag();
    let (members, values) = layout(runner, args.lang);
    let earlier = Earlier { resume: args.resume, overwrite: args.replacing.overwrite };
    let parts = Parts::open(&path, &plan(runner, &args.ensemble), values, earlier)?;
    let recipe = recipe(args, runner);
    recipe.write(parts.folder())?;
    if let Some(table) = runner.draws().posterior().and_then(Posterior::to_keep) {
        write_atomic(&parts.folder().join(posterior::TABLE), table.as_bytes())?;
    }
    let (runs, failures) = simulate(args, runner, &parts, &members)?;
    let wanted = if args.shard.is_some() { args.runs } else { (runs.len() + failures.len()) as u64 };
    if let Some((i, n)) = args.shard {
        say(
            &args.common,
            &format!(
                "part {i} of {n}: {} runs finished in {}; join with `darien merge`",
                runs.len(),
                path.display()
            ),
        );
        ensemble::write_failures(&failures, folder)?;
        return Ok(Made { answer: None, runs: wanted, failures });
    }
    let results = Results { parts: &parts, runs, members, keys: observe::series() };
    let recipe = Recipe { runs: wanted, ..recipe };
    write(args, runner, &results, &failures, &recipe, folder, watch, threads)?;
    let answer = if results.runs.is_empty() { None } else { Some(answer(args, &results)?) };
    parts.discard()?;
    Ok(Made { answer, runs: wanted, failures })
}

/// Where the values of each scenario stand in a part, and how many there are.
pub(super) fn layout(runner: &Runner, lang: Lang) -> (Vec<Member>, usize) {
    let members = ensemble::members(runner.scenarios(), lang);
    let values = ensemble::values(&members);
    (members, values)
}

/// What the arguments amount to, for the manifest.
fn recipe(args: &RunArgs, runner: &Runner) -> Recipe {
    let draws = args.ensemble.draws.to_possible_value();
    Recipe {
        sets: args.set.clone(),
        until: args.until,
        seed: args.ensemble.seed,
        scale: runner.scale(),
        runs: args.runs,
        draws: draws.map_or_else(String::new, |v| v.get_name().to_owned()),
        posterior: runner.draws().posterior().map(|p| p.id.clone()),
        lang: args.lang.code().to_owned(),
        parquet: args.parquet,
        ..Recipe::of(runner.scenarios())
    }
}

/// The arguments that follow a recipe; `file` names it in problems.
///
/// # Errors
///
/// A source of draws, language or number of runs that this program does not know.
pub(super) fn arguments(recipe: &Recipe, file: &str, common: &Common) -> Result<RunArgs> {
    let mut problems = Vec::new();
    let draws = Source::from_str(&recipe.draws, false).unwrap_or_else(|_| {
        let problem = Problem::new(file, "names no source of draws").with_key("recipe.draws");
        problems.push(problem.with_found(recipe.draws.clone()));
        Source::Posterior
    });
    let lang = Lang::of(&recipe.lang).unwrap_or_else(|| {
        let problem = Problem::new(file, "names no language").with_key("recipe.lang");
        problems.push(problem.with_found(recipe.lang.clone()));
        Lang::En
    });
    if recipe.runs == 0 || recipe.runs > MAX_RUNS {
        let problem = Problem::new(file, "is no number of runs").with_key("recipe.runs");
        problems.push(problem.with_found(recipe.runs.to_string()).with_allowed(format!("1 to {MAX_RUNS}")));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(RunArgs {
        scenarios: Vec::new(),
        runs: recipe.runs,
        precision: None,
        set: recipe.sets.clone(),
        until: recipe.until,
        scale: recipe.scale,
        ensemble: Ensemble { seed: recipe.seed, draws, posterior: None },
        shard: None,
        resume: false,
        out: None,
        replacing: Replacing::default(),
        lang,
        parquet: recipe.parquet,
        profile: false,
        common: common.clone(),
    })
}

/// The draws that follow a recipe; a posterior that does not ship lies in `folder`.
///
/// # Errors
///
/// If the posterior is not there, or is another one.
pub(super) fn draws(recipe: &Recipe, made: &RunArgs, folder: &Path) -> Result<Draws> {
    match &recipe.posterior {
        Some(id) => Ok(Draws::Posterior(Arc::new(Posterior::of_id(id, folder)?))),
        None => made.ensemble.draws(),
    }
}

/// The hash of everything that determines the results.
pub(super) fn plan(runner: &Runner, ensemble: &Ensemble) -> String {
    ensemble::plan(&ensemble::asked(runner, ensemble.seed, ""))
}

/// What the call is going to write.
pub(super) fn claim_of(args: &RunArgs, runner: &Runner) -> Claim {
    let asked = ensemble::asked(runner, args.ensemble.seed, "");
    // How many runs a precision takes is not known yet.
    let runs = if args.precision.is_some() { MAX_RUNS } else { args.runs };
    claim("run", &asked, runs, args.resume, args.replacing)
}

fn simulate(
    args: &RunArgs,
    runner: &Runner,
    parts: &Parts,
    members: &[Member],
) -> Result<(Vec<u64>, Failures)> {
    let job = Job {
        common: &args.common,
        runner,
        parts,
        resume: args.resume,
        key: RunKey::plain,
        shard: args.shard,
    };
    job.simulate(args.runs, |begun, failures| {
        let Some(precision) = args.precision else { return Ok(None) };
        let error = headline_error(parts, members, begun, failures)?;
        if error <= precision || begun >= MAX_RUNS {
            say(
                &args.common,
                &format!("{begun} runs: the error of the headline mean is {:.2} % of it", error * 100.0),
            );
            return Ok(None);
        }
        Ok(Some(next_runs(begun, error, precision)))
    })
}

/// Monte-Carlo error of the mean entries over the horizon, as a share; the largest over scenarios.
fn headline_error(parts: &Parts, members: &[Member], runs: u64, failures: &Failures) -> Result<f64> {
    let runs: Vec<u64> = (0..runs).filter(|r| !failures.iter().any(|(f, _)| f == r)).collect();
    let results = Results { parts, runs, members: members.to_vec(), keys: observe::series() };
    let mut most = 0f64;
    for member in 0..members.len() {
        let totals = headline(&results, member)?;
        most = most.max(standard_error(&totals) / mean(&totals).max(1.0));
    }
    Ok(most)
}

/// Entries over the horizon, a value a run.
fn headline(results: &Results<'_>, member: usize) -> Result<Vec<f64>> {
    let rows = results.series(member, &outcomes::headline())?;
    Ok(rows.iter().map(|r| r.iter().sum()).collect())
}

#[expect(clippy::too_many_arguments, reason = "all that a folder is made of")]
fn write(
    args: &RunArgs,
    runner: &Runner,
    results: &Results<'_>,
    failures: &Failures,
    recipe: &Recipe,
    folder: &mut OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Result<()> {
    say(&args.common, "writing tables and charts");
    ensemble::write_failures(failures, folder)?;
    ensemble::keep_posterior(runner.draws(), folder)?;
    if !results.runs.is_empty() {
        tables_and_charts(args, runner, results, folder)?;
    }
    let made = ensemble::Made {
        verb: "run",
        seed: args.ensemble.seed,
        draws: &results.runs,
        details: recipe.details()?,
        watch,
        threads,
    };
    folder.finish(ensemble::manifest(runner, &results.members, made, folder))
}

fn tables_and_charts(
    args: &RunArgs,
    runner: &Runner,
    results: &Results<'_>,
    folder: &mut OutputFolder,
) -> Result<()> {
    results.write_monthly(folder)?;
    results.write_quantiles(folder)?;
    let outcomes = outcome_table();
    folder.write("outcomes.csv", &csv::bytes(&outcomes)?)?;
    if args.parquet {
        results.write_quantiles_parquet(folder)?;
        results.write_monthly_parquet(folder)?;
    }
    let setting = figures::Setting {
        lang: args.lang,
        seed: args.ensemble.seed,
        track_record: track_record::line(args.lang),
        known_until: runner.known_until(),
    };
    figures::draw(results, &setting, folder)?;
    let columns = monthly_columns();
    let quantiles = quantile_columns();
    let mut described = vec![
        Described {
            file: "monthly.csv",
            purpose: "Every outcome of every run by month.",
            table: Some(&columns),
        },
        Described { file: "quantiles.csv", purpose: "Quantiles over the runs.", table: Some(&quantiles) },
        Described { file: "outcomes.csv", purpose: "What each outcome is.", table: Some(&outcomes) },
        Described {
            file: "charts/",
            purpose: "Each chart as SVG and PNG, with what it shows as CSV.",
            table: None,
        },
        Described {
            file: "manifest.json",
            purpose: "What made these files; `darien replay` runs it again and compares.",
            table: None,
        },
    ];
    described.extend(ensemble::described_posterior(runner.draws()));
    let intro =
        results.members.iter().map(|m| format!("{}: {}", m.name, m.title)).collect::<Vec<_>>().join("\n");
    folder.write("README.txt", readme::text("Results of darien", &intro, &described).as_bytes())
}

fn answer(args: &RunArgs, results: &Results<'_>) -> Result<String> {
    let (lang, voice) = (args.lang, Voice::new(args.lang));
    let w = voice.words;
    let mut text = String::new();
    let mut rows = Vec::new();
    for (i, m) in results.members.iter().enumerate() {
        let totals = sorted(headline(results, i)?);
        let q = |level| quantile(&totals, level);
        let last = m.from.plus(m.months as i32 - 1);
        let runs = totals.len();
        let within = voice.runs_between(lang.count(q(0.1)), lang.count(q(0.9)), inside(runs, 0.8), runs);
        let entries = fill_text(
            w.run_entries,
            &[("x", &lang.count(q(0.5))), ("within", &within), ("period", &lang.in_period(m.from, last))],
        );
        text.push_str(&format!("{} ({})\n  {entries}\n", m.title, m.name));
        let assumption = m.assumption(args.lang);
        if !assumption.is_empty() {
            text.push_str(&format!("  {assumption}\n"));
        }
        let observed = data::recorded(m.from, last);
        if let Some(seen) = observed {
            text.push_str(&format!("  {}\n", fill_text(w.run_recorded, &[("x", &lang.count(seen))])));
        }
        let mut clauses = Vec::new();
        for (outcome, place) in
            [("deaths", "darien"), ("abused", "darien"), ("returned", "panama"), ("reverse_flow", "panama")]
        {
            let series = results.series(i, &SeriesKey::new(outcome, place, "ALL"))?;
            let sums = sorted(series.iter().map(|r| r.iter().sum()).collect());
            let at = |level| lang.count(quantile(&sums, level));
            let name = format!("{} ({})", w.outcome(outcome), w.place(place));
            clauses.push(fill_text(
                w.run_row,
                &[("outcome", &name), ("x", &at(0.5)), ("low", &at(0.1)), ("high", &at(0.9))],
            ));
        }
        text.push_str(&format!("  {}\n", fill_text(w.run_where, &[("clauses", &clauses.join("; "))])));
        rows.push(serde_json::json!({
            "scenario": m.name, "outcome": "entries", "place": "darien", "nationality": "ALL", "month": "total",
            "median": q(0.5), "low": q(0.1), "high": q(0.9), "mean": mean(&totals), "runs": totals.len(), "observed": observed,
        }));
    }
    text.push_str(&format!("{}.\n", track_record::line(lang)));
    if args.common.json {
        let line = serde_json::json!({ "verb": "run", "rows": rows });
        text.push_str(&format!("{line}\n"));
    }
    Ok(text)
}

fn profile(runner: &Runner) -> Result<()> {
    let (cube, phases, state) = runner.profile(RunKey::plain(0));
    let total: f64 = phases.iter().map(|p| p.1).sum();
    let mut text = format!("{:12} {:>9} {:>6}\n", "phase", "seconds", "share");
    for (phase, seconds) in &phases {
        text.push_str(&format!("{:12} {seconds:9.3} {:5.1} %\n", phase.name, 100.0 * seconds / total));
    }
    let sum = |o: &str| cube.series(o, "origin", "ALL").map_or(0.0, |v| v.iter().sum());
    text.push_str(&format!(
        "{:12} {total:9.3}\ncandidates {} for {:.0} intents, {} legs walked, {} seats of those who wait\n",
        "all",
        state.candidates,
        sum("intents"),
        state.legs_walked,
        state.shards.iter().map(Shard::seats).sum::<usize>()
    ));
    if let Some(peak) = manifest::peak_memory_bytes() {
        text.push_str(&format!("peak memory {:.0} MiB\n", peak as f64 / 1_048_576.0));
    }
    out(&text)
}
