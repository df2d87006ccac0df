//! `darien compare`: what scenarios change against a base, run by run under the same draws and the same chance.

use super::common::{
    Common, Ensemble, Replacing, claim, date, default_folder, edition, out, say, set_threads,
};
use super::ensemble::{self, Failures, Job, MAX_RUNS, Made, check_runs, failed, members, next_runs, share};
use super::lang::Lang;
use crate::error::{Error, Problem, Result};
use crate::experiment::attribution::{Attribution, Corners, attribute};
use crate::experiment::compare::contrast;
use crate::experiment::{RunKey, Runner};
use crate::observe;
use crate::output::comparison::answer::{self, Findings};
use crate::output::comparison::{Pairing, figures, headline, tables};
use crate::output::figures::Setting;
use crate::output::file::OutputFolder;
use crate::output::json::Rows;
use crate::output::manifest::Stopwatch;
use crate::output::parts::Parts;
use crate::output::readme::{self, Described};
use crate::output::results::{Member, Results, outcome_table};
use crate::output::{csv, parquet};
use crate::registry::nearest;
use crate::registry::outcomes::OUTCOMES;
use crate::scenario::Scenario;
use crate::table::{SeriesKey, Table};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The base: name of a shipped scenario (see `darien explain scenarios`) or path of a TOML file.
    #[arg(value_name = "BASE")]
    pub base: String,
    /// The scenarios to set against it.
    #[arg(required = true, value_name = "ALT")]
    pub alternatives: Vec<String>,
    /// Paired runs; each draw of the assumptions is run under two replicates of chance.
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub runs: u64,
    /// Add paired runs until the error of the headline difference is below this share of it (or below a tenth of
    /// this share of the base, where the difference is near zero), e.g. `2%`.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub precision: Option<f64>,
    /// Report only this outcome, or outcome@place, e.g. `entries` or `deaths@darien`; may be repeated.
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Vec<String>,
    /// Split the change into policy effect, assumption effect and interaction (needs `--assume`).
    #[arg(long, requires = "assume")]
    pub attribute: bool,
    /// The other assumption of `--attribute`: a parameter or lever, e.g. `crisis.VEN=0.9`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", requires = "attribute")]
    pub assume: Vec<String>,
    /// Change a lever in the base and all alternatives, e.g. `crisis.VEN=0.9`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Last day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<chrono::NaiveDate>,
    /// People that one agent stands for (1 to 10000); agents of smaller nationalities stand for fewer.
    /// Differences need many runs more than fine agents.
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub scale: u32,
    /// Seed and draws.
    #[command(flatten)]
    pub ensemble: Ensemble,
    /// Take over the finished runs of an interrupted call with the same arguments.
    #[arg(long)]
    pub resume: bool,
    /// Folder for the results; `out/compare-BASE+ALT`, changes and settings by default.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// Language of answer and charts.
    #[arg(long, value_parser = super::lang::parser(), default_value = "en")]
    pub lang: Lang,
    /// Write the tables as Parquet too.
    #[arg(long)]
    pub parquet: bool,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// Runs the verb.
