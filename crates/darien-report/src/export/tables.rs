//! Both tables of a result folder as Parquet, in pieces, so that memory does not grow with the tables.

use super::folder::{Member, ResultFolder};
use crate::error::{Error, Result};
use crate::parquet;
use crate::results::{monthly_columns, quantile_columns};
use crate::table::{Table, Values};
use std::io;

/// Rows of a piece of the quantiles; a piece of the monthly table is a run.
const PIECE: usize = 1 << 18;

/// `monthly.csv` as Parquet: the same bytes that `darien run --parquet` writes.
///
/// # Errors
///
/// As [`ResultFolder::monthly`]; [`Error::Unexpected`] if the encoder fails.
pub fn monthly_parquet(folder: &ResultFolder) -> Result<Vec<u8>> {
    let names = Names::of(folder.members());
    encoded(monthly_columns(), |rows| {
        let mut last = None;
        folder.monthly(|r| {
            if last.replace((r.member, r.run)).is_some_and(|l| l != (r.member, r.run)) {
                rows.flush()?;
            }
            rows.push(&[
                Cell::Text(names.name(r.member)),
                Cell::Int(r.run as i64),
                Cell::Text(names.month(r.member, r.month)),
                Cell::Text(r.outcome),
                Cell::Text(r.place),
                Cell::Text(r.nationality),
                Cell::Float(r.value),
            ]);
            Ok(())
        })
    })
}

/// `quantiles.csv` as Parquet: the rows that `darien run --parquet` writes.
///
/// # Errors
///
/// As [`ResultFolder::quantiles`]; [`Error::Unexpected`] if the encoder fails.
pub fn quantiles_parquet(folder: &ResultFolder) -> Result<Vec<u8>> {
    let names = Names::of(folder.members());
    encoded(quantile_columns(), |rows| {
        folder.quantiles(|r| {
            rows.push(&[
                Cell::Text(names.name(r.member)),
                Cell::Text(names.month(r.member, r.month)),
                Cell::Text(r.outcome),
                Cell::Text(r.place),
                Cell::Text(r.nationality),
                Cell::Float(r.level),
                Cell::Float(r.value),
            ]);
            if rows.table.rows() < PIECE { Ok(()) } else { rows.flush() }
        })
    })
}

/// Encodes what `fill` pushes; what goes wrong in it is returned in its own words.
fn encoded(columns: Table, fill: impl FnOnce(&mut Rows<'_>) -> Result<()>) -> Result<Vec<u8>> {
    let (mut bytes, mut failure) = (Vec::new(), None);
    let done = parquet::stream(&columns.clone(), &mut bytes, |take| {
        let mut rows = Rows { table: columns, take };
        fill(&mut rows).and_then(|()| rows.flush()).map_err(|e| {
            failure = Some(e);
            io::Error::other("a table could not be read")
        })
    });
    match done {
        Ok(()) => Ok(bytes),
        Err(e) => Err(failure.unwrap_or_else(|| Error::Unexpected(format!("a table as Parquet: {e}")))),
    }
}

/// Names of scenarios and months as they stand in the tables.
struct Names(Vec<(String, Vec<String>)>);

impl Names {
    fn of(members: &[Member]) -> Self {
        let months =
            |m: &Member| (0..m.months()).map(|i| m.from().plus(i as i32).to_string()).collect::<Vec<_>>();
        Self(members.iter().map(|m| (m.name.clone(), months(m))).collect())
    }

    fn name(&self, member: usize) -> &str {
        self.0.get(member).map_or("", |n| &n.0)
    }

    fn month(&self, member: usize, month: usize) -> &str {
        self.0.get(member).and_then(|n| n.1.get(month)).map_or("", String::as_str)
    }
}

enum Cell<'a> {
    Text(&'a str),
    Int(i64),
    Float(f64),
}

/// Rows gathered into a piece.
struct Rows<'a> {
    table: Table,
    take: &'a mut dyn FnMut(&Table) -> io::Result<()>,
}

impl Rows<'_> {
    fn push(&mut self, cells: &[Cell<'_>]) {
        for (column, cell) in self.table.columns.iter_mut().zip(cells) {
            match (&mut column.values, cell) {
                (Values::Text(v), Cell::Text(t)) => v.push((*t).to_owned()),
                (Values::Int(v), Cell::Int(i)) => v.push(*i),
                (Values::Float(v), Cell::Float(x)) => v.push(*x),
                _ => {}
            }
        }
    }

    fn flush(&mut self) -> Result<()> {
        (self.take)(&self.table)
            .map_err(|e| Error::Unexpected(format!("table `{}` as Parquet: {e}", self.table.name)))?;
        for column in &mut self.table.columns {
            match &mut column.values {
                Values::Text(v) => v.clear(),
                Values::Int(v) => v.clear(),
                Values::Float(v) => v.clear(),
            }
        }
        Ok(())
    }
}
