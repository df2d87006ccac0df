//! Nothing is lost: parts join, folders can be made again, kills and full disks leave nothing half done.

mod common;
mod faults;
mod folders;
#[cfg(unix)]
mod kills;
mod refusals;
mod text;
