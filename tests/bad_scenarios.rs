//! Bad scenarios are refused: every problem, at its own line, with its key and help.

use darien::error::{Error, Problem};
use darien::registry::levers::levers;
use darien::scenario::Scenario;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn problems_of(path_or_name: &str, sets: &[&str]) -> Vec<Problem> {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    match Scenario::load(path_or_name, &sets, None) {
        Err(error @ Error::Invalid(_)) => {
            assert_eq!(error.exit_code(), 3);
            let Error::Invalid(problems) = error else { unreachable!() };
            problems
        }
        other => panic!("{path_or_name} with {sets:?} was not refused as invalid: {other:?}"),
    }
}

fn problems_of_text(text: &str) -> Vec<Problem> {
    match Scenario::from_text("case", text, &[], None) {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("not refused: {text}\n{other:?}"),
    }
}

fn in_folder(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn refused(bytes: &[u8], part: &str) -> Problem {
    let (_folder, path) = in_folder("case.toml", bytes);
    let problems = problems_of(path.to_str().unwrap(), &[]);
    let found = problems.iter().find(|p| p.to_string().contains(part));
    found.unwrap_or_else(|| panic!("no problem says `{part}`: {problems:#?}")).clone()
}

#[test]
fn every_file_is_refused_as_its_first_lines_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    assert!(files.len() >= 40, "only {} files", files.len());
    let mut failures = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let expected: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("#!")).collect();
        assert!(!expected.is_empty(), "{} expects nothing", file.display());
        let problems = problems_of(file.to_str().unwrap(), &[]);
        if problems.len() != expected.len() {
            failures.push(format!("{}: {} problems: {problems:#?}", file.display(), problems.len()));
        }
        for line in expected {
            let [place, key, part] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let place: usize = place.parse().unwrap();
            let hit = |p: &&Problem| p.line == place && p.key == key && p.to_string().contains(part);
            if !problems.iter().any(|p| hit(&p)) {
                failures.push(format!("{}: expected {line}; got {problems:#?}", file.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn columns_point_at_the_value_or_key() {
    let p = problems_of_text("[levers]\n  \"crisis.VEN\" = 1.5\n").remove(0);
    assert_eq!((p.line, p.column), (2, 18));
    let p = problems_of_text("title = \"Ñandú\"\r\n[levers]\r\n\"crisis.VEM\" = 0.5 # é\r\n").remove(0);
    assert_eq!((p.line, p.column), (3, 1));
    let p = problems_of_text("[levers]\n\"flights.us.accepts\" = [\"COL\", \"XXXX\"]\n").remove(0);
    assert_eq!((p.line, p.column), (2, 32));
}

#[test]
fn what_is_no_text_is_refused_in_a_sentence() {
    refused(b"", "is empty");
    refused(b"  \n\n\t\n", "is empty");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("title = 1".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    refused(&utf16, "is UTF-16 text");
    let p = refused(b"title = \"x\"\n\x00\x01\x02", "is a binary file");
    assert_eq!(p.line, 2);
    let p = refused(b"title = \"x\"\nquestion = \"\xe9\"\n", "the byte 0xE9");
    assert_eq!((p.line, p.column), (2, 13));
    refused(&[0x89, b'P', b'N', b'G', 0xff], "is not UTF-8 text");
}

#[test]
fn folders_missing_files_and_large_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let problem = problems_of(folder.path().to_str().unwrap(), &[]).remove(0);
    assert!(problem.to_string().contains("is a folder"), "{problem}");
    let problem = problems_of("status-quo-2024", &[]).remove(0);
    assert!(problem.to_string().contains("did you mean the shipped scenario `status-quo-2025`"), "{problem}");
    let large = folder.path().join("large.toml");
    std::fs::File::create(&large).unwrap().set_len(50 << 20).unwrap();
    let problem = problems_of(large.to_str().unwrap(), &[]).remove(0);
    assert!(problem.to_string().contains("up to 1 MB"), "{problem}");
}

#[test]
fn deep_nesting_is_refused_before_it_is_parsed() {
    for open in ["[", "{a=", "[{a=["] {
        let text = format!("title = \"[[[[\" # [[[[\nx = {}", open.repeat(100_000));
        let problem = problems_of_text(&text).remove(0);
        assert!(problem.message.contains("nested too deep"), "{problem}");
        assert_eq!(problem.line, 2);
    }
    let dotted = format!("{} = 1\n", vec!["a"; 5000].join("."));
    assert!(!problems_of_text(&dotted).is_empty());
}

#[test]
fn many_problems_are_all_counted_and_none_takes_long() {
    let lines = (0..40_000).map(|i| format!("\"crisis.V{i}\" = 1\n"));
    let text = std::iter::once("[levers]\n".to_owned()).chain(lines).collect::<Vec<_>>().concat();
    let problems = problems_of_text(&text);
    assert_eq!(problems.len(), 101);
    assert!(problems[100].message.contains("the first 100 are shown"));
}

#[test]
fn chains_that_go_in_circles_or_too_far_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, parent: &str| {
        std::fs::write(folder.path().join(name), format!("title = \"x\"\nextends = \"{parent}\"\n")).unwrap();
    };
    write("a.toml", "b.toml");
    write("b.toml", "./c.toml");
    write("c.toml", "a.toml");
    let problem = problems_of(folder.path().join("a.toml").to_str().unwrap(), &[]).remove(0);
    assert!(problem.file.ends_with("c.toml") && problem.line == 2 && problem.key == "extends", "{problem}");
    for name in ["a.toml", "b.toml", "c.toml"] {
        assert!(problem.message.contains(name), "{problem}");
    }
    for i in 0..20 {
        write(&format!("n{i}.toml"), &if i == 19 { "history".into() } else { format!("n{}.toml", i + 1) });
    }
    let problem = problems_of(folder.path().join("n0.toml").to_str().unwrap(), &[]).remove(0);
    assert!(problem.message.contains("more than 16"), "{problem}");
    assert!(Scenario::load(folder.path().join("n10.toml").to_str().unwrap(), &[], None).is_ok());
}

#[test]
fn problems_of_a_parent_name_the_parent() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("parent.toml"), "[levers]\n\"crisis.VEN\" = 7\n").unwrap();
    std::fs::write(folder.path().join("child.toml"), "extends = \"parent.toml\"\ntitel = \"x\"\n").unwrap();
    let problems = problems_of(folder.path().join("child.toml").to_str().unwrap(), &["crisis.HTI=9"]);
    let files: Vec<String> = problems.iter().map(|p| p.file.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(files, ["child.toml", "parent.toml", "--set"]);
}

#[test]
fn a_parent_that_cannot_be_read_is_reported_where_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("old")).unwrap();
    std::fs::write(folder.path().join("image.toml"), b"\x00\x01").unwrap();
    for (parent, part) in [("./old", "which is a folder"), ("image.toml", "which is a binary file")] {
        let child = folder.path().join("child.toml");
        std::fs::write(&child, format!("# q\nextends = \"{parent}\"\n[levers]\n\"crisis.VEM\" = 1\n"))
            .unwrap();
        let problems = problems_of(child.to_str().unwrap(), &[]);
        assert_eq!(problems.len(), 2, "{problems:#?}");
        let p = &problems[0];
        assert!((p.line, p.column, p.key.as_str()) == (2, 11, "extends") && p.message.contains(part), "{p}");
    }
}

