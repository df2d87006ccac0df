//! The world of a scenario: people, places and legs, and what the levers say on each day.
//!
//! It knows nothing of time steps: everything here is fixed before a run starts.

pub mod conditions;
pub mod groups;
pub mod idle;
pub mod network;
pub mod people;

pub use conditions::Conditions;
pub use groups::{Group, Population};
pub use network::{Leg, Network};
