//! Stacked areas with direct labels: how a total is made up.

use super::axis::Kind;
use super::canvas::{Canvas, Panel, Point, Stroke};
use super::labels::Label;
use super::lines::{Line, Stage, span, table};
use super::series::{areas, nothing};
use super::{Chart, Frame, theme};
use crate::error::Result;
use crate::table::Table;
use crate::units::Month;
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;

/// Monthly parts of a whole, the first at the bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct StackedAreas {
    /// Words around it.
    pub frame: Frame,
    /// The parts; a missing or negative value counts as nothing.
    pub parts: Vec<Line>,
    /// Unit of the values, for the table.
    pub unit: String,
    /// Last day that is known.
    pub known_until: Option<NaiveDate>,
}

impl Chart for StackedAreas {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let Some((first, last)) = span(&self.parts) else {
            return nothing(canvas, body, super::words::of(self.frame.lang).no_data);
        };
        let months: Vec<Month> = first.through(last).collect();
        let mut sums = vec![0.0; months.len()];
        let mut layers = vec![sums.clone()];
        for part in &self.parts {
            for (sum, month) in sums.iter_mut().zip(&months) {
                let value = usize::try_from(month.since(part.from)).ok().and_then(|i| part.values.get(i));
                *sum += value.copied().filter(|v| v.is_finite()).unwrap_or(0.0).max(0.0);
            }
            layers.push(sums.clone());
        }
        let names: Vec<&str> = self.parts.iter().map(|p| p.name.as_str()).collect();
        let stage = Stage::set(
            canvas,
            body,
            &self.frame,
            (&names, &sums),
            (first, last),
            (Kind::Linear, self.known_until),
        )?;
        // Steps, not slopes: a month's people fill the month.
        let path = |layer: &[f64]| -> Vec<Point> {
            months
                .iter()
                .zip(layer)
                .flat_map(|(&m, &v)| {
                    let y = stage.scale.map(v);
                    [(stage.months.start(m), y), (stage.months.start(m.plus(1)), y)]
                })
                .collect()
        };
        let mut labels = Vec::new();
        for (i, part) in self.parts.iter().enumerate() {
            let colour = if part.baseline { theme::BASELINE } else { theme::series(i) };
            let (low, high) = (path(&layers[i]), path(&layers[i + 1]));
            for area in areas(&low, &high, 0.0) {
                canvas.polygon(&area, theme::mix(theme::PAPER, colour, 0.78))?;
            }
            canvas.line(&high, Stroke::solid(theme::PAPER, 2))?;
            if let (Some(l), Some(h)) = (low.last(), high.last()) {
                labels.push(Label { words: part.name.clone(), at: (l.0, f64::midpoint(l.1, h.1)), colour });
            }
        }
        stage.draw_known(canvas, &self.frame, self.known_until)?;
        stage.draw_labels(canvas, &labels)
    }

    fn table(&self) -> Table {
        table("stacked_areas", &self.parts, &self.unit)
    }
}
