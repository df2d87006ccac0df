//! Parquet in, column by column: text, numbers, dates and timestamps become labels; values become numbers.

use super::columns::is_serial;
use super::faults::{Faults, quoted};
use super::parquet_types::{Meaning, decimal_number, decimal_text, instant, unscaled};
use super::raw::{
    Labels, MAX_FILE_BYTES, RawColumn, RawTable, check_names, too_large, too_many, too_many_rows,
};
use chrono::{Days, NaiveDate};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use std::panic::AssertUnwindSafe;
use std::path::Path;

/// Most bytes that the columns may have when they are unpacked: four times the largest file.
const MAX_UNPACKED: u64 = 4 * MAX_FILE_BYTES;

pub(super) fn read(path: &Path, numbers: &[&str], faults: &mut Faults) -> Option<RawTable> {
    // The decoder indexes past the end of some damaged pages; a bad file must stay a sentence, whatever its bytes.
    let decoded = std::panic::catch_unwind(AssertUnwindSafe(|| read_columns(path, numbers, faults)));
    let reason = match decoded {
        Ok(Ok(table)) => return table,
        Ok(Err(e)) => e.to_string(),
        Err(_) => "a page is damaged".to_string(),
    };
    let unknown = ["LZO", "Disabled feature"].iter().any(|w| reason.contains(w));
    let hint = if unknown {
        "write it again with another compression: none, snappy, gzip, zstd, lz4 or brotli"
    } else {
        "write it again"
    };
    let problem = faults.problem(format!("is not a whole, readable Parquet file: {reason}"));
    faults.push(problem.with_hint(hint));
    None
}

fn read_columns(path: &Path, numbers: &[&str], faults: &mut Faults) -> ParquetResult<Option<RawTable>> {
    let reader = SerializedFileReader::new(darien_base::input::open(path)?)?;
    let metadata = reader.metadata();
    let rows = usize::try_from(metadata.file_metadata().num_rows()).unwrap_or(usize::MAX);
    let columns = metadata.file_metadata().schema_descr().num_columns();
    if too_many(rows, columns) {
        faults.push(too_many_rows(columns, faults).with_found(rows.to_string()));
        return Ok(None);
    }
    let unpacked: u64 =
        metadata.row_groups().iter().map(|g| u64::try_from(g.total_byte_size()).unwrap_or(0)).sum();
    if unpacked > MAX_UNPACKED {
        faults.push(too_large(faults, unpacked, "is too large when it is unpacked"));
        return Ok(None);
    }
    let schema = metadata.file_metadata().schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
    if !check_names(&names, faults) {
        return Ok(None);
    }
    let number = numbers.iter().find(|n| names.iter().any(|name| name == *n)).copied();
    let mut columns: Vec<(String, RawColumn)> = Vec::new();
    for (i, (descriptor, name)) in schema.columns().iter().zip(names).enumerate() {
        if descriptor.max_rep_level() > 0 || descriptor.max_def_level() > 1 {
            faults.push(
                faults
                    .problem("is a nested column")
                    .with_key(name)
                    .with_allowed("plain columns: text, numbers, dates"),
            );
            continue;
        }
        if is_serial(&name) {
            columns.push((name, RawColumn::unread(rows)));
            continue;
        }
        let meaning = Meaning::of(descriptor);
        let mut column = RawColumn::new(Some(name.as_str()) == number);
        let mut readable = true;
        for group in 0..metadata.num_row_groups() {
            let chunk = reader.get_row_group(group)?.get_column_reader(i)?;
            readable = append(chunk, descriptor, &meaning, &mut column)?;
            if !readable {
                break;
            }
            if column.len() > rows {
                return Err(ParquetError::General(format!("column `{name}` has more than its {rows} rows")));
            }
        }
        if !readable {
            faults.push(
                faults
                    .problem("the column is of a type that is not read")
                    .with_key(name)
                    .with_found(meaning.name(descriptor))
                    .with_allowed("numbers for values; text, whole numbers, decimals or dates for labels"),
            );
            continue;
        }
        if column.len() != rows {
            return Err(ParquetError::General(format!(
                "column `{name}` has {} of {rows} rows",
                column.len()
            )));
        }
        columns.push((name, column));
    }
    let table = RawTable { columns, lines: Vec::new() };
    if let Some((name, values)) = table.values() {
        for (row, value) in values.iter().enumerate().filter(|(_, v)| v.is_infinite()) {
            faults.push_with(|f| {
                let problem = f.problem("is not a finite number").with_key(name);
                table.at(row, problem.with_found(quoted(&value.to_string())))
            });
        }
    }
    Ok(Some(table))
}

/// Appends a chunk to a column; `false` if its type is not for this kind of column.
fn append(
    chunk: ColumnReader,
    descriptor: &ColumnDescriptor,
    meaning: &Meaning,
    column: &mut RawColumn,
) -> ParquetResult<bool> {
    let nullable = descriptor.max_def_level() > 0;
    match column {
        RawColumn::Numbers(values) => numbers(chunk, nullable, meaning, values),
        RawColumn::Labels(labels) => texts(chunk, nullable, meaning, labels),
    }
}

