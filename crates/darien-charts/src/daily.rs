//! Series by day: one panel or a grid of them, each with what was recorded, the median and bands of the runs, and
//! lines to compare with.

use super::axis::{Months, Scale};
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::labels::{self, Label};
use super::legend::{self, Sign};
use super::series::{Band, areas, nothing};
use super::words::fill;
use super::{Chart, Frame, font, mismatch, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use crate::units::Month;
use chrono::{Days, NaiveDate};
use plotters::prelude::DrawingBackend;

/// A line to compare with.
#[derive(Debug, Clone, PartialEq)]
pub struct DailyLine {
    /// Its name; written at its end where there is one panel, in the legend where there are more.
    pub name: String,
    /// A value a day from the chart's first day on; NaN leaves a gap.
    pub values: Vec<f64>,
}

/// One panel. All its series begin on the chart's first day, with a value a day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DailyPanel {
    /// Its heading; may be empty.
    pub name: String,
    /// What was recorded; may be empty.
    pub recorded: Vec<f64>,
    /// Median of the runs; may be empty.
    pub median: Vec<f64>,
    /// Bands in any order.
    pub bands: Vec<Band>,
    /// Lines to compare with.
    pub lines: Vec<DailyLine>,
}

/// Panels of daily series on the same days, each with its own value axis from zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Daily {
    /// Words around it.
    pub frame: Frame,
    /// First day.
    pub from: NaiveDate,
    /// Panels in reading order.
    pub panels: Vec<DailyPanel>,
    /// Unit of the values, for the table.
    pub unit: String,
}

impl DailyPanel {
    fn days(&self) -> usize {
        self.lines
            .iter()
            .map(|l| l.values.len())
            .chain([self.recorded.len(), self.median.len()])
            .max()
            .unwrap_or(0)
    }

    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.recorded
            .iter()
            .chain(&self.median)
            .chain(self.bands.iter().flat_map(|b| b.low.iter().chain(&b.high)))
            .chain(self.lines.iter().flat_map(|l| &l.values))
            .copied()
    }

    /// Bands from the widest to the narrowest.
    fn nested(&self) -> Vec<&Band> {
        let mut bands: Vec<&Band> = self.bands.iter().collect();
        bands.sort_by(|a, b| b.level.total_cmp(&a.level));
        bands
    }
}

/// A series of a panel, if it has it.
type Series<'a> = &'a dyn Fn(&DailyPanel) -> Option<&Vec<f64>>;

/// The stroke of the n-th line to compare with.
fn stroke(n: usize) -> Stroke {
    Stroke::nth(theme::series(n + 1), 3, n)
}

fn median_stroke(width: u32) -> Stroke {
    Stroke::solid(theme::mix(theme::BLUE, theme::INK, 0.45), width)
}

impl Daily {
    fn columns(&self) -> usize {
        match self.panels.len() {
            n @ 0..=3 => n.max(1),
            4 => 2,
            5..=9 => 3,
            _ => 4,
        }
    }

    fn span(&self) -> Option<(Month, Month)> {
        let days = self.panels.iter().map(DailyPanel::days).max().filter(|n| *n > 0)?;
        Some((Month::of(self.from), Month::of(self.date(days - 1))))
    }

    fn date(&self, day: usize) -> NaiveDate {
        self.from.checked_add_days(Days::new(day as u64)).unwrap_or(NaiveDate::MAX)
    }

