//! Legends: a row of signs and words that breaks where it must.

use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::{font, theme};
use crate::error::Result;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;

/// The sign before the words.
#[derive(Debug, Clone, Copy)]
pub enum Sign {
    /// Words alone.
    None,
    /// A piece of line.
    Line(Stroke),
    /// A piece of line with a dot.
    Dotted(Stroke),
    /// A field of colour.
    Field(RGBColor),
    /// A dot.
    Dot(RGBColor),
}

const SIGN: f64 = 36.0;
const GAP: f64 = 26.0;

/// An entry with its place: sign, words as they fit, left end and baseline.
type Placed<'a> = (&'a Sign, String, Point);

/// Where the entries stand, from the top left of a panel, and the panel below them.
fn layout(panel: Panel, entries: &[(Sign, String)]) -> (Vec<Placed<'_>>, Panel) {
    let ty = Type::regular(theme::TICK, theme::INK);
    let row = theme::TICK * 1.55;
    let (mut x, mut y) = (panel.x0, panel.y0 + theme::TICK);
    let mut placed = Vec::new();
    for (sign, words) in entries {
        let words = font::fit(words, ty.size, ty.weight, panel.width() - head(sign));
        let width = head(sign) + ty.width(&words);
        if x > panel.x0 && x + width > panel.x1 {
            (x, y) = (panel.x0, y + row);
        }
        placed.push((sign, words, (x, y)));
        x += width + if matches!(sign, Sign::None) { 16.0 } else { GAP };
    }
    let below = if entries.is_empty() { panel.y0 } else { y + theme::TICK * 0.8 };
    (placed, Panel { y0: below, ..panel })
}

/// Room of the sign.
fn head(sign: &Sign) -> f64 {
    match sign {
        Sign::None => 0.0,
        Sign::Dot(_) => 28.0,
        _ => SIGN + 10.0,
    }
}

/// The panel that is left below the entries.
pub fn below(panel: Panel, entries: &[(Sign, String)]) -> Panel {
    layout(panel, entries).1
}

/// Draws the entries from the top left of a panel; gives the panel below them.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    panel: Panel,
    entries: &[(Sign, String)],
) -> Result<Panel> {
    let ty = Type::regular(theme::TICK, theme::INK);
    let (placed, below) = layout(panel, entries);
    for (sign, words, (x, y)) in placed {
        let middle = y - theme::TICK * 0.34;
        match *sign {
            Sign::None => {}
            Sign::Line(stroke) => canvas.line(&[(x, middle), (x + SIGN, middle)], stroke)?,
            Sign::Dotted(stroke) => {
                canvas.line(&[(x, middle), (x + SIGN, middle)], stroke)?;
                canvas.dot((x + SIGN / 2.0, middle), 6.0, stroke.colour)?;
            }
            Sign::Field(colour) => canvas.rect((x, middle - 11.0), (x + SIGN, middle + 11.0), colour)?,
            Sign::Dot(colour) => canvas.dot((x + 10.0, middle), 9.0, colour)?,
        }
        canvas.text((x + head(sign), y), &words, ty, Align::Left)?;
    }
    Ok(below)
}
