//! The problems of files: told in full up to a limit and then counted, with long texts cut.

use crate::error::Problem;
use std::path::Path;

/// Problems told in full, of one file and of all files together; the rest is counted.
pub(super) const TOLD: usize = 100;

/// Names listed in a message; the rest is counted.
const LISTED: usize = 20;

/// Characters of a cell or name that a message repeats.
const REPEATED: usize = 60;

/// The faults of one file.
pub(super) struct Faults {
    file: String,
    told: Vec<Problem>,
    more: usize,
}

impl Faults {
    pub(super) fn new(path: &Path) -> Self {
        Self { file: path.display().to_string(), told: Vec::new(), more: 0 }
    }

    /// Notes a problem; after the first hundred of a file they are only counted.
    pub(super) fn push(&mut self, problem: Problem) {
        if self.told.len() < TOLD { self.told.push(problem) } else { self.more += 1 }
    }

    /// Notes a problem that costs something to put into words, which is spared where it is only counted.
    pub(super) fn push_with(&mut self, problem: impl FnOnce(&Self) -> Problem) {
        if self.told.len() < TOLD { self.told.push(problem(self)) } else { self.more += 1 }
    }

    /// A problem of this file.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.file.clone(), message)
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The problems told, the first of them first, and the number of all.
    pub(super) fn into_parts(self) -> (Vec<Problem>, usize) {
        let all = self.told.len() + self.more;
        (self.told, all)
    }
}

/// The problems of many files.
#[derive(Default)]
pub(super) struct AllFaults {
    told: Vec<Problem>,
    more: usize,
    files: usize,
}

impl AllFaults {
    /// Adds the problems of a file: the first hundred of all files are told, the rest is counted.
    pub(super) fn add(&mut self, faults: Faults) {
        let (told, all) = faults.into_parts();
        let room = TOLD.saturating_sub(self.told.len());
        let taken = told.len().min(room);
        self.told.extend(told.into_iter().take(room));
        if all > taken {
            self.more += all - taken;
            self.files += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The problems, the last of them saying how many are not told.
    pub(super) fn into_problems(mut self, of: &Path) -> Vec<Problem> {
        if self.more > 0 {
            let files = if self.files == 1 { "1 file" } else { &format!("{} files", self.files) };
            self.told.push(Problem::new(
                of.display().to_string(),
                format!("{} more problems of {files} are not listed", self.more),
            ));
        }
        self.told
    }
}

/// A text in quotes, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let short = cut(text);
    if short.len() == text.len() {
        return format!("`{text}`");
    }
    format!("`{short}` ({} characters)", text.chars().count())
}

/// A text, cut where it is long.
pub(super) fn cut(text: &str) -> String {
    if text.chars().nth(REPEATED).is_none() {
        return text.to_string();
    }
    text.chars().take(REPEATED).chain(['…']).collect()
}

/// Names separated by commas, cut where they are many or long.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut text = names.by_ref().take(LISTED).map(cut).collect::<Vec<_>>().join(", ");
    let rest = names.count();
    if rest > 0 {
        text.push_str(&format!(" and {rest} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_beyond_a_hundred_are_counted_over_all_files() {
        let mut all = AllFaults::default();
        for file in ["a", "b", "c"] {
            let mut faults = Faults::new(Path::new(file));
            (0..70).for_each(|_| faults.push_with(|f| f.problem("is wrong")));
            all.add(faults);
        }
        let problems = all.into_problems(Path::new("hub"));
        assert_eq!(problems.len(), 101);
        assert_eq!(problems[100].message, "110 more problems of 2 files are not listed");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(quoted("abc"), "`abc`");
        assert!(quoted(&"x".repeat(60_000_000)).len() < 100);
        assert_eq!(listed(["a", "b"]), "a, b");
        assert!(listed(std::iter::repeat_n("name", 2_000_000)).ends_with("and 1999980 more"));
    }
}
