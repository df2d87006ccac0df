//! `darien backtest`: what the model would have said month by month, beside statistical forecasts.

use super::common::{Common, Meter, Replacing, claim, default_folder, out, say, set_threads, stop_flag};
use crate::error::{Error, Problem, Result};
use crate::experiment::backtest::scoring::{self, Scores};
use crate::experiment::backtest::{Design, INTERVENTIONS, Kept, Paired, Track, hindcast, paired};
use crate::experiment::{Draws, Posterior, posterior};
use crate::output::backtest as figures;
use crate::output::csv;
use crate::output::file::OutputFolder;
use crate::output::json;
use crate::output::manifest::{Manifest, Stopwatch};
use crate::output::readme::{self, Described};
use crate::units::Month;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs of the hindcast on the page.
const HINDCAST_RUNS: u64 = 200;

/// Longest file of an origin, bytes.
const MOST_KEPT: u64 = 1 << 30;

/// Arguments of `backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Tracks: a is given the levers as they later were, b what was known at the origin, c pairs dated interventions
    /// with and without. All where not given.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub track: Vec<TrackArg>,
    /// First month that is forecast one month ahead.
    #[arg(long, default_value = "2022-07", value_name = "MONTH", value_parser = month)]
    pub from: Month,
    /// Last month that is forecast.
    #[arg(long, default_value = "2024-12", value_name = "MONTH", value_parser = month)]
    pub to: Month,
    /// Months ahead, separated by commas.
    #[arg(long, default_value = "1,2,3,6,9,12", value_delimiter = ',', value_name = "N")]
    pub horizons: Vec<u32>,
    /// Searches for parameters, each with chance of its own, whose members forecast together.
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub searches: u32,
    /// Members of the ensemble at each origin, of all searches.
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub members: u32,
    /// Months between two fits of the parameters; in between members follow the record by their shocks.
    #[arg(long, default_value_t = 6, value_name = "N")]
    pub refit: u32,
    /// Runs of the first search for parameters, and of each later one.
    #[arg(long, default_values_t = [3000, 1200], num_args = 2, value_names = ["FIRST", "LATER"])]
    pub search: Vec<u32>,
    /// People that one agent stands for (1 to 10000); agents of smaller nationalities stand for fewer.
    #[arg(long, default_value_t = 150, value_name = "N")]
    pub scale: u32,
    /// Seed of all chance.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    pub seed: u64,
    /// The posterior of track C and of the page's hindcast: `newest` or `2024-12`, which ship, or the folder of a calibration, or
    /// the `posterior.csv` in it.
    #[arg(long, value_name = "NAME|DIR|FILE", default_value = "newest")]
    pub posterior: String,
    /// Write the validation page, with its charts beside it, e.g. `docs/validation.md`.
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
    /// Go on after the last origin that a call with the same arguments finished, e.g. to write the page later.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/backtest` and settings by default.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// A track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrackArg {
    /// Conditional on the levers as they were.
    A,
    /// With what was known at the origin.
    B,
    /// Interventions.
    C,
}

fn month(text: &str) -> std::result::Result<Month, String> {
    text.parse().map_err(|_| format!("`{text}` is not a month; write it as YYYY-MM, e.g. 2023-06"))
}

