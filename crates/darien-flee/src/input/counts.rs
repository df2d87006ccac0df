//! `source_data/` and `registration_corrections.csv`: how many people were registered where, by date.

use super::rows::{Header, Row};
use super::{date, number};
use crate::error::Problem;
use crate::findings::{Findings, some_of};
use crate::kind::Kind;
use crate::place_in::At;
use crate::quirks::Quirks;
use crate::raw::{Counts, RawWorld};
use crate::settings::nearest;
use chrono::NaiveDate;
use std::path::Path;
use std::sync::Arc;

/// What becomes of dates that are out of order or given twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disorder {
    /// They are a problem.
    Refused,
    /// The file is read as it stands, with a note.
    Noted,
}

pub(super) fn read(
    source: &Path,
    corrections: &Path,
    world: &mut RawWorld,
    quirks: Quirks,
    findings: &mut Findings,
) {
    let layout_path = source.join("data_layout.csv");
    let Some(layout) = super::table(&layout_path, Header::None, findings) else { return };
    let mut strangers = Vec::new();
    for (i, row) in layout.lines.iter().enumerate() {
        if !in_place(i, row, world, findings) {
            continue;
        }
        let unread = i == 0 && world.settings.sum_from_camps;
        let disorder = if quirks.dates_as_they_stand || unread { Disorder::Noted } else { Disorder::Refused };
        let mut counts: Option<Counts> = None;
        for file in row.cells()[1..].iter().filter(|f| !f.is_empty()) {
            let more = read_counts(&source.join(file), disorder, findings);
            counts = Some(counts.map_or(more.clone(), |sum| add(&sum, &more, quirks)));
        }
        let Some(counts) = counts else {
            findings.refuse(row.at.problem("names no file").with_key(row.cell(0)));
            continue;
        };
        if i == 0 {
            world.total = counts;
        } else if let Some(place) = world.places.iter_mut().find(|p| p.name == row.cell(0)) {
            if place.counts.is_some() {
                findings.refuse(row.at.problem("stands twice").with_key(row.cell(0)));
            }
            place.counts = Some(counts);
        } else if !world.places.is_empty() {
            strangers.push(match nearest(row.cell(0), world.places.iter().map(|p| p.name.as_str())) {
                Some(near) => format!("{} (did you mean {near}?)", row.cell(0)),
                None => row.cell(0).to_owned(),
            });
            world.elsewhere.push((row.cell(0).to_owned(), counts));
        }
    }
    let layout_at = At::new(&layout.file, layout.lines.last().map_or(1, |row| row.at.line));
    tell_of_others(&layout.file, &strangers, world, quirks, findings);
    for place in &world.places {
        if Kind::parse(&place.kind).is_some_and(Kind::is_camp) && place.counts.is_none() {
            let like = nearest(&place.name, world.elsewhere.iter().map(|e| e.0.as_str()));
            findings.refuse(layout_at.problem("has no row for a camp").with_key(&place.name).with_hint(
                match like {
                    Some(like) => format!("is {like} meant? write {}", place.name),
                    None => format!("add below it {},FILE with the people registered there", place.name),
                },
            ));
        }
    }
    if corrections.is_file() {
        correct(corrections, world, findings);
    }
}

/// Whether a row of the layout stands where its name says: the first is that of the totals, no other is.
fn in_place(i: usize, row: &Row, world: &RawWorld, findings: &mut Findings) -> bool {
    let name = row.cell(0);
    let total = name.eq_ignore_ascii_case("total");
    let taken = i == 0 && world.settings.sum_from_camps && world.places.iter().all(|p| p.name != name);
    if (i == 0) != total && !taken {
        findings.refuse(
            row.at
                .problem("is out of place: the first row, and only it, must be that of the totals")
                .with_found(name)
                .with_allowed("total,refugees.csv"),
        );
        return false;
    }
    if i == 0 && name != "total" {
        findings.note(&row.at, format!("the first row is that of the totals, though it is named {name}"));
    }
    true
}

/// Says whose people count although no camp has them, and whose do not.
fn tell_of_others(
    file: &Arc<str>,
    strangers: &[String],
    world: &RawWorld,
    quirks: Quirks,
    findings: &mut Findings,
) {
    let file = At::new(file, 0);
    if !strangers.is_empty() {
        let what = if quirks.elsewhere_counts { "start all the same" } else { "are left out" };
        let names = some_of(strangers);
        findings.note(&file, format!("people of places that locations.csv lacks {what}: {names}"));
    }
    let is_camp = |kind: &str| Kind::parse(kind).is_some_and(Kind::is_camp);
    let towns: Vec<&str> = world
        .places
        .iter()
        .filter(|p| p.counts.is_some() && !is_camp(&p.kind))
        .map(|p| p.name.as_str())
        .collect();
    if !towns.is_empty() && !world.settings.driven_by_flood() {
        let names = some_of(&towns);
        findings.note(&file, format!("people of places that are no camps start too, unscored: {names}"));
    }
}

