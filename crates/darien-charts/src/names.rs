//! Names beside dots: a name stands nearer to its own dot than to any other, or a line leads to its dot.
//!
//! Where names stand is computed before anything is drawn, so that it can be checked as data.

use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::flow::{crosses, distance, overlap};
use super::theme;
use crate::error::Result;
use plotters::prelude::DrawingBackend;

/// A name with its place on the canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedName {
    /// Position of its dot in the list that was given.
    pub dot: usize,
    /// The words.
    pub name: String,
    /// Start of the baseline.
    pub at: Point,
    /// The field that the words take.
    pub field: Panel,
    /// A line from the dot to the name, where the name stands away from it.
    pub leader: Option<(Point, Point)>,
}

impl PlacedName {
    /// How far a dot is from the line on which the words stand, at half their height: to the eye a name belongs to the
    /// dot that is nearest to this line.
    pub fn distance(&self, dot: Point) -> f64 {
        let middle = f64::midpoint(self.field.y0, self.field.y1);
        apart(Panel { y0: middle, y1: middle, ..self.field }, dot)
    }
}

/// What names should keep free beside the dots and each other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Obstacles<'a> {
    /// What must not be hidden.
    pub hard: &'a [Panel],
    /// What had better not be hidden.
    pub soft: &'a [Panel],
}

/// A dot that may have a name.
#[derive(Debug, Clone, Copy)]
pub struct Dot<'a> {
    /// Where it is.
    pub at: Point,
    /// Its name; empty for none.
    pub name: &'a str,
    /// Whether its name stays before others where there is no room for all.
    pub first: bool,
}

/// Half the side of the field that a dot takes.
const DOT: f64 = 9.0;
/// How much less it costs to hide something soft.
const SOFT: f64 = 0.15;
/// A name without a line is nearer to its dot than this share of the distance to any other.
const CLEARLY: f64 = 0.7;
/// What a spot costs that must not be taken.
const NEVER: f64 = 1e7;
/// Distances of names that a line leads to.
const FAR: [f64; 6] = [36.0, 60.0, 90.0, 130.0, 180.0, 240.0];
/// Directions of names that a line leads to.
const WAYS: usize = 16;
/// How often each name may move when the others have found their place.
const ROUNDS: usize = 4;

/// Distance of a point from a field; 0 inside.
pub fn apart(field: Panel, p: Point) -> f64 {
    let dx = (field.x0 - p.0).max(p.0 - field.x1).max(0.0);
    let dy = (field.y0 - p.1).max(p.1 - field.y1).max(0.0);
    dx.hypot(dy)
}

/// The point of a field that is nearest to another point.
fn nearest(field: Panel, p: Point) -> Point {
    (p.0.clamp(field.x0, field.x1), p.1.clamp(field.y0, field.y1))
}

fn around(d: Point) -> Panel {
    Panel { x0: d.0 - DOT, y0: d.1 - DOT, x1: d.0 + DOT, y1: d.1 + DOT }
}

/// Every spot that a name could take, the best liked first.
fn spots(dot: usize, Dot { at, name, .. }: Dot<'_>, ty: Type) -> Vec<PlacedName> {
    let (w, h, (x, y)) = (ty.width(name), ty.size, at);
    let placed = |at: Point, led: bool| {
        let field = Panel { x0: at.0 - 3.0, y0: at.1 - h * 0.9, x1: at.0 + w + 3.0, y1: at.1 + h * 0.25 };
        let end = nearest(field, (x, y));
        let length = distance((x, y), end).max(1.0);
        let start = (x + (end.0 - x) / length * 7.0, y + (end.1 - y) / length * 7.0);
        PlacedName { dot, name: name.to_owned(), at, field, leader: led.then_some((start, end)) }
    };
    let (above, below) = (y - DOT - 1.0 - h * 0.25, y + DOT + 1.0 + h * 0.9);
    let near = [
        (x + 14.0, y + h * 0.35),
        (x - 14.0 - w, y + h * 0.35),
        (x - w / 2.0, above),
        (x - w / 2.0, below),
        (x + 10.0, above),
        (x - 10.0 - w, above),
        (x + 10.0, below),
        (x - 10.0 - w, below),
    ];
    let far = FAR.iter().flat_map(|&reach| {
        (0..WAYS).map(move |i| {
            let angle = std::f64::consts::TAU * i as f64 / WAYS as f64;
            let (dx, dy) = (angle.cos(), angle.sin());
            // The name begins where the line ends, to the right or to the left of it, or is centred above or below.
            let left = if dx > 0.3 {
                x + dx * reach
            } else if dx < -0.3 {
                x + dx * reach - w
            } else {
                x + dx * reach - w / 2.0
            };
            let base = y + dy * reach + h * (0.35 + 0.4 * dy);
            (left, base)
        })
    });
    near.into_iter().map(|s| placed(s, false)).chain(far.map(|s| placed(s, true))).collect()
}

