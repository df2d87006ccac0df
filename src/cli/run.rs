//! `darien run`: an ensemble per scenario; tables, charts, manifest, and the answer in a few lines.

use super::common::{
    Common, Ensemble, Meter, Source, date, default_folder, out, say, set_threads, stop_flag,
};
use super::lang::Lang;
use crate::behaviour::corridor::shard::Shard;
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::experiment::runner::Failure;
use crate::experiment::runner::Sharing;
use crate::experiment::summary::{mean, quantile, sorted, standard_error};
use crate::experiment::{RunKey, Runner};
use crate::observe;
use crate::output::chart::Event;
use crate::output::csv;
use crate::output::figures::{self, people};
use crate::output::file::{OutputFolder, sha256_hex};
use crate::output::manifest::{self, DataId, Environment, Manifest, ScenarioId, Stopwatch};
use crate::output::parts::Parts;
use crate::output::readme::{self, Described};
use crate::output::recipe::Recipe;
use crate::output::results::{Member, Results, monthly_columns, outcome_table, quantile_columns};
use crate::registry::parameters::PARAMETERS;
use crate::scenario::Scenario;
use crate::table::{Column, SeriesKey, Table};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
    /// Seed, scale and draws.
    #[command(flatten)]
    pub ensemble: Ensemble,
    /// Run only part i of n of the runs; `darien merge` joins the parts.
    #[arg(long, value_name = "i/n", value_parser = shard)]
    pub shard: Option<(u64, u64)>,
    /// Take over the finished runs of an interrupted call with the same arguments.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/SCENARIO` by default.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Language of the charts.
    #[arg(long, value_enum, default_value_t = Lang::En)]
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

fn share(text: &str) -> std::result::Result<f64, String> {
    let (number, factor) = text.strip_suffix('%').map_or((text, 1.0), |n| (n, 0.01));
    let value = number.trim().parse::<f64>().map(|v| v * factor);
    value
        .ok()
        .filter(|v| *v > 0.0 && *v < 1.0)
        .ok_or_else(|| format!("`{text}` is not a share; write e.g. 2% or 0.02"))
}

fn shard(text: &str) -> std::result::Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    parts
        .filter(|&(i, n): &(u64, u64)| i >= 1 && i <= n)
        .ok_or_else(|| format!("`{text}` is not a part; write i/n with 1 <= i <= n, e.g. 3/20"))
}

/// Most runs that `--precision` may ask for.
const MAX_RUNS: u64 = 20_000;

/// Runs the verb.
///
/// # Errors
///
/// Invalid scenarios, files that cannot be written, interruption, failed runs.
pub fn run(args: &RunArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    if args.runs == 0 || args.runs > MAX_RUNS {
        return Err(Error::Usage(format!(
            "`--runs {}`: a number of runs is between 1 and {MAX_RUNS}",
            args.runs
        )));
    }
    let scenarios = load(&args.scenarios, &args.set, args.until)?;
    for s in &scenarios {
        for warning in s.warnings() {
            say(&args.common, &format!("warning: {warning}"));
        }
    }
    let mut runner =
        Runner::new(&scenarios, args.ensemble.draws()?, args.ensemble.seed, args.ensemble.scale)?;
    if args.profile {
        runner.choose_sharing(1, None);
        return profile(&runner);
    }
    if args.shard.is_some() && args.precision.is_some() {
        return Err(Error::Usage(
            "`--precision` needs all runs at one place; give `--runs` with `--shard`".into(),
        ));
    }
    share_threads(args, &mut runner, threads);
    let names: Vec<&str> = scenarios.iter().map(Scenario::name).collect();
    let path = args.out.clone().map_or_else(|| default_folder(&names), Ok)?;
    let mut folder = OutputFolder::create(&path)?;
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
    pub failures: Vec<(u64, Failure)>,
}

