//! `darien compare`, as a user calls it: exact zeros, closed accounts, parts that add up, refusals that help.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn darien(args: &[&str]) -> std::process::Output {
    Command::cargo_bin("darien").unwrap().args(args).output().unwrap()
}

/// Runs a comparison and gives back its answer and its last line.
fn compare(out: &Path, args: &[&str]) -> (String, Value) {
    let mut all = vec!["compare"];
    all.extend(args);
    let folder = out.to_str().unwrap();
    all.extend(["--quiet", "--json", "--out", folder]);
    let done = darien(&all);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).unwrap();
    let last = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    (text, last)
}

fn rows(last: &Value) -> &Vec<Value> {
    last["rows"].as_array().unwrap()
}

fn find<'a>(last: &'a Value, scenario: &str, outcome: &str, place: &str, month: &str) -> &'a Value {
    rows(last)
        .iter()
        .find(|r| {
            r["scenario"] == scenario
                && r["outcome"] == outcome
                && r["place"] == place
                && r["nationality"] == "ALL"
                && r["month"] == month
        })
        .unwrap_or_else(|| panic!("no row {scenario} {outcome} {place} {month}"))
}

/// The rows of a CSV file, by column.
fn table(path: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|r| header.iter().cloned().zip(r.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}

fn number(row: &std::collections::BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn a_scenario_and_itself_differ_by_exactly_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let until = ["--until", "2025-03-31", "--scale", "2000", "--runs", "3"];
    let (text, last) =
        compare(dir.path(), &[&["status-quo-2025", "status-quo-2025"], until.as_slice()].concat());
    assert!(rows(&last).len() > 200);
    for row in rows(&last) {
        for figure in ["difference", "low", "high", "mean_low", "mean_high", "p_positive", "p_negative"] {
            assert_eq!(row[figure], 0, "{row}");
        }
        assert_eq!(row["saved"], Value::Null);
    }
    assert!(
        text.contains("no difference in entries from Jan 2025 to Mar 2025 in any of 3 paired runs"),
        "{text}"
    );
    for row in table(&dir.path().join("account.csv")) {
        assert_eq!(number(&row, "persons"), 0.0);
    }
}

#[test]
fn differences_account_card_and_spread_hold_together() {
    let dir = tempfile::tempdir().unwrap();
    let args = [
        "status-quo-2025",
        "darien-closed",
        "flights-doubled",
        "--scale",
        "700",
        "--runs",
        "6",
        "--until",
        "2025-06-30",
        "--attribute",
        "--assume",
        "crisis.VEN=0.8",
        "--draws",
        "prior",
    ];
    let (text, last) = compare(dir.path(), &args);
    assert_eq!(last["verb"], "compare");
    let total = find(&last, "darien-closed", "entries", "darien", "total");
    for key in ["base", "difference", "low", "high", "p_positive", "runs", "relative", "saved"] {
        assert!(total[key].is_number(), "{key} of {total}");
    }
    assert_eq!(total["runs"], 6);
    // Closing every trail lets nobody through after those already on the way, and the months add up.
    let (base, difference) = (total["base"].as_f64().unwrap(), total["difference"].as_f64().unwrap());
    // Some worlds of the prior have nobody on the way.
    assert!(difference < -0.5 * base && total["p_positive"] == 0, "{total}");
    assert!(total["low"].as_f64() <= Some(difference) && Some(difference) <= total["high"].as_f64());
    let months: f64 = (1..=6)
        .map(|m| find(&last, "darien-closed", "entries", "darien", &format!("2025-0{m}")))
        .map(|r| r["difference"].as_f64().unwrap())
        .sum();
    assert!((months - difference).abs() < 1e-6 * base);
    // Six runs make no word, however they agree; table and answer say the same.
    assert!(text.contains("6 paired runs are too few") && !text.contains("likely fewer"), "{text}");
    assert_eq!(total["verdict"], "few");

    let account = table(&dir.path().join("account.csv"));
    let mut sums: std::collections::BTreeMap<(String, String), (f64, f64)> =
        std::collections::BTreeMap::new();
    for row in &account {
        let sum = sums.entry((row["scenario"].clone(), row["nationality"].clone())).or_default();
        let persons = number(row, "persons");
        if row["entry"] == "avoided" {
            sum.0 += persons;
        } else {
            sum.1 += persons;
        }
        assert!(row["entry"] != "carried_in" || persons == 0.0, "{row:?}");
    }
    assert!(sums.len() > 4);
    for (of, (avoided, found)) in &sums {
        assert!((avoided - found).abs() < 1e-6, "{of:?}: {avoided} avoided, {found} found");
    }
    assert!(sums[&("darien-closed".into(), "ALL".into())].0 > 0.0);

    let mut cards: std::collections::BTreeMap<(String, String, String), Vec<f64>> =
        std::collections::BTreeMap::new();
    for row in table(&dir.path().join("attribution.csv")) {
        let card = cards.entry((row["scenario"].clone(), row["outcome"].clone(), row["place"].clone()));
        card.or_default().push(number(&row, "value"));
    }
    assert!(cards.len() > 50);
    for (of, card) in &cards {
        assert_eq!(card[0] + card[1] + card[2], card[3], "{of:?}");
        assert_eq!(card[0] + card[1] + card[2] + card[4], card[5], "{of:?}");
    }

    for row in table(&dir.path().join("spread.csv")).iter().filter(|r| !r["unknown_share"].is_empty()) {
        assert!((0.0..=1.0).contains(&number(row, "unknown_share")));
        assert_eq!((number(row, "draws"), number(row, "runs")), (3.0, 6.0));
    }
    for chart in ["difference", "account", "spread", "outcomes", "attribution"] {
        for ending in ["svg", "png", "csv"] {
            let file = dir.path().join(format!("charts/flights-doubled-{chart}.{ending}"));
            assert!(file.is_file(), "{}", file.display());
        }
    }
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["scenarios"].as_array().unwrap().len(), 6);
}