/// What a spot costs, given the others.
fn cost(spot: &PlacedName, dots: &[Point], others: &[PlacedName], panel: Panel, obstacles: Obstacles) -> f64 {
    let f = spot.field;
    let beyond = [panel.x0 - f.x0, f.x1 - panel.x1, panel.y0 - f.y0, f.y1 - panel.y1];
    let mut sum: f64 = beyond.iter().map(|d| d.max(0.0)).sum::<f64>() * NEVER;
    sum += obstacles.hard.iter().map(|t| overlap(*t, f)).sum::<f64>() * 10.0;
    sum += obstacles.soft.iter().map(|t| overlap(*t, f)).sum::<f64>() * SOFT;
    let own = spot.distance(dots[spot.dot]);
    for (i, &dot) in dots.iter().enumerate() {
        if overlap(around(dot), f) > 0.0 {
            sum += NEVER;
        }
        if i != spot.dot && spot.leader.is_none() && own > CLEARLY * spot.distance(dot) {
            sum += NEVER;
        }
        // A line that passes close by another dot seems to come from it. Where two dots touch no line is free of the other.
        let touches = overlap(around(dot), around(dots[spot.dot])) > 0.0;
        if i != spot.dot && !touches && spot.leader.is_some_and(|l| crosses(l, around(dot))) {
            sum += NEVER;
        }
    }
    for other in others {
        if overlap(other.field, f) > 0.0 {
            sum += NEVER;
        }
        sum += spot.leader.filter(|l| crosses(*l, other.field)).map_or(0.0, |_| NEVER);
        sum += other.leader.filter(|l| crosses(*l, f)).map_or(0.0, |_| NEVER);
        if let (Some(a), Some(b)) = (spot.leader, other.leader) {
            sum += if super::flow::meet(a, b) { NEVER } else { 0.0 };
        }
    }
    // A line is better than hiding something, and worse than a name right beside its dot.
    sum + spot.leader.map_or(0.0, |(a, b)| 500.0 + 6.0 * distance(a, b))
}

/// Finds a place for the name of each dot, in the order of the dots; an empty name takes none, and a name for which
/// there is no place without hiding another or lying outside is left out.
pub fn place(panel: Panel, dots: &[Dot<'_>], ty: Type, obstacles: Obstacles) -> Vec<PlacedName> {
    let is_drawn = |p: Point| p.0.is_finite() && p.1.is_finite();
    let points: Vec<Point> = dots.iter().map(|d| if is_drawn(d.at) { d.at } else { (-1e9, -1e9) }).collect();
    let choices: Vec<Vec<PlacedName>> = dots
        .iter()
        .enumerate()
        .map(|(i, d)| if d.name.trim().is_empty() || !is_drawn(d.at) { Vec::new() } else { spots(i, *d, ty) })
        .collect();
    // The most crowded first: they have the fewest places.
    let crowd = |i: usize| -> f64 { points.iter().map(|&p| (-distance(p, points[i]) / 80.0).exp()).sum() };
    let mut order: Vec<(bool, f64, usize)> =
        (0..dots.len()).filter(|&i| !choices[i].is_empty()).map(|i| (dots[i].first, crowd(i), i)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    let mut placed: Vec<PlacedName> = Vec::new();
    let best = |i: usize, placed: &[PlacedName]| -> Option<(f64, PlacedName)> {
        let price = |rank: usize, s: &PlacedName| {
            cost(s, &points, placed, panel, obstacles) + (rank.min(8) * 12) as f64
        };
        let priced = choices[i].iter().enumerate().map(|(rank, s)| (price(rank, s), s));
        priced.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(price, spot)| (price, spot.clone()))
    };
    for _ in 0..ROUNDS {
        let before = placed.clone();
        for &(.., i) in &order {
            placed.retain(|p| p.dot != i);
            placed.extend(best(i, &placed).map(|b| b.1));
        }
        if placed == before {
            break;
        }
    }
    // What still hides something goes, the least important first.
    for &(.., i) in order.iter().rev() {
        placed.retain(|p| p.dot != i);
        placed.extend(best(i, &placed).filter(|b| b.0 < NEVER).map(|b| b.1));
    }
    placed.sort_by_key(|p| p.dot);
    placed
}

/// Draws names and their lines.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(canvas: &Canvas<DB>, names: &[PlacedName], ty: Type) -> Result<()> {
    for (a, b) in names.iter().filter_map(|n| n.leader) {
        canvas.line(&[a, b], Stroke::solid(theme::PAPER, 5))?;
        canvas.line(&[a, b], Stroke::solid(theme::INK, 2))?;
    }
    for name in names {
        canvas.haloed_text(name.at, &name.name, ty, theme::PAPER, Align::Left)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: Panel = Panel { x0: 0.0, y0: 0.0, x1: 1000.0, y1: 800.0 };

    #[test]
    fn a_crowd_of_dots_keeps_its_names_apart() {
        let names = ["Lajas Blancas", "Paso Canoas", "Panama City", "Necoclí", "Managua", "Bluefields"];
        let at = |i: usize| (500.0 + 14.0 * i as f64, 400.0 + 9.0 * (i % 3) as f64);
        let dots: Vec<Dot> =
            names.iter().enumerate().map(|(i, name)| Dot { at: at(i), name, first: false }).collect();
        let ty = Type::bold(21.0, theme::INK);
        let placed = place(PANEL, &dots, ty, Obstacles::default());
        assert_eq!(placed.len(), names.len());
        for (i, a) in placed.iter().enumerate() {
            let own = a.distance(at(a.dot));
            let other = (0..dots.len()).filter(|d| *d != a.dot).map(|d| a.distance(at(d)));
            assert!(a.leader.is_some() || own < other.fold(f64::INFINITY, f64::min), "{a:?}");
            assert!(placed[..i].iter().all(|b| overlap(a.field, b.field) == 0.0), "{a:?}");
        }
    }

    #[test]
    fn a_name_without_room_is_left_out() {
        let small = Panel { x0: 0.0, y0: 0.0, x1: 60.0, y1: 40.0 };
        let ty = Type::bold(21.0, theme::INK);
        let dot = |x: f64, name| Dot { at: (x, 20.0), name, first: true };
        assert!(place(small, &[dot(30.0, "A very long name")], ty, Obstacles::default()).is_empty());
        let none = [dot(f64::NAN, "Nowhere"), dot(5.0, "")];
        assert!(place(PANEL, &none, ty, Obstacles::default()).is_empty());
    }
}
