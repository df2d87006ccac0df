//! A run that fails is a row, the rest goes on, and the failure can be repeated.

use super::common::{SMALL, files, same};
use clap::Parser;
use darien::Error;
use darien::cli::{ensemble, merge, replay, run};
use darien::experiment::{RunKey, Runner};
use darien::output::file::OutputFolder;
use darien::output::manifest::{Manifest, Stopwatch};
use std::path::Path;

#[derive(Debug, Parser)]
struct Run {
    #[command(flatten)]
    args: run::RunArgs,
}

#[derive(Debug, Parser)]
struct Replay {
    #[command(flatten)]
    args: replay::ReplayArgs,
}

#[derive(Debug, Parser)]
struct Merge {
    #[command(flatten)]
    args: merge::MergeArgs,
}

/// Fails in one run of each three, with words that a spreadsheet would take for a formula.
fn fault(key: RunKey) {
    assert!(key.replicate % 3 != 1, "=the run \"{}\" had no way, and a comma", key.draw);
}

fn all_fail(_: RunKey) {
    panic!("nothing works");
}

/// What `run` does with a runner that fails.
pub fn make(out: &Path, more: &[&str], fault: fn(RunKey)) -> (run::Made, Option<u8>) {
    let args = Run::parse_from([&SMALL[..], &["--quiet"], more].concat()).args;
    let scenarios = ensemble::load(&args.scenarios, &args.set, args.until).unwrap();
    let runner =
        Runner::new(&scenarios, args.ensemble.draws().unwrap(), args.ensemble.seed, args.scale).unwrap();
    let mut folder = OutputFolder::create(out).unwrap();
    let made = run::make(&args, &runner.with_fault(fault), &mut folder, Stopwatch::start(), 1).unwrap();
    let code = made.verdict(out).err().map(|e| e.exit_code());
    (made, code)
}

fn again(out: &Path, more: &[&str], fault: Option<fn(RunKey)>) -> Result<String, Error> {
    let args = Replay::parse_from([&["replay", &out.to_string_lossy(), "--quiet"], more].concat()).args;
    replay::again(&args, 1, |runner| match fault {
        Some(fault) => runner.with_fault(fault),
        None => runner,
    })
}

#[test]
fn a_panic_is_a_row_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let (made, code) = make(&out, &["--runs", "5"], fault);
    assert_eq!(code, Some(5));
    assert_eq!(made.failures.iter().map(|(run, _)| *run).collect::<Vec<_>>(), [1, 4]);
    let all = files(&out);
    let rows = String::from_utf8(all["failures.csv"].clone()).unwrap();
    assert_eq!(
        rows,
        "run,seed,draw,replicate,message\n\
         1,1,1,1,\"'=the run \"\"1\"\" had no way, and a comma\"\n\
         4,1,4,4,\"'=the run \"\"4\"\" had no way, and a comma\"\n"
    );
    let monthly = String::from_utf8(all["monthly.csv"].clone()).unwrap();
    for (run, there) in [(0, true), (1, false), (2, true), (3, true), (4, false)] {
        assert_eq!(monthly.contains(&format!("history,{run},2021-01,entries,")), there, "run {run}");
    }
    assert_eq!(Manifest::read(&out).unwrap().runs, 3);

    // Replay repeats the failures too; without them it tells.
    again(&out, &[], Some(fault)).unwrap();
    let told = again(&out, &["--run", "4"], Some(fault)).unwrap();
    assert!(told.contains("seed 1, draw 4, replicate 4") && told.contains("had no way"), "{told}");
    let mended = again(&out, &["--run", "4"], None).unwrap_err();
    assert!(mended.exit_code() == 4 && mended.to_string().contains("now finishes"), "{mended}");
    let mended = again(&out, &[], None).unwrap_err();
    assert!(mended.exit_code() == 4 && mended.to_string().contains("failures.csv"), "{mended}");
    let broken = again(&out, &["--run", "0"], Some(all_fail)).unwrap_err();
    assert!(broken.to_string().contains("now fails: nothing works"), "{broken}");
}

#[test]
fn failures_survive_shards_and_a_resume() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    make(&whole, &["--runs", "5"], fault);
    let parts: Vec<_> = [1, 2]
        .map(|i| {
            let part = dir.path().join(format!("part{i}"));
            let (_, code) = make(&part, &["--runs", "5", "--shard", &format!("{i}/2")], fault);
            assert_eq!(code, Some(5));
            part
        })
        .to_vec();
    // A part that is resumed by a program that works keeps what had failed: it was the same plan.
    let (made, _) = make(&parts[0], &["--runs", "5", "--shard", "1/2", "--resume"], |_| ());
    assert_eq!(made.failures.len(), 1);
    let joined = dir.path().join("joined");
    let mut args: Vec<String> = vec!["merge".into()];
    args.extend(parts.iter().map(|p| p.display().to_string()));
    args.extend(["--quiet".into(), "--out".into(), joined.display().to_string()]);
    let error = merge::run(&Merge::parse_from(args).args).unwrap_err();
    assert_eq!(error.exit_code(), 5, "{error}");
    same(&whole, &joined);
}

#[test]
fn if_all_fail_the_folder_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let (made, code) = make(&out, &["--runs", "2"], all_fail);
    assert_eq!((code, made.answer), (Some(5), None));
    assert_eq!(files(&out).into_keys().collect::<Vec<_>>(), ["failures.csv", "manifest.json"]);
    again(&out, &[], Some(all_fail)).unwrap();
}
