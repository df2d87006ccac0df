//! The scenarios that ship with the program.

/// Name and text of each shipped scenario; `history` is the root of all.
pub const SHIPPED: &[(&str, &str)] = &[];
