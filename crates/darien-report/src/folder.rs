//! Output folders: each belongs to one process at a time and holds one experiment, and nothing of others is lost in it.
//!
//! The program replaces and removes only what its own manifest or mark says it made ([`Made`]); whatever else would have
//! to go is refused in a sentence before anything is computed.

use super::file::{Folder, Written, is_safe_name, sha256_of, sweep, write_noted};
use super::made::{self, Kind, Made, State};
use super::manifest::{self, Manifest};
use super::parts;
use crate::error::{Error, Problem, Result};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Name of the lock file of an output folder.
const LOCK: &str = ".darien.lock";

/// What a call may do with what an earlier one left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Take over finished runs of the same experiment.
    pub resume: bool,
    /// Replace files of the same names, whoever made them, and drop finished runs.
    pub overwrite: bool,
}

/// What a call is going to write into its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// What was asked for, as a hash: equal for two calls whose results replace each other. Empty where it does not apply.
    pub experiment: String,
    /// Runs that are asked for.
    pub runs: u64,
    /// What may be done with what is there.
    pub earlier: Earlier,
}

/// An output folder, held by this process alone until the value is dropped.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    lock: Option<File>,
    made: Made,
    claim: Claim,
    /// Whether the folder is the program's own: files are noted in its mark.
    own: bool,
    written: Vec<Written>,
}

impl OutputFolder {
    /// Opens a folder for a call that resumes nothing and overwrites nothing; see [`OutputFolder::open`].
    ///
    /// # Errors
    /// As [`OutputFolder::open`].
    pub fn create(path: &Path) -> Result<Self> {
        Self::open(path, Claim::default())
    }

    /// Creates the folder (and its parents) where it is missing, and takes its lock.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the path is a file, if another process is writing to the folder, if it holds files and none
    /// of them was made by the program, if a file that the program made was changed since, or if it holds the finished
    /// results of another experiment (the last three not where the claim overwrites); [`Error::Io`] if the file system refuses.
    pub fn open(path: &Path, claim: Claim) -> Result<Self> {
        is_a_folder(path)?;
        // Looked at before anything is created in it.
        if !claim.earlier.overwrite {
            strangers(path)?;
        }
        let mut folder = Self::locked(path, claim)?;
        folder.own = true;
        folder.made = Made::read(path)?;
        let problems = folder.obstacles()?;
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        for below in [path.to_path_buf(), path.join("charts"), path.join(parts::FOLDER)] {
            sweep(&below);
        }
        Ok(folder)
    }

    /// Takes the lock of a folder that others have files in (a forecast hub, say): nothing is noted or removed there, and
    /// a file that stands there with other content is not replaced.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the path is a file or in use; [`Error::Io`] if the file system refuses.
    pub fn shared(path: &Path, overwrite: bool) -> Result<Self> {
        is_a_folder(path)?;
        Self::locked(path, Claim { earlier: Earlier { resume: false, overwrite }, ..Claim::default() })
    }

