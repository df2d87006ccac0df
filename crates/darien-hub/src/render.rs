//! The files of a hub as bytes. Nothing is written here: `output::hub` puts them on the disk.

use super::config;
use super::export::{ExportForecast, HubExport, HubFormat};
use super::parquet_out;
use crate::error::{Error, Result};
use crate::scores::HUB_LEVELS;
use crate::units::Month;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;

/// A file of a hub, rendered when asked for, so that only one is in memory at a time.
#[derive(Debug, Clone)]
pub struct HubFile<'a> {
    name: String,
    other_format: Option<String>,
    hub: &'a HubExport,
    content: Content<'a>,
}

#[derive(Debug, Clone)]
enum Content<'a> {
    ModelOutput(Vec<&'a ExportForecast>),
    Bytes(Vec<u8>),
    TimeSeries,
    OracleOutput,
}

impl HubFile<'_> {
    /// Path inside the hub, with `/` between its parts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// For model output, the name that the same forecast would have in the other format: readers would count it twice.
    pub fn other_format(&self) -> Option<&str> {
        self.other_format.as_deref()
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`Error::Unexpected`] if the encoder fails.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let scenarios = self.hub.forecasts().any(|f| f.scenario.is_some());
        let mut out = Vec::new();
        let done = match &self.content {
            Content::Bytes(bytes) => return Ok(bytes.clone()),
            Content::ModelOutput(forecasts) => match self.hub.format {
                HubFormat::Csv => csv_output(&mut out, forecasts, scenarios),
                HubFormat::Parquet => {
                    parquet_out::write(&mut out, forecasts, scenarios).map_err(io::Error::other)
                }
            },
            Content::TimeSeries => time_series(&mut out, self.hub),
            Content::OracleOutput => oracle_output(&mut out, self.hub),
        };
        done.map_err(|e| Error::Unexpected(format!("{} cannot be encoded: {e}", self.name)))?;
        Ok(out)
    }
}

impl HubExport {
    /// The files of the hub: model output (one file a model and origin), metadata, target data, and the configuration
    /// last, so that a hub with it is whole. Layout, columns and types as in the module's description; the same export
    /// gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all rules that the export breaks ([`HubExport::check`]); [`Error::Unexpected`] if an encoder
    /// fails.
    pub fn files(&self) -> Result<Vec<HubFile<'_>>> {
        self.check()?;
        let file = |name: String, content| HubFile { name, other_format: None, hub: self, content };
        let mut files = Vec::new();
        for model in &self.models {
            files.extend(self.outputs(&model.info.model_id(), &model.forecasts));
        }
        for model in &self.models {
            let yaml = serde_saphyr::to_string(&model.info)
                .map_err(|e| Error::Unexpected(format!("model metadata cannot be written as YAML: {e}")))?;
            let name = format!("model-metadata/{}.yml", model.info.model_id());
            files.push(file(name, Content::Bytes(yaml.into_bytes())));
        }
        if !self.observations.is_empty() {
            files.push(file("target-data/time-series.csv".into(), Content::TimeSeries));
            files.push(file("target-data/oracle-output.csv".into(), Content::OracleOutput));
        }
        for (name, value) in [
            ("admin", config::admin(self)),
            ("tasks", config::tasks(self)),
            ("target-data", config::target_data(self)),
            ("model-metadata-schema", config::model_metadata_schema()),
        ] {
            files.push(file(format!("hub-config/{name}.json"), Content::Bytes(pretty(&value)?)));
        }
        Ok(files)
    }

    /// The files of model output of a model, their forecasts in the order of tasks.
    fn outputs<'a>(&'a self, id: &str, forecasts: &'a [ExportForecast]) -> Vec<HubFile<'a>> {
        let mut by_origin: BTreeMap<Month, Vec<&ExportForecast>> = BTreeMap::new();
        for forecast in forecasts {
            by_origin.entry(forecast.origin).or_default().push(forecast);
        }
        let other = if self.format == HubFormat::Csv { HubFormat::Parquet } else { HubFormat::Csv };
        by_origin
            .into_iter()
            .map(|(origin, mut forecasts)| {
                forecasts.sort_by_key(|f| (&f.scenario, &f.location, &f.target, f.horizon));
                let name = |format: HubFormat| {
                    format!("model-output/{id}/{}-{id}.{}", origin.first_day(), format.name())
                };
                HubFile {
                    name: name(self.format),
                    other_format: Some(name(other)),
                    hub: self,
                    content: Content::ModelOutput(forecasts),
                }
            })
            .collect()
    }
}

