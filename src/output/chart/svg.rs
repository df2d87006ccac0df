//! The SVG document: the drawing, and who it is.

use super::Chart;
use super::font::printable;
use super::theme::DENSITY;
use crate::error::{Error, Result};
use crate::output::file::sha256_hex;
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
    let (width, height) = chart.size();
    let mut drawing = String::new();
    chart.draw(SVGBackend::with_string(&mut drawing, (width, height)).into_drawing_area())?;
    // The backend's own root says less than ours.
    let body = drawing
        .split_once(">\n")
        .map(|(_, body)| body)
        .ok_or_else(|| Error::Unexpected("the SVG backend gave no document".to_owned()))?;
    let (frame, p) = (chart.frame(), &chart.frame().provenance);
    let id = &sha256_hex(body.as_bytes())[..8];
    let mut out = String::with_capacity(body.len() + 2048);
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t-{id} d-{id}" xml:lang="{}">"#,
        width / DENSITY,
        height / DENSITY,
        frame.lang.words().code,
    );
    let _ = writeln!(out, r#"<title id="t-{id}">{}</title>"#, escaped(&frame.title));
    let _ = writeln!(out, r#"<desc id="d-{id}">{}</desc>"#, escaped(&frame.spoken()));
    let _ = write!(out, r#"<metadata><chart xmlns="urn:darien:chart""#);
    for (key, value) in metadata(frame.title.as_str(), p) {
        let _ = write!(out, r#" {key}="{}""#, escaped(&value));
    }
    out.push_str("/></metadata>\n");
    out.push_str(body);
    Ok(out)
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
