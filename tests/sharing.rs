//! How threads share an ensemble changes neither a byte nor, with the number of runs, the memory that it needs.

use assert_cmd::Command;
use darien::experiment::runner::Sharing;
use darien::experiment::{Draws, RunKey, Runner};
use darien::scenario::Scenario;
use darien::world::{Conditions, Population};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn runner() -> Runner {
    let until = "2021-10-31".parse().ok();
    Runner::new(&[Scenario::load("history", &[], until).unwrap()], Draws::Defaults, 5, 30).unwrap()
}

#[test]
fn runs_and_steps_give_the_same_bytes() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    pool.install(|| {
        let mut runner = runner();
        let keys: Vec<RunKey> = (0..3).map(RunKey::plain).collect();
        let results = |runner: &Runner| {
            let mut cubes = Vec::new();
            let whole = runner.ensemble(&keys, &AtomicBool::new(false), &mut (), |_, outcome| {
                cubes.extend(outcome.unwrap());
                Ok(())
            });
            assert!(whole.unwrap());
            cubes
        };
        assert_eq!(runner.choose_sharing(3, None), Sharing::Runs);
        let by_runs = results(&runner);
        assert_eq!(runner.choose_sharing(1, None), Sharing::Steps);
        assert_eq!(by_runs, results(&runner));
        // A run a thread does not fit: one at a time.
        assert_eq!(runner.choose_sharing(100, Some(runner.run_bytes())), Sharing::Steps);
        assert_eq!(runner.choose_sharing(100, Some(runner.run_bytes() * 3)), Sharing::Runs);
    });
}

/// Peak memory of an ensemble, as the manifest has it, in MiB; none where the system does not tell.
fn peak(runs: u32) -> Option<f64> {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    Command::cargo_bin("darien")
        .unwrap()
        .args(["run", "history", "--until", "2021-12-31", "--scale", "10000", "--threads", "2", "--quiet"])
        .args(["--parquet", "--runs", &runs.to_string(), "--out", out.to_str().unwrap()])
        .assert()
        .success();
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    manifest["environment"]["peak_memory_bytes"].as_f64().map(|b| b / 1_048_576.0)
}

#[test]
fn memory_does_not_grow_with_runs() {
    let (Some(few), Some(many)) = (peak(8), peak(400)) else { return };
    // A run leaves about 60 KiB of results; 400 of them held at once would be 24 MiB, and as text many times that.
    assert!(many < few + 12.0, "{few} MiB for 8 runs, {many} MiB for 400");
}

#[test]
fn scenarios_that_differ_in_little_hold_the_rest_once() {
    let until = chrono::NaiveDate::from_ymd_opt(2021, 12, 31);
    let one = Scenario::load("history", &[], until).unwrap();
    let other = Scenario::load("history", &["crisis.VEN=0.9".into()], until).unwrap();
    let shared = other.sharing(&one);
    assert_eq!(shared.hash(), other.hash());
    assert_eq!(shared.layers(), other.layers());
    assert!(Arc::ptr_eq(&shared.layers()[0].1, &one.layers()[0].1));
    let population = Population::new(10_000).unwrap();
    let (first, alone) = (Conditions::new(&one, &population), Conditions::new(&other, &population));
    let mut together = alone.clone();
    together.share(&first);
    assert_eq!(together, alone, "it means the same");
    let own = together.crisis.iter().zip(&first.crisis).filter(|(a, b)| !Arc::ptr_eq(a, b)).count();
    assert!(own > 0 && own < first.crisis.len() / 2, "{own} of {} columns", first.crisis.len());
    let all_of =
        |mine: &[Arc<[f32]>], theirs: &[Arc<[f32]>]| mine.iter().zip(theirs).all(|(a, b)| Arc::ptr_eq(a, b));
    assert!(all_of(&together.access, &first.access) && all_of(&together.capacity, &first.capacity));
}
