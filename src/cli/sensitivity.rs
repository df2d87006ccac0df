//! `darien sensitivity`: which assumption matters, for a level and for a ranking.

mod answer;
mod stages;
mod write;

use super::common::{
    Common, Replacing, Source, claim, date, default_folder, draws, edition, out, say, set_threads,
};
use crate::data;
use crate::error::{Error, Result};
use crate::experiment::Draws;
use crate::experiment::sensitivity::findings::{Settings, findings};
use crate::experiment::sensitivity::sobol::{MOST_FACTORS, MOST_SAMPLES};
use crate::experiment::sensitivity::space::{Factor, Space, lever_ranges, parameters};
use crate::experiment::sensitivity::study::{Quantity, Study, outcome};
use crate::output::chart::Lang;
use crate::output::file::{OutputFolder, sha256_hex};
use crate::output::manifest::Stopwatch;
use crate::output::parts::Parts;
use crate::random::Seed;
use crate::registry::better::Direction;
use crate::registry::parameters::Parameter;
use crate::scenario::Scenario;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `sensitivity`.
#[derive(Debug, Args)]
pub struct SensitivityArgs {
    /// Scenario: the name of a shipped one or the path of a TOML file.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Alternative: also asks on what it depends which of the two is better.
    #[arg(long, value_name = "ALT", requires = "better")]
    pub versus: Option<String>,
    /// Which way the outcome is better; nothing is good or bad by itself.
    #[arg(long, value_parser = direction(), requires = "versus", value_name = "WAY")]
    pub better: Option<Direction>,
    /// Screening by elementary effects, shares of variance, or the second for what the first finds to matter.
    #[arg(long, value_enum, default_value_t = Method::Both)]
    pub method: Method,
    /// Outcome as `OUTCOME[@PLACE][:NATIONALITY]`, e.g. `bypass@mexico_air` or `entries:VEN`; may be repeated.
    #[arg(long, default_value = "entries", value_name = "OUTCOME")]
    pub outcome: Vec<String>,
    /// Parameters to vary: names, beginnings of names (`intent.base`), `all` or `none`, with commas between.
    #[arg(long, default_value = "all", value_delimiter = ',', value_name = "NAMES")]
    pub parameters: Vec<String>,
    /// Levers to vary too: `KEY` (its range within the evidence) or `KEY=LOW..HIGH`, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "KEYS")]
    pub levers: Vec<String>,
    /// Trajectories of the screening (2 to 1000).
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub trajectories: usize,
    /// Take trajectories as chance gives them instead of choosing them far apart.
    #[arg(long)]
    pub plain: bool,
    /// Base samples of the shares of variance (4 to 65536); a power of two keeps the points balanced.
    #[arg(long, default_value_t = 128, value_name = "N")]
    pub samples: usize,
    /// Most factors that the screening lets through.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub keep: usize,
    /// Runs repeated under another replicate of chance, for the noise floor (2 to 65536).
    #[arg(long, default_value_t = 64, value_name = "N")]
    pub floor: usize,
    /// Take variances and effects of ln(1 + outcome), so that a few extreme points do not decide alone.
    #[arg(long)]
    pub log: bool,
    /// Bootstrap samples of the intervals (10 to 100000).
    #[arg(long, default_value_t = 500, value_name = "N")]
    pub resamples: u32,
    /// Change a lever from the first day of the horizon in both scenarios, e.g. `crisis.VEN=0.9`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Last day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<chrono::NaiveDate>,
    /// Seed of all chance.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    pub seed: u64,
    /// People that one agent stands for (1 to 10000); agents of smaller nationalities stand for fewer.
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub scale: u32,
    /// Over which distribution of the parameters: before any data, or after calibration.
    #[arg(long, value_enum, default_value_t = Source::Prior)]
    pub draws: Source,
    /// The posterior to draw from: `newest` or `2024-12`, which ship (by the last month of data that each knows), or the folder
    /// of a calibration, or the `posterior.csv` in it.
    #[arg(long, value_name = "NAME|DIR|FILE", conflicts_with = "draws")]
    pub posterior: Option<String>,
    /// Take over the finished runs of an interrupted call with the same arguments.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/SCENARIO-sensitivity` and settings by default.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// Language of the charts.
    #[arg(long, value_parser = super::lang::parser(), default_value = "en")]
    pub lang: Lang,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// Methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Screening alone.
    Morris,
    /// Shares of variance of every factor.
    Sobol,
    /// Screening, then shares of variance of what matters.
    Both,
}

