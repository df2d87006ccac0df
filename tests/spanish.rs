//! What is said in Spanish is Spanish: answers, charts and pages hold no English word.
//!
//! Names that are typed (scenarios, levers, parameters, and `policies`, the file of the benchmark, beside its hash), citations and the
//! titles of sources stand as they are.

use assert_cmd::Command;
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// English words that Spanish has not.
const ENGLISH: &str = "the of and with without from are is was were be which that this these those not more fewer less \
    likely very people persons months years runs share difference policy policies entries way each other all both \
    before after above below between open closed under over on in at to for as it its have has do does when where \
    who how what chance spread level none assumed calibrated nights flights costs deaths draws cases higher lower \
    better best option outcome runs paired mean recorded scenario source month year against wait home by";

fn english() -> BTreeSet<&'static str> {
    // Words of both languages, and names.
    ENGLISH.split_whitespace().filter(|w| !["a", "no"].contains(w)).collect()
}

/// English words of a text, each with its line; names with dots, dashes or underscores are codes.
fn found(text: &str) -> Vec<String> {
    let words = english();
    let is_code = |t: &str| t.contains(['_', '.', '@', '=', '/']) || (t.contains('-') && t.is_ascii());
    text.lines()
        .filter_map(|line| {
            let typed = line.replace("escenario policies (", "escenario (");
            let hit = typed
                .split_whitespace()
                .map(|t| t.trim_matches(|c: char| !c.is_alphanumeric()))
                .filter(|t| !is_code(t))
                .find(|t| words.contains(t.to_lowercase().as_str()))?;
            Some(format!("`{hit}` in: {}", line.trim()))
        })
        .collect()
}

fn darien(args: &[&str]) -> String {
    let output = Command::cargo_bin("darien").unwrap().args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The text of a document, a line an element, without styles, metadata, code, and what is marked as English.
fn visible(text: &str) -> String {
    fn walk(node: Node, out: &mut String) {
        let skipped = ["style", "metadata", "code", "desc"].contains(&node.tag_name().name())
            || node.attribute("lang") == Some("en");
        if skipped {
            return;
        }
        if let Some(text) = node.text().filter(|_| node.is_text()) {
            out.push_str(text);
        }
        for child in node.children() {
            walk(child, out);
        }
        if node.is_element() && !["strong", "b", "span", "a", "tspan"].contains(&node.tag_name().name()) {
            out.push('\n');
        }
    }
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).unwrap();
    let mut out = String::new();
    walk(document.root(), &mut out);
    out
}

fn charts(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder.join("charts")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "svg") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let said = visible(&fs::read_to_string(&path).unwrap());
            all.extend(found(&said).into_iter().map(|line| format!("{name}: {line}")));
        }
    }
    all
}

#[test]
fn no_english_word_in_spanish() {
    let dir = TempDir::new().unwrap();
    let path = |name: &str| dir.path().join(name);
    let shown = |name: &str| path(name).display().to_string();
    let common = ["--lang", "es", "--quiet", "--until", "2025-02-28"];
    let mut problems: Vec<String> = Vec::new();
    let mut said = |verb: &str, args: &[&str]| {
        let mut all = args.to_vec();
        if verb != "report" && verb != "explain" {
            all.extend(common);
        }
        let text = darien(&all);
        problems.extend(found(&text).into_iter().map(|line| format!("{verb}: {line}")));
        if path(verb).join("charts").is_dir() {
            problems.extend(charts(&path(verb)).into_iter().map(|line| format!("{verb}, {line}")));
        }
    };
    let coarse = ["--scale", "3000"];
    let with = |args: &[&'static str]| -> Vec<String> {
        args.iter().chain(&coarse).map(|t| (*t).to_owned()).collect()
    };
    let scenarios = ["status-quo-2025", "flights-stop", "venezuela-worsens"];
    for (verb, args) in [
        ("run", with(&["run", scenarios[0], scenarios[1], "--runs", "4"])),
        ("compare", with(&["compare", scenarios[0], scenarios[1], scenarios[2], "--runs", "10"])),
        ("bench", with(&["bench", "policies", "--runs", "1"])),
    ] {
        let out = shown(verb);
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        args.extend(["--out", &out]);
        said(verb, &args);
    }
    said("explain", &["explain", "day", "--lang", "es"]);
    let folders: Vec<String> = ["run", "compare", "bench"].map(shown).to_vec();
    let page = shown("page.html");
    let mut args = vec!["report"];
    args.extend(folders.iter().map(String::as_str));
    args.extend(["--lang", "es", "--quiet", "--out", &page]);
    said("report", &args);
    let text = fs::read_to_string(&page).unwrap();
    problems.extend(found(&visible(&text)).into_iter().map(|line| format!("page: {line}")));
    assert!(problems.is_empty(), "{} lines:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn english_is_seen_and_spanish_is_not() {
    assert_eq!(found("muy probablemente menos entradas, alrededor de 10 000").len(), 0);
    assert_eq!(found("flights.panama.per_week y status-quo-2025").len(), 0);
    assert_eq!(found("más\nmost of the runs").len(), 1);
}
