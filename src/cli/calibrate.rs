//! `darien calibrate`: fits the model to history up to a date and writes a posterior that scenarios draw from.

use super::common::{
    Common, Meter, Replacing, claim, date, default_folder, out, say, set_threads, stop_flag,
};
use super::lang::Lang;
use crate::error::{Error, Problem, Result};
use crate::experiment::calibrate::{self, Calibrated, Fit, Plan, Recovery, Trail};
use crate::experiment::study::{SERIES, UNIDENTIFIED, is_known, score};
use crate::experiment::summary::{quantile, sorted};
use crate::experiment::{Draws, Progress};
use crate::input;
use crate::output::calibration as figures;
use crate::output::csv;
use crate::output::file::OutputFolder;
use crate::output::json;
use crate::output::manifest::{Manifest, Stopwatch};
use crate::output::readme::{self, Described};
use crate::registry::parameters::ParameterSet;
use crate::units::Month;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// Last day whose data may be used: a lock; later rows reach neither the runs nor the objective.
    #[arg(long, value_name = "DATE", value_parser = date, default_value = "2024-12-31")]
    pub data_until: chrono::NaiveDate,
    /// How to fit.
    #[arg(long, value_enum, default_value_t = Method::Ensemble)]
    pub method: Method,
    /// Runs of each search for the most likely parameters.
    #[arg(long, default_value_t = 6000, value_name = "N")]
    pub runs: u32,
    /// Searches, each with chance of its own, whose members make up the posterior.
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub searches: u32,
    /// Members that are tried, of all searches; the posterior keeps those that pass near the record.
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub members: u32,
    /// Instead of the record, fit this many synthetic histories with known parameters and report whether the posterior
    /// covers them.
    #[arg(long, value_name = "N")]
    pub recover: Option<u32>,
    /// Where the search's first cloud begins: lines `parameter = value`; the middle of the prior for those that are not
    /// named. Without it, where a mean-field emulator sends it.
    #[arg(long, value_name = "FILE")]
    pub start: Option<PathBuf>,
    /// Seed of all chance.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    pub seed: u64,
    /// People that one agent stands for (1 to 10000); agents of smaller nationalities stand for fewer.
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub scale: u32,
    /// Go on after the last step that an interrupted call with the same arguments finished.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/calibration` and settings by default.
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

/// Ways to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Search, then a posterior around the most likely point.
    Ensemble,
    /// The search alone: prints the most likely values and leaves them in `best.txt`.
    Search,
}

/// File that holds a search under way.
const SEARCH: &str = "search.json";

/// Longest file of a search under way, bytes.
const MOST_KEPT: u64 = 1 << 30;

/// Longest file that `--start` reads, bytes.
const MOST_START: u64 = 1 << 20;

/// File that holds the most likely values, as `--start` reads them.
const BEST: &str = "best.txt";

