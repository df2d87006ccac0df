//! Prior against posterior, a panel a parameter.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::legend::{self, Sign};
use super::series::nothing;
use super::{Chart, Frame, font, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// Two densities of one parameter, as points (value, density).
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Name with unit.
    pub name: String,
    /// What it means; may be empty.
    pub meaning: String,
    /// Before the data.
    pub prior: Vec<Point>,
    /// After the data.
    pub posterior: Vec<Point>,
    /// The true value in a recovery study.
    pub truth: Option<f64>,
}

/// A grid of densities.
#[derive(Debug, Clone, PartialEq)]
pub struct Densities {
    /// Words around it.
    pub frame: Frame,
    /// Panels in reading order.
    pub panels: Vec<Density>,
}

/// How meanings are written.
const MEANING: Type = Type::regular(theme::FOOTER - 2.0, theme::GREY);
/// Most lines of a meaning.
const LINES: u32 = 3;

impl Densities {
    /// Lines that meanings take below the names.
    fn lines(&self) -> u32 {
        if self.panels.iter().any(|p| !p.meaning.is_empty()) { LINES } else { 0 }
    }

    fn columns(&self) -> usize {
        match self.panels.len() {
            n @ 0..=3 => n.max(1),
            4 => 2,
            5..=9 => 3,
            _ => 4,
        }
    }
}

impl Chart for Densities {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let rows = self.panels.len().div_ceil(self.columns()).clamp(1, 20) as u32;
        let height = 230 + self.lines() * MEANING.size as u32 * 6 / 5;
        (theme::SIZE.0, (340 + height * rows).max(700))
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        if self.panels.is_empty() {
            return nothing(canvas, body, words.no_data);
        }
        let mut entries = vec![
            (Sign::Line(Stroke::dashed(theme::GREY, 3, 10.0, 6.0)), words.prior.to_owned()),
            (Sign::Field(theme::tint(theme::BLUE, 0.5)), words.posterior.to_owned()),
        ];
        if self.panels.iter().any(|p| p.truth.is_some()) {
            entries.push((Sign::Line(Stroke::solid(theme::ORANGE, 3)), words.truth.to_owned()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let columns = self.columns();
        let rows = self.panels.len().div_ceil(columns);
        let (w, h) = (room.width() / columns as f64, room.height() / rows as f64);
        for (i, density) in self.panels.iter().enumerate() {
            let (x0, y0) = (room.x0 + w * (i % columns) as f64, room.y0 + h * (i / columns) as f64);
            let cell = Panel { x0, y0, x1: x0 + w - 44.0, y1: y0 + h };
            let heading = Type::bold(theme::FOOTER + 1.0, theme::INK);
            let name = font::fit(&density.name, heading.size, heading.weight, cell.width());
            canvas.text((cell.x0, cell.y0 + theme::LABEL), &name, heading, Align::Left)?;
            let lines =
                font::wrap(&density.meaning, MEANING.size, MEANING.weight, cell.width(), LINES as usize);
            canvas.lines((cell.x0, cell.y0 + theme::LABEL + MEANING.size * 1.3), &lines, MEANING, 1.2)?;
            let above = 44.0 + MEANING.size * 1.2 * f64::from(self.lines());
            let panel = cell.inset(8.0, above, 8.0, theme::TICK * 2.0);
            let both = || density.prior.iter().chain(&density.posterior);
            let values = both().map(|p| p.0).chain(density.truth);
            let x = Scale::linear(values, false, 3, (panel.x0, panel.x1));
            let y = Scale::linear(both().map(|p| p.1), true, 3, (panel.y1, panel.y0));
            x.draw_below(canvas, panel, lang)?;
            let path = |points: &[Point]| -> Vec<Point> {
                points.iter().map(|p| (x.map(p.0), y.map(p.1))).collect()
            };
            let posterior = path(&density.posterior);
            if let (Some(first), Some(last)) = (posterior.first(), posterior.last()) {
                let mut area = posterior.clone();
                area.extend([(last.0, panel.y1), (first.0, panel.y1)]);
                canvas.polygon(&area, theme::tint(theme::BLUE, 0.5))?;
                canvas.line(&posterior, Stroke::solid(theme::BLUE, 3))?;
            }
            canvas.line(&path(&density.prior), Stroke::dashed(theme::GREY, 3, 10.0, 6.0))?;
            if let Some(truth) = density.truth {
                let at = x.map(truth);
                canvas.line(&[(at, panel.y0), (at, panel.y1)], Stroke::solid(theme::ORANGE, 3))?;
            }
            canvas.line(&[(panel.x0, panel.y1), (panel.x1, panel.y1)], Stroke::solid(theme::AXIS, 2))?;
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let (mut names, mut kinds, mut x, mut y) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for panel in &self.panels {
            for (kind, points) in [("prior", &panel.prior), ("posterior", &panel.posterior)] {
                for p in points {
                    names.push(panel.name.clone());
                    kinds.push(kind.to_owned());
                    x.push(p.0);
                    y.push(p.1);
                }
            }
            if let Some(truth) = panel.truth {
                names.push(panel.name.clone());
                kinds.push("truth".to_owned());
                x.push(truth);
                y.push(f64::NAN);
            }
        }
        Table::new(
            "densities",
            vec![
                Column::text("parameter", "Parameter.", names),
                Column::text("which", "`prior`, `posterior` or `truth`.", kinds),
                Column::float("value", "", "Value of the parameter.", x),
                Column::float("density", "", "Density there.", y),
            ],
        )
    }
}
