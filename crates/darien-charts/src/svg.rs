//! The SVG document: the drawing, and who it is.

use super::canvas::{Canvas, Panel};
use super::font::{FAMILY, Weight, printable, width};
use super::theme::DENSITY;
use super::{Chart, Frame};
use crate::error::{Error, Result};
use darien_base::file::sha256_hex;
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use std::fmt::Write as _;

/// Escapes text for XML, in elements and attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// A chart as an SVG document.
///
/// # Errors
/// [`Error::Unexpected`] if drawing fails.
pub fn document(chart: &impl Chart) -> Result<String> {
    drawn(chart, false)
}

/// A chart as an SVG document in letters that the embedded font has; see [`super::font::legible`].
///
/// # Errors
/// [`Error::Unexpected`] if drawing fails.
pub fn legible(chart: &impl Chart) -> Result<String> {
    drawn(chart, true)
}

fn drawn(chart: &impl Chart, legible: bool) -> Result<String> {
    let (width, height) = chart.size();
    let mut drawing = String::new();
    let canvas = Canvas::new(SVGBackend::with_string(&mut drawing, (width, height)).into_drawing_area())?;
    let canvas = if legible { canvas.legible() } else { canvas };
    chart.draw_on(&canvas)?;
    canvas.finish()?;
    let body = body(&drawing)?;
    let id = &sha256_hex(body.as_bytes())[..8];
    let size = format!(r#"width="{}" height="{}" "#, width / DENSITY, height / DENSITY);
    Ok(root(chart.frame(), &body, id, &size, (width, height)))
}

/// Height that title, subtitle and footer take in a document, and an inline chart does without.
const FRAME: u32 = 190;
/// Free margin around an inline chart.
const EDGE: f64 = 20.0;

/// The drawing alone, without title, subtitle and footer, for a page that says these itself; title and description
/// are still there for those who do not see it. `id` must be unique in the page. It has no fixed size: the page
/// gives it one.
///
/// # Errors
/// [`Error::Unexpected`] if drawing fails.
pub fn inline(chart: &impl Chart, id: &str) -> Result<String> {
    let size = inline_size(chart);
    let mut drawing = String::new();
    let canvas = Canvas::new(SVGBackend::with_string(&mut drawing, size).into_drawing_area())?;
    chart.draw_body(&canvas, inline_body(chart))?;
    canvas.finish()?;
    // What the backend repeats on every element is said once, by the page or by default.
    let body =
        body(&drawing)?.replace(r#" opacity="1""#, "").replace(&format!(r#" font-family="{FAMILY}""#), "");
    Ok(root(chart.frame(), &fitted(&body), &escaped(id), "", size))
}

fn inline_size(chart: &impl Chart) -> (u32, u32) {
    let (width, height) = chart.size();
    (width, height.saturating_sub(FRAME).max(FRAME))
}

/// The room that an inline chart draws in.
pub fn inline_body(chart: &impl Chart) -> Panel {
    let (width, height) = inline_size(chart);
    Panel { x0: 0.0, y0: 0.0, x1: f64::from(width), y1: f64::from(height) }.inset(EDGE, EDGE, EDGE, EDGE)
}

/// Gives every text the width that it was measured to have, so that it fits in whatever font a browser has instead.
pub fn fitted(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + body.len() / 8);
    let mut rest = body;
    while let Some(at) = rest.find("<text") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((head, after)) = rest.split_once('>') else { break };
        let Some((content, tail)) = after.split_once("</text>") else { break };
        let content = content.trim();
        let size =
            head.split_once("font-size=\"").and_then(|(_, t)| t.split('"').next()?.parse::<f64>().ok());
        let weight = if head.contains("font-weight=\"bold\"") { Weight::Bold } else { Weight::Regular };
        let plain = ["&lt;<", "&gt;>", "&quot;\"", "&apos;'", "&#39;'", "&amp;&"].iter().fold(
            content.to_owned(),
            |t, pair| {
                let (code, sign) = pair.split_at(pair.len() - 1);
                t.replace(code, sign)
            },
        );
        out.push_str(head);
        if let Some(width) = size.map(|s| width(&plain, s, weight)).filter(|w| *w >= 1.0) {
            let _ = write!(out, r#" textLength="{width:.0}" lengthAdjust="spacingAndGlyphs""#);
        }
        let _ = write!(out, ">{content}</text>");
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// What is inside the root that the backend wrote; its own root says less than ours. The ground, which is drawn first,
/// has the class `paper`, so that a page can give it another colour.
fn body(drawing: &str) -> Result<String> {
    drawing
        .split_once(">\n")
        .map(|(_, body)| body.replacen("<rect ", r#"<rect class="paper" "#, 1))
        .ok_or_else(|| Error::Unexpected("the SVG backend gave no document".to_owned()))
}

fn root(frame: &Frame, body: &str, id: &str, size: &str, (width, height): (u32, u32)) -> String {
    let mut out = String::with_capacity(body.len() + 2048);
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" {size}viewBox="0 0 {width} {height}" role="img" aria-labelledby="t-{id} d-{id}" xml:lang="{}">"#,
        super::words::of(frame.lang).code,
    );
    let _ = writeln!(out, r#"<title id="t-{id}">{}</title>"#, escaped(&frame.title));
    let _ = writeln!(out, r#"<desc id="d-{id}">{}</desc>"#, escaped(&frame.spoken()));
    let _ = write!(out, r#"<metadata><chart xmlns="urn:darien:chart""#);
    for (key, value) in metadata(frame.title.as_str(), &frame.provenance) {
        let _ = write!(out, r#" {key}="{}""#, escaped(&value));
    }
    out.push_str("/></metadata>\n");
    out.push_str(body);
    out
}

/// The metadata of a chart, key by key.
pub fn metadata(title: &str, p: &super::Provenance) -> [(&'static str, String); 7] {
    [
        ("title", title.to_owned()),
        ("scenario", p.scenario.clone()),
        ("scenario-hash", p.hash.clone()),
        ("tool-version", p.version.clone()),
        ("seed", p.seed.to_string()),
        ("runs", p.runs.to_string()),
        ("data-vintage", p.vintage.clone()),
    ]
}