#[test]
fn no_text_of_a_scenario_may_steer_a_terminal_or_break_a_line() {
    for value in ["a\\u001b[31mb", "a\\nb", " ", &"x".repeat(301)] {
        let news = "date = 2022-01-01\nnationalities = [\"ALL\"]\nshock = 1\n";
        let text =
            format!("title = \"{value}\"\n[[announcement]]\nid = \"{value}\"\nsource = \"{value}\"\n{news}");
        let lines: Vec<usize> = problems_of_text(&text).iter().map(|p| p.line).collect();
        assert_eq!(lines, [1, 3, 4], "{value}");
    }
}

#[test]
fn settings_of_the_command_line_are_refused_as_such() {
    for (set, key, part) in [
        ("crisis.VEN", "", "write --set crisis.VEN=0.9"),
        ("crisis.VEM=0.9", "crisis.VEM", "did you mean `crisis.VEN`"),
        ("crisis.VEN=1.9", "crisis.VEN", "found 1.9; allowed: 0 to 1"),
        ("crisis.VEN=high", "crisis.VEN", "needs a number, not text; found high"),
        ("crisis.VEN=0.5@2025-02-30", "crisis.VEN", "2025-02 has 28 days"),
        ("crisis.VEN={\"2025-01-01\"=0.5}@2025-02-01", "crisis.VEN", "has dates twice"),
        ("trail.acandi=shut", "trail.acandi", "allowed: open, closed, sealed, guided"),
        ("flights.panama.accepts=COL,XXX", "flights.panama.accepts", "is not a nationality code"),
        ("flights.panama.accepts=3.5", "flights.panama.accepts", "needs a list"),
        ("assumptions.depart.rat=0.1", "assumptions.\"depart.rat\"", "did you mean `depart.rate`"),
        ("depart.flight_deterrence=3", "assumptions.\"depart.flight_deterrence\"", "beyond the prior range"),
        ("allow_beyond_evidence=perhaps", "allow_beyond_evidence", "true or false"),
        ("=1", "", "is not a lever"),
        ("crisis.VEN=", "crisis.VEN", "needs a number"),
    ] {
        let problems = problems_of("status-quo-2025", &[set]);
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let p = &problems[0];
        assert!(
            p.file == "--set" && p.line == 0 && p.key == key && p.to_string().contains(part),
            "{set}: {p:#?}"
        );
    }
    assert_eq!(problems_of("status-quo-2025", &["a=1", "crisis.VEN=2", "crisis.HTI=x"]).len(), 3);
    let twice = problems_of("status-quo-2025", &["crisis.VEN=0.2", "crisis.VEN=0.3"]);
    assert!(twice[0].message.contains("set twice"));
    let until = Scenario::load("status-quo-2025", &[], "2024-06-01".parse().ok());
    assert!(matches!(until, Err(Error::Invalid(p)) if p[0].file == "--until"));
}

