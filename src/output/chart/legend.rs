//! Legends: a row of signs and words that breaks where it must.

use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::theme;
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
    let row = theme::TICK * 1.55;
    let (mut x, mut y) = (panel.x0, panel.y0 + theme::TICK);
    for (sign, words) in entries {
        let head = match sign {
            Sign::None => 0.0,
            Sign::Dot(_) => 28.0,
            _ => SIGN + 10.0,
        };
        let width = head + ty.width(words);
        if x > panel.x0 && x + width > panel.x1 {
            (x, y) = (panel.x0, y + row);
        }
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
        canvas.text((x + head, y), words, ty, Align::Left)?;
        x += width + if matches!(sign, Sign::None) { 16.0 } else { GAP };
    }
    Ok(Panel { y0: if entries.is_empty() { panel.y0 } else { y + theme::TICK * 0.8 }, ..panel })
}
