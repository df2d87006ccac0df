//! Charts that lie in a folder: read as XML, and only what draws is taken over.
//!
//! A folder may come from anywhere, so nothing of a stored chart is copied as it stands: elements and attributes that
//! are not in the lists below are dropped, and with them scripts, links, styles and whatever refers to elsewhere.

use super::sheet::{Sheet, invalid};
use crate::chart::svg::{escaped, fitted};
use crate::error::Result;
use resvg::usvg::roxmltree::{Document, Node};
use std::fmt::Write as _;
use std::path::Path;

const ELEMENTS: [&str; 9] = ["g", "rect", "circle", "line", "polyline", "polygon", "path", "text", "tspan"];
const ATTRIBUTES: [&str; 30] = [
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "points",
    "d",
    "dx",
    "dy",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    "stroke-linecap",
    "fill-opacity",
    "stroke-opacity",
    "opacity",
    "text-anchor",
    "font-size",
    "font-weight",
    "transform",
];

/// A chart of a folder, fit for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The finding.
    pub title: String,
    /// The description.
    pub description: String,
    /// Code of the language it was drawn in; may be empty.
    pub language: String,
    /// The drawing.
    pub svg: String,
    /// What is drawn.
    pub table: Sheet,
}

/// Reads `stem.svg` and `stem.csv`; `id` must be unique in the page.
///
/// # Errors
/// [`crate::error::Error::Invalid`] if either cannot be read.
pub fn read(folder: &Path, stem: &str, id: &str) -> Result<Stored> {
    let path = folder.join(format!("{stem}.svg"));
    let file = path.display().to_string();
    let text = crate::input::text(&path, super::sheet::MAX_BYTES)
        .map_err(|e| invalid(&file, 0, "cannot be read", &e.to_string()))?;
    let table = Sheet::read(&folder.join(format!("{stem}.csv")))?;
    let document =
        Document::parse(&text).map_err(|e| invalid(&file, 0, "is not an SVG drawing", &e.to_string()))?;
    let root = document.root_element();
    let view: Vec<f64> = root
        .attribute("viewBox")
        .unwrap_or_default()
        .split([' ', ','])
        .filter_map(|n| n.parse().ok())
        .collect();
    if root.tag_name().name() != "svg" || view.len() != 4 || !view.iter().all(|v| v.is_finite()) {
        return Err(invalid(&file, 0, "is not an SVG drawing", "no `svg` with a `viewBox`"));
    }
    let child = |name: &str| {
        root.children()
            .find(|n| n.tag_name().name() == name)
            .and_then(|n| n.text())
            .unwrap_or_default()
            .trim()
    };
    let (title, description) = (child("title").to_owned(), child("desc").to_owned());
    let mut svg = String::new();
    let _ = write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" role="img" aria-labelledby="t-{id} d-{id}"><title id="t-{id}">{}</title><desc id="d-{id}">{}</desc>"#,
        view[0],
        view[1],
        view[2],
        view[3],
        escaped(&title),
        escaped(&description),
        id = escaped(id),
    );
    for node in root.children() {
        copy(node, &mut svg, 0);
    }
    svg.push_str("</svg>\n");
    let svg = fitted(&svg);
    let language =
        root.attributes().find(|a| a.name() == "lang").map_or_else(String::new, |a| a.value().to_owned());
    Ok(Stored { title, description, language, svg, table })
}

/// Deeper than this nothing is taken over.
const DEEPEST: usize = 20;

fn copy(node: Node, out: &mut String, depth: usize) {
    if node.is_text() {
        out.push_str(&escaped(node.text().unwrap_or_default()));
        return;
    }
    let name = node.tag_name().name();
    let Some(tag) = ELEMENTS.iter().find(|e| **e == name) else { return };
    if depth > DEEPEST {
        return;
    }
    let _ = write!(out, "<{tag}");
    for attribute in node.attributes() {
        let value = attribute.value();
        let plain = !value.contains("url") && !value.contains(':') && !value.contains('\\');
        if let Some(name) = ATTRIBUTES.iter().find(|a| **a == attribute.name()).filter(|_| plain) {
            let _ = write!(out, " {name}=\"{}\"", escaped(value));
        }
    }
    out.push('>');
    for child in node.children() {
        copy(child, out, depth + 1);
    }
    let _ = write!(out, "</{tag}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_draws_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10" onload="alert(1)">
            <title>A &lt;b&gt; finding</title><desc>more</desc><script>alert(1)</script><style>@import "x"</style>
            <image xlink:href="http://example.org/x.png"/><a href="javascript:alert(1)"><text>in a link</text></a>
            <rect x="1" onclick="alert(1)" fill="url(http://example.org)" style="fill:red" width="2" height="3"/>
            <foreignObject><iframe src="x"/></foreignObject><text x="1">a &amp; b</text></svg>"#;
        std::fs::write(dir.path().join("a.svg"), svg).unwrap();
        std::fs::write(dir.path().join("a.csv"), "x\n1\n").unwrap();
        let stored = read(dir.path(), "a", "f1").unwrap();
        assert_eq!(stored.title, "A <b> finding");
        for bad in [
            "script",
            "style",
            "image",
            "href",
            "onclick",
            "onload",
            "url",
            "iframe",
            "foreign",
            "javascript",
        ] {
            assert!(!stored.svg.contains(bad), "{bad} in {}", stored.svg);
        }
        assert!(stored.svg.contains(r#"<rect x="1" width="2" height="3"></rect>"#), "{}", stored.svg);
        assert!(stored.svg.contains("<text x=\"1\">a &amp; b</text>"), "{}", stored.svg);
        Document::parse(&stored.svg).unwrap();
        std::fs::write(dir.path().join("a.svg"), "<svg").unwrap();
        assert_eq!(read(dir.path(), "a", "f1").unwrap_err().exit_code(), 3);
    }
}
