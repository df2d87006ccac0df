//! Folders that the program made: what it may replace, and what became the user's.

use super::place::Place;
use super::verbs::{Inputs, VERBS};
use std::fs;

/// Verbs whose folders are made twice here; the others are slower and use the same mechanism.
const QUICK: [usize; 5] = [0, 1, 2, 7, 8];

#[test]
fn files_of_others_in_a_folder_of_the_program_stay_and_changed_ones_are_theirs() {
    let inputs = Inputs::make();
    for verb in QUICK.map(|i| &VERBS[i]) {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let run = |more: &[&str]| verb.run(&inputs, &out, more);
        assert_eq!(run(&[]).0, 0, "{}", verb.name);
        assert!(!out.join(".darien.mark").exists(), "the manifest says what was made");
        // What the user puts beside stays, and the same call again replaces what it made.
        fs::write(out.join("notes.txt"), "mine").unwrap();
        fs::write(out.join("charts/mine.svg"), "mine").unwrap();
        let (code, text) = run(&[]);
        assert_eq!(code, 0, "{}: {text}", verb.name);
        for name in ["notes.txt", "charts/mine.svg"] {
            assert_eq!(fs::read_to_string(out.join(name)).unwrap(), "mine", "{}", verb.name);
        }
        // What the user changes is the user's.
        for name in ["README.txt", "manifest.json"] {
            let path = out.join(name);
            let ours = fs::read_to_string(&path).unwrap();
            fs::write(&path, ours.replacen('i', "I", 1)).unwrap();
            let before = Place::read(&out);
            let (code, text) = run(&[]);
            assert_eq!(code, 3, "{}: {text}", verb.name);
            assert!(text.contains(name) && text.contains("--overwrite"), "{}: {text}", verb.name);
            before.must_be(&Place::read(&out), verb.name);
            fs::write(&path, ours).unwrap();
        }
        let path = out.join("README.txt");
        fs::write(&path, "mine").unwrap();
        let (code, text) = run(&["--overwrite"]);
        assert_eq!(code, 0, "{}: {text}", verb.name);
        assert_ne!(fs::read_to_string(&path).unwrap(), "mine");
    }
}

#[test]
fn a_folder_of_the_release_before_is_known_by_its_manifest() {
    let inputs = Inputs::make();
    let out = inputs.path("results");
    let path = out.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let object = manifest.as_object_mut().unwrap();
    object.remove("seal");
    object.remove("experiment");
    fs::write(&path, serde_json::to_vec_pretty(&manifest).unwrap()).unwrap();
    // Which experiment it holds is not known, so that it is not simply replaced.
    let before = Place::read(&out);
    let (code, text) = VERBS[0].run(&inputs, &out, &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("another experiment") && text.contains("--overwrite"), "{text}");
    before.must_be(&Place::read(&out), "run");
    let (code, text) = VERBS[0].run(&inputs, &out, &["--overwrite"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn a_folder_holds_one_experiment() {
    let inputs = Inputs::make();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let run = |verb: usize, more: &[&str]| VERBS[verb].run(&inputs, &out, more);
    assert_eq!(run(0, &["--parquet"]).0, 0);
    assert!(out.join("monthly.parquet").exists());
    for (verb, more) in [(0, &["--seed", "2"][..]), (1, &[])] {
        let before = Place::read(&out);
        let (code, text) = run(verb, more);
        assert_eq!(code, 3, "{text}");
        assert!(text.contains("finished results of another experiment"), "{text}");
        before.must_be(&Place::read(&out), "another experiment");
        let (code, text) = run(verb, &[more, &["--overwrite"]].concat());
        assert_eq!(code, 0, "{text}");
        assert!(!out.join("monthly.parquet").exists(), "a table of another experiment stays beside");
    }
    assert!(out.join("differences.csv").exists() && !out.join("monthly.csv").exists());
}
