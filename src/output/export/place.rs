//! Nothing that is there is lost: a file of the same name with other content stops an export before it begins.

use crate::error::{Error, Problem, Result};
use crate::evaluate::hub::HubExport;
use std::path::Path;

/// The problem of writing `bytes` to a path where something else stands; none where nothing does, or the same bytes.
///
/// # Errors
///
/// [`Error::Io`] if what stands there cannot be read.
pub fn conflict(path: &Path, bytes: &[u8]) -> Result<Option<Problem>> {
    if path.is_dir() {
        return Ok(Some(
            Problem::new(path.display().to_string(), "is a folder where a file is to be written")
                .with_hint("choose another name"),
        ));
    }
    match std::fs::read(path) {
        Ok(found) if found == bytes => Ok(None),
        Ok(_) => Ok(Some(
            Problem::new(path.display().to_string(), "stands there already with other content")
                .with_hint("remove it, or export to another place"),
        )),
        Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(e) => Err(Error::io("read", path)(e)),
    }
}

/// The problems of writing a hub to a folder: every file that stands there with other content.
///
/// # Errors
///
/// As [`HubExport::files`] and [`conflict`].
pub fn hub_conflicts(folder: &Path, hub: &HubExport) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for file in hub.files()? {
        let path = folder.join(file.name());
        if path.exists() {
            problems.extend(conflict(&path, &file.bytes()?)?);
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_content_stands_in_the_way() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        assert!(conflict(&path, b"x").unwrap().is_none());
        std::fs::write(&path, b"x").unwrap();
        assert!(conflict(&path, b"x").unwrap().is_none());
        assert!(conflict(&path, b"y").unwrap().unwrap().message.contains("other content"));
        assert!(conflict(dir.path(), b"y").unwrap().unwrap().message.contains("folder"));
    }
}
