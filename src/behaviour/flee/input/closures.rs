//! `closures.csv`.

use super::rows::Header;
use super::whole;
use crate::behaviour::flee::raw::RawClosure;
use crate::error::Problem;
use std::path::Path;

pub(super) fn read(path: &Path, problems: &mut Vec<Problem>) -> Vec<RawClosure> {
    const COLUMNS: &str = "#closure_type,name1,name2,closure_start,closure_end";
    let Some(rows) = super::table(path, Header::Needed, problems) else { return Vec::new() };
    if !rows.at_least(5, COLUMNS, problems) {
        return Vec::new();
    }
    let mut closures = Vec::new();
    for row in &rows.lines {
        let from = whole(row.cell(3), &row.at, "closure_start", problems);
        let until = whole(row.cell(4), &row.at, "closure_end", problems);
        if let (Some(from), Some(until)) = (from, until) {
            closures.push(RawClosure {
                at: row.at.clone(),
                kind: row.cell(0).to_owned(),
                a: row.cell(1).to_owned(),
                b: row.cell(2).to_owned(),
                from,
                until,
            });
        }
    }
    closures
}
