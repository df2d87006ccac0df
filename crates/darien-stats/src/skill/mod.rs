//! Which of two forecasters is better, by how much, and whether that could be luck.

mod bootstrap;
mod pairwise;
mod tests_of_difference;

pub use bootstrap::{Interval, block_bootstrap, mean_interval, ratio_interval};
pub use pairwise::{RelativeSkill, pairwise, skill_score, unknown_model};
pub use tests_of_difference::{DieboldMariano, diebold_mariano, holm};
