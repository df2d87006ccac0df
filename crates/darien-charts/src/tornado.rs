//! Signed horizontal bars with intervals, and how the spread splits into what is not known and what is chance.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::legend::{self, Sign};
use super::series::nothing;
use super::{Chart, Frame, rows, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub name: String,
    /// Its length, signed.
    pub value: f64,
    /// Interval; NaN at either end for none.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Share of the variance that comes from what is not known (0 to 1), the rest being chance; `None` draws no
    /// spread bar.
    pub unknown_share: Option<f64>,
}

/// Horizontal bars from zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Tornado {
    /// Words around it.
    pub frame: Frame,
    /// Bars from top to bottom.
    pub bars: Vec<Bar>,
    /// Unit of the values.
    pub unit: String,
    /// Level of the intervals, e.g. 0.95.
    pub level: f64,
    /// A value to mark with a line and words, e.g. a noise floor; the sentence says what it is.
    pub mark: Option<(f64, String)>,
}

const ROW: f64 = 56.0;
/// Share of the width that names may take.
const NAMES: f64 = 0.34;

impl Tornado {
    fn has_spread(&self) -> bool {
        self.bars.iter().any(|b| b.unknown_share.is_some())
    }

    /// The bars that are drawn.
    fn shown(&self) -> &[Bar] {
        &self.bars[..self.bars.len().min(rows::MOST)]
    }

    /// Decimals of all values: as many as give the largest three figures.
    fn decimals(&self) -> usize {
        let most = self.bars.iter().map(|b| b.value.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
        match most {
            m if m >= 100.0 => 0,
            m if m >= 10.0 => 1,
            m if m >= 0.1 => 2,
            _ => 3,
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.shown().iter().map(|b| b.name.as_str())
    }
}

impl Chart for Tornado {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let width = rows::room(self.names(), NAMES * (f64::from(theme::SIZE.0) - 2.0 * theme::MARGIN));
        let height = 420.0 + rows::height(self.names(), width, ROW) * self.shown().len() as f64;
        (theme::SIZE.0, height.max(560.0) as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        if self.bars.is_empty() {
            return nothing(canvas, body, words.no_data);
        }
        let percent = lang.short_number((self.level * 1000.0).round() / 10.0);
        let mut entries = Vec::new();
        if self.bars.iter().any(|b| b.low.is_finite() && b.high.is_finite()) {
            let label = super::words::fill(words.interval, &[("n", &percent)]);
            entries.push((Sign::Line(Stroke::solid(theme::INK, 4)), label));
        }
        if self.has_spread() {
            entries.push((Sign::Field(theme::series(4)), words.not_known.to_owned()));
            entries.push((Sign::Field(theme::BASELINE), words.chance.to_owned()));
        }
        if let Some((_, what)) = &self.mark {
            entries.push((Sign::Line(Stroke::dashed(theme::GREY, 2, 10.0, 6.0)), what.clone()));
        }
        entries.extend(rows::more(self.bars.len(), lang).map(|words| (Sign::None, words)));
        let room = legend::draw(canvas, body, &entries)?;
        let value_type = Type::bold(theme::TICK, theme::INK);
        let names = rows::room(self.names(), room.width() * NAMES);
        let values: Vec<String> =
            self.shown().iter().map(|b| lang.number(b.value, self.decimals())).collect();
        let value_room = values.iter().map(|v| value_type.width(v)).fold(0.0, f64::max) + 20.0;
        let spread_room = if self.has_spread() { 210.0 } else { 0.0 };
        let panel = room.inset(names + 24.0, 14.0, value_room + spread_room + 10.0, theme::TICK * 1.9);
        let ends = self.shown().iter().flat_map(|b| [b.value, b.low, b.high]);
        let scale = Scale::linear(ends.chain(self.mark.as_ref().map(|m| m.0)), true, 7, (panel.x0, panel.x1));
        scale.draw_below(canvas, panel, lang)?;
        let zero = scale.map(0.0);
        let middles = Scale::middles(self.shown().len(), (panel.y0, panel.y1));
        let half = ((panel.height() / self.shown().len() as f64) * 0.3).min(20.0);
        for ((bar, &y), value) in self.shown().iter().zip(&middles).zip(&values) {
            canvas.rect((zero, y - half), (scale.map(bar.value), y + half), theme::tint(theme::BLUE, 0.7))?;
            whisker(canvas, (scale.map(bar.low), scale.map(bar.high)), y, half * 0.55)?;
            rows::draw(canvas, (panel.x0 - 16.0, y), &bar.name, names)?;
            let base = y + value_type.size * 0.35;
            canvas.text((panel.x1 + value_room, base), value, value_type, Align::Right)?;
            if let Some(share) = bar.unknown_share.filter(|s| s.is_finite()) {
                let (x0, x1) = (panel.x1 + value_room + 24.0, room.x1);
                let cut = x0 + (x1 - x0) * share.clamp(0.0, 1.0);
                canvas.rect((x0, y - 10.0), (cut, y + 10.0), theme::series(4))?;
                canvas.rect((cut, y - 10.0), (x1, y + 10.0), theme::BASELINE)?;
            }
        }
        canvas.line(&[(zero, panel.y0), (zero, panel.y1)], Stroke::solid(theme::INK, 2))?;
        if let Some((at, _)) = &self.mark {
            let x = scale.map(*at);
            canvas.line(&[(x, panel.y0), (x, panel.y1)], Stroke::dashed(theme::GREY, 2, 10.0, 6.0))?;
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let part = |f: fn(&Bar) -> f64| self.bars.iter().map(f).collect::<Vec<_>>();
        let mut columns = vec![
            Column::text(
                "name",
                "What the bar stands for.",
                self.bars.iter().map(|b| b.name.clone()).collect(),
            ),
            Column::float("value", &self.unit, "Length of the bar.", part(|b| b.value)),
            Column::float("low", &self.unit, "Lower end of the interval.", part(|b| b.low)),
            Column::float("high", &self.unit, "Upper end of the interval.", part(|b| b.high)),
        ];
        if self.has_spread() {
            columns.push(Column::float(
                "unknown_share",
                "share of variance",
                "What comes from not knowing; the rest is chance.",
                part(|b| b.unknown_share.unwrap_or(f64::NAN)),
            ));
        }
        Table::new("tornado", columns)
    }
}

/// A horizontal interval with ends.
pub(super) fn whisker<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    (a, b): (f64, f64),
    y: f64,
    half: f64,
) -> Result<()> {
    if !a.is_finite() || !b.is_finite() {
        return Ok(());
    }
    let stroke = Stroke::solid(theme::INK, 3);
    canvas.line(&[(a, y), (b, y)], stroke)?;
    canvas.line(&[(a, y - half), (a, y + half)], stroke)?;
    canvas.line(&[(b, y - half), (b, y + half)], stroke)
}
