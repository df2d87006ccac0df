//! Model output as Parquet: dates as dates, the horizon as a 32-bit number, a true null as the id of a mean.

use super::export::ExportForecast;
use chrono::NaiveDate;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::io::Write;
use std::sync::Arc;

/// Rows of a row group, about.
const GROUP: usize = 256 << 10;

/// The columns of a row group in memory.
#[derive(Default)]
struct Block {
    origin: Vec<i32>,
    scenario: Vec<ByteArray>,
    location: Vec<ByteArray>,
    target: Vec<ByteArray>,
    horizon: Vec<i32>,
    end: Vec<i32>,
    kind: Vec<ByteArray>,
    /// Only the ids that are there; `has_id` says where.
    id: Vec<ByteArray>,
    has_id: Vec<i16>,
    value: Vec<f64>,
}

/// Days since 1970-01-01.
fn days(date: NaiveDate) -> i32 {
    (date - NaiveDate::default()).num_days() as i32
}

impl Block {
    fn push(&mut self, f: &ExportForecast) {
        let text = |s: &str| ByteArray::from(s.as_bytes().to_vec());
        let (scenario, location, target) =
            (text(f.scenario.as_deref().unwrap_or_default()), text(&f.location), text(&f.target));
        let (quantile, sample, mean) = (text("quantile"), text("sample"), text("mean"));
        super::render::rows(f, |kind, id, value| {
            self.origin.push(days(f.origin_date()));
            self.scenario.push(scenario.clone());
            self.location.push(location.clone());
            self.target.push(target.clone());
            self.horizon.push(f.horizon as i32);
            self.end.push(days(f.target_end_date()));
            self.kind.push(match kind {
                "quantile" => quantile.clone(),
                "sample" => sample.clone(),
                _ => mean.clone(),
            });
            self.has_id.push(i16::from(id.is_some()));
            self.id.extend(id.map(text));
            self.value.push(value);
        });
    }
}

/// Writes forecasts that have passed [`super::HubExport::check`].
pub(super) fn write(
    out: &mut (impl Write + Send),
    forecasts: &[&ExportForecast],
    scenarios: bool,
) -> Result<()> {
    let scenario = if scenarios { "required binary scenario_id (STRING);" } else { "" };
    let schema = format!(
        "message schema {{ required int32 origin_date (DATE); {scenario} required binary location (STRING);
         required binary target (STRING); required int32 horizon; required int32 target_end_date (DATE);
         required binary output_type (STRING); optional binary output_type_id (STRING); required double value; }}"
    );
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("darien ", env!("CARGO_PKG_VERSION")).to_string())
        .build();
    let mut writer =
        SerializedFileWriter::new(out, Arc::new(parse_message_type(&schema)?), Arc::new(properties))?;
    let mut block = Block::default();
    for forecast in forecasts {
        block.push(forecast);
        if block.value.len() >= GROUP {
            flush(&mut writer, &std::mem::take(&mut block), scenarios)?;
        }
    }
    if !block.value.is_empty() {
        flush(&mut writer, &block, scenarios)?;
    }
    writer.close()?;
    Ok(())
}

fn flush<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    block: &Block,
    scenarios: bool,
) -> Result<()> {
    let mut group = writer.next_row_group()?;
    column::<Int32Type, W>(&mut group, &block.origin, None)?;
    if scenarios {
        column::<ByteArrayType, W>(&mut group, &block.scenario, None)?;
    }
    column::<ByteArrayType, W>(&mut group, &block.location, None)?;
    column::<ByteArrayType, W>(&mut group, &block.target, None)?;
    column::<Int32Type, W>(&mut group, &block.horizon, None)?;
    column::<Int32Type, W>(&mut group, &block.end, None)?;
    column::<ByteArrayType, W>(&mut group, &block.kind, None)?;
    column::<ByteArrayType, W>(&mut group, &block.id, Some(&block.has_id))?;
    column::<DoubleType, W>(&mut group, &block.value, None)?;
    group.close()?;
    Ok(())
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, levels, None)?;
        column.close()?;
    }
    Ok(())
}
