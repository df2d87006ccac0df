//! The runs of a result folder as a forecast hub (hubverse, schema v6.0.0).
//!
//! Conventions, which `docs/export.md` tells users: `scenario_id` is a letter by the order of the scenarios and the origin
//! date; `location` is `PA`; nationalities are targets of their own (`inc crossings VEN`), because a hub's location is
//! where something happens; sample `i` is the same world (assumptions and random numbers) in all scenarios and months.

use super::folder::{Member, ResultFolder};
use super::selection::Selection;
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::experiment::summary::mean;
use crate::registry::NATIONALITIES;
use crate::table::SeriesKey;
use crate::units::Month;
use darien_hub::{
    ExportForecast, HubExport, HubFormat, HubInfo, ModelExport, ModelInfo, Observation, TargetSpec,
};
use darien_stats::scores::hub_quantiles;

/// Fewest runs of which samples are given: hubs ask for 100 a task or more.
pub const MIN_SAMPLES: usize = 100;

/// Most samples of a task; of more runs the first are given.
pub const MAX_SAMPLES: usize = 1000;

/// Where it all happens: Panama, ISO 3166-1 alpha-2.
const LOCATION: &str = "PA";

/// Names of the forecasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Short name of the team: 1 to 16 letters, digits, `_`.
    pub team: String,
    /// Short name of the model: 1 to 16 letters, digits, `_`.
    pub model: String,
}

/// A hub, and what its reader must know.
#[derive(Debug, Clone)]
pub struct HubOutput {
    /// The hub, to be written by [`crate::hub::write_hub`].
    pub hub: HubExport,
    /// Scenario ids with the names of the scenarios, in order.
    pub scenarios: Vec<(String, String)>,
    /// Samples of each task; 0 where they were left out.
    pub samples: usize,
    /// Sentences for the user: what was left out and why, how far the past reaches.
    pub notes: Vec<String>,
}

/// A target with the series behind it.
struct Source {
    spec: TargetSpec,
    key: SeriesKey,
    /// Code in the observed entries; none where nothing monthly is observed.
    observed: Option<&'static str>,
}

fn sources() -> Vec<Source> {
    let spec = |id: String, name: String, description: &str, discrete| TargetSpec {
        id,
        name,
        units: "persons".into(),
        description: description.into(),
        discrete,
    };
    let entries = "Irregular entries into Panama through the Darién as recorded in the calendar month";
    let mut all = vec![Source {
        spec: spec("inc crossings".into(), "Monthly irregular entries".into(), entries, true),
        key: SeriesKey::new("entries_recorded", "darien", "ALL"),
        observed: Some("ALL"),
    }];
    for n in NATIONALITIES {
        let what = format!("{entries}, of the reporting group {}: {}", n.code, n.en);
        all.push(Source {
            spec: spec(
                format!("inc crossings {}", n.code),
                format!("Monthly irregular entries: {}", n.en),
                &what,
                true,
            ),
            key: SeriesKey::new("entries_recorded", "darien", n.code),
            observed: Some(n.code),
        });
    }
    all.push(Source {
        spec: spec(
            "inc returns".into(),
            "Monthly returns by air from Panama".into(),
            "Persons whom Panama flew home in the calendar month; no monthly target data",
            true,
        ),
        key: SeriesKey::new("returned", "panama", "ALL"),
        observed: None,
    });
    all.push(Source {
        spec: spec(
            "inc deaths".into(),
            "Monthly deaths in the Darién".into(),
            "Deaths and disappearances in the Darién in the calendar month, recorded or not; no target data, \
             because counts are minima by year",
            true,
        ),
        key: SeriesKey::new("deaths", "darien", "ALL"),
        observed: None,
    });
    all
}

/// The hub of a result folder.
///
/// # Errors
///
/// [`Error::Invalid`] for more scenarios than letters, scenarios without a whole month, or a damaged table.
pub fn hub(folder: &ResultFolder, naming: &Naming, format: HubFormat) -> Result<HubOutput> {
    let members = folder.members();
    let scenarios = scenario_ids(folder)?;
    let sources = sources();
    let keys: Vec<SeriesKey> = sources.iter().map(|s| s.key.clone()).collect();
    let selection = Selection::read(folder, &keys)?;
    let runs = selection.runs().len();
    let samples = if runs < MIN_SAMPLES { 0 } else { runs.min(MAX_SAMPLES) };
    let mut forecasts = Vec::new();
    for (i, m) in members.iter().enumerate() {
        let whole = m.whole_months();
        let origin = m.from().plus(whole.start as i32);
        for (s, source) in sources.iter().enumerate() {
            let rows = selection.rows(i, s);
            for (horizon, month) in (1..).zip(whole.clone()) {
                let values: Vec<f64> = rows.iter().map(|r| r[month]).collect();
                forecasts.push(ExportForecast {
                    origin,
                    scenario: Some(scenarios[i].0.clone()),
                    location: LOCATION.into(),
                    target: source.spec.id.clone(),
                    horizon,
                    quantiles: Some(hub_quantiles(&values)),
                    mean: Some(mean(&values)),
                    samples: values[..samples].to_vec(),
                });
            }
        }
    }
    let observed_until = vintage(folder);
    let hub = HubExport {
        info: info(naming),
        observations: observations(&sources, observed_until),
        targets: sources.into_iter().map(|s| s.spec).collect(),
        models: vec![ModelExport { info: model(folder, naming, &scenarios, &selection), forecasts }],
        format,
    };
    let notes = notes(folder, runs, observed_until);
    Ok(HubOutput { hub, scenarios, samples, notes })
}