fn numbers(
    chunk: ColumnReader,
    nullable: bool,
    meaning: &Meaning,
    values: &mut Vec<f64>,
) -> ParquetResult<bool> {
    let mut push = |v: Option<f64>| values.push(v.unwrap_or(f64::NAN));
    match (chunk, meaning) {
        (ColumnReader::DoubleColumnReader(r), Meaning::Plain) => each(r, nullable, |v| push(v.copied()))?,
        (ColumnReader::FloatColumnReader(r), Meaning::Plain) => {
            each(r, nullable, |v| push(v.map(|v| f64::from(*v))))?;
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Plain) => {
            each(r, nullable, |v| push(v.map(|v| f64::from(*v))))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Plain) => {
            each(r, nullable, |v| push(v.map(|v| *v as f64)))?;
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Unsigned) => {
            each(r, nullable, |v| push(v.map(|v| f64::from(v.cast_unsigned()))))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Unsigned) => {
            each(r, nullable, |v| push(v.map(|v| v.cast_unsigned() as f64)))?;
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Decimal(scale)) => {
            each(r, nullable, |v| push(v.map(|v| decimal_number(i128::from(*v), *scale))))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Decimal(scale)) => {
            each(r, nullable, |v| push(v.map(|v| decimal_number(i128::from(*v), *scale))))?;
        }
        (ColumnReader::FixedLenByteArrayColumnReader(r), Meaning::Decimal(scale)) => {
            each(r, nullable, |v| push(v.map(|v| bytes_number(v.data(), *scale))))?;
        }
        (ColumnReader::ByteArrayColumnReader(r), Meaning::Decimal(scale)) => {
            each(r, nullable, |v| push(v.map(|v| bytes_number(v.data(), *scale))))?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// A decimal stored as bytes; infinite where it has more digits than fit.
fn bytes_number(bytes: &[u8], scale: u32) -> f64 {
    unscaled(bytes).map_or(f64::INFINITY, |v| decimal_number(v, scale))
}

fn texts(chunk: ColumnReader, nullable: bool, meaning: &Meaning, labels: &mut Labels) -> ParquetResult<bool> {
    match (chunk, meaning) {
        (ColumnReader::ByteArrayColumnReader(r), Meaning::Plain) => {
            let mut text = true;
            each(r, nullable, |v| {
                let utf8 = v.map(|v| std::str::from_utf8(v.data()));
                text &= !matches!(utf8, Some(Err(_)));
                labels.push(utf8.and_then(Result::ok).map(str::trim));
            })?;
            return Ok(text);
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Plain) => {
            label(r, nullable, labels, |v| Some(v.to_string()))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Plain) => {
            label(r, nullable, labels, |v| Some(v.to_string()))?;
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Unsigned) => {
            label(r, nullable, labels, |v| Some(v.cast_unsigned().to_string()))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Unsigned) => {
            label(r, nullable, labels, |v| Some(v.cast_unsigned().to_string()))?;
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Decimal(scale)) => {
            label(r, nullable, labels, |v| Some(decimal_text(i128::from(*v), *scale)))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Decimal(scale)) => {
            label(r, nullable, labels, |v| Some(decimal_text(i128::from(*v), *scale)))?;
        }
        (ColumnReader::FixedLenByteArrayColumnReader(r), Meaning::Decimal(scale)) => {
            label(r, nullable, labels, |v| Some(decimal_text(unscaled(v.data())?, *scale)))?;
        }
        (ColumnReader::ByteArrayColumnReader(r), Meaning::Decimal(scale)) => {
            label(r, nullable, labels, |v| Some(decimal_text(unscaled(v.data())?, *scale)))?;
        }
        (ColumnReader::Int32ColumnReader(r), Meaning::Date) => {
            label(r, nullable, labels, |v| day(i64::from(*v)))?;
        }
        (ColumnReader::Int64ColumnReader(r), Meaning::Timestamp { per_second, universal }) => {
            label(r, nullable, labels, |v| instant(*v, *per_second, *universal))?;
        }
        // The oldest form of timestamps, of Spark and Impala, in universal time.
        (ColumnReader::Int96ColumnReader(r), _) => {
            label(r, nullable, labels, |v| instant(v.to_micros(), 1_000_000, true))?;
        }
        (ColumnReader::DoubleColumnReader(r), Meaning::Plain) => {
            label(r, nullable, labels, |v| (!v.is_nan()).then(|| v.to_string()))?;
        }
        (ColumnReader::FloatColumnReader(r), Meaning::Plain) => {
            label(r, nullable, labels, |v| (!v.is_nan()).then(|| v.to_string()))?;
        }
        (ColumnReader::BoolColumnReader(r), Meaning::Plain) => {
            label(r, nullable, labels, |v| Some(v.to_string()))?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Date of a number of days since 1970-01-01.
fn day(days: i64) -> Option<String> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let far = Days::new(days.unsigned_abs());
    let date = if days < 0 { epoch.checked_sub_days(far) } else { epoch.checked_add_days(far) };
    date.map(|d| d.to_string())
}

/// Labels from values by a text; equal neighbours are printed once.
fn label<T: DataType>(
    reader: ColumnReaderImpl<T>,
    nullable: bool,
    labels: &mut Labels,
    text: impl Fn(&T::T) -> Option<String>,
) -> ParquetResult<()> {
    let mut last: Option<(T::T, Option<String>)> = None;
    each(reader, nullable, |value| match (value, &last) {
        (None, _) => labels.push(None),
        (Some(v), Some((known, printed))) if v == known => labels.push(printed.as_deref()),
        (Some(v), _) => {
            let printed = text(v);
            labels.push(printed.as_deref());
            last = Some((v.clone(), printed));
        }
    })
}

/// Calls `f` with each row's value, `None` for null.
fn each<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    nullable: bool,
    mut f: impl FnMut(Option<&T::T>),
) -> ParquetResult<()> {
    const BATCH: usize = 16 << 10;
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    loop {
        values.clear();
        levels.clear();
        let (records, ..) = reader.read_records(BATCH, nullable.then_some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Ok(());
        }
        if nullable {
            let mut present = values.iter();
            for level in &levels {
                f(if *level > 0 { present.next() } else { None });
            }
        } else {
            for value in &values {
                f(Some(value));
            }
        }
    }
}
