//! The command line: one file per verb.

pub mod convert_flee;
pub mod flee;

/// Parses the arguments, runs the verb and returns its exit code.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
