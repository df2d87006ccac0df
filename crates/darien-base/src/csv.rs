//! Tables as CSV (RFC 4180, UTF-8, `\n` line ends), safe to open in a spreadsheet.
//!
//! Numbers are written in the shortest form that reads back to the same value; a missing number is an empty cell.
//! Text that a spreadsheet would run as a formula gets an apostrophe in front.

use crate::error::{Error, Result};
use crate::table::{Table, Values};
use std::borrow::Cow;
use std::io::Write;

/// Neutralises text that a spreadsheet would take for a formula: a leading `=`, `+`, `-`, `@` (or its full-width
/// twin) or control sign gets an apostrophe in front. Plain numbers are left alone, for they are no formulas.
///
/// Follows the advice of OWASP, "CSV Injection".
pub fn neutralised(cell: &str) -> Cow<'_, str> {
    let risky = cell.chars().next().is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
            || c.is_control()
    });
    if risky && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A cell as it stands in a row that is written by hand: neutralised, and quoted where it must be.
pub fn cell(text: &str) -> Cow<'_, str> {
    let cell = neutralised(text);
    if cell.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        cell
    }
}

/// Writes a table, header first.
///
/// # Errors
/// Whatever `out` answers; an `InvalidData` error if the columns differ in length.
pub fn write(table: &Table, out: &mut dyn Write) -> std::io::Result<()> {
    write_part(table, true, out)
}

/// Writes a table that may be the continuation of another with the same columns: then it has no header.
///
/// # Errors
/// As [`write()`].
pub fn write_part(table: &Table, header: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let rows = table.rows();
    if let Some(odd) = table.columns.iter().find(|c| c.values.len() != rows) {
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            format!(
                "table `{}`: column `{}` has {} rows, not {rows}",
                table.name,
                odd.name,
                odd.values.len()
            ),
        ));
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    if header {
        writer.write_record(table.columns.iter().map(|c| neutralised(&c.name).into_owned().into_bytes()))?;
    }
    let mut number = String::new();
    for row in 0..rows {
        for column in &table.columns {
            match &column.values {
                Values::Text(v) => writer.write_field(neutralised(&v[row]).as_bytes())?,
                Values::Int(v) => writer.write_field(shown(&mut number, v[row]))?,
                Values::Float(v) if v[row].is_nan() => writer.write_field("")?,
                Values::Float(v) => writer.write_field(shown(&mut number, v[row]))?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn shown(buffer: &mut String, value: impl std::fmt::Display) -> &str {
    use std::fmt::Write as _;
    buffer.clear();
    let _ = write!(buffer, "{value}");
    buffer
}

/// A table as CSV bytes.
///
/// # Errors
/// [`Error::Unexpected`] if the columns differ in length.
pub fn bytes(table: &Table) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(table, &mut out).map_err(|e| Error::Unexpected(e.to_string()))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_shortest_and_missing_is_empty() {
        let t = Table::new(
            "t",
            vec![
                Column::float("x", "", "", vec![0.1, f64::NAN, -2.0, 1e21]),
                Column::int("n", "", "", vec![-1, 0, 1, i64::MAX]),
                Column::text("s", "", vec!["a,b".into(), "q\"q".into(), String::new(), "two\nlines".into()]),
            ],
        );
        assert_eq!(
            String::from_utf8(bytes(&t).unwrap()).unwrap(),
            "x,n,s\n0.1,-1,\"a,b\"\n,0,\"q\"\"q\"\n-2,1,\n1000000000000000000000,9223372036854775807,\"two\nlines\"\n"
        );
    }

    #[test]
    fn formulas_are_neutralised_and_numbers_are_not() {
        for bad in
            ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\u{ff1d}1", "-", "-inf"]
        {
            assert_eq!(neutralised(bad), format!("'{bad}"));
        }
        for good in ["-5", "+3.5", "1e-3", "abc", "", "a=b", "ñ"] {
            assert_eq!(neutralised(good), good);
        }
    }

    #[test]
    fn a_cell_by_hand_is_the_cell_of_the_writer() {
        for text in ["a", "a,b", "a\"b", "a\nb", "a\rb", "=1", "", "a=b", " a "] {
            let t = Table::new(
                "t",
                vec![Column::text("s", "", vec![text.into()]), Column::int("n", "", "", vec![1])],
            );
            assert_eq!(String::from_utf8(bytes(&t).unwrap()).unwrap(), format!("s,n\n{},1\n", cell(text)));
        }
    }

    #[test]
    fn ragged_tables_are_refused() {
        let t = Table {
            name: "t".into(),
            columns: vec![Column::int("a", "", "", vec![1]), Column::int("b", "", "", vec![])],
        };
        assert!(bytes(&t).unwrap_err().to_string().contains("column `b` has 0 rows"));
    }

    proptest! {
        #[test]
        fn floats_read_back_to_the_same_bits(v in prop::collection::vec(any::<f64>(), 1..20)) {
            let t = Table::new("t", vec![
                Column::float("x", "", "", v.clone()),
                Column::int("i", "", "", vec![0; v.len()]),
            ]);
            let text = bytes(&t).unwrap();
            let mut reader = csv::Reader::from_reader(text.as_slice());
            for (record, want) in reader.records().zip(&v) {
                let cell = record.unwrap()[0].to_owned();
                if want.is_nan() { prop_assert!(cell.is_empty()) }
                else { prop_assert_eq!(cell.parse::<f64>().unwrap().to_bits(), want.to_bits()) }
            }
        }
    }
}