/// `A-2025-01-01` and so on, with the names of the scenarios.
fn scenario_ids(folder: &ResultFolder) -> Result<Vec<(String, String)>> {
    let members = folder.members();
    let mut problems = Vec::new();
    if members.len() > 26 {
        problems.push(
            Problem::new(folder.shown("manifest.json"), "has more scenarios than a hub has letters")
                .with_key("scenarios")
                .with_found(members.len().to_string())
                .with_allowed("up to 26"),
        );
    }
    for m in members.iter().filter(|m| m.whole_months().is_empty()) {
        problems.push(
            Problem::new(folder.shown("manifest.json"), "covers no whole calendar month, which a hub needs")
                .with_key(m.name.as_str())
                .with_found(format!("{} to {}", m.horizon.from, m.horizon.until)),
        );
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let id = |(letter, m): (char, &Member)| {
        let origin = m.from().plus(m.whole_months().start as i32).first_day();
        (format!("{letter}-{origin}"), m.name.clone())
    };
    Ok(('A'..='Z').zip(members).map(id).collect())
}

fn info(naming: &Naming) -> HubInfo {
    HubInfo {
        name: "Projections of migration through the Darién Gap".into(),
        maintainer: naming.team.clone(),
        contact_name: naming.team.clone(),
        contact_email: "hub@example.org".into(),
        repository_owner: "example".into(),
        repository_name: "darien-hub".into(),
        timezone: "America/Panama".into(),
    }
}

fn model(
    folder: &ResultFolder,
    naming: &Naming,
    scenarios: &[(String, String)],
    selection: &Selection,
) -> ModelInfo {
    let manifest = folder.manifest();
    let draws = manifest.details.get("recipe").and_then(|r| r.get("draws")).and_then(|d| d.as_str());
    let assumptions = match draws {
        Some("posterior") => "draw of the assumptions from the fitted posterior",
        Some("prior") => "draw of the assumptions from the prior, before any fit",
        Some("defaults") => "chance, all with the same assumptions",
        _ => "draw of the assumptions",
    };
    let mut methods = format!(
        "Agent-based simulation of people who decide day by day whether and how to go north. {} runs under seed {}, \
         each with its own {assumptions}; one agent stands for {} people, or fewer of smaller nationalities. Where samples are given, a sample index is one \
         such world (assumptions and random numbers) in all scenarios and months, so scenarios may be compared sample by \
         sample. Scenarios are what-ifs, not forecasts of which policy comes.",
        selection.runs().len(),
        manifest.seed,
        manifest.scale,
    );
    for ((id, name), m) in scenarios.iter().zip(folder.members()) {
        methods.push_str(&format!("\n{id} is {name}: {} (hash {})", m.title, m.hash));
    }
    ModelInfo {
        team_abbr: naming.team.clone(),
        model_abbr: naming.model.clone(),
        team_name: naming.team.clone(),
        model_name: format!("darien {}", naming.model),
        model_version: manifest.version.clone(),
        methods,
        license: "CC-BY-4.0".into(),
        designated_model: true,
    }
}

/// Last month that the run knew, as the manifest says.
fn vintage(folder: &ResultFolder) -> Option<Month> {
    folder.manifest().data_until()
}

/// Recorded entries up to that month, as of the last day of the month in which the table was last revised.
fn observations(sources: &[Source], until: Option<Month>) -> Vec<Observation> {
    let revised = data::table("darien_entries").and_then(|t| t.vintage.parse::<Month>().ok());
    let mut all = Vec::new();
    for source in sources {
        let Some(series) = source.observed.and_then(|code| data::entries().series(code)) else { continue };
        all.extend(series.iter().filter(|(month, _)| until.is_none_or(|u| *month <= u)).map(
            |(month, value)| Observation {
                as_of: revised.map(Month::last_day),
                month,
                location: LOCATION.into(),
                target: source.spec.id.clone(),
                value,
            },
        ));
    }
    all
}

fn notes(folder: &ResultFolder, runs: usize, observed_until: Option<Month>) -> Vec<String> {
    let mut notes = Vec::new();
    if runs < MIN_SAMPLES {
        notes.push(format!(
            "the hub has quantiles and means but no samples: hubs ask for {MIN_SAMPLES} or more, and there are {runs} runs"
        ));
    } else if runs > MAX_SAMPLES {
        notes.push(format!(
            "the samples are the first {MAX_SAMPLES} of {runs} runs; quantiles and means are of all"
        ));
    }
    for m in folder.members() {
        let whole = m.whole_months();
        if whole.len() < m.months() {
            notes.push(format!("{}: months of which only some days were run are not in the hub", m.name));
        }
        let first = m.from().plus(whole.start as i32);
        if let Some(known) = observed_until.filter(|k| first <= *k) {
            notes.push(format!(
                "{}: months up to {known} lie in the past that the model was made from; a score of them says how well it \
                 tells history, not how well it forecasts",
                m.name
            ));
        }
    }
    if folder.manifest().data.fingerprint != data::fingerprint() {
        notes.push(
            "the runs were made with other data than this program holds; target data are this program's"
                .into(),
        );
    }
    notes
}
