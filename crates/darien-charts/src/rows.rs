//! Names of rows at the left of bars: on one line, or smaller on two or three where they are long.

use super::canvas::{Align, Canvas, Point, Type};
use super::font::{self, Weight};
use super::theme;
use super::words::{Lang, fill};
use crate::error::Result;
use plotters::prelude::DrawingBackend;

/// Most rows that a chart draws; the table lists all.
pub const MOST: usize = 60;

const ONE: Type = Type::regular(theme::LABEL, theme::INK);
const SMALL: Type = Type::regular(theme::FOOTER - 1.0, theme::INK);
/// Most lines of a long name.
const LINES: usize = 3;

/// The words for rows that are not drawn; nothing where all are.
pub fn more(rows: usize, lang: Lang) -> Option<String> {
    let left = rows.checked_sub(MOST).filter(|left| *left > 0)?;
    Some(fill(super::words::of(lang).more_rows, &[("n", &lang.number(left as f64, 0))]))
}

/// The width that names need: that of the longest, but no more than `limit`.
pub fn room<'a>(names: impl IntoIterator<Item = &'a str>, limit: f64) -> f64 {
    names.into_iter().map(|name| ONE.width(name)).fold(0.0, f64::max).min(limit)
}

/// Height of a row whose name has this much room.
pub fn height<'a>(names: impl IntoIterator<Item = &'a str>, width: f64, least: f64) -> f64 {
    let lines = |name: &str| if ONE.width(name) <= width { 1 } else { lines(name, width).len() };
    let most = names.into_iter().map(lines).max().unwrap_or(1) as f64;
    if most > 1.0 { least.max(most * SMALL.size * 1.2 + 14.0) } else { least }
}

fn lines(name: &str, width: f64) -> Vec<String> {
    font::wrap(&font::printable(name), SMALL.size, Weight::Regular, width, LINES)
}

/// Writes a name that ends at `right` and is centred on `y`.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    (right, y): Point,
    name: &str,
    width: f64,
) -> Result<()> {
    if ONE.width(name) <= width {
        return canvas.text((right, y + ONE.size * 0.35), name, ONE, Align::Right);
    }
    let lines = lines(name, width);
    let step = SMALL.size * 1.2;
    let mut at = y + SMALL.size * 0.35 - step * (lines.len() as f64 - 1.0) / 2.0;
    for line in &lines {
        canvas.text((right, at), line, SMALL, Align::Right)?;
        at += step;
    }
    Ok(())
}