/// Runs the verb.
///
/// # Errors
///
/// Flags that make no sense, files that cannot be written, interruption.
pub fn run(args: &BacktestArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    if let Some(page) = args.page.as_deref().filter(|p| p.exists() && !args.replacing.overwrite) {
        return Err(Error::invalid(
            Problem::new(page.display().to_string(), "stands there already")
                .with_hint("choose another `--page`, or give `--overwrite` to replace it"),
        ));
    }
    let design = Design {
        from: args.from,
        to: args.to,
        horizons: args.horizons.clone(),
        refit: args.refit,
        search: [args.search[0], *args.search.last().unwrap_or(&args.search[0])],
        searches: args.searches,
        members: args.members,
        scale: args.scale,
        seed: args.seed,
    };
    let wants = |t: TrackArg| args.track.is_empty() || args.track.contains(&t);
    if wants(TrackArg::A) || wants(TrackArg::B) {
        design.check()?;
    }
    // Needed last, looked at first: what is damaged is better found before the hours of work, and before there is a folder.
    let posterior = Draws::Posterior(Arc::new(Posterior::load(&args.posterior)?));
    // The tracks may be others: they are made of the same origins.
    let claim = claim("backtest", &format!("{design:?}"), u64::MAX, args.resume, args.replacing);
    let path = args.out.clone().unwrap_or_else(|| default_folder(&["backtest"], std::iter::empty()));
    let mut folder = OutputFolder::open(&path, claim)?;
    let done = kept(args, &design, &mut folder)?;
    let mut tracks = Vec::new();
    if wants(TrackArg::A) || wants(TrackArg::B) {
        let mut meter = Meter::new(&args.common, "origins", design.origins().len() as u64);
        let made = design.run(done, stop_flag(), &mut meter, |origin, kept| {
            folder.write(&part(origin), &json::line(&(key(&design), kept))?)
        })?;
        let Some(forecasts) = made else { return Err(stopped()) };
        let table = figures::forecast_table(&forecasts);
        folder.write("forecasts.csv", &csv::bytes(&table)?)?;
        for (track, wanted) in [(Track::A, wants(TrackArg::A)), (Track::B, wants(TrackArg::B))] {
            if wanted {
                tracks.push(scoring::scores(&forecasts, track)?);
            }
        }
    }
    let mut pairs = Vec::new();
    if wants(TrackArg::C) {
        for intervention in &INTERVENTIONS {
            let runs = u64::from(args.members);
            match paired(intervention, &posterior, (args.seed, args.scale, runs), stop_flag())? {
                Some(p) => pairs.push(p),
                None => return Err(stopped()),
            }
        }
    }
    let all: Vec<Scores> = tracks.into_iter().flatten().collect();
    say(&args.common, "writing tables and charts");
    let drawn = write(args, &posterior, &all, &pairs, &mut folder, watch, threads)?;
    if let Some(page) = &args.page {
        let size = (args.seed, args.scale, HINDCAST_RUNS);
        let Some(told) = hindcast(&posterior, size, stop_flag())? else { return Err(stopped()) };
        let charts = path.join("charts");
        let size = (args.seed, args.replacing.overwrite);
        figures::write_page(page, &told, &all, &pairs, size, (&charts, &drawn))?;
    }
    answer(args, &all, &pairs, &path)
}

fn stopped() -> Error {
    Error::Interrupted("origins that are done are kept; the same command with `--resume` goes on".into())
}

/// The file in which an origin is kept.
fn part(origin: Month) -> String {
    format!("origin-{origin}.json")
}

/// What must be equal for an origin to be used again.
fn key(design: &Design) -> String {
    format!("{} {} {design:?}", crate::BUILD, crate::data::fingerprint())
}

/// Origins that an earlier call with the same arguments finished, up to the first that is missing.
fn kept(args: &BacktestArgs, design: &Design, folder: &mut OutputFolder) -> Result<Vec<Kept>> {
    let mut all = Vec::new();
    let origins = design.origins();
    if !args.resume {
        let there = origins.iter().filter(|&&o| folder.path().join(part(o)).exists()).count();
        if there > 0 && !args.replacing.overwrite {
            return Err(Error::invalid(
                Problem::new(
                    folder.path().display().to_string(),
                    format!("holds {there} finished origins, which would be lost"),
                )
                .with_hint("give `--resume` to go on from them, or `--overwrite` to begin anew"),
            ));
        }
        return Ok(all);
    }
    for origin in origins {
        let path = folder.path().join(part(origin));
        let bytes = match crate::input::bytes(&path, MOST_KEPT) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => break,
            Err(e) => return Err(Error::io("read", &path)(e)),
        };
        match serde_json::from_slice::<(String, Kept)>(&bytes) {
            Ok((made_for, kept)) if made_for == key(design) => {
                folder.take_over(&part(origin))?;
                all.push(kept);
            }
            _ => {
                return Err(Error::invalid(
                    Problem::new(path.display().to_string(), "holds no origin of this backtest").with_hint(
                        "give the same arguments as before and the same build of the program, choose another `--out`, or give `--overwrite` instead of `--resume` to begin anew",
                    ),
                ));
            }
        }
    }
    Ok(all)
}

