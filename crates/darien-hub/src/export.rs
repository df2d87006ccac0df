//! What goes into a hub, and the rules that it must keep before a byte is written.

use crate::error::{Error, Problem, Result};
use crate::scores::Quantiles;
use crate::units::Month;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// File format of the model output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubFormat {
    /// Comma-separated text.
    Csv,
    /// Parquet, compressed with snappy.
    Parquet,
}

impl HubFormat {
    /// Extension and name in `admin.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Who keeps the hub (`admin.json`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubInfo {
    /// Name of the hub.
    pub name: String,
    /// Who maintains it.
    pub maintainer: String,
    /// Contact person.
    pub contact_name: String,
    /// Contact address.
    pub contact_email: String,
    /// Owner of the repository on GitHub.
    pub repository_owner: String,
    /// Name of the repository.
    pub repository_name: String,
    /// Time zone of due dates, e.g. `America/Panama`.
    pub timezone: String,
}

/// A target that is forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetSpec {
    /// Value of the column `target`, e.g. `inc crossings`; up to 30 characters.
    pub id: String,
    /// Name for people, up to 100 characters.
    pub name: String,
    /// Unit, up to 100 characters, e.g. `count`.
    pub units: String,
    /// One or two sentences.
    pub description: String,
    /// Whether values are whole numbers.
    pub discrete: bool,
}

/// Who made a model, and how it works (`model-metadata`).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ModelInfo {
    /// Short name of the team: letters, digits, `_`; up to 16 characters.
    pub team_abbr: String,
    /// Short name of the model: letters, digits, `_`; up to 16 characters.
    pub model_abbr: String,
    /// Name of the team.
    pub team_name: String,
    /// Name of the model.
    pub model_name: String,
    /// Version of the model.
    pub model_version: String,
    /// How it works, in a few sentences.
    pub methods: String,
    /// Licence of the forecasts, e.g. `CC-BY-4.0`.
    pub license: String,
    /// Whether it is the team's designated model.
    pub designated_model: bool,
}

impl ModelInfo {
    /// `team-model`.
    pub fn model_id(&self) -> String {
        format!("{}-{}", self.team_abbr, self.model_abbr)
    }
}

/// A forecast of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportForecast {
    /// Month in which the projection starts: `origin_date` is its first day.
    pub origin: Month,
    /// `<Letter>-<YYYY-MM-DD>`, `A` the baseline; `None` everywhere in a pure forecast hub.
    pub scenario: Option<String>,
    /// ISO 3166-1 alpha-2 for countries, a place code for others.
    pub location: String,
    /// Id of a [`TargetSpec`].
    pub target: String,
    /// Months ahead, 1 the month that starts on `origin_date`.
    pub horizon: u32,
    /// Quantiles at the hub levels.
    pub quantiles: Option<Quantiles>,
    /// Samples, number `i` (from 1) being the same world in all tasks of an origin.
    pub samples: Vec<f64>,
    /// The mean.
    pub mean: Option<f64>,
}

impl ExportForecast {
    /// `origin_date`: first day of the month in which the projection starts.
    pub fn origin_date(&self) -> NaiveDate {
        self.origin.first_day()
    }

    /// `target_end_date`: last day of the month forecast.
    pub fn target_end_date(&self) -> NaiveDate {
        self.origin.plus(self.horizon as i32 - 1).last_day()
    }
}

/// A model and its forecasts.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelExport {
    /// Metadata.
    pub info: ModelInfo,
    /// Forecasts, in any order.
    pub forecasts: Vec<ExportForecast>,
}

/// One observation of the target data.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Day of the vintage; given for all observations or for none.
    pub as_of: Option<NaiveDate>,
    /// Month observed.
    pub month: Month,
    /// As in the forecasts.
    pub location: String,
    /// As in the forecasts.
    pub target: String,
    /// What was observed.
    pub value: f64,
}

/// A whole hub.
#[derive(Debug, Clone, PartialEq)]
pub struct HubExport {
    /// Who keeps it.
    pub info: HubInfo,
    /// Targets, each with forecasts.
    pub targets: Vec<TargetSpec>,
    /// Models.
    pub models: Vec<ModelExport>,
    /// Target data; may be empty.
    pub observations: Vec<Observation>,
    /// Format of the model output.
    pub format: HubFormat,
}

impl HubExport {
    /// All forecasts.
    pub(super) fn forecasts(&self) -> impl Iterator<Item = &ExportForecast> {
        self.models.iter().flat_map(|m| &m.forecasts)
    }

