//! `darien bench`: policies × futures × paired draws; scorecard, prices, regret, fronts, and where policies fail.

use super::common::{Common, Replacing, Source, claim, date, default_folder, draws, out, say, set_threads};
use super::ensemble::{self, Job, Made, check_runs, failed, members};
use super::lang::Lang;
use crate::error::{Error, Problem, Result};
use crate::experiment::{RunKey, Runner};
use crate::observe;
use crate::output::benchmark::{Conditions, Role, Scorecard, Variable, answer, figures, member, tables};
use crate::output::file::{OutputFolder, sha256_hex};
use crate::output::json::Rows;
use crate::output::manifest::Stopwatch;
use crate::output::parts::Parts;
use crate::output::readme::{self, Described};
use crate::output::results::Results;
use crate::output::{csv, parquet};
use crate::registry::levers::{Kind, find};
use crate::registry::nearest;
use crate::registry::parameters::PARAMETERS;
use crate::scenario::Scenario;
use crate::scenario::policies::{Policies, SHIPPED_POLICIES};
use crate::table::Table;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The benchmark: a TOML file, or `policies` for the one that ships.
    #[arg(value_name = "POLICIES")]
    pub file: String,
    /// Paired draws of each policy in each future; the file's own number by default.
    #[arg(long, value_name = "N")]
    pub runs: Option<u64>,
    /// Change a lever in every policy and future, e.g. `crisis.VEN=0.9`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Last day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<chrono::NaiveDate>,
    /// Seed of all chance.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    pub seed: u64,
    /// People that one agent stands for (1 to 10000); agents of smaller nationalities stand for fewer. The file's own number
    /// by default.
    #[arg(long, value_name = "N")]
    pub scale: Option<u32>,
    /// Where the uncertain assumptions come from.
    #[arg(long, value_enum, default_value_t = Source::Posterior)]
    pub draws: Source,
    /// The posterior to draw from: `newest` or `2024-12`, which ship (by the last month of data that each knows), or the folder
    /// of a calibration, or the `posterior.csv` in it.
    #[arg(long, value_name = "NAME|DIR|FILE", conflicts_with = "draws")]
    pub posterior: Option<String>,
    /// Take over the finished runs of an interrupted call with the same arguments.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/bench-POLICIES`, changes and settings by default.
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
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// Loads a benchmark and checks the places of its outcomes.
///
/// # Errors
///
/// Every problem of the file.
pub fn load(file: &str) -> Result<Policies> {
    let policies = Policies::load(file)?;
    let series = observe::series();
    let mut problems = Vec::new();
    for scored in &policies.outcomes {
        let mut known: Vec<&str> =
            series.iter().filter(|k| k.outcome == scored.outcome).map(|k| k.place.as_str()).collect();
        known.dedup();
        let mut allowed: Vec<&str> = known.clone();
        // A payer stands for all its kinds; costs of the file may have payers of their own.
        allowed.extend(known.iter().filter_map(|p| p.split_once('.').map(|(head, _)| head)));
        if scored.outcome == "public_cost" {
            let payers = policies.policies.iter().flat_map(|p| &p.costs).map(|c| c.payer.as_str());
            allowed.extend(payers.clone());
            allowed.extend(payers.filter_map(|p| p.split_once('.').map(|(head, _)| head)));
        }
        allowed.sort_unstable();
        allowed.dedup();
        for place in scored.places.iter().filter(|p| !allowed.contains(&p.as_str())) {
            let near = nearest(place, allowed.iter().copied()).map(|n| format!("did you mean \"{n}\"?"));
            problems.push(
                Problem::new(file, format!("`{}` is not counted there", scored.outcome))
                    .at(scored.at.0, scored.at.1)
                    .with_key("outcome.places")
                    .with_found(format!("\"{place}\""))
                    .with_allowed(allowed.join(", "))
                    .with_hint(near.unwrap_or_default()),
            );
        }
    }
    if problems.is_empty() { Ok(policies) } else { Err(Error::Invalid(problems)) }
}

