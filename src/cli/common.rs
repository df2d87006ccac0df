//! What verbs share: output, messages, progress, interruption, threads, and where draws come from.

use crate::error::{Error, Result};
use crate::experiment::{Draws, Posterior, Progress};
use crate::output::file::sha256_hex;
use crate::output::folder::{Claim, Earlier};
use crate::random::Seed;
use crate::scenario::Scenario;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Flags that every computing verb has.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// End with one JSON object on the last line of standard output.
    #[arg(long)]
    pub json: bool,
    /// Say nothing but results and errors.
    #[arg(long, short)]
    pub quiet: bool,
    /// Threads; all cores by default. Results do not depend on it.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// What may become of files that are there already.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Replacing {
    /// Replace files of the same names that are there, whoever made them, and drop finished runs.
    #[arg(long)]
    pub overwrite: bool,
}

/// What a call is going to write: `asked` holds everything that was asked for and determines results, beside the number
/// of runs.
pub fn claim(verb: &str, asked: &str, runs: u64, resume: bool, replacing: Replacing) -> Claim {
    Claim {
        experiment: sha256_hex(format!("{verb} {asked}").as_bytes()),
        runs,
        earlier: Earlier { resume, overwrite: replacing.overwrite },
    }
}

/// Flags of everything that runs an ensemble.
#[derive(Debug, Clone, Args)]
pub struct Ensemble {
    /// Seed of all chance.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    pub seed: u64,
    /// Where the uncertain assumptions come from.
    #[arg(long, value_enum, default_value_t = Source::Posterior)]
    pub draws: Source,
    /// The posterior to draw from: `newest` or `2024-12`, which ship (by the last month of data that each knows), or the folder
    /// of a calibration, or the `posterior.csv` in it.
    #[arg(long, value_name = "NAME|DIR|FILE", conflicts_with = "draws")]
    pub posterior: Option<String>,
}

/// Where draws of the assumptions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// The calibrated posterior that ships with the program.
    Posterior,
    /// The prior, before any data.
    Prior,
    /// Every parameter at its default.
    Defaults,
}

impl Ensemble {
    /// The draws.
    ///
    /// # Errors
    ///
    /// If there is no such posterior, or one that this program cannot use.
    pub fn draws(&self) -> Result<Draws> {
        draws(self.draws, self.posterior.as_deref(), self.seed)
    }
}

/// The draws of a source, or of a posterior by its name or path.
///
/// # Errors
///
/// If there is no such posterior, or one that this program cannot use.
pub fn draws(source: Source, posterior: Option<&str>, seed: u64) -> Result<Draws> {
    match (posterior, source) {
        (Some(name), _) => Ok(Draws::Posterior(Arc::new(Posterior::load(name)?))),
        (None, Source::Posterior) => Draws::shipped(),
        (None, Source::Prior) => Ok(Draws::Prior(Seed::new(seed))),
        (None, Source::Defaults) => Ok(Draws::Defaults),
    }
}

/// Writes to standard output; a closed pipe is not an error of ours.
///
/// # Errors
///
/// If standard output cannot be written for another reason (a full disk, say).
pub fn out(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    written(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// What became of writing to standard output: a reader that has seen enough (`| head`) is no fault.
///
/// # Errors
///
/// If it cannot be written for another reason.
pub fn written(done: std::io::Result<()>) -> Result<()> {
    match done {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::io("write", "standard output")(e)),
        _ => Ok(()),
    }
}

/// Text without control codes: what a file says must not steer the terminal.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// Prints an error to standard error.
pub fn complain(error: &Error) {
    let _ = writeln!(std::io::stderr().lock(), "darien: {}", plain(&error.to_string()));
}

/// Prints a message to standard error unless `quiet`.
pub fn say(common: &Common, message: &str) {
    if !common.quiet {
        let _ = writeln!(std::io::stderr().lock(), "{}", plain(message));
    }
}

/// Sets the number of threads of the process.
///
/// # Errors
///
/// If the number is 0 or absurd.
pub fn set_threads(threads: Option<usize>) -> Result<usize> {
    if let Some(n) = threads {
        if !(1..=4096).contains(&n) {
            return Err(Error::Usage(format!("`--threads {n}`: a number of threads is between 1 and 4096")));
        }
        // A second call in one process (tests) keeps the first pool.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(n).build_global();
    }
    Ok(rayon::current_num_threads())
}

/// Set when the user asks to stop: after the first Ctrl-C finished runs are kept, a second one ends at once.
pub fn stop_flag() -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if !INSTALLED.swap(true, Ordering::SeqCst) {
        let _ = ctrlc::set_handler(|| {
            STOP.store(true, Ordering::SeqCst);
            if ASKED.fetch_add(1, Ordering::SeqCst) > 0 {
                std::process::exit(130);
            }
            let _ = writeln!(std::io::stderr(), "stopping after the runs under way; once more stops now");
        });
    }
    &STOP
}

/// Progress: a bar on a terminal, a line every ten seconds elsewhere, nothing when quiet.
#[derive(Debug)]
pub struct Meter {
    what: &'static str,
    bar: Option<indicatif::ProgressBar>,
    lines: bool,
    last: std::time::Instant,
}

impl Meter {
    /// A meter for a number of steps called `what`.
    #[expect(clippy::disallowed_methods, reason = "progress is shown by the clock; no result depends on it")]
    pub fn new(common: &Common, what: &'static str, total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (terminal && !common.quiet).then(|| {
            let style = indicatif::ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}")
                .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar());
            indicatif::ProgressBar::new(total).with_style(style).with_message(what)
        });
        Self { what, bar, lines: !terminal && !common.quiet, last: std::time::Instant::now() }
    }
}

