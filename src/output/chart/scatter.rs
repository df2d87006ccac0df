//! A plane of two outcomes: options as points with crosses for their intervals, and the best compromises.

use super::axis::Scale;
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::labels;
use super::legend::{self, Sign};
use super::series::nothing;
use super::{Better, Chart, Frame, theme};
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

impl Chart for Scatter {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = lang.words();
        if self.spots.is_empty() {
            return nothing(canvas, body, words.no_data);
        }
        let percent = lang.short_number((self.level * 1000.0).round() / 10.0);
        let mut entries = vec![(
            Sign::Line(Stroke::solid(theme::BASELINE, 2)),
            super::words::fill(words.interval, &[("n", &percent)]),
        )];
        let front = self.front();
        if front.len() > 1 {
            entries
                .push((Sign::Line(Stroke::dashed(theme::ORANGE, 3, 10.0, 6.0)), words.frontier.to_owned()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let all = |f: fn(&Spot) -> (f64, f64, f64)| {
            self.spots.iter().map(f).flat_map(|v| [v.0, v.1, v.2]).collect::<Vec<_>>()
        };
        let probe = Scale::linear(all(|s| s.y), false, 5, (1.0, 0.0));
        let grey = Type::bold(theme::TICK, theme::GREY);
        canvas.text(
            (room.x0, room.y0 + theme::TICK * 1.1),
            &format!("↑ {}", self.y_name),
            grey,
            Align::Left,
        )?;
        let panel = room.inset(probe.label_width(lang) + 16.0, 52.0, 20.0, theme::TICK * 3.2);
        let y = Scale::linear(all(|s| s.y), false, 5, (panel.y1, panel.y0));
        let x = Scale::linear(all(|s| s.x), false, 6, (panel.x0, panel.x1));
        y.draw_left(canvas, panel, lang)?;
        x.draw_below(canvas, panel, lang)?;
        canvas.text(
            (panel.x1, panel.y1 + theme::TICK * 2.7),
            &format!("{} →", self.x_name),
            grey,
            Align::Right,
        )?;
        let at = |s: &Spot| -> Point { (x.map(s.x.0), y.map(s.y.0)) };
        for spot in &self.spots {
            let (px, py) = at(spot);
            let stroke = Stroke::solid(theme::BASELINE, 2);
            canvas.line(&[(x.map(spot.x.1), py), (x.map(spot.x.2), py)], stroke)?;
            canvas.line(&[(px, y.map(spot.y.1)), (px, y.map(spot.y.2))], stroke)?;
        }
        if front.len() > 1 {
            let line: Vec<Point> = front.iter().map(|&i| at(&self.spots[i])).collect();
            canvas.line(&line, Stroke::dashed(theme::ORANGE, 3, 10.0, 6.0))?;
        }
        for (i, spot) in self.spots.iter().enumerate() {
            let colour = if spot.baseline { theme::GREY } else { theme::BLUE };
            if front.contains(&i) {
                canvas.dot(at(spot), 13.0, theme::ORANGE)?;
                canvas.dot(at(spot), 10.0, theme::PAPER)?;
            }
            canvas.dot(at(spot), if front.contains(&i) { 8.0 } else { 10.0 }, colour)?;
        }
        let names: Vec<(Point, &str)> = self.spots.iter().map(|s| (at(s), s.name.as_str())).collect();
        let field = |a: Point, b: Point| Panel {
            x0: a.0.min(b.0) - 1.0,
            y0: a.1.min(b.1) - 1.0,
            x1: a.0.max(b.0) + 1.0,
            y1: a.1.max(b.1) + 1.0,
        };
        let crosses: Vec<Panel> = self
            .spots
            .iter()
            .flat_map(|s| {
                let (px, py) = at(s);
                let across = field((x.map(s.x.1), py), (x.map(s.x.2), py));
                [across, field((px, y.map(s.y.1)), (px, y.map(s.y.2)))]
            })
            .collect();
        let obstacles = labels::Obstacles { hard: &crosses, soft: &[] };
        labels::beside(canvas, panel, &names, Type::bold(theme::TICK - 1.0, theme::INK), obstacles, true)?;
        Ok(())
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
