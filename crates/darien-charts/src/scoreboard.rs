//! The track record: a score by horizon for several models, with intervals.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::labels::{self, Label};
use super::legend::{self, Sign};
use super::series::nothing;
use super::{Chart, Frame, mismatch, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// A model's scores, a value a horizon; NaN where it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name.
    pub name: String,
    /// Scores.
    pub score: Vec<f64>,
    /// Lower ends; empty for none.
    pub low: Vec<f64>,
    /// Upper ends; empty for none.
    pub high: Vec<f64>,
    /// Whether it is a baseline, drawn grey.
    pub baseline: bool,
}

/// Scores by horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoreboard {
    /// Words around it.
    pub frame: Frame,
    /// Horizons in months, ascending.
    pub horizons: Vec<u32>,
    /// Models.
    pub models: Vec<Model>,
    /// A score to mark with a line and words, e.g. 1 and "as good as the random walk".
    pub reference: Option<(f64, String)>,
    /// Name of the score, for the table.
    pub score: String,
    /// Level of the intervals, e.g. 0.95.
    pub level: f64,
}

impl Chart for Scoreboard {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        let n = self.horizons.len();
        if n == 0 || self.models.is_empty() {
            return nothing(canvas, body, words.no_data);
        }
        let fits = |v: &[f64]| v.is_empty() || v.len() == n;
        if self.models.iter().any(|m| m.score.len() != n || !fits(&m.low) || !fits(&m.high)) {
            return Err(mismatch("scores and horizons differ in length"));
        }
        let mut entries = Vec::new();
        if self.models.iter().any(|m| !m.low.is_empty()) {
            let percent = lang.short_number((self.level * 1000.0).round() / 10.0);
            let label = super::words::fill(words.interval, &[("n", &percent)]);
            entries.push((Sign::Line(Stroke::solid(theme::BASELINE, 3)), label));
        }
        if let Some((_, what)) = &self.reference {
            entries.push((Sign::Line(Stroke::dashed(theme::INK, 2, 10.0, 6.0)), what.clone()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let values: Vec<f64> = self
            .models
            .iter()
            .flat_map(|m| m.score.iter().chain(&m.low).chain(&m.high).copied())
            .chain(self.reference.as_ref().map(|r| r.0))
            .collect();
        let probe = Scale::linear(values.iter().copied(), true, 5, (1.0, 0.0));
        let label_room = labels::room(self.models.iter().map(|m| m.name.as_str()), room.width() * 0.3);
        let panel = room.inset(probe.label_width(lang) + 16.0, 14.0, label_room, theme::TICK * 3.0);
        let scale = Scale::linear(values, true, 5, (panel.y1, panel.y0));
        scale.draw_left(canvas, panel, lang)?;
        let grey = Type::regular(theme::TICK, theme::GREY);
        let middles = Scale::middles(n, (panel.x0, panel.x1));
        for (&x, h) in middles.iter().zip(&self.horizons) {
            canvas.text((x, panel.y1 + theme::TICK * 1.25), &h.to_string(), grey, Align::Centre)?;
        }
        let centre = f64::midpoint(panel.x0, panel.x1);
        canvas.text((centre, panel.y1 + theme::TICK * 2.5), words.months_ahead, grey, Align::Centre)?;
        canvas.line(&[(panel.x0, panel.y1), (panel.x1, panel.y1)], Stroke::solid(theme::AXIS, 2))?;
        if let Some((at, _)) = &self.reference {
            let y = scale.map(*at);
            canvas.line(&[(panel.x0, y), (panel.x1, y)], Stroke::dashed(theme::INK, 2, 10.0, 6.0))?;
        }
        let (mut ends, mut hues, mut greys) = (Vec::new(), 0, 0);
        let step = (panel.width() / n as f64 * 0.5 / self.models.len() as f64).min(22.0);
        for (m, model) in self.models.iter().enumerate() {
            let counter = if model.baseline { &mut greys } else { &mut hues };
            let stroke = Stroke::nth(
                if model.baseline { theme::BASELINE } else { theme::series(*counter) },
                if model.baseline { 3 } else { 4 },
                *counter,
            );
            *counter += 1;
            let shift = (m as f64 - (self.models.len() as f64 - 1.0) / 2.0) * step;
            let points: Vec<Point> =
                middles.iter().zip(&model.score).map(|(&x, &v)| (x + shift, scale.map(v))).collect();
            for ((&(x, _), &low), &high) in points.iter().zip(&model.low).zip(&model.high) {
                let pale = theme::tint(stroke.colour, 0.55);
                canvas.line(&[(x, scale.map(low)), (x, scale.map(high))], Stroke::solid(pale, 5))?;
            }
            canvas.line(&points, stroke)?;
            for &point in &points {
                canvas.dot(point, 8.0, stroke.colour)?;
            }
            if let Some(&at) = points.iter().rev().find(|p| p.1.is_finite()) {
                ends.push(Label { words: model.name.clone(), at, colour: stroke.colour });
            }
        }
        labels::draw(canvas, &ends, panel.x1, label_room, (panel.y0 + 6.0, panel.y1 - 4.0))
    }

    fn table(&self) -> Table {
        let n = self.horizons.len();
        let mut names = Vec::new();
        let mut horizons = Vec::new();
        let (mut score, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        let pick = |v: &[f64], i: usize| v.get(i).copied().unwrap_or(f64::NAN);
        for model in &self.models {
            for i in 0..n {
                names.push(model.name.clone());
                horizons.push(i64::from(self.horizons[i]));
                score.push(pick(&model.score, i));
                low.push(pick(&model.low, i));
                high.push(pick(&model.high, i));
            }
        }
        Table::new(
            "scoreboard",
            vec![
                Column::text("model", "Model.", names),
                Column::int("horizon", "months", "Months ahead.", horizons),
                Column::float("score", "", &self.score, score),
                Column::float("low", "", "Lower end of the interval.", low),
                Column::float("high", "", "Upper end of the interval.", high),
            ],
        )
    }
}
