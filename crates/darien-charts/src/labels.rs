//! Direct labels at the right of lines and areas, moved apart where they would touch.

use super::canvas::{Align, Canvas, Point, Stroke, Type};
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
