//! The command line: one file per verb. Data goes to stdout, messages to stderr.

pub mod backtest;
pub mod bench;
pub mod calibrate;
pub mod check;
pub mod common;
pub mod compare;
pub mod convert_flee;
pub mod data;
pub mod ensemble;
pub mod explain;
mod explain_json;
pub mod export;
pub mod flee;
pub mod lang;
pub mod merge;
pub mod replay;
pub mod report;
pub mod run;
pub mod schema;
pub mod score;
pub mod sensitivity;
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
  darien compare status-quo-2025 flights-doubled     what would twice the flights change?
  darien bench policies                              which policy, at what price, in which future?
  darien explain                                     levers, parameters, outcomes, the day

Exit codes: 0 done, 1 unexpected, 2 usage, 3 invalid scenario or data, 4 a check failed, 5 finished with failed
runs, 130 interrupted (resumable).";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run scenarios: tables, charts and a short answer.
    Run(run::RunArgs),
    /// Fit the model to history up to a date; writes a posterior that scenarios draw from.
    Calibrate(calibrate::CalibrateArgs),
    /// Ask the model at each month of the past for the months to come, and score it beside its rivals.
    Backtest(backtest::BacktestArgs),
    /// Set scenarios against a base, run by run: differences with intervals, charts, an answer in sentences.
    Compare(compare::CompareArgs),
    /// Try policies in many futures: scorecard, price of what is avoided, regret, Pareto fronts, where they fail.
    Bench(bench::BenchArgs),
    /// Make one self-contained page from result folders.
    Report(report::ReportArgs),
    /// Run a folder again from its manifest and compare every file; exit 4 with the first difference.
    Replay(replay::ReplayArgs),
    /// Join the folders that `run --shard i/n` left, exactly.
    Merge(merge::MergeArgs),
    /// Write results as a forecast hub, tables for spreadsheets, Parquet or GeoJSON.
    Export(export::ExportArgs),
    /// Score forecast files, ours or anyone's, against what happened.
    Score(score::ScoreArgs),
    /// Say which assumption matters: for a level, and for which of two scenarios is better.
    Sensitivity(sensitivity::SensitivityArgs),
    /// Validate scenario files and print all problems.
    Check(check::CheckArgs),
    /// Explain a lever, parameter, outcome, or the day.
    Explain(explain::ExplainArgs),
    /// Print the JSON Schema of scenario files.
    Schema(schema::SchemaArgs),
    /// Run a FLEE world from its folder.
    Flee(flee::FleeArgs),
    /// Write a FLEE world as a scenario of our own.
    ConvertFlee(convert_flee::ConvertFleeArgs),
    /// List the data that ship with the program, or print one table.
    Data(data::DataArgs),
    /// Print the completions of a shell.
    Completions(shells::CompletionsArgs),
    /// Print the manual page.
    Man,
}

/// The phases of the corridor's day: name, English, Spanish.
fn day() -> Vec<(&'static str, &'static str, &'static str)> {
    crate::behaviour::corridor::PHASES.iter().map(|p| (p.name, p.en, p.es)).collect()
}

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
        Verb::Calibrate(args) => calibrate::run(args),
        Verb::Backtest(args) => backtest::run(args),
        Verb::Compare(args) => compare::run(args),
        Verb::Bench(args) => bench::run(args),
        Verb::Report(args) => report::run(args),
        Verb::Replay(args) => replay::run(args),
        Verb::Merge(args) => merge::run(args),
        Verb::Export(args) => export::run(args),
        Verb::Score(args) => score::run(args),
        Verb::Sensitivity(args) => sensitivity::run(args),
        Verb::Check(args) => check::run(args, &mut std::io::stdout().lock()),
        Verb::Explain(args) => explain::run(args, &day(), &mut std::io::stdout().lock()),
        Verb::Schema(args) => schema::run(*args, &mut std::io::stdout().lock()),
        Verb::Flee(args) => flee::run(args),
        Verb::ConvertFlee(args) => convert_flee::run(args),
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
