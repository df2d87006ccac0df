//! Collects the problems of one file while it is read.

use super::tree::{Data, Node};
use crate::error::Problem;
use crate::input;
use std::ops::Range;

/// Longest title, question, id or name, in characters.
const LONGEST_LINE: usize = 300;
/// So many problems of one file are shown; beyond it their number is said.
const MOST_PROBLEMS: usize = 100;

/// What is being read, and what is wrong with it so far.
#[derive(Debug)]
pub(super) struct Reader {
    /// Name of the file as problems show it.
    pub file: String,
    /// Whether values may leave the range of the evidence.
    pub beyond: bool,
    /// Whether lines with syntax errors were left out, so that something may be missing for that reason alone.
    pub patchy: bool,
    text: String,
    /// Byte offsets at which lines begin; empty where there are no lines to point at.
    lines: Vec<usize>,
    problems: Vec<Problem>,
    unshown: usize,
}

impl Reader {
    /// A reader of a file's text.
    pub fn of_file(file: &str, text: &str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { lines, ..Self::of_argument(file, text) }
    }

    /// A reader of a command-line argument: it has no lines.
    pub fn of_argument(file: &str, text: &str) -> Self {
        Self {
            file: file.into(),
            beyond: false,
            patchy: false,
            text: text.into(),
            lines: Vec::new(),
            problems: Vec::new(),
            unshown: 0,
        }
    }

    /// Line and column, from 1, of a byte offset; columns count characters.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|&start| start <= offset);
        match line.checked_sub(1).map(|i| self.lines[i]) {
            Some(start) => (line, self.text.get(start..offset).map_or(1, |t| t.chars().count() + 1)),
            None => (0, 0),
        }
    }

    /// What stands at a span, on one line and cut short.
    pub fn excerpt(&self, span: &Range<usize>) -> String {
        shorten(self.text.get(span.clone()).unwrap_or(""))
    }

    /// A problem at a span, to be completed and pushed.
    pub fn problem(&self, span: &Range<usize>, key: &str, message: impl Into<String>) -> Problem {
        let (line, column) = self.place(span.start);
        Problem::new(self.file.clone(), message).at(line, column).with_key(shorten(key))
    }

    /// A problem with a value, which is quoted as found.
    pub fn wrong(&self, node: &Node, key: &str, message: impl Into<String>) -> Problem {
        self.problem(&node.span, key, message).with_found(self.excerpt(&node.span))
    }

    /// A line of text for people: not empty, not endless, and nothing in it that steers a terminal or breaks a line.
    pub fn line(&mut self, key: &str, node: &Node) -> Option<String> {
        let message = match &node.data {
            Data::Text(text) if text.trim().is_empty() => "is empty".to_owned(),
            Data::Text(text) if text.chars().any(input::is_unseen) => {
                "holds line breaks, control codes or marks that turn the direction of text".to_owned()
            }
            Data::Text(text) if text.chars().count() > LONGEST_LINE => "is too long".to_owned(),
            Data::Text(text) => return Some(text.clone()),
            _ => format!("needs text in quotes, not {}", node.kind()),
        };
        let problem = self.wrong(node, key, message);
        self.push(problem.with_allowed(format!("one line of 1 to {LONGEST_LINE} characters")));
        None
    }

    /// Keeps a problem.
    pub fn push(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.unshown += 1;
        }
    }

    /// Whether so many problems were found that searching for help with more is idle.
    pub fn full(&self) -> bool {
        self.problems.len() >= MOST_PROBLEMS
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems in order of place.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        let mut all = std::mem::take(&mut self.problems);
        all.sort_by_key(|p| (p.line, p.column));
        if std::mem::take(&mut self.unshown) > 0 {
            all.push(Problem::new(
                self.file.clone(),
                format!("has more problems; the first {MOST_PROBLEMS} are shown"),
            ));
        }
        all
    }
}

/// One line of at most sixty characters.
pub(super) fn shorten(text: &str) -> String {
    let mut words: String =
        text.chars().take(200).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > 60 || text.chars().nth(200).is_some() {
        words = words.chars().take(57).chain("...".chars()).collect();
    }
    words
}

/// A key as it stands in a key path: quoted where it holds more than letters, digits, `_` and `-`.
pub(super) fn quoted(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { key.into() } else { format!("\"{}\"", key.escape_debug()) }
}
