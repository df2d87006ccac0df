//! `location_changes.csv`: places that become something else on a day.

use super::rows::{Header, Row};
use crate::error::Problem;
use crate::findings::Findings;
use crate::raw::RawChange;
use std::path::Path;

const NAME: &str = "location_changes.csv";

fn reads_as_data(row: &Row) -> bool {
    row.cell(2).parse::<i64>().is_ok()
}

/// Reads the file of the folder or of its input; FLEE takes it from where it is started, which is one of them.
pub(super) fn read(dir: &Path, input: &Path, findings: &mut Findings) -> Vec<RawChange> {
    let (outer, inner) = (dir.join(NAME), input.join(NAME));
    let path = match (outer.is_file(), outer != inner && inner.is_file()) {
        (false, false) => return Vec::new(),
        (false, true) => inner,
        (true, false) => outer,
        (true, true) => {
            findings.refuse(
                Problem::new(inner.display().to_string(), "is there twice")
                    .with_found(outer.display().to_string())
                    .with_hint("remove one of the two files"),
            );
            return Vec::new();
        }
    };
    let Some(rows) = super::table(&path, Header::Named(reads_as_data), findings) else { return Vec::new() };
    if !rows.at_least(3, "#name,type,day", findings) {
        return Vec::new();
    }
    rows.lines
        .iter()
        .filter_map(|row| {
            let day = super::whole(row.cell(2), &row.at, "day", findings)?;
            let (place, kind) = (row.cell(0).to_owned(), row.cell(1).to_owned());
            Some(RawChange { at: row.at.clone(), place, kind, day })
        })
        .collect()
}
