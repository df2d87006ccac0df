//! Where in the input something was typed.

use crate::error::Problem;
use std::fmt;
use std::sync::Arc;

/// A file and a line (0 where there is no line), kept with everything that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The file as it was named.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl At {
    /// A line of a file.
    pub fn new(file: &Arc<str>, line: usize) -> Self {
        Self { file: Arc::clone(file), line }
    }

    /// Something given on the command line or made by a program.
    pub fn nowhere(what: &str) -> Self {
        Self { file: Arc::from(what), line: 0 }
    }

    /// A problem at this place.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(&*self.file, message).at(self.line, 1)
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 { write!(f, "{}:{}", self.file, self.line) } else { write!(f, "{}", self.file) }
    }
}