impl Made {
    /// Whether all runs finished.
    ///
    /// # Errors
    ///
    /// [`Error::FailedRuns`] with the list in the folder, if some did not.
    pub fn verdict(&self, folder: &std::path::Path) -> Result<()> {
        if self.failures.is_empty() {
            return Ok(());
        }
        Err(Error::FailedRuns {
            failed: self.failures.len(),
            total: self.runs as usize,
            listing: folder.join("failures.csv").display().to_string(),
        })
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
    let (members, values) = layout(runner);
    let parts = Parts::open(&path, &plan(runner, &args.ensemble), values, args.resume)?;
    let recipe = recipe(args, runner);
    recipe.write(parts.folder())?;
    let (mut runs, failures) = simulate(args, runner, &parts, &members)?;
    let wanted = if args.shard.is_some() { args.runs } else { runs.len() as u64 };
    runs.retain(|r| !failures.iter().any(|(run, _)| run == r));
    if let Some((i, n)) = args.shard {
        say(
            &args.common,
            &format!(
                "part {i} of {n}: {} runs finished in {}; join with `darien merge`",
                runs.len(),
                path.display()
            ),
        );
        if !failures.is_empty() {
            folder.write("failures.csv", &csv::bytes(&failure_table(&failures))?)?;
        }
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
pub(super) fn layout(runner: &Runner) -> (Vec<Member>, usize) {
    let scenarios: Vec<Scenario> = runner.scenarios().cloned().collect();
    let members = members(&scenarios);
    let values = members.last().map_or(0, |m| m.offset + m.months * observe::series().len());
    (members, values)
}

/// What the arguments amount to, for the manifest.
fn recipe(args: &RunArgs, runner: &Runner) -> Recipe {
    let name = |value: Option<clap::builder::PossibleValue>| {
        value.map_or_else(String::new, |v| v.get_name().to_owned())
    };
    Recipe {
        sets: args.set.clone(),
        until: args.until,
        seed: args.ensemble.seed,
        scale: runner.scale(),
        runs: args.runs,
        draws: name(args.ensemble.draws.to_possible_value()),
        lang: name(args.lang.to_possible_value()),
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
    let lang = Lang::from_str(&recipe.lang, false).unwrap_or_else(|_| {
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
        ensemble: Ensemble { seed: recipe.seed, scale: recipe.scale, draws },
        shard: None,
        resume: false,
        out: None,
        lang,
        parquet: recipe.parquet,
        profile: false,
        common: common.clone(),
    })
}

/// Chooses how the ensemble shares the threads, and says so where there is a choice.
fn share_threads(args: &RunArgs, runner: &mut Runner, threads: usize) {
    let runs = args.runs / args.shard.map_or(1, |(_, n)| n).max(1);
    let sharing = runner.choose_sharing(runs.max(1), manifest::available_memory_bytes());
    if threads > 1 {
        let how = match sharing {
            Sharing::Runs => "each has a run of its own",
            Sharing::Steps => "they share each step of one run at a time",
        };
        say(&args.common, &format!("{threads} threads: {how}"));
    }
}

/// Loads scenarios, collecting the problems of all.
///
/// # Errors
///
/// Every problem of every file; two scenarios of the same name.
pub fn load(names: &[String], sets: &[String], until: Option<chrono::NaiveDate>) -> Result<Vec<Scenario>> {
    let mut problems = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    for name in names {
        if crate::behaviour::flee::is_world(std::path::Path::new(name)) {
            let problem =
                Problem::new(name, "is a world for the rules of FLEE, not a scenario of the corridor");
            problems.push(problem.with_hint(format!("run it with `darien flee {name}`")));
            continue;
        }
        match Scenario::load(name, sets, until) {
            Ok(s) if scenarios.iter().any(|other| other.name() == s.name()) => problems.push(
                Problem::new(name, "has the same name as another scenario of this call")
                    .with_hint("rename one of the files"),
            ),
            Ok(s) => scenarios.push(s),
            Err(Error::Invalid(found)) => problems.extend(found),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(scenarios) } else { Err(Error::Invalid(problems)) }
}

fn members(scenarios: &[Scenario]) -> Vec<Member> {
    let series = observe::series().len();
    let mut offset = 0;
    scenarios
        .iter()
        .map(|s| {
            let horizon = s.horizon();
            let member = Member {
                name: s.name().to_owned(),
                title: s.title().to_owned(),
                hash: s.hash(),
                from: horizon.first_month(),
                months: horizon.months(),
                offset,
            };
            offset += member.months * series;
            member
        })
        .collect()
}

/// The hash of everything that determines the results.
pub(super) fn plan(runner: &Runner, ensemble: &Ensemble) -> String {
    let hashes: Vec<String> = runner.scenarios().map(|s| format!("{}={}", s.name(), s.hash())).collect();
    let text = format!(
        "{} {} {} seed={} scale={} draws={} {}",
        env!("CARGO_PKG_VERSION"),
        data::fingerprint(),
        hashes.join(" "),
        ensemble.seed,
        runner.scale(),
        runner.draws().name(),
        observe::series().len(),
    );
    sha256_hex(text.as_bytes())
}

/// Runs that are there, and those that failed.
type Simulated = (Vec<u64>, Vec<(u64, Failure)>);

fn simulate(args: &RunArgs, runner: &Runner, parts: &Parts, members: &[Member]) -> Result<Simulated> {
    let mine = |r: &u64| args.shard.is_none_or(|(i, n)| r % n == i - 1);
    let stop = stop_flag();
    let mut failures = Vec::new();
    let mut wanted = args.runs;
    let mut begun = 0;
    loop {
        let block: Vec<u64> = (begun..wanted).filter(mine).collect();
        let mut missing = Vec::new();
        for &run in &block {
            match parts.failure(run) {
                _ if args.resume && parts.has(run) => {}
                Some(failure) if args.resume => failures.push((run, failure)),
                _ => missing.push(run),
            }
        }
        let keys: Vec<RunKey> = missing.iter().map(|&r| RunKey::plain(r)).collect();
        let mut meter = Meter::new(&args.common, "runs", keys.len() as u64);
        let whole = runner.ensemble(&keys, stop, &mut meter, |i, outcome| match outcome {
            Ok(cubes) => parts.keep(missing[i], &cubes),
            Err(failure) => {
                let kept = parts.keep_failure(missing[i], &failure);
                failures.push((missing[i], failure));
                kept
            }
        })?;
        if !whole {
            let done = parts.list()?.len();
            return Err(Error::Interrupted(format!(
                "{done} of {wanted} runs are kept; the same command with `--resume` goes on"
            )));
        }
        begun = wanted;
        let Some(precision) = args.precision else { break };
        let error = headline_error(parts, members, begun, &failures)?;
        if error <= precision || begun >= MAX_RUNS {
            say(
                &args.common,
                &format!("{begun} runs: the error of the headline mean is {:.2} % of it", error * 100.0),
            );
            break;
        }
        // As many more as the error asks for, but at most twice what there is.
        let needed = (begun as f64 * (error / precision).powi(2)).ceil() as u64;
        wanted = needed.clamp(begun + 2, begun * 2).min(MAX_RUNS);
    }
    failures.sort_unstable_by_key(|(run, _)| *run);
    Ok(((0..begun).filter(mine).collect(), failures))
}

/// Monte-Carlo error of the mean entries over the horizon, as a share; the largest over scenarios.
fn headline_error(parts: &Parts, members: &[Member], runs: u64, failures: &[(u64, Failure)]) -> Result<f64> {
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
    let rows = results.series(member, &SeriesKey::new("entries", "darien", "ALL"))?;
    Ok(rows.iter().map(|r| r.iter().sum()).collect())
}

#[expect(clippy::too_many_arguments, reason = "all that a folder is made of")]
fn write(
    args: &RunArgs,
    runner: &Runner,
    results: &Results<'_>,
    failures: &[(u64, Failure)],
    recipe: &Recipe,
    folder: &mut OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Result<()> {
    say(&args.common, "writing tables and charts");
    if !failures.is_empty() {
        folder.write("failures.csv", &csv::bytes(&failure_table(failures))?)?;
    }
    if !results.runs.is_empty() {
        tables_and_charts(args, runner, results, folder)?;
    }
    let manifest = manifest(args, runner, results, recipe.details()?, folder, watch, threads);
    folder.write(manifest::FILE_NAME, &manifest.bytes()?)
}

/// The runs that failed: number, key and message.
fn failure_table(failures: &[(u64, Failure)]) -> Table {
    let whole = |name, meaning, value: fn(&(u64, Failure)) -> u64| {
        Column::text(name, meaning, failures.iter().map(|f| value(f).to_string()).collect())
    };
    let messages = failures.iter().map(|(_, f)| f.message.clone()).collect();
    Table::new(
        "failures",
        vec![
            whole("run", "Number of the run.", |f| f.0),
            whole("seed", "Seed of all chance.", |f| f.1.seed),
            whole("draw", "Draw of the assumptions.", |f| f.1.draw),
            whole("replicate", "Replicate of chance.", |f| f.1.replicate),
            Column::text("message", "What the program said.", messages),
        ],
    )
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
        track_record: crate::experiment::track_record::line(args.lang == Lang::Es),
        events: events(runner),
    };
    figures::draw(results, &setting, folder)?;
    let columns = monthly_columns();
    let quantiles = quantile_columns();
    let described = [
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
    let intro =
        results.members.iter().map(|m| format!("{}: {}", m.name, m.title)).collect::<Vec<_>>().join("\n");
    folder.write("README.txt", readme::text("Results of darien", &intro, &described).as_bytes())
}

fn manifest(
    args: &RunArgs,
    runner: &Runner,
    results: &Results<'_>,
    details: serde_json::Map<String, serde_json::Value>,
    folder: &OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Manifest {
    let parameters = PARAMETERS
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let values: Vec<f64> =
                results.runs.iter().take(1000).map(|&r| runner.draws().draw(r).parameters.values()[i]).collect();
            let value = serde_json::json!({ "mean": mean(&values), "unit": p.definition.unit, "source": p.definition.source });
            (p.definition.name.to_owned(), value)
        })
        .collect();
    Manifest {
        format: manifest::FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        verb: "run".into(),
        command: std::env::args().collect(),
        scenarios: results
            .members
            .iter()
            .map(|m| ScenarioId { name: m.name.clone(), hash: m.hash.clone() })
            .collect(),
        levers: runner.scenarios().map(|s| (s.name().to_owned(), s.resolved())).collect(),
        parameters,
        seed: args.ensemble.seed,
        runs: results.runs.len() as u64,
        scale: u64::from(runner.scale()),
        details,
        data: DataId { vintage: data::VINTAGE.into(), fingerprint: data::fingerprint().into() },
        files: folder.written(),
        environment: Environment {
            sharing: match runner.sharing() {
                Sharing::Runs => "runs".into(),
                Sharing::Steps => "steps".into(),
            },
            ..watch.stop(threads)
        },
    }
}

/// The announcements of the scenarios, once each.
fn events(runner: &Runner) -> Vec<Event> {
    let mut events: Vec<Event> = runner
        .scenarios()
        .flat_map(Scenario::announcements)
        .map(|a| Event { date: a.date, label: a.title.clone() })
        .collect();
    events.sort_by(|a, b| (a.date, &a.label).cmp(&(b.date, &b.label)));
    events.dedup();
    events
}

fn answer(args: &RunArgs, results: &Results<'_>) -> Result<String> {
    let mut text = String::new();
    let mut rows = Vec::new();
    for (i, m) in results.members.iter().enumerate() {
        let totals = sorted(headline(results, i)?);
        let q = |level| quantile(&totals, level);
        let last = m.from.plus(m.months as i32 - 1);
        text.push_str(&format!("{} ({})\n", m.title, m.name));
        text.push_str(&format!(
            "  entries at the Darién {}..{last}: {} (80 % of runs {} to {}; {} runs)\n",
            m.from,
            people(q(0.5)),
            people(q(0.1)),
            people(q(0.9)),
            totals.len()
        ));
        let observed = data::entries()
            .series("ALL")
            .and_then(|s| s.between(m.from, last))
            .map(|v| v.iter().sum::<f64>());
        if let Some(seen) = observed {
            text.push_str(&format!("  recorded in these months: {}\n", people(seen)));
        }
        for (outcome, place, what) in [
            ("deaths", "darien", "deaths in the Darién, recorded or not"),
            ("abuse", "darien", "people abused in the Darién"),
            ("returned", "panama", "people flown home by Panama"),
            ("southbound", "mexico", "people who turned south in Mexico"),
        ] {
            let series = results.series(i, &SeriesKey::new(outcome, place, "ALL"))?;
            let sums = sorted(series.iter().map(|r| r.iter().sum()).collect());
            text.push_str(&format!(
                "  {what}: {} ({} to {})\n",
                people(quantile(&sums, 0.5)),
                people(quantile(&sums, 0.1)),
                people(quantile(&sums, 0.9))
            ));
        }
        rows.push(serde_json::json!({
            "scenario": m.name, "outcome": "entries", "place": "darien", "nationality": "ALL", "month": "total",
            "median": q(0.5), "low": q(0.1), "high": q(0.9), "mean": mean(&totals), "runs": totals.len(), "observed": observed,
        }));
    }
    let track = crate::experiment::track_record::line(false);
    if !track.is_empty() {
        text.push_str(&format!("track record: {track}\n"));
    }
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
        "{:12} {total:9.3}\ncandidates {} for {:.0} intents, {} legs walked, {} slots of those who wait\n",
        "all",
        state.candidates,
        sum("intents"),
        state.legs_walked,
        state.shards.iter().map(Shard::slots).sum::<usize>()
    ));
    if let Some(peak) = manifest::peak_memory_bytes() {
        text.push_str(&format!("peak memory {:.0} MiB\n", peak as f64 / 1_048_576.0));
    }
    out(&text)
}