    fn legend(&self) -> Vec<(Sign, String)> {
        let (words, lang) = (super::words::of(self.frame.lang), self.frame.lang);
        let mut entries = Vec::new();
        if self.panels.iter().any(|p| !p.recorded.is_empty()) {
            entries.push((Sign::Line(Stroke::solid(theme::INK, 4)), words.recorded.to_owned()));
        }
        if self.panels.iter().any(|p| !p.median.is_empty()) {
            entries.push((Sign::Line(median_stroke(3)), words.median.to_owned()));
        }
        if let Some(speaker) = self.panels.iter().max_by_key(|p| p.bands.len()) {
            let nested = speaker.nested();
            for (i, band) in nested.iter().rev().enumerate() {
                let colour = theme::tint(theme::BLUE, theme::band(i, nested.len()));
                let percent = lang.short_number((band.level * 1000.0).round() / 10.0);
                entries.push((Sign::Field(colour), fill(words.interval, &[("n", &percent)])));
            }
        }
        if self.panels.len() > 1 {
            if let Some(first) = self.panels.first() {
                entries.extend(
                    first.lines.iter().enumerate().map(|(i, l)| (Sign::Line(stroke(i)), l.name.clone())),
                );
            }
            entries.push((Sign::None, format!("({})", words.own_scale)));
        }
        entries
    }

    /// Draws the series of a panel whose scales are given; gives the ends of its lines.
    fn draw_panel<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        room: Panel,
        panel: &DailyPanel,
        (months, scale): (&Months, &Scale),
        width: u32,
    ) -> Result<Vec<Label>> {
        let n = panel.median.len();
        if panel.bands.iter().any(|b| b.low.len() != n || b.high.len() != n) {
            return Err(mismatch("bands and median differ in length"));
        }
        // A day's value stands at its noon.
        let half = months.step() / 61.0;
        let path = |values: &[f64]| -> Vec<Point> {
            values
                .iter()
                .enumerate()
                .map(|(day, v)| (months.day(self.date(day)) + half, scale.map(*v)))
                .collect()
        };
        let nested = panel.nested();
        for (i, band) in nested.iter().enumerate() {
            let colour = theme::tint(theme::BLUE, theme::band(nested.len() - 1 - i, nested.len()));
            for area in areas(&path(&band.low), &path(&band.high), half) {
                canvas.polygon(&area, colour)?;
            }
        }
        let faint = Stroke::solid(theme::mix(theme::GRID, theme::BLUE, 0.12), 1);
        for &tick in &scale.ticks {
            let y = scale.map(tick);
            canvas.line(&[(room.x0, y), (room.x1, y)], faint)?;
        }
        if scale.range().0 < 0.0 {
            let y = scale.map(0.0);
            canvas.line(&[(room.x0, y), (room.x1, y)], Stroke::solid(theme::AXIS, 2))?;
        }
        let mut ends = Vec::new();
        for (i, line) in panel.lines.iter().enumerate() {
            let points = path(&line.values);
            canvas.line(&points, stroke(i))?;
            if let Some(&at) = points.iter().rev().find(|p| p.1.is_finite()) {
                ends.push(Label { words: line.name.clone(), at, colour: stroke(i).colour });
            }
        }
        canvas.line(&path(&panel.median), median_stroke(width))?;
        canvas.line(&path(&panel.recorded), Stroke::solid(theme::INK, width))?;
        Ok(ends)
    }
}

