//! What a scenario file says is text wherever it is shown: in drawings, tables and on the terminal.

use super::common::{SMALL, darien, files, good, told};
use std::fs;
use std::path::Path;

#[test]
fn words_of_a_scenario_are_escaped_everywhere() {
    let dir = tempfile::tempdir().unwrap();
    // The stem of the file is a cell of every table, the titles are in every drawing.
    let path = dir.path().join("=HYPERLINK(1).toml");
    fs::write(
        &path,
        "extends = \"history\"\ntitle = \"</text><script>alert(1)</script> & \\\"co\\\"\"\n\
         [[announcement]]\nid = \"x\"\ndate = 2021-03-01\nnationalities = [\"VEN\"]\nbelief = 0.2\n\
         title = \"<image href='http://example.org/x'/>\"\nsource = \"assumed\"\n",
    )
    .unwrap();
    let out = dir.path().join("out");
    let run =
        darien().arg("run").arg(&path).args(&SMALL[2..]).args(["--runs", "2", "--out"]).arg(&out).output();
    let output = good(run.unwrap());
    let mut drawings = 0;
    for (name, bytes) in files(&out) {
        let text = String::from_utf8_lossy(&bytes);
        let is = |kind: &str| Path::new(&name).extension().is_some_and(|e| e == kind);
        if is("svg") {
            assert!(!text.contains("<script") && !text.contains("<image href='http"), "{name}");
            drawings += usize::from(text.contains("&lt;script"));
        }
        if is("csv") {
            for cell in text.lines().filter_map(|l| l.split(',').next()) {
                let risky = cell.trim_matches('"').starts_with(['=', '@', '+']);
                assert!(!risky, "{name}: {cell}");
            }
        }
    }
    assert!(drawings > 0, "no drawing shows the title");
    assert!(fs::read_to_string(out.join("monthly.csv")).unwrap().contains("\n'=HYPERLINK(1),0,"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("<script>"), "plain text is left as it is");
}

#[test]
fn control_codes_do_not_reach_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("codes.toml");
    fs::write(&path, "title = \"\\u001b[2J\\u0007gone\"\n\"\\u001b[31mred\" = 1\n").unwrap();
    for args in [&["check"][..], &["run", "--quiet"], &["check", "--json"]] {
        let output = darien().args(args).arg(&path).current_dir(dir.path()).output().unwrap();
        let (code, text) = told(&output);
        assert_eq!(code, Some(3), "{text}");
        let all = [output.stdout, output.stderr].concat();
        assert!(!all.iter().any(|b| *b == 0x1b || *b == 0x07), "{}", String::from_utf8_lossy(&all));
    }
}

#[test]
fn extends_and_names_cannot_lead_a_result_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("..toml");
    fs::write(&path, "extends = \"history\"\ntitle = \"T\"\n").unwrap();
    let run = darien()
        .arg("run")
        .arg(&path)
        .args(&SMALL[2..])
        .args(["--runs", "1", "--quiet"])
        .current_dir(dir.path())
        .output();
    let (code, text) = told(&run.unwrap());
    assert!(code == Some(0) || code == Some(3), "{text}");
    let above = fs::read_dir(dir.path()).unwrap().filter_map(Result::ok).map(|e| e.file_name());
    assert!(
        above.into_iter().all(|n| n == "..toml" || n == "out"),
        "something was written beside the folder"
    );
}
