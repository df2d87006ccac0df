//! `conflicts.csv` and `flood_level.csv`: a level per place and day. Rows are taken by position, as FLEE does; a
//! first cell that does not count the days is a problem.

use super::rows::Header;
use crate::findings::{Findings, some_of};
use crate::place_in::At;
use crate::raw::RawWorld;
use crate::settings::nearest;
use std::path::Path;

/// Levels of a place, each from a day on; `None` where the file has no column for it.
pub(super) type Levels = Option<Vec<(i64, f64)>>;

/// Reads the levels of all places, in their order.
pub(super) fn read(path: &Path, world: &RawWorld, findings: &mut Findings) -> Vec<Levels> {
    let mut all: Vec<Levels> = vec![None; world.places.len()];
    let Some(rows) = super::table(path, Header::First, findings) else { return all };
    let mut columns = Vec::new();
    let mut unknown = Vec::new();
    for (column, name) in rows.header.iter().enumerate().skip(1) {
        match world.places.iter().position(|p| p.name == *name) {
            Some(place) if all[place].is_some() => {
                findings.refuse(rows.header_at.problem("names a place twice").with_found(name));
            }
            Some(place) => {
                all[place] = Some(Vec::new());
                columns.push((column, place));
            }
            None => match nearest(name, world.places.iter().map(|p| p.name.as_str())) {
                Some(near) => unknown.push(format!("{name} (did you mean {near}?)")),
                None => unknown.push(name.clone()),
            },
        }
    }
    if !unknown.is_empty() && !world.places.is_empty() {
        findings.note(
            &rows.header_at,
            format!("columns of places that locations.csv lacks have no effect: {}", some_of(&unknown)),
        );
    }
    if columns.is_empty() {
        return all;
    }
    if rows.lines.len() < world.days {
        findings.refuse(
            At::new(&rows.file, rows.lines.last().map_or(rows.header_at.line, |r| r.at.line))
                .problem("ends before the period does")
                .with_found(format!("{} days", rows.lines.len()))
                .with_allowed(format!("at least {} days, one a row", world.days)),
        );
    }
    for (day, row) in rows.lines.iter().enumerate().take(world.days) {
        let said = super::number(row.cell(0), &row.at, "#Day", findings);
        if said.is_some_and(|n| n != day as f64) {
            findings.refuse(
                row.at
                    .problem("does not count the days: rows are taken in order")
                    .with_key("#Day")
                    .with_found(row.cell(0))
                    .with_allowed(day.to_string()),
            );
        }
        for &(column, place) in &columns {
            let name = &world.places[place].name;
            let Some(level) = super::number(row.cell(column), &row.at, name, findings) else { continue };
            if level < 0.0 {
                findings.refuse(
                    row.at
                        .problem("is a negative level")
                        .with_key(name)
                        .with_found(row.cell(column))
                        .with_allowed("0 or more"),
                );
                continue;
            }
            if let Some(levels) = &mut all[place]
                && levels.last().is_none_or(|l| l.1 != level)
            {
                levels.push((day as i64, level));
            }
        }
    }
    all
}