fn write(
    args: &BacktestArgs,
    drawn_from: &Draws,
    all: &[Scores],
    pairs: &[Paired],
    folder: &mut OutputFolder,
    watch: Stopwatch,
    threads: usize,
) -> Result<Vec<String>> {
    let scores = figures::score_table(all);
    folder.write("scores.csv", &csv::bytes(&scores)?)?;
    let by_months = figures::months_table(all);
    folder.write("scores_by_months.csv", &csv::bytes(&by_months)?)?;
    let by_search = figures::search_table(all);
    folder.write("scores_by_search.csv", &csv::bytes(&by_search)?)?;
    let interventions = figures::intervention_table(pairs);
    folder.write("interventions.csv", &csv::bytes(&interventions)?)?;
    let drawn = figures::draw(all, pairs, args.seed, folder)?;
    let described = [
        Described {
            file: "scores.csv",
            purpose: "Scores by track, series, model and horizon.",
            table: Some(&scores),
        },
        Described {
            file: "scores_by_months.csv",
            purpose: "Scores by phase of the record, by year, and without one year.",
            table: Some(&by_months),
        },
        Described {
            file: "scores_by_search.csv",
            purpose: "Scores of the members of each search alone.",
            table: Some(&by_search),
        },
        Described {
            file: "interventions.csv",
            purpose: "Dated interventions, with and without.",
            table: Some(&interventions),
        },
        Described { file: "forecasts.csv", purpose: "Quantiles of all forecasts.", table: None },
        Described {
            file: "origin-*.json",
            purpose: "What was fitted and forecast at each origin; `--resume` makes tables, charts and page of them again.",
            table: None,
        },
        Described { file: "charts/", purpose: "Scoreboard, coverage, PIT and interventions.", table: None },
        Described { file: "manifest.json", purpose: "What made these files.", table: None },
    ];
    folder.write("README.txt", readme::text("A backtest of darien", "", &described).as_bytes())?;
    let details = serde_json::Map::from_iter([
        ("from".to_owned(), args.from.to_string().into()),
        ("to".to_owned(), args.to.to_string().into()),
        ("horizons".to_owned(), args.horizons.clone().into()),
        ("refit".to_owned(), args.refit.into()),
        ("search".to_owned(), args.search.clone().into()),
        ("searches".to_owned(), args.searches.into()),
        (posterior::KEY.to_owned(), serde_json::json!(drawn_from.posterior().map(|p| &p.id))),
    ]);
    let made = Manifest::of_verb(
        "backtest",
        details,
        (args.seed, u64::from(args.members), u64::from(args.scale)),
        Vec::new(),
        watch.stop(threads),
    );
    folder.finish(made)?;
    Ok(drawn)
}

fn answer(args: &BacktestArgs, all: &[Scores], pairs: &[Paired], path: &Path) -> Result<()> {
    let mut text = String::new();
    let mut rows = Vec::new();
    for scores in all {
        text.push_str(&format!(
            "track {}, {}: WIS of ln(1 + entries), relative to the random walk\n",
            scores.track.letter(),
            scores.series
        ));
        for &h in &args.horizons {
            let show = |model: &str| {
                scoring::ratio(&scores.rows, model, scoring::YARDSTICK, h)
                    .map_or("-".into(), |r| format!("{r:.2}"))
            };
            if let Some(own) = scoring::row(&scores.rows, scoring::MODEL, h) {
                text.push_str(&format!(
                    "  {h:2} months: {:.3}, ratio {} (with the random walk {}, regression {}), 95 % interval covers {:.0} % of {}\n",
                    own.wis_log.unwrap_or(f64::NAN),
                    show(scoring::MODEL),
                    show(scoring::ENSEMBLE),
                    show("regression_ar1"),
                    100.0 * own.coverage.c95,
                    own.n
                ));
            }
        }
        rows.extend(scores.rows.iter().map(|r| {
            serde_json::json!({
                "series": scores.series, "track": scores.track.letter(), "model": r.model,
                "horizon": r.group.first().and_then(|h| h.parse::<u32>().ok()),
                "wis_log": r.wis_log, "wis": r.wis.total, "mae": r.mae,
                "coverage50": r.coverage.c50, "coverage95": r.coverage.c95, "n": r.n,
                "relative_skill": r.relative_skill,
            })
        }));
    }
    for p in pairs {
        text.push_str(&format!(
            "{} ({}, {} to {}): seen {:.2}, model {:.2} [{:.2}, {:.2}], explains {:.0} %\n",
            p.name,
            p.nationality,
            p.months[0],
            p.months[1],
            p.seen,
            p.effect[1],
            p.effect[0],
            p.effect[2],
            100.0 * p.explained
        ));
    }
    text.push_str(&format!("results in {}\n", path.display()));
    if args.common.json {
        text.push_str(
            &serde_json::json!({ "verb": "backtest", "rows": rows, "interventions": pairs }).to_string(),
        );
        text.push('\n');
    }
    out(&text)
}
