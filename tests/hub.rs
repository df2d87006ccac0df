//! Hubs written by us are read back whole; bad files are refused with all that is wrong with them.

use darien::evaluate::hub::{
    ExportForecast, HubExport, HubFormat, HubInfo, ModelExport, ModelInfo, Observation, TargetSpec,
    read_forecasts, read_truth,
};
use darien::evaluate::report::{Options, join, summarise};
use darien::evaluate::scores::{HUB_LEVELS, hub_quantiles};
use darien::output::file::OutputFolder;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Writes a hub; gives the files written.
fn write_hub(dir: &Path, hub: &HubExport) -> darien::Result<Vec<PathBuf>> {
    let mut folder = OutputFolder::create(dir)?;
    darien::output::hub::write_hub(&mut folder, "", hub)?;
    Ok(folder.written().into_iter().map(|f| dir.join(f.name)).collect())
}

/// One file of model output.
fn model_output(dir: &Path) -> PathBuf {
    write_hub(dir, &hub(HubFormat::Parquet)).unwrap();
    dir.join("model-output/migsim-darien_abm/2024-07-01-migsim-darien_abm.parquet")
}

fn model(abbr: &str, shift: f64) -> ModelExport {
    let forecasts = ["2024-07", "2024-08"]
        .iter()
        .flat_map(|origin| {
            ["A-2024-07-01", "B-2024-07-01"].into_iter().flat_map(move |scenario| {
                (1..=3_u32).map(move |horizon| {
                    let samples: Vec<f64> = (0..100)
                        .map(|i| 20_000.0 + shift + f64::from((i * 37 + horizon * 11) % 100) * 33.3)
                        .collect();
                    ExportForecast {
                        origin: origin.parse().unwrap(),
                        scenario: Some(scenario.to_string()),
                        location: "PA".into(),
                        target: "inc crossings".into(),
                        horizon,
                        quantiles: Some(hub_quantiles(&samples)),
                        mean: Some(samples.iter().sum::<f64>() / 100.0),
                        samples,
                    }
                })
            })
        })
        .collect();
    ModelExport {
        info: ModelInfo {
            team_abbr: "migsim".into(),
            model_abbr: abbr.into(),
            team_name: "Migration simulation".into(),
            model_name: "Darién: agents, \"paired\" # runs".into(),
            model_version: "0.1".into(),
            methods: "Agents decide each day.\nTwo lines, with: colons.".into(),
            license: "CC-BY-4.0".into(),
            designated_model: abbr == "darien_abm",
        },
        forecasts,
    }
}

fn hub(format: HubFormat) -> HubExport {
    let observation = |month: &str, as_of: &str, value| Observation {
        as_of: Some(as_of.parse().unwrap()),
        month: month.parse().unwrap(),
        location: "PA".into(),
        target: "inc crossings".into(),
        value,
    };
    HubExport {
        info: HubInfo {
            name: "Darién projections".into(),
            maintainer: "migsim".into(),
            contact_name: "The maintainers".into(),
            contact_email: "maintainers@example.org".into(),
            repository_owner: "example".into(),
            repository_name: "darien-hub".into(),
            timezone: "America/Panama".into(),
        },
        targets: vec![TargetSpec {
            id: "inc crossings".into(),
            name: "Monthly irregular entries".into(),
            units: "count".into(),
            description: "Irregular entries recorded in the calendar month".into(),
            discrete: true,
        }],
        models: vec![model("darien_abm", 0.0), model("naive", 3000.0)],
        observations: vec![
            observation("2024-07", "2024-08-05", 20_000.0),
            observation("2024-07", "2024-09-05", 20_519.0),
            observation("2024-08", "2024-09-05", 16_603.0),
            observation("2024-09", "2024-10-05", 25_111.0),
        ],
        format,
    }
}

