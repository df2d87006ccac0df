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

<<<<<<< HEAD
impl History {
    /// Nothing recorded.
    pub fn none(from: Month) -> Self {
        Self { from, values: Vec::new() }
    }

    fn last(&self) -> Month {
        self.from.plus(self.values.len() as i32 - 1)
    }

    fn at(&self, month: Month) -> f64 {
        pick(self.from, &self.values, month)
    }
}

impl Runs {
    /// No runs.
    pub fn none(from: Month) -> Self {
        Self { from, median: Vec::new(), bands: Vec::new(), samples: Vec::new() }
    }

    fn last(&self) -> Month {
        self.from.plus(self.median.len() as i32 - 1)
    }

    /// Bands from the widest to the narrowest.
    fn nested(&self) -> Vec<&Band> {
        let mut bands: Vec<&Band> = self.bands.iter().collect();
        bands.sort_by(|a, b| b.level.total_cmp(&a.level));
        bands
    }

    /// All values that are drawn.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.median
            .iter()
            .chain(self.bands.iter().flat_map(|b| b.low.iter().chain(&b.high)))
            .chain(self.samples.iter().flatten())
            .copied()
    }

    fn check(&self) -> Result<()> {
        let n = self.median.len();
        let fits = self.bands.iter().all(|b| b.low.len() == n && b.high.len() == n)
            && self.samples.iter().all(|s| s.len() == n);
        if fits { Ok(()) } else { Err(mismatch("bands, runs and median differ in length")) }
    }
}

fn pick(from: Month, values: &[f64], month: Month) -> f64 {
    usize::try_from(month.since(from)).ok().and_then(|i| values.get(i)).copied().unwrap_or(f64::NAN)
}

/// First and last month of a history with runs; `None` if both are empty.
pub(super) fn span(history: &History, runs: &Runs) -> Option<(Month, Month)> {
    let spans = [
        (!history.values.is_empty()).then(|| (history.from, history.last())),
        (!runs.median.is_empty()).then(|| (runs.from, runs.last())),
    ];
    spans.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// Draws bands, runs, median and history into a panel whose scales are given.
///
/// # Errors
/// If the backend fails or the parts differ in length.
pub(super) fn draw_series<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    panel: Panel,
    (months, scale): (&Months, &Scale),
    (history, runs): (&History, &Runs),
    size: f64,
) -> Result<()> {
    runs.check()?;
    let anchor = anchor(history, runs).map(|(month, value)| (months.middle(month), scale.map(value)));
    let path = |values: &[f64]| -> Vec<Point> {
        let points =
            values.iter().enumerate().map(|(i, &v)| (months.middle(runs.from.plus(i as i32)), scale.map(v)));
        anchor.into_iter().chain(points).collect()
    };
    let nested = runs.nested();
    for (i, band) in nested.iter().enumerate() {
        let colour = theme::tint(theme::BLUE, theme::band(nested.len() - 1 - i, nested.len()));
        for area in areas(&path(&band.low), &path(&band.high), months.step() * 0.3) {
            canvas.polygon(&area, colour)?;
        }
    }
    // The grid stays visible through the bands.
    for &tick in &scale.ticks {
        let y = scale.map(tick);
        canvas.line(
            &[(panel.x0, y), (panel.x1, y)],
            Stroke::solid(theme::mix(theme::GRID, theme::BLUE, 0.12), 1),
        )?;
    }
    for sample in &runs.samples {
        canvas.line(&path(sample), Stroke::solid(theme::mix(theme::BLUE, theme::INK, 0.15), 1))?;
    }
    let dark = theme::mix(theme::BLUE, theme::INK, 0.45);
    canvas.line(&path(&runs.median), Stroke::solid(dark, if size < 1.0 { 2 } else { 3 }))?;
    let points: Vec<Point> = history
        .values
        .iter()
        .enumerate()
        .map(|(i, &v)| (months.middle(history.from.plus(i as i32)), scale.map(v)))
        .collect();
    canvas.line(&points, Stroke::solid(theme::INK, if size < 1.0 { 2 } else { 4 }))?;
    let radius = (months.step() * 0.22).min(7.0 * size);
    if radius >= 2.0 {
        for &point in &points {
            canvas.dot(point, radius, theme::INK)?;
        }
    }
    Ok(())
}

/// The last recorded month, if the runs begin right after it: there the fan opens.
fn anchor(history: &History, runs: &Runs) -> Option<(Month, f64)> {
    let month = runs.from.plus(-1);
    let value = history.at(month);
    (!history.values.is_empty() && history.last() == month && value.is_finite()).then_some((month, value))
}

/// Closed areas between two lines, one for each stretch without a gap.
pub(super) fn areas(low: &[Point], high: &[Point], half_width: f64) -> Vec<Vec<Point>> {
    let whole: Vec<(Point, Point)> = low.iter().copied().zip(high.iter().copied()).collect();
    whole
        .split(|(l, h)| !l.1.is_finite() || !h.1.is_finite())
        .filter(|part| !part.is_empty())
        .map(|part| {
            if let [(l, h)] = part {
                let (x, w) = (l.0, half_width);
                return vec![(x - w, l.1), (x + w, l.1), (x + w, h.1), (x - w, h.1)];
            }
            part.iter().map(|p| p.0).chain(part.iter().rev().map(|p| p.1)).collect()
        })
        .collect()
}

