//! The figures that ship with the program: what was observed, and what the world is built from.
//!
//! The tables of `data/` are compiled in and parsed once, at first use; they come back sorted and typed. Each row names its
//! sources ([`Source`]). `data/README.md` says what to beware of in each table. A table that does not parse is a defect
//! of the program, which the tests of this module catch; nothing here depends on input.

mod catalog;
mod embedded;
pub mod events;
pub mod facts;
pub mod map;
pub mod observed;
mod parse;
pub mod people;
pub mod record;
pub mod repatriation;
pub mod reverse;
mod series;
#[cfg(test)]
mod tests;
pub mod world;

pub use catalog::{Source, TableInfo, source, sources, table, tables, vintage};
pub use embedded::fingerprint;
pub use events::{Event, events};
pub use facts::{Fact, fact, facts, journey_facts, policy_price, policy_prices};
pub use observed::{checkpoints, crisis, crisis_method, deaths, demographics, entries, us_encounters};
pub(crate) use parse::rows;
pub use people::{population, stocks};
pub use record::{recorded, recorded_until, sums};
pub use series::{Panel, Series};
pub use world::{Leg, Place, leg, legs, place, places};
