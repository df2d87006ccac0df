//! `sim_period.csv`: when the simulation starts and how long it lasts.

use super::rows::Header;
use crate::error::Problem;
use crate::findings::Findings;
use chrono::NaiveDate;
use std::path::Path;

/// Longest period: days are kept in 16 bits.
pub(crate) const MOST_DAYS: i64 = 60_000;

/// Start and number of days; 1 where it is not known.
pub(super) fn read(path: &Path, findings: &mut Findings) -> (Option<NaiveDate>, usize) {
    let (mut from, mut days) = (None, None);
    let Some(rows) = super::table(path, Header::None, findings) else { return (None, 1) };
    let before = findings.problems.len();
    for row in &rows.lines {
        match row.cell(0).to_lowercase().as_str() {
            "startdate" => from = super::date(row.cell(1), &row.at, "StartDate", findings),
            "length" => {
                days = super::whole(row.cell(1), &row.at, "Length", findings);
                if let Some(n) = days.filter(|n| !(1..=MOST_DAYS).contains(n)) {
                    findings.refuse(
                        row.at
                            .problem("is out of range")
                            .with_key("Length")
                            .with_found(n.to_string())
                            .with_allowed(format!("1 to {MOST_DAYS} days")),
                    );
                    days = None;
                }
            }
            _ => {
                findings.note(&row.at, format!("{} is not read: only StartDate and Length are", row.cell(0)));
            }
        }
    }
    if findings.problems.len() == before {
        for (name, missing) in [("StartDate", from.is_none()), ("Length", days.is_none())] {
            if missing {
                findings.refuse(Problem::new(&*rows.file, "lacks a line").at(1, 1).with_key(name));
            }
        }
    }
    (from, days.map_or(1, |n| n as usize))
}
