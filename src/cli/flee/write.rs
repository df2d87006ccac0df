//! What `darien flee` leaves in its folder.

use super::{FleeArgs, FleeResult};
use crate::behaviour::flee::{Record, World, daily, tables};
use crate::error::Result;
use crate::output::chart::Provenance;
use crate::output::daily_figures::{self, Setting, Tables};
use crate::output::file::OutputFolder;
use crate::output::manifest::{self, DataId, Environment, Manifest, ScenarioId};
use crate::output::readme::{self, Described};
use crate::output::{csv, parquet};
use crate::table::{Table, Values};
use serde_json::{Map, Value, json};

/// What each file holds, by its stem.
const PURPOSES: [(&str, &str); 10] = [
    ("scores", "The simulation beside naive forecasts."),
    ("runs", "Each run: seed, scores, agents."),
    ("days", "All camps together by day, over the runs."),
    ("camps", "Each camp by day, over the runs, beside the data."),
    ("errors", "Relative difference by day, of the simulation and of naive forecasts."),
    ("difference", "What the what-if changes, run against run with the same draws."),
    ("camps_alternative", "As camps.csv, for the what-if."),
    ("daily", "Every outcome of every run by day."),
    ("quantiles", "Quantiles over the runs of every outcome by day."),
    ("failures", "Runs that did not finish."),
];

/// The worlds with their runs.
fn worlds(result: &FleeResult) -> Vec<(&World, &[Record])> {
    let mut worlds = vec![(&result.world, result.records.as_slice())];
    worlds.extend(result.alternative.iter().map(|(world, _, records)| (world, records.as_slice())));
    worlds
}

/// Writes tables, charts, `out.csv` of the first run in FLEE's layout, what the columns mean, and the manifest.
pub(super) fn all(
    args: &FleeArgs,
    result: &FleeResult,
    folder: &mut OutputFolder,
    environment: Environment,
) -> Result<()> {
    let mut described: Vec<(String, Table)> = Vec::new();
    for table in &result.tables {
        folder.write_with(&format!("{}.csv", table.name), |o| csv::write(table, o))?;
        described.push((table.name.clone(), headings(table)));
    }
    if let Some((world, _, records)) = &result.alternative {
        let table = Table { name: "camps_alternative".into(), ..tables::camps_table(world, records) };
        folder.write_with("camps_alternative.csv", |o| csv::write(&table, o))?;
        described.push((table.name.clone(), headings(&table)));
    }
    described.extend(long_tables(args, result, folder)?);
    if let Some(first) = result.records.first() {
        folder.write("out.csv", tables::out_csv(&result.world, first).as_bytes())?;
    }
    charts(args, result, folder)?;
    let described: Vec<(String, &str, &Table)> = described
        .iter()
        .map(|(stem, table)| {
            let purpose = PURPOSES.iter().find(|p| p.0 == stem).map_or("", |p| p.1);
            (format!("{stem}.csv"), purpose, table)
        })
        .collect();
    let mut files: Vec<Described> = described
        .iter()
        .map(|(file, purpose, table)| Described { file, purpose, table: Some(table) })
        .collect();
    let others = [
        ("out.csv", "The first run in the layout of FLEE."),
        ("charts/", "Each chart as SVG and PNG, with what it shows as CSV."),
        ("manifest.json", "What made these files, with the checksum of each."),
    ];
    files.extend(others.map(|(file, purpose)| Described { file, purpose, table: None }));
    let world = &result.world;
    let intro = format!(
        "{}: {} days from {}, {} runs. An agent stands for {} people.",
        world.name,
        world.days,
        world.from,
        result.records.len(),
        world.settings.hasten
    );
    folder.write("README.txt", readme::text("Results of darien flee", &intro, &files).as_bytes())?;
    folder.finish(manifest(args, result, folder, environment))
}

/// A table without its rows, for its description.
fn headings(table: &Table) -> Table {
    let mut table = table.clone();
    for column in &mut table.columns {
        column.values = match column.values {
            Values::Text(_) => Values::Text(Vec::new()),
            Values::Int(_) => Values::Int(Vec::new()),
            Values::Float(_) => Values::Float(Vec::new()),
        };
    }
    table
}

