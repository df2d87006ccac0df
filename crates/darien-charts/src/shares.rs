//! Two shares with intervals a row (alone, and with all interactions), and the floor below which a share is no
//! evidence.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::legend::{self, Sign};
use super::series::nothing;
use super::tornado::whisker;
use super::{Chart, Frame, rows, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// One row: value, lower and upper end of both shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Name.
    pub name: String,
    /// The share alone.
    pub first: (f64, f64, f64),
    /// The share with all interactions.
    pub total: (f64, f64, f64),
}

/// Pairs of shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Words around it.
    pub frame: Frame,
    /// Rows from top to bottom.
    pub rows: Vec<Pair>,
    /// The floor; NaN for none.
    pub floor: f64,
    /// Words for the first share, the total share and the floor.
    pub legend: [String; 3],
    /// Level of the intervals, e.g. 0.95.
    pub level: f64,
}

const ROW: f64 = 66.0;
/// Share of the width that names may take.
const NAMES: f64 = 0.4;

impl Shares {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|r| r.name.as_str())
    }
}

impl Chart for Shares {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let width = rows::room(self.names(), NAMES * (f64::from(theme::SIZE.0) - 2.0 * theme::MARGIN));
        let height = 440.0 + rows::height(self.names(), width, ROW) * self.rows.len() as f64;
        (theme::SIZE.0, height.max(560.0) as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        if self.rows.is_empty() {
            return nothing(canvas, body, words.no_data);
        }
        let percent = lang.short_number((self.level * 1000.0).round() / 10.0);
        let dashed = Stroke::dashed(theme::ORANGE, 4, 12.0, 7.0);
        let (alone, all) = (theme::tint(theme::BLUE, 0.35), theme::tint(theme::BLUE, 0.85));
        let [first, total, floor] = &self.legend;
        let mut entries = vec![
            (Sign::Field(all), total.clone()),
            (Sign::Field(alone), first.clone()),
            (
                Sign::Line(Stroke::solid(theme::INK, 3)),
                super::words::fill(words.interval, &[("n", &percent)]),
            ),
        ];
        if self.floor.is_finite() {
            entries.push((Sign::Line(dashed), floor.clone()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let number = Type::bold(theme::TICK, theme::INK);
        let names = rows::room(self.names(), room.width() * NAMES);
        let panel = room.inset(names + 24.0, 14.0, number.width("0.000") + 24.0, theme::TICK * 1.9);
        let ends = self.rows.iter().flat_map(|r| [r.first.0, r.first.1, r.first.2, r.total.0, r.total.2]);
        let scale = Scale::linear(ends.chain([self.floor, 0.0]), true, 7, (panel.x0, panel.x1));
        scale.draw_below(canvas, panel, lang)?;
        let zero = scale.map(0.0);
        let middles = Scale::middles(self.rows.len(), (panel.y0, panel.y1));
        let half = ((panel.height() / self.rows.len() as f64) * 0.19).min(16.0);
        for (row, &y) in self.rows.iter().zip(&middles) {
            for (share, colour, y) in [(row.total, all, y - half - 1.0), (row.first, alone, y + half + 1.0)] {
                if share.0.is_finite() {
                    canvas.rect((zero, y - half), (scale.map(share.0), y + half), colour)?;
                    whisker(canvas, (scale.map(share.1), scale.map(share.2)), y, half * 0.6)?;
                }
            }
            rows::draw(canvas, (panel.x0 - 16.0, y), &row.name, names)?;
            let value = lang.number(row.total.0, 2);
            canvas.text((room.x1, y - half + number.size * 0.35), &value, number, Align::Right)?;
        }
        canvas.line(&[(zero, panel.y0), (zero, panel.y1)], Stroke::solid(theme::INK, 2))?;
        if self.floor.is_finite() {
            let x = scale.map(self.floor);
            canvas.line(&[(x, panel.y0), (x, panel.y1)], dashed)?;
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let part = |f: fn(&Pair) -> f64| self.rows.iter().map(f).collect::<Vec<_>>();
        Table::new(
            "shares",
            vec![
                Column::text(
                    "name",
                    "What the row stands for.",
                    self.rows.iter().map(|r| r.name.clone()).collect(),
                ),
                Column::float("first", "share", "Alone.", part(|r| r.first.0)),
                Column::float("first_low", "share", "Lower end of its interval.", part(|r| r.first.1)),
                Column::float("first_high", "share", "Upper end.", part(|r| r.first.2)),
                Column::float("total", "share", "With all interactions.", part(|r| r.total.0)),
                Column::float("total_low", "share", "Lower end of its interval.", part(|r| r.total.1)),
                Column::float("total_high", "share", "Upper end.", part(|r| r.total.2)),
                Column::float("floor", "share", "The floor.", vec![self.floor; self.rows.len()]),
            ],
        )
    }
}
