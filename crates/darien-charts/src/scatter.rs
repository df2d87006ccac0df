//! A plane of two outcomes: options as points with crosses for their intervals, and the best compromises.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::key::Key;
use super::legend::{self, Sign};
use super::names::{self, Dot, Obstacles, PlacedName};
use super::series::nothing;
use super::{Better, Chart, Frame, font, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;

/// One option: value and interval on both axes; NaN for no interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Name of the option.
    pub name: String,
    /// Value, lower and upper end on the horizontal axis.
    pub x: (f64, f64, f64),
    /// Value, lower and upper end on the vertical axis.
    pub y: (f64, f64, f64),
    /// Whether it is only there for comparison.
    pub baseline: bool,
}

/// A plane of two outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Scatter {
    /// Words around it.
    pub frame: Frame,
    /// Name with unit of the horizontal axis.
    pub x_name: String,
    /// Name with unit of the vertical axis.
    pub y_name: String,
    /// Which way is better on each axis; the front is drawn if both are declared.
    pub better: (Better, Better),
    /// Options.
    pub spots: Vec<Spot>,
    /// Level of the intervals, e.g. 0.95.
    pub level: f64,
}

impl Scatter {
    /// Options than which no other is at least as good on both axes and better on one, by their values.
    pub fn front(&self) -> Vec<usize> {
        let sign = |b: Better| if b == Better::Higher { 1.0 } else { -1.0 };
        if self.better.0 == Better::Neither || self.better.1 == Better::Neither {
            return Vec::new();
        }
        let good = |s: &Spot| (s.x.0 * sign(self.better.0), s.y.0 * sign(self.better.1));
        let mut front: Vec<usize> = (0..self.spots.len())
            .filter(|&i| {
                let a = good(&self.spots[i]);
                a.0.is_finite()
                    && a.1.is_finite()
                    && !self.spots.iter().any(|s| {
                        let b = good(s);
                        b.0 >= a.0 && b.1 >= a.1 && (b.0 > a.0 || b.1 > a.1)
                    })
            })
            .collect();
        front.sort_by(|&a, &b| self.spots[a].x.0.total_cmp(&self.spots[b].x.0));
        front
    }
}

/// Where the parts of a plane stand.
struct Plane {
    legend: Vec<(Sign, String)>,
    room: Panel,
    panel: Panel,
    x: Scale,
    y: Scale,
}

impl Plane {
    fn at(&self, s: &Spot) -> Point {
        (self.x.map(s.x.0), self.y.map(s.y.0))
    }

    /// Both lines of the cross of an option.
    fn cross(&self, s: &Spot) -> [[Point; 2]; 2] {
        let (px, py) = self.at(s);
        [
            [(self.x.map(s.x.1), py), (self.x.map(s.x.2), py)],
            [(px, self.y.map(s.y.1)), (px, self.y.map(s.y.2))],
        ]
    }
}

/// How names of options are written.
const NAME: Type = Type::bold(theme::TICK - 1.0, theme::INK);
/// Names that are wider than this stand in a key, and numbers on the plane.
const LONGEST: f64 = 330.0;

impl Scatter {
    fn has_key(&self) -> bool {
        self.spots.iter().any(|s| NAME.width(&s.name) > LONGEST)
    }

    /// What is written beside each dot: its name, or its number in the key.
    fn labels(&self) -> Vec<String> {
        let mut number = 0;
        self.spots
            .iter()
            .map(|s| {
                if !self.has_key() || s.name.trim().is_empty() {
                    return s.name.clone();
                }
                number += 1;
                number.to_string()
            })
            .collect()
    }

    /// What the numbers on the plane stand for; empty where names stand there.
    fn key(&self) -> Key {
        let named = self.spots.iter().map(|s| s.name.clone()).filter(|n| !n.trim().is_empty());
        Key { entries: if self.has_key() { named.collect() } else { Vec::new() }, last: String::new() }
    }

    fn plane(&self, body: Panel, unnamed: usize) -> Plane {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        let percent = lang.short_number((self.level * 1000.0).round() / 10.0);
        let interval = super::words::fill(words.interval, &[("n", &percent)]);
        let mut legend = vec![(Sign::Line(Stroke::solid(theme::BASELINE, 2)), interval)];
        if self.front().len() > 1 {
            legend.push((Sign::Line(Stroke::dashed(theme::ORANGE, 3, 10.0, 6.0)), words.frontier.to_owned()));
        }
        if unnamed > 0 {
            let n = lang.number(unnamed as f64, 0);
            legend.push((Sign::None, super::words::fill(words.unnamed, &[("n", &n)])));
        }
        let room = legend::below(body, &legend);
        let all = |f: fn(&Spot) -> (f64, f64, f64)| {
            self.spots.iter().map(f).flat_map(|v| [v.0, v.1, v.2]).collect::<Vec<_>>()
        };
        let probe = Scale::linear(all(|s| s.y), false, 5, (1.0, 0.0));
        let below = theme::TICK * 3.2 + self.key().height(room.width());
        let panel = room.inset(probe.label_width(lang) + 16.0, 52.0, 20.0, below);
        let y = Scale::linear(all(|s| s.y), false, 5, (panel.y1, panel.y0));
        let x = Scale::linear(all(|s| s.x), false, 6, (panel.x0, panel.x1));
        Plane { legend, room, panel, x, y }
    }

