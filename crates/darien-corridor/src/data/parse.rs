//! From the embedded text to typed rows.

use super::embedded;
use crate::units::Month;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};

/// The rows of an embedded table.
///
/// # Panics
///
/// When the table is missing or does not parse: a defect of the program that its tests catch, out of reach of input.
pub(crate) fn rows<T: DeserializeOwned>(path: &str) -> Vec<T> {
    match try_rows(path) {
        Ok(rows) => rows,
        Err(fault) => panic!("embedded table data/{path}: {fault}"),
    }
}

/// The rows of an embedded table, or what is wrong with it.
pub(super) fn try_rows<T: DeserializeOwned>(path: &str) -> Result<Vec<T>, String> {
    let text = embedded::text(path).ok_or("is not embedded")?;
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| e.to_string())
}

/// A cell `YYYY-MM`.
pub(super) fn month<'de, D: Deserializer<'de>>(d: D) -> Result<Month, D::Error> {
    String::deserialize(d)?.parse().map_err(D::Error::custom)
}

/// A cell of values joined with `;`.
pub(super) fn list<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    let cell = String::deserialize(d)?;
    Ok(cell.split(';').filter(|part| !part.is_empty()).map(str::to_owned).collect())
}
