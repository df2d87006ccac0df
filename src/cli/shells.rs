//! `darien completions` and `darien man`: made from the definition of the command line.

use super::Cli;
use crate::error::Result;
use clap::{Args, CommandFactory};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell: bash, elvish, fish, powershell or zsh.
    shell: clap_complete::Shell,
}

/// Prints completions.
///
/// # Errors
///
/// If standard output cannot be written.
pub fn completions(args: &CompletionsArgs) -> Result<()> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "darien", &mut bytes);
    super::common::out(&String::from_utf8_lossy(&bytes))
}

/// Prints the manual page.
///
/// # Errors
///
/// If standard output cannot be written.
pub fn man() -> Result<()> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut bytes)
        .map_err(crate::Error::io("write", "standard output"))?;
    super::common::out(&String::from_utf8_lossy(&bytes))
}