/// Reads a file of dates and counts.
fn read_counts(path: &Path, disorder: Disorder, findings: &mut Findings) -> Counts {
    let Some(rows) = super::table(path, Header::None, findings) else { return Vec::new() };
    let mut counts: Counts = Vec::new();
    let before = findings.problems.len();
    let (mut empty, mut unordered): (Vec<&Row>, Vec<&Row>) = (Vec::new(), Vec::new());
    for (i, row) in rows.lines.iter().enumerate() {
        if i == 0 && ["Date", "DateTime"].contains(&row.cell(0)) {
            continue;
        }
        if row.cell(1).is_empty() {
            empty.push(row);
            continue;
        }
        let (Some(day), Some(count)) =
            (date(row.cell(0), &row.at, "date", findings), number(row.cell(1), &row.at, "count", findings))
        else {
            continue;
        };
        if count < 0.0 {
            findings.refuse(row.at.problem("is negative").with_key("count").with_found(row.cell(1)));
            continue;
        }
        if counts.last().is_some_and(|l| l.0 >= day) {
            unordered.push(row);
            if disorder == Disorder::Refused {
                findings.refuse(row.at.problem("is not after the date before it").with_found(row.cell(0)));
                continue;
            }
        }
        counts.push((day, count));
    }
    if let Some(first) = empty.first() {
        findings.note(&first.at, format!("rows without a count are passed over ({} of them)", empty.len()));
    }
    if let (Some(first), Disorder::Noted) = (unordered.first(), disorder) {
        let n = unordered.len();
        findings.note(&first.at, format!("dates out of order or given twice are read as they stand ({n})"));
    }
    if counts.is_empty() && findings.problems.len() == before {
        let problem = Problem::new(&*rows.file, "holds no count").at(1, 1);
        findings.refuse(problem.with_allowed("lines of YYYY-MM-DD,count"));
    }
    counts
}

/// The value of a series on a date: linear between the entries, constant outside. Where dates are out of order, as
/// FLEE reads them: between the first entry that is later than the date and the one that stands before it.
/// `from` is where the search begins: an entry before which none is later than the date.
pub(crate) fn value_on(counts: &Counts, day: NaiveDate, from: &mut usize) -> f64 {
    while counts.get(*from).is_some_and(|c| c.0 <= day) {
        *from += 1;
    }
    match (from.checked_sub(1).and_then(|i| counts.get(i)), counts.get(*from)) {
        (None, None) => 0.0,
        (None, Some(first)) => first.1,
        (Some(last), None) => last.1,
        (Some(p), Some(q)) => {
            p.1 + (q.1 - p.1) * ((day - p.0).num_days() as f64 / (q.0 - p.0).num_days() as f64)
        }
    }
}

/// The sum of two series.
fn add(a: &Counts, b: &Counts, quirks: Quirks) -> Counts {
    if quirks.files_not_interpolated {
        return add_as_flee(a, b);
    }
    let mut dates: Vec<NaiveDate> = a.iter().chain(b).map(|c| c.0).collect();
    dates.sort_unstable();
    dates.dedup();
    let (mut in_a, mut in_b) = (0, 0);
    dates.into_iter().map(|d| (d, value_on(a, d, &mut in_a) + value_on(b, d, &mut in_b))).collect()
}

/// The sum as FLEE forms it: at the dates of `a` with the last value of `b`, at the other dates of `b` with the next
/// value of `a`; what `a` holds after the last date of `b` is left out, and once `a` has ended its last date
/// stands for each further one of `b`.
fn add_as_flee(a: &Counts, b: &Counts) -> Counts {
    let mut sum = Counts::new();
    let Some(end) = a.len().checked_sub(1) else { return b.clone() };
    let (mut next, mut last) = (0, 0.0);
    for &(day, count) in b {
        while a[next].0 < day {
            sum.push((a[next].0, a[next].1 + last));
            if next == end {
                break;
            }
            next += 1;
        }
        if day <= a[next].0 {
            sum.push((day, count + a[next].1));
            last = count;
            next += usize::from(day == a[next].0 && next < end);
        }
    }
    sum
}

/// Lifts (or lowers) the counts before a date to the level that a recount of that date showed.
fn correct(path: &Path, world: &mut RawWorld, findings: &mut Findings) {
    let Some(rows) = super::table(path, Header::None, findings) else { return };
    for row in &rows.lines {
        let Some(day) = date(row.cell(1), &row.at, "date", findings) else { continue };
        if day < world.from {
            findings.note(&row.at, "a correction from before the start is passed over");
            continue;
        }
        let Some(place) = world.places.iter_mut().find(|p| p.name == row.cell(0)) else {
            if !world.places.is_empty() {
                findings.refuse(row.at.problem("is not a place of locations.csv").with_found(row.cell(0)));
            }
            continue;
        };
        let Some(counts) = place.counts.as_mut() else {
            findings.refuse(row.at.problem("is a place without counts").with_found(row.cell(0)));
            continue;
        };
        let entries: Vec<usize> = (0..counts.len()).filter(|i| counts[*i].0 == day).collect();
        if entries.is_empty() {
            findings.refuse(
                row.at
                    .problem("is not a date of the counts of the camp")
                    .with_key(row.cell(0))
                    .with_found(row.cell(1))
                    .with_hint("give the date of a line of its file in source_data"),
            );
        }
        for i in entries {
            if i == 0 {
                let problem = row.at.problem("is the first date: there is nothing to correct");
                findings.refuse(problem.with_found(row.cell(1)));
            } else if counts[i - 1].1 <= 0.0 {
                findings.refuse(
                    row.at
                        .problem("follows a count of 0, from which no factor can be formed")
                        .with_key(row.cell(0))
                        .with_found(row.cell(1)),
                );
            } else {
                let factor = counts[i].1 / counts[i - 1].1;
                counts[..i].iter_mut().for_each(|c| c.1 *= factor);
            }
        }
    }
}