///
/// # Errors
///
/// Invalid scenarios, unknown outcomes, files that cannot be written, interruption, failed runs.
pub fn run(args: &CompareArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    check_runs(args.runs)?;
    check_outcomes(&args.outcome)?;
    let names: Vec<String> = std::iter::once(&args.base).chain(&args.alternatives).cloned().collect();
    let mut scenarios = load(&names, &args.set, args.until)?;
    ensemble::warn(&args.common, &scenarios);
    let count = scenarios.len();
    if args.attribute {
        let sets: Vec<String> = args.set.iter().chain(&args.assume).cloned().collect();
        scenarios.extend(load(&names, &sets, args.until)?);
    }
    let mut runner = Runner::new(&scenarios, args.ensemble.draws()?, args.ensemble.seed, args.scale)?;
    ensemble::share_threads(&args.common, &mut runner, args.runs, threads);
    let mut members = members(&scenarios, args.lang);
    for (i, member) in members.iter_mut().enumerate() {
        if i >= count {
            member.name = format!("{} with {}", member.name, args.assume.join(", "));
        }
    }
    disambiguate(&mut members);
    let shown: Vec<&str> = scenarios[..count].iter().map(Scenario::name).collect();
    let path = args.out.clone().unwrap_or_else(|| {
        let editions = scenarios[..count].iter().filter_map(edition);
        default_folder(&[&format!("compare-{}", shown.join("+"))], editions)
    });
    let asked = ensemble::asked(&runner, args.ensemble.seed, "compare nested");
    let wanted = if args.precision.is_some() { MAX_RUNS } else { args.runs };
    let shown = format!("{asked} {:?} {:?}", args.outcome, args.assume);
    let claim = claim("compare", &shown, wanted, args.resume, args.replacing);
    let mut folder = OutputFolder::open(&path, claim)?;
    let plan = ensemble::plan(&asked);
    let parts = Parts::open(&path, &plan, ensemble::values(&members), folder.earlier())?;
    let job = Job {
        common: &args.common,
        runner: &runner,
        parts: &parts,
        resume: args.resume,
        key: RunKey::nested,
        shard: None,
    };
    let (runs, failures) =
        job.simulate(args.runs, |begun, failures| more(args, &job, &members[..count], begun, failures))?;
    let total = runs.len() as u64 + failures.len() as u64;
    if runs.is_empty() {
        ensemble::write_failures(&failures, &mut folder)?;
        return failed(&failures, total, &path);
    }
    let draws = draws_of(&runner, &runs);
    let results = Results { parts: &parts, runs, members, keys: observe::series() };
    let whole = Comparison { args, runner: &runner, results: &results, draws: &draws, count };
    let text = whole.write(&failures, &mut folder, watch, threads)?;
    out(&text)?;
    parts.discard()?;
    failed(&failures, total, &path)
}

