//! What Cargo does not say of the walls: which crate may stand on which, and that nothing points back within one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates from the bottom up, and those of them that each may use.
const CRATES: [(&str, &[&str]); 9] = [
    ("darien-base", &[]),
    ("darien-engine", &[]),
    ("darien-stats", &["darien-base", "darien-engine"]),
    ("darien-hub", &["darien-base", "darien-stats"]),
    ("darien-corridor", &["darien-base", "darien-engine"]),
    ("darien-flee", &["darien-base", "darien-engine", "darien-stats"]),
    ("darien-experiment", &["darien-base", "darien-engine", "darien-stats", "darien-hub", "darien-corridor"]),
    ("darien-charts", &["darien-base"]),
    (
        "darien-report",
        &[
            "darien-base",
            "darien-stats",
            "darien-hub",
            "darien-corridor",
            "darien-experiment",
            "darien-charts",
        ],
    ),
];

/// Libraries that a crate must not bring along, itself or by what it uses: who, what, why.
const NOT_WITH: [(&str, &[&str], &str); 4] = [
    (
        "darien-stats",
        &["parquet", "flate2", "plotters", "resvg"],
        "statistics need neither files nor pictures",
    ),
    ("darien-charts", &["parquet", "nalgebra", "statrs", "rayon"], "charts are made from tables and words"),
    ("darien-experiment", &["plotters", "resvg"], "experiments draw nothing"),
    (
        "darien-report",
        &["clap", "clap_complete", "clap_mangen", "ctrlc", "indicatif", "mimalloc", "signal-hook"],
        "the command line is the feature `cli` of `darien`",
    ),
];

/// The modules of a crate from the bottom up, where there is such an order. A module may use itself and those before it.
const ORDERS: [(&str, &[&str]); 2] = [
    ("darien-base", &["error", "input", "units", "lang", "table", "better", "file", "csv", "json"]),
    ("darien-corridor", &["data", "registry", "scenario", "world", "model", "observe"]),
];

/// Paths into another crate that its manifest would allow and that must not be either: who, what, why.
const NEVER: [(&str, &str, &str); 2] = [
    ("darien-report", "darien_corridor::model", "output is made from tables, not from state"),
    ("darien-report", "darien_corridor::observe", "output is made from tables, not from state"),
];

/// A path in a source file: from the root of the crate, or with the name of another of the project's crates before it.
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

