//! `darien bench`, as a user calls it: the scorecard's arithmetic, the shipped file, and refusals of bad files.

use assert_cmd::Command;
use darien::error::Error;
use darien::scenario::policies::{Better, Policies, Threshold};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn darien(args: &[&str]) -> std::process::Output {
    Command::cargo_bin("darien").unwrap().args(args).output().unwrap()
}

const SMALL: &str = r#"# Which of three?
title = "Three policies"
base = "status-quo-2025"
reference = "none"
runs = 3
scale = 2000
cost = "public cost"
cost_per = ["entries"]
pareto = [["public cost", "entries"]]

[horizon]
until = 2025-04-30

[[outcome]]
name = "entries"
outcome = "entries"
places = ["darien"]
better = "lower"
at_most = 1

[[outcome]]
name = "public cost"
outcome = "public_cost"
better = "lower"

[[outcome]]
name = "paid by us"
outcome = "public_cost"
places = ["us"]
better = "neither"

[[future]]
id = "as-is"

[[future]]
id = "worse"
[future.levers]
"crisis.VEN" = 0.8

[[policy]]
id = "none"
title = "Nothing"

[[policy]]
id = "nothing-dear"
title = "Nothing, at a price"
[[policy.cost]]
payer = "us.nothing"
usd_per_month = 1_000
usd_once = 500
source = "assumed"

[[policy]]
id = "closed"
title = "Closed"
[policy.levers]
"trail.acandi" = "closed"
"trail.capurgana" = "closed"
"trail.carreto" = "closed"
"trail.vip" = "closed"
"trail.pacific" = "closed"

[[discovery]]
policy = "none"
outcome = "entries"
"#;

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|r| header.iter().cloned().zip(r.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}

#[test]
fn the_scorecard_of_a_small_benchmark_is_right() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("small.toml");
    std::fs::write(&file, SMALL).unwrap();
    let run = |name: &str, threads: &str| {
        let out = dir.path().join(name);
        let args = ["bench", file.to_str().unwrap(), "-q", "--json", "--threads", threads, "--out"];
        let done = darien(&[args.as_slice(), &[out.to_str().unwrap()]].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        (out, String::from_utf8(done.stdout).unwrap())
    };
    let (out, text) = run("one", "1");
    let (again, _) = run("two", "2");
    for name in ["scorecard.csv", "prices.csv", "fronts.csv", "discovery.csv", "answer.txt"] {
        let read = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
        assert_eq!(read(&out), read(&again), "{name}");
    }
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let rows = last["rows"].as_array().unwrap();
    assert_eq!((last["verb"].as_str(), rows.len()), (Some("bench"), 3 * 3 * 3));
    let row = |policy: &str, future: &str, outcome: &str| {
        rows.iter()
            .find(|r| r["policy"] == policy && r["future"] == future && r["outcome"] == outcome)
            .unwrap()
    };
    for future in ["all", "as-is", "worse"] {
        let best: f64 = ["none", "nothing-dear", "closed"]
            .map(|p| row(p, future, "entries")["p_best"].as_f64().unwrap())
            .iter()
            .sum();
        assert!((best - 1.0).abs() < 1e-12);
        // Doing nothing at a price gives the same entries, and costs what the file says in four months.
        let figure = |p, o| row(p, future, o)["mean"].as_f64().unwrap();
        assert_eq!(figure("none", "entries"), figure("nothing-dear", "entries"));
        let more = figure("nothing-dear", "public cost") - figure("none", "public cost");
        assert!((more - 4_500.0).abs() < 1e-3, "{more}");
        let us = figure("nothing-dear", "paid by us") - figure("none", "paid by us");
        assert!((us - 4_500.0).abs() < 1e-3, "{us}");
        assert_eq!(row("none", future, "paid by us")["regret90"], Value::Null);
        assert_eq!(row("none", future, "paid by us")["p_best"], Value::Null);
    }
    assert!(
        row("closed", "all", "entries")["mean"].as_f64() < row("none", "all", "entries")["mean"].as_f64()
    );
    assert_eq!(row("closed", "all", "entries")["regret90"], 0);
    let fronts = table(&out.join("fronts.csv"));
    let of = |policy: &str| fronts.iter().find(|r| r["policy"] == policy).unwrap();
    assert_eq!((of("nothing-dear")["on_front"].as_str(), of("closed")["on_front"].as_str()), ("0", "1"));
    assert!(of("nothing-dear")["dominated_by"].split(' ').any(|p| p == "none"));
    assert!(text.contains("It is dominated by Nothing"), "{text}");
    let prices = table(&out.join("prices.csv"));
    let price = |policy: &str| {
        &prices.iter().find(|r| r["policy"] == policy && r["future"] == "all").unwrap()["usd_per_unit"]
    };
    assert_eq!(price("nothing-dear"), "", "nothing is avoided, so nothing has a price");
    for file in ["charts/scorecard.svg", "charts/plane-public-cost-entries.svg", "charts/regret-entries.csv"]
    {
        assert!(out.join(file).is_file(), "{file}");
    }
}