impl Progress for Meter {
    #[expect(clippy::disallowed_methods, reason = "progress is shown by the clock; no result depends on it")]
    fn report(&mut self, done: u64, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            if done >= total {
                bar.finish_and_clear();
            }
        } else if self.lines && self.last.elapsed().as_secs() >= 10 && done < total {
            self.last = std::time::Instant::now();
            let _ = writeln!(std::io::stderr().lock(), "{} {done} of {total}", self.what);
        }
    }
}

/// A date given as a flag.
///
/// # Errors
///
/// With the reason, if it is no date.
pub fn date(text: &str) -> std::result::Result<chrono::NaiveDate, String> {
    text.parse().map_err(|_| format!("`{text}` is not a date; write it as YYYY-MM-DD, e.g. 2025-06-30"))
}

/// Longest name of a folder that is made up, characters.
const LONGEST_NAME: usize = 100;

/// The folder where results go by default: `out/`, the names, the editions of the user's own files, and the settings on
/// the command line that make the call another experiment.
///
/// A name that no file system would take, or that is too long, is mended and ends in a hash of what it was.
pub fn default_folder(names: &[&str], editions: impl Iterator<Item = String>) -> PathBuf {
    let words = std::iter::once(names.join("+")).chain(editions).chain(settings(std::env::args_os()));
    Path::new("out").join(folder_name(&words.collect::<Vec<_>>().join("-")))
}

fn folder_name(whole: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || " ._=+-,()".contains(c);
    let mut name: String = whole.chars().map(|c| if safe(c) { c } else { '_' }).take(LONGEST_NAME).collect();
    if name.starts_with('.') || name.is_empty() {
        name.insert(0, '_');
    }
    if name == whole { name } else { format!("{name}-{}", &sha256_hex(whole.as_bytes())[..8]) }
}

/// Flags that do not make a call another experiment: how it runs, what is written beside, and how many runs there are.
const NEUTRAL: [&str; 13] = [
    "help",
    "out",
    "threads",
    "quiet",
    "json",
    "lang",
    "parquet",
    "resume",
    "overwrite",
    "page",
    "profile",
    "runs",
    "precision",
];

/// The flags of a command line that are not at their defaults, as words.
fn settings(line: impl Iterator<Item = std::ffi::OsString>) -> Vec<String> {
    let command = super::Cli::command();
    let Ok(matches) = command.clone().try_get_matches_from(line) else { return Vec::new() };
    let Some((verb, given)) = matches.subcommand() else { return Vec::new() };
    let Some(command) = command.find_subcommand(verb) else { return Vec::new() };
    let mut words = Vec::new();
    for flag in command.get_arguments().filter(|a| !a.is_positional()) {
        let id = flag.get_id().as_str();
        // The runs of a calibration are those of a search.
        if (NEUTRAL.contains(&id) && (verb, id) != ("calibrate", "runs"))
            || given.value_source(id) != Some(ValueSource::CommandLine)
        {
            continue;
        }
        let values: Vec<_> = given.get_raw(id).into_iter().flatten().map(ToOwned::to_owned).collect();
        if values.iter().eq(flag.get_default_values().iter()) {
            continue;
        }
        let values: Vec<String> = values.iter().map(|v| v.to_string_lossy().into_owned()).collect();
        let text = values.join("-");
        words.push(match id {
            "set" => text,
            "shard" => format!("part{}", text.replace('/', "of")),
            _ if !flag.get_action().takes_values() => id.replace('_', "-"),
            _ if text.starts_with(|c: char| c.is_ascii_digit()) => format!("{id}{text}"),
            _ => format!("{id}-{text}"),
        });
    }
    words
}

/// What tells a scenario file of the user's from an earlier state of it, in the name of a folder: a few digits of its
/// hash. None for those that ship.
pub fn edition(scenario: &Scenario) -> Option<String> {
    let own = scenario.layers().first().is_none_or(|(name, text)| {
        !Scenario::shipped().iter().any(|(shipped, as_is)| shipped == name && as_is == text)
    });
    own.then(|| scenario.hash().chars().take(6).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;

    #[test]
    fn folders_are_named_after_what_makes_a_call_different() {
        let named = |line: &str| settings(line.split(' ').map(Into::into)).join("-");
        assert_eq!(named("darien run a --runs 3 --out x --threads 2 -q --seed 1 --scale 1"), "");
        assert_eq!(named("darien run a --set crisis.VEN=0.9 --seed 2"), "crisis.VEN=0.9-seed2");
        assert_eq!(named("darien run a --shard 1/2 --draws prior"), "draws-prior-part1of2");
        assert_eq!(named("darien calibrate --runs 10"), "runs10");
        assert_eq!(named("darien sensitivity a --log --samples 8"), "samples8-log");
        assert_eq!(folder_name("a+b-seed2"), "a+b-seed2");
        assert!(folder_name("../a").starts_with("_.._a-"), "{}", folder_name("../a"));
        assert!(folder_name("a\u{202e}\n").starts_with("a__-"));
        let long = |end: &str| folder_name(&("x".repeat(300) + end));
        assert!(long("1").len() < 120 && long("1") != long("2"));
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_fault_and_a_full_disk_is() {
        assert!(written(Err(ErrorKind::BrokenPipe.into())).is_ok());
        assert!(written(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
