//! What must hold in any world: books that close, ways that are shut, seats and capacities, determinism.
//!
//! Worlds are drawn at random from a fixed seed; `PROPTEST_CASES=500 cargo test --release --test worlds` looks further,
//! `PROPTEST_RNG_SEED=7` elsewhere.

mod books;
mod chain;
mod laws;
mod random_world;
mod same;
mod seen;
