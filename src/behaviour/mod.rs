//! Rule sets: one folder each, and none knows of another.
//!
//! A rule set brings its input, its state and its phases of the day ([`crate::engine::plan::RuleSet`]) and runs on
//! the engine, which knows nothing of it. A further rule set is added as a folder beside these.

pub mod flee;
