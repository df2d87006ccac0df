//! `merge` and `replay`.

use super::common::{SMALL, darien, files, good, same, to_folder, told};
use std::fs;
use std::path::{Path, PathBuf};

fn shards(root: &Path, n: usize, args: &[&str]) -> Vec<PathBuf> {
    (1..=n)
        .map(|i| {
            let dir = root.join(format!("part{i}"));
            let shard = format!("{i}/{n}");
            good(to_folder(&[&SMALL[..], args, &["--quiet", "--shard", &shard]].concat(), &dir));
            dir
        })
        .collect()
}

fn merge(dirs: &[&Path], out: &Path) -> std::process::Output {
    darien().arg("merge").args(dirs).arg("--quiet").arg("--out").arg(out).output().unwrap()
}

#[test]
fn parts_join_to_the_bytes_of_the_whole_and_mistakes_are_sentences() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, joined) = (dir.path().join("whole"), dir.path().join("joined"));
    let args = ["--runs", "5", "--threads", "2"];
    let one = good(to_folder(&[&SMALL[..], &args, &["--quiet"]].concat(), &whole));
    let parts = shards(dir.path(), 3, &args);
    let before = files(&parts[0]);
    let [a, b, c] = [&parts[0], &parts[1], &parts[2]].map(PathBuf::as_path);

    // Any order of the folders.
    let two = good(merge(&[c, a, b], &joined));
    same(&whole, &joined);
    assert_eq!(one.stdout, two.stdout, "the answer is the same");
    assert_eq!(before, files(a), "the parts are left alone");

    let refused = |dirs: &[&Path], out: &Path, expected: &[&str]| {
        let (code, text) = told(&merge(dirs, out));
        assert_eq!(code, Some(3), "{text}");
        for e in expected {
            assert!(text.contains(e), "{e} in {text}");
        }
    };
    let out = dir.path().join("refused");
    refused(&[a, c], &out, &["2 of 5 runs are in no folder", "run 1, 4", "--resume"]);
    refused(&[a, b, c, a], &out, &["holds runs that", "run 0, 3", "give each part once"]);
    refused(&[a, b, c], a, &["is one of the folders to be joined"]);
    refused(&[&whole, b], &out, &["holds no runs to merge", "--shard"]);
    let other = dir.path().join("other");
    let seed: Vec<&str> = [&SMALL[..], &args, &["--quiet", "--shard", "3/3", "--seed", "2"]].concat();
    good(to_folder(&seed, &other));
    refused(&[a, b, &other], &out, &["another plan", "`seed`", "found 2", "allowed: 1"]);
    assert!(!out.exists() || files(&out).is_empty(), "a refusal writes nothing");

    // A damaged run, a recipe of another version.
    let part = c.join("parts/00000002.part");
    let mut bytes = fs::read(&part).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&part, bytes).unwrap();
    refused(&[a, b, c], &out, &["damaged", "run 2"]);
    let recipe = b.join("parts/recipe.json");
    let text = fs::read_to_string(&recipe).unwrap();
    fs::write(&recipe, text.replacen("\"version\": \"", "\"version\": \"9", 1)).unwrap();
    refused(&[a, b], &out, &["another version", "use the version that made it"]);
    fs::write(&recipe, &text[..text.len() / 2]).unwrap();
    refused(&[a, b], &out, &["recipe.json", "does not read"]);
}

#[test]
fn a_shard_resumes_and_precision_needs_everything() {
    let dir = tempfile::tempdir().unwrap();
    let (code, text) = told(&to_folder(
        &[&SMALL[..], &["--shard", "1/2", "--precision", "5%"]].concat(),
        &dir.path().join("x"),
    ));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("--precision"), "{text}");
}

/// A scenario file with a parent file, on Spanish charts, with Parquet, a lever and another end.
fn own(root: &Path) -> (PathBuf, PathBuf) {
    fs::write(
        root.join("parent.toml"),
        "extends = \"history\"\ntitle = \"Parent\"\n[levers]\n\"enforcement.darien\" = { \"2021-03-01\" = 0.4 }\n",
    )
    .unwrap();
    let child = root.join("child.toml");
    fs::write(
        &child,
        "extends = \"parent.toml\"\ntitle = \"=Child\"\n[levers]\n\"crisis.VEN\" = { \"2021-02-01\" = 0.7 }\n",
    )
    .unwrap();
    let out = root.join("out");
    let output = darien()
        .arg("run")
        .args([&child, Path::new("history")])
        .args(["--until", "2021-06-30", "--scale", "1000", "--runs", "3", "--set", "crisis.HTI=0.6"])
        .args(["--seed", "18446744073709551615", "--draws", "prior", "--lang", "es", "--parquet", "--quiet"])
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    good(output);
    (child, out)
}

