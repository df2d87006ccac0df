//! The fan: what was recorded, and what the runs say comes next.

use super::axis::{Kind, Months, Scale};
use super::canvas::{Align, Canvas, Panel, Type};
use super::events::{Event, Marked};
use super::legend::{self, Sign};
use super::series::{
    History, Runs, draw_known_until, draw_series, fan_columns, legend_entries, nothing, span,
};
use super::{Chart, Frame, font, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use crate::units::Month;
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;

/// A fan chart.
///
/// Where months that matter are small against the largest, a second panel shows the same on a logarithmic scale of
/// 1 + value: see [`Fan::has_log_panel`].
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
    /// Events in any order; a few are marked, the table lists all.
    pub events: Vec<Event>,
    /// Value axis.
    pub axis: Kind,
}

/// Below this share of the largest value a month cannot be read on a linear axis.
const UNREADABLE: f64 = 0.03;
/// So many months in a row that cannot be read ask for another scale.
const IN_A_ROW: usize = 6;
/// Height that a second panel adds.
const SECOND: f64 = 360.0;
/// Height that the marks of events add.
const MARKS: f64 = 80.0;

/// Whether months that matter are too small to be read on a linear axis: half a year in a row, of records or of the
/// middle of the runs, or all of the runs' months where these are fewer, below 3 % of the largest value.
pub fn is_unreadable(history: &History, runs: &Runs) -> bool {
    let top =
        history.values.iter().copied().chain(runs.values()).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let longest = |values: &[f64]| {
        values.split(|v| !(v.is_finite() && *v < UNREADABLE * top)).map(<[f64]>::len).max().unwrap_or(0)
    };
    let enough = IN_A_ROW.min(runs.middle.len().max(1));
    top > 0.0
        && (longest(&history.values) >= IN_A_ROW
            || (!runs.middle.is_empty() && longest(&runs.middle) >= enough))
}

impl Fan {
    /// Whether the chart has a second panel, which shows the same months on a logarithmic scale of 1 + value.
    pub fn has_log_panel(&self) -> bool {
        self.axis == Kind::Linear && is_unreadable(&self.history, &self.runs)
    }

    fn marked(&self) -> Marked {
        span(&self.history, &self.runs).map_or_else(
            || Marked { days: Vec::new(), more: 0 },
            |span| Marked::choose(&self.events, span, &self.history, &self.runs),
        )
    }

    fn values(&self) -> Vec<f64> {
        self.history.values.iter().copied().chain(self.runs.values()).collect()
    }

    /// The panels in a body, from top to bottom, with their scales: what the chart draws.
    pub fn panels(&self, body: Panel) -> Vec<(Panel, Scale)> {
        self.stage(body).map_or_else(Vec::new, |stage| stage.panels)
    }

    fn stage(&self, body: Panel) -> Option<Stage> {
        let lang = self.frame.lang;
        let (first, last) = span(&self.history, &self.runs)?;
        let mut legend = legend_entries(&self.frame, !self.history.values.is_empty(), &self.runs);
        let scale = super::words::of(lang).scale(self.axis);
        legend.extend(scale.map(|words| (Sign::None, words.to_owned())));
        let room = legend::below(body, &legend);
        let marked = self.marked();
        let values = self.values();
        let kinds = if self.has_log_panel() { vec![Kind::Linear, Kind::Log1p] } else { vec![self.axis] };
        let scale = |kind: Kind, at: (f64, f64)| Scale::of(kind, values.iter().copied(), 5, at);
        let labels = kinds.iter().map(|k| scale(*k, (1.0, 0.0)).label_width(lang)).fold(0.0, f64::max);
        let left = room.x0 + labels + 16.0;
        let months = Months::new(first, last, (left, room.x1));
        let is_known = self.known_until.is_some_and(|d| months.holds(d));
        let marks = room.y0 + if is_known { theme::TICK * 1.5 } else { 0.0 };
        let heading = if kinds.len() > 1 { theme::TICK * 1.7 } else { 0.0 };
        let top = marks + marked.height(&months) + 12.0;
        let bottom = room.y1 - Months::label_height() - marked.key(lang).height(room.width());
        let height = (bottom - top) / kinds.len() as f64;
        let panels = kinds
            .iter()
            .enumerate()
            .map(|(i, &kind)| {
                let y1 = top + height * (i + 1) as f64 - if i + 1 < kinds.len() { 14.0 } else { 0.0 };
                let panel = Panel { x0: left, y0: top + height * i as f64 + heading, x1: room.x1, y1 };
                (panel, scale(kind, (panel.y1, panel.y0)))
            })
            .collect();
        Some(Stage { legend, room, marked, months, marks, panels })
    }
}