/// Draws the line until which things are known, with its label above the panel.
///
/// # Errors
/// If the backend fails.
pub(super) fn draw_known_until<DB: DrawingBackend>(
    canvas: &Canvas<DB>,
    panel: Panel,
    months: &Months,
    date: NaiveDate,
    label: Option<(&str, f64)>,
) -> Result<()> {
    if !months.holds(date) {
        return Ok(());
    }
    let x = months.day(date + Days::new(1));
    let top = if label.is_some() { panel.y0 - 10.0 } else { panel.y0 };
    canvas.line(&[(x, top), (x, panel.y1)], Stroke::dashed(theme::GREY, 2, 10.0, 6.0))?;
    if let Some((words, y)) = label {
        let ty = Type::bold(theme::TICK, theme::GREY);
        let half = ty.width(words) / 2.0;
        canvas.text((x.clamp(panel.x0 + half, panel.x1 - half), y), words, ty, Align::Centre)?;
    }
    Ok(())
}

/// The words of the legend for bands.
pub(super) fn legend_entries(frame: &Frame, history: bool, runs: &Runs) -> Vec<(Sign, String)> {
    let (words, lang) = (frame.lang.words(), frame.lang);
    let mut entries = Vec::new();
    if history {
        entries.push((Sign::Dotted(Stroke::solid(theme::INK, 4)), words.recorded.to_owned()));
    }
    if !runs.median.is_empty() {
        let dark = theme::mix(theme::BLUE, theme::INK, 0.45);
        entries.push((Sign::Line(Stroke::solid(dark, 3)), words.median.to_owned()));
    }
    if !runs.samples.is_empty() {
        let faint = theme::mix(theme::BLUE, theme::INK, 0.15);
        entries.push((Sign::Line(Stroke::solid(faint, 2)), words.single_runs.to_owned()));
    }
    let mut bands = runs.nested();
    bands.reverse();
    if let Some(outer) = bands.last() {
        entries.push((Sign::None, words.of_100_runs.to_owned()));
        for (i, band) in bands.iter().enumerate() {
            let colour = theme::tint(theme::BLUE, theme::band(i, bands.len()));
            entries.push((Sign::Field(colour), lang.short_number(round1(band.level * 100.0))));
        }
        let outside = 1.0 - outer.level;
        let one_in = 1.0 / outside;
        let sentence = if outside > 0.0 && (one_in - one_in.round()).abs() < 1e-6 {
            fill(words.outside, &[("n", &lang.number(one_in.round(), 0))])
        } else {
            fill(words.outside_percent, &[("n", &lang.short_number(round1(outside * 100.0)))])
        };
        entries.push((Sign::None, sentence));
    }
    entries
}

fn round1(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

=======
>>>>>>> charts
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
<<<<<<< HEAD

/// The columns of a fan: month, recorded, median, ends of the bands, single runs.
pub(super) fn fan_columns(history: &History, runs: &Runs) -> Vec<Column> {
    let Some((first, last)) = span(history, runs) else {
        return vec![Column::text("month", "Calendar month, YYYY-MM.", vec![])];
    };
    let months: Vec<Month> = first.through(last).collect();
    let over =
        |from: Month, values: &[f64]| months.iter().map(|&m| pick(from, values, m)).collect::<Vec<_>>();
    let mut columns = vec![
        Column::text("month", "Calendar month, YYYY-MM.", months.iter().map(ToString::to_string).collect()),
        Column::float("recorded", "persons/month", "What was recorded.", over(history.from, &history.values)),
        Column::float("median", "persons/month", "Median of the runs.", over(runs.from, &runs.median)),
    ];
    for band in runs.nested().into_iter().rev() {
        let percent = round1(band.level * 100.0);
        for (end, values) in [("low", &band.low), ("high", &band.high)] {
            columns.push(Column::float(
                &format!("{end}_{percent}"),
                "persons/month",
                &format!("The {end} end of the interval that holds {percent} % of the runs."),
                over(runs.from, values),
            ));
        }
    }
    for (i, sample) in runs.samples.iter().enumerate() {
        let name = format!("run_{}", i + 1);
        columns.push(Column::float(&name, "persons/month", "A single run.", over(runs.from, sample)));
    }
    columns
}

/// Says that there is nothing to draw.
///
/// # Errors
/// If the backend fails.
pub(super) fn nothing<DB: DrawingBackend>(canvas: &Canvas<DB>, panel: Panel, words: &str) -> Result<()> {
    let ty = Type::regular(theme::LABEL, theme::GREY);
    canvas.text(((panel.x0 + panel.x1) / 2.0, (panel.y0 + panel.y1) / 2.0), words, ty, Align::Centre)
}
=======
>>>>>>> charts
