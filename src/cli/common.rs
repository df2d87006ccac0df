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

/// Text without control codes and marks that turn the direction of text: what a file says must not steer the terminal.
pub fn plain(text: &str) -> String {
    let steers = |c: char| crate::input::is_unseen(c) && c != '\n' && c != '\t';
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
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

/// Sets the number of threads of the process; where the system gives fewer, works with those and says so.
///
/// # Errors
///
/// If the number is 0 or absurd.
pub fn set_threads(threads: Option<usize>) -> Result<usize> {
    if let Some(n) = threads.filter(|n| !(1..=4096).contains(n)) {
        return Err(Error::Usage(format!("`--threads {n}`: a number of threads is between 1 and 4096")));
    }
    let by_environment = || std::env::var("RAYON_NUM_THREADS").ok()?.parse().ok().filter(|n| *n > 0);
    let wanted = threads
        .or_else(by_environment)
        .or_else(|| std::thread::available_parallelism().ok().map(std::num::NonZero::get))
        .unwrap_or(1);
    let given = threads_given(wanted);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(given.max(1));
    let pool = if given == 0 { pool.use_current_thread() } else { pool };
    // A second call in one process (tests) keeps the first pool.
    if pool.build_global().is_ok() && given < wanted {
        let _ = writeln!(
            std::io::stderr().lock(),
            "note: the system gives {given} of {wanted} threads; results do not depend on it"
        );
    }
    Ok(rayon::current_num_threads())
}

/// How many of so many threads the system gives: limits of a user or a container are told by trying alone.
fn threads_given(wanted: usize) -> usize {
    let barrier = std::sync::Arc::new(std::sync::Mutex::new(()));
    let Ok(closed) = barrier.lock() else { return wanted };
    let mut threads = Vec::new();
    while threads.len() < wanted {
        let barrier = barrier.clone();
        let wait = move || drop(barrier.lock());
        match std::thread::Builder::new().spawn(wait) {
            Ok(thread) => threads.push(thread),
            Err(_) => break,
        }
    }
    // Where there was no room for one more, some is left for the work.
    let given = if threads.len() < wanted { threads.len() * 3 / 4 } else { threads.len() };
    drop(closed);
    for thread in threads {
        drop(thread.join());
    }
    given
}

/// Set when the process is to stop (Ctrl-C, or SIGTERM or SIGHUP from a cluster, a container or a closed terminal): after
/// the first time finished runs are kept, a second one ends at once.
pub fn stop_flag() -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if !INSTALLED.swap(true, Ordering::SeqCst) {
        on_stop(|| {
            STOP.store(true, Ordering::SeqCst);
            if ASKED.fetch_add(1, Ordering::SeqCst) > 0 {
                std::process::exit(130);
            }
            let _ = writeln!(std::io::stderr(), "stopping after the runs under way; once more stops now");
        });
    }
    &STOP
}

/// Calls `stop` each time that the process is asked to stop. Where the system gives no thread for that, it ends as it
/// would without.
#[cfg(unix)]
fn on_stop(stop: impl Fn() + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut wanted = vec![SIGINT, SIGTERM];
    // `nohup` has it ignored, so that the process outlives its terminal.
    if !is_ignored(SIGHUP) {
        wanted.push(SIGHUP);
    }
    // The thread comes first: a signal that is taken and never answered would be worse than none.
    let (send, receive) = std::sync::mpsc::channel::<signal_hook::iterator::Signals>();
    let answer = move || {
        if let Ok(mut signals) = receive.recv() {
            signals.forever().for_each(|_| stop());
        }
    };
    if std::thread::Builder::new().name("signals".into()).spawn(answer).is_ok()
        && let Ok(signals) = signal_hook::iterator::Signals::new(wanted)
    {
        let _ = send.send(signals);
    }
}

/// Whether the process was started with a signal ignored; where the system does not tell, it was not.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(not(unix))]
fn on_stop(stop: impl Fn() + Send + 'static) {
    let _ = ctrlc::set_handler(stop);
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
        !Scenario::shipped().iter().any(|(shipped, as_is)| shipped == name && **as_is == **text)
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
