//! Tables for spreadsheets: a month a row, a series and statistic a column, and a list of what the columns are.

use super::folder::{Member, ResultFolder};
use crate::csv;
use crate::data;
use crate::error::Result;
use crate::registry::outcomes::{self, OUTCOMES};
use crate::table::{Column, Table};
use std::collections::BTreeMap;

/// The byte-order mark by which spreadsheets know UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Statistics over the runs: name, quantile level, meaning.
const STATISTICS: [(&str, f64, &str); 3] = [
    ("median", 0.5, "half of the runs are below"),
    ("p10", 0.1, "one run in ten is below"),
    ("p90", 0.9, "one run in ten is above"),
];

/// Position of the outcome in the list of outcomes, then outcome, place and nationality.
type Key = (usize, String, String, String);

/// A median, low and high value for each scenario and month.
type Cells = [Vec<Vec<f64>>; 3];

/// The files: `totals.csv`, `nationalities.csv` and `columns.csv`, with their bytes.
///
/// Months are written as their first day, which spreadsheets take for a date. Text that a spreadsheet would run as a
/// formula is neutralised as in every table ([`csv::neutralised`]).
///
/// # Errors
///
/// As [`ResultFolder::quantiles`].
pub fn spreadsheets(folder: &ResultFolder) -> Result<Vec<(String, Vec<u8>)>> {
    let members = folder.members();
    let mut series: BTreeMap<Key, Cells> = BTreeMap::new();
    let zeros = || members.iter().map(|m| vec![0.0; m.months()]).collect::<Vec<_>>();
    folder.quantiles(|r| {
        if let Some(at) = STATISTICS.iter().position(|s| s.1 == r.level) {
            let rank = OUTCOMES.iter().position(|o| o.name == r.outcome).unwrap_or(OUTCOMES.len());
            let key = (rank, r.outcome.to_owned(), r.place.to_owned(), r.nationality.to_owned());
            series.entry(key).or_insert_with(|| std::array::from_fn(|_| zeros()))[at][r.member][r.month] =
                r.value;
        }
        Ok(())
    })?;
    let mut dictionary = Dictionary::default();
    let mut files = Vec::new();
    for (name, totals) in [("totals", true), ("nationalities", false)] {
        let mut columns = leading(members);
        for c in &columns {
            dictionary.push(name, c, ["", "", "", ""]);
        }
        for (key, cells) in series.iter().filter(|(k, _)| (k.3 == "ALL") == totals) {
            for column in columns_of(members, key, cells) {
                let statistic = column.name.rsplit(' ').next().unwrap_or_default().to_owned();
                dictionary.push(name, &column, [&key.1, &key.2, &key.3, &statistic]);
                columns.push(column);
            }
        }
        files.push((format!("{name}.csv"), marked(&Table::new(name, columns))?));
    }
    files.push(("columns.csv".into(), marked(&dictionary.table())?));
    Ok(files)
}

fn marked(table: &Table) -> Result<Vec<u8>> {
    let mut bytes = BOM.to_vec();
    csv::write(table, &mut bytes).map_err(|e| crate::error::Error::Unexpected(e.to_string()))?;
    Ok(bytes)
}

fn leading(members: &[Member]) -> Vec<Column> {
    let rows = || members.iter().flat_map(|m| (0..m.months()).map(move |i| (m, m.from().plus(i as i32))));
    vec![
        Column::text(
            "scenario",
            "Scenario: the stem of its file.",
            rows().map(|(m, _)| m.name.clone()).collect(),
        ),
        Column::text(
            "month",
            "First day of the calendar month.",
            rows().map(|(_, month)| month.first_day().to_string()).collect(),
        ),
    ]
}

fn columns_of(members: &[Member], (_, outcome, place, nationality): &Key, cells: &Cells) -> Vec<Column> {
    let unit = outcomes::find(outcome).map_or("", |o| o.unit);
    let meaning = outcomes::find(outcome).map_or("", |o| o.en);
    let column = |statistic: &str, words: &str, values: Vec<f64>| {
        let name = format!("{outcome}@{place} {nationality} {statistic}");
        Column::float(&name, unit, &format!("{meaning} {words}"), values)
    };
    let mut columns: Vec<Column> = STATISTICS
        .iter()
        .zip(cells)
        .map(|((name, _, words), by_member)| {
            column(name, &format!("Over the runs: {words}."), by_member.iter().flatten().copied().collect())
        })
        .collect();
    let observed = data::entries().series(nationality).filter(|_| outcome == "entries_recorded");
    if let Some(observed) = observed {
        let months = members.iter().flat_map(|m| (0..m.months()).map(|i| m.from().plus(i as i32)));
        let values = months.map(|month| observed.get(month).unwrap_or(f64::NAN)).collect();
        columns.push(column("observed", "As Panama recorded them; empty where not known.", values));
    }
    columns
}

/// What the columns are, a row a column.
#[derive(Default)]
struct Dictionary([Vec<String>; 8]);

impl Dictionary {
    fn push(&mut self, table: &str, column: &Column, [outcome, place, nationality, statistic]: [&str; 4]) {
        let cells = [
            &format!("{table}.csv"),
            &*column.name,
            &*column.unit,
            outcome,
            place,
            nationality,
            statistic,
            &*column.meaning,
        ];
        for (values, cell) in self.0.iter_mut().zip(cells) {
            values.push(cell.to_owned());
        }
    }

    fn table(self) -> Table {
        let names = ["file", "column", "unit", "outcome", "place", "nationality", "statistic", "meaning"];
        let columns = names.iter().zip(self.0).map(|(n, v)| Column::text(n, "", v)).collect();
        Table::new("columns", columns)
    }
}
