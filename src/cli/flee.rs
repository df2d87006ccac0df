//! `darien flee`: worlds of FLEE's on this engine.

mod write;

use super::common::{Common, Meter, Replacing, claim, default_folder, out, say, set_threads, stop_flag};
use super::lang::Lang;
use crate::behaviour::flee::{
    self, FolderOptions, Quirks, Record, World, daily, raw::RawWorld, score, tables, whatif,
};
use crate::error::{Error, Problem, Result};
use crate::experiment::batch;
use crate::output::file::{OutputFolder, sha256_hex};
use crate::output::folder::Claim;
use crate::output::manifest::Stopwatch;
use crate::random::Seed;
use crate::table::{Table, Values};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Run a world of FLEE's (its folder, or a scenario file written by convert-flee) and compare it with its data.
#[derive(Debug, Clone, clap::Args)]
pub struct FleeArgs {
    /// Folder with input_csv and source_data, or a scenario file.
    pub path: PathBuf,
    /// Settings file (simsetting.yml) to use instead of the folder's own.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Closures file to use instead of closures.csv; a name is looked up in the folder too.
    #[arg(long, value_name = "FILE")]
    pub closures: Option<PathBuf>,
    /// Change a setting by its name in simsetting.yml, e.g. `camp_weight=2`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Number of runs.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub runs: u32,
    /// Seed of all chance.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// People per agent, instead of what the settings say.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub hasten: Option<u32>,
    /// Folder for the results; `out/` and the name of the world by default.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What may be replaced.
    #[command(flatten)]
    pub replacing: Replacing,
    /// Do what FLEE does where that is not what was meant (docs/flee.md lists each difference).
    #[arg(long)]
    pub as_flee: bool,
    /// What if the roads between two places, or the border between two countries, were closed:
    /// A:B@2012-05-01..2012-06-30. May be given several times.
    #[arg(long, value_name = "A:B@FROM..UNTIL")]
    pub close: Vec<String>,
    /// What if there were another camp: NAME:CAPACITY@PLACE:KM,PLACE:KM. May be given several times.
    #[arg(long, value_name = "NAME:CAPACITY@PLACE:KM")]
    pub add_camp: Vec<String>,
    /// What if the world were that of another scenario file, which may extend this one.
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// Language of the charts.
    #[arg(long, value_parser = super::lang::parser(), default_value = "en")]
    pub lang: Lang,
    /// Write the long tables as Parquet too.
    #[arg(long)]
    pub parquet: bool,
    /// Output, messages and threads.
    #[command(flatten)]
    pub common: Common,
}

/// Everything that a call computes, before anything is printed or written.
#[derive(Debug)]
pub struct FleeResult {
    /// The world.
    pub world: World,
    /// SHA-256 of everything that was read into the world.
    pub hash: String,
    /// Numbers of the runs, in the order of the records.
    pub runs: Vec<u64>,
    /// Its runs.
    pub records: Vec<Record>,
    /// The what-if: its world, its hash, and its runs with the same seeds.
    pub alternative: Option<(World, String, Vec<Record>)>,
    /// Tables: `scores`, `runs`, `days`, `camps`, `errors`, and `difference` if there is a what-if.
    pub tables: Vec<Table>,
    /// Runs that did not finish: number and what the program said.
    pub failures: Vec<(u64, String)>,
}

/// A world as typed, if it could be read, with its problems.
type Loaded = (Option<RawWorld>, Vec<Problem>);

/// A world without fault, and its hash.
type Checked = (World, String);

fn hash(raw: Option<&RawWorld>, quirks: Quirks) -> String {
    sha256_hex(format!("{}{quirks:?}", raw.map(flee::to_toml).unwrap_or_default()).as_bytes())
}

impl FleeArgs {
    fn load(&self, path: &Path, quirks: Quirks) -> Loaded {
        let options = FolderOptions { settings: self.settings.clone(), closures: self.closures.clone() };
        let (mut raw, mut problems) = flee::read_raw(path, &options, quirks);
        if let Some(raw) = &mut raw {
            if let Some(hasten) = self.hasten {
                raw.settings.hasten = i64::from(hasten);
            }
            for text in &self.set {
                problems.extend(whatif::set(raw, text, quirks).err().into_iter().flatten());
            }
        }
        (raw, problems)
    }

