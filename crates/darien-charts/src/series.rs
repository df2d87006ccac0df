//! What fans are made of: a recorded history, and runs with median and nested bands; and how they are drawn.

use super::axis::{Months, Scale};
use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::legend::Sign;
use super::words::{Words, fill};
use super::{Frame, mismatch, theme};
use crate::error::Result;
use crate::table::Column;
use crate::units::Month;
use chrono::{Days, NaiveDate};
use plotters::prelude::DrawingBackend;

/// A recorded monthly series.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// First month.
    pub from: Month,
    /// A value a month; NaN where nothing is recorded.
    pub values: Vec<f64>,
}

/// The central interval that holds a share of the runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Share of the runs inside, e.g. 0.95; 1 for all of them, from the lowest to the highest.
    pub level: f64,
    /// Lower ends, a value a month.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

/// What the line in the middle of a fan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Statistic {
    /// The median of the runs.
    #[default]
    Median,
    /// The mean of the runs.
    Mean,
}

impl Statistic {
    /// Its name as a column.
    pub fn column(self) -> &'static str {
        match self {
            Self::Median => "median",
            Self::Mean => "mean",
        }
    }

    fn word(self, words: &Words) -> &'static str {
        match self {
            Self::Median => words.median,
            Self::Mean => words.mean,
        }
    }
}

/// What an ensemble says, month by month.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    /// First month.
    pub from: Month,
    /// The line in the middle.
    pub middle: Vec<f64>,
    /// What that line is.
    pub statistic: Statistic,
    /// Bands in any order.
    pub bands: Vec<Band>,
    /// A few single runs, drawn faintly.
    pub samples: Vec<Vec<f64>>,
}

impl History {
    /// Nothing recorded.
    pub fn none(from: Month) -> Self {
        Self { from, values: Vec::new() }
    }

    fn last(&self) -> Month {
        self.from.plus(self.values.len() as i32 - 1)
    }

    /// The value of a month; NaN where nothing is recorded.
    pub fn at(&self, month: Month) -> f64 {
        pick(self.from, &self.values, month)
    }
}

impl Runs {
    /// No runs.
    pub fn none(from: Month) -> Self {
        Self {
            from,
            middle: Vec::new(),
            statistic: Statistic::default(),
            bands: Vec::new(),
            samples: Vec::new(),
        }
    }

    fn last(&self) -> Month {
        self.from.plus(self.middle.len() as i32 - 1)
    }

    /// Bands from the widest to the narrowest.
    fn nested(&self) -> Vec<&Band> {
        let mut bands: Vec<&Band> = self.bands.iter().collect();
        bands.sort_by(|a, b| b.level.total_cmp(&a.level));
        bands
    }

    /// All values that are drawn.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.middle
            .iter()
            .chain(self.bands.iter().flat_map(|b| b.low.iter().chain(&b.high)))
            .chain(self.samples.iter().flatten())
            .copied()
    }

    fn check(&self) -> Result<()> {
        let n = self.middle.len();
        let fits = self.bands.iter().all(|b| b.low.len() == n && b.high.len() == n)
            && self.samples.iter().all(|s| s.len() == n);
        if fits { Ok(()) } else { Err(mismatch("bands, runs and their middle differ in length")) }
    }
}

fn pick(from: Month, values: &[f64], month: Month) -> f64 {
    usize::try_from(month.since(from)).ok().and_then(|i| values.get(i)).copied().unwrap_or(f64::NAN)
}

/// First and last month of a history with runs; `None` if both are empty.
pub(super) fn span(history: &History, runs: &Runs) -> Option<(Month, Month)> {
    let spans = [
        (!history.values.is_empty()).then(|| (history.from, history.last())),
        (!runs.middle.is_empty()).then(|| (runs.from, runs.last())),
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
    canvas.line(&path(&runs.middle), Stroke::solid(dark, if size < 1.0 { 2 } else { 3 }))?;
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
    let (words, lang) = (super::words::of(frame.lang), frame.lang);
    let mut entries = Vec::new();
    if history {
        entries.push((Sign::Dotted(Stroke::solid(theme::INK, 4)), words.recorded.to_owned()));
    }
    if !runs.middle.is_empty() {
        let dark = theme::mix(theme::BLUE, theme::INK, 0.45);
        entries.push((Sign::Line(Stroke::solid(dark, 3)), runs.statistic.word(words).to_owned()));
    }
    if !runs.samples.is_empty() {
        let faint = theme::mix(theme::BLUE, theme::INK, 0.15);
        entries.push((Sign::Line(Stroke::solid(faint, 2)), words.single_runs.to_owned()));
    }
    let mut bands = runs.nested();
    bands.reverse();
    let colour = |i: usize| Sign::Field(theme::tint(theme::BLUE, theme::band(i, bands.len())));
    let (shares, whole): (Vec<_>, Vec<_>) = bands.iter().enumerate().partition(|(_, b)| b.level < 1.0);
    if !shares.is_empty() {
        entries.push((Sign::None, words.of_100_runs.to_owned()));
    }
    for (i, band) in shares {
        entries.push((colour(i), lang.short_number(round1(band.level * 100.0))));
    }
    for (i, _) in whole {
        let n = frame.provenance.runs;
        let all = if n > 0 {
            fill(words.all_n_runs, &[("n", &lang.number(n as f64, 0))])
        } else {
            words.all_runs.to_owned()
        };
        entries.push((colour(i), all));
    }
    if !bands.is_empty() && !frame.bands.is_empty() {
        entries.push((Sign::None, frame.bands.clone()));
    }
    entries
}

fn round1(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

/// The columns of a fan: month, recorded, the middle, ends of the bands, single runs.
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
        Column::float(
            runs.statistic.column(),
            "persons/month",
            match runs.statistic {
                Statistic::Median => "Median of the runs.",
                Statistic::Mean => "Mean of the runs.",
            },
            over(runs.from, &runs.middle),
        ),
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
    canvas.text(
        (f64::midpoint(panel.x0, panel.x1), f64::midpoint(panel.y0, panel.y1)),
        words,
        ty,
        Align::Centre,
    )
}
