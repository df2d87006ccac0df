//! One definition, many faces: every lever, parameter, outcome and code is defined once here.
//!
//! Help, `explain`, the JSON Schema, validation, documentation and column descriptions are made from these.

mod definition;
pub mod levers;
pub mod outcomes;
pub mod parameters;

pub use definition::{Definition, NATIONALITIES, Nationality};