impl Chart for Daily {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let rows = self.panels.len().div_ceil(self.columns()).max(1) as u32;
        (theme::SIZE.0, (440 + 270 * rows).max(900))
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let Some((first, last)) = self.span() else {
            return nothing(canvas, body, super::words::of(lang).no_data);
        };
        let room = legend::draw(canvas, body, &self.legend())?;
        let columns = self.columns();
        let rows = self.panels.len().div_ceil(columns);
        let single = self.panels.len() == 1;
        let (gap_x, gap_y) = (26.0, 10.0);
        let cell_width = (room.width() - gap_x * (columns as f64 - 1.0)) / columns as f64;
        let cell_height = (room.height() - gap_y * (rows as f64 - 1.0)) / rows as f64;
        for (i, panel) in self.panels.iter().enumerate() {
            let x0 = room.x0 + (cell_width + gap_x) * (i % columns) as f64;
            let y0 = room.y0 + (cell_height + gap_y) * (i / columns) as f64;
            let cell = Panel { x0, y0, x1: x0 + cell_width, y1: y0 + cell_height };
            let ticks = if single { 5 } else { 3 };
            let probe = Scale::linear(panel.values(), true, ticks, (1.0, 0.0));
            let label_room = if single && !panel.lines.is_empty() {
                labels::room(panel.lines.iter().map(|l| l.name.as_str()), room.width() * 0.3)
            } else {
                4.0
            };
            let top = if panel.name.is_empty() { 16.0 } else { 54.0 };
            let plot = cell.inset(probe.label_width(lang) + 16.0, top, label_room, 0.0);
            let fits = plot.width() / f64::from(last.since(first) + 1) * 3.0 > 50.0;
            let below = if fits { Months::label_height() } else { Months::year_height() };
            let plot = Panel { y1: cell.y1 - below, ..plot };
            if !panel.name.is_empty() {
                let heading = Type::bold(theme::LABEL, theme::INK);
                let name = font::fit(&panel.name, heading.size, heading.weight, cell_width);
                canvas.text((cell.x0, cell.y0 + theme::LABEL), &name, heading, Align::Left)?;
            }
            let scale = Scale::linear(panel.values(), true, ticks, (plot.y1, plot.y0));
            let months = Months::new(first, last, (plot.x0, plot.x1));
            scale.draw_left(canvas, plot, lang)?;
            let ends = self.draw_panel(canvas, plot, panel, (&months, &scale), if single { 4 } else { 3 })?;
            months.draw(canvas, plot, lang)?;
            if single {
                labels::draw(canvas, &ends, plot.x1, label_room, (plot.y0 + 6.0, plot.y1 - 4.0))?;
            }
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let days: Vec<usize> = self.panels.iter().map(DailyPanel::days).collect();
        let rows = || self.panels.iter().zip(&days).flat_map(|(p, &n)| (0..n).map(move |day| (p, day)));
        let column = |get: Series<'_>| -> Vec<f64> {
            rows().map(|(p, day)| get(p).and_then(|v| v.get(day)).copied().unwrap_or(f64::NAN)).collect()
        };
        let float = |name: &str, meaning: &str, values| Column::float(name, &self.unit, meaning, values);
        let mut columns = vec![
            Column::text(
                "panel",
                "Which panel, e.g. the camp.",
                rows().map(|(p, _)| p.name.clone()).collect(),
            ),
            Column::text(
                "date",
                "Day, YYYY-MM-DD.",
                rows().map(|(_, day)| self.date(day).to_string()).collect(),
            ),
            float("recorded", "What was recorded.", column(&|p| Some(&p.recorded))),
            float("median", "Median of the runs.", column(&|p| Some(&p.median))),
        ];
        let levels =
            self.panels.iter().max_by_key(|p| p.bands.len()).map_or_else(Vec::new, DailyPanel::nested);
        for level in levels.iter().rev().map(|b| b.level) {
            let percent = (level * 1000.0).round() / 10.0;
            let band = |p: &DailyPanel| p.bands.iter().position(|b| b.level == level);
            let ends: [(&str, Series<'_>); 2] = [
                ("low", &|p| band(p).map(|i| &p.bands[i].low)),
                ("high", &|p| band(p).map(|i| &p.bands[i].high)),
            ];
            for (end, get) in ends {
                let meaning = format!("The {end} end of the interval that holds {percent} % of the runs.");
                columns.push(float(&format!("{end}_{percent}"), &meaning, column(&get)));
            }
        }
        let mut names: Vec<&str> = Vec::new();
        for line in self.panels.iter().flat_map(|p| &p.lines) {
            if !names.contains(&line.name.as_str()) {
                names.push(&line.name);
            }
        }
        for name in names {
            let get = |p: &DailyPanel| p.lines.iter().position(|l| l.name == name);
            columns.push(float(name, "To compare with.", column(&|p| get(p).map(|i| &p.lines[i].values))));
        }
        Table::new("daily", columns)
    }
}