/// Writes `daily` and `quantiles`, which have a row a value.
fn long_tables(
    args: &FleeArgs,
    result: &FleeResult,
    folder: &mut OutputFolder,
) -> Result<Vec<(String, Table)>> {
    let worlds = worlds(result);
    let parts = || {
        worlds
            .iter()
            .flat_map(|(world, records)| result.runs.iter().zip(*records).map(move |(i, r)| (*world, *i, r)))
            .map(|(world, run, record)| daily::daily_table(world, run, record))
    };
    folder.write_with("daily.csv", |o| {
        parts().enumerate().try_for_each(|(i, part)| csv::write_part(&part, i == 0, o))
    })?;
    let quantiles = daily::quantiles_table(&worlds);
    folder.write_with("quantiles.csv", |o| csv::write(&quantiles, o))?;
    if args.parquet {
        folder.write("quantiles.parquet", &parquet::bytes(&quantiles)?)?;
        if let Some(whole) = parts().reduce(Table::followed_by) {
            folder.write("daily.parquet", &parquet::bytes(&whole)?)?;
        }
    }
    let columns = parts().next().map(|t| ("daily".to_owned(), headings(&t)));
    Ok(columns.into_iter().chain([("quantiles".to_owned(), headings(&quantiles))]).collect())
}

fn charts(args: &FleeArgs, result: &FleeResult, folder: &mut OutputFolder) -> Result<()> {
    let world = &result.world;
    let table = |name: &str| result.table(name);
    let (Some(camps), Some(days), Some(errors), Some(scores)) =
        (table("camps"), table("days"), table("errors"), table("scores"))
    else {
        return Ok(());
    };
    let mut scenario = world.name.clone();
    if args.as_flee {
        scenario += " --as-flee";
    }
    let setting = Setting {
        lang: args.lang,
        provenance: Provenance {
            scenario,
            hash: result.hash.clone(),
            seed: args.seed,
            runs: result.records.len() as u64,
            version: env!("CARGO_PKG_VERSION").into(),
            vintage: String::new(),
            source: args.lang.pick("records of the world; darien", "registros del mundo; darien").into(),
        },
        from: world.from,
        until: world.date(world.days - 1),
        people_per_agent: world.settings.hasten as f64,
    };
    let tables = Tables { camps, days, errors, scores, difference: table("difference") };
    daily_figures::draw(&tables, &setting, folder)
}

fn manifest(
    args: &FleeArgs,
    result: &FleeResult,
    folder: &OutputFolder,
    environment: Environment,
) -> Manifest {
    let world = &result.world;
    let mut scenarios = vec![ScenarioId { name: world.name.clone(), hash: result.hash.clone() }];
    scenarios.extend(
        result.alternative.iter().map(|(w, hash, _)| ScenarioId { name: w.name.clone(), hash: hash.clone() }),
    );
    let levers: Map<String, Value> = worlds(result)
        .into_iter()
        .map(|(world, _)| {
            let settings: Map<String, Value> = world
                .settings
                .list()
                .into_iter()
                .map(|(name, value)| (name.to_owned(), json!({ "value": value, "unit": "" })))
                .collect();
            (world.name.clone(), settings.into())
        })
        .collect();
    Manifest {
        format: manifest::FORMAT,
        version: crate::VERSION.into(),
        build: crate::BUILD.into(),
        verb: "flee".into(),
        command: manifest::command(),
        scenarios,
        levers,
        parameters: Map::new(),
        seed: args.seed,
        runs: result.records.len() as u64,
        scale: u64::try_from(world.settings.hasten).unwrap_or(1),
        details: [("as_flee", json!(args.as_flee)), ("lang", json!(args.lang))]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
        data: DataId { vintage: world.date(world.days - 1).to_string(), fingerprint: result.hash.clone() },
        files: folder.written(),
        experiment: String::new(),
        seal: String::new(),
        environment,
    }
}

/// Writes `failures.csv` if runs failed.
pub(super) fn failures(result: &FleeResult, folder: &mut OutputFolder) -> Result<()> {
    if result.failures.is_empty() {
        return Ok(());
    }
    let table = Table::new(
        "failures",
        vec![
            crate::table::Column::int(
                "run",
                "",
                "Number of the run.",
                result.failures.iter().map(|f| f.0 as i64).collect(),
            ),
            crate::table::Column::text(
                "message",
                "What the program said.",
                result.failures.iter().map(|f| f.1.clone()).collect(),
            ),
        ],
    );
    folder.write_with("failures.csv", |o| csv::write(&table, o))
}
