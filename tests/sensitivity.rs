//! `darien sensitivity` as a user meets it, and its charts.

use assert_cmd::Command;
use darien::output::chart::{Chart, Frame, Pair, Reach, Shares, Swings, png};
use serde_json::Value;
use std::path::Path;

const SMALL: &str = "--until 2025-01-31 --parameters depart.belief_power,intent.base.VEN,return.cool_down \
    --scale 2000 --trajectories 2 --samples 4 --keep 2 --floor 4 --resamples 20 --quiet";

fn darien(line: &str) -> Command {
    let mut command = Command::cargo_bin("darien").unwrap();
    command.arg("sensitivity").args(line.split_whitespace());
    command
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        if entry.is_dir() {
            all.extend(files(&entry).into_iter().map(|(n, b)| (format!("{name}/{n}"), b)));
        } else if name != "manifest.json" {
            all.push((name, std::fs::read(entry).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_ranking_leaves_the_same_folder_on_one_thread_and_on_two() {
    let dir = tempfile::tempdir().unwrap();
    let mut folders = Vec::new();
    for threads in [1, 2] {
        let out = dir.path().join(threads.to_string());
        let line = format!(
            "status-quo-2025 --versus venezuela-recovers --better lower {SMALL} --json --lang es --threads {threads} --out {}",
            out.display()
        );
        let done = darien(&line).assert().code(0);
        let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        let rows = last["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 6, "three parameters, level and difference");
        for key in ["parameter", "outcome", "s1", "st", "low", "high", "floor"] {
            assert!(rows.iter().all(|r| r.get(key).is_some()), "{key}");
        }
        assert_eq!(rows.iter().filter(|r| r["st"].is_number()).count(), 4, "two were kept");
        let r = &last["ranking"][0];
        let sum: f64 = ["wins", "losses", "ties"].iter().map(|k| r[k].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9 && r["points"] == 8);
        folders.push(files(&out));
    }
    let names: Vec<&str> = folders[0].iter().map(|f| f.0.as_str()).collect();
    for wanted in [
        "README.txt",
        "charts/difference-entries-darien-ranking.svg",
        "charts/entries-darien-indices.csv",
        "charts/entries-darien-morris.png",
        "charts/entries-darien-tornado.svg",
        "design.csv",
        "indices.csv",
        "morris.csv",
        "ranking.csv",
        "tornado.csv",
    ] {
        assert!(names.contains(&wanted), "{wanted} in {names:?}");
    }
    assert!(!names.iter().any(|n| n.contains("part") || n.contains("failures")));
    assert_eq!(folders[0], folders[1]);
}

#[test]
fn one_method_alone_leaves_what_it_says_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    for (method, there, not) in
        [("morris", "morris.csv", "indices.csv"), ("sobol", "indices.csv", "morris.csv")]
    {
        let out = dir.path().join(method);
        darien(&format!("status-quo-2025 --method {method} {SMALL} --out {}", out.display()))
            .assert()
            .code(0);
        assert!(out.join(there).exists() && !out.join(not).exists() && !out.join("ranking.csv").exists());
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    for (flags, code, words) in [
        ("--versus flights-doubled", 2, "--better"),
        ("--better lower", 2, "--versus"),
        ("--samples 1 --trajectories 0", 2, "--trajectories 0"),
        ("--method nonsense", 2, "nonsense"),
        ("--draws defaults", 2, "no spread"),
        ("--parameters none", 2, "nothing is varied"),
        ("--outcome entris --levers crisis.ven --parameters route.scal", 3, "crisis.VEN"),
        ("--outcome bypass", 3, "mexico_air"),
        ("--levers crisis.VEN=0.9..0.1", 3, "the smaller first"),
        ("--versus flights-doubled --better lower --levers flights.panama.per_week", 3, "leave it out"),
        ("--versus no-such-scenario --better lower", 3, "no-such-scenario"),
        ("--scale 0", 3, "scale"),
    ] {
        let out = dir.path().join("out");
        let done = darien(&format!("status-quo-2025 {flags} --out {}", out.display())).assert().code(code);
        let said = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        assert!(said.contains(words), "{flags}: {said}");
        assert!(!out.exists(), "{flags}: nothing is left behind");
    }
}

#[test]
fn the_charts_are_documents_whatever_the_values() {
    let legend = |n: usize| (0..n).map(|i| format!("<{i}>")).collect::<Vec<_>>();
    let reach = |a: f64, b: f64, chance| Reach { name: "a & b".into(), at_low: a, at_high: b, chance };
    let mut swings = Swings {
        frame: Frame::default(),
        bars: vec![
            reach(1.0, 9.0, false),
            reach(7.0, 9.0, false),
            reach(5.0, 5.0, false),
            reach(f64::NAN, 3.0, false),
            reach(4.0, 6.0, true),
        ],
        base: 5.0,
        unit: "persons".into(),
        legend: legend(4).try_into().unwrap(),
    };
    png::parse(&swings.svg().unwrap()).unwrap();
    assert_eq!(swings.table().rows(), 5);
    swings.base = f64::NAN;
    assert!(swings.svg().unwrap().contains("no data"));
    let pair = |x: f64| Pair { name: "x".into(), first: (x, x, x), total: (x, x - 0.1, x + 0.1) };
    let mut shares = Shares {
        frame: Frame::default(),
        rows: vec![pair(0.7), pair(-0.02), pair(f64::NAN)],
        floor: 0.05,
        legend: legend(3).try_into().unwrap(),
        level: 0.95,
    };
    png::parse(&shares.svg().unwrap()).unwrap();
    shares.rows.clear();
    assert!(shares.svg().unwrap().contains("no data"));
}
