//! The runs of a sensitivity analysis, stage by stage; each finished run is kept, so that an interrupted call goes on.

use super::SensitivityArgs;
use crate::cli::common::{Meter, say, stop_flag};
use crate::error::{Error, Result};
use crate::experiment::sensitivity::findings::{Stage, Stages, screenings};
use crate::experiment::sensitivity::study::{Job, Study};
use crate::experiment::sensitivity::{morris, sobol, tornado};
use crate::output::parts::Parts;
use crate::random::Seed;
use crate::table::{Cube, SeriesKey};
use std::sync::Arc;

/// Replicates of the base that show what chance does there.
const CHANCE: u64 = 16;
/// Numbers of parts that a stage may use.
const ROOM: u64 = 10_000_000;

/// A run that failed: stage, row, replicate and what it said.
#[derive(Debug)]
pub(super) struct Failed {
    pub stage: &'static str,
    pub row: usize,
    pub replicate: u64,
    pub message: String,
}

struct Bench<'a> {
    args: &'a SensitivityArgs,
    study: &'a Study,
    parts: &'a Parts,
    failures: Vec<Failed>,
}

/// All stages, the factors that were analysed, and the runs that failed.
pub(super) fn simulate(
    args: &SensitivityArgs,
    study: &Study,
    parts: &Parts,
) -> Result<(Stages, Vec<usize>, Vec<Failed>)> {
    let factors = study.space.factors.len();
    let seed = Seed::new(args.seed);
    let mut bench = Bench { args, study, parts, failures: Vec::new() };
    let jobs = |points: Vec<Vec<f64>>| points.into_iter().map(|point| Job { point, replicate: 0 }).collect();
    let base = vec![f64::NAN; factors];
    let mut stages = Stages {
        tornado: bench.run(0, "tornado", jobs(tornado::design(factors)))?,
        chance: bench.run(
            1,
            "chance",
            (1..=CHANCE).map(|replicate| Job { point: base.clone(), replicate }).collect(),
        )?,
        ..Stages::default()
    };
    let mut analysed: Vec<usize> = (0..factors).collect();
    if args.screens() {
        let design = morris::design(factors, args.trajectories, !args.plain, seed);
        stages.morris = bench.run(2, "morris", jobs(design))?;
        let seen = screenings(&study.quantities(args.log), &stages.morris, &args.settings());
        analysed = morris::matter(&seen, args.keep);
    }
    if args.apportions() {
        if args.screens() {
            say(
                &args.common,
                &format!("{} of {factors} factors go on to shares of variance", analysed.len()),
            );
        }
        let design = sobol::Design::new(args.samples, factors, analysed.clone(), seed);
        stages.sobol = bench.run(3, "sobol", jobs(design.rows()))?;
    } else {
        analysed.clear();
    }
    let (repeated, block) =
        if args.apportions() { (&stages.sobol, analysed.len() + 2) } else { (&stages.morris, 1) };
    stages.repeats = repeats(repeated.jobs.len(), block, args.floor);
    let again =
        stages.repeats.iter().map(|&row| Job { replicate: 1, ..repeated.jobs[row].clone() }).collect();
    stages.floor = bench.run(4, "floor", again)?;
    Ok((stages, analysed, bench.failures))
}

/// Rows to repeat: evenly spread first rows of blocks, at most `wanted`.
fn repeats(rows: usize, block: usize, wanted: usize) -> Vec<usize> {
    let blocks = rows / block.max(1);
    let count = wanted.min(blocks);
    (0..count).map(|i| i * blocks / count * block).collect()
}

impl Bench<'_> {
    fn run(&mut self, number: u64, name: &'static str, jobs: Vec<Job>) -> Result<Stage> {
        let part = |row: usize| number * ROOM + row as u64;
        let width = self.study.width();
        let missing: Vec<usize> =
            (0..jobs.len()).filter(|&row| !(self.args.resume && self.parts.has(part(row)))).collect();
        let wanted: Vec<Job> = missing.iter().map(|&row| jobs[row].clone()).collect();
        let mut given = vec![vec![f64::NAN; width]; jobs.len()];
        for row in (0..jobs.len()).filter(|row| missing.binary_search(row).is_err()) {
            given[row] = self.parts.read(part(row), 0..width)?;
        }
        let mut meter = Meter::new(&self.args.common, name, wanted.len() as u64);
        let whole = self.study.run(&wanted, stop_flag(), &mut meter, |i, outcome| {
            let row = missing[i];
            match outcome {
                Ok(values) => {
                    self.parts.keep(part(row), &[cube(&values)])?;
                    given[row] = values;
                }
                Err(f) => self.failures.push(Failed {
                    stage: name,
                    row,
                    replicate: f.replicate,
                    message: f.message,
                }),
            }
            Ok(())
        })?;
        if !whole {
            let kept = self.parts.list()?.len();
            return Err(Error::Interrupted(format!(
                "{kept} runs are kept (now at the stage `{name}`); the same command with `--resume` goes on"
            )));
        }
        Ok(Stage { jobs, given })
    }
}