/// Loads scenarios; here the same one may stand twice (a comparison with itself is exactly zero).
fn load(names: &[String], sets: &[String], until: Option<chrono::NaiveDate>) -> Result<Vec<Scenario>> {
    let mut problems = Vec::new();
    let mut scenarios = Vec::new();
    for (i, name) in names.iter().enumerate() {
        match Scenario::load(name, sets, until) {
            Ok(s) => scenarios.push(s),
            Err(Error::Invalid(found)) => {
                // Problems of `--set` are those of every scenario: once is enough.
                problems.extend(found.into_iter().filter(|p| i == 0 || p.file != "--set"));
            }
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(scenarios) } else { Err(Error::Invalid(problems)) }
}

/// Makes names differ: the second `a` becomes `a (2)`.
fn disambiguate(members: &mut [Member]) {
    for i in 1..members.len() {
        let earlier = members[..i].iter().filter(|m| m.name == members[i].name).count();
        if earlier > 0 {
            members[i].name = format!("{} ({})", members[i].name, earlier + 1);
        }
    }
}

/// Refuses outcomes and places that no run gives.
fn check_outcomes(wanted: &[String]) -> Result<()> {
    let series = observe::series();
    let mut problems = Vec::new();
    for typed in wanted {
        let (outcome, place) = typed.split_once('@').map_or((typed.as_str(), None), |(o, p)| (o, Some(p)));
        let places: std::collections::BTreeSet<&str> =
            series.iter().filter(|k| k.outcome == outcome).map(|k| k.place.as_str()).collect();
        let problem = |message: &str| Problem::new("--outcome", message).with_found(typed.clone());
        if places.is_empty() {
            let near = nearest(outcome, OUTCOMES.iter().map(|o| o.name));
            problems.push(problem("is not an outcome").with_hint(near.map_or_else(
                || "`darien explain outcomes` lists all outcomes".to_owned(),
                |n| format!("did you mean `{n}`?"),
            )));
        } else if let Some(place) = place.filter(|p| !places.contains(p)) {
            let allowed = places.into_iter().collect::<Vec<_>>().join(", ");
            problems.push(problem(&format!("`{outcome}` is not counted at `{place}`")).with_allowed(allowed));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

fn draws_of(runner: &Runner, runs: &[u64]) -> Vec<u64> {
    runs.iter().map(|&r| runner.draws().identity(RunKey::nested(r).draw)).collect()
}

/// How many runs there shall be for the precision that was asked for.
fn more(
    args: &CompareArgs,
    job: &Job<'_>,
    members: &[Member],
    begun: u64,
    failures: &Failures,
) -> Result<Option<u64>> {
    let Some(precision) = args.precision else { return Ok(None) };
    let runs: Vec<u64> = (0..begun).filter(|r| !failures.iter().any(|(f, _)| f == r)).collect();
    let draws = draws_of(job.runner, &runs);
    let results = Results { parts: job.parts, runs, members: members.to_vec(), keys: observe::series() };
    let mut wanted = begun;
    let mut lines = Vec::new();
    for alternative in 1..members.len() {
        let pairing = Pairing::new(&results, &draws, 0, alternative)?;
        let (base, alt) = pairing.totals(&headline())?;
        let c = contrast(&base, &alt, &draws);
        // As wide as the interval is with so few draws: a lucky small sample stops nothing.
        let half = c.mean_high - c.difference;
        let none = c.p_positive == 0.0 && c.p_negative == 0.0;
        let error = if none {
            0.0
        } else if half.is_finite() {
            half / 1.96
        } else {
            f64::MAX
        };
        let target = precision * c.difference.abs().max(c.base.abs() / 10.0);
        if error > target {
            wanted = wanted.max(next_runs(begun, error, target));
        }
        lines.push(format!(
            "{}: after {begun} paired runs the error of the headline difference is {error:.0} persons (wanted: {target:.0})",
            pairing.name()
        ));
    }
    if wanted > begun && begun < MAX_RUNS {
        return Ok(Some(wanted));
    }
    for line in lines {
        say(&args.common, &line);
    }
    Ok(None)
}

/// A finished comparison.
struct Comparison<'a> {
    args: &'a CompareArgs,
    runner: &'a Runner,
    results: &'a Results<'a>,
    draws: &'a [u64],
    /// Scenarios without those of the other assumption.
    count: usize,
}

impl<'a> Comparison<'a> {
    fn pairings(&self) -> Result<Vec<Pairing<'a>>> {
        let scenarios: Vec<&Scenario> = self.runner.scenarios().collect();
        (1..self.count)
            .map(|i| {
                let mut pairing = Pairing::new(self.results, self.draws, 0, i)?;
                pairing.differs_from = scenarios[0].first_difference(scenarios[i]);
                pairing.ends = scenarios[0].end_of_difference(scenarios[i]);
                Ok(pairing)
            })
            .collect()
    }

    /// Writes the folder and gives back the answer for standard output.
    fn write(
        &self,
        failures: &Failures,
        folder: &mut OutputFolder,
        watch: Stopwatch,
        threads: usize,
    ) -> Result<String> {
        let args = self.args;
        say(&args.common, "writing tables and charts");
        let pairings = self.pairings()?;
        let differences = tables::differences(&pairings, &args.outcome)?;
        let account = tables::account(&pairings)?;
        let spread = tables::spreads(&pairings)?;
        let setting = Setting {
            lang: args.lang,
            seed: args.ensemble.seed,
            track_record: crate::experiment::track_record::line(args.lang),
            known_until: self.runner.known_until(),
        };
        let mut text = String::new();
        for pairing in &pairings {
            let findings = Findings::of(pairing)?;
            text.push_str(&findings.text(args.lang));
            let prefix = if self.count > 2 { format!("{}-", pairing.name()) } else { String::new() };
            figures::draw(pairing, &findings, &setting, &prefix, folder)?;
        }
        let mut written: Vec<(&str, &str, Table)> = vec![
            ("differences", "Every paired difference, by month and over the horizon.", differences),
            ("account", "Where avoided entries went; closes to the person in every run.", account),
            ("spread", "What we do not know and what is chance, for level and difference.", spread),
        ];
        if args.attribute {
            let cards = self.cards(&pairings)?;
            for ((name, key, card), pairing) in cards.iter().zip(&pairings) {
                let assumption = args.assume.join(", ");
                let title = &pairing.results.members[pairing.alternative].title;
                text.push_str(&answer::card(title, &assumption, key, card, args.lang));
                let prefix = if self.count > 2 { format!("{name}-") } else { String::new() };
                figures::draw_card(pairing, &setting, (key, &assumption), card, &prefix, folder)?;
            }
            let purpose = "The 2 x 2 card: policy, assumption, interaction, chance; adds up exactly.";
            written.push(("attribution", purpose, tables::attribution(&self.all_cards(&pairings)?)));
        }
        text.push_str(&answer::legend(args.lang));
        text.push_str(&format!("{}.\n", crate::experiment::track_record::line(args.lang)));
        for (name, _, table) in &written {
            folder.write_with(&format!("{name}.csv"), |o| csv::write(table, o))?;
            if args.parquet {
                folder.write(&format!("{name}.parquet"), &parquet::bytes(table)?)?;
            }
        }
        let outcomes = outcome_table();
        folder.write("outcomes.csv", &csv::bytes(&outcomes)?)?;
        folder.write("answer.txt", text.as_bytes())?;
        ensemble::write_failures(failures, folder)?;
        ensemble::keep_posterior(self.runner.draws(), folder)?;
        self.readme(&written, &outcomes, folder)?;
        let drawn: Vec<u64> = self.results.runs.iter().map(|&r| RunKey::nested(r).draw).collect();
        let mut details = serde_json::Map::new();
        details.insert("outcome".into(), serde_json::json!(args.outcome));
        details.insert("assume".into(), serde_json::json!(args.assume));
        let made = Made { verb: "compare", seed: args.ensemble.seed, draws: &drawn, details, watch, threads };
        folder.finish(ensemble::manifest(self.runner, &self.results.members, made, folder))?;
        if args.common.json {
            let line = serde_json::json!({ "verb": "compare", "rows": Rows(&written[0].2) });
            text.push_str(&format!("{line}\n"));
        }
        Ok(text)
    }

    fn readme(
        &self,
        written: &[(&str, &str, Table)],
        outcomes: &Table,
        folder: &mut OutputFolder,
    ) -> Result<()> {
        let names: Vec<String> = written.iter().map(|(name, ..)| format!("{name}.csv")).collect();
        let mut described: Vec<Described<'_>> = written
            .iter()
            .zip(&names)
            .map(|((_, purpose, table), file)| Described { file, purpose, table: Some(table) })
            .collect();
        described.extend([
            Described { file: "outcomes.csv", purpose: "What each outcome is.", table: Some(outcomes) },
            Described { file: "answer.txt", purpose: "The answer in sentences.", table: None },
            Described {
                file: "charts/",
                purpose: "Each chart as SVG and PNG, with what it shows as CSV.",
                table: None,
            },
            Described { file: "manifest.json", purpose: "What made these files.", table: None },
        ]);
        let members = &self.results.members;
        let intro = members
            .iter()
            .enumerate()
            .map(|(i, m)| format!("{}: {}{}", m.name, m.title, if i == 0 { " (the base)" } else { "" }))
            .collect::<Vec<_>>()
            .join("\n");
        described.extend(ensemble::described_posterior(self.runner.draws()));
        folder.write("README.txt", readme::text("A comparison by darien", &intro, &described).as_bytes())
    }

    fn card(&self, alternative: usize, key: &SeriesKey) -> Result<Attribution> {
        let corner = |member: usize| -> Result<Vec<f64>> {
            Ok(Pairing::new(self.results, self.draws, 0, member)?.totals(key)?.1)
        };
        let (off_old, on_old) = (corner(0)?, corner(alternative)?);
        let (off_new, on_new) = (corner(self.count)?, corner(self.count + alternative)?);
        let corners = Corners { off_old: &off_old, on_old: &on_old, off_new: &off_new, on_new: &on_new };
        Ok(attribute(&corners, self.draws))
    }

    /// The card of the headline for each scenario.
    fn cards(&self, pairings: &[Pairing<'_>]) -> Result<Vec<(String, SeriesKey, Attribution)>> {
        let card =
            |p: &Pairing<'_>| Ok((p.name().to_owned(), headline(), self.card(p.alternative, &headline())?));
        pairings.iter().map(card).collect()
    }

    /// The cards of every outcome for each scenario.
    fn all_cards(&self, pairings: &[Pairing<'_>]) -> Result<Vec<(String, SeriesKey, Attribution)>> {
        let mut cards = Vec::new();
        for pairing in pairings {
            for key in self.results.keys.iter().filter(|k| k.nationality == "ALL") {
                cards.push((pairing.name().to_owned(), key.clone(), self.card(pairing.alternative, key)?));
            }
        }
        Ok(cards)
    }
}