    /// The world of the what-if as typed; none where no flag asks for one.
    fn load_alternative(&self, base: Option<&RawWorld>, quirks: Quirks) -> Option<Loaded> {
        if self.close.is_empty() && self.add_camp.is_empty() && self.compare.is_none() {
            return None;
        }
        let (mut other, mut problems) = match &self.compare {
            Some(file) => self.load(file, quirks),
            None => (base.cloned(), Vec::new()),
        };
        if let Some(other) = &mut other {
            problems.extend(self.close.iter().filter_map(|t| whatif::close(other, t).err().map(|p| *p)));
            problems
                .extend(self.add_camp.iter().filter_map(|t| whatif::add_camp(other, t).err().map(|p| *p)));
            if base.is_some_and(|b| b.name == other.name) {
                other.name += " what-if";
            }
        }
        Some((other, problems))
    }

    /// Reads and checks: the world and its hash, and those of the what-if.
    fn worlds(&self) -> Result<(Checked, Option<Checked>)> {
        let quirks = Quirks::new(self.as_flee);
        if self.path.is_file() && (self.settings.is_some() || self.closures.is_some()) {
            return Err(Error::Usage(
                "--settings and --closures go with a folder, not with a scenario file".into(),
            ));
        }
        let (raw, mut problems) = self.load(&self.path, quirks);
        let mut other = None;
        if let Some((alternative, faults)) = self.load_alternative(raw.as_ref(), quirks) {
            if faults.is_empty() && problems.is_empty() {
                let hash = hash(alternative.as_ref(), quirks);
                other = Some((flee::finish(alternative, quirks, faults)?, hash));
            } else {
                for fault in faults {
                    if !problems.contains(&fault) {
                        problems.push(fault);
                    }
                }
            }
        }
        let hash = hash(raw.as_ref(), quirks);
        Ok(((flee::finish(raw, quirks, problems)?, hash), other))
    }

    /// Reads, checks and runs.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all problems of the input, [`Error::Usage`] where flags do not fit together,
    /// [`Error::Interrupted`] where the user stops it.
    pub fn compute(&self) -> Result<FleeResult> {
        self.compute_worlds(self.worlds()?)
    }

    /// What the call is going to write.
    fn claim(&self, (world, other): &(Checked, Option<Checked>)) -> Claim {
        let other = other.as_ref().map(|(_, hash)| hash.as_str()).unwrap_or_default();
        let asked = format!("{} {other} seed={} as_flee={}", world.1, self.seed, self.as_flee);
        claim("flee", &asked, u64::from(self.runs), false, self.replacing)
    }

    fn compute_worlds(&self, ((world, hash), other): (Checked, Option<Checked>)) -> Result<FleeResult> {
        let seed = Seed::new(self.seed);
        let count = self.runs as usize;
        let (mut runs, mut failures) = (Vec::new(), Vec::new());
        let (mut records, mut records_b) = (Vec::with_capacity(count), Vec::new());
        let piece = |i: usize| {
            let seed = seed.replicate(i as u64);
            (flee::run(&world, seed), other.as_ref().map(|(other, _)| flee::run(other, seed)))
        };
        let mut meter = Meter::new(&self.common, "runs", count as u64);
        let whole = batch::in_order(count, stop_flag(), &mut meter, piece, |i, outcome| {
            match outcome {
                Ok((record, record_b)) => {
                    runs.push(i as u64);
                    records.push(record);
                    records_b.extend(record_b);
                }
                Err(message) => failures.push((i as u64, message)),
            }
            Ok(())
        })?;
        if !whole {
            return Err(Error::Interrupted(format!(
                "{} of {count} runs were finished; nothing was written",
                records.len()
            )));
        }
        let mut all = vec![
            tables::scores_table(&world, &records),
            tables::runs_table(&world, seed, &runs, &records),
            tables::days_table(&world, &records),
            tables::camps_table(&world, &records),
            daily::errors_table(&world, &records),
        ];
        let alternative = other.map(|(other, hash)| {
            all.push(tables::difference_table((&world, &records), (&other, &records_b)));
            (other, hash, records_b)
        });
        Ok(FleeResult { world, hash, runs, records, alternative, tables: all, failures })
    }
}

impl FleeResult {
    /// A table by its name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }
}