/// The numbers of a run in the form in which parts are kept.
fn cube(values: &[f64]) -> Cube {
    Cube {
        keys: Arc::new(vec![SeriesKey::new("", "", ""); values.len()]),
        from: crate::units::Month::of(chrono::NaiveDate::MIN),
        months: 1,
        values: values.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{plan, study};
    use super::*;
    use crate::cli::sensitivity::asked;
    use crate::experiment::sensitivity::findings::findings;
    use crate::experiment::sensitivity::tables;
    use crate::output::csv;
    use crate::output::folder::Earlier;
    use clap::Parser;
    use std::path::Path;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: SensitivityArgs,
    }

    const SMALL: &str = "--until 2025-01-31 --parameters depart.belief_power,intent.base.VEN,return.cool_down \
        --levers crisis.VEN --scale 2000 --trajectories 2 --samples 4 --keep 2 --floor 4 --resamples 20 -q";

    fn typed(scenario: &str, more: &str) -> SensitivityArgs {
        let words = ["sensitivity", scenario].into_iter().chain(SMALL.split_whitespace());
        Typed::try_parse_from(words.chain(more.split_whitespace())).unwrap().args
    }

    fn open(out: &Path, args: &SensitivityArgs, study: &Study, resume: bool) -> crate::Result<Parts> {
        let earlier = Earlier { resume, overwrite: false };
        Parts::open(out, &plan(&asked(args, study)), study.width(), earlier)
    }

    /// Every run as the bytes of design.csv, the factors analysed, and the runs that failed.
    fn runs(args: &SensitivityArgs, study: &Study, out: &Path) -> (Vec<u8>, Vec<usize>, Vec<Failed>) {
        let parts = open(out, args, study, args.resume).unwrap();
        let (stages, analysed, failures) = simulate(args, study, &parts).unwrap();
        let quantities = study.quantities(args.log);
        let found = findings(&quantities, &stages, &analysed, &args.settings());
        assert_eq!(found.len(), quantities.len());
        let table = tables::design(&study.space, &quantities, &stages);
        (csv::bytes(&table).unwrap(), analysed, failures)
    }

    #[test]
    fn repeated_rows_are_first_rows_spread_over_the_design() {
        assert_eq!(repeats(40, 4, 5), [0, 8, 16, 24, 32]);
        assert_eq!(repeats(12, 4, 99), [0, 4, 8]);
        assert_eq!(repeats(7, 1, 3), [0, 2, 4]);
        assert!(repeats(0, 4, 3).is_empty());
    }

    #[test]
    fn what_is_resumed_gives_the_same_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let args = typed(
            "status-quo-2025",
            "--versus venezuela-recovers --better lower --levers enforcement.darien",
        );
        let args = SensitivityArgs { levers: vec!["enforcement.darien".into()], ..args };
        let study = study(&args, &args.draws().unwrap()).unwrap();
        let whole = runs(&args, &study, dir.path());
        assert!(whole.2.is_empty() && whole.1.len() == 2);
        // An interrupted call leaves some runs; the wrong plan leaves none that may be used.
        let parts = open(dir.path(), &args, &study, true).unwrap();
        let kept = parts.list().unwrap();
        for run in kept.iter().filter(|r| *r % 3 == 0) {
            std::fs::remove_file(dir.path().join(format!("parts/{run:08}.part"))).unwrap();
        }
        let again = SensitivityArgs { resume: true, ..args };
        let resumed = runs(&again, &study, dir.path());
        assert_eq!((resumed.0, resumed.1), (whole.0, whole.1));
        let other = SensitivityArgs { samples: 8, ..again };
        assert!(open(dir.path(), &other, &study, true).is_err());
    }

    #[test]
    fn a_file_that_is_gone_or_edited_meanwhile_changes_nothing() {
        let [dir, one, two] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let path = dir.path().join("mine.toml");
        std::fs::write(&path, "extends = \"status-quo-2025\"\n").unwrap();
        let args = typed(path.to_str().unwrap(), "");
        let study = study(&args, &args.draws().unwrap()).unwrap();
        let (before, _, failures) = runs(&args, &study, one.path());
        assert!(failures.is_empty(), "{failures:?}");
        std::fs::remove_file(&path).unwrap();
        let (after, _, failures) = runs(&args, &study, two.path());
        assert!(failures.is_empty() && before == after, "{failures:?}");
    }
}
