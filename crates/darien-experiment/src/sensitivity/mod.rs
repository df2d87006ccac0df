//! Which assumption matters, for a level and for a ranking: the methods of [`darien_stats::sensitivity`] on a model.
//!
//! [`space`] says what a coordinate of a design means, and [`study`] runs the model at its rows.

pub mod findings;
pub mod space;
pub mod study;
pub mod tables;

pub use darien_stats::sensitivity::{bootstrap, floor, morris, ranking, sobol, tornado};