/// Runs the verb.
///
/// # Errors
///
/// An invalid file, files that cannot be written, interruption, failed runs.
pub fn run(args: &BenchArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    let policies = load(&args.file)?;
    let wanted = args.runs.unwrap_or(policies.runs);
    check_runs(wanted)?;
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut problems = Vec::new();
    for future in 0..policies.futures.len() {
        for policy in 0..policies.policies.len() {
            match policies.scenario(policy, future, &args.set, args.until) {
                Ok(s) => {
                    // Hundreds of policies in several futures are mostly the same.
                    let neighbours = [scenarios.first(), scenarios.last()];
                    let s = neighbours.into_iter().flatten().fold(s, |s, other| s.sharing(other));
                    scenarios.push(s);
                }
                Err(Error::Invalid(found)) => {
                    problems.extend(found.into_iter().filter(|p| !problems.contains(p)).collect::<Vec<_>>());
                }
                Err(other) => return Err(other),
            }
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let draws = draws(args.draws, args.posterior.as_deref(), args.seed)?;
    let mut runner = Runner::new(&scenarios, draws, args.seed, args.scale.unwrap_or(policies.scale))?;
    ensemble::share_threads(&args.common, &mut runner, wanted, threads);
    say(
        &args.common,
        &format!(
            "{} policies in {} futures, {wanted} draws: {} simulated scenarios",
            policies.policies.len(),
            policies.futures.len(),
            scenarios.len() as u64 * wanted
        ),
    );
    let path = args.out.clone().unwrap_or_else(|| {
        let own = policies.source != SHIPPED_POLICIES;
        let edition = own.then(|| sha256_hex(policies.source.as_bytes())[..6].to_owned());
        default_folder(&[&format!("bench-{}", policies.name)], edition.into_iter())
    });
    let asked = ensemble::asked(&runner, args.seed, "bench");
    let shown = format!("{asked} {}", sha256_hex(policies.source.as_bytes()));
    let mut folder = OutputFolder::open(&path, claim("bench", &shown, wanted, args.resume, args.replacing))?;
    let members = members(&scenarios, args.lang);
    let parts = Parts::open(&path, &ensemble::plan(&asked), ensemble::values(&members), folder.earlier())?;
    let job = Job {
        common: &args.common,
        runner: &runner,
        parts: &parts,
        resume: args.resume,
        key: RunKey::plain,
        shard: None,
    };
    let (runs, failures) = job.simulate(wanted, |_, _| Ok(None))?;
    ensemble::write_failures(&failures, &mut folder)?;
    if runs.is_empty() {
        return failed(&failures, wanted, &path);
    }
    let results = Results { parts: &parts, runs, members, keys: observe::series() };
    let card = scorecard(&policies, &runner, &results, &scenarios)?;
    let text = write(args, &card, &runner, &results, &mut folder, (watch, threads))?;
    out(&text)?;
    parts.discard()?;
    failed(&failures, wanted, &path)
}

fn scorecard<'a>(
    policies: &'a Policies,
    runner: &Runner,
    results: &Results<'_>,
    scenarios: &[Scenario],
) -> Result<Scorecard<'a>> {
    let draws: Vec<u64> =
        results.runs.iter().map(|&r| runner.draws().identity(RunKey::plain(r).draw)).collect();
    Scorecard::new(policies, results, draws, conditions(policies, runner, results, scenarios))
}

/// What the cases of a benchmark differ by: the assumptions of each run, the levers that futures set as numbers (as the mean
/// over the horizon), and the futures themselves, which may differ in anything else too.
fn conditions(
    policies: &Policies,
    runner: &Runner,
    results: &Results<'_>,
    scenarios: &[Scenario],
) -> Conditions {
    let mut levers: Vec<&String> = policies
        .futures
        .iter()
        .flat_map(|f| &f.levers)
        .filter(|key| find(key).is_some_and(|l| l.family.kind == Kind::Number))
        .collect();
    levers.sort();
    levers.dedup();
    let variable = |name: String, role: Role| Variable { name, role };
    let mut variables: Vec<Variable> =
        PARAMETERS.iter().map(|p| variable(p.definition.name.to_owned(), Role::Assumption)).collect();
    variables.extend(levers.iter().map(|key| variable(format!("{key} (mean)"), Role::Lever)));
    if policies.futures.len() > 1 {
        let futures = policies.futures.iter().enumerate();
        variables.extend(futures.map(|(i, f)| variable(format!("future {}", f.id), Role::Future(i))));
    }
    let fixed_in = |policy: usize, future: usize| -> Vec<(usize, f64)> {
        let scenario = &scenarios[member(policies, policy, future)];
        let horizon = scenario.horizon();
        let mut levers = levers.iter();
        let value = |v: &Variable| match v.role {
            Role::Assumption => scenario.assumptions().get(&v.name).copied(),
            Role::Lever => levers
                .next()
                .map(|key| scenario.daily(key, horizon).iter().sum::<f64>() / horizon.days().max(1) as f64),
            Role::Future(f) => Some(f64::from(u8::from(f == future))),
        };
        let values: Vec<Option<f64>> = variables.iter().map(value).collect();
        values.into_iter().enumerate().filter_map(|(i, v)| Some((i, v?))).collect()
    };
    let fixed = (0..policies.policies.len())
        .map(|p| (0..policies.futures.len()).map(|f| fixed_in(p, f)).collect())
        .collect();
    Conditions {
        runs: results.runs.clone(),
        drawn: results.runs.iter().map(|&r| runner.draws().draw(r).parameters.values().to_vec()).collect(),
        fixed,
        variables,
    }
}

