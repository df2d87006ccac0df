//! Direct labels at the right of lines and areas, moved apart where they would touch.

use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::flow::overlap;
use super::{font, theme};
use crate::error::Result;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;

/// A label and the point it belongs to.
#[derive(Debug, Clone)]
pub struct Label {
    /// Words.
    pub words: String,
    /// Where the line ends.
    pub at: Point,
    /// Colour of the line.
    pub colour: RGBColor,
}

/// Room that the labels need, at most `limit`.
pub fn room<'a>(words: impl IntoIterator<Item = &'a str>, limit: f64) -> f64 {
    let ty = Type::bold(theme::LABEL, theme::INK);
    let widest = words.into_iter().map(|w| ty.width(w)).fold(0.0, f64::max);
    (widest + 48.0).min(limit)
}

/// Moves positions apart to at least `gap`, in order, inside `range` as far as they fit; the order is kept.
pub fn spread(wanted: &[f64], gap: f64, range: (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut placed = wanted.to_vec();
    // Each pass shares the overlap between neighbours; a last sweep keeps all inside.
    for _ in 0..200 {
        let mut moved = false;
        for pair in order.windows(2) {
            let overlap = gap - (placed[pair[1]] - placed[pair[0]]);
            if overlap > 0.01 {
                placed[pair[0]] -= overlap / 2.0;
                placed[pair[1]] += overlap / 2.0;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let mut floor = range.0;
    for &i in &order {
        placed[i] = placed[i].max(floor);
        floor = placed[i] + gap;
    }
    let mut ceiling = range.1;
    for &i in order.iter().rev() {
        placed[i] = placed[i].min(ceiling);
        ceiling = placed[i] - gap;
    }
    placed
}

/// Draws the labels beginning at `x`, no wider than `limit`, with a thin leader where a label had to move.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    labels: &[Label],
    x: f64,
    limit: f64,
    range: (f64, f64),
) -> Result<()> {
    let wanted: Vec<f64> = labels.iter().map(|l| l.at.1).collect();
    let placed = spread(&wanted, theme::LABEL * 1.18, range);
    for (label, y) in labels.iter().zip(placed) {
        let ty = Type::bold(theme::LABEL, theme::mix(label.colour, theme::INK, 0.25));
        canvas.line(
            &[(label.at.0 + 4.0, label.at.1), (x + 10.0, label.at.1), (x + 28.0, y)],
            Stroke::solid(theme::mix(theme::PAPER, label.colour, 0.55), 2),
        )?;
        let words = font::fit(&label.words, ty.size, ty.weight, limit - 36.0);
        canvas.text((x + 34.0, y + ty.size * 0.35), &words, ty, Align::Left)?;
    }
    Ok(())
}

/// Fields that names should keep free.
#[derive(Debug, Clone, Copy, Default)]
pub struct Obstacles<'a> {
    /// What must not be hidden.
    pub hard: &'a [Panel],
    /// What had better not be hidden.
    pub soft: &'a [Panel],
}

/// How much less it costs to hide something soft.
const SOFT: f64 = 0.15;

/// Writes names beside dots, each in the spot that hides least of the others; gives the fields that are then taken,
/// dots included. A name that would hide too much is left out unless `all`; then the caller must list the names
/// elsewhere.
///
/// # Errors
/// If the backend fails.
pub fn beside<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    panel: Panel,
    names: &[(Point, &str)],
    ty: Type,
    obstacles: Obstacles,
    all: bool,
) -> Result<Vec<Panel>> {
    let dot = |d: Point| Panel { x0: d.0 - 8.0, y0: d.1 - 8.0, x1: d.0 + 8.0, y1: d.1 + 8.0 };
    let mut taken: Vec<Panel> =
        names.iter().map(|(d, _)| dot(*d)).chain(obstacles.hard.iter().copied()).collect();
    for &((x, y), name) in names {
        let (w, h) = (ty.width(name), ty.size);
        let spots = [
            (x + 14.0, y + h * 0.35),
            (x - 14.0 - w, y + h * 0.35),
            (x - w / 2.0, y - 14.0),
            (x - w / 2.0, y + h + 10.0),
            (x + 10.0, y - 12.0),
            (x - 10.0 - w, y - 12.0),
            (x + 10.0, y + h + 8.0),
            (x - 10.0 - w, y + h + 8.0),
            (x + 30.0, y - 22.0),
            (x + 30.0, y + h + 18.0),
            (x - 30.0 - w, y - 22.0),
            (x - 30.0 - w, y + h + 18.0),
        ];
        let field = |s: Point| Panel { x0: s.0 - 3.0, y0: s.1 - h, x1: s.0 + w + 3.0, y1: s.1 + h * 0.25 };
        let cost = |s: Point| {
            let f = field(s);
            let beyond = [panel.x0 - f.x0, f.x1 - panel.x1, panel.y0 - f.y0, f.y1 - panel.y1];
            let outside: f64 = beyond.iter().map(|d| d.max(0.0)).sum();
            taken.iter().map(|t| overlap(*t, f)).sum::<f64>() + outside * 1000.0
        };
        // Of spots that hide as little, the one that is least in the way of what is soft, and nearest.
        let wish = |i: usize, s: Point| {
            let f = field(s);
            cost(s) + SOFT * obstacles.soft.iter().map(|t| overlap(*t, f)).sum::<f64>() + i as f64 * 12.0
        };
        let best = spots
            .into_iter()
            .enumerate()
            .min_by(|a, b| wish(a.0, a.1).total_cmp(&wish(b.0, b.1)))
            .map_or((x, y), |(_, spot)| spot);
        if all || cost(best) < w * h * 0.15 {
            taken.push(field(best));
            canvas.haloed_text(best, name, ty, theme::PAPER, Align::Left)?;
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_do_not_touch_and_keep_their_order() {
        let y = spread(&[50.0, 52.0, 51.0, 10.0], 20.0, (0.0, 100.0));
        assert!(y[3] < y[0] && y[0] < y[2] && y[2] < y[1], "{y:?}");
        let mut sorted = y.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|w| w[1] - w[0] > 19.9), "{y:?}");
        assert!(spread(&[99.0, 99.0], 20.0, (0.0, 100.0)).iter().all(|v| *v <= 100.0));
    }
}