#[test]
fn a_hub_is_read_back_as_it_was_written() {
    let mut read = Vec::new();
    for format in [HubFormat::Csv, HubFormat::Parquet] {
        let dir = TempDir::new().unwrap();
        let export = hub(format);
        let files = write_hub(dir.path(), &export).unwrap();
        assert_eq!(files.len(), 4 + 2 + 2 + 4);
        let stored = read_forecasts(dir.path()).unwrap();
        assert_eq!(stored.forecasts.len(), 24);
        assert_eq!(
            stored.task_columns,
            ["horizon", "location", "origin_date", "scenario_id", "target", "target_end_date"]
        );
        for (m, written) in export.models.iter().flat_map(|m| m.forecasts.iter().map(move |f| (m, f))) {
            let found = stored
                .forecasts
                .iter()
                .find(|f| {
                    f.model == m.info.model_id()
                        && f.task["origin_date"] == written.origin_date().to_string()
                        && Some(&f.task["scenario_id"]) == written.scenario.as_ref()
                        && f.task["horizon"] == written.horizon.to_string()
                })
                .unwrap();
            assert_eq!(found.task["target_end_date"], written.target_end_date().to_string());
            assert_eq!(found.levels, HUB_LEVELS);
            assert_eq!(found.quantiles, written.quantiles.unwrap());
            assert_eq!(found.samples.iter().map(|s| s.value).collect::<Vec<_>>(), written.samples);
            assert_eq!(&*found.samples[99].id, "100");
            assert_eq!(found.mean, written.mean);
        }
        let truth = read_truth(dir.path()).unwrap();
        assert_eq!(truth.rows.len(), 3);
        let series = read_truth(&dir.path().join("target-data/time-series.csv")).unwrap();
        assert_eq!(series.rows, truth.rows, "the latest vintage counts");

        let joined = join(&stored, &truth).unwrap();
        assert_eq!((joined.cases.len(), joined.without_truth), (20, 4));
        let options = Options { relative_to: Some("migsim-naive".into()), ..Options::default() };
        let rows = summarise(&joined.cases, &options).unwrap();
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(|r| r.crps.is_some() && r.wis_log.is_some() && r.relative_skill.is_some()));
        read.push(rows);

        let single = dir
            .path()
            .join("model-output/migsim-naive")
            .join(format!("2024-07-01-migsim-naive.{}", format.name()));
        assert_eq!(read_forecasts(&single).unwrap().forecasts[0].model, "migsim-naive");
    }
    assert_eq!(read[0], read[1], "both formats give the same scores");
}

#[test]
fn the_same_export_gives_the_same_bytes_and_nothing_else() {
    let (a, b) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let files = write_hub(a.path(), &hub(HubFormat::Parquet)).unwrap();
    write_hub(b.path(), &hub(HubFormat::Parquet)).unwrap();
    write_hub(b.path(), &hub(HubFormat::Parquet)).unwrap();
    for file in &files {
        let other = b.path().join(file.strip_prefix(a.path()).unwrap());
        assert_eq!(fs::read(file).unwrap(), fs::read(other).unwrap(), "{}", file.display());
        let folder = fs::read_dir(file.parent().unwrap()).unwrap();
        assert!(folder.map(|e| e.unwrap().file_name()).all(|n| !n.to_string_lossy().starts_with('.')));
    }
    let error = write_hub(b.path(), &hub(HubFormat::Csv)).unwrap_err().to_string();
    assert!(error.contains("in the other format"), "{error}");
}

