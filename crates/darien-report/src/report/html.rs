//! HTML that is well formed and escaped by construction.
//!
//! Markup comes from constants only; whatever is not a constant goes in as text and is escaped. The page is written
//! as XML, so that it can be checked as such: every element is closed, every attribute quoted.

use crate::chart::svg::escaped;
use crate::words::Part;
pub use crate::words::{fill, plain, t};

/// An attribute: its name is ours, its value is escaped.
pub type Attribute<'a> = (&'static str, &'a str);

/// A growing piece of HTML.
#[derive(Debug, Default)]
pub struct Html {
    out: String,
    open: Vec<&'static str>,
}

/// Elements without content.
const VOID: [&str; 3] = ["meta", "br", "col"];

impl Html {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an element.
    pub fn open(&mut self, tag: &'static str, attributes: &[Attribute]) -> &mut Self {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.out.push_str(&escaped(value));
            self.out.push('"');
        }
        if VOID.contains(&tag) {
            self.out.push_str("/>");
        } else {
            self.out.push('>');
            self.open.push(tag);
        }
        self
    }

    /// Closes the element that was opened last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(tag) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(tag);
            self.out.push('>');
            if !matches!(tag, "strong" | "a" | "span" | "code" | "td" | "th" | "dt" | "b") {
                self.out.push('\n');
            }
        }
        self
    }

    /// Text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.out.push_str(&escaped(text));
        self
    }

    /// An element with text.
    pub fn element(&mut self, tag: &'static str, attributes: &[Attribute], text: &str) -> &mut Self {
        self.open(tag, attributes).text(text).close()
    }

    /// Parts of a sentence.
    pub fn parts(&mut self, parts: &[Part]) -> &mut Self {
        for part in parts {
            match part {
                Part::Text(text) => self.text(text),
                Part::Strong(text) => self.element("strong", &[], text),
            };
        }
        self
    }

    /// A drawing of our own making, or one that was checked.
    pub fn drawing(&mut self, svg: &str) -> &mut Self {
        self.out.push_str(svg);
        self
    }

    /// A constant of the program, as it is.
    pub fn constant(&mut self, text: &'static str) -> &mut Self {
        self.out.push_str(text);
        self
    }

    /// A link to a source; an address that is not `http` or `https` becomes plain text.
    pub fn link(&mut self, address: &str, text: &str) -> &mut Self {
        if address.starts_with("https://") || address.starts_with("http://") {
            self.element("a", &[("href", address), ("rel", "noreferrer noopener")], text)
        } else {
            self.text(text)
        }
    }

    /// What was written, with everything closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hostile_gets_through() {
        let mut html = Html::new();
        html.open("p", &[("title", "\"><script>alert(1)</script>")]).text("<img src=x onerror=1>\u{202e}");
        html.link("javascript:alert(1)", "<b>");
        html.open("br", &[]);
        let text = html.finish();
        assert_eq!(
            text,
            "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">&lt;img src=x onerror=1&gt;&lt;b&gt;<br/></p>\n"
        );
    }
}
