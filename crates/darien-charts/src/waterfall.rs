//! An account: from one total to another, step by step (entries avoided, moved elsewhere, put off).

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::font::{self, Weight};
use super::series::nothing;
use super::{Chart, Frame, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// One entry of the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is.
    pub name: String,
    /// What it adds (or takes away, if negative).
    pub change: f64,
}

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// Words around it.
    pub frame: Frame,
    /// Name and value of the first total.
    pub start: (String, f64),
    /// Entries in order.
    pub steps: Vec<Step>,
    /// Name of the last total, which is the sum.
    pub end: String,
    /// Unit of the values.
    pub unit: String,
}

/// Most lines of a name.
const LINES: usize = 4;
/// Smallest size of names.
const SMALLEST: f64 = 16.0;

impl Waterfall {
    /// The levels before, between and after the steps.
    fn levels(&self) -> Vec<f64> {
        let mut level = self.start.1;
        let mut levels = vec![level];
        for step in &self.steps {
            level += if step.change.is_finite() { step.change } else { 0.0 };
            levels.push(level);
        }
        levels
    }
}

impl Chart for Waterfall {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let levels = self.levels();
        if !self.start.1.is_finite() {
            return nothing(canvas, body, super::words::of(lang).no_data);
        }
        let probe = Scale::linear(levels.iter().copied(), true, 5, (1.0, 0.0));
        let panel =
            body.inset(probe.label_width(lang) + 16.0, 46.0, 4.0, theme::FOOTER * (1.2 * LINES as f64 + 0.8));
        let scale = Scale::linear(levels.iter().copied(), true, 5, (panel.y1, panel.y0));
        scale.draw_left(canvas, panel, lang)?;
        let count = self.steps.len() + 2;
        let middles = Scale::middles(count, (panel.x0, panel.x1));
        let half = (panel.width() / count as f64 * 0.34).min(80.0);
        let end = levels[levels.len() - 1];
        let bold = Type::bold(theme::LABEL, theme::INK);
        // One size for all names, in which the longest word has room.
        let room = panel.width() / count as f64 - 8.0;
        let names = self.steps.iter().map(|s| &s.name).chain([&self.start.0, &self.end]);
        let widest = names
            .flat_map(|n| n.split_whitespace())
            .map(|word| font::width(word, theme::FOOTER, Weight::Regular))
            .fold(room, f64::max);
        let ty = Type::regular((theme::FOOTER * room / widest).max(SMALLEST), theme::INK);
        for (i, &x) in middles.iter().enumerate() {
            let (name, from, to, colour, text) = match i.checked_sub(1).and_then(|s| self.steps.get(s)) {
                Some(step) => {
                    let colour = if step.change < 0.0 { theme::BLUE } else { theme::ORANGE };
                    let sign = if step.change > 0.0 { "+" } else { "" };
                    let text = format!("{sign}{}", lang.short_number(step.change));
                    (&step.name, levels[i - 1], levels[i], theme::tint(colour, 0.8), text)
                }
                None if i == 0 => {
                    (&self.start.0, 0.0, self.start.1, theme::BASELINE, lang.short_number(self.start.1))
                }
                None => (&self.end, 0.0, end, theme::BASELINE, lang.short_number(end)),
            };
            let (a, b) = (scale.map(from), scale.map(to));
            canvas.rect((x - half, a), (x + half, b), colour)?;
            if i + 1 < count {
                let y = scale.map(levels[i.min(levels.len() - 1)]);
                canvas.line(
                    &[(x + half, y), (middles[i + 1] - half, y)],
                    Stroke::dashed(theme::GREY, 2, 6.0, 5.0),
                )?;
            }
            canvas.haloed_text((x, a.min(b) - 10.0), &text, bold, theme::PAPER, Align::Centre)?;
            for (n, line) in font::wrap(name, ty.size, Weight::Regular, room, LINES).iter().enumerate() {
                canvas.text((x, panel.y1 + ty.size * (1.4 + 1.2 * n as f64)), line, ty, Align::Centre)?;
            }
        }
        let zero = scale.map(0.0);
        canvas.line(&[(panel.x0, zero), (panel.x1, zero)], Stroke::solid(theme::AXIS, 2))
    }

    fn table(&self) -> Table {
        let levels = self.levels();
        let names = std::iter::once(self.start.0.clone())
            .chain(self.steps.iter().map(|s| s.name.clone()))
            .chain([self.end.clone()]);
        let changes = std::iter::once(f64::NAN).chain(self.steps.iter().map(|s| s.change)).chain([f64::NAN]);
        let after = levels.iter().copied().chain(levels.last().copied());
        Table::new(
            "waterfall",
            vec![
                Column::text("name", "Entry of the account.", names.collect()),
                Column::float("change", &self.unit, "What it adds; empty for totals.", changes.collect()),
                Column::float("level", &self.unit, "Total after it.", after.collect()),
            ],
        )
    }
}
