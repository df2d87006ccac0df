//! Data flows one way: the paths in `src/` are read, and an arrow that points back fails the test.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the bottom up. A module may use itself and those before it.
///
/// The first nine are the base, which knows nothing of the model; the rest is the way from what was typed to what is shown.
const ORDER: [&str; 17] = [
    "error",
    "input",
    "random",
    "units",
    "lang",
    "table",
    "data",
    "registry",
    "evaluate",
    "scenario",
    "world",
    "engine",
    "behaviour",
    "observe",
    "experiment",
    "output",
    "cli",
];

/// Arrows that the order would allow and that must not be either: who, what, why.
const NEVER: [(&str, &str, &str); 10] = [
    ("engine", "scenario", "the engine is generic"),
    ("engine", "world", "the engine is generic"),
    ("behaviour::flee", "scenario", "its worlds come from its own files"),
    ("behaviour::flee", "world", "its worlds are its own"),
    ("behaviour::flee", "registry", "its settings are its own"),
    ("behaviour::flee", "data", "it knows nothing of the corridor"),
    ("observe", "behaviour::flee", "what a rule set records is its own"),
    ("experiment", "behaviour::flee", "ensembles of it are batches, which know no rule set"),
    ("output", "behaviour", "output is made from tables, not from state"),
    ("output", "engine", "output is made from tables, not from state"),
];

/// A path in a source file, from the root of the crate.
#[derive(Debug, PartialEq, Eq)]
struct Arrow {
    line: usize,
    to: Vec<String>,
}

/// Text with comments, strings and characters blanked out, lines kept.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = token(rest);
        if length == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    out
}

/// Bytes of the comment or literal at the start of `text`; 0 where there is none.
fn token(text: &str) -> usize {
    let until =
        |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return until("*/", 2);
    }
    for hashes in ["##", "#", ""] {
        let open = format!("r{hashes}\"");
        if text.starts_with(&open) {
            return until(&format!("\"{hashes}"), open.len());
        }
    }
    let quoted = |quote: char, most: usize| {
        let mut escaped = false;
        for (n, (at, c)) in text.char_indices().skip(1).enumerate() {
            if n >= most {
                return 0;
            }
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == quote => return at + 1,
                _ => {}
            }
        }
        0
    };
    match text.chars().next() {
        Some('"') => quoted('"', usize::MAX),
        // A lifetime has no closing quote so near.
        Some('\'') if text.starts_with("'\\") => quoted('\'', 12),
        Some('\'') => quoted('\'', 2),
        _ => 0,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// All paths of a file that start at the root of the crate; `module` is the path of the file's module.
fn arrows(text: &str, module: &[String]) -> Vec<Arrow> {
    let text = code(text);
    let mut all = Vec::new();
    for (start, base) in [("crate", 0), ("super", module.len())] {
        for (at, _) in text.match_indices(start) {
            let before = text[..at].chars().next_back();
            // `super::super` is read from its first word on.
            if before.is_some_and(|c| is_word(c) || c == ':' || c == '$') {
                continue;
            }
            let mut rest = &text[at + start.len()..];
            let mut depth = base.saturating_sub(usize::from(start == "super"));
            while start == "super" && rest.starts_with("::super") {
                rest = &rest["::super".len()..];
                depth = depth.saturating_sub(1);
            }
            let Some(tail) = rest.strip_prefix("::") else { continue };
            for path in spread(tail) {
                let to = module[..depth.min(module.len())].iter().cloned().chain(path).collect();
                all.push(Arrow { line: line_of(&text, at), to });
            }
        }
    }
    all
}

/// The first two words of each path that `text` begins with: `a::b::c` is one path, `{a::b, c}` two.
fn spread(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let (mut depth, mut from, mut all) = (0, 0, Vec::new());
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' if depth == 0 => {
                    all.extend(spread(&group[from..at]));
                    from = at + 1;
                }
                '}' => {
                    all.extend(spread(&group[from..at]));
                    break;
                }
                _ => {}
            }
        }
        return all;
    }
    let word: String = text.chars().take_while(|&c| is_word(c)).collect();
    if word.is_empty() {
        return Vec::new();
    }
    match text[word.len()..].strip_prefix("::") {
        Some(tail) => {
            let onward = spread(tail);
            if onward.is_empty() {
                return vec![vec![word]];
            }
            let join = |mut path: Vec<String>| {
                path.insert(0, word.clone());
                path.truncate(2);
                path
            };
            onward.into_iter().map(join).collect()
        }
        None => vec![vec![word]],
    }
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|m| *m == module)
}

