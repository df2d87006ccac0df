//! `region_attributes_IPC.csv`: the percentage of the people of each region who lack food, by day.

use super::rows::Header;
use crate::findings::Findings;
use crate::raw::RawRegion;
use std::path::Path;

pub(super) fn read(path: &Path, findings: &mut Findings) -> Vec<RawRegion> {
    if !path.is_file() {
        return Vec::new();
    }
    let Some(rows) = super::table(path, Header::First, findings) else { return Vec::new() };
    let mut regions: Vec<RawRegion> = Vec::new();
    for name in rows.header.iter().skip(1) {
        if regions.iter().any(|r| r.name == *name) {
            findings.refuse(rows.header_at.problem("names a region twice").with_found(name));
        }
        regions.push(RawRegion { at: rows.header_at.clone(), name: name.clone(), hunger: Vec::new() });
    }
    for row in &rows.lines {
        let Some(day) = super::number(row.cell(0), &row.at, "#Day", findings) else { continue };
        if regions.first().is_some_and(|r| r.hunger.last().is_some_and(|h| h.0 >= day)) {
            findings.refuse(row.at.problem("is not after the day before it").with_found(row.cell(0)));
            continue;
        }
        for (column, region) in regions.iter_mut().enumerate() {
            let cell = row.cell(column + 1);
            let Some(percent) = super::number(cell, &row.at, &region.name, findings) else { continue };
            if (0.0..=100.0).contains(&percent) {
                region.hunger.push((day, percent));
            } else {
                let problem = row.at.problem("is not a percentage").with_key(&region.name);
                findings.refuse(problem.with_found(cell).with_allowed("0 to 100"));
            }
        }
    }
    regions
}
