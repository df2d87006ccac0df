//! Tables and values as JSON, byte-stable: keys in the order of the columns, a missing number is `null`.

use crate::error::{Error, Result};
use crate::table::{Table, Values};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

/// The rows of a table, each an object with the columns' names as keys.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a>(pub &'a Table);

struct Row<'a>(&'a Table, usize);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        let mut rows = s.serialize_seq(Some(self.0.rows()))?;
        for row in 0..self.0.rows() {
            rows.serialize_element(&Row(self.0, row))?;
        }
        rows.end()
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        let mut object = s.serialize_map(Some(self.0.columns.len()))?;
        for column in &self.0.columns {
            match &column.values {
                Values::Text(v) => object.serialize_entry(&column.name, &v.get(self.1))?,
                Values::Int(v) => object.serialize_entry(&column.name, &v.get(self.1))?,
                Values::Float(v) => object.serialize_entry(
                    &column.name,
                    &v.get(self.1).filter(|x| x.is_finite()).map(|&x| number(x)),
                )?,
            }
        }
        object.end()
    }
}

/// Whole numbers as `3`, not `3.0`.
fn number(x: f64) -> serde_json::Number {
    let whole = x as i64;
    if whole as f64 == x && whole.unsigned_abs() < 1 << 53 {
        whole.into()
    } else {
        serde_json::Number::from_f64(x).unwrap_or_else(|| 0.into())
    }
}

/// Any value as indented JSON with a line end.
///
/// # Errors
/// [`Error::Unexpected`] if the value has no JSON form.
pub fn pretty(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut out =
        serde_json::to_vec_pretty(value).map_err(|e| Error::Unexpected(format!("no JSON form: {e}")))?;
    out.push(b'\n');
    Ok(out)
}

/// Any value as JSON on one line, with a line end.
///
/// # Errors
/// [`Error::Unexpected`] if the value has no JSON form.
pub fn line(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut out = serde_json::to_vec(value).map_err(|e| Error::Unexpected(format!("no JSON form: {e}")))?;
    out.push(b'\n');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn rows_keep_the_order_of_columns_and_null_the_missing() {
        let t = Table::new(
            "t",
            vec![
                Column::text("z", "", vec!["a".into(), "b".into()]),
                Column::float("a", "", "", vec![1.0, f64::NAN]),
                Column::float("b", "", "", vec![0.5, f64::INFINITY]),
                Column::int("n", "", "", vec![-7, 8]),
            ],
        );
        assert_eq!(
            String::from_utf8(line(&Rows(&t)).unwrap()).unwrap(),
            "[{\"z\":\"a\",\"a\":1,\"b\":0.5,\"n\":-7},{\"z\":\"b\",\"a\":null,\"b\":null,\"n\":8}]\n"
        );
    }
}