fn pretty(value: &Value) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|e| Error::Unexpected(format!("a configuration cannot be written as JSON: {e}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}

type Out = Vec<u8>;

/// The rows of a forecast in the order quantiles, samples, mean: output type, its id, value.
pub(super) fn rows(forecast: &ExportForecast, mut f: impl FnMut(&'static str, Option<&str>, f64)) {
    if let Some(quantiles) = &forecast.quantiles {
        for (level, value) in HUB_LEVELS.iter().zip(quantiles) {
            // The shortest text, without trailing zeros: hubs compare levels as text.
            f("quantile", Some(&level.to_string()), *value);
        }
    }
    for (i, value) in forecast.samples.iter().enumerate() {
        f("sample", Some(&(i + 1).to_string()), *value);
    }
    if let Some(mean) = forecast.mean {
        f("mean", None, mean);
    }
}

fn csv_output(out: &mut Out, forecasts: &[&ExportForecast], scenarios: bool) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let mut header = vec!["origin_date"];
    header.extend(scenarios.then_some("scenario_id"));
    header.extend([
        "location",
        "target",
        "horizon",
        "target_end_date",
        "output_type",
        "output_type_id",
        "value",
    ]);
    csv.write_record(header)?;
    for forecast in forecasts {
        let (origin, end) = (forecast.origin_date().to_string(), forecast.target_end_date().to_string());
        let horizon = forecast.horizon.to_string();
        let mut result = Ok(());
        rows(forecast, |kind, id, value| {
            let value = value.to_string();
            let mut record = vec![origin.as_str()];
            record.extend(scenarios.then(|| forecast.scenario.as_deref().unwrap_or_default()));
            record.extend([
                &*forecast.location,
                &*forecast.target,
                &*horizon,
                &*end,
                kind,
                id.unwrap_or_default(),
                &*value,
            ]);
            if result.is_ok() {
                result = csv.write_record(record);
            }
        });
        result?;
    }
    csv.flush()
}

/// Observations by month, place and target, with vintages in order.
fn time_series(out: &mut Out, hub: &HubExport) -> io::Result<()> {
    let versioned = hub.observations.iter().any(|o| o.as_of.is_some());
    let mut csv = csv::Writer::from_writer(out);
    let mut header = Vec::from_iter(versioned.then_some("as_of"));
    header.extend(["target_end_date", "location", "target", "observation"]);
    csv.write_record(header)?;
    let mut sorted: Vec<_> = hub.observations.iter().collect();
    sorted.sort_by_key(|o| (o.as_of, o.month, &o.location, &o.target));
    for o in sorted {
        let mut record = Vec::from_iter(o.as_of.map(|d| d.to_string()));
        record.extend([
            o.month.last_day().to_string(),
            o.location.clone(),
            o.target.clone(),
            o.value.to_string(),
        ]);
        csv.write_record(record)?;
    }
    csv.flush()
}

/// The latest vintage of each observation.
fn oracle_output(out: &mut Out, hub: &HubExport) -> io::Result<()> {
    let mut latest: BTreeMap<_, (_, f64)> = BTreeMap::new();
    for o in &hub.observations {
        let held = latest.entry((o.month, &o.location, &o.target)).or_insert((o.as_of, o.value));
        if o.as_of > held.0 {
            *held = (o.as_of, o.value);
        }
    }
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["target_end_date", "location", "target", "oracle_value"])?;
    for ((month, location, target), (_, value)) in latest {
        csv.write_record([&month.last_day().to_string(), location, target, &value.to_string()])?;
    }
    csv.flush()
}