/// Reads a direction.
fn direction() -> impl TypedValueParser<Value = Direction> {
    let names = [
        PossibleValue::new("lower").help("Less is better"),
        PossibleValue::new("higher").help("More is better"),
    ];
    PossibleValuesParser::new(names)
        .map(|name| if name == "lower" { Direction::Lower } else { Direction::Higher })
}

impl SensitivityArgs {
    fn settings(&self) -> Settings {
        Settings { resamples: self.resamples, seed: Seed::new(self.seed), better: self.better }
    }

    fn draws(&self) -> Result<Draws> {
        draws(self.draws, self.posterior.as_deref(), self.seed)
    }

    fn screens(&self) -> bool {
        self.method != Method::Sobol
    }

    fn apportions(&self) -> bool {
        self.method != Method::Morris
    }
}

/// Runs the verb.
///
/// # Errors
///
/// Flags that make no sense, invalid scenarios, files that cannot be written, interruption, failed runs.
pub fn run(args: &SensitivityArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    check(args)?;
    let draws = args.draws()?;
    let study = study(args, &draws)?;
    for warning in study.scenarios().flat_map(Scenario::warnings) {
        say(&args.common, &format!("warning: {warning}"));
    }
    if args.apportions() && !args.samples.is_power_of_two() {
        say(
            &args.common,
            &format!("note: {} samples are no power of two: the points are less even", args.samples),
        );
    }
    let name = study.scenarios().next().map_or("", Scenario::name).to_owned();
    let path = args.out.clone().unwrap_or_else(|| {
        default_folder(&[&format!("{name}-sensitivity")], study.scenarios().filter_map(edition))
    });
    let asked = asked(args, &study);
    let shown = format!("{asked} {:?} {}", args.better, args.resamples);
    let claim = claim("sensitivity", &shown, u64::MAX, args.resume, args.replacing);
    let mut folder = OutputFolder::open(&path, claim)?;
    let parts = Parts::open(&path, &plan(&asked), study.width(), folder.earlier())?;
    let (stages, analysed, failures) = stages::simulate(args, &study, &parts)?;
    let quantities = study.quantities(args.log);
    let findings = findings(&quantities, &stages, &analysed, &args.settings());
    let told = write::Told {
        args,
        draws: &draws,
        study: &study,
        stages: &stages,
        analysed: &analysed,
        findings: &findings,
    };
    told.write(&failures, &mut folder, watch, threads)?;
    out(&answer::text(&told))?;
    parts.discard()?;
    if failures.is_empty() {
        return Ok(());
    }
    Err(Error::FailedRuns {
        failed: failures.len(),
        total: stages.named().iter().map(|(_, s)| s.jobs.len()).sum(),
        listing: path.join("failures.csv").display().to_string(),
    })
}

/// Refuses numbers that make no sense, all at once.
fn check(args: &SensitivityArgs) -> Result<()> {
    let mut wrong = Vec::new();
    let mut within = |flag: &str, value: usize, low: usize, high: usize| {
        if !(low..=high).contains(&value) {
            wrong.push(format!("`--{flag} {value}`: allowed are {low} to {high}"));
        }
    };
    within("trajectories", args.trajectories, 2, 1000);
    within("samples", args.samples, 4, MOST_SAMPLES);
    within("keep", args.keep, 1, MOST_FACTORS);
    within("floor", args.floor, 2, MOST_SAMPLES);
    within("resamples", args.resamples as usize, 10, 100_000);
    if wrong.is_empty() { Ok(()) } else { Err(Error::Usage(wrong.join("\n"))) }
}

