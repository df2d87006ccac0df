//! Is the uncertainty right? Histograms (PIT, ranks) against the flat line, and nominal against observed coverage.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::labels::{self, Label};
use super::legend::{self, Sign};
use super::series::{areas, nothing};
use super::{Chart, Frame, mismatch, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// A histogram.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Words around it.
    pub frame: Frame,
    /// Edges of the bins, one more than counts, ascending.
    pub edges: Vec<f64>,
    /// Counts (or shares) of the bins.
    pub counts: Vec<f64>,
    /// The count that each bin would have if all were right, e.g. n / bins for a PIT, with the band within
    /// which chance alone keeps it 19 times in 20 (both ends equal where none is known); `None` draws no line.
    pub expected: Option<(f64, f64, f64)>,
    /// Name with unit of the horizontal axis.
    pub x_name: String,
}

impl Chart for Histogram {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        if self.counts.is_empty() {
            return nothing(canvas, body, super::words::of(lang).no_data);
        }
        if self.edges.len() != self.counts.len() + 1 {
            return Err(mismatch("a histogram needs one edge more than bins"));
        }
        let mut entries = Vec::new();
        if let Some((_, low, high)) = self.expected {
            entries.push((
                Sign::Line(Stroke::dashed(theme::INK, 3, 10.0, 6.0)),
                super::words::of(lang).uniform.to_owned(),
            ));
            if low < high {
                entries.push((Sign::Field(theme::GRID), super::words::of(lang).chance_allows.to_owned()));
            }
        }
        let room = legend::draw(canvas, body, &entries)?;
        let bands = self.expected.into_iter().flat_map(|e| [e.0, e.1, e.2]);
        let values: Vec<f64> = self.counts.iter().copied().chain(bands).collect();
        let probe = Scale::linear(values.iter().copied(), true, 5, (1.0, 0.0));
        let panel = room.inset(probe.label_width(lang) + 16.0, 14.0, 20.0, theme::TICK * 3.0);
        let y = Scale::linear(values, true, 5, (panel.y1, panel.y0));
        let (low, high) = (self.edges[0], self.edges[self.edges.len() - 1]);
        let ticks = Scale::linear([low, high], false, 8, (0.0, 1.0)).ticks;
        let ticks = ticks.into_iter().filter(|t| (low..=high).contains(t)).collect();
        let x = Scale::fixed(low, high, ticks, (panel.x0, panel.x1));
        x.draw_below(canvas, panel, lang)?;
        y.draw_left(canvas, panel, lang)?;
        if let Some((_, a, b)) = self.expected {
            canvas.rect((panel.x0, y.map(a)), (panel.x1, y.map(b)), theme::GRID)?;
        }
        for (edge, &count) in self.edges.windows(2).zip(&self.counts) {
            let (a, b) = (x.map(edge[0]), x.map(edge[1]));
            canvas.rect((a + 2.0, y.map(0.0)), (b - 2.0, y.map(count)), theme::tint(theme::BLUE, 0.75))?;
        }
        if let Some((level, ..)) = self.expected {
            let at = y.map(level);
            canvas.line(&[(panel.x0, at), (panel.x1, at)], Stroke::dashed(theme::INK, 3, 10.0, 6.0))?;
        }
        canvas.line(&[(panel.x0, panel.y1), (panel.x1, panel.y1)], Stroke::solid(theme::AXIS, 2))?;
        let grey = Type::regular(theme::TICK, theme::GREY);
        let centre = f64::midpoint(panel.x0, panel.x1);
        canvas.text((centre, panel.y1 + theme::TICK * 2.6), &self.x_name, grey, Align::Centre)
    }

    fn table(&self) -> Table {
        let n = self.counts.len().min(self.edges.len().saturating_sub(1));
        Table::new(
            "histogram",
            vec![
                Column::float("from", "", "Lower edge of the bin.", self.edges[..n].to_vec()),
                Column::float(
                    "to",
                    "",
                    "Upper edge of the bin.",
                    self.edges.iter().skip(1).take(n).copied().collect(),
                ),
                Column::float("count", "", "What lies in the bin.", self.counts[..n].to_vec()),
            ],
        )
    }
}

/// A model's coverage at several levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// Name of the model.
    pub name: String,
    /// Nominal levels, 0 to 1, ascending.
    pub nominal: Vec<f64>,
    /// Share of the observations inside.
    pub observed: Vec<f64>,
    /// Lower ends of an interval for it; empty for none.
    pub low: Vec<f64>,
    /// Upper ends; empty for none.
    pub high: Vec<f64>,
}

