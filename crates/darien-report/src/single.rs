//! A file that is a verb's whole output, at a path that the user named: what stands there is not lost.

use super::file::{Written, sha256_hex, write_noted};
use super::made::{self, Kind, Made, State};
use crate::error::{Error, Problem, Result};
use darien_hub::HubExport;
use std::path::{Path, PathBuf};

/// The problem of writing `bytes` to a path where something else stands; none where nothing does, or the same bytes, or
/// a page that the program made there, or a device.
///
/// # Errors
///
/// [`Error::Io`] if what stands there cannot be read.
pub fn conflict(path: &Path, bytes: &[u8], overwrite: bool) -> Result<Option<Problem>> {
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => {
            return Ok(Some(
                Problem::new(path.display().to_string(), "needs a folder where a file stands")
                    .with_hint("choose another place"),
            ));
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Ok(std::fs::symlink_metadata(path).is_ok().then(|| {
                Problem::new(path.display().to_string(), "is a link to a place where nothing is")
                    .with_hint("choose another place")
            }));
        }
        Err(e) => return Err(Error::io("look at", path)(e)),
    };
    if about.is_dir() {
        return Ok(Some(
            Problem::new(path.display().to_string(), "is a folder where a file is to be written")
                .with_hint("choose another place"),
        ));
    }
    if overwrite || !about.is_file() || same(path, about.len(), bytes)? || is_page(path)? {
        return Ok(None);
    }
    Ok(Some(
        Problem::new(path.display().to_string(), "stands there already with other content")
            .with_hint("choose another place, or give `--overwrite` to replace it"),
    ))
}

fn same(path: &Path, length: u64, bytes: &[u8]) -> Result<bool> {
    Ok(length == bytes.len() as u64
        && crate::input::bytes(path, length).map_err(Error::io("read", path))? == bytes)
}

/// The folder of a path and its name in it.
fn split(path: &Path) -> Option<(&Path, &str)> {
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Some((folder, path.file_name()?.to_str()?))
}

/// Whether the program made the page that stands at a path, and nobody has changed it.
fn is_page(path: &Path) -> Result<bool> {
    let Some((folder, name)) = split(path) else { return Ok(false) };
    Ok(Made::read(folder)?.page(folder, name)? == State::Ours)
}

/// Writes the file, and notes it where the folder is one of the program's.
///
/// # Errors
///
/// [`Error::Invalid`] for a [`conflict`]; [`Error::Io`] if the file system refuses.
pub fn write(path: &Path, bytes: &[u8], overwrite: bool) -> Result<Written> {
    if let Some(problem) = conflict(path, bytes, overwrite)? {
        return Err(Error::invalid(problem));
    }
    let Some((folder, name)) = split(path) else {
        return super::file::write_atomic(path, bytes);
    };
    std::fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    let about = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
    if let Some(about) = about
        && same(path, about.len(), bytes)?
    {
        return Ok(Written { name: name.to_owned(), sha256: sha256_hex(bytes), bytes: about.len() });
    }
    let known = Made::read(folder)?;
    let note = |sum: &str| {
        if known.any() && known.unmarkable.is_none() {
            made::note(folder, Kind::Page, name, sum)
        } else {
            Ok(())
        }
    };
    write_noted(path, |out| out.write_all(bytes), note)
}

/// Writes files that belong together: all of them, or none if something else stands in the way of one.
///
/// # Errors
///
/// [`Error::Invalid`] with every [`conflict`]; [`Error::Io`] if the file system refuses.
pub fn write_all(files: &[(PathBuf, Vec<u8>)], overwrite: bool) -> Result<()> {
    let mut problems = Vec::new();
    for (path, bytes) in files {
        problems.extend(conflict(path, bytes, overwrite)?);
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    files.iter().try_for_each(|(path, bytes)| write(path, bytes, overwrite).map(|_| ()))
}

/// The problems of writing a hub to a folder: every file that stands there with other content.
///
/// # Errors
///
/// As [`HubExport::files`] and [`conflict`].
pub fn hub_conflicts(folder: &Path, hub: &HubExport, overwrite: bool) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for file in hub.files()? {
        let path = folder.join(file.name());
        if path.exists() {
            problems.extend(conflict(&path, &file.bytes()?, overwrite)?);
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
        assert!(conflict(&path, b"x", false).unwrap().is_none());
        std::fs::write(&path, b"x").unwrap();
        assert!(conflict(&path, b"x", false).unwrap().is_none());
        assert!(conflict(&path, b"y", false).unwrap().unwrap().message.contains("other content"));
        assert!(conflict(&path, b"y", true).unwrap().is_none());
        assert!(
            conflict(&path.join("below"), b"y", true).unwrap().unwrap().message.contains("needs a folder")
        );
        assert!(conflict(dir.path(), b"y", true).unwrap().unwrap().message.contains("folder"));
    }

    #[test]
    fn a_page_among_results_is_replaced_until_somebody_changes_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = super::super::folder::OutputFolder::create(dir.path()).unwrap();
        folder.write("a.csv", b"1").unwrap();
        let page = dir.path().join("report.html");
        write(&page, b"one", false).unwrap();
        write(&page, b"two", false).unwrap();
        assert!(write(&dir.path().join("a.csv"), b"2", false).is_err(), "a result is no page");
        std::fs::write(&page, b"mine").unwrap();
        assert!(write(&page, b"three", false).is_err());
        write(&page, b"three", true).unwrap();
        assert_eq!(std::fs::read(&page).unwrap(), b"three");
    }
}
