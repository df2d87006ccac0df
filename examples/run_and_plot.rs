//! Runs a scenario many times and draws a fan of the entries.
//!
//! `cargo run --release --example run_and_plot -- FOLDER`

use darien::output::chart::{Kind, Statistic};
use darien::output::figures::{history_of, runs_of};
use darien::prelude::*;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// One agent for so many people; coarse, so that it takes seconds.
const SCALE: u32 = 1000;
const RUNS: u64 = 40;
const SEED: u64 = 1;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "out/run_and_plot".into()));
    let scenario = Scenario::load("status-quo-2025", &[], None)?;
    let runner = Runner::new(std::slice::from_ref(&scenario), Draws::shipped()?, SEED, SCALE)?;

    // Runs share the threads and come in the order of their keys; one that fails is a row and not the end.
    let keys: Vec<RunKey> = (0..RUNS).map(RunKey::plain).collect();
    let mut entries: Vec<Vec<f64>> = Vec::new();
    runner.ensemble(&keys, &AtomicBool::new(false), &mut (), |_, outcome| {
        match outcome {
            Ok(cubes) => entries.extend(cubes[0].series("entries", "darien", "ALL").map(<[f64]>::to_vec)),
            Err(failure) => eprintln!("run {} failed: {}", failure.replicate, failure.message),
        }
        Ok(())
    })?;

    let totals = sorted(entries.iter().map(|months| months.iter().sum()).collect());
    let [low, middle, high] = [0.025, 0.5, 0.975].map(|level| quantile(&totals, level));
    println!("{middle:.0} people enter; 95 of 100 runs say {low:.0} to {high:.0}");

    let from = scenario.horizon().first_month();
    let provenance = Provenance {
        scenario: scenario.name().into(),
        hash: scenario.hash(),
        seed: SEED,
        runs: entries.len() as u64,
        version: darien::VERSION.into(),
        ..Provenance::default()
    };
    let title = format!("{middle:.0} people enter the Darién");
    let chart = Fan {
        frame: Frame::new(title, "Entries, persons a month", provenance, Lang::En),
        history: history_of("ALL", from.plus(-24), from.plus(-1)),
        runs: runs_of(from, &entries, Statistic::Median),
        known_until: Some(from.plus(-1).last_day()),
        events: Vec::new(),
        axis: Kind::Linear,
    };
    std::fs::create_dir_all(&folder).map_err(|e| Error::Unexpected(format!("{}: {e}", folder.display())))?;
    chart.save(&folder, "entries")?;
    println!("{}", folder.join("entries.svg").display());
    Ok(())
}
