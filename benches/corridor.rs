//! The corridor from the smallest piece to whole runs: block function, samplers, candidates, each phase, runs; beside
//! each group a yardstick that is no part of the product. `benches/README.md` says how to read them.

#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use darien::engine::candidates::{Candidates, Crowd};
use darien::engine::cells::Cell;
use darien::experiment::{Draws, RunKey, Runner};
use darien::random::{Decision, Seed, philox4x32_10, sample};
use darien::scenario::Scenario;
use std::hint::black_box;
use std::time::Duration;

const SEED: Seed = Seed::new(3);
const BATCH: u32 = 10_000;

/// The yardstick of single numbers: SplitMix64, the cheapest hash that is still random.
fn splitmix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn numbers(c: &mut Criterion) {
    let mut group = c.benchmark_group("numbers");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    group.throughput(Throughput::Elements(u64::from(BATCH)));
    let words: Vec<u32> = (0..BATCH).map(|i| SEED.words(Decision::Test, i, 0, 0)[0]).collect();
    group.bench_function("yardstick: two SplitMix64", |b| {
        b.iter(|| (0..u64::from(BATCH)).fold(0, |sum: u64, i| sum ^ splitmix(i) ^ splitmix(!i)));
    });
    group.bench_function("block of four words", |b| {
        b.iter(|| (0..BATCH).fold(0, |sum, i| sum ^ philox4x32_10([i, 1, 2, 3], [4, 5])[0]));
    });
    let mut sampler = |name: &str, draw: &dyn Fn(u32) -> f64| {
        group.bench_function(name, |b| b.iter(|| words.iter().map(|w| draw(*w)).sum::<f64>()));
    };
    sampler("unit", &sample::unit);
    sampler("exponential", &sample::exponential);
    sampler("normal", &sample::normal);
    sampler("triangular", &|w| sample::triangular(w, 0.0, 1.0, 3.0));
    sampler("binomial of 4", &|w| f64::from(sample::binomial(w, 4, 0.01)));
    sampler("poisson of 3", &|w| sample::poisson(w, 3.0) as f64);
    sampler("poisson of 1,000", &|w| sample::poisson(w, 1000.0) as f64);
    let weights = [1.0, 0.0, 3.0, 2.0, 0.5];
    sampler("choice of 5", &|w| sample::choice(w, &weights) as f64);
    group.finish();
}

/// A cell of 262,144 people of whom about as many act as the name says, against visiting everybody.
fn candidates(c: &mut Criterion) {
    let mut group = c.benchmark_group("candidates");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    let people = 1u32 << 18;
    group.bench_function("yardstick: everybody is asked", |b| {
        let mut day = 0;
        b.iter(|| {
            day += 1;
            (0..people).filter(|&p| sample::bernoulli(SEED.words(Decision::Test, p, day, 0)[0], 1e-4)).count()
        });
    });
    for expected in [1.0, 30.0, 1000.0] {
        group.bench_function(BenchmarkId::new("in hazard order", expected), |b| {
            let mut day = 0;
            let to = expected / f64::from(people);
            let cell = Cell { community: 0, person: 0, people, layer: 0, from: 0.0, to };
            let crowd = Crowd { shares: people, each: 1.0 };
            b.iter(|| {
                day += 1;
                Candidates::new(&SEED, Decision::Test, &cell, crowd, day)
                    .filter(|c| c.threshold < 1.0)
                    .count()
            });
        });
    }
    group.finish();
}

fn runner(scale: u32) -> Option<Runner> {
    let history = Scenario::load("history", &[], None).ok()?;
    Runner::new(&[history], Draws::Defaults, 1, scale).ok()
}

/// Seconds of each phase over four years, one thread.
fn phases(c: &mut Criterion) {
    let mut group = c.benchmark_group("phases of history at 1 : 100");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).warm_up_time(Duration::from_millis(1));
    let Some(runner) = runner(100) else { return };
    let names: Vec<&str> = runner.profile(RunKey::plain(0)).1.iter().map(|(phase, _)| phase.name).collect();
    for (i, name) in names.iter().enumerate() {
        group.bench_function(*name, |b| {
            b.iter_custom(|times| {
                let seconds: f64 = (0..times).map(|t| runner.profile(RunKey::plain(t)).1[i].1).sum();
                Duration::from_secs_f64(seconds)
            });
        });
    }
    group.finish();
}

/// Whole runs, beside the numbers that they would need if they did nothing else.
fn runs(c: &mut Criterion) {
    let mut group = c.benchmark_group("history");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).warm_up_time(Duration::from_millis(1));
    let Some(small) = runner(100) else { return };
    let state = small.profile(RunKey::plain(0)).2;
    let blocks = state.candidates / 2 + 2 * state.legs_walked;
    group.bench_function("yardstick: the blocks of random words of a run at 1 : 100", |b| {
        b.iter(|| (0..blocks as u32).fold(0, |sum, i| sum ^ SEED.words(Decision::Test, i, 0, 0)[0]));
    });
    for scale in [10_000, 1000, 100] {
        let Some(runner) = runner(scale) else { return };
        group.bench_function(BenchmarkId::new("one run, people an agent", scale), |b| {
            b.iter(|| black_box(runner.run(RunKey::plain(0))));
        });
    }
    // At 1 : 1 a run takes seconds: only when asked for.
    if std::env::args().any(|a| a.contains("everyone"))
        && let Some(mut runner) = runner(1)
    {
        runner.choose_sharing(1, None);
        group.bench_function("everyone: one run, one agent a person", |b| {
            b.iter(|| black_box(runner.run(RunKey::plain(0))));
        });
    }
    group.finish();
}

criterion_group!(benches, numbers, candidates, phases, runs);
criterion_main!(benches);
