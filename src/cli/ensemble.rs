//! What the verbs that run ensembles share: scenarios, plan, runs kept as parts, failures, precision.

use super::common::{Common, Meter, say, stop_flag};
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::experiment::runner::{Failure, Sharing};
use crate::experiment::{Draws, Posterior, RunKey, Runner, posterior};
use crate::lang::Lang;
use crate::observe;
use crate::output::chart::Event;
use crate::output::csv;
use crate::output::file::{OutputFolder, sha256_hex};
use crate::output::manifest::{self, DataId, Environment, Manifest, ScenarioId, Stopwatch};
use crate::output::parts::Parts;
use crate::output::readme::Described;
use crate::output::results::Member;
use crate::registry::parameters::PARAMETERS;
use crate::scenario::Scenario;
use crate::table::{Column, Table};
use crate::world::idle;
use std::path::Path;

/// Most runs that `--precision` may ask for.
pub const MAX_RUNS: u64 = 20_000;

/// A share given as a flag: `2%` or `0.02`.
///
/// # Errors
///
/// With the reason, if it is none.
pub fn share(text: &str) -> std::result::Result<f64, String> {
    let (number, factor) = text.strip_suffix('%').map_or((text, 1.0), |n| (n, 0.01));
    let value = number.trim().parse::<f64>().map(|v| v * factor);
    value
        .ok()
        .filter(|v| *v > 0.0 && *v < 1.0)
        .ok_or_else(|| format!("`{text}` is not a share; write e.g. 2% or 0.02"))
}

/// Refuses a number of runs that makes no sense.
///
/// # Errors
///
/// [`Error::Usage`] for a number outside 1 to [`MAX_RUNS`].
pub fn check_runs(runs: u64) -> Result<()> {
    if runs == 0 || runs > MAX_RUNS {
        return Err(Error::Usage(format!("`--runs {runs}`: a number of runs is between 1 and {MAX_RUNS}")));
    }
    Ok(())
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
        if crate::behaviour::flee::is_world(Path::new(name)) {
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

/// The scenarios as members of results, titled in a language: where the values of each stand in a part.
pub fn members<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>, lang: Lang) -> Vec<Member> {
    let series = observe::series().len();
    let mut offset = 0;
    scenarios
        .into_iter()
        .map(|s| {
            let horizon = s.horizon();
            let member = Member {
                name: s.name().to_owned(),
                title: s.title_in(lang).to_owned(),
                hash: s.hash(),
                from: horizon.first_month(),
                months: horizon.months(),
                offset,
                days: (horizon.from, horizon.until),
                events: events(s, lang),
                assumes: s.assumes(),
            };
            offset += member.months * series;
            member
        })
        .collect()
}

/// The number of values of a run.
pub fn values(members: &[Member]) -> usize {
    members.last().map_or(0, |m| m.offset + m.months * observe::series().len())
}

/// What was asked for and determines the results, beside the number of runs; `design` names how runs become keys (empty
/// for a plain ensemble).
pub fn asked(runner: &Runner, seed: u64, design: &str) -> String {
    let hashes: Vec<String> = runner.scenarios().map(|s| format!("{}={}", s.name(), s.hash())).collect();
    let (scale, draws) = (runner.scale(), runner.draws().name());
    let posterior = runner.draws().posterior().map_or_else(String::new, |p| format!(":{}", p.id.sha256));
    format!("{} seed={seed} scale={scale} draws={draws}{posterior} {design}", hashes.join(" "))
}

/// The hash of everything that determines the results; `asked` is what was asked for.
pub fn plan(asked: &str) -> String {
    let text = format!("{} {} {} {asked}", crate::BUILD, data::fingerprint(), observe::series().len());
    sha256_hex(text.as_bytes())
}

/// Chooses how an ensemble of so many runs shares the threads, and says so where there is a choice.
pub fn share_threads(common: &Common, runner: &mut Runner, runs: u64, threads: usize) {
    let sharing = runner.choose_sharing(runs.max(1), manifest::available_memory_bytes());
    if threads > 1 {
        let how = match sharing {
            Sharing::Runs => "each has a run of its own",
            Sharing::Steps => "they share each step of one run at a time",
        };
        say(common, &format!("{threads} threads: {how}"));
    }
}

/// Failed runs: number and why.
pub type Failures = Vec<(u64, Failure)>;

/// An ensemble under way: which runs, under which keys, kept where.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Messages and progress.
    pub common: &'a Common,
    /// The scenarios.
    pub runner: &'a Runner,
    /// Where finished runs are kept.
    pub parts: &'a Parts,
    /// Whether runs that are there already are taken over.
    pub resume: bool,
    /// The key of a run.
    pub key: fn(u64) -> RunKey,
    /// Part `i` of `n` of the runs, or all.
    pub shard: Option<(u64, u64)>,
}

