//! Where two files differ first, without reading either whole.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes that are compared at once.
const CHUNK: usize = 1 << 16;
/// Bytes of a line that are shown.
const SHOWN: usize = 160;

/// The first difference of two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The first file is not there.
    Missing,
    /// The second file is not there.
    Extra,
    /// Text that differs first in a line, counted from 1; the line in both, cut to what fits.
    Line {
        /// Number of the line.
        line: u64,
        /// What it is in the first file.
        here: String,
        /// What it is in the second file.
        again: String,
    },
    /// Something else than text that differs first at a byte, counted from 0.
    Byte {
        /// Position of the byte.
        at: u64,
    },
}

/// The first difference; none where the bytes are the same.
///
/// # Errors
/// [`Error::Io`] if a file cannot be read for another reason than being absent.
pub fn files(here: &Path, again: &Path) -> Result<Option<Difference>> {
    let (Some(mut a), Some(mut b)) = (open(here)?, open(again)?) else {
        return Ok(match (here.exists(), again.exists()) {
            (false, true) => Some(Difference::Missing),
            (true, false) => Some(Difference::Extra),
            _ => None,
        });
    };
    let (mut x, mut y) = (vec![0; CHUNK], vec![0; CHUNK]);
    // Position, and line and position of its beginning.
    let (mut at, mut line, mut begin) = (0u64, 1u64, 0u64);
    loop {
        let n = fill(&mut a, &mut x).map_err(Error::io("read", here))?;
        let m = fill(&mut b, &mut y).map_err(Error::io("read", again))?;
        let same = x[..n].iter().zip(&y[..m]).take_while(|(a, b)| a == b).count();
        for (i, _) in x[..same].iter().enumerate().filter(|(_, c)| **c == b'\n') {
            line += 1;
            begin = at + i as u64 + 1;
        }
        if same < n.max(m) {
            at += same as u64;
            let is_text = here.extension().is_some_and(|e| {
                ["csv", "txt", "svg", "json", "html", "geojson"].iter().any(|known| e == *known)
            });
            if !is_text {
                return Ok(Some(Difference::Byte { at }));
            }
            // A line of one long drawing is shown around the difference.
            let from = if at - begin < SHOWN as u64 { begin } else { at };
            let here = excerpt(&mut a, from).map_err(Error::io("read", here))?;
            let again = excerpt(&mut b, from).map_err(Error::io("read", again))?;
            return Ok(Some(Difference::Line { line, here, again }));
        }
        if n == 0 {
            return Ok(None);
        }
        at += n as u64;
    }
}

fn open(path: &Path) -> Result<Option<File>> {
    match crate::input::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io("open", path)(e)),
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match file.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}

/// The rest of the line at a position, quoted; says so where the file ends.
fn excerpt(file: &mut File, from: u64) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = vec![0; SHOWN];
    let n = fill(file, &mut bytes)?;
    if n == 0 {
        return Ok("the end of the file".into());
    }
    let line = bytes[..n].split(|b| *b == b'\n').next().unwrap_or_default();
    Ok(format!("`{}`", String::from_utf8_lossy(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(name: &str, a: &[u8], b: &[u8]) -> Option<Difference> {
        let dir = tempfile::tempdir().unwrap();
        let (here, again) = (dir.path().join(name), dir.path().join(format!("again-{name}")));
        std::fs::write(&here, a).unwrap();
        std::fs::write(&again, b).unwrap();
        files(&here, &again).unwrap()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what `files` gives")]
    fn line(line: u64, here: &str, again: &str) -> Option<Difference> {
        Some(Difference::Line { line, here: here.into(), again: again.into() })
    }

    #[test]
    fn the_first_difference_is_told_with_its_line() {
        assert_eq!(difference("a.csv", b"x\ny\n", b"x\ny\n"), None);
        assert_eq!(difference("a.csv", b"", b""), None);
        assert_eq!(difference("a.csv", b"x\ny,1\nz\n", b"x\ny,2\nz\n"), line(2, "`y,1`", "`y,2`"));
        assert_eq!(difference("a.csv", b"x\n", b"x\ny\n"), line(2, "the end of the file", "`y`"));
        assert_eq!(difference("a.png", b"abc", b"abd"), Some(Difference::Byte { at: 2 }));
        let long = "0123456789".repeat(20_000);
        let other = format!("{}X{}", &long[..150_000], &long[150_001..]);
        let Some(Difference::Line { line: 1, again, .. }) =
            difference("a.svg", long.as_bytes(), other.as_bytes())
        else {
            panic!("must differ")
        };
        assert!(again.starts_with("`X123") && again.len() < 200, "{again}");
    }

    #[test]
    fn an_absent_file_is_a_difference() {
        let dir = tempfile::tempdir().unwrap();
        let (here, again) = (dir.path().join("a"), dir.path().join("b"));
        assert_eq!(files(&here, &again).unwrap(), None);
        std::fs::write(&again, "x").unwrap();
        assert_eq!(files(&here, &again).unwrap(), Some(Difference::Missing));
        assert_eq!(files(&again, &here).unwrap(), Some(Difference::Extra));
    }
}
