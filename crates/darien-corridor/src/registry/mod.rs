//! One definition, many faces: every lever, parameter, outcome and code is defined once here.
//!
//! Help, `explain`, the JSON Schema, validation, documentation and column descriptions are made from these.

mod bundles;
mod definition;
mod lever_families;
pub mod levers;
mod nearest;
pub mod observed;
pub mod outcomes;
pub mod parameters;

pub use darien_base::better;

pub use bundles::{BUNDLES, Bundle};
pub use definition::{Definition, NATIONALITIES, Nationality};
pub use nearest::nearest;
