//! `source_data/` and `registration_corrections.csv`: how many people were registered where, by date.

use super::rows::Header;
use super::{date, number};
use crate::behaviour::flee::kind::Kind;
use crate::behaviour::flee::place_in::At;
use crate::behaviour::flee::quirks::Quirks;
use crate::behaviour::flee::raw::{Counts, RawWorld};
use crate::error::Problem;
use chrono::NaiveDate;
use std::path::Path;

pub(super) fn read(
    source: &Path,
    corrections: &Path,
    world: &mut RawWorld,
    quirks: Quirks,
    problems: &mut Vec<Problem>,
) {
    let layout_path = source.join("data_layout.csv");
    let Some(layout) = super::table(&layout_path, Header::None, problems) else { return };
    for (i, row) in layout.lines.iter().enumerate() {
        if (i == 0) != (row.cell(0) == "total") {
            problems.push(
                row.at
                    .problem("is out of place: the first row, and only it, must be that of the totals")
                    .with_found(row.cell(0))
                    .with_allowed("total,refugees.csv"),
            );
            continue;
        }
        let mut counts: Option<Counts> = None;
        for file in row.cells()[1..].iter().filter(|f| !f.is_empty()) {
            let more = read_counts(&source.join(file), problems);
            counts = Some(counts.map_or(more.clone(), |sum| add(&sum, &more, quirks)));
        }
        let Some(counts) = counts else {
            problems.push(row.at.problem("names no file").with_key(row.cell(0)));
            continue;
        };
        if i == 0 {
            world.total = counts;
        } else if let Some(place) = world.places.iter_mut().find(|p| p.name == row.cell(0)) {
            if place.counts.is_some() {
                problems.push(row.at.problem("stands twice").with_key(row.cell(0)));
            }
            place.counts = Some(counts);
        } else if !world.places.is_empty() {
            problems.push(row.at.problem("is not a place of locations.csv").with_found(row.cell(0)));
        }
    }
    let layout_at = At::new(&layout.file, layout.lines.last().map_or(1, |row| row.at.line));
    for place in &world.places {
        if Kind::parse(&place.kind).is_some_and(Kind::is_camp) && place.counts.is_none() {
            problems.push(
                layout_at
                    .problem("has no row for a camp")
                    .with_key(&place.name)
                    .with_hint(format!("add below it {},FILE with the people registered there", place.name)),
            );
        }
    }
    if corrections.is_file() {
        correct(corrections, world, problems);
    }
}

/// Reads a file of dates and counts.
fn read_counts(path: &Path, problems: &mut Vec<Problem>) -> Counts {
    let Some(rows) = super::table(path, Header::None, problems) else { return Vec::new() };
    let mut counts: Counts = Vec::new();
    let before = problems.len();
    for (i, row) in rows.lines.iter().enumerate() {
        if i == 0 && ["Date", "DateTime"].contains(&row.cell(0)) {
            continue;
        }
        let (Some(day), Some(count)) =
            (date(row.cell(0), &row.at, "date", problems), number(row.cell(1), &row.at, "count", problems))
        else {
            continue;
        };
        if counts.last().is_some_and(|l| l.0 >= day) {
            problems.push(row.at.problem("is not after the date before it").with_found(row.cell(0)));
        } else if count < 0.0 {
            problems.push(row.at.problem("is negative").with_key("count").with_found(row.cell(1)));
        } else {
            counts.push((day, count));
        }
    }
    if counts.is_empty() && problems.len() == before {
        let problem = Problem::new(&*rows.file, "holds no count").at(1, 1);
        problems.push(problem.with_allowed("lines of YYYY-MM-DD,count"));
    }
    counts
}

/// The count on a date: linear between the entries, constant outside.
pub(crate) fn value_on(counts: &Counts, day: NaiveDate) -> f64 {
    let after = counts.partition_point(|c| c.0 <= day);
    match (after.checked_sub(1).and_then(|i| counts.get(i)), counts.get(after)) {
        (None, None) => 0.0,
        (None, Some(first)) => first.1,
        (Some(last), None) => last.1,
        (Some(p), Some(q)) => {
            p.1 + (q.1 - p.1) * ((day - p.0).num_days() as f64 / (q.0 - p.0).num_days() as f64)
        }
    }
}

/// The sum of two series, at the dates of both.
fn add(a: &Counts, b: &Counts, quirks: Quirks) -> Counts {
    let mut dates: Vec<NaiveDate> = a.iter().chain(b).map(|c| c.0).collect();
    dates.sort_unstable();
    dates.dedup();
    let value = |series: &Counts, day: NaiveDate| {
        if quirks.files_not_interpolated {
            let next = series.partition_point(|c| c.0 < day).min(series.len().saturating_sub(1));
            series.get(next).map_or(0.0, |c| c.1)
        } else {
            value_on(series, day)
        }
    };
    dates.into_iter().map(|d| (d, value(a, d) + value(b, d))).collect()
}

/// Lifts (or lowers) the counts before a date to the level that a recount of that date showed.
fn correct(path: &Path, world: &mut RawWorld, problems: &mut Vec<Problem>) {
    let Some(rows) = super::table(path, Header::None, problems) else { return };
    for row in &rows.lines {
        let Some(day) = date(row.cell(1), &row.at, "date", problems) else { continue };
        let Some(place) = world.places.iter_mut().find(|p| p.name == row.cell(0)) else {
            if !world.places.is_empty() {
                problems.push(row.at.problem("is not a place of locations.csv").with_found(row.cell(0)));
            }
            continue;
        };
        let Some(counts) = place.counts.as_mut() else {
            problems.push(row.at.problem("is a place without counts").with_found(row.cell(0)));
            continue;
        };
        match counts.iter().position(|c| c.0 == day) {
            None => problems.push(
                row.at
                    .problem("is not a date of the counts of the camp")
                    .with_key(row.cell(0))
                    .with_found(row.cell(1))
                    .with_hint("give the date of a line of its file in source_data"),
            ),
            Some(0) => problems.push(
                row.at.problem("is the first date: there is nothing to correct").with_found(row.cell(1)),
            ),
            Some(i) if counts[i - 1].1 <= 0.0 => problems.push(
                row.at
                    .problem("follows a count of 0, from which no factor can be formed")
                    .with_key(row.cell(0))
                    .with_found(row.cell(1)),
            ),
            Some(i) => {
                let factor = counts[i].1 / counts[i - 1].1;
                counts[..i].iter_mut().for_each(|c| c.1 *= factor);
            }
        }
    }
}