#[test]
fn threads_and_more_scenarios_change_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let run = |name: &str, more: &[&str]| {
        let args = ["--scale", "2000", "--runs", "3", "--until", "2025-02-28", "--outcome", "entries"];
        let out = dir.path().join(name);
        compare(&out, &[&["status-quo-2025", "flights-stop"], more, args.as_slice()].concat());
        std::fs::read_to_string(out.join("differences.csv")).unwrap()
    };
    let one = run("one", &["--threads", "1"]);
    assert_eq!(one, run("two", &["--threads", "2"]));
    let more = run("more", &["access-ends"]);
    let kept: String =
        more.lines().filter(|l| !l.starts_with("access-ends,")).map(|l| format!("{l}\n")).collect();
    assert_eq!(one, kept, "another scenario in the call changes nothing of the others");
    assert!(one.lines().skip(1).all(|l| l.contains(",entries,")));
}

#[test]
fn what_returns_after_a_policy_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("half-year.toml");
    std::fs::write(
        &file,
        "# Does it come back?\nextends = \"status-quo-2025\"\ntitle = \"Boats stopped for three months\"\n[levers]\n\
         \"capacity.gulf_boats\" = { \"2025-01-01\" = 0, \"2025-04-01\" = 4000 }\n",
    )
    .unwrap();
    let base = dir.path().join("base.toml");
    std::fs::write(
        &base,
        "# Boats.\nextends = \"status-quo-2025\"\ntitle = \"Boats\"\n[levers]\n\"capacity.gulf_boats\" = 4000\n",
    )
    .unwrap();
    let args = ["--scale", "500", "--runs", "4", "--until", "2025-09-30"];
    let (base, file) = (base.to_str().unwrap(), file.to_str().unwrap());
    let (text, last) = compare(&dir.path().join("out"), &[&[base, file], args.as_slice()].concat());
    assert!(text.contains("After the policy: "), "{text}");
    let of =
        |month: &str| find(&last, "half-year", "entries", "darien", month)["difference"].as_f64().unwrap();
    assert!(of("2025-02") < 0.0, "a stop of boats stops entries");
    assert!(of("2025-04") > 0.0, "those who waited come through when the boats run again");
}

#[test]
fn precision_adds_runs_until_it_is_reached() {
    let dir = tempfile::tempdir().unwrap();
    let args =
        ["status-quo-2025", "darien-closed", "--scale", "1000", "--until", "2025-12-31", "--runs", "4"];
    let (_, few) = compare(&dir.path().join("few"), &args);
    let (_, more) = compare(&dir.path().join("more"), &[args.as_slice(), &["--precision", "20%"]].concat());
    let of = |last: &Value, what: &str| {
        find(last, "darien-closed", "entries", "darien", "total")[what].as_f64().unwrap()
    };
    assert_eq!(of(&few, "runs"), 4.0);
    // The interval of the mean is as narrow as was asked for: 20 % of the difference, or 2 % of the base.
    let half = of(&more, "mean_high") - of(&more, "difference");
    let wanted = 0.2 * of(&more, "difference").abs().max(of(&more, "base") / 10.0);
    assert!(half <= 1.96 * wanted + 1e-6, "{half} against {wanted}");
    assert!(of(&more, "runs") >= 4.0);
    let nothing =
        ["status-quo-2025", "status-quo-2025", "--scale", "2000", "--until", "2025-01-31", "--runs", "2"];
    let (_, none) = compare(&dir.path().join("none"), &[nothing.as_slice(), &["--precision", "1%"]].concat());
    assert_eq!(find(&none, "status-quo-2025 (2)", "entries", "darien", "total")["runs"], 2);
}

#[test]
fn what_makes_no_sense_is_refused_with_help() {
    let cases: [(&[&str], i32, &str); 7] = [
        (&["status-quo-2025"], 2, "ALT"),
        (&["status-quo-2025", "flights-duobled"], 3, "did you mean the shipped scenario `flights-doubled`?"),
        (&["status-quo-2025", "flights-stop", "--outcome", "entrys"], 3, "did you mean `entries`?"),
        (
            &["status-quo-2025", "flights-stop", "--outcome", "deaths@moon"],
            3,
            "darien, elsewhere, mexico, sea",
        ),
        (&["status-quo-2025", "flights-stop", "--runs", "0"], 2, "between 1 and"),
        (&["status-quo-2025", "flights-stop", "--attribute"], 2, "--assume"),
        (
            &["status-quo-2025", "status-quo-2026", "--scale", "2000", "--runs", "1"],
            3,
            "has no month in common",
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    for (args, code, words) in cases {
        let done = darien(&[&["compare"], args, &["-q", "--out", out.to_str().unwrap()]].concat());
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}