/// Runs the verb.
///
/// # Errors
///
/// Dates outside of the data, numbers out of range, files that cannot be written, interruption.
pub fn run(args: &CalibrateArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    let plan = plan(args)?;
    let asked = format!("{} {:?} {:?} {:?}", asked(args, &plan), args.method, args.recover, args.start);
    let path = args.out.clone().unwrap_or_else(|| default_folder(&["calibration"], std::iter::empty()));
    // What is wrong with the inputs is found before there is a folder.
    let fits = plan.shared(args.searches).into_iter().map(Fit::new).collect::<Result<Vec<Fit>>>()?;
    let fit = &fits[0];
    let starts: Vec<_> = start(args, fit)?.into_iter().collect();
    let mut folder =
        OutputFolder::open(&path, claim("calibrate", &asked, u64::MAX, args.resume, args.replacing))?;
    if let Some(histories) = args.recover {
        return recover(args, &fits, histories, &mut folder, watch, threads);
    }
    let mut trails = known(args, &plan, &mut folder)?;
    trails.resize(fits.len(), Trail::default());
    let all = runs(&fits);
    let mut meter = Meter::new(&args.common, "runs", all);
    let mut before = 0;
    let stopped = || {
        Error::Interrupted("the searches so far are kept; the same command with `--resume` goes on".into())
    };
    let mut peaks = Vec::new();
    for (s, fit) in fits.iter().enumerate() {
        let known = trails[s].clone();
        let keep = |trail: &Trail| {
            trails[s] = trail.clone();
            folder.write(SEARCH, &json::line(&(key(args, &plan), &trails))?)
        };
        let mut report = |done: u64, _: u64| meter.report(before + done, all);
        peaks.push(fit.search(&starts, known, stop_flag(), &mut report, keep)?.map_err(|_| stopped())?);
        before += fit.runs_of_search();
    }
    // From here on the searches are not needed unless the call is interrupted.
    match args.method {
        Method::Search => {
            let likeliest = peaks.iter().filter_map(|peaks| peaks.first());
            let best = likeliest.min_by(|a, b| a.loss.total_cmp(&b.loss));
            let best = best.map_or_else(String::new, |best| point(fit, &best.scores));
            folder.write(BEST, best.as_bytes())?;
            folder.remove(SEARCH)?;
            folder.finish(Manifest::of_verb(
                "calibrate",
                object(serde_json::json!({ "plan": plan, "searches": args.searches, "method": "search" })),
                (args.seed, runs(&fits), u64::from(args.scale)),
                Vec::new(),
                watch.stop(threads),
            ))?;
            out(&best)?;
        }
        Method::Ensemble => {
            let mut found = Vec::new();
            for (fit, peaks) in fits.iter().zip(&peaks) {
                let mut report = |done: u64, _: u64| meter.report(before + done, all);
                found.push(fit.around(peaks, stop_flag(), &mut report)?.map_err(|_| stopped())?);
                before += fit.runs() - fit.runs_of_search();
            }
            let Some(fitted) = Calibrated::joined(found) else { return Err(stopped()) };
            say(&args.common, "writing tables and charts");
            write(args, &fits, &fitted, &mut folder, watch, threads)?;
            answer(args, fit, &fitted, &path)?;
        }
    }
    Ok(())
}

/// The plan, whose members the searches share.
fn plan(args: &CalibrateArgs) -> Result<Plan> {
    Ok(Plan {
        until: until(args.data_until)?,
        search: args.runs,
        members: args.members,
        scale: args.scale,
        seed: args.seed,
        nth: 0,
    })
}

/// Runs of the model that all searches take at most.
fn runs(fits: &[Fit]) -> u64 {
    fits.iter().map(Fit::runs).sum()
}

/// Scores of the fitted parameters as lines `parameter = value`.
fn point(fit: &Fit, scores: &[f64]) -> String {
    fit.named(scores).map(|(name, value)| format!("{name} = {value}\n")).collect()
}

/// The month of a date that the data cover whole.
fn until(date: chrono::NaiveDate) -> Result<Month> {
    let whole = Month::whole_until(date);
    let last = crate::data::recorded_until();
    match Month::new(2021, 6) {
        Some(first) if whole < first || whole > last => Err(Error::Usage(format!(
            "`--data-until {date}`: the fit needs months between {first} and {last}; give a date from {} to {}",
            first.last_day(),
            last.last_day()
        ))),
        _ => Ok(whole),
    }
}

/// The line by which a stage knows its plan.
fn key(args: &CalibrateArgs, plan: &Plan) -> String {
    format!("{} {} {}", crate::BUILD, crate::data::fingerprint(), asked(args, plan))
}

/// What was asked for and determines the searches.
fn asked(args: &CalibrateArgs, plan: &Plan) -> String {
    format!(
        "{} {} {} {} {} {} {}",
        plan.until,
        plan.search,
        args.searches,
        plan.members,
        plan.scale,
        plan.seed,
        ParameterSet::defaults().values().len()
    )
}

