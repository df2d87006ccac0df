//! What reading a world finds: problems, which refuse it, and notes, which do not.

use super::place_in::At;
use crate::error::Problem;
use std::fmt::Display;

/// Problems and notes, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<String>,
}

impl Findings {
    /// Adds a problem.
    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Adds a note about a line.
    pub(crate) fn note(&mut self, at: &At, text: impl Display) {
        self.notes.push(format!("{at}: {text}"));
    }
}

/// Some names in a row, the others counted.
pub(crate) fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    const MOST: usize = 8;
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
