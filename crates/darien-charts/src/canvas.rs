//! Drawing in plain steps on any backend of the plotting library: lines, areas, dots and text.
//!
//! Everything is in canvas units from the top left. What is not a finite number is not drawn.

use super::font::{self, Weight};
use super::theme;
use crate::error::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::{
    Circle, DrawingArea, DrawingBackend, FontDesc, FontFamily, FontTransform, PathElement, Polygon,
    Rectangle, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle};

/// The SVG backend divides font sizes by this.
const BACKEND_FONT_SCALE: f64 = 1.24;
/// The SVG backend puts the baseline this many em below the point that it calls the top.
const TOP_TO_BASELINE: f64 = 0.76;

/// A point in canvas units.
pub type Point = (f64, f64);

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Stroke {
    /// Colour.
    pub colour: RGBColor,
    /// Width.
    pub width: u32,
    /// Lengths of dash and gap; `None` for a solid line.
    pub dash: Option<(f64, f64)>,
}

impl Stroke {
    /// A solid line.
    pub fn solid(colour: RGBColor, width: u32) -> Self {
        Self { colour, width, dash: None }
    }

    /// A dashed line.
    pub fn dashed(colour: RGBColor, width: u32, dash: f64, gap: f64) -> Self {
        Self { colour, width, dash: Some((dash, gap)) }
    }

    /// The n-th of several styles in one colour, so that lines differ by more than colour.
    pub fn nth(colour: RGBColor, width: u32, n: usize) -> Self {
        match n % 3 {
            0 => Self::solid(colour, width),
            1 => Self::dashed(colour, width, 16.0, 8.0),
            _ => Self::dashed(colour, width, 5.0, 7.0),
        }
    }
}

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Begins there.
    Left,
    /// Is centred there.
    Centre,
    /// Ends there.
    Right,
}

/// Size, weight and colour of text.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// Font size.
    pub size: f64,
    /// Weight.
    pub weight: Weight,
    /// Colour.
    pub colour: RGBColor,
}

impl Type {
    /// Regular text.
    pub const fn regular(size: f64, colour: RGBColor) -> Self {
        Self { size, weight: Weight::Regular, colour }
    }

    /// Bold text.
    pub const fn bold(size: f64, colour: RGBColor) -> Self {
        Self { size, weight: Weight::Bold, colour }
    }

    /// Width of a text in this type.
    pub fn width(&self, text: &str) -> f64 {
        font::width(text, self.size, self.weight)
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// Left.
    pub x0: f64,
    /// Top.
    pub y0: f64,
    /// Right.
    pub x1: f64,
    /// Bottom.
    pub y1: f64,
}

impl Panel {
    /// Width.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// Height.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// The panel without a border of these widths.
    #[must_use]
    pub fn inset(&self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { x0: self.x0 + left, y0: self.y0 + top, x1: self.x1 - right, y1: self.y1 - bottom }
    }
}

/// A surface to draw on.
pub struct Canvas<DB: DrawingBackend> {
    area: DrawingArea<DB, Shift>,
    legible: bool,
}

impl<DB: DrawingBackend> Canvas<DB> {
    /// Wraps a drawing area; fills it with paper.
    ///
    /// # Errors
    /// [`Error::Unexpected`] if the backend fails, here and in every method.
    pub fn new(area: DrawingArea<DB, Shift>) -> Result<Self> {
        font::register()?;
        area.fill(&theme::PAPER).map_err(failed)?;
        Ok(Self { area, legible: false })
    }

    /// The same surface, on which every text is written in letters that the embedded font has; see
    /// [`font::legible`].
    #[must_use]
    pub fn legible(self) -> Self {
        Self { legible: true, ..self }
    }

    /// Whether every text is written in letters that the embedded font has.
    pub fn is_legible(&self) -> bool {
        self.legible
    }

    /// The whole surface.
    pub fn panel(&self) -> Panel {
        let (w, h) = self.area.dim_in_pixel();
        Panel { x0: 0.0, y0: 0.0, x1: f64::from(w), y1: f64::from(h) }
    }

    /// Ends the drawing.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn finish(self) -> Result<()> {
        self.area.present().map_err(failed)
    }

