//! `closures.csv`.

use super::rows::{Header, Row};
use super::whole;
use crate::findings::Findings;
use crate::raw::{RawClosure, RawPlace};
use std::path::Path;

fn reads_as_data(row: &Row) -> bool {
    row.cell(3).parse::<i64>().is_ok() && row.cell(4).parse::<i64>().is_ok()
}

pub(super) fn read(path: &Path, places: &[RawPlace], findings: &mut Findings) -> Vec<RawClosure> {
    const COLUMNS: &str = "#closure_type,name1,name2,closure_start,closure_end";
    let Some(rows) = super::table(path, Header::Named(reads_as_data), findings) else { return Vec::new() };
    if !rows.at_least(5, COLUMNS, findings) {
        return Vec::new();
    }
    let mut closures = Vec::new();
    for row in &rows.lines {
        let from = whole(row.cell(3), &row.at, "closure_start", findings);
        let until = whole(row.cell(4), &row.at, "closure_end", findings);
        let (Some(from), Some(until)) = (from, until) else { continue };
        let (kind, a) = (row.cell(0).to_owned(), row.cell(1).to_owned());
        let mut b = if row.cell(2) == "-" { "" } else { row.cell(2) };
        // Public folders often give the country of the place itself; FLEE never reads it.
        if kind == "location"
            && !places.iter().any(|p| p.name == b)
            && places.iter().any(|p| p.name == a && p.country == b)
        {
            findings
                .note(&row.at, format!("{b} is the country of {a}: the closure is that of all roads of {a}"));
            b = "";
        }
        closures.push(RawClosure { at: row.at.clone(), kind, a, b: b.to_owned(), from, until });
    }
    closures
}