/// Nominal against observed coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Words around it.
    pub frame: Frame,
    /// Models.
    pub models: Vec<Covered>,
}

impl Chart for Coverage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        (1280, 1160)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        if self.models.iter().all(|m| m.nominal.is_empty()) {
            return nothing(canvas, body, words.no_data);
        }
        let fits = |m: &Covered| {
            let n = m.nominal.len();
            m.observed.len() == n && [&m.low, &m.high].iter().all(|v| v.is_empty() || v.len() == n)
        };
        if !self.models.iter().all(fits) {
            return Err(mismatch("nominal and observed coverage differ in length"));
        }
        let entries = [(Sign::Line(Stroke::dashed(theme::INK, 2, 10.0, 6.0)), words.perfect.to_owned())];
        let room = legend::draw(canvas, body, &entries)?;
        let label_room = labels::room(self.models.iter().map(|m| m.name.as_str()), room.width() * 0.3);
        let grey = Type::bold(theme::TICK, theme::GREY);
        canvas.text(
            (room.x0, room.y0 + theme::TICK * 1.1),
            &format!("↑ {}, %", words.observed),
            grey,
            Align::Left,
        )?;
        let panel = room.inset(70.0, 48.0, label_room, theme::TICK * 3.2);
        let ticks = vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0];
        let x = Scale::fixed(0.0, 100.0, ticks.clone(), (panel.x0, panel.x1));
        let y = Scale::fixed(0.0, 100.0, ticks, (panel.y1, panel.y0));
        x.draw_below(canvas, panel, lang)?;
        y.draw_left(canvas, panel, lang)?;
        canvas.text(
            (panel.x1, panel.y1 + theme::TICK * 2.7),
            &format!("{}, % →", words.nominal),
            grey,
            Align::Right,
        )?;
        let mut ends = Vec::new();
        let path = |nominal: &[f64], observed: &[f64]| -> Vec<Point> {
            nominal.iter().zip(observed).map(|(&n, &o)| (x.map(n * 100.0), y.map(o * 100.0))).collect()
        };
        if let [only] = self.models.as_slice() {
            for area in areas(&path(&only.nominal, &only.low), &path(&only.nominal, &only.high), 4.0) {
                canvas.polygon(&area, theme::tint(theme::BLUE, 0.2))?;
            }
        }
        canvas
            .line(&[(panel.x0, panel.y1), (panel.x1, panel.y0)], Stroke::dashed(theme::INK, 2, 10.0, 6.0))?;
        for (m, model) in self.models.iter().enumerate() {
            let stroke = Stroke::nth(theme::series(m), 4, m);
            let points = path(&model.nominal, &model.observed);
            if self.models.len() > 1 {
                let ends =
                    path(&model.nominal, &model.low).into_iter().zip(path(&model.nominal, &model.high));
                for (low, high) in ends {
                    canvas.line(&[low, high], Stroke::solid(theme::tint(stroke.colour, 0.45), 5))?;
                }
            }
            canvas.line(&points, stroke)?;
            for &point in &points {
                canvas.dot(point, 8.0, stroke.colour)?;
            }
            if let Some(&at) = points.last() {
                ends.push(Label { words: model.name.clone(), at, colour: stroke.colour });
            }
        }
        labels::draw(canvas, &ends, panel.x1, label_room, (panel.y0, panel.y1))
    }

    fn table(&self) -> Table {
        let names = self.models.iter().flat_map(|m| std::iter::repeat_n(m.name.clone(), m.nominal.len()));
        let part = |f: fn(&Covered) -> &Vec<f64>| {
            self.models
                .iter()
                .flat_map(|m| (0..m.nominal.len()).map(move |i| f(m).get(i).copied().unwrap_or(f64::NAN)))
                .collect::<Vec<_>>()
        };
        Table::new(
            "coverage",
            vec![
                Column::text("model", "Model.", names.collect()),
                Column::float("nominal", "share", "What the interval promises.", part(|m| &m.nominal)),
                Column::float("observed", "share", "What lay inside.", part(|m| &m.observed)),
                Column::float("low", "share", "Lower end of an interval for it.", part(|m| &m.low)),
                Column::float("high", "share", "Upper end of an interval for it.", part(|m| &m.high)),
            ],
        )
    }
}
