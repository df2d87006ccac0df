//! `darien score` as a user meets it.

use assert_cmd::Command;
use predicates::prelude::*;
use std::fmt::Write as _;
use std::path::Path;

/// A folder with two models over twelve months and the truth: `sure` is off by 10, `wide` by 40.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (model, miss) in [("t-sure", 10.0), ("t-wide", 40.0)] {
        let mut text =
            String::from("origin_date,target_end_date,location,horizon,output_type,output_type_id,value\n");
        for month in 1..=12 {
            let wobble = f64::from(month * 5 % 7);
            for (level, shift) in
                [("0.025", -5.0), ("0.25", -2.0), ("0.5", 0.0), ("0.75", 2.0), ("0.975", 5.0)]
            {
                let value = 1000.0 + miss + wobble + shift;
                writeln!(text, "2023-{month:02}-01,2023-{month:02}-28,PA,1,quantile,{level},{value}")
                    .unwrap();
            }
        }
        let below = dir.path().join("model-output").join(model);
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(below.join(format!("2023-01-01-{model}.csv")), text).unwrap();
    }
    let mut truth = String::from("target_end_date,location,observation\n");
    for month in 1..=11 {
        writeln!(truth, "2023-{month:02}-28,PA,1000").unwrap();
    }
    std::fs::write(dir.path().join("truth.csv"), truth).unwrap();
    dir
}

fn score(dir: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("darien").unwrap();
    command.arg("score").arg(dir).arg(dir.join("truth.csv")).args(args).assert()
}

#[test]
fn a_table_ranks_models_and_speaks_a_verdict() {
    let dir = folder();
    score(dir.path(), &["--relative-to", "t-wide", "--log"])
        .success()
        .stdout(predicate::function(|text: &str| {
            let first = text.lines().nth(1).unwrap_or_default();
            first.starts_with("1        t-sure  11  ") && first.ends_with("  better")
        }))
        .stderr(predicate::str::contains("2 forecasts have no observation yet"));
}

#[test]
fn the_last_line_is_json_with_the_scores() {
    let dir = folder();
    let assert = score(dir.path(), &["--json", "--by", "all", "--capacity", "500"]).success();
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    let object: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let first = &object["rows"][0];
    assert_eq!((first["model"].as_str(), first["n"].as_u64()), (Some("t-sure"), Some(11)));
    // Above a capacity below every value, the tail is the whole.
    assert!((first["wis"].as_f64().unwrap() - first["wis_tail"].as_f64().unwrap()).abs() < 1e-9);
    assert_eq!(first["coverage80"], serde_json::Value::Null, "the levels have no 80 % interval");
    assert_eq!(object["without_truth"], 2);
}

#[test]
fn bad_input_exits_3_with_the_problems_of_both_sides() {
    let dir = folder();
    std::fs::write(dir.path().join("truth.csv"), "target_end_date,observation\n2023-13-01,x\n").unwrap();
    std::fs::write(dir.path().join("model-output/t-sure/bad.csv"), "a,b\n1,2\n").unwrap();
    score(dir.path(), &[]).code(3).stdout("").stderr(
        predicate::str::contains("bad.csv")
            .and(predicate::str::contains("2023-13-01"))
            .and(predicate::str::contains("`x`")),
    );
}

#[test]
fn wrong_names_get_the_nearest() {
    let dir = folder();
    score(dir.path(), &["--relative-to", "t-wild"])
        .code(3)
        .stderr(predicate::str::contains("did you mean `t-wide`?"));
    score(dir.path(), &["--by", "horizons"])
        .code(3)
        .stderr(predicate::str::contains("did you mean `horizon`?"));
    score(dir.path(), &["--capacity", "NaN"]).code(2);
}