/// Scores where the search begins, if a file names them.
fn start(args: &CalibrateArgs, fit: &Fit) -> Result<Option<Vec<f64>>> {
    let Some(file) = &args.start else { return Ok(None) };
    let mut start = fit.middle();
    let name = file.display().to_string();
    let text = input::text(file, MOST_START).map_err(|e| {
        Error::invalid(Problem::new(&name, e.to_string()).with_allowed("a file of lines `parameter = value`"))
    })?;
    let mut problems = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#')) {
        let read = line.split_once('=').and_then(|(key, value)| {
            let at = fit.free().iter().position(|p| p.definition().definition.name == key.trim())?;
            Some((at, value.trim().parse::<f64>().ok().filter(|v| v.is_finite())?))
        });
        match read {
            Some((at, value)) => start[at] = score(fit.free()[at], value).clamp(-2.5, 2.5),
            None => problems.push(
                Problem::new(&name, "is not a fitted parameter with a number")
                    .at(i + 1, 1)
                    .with_found(line.to_owned())
                    .with_allowed("e.g. `depart.belief_power = 2.2`; `darien explain` lists the names"),
            ),
        }
    }
    if problems.is_empty() { Ok(Some(start)) } else { Err(Error::Invalid(problems)) }
}

/// How far the searches had come, of those that were begun.
fn known(args: &CalibrateArgs, plan: &Plan, folder: &mut OutputFolder) -> Result<Vec<Trail>> {
    let file = folder.path().join(SEARCH);
    if !file.exists() || (args.replacing.overwrite && !args.resume) {
        return Ok(Vec::new());
    }
    let problem = |message: &str| Problem::new(file.display().to_string(), message);
    if !args.resume {
        return Err(Error::invalid(
            problem("holds a search that was interrupted, which would be lost")
                .with_hint("give `--resume` to go on from it, or `--overwrite` to begin anew"),
        ));
    }
    let text = input::bytes(&file, MOST_KEPT).map_err(Error::io("read", &file))?;
    let kept =
        serde_json::from_slice::<(String, Vec<Trail>)>(&text).ok().filter(|(of, _)| *of == key(args, plan));
    let Some((_, trails)) = kept else {
        return Err(Error::invalid(problem("holds no search of this plan").with_hint(
            "give the same arguments as before and the same build of the program, choose another `--out`, or give `--overwrite` instead of `--resume` to begin anew",
        )));
    };
    folder.take_over(SEARCH)?;
    Ok(trails)
}

