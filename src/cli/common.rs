//! What verbs share: output, messages, progress, interruption, threads, and where draws come from.

use crate::error::{Error, Problem, Result};
use crate::experiment::{Draws, Progress};
use crate::random::Seed;
use clap::{Args, ValueEnum};
use std::io::{IsTerminal, Write};
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

/// Flags of everything that runs an ensemble.
#[derive(Debug, Clone, Args)]
pub struct Ensemble {
    /// Seed of all chance.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    pub seed: u64,
    /// Where the uncertain assumptions come from.
    #[arg(long, value_enum, default_value_t = Source::Posterior)]
    pub draws: Source,
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
    /// If the shipped posterior is damaged.
    pub fn draws(&self) -> Result<Draws> {
        match self.draws {
            Source::Posterior => Draws::shipped(),
            Source::Prior => Ok(Draws::Prior(Seed::new(self.seed))),
            Source::Defaults => Ok(Draws::Defaults),
        }
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

/// The folder where results go by default: `out/` and the names of the scenarios.
///
/// # Errors
///
/// If a name could lead out of the folder.
pub fn default_folder(names: &[&str]) -> Result<std::path::PathBuf> {
    let name = names.join("+");
    if !crate::output::file::is_safe_name(&name) {
        return Err(Error::invalid(
            Problem::new("--out", "no folder can be named after these scenarios")
                .with_hint("give `--out DIR`"),
        ));
    }
    Ok(std::path::Path::new("out").join(name.chars().take(100).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;

    #[test]
    fn a_reader_that_has_seen_enough_is_no_fault_and_a_full_disk_is() {
        assert!(written(Err(ErrorKind::BrokenPipe.into())).is_ok());
        assert!(written(Err(ErrorKind::StorageFull.into())).is_err());
    }
}
