//! From bytes to a tree of values that all know their place; refuses early what could not be read safely.

use super::reader::Reader;
use crate::error::Problem;
use crate::input;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use toml_edit::{Document, Item, Table, Value};

/// Largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 1 << 20;
/// Deepest nesting of lists and tables.
pub(super) const DEEPEST: usize = 32;
/// So many lines with syntax errors are left out before reading stops.
const MOST_PATCHES: usize = 20;

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The value.
    pub data: Data,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Data {
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A date, perhaps with a time, as TOML prints it.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The key.
    pub key: String,
    /// Byte range of the key.
    pub span: Range<usize>,
    /// The value.
    pub node: Node,
}

impl Node {
    /// What the value is, in words.
    pub fn kind(&self) -> &'static str {
        match self.data {
            Data::Integer(_) | Data::Float(_) => "a number",
            Data::Text(_) => "text",
            Data::Bool(_) => "true or false",
            Data::Date(_) => "a date",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
        }
    }

    /// The text of a text or a date.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(t) | Data::Date(t) => Some(t),
            _ => None,
        }
    }
}

/// Reads a file as text, or says why not.
pub(super) fn read_file(path: &Path, shown: &str) -> Result<String, Box<Problem>> {
    let problem = |message: String| Problem::new(shown, message);
    let cannot = |e: std::io::Error| Box::new(problem(format!("cannot be read: {e}")));
    match input::bytes(path, LARGEST) {
        Ok(bytes) => decode(bytes, shown),
        Err(e) if e.kind() == ErrorKind::InvalidInput => {
            let what = if path.is_dir() { "is a folder" } else { "is not a regular file" };
            Err(Box::new(problem(format!("{what}; a scenario is a TOML file"))))
        }
        Err(e) if e.kind() == ErrorKind::FileTooLarge => {
            let length = std::fs::metadata(path).map_or(0, |about| about.len());
            Err(Box::new(
                problem("is too large for a scenario".into())
                    .with_found(format!("{length} bytes"))
                    .with_allowed("up to 1 MB (1048576 bytes)"),
            ))
        }
        Err(e) => Err(cannot(e)),
    }
}