#[test]
fn the_shipped_benchmark_is_sound_and_large_enough() {
    let shipped = Policies::load("policies").unwrap();
    assert!(shipped.policies.len() >= 10 && shipped.futures.len() >= 6 && shipped.runs >= 20);
    assert!(shipped.policies.iter().all(|p| !p.source.is_empty() && !p.title.is_empty()));
    let costs: Vec<_> = shipped.policies.iter().flat_map(|p| &p.costs).collect();
    assert!(costs.iter().all(|c| !c.source.is_empty()));
    assert!(shipped.outcomes.iter().any(|o| o.better == Better::Neither));
    assert!(shipped.outcomes.iter().any(|o| matches!(o.threshold, Some(Threshold::AtMost(_)))));
    assert!(shipped.question.ends_with('?'));
    // The file that ships is the one in the folder, and `check` reads it.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/policies.toml");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), shipped.source);
    let done = darien(&["check", path.to_str().unwrap(), "policies"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    // A policy wins over a future where both set a lever.
    let of = |id: &str| shipped.policies.iter().position(|p| p.id == id).unwrap();
    let ends = shipped.futures.iter().position(|f| f.id == "access-ends").unwrap();
    let date = "2025-06-01".parse().unwrap();
    let number =
        |policy: &str, key: &str| shipped.scenario(of(policy), ends, &[], None).unwrap().number(key, date);
    assert_eq!((number("no-action", "pathway.VEN"), number("lawful", "pathway.VEN")), (0.0, 20_000.0));
    assert_eq!(number("lawful", "access.us.VEN"), 0.02);
}

fn problems(text: &str) -> Vec<String> {
    match Policies::read("case", "case.toml", text, Path::new("")) {
        Err(Error::Invalid(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn all_faults_of_a_file_are_told_at_once_each_at_its_line() {
    let bad = SMALL
        .replace("title = \"Three policies\"", "titel = \"Three policies\"")
        .replace("reference = \"none\"", "reference = \"nune\"")
        .replace("runs = 3", "runs = 0")
        .replace("better = \"lower\"\nat_most = 1", "better = \"less\"\nat_most = \"few\"")
        .replace("\"crisis.VEN\" = 0.8", "\"crisis.VEN\" = 8\n\"crisis.VNE\" = 0.8")
        .replace("id = \"nothing-dear\"", "id = \"none\"")
        .replace("usd_once = 500\nsource = \"assumed\"", "usd_once = -5")
        .replace("\"trail.vip\" = \"closed\"", "\"trail.vip\" = \"shut\"")
        .replace("policy = \"none\"\noutcome = \"entries\"", "policy = \"none\"\noutcome = \"entry\"");
    let found = problems(&bad);
    let line_of = |part: &str| bad.lines().position(|l| l.contains(part)).unwrap() + 1;
    for (part, words) in [
        ("titel", "did you mean `title`?"),
        ("reference = ", "names nothing in this file"),
        ("runs = 0", "1 to 20000"),
        ("better = \"less\"", "\"lower\", \"higher\", \"neither\""),
        ("at_most = \"few\"", "needs a finite number"),
        ("\"crisis.VEN\" = 8", "0 to 1"),
        ("\"crisis.VNE\"", "did you mean"),
        ("usd_once = -5", "0 or more"),
        ("\"trail.vip\" = \"shut\"", "closed"),
    ] {
        let at = format!("case.toml:{}:", line_of(part));
        assert!(
            found.iter().any(|p| p.starts_with(&at) && p.contains(words)),
            "nothing at {at} says {words}: {found:#?}"
        );
    }
    assert!(found.iter().any(|p| p.contains("names two policy tables")), "{found:#?}");
    assert!(found.iter().any(|p| p.contains("policy.cost.source") && p.contains("is missing")));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    for (from, to, words) in [
        ("better = \"lower\"\nat_most = 1", "better = \"neither\"\nat_most = 1", "has no declared direction"),
        ("at_most = 1", "at_most = 1\nat_least = 2", "both at_most and at_least"),
        ("at_most = 1\n", "", "has no threshold"),
        ("cost = \"public cost\"\n", "", "needs `cost`"),
        ("base = \"status-quo-2025\"", "base = \"status-qou-2025\"", "did you mean"),
        ("[[policy.cost]]", "[policy.cost]", "two brackets"),
        ("until = 2025-04-30", "until = 2024-04-30", "before it begins"),
        ("usd_per_month = 1_000\nusd_once = 500\n", "", "says no amount"),
        ("usd_once = 500", "usd_per_person = 5", "together"),
        ("usd_once = 500", "usd_per_person = 5\nof = \"price\"", "counts persons"),
        ("id = \"as-is\"", "id = \"all\"", "is not an id"),
        ("id = \"as-is\"", "title = \"x\"", "is missing"),
    ] {
        assert!(SMALL.contains(from), "{from}");
        let found = problems(&SMALL.replacen(from, to, 1));
        assert!(found.iter().any(|p| p.contains(words)), "{to}: nothing says {words}: {found:#?}");
    }
    for text in
        ["", "x", "base = \"status-quo-2025\"", "[[policy]]\nid = 3", "policy = 5\noutcome = 1\nfuture = {}"]
    {
        assert!(!problems(text).is_empty(), "{text}");
    }
    // A place that the outcome does not have is found by `check`, with its line.
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("places.toml");
    std::fs::write(&file, SMALL.replace("places = [\"darien\"]", "places = [\"dareen\"]")).unwrap();
    let done = darien(&["check", file.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(3));
    assert!(said.contains("places.toml:17:") && said.contains("did you mean \"darien\"?"), "{said}");
}

#[test]
fn discovery_tells_futures_apart_whatever_they_change() {
    // Trails that are closed as states, in one future only: no policy fails there.
    let (name, failing, words) = ("e5b", "open", "the future is a (open)");
    let dir = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/discovery/{name}.toml"));
    let out = dir.path().join("out");
    let args = ["bench", file.to_str().unwrap(), "-q", "--runs", "24", "--scale", "1000", "--out"];
    let done = darien(&[args.as_slice(), &[out.to_str().unwrap()]].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let answer = String::from_utf8(done.stdout).unwrap();
    assert!(answer.contains(words), "{name}: {words} is not in:\n{answer}");
    // The answer can be checked from the tables: cases that fail, and the box on draws and conditions.
    let text = std::fs::read_to_string(&file).unwrap();
    let most: f64 = text.lines().find_map(|l| l.strip_prefix("at_most = ")).unwrap().parse().unwrap();
    let (cases, boxes) = (table(&out.join("cases.csv")), table(&out.join("discovery.csv")));
    assert_eq!(cases.len(), 2 * 2 * 24);
    let fails = |row: &&BTreeMap<String, String>| row["entries"].parse::<f64>().unwrap() > most;
    let of_policy = || cases.iter().filter(|r| r["policy"] == "none");
    let share = |of: usize, all: usize| of as f64 / all as f64;
    let failed = of_policy().filter(fails).count();
    let figure = |column: &str| boxes[0][column].parse::<f64>().unwrap();
    assert_eq!(figure("base_rate"), share(failed, 48));
    assert_eq!(boxes[0]["variable"], "future open", "{boxes:?}");
    let (conditions, draws) = (table(&out.join("conditions.csv")), table(&out.join("draws.csv")));
    assert_eq!(draws.len(), 24);
    let variable = &boxes[0]["variable"];
    let value = |row: &BTreeMap<String, String>| -> f64 {
        let fixed = conditions.iter().find(|c| {
            (&c["policy"], &c["future"], &c["variable"]) == (&row["policy"], &row["future"], variable)
        });
        let drawn = || draws.iter().find(|d| d["run"] == row["run"]).unwrap()[variable].parse().unwrap();
        fixed.map_or_else(drawn, |c| c["value"].parse().unwrap())
    };
    let mut inside = of_policy().filter(|r| value(r) > figure("low"));
    assert_eq!(inside.clone().count(), 24);
    assert!(inside.all(|r| r["future"] == failing), "{name}");
}

#[test]
fn discovery_goes_by_what_a_future_fixes_or_announces() {
    let dir = tempfile::tempdir().unwrap();
    let made = |name: &str, runs: &str| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/discovery/{name}.toml"));
        let out = dir.path().join(name);
        let args = ["bench", file.to_str().unwrap(), "-q", "--runs", runs, "--scale", "1000", "--out"];
        let done = darien(&[args.as_slice(), &[out.to_str().unwrap()]].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        out
    };
    // A future fixes the rate of departures: the box parts the futures, which the drawn rates cannot.
    let out = made("e12", "24");
    let (boxes, cases) = (table(&out.join("discovery.csv")), table(&out.join("cases.csv")));
    let failed: Vec<_> = cases
        .iter()
        .filter(|r| r["policy"] == "none" && r["entries"].parse::<f64>().unwrap() > 200_000.0)
        .collect();
    assert!(failed.len() > 10 && failed.iter().all(|r| r["future"] == "high"), "{failed:?}");
    assert!(
        boxes.iter().any(|b| ["depart.rate", "future high", "future low"].contains(&b["variable"].as_str())),
        "{boxes:?}"
    );
    let conditions = table(&out.join("conditions.csv"));
    let fixed = |future: &str, variable: &str| -> f64 {
        let is = |c: &&BTreeMap<String, String>| c["future"] == future && c["variable"] == variable;
        conditions.iter().find(is).unwrap()["value"].parse().unwrap()
    };
    assert_eq!((fixed("low", "depart.rate"), fixed("high", "depart.rate")), (0.01, 0.3));
    // Futures that differ by what is announced are told apart, too.
    let conditions = table(&made("e13", "2").join("conditions.csv"));
    let hope = |future: &str| {
        conditions.iter().find(|c| c["future"] == future && c["variable"] == "future hope").unwrap()["value"]
            .clone()
    };
    assert_eq!((hope("hope"), hope("fear")), ("1".to_owned(), "0".to_owned()));
}
