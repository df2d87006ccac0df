//! A hub (hubverse, schema v6.0.0) on the disk: every file appears under its name only when it is complete.

use super::file::OutputFolder;
use crate::error::{Error, Problem, Result};
use darien_hub::HubExport;

/// Writes a hub into an output folder, below the folder `below` (empty for the output folder itself).
///
/// Files of the same name are replaced; the configuration comes last, so that a hub with it is whole.
///
/// # Errors
/// [`Error::Invalid`] with all rules that the export breaks, or for forecasts that already stand there in the other
/// format; [`Error::Io`] if the file system refuses.
pub fn write_hub(folder: &mut OutputFolder, below: &str, hub: &HubExport) -> Result<()> {
    let files = hub.files()?;
    let place = |name: &str| if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
    let twice: Vec<Problem> = files
        .iter()
        .filter_map(|f| f.other_format())
        .map(|name| folder.path().join(place(name)))
        .filter(|path| path.exists())
        .map(|path| {
            Problem::new(path.display().to_string(), "this forecast already stands here in the other format")
                .with_hint("remove it, or write to another folder: readers would count it twice")
        })
        .collect();
    if !twice.is_empty() {
        return Err(Error::Invalid(twice));
    }
    let names: Vec<String> = files.iter().map(|f| place(f.name())).collect();
    folder.sweep_beside(names.iter().map(String::as_str));
    for file in &files {
        folder.write(&place(file.name()), &file.bytes()?)?;
    }
    Ok(())
}
