//! Small worlds and where the recorded ones are.

use chrono::NaiveDate;
use darien::behaviour::flee::raw::{RawClosure, RawLink, RawPlace, RawWorld};
use darien::behaviour::flee::{At, Quirks, World};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The folder of recorded results, if it is there.
pub fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("DARIEN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let dir = root.join("peers/flee");
    if dir.is_dir() {
        Some(dir)
    } else {
        eprintln!("skipped: {} is not there", dir.display());
        None
    }
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn place(name: &str, kind: &str, country: &str, people: i64) -> RawPlace {
    RawPlace {
        at: At::nowhere("test"),
        name: name.into(),
        region: "r".into(),
        country: country.into(),
        latitude: 0.0,
        longitude: 0.0,
        kind: kind.into(),
        people,
        conflict_date: kind.contains("conflict").then_some(0),
        levels: None,
        flood: None,
        attributes: BTreeMap::new(),
        counts: None,
    }
}

pub fn link(a: &str, b: &str, km: f64) -> RawLink {
    RawLink {
        at: At::nowhere("test"),
        a: a.into(),
        b: b.into(),
        km,
        redirection: 0,
        attributes: BTreeMap::new(),
    }
}

pub fn closure(kind: &str, a: &str, b: &str, from: i64, until: i64) -> RawClosure {
    RawClosure { at: At::nowhere("test"), kind: kind.into(), a: a.into(), b: b.into(), from, until }
}

/// Counts of a camp: from 0 on the first day to `people` on the last.
pub fn ramp(days: usize, people: f64) -> Vec<(NaiveDate, f64)> {
    let from = date("2020-01-01");
    vec![(from, 0.0), (from + chrono::Duration::days(days as i64 - 1), people)]
}

pub fn world(days: usize, places: Vec<RawPlace>, links: Vec<RawLink>) -> RawWorld {
    RawWorld {
        name: "test".into(),
        from: date("2020-01-01"),
        days,
        places,
        links,
        total: vec![(date("2020-01-01"), 0.0)],
        ..RawWorld::default()
    }
}

/// A zone Z, a town T and two camps: C at home, F abroad.
pub fn small(days: usize, people: f64) -> RawWorld {
    let mut camp = place("C", "camp", "X", 1_000_000);
    camp.counts = Some(ramp(days, people));
    let mut far = place("F", "camp", "Y", 1_000_000);
    far.counts = Some(ramp(days, people));
    world(
        days,
        vec![place("Z", "conflict_zone", "X", 100_000), place("T", "town", "X", 1000), camp, far],
        vec![link("Z", "T", 100.0), link("T", "C", 100.0), link("T", "F", 200.0)],
    )
}

pub fn build(raw: &RawWorld) -> World {
    World::build(raw, Quirks::default(), Vec::new()).unwrap()
}

/// Mean and standard deviation.
pub fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}
