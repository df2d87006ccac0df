//! Which files of a folder the program made: those that its manifest lists, and those that its mark lists.
//!
//! The mark is the hidden file [`FILE_NAME`]. A name and a checksum are added to it before a file takes its place, so
//! that after a sudden end every file of the program is known. A manifest that is in place says the same, and the mark
//! goes. A file whose checksum is another was changed by somebody and is theirs.

use super::file::sha256_of;
use super::manifest::{self, Manifest};
use crate::error::{Error, Problem, Result};
use crate::input;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Name of the mark.
pub const FILE_NAME: &str = ".darien.mark";
/// First line of a mark; lines `SHA256 KIND NAME` follow.
const HEAD: &str = "darien 1: files that the program made here";
/// A mark larger than this (bytes) is not ours.
const MAX_BYTES: u64 = 64 << 20;
/// Faulty files that are named.
const MOST_PROBLEMS: usize = 20;

/// What a file is to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A result, which a manifest is going to list.
    Result,
    /// A page that was made from results.
    Page,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Page => "page",
        }
    }
}

/// The state of a path in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing stands there.
    Absent,
    /// A file of the program, unchanged.
    Ours,
    /// Anything else.
    Theirs,
}

/// The files that the program made in a folder.
#[derive(Debug, Clone, Default)]
pub struct Made {
    files: BTreeMap<String, BTreeSet<String>>,
    pages: BTreeSet<(String, String)>,
    /// Whether the folder has a mark.
    pub marked: bool,
    /// The manifest, if there is one that reads.
    pub manifest: Option<Manifest>,
    /// Why the file in the place of the manifest is not the program's.
    pub foreign: Option<Problem>,
    /// Why the file in the place of the mark is not the program's.
    pub unmarkable: Option<Problem>,
}

impl Made {
    /// Reads manifest and mark of a folder.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if one of them is there and cannot be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut made = Self::default();
        made.read_mark(&folder.join(FILE_NAME))?;
        made.read_manifest(&folder.join(manifest::FILE_NAME))?;
        Ok(made)
    }

    fn read_mark(&mut self, path: &Path) -> Result<()> {
        let bytes = match contents(path, MAX_BYTES)? {
            Contents::Absent => return Ok(()),
            Contents::Other => Vec::new(),
            Contents::Bytes(bytes) => bytes,
        };
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            self.unmarkable = Some(
                Problem::new(
                    path.display().to_string(),
                    "is not the mark that `darien` leaves in its folders",
                )
                .with_hint("rename it, or choose another `--out`"),
            );
            return Ok(());
        }
        self.marked = true;
        // A last line that is cut short names a file that never took its place.
        for line in lines {
            let mut words = line.splitn(3, ' ');
            if let (Some(sum), Some(kind), Some(name)) = (words.next(), words.next(), words.next())
                && sum.len() == 64
            {
                if kind == Kind::Page.word() {
                    self.pages.insert((name.to_owned(), sum.to_owned()));
                }
                self.files.entry(name.to_owned()).or_default().insert(sum.to_owned());
            }
        }
        Ok(())
    }

    fn read_manifest(&mut self, path: &Path) -> Result<()> {
        let shown = path.display().to_string();
        let theirs = |problem: Problem| problem.with_hint("choose another `--out`, or give `--overwrite`");
        let bytes = match contents(path, manifest::MAX_BYTES)? {
            Contents::Absent => return Ok(()),
            Contents::Other => Vec::new(),
            Contents::Bytes(bytes) => bytes,
        };
        match Manifest::parse(&shown, &bytes) {
            Ok(manifest) if manifest.is_sealed(&bytes) => {
                for file in &manifest.files {
                    self.files.entry(file.name.clone()).or_default().insert(file.sha256.clone());
                }
                let sum = super::file::sha256_hex(&bytes);
                self.files.entry(manifest::FILE_NAME.to_owned()).or_default().insert(sum);
                self.manifest = Some(manifest);
            }
            Ok(_) => {
                let problem = Problem::new(shown, "was changed since `darien` wrote it");
                self.foreign = Some(theirs(problem));
            }
            Err(Error::Invalid(_)) => {
                let problem = Problem::new(shown, "is not a manifest that this version of `darien` can read");
                self.foreign = Some(theirs(problem));
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// Whether the program has made anything here.
    pub fn any(&self) -> bool {
        self.marked || self.manifest.is_some()
    }

    /// The names of its files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// What stands at a name.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be read.
    pub fn state(&self, folder: &Path, name: &str) -> Result<State> {
        let sums = self.files.get(name);
        state(&folder.join(name), |sum| sums.is_some_and(|sums| sums.contains(sum)))
    }

    /// Whether a page of the program stands at a name, unchanged.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be read.
    pub fn page(&self, folder: &Path, name: &str) -> Result<State> {
        state(&folder.join(name), |sum| self.pages.contains(&(name.to_owned(), sum.to_owned())))
    }

    /// The files of the program that somebody has changed since.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if a file cannot be read.
    pub fn changed(&self, folder: &Path) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for name in self.names() {
            if self.state(folder, name)? == State::Theirs {
                problems.push(
                    Problem::new(
                        folder.join(name).display().to_string(),
                        "was changed since `darien` wrote it",
                    )
                    .with_hint("move it elsewhere, choose another `--out`, or give `--overwrite` to lose it"),
                );
                if problems.len() == MOST_PROBLEMS {
                    break;
                }
            }
        }
        Ok(problems)
    }
}

fn state(path: &Path, ours: impl Fn(&str) -> bool) -> Result<State> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_file() => {
            let (sum, _) = sha256_of(path)?;
            Ok(if ours(&sum) { State::Ours } else { State::Theirs })
        }
        Ok(_) => Ok(State::Theirs),
        Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Ok(State::Absent)
        }
        Err(e) => Err(Error::io("look at", path)(e)),
    }
}

/// Adds a file to the mark of a folder, which begins here if there is none.
///
/// # Errors
///
/// [`Error::Io`] if the mark cannot be written.
pub fn note(folder: &Path, kind: Kind, name: &str, sha256: &str) -> Result<()> {
    let path = folder.join(FILE_NAME);
    let mut mark = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(Error::io("note what is written in", &path))?;
    let begun = mark.metadata().map_err(Error::io("look at", &path))?.len() > 0;
    let head = if begun { String::new() } else { format!("{HEAD}\n") };
    // One call, so that a line is there whole or, on a full disk, is cut.
    let line = format!("{head}{sha256} {} {name}\n", kind.word());
    mark.write_all(line.as_bytes()).map_err(Error::io("note what is written in", &path))
}

/// What a small file holds.
enum Contents {
    Absent,
    Bytes(Vec<u8>),
    /// A folder, a link, a device, or a file that is longer than it may be.
    Other,
}

fn contents(path: &Path, most: u64) -> Result<Contents> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_file() && about.len() <= most => {}
        Ok(_) => return Ok(Contents::Other),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Contents::Absent),
        Err(e) => return Err(Error::io("look at", path)(e)),
    }
    Ok(Contents::Bytes(input::bytes(path, most).map_err(Error::io("read", path))?))
}