/// One edit of a lever's name: a letter dropped, doubled, swapped with the next, or replaced.
fn mistyped(name: &str, at: usize, how: u8) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = at % letters.len();
    match how % 4 {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters[at] = if letters[at] == 'q' { 'z' } else { 'q' },
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_typo_in_a_lever_is_refused_at_its_own_line(
        lever in 0..levers().len(), at in 0_usize..40, how in 0_u8..4, above in 0_usize..6, indent in 0_usize..4,
    ) {
        let typo = mistyped(&levers()[lever].key, at, how);
        prop_assume!(darien::registry::levers::find(&typo).is_none());
        let text = format!("title = \"x\"\n[levers]\n{}{}\"{typo}\" = 0.5\n", "\n".repeat(above), " ".repeat(indent));
        let problems = problems_of_text(&text);
        prop_assert_eq!(problems.len(), 1, "{:?}", &problems);
        prop_assert_eq!((problems[0].line, problems[0].column), (3 + above, 1 + indent));
        prop_assert!(problems[0].key.contains(&typo));
        let on_the_command_line = Scenario::load("history", &[format!("{typo}=0.5")], None);
        prop_assert!(on_the_command_line.is_err());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\"'=.#a-zA-Z0-9, \n\r\t\\\\é_-]{0,200}") {
        let _ = Scenario::from_text("case", &text, &[], None);
        let _ = Scenario::load("history", &[text], None);
    }

    #[test]
    fn no_edit_of_a_shipped_scenario_makes_the_reader_panic(at in 0_usize..12_000, with in "[\\[\\]{}\"'=.#x0-9 \n]{0,3}") {
        let text = Scenario::shipped()[0].1;
        let mut at = at % text.len();
        while !text.is_char_boundary(at) { at -= 1; }
        let _ = Scenario::from_text("case", &format!("{}{with}{}", &text[..at], &text[at..]), &[], None);
    }
}
