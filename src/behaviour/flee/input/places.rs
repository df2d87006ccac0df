//! `locations.csv` and `routes.csv`.

use super::rows::Header;
use super::{number, quote, whole};
use crate::behaviour::flee::raw::{RawLink, RawPlace};
use crate::error::Problem;
use std::path::Path;

const PLACE_COLUMNS: &str = "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap";

pub(super) fn read_places(path: &Path, problems: &mut Vec<Problem>) -> Vec<RawPlace> {
    let Some(rows) = super::table(path, Header::Needed, problems) else { return Vec::new() };
    if !rows.at_least(8, PLACE_COLUMNS, problems) {
        return Vec::new();
    }
    let mut places = Vec::new();
    for row in &rows.lines {
        let at = &row.at;
        if row.cells().len() < 6 {
            problems.push(at.problem("lacks cells").with_allowed(PLACE_COLUMNS));
            continue;
        }
        let or =
            |cell: &str, default: &str| if cell.is_empty() { default.to_owned() } else { cell.to_owned() };
        let mut coordinate = |column: usize| match row.cell(column) {
            "" => 0.0,
            cell => number(cell, at, "gps", problems).unwrap_or(0.0),
        };
        let (latitude, longitude) = (coordinate(3), coordinate(4));
        let conflict_date = match row.cell(6) {
            "" => None,
            cell => whole(cell, at, "conflict_date", problems),
        };
        if row.cell(6).is_empty() && row.cell(5).to_lowercase().contains("conflict") {
            problems.push(
                at.problem("is a conflict zone without conflict_date")
                    .with_key("conflict_date")
                    .with_found(quote(""))
                    .with_allowed("a day, counted from the start"),
            );
        }
        let people = match row.cell(7) {
            "" => 0,
            cell => match whole(cell, at, "pop/cap", problems) {
                Some(n) if n < 0 => {
                    problems.push(
                        at.problem("is negative")
                            .with_key("pop/cap")
                            .with_found(cell)
                            .with_allowed("0 or more"),
                    );
                    0
                }
                n => n.unwrap_or(0),
            },
        };
        places.push(RawPlace {
            at: at.clone(),
            name: row.cell(0).to_owned(),
            region: or(row.cell(1), "unknown"),
            country: or(row.cell(2), "unknown"),
            latitude,
            longitude,
            kind: row.cell(5).to_owned(),
            people,
            conflict_date,
            levels: None,
            attributes: rows.attributes(row, 8),
            counts: None,
        });
    }
    places
}

pub(super) fn read_links(path: &Path, problems: &mut Vec<Problem>) -> Vec<RawLink> {
    const COLUMNS: &str = "#name1,name2,distance,forced_redirection";
    let Some(rows) = super::table(path, Header::Needed, problems) else { return Vec::new() };
    if !rows.at_least(3, COLUMNS, problems) {
        return Vec::new();
    }
    let mut links = Vec::new();
    for row in &rows.lines {
        let at = &row.at;
        let km = number(row.cell(2), at, "distance", problems);
        let redirection = match row.cell(3) {
            "" | "0" => Some(0),
            "1" => Some(1),
            "2" => Some(2),
            cell => {
                problems.push(
                    at.problem("is not known")
                        .with_key("forced_redirection")
                        .with_found(quote(cell))
                        .with_allowed("0, 1, 2"),
                );
                None
            }
        };
        if let (Some(km), Some(redirection)) = (km, redirection) {
            links.push(RawLink {
                at: at.clone(),
                a: row.cell(0).to_owned(),
                b: row.cell(1).to_owned(),
                km,
                redirection,
                attributes: rows.attributes(row, 4),
            });
        }
    }
    links
}
