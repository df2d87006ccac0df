//! No input makes a reader panic, hang or take memory beyond its limits.
//!
//! Each target starts from sound and unsound examples (`tests/fuzz/corpus/<target>` and what ships), changes them at random
//! from a fixed seed, and keeps what is answered in a new way as a further example. A plain test run tries some hundred
//! inputs; `FUZZ_SECONDS=600 cargo test --release --test fuzz -- --nocapture --test-threads 1` goes on for ten minutes a
//! target and adds what it found to the corpus. An input that panics is written to `tests/fuzz/corpus/<target>/crash-*`.

mod mutate;
mod targets;

use darien::output::file::sha256_hex;
use darien::random::{Decision, Seed};
use mutate::{Dice, mutated};
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// Inputs of a plain test run.
const INPUTS: u64 = 400;
/// Largest input, bytes.
const LARGEST: usize = 1 << 16;
/// New examples that are added to the corpus at most.
const KEPT: usize = 60;

/// What a reader answered, without the particulars: numbers and quoted words.
fn shape(answer: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in answer.chars() {
        match c {
            '`' | '"' => quoted = !quoted,
            _ if quoted || c.is_ascii_digit() => {}
            _ => out.push(c),
        }
        if out.len() > 300 {
            break;
        }
    }
    out
}

fn corpus(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target)
}

#[expect(clippy::disallowed_methods, reason = "how long to go on; no answer depends on it")]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}

/// Runs a target: `seeds` are examples, `words` are pieces that are worth inserting.
fn fuzz(target: &str, mut pool: Vec<Vec<u8>>, words: &[&str], read: fn(&[u8]) -> String) {
    let folder = corpus(target);
    let mut kept: Vec<PathBuf> = fs::read_dir(&folder)
        .map(|all| all.filter_map(|e| Some(e.ok()?.path())).collect())
        .unwrap_or_default();
    kept.sort();
    pool.extend(kept.iter().filter_map(|p| fs::read(p).ok()));
    let seconds: Option<u64> = std::env::var("FUZZ_SECONDS").ok().and_then(|s| s.parse().ok());
    let run = std::env::var("FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1u64);
    let mut dice =
        Dice(Seed::new(run).stream(Decision::Test, target.len() as u32, u32::from(target.as_bytes()[0])));
    let begin = clock();
    let (mut shapes, mut tried, mut saved) = (BTreeSet::new(), 0u64, 0);
    let examples = pool.len() as u64;
    let mut slowest = (0.0, 0usize);
    loop {
        let done = match seconds {
            Some(s) => begin.elapsed().as_secs() >= s,
            None => tried >= examples + INPUTS,
        };
        if done && tried >= examples {
            break;
        }
        // The examples as they are come first.
        let input = if let Some(example) = pool.get(tried as usize).filter(|_| tried < examples) {
            example.clone()
        } else {
            let mut input = mutated(&mut dice, &pool, words);
            input.truncate(LARGEST);
            input
        };
        let started = begin.elapsed().as_secs_f64();
        let Ok(answer) = catch_unwind(AssertUnwindSafe(|| read(&input))) else {
            let path = folder.join(format!("crash-{}", &sha256_hex(&input)[..12]));
            let _ = fs::create_dir_all(&folder);
            fs::write(&path, &input).unwrap();
            panic!("{target} panics on {}", path.display());
        };
        let took = begin.elapsed().as_secs_f64() - started;
        if took > slowest.0 {
            slowest = (took, input.len());
        }
        if shapes.insert(shape(&answer)) && tried >= examples {
            if seconds.is_some() && saved < KEPT {
                let _ = fs::create_dir_all(&folder);
                fs::write(folder.join(&sha256_hex(&input)[..12]), &input).unwrap();
                saved += 1;
            }
            pool.push(input);
        }
        tried += 1;
    }
    println!(
        "{target}: {tried} inputs, {} kinds of answers, {:.0} s, slowest {:.3} s on {} bytes",
        shapes.len(),
        begin.elapsed().as_secs_f64(),
        slowest.0,
        slowest.1
    );
    assert!(shapes.len() > 3, "the inputs are not varied enough: {shapes:?}");
}

/// Files of a folder of the project.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == ending))
        .collect();
    paths.sort();
    paths.iter().filter_map(|p| fs::read(p).ok()).collect()
}

const SCENARIO_WORDS: &[&str] = &[
    "[levers]\n",
    "[[announcement]]\n",
    "[horizon]\n",
    "extends = ",
    "\"crisis.VEN\" = ",
    "crisis.VEN.x = ",
    "{ to = 1, from = ",
    "ramp_days = ",
    "2025-01-01",
    "9999-12-31",
    "0000-00-00",
    "1e999",
    "nan",
    "-inf",
    "0x7fffffffffffffff",
    "9223372036854775808",
    "[[[[[[[[",
    "{{{{",
    "\"\"\"",
    "'''",
    "\\u0000",
    "\\U0010FFFF",
    "allow_beyond_evidence = true\n",
    "cancel_announcements = [",
    "\"flights.panama.accepts\" = [\"ALL\"]\n",
    "= {} \n",
    "\u{feff}",
    "[assumptions]\n",
    "until = ",
    "from = ",
    "belief = ",
    "\r\n",
];

#[test]
fn scenario() {
    let mut seeds = files("scenarios", "toml");
    seeds.extend(files("tests/bad", "toml"));
    fuzz("scenario", seeds, SCENARIO_WORDS, targets::scenario);
}

#[test]
fn set() {
    let seeds = [
        "crisis.VEN=0.9",
        "enforcement.darien=0.5@2021-02-01",
        "flights.panama.accepts=COL,ECU",
        "flights.panama.per_week={ to = 4.0, from = \"2021-02-01\", ramp_days = 60 }",
        "enforcement.darien={ \"2021-02-01\" = 0.5, \"2021-03-01\" = 0.8 }",
        "trail.acandi=closed\nallow_beyond_evidence=true",
        "depart.rate=0.03\nassumptions.\"depart.rate\"=0.04",
    ];
    fuzz("set", seeds.map(|s| s.as_bytes().to_vec()).to_vec(), SCENARIO_WORDS, targets::set);
}

#[test]
fn manifest() {
    let words = [
        "\"files\":",
        "\"../x\"",
        "\"recipe\":",
        "null",
        "-1",
        "1e400",
        "18446744073709551616",
        "[[[[",
        "{\"a\":",
        "\\u0000",
        "\"sources\":[{\"name\":\"x\",\"text\":\"\"}]",
        "\"scenarios\":[{\"files\":[0,0,99],\"hash\":\"\"}]",
        "\"until\":\"2021-13-01\"",
    ];
    fuzz("manifest", targets::manifests(), &words, targets::manifest);
}

#[test]
fn posterior() {
    fuzz(
        "posterior",
        targets::posteriors(),
        &[",", "\n", "shock.0.VEN", "shock.1199.OTH", "shock.1200.VEN", "NaN", "inf", "\"", "1e400"],
        targets::posterior,
    );
}

#[test]
fn hub_csv() {
    let words = [
        "quantile",
        "sample",
        "median",
        "cdf",
        "pmf",
        "0.5",
        "NA",
        "2023-02-30",
        "-0",
        "1e309",
        "\"",
        ",",
        "\n",
        "origin_date",
        "output_type_id",
        "value",
        "location",
    ];
    fuzz("hub_csv", targets::hub_tables(), &words, targets::hub_csv);
}

#[test]
fn hub_parquet() {
    fuzz("hub_parquet", targets::hub_parquets(), &["PAR1", "\0\0\0\0", "\u{7f}"], targets::hub_parquet);
}
