//! Observers: they look at the state at the end of each day and give back tables. They can neither change the
//! state nor draw random numbers, so looking never changes what happens.

pub mod balance;
pub mod monthly;

pub use monthly::{Monthly, recorded, series};
