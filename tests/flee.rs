//! FLEE's rule set: against recorded results where `../shared/peers/flee` stands beside the checkout, and on
//! worlds of our own making.

#[path = "flee/bad_input.rs"]
mod bad_input;
#[path = "flee/cases.rs"]
mod cases;
#[path = "flee/cli.rs"]
mod cli;
#[path = "flee/common.rs"]
mod common;
#[path = "flee/oracle.rs"]
mod oracle;
#[path = "flee/own_worlds.rs"]
mod own_worlds;
#[path = "flee/quirks.rs"]
mod quirks;
#[path = "flee/references.rs"]
mod references;
#[path = "flee/whatifs.rs"]
mod whatifs;
