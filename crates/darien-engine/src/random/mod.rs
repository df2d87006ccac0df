//! Chance with an address.
//!
//! A random number is not taken from a queue: it is looked up under (seed, [`Decision`], agent or block, day,
//! index) with the counter-based generator Philox4x32-10. Results are therefore the same bytes on any number
//! of threads, in any order, after a resume and in a shard, and two scenarios share every draw that they
//! have in common.

mod exponential;
mod philox;
pub mod sample;
mod stream;

/// The library whose traits [`Stream`] implements: what it draws from a generator, it draws from an address.
pub use rand;

pub use philox::philox4x32_10;
pub use stream::{DECISIONS, Decision, Seed, Stream};
