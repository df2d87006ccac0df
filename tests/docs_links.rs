//! The documents hold together: every link and anchor leads somewhere, every page is in the book, files that are named
//! are there, and every command that a page shows names a verb, flags and scenarios that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// Pages at the top of the repository.
const TOP: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"];

/// Verbs whose words without a dash are scenarios or benchmarks.
const TAKE_SCENARIOS: [&str; 5] = ["run", "compare", "bench", "sensitivity", "check"];

/// Verbs of a command line that belong to the argument parser, not to us.
const OF_THE_PARSER: [&str; 1] = ["help"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A page: its path from the root, and its text.
struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text =
            fs::read_to_string(root().join(&path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self { path, text }
    }

    /// Lines with their numbers, and whether each stands in a fenced block.
    fn lines(&self) -> impl Iterator<Item = (usize, &str, bool)> {
        let mut fenced = false;
        self.text.lines().enumerate().map(move |(i, line)| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            (i + 1, line, fenced || fence)
        })
    }

    fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }
}

fn markdown_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(root().join(folder)).unwrap().map(|e| folder.join(e.unwrap().file_name())).collect();
    entries.sort();
    for path in entries {
        if root().join(&path).is_dir() {
            markdown_below(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}

fn book() -> Vec<PathBuf> {
    let mut found = Vec::new();
    markdown_below(Path::new("docs"), &mut found);
    found
}

fn pages() -> Vec<Page> {
    TOP.iter().map(PathBuf::from).chain(book()).map(Page::read).collect()
}

/// A line without its `code`.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// The pieces of `code` of a line.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where the links and images of a line lead.
fn targets(line: &str) -> Vec<String> {
    let line = without_code(line);
    let until = |from: usize, end: char| line[from..].find(end).map(|to| line[from..from + to].to_owned());
    let mut found: Vec<String> = Vec::new();
    for (opening, end) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        found.extend(line.match_indices(opening).filter_map(|(at, _)| until(at + opening.len(), end)));
    }
    if let Some((name, target)) = line.split_once("]: ")
        && name.starts_with('[')
    {
        found.push(target.to_owned());
    }
    found.iter().filter_map(|t| t.split_whitespace().next()).map(str::to_owned).collect()
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                assert!(out.pop(), "{} leads out of the repository", path.display());
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The anchor that a heading gets, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let shown = heading.trim().to_lowercase();
    // Of a link in a heading only its words count.
    let mut words = String::new();
    let mut rest = shown.as_str();
    while let Some((before, after)) = rest.split_once("](") {
        words.push_str(before);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    words.push_str(rest);
    words
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}

fn anchors(page: &Page) -> BTreeSet<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let headings = page.lines().filter(|(_, line, fenced)| !fenced && line.starts_with('#'));
    headings
        .map(|(_, line, _)| {
            let name = anchor(line.trim_start_matches('#'));
            let seen = times.entry(name.clone()).or_default();
            *seen += 1;
            if *seen == 1 { name } else { format!("{name}-{}", *seen - 1) }
        })
        .collect()
}

fn fail_on(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let mut faults = Vec::new();
    for page in pages() {
        let in_book = page.path.starts_with("docs");
        for (number, line, _) in page.lines().filter(|(_, _, fenced)| !fenced) {
            for target in targets(line) {
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
                let folder = page.path.parent().unwrap_or(Path::new(""));
                let to = if path.is_empty() { page.path.clone() } else { plain(&folder.join(path)) };
                let mut fault = |what: &str| faults.push(format!("{}: `{target}` {what}", page.at(number)));
                if !root().join(&to).exists() {
                    fault("is not there");
                } else if in_book && !to.starts_with("docs") {
                    fault("leads out of the book: name the file as `code` instead");
                } else if !heading.is_empty() && !anchors(&Page::read(to)).contains(heading) {
                    fault("names a heading that is not there");
                }
            }
        }
    }
    fail_on(&faults);
}

#[test]
fn every_page_is_in_the_book() {
    let summary = Page::read("docs/SUMMARY.md".into());
    let listed: Vec<PathBuf> = summary
        .lines()
        .flat_map(|(_, line, _)| targets(line))
        .map(|target| plain(&Path::new("docs").join(target)))
        .collect();
    let times = |page: &PathBuf| listed.iter().filter(|l| *l == page).count();
    let faults: Vec<String> = book()
        .into_iter()
        .filter(|page| *page != summary.path)
        .filter(|page| times(page) != 1)
        .map(|page| format!("{} stands {} times in docs/SUMMARY.md", page.display(), times(&page)))
        .collect();
    fail_on(&faults);
}

/// The program; none where it is not built because the command line is left out.
const PROGRAM: Option<&str> = option_env!("CARGO_BIN_EXE_darien");

fn help(words: &[&str]) -> String {
    let out = Command::new(PROGRAM.unwrap()).args(words).arg("--help").output().unwrap();
    assert!(out.status.success(), "{words:?} --help");
    String::from_utf8(out.stdout).unwrap()
}

/// The verbs of the program.
fn verbs() -> BTreeSet<String> {
    let text = help(&[]);
    let below = text.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    // A sentence that goes on in a second line is indented further.
    below
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
        .filter_map(|l| l.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// The flags of a verb with the number of values that each takes.
fn flags(verb: &str) -> BTreeMap<String, usize> {
    let text = help(&[verb]);
    let mut all = BTreeMap::new();
    for line in text.lines().map(str::trim_start).filter(|l| l.starts_with('-')) {
        let described = line.split("  ").next().unwrap_or_default();
        let values = described.matches('<').count();
        for flag in described.split([',', ' ', '[']).filter(|w| w.starts_with('-')) {
            all.insert(flag.trim_end_matches("...").to_owned(), values);
        }
    }
    all
}

/// The command lines of a page: those of its blocks of `sh`, and those in running text.
fn commands(page: &Page) -> Vec<(usize, String)> {
    let own = |text: &str| {
        let text = text.trim().trim_start_matches("target/release/");
        let text = text.replace("cargo run --release -- ", "darien ");
        let text = text.split(" #").next().unwrap_or_default().to_owned();
        text.starts_with("darien ").then_some(text)
    };
    let mut found = Vec::new();
    for (number, line, fenced) in page.lines() {
        if fenced {
            found.extend(own(line).map(|text| (number, text)));
        } else {
            found.extend(code(line).filter_map(own).map(|text| (number, text)));
        }
    }
    found
}

/// Whether a word stands for what the reader puts in its place: `DIR`, `SCENARIO…`, `[--lang en|es]`.
fn is_placeholder(word: &str) -> bool {
    word.contains(['…', '[', ']', '<', '|', '*'])
        || word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[test]
fn every_command_names_what_exists() {
    if PROGRAM.is_none() {
        return;
    }
    let verbs = verbs();
    assert!(verbs.contains("run") && verbs.contains("convert-flee"), "{verbs:?}");
    let mut known: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let readme = Page::read("README.md".into()).text;
    let unnamed =
        verbs.iter().filter(|v| !OF_THE_PARSER.contains(&v.as_str()) && !readme.contains(&format!("`{v}")));
    let mut faults: Vec<String> =
        unnamed.map(|v| format!("README.md: does not name the verb `{v}`")).collect();
    for page in pages() {
        for (number, command) in commands(&page) {
            let words: Vec<&str> =
                command.split_whitespace().skip(1).take_while(|w| !matches!(*w, "|" | ">" | "&&")).collect();
            let mut fault = |what: String| faults.push(format!("{}: `{command}`: {what}", page.at(number)));
            let Some((verb, words)) = words.split_first() else { continue };
            if verb.starts_with('-') || is_placeholder(verb) || OF_THE_PARSER.contains(verb) {
                continue;
            }
            if !verbs.contains(*verb) {
                fault(format!("`{verb}` is not a verb"));
                continue;
            }
            let flags = known.entry((*verb).to_owned()).or_insert_with(|| flags(verb));
            let mut words = words.iter();
            while let Some(word) = words.next() {
                if is_placeholder(word) {
                    continue;
                }
                if word.starts_with('-') {
                    let flag = word.split('=').next().unwrap_or_default();
                    match flags.get(flag) {
                        None => fault(format!("`{verb}` has no flag `{flag}`")),
                        Some(values) if !word.contains('=') => words.by_ref().take(*values).for_each(drop),
                        Some(_) => {}
                    }
                } else if TAKE_SCENARIOS.contains(verb) {
                    // Files of the reader's own are not ours to find.
                    let path = Path::new(word);
                    let own = path.extension().is_some() && !path.starts_with("scenarios");
                    let name = path.file_stem().unwrap_or_default().to_string_lossy();
                    let ours = root().join("scenarios").join(format!("{name}.toml"));
                    if !own && !(ours.is_file() && (path.extension().is_some() || *word == name)) {
                        fault(format!("`{word}` is not a scenario"));
                    }
                }
            }
        }
    }
    fail_on(&faults);
}

/// Folders of the repository whose files pages name.
const FOLDERS: [&str; 10] = [
    ".ci/",
    "benches/",
    "crates/",
    "data/",
    "docs/",
    "examples/",
    "scenarios/",
    "scripts/",
    "src/",
    "tests/",
];

#[test]
fn files_that_pages_name_are_there() {
    let mut faults = Vec::new();
    // What a change or a decision named may be gone since.
    let lasting =
        |page: &Page| page.path != Path::new("CHANGELOG.md") && !page.path.starts_with("docs/decisions");
    for page in pages().iter().filter(|page| lasting(page)) {
        for (number, line, _) in page.lines().filter(|(_, _, fenced)| !fenced) {
            for named in code(line).filter(|c| FOLDERS.iter().any(|f| c.starts_with(f))) {
                let path = named.split([' ', ':', '#']).next().unwrap_or_default();
                let folder = path.split('*').next().unwrap_or_default();
                if !root().join(folder).exists() {
                    faults.push(format!("{}: `{named}` is not there", page.at(number)));
                }
            }
        }
    }
    fail_on(&faults);
}

#[test]
fn the_reader_of_pages_sees_what_it_should() {
    assert_eq!(targets("a [b](c.md#d) `[e](f.md)` ![g](h.png \"i\")"), ["c.md#d", "h.png"]);
    assert_eq!(targets("[one]: two.md"), ["two.md"]);
    assert_eq!(anchor(" 7.1 Intent hazard (phase 3)"), "71-intent-hazard-phase-3");
    assert_eq!(anchor(" `--hub DIR`: a [forecast](x.md) hub"), "--hub-dir-a-forecast-hub");
    assert_eq!(plain(Path::new("docs/decisions/../odd.md")), Path::new("docs/odd.md"));
    assert!(is_placeholder("SCENARIO…") && is_placeholder("DIR") && !is_placeholder("status-quo-2025"));
    let page = Page {
        path: "docs/a.md".into(),
        text: "# A\n`darien run b`\n```sh\n# A\ncargo run --release -- check c # d\n```\n# A\n".into(),
    };
    assert_eq!(anchors(&page), BTreeSet::from(["a".to_owned(), "a-1".to_owned()]));
    assert_eq!(commands(&page), [(2, "darien run b".to_owned()), (5, "darien check c".to_owned())]);
}
