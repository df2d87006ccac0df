//! A hub out: every file appears under its name only when it is complete.

use super::config;
use super::export::{ExportForecast, HubExport, HubFormat};
use super::parquet_out;
use crate::error::{Error, Problem, Result};
use crate::evaluate::scores::HUB_LEVELS;
use crate::units::Month;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a hub into a folder, which is created; files of the same name are replaced. Gives the files written.
///
/// Layout, columns and types as in the module's description; one file of model output a model and origin. The same
/// export gives the same bytes.
///
/// # Errors
/// [`Error::Invalid`] with all rules that the export breaks, or if a forecast already stands there in the other format;
/// [`Error::Io`] if the file system refuses.
pub fn write_hub(dir: &Path, hub: &HubExport) -> Result<Vec<PathBuf>> {
    hub.check()?;
    let mut files: Vec<PathBuf> = Vec::new();
    let outputs = outputs(dir, hub)?;

    let scenarios = hub.forecasts().any(|f| f.scenario.is_some());
    for (path, forecasts) in outputs {
        atomic(&path, |out| match hub.format {
            HubFormat::Csv => csv_output(out, &forecasts, scenarios),
            HubFormat::Parquet => parquet_out::write(out, &forecasts, scenarios).map_err(io::Error::other),
        })?;
        files.push(path);
    }
    for model in &hub.models {
        let path = dir.join("model-metadata").join(format!("{}.yml", model.info.model_id()));
        let yaml = serde_saphyr::to_string(&model.info)
            .map_err(|e| Error::Unexpected(format!("model metadata cannot be written as YAML: {e}")))?;
        atomic(&path, |out| out.write_all(yaml.as_bytes()))?;
        files.push(path);
    }
    if !hub.observations.is_empty() {
        for (name, write) in [
            ("time-series.csv", time_series as fn(&mut Out, &HubExport) -> io::Result<()>),
            ("oracle-output.csv", oracle_output),
        ] {
            let path = dir.join("target-data").join(name);
            atomic(&path, |out| write(out, hub))?;
            files.push(path);
        }
    }
    // The configuration comes last: a hub with it is whole.
    for (name, value) in [
        ("admin.json", config::admin(hub)),
        ("tasks.json", config::tasks(hub)),
        ("target-data.json", config::target_data(hub)),
        ("model-metadata-schema.json", config::model_metadata_schema()),
    ] {
        let path = dir.join("hub-config").join(name);
        atomic(&path, |out| {
            serde_json::to_writer_pretty(&mut *out, &value)?;
            out.write_all(b"\n")
        })?;
        files.push(path);
    }
    Ok(files)
}

/// The files of model output with their forecasts, in the order of tasks.
fn outputs<'a>(dir: &Path, hub: &'a HubExport) -> Result<Vec<(PathBuf, Vec<&'a ExportForecast>)>> {
    let mut all = Vec::new();
    let mut problems = Vec::new();
    for model in &hub.models {
        let id = model.info.model_id();
        let mut by_origin: BTreeMap<Month, Vec<&ExportForecast>> = BTreeMap::new();
        for forecast in &model.forecasts {
            by_origin.entry(forecast.origin).or_default().push(forecast);
        }
        for (origin, mut forecasts) in by_origin {
            forecasts.sort_by(|a, b| {
                (&a.scenario, &a.location, &a.target, a.horizon).cmp(&(
                    &b.scenario,
                    &b.location,
                    &b.target,
                    b.horizon,
                ))
            });
            let folder = dir.join("model-output").join(&id);
            let file =
                |format: HubFormat| folder.join(format!("{}-{id}.{}", origin.first_day(), format.name()));
            let other = file(if hub.format == HubFormat::Csv { HubFormat::Parquet } else { HubFormat::Csv });
            if other.exists() {
                problems.push(
                    Problem::new(
                        other.display().to_string(),
                        "this forecast already stands here in the other format",
                    )
                    .with_hint("remove it, or write to another folder: readers would count it twice"),
                );
            }
            all.push((file(hub.format), forecasts));
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(Error::Invalid(problems)) }
}

type Out = BufWriter<std::fs::File>;

/// Writes to a temporary neighbour and renames it.
fn atomic(path: &Path, write: impl FnOnce(&mut Out) -> io::Result<()>) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".writing-");
    #[cfg(unix)]
    {
        // Temporary files are private by default; results are for everyone whom the umask allows.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let (file, temporary) = builder.tempfile_in(folder).map_err(Error::io("write", path))?.into_parts();
    let mut out = BufWriter::new(file);
    write(&mut out).map_err(Error::io("write", path))?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error).map_err(Error::io("write", path))?;
    file.sync_data().map_err(Error::io("write", path))?;
    temporary.persist(path).map_err(|e| e.error).map_err(Error::io("write", path))
}

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
