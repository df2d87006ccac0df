//! The command line: one file per verb. Data goes to stdout, messages to stderr.

pub mod common;
pub mod data;
pub mod run;
pub mod score;
pub mod shells;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Simulates migration through the Darién Gap, person by person: what-ifs, policy benchmarks, projections.
#[derive(Debug, Parser)]
#[command(name = "darien", version, about, max_term_width = 110, arg_required_else_help = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const AFTER_HELP: &str = "\
A first session:
  darien run status-quo-2025                         a projection with charts, in out/status-quo-2025
  darien run status-quo-2025 --set crisis.VEN=0.9    what if Venezuela gets worse?
  darien explain                                     levers, parameters, outcomes, the day

Exit codes: 0 done, 1 unexpected, 2 usage, 3 invalid scenario or data, 4 a check failed, 5 finished with failed
runs, 130 interrupted (resumable).";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run scenarios: tables, charts and a short answer.
    Run(run::RunArgs),
    /// Score forecast files, ours or anyone's, against what happened.
    Score(score::ScoreArgs),
    /// List the data that ship with the program, or print one table.
    Data(data::DataArgs),
    /// Print the completions of a shell.
    Completions(shells::CompletionsArgs),
    /// Print the manual page.
    Man,
}

pub mod convert_flee;
pub mod flee;

pub mod check;
pub mod explain;
pub mod lang;
pub mod schema;

/// Parses the arguments, runs the verb and returns its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(e.exit_code() as u8);
        }
    };
    let done = match &cli.verb {
        Verb::Run(args) => run::run(args),
        Verb::Score(args) => score::run(args),
        Verb::Data(args) => data::run(args),
        Verb::Completions(args) => shells::completions(args),
        Verb::Man => shells::man(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            common::complain(&e);
            ExitCode::from(e.exit_code())
        }
    }
}
