//! Files that are either whole or absent, and folders that belong to one process at a time.
//!
//! A result appears under its final name only when every byte is on the disk: it is written to a hidden
//! neighbour, flushed, synced and then renamed. Errors of `flush` and `sync` are errors of the write, so a full
//! disk never leaves a short file that looks finished.

use crate::error::{Error, Problem, Result};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

/// Name of the lock file of an output folder.
const LOCK: &str = ".darien.lock";
/// Beginning and end of the names of files that are being written.
const PREFIX: &str = ".darien-";
const SUFFIX: &str = ".part";

/// SHA-256 of some bytes as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A file that was written: what the manifest records of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Written {
    /// Path relative to the output folder, with `/` between its parts.
    pub name: String,
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// Counts and hashes what passes through.
struct Hashing<W> {
    inner: W,
    digest: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(buffer)?;
        self.digest.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes a file whole or not at all, from a closure that streams its content.
///
/// The content goes to a temporary file in the same folder, is flushed and synced, and takes the final name by a
/// rename. A path that exists and is not a regular file (a device, a pipe) is written to directly.
///
/// # Errors
/// [`Error::Io`] with the path, for whatever the closure or the file system answers: no space, read-only,
/// vanished folder. A regular file of that name, if there was one, is then untouched.
pub fn write_with(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Written> {
    let special = fs::metadata(path).is_ok_and(|m| !m.is_file());
    let (sha256, bytes) = if special {
        let mut file =
            OpenOptions::new().write(true).open(path).map_err(Error::io("open for writing", path))?;
        stream(&mut file, content).map_err(Error::io("write", path))?
    } else {
        replace(path, content)?
    };
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok(Written { name, sha256, bytes })
}

/// Writes bytes as a whole file; see [`write_with`].
///
/// # Errors
/// As [`write_with`].
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<Written> {
    write_with(path, |out| out.write_all(bytes))
}

fn stream(
    file: &mut File,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(String, u64)> {
    let mut out = BufWriter::new(Hashing { inner: file, digest: Sha256::new(), bytes: 0 });
    content(&mut out)?;
    out.flush()?;
    let hashing = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok((hex(&hashing.digest.finalize()), hashing.bytes))
}

fn replace(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(String, u64)> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o666); // narrowed by the umask, as for any new file
    #[cfg(unix)]
    builder.permissions(mode);
    let mut temporary = builder.tempfile_in(folder).map_err(Error::io("create a file beside", path))?;
    let sums = stream(temporary.as_file_mut(), content).map_err(Error::io("write", path))?;
    temporary.as_file().sync_all().map_err(Error::io("write to the disk", path))?;
    temporary.persist(path).map_err(|e| e.error).map_err(Error::io("put in place", path))?;
    // Makes the rename itself durable; not every file system can sync a folder, and the content is safe.
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
    Ok(sums)
}

/// Whether a name is a plain relative path: not empty, no `..`, no root, no drive, no backslash, no control sign.
pub fn is_safe_name(name: &str) -> bool {
    !name.is_empty()
        && !name.contains('\\')
        && !name.chars().any(char::is_control)
        && !name.contains(':')
        && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
}

/// An output folder, held by this process alone until the value is dropped.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
    lock: Option<File>,
    written: Vec<Written>,
}

impl OutputFolder {
    /// Creates the folder (and its parents) where it is missing, and takes its lock.
    ///
    /// # Errors
    /// [`Error::Invalid`] if another process is writing to the folder or the path is a file;
    /// [`Error::Io`] if the file system refuses.
    pub fn create(path: &Path) -> Result<Self> {
        if path.exists() && !path.is_dir() {
            return Err(Error::invalid(
                Problem::new(path.display().to_string(), "the output folder is a file")
                    .with_allowed("a folder, or a path at which one can be created")
                    .with_hint("choose another `--out`"),
            ));
        }
        fs::create_dir_all(path).map_err(Error::io("create the folder", path))?;
        let lock_path = path.join(LOCK);
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
                for folder in [path.to_path_buf(), path.join("charts")] {
                    sweep(&folder);
                }
                return Ok(Self { path: path.to_path_buf(), lock: Some(lock), written: Vec::new() });
            }
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file of the folder, whole or not at all, and records it. `name` is relative (`charts/fan.svg`);
    /// sub-folders are created.
    ///
    /// # Errors
    /// [`Error::Io`] as for [`write_with`]; [`Error::Unexpected`] for a name that would leave the folder.
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
        let written = write_with(&path, content)?;
        self.record(Written { name: name.to_owned(), ..written });
        Ok(())
    }

    /// Records a file that something else wrote into the folder; a later record of the same name replaces it.
    pub fn record(&mut self, file: Written) {
        self.written.retain(|w| w.name != file.name);
        self.written.push(file);
    }

    /// The files written so far, sorted by name.
    pub fn written(&self) -> Vec<Written> {
        let mut files = self.written.clone();
        files.sort();
        files
    }
}

/// Removes what an earlier owner left half-written when it was killed; the folder is ours, so nobody writes now.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(std::result::Result::ok) {
        let name = entry.file_name();
        if name.to_str().is_some_and(|n| n.starts_with(PREFIX) && n.ends_with(SUFFIX)) {
            let _ = fs::remove_file(entry.path());
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_gives_the_published_answer() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_rest() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        assert_eq!(write_atomic(&path, b"old").unwrap().sha256, sha256_hex(b"old"));
        let failed = write_with(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no space left on device"))
        });
        assert!(failed.unwrap_err().to_string().contains("a.csv: no space"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let error = write_atomic(Path::new("/dev/full"), b"x").unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
    }

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

    #[test]
    fn names_stay_inside_the_folder() {
        for bad in ["", "..", "../x", "/x", "a/../b", "C:x", "a\\b", "a\nb"] {
            assert!(!is_safe_name(bad), "{bad:?}");
        }
        assert!(is_safe_name("charts/fan.svg"));
    }
}
