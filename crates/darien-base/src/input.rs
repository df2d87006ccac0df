//! Reading files that somebody else names: regular files alone, and no more of them than a limit.
//!
//! A device, a pipe or a socket has no end, and a file may be longer than any memory. Every file that the program reads
//! goes through here.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// Opens a regular file, or a link to one.
///
/// # Errors
///
/// What the system answers; [`ErrorKind::InvalidInput`] for a folder, a device, a pipe or a socket.
pub fn open(path: &Path) -> Result<File> {
    // Before it is opened: that of a pipe would wait for somebody who writes.
    let about = fs::metadata(path)?;
    if about.is_file() {
        return File::open(path);
    }
    let what = if about.is_dir() { "is a folder, not a file" } else { "is not a regular file" };
    Err(Error::new(ErrorKind::InvalidInput, what))
}

/// The bytes of a regular file of at most `most` bytes.
///
/// # Errors
///
/// As [`open`]; [`ErrorKind::FileTooLarge`] for a file that is longer.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>> {
    let mut file = open(path)?;
    let too_large = || Error::new(ErrorKind::FileTooLarge, format!("is larger than {most} bytes"));
    if file.metadata()?.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // It may grow while it is read.
    (&mut file).take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// The text of a regular file of at most `most` bytes.
///
/// # Errors
///
/// As [`bytes`]; [`ErrorKind::InvalidData`] for bytes that are not UTF-8.
pub fn text(path: &Path, most: u64) -> Result<String> {
    String::from_utf8(bytes(path, most)?).map_err(|_| Error::new(ErrorKind::InvalidData, "is not UTF-8 text"))
}

/// Whether a character is one that nobody sees and that changes what is seen: a control code, or a mark that turns the
/// direction of text.
pub fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name of a file without its ending, without characters that nobody sees: it stands in tables, charts and messages.
pub fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let seen: String = stem.chars().filter(|c| !is_unseen(*c)).collect();
    if seen.trim().is_empty() { "unnamed".into() } else { seen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_hold_what_can_be_seen() {
        assert_eq!(stem(Path::new("a/b\u{202e}c\u{1b}[31m\n.toml")), "bc[31m");
        assert_eq!(stem(Path::new("\u{202e}.toml")), "unnamed");
        assert_eq!(stem(Path::new("años, \"1=2\".toml")), "años, \"1=2\"");
    }

    #[test]
    fn only_regular_files_within_the_limit_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, b"abc\xff").unwrap();
        assert_eq!(bytes(&path, 4).unwrap(), b"abc\xff");
        assert_eq!(bytes(&path, 3).unwrap_err().to_string(), "is larger than 3 bytes");
        assert_eq!(text(&path, 4).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(bytes(dir.path(), 4).unwrap_err().to_string(), "is a folder, not a file");
        assert_eq!(bytes(&dir.path().join("b"), 4).unwrap_err().kind(), ErrorKind::NotFound);
        if cfg!(unix) {
            assert_eq!(bytes(Path::new("/dev/zero"), 4).unwrap_err().to_string(), "is not a regular file");
        }
    }
}