fn replay(dir: &Path, more: &[&str]) -> std::process::Output {
    darien().arg("replay").arg(dir).args(more).arg("--quiet").output().unwrap()
}

#[test]
fn a_folder_is_made_again_from_its_manifest_alone() {
    let root = tempfile::tempdir().unwrap();
    let (child, out) = own(root.path());
    let before = files(&out);
    // The scenario files change and vanish: the folder knows what they were.
    fs::write(&child, "extends = \"history\"\ntitle = \"Other\"\n[levers]\n\"crisis.VEN\" = 0.1\n").unwrap();
    fs::remove_file(root.path().join("parent.toml")).unwrap();
    let again = good(replay(&out, &["--threads", "1"]));
    assert!(String::from_utf8_lossy(&again.stdout).starts_with("the same bytes: "));
    let json = good(replay(&out, &["--json"]));
    let last = String::from_utf8_lossy(&json.stdout).trim().lines().last().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&last).unwrap()["same"], true);
    let one = good(replay(&out, &["--run", "2"]));
    assert!(String::from_utf8_lossy(&one.stdout).contains("rows of monthly.csv"));
    assert_eq!(before, files(&out), "the folder is only read");
    assert_eq!(told(&replay(&out, &["--run", "3"])).0, Some(2));

    let differs = |expected: &[&str], more: &[&str]| {
        let (code, text) = told(&replay(&out, more));
        assert_eq!(code, Some(4), "{text}");
        for e in expected {
            assert!(text.contains(e), "{e} in {text}");
        }
    };
    // One value of one row of one run.
    let monthly = out.join("monthly.csv");
    let text = fs::read_to_string(&monthly).unwrap();
    let (at, line) =
        text.lines().enumerate().find(|(_, l)| l.contains(",1,2021-04,entries,darien,ALL,")).unwrap();
    fs::write(&monthly, text.replacen(line, &format!("{line}1"), 1)).unwrap();
    differs(&["monthly.csv", &format!("line {}", at + 1), line], &[]);
    differs(&["monthly.csv", &format!("line {}", at + 1)], &["--run", "1"]);
    good(replay(&out, &["--run", "2"]));
    fs::write(&monthly, &text).unwrap();
    // A chart that is gone; one that was not made.
    let name = before.keys().find(|n| Path::new(n).extension().is_some_and(|e| e == "png")).unwrap();
    let chart = out.join(name);
    let bytes = fs::read(&chart).unwrap();
    fs::remove_file(&chart).unwrap();
    differs(&[name, "is not in the folder"], &[]);
    fs::write(&chart, &bytes[..bytes.len() / 2]).unwrap();
    differs(&[name, "byte"], &[]);
    fs::write(&chart, bytes).unwrap();
    // A manifest with another checksum.
    let manifest = out.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let at = text.find("\"sha256\": \"").unwrap() + 11;
    let digit = if &text[at..=at] == "0" { "1" } else { "0" };
    fs::write(&manifest, format!("{}{digit}{}", &text[..at], &text[at + 1..])).unwrap();
    differs(&["manifest.json", "is not the file that was written"], &[]);
    fs::write(&manifest, &text).unwrap();
    good(replay(&out, &[]));

    let refused = |text: String, expected: &str| {
        fs::write(&manifest, text).unwrap();
        let (code, said) = told(&replay(&out, &[]));
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains(expected), "{expected} in {said}");
    };
    refused(text.replace(name.as_str(), "../entries.png"), "would leave the folder");
    refused(text.replace("\"version\": \"0", "\"version\": \"9"), "another version");
    refused(text.replace("\"recipe\"", "\"recipes\""), "does not say how the folder was made");
    refused(
        text.replace("\\\"2021-02-01\\\" = 0.7", "\\\"2021-02-01\\\" = 0.8"),
        "does not mean to this program",
    );
    refused(text[..text.len() / 3].to_owned(), "is not JSON");
    assert_eq!(told(&replay(root.path(), &[])).0, Some(1), "no manifest at all");
}

#[test]
fn the_same_bytes_on_any_number_of_threads_and_twice_in_a_row() {
    let dir = tempfile::tempdir().unwrap();
    let args = [&SMALL[..], &["flights-doubled", "--runs", "3", "--quiet", "--threads"]].concat();
    let args: Vec<&str> = args.iter().map(|a| if *a == "2021-06-30" { "2025-01-31" } else { a }).collect();
    let folder = |name: &str, threads: &str| {
        let out = dir.path().join(name);
        good(to_folder(&[&args[..], &[threads]].concat(), &out));
        out
    };
    let one = folder("one", "1");
    same(&one, &folder("again", "1"));
    same(&one, &folder("two", "2"));
    same(&one, &folder("eight", "8"));
}
