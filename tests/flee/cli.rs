//! The verbs as a user meets them: folders, files, exit codes.

use super::bad_input::folder;
use super::common::small;
use assert_cmd::Command;
use darien::behaviour::flee;
use darien::output::manifest::Manifest;
use std::path::{Path, PathBuf};

fn darien(dir: &Path, words: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("darien").unwrap();
    command.current_dir(dir).args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with a small world `base.toml`.
fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("base.toml"), flee::to_toml(&small(40, 400.0))).unwrap();
    let path = dir.path().to_path_buf();
    (dir, path)
}

#[test]
fn a_run_leaves_whole_results_whatever_the_threads() {
    let (_keep, dir) = place();
    let run = |out: &str, more: &[&str]| {
        let words = ["flee", "base.toml", "--runs", "4", "--json", "--parquet", "--out", out];
        darien(&dir, &[&words[..], &["--close", "T:F@2020-01-10..2020-01-20"], more].concat())
    };
    let one = run("one", &["--threads", "1"]);
    assert!(one.status.success(), "{}", text(&one.stderr));
    let last = text(&one.stdout).lines().last().unwrap().to_owned();
    let json: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert_eq!((json["verb"].as_str(), json["runs"].as_array().map(Vec::len)), (Some("flee"), Some(4)));
    let manifest = Manifest::read(&dir.join("one")).unwrap();
    assert!(manifest.verify(&dir.join("one")).unwrap().is_empty());
    let names: Vec<&str> = manifest.files.iter().map(|f| f.name.as_str()).collect();
    for stem in ["camps", "total", "errors", "difference"] {
        for ending in ["svg", "png", "csv"] {
            assert!(names.contains(&&*format!("charts/{stem}.{ending}")), "{stem}.{ending} in {names:?}");
        }
    }
    for file in ["quantiles.csv", "quantiles.parquet", "daily.csv", "daily.parquet", "out.csv", "README.txt"]
    {
        assert!(names.contains(&file), "{file} in {names:?}");
    }
    let readme = std::fs::read_to_string(dir.join("one/README.txt")).unwrap();
    for name in names.iter().filter(|n| !n.contains('/') && **n != "README.txt") {
        let name = name.replace(".parquet", ".csv");
        assert!(readme.contains(&format!("{name}\n---")), "{name} is not described");
    }
    let two = run("two", &["--threads", "2"]);
    assert!(two.status.success(), "{}", text(&two.stderr));
    let other = Manifest::read(&dir.join("two")).unwrap();
    assert_eq!(manifest.digest().unwrap(), other.digest().unwrap());
    let third = run("three", &["--seed", "2"]);
    assert!(third.status.success());
    assert_ne!(manifest.digest().unwrap(), Manifest::read(&dir.join("three")).unwrap().digest().unwrap());
}

#[test]
fn quantiles_have_the_levels_of_hubs_and_hold_the_runs() {
    let (_keep, dir) = place();
    assert!(darien(&dir, &["flee", "base.toml", "--runs", "5", "--quiet", "--out", "o"]).status.success());
    let read = |file: &str| -> Vec<csv::StringRecord> {
        csv::Reader::from_path(dir.join("o").join(file)).unwrap().records().map(Result::unwrap).collect()
    };
    let (daily, quantiles) = (read("daily.csv"), read("quantiles.csv"));
    // Two camps and five outcomes of the world, 40 days, 5 runs, 23 levels.
    assert_eq!((daily.len(), quantiles.len()), (7 * 40 * 5, 7 * 40 * 23));
    let day = |r: &csv::StringRecord| r.iter().any(|c| c == "2020-02-03") && r.iter().any(|c| c == "F");
    let mut values: Vec<f64> = daily.iter().filter(|r| day(r)).map(|r| r[5].parse().unwrap()).collect();
    values.sort_by(f64::total_cmp);
    let median = quantiles.iter().find(|r| day(r) && &r[4] == "0.5").unwrap();
    assert_eq!((values.len(), median[5].parse::<f64>().unwrap()), (5, values[2]));
}

#[test]
fn charts_speak_both_languages() {
    let (_keep, dir) = place();
    for (lang, words) in [("en", "in each camp by day"), ("es", "en cada campamento por día")] {
        let done = darien(&dir, &["flee", "base.toml", "--runs", "2", "--lang", lang, "--out", lang]);
        assert!(done.status.success(), "{}", text(&done.stderr));
        let svg = std::fs::read_to_string(dir.join(lang).join("charts/camps.svg")).unwrap();
        assert!(svg.contains(words) && svg.contains(&format!("xml:lang=\"{lang}\"")), "{lang}");
    }
}

#[test]
fn settings_are_changed_by_name() {
    let (_keep, dir) = place();
    let end = |more: &[&str]| {
        let done = darien(
            &dir,
            &[&["flee", "base.toml", "--runs", "2", "--json", "--overwrite", "--out", "o"], more].concat(),
        );
        assert!(done.status.success(), "{}", text(&done.stderr));
        let json: serde_json::Value =
            serde_json::from_str(text(&done.stdout).lines().last().unwrap()).unwrap();
        json["runs"][0]["in_camps"].as_i64().unwrap()
    };
    assert!(end(&["--set", "max_move_speed=20"]) < end(&[]));
    assert_eq!(end(&["--set", "max_move_speed=360"]), end(&[]));
}

#[test]
fn exit_codes_are_those_documented() {
    let (_keep, dir) = place();
    folder(&dir.join("sound"), &[]);
    folder(
        &dir.join("bad"),
        &[("routes.csv", "Z,T,100", "Z,T,far"), ("c.csv", "2020-01-02,10", "2020-01-02,x")],
    );
    for (words, code, part) in [
        (&["check", "sound", "base.toml"][..], 0, ""),
        (&["check", "sound/input_csv/simsetting.yml"], 0, ""),
        (&["check", "bad"], 3, "routes.csv:2:1: `distance`: is not a number"),
        (&["check", "bad"], 3, "c.csv:2:1: `count`: is not a number"),
        (&["flee", "bad"], 3, "is not a number"),
        (&["flee", "gone"], 3, "is neither a folder nor a file"),
        (&["flee", "base.toml", "--settings", "x.yml"], 2, "go with a folder"),
        (&["flee", "base.toml", "--threads", "0"], 2, "a number of threads"),
        (&["flee", "base.toml", "--runs", "0"], 2, "--runs"),
        (&["flee", "base.toml", "--set", "camp_wieght=2"], 3, "did you mean camp_weight?"),
        (&["flee", "base.toml", "--set", "camp_weight"], 3, "lacks a value"),
        (&["flee", "base.toml", "--close", "T:F"], 3, "lacks a date"),
        (&["flee", "base.toml", "--out", "base.toml"], 3, "the output folder is a file"),
        (&["run", "base.toml"], 3, "run it with `darien flee base.toml`"),
        (&["convert-flee", "bad", "--to", "x.toml"], 3, "is not a number"),
    ] {
        let done = darien(&dir, words);
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(code), "{words:?}: {said}");
        assert!(said.contains(part), "{words:?}: {said}");
    }
    assert!(!dir.join("x.toml").exists(), "nothing is written of a world with faults");
}
