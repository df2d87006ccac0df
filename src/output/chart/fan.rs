//! The fan: what was recorded, and what the runs say comes next.

use super::axis::{Kind, Months, Scale};
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::font::{self, Weight};
use super::legend::{self, Sign};
use super::series::{
    History, Runs, draw_known_until, draw_series, fan_columns, legend_entries, nothing, span,
};
use super::{Chart, Frame, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use crate::units::Month;
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Day.
    pub date: NaiveDate,
    /// What, in a few words.
    pub label: String,
}

/// A fan chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Fan {
    /// Words around it.
    pub frame: Frame,
    /// What was recorded; may be empty.
    pub history: History,
    /// What the runs say; may be empty.
    pub runs: Runs,
    /// Last day that the runs could know of.
    pub known_until: Option<NaiveDate>,
    /// Events, numbered and explained in a key.
    pub events: Vec<Event>,
    /// Value axis.
    pub axis: Kind,
}

impl Fan {
    fn key(&self, width: f64) -> (usize, Vec<Vec<String>>) {
        let columns = if self.events.len() > 2 && width > 900.0 { 2 } else { 1 };
        let room = width / columns as f64 - 60.0;
        let entries = self
            .events
            .iter()
            .map(|e| {
                let text = format!("{}: {}", self.frame.lang.date(e.date), font::printable(&e.label));
                font::wrap(&text, theme::FOOTER, Weight::Regular, room, 2)
            })
            .collect();
        (columns, entries)
    }

    fn draw_key<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: Panel,
        numbers: &[usize],
    ) -> Result<()> {
        let (columns, entries) = self.key(panel.width());
        let per_column = entries.len().div_ceil(columns);
        let ty = Type::regular(theme::FOOTER, theme::INK);
        for (c, chunk) in entries.chunks(per_column.max(1)).enumerate() {
            let x = panel.x0 + panel.width() / columns as f64 * c as f64;
            let mut y = panel.y0 + theme::FOOTER;
            for (i, lines) in chunk.iter().enumerate() {
                let number = numbers.get(c * per_column + i).copied().unwrap_or(0);
                marker(canvas, (x + 15.0, y - theme::FOOTER * 0.35), number)?;
                y = canvas.lines((x + 40.0, y), lines, ty, 1.3)? + 6.0;
            }
        }
        Ok(())
    }

    fn key_height(&self, width: f64) -> f64 {
        let (columns, entries) = self.key(width);
        let per_column = entries.len().div_ceil(columns).max(1);
        entries
            .chunks(per_column)
            .map(|chunk| chunk.iter().map(|l| l.len() as f64 * theme::FOOTER * 1.3 + 6.0).sum::<f64>())
            .fold(0.0, f64::max)
            + if entries.is_empty() { 0.0 } else { 12.0 }
    }

    /// Events in order of time with their row among the markers, so that no two touch.
    fn rows(&self, months: &Months) -> Vec<(f64, usize)> {
        let mut ends: Vec<f64> = Vec::new();
        self.events
            .iter()
            .map(|e| {
                let x = months.day(e.date);
                let row = ends.iter().position(|end| x - end > 36.0).unwrap_or(ends.len());
                if row == ends.len() {
                    ends.push(x);
                } else {
                    ends[row] = x;
                }
                (x, row)
            })
            .collect()
    }
}

fn marker<DB: DrawingBackend>(canvas: &Canvas<DB>, at: Point, number: usize) -> Result<()> {
    canvas.dot(at, 15.0, theme::GREY)?;
    let ty = Type::bold(19.0, theme::PAPER);
    canvas.text((at.0, at.1 + 7.0), &number.to_string(), ty, Align::Centre)
}

impl Chart for Fan {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let Some((first, last)) = span(&self.history, &self.runs) else {
            return nothing(canvas, body, lang.words().no_data);
        };
        let mut sorted = self.clone();
        sorted.events.sort_by_key(|e| e.date);
        let shown = Months::new(first, last, (body.x0, body.x1));
        sorted.events.retain(|e| shown.holds(e.date));
        let mut entries = legend_entries(&self.frame, !self.history.values.is_empty(), &self.runs);
        if self.axis == Kind::Log {
            entries.push((Sign::None, lang.words().log_scale.to_owned()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let values: Vec<f64> = self.history.values.iter().copied().chain(self.runs.values()).collect();
        let bottom = room.y1 - Months::label_height() - sorted.key_height(room.width());
        let probe = Scale::of(self.axis, values.iter().copied(), 5, (1.0, 0.0));
        let left = room.x0 + probe.label_width(lang) + 16.0;
        let months = Months::new(first, last, (left, room.x1));
        let rows = sorted.rows(&months);
        let event_rows = rows.iter().map(|r| r.1 + 1).max().unwrap_or(0) as f64;
        let label_row =
            if self.known_until.is_some_and(|d| months.holds(d)) { theme::TICK * 1.5 } else { 0.0 };
        let top = room.y0 + label_row + event_rows * 36.0 + 12.0;
        let panel = Panel { x0: left, y0: top, x1: room.x1, y1: bottom };
        let scale = Scale::of(self.axis, values, 5, (panel.y1, panel.y0));
        scale.draw_left(canvas, panel, lang)?;
        for (i, &(x, row)) in rows.iter().enumerate() {
            let y = room.y0 + label_row + row as f64 * 36.0 + 16.0;
            canvas.line(&[(x, y), (x, panel.y1)], Stroke::dashed(theme::BASELINE, 1, 3.0, 5.0))?;
            marker(canvas, (x, y), i + 1)?;
        }
        draw_series(canvas, panel, (&months, &scale), (&self.history, &self.runs), 1.0)?;
        if let Some(date) = self.known_until {
            let words = format!("{} {}", lang.words().known_until, lang.date(date));
            draw_known_until(canvas, panel, &months, date, Some((&words, room.y0 + theme::TICK)))?;
        }
        months.draw(canvas, panel, lang)?;
        let key = Panel { y0: panel.y1 + Months::label_height() + 12.0, ..room };
        sorted.draw_key(canvas, key, &(1..=sorted.events.len()).collect::<Vec<_>>())
    }

    fn table(&self) -> Table {
        let mut columns = fan_columns(&self.history, &self.runs);
        if let (false, Some((first, last))) = (self.events.is_empty(), span(&self.history, &self.runs)) {
            let events = first
                .through(last)
                .map(|m| {
                    let here = self.events.iter().filter(|e| Month::of(e.date) == m);
                    here.map(|e| format!("{} {}", e.date, e.label)).collect::<Vec<_>>().join("; ")
                })
                .collect();
            columns.push(Column::text("events", "What happened in the month.", events));
        }
        Table::new("fan", columns)
    }
}
