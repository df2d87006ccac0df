//! Geometry of maps: clipping land to the window, bending and thickening arrows, finding room for labels.

use super::canvas::{Panel, Point};

/// Clips a closed ring to a rectangle (Sutherland & Hodgman 1974); empty if nothing is inside.
pub fn clip(ring: &[Point], window: Panel) -> Vec<Point> {
    type Inside = fn(Point, f64) -> f64;
    let edges: [(Inside, f64); 4] = [
        (|p, e| p.0 - e, window.x0),
        (|p, e| e - p.0, window.x1),
        (|p, e| p.1 - e, window.y0),
        (|p, e| e - p.1, window.y1),
    ];
    edges.iter().fold(ring.to_vec(), |points, (inside, edge)| {
        let mut out = Vec::with_capacity(points.len() + 4);
        for (i, &b) in points.iter().enumerate() {
            let a = points[(i + points.len() - 1) % points.len()];
            let (da, db) = (inside(a, *edge), inside(b, *edge));
            if (da < 0.0) != (db < 0.0) {
                let t = da / (da - db);
                out.push((a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t));
            }
            if db >= 0.0 {
                out.push(b);
            }
        }
        out
    })
}

/// A slightly bent way from `a` to `b`, leaving `gap` free at both ends; it bends to its own left, so that the way
/// back is another line.
pub fn bent(a: Point, b: Point, gap: f64) -> Vec<Point> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy);
    if length < 1.0 {
        return Vec::new();
    }
    let bend = 0.14;
    let control = (f64::midpoint(a.0, b.0) + dy * bend, f64::midpoint(a.1, b.1) - dx * bend);
    let gap = (gap / length).min(0.25);
    (0..=24)
        .map(|i| {
            let t = gap + (1.0 - 2.0 * gap) * f64::from(i) / 24.0;
            let u = 1.0 - t;
            (
                u * u * a.0 + 2.0 * u * t * control.0 + t * t * b.0,
                u * u * a.1 + 2.0 * u * t * control.1 + t * t * b.1,
            )
        })
        .collect()
}

/// The outline of an arrow along a way: as wide as told, with a head at its end.
pub fn arrow(way: &[Point], width: f64) -> Vec<Point> {
    let Some((&tip, _)) = way.split_last() else { return Vec::new() };
    let length: f64 = way.windows(2).map(|w| distance(w[0], w[1])).sum();
    let head = (width * 0.9 + 12.0).min(length * 0.6);
    // The shaft ends where the head begins.
    let mut shaft: Vec<Point> = way.to_vec();
    while shaft.len() > 2 && distance(shaft[shaft.len() - 1], tip) < head {
        shaft.pop();
    }
    if shaft.len() < 2 {
        return Vec::new();
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for i in 0..shaft.len() {
        let (a, b) = (shaft[i.saturating_sub(1)], shaft[(i + 1).min(shaft.len() - 1)]);
        let n = normal(a, b);
        left.push((shaft[i].0 + n.0 * width / 2.0, shaft[i].1 + n.1 * width / 2.0));
        right.push((shaft[i].0 - n.0 * width / 2.0, shaft[i].1 - n.1 * width / 2.0));
    }
    let base = shaft[shaft.len() - 1];
    let n = normal(base, tip);
    let wing = width / 2.0 + 7.0;
    left.push((base.0 + n.0 * wing, base.1 + n.1 * wing));
    left.push(tip);
    left.push((base.0 - n.0 * wing, base.1 - n.1 * wing));
    left.extend(right.into_iter().rev());
    left
}

/// Distance of two points.
pub fn distance(a: Point, b: Point) -> f64 {
    (b.0 - a.0).hypot(b.1 - a.1)
}

fn normal(a: Point, b: Point) -> Point {
    let d = distance(a, b).max(1e-9);
    ((b.1 - a.1) / d, -(b.0 - a.0) / d)
}

/// How much two rectangles overlap.
pub fn overlap(a: Panel, b: Panel) -> f64 {
    let w = a.x1.min(b.x1) - a.x0.max(b.x0);
    let h = a.y1.min(b.y1) - a.y0.max(b.y0);
    if w > 0.0 && h > 0.0 { w * h } else { 0.0 }
}

/// Whether two pieces of line meet.
pub fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// Whether a piece of line passes through a rectangle.
pub fn crosses((a, b): (Point, Point), r: Panel) -> bool {
    let inside = |p: Point| (r.x0..=r.x1).contains(&p.0) && (r.y0..=r.y1).contains(&p.1);
    let corners = [(r.x0, r.y0), (r.x1, r.y0), (r.x1, r.y1), (r.x0, r.y1)];
    inside(a) || inside(b) || (0..4).any(|i| meet((a, b), (corners[i], corners[(i + 1) % 4])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_cut_at_the_window() {
        let window = Panel { x0: 0.0, y0: 0.0, x1: 10.0, y1: 10.0 };
        let cut = clip(&[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)], window);
        assert!(cut.iter().all(|p| (0.0..=10.0).contains(&p.0) && (0.0..=10.0).contains(&p.1)), "{cut:?}");
        assert_eq!(cut.len(), 4);
        assert!(clip(&[(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)], window).is_empty());
        assert!(clip(&[], window).is_empty());
    }

    #[test]
    fn lines_cross_what_they_pass_through() {
        let field = Panel { x0: 0.0, y0: 0.0, x1: 10.0, y1: 10.0 };
        assert!(crosses(((-5.0, 5.0), (15.0, 6.0)), field) && crosses(((1.0, 1.0), (2.0, 2.0)), field));
        assert!(!crosses(((-5.0, -5.0), (15.0, -6.0)), field));
        assert!(meet(((0.0, 0.0), (2.0, 2.0)), ((0.0, 2.0), (2.0, 0.0))));
    }

    #[test]
    fn arrows_have_a_body() {
        assert!(arrow(&bent((0.0, 0.0), (100.0, 0.0), 8.0), 10.0).len() > 10);
        assert!(bent((1.0, 1.0), (1.0, 1.0), 8.0).is_empty());
        assert!(arrow(&[], 10.0).is_empty());
    }
}
