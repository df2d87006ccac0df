//! Lines with direct labels: stocks, queues, several scenarios.

use super::axis::{Kind, Months, Scale};
use super::canvas::{Canvas, Panel, Point, Stroke};
use super::labels::{self, Label};
use super::legend::{self, Sign};
use super::series::{draw_known_until, nothing};
use super::{Chart, Frame, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use crate::units::Month;
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name, written at its end.
    pub name: String,
    /// First month.
    pub from: Month,
    /// A value a month; NaN leaves a gap.
    pub values: Vec<f64>,
    /// Whether it is only there for comparison: then it is grey.
    pub baseline: bool,
}

/// Monthly lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// Words around it.
    pub frame: Frame,
    /// The lines.
    pub lines: Vec<Line>,
    /// Unit of the values, for the table.
    pub unit: String,
    /// Last day that is known.
    pub known_until: Option<NaiveDate>,
    /// Value axis.
    pub axis: Kind,
}

/// First and last month of some lines.
pub(super) fn span(lines: &[Line]) -> Option<(Month, Month)> {
    lines
        .iter()
        .filter(|l| !l.values.is_empty())
        .map(|l| (l.from, l.from.plus(l.values.len() as i32 - 1)))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The lines as a table, a column each.
pub(super) fn table(name: &str, lines: &[Line], unit: &str) -> Table {
    let Some((first, last)) = span(lines) else { return Table::new(name, vec![]) };
    let months: Vec<Month> = first.through(last).collect();
    let mut columns = vec![Column::text(
        "month",
        "Calendar month, YYYY-MM.",
        months.iter().map(ToString::to_string).collect(),
    )];
    for line in lines {
        let values = months
            .iter()
            .map(|m| usize::try_from(m.since(line.from)).ok().and_then(|i| line.values.get(i)).copied())
            .map(|v| v.unwrap_or(f64::NAN))
            .collect();
        columns.push(Column::float(&line.name, unit, "Value of the month.", values));
    }
    Table::new(name, columns)
}

/// Draws what lines and areas have in common; gives panel and scales.
pub(super) struct Stage {
    pub panel: Panel,
    pub months: Months,
    pub scale: Scale,
    pub label_room: f64,
}

impl Stage {
    pub(super) fn set<DB: DrawingBackend>(
        canvas: &Canvas<DB>,
        room: Panel,
        frame: &Frame,
        (names, values): (&[&str], &[f64]),
        (first, last): (Month, Month),
        (axis, known_until): (Kind, Option<NaiveDate>),
    ) -> Result<Self> {
        let lang = frame.lang;
        let entries: Vec<(Sign, String)> = super::words::of(lang)
            .scale(axis)
            .into_iter()
            .map(|words| (Sign::None, words.to_owned()))
            .collect();
        let room = legend::draw(canvas, room, &entries)?;
        let probe = Scale::of(axis, values.iter().copied(), 5, (1.0, 0.0));
        let label_room = labels::room(names.iter().copied(), room.width() * 0.3);
        let known = known_until.filter(|d| Months::new(first, last, (0.0, 1.0)).holds(*d));
        let top = if known.is_some() { theme::TICK * 1.8 } else { 16.0 };
        let panel = room.inset(probe.label_width(lang) + 16.0, top, label_room, Months::label_height());
        let scale = Scale::of(axis, values.iter().copied(), 5, (panel.y1, panel.y0));
        let months = Months::new(first, last, (panel.x0, panel.x1));
        scale.draw_left(canvas, panel, lang)?;
        months.draw(canvas, panel, lang)?;
        Ok(Self { panel, months, scale, label_room })
    }

    pub(super) fn draw_known<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        frame: &Frame,
        known_until: Option<NaiveDate>,
    ) -> Result<()> {
        let Some(date) = known_until else { return Ok(()) };
        let words = format!("{} {}", super::words::of(frame.lang).known_until, frame.lang.date(date));
        draw_known_until(canvas, self.panel, &self.months, date, Some((&words, self.panel.y0 - 16.0)))
    }

    pub(super) fn draw_labels<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, list: &[Label]) -> Result<()> {
        labels::draw(canvas, list, self.panel.x1, self.label_room, (self.panel.y0 + 6.0, self.panel.y1 - 4.0))
    }
}

impl Lines {
    /// Colours and dashes: greys for baselines, one hue after the other for the rest.
    fn strokes(&self) -> Vec<Stroke> {
        let (mut greys, mut hues) = (0, 0);
        self.lines
            .iter()
            .map(|line| {
                if line.baseline {
                    greys += 1;
                    Stroke::nth(theme::BASELINE, 4, greys - 1)
                } else {
                    hues += 1;
                    let colour: RGBColor = theme::series(hues - 1);
                    Stroke::nth(colour, 4, (hues - 1) / theme::SERIES.len() + (hues - 1) % 3)
                }
            })
            .collect()
    }
}

impl Chart for Lines {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let Some(span) = span(&self.lines) else {
            return nothing(canvas, body, super::words::of(self.frame.lang).no_data);
        };
        let values: Vec<f64> = self.lines.iter().flat_map(|l| l.values.iter().copied()).collect();
        let names: Vec<&str> = self.lines.iter().map(|l| l.name.as_str()).collect();
        let stage =
            Stage::set(canvas, body, &self.frame, (&names, &values), span, (self.axis, self.known_until))?;
        let mut ends = Vec::new();
        for (line, stroke) in self.lines.iter().zip(self.strokes()) {
            let points: Vec<Point> = line
                .values
                .iter()
                .enumerate()
                .map(|(i, &v)| (stage.months.middle(line.from.plus(i as i32)), stage.scale.map(v)))
                .collect();
            canvas.line(&points, stroke)?;
            if let Some(&at) = points.iter().rev().find(|p| p.1.is_finite()) {
                ends.push(Label { words: line.name.clone(), at, colour: stroke.colour });
            }
        }
        stage.draw_known(canvas, &self.frame, self.known_until)?;
        stage.draw_labels(canvas, &ends)
    }

    fn table(&self) -> Table {
        table("lines", &self.lines, &self.unit)
    }
}
