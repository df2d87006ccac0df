//! `locations.csv` and `routes.csv`.

use super::rows::{Header, Row};
use super::{number, quote, whole};
use crate::findings::Findings;
use crate::kind::Kind;
use crate::raw::{RawLink, RawPlace, UNLIMITED};
use std::path::Path;

const PLACE_COLUMNS: &str = "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap";

fn reads_as_place(row: &Row) -> bool {
    let number = |column: usize| row.cell(column).is_empty() || row.cell(column).parse::<f64>().is_ok();
    Kind::parse(row.cell(5)).is_some() && number(3) && number(4)
}

fn reads_as_road(row: &Row) -> bool {
    row.cell(2).parse::<f64>().is_ok()
}

pub(super) fn read_places(path: &Path, findings: &mut Findings) -> Vec<RawPlace> {
    let Some(rows) = super::table(path, Header::Named(reads_as_place), findings) else { return Vec::new() };
    if !rows.at_least(8, PLACE_COLUMNS, findings) {
        return Vec::new();
    }
    let mut places = Vec::new();
    for row in &rows.lines {
        let at = &row.at;
        if row.cells().len() < 6 {
            findings.refuse(at.problem("lacks cells").with_allowed(PLACE_COLUMNS));
            continue;
        }
        let or =
            |cell: &str, default: &str| if cell.is_empty() { default.to_owned() } else { cell.to_owned() };
        let mut coordinate = |column: usize| match row.cell(column) {
            "" => 0.0,
            cell => number(cell, at, "gps", findings).unwrap_or(0.0),
        };
        let (latitude, longitude) = (coordinate(3), coordinate(4));
        let kind = Kind::parse(row.cell(5));
        let zone = kind == Some(Kind::ConflictZone);
        let conflict_date = match row.cell(6) {
            "" => None,
            cell if !zone && cell.parse::<i64>().is_err() => {
                findings.note(at, format!("conflict_date {cell} is not read: it is for conflict zones"));
                None
            }
            cell => whole(cell, at, "conflict_date", findings),
        };
        if row.cell(6).is_empty() && zone {
            findings.refuse(
                at.problem("is a conflict zone without conflict_date")
                    .with_key("conflict_date")
                    .with_found(quote(""))
                    .with_allowed("a day, counted from the start"),
            );
        }
        let people = match row.cell(7) {
            "" => 0,
            cell => match whole(cell, at, "pop/cap", findings) {
                Some(UNLIMITED) if kind.is_some_and(Kind::is_camp) => UNLIMITED,
                Some(n) if n < 0 => {
                    let problem = at.problem("is negative").with_key("pop/cap").with_found(cell);
                    findings.refuse(problem.with_allowed("0 or more; for a camp also -1, no limit"));
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
            flood: None,
            attributes: rows.attributes(row, 8),
            counts: None,
        });
    }
    places
}

pub(super) fn read_links(path: &Path, findings: &mut Findings) -> Vec<RawLink> {
    const COLUMNS: &str = "#name1,name2,distance,forced_redirection";
    let Some(rows) = super::table(path, Header::Named(reads_as_road), findings) else { return Vec::new() };
    if !rows.at_least(3, COLUMNS, findings) {
        return Vec::new();
    }
    let mut links = Vec::new();
    for row in &rows.lines {
        let at = &row.at;
        let km = number(row.cell(2), at, "distance", findings);
        let redirection = match row.cell(3) {
            "" | "0" => Some(0),
            "1" => Some(1),
            "2" => Some(2),
            cell => {
                findings.refuse(
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
