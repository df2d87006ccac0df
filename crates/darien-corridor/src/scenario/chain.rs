//! Finds a scenario and those that it extends.

use super::layer::{Layer, TOP_KEYS};
use super::reader::Reader;
use super::shipped::SHIPPED;
use super::tree;
use crate::error::Problem;
use crate::input;
use crate::registry::nearest;
use std::path::{Path, PathBuf};

/// Longest chain of `extends`, the scenario itself included.
pub(super) const LONGEST: usize = 16;
/// The root: what `history` extends, so that its levers begin at the registry's defaults.
const DEFAULTS: &str = "defaults";

/// Where a scenario stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Shipped(&'static str, &'static str),
    File(PathBuf),
    /// Text that stands in no file, under a name.
    Text(String, String),
}

impl Origin {
    fn shown(&self) -> String {
        match self {
            Self::Shipped(name, _) => format!("{name} (shipped)"),
            Self::File(path) => path.display().to_string(),
            Self::Text(name, _) => name.clone(),
        }
    }

    /// Two origins with the same identity are the same scenario.
    fn identity(&self) -> String {
        match self {
            Self::Shipped(name, _) => format!("shipped:{name}"),
            Self::File(path) => {
                std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()).display().to_string()
            }
            Self::Text(name, _) => format!("text:{name}"),
        }
    }

    fn folder(&self) -> PathBuf {
        match self {
            Self::File(path) => path.parent().map(Path::to_path_buf).unwrap_or_default(),
            Self::Shipped(..) | Self::Text(..) => PathBuf::new(),
        }
    }

    fn read(&self) -> Result<Layer, Box<Problem>> {
        let shown = self.shown();
        match self {
            Self::Shipped(name, text) => Ok(Layer::read(name, &shown, text)),
            Self::Text(name, text) => Ok(Layer::read(name, &shown, text)),
            Self::File(path) => {
                let text = tree::read_file(path, &shown)?;
                let name = input::stem(path);
                Ok(Layer::read(&name, &shown, &text))
            }
        }
    }
}

fn shipped(name: &str) -> Option<Origin> {
    SHIPPED.iter().find(|(n, _)| *n == name).map(|(n, text)| Origin::Shipped(n, text))
}

/// A shipped name, or a path from `folder`.
fn locate(typed: &str, folder: &Path) -> Result<Origin, String> {
    if let Some(origin) = shipped(typed) {
        return Ok(origin);
    }
    let path = folder.join(typed);
    let looks_like_name = !typed.contains(['/', '\\', '.']);
    let with_ending = folder.join(format!("{typed}.toml"));
    if path.exists() && !(looks_like_name && path.is_dir()) {
        Ok(Origin::File(path))
    } else if looks_like_name && with_ending.is_file() {
        Ok(Origin::File(with_ending))
    } else {
        let stem = Path::new(typed).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Err(nearest(&stem, SHIPPED.iter().map(|(n, _)| *n)).map_or_else(
            || "`darien explain scenarios` lists the shipped scenarios".to_owned(),
            |near| format!("did you mean the shipped scenario `{near}`?"),
        ))
    }
}

/// The layers of a scenario, itself first and the root last; what is wrong stands in their readers.
///
/// The second value holds the problem that kept the chain from being complete where no layer can hold it.
pub(super) fn of_name(path_or_name: &str) -> (Vec<Layer>, Option<Problem>) {
    start(path_or_name, Path::new(""), false)
}

/// The same for what a file names: a path relative to its folder.
pub(super) fn of_name_from(path_or_name: &str, folder: &Path) -> (Vec<Layer>, Option<Problem>) {
    start(path_or_name, folder, true)
}

fn start(path_or_name: &str, folder: &Path, named: bool) -> (Vec<Layer>, Option<Problem>) {
    match locate(path_or_name, folder) {
        Ok(origin) => follow(origin, named),
        Err(hint) => {
            let problem =
                Problem::new(path_or_name, "is neither a file nor a shipped scenario").with_hint(hint);
            (Vec::new(), Some(problem))
        }
    }
}

