//! Draws of several parameters against each other: which of them the data cannot tell apart.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Type};
use super::font::{self, Weight};
use super::key::Key;
use super::series::nothing;
use super::{Chart, Frame, mismatch, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// At most so many dots in a cell; more would only make ink.
const DOTS: usize = 400;
/// Side of the chart without its key.
const SIZE: u32 = 1400;

/// A grid of scatters below a diagonal of histograms.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs {
    /// Words around it.
    pub frame: Frame,
    /// Names of the parameters.
    pub names: Vec<String>,
    /// What each means, for a key below; may be empty.
    pub meanings: Vec<String>,
    /// Draws, a list a parameter, all of one length; the first 400 are drawn.
    pub draws: Vec<Vec<f64>>,
}

/// Pearson's correlation; NaN if one of the two does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma).powi(2);
        bb += (y - mb).powi(2);
    }
    ab / (aa * bb).sqrt()
}

impl Pairs {
    fn key(&self) -> Key {
        let entries = self.meanings.iter().zip(&self.names).map(|(m, name)| format!("{name}: {m}")).collect();
        Key { entries, last: String::new() }
    }

    fn shown(&self) -> Vec<&[f64]> {
        self.draws.iter().map(|d| &d[..d.len().min(DOTS)]).collect()
    }
}

impl Chart for Pairs {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        (SIZE, SIZE + self.key().height(f64::from(SIZE) - 2.0 * theme::MARGIN).round() as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let shown = self.shown();
        let n = self.names.len();
        if n == 0 || shown.iter().all(|d| d.is_empty()) {
            return nothing(canvas, body, super::words::of(lang).no_data);
        }
        if shown.len() != n || shown.windows(2).any(|w| w[0].len() != w[1].len()) {
            return Err(mismatch("draws and names differ in number"));
        }
        let key = self.key().height(body.width());
        let (w, h) = (body.width() / n as f64, (body.height() - 40.0 - key) / n as f64);
        let cell = |row: usize, column: usize| Panel {
            x0: body.x0 + w * column as f64 + 5.0,
            y0: body.y0 + h * row as f64 + 5.0,
            x1: body.x0 + w * (column + 1) as f64 - 5.0,
            y1: body.y0 + h * (row + 1) as f64 - 5.0,
        };
        // One size for all names, in which the longest has room.
        let limit = w - 18.0;
        let heading = (h * 0.11).clamp(15.0, theme::LABEL);
        let widest =
            self.names.iter().map(|name| font::width(name, heading, Weight::Bold)).fold(limit, f64::max);
        let heading = (heading * limit / widest).max(15.0);
        for row in 0..n {
            for column in 0..n {
                let panel = cell(row, column);
                match row.cmp(&column) {
                    std::cmp::Ordering::Equal => {
                        canvas.rect((panel.x0, panel.y0), (panel.x1, panel.y1), theme::SEA)?;
                        histogram(canvas, panel, shown[row])?;
                        let ty = Type::bold(heading, theme::INK);
                        let lines = font::wrap(&self.names[row], ty.size, Weight::Bold, limit, 2);
                        canvas.lines((panel.x0 + 5.0, panel.y0 + ty.size * 1.1), &lines, ty, 1.15)?;
                    }
                    std::cmp::Ordering::Greater => {
                        canvas.rect((panel.x0, panel.y0), (panel.x1, panel.y1), theme::SEA)?;
                        let inner = panel.inset(8.0, 8.0, 8.0, 8.0);
                        let x = Scale::linear(shown[column].iter().copied(), false, 4, (inner.x0, inner.x1));
                        let y = Scale::linear(shown[row].iter().copied(), false, 4, (inner.y1, inner.y0));
                        for (&a, &b) in shown[column].iter().zip(shown[row]) {
                            canvas.dot((x.map(a), y.map(b)), 3.0, theme::BLUE)?;
                        }
                    }
                    std::cmp::Ordering::Less => {
                        let r = correlation(shown[row], shown[column]);
                        let strength = if r.is_finite() { r.abs() } else { 0.0 };
                        let colour = theme::mix(theme::GREY, theme::INK, strength);
                        let size = (h * 0.13).clamp(16.0, 20.0 + 20.0 * strength);
                        let ty = if strength > 0.5 {
                            Type::bold(size, colour)
                        } else {
                            Type::regular(size, colour)
                        };
                        let at = (
                            f64::midpoint(panel.x0, panel.x1),
                            f64::midpoint(panel.y0, panel.y1) + size * 0.35,
                        );
                        canvas.text(at, &lang.number(r, 2), ty, Align::Centre)?;
                    }
                }
            }
        }
        // Ranges of the parameters below the columns.
        let grey = Type::regular(theme::FOOTER - 2.0, theme::GREY);
        for (column, draws) in shown.iter().enumerate() {
            let panel = cell(n - 1, column);
            let scale = Scale::linear(draws.iter().copied(), false, 4, (panel.x0, panel.x1));
            let labels = scale.labels(lang);
            let y = panel.y1 + grey.size * 1.3;
            if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
                canvas.text((panel.x0, y), first, grey, Align::Left)?;
                canvas.text((panel.x1, y), last, grey, Align::Right)?;
            }
        }
        self.key().draw(canvas, Panel { y0: body.y1 - key + 8.0, ..body })
    }

    fn table(&self) -> Table {
        let columns = self
            .names
            .iter()
            .zip(self.shown())
            .map(|(name, draws)| Column::float(name, "", "Draws that are shown.", draws.to_vec()))
            .collect();
        Table::new("pairs", columns)
    }
}

fn histogram<DB: DrawingBackend>(canvas: &Canvas<DB>, panel: Panel, draws: &[f64]) -> Result<()> {
    const BINS: usize = 16;
    let scale = Scale::linear(draws.iter().copied(), false, 4, (0.0, BINS as f64));
    let mut counts = [0_u32; BINS];
    for &draw in draws.iter().filter(|d| d.is_finite()) {
        counts[(scale.map(draw) as usize).min(BINS - 1)] += 1;
    }
    let top = f64::from(counts.iter().copied().max().unwrap_or(1).max(1));
    let inner = panel.inset(8.0, panel.height() * 0.38, 8.0, 8.0);
    for (i, &count) in counts.iter().enumerate() {
        let w = inner.width() / BINS as f64;
        let x = inner.x0 + w * i as f64;
        let y = inner.y1 - inner.height() * f64::from(count) / top;
        canvas.rect((x + 1.0, y), (x + w - 1.0, inner.y1), theme::tint(theme::BLUE, 0.6))?;
    }
    Ok(())
}