#[test]
fn an_export_that_breaks_rules_is_refused_with_all_of_them() {
    let mut bad = hub(HubFormat::Csv);
    let first = &mut bad.models[0];
    first.info.model_abbr = "far-too-long-a-name".into();
    first.forecasts[0].quantiles.as_mut().unwrap()[5] = 0.0;
    first.forecasts[1].scenario = Some("baseline".into());
    first.forecasts[2].samples.pop();
    first.forecasts[3].mean = Some(f64::NAN);
    first.forecasts[4].target = "unknown".into();
    let copy = first.forecasts[5].clone();
    first.forecasts.push(copy);
    bad.observations[0].as_of = None;
    let dir = TempDir::new().unwrap();
    let error = write_hub(dir.path(), &bad).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.to_string();
    for part in [
        "not a short name",
        "the quantiles decrease",
        "not a scenario id",
        "different numbers of samples",
        "not a finite number",
        "the target is not described",
        "the task stands twice",
        "some have none",
    ] {
        assert!(text.contains(part), "{part} not in:\n{text}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn the_configuration_asks_for_what_every_model_has() {
    let tasks = |export: &HubExport| -> serde_json::Value {
        let files = export.files().unwrap();
        let file = files.iter().find(|f| f.name() == "hub-config/tasks.json").unwrap();
        let value: serde_json::Value = serde_json::from_slice(&file.bytes().unwrap()).unwrap();
        value["rounds"][0]["model_tasks"][0].clone()
    };
    let mut export = hub(HubFormat::Csv);
    let full = tasks(&export);
    assert_eq!(full["task_ids"]["horizon"]["required"], serde_json::json!([1, 2, 3]));
    assert_eq!(full["output_type"]["sample"]["output_type_id_params"]["min_samples_per_task"], 100);
    assert_eq!(full["output_type"]["quantile"]["output_type_id"]["required"], serde_json::json!(HUB_LEVELS));
    // One task less in one model: nothing can be required of all.
    export.models[0].forecasts.pop();
    assert_eq!(tasks(&export)["task_ids"]["horizon"]["optional"], serde_json::json!([1, 2, 3]));
}

const HEADER: &str = "origin_date,location,target,horizon,target_end_date,output_type,output_type_id,value";

fn file(dir: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

fn refused(path: &Path, parts: &[&str]) {
    let error = read_forecasts(path).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn every_fault_of_a_bad_file_is_told_with_its_line() {
    let dir = TempDir::new().unwrap();
    let row = "2024-07-01,PA,inc crossings,1,2024-07-31";
    let bad = file(
        &dir,
        "2024-07-01-t-m.csv",
        &format!(
            "{HEADER}\n{row},quantile,0.25,10\n{row},quantile,0.5,8\n{row},quantile,1.5,9\n{row},quantile,0.25,10\n\
             {row},quantile,0.75,inf\n{row},quantile,0.9,\n{row},quantile,0.95,many\n{row},guess,0.5,1\n\
             {row},sample,3,1\n{row},sample,3,1\n{row},sample,,1\n{row},mean,NA,1\n{row},mean,,1\n\
             1 July 2024,PA,x,1,2024-07-31,mean,,1\n{row},mean\n"
        ),
    );
    refused(
        &bad,
        &[
            "t-m.csv:3:1: the quantiles of horizon=1, location=PA",
            "found 10 at 0.25, but 8 at 0.5",
            "t-m.csv:4:1: `output_type_id`: is not a quantile level; found `1.5`",
            "t-m.csv:5:1: duplicate row: quantile 0.25",
            "t-m.csv:6:1: `value`: is not a finite number; found `inf`",
            "t-m.csv:7:1: `value`: is missing",
            "t-m.csv:8:1: `value`: is not a finite number; found `many`",
            "t-m.csv:9:1: `output_type`: is not an output type; found `guess`",
            "t-m.csv:11:1: duplicate row: sample 3",
            "t-m.csv:12:1: `output_type_id`: a sample has no index",
            "t-m.csv:14:1: the mean stands twice",
            "`origin_date`: is not a date; found `1 July 2024`",
            "t-m.csv:16:1: the line has 6 fields where the header has 8",
        ],
    );
}

#[test]
fn files_that_cannot_be_forecasts_are_refused() {
    let dir = TempDir::new().unwrap();
    refused(&dir.path().join("absent.csv"), &["cannot be opened"]);
    refused(dir.path(), &["holds no forecasts"]);
    refused(&file(&dir, "empty.csv", ""), &["is empty"]);
    refused(&file(&dir, "header.csv", &format!("{HEADER}\n")), &["holds no forecasts"]);
    refused(&file(&dir, "twice.csv", "value,value\n1,2\n"), &["a column stands twice"]);
    refused(&file(&dir, "x.xlsx", "x"), &["is a spreadsheet, which is not read", ".csv.gz or .parquet"]);
    refused(
        &file(&dir, "columns.csv", "location,output_type,output_typeid,values\nPA,mean,,1\n"),
        &["`output_type_id` is missing", "rename `output_typeid`", "`value` is missing", "rename `values`"],
    );
    refused(&file(&dir, "text.parquet", "not parquet at all"), &["not a whole, readable Parquet file"]);

    let many = "2024-07-01,PA,x,1,2024-07-31,quantile,7,1\n".repeat(180);
    refused(
        &file(&dir, "many.csv", &format!("{HEADER}\n{many}")),
        &["many.csv: 80 more problems of 1 file are not listed"],
    );

    let large = dir.path().join("large.csv");
    fs::File::create(&large).unwrap().set_len((512 << 20) + 1).unwrap();
    refused(&large, &["is too large", "up to 512 MiB"]);
    fs::remove_file(large).unwrap();

    let hub_dir = TempDir::new().unwrap();
    let bytes = fs::read(model_output(hub_dir.path())).unwrap();
    for keep in [0, 3, 12, bytes.len() / 2, bytes.len() - 1] {
        let cut = dir.path().join("cut.parquet");
        fs::write(&cut, &bytes[..keep]).unwrap();
        refused(&cut, &["cut.parquet: is not a whole, readable Parquet file"]);
    }
}

#[test]
fn a_task_in_two_files_is_told_with_both() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("model-output/t-m");
    fs::create_dir_all(&folder).unwrap();
    let text = format!("{HEADER}\n2024-07-01,PA,x,1,2024-07-31,mean,,1\n");
    fs::write(folder.join("2024-07-01-t-m.csv"), &text).unwrap();
    fs::write(folder.join("copy.csv"), &text).unwrap();
    refused(dir.path(), &["copy.csv: a task of `t-m` stands in another file too", "2024-07-01-t-m.csv"]);
}

#[test]
fn bad_truth_is_refused_and_lone_levels_are_left_out() {
    let dir = TempDir::new().unwrap();
    let forecasts = |levels: &[&str]| {
        let mut text = format!("{HEADER}\n");
        for (i, level) in levels.iter().enumerate() {
            writeln!(text, "2024-07-01,PA,x,1,2024-07-31,quantile,{level},{i}").unwrap();
        }
        read_forecasts(&file(&dir, "2024-07-01-t-m.csv", &text)).unwrap()
    };
    let truth = |text: &str| read_truth(&file(&dir, "truth.csv", text));
    let good = truth("target_end_date,location,target,oracle_value\n2024-07-31,PA,x,5\n").unwrap();

    // The median, 1, is all that is left; 5 is observed.
    let joined = join(&forecasts(&["0.1", "0.5", "0.8"]), &good).unwrap();
    assert_eq!((joined.lone_quantiles, joined.lone_models.as_slice()), (2, ["t-m".to_string()].as_slice()));
    assert_eq!(summarise(&joined.cases, &Options::default()).unwrap()[0].wis.total, 4.0);

    let fine = forecasts(&["0.1", "0.5", "0.9"]);
    let rows = summarise(&join(&fine, &good).unwrap().cases, &Options::default()).unwrap();
    assert!(rows[0].coverage.c50.is_nan() && rows[0].coverage.c80 == 0.0);

    let error = truth("target_end_date,location,seen\n2024-07-31,PA,5\n").unwrap_err().to_string();
    assert!(error.contains("`oracle_value` is missing"), "{error}");
    let twice = "target_end_date,location,target,observation\n2024-07-31,PA,x,5\n2024-07-31,PA,x,6\n";
    assert!(truth(twice).unwrap_err().to_string().contains("truth.csv:3:1: two observations"));
    let other = truth("day,location,observation\n2024-07-31,PA,5\n").unwrap();
    assert!(join(&fine, &other).unwrap_err().to_string().contains("shares no date column"));
    let finer = truth("target_end_date,sex,observation\n2024-07-31,f,5\n2024-07-31,m,6\n").unwrap();
    assert!(join(&fine, &finer).unwrap_err().to_string().contains("add sex to the forecasts"));
    let elsewhere =
        truth("target_end_date,location,observation\n2024-07-31,CO,5\n2024-06-30,PA,NA\n").unwrap();
    assert!(join(&fine, &elsewhere).unwrap_err().to_string().contains("no forecast can be scored"));
}

#[test]
fn partition_folders_and_model_columns_are_understood() {
    let dir = TempDir::new().unwrap();
    let part = dir.path().join("time-series/as_of=2024-09-05");
    fs::create_dir_all(&part).unwrap();
    fs::write(part.join("a.csv"), "target_end_date,observation\n2024-07-31,7\n").unwrap();
    let older = dir.path().join("time-series/as_of=2024-08-05");
    fs::create_dir_all(&older).unwrap();
    fs::write(older.join("a.csv"), "target_end_date,observation\n2024-07-31,5\n").unwrap();
    let truth = read_truth(dir.path()).unwrap();
    assert_eq!(truth.rows.values().copied().collect::<Vec<_>>(), [7.0]);

    let all = file(
        &dir,
        "collected.csv",
        "model_id,target_end_date,output_type,output_type_id,value\na-b,2024-07-31,mean,NA,1\nc-d,2024-07-31,mean,NA,2\n",
    );
    let models: Vec<String> = read_forecasts(&all).unwrap().forecasts.into_iter().map(|f| f.model).collect();
    assert_eq!(models, ["a-b", "c-d"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    /// Damaged Parquet gives forecasts or problems, never a panic.
    #[test]
    fn damaged_parquet_never_panics(places in prop::collection::vec((0.0..1.0f64, any::<u8>()), 1..6), cut in 0.0..1.2f64) {
        static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
            let dir = TempDir::new().unwrap();
            fs::read(model_output(dir.path())).unwrap()
        });
        let mut bytes = BYTES.clone();
        for (place, byte) in places {
            let at = (place * bytes.len() as f64) as usize;
            bytes[at] = byte;
        }
        if cut < 1.0 {
            bytes.truncate((cut.sqrt().sqrt() * bytes.len() as f64) as usize + 4);
        }
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("2024-07-01-t-m.parquet");
        fs::write(&path, bytes).unwrap();
        if let Err(error) = read_forecasts(&path) {
            prop_assert_eq!(error.exit_code(), 3);
        }
    }

    #[test]
    fn damaged_csv_never_panics(text in "(?s)[a-z_,.0-9\"\n\r NA-]{0,300}") {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("a.csv");
        fs::write(&path, format!("origin_date,output_type,output_type_id,value\n{text}")).unwrap();
        let _ = read_forecasts(&path);
        let _ = read_truth(&path);
    }
}
