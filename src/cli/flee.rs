//! `darien flee`: worlds of FLEE's on this engine.

use crate::behaviour::flee::{
    self, FolderOptions, Quirks, Record, World, raw::RawWorld, run_many, score, tables, whatif,
};
use crate::error::{Error, Result};
use crate::output::csv;
use crate::output::file::write_atomic;
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
    /// Number of runs.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub runs: u32,
    /// Seed of all chance.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// People per agent, instead of what the settings say.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub hasten: Option<u32>,
    /// Folder for the tables.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
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
    /// End with one JSON object on the last line.
    #[arg(long)]
    pub json: bool,
    /// Threads; 0 takes all.
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
}

/// Everything that a call computes, before anything is printed or written.
#[derive(Debug)]
pub struct FleeResult {
    /// The world.
    pub world: World,
    /// Its runs.
    pub records: Vec<Record>,
    /// The world of the what-if and its runs with the same seeds.
    pub alternative: Option<(World, Vec<Record>)>,
    /// Tables: `scores`, `runs`, `days`, `camps`, and `difference` if there is a what-if.
    pub tables: Vec<Table>,
}

impl FleeArgs {
    fn load(&self, path: &Path, quirks: Quirks) -> (Option<RawWorld>, Vec<crate::error::Problem>) {
        let options = FolderOptions { settings: self.settings.clone(), closures: self.closures.clone() };
        let (mut raw, problems) = flee::read_raw(path, &options, quirks);
        if let (Some(raw), Some(hasten)) = (&mut raw, self.hasten) {
            raw.settings.hasten = i64::from(hasten);
        }
        (raw, problems)
    }

    /// Reads, checks and runs.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all problems of the input, [`Error::Usage`] where flags do not fit together.
    pub fn compute(&self) -> Result<FleeResult> {
        let quirks = Quirks::new(self.as_flee);
        if self.path.is_file() && (self.settings.is_some() || self.closures.is_some()) {
            return Err(Error::Usage(
                "--settings and --closures go with a folder, not with a scenario file".into(),
            ));
        }
        let (raw, mut problems) = self.load(&self.path, quirks);
        let edited = (!self.close.is_empty() || !self.add_camp.is_empty() || self.compare.is_some()).then(
            || -> (Option<RawWorld>, Vec<crate::error::Problem>) {
                let (mut other, mut faults) = match &self.compare {
                    Some(file) => self.load(file, quirks),
                    None => (raw.clone(), Vec::new()),
                };
                if let Some(other) = &mut other {
                    faults
                        .extend(self.close.iter().filter_map(|t| whatif::close(other, t).err().map(|p| *p)));
                    faults.extend(
                        self.add_camp.iter().filter_map(|t| whatif::add_camp(other, t).err().map(|p| *p)),
                    );
                }
                (other, faults)
            },
        );
        let other = match edited {
            None => None,
            Some((other, faults)) if faults.is_empty() && problems.is_empty() => {
                Some(flee::finish(other, quirks, faults)?)
            }
            Some((_, faults)) => {
                problems.extend(faults);
                None
            }
        };
        let world = flee::finish(raw, quirks, problems)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .map_err(|e| Error::Unexpected(format!("cannot start threads: {e}")))?;
        let seed = Seed::new(self.seed);
        let runs = self.runs as usize;
        let records = pool.install(|| run_many(&world, seed, runs));
        let mut all = vec![
            tables::scores_table(&world, &records),
            tables::runs_table(&world, seed, &records),
            tables::days_table(&world, &records),
            tables::camps_table(&world, &records),
        ];
        let alternative = other.map(|other| {
            let records_b = pool.install(|| run_many(&other, seed, runs));
            all.push(tables::difference_table((&world, &records), (&other, &records_b)));
            (other, records_b)
        });
        Ok(FleeResult { world, records, alternative, tables: all })
    }
}

/// Runs the verb: answers on standard output, notes on standard error, tables into `--out`.
///
/// # Errors
/// See [`FleeArgs::compute`]; [`Error::Io`] where a table cannot be written.
pub fn run(args: &FleeArgs) -> Result<()> {
    let result = args.compute()?;
    for note in &result.world.notes {
        eprintln!("note: {note}");
    }
    print!("{}", summary(&result));
    if let Some(out) = &args.out {
        write_all(out, &result)?;
        println!("tables in {}", out.display());
    }
    if args.json {
        println!("{}", json(&result));
    }
    Ok(())
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
        "{}: {} days from {}, {} places, {} camps, {} runs, {} agents at the end\n\
         averaged relative difference {:.4} ({:.4} to {:.4} over runs), rescaled {:.4} ({:.4} to {:.4})\n",
        world.name,
        world.days,
        world.from,
        world.places.len(),
        world.camps.len(),
        records.len(),
        records.first().map_or(0, |r| r.agents[last]),
        plain.0,
        plain.1,
        plain.2,
        rescaled.0,
        rescaled.1,
        rescaled.2
    );
    let mut best: Option<(f64, String)> = None;
    for naive in score::naive_forecasts(world).iter().filter(|n| n.known == 0) {
        let ard = score::ard(world, &naive.camps, 0, false);
        if best.as_ref().is_none_or(|b| ard < b.0) {
            best = Some((ard, naive.meaning.to_owned()));
        }
    }
    if let Some((ard, meaning)) = best {
        let _ = writeln!(text, "best naive forecast with the same information {ard:.4}: {meaning}");
    }
    if let Some((other, records_b)) = &result.alternative {
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
    object.insert("world".into(), result.world.name.clone().into());
    for table in result.tables.iter().filter(|t| ["scores", "runs", "difference"].contains(&t.name.as_str()))
    {
        object.insert(table.name.clone(), rows(table).into());
    }
    object.into()
}

/// Writes a table as CSV, whole or not at all.
fn write_table(dir: &Path, table: &Table) -> Result<()> {
    write_atomic(&dir.join(format!("{}.csv", table.name)), &csv::bytes(table)?).map(|_| ())
}

/// Writes the tables, `out.csv` of the first run in FLEE's layout, and what the columns mean.
fn write_all(dir: &Path, result: &FleeResult) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(Error::io("create the folder", dir))?;
    let write = |path: PathBuf, text: String| write_atomic(&path, text.as_bytes()).map(|_| ());
    let mut meanings = String::from("out.csv: the first run in the layout of FLEE\n");
    for table in &result.tables {
        write_table(dir, table)?;
        let _ = writeln!(meanings, "\n{}.csv", table.name);
        for c in &table.columns {
            let unit = if c.unit.is_empty() { String::new() } else { format!(" [{}]", c.unit) };
            let _ = writeln!(meanings, "  {}{unit}: {}", c.name, c.meaning);
        }
    }
    if let Some(first) = result.records.first() {
        write(dir.join("out.csv"), tables::out_csv(&result.world, first))?;
    }
    if let Some((world, records)) = &result.alternative {
        write_table(dir, &Table { name: "camps_alternative".into(), ..tables::camps_table(world, records) })?;
        meanings += "\ncamps_alternative.csv: as camps.csv, for the what-if\n";
    }
    write(dir.join("README.txt"), meanings)
}