    fn locked(path: &Path, claim: Claim) -> Result<Self> {
        let lock_path = path.join(LOCK);
        if fs::symlink_metadata(&lock_path).is_ok_and(|about| !about.is_file() || about.len() > 0) {
            return Err(Error::invalid(
                Problem::new(lock_path.display().to_string(), "stands where the lock of the folder goes")
                    .with_hint("rename it, or choose another `--out`"),
            ));
        }
        fs::create_dir_all(path).map_err(Error::io("create the folder", path))?;
        loop {
            let lock = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&lock_path)
                .map_err(Error::io("create the lock file", &lock_path))?;
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::invalid(
                        Problem::new(
                            path.display().to_string(),
                            "another process is writing to this output folder",
                        )
                        .with_hint("wait for it to end, or choose another `--out`"),
                    ));
                }
                Err(TryLockError::Error(e)) => return Err(Error::io("lock", &lock_path)(e)),
            }
            // Whoever held the lock before may have removed the file between our open and our lock.
            if is_same_file(&lock, &lock_path) {
                return Ok(Self {
                    path: path.to_path_buf(),
                    lock: Some(lock),
                    made: Made::default(),
                    claim,
                    own: false,
                    written: Vec::new(),
                });
            }
        }
    }

    /// What keeps the claim from being followed.
    fn obstacles(&self) -> Result<Vec<Problem>> {
        let mut problems: Vec<Problem> = self.made.unmarkable.iter().cloned().collect();
        if let parts::Found::Theirs(problem) = parts::found(&self.path)? {
            problems.push(problem);
        }
        if self.claim.earlier.overwrite {
            return Ok(problems);
        }
        problems.extend(self.made.foreign.clone());
        problems.extend(self.made.changed(&self.path)?);
        if let Some(found) = &self.made.manifest {
            problems.extend(self.other_results(found));
        }
        Ok(problems)
    }

    /// The problem of finished results that this call would replace by others.
    fn other_results(&self, found: &Manifest) -> Option<Problem> {
        let other = if self.claim.experiment.is_empty() {
            return None;
        } else if found.experiment != self.claim.experiment {
            format!("the finished results of another experiment (`{}`)", found.command.join(" "))
        } else if found.runs > self.claim.runs {
            format!("{} finished runs of this experiment; {} are asked for", found.runs, self.claim.runs)
        } else {
            return None;
        };
        let problem = Problem::new(self.path.display().to_string(), format!("holds {other}"));
        Some(problem.with_hint("choose another `--out`, or give `--overwrite` to replace them"))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the call may do with what an earlier one left.
    pub fn earlier(&self) -> Earlier {
        self.claim.earlier
    }

    /// Writes a file of the folder, whole or not at all, and records it. `name` is relative (`charts/fan.svg`);
    /// sub-folders are created.
    ///
    /// # Errors
    /// [`Error::Io`] as for [`super::file::write_with`]; [`Error::Invalid`] if somebody else's file stands there;
    /// [`Error::Unexpected`] for a name that would leave the folder.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.write_with(name, |out| out.write_all(bytes))
    }

    /// As [`OutputFolder::write`], with the content streamed by a closure.
    ///
    /// # Errors
    /// As [`OutputFolder::write`].
    pub fn write_with(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        if !is_safe_name(name) {
            return Err(Error::Unexpected(format!("`{name}` is not a name inside the output folder")));
        }
        let path = self.path.join(name);
        // The folder itself is never made again: if it has vanished, that is an error to be told.
        if let Some(parent) = path.parent().filter(|p| *p != self.path && self.path.is_dir()) {
            fs::create_dir_all(parent).map_err(Error::io("create the folder", parent))?;
        }
        if self.own {
            self.must_be_free(name)?;
        }
        let (own, overwrite) = (self.own, self.claim.earlier.overwrite);
        let note = |sum: &str| {
            if own {
                made::note(&self.path, Kind::Result, name, sum)
            } else if overwrite || holds(&path, sum)? {
                Ok(())
            } else {
                let problem =
                    Problem::new(path.display().to_string(), "stands there already with other content");
                Err(Error::invalid(
                    problem.with_hint("choose another place, or give `--overwrite` to replace it"),
                ))
            }
        };
        let written = write_noted(&path, content, note)?;
        self.record(Written { name: name.to_owned(), ..written });
        Ok(())
    }

    /// Refuses a name at which somebody else's file stands.
    fn must_be_free(&self, name: &str) -> Result<()> {
        let rewritten = self.written.iter().any(|w| w.name == name);
        if self.claim.earlier.overwrite || rewritten || self.made.state(&self.path, name)? != State::Theirs {
            return Ok(());
        }
        let problem = Problem::new(self.path.join(name).display().to_string(), "was not made by `darien`");
        Err(Error::invalid(problem.with_hint(
            "move it elsewhere and give the same command with `--resume` (finished runs are kept), or give `--overwrite` to replace it",
        )))
    }

    /// Removes what a process that was killed left half-written beside these files of a shared folder.
    pub fn sweep_beside<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let folders: BTreeSet<PathBuf> =
            names.filter_map(|n| Some(self.path.join(n).parent()?.to_path_buf())).collect();
        for folder in folders {
            sweep(&folder);
        }
    }

    /// Records a file that something else wrote into the folder; a later record of the same name replaces it.
    pub fn record(&mut self, file: Written) {
        self.written.retain(|w| w.name != file.name);
        self.written.push(file);
    }

    /// Takes a file of an earlier call over into the results of this one.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read.
    pub fn take_over(&mut self, name: &str) -> Result<()> {
        let (sha256, bytes) = sha256_of(&self.path.join(name))?;
        self.record(Written { name: name.to_owned(), sha256, bytes });
        Ok(())
    }

    /// Removes a file that this call wrote or took over.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be removed.
    pub fn remove(&mut self, name: &str) -> Result<()> {
        if self.written.iter().any(|w| w.name == name) {
            self.written.retain(|w| w.name != name);
            let path = self.path.join(name);
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
        Ok(())
    }

    /// The files written so far, sorted by name.
    pub fn written(&self) -> Vec<Written> {
        let mut files = self.written.clone();
        files.sort();
        files
    }

    /// Ends the work: removes what an earlier experiment left, and puts the manifest in place, which from then on says
    /// what was made.
    ///
    /// # Errors
    /// [`Error::Io`] if the file system refuses.
    pub fn finish(&mut self, manifest: Manifest) -> Result<()> {
        let new: BTreeSet<String> = self.written.iter().map(|w| w.name.clone()).collect();
        let stale = self.made.names().filter(|n| !new.contains(*n) && *n != manifest::FILE_NAME);
        let stale: Vec<String> = stale.map(ToOwned::to_owned).collect();
        for name in stale {
            let path = self.path.join(&name);
            let lost = self.claim.earlier.overwrite && fs::symlink_metadata(&path).is_ok_and(|a| a.is_file());
            // What somebody changed since the folder was opened stays.
            if is_safe_name(&name) && (lost || self.made.state(&self.path, &name)? == State::Ours) {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            }
        }
        let manifest =
            Manifest { files: self.written(), experiment: self.claim.experiment.clone(), ..manifest };
        self.write(manifest::FILE_NAME, &manifest.into_bytes()?)?;
        let mark = self.path.join(made::FILE_NAME);
        fs::remove_file(&mark).map_err(Error::io("remove", &mark))?;
        // A folder of charts of which none is left; one with files of others stays.
        let _ = fs::remove_dir(self.path.join("charts"));
        Ok(())
    }
}