fn write(
    args: &CalibrateArgs,
    fits: &[Fit],
    fitted: &Calibrated,
    folder: &mut OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Result<()> {
    let fit = &fits[0];
    folder.write(BEST, point(fit, &fitted.peaks[0]).as_bytes())?;
    folder.write("posterior.csv", Draws::format_posterior(&fitted.members).as_bytes())?;
    let learned = calibrate::learned(&fitted.members);
    let parameters = figures::parameter_table(&learned);
    folder.write("parameters.csv", &csv::bytes(&parameters)?)?;
    let rows = figures::fit_table(fit, fitted);
    folder.write("fit.csv", &csv::bytes(&rows)?)?;
    figures::draw(fit, fitted, &learned, args.lang, folder)?;
    let described = [
        Described {
            file: "posterior.csv",
            purpose: "Members of the posterior: parameters, then monthly shocks.",
            table: None,
        },
        Described {
            file: BEST,
            purpose: "The most likely values, where another search can start.",
            table: None,
        },
        Described {
            file: "parameters.csv",
            purpose: "What was learnt of each parameter.",
            table: Some(&parameters),
        },
        Described {
            file: "fit.csv",
            purpose: "What was recorded and what the posterior gives.",
            table: Some(&rows),
        },
        Described { file: "charts/", purpose: "Prior against posterior, pairs, and the fit.", table: None },
        Described { file: "manifest.json", purpose: "What made these files.", table: None },
    ];
    folder.write("README.txt", readme::text("A calibration of darien", "", &described).as_bytes())?;
    let details = object(serde_json::json!({
        "plan": plan(args)?,
        "searches": args.searches,
        "method": "ensemble kalman inversion of several clouds, then laplace for parameters and randomised maximum likelihood by month for shocks",
        "data_until": fit.plan.until.to_string(),
        "most_likely": fit.named(&fitted.peaks[0]).collect::<std::collections::BTreeMap<_, _>>(),
        "law_of_shocks": fitted.law,
        "kept_at_prior": UNIDENTIFIED.iter().map(|(p, why)| (p.definition().definition.name, *why)).collect::<Vec<_>>(),
        "weak_targets": fit.study().weak.iter().map(|w| (&w.name, w.value, w.error, w.source)).collect::<Vec<_>>(),
    }));
    let made = Manifest::of_verb(
        "calibrate",
        details,
        (args.seed, runs(fits), u64::from(args.scale)),
        Vec::new(),
        watch.stop(threads),
    );
    folder.remove(SEARCH)?;
    folder.finish(made)
}

fn object(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    match value {
        serde_json::Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

fn answer(args: &CalibrateArgs, fit: &Fit, fitted: &Calibrated, path: &Path) -> Result<()> {
    let months = fit.study().months;
    let mut text = format!(
        "{} members fitted to data until {}; root mean square log error of the median, and share of months inside the 95 % interval; the same error of the most likely point without shocks:\n",
        fitted.members.len(),
        fit.plan.until
    );
    let mut rows = Vec::new();
    for (s, (name, _)) in SERIES.iter().enumerate() {
        let (mut squares, mut inside) = (0.0, 0);
        let known: Vec<usize> =
            (s * months..(s + 1) * months).filter(|d| is_known(fit.target().errors[*d])).collect();
        for &datum in &known {
            let values = sorted(fitted.accepted.iter().map(|&m| fitted.predicted[(datum, m)]).collect());
            let seen = fit.target().values[datum];
            squares += (quantile(&values, 0.5) - seen).powi(2);
            inside += u32::from(quantile(&values, 0.025) <= seen && seen <= quantile(&values, 0.975));
        }
        let months = known.len() as f64;
        let error = (squares / months).sqrt();
        let at_best: f64 = known.iter().map(|&d| (fitted.at_best[d] - fit.target().values[d]).powi(2)).sum();
        let alone = (at_best / months).sqrt();
        let share = f64::from(inside) / months;
        text.push_str(&format!("  {name:5} {error:.2}  {share:.2}  {alone:.2}\n"));
        rows.push(serde_json::json!({ "series": name, "rms_log_error": error, "rms_log_error_best": alone, "coverage95": share }));
    }
    text.push_str(&format!("results in {}\n", path.display()));
    if args.common.json {
        text.push_str(&serde_json::json!({ "verb": "calibrate", "data_until": fit.plan.until.to_string(), "members": fitted.members.len(), "rows": rows }).to_string());
        text.push('\n');
    }
    out(&text)
}

fn recover(
    args: &CalibrateArgs,
    fits: &[Fit],
    histories: u32,
    folder: &mut OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Result<()> {
    let mut meter = Meter::new(&args.common, "synthetic histories", u64::from(histories));
    let mut recoveries = Vec::new();
    let fit = &fits[0];
    for h in 0..histories {
        let (truth, values) = fit.synthetic(h);
        let mut found = Vec::new();
        for fit in fits {
            let synthetic = fit.clone().to(values.clone());
            let Ok(fitted) = synthetic.run(&[], Trail::default(), stop_flag(), &mut (), |_| Ok(()))? else {
                return Err(Error::Interrupted(format!(
                    "{h} of {histories} synthetic histories were fitted"
                )));
            };
            found.push(fitted);
        }
        let fitted = Calibrated::joined(found);
        recoveries.extend(fitted.map(|fitted| Recovery::new(h, &truth, &fitted)));
        meter.report(u64::from(h) + 1, u64::from(histories));
    }
    let table = figures::recovery_table(fit.free(), &recoveries);
    folder.write("recovery.csv", &csv::bytes(&table)?)?;
    figures::draw_recovery(fit, &recoveries, args.lang, folder)?;
    let made = Manifest::of_verb(
        "calibrate",
        object(serde_json::json!({ "plan": plan(args)?, "searches": args.searches, "recover": histories })),
        (args.seed, runs(fits) * u64::from(histories), u64::from(args.scale)),
        Vec::new(),
        watch.stop(threads),
    );
    folder.finish(made)?;
    let cover = |level| calibrate::covered(&recoveries, level);
    let mut text = format!(
        "{histories} synthetic histories, {} parameters: 50 % intervals cover the truth in {:.0} %, 90 % intervals in {:.0} %\n",
        fit.free().len(),
        100.0 * cover(0.5),
        100.0 * cover(0.9)
    );
    if args.common.json {
        text.push_str(&serde_json::json!({ "verb": "calibrate", "recover": histories, "coverage50": cover(0.5), "coverage90": cover(0.9) }).to_string());
        text.push('\n');
    }
    out(&text)
}