    fn placed(&self, plane: &Plane) -> Vec<PlacedName> {
        let (front, labels) = (self.front(), self.labels());
        let dots: Vec<Dot> = labels
            .iter()
            .zip(&self.spots)
            .enumerate()
            .map(|(i, (name, s))| Dot { at: plane.at(s), name, first: front.contains(&i) })
            .collect();
        let field = |[a, b]: [Point; 2]| Panel {
            x0: a.0.min(b.0) - 1.0,
            y0: a.1.min(b.1) - 1.0,
            x1: a.0.max(b.0) + 1.0,
            y1: a.1.max(b.1) + 1.0,
        };
        let crosses: Vec<Panel> =
            self.spots.iter().flat_map(|s| plane.cross(s).map(field)).filter(|f| f.x1.is_finite()).collect();
        names::place(plane.panel, &dots, NAME, Obstacles { hard: &crosses, soft: &[] })
    }

    /// The plane with the names that have room on it.
    fn arranged(&self, body: Panel) -> (Plane, Vec<PlacedName>) {
        let named = self.spots.iter().filter(|s| !s.name.trim().is_empty()).count();
        let plane = self.plane(body, 0);
        let placed = self.placed(&plane);
        if placed.len() == named {
            return (plane, placed);
        }
        let plane = self.plane(body, named - placed.len());
        let placed = self.placed(&plane);
        (self.plane(body, named - placed.len()), placed)
    }

    /// The dots of the options and where their names stand, in a body as [`Chart::body`] gives it: what the chart
    /// draws.
    pub fn names(&self, body: Panel) -> (Vec<Point>, Vec<PlacedName>) {
        let (plane, placed) = self.arranged(body);
        (self.spots.iter().map(|s| plane.at(s)).collect(), placed)
    }
}

impl Chart for Scatter {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let (width, height) = theme::SIZE;
        let key = self.key().height(f64::from(width) - 2.0 * theme::MARGIN);
        (width, height + key.round() as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        if self.spots.is_empty() {
            return nothing(canvas, body, super::words::of(lang).no_data);
        }
        let (plane, placed) = self.arranged(body);
        legend::draw(canvas, body, &plane.legend)?;
        let grey = Type::bold(theme::TICK, theme::GREY);
        let fit = |name: &str| font::fit(name, grey.size, grey.weight, plane.room.width());
        let top = (plane.room.x0, plane.room.y0 + theme::TICK * 1.1);
        canvas.text(top, &fit(&format!("↑ {}", self.y_name)), grey, Align::Left)?;
        let panel = plane.panel;
        plane.y.draw_left(canvas, panel, lang)?;
        plane.x.draw_below(canvas, panel, lang)?;
        let foot = (panel.x1, panel.y1 + theme::TICK * 2.7);
        canvas.text(foot, &fit(&format!("{} →", self.x_name)), grey, Align::Right)?;
        for spot in &self.spots {
            for line in plane.cross(spot) {
                canvas.line(&line, Stroke::solid(theme::BASELINE, 2))?;
            }
        }
        let front = self.front();
        if front.len() > 1 {
            let line: Vec<Point> = front.iter().map(|&i| plane.at(&self.spots[i])).collect();
            canvas.line(&line, Stroke::dashed(theme::ORANGE, 3, 10.0, 6.0))?;
        }
        for (i, spot) in self.spots.iter().enumerate() {
            let (at, colour) = (plane.at(spot), if spot.baseline { theme::GREY } else { theme::BLUE });
            if front.contains(&i) {
                canvas.dot(at, 13.0, theme::ORANGE)?;
                canvas.dot(at, 10.0, theme::PAPER)?;
            }
            canvas.dot(at, if front.contains(&i) { 8.0 } else { 10.0 }, colour)?;
        }
        names::draw(canvas, &placed, NAME)?;
        self.key().draw(canvas, Panel { y0: panel.y1 + theme::TICK * 3.4, ..plane.room })
    }

    fn table(&self) -> Table {
        let front = self.front();
        let part = |f: fn(&Spot) -> f64| self.spots.iter().map(f).collect::<Vec<_>>();
        let on = (0..self.spots.len()).map(|i| i64::from(front.contains(&i))).collect();
        Table::new(
            "plane",
            vec![
                Column::text("name", "Option.", self.spots.iter().map(|s| s.name.clone()).collect()),
                Column::float("x", "", &self.x_name, part(|s| s.x.0)),
                Column::float("x_low", "", "Lower end of x.", part(|s| s.x.1)),
                Column::float("x_high", "", "Upper end of x.", part(|s| s.x.2)),
                Column::float("y", "", &self.y_name, part(|s| s.y.0)),
                Column::float("y_low", "", "Lower end of y.", part(|s| s.y.1)),
                Column::float("y_high", "", "Upper end of y.", part(|s| s.y.2)),
                Column::int("on_front", "", "1 if no option is better on both axes.", on),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_holds_what_nothing_dominates() {
        let spot = |x: f64, y: f64| Spot { name: String::new(), x: (x, x, x), y: (y, y, y), baseline: false };
        let mut s = Scatter {
            frame: Frame::default(),
            x_name: String::new(),
            y_name: String::new(),
            better: (Better::Lower, Better::Higher),
            spots: vec![spot(3.0, 3.0), spot(1.0, 1.0), spot(2.0, 0.5), spot(f64::NAN, 9.0), spot(3.0, 2.0)],
            level: 0.95,
        };
        assert_eq!(s.front(), [1, 0]);
        s.better.0 = Better::Neither;
        assert!(s.front().is_empty());
    }
}