/// Whether a path is free or holds a file with this checksum.
fn holds(path: &Path, sum: &str) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(about) => Ok(about.is_file() && sha256_of(path)?.0 == sum),
        Err(_) => Ok(true),
    }
}

fn is_a_folder(path: &Path) -> Result<()> {
    if path.exists() && !path.is_dir() {
        return Err(Error::invalid(
            Problem::new(path.display().to_string(), "the output folder is a file")
                .with_allowed("a folder, or a path at which one can be created")
                .with_hint("choose another `--out`"),
        ));
    }
    Ok(())
}

/// Refuses a folder that holds files of which the program made none. Hidden files do not count: no result is hidden.
fn strangers(path: &Path) -> Result<()> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::io("read the folder", path)(e)),
    };
    let mut names: Vec<String> = entries
        .filter_map(std::result::Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    let Some(first) = names.first() else { return Ok(()) };
    let made = Made::read(path)?;
    if made.any() || matches!(parts::found(path)?, parts::Found::Ours { .. }) {
        return Ok(());
    }
    if let Some(problem) = made.foreign {
        return Err(Error::invalid(problem));
    }
    let others = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
    Err(Error::invalid(
        Problem::new(path.display().to_string(), "holds files that `darien` did not make")
            .with_found(format!("`{first}`{others}"))
            .with_allowed("a new or empty folder, or one that `darien` made")
            .with_hint(
                "choose another `--out`, or give `--overwrite` to replace files of the same names alone",
            ),
    ))
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        // Removed while the lock is still held, so that nobody else can own the removed file.
        if let Some(lock) = self.lock.take() {
            let _ = fs::remove_file(self.path.join(LOCK));
            drop(lock);
        }
    }
}

#[cfg(unix)]
fn is_same_file(open: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (open.metadata(), fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Path) -> bool {
    path.exists() // an open file cannot be removed there
}

impl Folder for OutputFolder {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        Self::write(self, name, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vanished_folder_is_an_error_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let mut folder = OutputFolder::create(&out).unwrap();
        fs::remove_dir_all(&out).unwrap();
        for name in ["a.csv", "charts/a.svg"] {
            let text = folder.write(name, b"x").unwrap_err().to_string();
            assert!(text.contains(name), "{text}");
        }
    }

    #[test]
    fn a_folder_belongs_to_one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = OutputFolder::create(dir.path()).unwrap();
        let text = OutputFolder::create(dir.path()).unwrap_err().to_string();
        assert!(text.contains("another process"), "{text}");
        first.write("charts/fan.svg", b"<svg/>").unwrap();
        first.write("a.csv", b"x").unwrap();
        let names: Vec<_> = first.written().into_iter().map(|w| w.name).collect();
        assert_eq!(names, ["a.csv", "charts/fan.svg"]);
        drop(first);
        drop(OutputFolder::create(dir.path()).unwrap());
        assert!(!dir.path().join(LOCK).exists());
        let file = dir.path().join("a.csv");
        assert!(OutputFolder::create(&file).unwrap_err().to_string().contains("is a file"));
    }
}