    /// A line through points; a point that is not finite interrupts it.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn line(&self, points: &[Point], stroke: Stroke) -> Result<()> {
        for part in points.split(|p| !is_finite(*p)).filter(|p| p.len() > 1) {
            match stroke.dash {
                None => self.path(part, stroke)?,
                Some((dash, gap)) => {
                    for piece in dashes(part, dash, gap) {
                        self.path(&piece, stroke)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn path(&self, points: &[Point], stroke: Stroke) -> Result<()> {
        let mut path: Vec<(i32, i32)> = points.iter().map(|&p| pixel(p)).collect();
        path.dedup();
        if path.len() < 2 {
            return Ok(());
        }
        self.area
            .draw(&PathElement::new(path, ShapeStyle::from(stroke.colour).stroke_width(stroke.width)))
            .map_err(failed)
    }

    /// A filled polygon.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn polygon(&self, points: &[Point], fill: RGBColor) -> Result<()> {
        let path: Vec<(i32, i32)> = points.iter().filter(|p| is_finite(**p)).map(|&p| pixel(p)).collect();
        if path.len() < 3 {
            return Ok(());
        }
        self.area.draw(&Polygon::new(path, fill.filled())).map_err(failed)
    }

    /// A filled rectangle between two corners.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn rect(&self, a: Point, b: Point, fill: RGBColor) -> Result<()> {
        if !is_finite(a) || !is_finite(b) {
            return Ok(());
        }
        let (a, b) = (pixel((a.0.min(b.0), a.1.min(b.1))), pixel((a.0.max(b.0), a.1.max(b.1))));
        if a.0 == b.0 || a.1 == b.1 {
            return Ok(());
        }
        self.area.draw(&Rectangle::new([a, b], fill.filled())).map_err(failed)
    }

    /// The outline of a rectangle.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn outline(&self, panel: Panel, stroke: Stroke) -> Result<()> {
        let Panel { x0, y0, x1, y1 } = panel;
        self.line(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], stroke)
    }

    /// A filled disc.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn dot(&self, at: Point, radius: f64, fill: RGBColor) -> Result<()> {
        if !is_finite(at) {
            return Ok(());
        }
        self.area.draw(&Circle::new(pixel(at), radius.round() as i32, fill.filled())).map_err(failed)
    }

    /// Text whose baseline starts, ends or is centred at a point.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn text(&self, at: Point, text: &str, ty: Type, align: Align) -> Result<()> {
        self.turned_text(at, text, ty, align, false)
    }

    /// Text that reads upwards; the point is on its baseline.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn upward_text(&self, at: Point, text: &str, ty: Type, align: Align) -> Result<()> {
        self.turned_text(at, text, ty, align, true)
    }

    fn turned_text(&self, at: Point, text: &str, ty: Type, align: Align, upward: bool) -> Result<()> {
        let mut text = font::printable(text);
        if self.legible {
            text = font::legible(&text);
        }
        if text.trim().is_empty() || !is_finite(at) {
            return Ok(());
        }
        let h = match align {
            Align::Left => HPos::Left,
            Align::Centre => HPos::Center,
            Align::Right => HPos::Right,
        };
        let mut font =
            FontDesc::new(FontFamily::Name(font::FAMILY), ty.size * BACKEND_FONT_SCALE, ty.weight.style());
        let shift = TOP_TO_BASELINE * ty.size;
        let mut position = (at.0, at.1 - shift);
        if upward {
            font = font.transform(FontTransform::Rotate270);
            position = (at.0 - shift, at.1);
        }
        let style = TextStyle::from(font).color(&ty.colour).pos(Pos::new(h, VPos::Top));
        self.area.draw(&Text::new(text, pixel(position), style)).map_err(failed)
    }

    /// Text with a rim in the colour of the ground, to be read on lines and areas.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn haloed_text(&self, at: Point, text: &str, ty: Type, halo: RGBColor, align: Align) -> Result<()> {
        let rim = Type { colour: halo, ..ty };
        let r = (ty.size / 9.0).max(2.0);
        for (dx, dy) in [(-r, 0.0), (r, 0.0), (0.0, -r), (0.0, r), (-r, -r), (r, r), (-r, r), (r, -r)] {
            self.text((at.0 + dx, at.1 + dy), text, rim, align)?;
        }
        self.text(at, text, ty, align)
    }

    /// Lines of text under each other; gives the baseline below the last.
    ///
    /// # Errors
    /// As [`Canvas::new`].
    pub fn lines(&self, at: Point, lines: &[String], ty: Type, spacing: f64) -> Result<f64> {
        let mut y = at.1;
        for line in lines {
            self.text((at.0, y), line, ty, Align::Left)?;
            y += ty.size * spacing;
        }
        Ok(y)
    }
}

fn is_finite(p: Point) -> bool {
    p.0.is_finite() && p.1.is_finite()
}

fn pixel(p: Point) -> (i32, i32) {
    (p.0.round() as i32, p.1.round() as i32)
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::Unexpected(format!("drawing failed: {e}"))
}

/// Cuts a line into the pieces that a dashed line shows.
fn dashes(points: &[Point], dash: f64, gap: f64) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let Some(&first) = points.first() else { return pieces };
    let (mut on, mut left) = (true, dash);
    let mut piece = vec![first];
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let length = (b.0 - a.0).hypot(b.1 - a.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let t = done / length;
            let cut = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
            if on {
                piece.push(cut);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![cut];
            }
            on = !on;
            left = if on { dash.max(1.0) } else { gap.max(1.0) };
        }
        left -= length - done;
        if on {
            piece.push(b);
        }
    }
    if on && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_what_they_should() {
        let pieces = dashes(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], 4.0, 2.0);
        let length: f64 =
            pieces.iter().flat_map(|p| p.windows(2)).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum();
        assert!((length - 14.0).abs() < 1e-9, "{length}");
    }
}