/// Why an arrow must not be; none where it may.
fn fault(from: &[String], to: &[String]) -> Option<String> {
    let (source, target) = (from.first()?, to.first()?);
    let (high, low) = (rank(source)?, rank(target)?);
    if low > high {
        return Some(format!("`{source}` must not use `{target}`, which stands above it"));
    }
    if let ([a, mine, ..], [b, other, ..]) = (from, to)
        && (a, b) == (&"behaviour".to_owned(), &"behaviour".to_owned())
        && mine != other
    {
        return Some(format!("`{mine}` must not use `{other}`: rule sets know nothing of each other"));
    }
    let within = |path: &[String], prefix: &str| {
        let path = path.join("::");
        path == prefix || path.starts_with(&format!("{prefix}::"))
    };
    NEVER
        .iter()
        .find(|(who, what, _)| within(from, who) && within(to, what))
        .map(|(who, what, why)| format!("`{who}` must not use `{what}`: {why}"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn module_of(file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source_folder()).unwrap().with_extension("");
    let mut path: Vec<String> = relative.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|p| p == "mod") {
        path.pop();
    }
    path
}

#[test]
fn no_arrow_points_back() {
    let mut files = Vec::new();
    sources(&source_folder(), &mut files);
    let (mut read, mut faults) = (0, String::new());
    for file in files {
        let module = module_of(&file);
        if module.first().is_some_and(|m| m == "lib" || m == "main") {
            continue;
        }
        for arrow in arrows(&fs::read_to_string(&file).unwrap(), &module) {
            read += 1;
            if let Some(why) = fault(&module, &arrow.to) {
                let _ = writeln!(faults, "src/{}.rs:{}: {why}", module.join("/"), arrow.line);
            }
        }
    }
    assert!(read > 100, "only {read} paths were found: the reader is broken");
    assert!(faults.is_empty(), "arrows that point back:\n{faults}");
}

#[test]
fn every_module_has_its_place_in_the_order() {
    for entry in fs::read_dir(source_folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let rust = path.is_dir() || path.extension().is_some_and(|e| e == "rs");
        if rust && name != "lib" && name != "main" {
            assert!(rank(&name).is_some(), "`src/{name}` has no place in the order of tests/architecture.rs");
        }
    }
}

#[test]
fn paths_are_read_in_every_form() {
    let module = ["world".to_owned(), "network".to_owned()];
    let text = r#"
        //! [`crate::cli`] in a comment, "crate::output" in a string below
        use crate::{data, registry::{levers, outcomes}};
        use super::groups::Population;
        fn f<'a>(x: &'a str) -> char { super::super::units::g("crate::engine"); crate::random::h(); '"' }
        /* crate::observe */
        macro_rules! m { () => { $crate::cli::main() } }
    "#;
    let found: Vec<(usize, String)> =
        arrows(text, &module).into_iter().map(|a| (a.line, a.to.join("::"))).collect();
    let expected = [
        (3, "data"),
        (3, "registry::levers"),
        (3, "registry::outcomes"),
        (5, "random::h"),
        (4, "world::groups::Population"),
        (5, "units::g"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
}

#[test]
fn arrows_are_judged() {
    let fails = |from: &str, to: &str| {
        let split = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
        fault(&split(from), &split(to)).is_some()
    };
    assert!(fails("world::network", "engine::plan"));
    assert!(fails("units", "table"));
    assert!(fails("data", "scenario"));
    assert!(fails("engine::plan", "world"));
    assert!(fails("behaviour::flee::rules", "behaviour::corridor::state"));
    assert!(fails("behaviour::third::rules", "behaviour::flee::state"));
    assert!(fails("behaviour::flee::build", "world::network"));
    assert!(fails("output::csv", "behaviour::corridor"));
    assert!(!fails("engine::plan", "engine::queue"));
    assert!(!fails("output::results", "experiment::summary"));
    assert!(!fails("registry::observed", "data"));
    assert!(!fails("cli::run", "scenario"));
    assert!(!fails("behaviour::flee::rules", "behaviour::flee::state"));
}