/// Runs the verb: answers on standard output, notes on standard error, tables and charts into the folder.
///
/// # Errors
/// See [`FleeArgs::compute`]; [`Error::Io`] where a file cannot be written; [`Error::FailedRuns`] where runs failed.
pub fn run(args: &FleeArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let threads = set_threads(args.common.threads)?;
    let worlds = args.worlds()?;
    let world = &worlds.0.0;
    for note in &world.notes {
        say(&args.common, &format!("note: {note}"));
    }
    let path = args.out.clone().unwrap_or_else(|| {
        let edition = worlds.0.1[..6].to_owned();
        default_folder(&[&world.name], std::iter::once(edition))
    });
    let mut folder = OutputFolder::open(&path, args.claim(&worlds))?;
    let result = args.compute_worlds(worlds)?;
    write::failures(&result, &mut folder)?;
    if !result.records.is_empty() {
        write::all(args, &result, &mut folder, watch.stop(threads))?;
        let mut text = summary(&result);
        let _ = writeln!(text, "results in {}", path.display());
        if args.common.json {
            let _ = writeln!(text, "{}", json(&result));
        }
        out(&text)?;
    }
    if result.failures.is_empty() {
        return Ok(());
    }
    Err(Error::FailedRuns {
        failed: result.failures.len(),
        total: args.runs as usize,
        listing: path.join("failures.csv").display().to_string(),
    })
}

/// The answer in a few lines.
pub fn summary(result: &FleeResult) -> String {
    let (world, records) = (&result.world, &result.records);
    let runs: Vec<Vec<Vec<f64>>> = records.iter().map(score::as_numbers).collect();
    let each =
        |rescaled| score::spread(&runs.iter().map(|r| score::ard(world, r, 0, rescaled)).collect::<Vec<_>>());
    let (plain, rescaled) = (each(false), each(true));
    let last = world.days - 1;
    let mut text = format!(
        "{}: {} days from {}, {} places, {} camps, {} runs, {} agents at the end\n",
        world.name,
        world.days,
        world.from,
        world.places.len(),
        world.camps.len(),
        records.len(),
        records.first().map_or(0, |r| r.agents[last]),
    );
    if world.camps.is_empty() {
        text.push_str("there is no camp, so that nothing can be compared with data\n");
        return text;
    }
    let _ = writeln!(
        text,
        "averaged relative difference {:.4} ({:.4} to {:.4} over runs), rescaled {:.4} ({:.4} to {:.4})",
        plain.0, plain.1, plain.2, rescaled.0, rescaled.1, rescaled.2
    );
    let mut best: Option<(f64, &str)> = None;
    for naive in score::naive_forecasts(world).iter().filter(|n| n.known == 0) {
        let ard = score::ard(world, &naive.camps, 1, false);
        if best.is_none_or(|b| ard < b.0) {
            best = Some((ard, naive.meaning));
        }
    }
    if let Some((ard, meaning)) = best {
        let ours: Vec<f64> = runs.iter().map(|r| score::ard(world, r, 1, false)).collect();
        let (ours, low, high) = score::spread(&ours);
        let _ = writeln!(
            text,
            "after day 0: {ours:.4} ({low:.4} to {high:.4}); best naive forecast that knows it too {ard:.4}: {meaning}"
        );
    }
    if let Some((other, _, records_b)) = &result.alternative {
        let pairs: Vec<f64> = records
            .iter()
            .zip(records_b)
            .map(|(a, b)| b.in_camps(other.days - 1) as f64 - a.in_camps(last) as f64)
            .collect();
        let (mean, low, high) = score::spread(&pairs);
        let _ = writeln!(
            text,
            "what-if {}: in camps at the end {mean:+.1} agents ({low:+.1} to {high:+.1})",
            other.name
        );
    }
    text
}

fn json(result: &FleeResult) -> serde_json::Value {
    let rows = |table: &Table| -> Vec<serde_json::Value> {
        (0..table.rows())
            .map(|row| {
                table
                    .columns
                    .iter()
                    .map(|c| {
                        let value = match &c.values {
                            Values::Text(v) => v[row].clone().into(),
                            Values::Int(v) => v[row].into(),
                            Values::Float(v) => v[row].into(),
                        };
                        (c.name.clone(), value)
                    })
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            })
            .collect()
    };
    let mut object = serde_json::Map::new();
    object.insert("verb".into(), "flee".into());
    object.insert("world".into(), result.world.name.clone().into());
    for table in result.tables.iter().filter(|t| ["scores", "runs", "difference"].contains(&t.name.as_str()))
    {
        object.insert(table.name.clone(), rows(table).into());
    }
    object.into()
}