/// Bytes to text: UTF-8, with or without a byte-order mark.
pub(super) fn decode(bytes: Vec<u8>, shown: &str) -> Result<String, Box<Problem>> {
    let problem = |message: &str| Problem::new(shown, message).with_hint("save it as UTF-8 text");
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Box::new(problem("is UTF-16 text").with_allowed("UTF-8 text")));
    }
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        let line = bytes[..at].split(|&b| b == b'\n').count();
        return Err(Box::new(
            problem("is a binary file, not a scenario").at(line, 1).with_found("a zero byte"),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let good = String::from_utf8_lossy(&e.as_bytes()[..at]).into_owned();
        let column = good.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        let found = format!("the byte 0x{:02X}", e.as_bytes()[at]);
        let line = good.matches('\n').count() + 1;
        Box::new(problem("is not UTF-8 text").at(line, column).with_found(found))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Parses a document; syntax errors go to the reader, and what stands on other lines is still read.
pub(super) fn parse(text: &str, reader: &mut Reader) -> Option<Vec<Entry>> {
    if let Some(at) = too_deep(text) {
        let p = reader.problem(&(at..at), "", "is nested too deep");
        reader.push(p.with_allowed(format!("lists and tables up to {DEEPEST} deep")));
        return None;
    }
    let mut text = text.to_owned();
    for _ in 0..MOST_PATCHES {
        let error = match Document::parse(text.as_str()) {
            Ok(document) => return Some(table(document.as_table(), 0)),
            Err(error) => error,
        };
        let at = error.span().map_or(0, |s| s.start).min(text.len());
        let start = text[..floor(&text, at)].rfind('\n').map_or(0, |i| i + 1);
        let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line = &text[start..end];
        let key = line.split_once('=').map_or("", |(key, _)| key.trim());
        let message = format!("is not valid TOML: {}", error.message().trim().replace('\n', ", "));
        let problem = reader.problem(&(at..at), key, message).with_found(super::reader::shorten(line.trim()));
        let problem = problem.with_hint(syntax_hint(line, error.message()));
        // A broken [table] would give its keys to the table above.
        let whole = !line.trim().is_empty() && !line.trim_start().starts_with('[') && balanced(line);
        reader.push(problem);
        if !whole {
            return None;
        }
        reader.patchy = true;
        let blank = " ".repeat(end - start);
        text.replace_range(start..end, &blank);
    }
    None
}

/// Parses one value as TOML writes it.
pub(super) fn parse_value(text: &str) -> Option<Node> {
    if too_deep(text).is_some() || text.len() as u64 > LARGEST {
        return None;
    }
    text.parse::<Value>().ok().map(|v| value(&v, 0))
}

fn syntax_hint(line: &str, message: &str) -> String {
    if message.contains("duplicate") {
        "a key may stand only once in a table".into()
    } else if line.contains(['“', '”', '‘', '’', '«', '»']) {
        "use straight quotes, as in \"crisis.VEN\"".into()
    } else if message.contains("day") || message.contains("month") || message.contains("date") {
        "write dates as YYYY-MM-DD".into()
    } else if !line.contains('=') && !line.trim_start().starts_with('[') {
        "write key = value".into()
    } else {
        String::new()
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether every bracket that a line opens is closed on it, and it opens no text of several lines.
fn balanced(line: &str) -> bool {
    let count = |open, close| line.matches(open).count() == line.matches(close).count();
    count('[', ']') && count('{', '}') && !line.contains("\"\"\"") && !line.contains("'''")
}

/// Where brackets outside of text and comments go deeper than [`DEEPEST`].
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut i) = (0_usize, 0);
    while i < bytes.len() {
        match bytes[i] {
            b'#' => i = text[i..].find('\n').map_or(bytes.len(), |n| i + n),
            quote @ (b'"' | b'\'') => i = end_of_text(bytes, i, quote),
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(i);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        i += 1;
    }
    None
}

/// Position of the last byte of the text that opens at `i`.
fn end_of_text(bytes: &[u8], i: usize, quote: u8) -> usize {
    let long = bytes[i..].starts_with(&[quote; 3]);
    let mut j = i + if long { 3 } else { 1 };
    while j < bytes.len() {
        match bytes[j] {
            b'\\' if quote == b'"' => j += 1,
            b'\n' if !long => return j,
            b if b == quote && !long => return j,
            b if b == quote && bytes[j..].starts_with(&[quote; 3]) => return j + 2,
            _ => {}
        }
        j += 1;
    }
    bytes.len()
}

fn table(table: &Table, depth: usize) -> Vec<Entry> {
    if depth > DEEPEST {
        return Vec::new();
    }
    table
        .iter()
        .map(|(name, item)| {
            let span = table.key(name).and_then(toml_edit::Key::span).unwrap_or_default();
            let node = match item {
                Item::None => Node { span: span.clone(), data: Data::Table(Vec::new()) },
                Item::Value(v) => value(v, depth + 1),
                Item::Table(t) => Node {
                    span: t.span().unwrap_or(span.clone()),
                    data: Data::Table(self::table(t, depth + 1)),
                },
                Item::ArrayOfTables(all) => Node {
                    span: all.span().unwrap_or(span.clone()),
                    data: Data::List(
                        all.iter()
                            .map(|t| Node {
                                span: t.span().unwrap_or(span.clone()),
                                data: Data::Table(self::table(t, depth + 1)),
                            })
                            .collect(),
                    ),
                },
            };
            Entry { key: name.to_owned(), span, node }
        })
        .collect()
}

fn value(value: &Value, depth: usize) -> Node {
    let span = value.span().unwrap_or_default();
    let data = match value {
        _ if depth > DEEPEST => Data::Table(Vec::new()),
        Value::Integer(v) => Data::Integer(*v.value()),
        Value::Float(v) => Data::Float(*v.value()),
        Value::String(v) => Data::Text(v.value().clone()),
        Value::Boolean(v) => Data::Bool(*v.value()),
        Value::Datetime(v) => Data::Date(v.value().to_string()),
        Value::Array(v) => Data::List(v.iter().map(|one| self::value(one, depth + 1)).collect()),
        Value::InlineTable(t) => Data::Table(
            t.iter()
                .map(|(name, one)| Entry {
                    key: name.to_owned(),
                    span: t.key(name).and_then(toml_edit::Key::span).unwrap_or_default(),
                    node: self::value(one, depth + 1),
                })
                .collect(),
        ),
    };
    Node { span, data }
}
