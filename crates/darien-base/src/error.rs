//! What can go wrong, in sentences: where, what was found, what is allowed, how to mend it.
//!
//! Every error that reaches the user is an [`Error`]; its [`Error::exit_code`] is the documented exit code.
//! Bad input never stops at the first fault: [`Problem`]s are collected and shown together.

use std::fmt;
use std::path::{Path, PathBuf};

/// One fault found in an input, with everything a person needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// File (or `--set`) in which the fault stands.
    pub file: String,
    /// Line, counted from 1; 0 where there is no line to point at.
    pub line: usize,
    /// Column, counted from 1; 0 where there is none.
    pub column: usize,
    /// Key path, e.g. `levers."crisis.VEN"`; empty where the fault has no key.
    pub key: String,
    /// What was found, as it was typed.
    pub found: String,
    /// What is wrong with it, as a sentence.
    pub message: String,
    /// What is allowed: range and unit, or a list of values; may be empty.
    pub allowed: String,
    /// How to mend it: nearest valid name, flag or command; may be empty.
    pub hint: String,
}

impl Problem {
    /// A problem of `file` with a sentence, to be completed with the `with_` methods.
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            key: String::new(),
            found: String::new(),
            message: message.into(),
            allowed: String::new(),
            hint: String::new(),
        }
    }

    /// Sets line and column, both counted from 1.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        (self.line, self.column) = (line, column);
        self
    }

    /// Sets the key path.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// Sets what was found.
    #[must_use]
    pub fn with_found(mut self, found: impl Into<String>) -> Self {
        self.found = found.into();
        self
    }

    /// Sets what is allowed.
    #[must_use]
    pub fn with_allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = allowed.into();
        self
    }

    /// Sets how to mend it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column.max(1))?;
        }
        write!(f, ": ")?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        write!(f, "{}", self.message)?;
        if !self.found.is_empty() {
            match self.found.char_indices().nth(MOST_FOUND) {
                Some((end, _)) => write!(f, "; found {}...", &self.found[..end])?,
                None => write!(f, "; found {}", self.found)?,
            }
        }
        if !self.allowed.is_empty() {
            write!(f, "; allowed: {}", self.allowed)?;
        }
        if !self.hint.is_empty() {
            write!(f, "; {}", self.hint)?;
        }
        Ok(())
    }
}

/// Everything that can end a command early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line does not make sense.
    #[error("{0}")]
    Usage(String),
    /// A scenario or a data file is invalid; all problems found in one pass.
    #[error("{}", problem_list(.0))]
    Invalid(Vec<Problem>),
    /// A check was asked for and failed (`replay`, gates).
    #[error("{0}")]
    CheckFailed(String),
    /// The command finished, but some runs failed and are recorded as rows.
    #[error("{failed} of {total} runs failed; they are listed in {listing}")]
    FailedRuns {
        /// Runs that failed.
        failed: usize,
        /// Runs that were asked for.
        total: usize,
        /// Where the failures are listed.
        listing: String,
    },
    /// Stopped by the user; what was finished is kept.
    #[error("interrupted: {0}")]
    Interrupted(String),
    /// The file system said no.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb phrase ("write", "create the folder").
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system answered.
        source: std::io::Error,
    },
    /// Anything else; a defect of the program.
    #[error("unexpected: {0}")]
    Unexpected(String),
}

/// Most problems that are shown, and a last one that may tell how many more a reader has found.
const MOST_SHOWN: usize = 100;
/// Most characters of what was found that are shown.
const MOST_FOUND: usize = 400;

fn problem_list(problems: &[Problem]) -> String {
    let shown = if problems.len() > MOST_SHOWN + 1 { MOST_SHOWN } else { problems.len() };
    let mut lines: Vec<String> = problems[..shown].iter().map(ToString::to_string).collect();
    if shown < problems.len() {
        lines.push(format!("{} more problems are not shown", problems.len() - shown));
    }
    lines.join("\n")
}

impl Error {
    /// The documented exit code: 0 done, 1 unexpected, 2 usage, 3 invalid input, 4 a check failed,
    /// 5 finished with failed runs, 130 interrupted and resumable.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Invalid(_) => 3,
            Self::CheckFailed(_) => 4,
            Self::FailedRuns { .. } => 5,
            Self::Interrupted(_) => 130,
            Self::Io { .. } | Self::Unexpected(_) => 1,
        }
    }

    /// Wraps a file-system error with what was being done to which path.
    pub fn io(doing: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Self::Io { doing, path, source }
    }

    /// A single invalid-input problem.
    pub fn invalid(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_a_sentence_with_its_place() {
        let p = Problem::new("a.toml", "is out of range")
            .at(3, 7)
            .with_key("levers.\"crisis.VEN\"")
            .with_found("1.4")
            .with_allowed("0 to 1")
            .with_hint("set allow_beyond_evidence = true to widen it");
        assert_eq!(
            p.to_string(),
            "a.toml:3:7: `levers.\"crisis.VEN\"`: is out of range; found 1.4; allowed: 0 to 1; \
             set allow_beyond_evidence = true to widen it"
        );
    }

    #[test]
    fn a_list_of_problems_is_bounded() {
        let problem = Problem::new("a", "is wrong").with_found("ñ".repeat(1_000_000));
        assert!(problem.to_string().chars().count() < 500);
        let text = Error::Invalid(vec![problem; 150]).to_string();
        assert_eq!(text.lines().count(), 101);
        assert!(text.ends_with("50 more problems are not shown"));
        // What a reader says of the rest is shown after the hundredth.
        let mut problems = vec![Problem::new("a", "is wrong"); 100];
        problems.push(Problem::new("a", "80 more problems of 1 file are not listed"));
        assert!(Error::Invalid(problems).to_string().ends_with("80 more problems of 1 file are not listed"));
    }

    #[test]
    fn errors_are_send_and_sync() {
        fn check<T: Send + Sync>() {}
        check::<Error>();
    }
}
