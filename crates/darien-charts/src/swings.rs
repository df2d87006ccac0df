//! One at a time: how far an outcome moves, to both sides of its base, when one assumption goes from a low to a high
//! value.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::legend::{self, Sign};
use super::series::nothing;
use super::{Chart, Frame, rows, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// One assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// Name.
    pub name: String,
    /// The outcome at the low value.
    pub at_low: f64,
    /// The outcome at the high value.
    pub at_high: f64,
    /// Whether it is chance: drawn in grey, for comparison.
    pub chance: bool,
}

/// Bars around a base.
#[derive(Debug, Clone, PartialEq)]
pub struct Swings {
    /// Words around it.
    pub frame: Frame,
    /// Bars from top to bottom.
    pub bars: Vec<Reach>,
    /// The outcome at the base.
    pub base: f64,
    /// Unit of the outcome.
    pub unit: String,
    /// Words for the low value, the high value, the base and chance.
    pub legend: [String; 4],
}

const ROW: f64 = 52.0;
/// Share of the width that names may take.
const NAMES: f64 = 0.4;

impl Swings {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.bars.iter().map(|b| b.name.as_str())
    }
}

impl Chart for Swings {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let width = rows::room(self.names(), NAMES * (f64::from(theme::SIZE.0) - 2.0 * theme::MARGIN));
        let height = 440.0 + rows::height(self.names(), width, ROW) * self.bars.len() as f64;
        (theme::SIZE.0, height.max(560.0) as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        if self.bars.is_empty() || !self.base.is_finite() {
            return nothing(canvas, body, super::words::of(lang).no_data);
        }
        let (low_colour, high_colour) = (theme::tint(theme::BLUE, 0.75), theme::tint(theme::ORANGE, 0.75));
        let [low, high, base, chance] = &self.legend;
        let base_line = Stroke::solid(theme::INK, 3);
        let mut entries = vec![
            (Sign::Field(low_colour), low.clone()),
            (Sign::Field(high_colour), high.clone()),
            (Sign::Line(base_line), base.clone()),
        ];
        if self.bars.iter().any(|b| b.chance) {
            entries.push((Sign::Field(theme::BASELINE), chance.clone()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let names = rows::room(self.names(), room.width() * NAMES);
        // Room on both sides for the numbers at the ends.
        let number = Type::regular(theme::TICK - 2.0, theme::GREY);
        let beside = self
            .bars
            .iter()
            .flat_map(|b| [b.at_low, b.at_high])
            .map(|v| number.width(&lang.short_number(v)))
            .fold(0.0, f64::max)
            + 16.0;
        let panel = room.inset(names + 24.0 + beside, 14.0, beside + 10.0, theme::TICK * 1.9);
        let ends = self.bars.iter().flat_map(|b| [b.at_low, b.at_high]).chain([self.base]);
        let scale = Scale::linear(ends, false, 7, (panel.x0, panel.x1));
        scale.draw_below(canvas, panel, lang)?;
        let middles = Scale::middles(self.bars.len(), (panel.y0, panel.y1));
        let half = ((panel.height() / self.bars.len() as f64) * 0.32).min(18.0);
        let zero = scale.map(self.base);
        for (bar, &y) in self.bars.iter().zip(&middles) {
            rows::draw(canvas, (room.x0 + names, y), &bar.name, names)?;
            if !bar.at_low.is_finite() || !bar.at_high.is_finite() {
                continue;
            }
            let (a, b) = (scale.map(bar.at_low), scale.map(bar.at_high));
            // Where both ends lie on one side of the base, the shorter one is drawn narrower on top.
            let same_side = (a - zero) * (b - zero) > 0.0;
            let mut parts = [
                (a, if bar.chance { theme::BASELINE } else { low_colour }),
                (b, if bar.chance { theme::BASELINE } else { high_colour }),
            ];
            parts.sort_by(|p, q| (q.0 - zero).abs().total_cmp(&(p.0 - zero).abs()));
            for (i, (x, colour)) in parts.into_iter().enumerate() {
                let half = if same_side && i == 1 { half * 0.5 } else { half };
                canvas.rect((zero, y - half), (x, y + half), colour)?;
            }
            let (left, right) = if a <= b { (bar.at_low, bar.at_high) } else { (bar.at_high, bar.at_low) };
            let base = y + number.size * 0.35;
            canvas.text((a.min(b).min(zero) - 8.0, base), &lang.short_number(left), number, Align::Right)?;
            canvas.text((a.max(b).max(zero) + 8.0, base), &lang.short_number(right), number, Align::Left)?;
        }
        canvas.line(&[(zero, panel.y0), (zero, panel.y1)], base_line)
    }

    fn table(&self) -> Table {
        let part = |f: fn(&Reach) -> f64| self.bars.iter().map(f).collect::<Vec<_>>();
        Table::new(
            "swings",
            vec![
                Column::text("name", "What is moved.", self.bars.iter().map(|b| b.name.clone()).collect()),
                Column::float("base", &self.unit, "At the base.", vec![self.base; self.bars.len()]),
                Column::float("at_low", &self.unit, "At the low value.", part(|b| b.at_low)),
                Column::float("at_high", &self.unit, "At the high value.", part(|b| b.at_high)),
            ],
        )
    }
}
