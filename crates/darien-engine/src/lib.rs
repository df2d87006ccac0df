//! The engine: days, phases and the data structures that make millions of people cheap.
//!
//! It knows no rule of any corridor. A rule set (a [`plan::RuleSet`]) brings state and phases; the engine brings
//! - [`plan`]: the loop over days and phases, with observers that only read,
//! - [`candidates`]: who acts today, in hazard order, without visiting those who do not,
//! - [`cells`]: how people and levels of hazard are divided among streams of chance,
//! - [`waiting`]: parties that wait on a hazard clock,
//! - [`terms`]: parties that wait until a day, unless they are taken before,
//! - [`calendar`]: travellers by due day,
//! - [`bits`]: sets of numbers, one bit each,
//! - [`chunks`]: loops that threads share, with the same result on any number of them,
//! - [`queue`]: capacity in order of arrival,
//! - [`dense`]: the step for worlds in which everybody acts every day,
//! - [`random`]: chance with an address, the same on any machine and number of threads.
//!
//! It stands on `rayon` and `rand` alone.

pub mod bits;
pub mod calendar;
pub mod candidates;
pub mod cells;
pub mod chunks;
pub mod dense;
pub mod plan;
pub mod queue;
pub mod random;
pub mod terms;
pub mod waiting;
