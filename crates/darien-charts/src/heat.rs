//! A scorecard: a table whose cells are shaded from worse to better, column by column, with the values in them.
//!
//! One hue from light to dark, so that it reads the same in grey; the best of a column is bold.

use super::canvas::{Align, Canvas, Panel, Type};
use super::font::{self, Weight};
use super::series::nothing;
use super::{Better, Chart, Frame, rows, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// A scorecard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat {
    /// Words around it.
    pub frame: Frame,
    /// Names of the rows, e.g. policies.
    pub rows: Vec<String>,
    /// Names of the columns, e.g. outcomes, with their unit and which way is better.
    pub columns: Vec<(String, String, Better)>,
    /// Values, row by row; NaN for an empty cell. A short row is filled with empty cells.
    pub values: Vec<Vec<f64>>,
}

impl Heat {
    /// The rows that are drawn.
    fn shown(&self) -> &[String] {
        &self.rows[..self.rows.len().min(rows::MOST)]
    }

    fn value(&self, row: usize, column: usize) -> f64 {
        self.values.get(row).and_then(|r| r.get(column)).copied().unwrap_or(f64::NAN)
    }

    /// Decimals of a column: as many as its values need to show three figures or all they have.
    fn decimals(&self, column: usize) -> usize {
        let needed = |v: f64| {
            (0..3).find(|&d| {
                let scale = 10_f64.powi(d as i32);
                ((v * scale).round() / scale - v).abs() <= v.abs() * 0.005
            })
        };
        let values = (0..self.rows.len()).map(|r| self.value(r, column)).filter(|v| v.is_finite());
        values.map(|v| needed(v).unwrap_or(3)).max().unwrap_or(0)
    }

    /// From 0 (worst of the column) to 1 (best); `None` where nothing can be said.
    fn goodness(&self, row: usize, column: usize) -> Option<f64> {
        let (low, high) = (0..self.rows.len())
            .map(|r| self.value(r, column))
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let value = self.value(row, column);
        let up = (value - low) / (high - low);
        match self.columns[column].2 {
            _ if !up.is_finite() => None,
            Better::Higher => Some(up),
            Better::Lower => Some(1.0 - up),
            Better::Neither => None,
        }
    }
}

const ROW: f64 = 60.0;
const HEAD: f64 = 140.0;

/// Shade of a cell.
fn shade(goodness: f64) -> plotters::style::RGBColor {
    theme::tint(theme::mix(theme::BLUE, theme::INK, 0.1), 0.06 + 0.84 * goodness)
}

impl Chart for Heat {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        (theme::SIZE.0, (400.0 + HEAD + ROW * self.shown().len() as f64) as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        if self.rows.is_empty() || self.columns.is_empty() {
            return nothing(canvas, body, words.no_data);
        }
        let small = Type::regular(theme::TICK, theme::INK);
        if self.columns.iter().any(|c| c.2 != Better::Neither) {
            let (worse, better) = words.worse_better;
            let y = body.y0 + theme::TICK;
            canvas.text((body.x0, y), worse, small, Align::Left)?;
            let x = body.x0 + small.width(worse) + 14.0;
            for i in 0..40 {
                let (a, b) = (x + 6.0 * f64::from(i), x + 6.0 * f64::from(i + 1));
                canvas.rect((a, y - 20.0), (b, y + 4.0), shade(f64::from(i) / 39.0))?;
            }
            canvas.text((x + 254.0, y), better, small, Align::Left)?;
        }
        if let Some(words) = rows::more(self.rows.len(), lang) {
            canvas.text((body.x1, body.y0 + theme::TICK), &words, small, Align::Right)?;
        }
        let room = body.inset(0.0, 48.0, 0.0, 0.0);
        let name_type = Type::regular(theme::LABEL, theme::INK);
        let names =
            self.shown().iter().map(|n| name_type.width(n)).fold(0.0, f64::max).min(room.width() * 0.32)
                + 20.0;
        let cell_width = (room.width() - names) / self.columns.len() as f64;
        let cell_height = ((room.height() - HEAD) / self.shown().len() as f64).min(ROW + 10.0);
        for (c, (name, unit, _)) in self.columns.iter().enumerate() {
            let x = room.x0 + names + cell_width * (c as f64 + 0.5);
            let head = Type::bold(theme::FOOTER + 1.0, theme::INK);
            let lines = font::wrap(name, head.size, Weight::Bold, cell_width - 10.0, 3);
            let grey = Type::regular(theme::FOOTER - 2.0, theme::GREY);
            let units = font::wrap(unit, grey.size, grey.weight, cell_width - 6.0, 2);
            let below = grey.size * 1.15;
            let mut y = room.y0 + HEAD - 12.0 - below * (units.len() as f64 - 1.0);
            let mut up = y - 26.0 - (lines.len() as f64 - 1.0) * head.size * 1.15;
            for line in &lines {
                canvas.text((x, up), line, head, Align::Centre)?;
                up += head.size * 1.15;
            }
            for line in &units {
                canvas.text((x, y), line, grey, Align::Centre)?;
                y += below;
            }
        }
        for (r, name) in self.shown().iter().enumerate() {
            let y = room.y0 + HEAD + cell_height * r as f64;
            let base = y + cell_height / 2.0 + name_type.size * 0.35;
            let name = font::fit(name, name_type.size, Weight::Regular, names - 16.0);
            canvas.text((room.x0, base), &name, name_type, Align::Left)?;
            for c in 0..self.columns.len() {
                let x = room.x0 + names + cell_width * c as f64;
                let goodness = self.goodness(r, c);
                let fill = goodness.map_or(theme::SEA, shade);
                canvas.rect((x + 2.0, y + 2.0), (x + cell_width - 2.0, y + cell_height - 2.0), fill)?;
                let best = goodness.is_some_and(|g| g >= 1.0);
                let weight = if best { Weight::Bold } else { Weight::Regular };
                let ty = Type { size: theme::LABEL, weight, colour: theme::text_on(fill) };
                let text = lang.number(self.value(r, c), self.decimals(c));
                canvas.text(
                    (x + cell_width / 2.0, base),
                    &font::fit(&text, ty.size, weight, cell_width - 8.0),
                    ty,
                    Align::Centre,
                )?;
            }
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let mut columns = vec![Column::text("name", "Row of the scorecard.", self.rows.clone())];
        for (c, (name, unit, better)) in self.columns.iter().enumerate() {
            let meaning = match better {
                Better::Higher => "More is better.",
                Better::Lower => "Less is better.",
                Better::Neither => "Neither way is declared better.",
            };
            let values = (0..self.rows.len()).map(|r| self.value(r, c)).collect();
            columns.push(Column::float(name, unit, meaning, values));
        }
        Table::new("scorecard", columns)
    }
}
