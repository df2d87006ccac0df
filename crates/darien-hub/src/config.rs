//! The four configuration files of a hub, schema v6.0.0.

use super::export::{ExportForecast, HubExport};
use crate::scores::HUB_LEVELS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn schema(file: &str) -> String {
    format!("https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0/{file}")
}

/// `admin.json`.
pub(super) fn admin(hub: &HubExport) -> Value {
    let info = &hub.info;
    json!({
        "schema_version": schema("admin-schema.json"),
        "name": info.name,
        "maintainer": info.maintainer,
        "contact": {"name": info.contact_name, "email": info.contact_email},
        "repository": {"host": "github", "owner": info.repository_owner, "name": info.repository_name},
        "file_format": [hub.format.name()],
        "timezone": info.timezone,
    })
}

/// Sorted distinct values of a task id.
fn distinct<T: Ord>(hub: &HubExport, value: impl Fn(&ExportForecast) -> T) -> Vec<T> {
    hub.forecasts().map(value).collect::<BTreeSet<_>>().into_iter().collect()
}

/// `tasks.json`: one round per origin, all tasks in one group.
///
/// Task ids are required where every model has every combination at every origin, and optional where some are missing.
pub(super) fn tasks(hub: &HubExport) -> Value {
    let origins = distinct(hub, |f| f.origin_date().to_string());
    let scenarios = distinct(hub, |f| f.scenario.clone());
    let locations = distinct(hub, |f| f.location.clone());
    let targets = distinct(hub, |f| f.target.clone());
    let horizons = distinct(hub, |f| f.horizon);
    let ends = distinct(hub, |f| f.target_end_date().to_string());

    let grid = scenarios.len() * locations.len() * targets.len() * horizons.len();
    let complete = hub.models.iter().all(|m| {
        let own: BTreeSet<_> = m.forecasts.iter().map(|f| f.origin).collect();
        m.forecasts.len() == own.len() * grid
    });
    let axis = |values: Value| {
        if complete {
            json!({"required": values, "optional": null})
        } else {
            json!({"required": null, "optional": values})
        }
    };
    let mut ids = serde_json::Map::new();
    ids.insert("origin_date".into(), json!({"required": null, "optional": origins}));
    if scenarios.iter().any(Option::is_some) {
        ids.insert("scenario_id".into(), axis(json!(scenarios)));
    }
    ids.insert("location".into(), axis(json!(locations)));
    ids.insert("target".into(), axis(json!(targets)));
    ids.insert("horizon".into(), axis(json!(horizons)));
    ids.insert("target_end_date".into(), json!({"required": null, "optional": ends}));

    let metadata: Vec<Value> = hub
        .targets
        .iter()
        .filter(|t| targets.contains(&t.id))
        .map(|t| {
            json!({
                "target_id": t.id,
                "target_name": t.name,
                "target_units": t.units,
                "target_keys": {"target": t.id},
                "description": t.description,
                "target_type": if t.discrete { "discrete" } else { "continuous" },
                "is_step_ahead": true,
                "time_unit": "month",
            })
        })
        .collect();

    json!({
        "schema_version": schema("tasks-schema.json"),
        "rounds": [{
            "round_id_from_variable": true,
            "round_id": "origin_date",
            "model_tasks": [{
                "task_ids": ids,
                "output_type": output_types(hub),
                "target_metadata": metadata,
            }],
            "submissions_due": {"relative_to": "origin_date", "start": -6, "end": 30},
        }],
        "output_type_id_datatype": "character",
        "derived_task_ids": ["target_end_date"],
    })
}

/// The output types present; one is required where every forecast has it.
fn output_types(hub: &HubExport) -> Value {
    let value = json!({"type": "double", "minimum": 0});
    let required = |has: fn(&ExportForecast) -> bool| hub.forecasts().all(has);
    let mut types = serde_json::Map::new();
    if hub.forecasts().any(|f| f.mean.is_some()) {
        types.insert(
            "mean".into(),
            json!({"output_type_id": {"required": null}, "value": value, "is_required": false}),
        );
    }
    if hub.forecasts().any(|f| f.quantiles.is_some()) {
        types.insert(
            "quantile".into(),
            json!({
                "output_type_id": {"required": HUB_LEVELS},
                "value": value,
                "is_required": required(|f| f.quantiles.is_some()),
            }),
        );
    }
    let sizes: BTreeSet<usize> = hub.forecasts().map(|f| f.samples.len()).filter(|n| *n > 0).collect();
    if let (Some(fewest), Some(most)) = (sizes.first(), sizes.last()) {
        types.insert(
            "sample".into(),
            json!({
                "output_type_id_params": {
                    "type": "integer",
                    "min_samples_per_task": fewest,
                    "max_samples_per_task": most,
                    "compound_taskid_set": ["origin_date"],
                },
                "value": value,
                "is_required": false,
            }),
        );
    }
    Value::Object(types)
}

/// `target-data.json`.
pub(super) fn target_data(hub: &HubExport) -> Value {
    json!({
        "schema_version": schema("target-data-schema.json"),
        "observable_unit": ["target_end_date", "location", "target"],
        "date_col": "target_end_date",
        "versioned": hub.observations.iter().any(|o| o.as_of.is_some()),
        "oracle-output": {"has_output_type_ids": false, "versioned": false},
    })
}

/// `model-metadata-schema.json`: what `model-metadata/*.yml` must say.
pub(super) fn model_metadata_schema() -> Value {
    let text = |description: &str| json!({"description": description, "type": "string"});
    let short = |description: &str| json!({"description": description, "type": "string", "pattern": "^[A-Za-z0-9_]+$", "maxLength": 16});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Model metadata",
        "description": "What the metadata file of a model must say",
        "type": "object",
        "properties": {
            "team_abbr": short("Short name of the team"),
            "model_abbr": short("Short name of the model"),
            "team_name": text("Name of the team"),
            "model_name": text("Name of the model"),
            "model_version": text("Version of the model"),
            "methods": text("How the model works"),
            "license": text("Licence of the forecasts"),
            "designated_model": {"description": "Whether it is the team's designated model", "type": "boolean"},
        },
        "required": ["team_abbr", "model_abbr", "team_name", "model_name", "methods", "license", "designated_model"],
        "additionalProperties": false,
    })
}