/// All paths of a file that start at the root of the crate or at another of the project's; `module` is the path of the
/// file's module.
fn arrows(text: &str, module: &[String]) -> Vec<Arrow> {
    let text = code(text);
    let mut all = Vec::new();
    let others = CRATES.map(|(name, _)| name.replace('-', "_"));
    let starts = [("crate", 0), ("super", module.len())];
    for (start, base) in starts.into_iter().chain(others.iter().map(|name| (name.as_str(), 0))) {
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
                if start.starts_with("darien_") {
                    let to = [start.to_owned()].into_iter().chain(path).collect();
                    all.push(Arrow { line: line_of(&text, at), to });
                    continue;
                }
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

/// Why an arrow between modules of an order must not be; none where it may.
fn fault(order: &[&str], from: &[String], to: &[String]) -> Option<String> {
    let rank = |module: &String| order.iter().position(|m| m == module);
    let (source, target) = (from.first()?, to.first()?);
    (rank(target)? > rank(source)?)
        .then(|| format!("`{source}` must not use `{target}`, which stands above it"))
}

/// Why a crate must not use a path; none where it may.
fn forbidden(name: &str, to: &[String]) -> Option<String> {
    let path = to.join("::");
    NEVER
        .iter()
        .find(|(who, what, _)| *who == name && (path == *what || path.starts_with(&format!("{what}::"))))
        .map(|(who, what, why)| format!("`{who}` must not use `{what}`: {why}"))
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source_folder(name: &str) -> PathBuf {
    top().join("crates").join(name).join("src")
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

/// The module of a file below the sources of its crate; no word for the root.
fn module_of(file: &Path, folder: &Path) -> Vec<String> {
    let relative = file.strip_prefix(folder).unwrap().with_extension("");
    let mut path: Vec<String> = relative.iter().map(|p| p.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|p| p == "mod") || path == ["lib"] {
        path.pop();
    }
    path
}

/// What a manifest says of dependencies in a section, without those that are only for tests: name, and the rest of the line.
fn dependencies(manifest: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(manifest).unwrap();
    let (mut inside, mut all) = (false, BTreeMap::new());
    for line in text.lines() {
        if line.starts_with('[') {
            let plain = line == "[dependencies]" || line.ends_with(".dependencies]");
            inside = plain && line != "[workspace.dependencies]";
        } else if let Some((name, rest)) = line.split_once('=').filter(|_| inside) {
            let name = name.trim().trim_end_matches(".workspace");
            all.insert(name.to_owned(), rest.trim().to_owned());
        }
    }
    all
}

/// All libraries of others that a crate brings along, its own and those of the crates that it uses.
fn brought(name: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for library in dependencies(&top().join("crates").join(name).join("Cargo.toml")).into_keys() {
        if library.starts_with("darien-") {
            all.extend(brought(&library));
        } else {
            all.insert(library);
        }
    }
    all
}

#[test]
fn crates_stand_on_those_that_they_may() {
    let mut found: Vec<String> = fs::read_dir(top().join("crates"))
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut known: Vec<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(found, known, "a crate has no place in tests/architecture.rs");
    for (name, may) in CRATES {
        for used in dependencies(&top().join("crates").join(name).join("Cargo.toml")).keys() {
            assert!(
                !used.starts_with("darien") || may.contains(&used.as_str()),
                "`{name}` must not use `{used}`"
            );
        }
    }
}

#[test]
fn the_engine_stands_on_rayon_and_rand_alone() {
    assert_eq!(brought("darien-engine").into_iter().collect::<Vec<_>>(), ["rand", "rayon"]);
}

#[test]
fn crates_bring_along_what_they_promise() {
    for (name, never, why) in NOT_WITH {
        let all = brought(name);
        assert!(!all.is_empty(), "{name}");
        for library in never {
            assert!(!all.contains(*library), "`{name}` must not bring `{library}` along: {why}");
        }
    }
}

#[test]
fn the_library_needs_nothing_of_the_command_line() {
    let all = dependencies(&top().join("Cargo.toml"));
    assert!(all.contains_key("clap"));
    for (name, rest) in all {
        assert!(
            name.starts_with("darien-") || rest.contains("optional = true"),
            "`{name}` comes with the library"
        );
    }
}

#[test]
fn no_arrow_points_back() {
    let (mut read, mut faults) = (0, String::new());
    for (name, _) in CRATES {
        let order = ORDERS.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, order)| order);
        let folder = source_folder(name);
        let mut files = Vec::new();
        sources(&folder, &mut files);
        for file in files {
            let module = module_of(&file, &folder);
            for arrow in arrows(&fs::read_to_string(&file).unwrap(), &module) {
                read += 1;
                if let Some(why) = fault(order, &module, &arrow.to).or_else(|| forbidden(name, &arrow.to)) {
                    let _ = writeln!(faults, "{}:{}: {why}", file.display(), arrow.line);
                }
            }
        }
    }
    assert!(read > 100, "only {read} paths were found: the reader is broken");
    assert!(faults.is_empty(), "arrows that must not be:\n{faults}");
}

#[test]
fn every_module_has_its_place_in_the_order() {
    for (name, order) in ORDERS {
        for entry in fs::read_dir(source_folder(name)).unwrap() {
            let module = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            let placed = module == "lib" || order.contains(&module.as_str());
            assert!(placed, "`{module}` of `{name}` has no place in the order of tests/architecture.rs");
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
        use darien_corridor::{data, model::state};
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
        (8, "darien_corridor::data"),
        (8, "darien_corridor::model::state"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
}

#[test]
fn arrows_are_judged() {
    let split = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let corridor = ORDERS[1].1;
    let fails = |from: &str, to: &str| fault(corridor, &split(from), &split(to)).is_some();
    assert!(fails("world::network", "model::state"));
    assert!(fails("data", "scenario"));
    assert!(!fails("registry::observed", "data"));
    assert!(!fails("model::state", "model::tally"));
    assert!(!fails("observe::monthly", "random::Decision"));
    assert!(forbidden("darien-report", &split("darien_corridor::model::state")).is_some());
    assert!(forbidden("darien-report", &split("darien_corridor::data")).is_none());
    assert!(forbidden("darien-experiment", &split("darien_corridor::model::state")).is_none());
}