impl Job<'_> {
    fn mine(&self, run: u64) -> bool {
        self.shard.is_none_or(|(i, n)| run % n == i - 1)
    }

    /// Runs `runs` of them, then as many as `more` asks for: it is told how many are begun and which failed, and
    /// answers how many there shall be, or none when there are enough.
    ///
    /// # Errors
    ///
    /// If a run cannot be kept, if `more` fails, or if the user interrupts.
    pub fn simulate(
        &self,
        runs: u64,
        mut more: impl FnMut(u64, &Failures) -> Result<Option<u64>>,
    ) -> Result<(Vec<u64>, Failures)> {
        let stop = stop_flag();
        let mut failures = Failures::new();
        let mut wanted = runs;
        let mut begun = 0;
        loop {
            let block: Vec<u64> = (begun..wanted).filter(|r| self.mine(*r)).collect();
            let mut missing = Vec::new();
            for &run in &block {
                match self.parts.failure(run) {
                    _ if self.resume && self.parts.has(run) => {}
                    Some(failure) if self.resume => failures.push((run, failure)),
                    _ => missing.push(run),
                }
            }
            let keys: Vec<RunKey> = missing.iter().map(|&r| (self.key)(r)).collect();
            let mut meter = Meter::new(self.common, "runs", keys.len() as u64);
            let whole = self.runner.ensemble(&keys, stop, &mut meter, |i, outcome| match outcome {
                Ok(cubes) => self.parts.keep(missing[i], &cubes),
                Err(failure) => {
                    let kept = self.parts.keep_failure(missing[i], &failure);
                    failures.push((missing[i], failure));
                    kept
                }
            })?;
            if !whole {
                let done = self.parts.list()?.len();
                return Err(Error::Interrupted(format!(
                    "{done} of {wanted} runs are kept; the same command with `--resume` goes on"
                )));
            }
            begun = wanted;
            match more(begun, &failures)? {
                Some(next) if next > begun => wanted = next.min(MAX_RUNS),
                _ => break,
            }
        }
        failures.sort_unstable_by_key(|(run, _)| *run);
        let finished = (0..begun).filter(|r| self.mine(*r));
        let runs = finished.filter(|r| !failures.iter().any(|(f, _)| f == r)).collect();
        Ok((runs, failures))
    }
}

/// How many runs an error asks for when it shall be `wanted` times what it is now: at most twice what there is.
pub fn next_runs(begun: u64, error: f64, wanted: f64) -> u64 {
    let needed = (begun as f64 * (error / wanted).powi(2)).ceil() as u64;
    needed.clamp(begun + 2, begun * 2).min(MAX_RUNS)
}

/// Writes `failures.csv` if runs failed.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_failures(failures: &Failures, folder: &mut OutputFolder) -> Result<()> {
    if failures.is_empty() {
        return Ok(());
    }
    folder.write("failures.csv", &csv::bytes(&failure_table(failures))?)
}

