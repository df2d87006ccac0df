//! Nothing of the user's is lost: whatever a folder holds, no verb changes or removes what the program did not make.

mod marked;
mod place;
mod verbs;

use place::{Place, stranger};
use verbs::{Inputs, VERBS};

/// How many folders each verb is tried on.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(3)
}

#[test]
fn no_verb_changes_a_strangers_folder() {
    let inputs = Inputs::make();
    for (number, verb) in VERBS.iter().enumerate() {
        for case in 0..cases() {
            let dir = tempfile::tempdir().unwrap();
            let out = dir.path().join("out");
            stranger(&out, number as u32, case);
            let before = Place::read(&out);
            let (code, text) = verb.run(&inputs, &out, &[]);
            let after = Place::read(&out);
            let what = format!("{} on case {case}: exit {code}: {text}", verb.name);
            before.must_be_in(&after, &what);
            match code {
                0 => {}
                3 => {
                    assert!(text.contains(&out.display().to_string()), "names the place; {what}");
                    assert!(text.contains("choose another"), "says a way out; {what}");
                    before.must_be(&after, &what);
                }
                _ => panic!("{what}"),
            }
            assert!(code == 3 || !verb.fills_a_folder, "a folder of strangers is refused; {what}");
        }
    }
}

/// A folder of hidden files alone may be used: no result is hidden.
#[test]
fn hidden_files_are_no_obstacle_and_stay() {
    let inputs = Inputs::make();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join(".gitignore"), "*.parquet\n").unwrap();
    let before = Place::read(&out);
    let (code, text) = VERBS[0].run(&inputs, &out, &[]);
    assert_eq!(code, 0, "{text}");
    before.must_be_in(&Place::read(&out), "run");
}

#[test]
fn overwrite_replaces_files_of_the_same_names_alone() {
    let inputs = Inputs::make();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    std::fs::create_dir_all(out.join("charts")).unwrap();
    for (name, text) in [("README.txt", "mine"), ("notes.txt", "mine"), ("charts/mine.svg", "mine")] {
        std::fs::write(out.join(name), text).unwrap();
    }
    let (code, text) = VERBS[0].run(&inputs, &out, &["--overwrite"]);
    assert_eq!(code, 0, "{text}");
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    assert!(read("README.txt").contains("Results of darien"));
    assert_eq!((read("notes.txt").as_str(), read("charts/mine.svg").as_str()), ("mine", "mine"));
    // A folder of others in the place of finished runs is never taken for those.
    let other = dir.path().join("other");
    std::fs::create_dir_all(other.join("parts")).unwrap();
    std::fs::write(other.join("parts/part1.txt"), "mine").unwrap();
    for more in [&[][..], &["--overwrite"]] {
        let before = Place::read(&other);
        let (code, text) = VERBS[0].run(&inputs, &other, more);
        assert_eq!(code, 3, "{text}");
        before.must_be(&Place::read(&other), "run");
    }
}
