//! The levers: what a scenario sets.