/// The same for a text that stands in no file.
pub(super) fn of_text(name: &str, text: &str) -> (Vec<Layer>, Option<Problem>) {
    follow(Origin::Text(name.into(), text.into()), false)
}

/// Whether a line of a text begins with a key of a scenario.
fn says_something(text: &str) -> bool {
    let begins = |line: &str| {
        let line = line.trim_start_matches(['[', '"', '\'', ' ', '\t', '\u{feff}']);
        TOP_KEYS.iter().any(|key| line.starts_with(key))
    };
    text.lines().any(begins)
}

/// `named`: whether the first one is named by a file rather than by the user.
fn follow(first: Origin, mut named: bool) -> (Vec<Layer>, Option<Problem>) {
    let mut layers: Vec<Layer> = Vec::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut origin = first;
    loop {
        let read = origin.read().and_then(|layer| {
            // What a scenario names is not shown line by line unless it is a scenario itself.
            if named && !says_something(&layer.text) {
                let problem = Problem::new(
                    origin.shown(),
                    "is not a scenario: none of its lines begins with a key of one",
                );
                return Err(Box::new(problem));
            }
            Ok(layer)
        });
        named = true;
        let mut layer = match read {
            Ok(layer) => layer,
            Err(problem) => {
                let Some((child, (span, typed))) =
                    layers.last_mut().and_then(|l| l.extends.clone().map(|extends| (l, extends)))
                else {
                    return (layers, Some(*problem));
                };
                let message = format!("names {}, which {}", problem.file, problem.message);
                let wrong =
                    child.reader.problem(&span, "extends", message).with_found(format!("\"{typed}\""));
                child.reader.push(wrong.with_allowed(problem.allowed).with_hint(problem.hint));
                return (layers, None);
            }
        };
        seen.push((origin.identity(), origin.shown()));
        let parent = match &layer.extends {
            Some((_, typed)) if typed == DEFAULTS => None,
            Some((span, typed)) => Some((span.clone(), typed.clone())),
            None => Some((0..0, "history".to_owned())),
        };
        let Some((span, typed)) = parent else {
            layers.push(layer);
            return (layers, None);
        };
        let next = next_origin(&typed, &origin.folder(), &seen);
        match next {
            Ok(next) => {
                layers.push(layer);
                origin = next;
            }
            Err((message, hint)) => {
                let problem =
                    layer.reader.problem(&span, "extends", message).with_found(format!("\"{typed}\""));
                layer.reader.push(problem.with_hint(hint));
                layers.push(layer);
                return (layers, None);
            }
        }
    }
}

fn next_origin(typed: &str, folder: &Path, seen: &[(String, String)]) -> Result<Origin, (String, String)> {
    let missing = |hint: String| ("names neither a shipped scenario nor a file".to_owned(), hint);
    if typed.trim().is_empty() {
        return Err(missing("leave it out to extend `history`".into()));
    }
    let next = locate(typed, folder).map_err(missing)?;
    let identity = next.identity();
    if let Some(begin) = seen.iter().position(|(id, _)| *id == identity) {
        let mut circle: Vec<&str> = seen[begin..].iter().map(|(_, shown)| shown.as_str()).collect();
        circle.push(circle[0]);
        let message = format!("goes in a circle: {}", circle.join(" -> "));
        return Err((message, "let one of them extend a shipped scenario".into()));
    }
    if seen.len() >= LONGEST {
        let message = format!("makes a chain of more than {LONGEST} scenarios");
        return Err((message, "merge some of them".into()));
    }
    Ok(next)
}

/// A layer of changes that stand in no file; problems name `source`.
pub(super) fn argument_layer(source: &str) -> Layer {
    Layer::empty(source, "", Reader::of_argument(source, ""))
}