    /// Checks every rule of the hub.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all problems.
    pub fn check(&self) -> Result<()> {
        let mut problems = Vec::new();
        let problem = |key: &str, message: &str| Problem::new("hub export", message).with_key(key);
        let mut ids = BTreeSet::new();
        for model in &self.models {
            for (key, name) in [("team_abbr", &model.info.team_abbr), ("model_abbr", &model.info.model_abbr)]
            {
                let good = (1..=16).contains(&name.len())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                if !good {
                    problems.push(
                        problem(key, "is not a short name")
                            .with_found(format!("`{name}`"))
                            .with_allowed("1 to 16 letters, digits or _"),
                    );
                }
            }
            if !ids.insert(model.info.model_id()) {
                problems.push(problem(&model.info.model_id(), "a model stands twice"));
            }
            check_forecasts(model, &self.targets, &mut problems);
        }
        if self.forecasts().next().is_none() {
            problems.push(problem("models", "there is no forecast to write"));
        }
        let with = self.forecasts().filter(|f| f.scenario.is_some()).count();
        if with > 0 && with < self.forecasts().count() {
            problems.push(problem("scenario", "some forecasts have a scenario and some have none"));
        }
        for target in &self.targets {
            for (key, text, most) in [
                ("target id", &target.id, 30),
                ("target name", &target.name, 100),
                ("target units", &target.units, 100),
            ] {
                if text.is_empty() || text.chars().count() > most {
                    problems.push(
                        problem(key, "has the wrong length")
                            .with_found(format!("`{text}`"))
                            .with_allowed(format!("1 to {most} characters")),
                    );
                }
            }
        }
        check_observations(&self.observations, &mut problems);
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }
}

fn is_scenario(text: &str) -> bool {
    let mut parts = text.splitn(2, '-');
    let letter = parts.next().is_some_and(|l| l.len() == 1 && l.bytes().all(|b| b.is_ascii_uppercase()));
    letter && parts.next().is_some_and(super::dates::is_date)
}

fn check_forecasts(model: &ModelExport, targets: &[TargetSpec], problems: &mut Vec<Problem>) {
    let id = model.info.model_id();
    let mut seen = BTreeSet::new();
    let mut sizes: BTreeMap<Month, usize> = BTreeMap::new();
    for f in &model.forecasts {
        let place = format!(
            "{id}, {}, {}{}, {}, horizon {}",
            f.origin,
            f.scenario.as_ref().map(|s| format!("{s}, ")).unwrap_or_default(),
            f.location,
            f.target,
            f.horizon
        );
        let mut push = |message: &str, found: String, allowed: &str| {
            problems.push(
                Problem::new("hub export", message)
                    .with_key(place.as_str())
                    .with_found(found)
                    .with_allowed(allowed),
            );
        };
        if !seen.insert((f.origin, &f.scenario, &f.location, &f.target, f.horizon)) {
            push("the task stands twice", String::new(), "");
        }
        if !targets.iter().any(|t| t.id == f.target) {
            push("the target is not described", format!("`{}`", f.target), "a target of the export");
        }
        if !(1..=1200).contains(&f.horizon) {
            push("is not a horizon", f.horizon.to_string(), "1 to 1200 months");
        }
        if f.location.is_empty() || f.location == "NA" {
            push("is not a location", format!("`{}`", f.location), "a code such as PA");
        }
        if let Some(scenario) = f.scenario.as_ref().filter(|s| !is_scenario(s)) {
            push("is not a scenario id", format!("`{scenario}`"), "<Letter>-<YYYY-MM-DD>, e.g. A-2024-07-01");
        }
        let values = f.quantiles.iter().flatten().chain(&f.samples).chain(&f.mean);
        if let Some(bad) = values.clone().find(|v| !v.is_finite() || **v < 0.0) {
            push("a value is not a finite number from 0", bad.to_string(), "numbers from 0");
        }
        if values.count() == 0 {
            push("the forecast is empty", String::new(), "quantiles, samples or a mean");
        }
        if let Some([before, after, ..]) = f.quantiles.iter().flat_map(|q| q.windows(2)).find(|w| w[1] < w[0])
        {
            push("the quantiles decrease", format!("{after} after {before}"), "non-decreasing values");
        }
        let size = *sizes.entry(f.origin).or_insert(f.samples.len());
        if size != f.samples.len() {
            push(
                "the tasks of one origin have different numbers of samples, so a sample is not one world",
                f.samples.len().to_string(),
                &size.to_string(),
            );
        }
    }
}

fn check_observations(observations: &[Observation], problems: &mut Vec<Problem>) {
    let dated = observations.iter().filter(|o| o.as_of.is_some()).count();
    if dated > 0 && dated < observations.len() {
        problems.push(
            Problem::new("hub export", "some observations have a vintage and some have none")
                .with_key("as_of"),
        );
    }
    let mut seen = BTreeSet::new();
    for o in observations {
        let place = format!("{}, {}, {}", o.month, o.location, o.target);
        if !seen.insert((o.as_of, o.month, &o.location, &o.target)) {
            problems
                .push(Problem::new("hub export", "the observation stands twice").with_key(place.as_str()));
        }
        if !o.value.is_finite() {
            problems.push(
                Problem::new("hub export", "the observation is not a finite number")
                    .with_key(place)
                    .with_found(o.value.to_string()),
            );
        }
    }
}
