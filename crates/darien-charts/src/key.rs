//! A key: numbered marks and what they stand for, in one column or two.

use super::canvas::{Align, Canvas, Panel, Point, Type};
use super::font::{self, Weight};
use super::theme;
use crate::error::Result;
use plotters::prelude::DrawingBackend;

/// Most lines of an entry.
const LINES: usize = 3;
/// From this width on, three entries and more stand in two columns.
const WIDE: f64 = 900.0;

/// Entries in order, the first of them number 1, and a last line without a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    /// What each number stands for.
    pub entries: Vec<String>,
    /// A line below them; may be empty.
    pub last: String,
}

/// Number (0 for none) and lines of an entry.
type Entry = (usize, Vec<String>);

impl Key {
    fn columns(&self, width: f64) -> Vec<Vec<Entry>> {
        let columns = if self.entries.len() > 2 && width > WIDE { 2 } else { 1 };
        let room = width / columns as f64 - 60.0;
        let lines =
            |text: &str| font::wrap(&font::printable(text), theme::FOOTER, Weight::Regular, room, LINES);
        let entries: Vec<Entry> = self.entries.iter().enumerate().map(|(i, e)| (i + 1, lines(e))).collect();
        let mut columns: Vec<Vec<Entry>> =
            entries.chunks(entries.len().div_ceil(columns).max(1)).map(<[_]>::to_vec).collect();
        if let (false, Some(column)) = (self.last.is_empty(), columns.last_mut()) {
            column.push((0, lines(&self.last)));
        }
        columns
    }

    /// Height that it takes at a width; 0 where it is empty.
    pub fn height(&self, width: f64) -> f64 {
        let column = |c: &Vec<Entry>| -> f64 {
            c.iter().map(|(_, lines)| lines.len() as f64 * theme::FOOTER * 1.3 + 6.0).sum()
        };
        let most = self.columns(width).iter().map(column).fold(0.0, f64::max);
        if most > 0.0 { most + 12.0 } else { 0.0 }
    }

    /// Draws it from the top of a panel.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, panel: Panel) -> Result<()> {
        let columns = self.columns(panel.width());
        let width = panel.width() / columns.len().max(1) as f64;
        for (c, column) in columns.iter().enumerate() {
            let x = panel.x0 + width * c as f64;
            let mut y = panel.y0 + theme::FOOTER;
            for (number, lines) in column {
                let mut ty = Type::regular(theme::FOOTER, theme::GREY);
                if *number > 0 {
                    mark(canvas, (x + 15.0, y - theme::FOOTER * 0.35), *number)?;
                    ty.colour = theme::INK;
                }
                y = canvas.lines((x + 40.0, y), lines, ty, 1.3)? + 6.0;
            }
        }
        Ok(())
    }
}

/// A number in a disc.
///
/// # Errors
/// If the backend fails.
pub fn mark<DB: DrawingBackend>(canvas: &Canvas<DB>, at: Point, number: usize) -> Result<()> {
    canvas.dot(at, 15.0, theme::GREY)?;
    let ty = Type::bold(19.0, theme::PAPER);
    canvas.text((at.0, at.1 + 7.0), &number.to_string(), ty, Align::Centre)
}
