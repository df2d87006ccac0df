//! Files that are either whole or absent.
//!
//! A result appears under its final name only when every byte is on the disk: it is written to a hidden
//! neighbour, flushed, synced and then renamed. Errors of `flush` and `sync` are errors of the write, so a full
//! disk never leaves a short file that looks finished.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path};

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

/// SHA-256 of what a closure writes, piece by piece.
///
/// # Errors
/// What the closure answers.
pub fn sha256_by(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<String> {
    let mut out = BufWriter::new(Hashing { inner: io::sink(), digest: Sha256::new(), bytes: 0 });
    content(&mut out)?;
    Ok(hex(&out.into_inner().map_err(io::IntoInnerError::into_error)?.digest.finalize()))
}

/// SHA-256 of a regular file, read piece by piece, and its length in bytes.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub fn sha256_of(path: &Path) -> Result<(String, u64)> {
    let mut file = crate::input::open(path).map_err(Error::io("read", path))?;
    let mut sum = Hashing { inner: io::sink(), digest: Sha256::new(), bytes: 0 };
    io::copy(&mut file, &mut sum).map_err(Error::io("read", path))?;
    Ok((hex(&sum.digest.finalize()), sum.bytes))
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

/// Where finished files go: a folder that knows which are its own.
pub trait Folder {
    /// Writes a file whole, or leaves what was there; `name` is relative to the folder.
    ///
    /// # Errors
    /// [`Error::Io`] with the path if it cannot be written.
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<()>;
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
    write_noted(path, content, |_| Ok(()))
}

/// As [`write_with`]; `note` is told the checksum after the content is on the disk and before it takes its name.
///
/// # Errors
/// As [`write_with`], and whatever `note` answers.
pub fn write_noted(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    note: impl FnOnce(&str) -> Result<()>,
) -> Result<Written> {
    let special = fs::metadata(path).is_ok_and(|m| !m.is_file());
    let (sha256, bytes) = if special {
        let mut file =
            OpenOptions::new().write(true).open(path).map_err(Error::io("open for writing", path))?;
        stream(&mut file, content).map_err(Error::io("write", path))?
    } else {
        replace(path, content, note)?
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

fn replace(
    path: &Path,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    note: impl FnOnce(&str) -> Result<()>,
) -> Result<(String, u64)> {
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
    note(&sums.0)?;
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

/// Removes what a process that was killed left half-written in a folder; nobody else may be writing there.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(std::result::Result::ok) {
        let name = entry.file_name();
        if name.to_str().is_some_and(|n| n.starts_with(PREFIX) && n.ends_with(SUFFIX)) {
            let _ = fs::remove_file(entry.path());
        }
    }
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
    fn names_stay_inside_the_folder() {
        for bad in ["", "..", "../x", "/x", "a/../b", "C:x", "a\\b", "a\nb"] {
            assert!(!is_safe_name(bad), "{bad:?}");
        }
        assert!(is_safe_name("charts/fan.svg"));
    }
}