/// The runs that failed: number, key and message.
fn failure_table(failures: &Failures) -> Table {
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

/// The error of an ensemble of which some runs failed.
///
/// # Errors
///
/// [`Error::FailedRuns`] if there are any.
pub fn failed(failures: &Failures, total: u64, path: &Path) -> Result<()> {
    if failures.is_empty() {
        return Ok(());
    }
    Err(Error::FailedRuns {
        failed: failures.len(),
        total: total as usize,
        listing: path.join("failures.csv").display().to_string(),
    })
}

/// The announcements of a scenario, titled in a language.
fn events(scenario: &Scenario, lang: Lang) -> Vec<Event> {
    scenario
        .announcements()
        .iter()
        .map(|a| Event { date: a.date, label: a.title_in(lang).to_owned() })
        .collect()
}

/// How an ensemble was made, beside its scenarios.
#[derive(Debug)]
pub struct Made<'a> {
    /// The verb.
    pub verb: &'a str,
    /// Seed of all chance.
    pub seed: u64,
    /// The draw of each run.
    pub draws: &'a [u64],
    /// What else determines the result.
    pub details: serde_json::Map<String, serde_json::Value>,
    /// The clock since the start.
    pub watch: Stopwatch,
    /// Threads of the pool.
    pub threads: usize,
}

/// The manifest of an ensemble.
pub fn manifest(runner: &Runner, members: &[Member], made: Made<'_>, folder: &OutputFolder) -> Manifest {
    let mut details = made.details;
    details.extend(runner.draws().posterior().map(|p| (posterior::KEY.to_owned(), serde_json::json!(p.id))));
    let drawn: Vec<_> = made.draws.iter().take(1000).map(|&d| runner.draws().draw(d).parameters).collect();
    let parameters = PARAMETERS
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let mean = drawn.iter().map(|d| d.values()[i]).sum::<f64>() / drawn.len() as f64;
            let value =
                serde_json::json!({ "mean": mean, "unit": p.definition.unit, "source": p.definition.source });
            (p.definition.name.to_owned(), value)
        })
        .collect();
    Manifest {
        format: manifest::FORMAT,
        version: crate::VERSION.into(),
        build: crate::BUILD.into(),
        verb: made.verb.into(),
        command: manifest::command(),
        scenarios: members
            .iter()
            .map(|m| ScenarioId { name: m.name.clone(), hash: m.hash.clone() })
            .collect(),
        levers: members.iter().zip(runner.scenarios()).map(|(m, s)| (m.name.clone(), s.resolved())).collect(),
        parameters,
        seed: made.seed,
        runs: made.draws.len() as u64,
        scale: u64::from(runner.scale()),
        details,
        data: DataId { vintage: data::vintage().to_string(), fingerprint: data::fingerprint().into() },
        files: folder.written(),
        experiment: String::new(),
        seal: String::new(),
        environment: Environment {
            sharing: match runner.sharing() {
                Sharing::Runs => "runs".into(),
                Sharing::Steps => "steps".into(),
            },
            ..made.watch.stop(made.threads)
        },
    }
}

/// Keeps the posterior that runs draw from in their folder, unless it ships: the folder then holds all that it was made of.
///
/// # Errors
///
/// If it cannot be written.
pub fn keep_posterior(draws: &Draws, folder: &mut OutputFolder) -> Result<()> {
    match draws.posterior().and_then(Posterior::to_keep) {
        Some(table) => folder.write(posterior::TABLE, table.as_bytes()),
        None => Ok(()),
    }
}

/// The posterior in a folder, for its README.
pub fn described_posterior(draws: &Draws) -> Option<Described<'static>> {
    draws.posterior().and_then(Posterior::to_keep).map(|_| Described {
        file: posterior::TABLE,
        purpose: "The posterior that the runs drew from.",
        table: None,
    })
}

/// Says the warnings of scenarios.
pub fn warn(common: &Common, scenarios: &[Scenario]) {
    for s in scenarios {
        for warning in s.warnings().iter().chain(&idle::warnings(s)) {
            say(common, &format!("warning: {warning}"));
        }
    }
}