fn write(
    args: &BenchArgs,
    card: &Scorecard<'_>,
    runner: &Runner,
    results: &Results<'_>,
    folder: &mut OutputFolder,
    (watch, threads): (Stopwatch, usize),
) -> Result<String> {
    say(&args.common, "writing tables and charts");
    let track_record = crate::experiment::track_record::line(args.lang);
    let mut text = format!("{}{track_record}.\n", answer::text(card, args.lang));
    let scorecard = tables::scorecard(card);
    let written: Vec<(&str, &str, Table)> = vec![
        ("scorecard", "Every policy in every future: outcomes, differences, regret.", scorecard),
        ("prices", "What a unit avoided costs.", tables::prices(card)),
        (
            "fronts",
            "Who is on which Pareto front, how surely, and what dominates the others.",
            tables::fronts(card),
        ),
        (
            "discovery",
            "The boxes of assumptions and futures in which policies fail.",
            tables::discovery(card),
        ),
        ("draws", "The assumptions of each run, as they were drawn.", tables::draws(card)),
        ("conditions", "What futures and policies fix: assumptions, levers.", tables::conditions(card)),
    ];
    for (name, _, table) in &written {
        folder.write_with(&format!("{name}.csv"), |o| csv::write(table, o))?;
        if args.parquet {
            folder.write(&format!("{name}.parquet"), &parquet::bytes(table)?)?;
        }
    }
    let pieces = |take: &mut dyn FnMut(&Table) -> std::io::Result<()>| {
        (0..card.policies.policies.len()).try_for_each(|policy| take(&tables::cases(card, policy)))
    };
    folder.write_with("cases.csv", |o| {
        let mut first = true;
        pieces(&mut |table| csv::write_part(table, std::mem::take(&mut first), o))
    })?;
    let cases = tables::cases(card, 0);
    if args.parquet {
        folder.write_with("cases.parquet", |o| parquet::stream(&cases, o, pieces))?;
    }
    let setting = figures::Setting {
        lang: args.lang,
        seed: args.seed,
        hash: sha256_hex(card.policies.source.as_bytes()),
        track_record,
    };
    figures::draw(card, &setting, folder)?;
    ensemble::keep_posterior(runner.draws(), folder)?;
    folder.write("policies.toml", card.policies.source.as_bytes())?;
    folder.write("answer.txt", text.as_bytes())?;
    folder.write("answer.md", answer::markdown(card, args.lang).as_bytes())?;
    let names: Vec<String> = written.iter().map(|(name, ..)| format!("{name}.csv")).collect();
    let mut described: Vec<Described<'_>> = written
        .iter()
        .zip(&names)
        .map(|((_, purpose, table), file)| Described { file, purpose, table: Some(table) })
        .collect();
    described.extend([
        Described {
            file: "cases.csv",
            purpose: "Every outcome of every policy, future and run.",
            table: Some(&cases),
        },
        Described { file: "policies.toml", purpose: "The benchmark's file, as it was run.", table: None },
        Described { file: "answer.txt", purpose: "The answer in sentences.", table: None },
        Described { file: "answer.md", purpose: "The answer as a table, for reports.", table: None },
        Described {
            file: "charts/",
            purpose: "Each chart as SVG and PNG, with what it shows as CSV.",
            table: None,
        },
        Described { file: "manifest.json", purpose: "What made these files.", table: None },
    ]);
    described.extend(ensemble::described_posterior(runner.draws()));
    let p = &card.policies;
    let policies = p.policies.iter().map(|p| format!("{}: {} [{}]", p.id, p.title, p.source));
    let costs = p
        .policies
        .iter()
        .flat_map(|p| p.costs.iter().map(move |c| format!("cost of {}, {}: {}", p.id, c.payer, c.source)));
    let futures = p.futures.iter().map(|f| format!("{}: {}", f.id, f.title));
    let intro = std::iter::once(p.question.clone())
        .chain(policies)
        .chain(costs)
        .chain(futures)
        .collect::<Vec<_>>()
        .join("\n");
    folder.write("README.txt", readme::text("A benchmark by darien", &intro, &described).as_bytes())?;
    let mut details = serde_json::Map::new();
    details.insert("policies".into(), sha256_hex(card.policies.source.as_bytes()).into());
    let made = Made { verb: "bench", seed: args.seed, draws: &results.runs, details, watch, threads };
    folder.finish(ensemble::manifest(runner, &results.members, made, folder))?;
    if args.common.json {
        let line = serde_json::json!({ "verb": "bench", "rows": Rows(&tables::contract(&written[0].2)) });
        text.push_str(&format!("{line}\n"));
    }
    Ok(text)
}
