//! Tables as Parquet: optional UTF8, INT64 and DOUBLE columns, Snappy pages, no Arrow schema.
//!
//! The same table gives the same bytes on every machine. A missing number (NaN) is a null.

use crate::error::{Error, Result};
use crate::table::{Table, Values};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Rows in a row group: large enough to compress, small enough to hold.
const GROUP: usize = 1 << 20;

/// A table as the bytes of a Parquet file.
///
/// # Errors
/// [`Error::Unexpected`] if the columns differ in length or two share a name.
pub fn bytes(table: &Table) -> Result<Vec<u8>> {
    if let Some(odd) = table.columns.iter().find(|c| c.values.len() != table.rows()) {
        return Err(Error::Unexpected(format!(
            "table `{}`: column `{}` has {} rows, not {}",
            table.name,
            odd.name,
            odd.values.len(),
            table.rows()
        )));
    }
    encode(table).map_err(|e| Error::Unexpected(format!("table `{}` as Parquet: {e}", table.name)))
}

fn encode(table: &Table) -> Result<Vec<u8>, ParquetError> {
    let mut writer = open(table, Vec::new())?;
    groups(&mut writer, table)?;
    writer.into_inner()
}

/// Writes a table that comes in pieces, a row group or more for each, so that memory holds one piece: `pieces` is given
/// the function that takes them. `columns` says what the columns are; its rows are not written.
///
/// # Errors
/// Whatever `out` or `pieces` answer; an `InvalidData` error if a piece has other columns.
pub fn stream(
    columns: &Table,
    out: &mut dyn Write,
    pieces: impl FnOnce(&mut dyn FnMut(&Table) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<()> {
    let invalid = |e: ParquetError| io::Error::new(io::ErrorKind::InvalidData, e.to_string());
    let written = Held::default();
    let mut writer = open(columns, written.clone()).map_err(invalid)?;
    pieces(&mut |piece| {
        groups(&mut writer, piece).map_err(invalid)?;
        out.write_all(&written.take())
    })?;
    writer.close().map_err(invalid)?;
    out.write_all(&written.take())
}

/// What a writer has written so far, to be taken away by its owner: the library wants a sink that can be sent to other
/// threads, which a borrowed one cannot.
#[derive(Debug, Clone, Default)]
struct Held(Arc<Mutex<Vec<u8>>>);

impl Held {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn open<W: Write + Send>(table: &Table, out: W) -> Result<SerializedFileWriter<W>, ParquetError> {
    let mut fields = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let (physical, logical) = match column.values {
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Int(_) => (Physical::INT64, None),
            Values::Float(_) => (Physical::DOUBLE, None),
        };
        let field = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()?;
        fields.push(Arc::new(field));
    }
    let schema = Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?);
    let meanings = table
        .columns
        .iter()
        .map(|c| KeyValue::new(format!("column:{}", c.name), format!("{} [{}]", c.meaning, c.unit)))
        .collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("darien".to_owned())
        .set_key_value_metadata(Some(meanings))
        .build();
    SerializedFileWriter::new(out, schema, Arc::new(properties))
}

fn groups<W: Write + Send>(writer: &mut SerializedFileWriter<W>, table: &Table) -> Result<(), ParquetError> {
    let mut start = 0;
    while start < table.rows() {
        let rows = start..(start + GROUP).min(table.rows());
        let mut group = writer.next_row_group()?;
        for column in &table.columns {
            append(&mut group, &column.values, rows.clone())?;
        }
        group.close()?;
        start = rows.end;
    }
    Ok(())
}

fn append<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &Values,
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("one column too many".to_owned()))?;
    let all = vec![1_i16; rows.len()];
    match values {
        Values::Text(v) => {
            let v: Vec<ByteArray> = v[rows].iter().map(|s| ByteArray::from(s.as_str())).collect();
            column.typed::<ByteArrayType>().write_batch(&v, Some(&all), None)?;
        }
        Values::Int(v) => {
            column.typed::<Int64Type>().write_batch(&v[rows], Some(&all), None)?;
        }
        Values::Float(v) => {
            let levels: Vec<i16> = v[rows.clone()].iter().map(|x| i16::from(!x.is_nan())).collect();
            let v: Vec<f64> = v[rows].iter().copied().filter(|x| !x.is_nan()).collect();
            column.typed::<DoubleType>().write_batch(&v, Some(&levels), None)?;
        }
    }
    column.close()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    #[test]
    fn a_table_reads_back_with_its_nulls() {
        let t = Table::new(
            "t",
            vec![
                Column::text("s", "A label.", vec!["ñ".into(), String::new()]),
                Column::int("n", "persons", "A count.", vec![-1, i64::MAX]),
                Column::float("x", "", "", vec![0.1, f64::NAN]),
            ],
        );
        let data = bytes(&t).unwrap();
        assert_eq!(data, bytes(&t).unwrap());
        let reader = SerializedFileReader::new(readable(&data)).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows[0].get_string(0).unwrap(), "ñ");
        assert_eq!(rows[1].get_string(0).unwrap(), "");
        assert_eq!(rows[1].get_long(1).unwrap(), i64::MAX);
        assert_eq!(rows[0].get_double(2).unwrap(), 0.1);
        assert!(rows[1].get_double(2).is_err()); // null
    }

    #[test]
    fn a_table_in_pieces_reads_back_whole() {
        let piece = |from: i64| Table::new("t", vec![Column::int("n", "", "", vec![from, from + 1])]);
        let mut data = Vec::new();
        stream(&piece(0), &mut data, |take| (0..3).try_for_each(|i| take(&piece(2 * i)))).unwrap();
        let reader = SerializedFileReader::new(readable(&data)).unwrap();
        let rows: Vec<i64> =
            reader.get_row_iter(None).unwrap().map(|r| r.unwrap().get_long(0).unwrap()).collect();
        assert_eq!(rows, [0, 1, 2, 3, 4, 5]);
    }

    /// The reader wants a file or `Bytes`; a temporary file spares a dependency.
    fn readable(data: &[u8]) -> std::fs::File {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(data).unwrap();
        file
    }

    #[test]
    fn empty_and_ragged_tables() {
        let empty = Table::new("t", vec![Column::int("n", "", "", vec![])]);
        assert!(bytes(&empty).unwrap().ends_with(b"PAR1"));
        let ragged = Table {
            name: "t".into(),
            columns: vec![Column::int("a", "", "", vec![1]), Column::int("b", "", "", vec![])],
        };
        assert!(bytes(&ragged).is_err());
    }
}
