//! The kernels of the engine, one at a time and a fixed number of times, for counting instructions:
//! `scripts/instructions.sh` runs each under valgrind and compares with what is recorded.
//!
//! `cargo run --release --example kernels -- NAME`; without a name it lists them with the operations of each.

#![allow(missing_docs)]

use darien::engine::calendar::Calendar;
use darien::engine::candidates::{Candidates, Crowd};
use darien::engine::cells::Cell;
use darien::engine::dense;
use darien::engine::waiting::Clocks;
use darien::experiment::{Draws, RunKey, Runner};
use darien::random::{Decision, Seed, sample};
use darien::scenario::Scenario;
use std::hint::black_box;

const SEED: Seed = Seed::new(7);

/// Name, operations, and the kernel.
type Kernel = (&'static str, u64, fn(u64));

const KERNELS: &[Kernel] = &[
    ("nothing", 1, |_| {}),
    ("block", 1_000_000, |n| {
        for i in 0..n as u32 {
            black_box(SEED.words(Decision::Test, black_box(i), 0, 0));
        }
    }),
    ("exponential", 1_000_000, |n| {
        for i in 0..n as u32 {
            black_box(sample::exponential(black_box(i.wrapping_mul(2_654_435_761))));
        }
    }),
    ("normal", 200_000, |n| {
        for i in 0..n as u32 {
            black_box(sample::normal(black_box(i.wrapping_mul(2_654_435_761))));
        }
    }),
    ("binomial", 1_000_000, |n| {
        for i in 0..n as u32 {
            black_box(sample::binomial(black_box(i.wrapping_mul(2_654_435_761)), 4, 0.01));
        }
    }),
    ("candidates", 500_000, |n| {
        // About a thousand candidates a cell and day.
        let people = 1 << 18;
        let to = 1000.0 / f64::from(people);
        let cell = Cell { community: 0, person: 0, people, layer: 0, from: 0.0, to };
        let crowd = Crowd { shares: people, each: 1.0 };
        for day in 0..(n / 1000) as u32 {
            black_box(Candidates::new(&SEED, Decision::Test, &cell, crowd, day).count());
        }
    }),
    ("calendar", 1_000_000, |n| {
        let mut calendar = Calendar::new(512);
        let per_day = 1000;
        for day in 0..(n / per_day) as usize {
            for i in 0..per_day as u32 {
                calendar.add(day + 1 + (i.wrapping_mul(2_654_435_761) >> 24) as usize, i);
            }
            let due = calendar.take(day);
            black_box(due.len());
            calendar.recycle(due);
        }
    }),
    ("clocks", 500_000, |n| {
        let mut clocks = Clocks::new(512);
        let per_day = 500;
        for day in 0..(n / per_day) as u32 {
            for i in 0..per_day as u32 {
                let word = SEED.words(Decision::Test, day, i, 0)[0];
                clocks.wait((word % 512) as u16, day * per_day as u32 + i, sample::exponential(word));
            }
            clocks.advance(
                0.02,
                |_| true,
                |party| {
                    black_box(party);
                },
            );
        }
    }),
    ("dense", 2_000_000, |n| {
        let near: Vec<Vec<usize>> = (0..10usize)
            .map(|i| [i.checked_sub(1), (i < 9).then_some(i + 1)].into_iter().flatten().collect())
            .collect();
        let Some(network) = dense::Network::<u8>::new(&near, 0.3) else { return };
        let mut column = vec![0u8; 200_000];
        let mut counts = network.count(&column);
        for day in 0..(n / 200_000) as u32 {
            network.step(SEED, day, &mut column, &mut counts);
        }
        black_box(counts);
    }),
    ("history-1000", 1, |_| {
        let Ok(history) = Scenario::load("history", &[], None) else { return };
        let Ok(runner) = Runner::new(&[history], Draws::Defaults, 1, 1000) else { return };
        black_box(runner.run(RunKey::plain(0)));
    }),
];

fn main() {
    // One thread, so that the count is always the same.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
    let wanted = std::env::args().nth(1);
    for (name, operations, kernel) in KERNELS {
        match &wanted {
            Some(w) if w == name => kernel(*operations),
            Some(_) => {}
            None => println!("{name} {operations}"),
        }
    }
}
