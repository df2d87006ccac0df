//! `conflicts.csv`: a level of conflict per place and day. Rows are taken by position, as FLEE does; a first cell
//! that does not count the days is a problem.

use super::rows::Header;
use crate::behaviour::flee::place_in::At;
use crate::behaviour::flee::raw::RawWorld;
use crate::behaviour::flee::settings::nearest;
use crate::error::Problem;
use std::path::Path;

pub(super) fn read(path: &Path, world: &mut RawWorld, problems: &mut Vec<Problem>) {
    let Some(rows) = super::table(path, Header::Needed, problems) else { return };
    let header_at = At::new(&rows.file, 1);
    let mut columns = Vec::new();
    for (column, name) in rows.header.iter().enumerate().skip(1) {
        match world.places.iter().position(|p| p.name == *name) {
            Some(place) if world.places[place].levels.is_some() => {
                problems.push(header_at.problem("names a place twice").with_found(name));
            }
            Some(place) => {
                world.places[place].levels = Some(Vec::new());
                columns.push((column, place));
            }
            None if world.places.is_empty() => {}
            None => {
                let mut problem =
                    header_at.problem("names a place that locations.csv lacks").with_found(name);
                if let Some(near) = nearest(name, world.places.iter().map(|p| p.name.as_str())) {
                    problem = problem.with_hint(format!("did you mean {near}?"));
                }
                problems.push(problem);
            }
        }
    }
    if rows.lines.len() < world.days {
        problems.push(
            At::new(&rows.file, rows.lines.last().map_or(1, |r| r.at.line))
                .problem("ends before the period does")
                .with_found(format!("{} days", rows.lines.len()))
                .with_allowed(format!("at least {} days, one a row", world.days)),
        );
    }
    for (day, row) in rows.lines.iter().enumerate().take(world.days) {
        let said = super::number(row.cell(0), &row.at, "#Day", problems);
        if said.is_some_and(|n| n != day as f64) {
            problems.push(
                row.at
                    .problem("does not count the days: rows are taken in order")
                    .with_key("#Day")
                    .with_found(row.cell(0))
                    .with_allowed(day.to_string()),
            );
        }
        for &(column, place) in &columns {
            let name = world.places[place].name.clone();
            let Some(level) = super::number(row.cell(column), &row.at, &name, problems) else { continue };
            if level < 0.0 {
                problems.push(
                    row.at
                        .problem("is a negative level")
                        .with_key(name)
                        .with_found(row.cell(column))
                        .with_allowed("0 to 1"),
                );
                continue;
            }
            if let Some(levels) = &mut world.places[place].levels
                && levels.last().is_none_or(|l| l.1 != level)
            {
                levels.push((day as i64, level));
            }
        }
    }
}
