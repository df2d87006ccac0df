//! What every shipped scenario gives, small: a change of results is seen, and made on purpose.
//!
//! Renew with `UPDATE_GOLDEN=1 cargo test --release --test golden`, and name the change in `CHANGELOG.md` under *Results
//! change*. The bytes hold for debug and release builds; another C library may round a logarithm otherwise.

use darien::experiment::{Draws, RunKey, Runner};
use darien::output::file::sha256_hex;
use darien::scenario::{SHIPPED, Scenario};
use darien::table::Cube;
use std::path::PathBuf;

/// Outcome and place of the totals that stand beside each hash, so that a change can be read.
const TOTALS: [(&str, &str); 6] = [
    ("intents", "origin"),
    ("departures", "origin"),
    ("entries", "darien"),
    ("us_admissions", "us_border"),
    ("returned", "panama"),
    ("deaths", "darien"),
];

fn row(name: &str, cube: &Cube) -> String {
    let mut bytes = Vec::new();
    for (key, values) in cube.keys.iter().zip(cube.values.chunks(cube.months)) {
        bytes.extend_from_slice(format!("{}/{}/{}", key.outcome, key.place, key.nationality).as_bytes());
        for v in values {
            bytes.extend_from_slice(&v.to_le_bytes());
        }
    }
    let totals = TOTALS.map(|(outcome, place)| {
        cube.series(outcome, place, "ALL").map_or(0.0, |s| s.iter().sum::<f64>()).to_string()
    });
    format!("{name},{},{}", &sha256_hex(&bytes)[..16], totals.join(","))
}

#[test]
fn shipped_scenarios_give_what_they_gave() {
    let mut text = format!("scenario,hash,{}\n", TOTALS.map(|(outcome, _)| outcome).join(","));
    let load = |(name, _): &(&str, &str)| Scenario::load(name, &[], None).unwrap();
    let scenarios: Vec<Scenario> = SHIPPED.iter().map(load).collect();
    // Coarser agents would not fill a flight.
    let runner = Runner::new(&scenarios, Draws::shipped().unwrap(), 1, 500).unwrap();
    for ((name, _), cube) in SHIPPED.iter().zip(runner.run(RunKey::plain(0))) {
        text.push_str(&row(name, &cube));
        text.push('\n');
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden.csv");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    let changed: Vec<(&str, &str)> = golden.lines().zip(text.lines()).filter(|(a, b)| a != b).collect();
    assert!(
        changed.is_empty() && golden.lines().count() == text.lines().count(),
        "results changed (was, is): {changed:#?}\non purpose? UPDATE_GOLDEN=1 cargo test --release --test golden"
    );
}