fn study(args: &SensitivityArgs, draws: &Draws) -> Result<Study> {
    let mut problems = Vec::new();
    let mut gather = |found: Error| match found {
        Error::Invalid(more) => {
            problems.extend(more);
            Ok(())
        }
        other => Err(other),
    };
    let mut outcomes = Vec::new();
    for text in &args.outcome {
        match outcome(text) {
            Ok(key) if outcomes.contains(&key) => {}
            Ok(key) => outcomes.push(key),
            Err(e) => gather(e)?,
        }
    }
    let (chosen, levers) = (parameters(&args.parameters), lever_ranges(&args.levers));
    let chosen = chosen.or_else(|e| gather(e).map(|()| Vec::new()))?;
    let levers = levers.or_else(|e| gather(e).map(|()| Vec::new()))?;
    let mut scenarios = Vec::new();
    for name in std::iter::once(&args.scenario).chain(&args.versus) {
        match Scenario::load(name, &args.set, args.until) {
            Ok(s) => scenarios.push(s),
            Err(e) => gather(e)?,
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let names = scenarios.iter().flat_map(|s| s.assumptions().keys());
    let fixed: Vec<Parameter> = names.filter_map(|name| Parameter::from_name(name)).collect();
    for p in chosen.iter().filter(|p| fixed.contains(p)) {
        say(
            &args.common,
            &format!("note: a scenario fixes {}, so it is not varied", p.definition().definition.name),
        );
    }
    let free: Vec<Parameter> = chosen.into_iter().filter(|p| !fixed.contains(p)).collect();
    let space = Space::new(draws, &free, levers)?;
    if space.factors.len() > MOST_FACTORS {
        return Err(Error::Usage(format!(
            "{} factors are too many: at most {MOST_FACTORS} can be varied at once",
            space.factors.len()
        )));
    }
    Study::new(&scenarios, space, outcomes, (args.seed, args.scale))
}

/// The hash of everything that determines the runs; `asked` is what was asked for.
fn plan(asked: &str) -> String {
    let text = format!("sensitivity {} {} {asked}", crate::BUILD, data::fingerprint());
    sha256_hex(text.as_bytes())
}

/// What was asked for and determines the runs.
fn asked(args: &SensitivityArgs, study: &Study) -> String {
    let scenarios: Vec<String> = study.scenarios().map(|s| format!("{}={}", s.name(), s.hash())).collect();
    let factors: Vec<String> = study
        .space
        .factors
        .iter()
        .enumerate()
        .map(|(i, f)| {
            let values = [
                study.space.base(i),
                study.space.value(i, 0.0),
                study.space.value(i, 0.5),
                study.space.value(i, 1.0),
            ];
            format!("{} {values:?}", f.name())
        })
        .collect();
    let outcomes: Vec<String> = study.quantities(args.log).iter().map(Quantity::label).collect();
    format!(
        "{} seed={} scale={} draws={:?} {:?} {} {} {:?} {} {} {} {} {} log={}",
        scenarios.join(" "),
        args.seed,
        study.scale(),
        args.draws,
        args.posterior,
        factors.join(" "),
        outcomes.join(" "),
        args.method,
        args.trajectories,
        args.plain,
        args.samples,
        args.keep,
        args.floor,
        args.log,
    )
}

/// Factors that are parameters.
fn parameters_of(study: &Study) -> impl Iterator<Item = (usize, Parameter)> {
    study.space.factors.iter().enumerate().filter_map(|(i, f)| match f {
        Factor::Parameter(p) => Some((i, *p)),
        Factor::Lever(_) => None,
    })
}
