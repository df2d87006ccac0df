//! Parquet in, column by column: text, whole numbers, dates and timestamps become labels.

use super::raw::{Faults, Labels, MAX_ROWS, RawColumn, RawTable};
use chrono::{DateTime, Days, NaiveDate};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use std::panic::AssertUnwindSafe;
use std::path::Path;

pub(super) fn read(path: &Path, numbers: &[&str], faults: &mut Faults) -> Option<RawTable> {
    // The decoder indexes past the end of some damaged pages; a bad file must stay a sentence, whatever its bytes.
    let decoded = std::panic::catch_unwind(AssertUnwindSafe(|| read_columns(path, numbers, faults)));
    let reason = match decoded {
        Ok(Ok(table)) => return table,
        Ok(Err(e)) => e.to_string(),
        Err(_) => "a page is damaged".to_string(),
    };
    let problem = faults.problem(format!("is not a whole, readable Parquet file: {reason}"));
    faults.push(problem.with_hint("write it again; compression may be none or snappy"));
    None
}

fn read_columns(path: &Path, numbers: &[&str], faults: &mut Faults) -> ParquetResult<Option<RawTable>> {
    let reader = SerializedFileReader::new(std::fs::File::open(path)?)?;
    let metadata = reader.metadata();
    let rows = usize::try_from(metadata.file_metadata().num_rows()).unwrap_or(usize::MAX);
    if rows > MAX_ROWS {
        faults.push(
            faults
                .problem("has too many rows")
                .with_found(rows.to_string())
                .with_allowed(format!("up to {MAX_ROWS}")),
        );
        return Ok(None);
    }
    let schema = metadata.file_metadata().schema_descr();
    let mut columns: Vec<(String, RawColumn)> = Vec::new();
    for (i, descriptor) in schema.columns().iter().enumerate() {
        let name = descriptor.path().string();
        if descriptor.max_rep_level() > 0 || descriptor.max_def_level() > 1 {
            faults.push(
                faults
                    .problem("is a nested column")
                    .with_key(name)
                    .with_allowed("plain columns: text, numbers, dates"),
            );
            continue;
        }
        let mut column = if numbers.contains(&name.as_str()) {
            RawColumn::Numbers(Vec::new())
        } else {
            RawColumn::Labels(Labels::default())
        };
        let mut readable = true;
        for group in 0..metadata.num_row_groups() {
            let chunk = reader.get_row_group(group)?.get_column_reader(i)?;
            readable &= append(chunk, descriptor, &mut column)?;
        }
        if !readable {
            faults.push(
                faults
                    .problem("the column is of a type that is not read")
                    .with_key(name)
                    .with_found(format!("{}", descriptor.physical_type()))
                    .with_allowed("numbers for values; text, whole numbers or dates for labels"),
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
    for (name, column) in &table.columns {
        if let RawColumn::Numbers(values) = column {
            for (row, value) in values.iter().enumerate().filter(|(_, v)| v.is_infinite()) {
                let problem = faults.problem("is not a finite number").with_key(name.as_str());
                faults.push(table.at(row, problem.with_found(value.to_string())));
            }
        }
    }
    Ok(Some(table))
}

/// Appends a chunk to a column; `false` if its type is not for this kind of column.
fn append(chunk: ColumnReader, descriptor: &ColumnDescriptor, column: &mut RawColumn) -> ParquetResult<bool> {
    let nullable = descriptor.max_def_level() > 0;
    match column {
        RawColumn::Numbers(values) => {
            match chunk {
                ColumnReader::DoubleColumnReader(r) => {
                    each(r, nullable, |v| values.push(v.copied().unwrap_or(f64::NAN)))?;
                }
                ColumnReader::FloatColumnReader(r) => {
                    each(r, nullable, |v| values.push(v.map_or(f64::NAN, |v| f64::from(*v))))?;
                }
                ColumnReader::Int32ColumnReader(r) => {
                    each(r, nullable, |v| values.push(v.map_or(f64::NAN, |v| f64::from(*v))))?;
                }
                ColumnReader::Int64ColumnReader(r) => {
                    each(r, nullable, |v| values.push(v.map_or(f64::NAN, |v| *v as f64)))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        }
        RawColumn::Labels(labels) => match chunk {
            ColumnReader::ByteArrayColumnReader(r) => {
                let mut text = true;
                each(r, nullable, |v| {
                    let utf8 = v.map(|v| std::str::from_utf8(v.data()));
                    text &= !matches!(utf8, Some(Err(_)));
                    labels.push(utf8.and_then(Result::ok));
                })?;
                Ok(text)
            }
            ColumnReader::Int32ColumnReader(r) => {
                let date = descriptor.converted_type() == ConvertedType::DATE
                    || matches!(descriptor.logical_type_ref(), Some(LogicalType::Date));
                label(r, nullable, labels, |v| if date { day(i64::from(*v)) } else { Some(v.to_string()) })?;
                Ok(true)
            }
            ColumnReader::Int64ColumnReader(r) => {
                let per_second = ticks(descriptor);
                label(r, nullable, labels, |v| match per_second {
                    Some(t) => {
                        DateTime::from_timestamp(v.div_euclid(t), 0).map(|d| d.date_naive().to_string())
                    }
                    None => Some(v.to_string()),
                })?;
                Ok(true)
            }
            ColumnReader::DoubleColumnReader(r) => {
                label(r, nullable, labels, |v| (!v.is_nan()).then(|| v.to_string()))?;
                Ok(true)
            }
            ColumnReader::FloatColumnReader(r) => {
                label(r, nullable, labels, |v| (!v.is_nan()).then(|| v.to_string()))?;
                Ok(true)
            }
            ColumnReader::BoolColumnReader(r) => {
                label(r, nullable, labels, |v| Some(v.to_string()))?;
                Ok(true)
            }
            _ => Ok(false),
        },
    }
}

/// Date of a number of days since 1970-01-01.
fn day(days: i64) -> Option<String> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    let far = Days::new(days.unsigned_abs());
    let date = if days < 0 { epoch.checked_sub_days(far) } else { epoch.checked_add_days(far) };
    date.map(|d| d.to_string())
}

/// Ticks a second of a timestamp column.
fn ticks(descriptor: &ColumnDescriptor) -> Option<i64> {
    match (descriptor.logical_type_ref(), descriptor.converted_type()) {
        (Some(LogicalType::Timestamp(t)), _) => Some(match t.unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        }),
        (_, ConvertedType::TIMESTAMP_MILLIS) => Some(1_000),
        (_, ConvertedType::TIMESTAMP_MICROS) => Some(1_000_000),
        _ => None,
    }
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
