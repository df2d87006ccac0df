//! Dense worlds against the bare loop of this machine: a plain rayon loop over a `u8` column with the same draws, that
//! keeps no counts; once with the generator called in place, once with the draws of a chunk worked out side by side.
//! Agent-steps per second; `-- million` etc. filters by size.

#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use darien::engine::dense::{CHUNK, Network, PlaceIndex, draw};
use darien::random::{Decision, Seed};
use rayon::prelude::*;
use std::time::Duration;

/// The bare loop: draws, and moves along a ring of ten.
fn bare(seed: Seed, day: u32, column: &mut [u8]) {
    column.par_chunks_mut(8192).enumerate().for_each(|(chunk, agents)| {
        for (i, pair) in agents.chunks_mut(2).enumerate() {
            let w = seed.words(Decision::Dense, (chunk * 4096 + i) as u32, day, 0);
            for (agent, w) in pair.iter_mut().zip(w.chunks_exact(2)) {
                if w[0] < 1_288_490_189 {
                    *agent = (*agent + 1 + (w[1] & 1) as u8 * 8) % 10;
                }
            }
        }
    });
}

/// The bare loop with the draws of a chunk in a buffer.
fn bare_buffered(seed: Seed, day: u32, column: &mut [u8]) {
    column.par_chunks_mut(CHUNK).enumerate().for_each_init(
        || vec![[0u32; 2]; CHUNK],
        |words, (chunk, agents)| {
            draw(seed, day, chunk * (CHUNK / 2), words);
            for (agent, w) in agents.iter_mut().zip(words.iter()) {
                if w[0] < 1_288_490_189 {
                    *agent = (*agent + 1 + (w[1] & 1) as u8 * 8) % 10;
                }
            }
        },
    );
}

fn network<P: PlaceIndex>(neighbours: &[Vec<usize>]) -> Option<Network<P>> {
    Network::new(neighbours, 0.3)
}

fn dense(c: &mut Criterion) {
    let mut group = c.benchmark_group("dense");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).warm_up_time(Duration::from_millis(500));
    let seed = Seed::new(5);
    let corridor: Vec<Vec<usize>> = (0..10usize)
        .map(|i| [i.checked_sub(1), (i < 9).then_some(i + 1)].into_iter().flatten().collect())
        .collect();
    let n = 1000;
    let wide: Vec<Vec<usize>> =
        (0..n).map(|i| vec![(i + 1) % n, (i + n - 1) % n, (i * 7 + 3) % n, (i * 31 + 11) % n]).collect();
    let (Some(small), Some(wide)) = (network::<u8>(&corridor), network::<u16>(&wide)) else { return };
    for (name, agents) in [
        ("100 thousand", 100_000usize),
        ("million", 1_000_000),
        ("10 million", 10_000_000),
        ("100 million", 100_000_000),
    ] {
        group.measurement_time(Duration::from_secs(if agents > 1_000_000 { 4 } else { 2 }));
        group.throughput(Throughput::Elements(agents as u64));
        let mut day = 0;
        let mut column = vec![0u8; agents];
        group.bench_function(BenchmarkId::new("bare loop", name), |b| {
            b.iter(|| {
                day += 1;
                bare(seed, day, &mut column);
            });
        });
        group.bench_function(BenchmarkId::new("bare loop, draws in a buffer", name), |b| {
            b.iter(|| {
                day += 1;
                bare_buffered(seed, day, &mut column);
            });
        });
        let mut counts = small.count(&column);
        group.bench_function(BenchmarkId::new("ten places", name), |b| {
            b.iter(|| {
                day += 1;
                small.step(seed, day, &mut column, &mut counts);
            });
        });
        drop(column);
        let mut column = vec![0u16; agents];
        let mut counts = wide.count(&column);
        group.bench_function(BenchmarkId::new("1,000 places", name), |b| {
            b.iter(|| {
                day += 1;
                wide.step(seed, day, &mut column, &mut counts);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, dense);
criterion_main!(benches);
