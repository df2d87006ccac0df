//! Speed of FLEE's rules in agent-steps (one agent existing for one day) per second.
//!
//! `cargo bench --bench flee` times the recorded conflicts, where `../shared/peers/flee` stands beside the checkout,
//! and a world made here; `-- large` runs 10 million agents in 1,000 places for 365 days once.

#![allow(missing_docs)]

use chrono::NaiveDate;
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use darien::behaviour::flee::raw::{RawLink, RawPlace, RawWorld};
use darien::behaviour::flee::{At, FolderOptions, Quirks, World, read, run, run_many};
use darien::random::{Decision, Seed, sample};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Places on a grid: a fifth conflict zones, a fifth camps, the others towns; people flee all year.
fn made(places: usize, days: usize, agents: f64) -> RawWorld {
    let from = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default();
    let side = (places as f64).sqrt().ceil() as usize;
    let word = |i: usize, k: u32| Seed::new(7).words(Decision::Test, i as u32, k, 0)[0];
    let camps = places / 5;
    let name = |i: usize| format!("P{i}");
    let place = |i: usize| {
        let kind = ["conflict_zone", "town", "town", "town", "camp"][i % 5];
        let end = from + chrono::Duration::days(days as i64 - 1);
        RawPlace {
            at: At::nowhere("bench"),
            name: name(i),
            region: "r".into(),
            country: if i * 3 > places { "X".into() } else { "Y".into() },
            latitude: 0.0,
            longitude: 0.0,
            kind: kind.into(),
            people: if kind == "camp" { (1.3 * agents / camps as f64) as i64 } else { 50_000 },
            conflict_date: (kind == "conflict_zone").then_some(0),
            levels: None,
            flood: None,
            attributes: BTreeMap::new(),
            counts: (kind == "camp").then(|| vec![(from, 0.0), (end, agents / camps as f64)]),
        }
    };
    let mut links = Vec::new();
    for i in 0..places {
        for (k, j) in [(0, i + 1), (1, i + side)] {
            if j < places && (k == 1 || j % side != 0) {
                let km = 20.0 + 300.0 * sample::unit(word(i, k));
                links.push(RawLink {
                    at: At::nowhere("bench"),
                    a: name(i),
                    b: name(j),
                    km,
                    redirection: 0,
                    attributes: BTreeMap::new(),
                });
            }
        }
    }
    RawWorld {
        name: "made".into(),
        from,
        days,
        places: (0..places).map(place).collect(),
        links,
        total: vec![(from, 0.0)],
        ..RawWorld::default()
    }
}

fn recorded() -> Vec<(String, World)> {
    let root = std::env::var_os("DARIEN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
        .join("peers/flee");
    let mut worlds = Vec::new();
    for (conflict, closures) in
        [("mali2012", None), ("burundi2015", None), ("burundi2015", Some("closures_without_bujumbura.csv"))]
    {
        let options = FolderOptions {
            settings: Some(root.join("simsetting_validation.yml")),
            closures: closures.map(Into::into),
        };
        match read(&root.join(conflict), &options, Quirks::flee()) {
            Ok(world) => worlds.push((format!("{conflict}{}", closures.map_or("", |_| ", open")), world)),
            Err(_) => println!("skipped: {conflict} is not there"),
        }
    }
    worlds
}

fn speed(c: &mut Criterion) {
    let mut group = c.benchmark_group("flee");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(5));
    let mut worlds = recorded();
    if let Ok(world) = World::build(&made(100, 300, 100_000.0), Quirks::default(), Vec::new()) {
        worlds.push(("made, 100 places".into(), world));
    }
    for (name, world) in &worlds {
        let steps = run(world, Seed::new(1)).agent_steps();
        group.throughput(Throughput::Elements(steps));
        group.bench_function(format!("{name}, one run"), |b| b.iter(|| run(world, Seed::new(1))));
        group.throughput(Throughput::Elements(4 * steps));
        group.bench_function(format!("{name}, four runs on all cores"), |b| {
            b.iter(|| run_many(world, Seed::new(1), 4));
        });
    }
    group.finish();
}

/// One run is enough: criterion would repeat a minute ten times.
fn large(_: &mut Criterion) {
    if !std::env::args().any(|a| a == "large") {
        return;
    }
    let Ok(world) = World::build(&made(1000, 365, 1e7), Quirks::default(), Vec::new()) else { return };
    #[allow(clippy::disallowed_methods)]
    let begin = std::time::Instant::now();
    let record = run(&world, Seed::new(1));
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "large: {} agents, {} places, {} days: {seconds:.1} s, {:.0} M agent-steps/s, {} links entered, {} in camps at the end",
        record.agents.last().copied().unwrap_or_default(),
        world.places.len(),
        world.days,
        record.agent_steps() as f64 / seconds / 1e6,
        record.entered.iter().sum::<u64>(),
        record.in_camps(world.days - 1),
    );
}

criterion_group!(benches, large, speed);
criterion_main!(benches);
