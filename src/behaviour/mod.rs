//! Rule sets: each folder is one way of deciding, with its own state and its own phases of the day.
//!
//! A rule set implements [`crate::engine::plan::RuleSet`] and knows nothing of the others. To add a third, read one
//! folder: it holds the list of phases, the state, and one file per subject.

pub mod corridor;