/// Where the parts of a fan stand.
struct Stage {
    legend: Vec<(Sign, String)>,
    room: Panel,
    marked: Marked,
    months: Months,
    /// Top of the marks of events.
    marks: f64,
    panels: Vec<(Panel, Scale)>,
}

impl Chart for Fan {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let (width, height) = theme::SIZE;
        let key = self.marked().key(self.frame.lang).height(f64::from(width) - 2.0 * theme::MARGIN);
        let second = if self.has_log_panel() { SECOND } else { 0.0 };
        let marks = if key > 0.0 { MARKS } else { 0.0 };
        (width, height + (key + second + marks).round() as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        let Some(stage) = self.stage(body) else {
            return nothing(canvas, body, words.no_data);
        };
        let Stage { legend, room, marked, months, marks, panels } = &stage;
        legend::draw(canvas, body, legend)?;
        let Some(&(lowest, _)) = panels.last() else { return Ok(()) };
        marked.draw(canvas, months, (*marks, lowest.y1))?;
        for (i, (panel, scale)) in panels.iter().enumerate() {
            scale.draw_left(canvas, *panel, lang)?;
            draw_series(canvas, *panel, (months, scale), (&self.history, &self.runs), 1.0)?;
            if panels.len() > 1 {
                let ty = Type::bold(theme::TICK, theme::GREY);
                let heading = if i == 0 { words.linear_panel } else { words.log1p_panel };
                let heading = font::fit(heading, ty.size, ty.weight, room.width());
                let at = (room.x0, panel.y0 - theme::TICK * 0.75);
                canvas.haloed_text(at, &heading, ty, theme::PAPER, Align::Left)?;
            }
        }
        if let Some(date) = self.known_until {
            let words = format!("{} {}", words.known_until, lang.date(date));
            let top = panels.first().map_or(lowest.y0, |p| p.0.y0);
            let all = Panel { y0: top, ..lowest };
            draw_known_until(canvas, all, months, date, Some((&words, room.y0 + theme::TICK)))?;
        }
        months.draw(canvas, lowest, lang)?;
        let below = Panel { y0: lowest.y1 + Months::label_height() + 12.0, ..*room };
        marked.key(lang).draw(canvas, below)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_months_ask_for_another_scale() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let history = |values: &[f64]| History { from: month("2023-01"), values: values.to_vec() };
        let runs = |values: &[f64]| Runs { middle: values.to_vec(), ..Runs::none(month("2025-01")) };
        let none = runs(&[]);
        assert!(!is_unreadable(&history(&[82_000.0, 40_000.0, 5_000.0]), &runs(&[6_000.0; 12])));
        assert!(is_unreadable(&history(&[82_000.0, 40_000.0, 5_000.0]), &runs(&[60.0; 12])));
        assert!(is_unreadable(&history(&[82_000.0, 40_000.0]), &runs(&[60.0; 2])));
        assert!(is_unreadable(&history(&[82_000.0, 200.0, 90.0, 80.0, 10.0, 44.0, 20.0]), &none));
        assert!(!is_unreadable(&history(&[82_000.0, 200.0, 90.0, 80.0]), &none));
        assert!(!is_unreadable(&history(&[]), &none) && !is_unreadable(&history(&[0.0; 9]), &none));
    }
}
