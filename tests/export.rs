//! `darien export`: what is written is what was run, hubs are read back, and nothing damaged or foreign goes through.

use assert_cmd::Command;
use darien::evaluate::hub::{read_forecasts, read_truth};
use darien::output::file::sha256_hex;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

fn darien(args: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("darien").unwrap().args(args).assert()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn run(out: &Path, scenarios: &[&str], extra: &[&str]) {
    let shown = text(out);
    let mut args = vec!["run"];
    args.extend(scenarios);
    args.extend(["--scale", "2000", "--quiet", "--out", &shown]);
    args.extend(extra);
    darien(&args).success();
}

/// Two scenarios, three runs, four months of which the last is cut short.
fn shared() -> &'static Path {
    static DIR: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, out) = DIR.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let out = dir.path().join("out");
        let scenarios = ["status-quo-2025", "flights-doubled"];
        run(&out, &scenarios, &["--runs", "3", "--until", "2025-04-10", "--parquet"]);
        (dir, out)
    });
    out
}

/// A copy of the shared folder that a test may damage.
fn copy(dir: &Path) -> PathBuf {
    fn walk(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                walk(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let to = dir.join("copy");
    walk(shared(), &to);
    to
}

fn last_json(assert: &assert_cmd::assert::Assert) -> Value {
    let out = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    serde_json::from_str(out.lines().last().unwrap()).unwrap()
}

fn stderr(assert: &assert_cmd::assert::Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Rows of a CSV file by column name.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(path).unwrap();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(&bytes);
    csv::Reader::from_reader(bytes).deserialize().map(Result::unwrap).collect()
}

#[test]
fn a_hub_holds_the_quantiles_of_the_run_and_says_what_it_leaves_out() {
    let dir = TempDir::new().unwrap();
    let hub = dir.path().join("hub");
    let done = darien(&["export", &text(shared()), "--hub", &text(&hub), "--team", "me", "--json"]).success();
    let notes = stderr(&done);
    assert!(notes.contains("no samples") && notes.contains("3 runs") && notes.contains("only some days"));
    let json = last_json(&done);
    assert_eq!(json["samples"], 0);
    assert_eq!(json["scenarios"][0]["scenario_id"], "A-2025-01-01");
    assert_eq!(json["scenarios"][1]["scenario"], "flights-doubled");
    for file in json["files"].as_array().unwrap() {
        let bytes = fs::read(file["path"].as_str().unwrap()).unwrap();
        assert_eq!(file["sha256"], sha256_hex(&bytes).as_str());
    }

    let found = read_forecasts(&hub).unwrap();
    let targets: BTreeSet<&str> = found.forecasts.iter().map(|f| f.task["target"].as_str()).collect();
    assert_eq!(targets.len(), 17);
    assert_eq!(found.forecasts.len(), 2 * 3 * targets.len(), "two scenarios, three whole months");
    assert!(found.forecasts.iter().all(|f| f.model == "me-abm" && f.samples.is_empty()));
    assert!(found.forecasts.iter().all(|f| f.task["location"] == "PA"));

    // The same quantiles and means as the folder's own tables, for each scenario in its order.
    let quantiles = rows(&shared().join("quantiles.csv"));
    let monthly = rows(&shared().join("monthly.csv"));
    let mut compared = 0;
    for (letter, scenario) in [("A", "status-quo-2025"), ("B", "flights-doubled")] {
        for (target, outcome, place, code) in [
            ("inc crossings", "entries_recorded", "darien", "ALL"),
            ("inc crossings VEN", "entries_recorded", "darien", "VEN"),
            ("inc returns", "returned", "panama", "ALL"),
            ("inc deaths", "deaths", "darien", "ALL"),
        ] {
            for horizon in 1..=3 {
                let forecast = found
                    .forecasts
                    .iter()
                    .find(|f| {
                        f.task["scenario_id"].starts_with(letter)
                            && f.task["target"] == target
                            && f.task["horizon"] == horizon.to_string()
                    })
                    .unwrap();
                let month = format!("2025-{horizon:02}");
                let here = |r: &&BTreeMap<String, String>| {
                    r["scenario"] == scenario
                        && r["month"] == month
                        && r["outcome"] == outcome
                        && r["place"] == place
                        && r["nationality"] == code
                };
                let values = |rows: &[BTreeMap<String, String>]| -> Vec<f64> {
                    rows.iter().filter(here).map(|r| r["value"].parse().unwrap()).collect()
                };
                let wanted = values(&quantiles);
                if wanted.is_empty() {
                    assert!(forecast.quantiles.iter().all(|q| *q == 0.0), "only zeros are left out");
                } else {
                    assert_eq!(forecast.quantiles, wanted);
                    compared += 1;
                }
                let mean = values(&monthly).iter().sum::<f64>() / 3.0;
                assert!((forecast.mean.unwrap() - mean).abs() < 1e-9 * (1.0 + mean));
            }
        }
    }
    assert!(compared >= 18, "totals always have quantiles");
}

#[test]
fn a_hundred_runs_give_samples_that_are_paired_worlds_and_the_hub_can_be_scored() {
    let dir = TempDir::new().unwrap();
    let (out, hub) = (dir.path().join("out"), dir.path().join("hub"));
    // Twins: levers alike, so every sample must be alike.
    let twin = dir.path().join("twin.toml");
    fs::write(&twin, "# Does a twin differ?\nextends = \"history\"\ntitle = \"=1+1\"\n").unwrap();
    run(&out, &["history", &text(&twin)], &["--runs", "100", "--until", "2021-08-31"]);
    let done =
        darien(&["export", &text(&out), "--hub", &text(&hub), "--hub-format", "csv", "--json"]).success();
    assert_eq!(last_json(&done)["samples"], 100);
    assert!(stderr(&done).contains("not how well it forecasts"));
    let found = read_forecasts(&hub).unwrap().forecasts;
    let (a, b) = found.split_at(found.len() / 2);
    let totals = |half: &[darien::evaluate::hub::Forecast]| -> Vec<Vec<f64>> {
        let total = half.iter().filter(|f| f.task["target"] == "inc crossings");
        total.map(|f| f.samples.iter().map(|s| s.value).collect()).collect()
    };
    let by_letter = |letter: &str| {
        let half: Vec<_> =
            a.iter().chain(b).filter(|f| f.task["scenario_id"].starts_with(letter)).cloned().collect();
        totals(&half)
    };
    assert_eq!(by_letter("A"), by_letter("B"));
    assert!(by_letter("A").iter().all(|s| s.len() == 100));

    // Sample i is run i: its months stand in monthly.csv.
    let august: Vec<f64> = rows(&out.join("monthly.csv"))
        .iter()
        .filter(|r| {
            r["scenario"] == "history"
                && r["month"] == "2021-08"
                && r["outcome"] == "entries_recorded"
                && r["nationality"] == "ALL"
        })
        .map(|r| r["value"].parse().unwrap())
        .collect();
    assert!(august.iter().any(|v| *v != august[0]));
    assert_eq!(by_letter("A")[7], august);

    let truth = read_truth(&hub).unwrap();
    assert!(truth.rows.len() > 800 && truth.columns.contains(&"target".to_owned()));
    let scored = darien(&["score", &text(&hub), &text(&hub), "--by", "target", "--json"]).success();
    let rows = last_json(&scored)["rows"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 15, "the total and fourteen reporting groups have target data");
    assert!(rows.iter().all(|r| r["n"] == 16 && r["crps"].is_number()));
}

#[test]
fn spreadsheets_are_wide_marked_and_described() {
    let dir = TempDir::new().unwrap();
    darien(&["export", &text(shared()), "--csv", &text(dir.path())]).success();
    for name in ["totals.csv", "nationalities.csv", "columns.csv"] {
        assert!(fs::read(dir.path().join(name)).unwrap().starts_with(b"\xef\xbb\xbf"), "{name}");
    }
    let described: BTreeSet<(String, String)> = rows(&dir.path().join("columns.csv"))
        .iter()
        .map(|r| (r["file"].clone(), r["column"].clone()))
        .collect();
    for name in ["totals.csv", "nationalities.csv"] {
        let table = rows(&dir.path().join(name));
        assert_eq!(table.len(), 8, "two scenarios, four months");
        assert_eq!(table[0]["month"], "2025-01-01");
        assert!(table[0].keys().all(|c| described.contains(&(name.to_owned(), c.clone()))), "{name}");
    }
    let totals = rows(&dir.path().join("totals.csv"));
    let wanted = rows(&shared().join("quantiles.csv"));
    for (column, level) in [("median", "0.5"), ("p10", "0.1"), ("p90", "0.9")] {
        let column = format!("entries_recorded@darien ALL {column}");
        let here: Vec<&String> = totals.iter().map(|r| &r[&column]).collect();
        let there: Vec<&String> = wanted
            .iter()
            .filter(|r| {
                r["outcome"] == "entries_recorded" && r["nationality"] == "ALL" && r["level"] == level
            })
            .map(|r| &r["value"])
            .collect();
        assert_eq!(here, there);
    }
    let observed = |month: &str| {
        let row = totals.iter().find(|r| r["month"].starts_with(month));
        row.is_some_and(|r| !r["entries_recorded@darien ALL observed"].is_empty())
    };
    assert!(observed("2025-01"), "January 2025 is on record");
}

#[test]
fn a_name_that_is_a_formula_stays_text() {
    let dir = TempDir::new().unwrap();
    let (out, sheets) = (dir.path().join("out"), dir.path().join("sheets"));
    let evil = dir.path().join("=cmd.toml");
    fs::write(&evil, "# Is it a formula?\nextends = \"status-quo-2025\"\n").unwrap();
    run(&out, &[&text(&evil)], &["--runs", "1", "--until", "2025-01-31"]);
    darien(&["export", &text(&out), "--csv", &text(&sheets), "--hub", &text(&dir.path().join("hub"))])
        .success();
    assert_eq!(rows(&sheets.join("totals.csv"))[0]["scenario"], "'=cmd");
}

#[test]
fn parquet_is_what_run_writes() {
    let dir = TempDir::new().unwrap();
    darien(&["export", &text(shared()), "--parquet", &text(dir.path())]).success();
    let bytes = |folder: &Path| fs::read(folder.join("monthly.parquet")).unwrap();
    assert!(bytes(dir.path()) == bytes(shared()), "monthly.parquet differs");
    let read = |folder: &Path| {
        let file = fs::File::open(folder.join("quantiles.parquet")).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        reader.get_row_iter(None).unwrap().map(|r| r.unwrap().to_string()).collect::<Vec<_>>()
    };
    assert!(read(dir.path()) == read(shared()), "rows of quantiles.parquet differ");
}

#[test]
fn flows_have_places_and_the_mean_of_the_runs() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("new/flows.geojson");
    darien(&["export", &text(shared()), "--geojson", &text(&file)]).success();
    let map: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let features = map["features"].as_array().unwrap();
    let kind = |k: &str| features.iter().filter(|f| f["properties"]["kind"] == k).collect::<Vec<_>>();
    assert_eq!(kind("place").len(), darien::data::places().len());
    assert_eq!(kind("leg").len(), darien::data::legs().len());
    assert_eq!(kind("flow").len(), 2 * 8);
    let monthly = rows(&shared().join("monthly.csv"));
    let mut people = 0.0;
    for flow in kind("flow") {
        let p = &flow["properties"];
        let sum: f64 = monthly
            .iter()
            .filter(|r| {
                p["scenario"] == r["scenario"].as_str()
                    && p["outcome"] == r["outcome"].as_str()
                    && p["flow_place"] == r["place"].as_str()
                    && r["nationality"] == "ALL"
            })
            .map(|r| r["value"].parse::<f64>().unwrap())
            .sum();
        assert!((p["persons_mean"].as_f64().unwrap() - sum / 3.0).abs() < 1e-6 * (1.0 + sum));
        people += sum;
        let lines = flow["geometry"]["coordinates"].as_array().unwrap();
        assert!(!lines.is_empty() && lines.len() == p["legs"].as_array().unwrap().len());
    }
    assert!(people > 0.0);
    for point in kind("place") {
        let at = &point["geometry"]["coordinates"];
        assert!(at[0].as_f64().unwrap().abs() <= 180.0 && at[1].as_f64().unwrap().abs() <= 90.0);
    }
}

#[test]
fn the_same_export_may_be_repeated_and_no_other_overwrites_it() {
    let dir = TempDir::new().unwrap();
    let (sheets, flows) = (text(&dir.path().join("sheets")), text(&dir.path().join("flows.geojson")));
    let hub = text(&dir.path().join("hub"));
    let all = ["export", &text(shared()), "--csv", &sheets, "--geojson", &flows, "--hub", &hub];
    darien(&all).success();
    darien(&all).success();
    fs::write(dir.path().join("sheets/totals.csv"), "mine").unwrap();
    fs::write(dir.path().join("hub/hub-config/admin.json"), "mine too").unwrap();
    fs::remove_file(dir.path().join("sheets/columns.csv")).unwrap();
    let refused = darien(&all).code(3).stdout("");
    let said = stderr(&refused);
    assert!(
        said.contains("totals.csv") && said.contains("admin.json") && said.contains("other content"),
        "{said}"
    );
    assert_eq!(fs::read(dir.path().join("sheets/totals.csv")).unwrap(), b"mine");
    assert!(!dir.path().join("sheets/columns.csv").exists(), "nothing is written where something is refused");
    // The other format beside the first would be counted twice.
    let twice = ["export", &text(shared()), "--hub", &text(&dir.path().join("hub2")), "--hub-format", "csv"];
    darien(&twice).success();
    darien(&twice[..4]).code(3);
}

#[test]
fn damage_and_other_folders_are_refused() {
    let dir = TempDir::new().unwrap();
    let out = text(&dir.path().join("sheets"));
    let export = |from: &Path| darien(&["export", &text(from), "--csv", &out]).code(3).stdout("");

    assert!(stderr(&export(&dir.path().join("nowhere"))).contains("is not a folder"));
    let said = stderr(&export(dir.path()));
    assert!(said.contains("manifest.json") && said.contains("cannot be read"), "{said}");

    let folder = copy(dir.path());
    fs::write(folder.join("monthly.csv"), "scenario\n").unwrap();
    fs::remove_file(folder.join("quantiles.csv")).unwrap();
    let said = stderr(&export(&folder));
    assert!(said.contains("monthly.csv") && said.contains("not the file that was written"), "{said}");
    assert!(said.contains("quantiles.csv: is missing"), "all at once: {said}");

    let folder = copy(dir.path());
    let manifest = folder.join("manifest.json");
    let mut value: Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    value["verb"] = "bench".into();
    fs::write(&manifest, value.to_string()).unwrap();
    let said = stderr(&export(&folder));
    assert!(said.contains("another verb") && said.contains("`bench`"), "{said}");
    assert!(!dir.path().join("sheets").exists());
}

#[test]
fn tables_that_match_their_checksum_but_make_no_sense_are_refused_by_line() {
    let dir = TempDir::new().unwrap();
    let folder = copy(dir.path());
    let good = fs::read_to_string(folder.join("monthly.csv")).unwrap();
    let (header, rest) = good.split_once('\n').unwrap();
    let bad = format!(
        "{header}\nstranger,0,2025-01,a,b,ALL,1\nstatus-quo-2025,0,2031-01,a,b,ALL,1\nstatus-quo-2025,0,2025-01,a,b,ALL,inf\n{rest}"
    );
    fs::write(folder.join("monthly.csv"), &bad).unwrap();
    let manifest = folder.join("manifest.json");
    let mut value: Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    for file in value["files"].as_array_mut().unwrap().iter_mut().filter(|f| f["name"] == "monthly.csv") {
        file["sha256"] = sha256_hex(bad.as_bytes()).into();
        file["bytes"] = bad.len().into();
    }
    fs::write(&manifest, value.to_string()).unwrap();
    let hub = text(&dir.path().join("hub"));
    let said = stderr(&darien(&["export", &text(&folder), "--hub", &hub]).code(3));
    for wanted in ["csv:2:", "`stranger`", "csv:3:", "`2031-01`", "csv:4:", "`inf`"] {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
}

#[test]
fn a_wrong_command_line_is_told() {
    let from = text(shared());
    darien(&["export", &from]).code(2);
    darien(&["export", &from, "--hub", "x", "--team", "no-hyphen"]).code(2);
    darien(&["export", &from, "--csv", "x", "--hub-format", "csv"]).code(2);
}
