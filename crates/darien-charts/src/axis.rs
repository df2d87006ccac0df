//! Scales and ticks: months on the time axis, round numbers or decades on the other.

use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::theme;
use super::words::Lang;
use crate::error::Result;
use crate::units::Month;
use chrono::{Datelike, NaiveDate};
use plotters::prelude::DrawingBackend;

/// Linear or logarithmic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Equal steps are equal differences.
    #[default]
    Linear,
    /// Equal steps are equal ratios; only labelled decades are grid lines.
    Log,
    /// Equal steps are equal ratios of one more than the value, so that zero has its place at the bottom.
    Log1p,
}

/// A value axis: values from `low` to `high` between two canvas positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    kind: Kind,
    low: f64,
    high: f64,
    at: (f64, f64),
    /// Values of the ticks.
    pub ticks: Vec<f64>,
}

impl Scale {
    /// A linear scale that holds all values, between round numbers, with about `wanted` ticks; from zero if
    /// `from_zero`. `at` are the canvas positions of the low and the high end.
    pub fn linear(
        values: impl IntoIterator<Item = f64>,
        from_zero: bool,
        wanted: usize,
        at: (f64, f64),
    ) -> Self {
        let (mut low, mut high) = extent(values).unwrap_or((0.0, 1.0));
        if from_zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low < f64::MIN_POSITIVE.max(low.abs() * 1e-12) {
            (low, high) =
                if low == 0.0 { (0.0, 1.0) } else { (low - low.abs() * 0.1, high + high.abs() * 0.1) };
        }
        let step = round_step((high - low) / wanted.max(1) as f64);
        let first = (low / step + 1e-9).floor();
        let last = (high / step - 1e-9).ceil();
        let ticks: Vec<f64> = (0..=(last - first).clamp(0.0, 1000.0) as i32)
            .map(|i| (first + f64::from(i)) * step)
            .map(|v| if v.abs() < step * 1e-9 { 0.0 } else { v })
            .collect();
        Self { kind: Kind::Linear, low: first * step, high: last * step, at, ticks }
    }

    /// A scale over exactly this range with these ticks.
    pub fn fixed(low: f64, high: f64, ticks: Vec<f64>, at: (f64, f64)) -> Self {
        Self { kind: Kind::Linear, low, high, at, ticks }
    }

    /// A logarithmic scale over whole decades that hold all positive values; at most eight decades, counted from
    /// the top. Values of zero and below stand on its lower edge.
    pub fn log(values: impl IntoIterator<Item = f64>, at: (f64, f64)) -> Self {
        let (low, high) = extent(values.into_iter().filter(|v| *v > 0.0)).unwrap_or((1.0, 10.0));
        let last = (high.log10() - 1e-9).ceil();
        let first = (low.log10() + 1e-9).floor().max(last - 8.0).min(last - 1.0);
        let ticks = (0..=(last - first) as i32).map(|i| 10_f64.powi(first as i32 + i)).collect();
        Self { kind: Kind::Log, low: 10_f64.powf(first), high: 10_f64.powf(last), at, ticks }
    }

    /// A logarithmic scale of 1 + value from zero to a round number not below the largest value, labelled at zero and
    /// at decades. Values below zero stand at zero.
    pub fn log1p(values: impl IntoIterator<Item = f64>, at: (f64, f64)) -> Self {
        let most = extent(values).map_or(10.0, |e| e.1).clamp(10.0, 1e300);
        let power = 10_f64.powf((most.log10() + 1e-9).floor());
        let high = [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|v| *v >= most * (1.0 - 1e-9));
        let high = high.unwrap_or(10.0 * power);
        // A label at every decade, or at every second or third where there are many.
        let decades = (high.log10() + 1e-9).floor() as i32;
        let every = (decades as usize).div_ceil(7).max(1);
        let ticks = (1..=decades).rev().step_by(every).map(|d| 10_f64.powi(d));
        let mut ticks: Vec<f64> = ticks.chain([0.0]).collect();
        ticks.reverse();
        Self { kind: Kind::Log1p, low: 0.0, high, at, ticks }
    }

    /// Of the kind asked for; linear from zero.
    pub fn of(kind: Kind, values: impl IntoIterator<Item = f64>, wanted: usize, at: (f64, f64)) -> Self {
        match kind {
            Kind::Linear => Self::linear(values, true, wanted, at),
            Kind::Log => Self::log(values, at),
            Kind::Log1p => Self::log1p(values, at),
        }
    }

    /// Canvas position of a value, not beyond the ends; not a number for what is not one.
    pub fn map(&self, value: f64) -> f64 {
        if value.is_nan() {
            return f64::NAN;
        }
        let t = match self.kind {
            Kind::Linear => (value - self.low) / (self.high - self.low),
            Kind::Log => (value.max(self.low) / self.low).ln() / (self.high / self.low).ln(),
            Kind::Log1p => value.max(0.0).ln_1p() / self.high.ln_1p(),
        };
        self.at.0 + (self.at.1 - self.at.0) * t.clamp(0.0, 1.0)
    }

    /// The lowest and highest value.
    pub fn range(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Labels of the ticks.
    pub fn labels(&self, lang: Lang) -> Vec<String> {
        let step = self.ticks.windows(2).map(|w| (w[1] - w[0]).abs()).fold(f64::INFINITY, f64::min);
        self.ticks
            .iter()
            .map(|&v| {
                let digits = if self.kind == Kind::Linear { decimals(step) } else { decimals(v) };
                lang.number(v, digits)
            })
            .collect()
    }

    /// Width of the widest label.
    pub fn label_width(&self, lang: Lang) -> f64 {
        let ty = Type::regular(theme::TICK, theme::GREY);
        self.labels(lang).iter().map(|l| ty.width(l)).fold(0.0, f64::max)
    }

    /// A scale for a row or column of categories: positions of their middles between two canvas positions.
    pub fn middles(count: usize, at: (f64, f64)) -> Vec<f64> {
        let step = (at.1 - at.0) / count.max(1) as f64;
        (0..count).map(|i| at.0 + step * (i as f64 + 0.5)).collect()
    }

    /// Draws grid lines across a panel and labels at its left.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw_left<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, panel: Panel, lang: Lang) -> Result<()> {
        let ty = Type::regular(theme::TICK, theme::GREY);
        for (&tick, label) in self.ticks.iter().zip(self.labels(lang)) {
            let y = self.map(tick);
            canvas.line(&[(panel.x0, y), (panel.x1, y)], Stroke::solid(theme::GRID, 2))?;
            canvas.text((panel.x0 - 12.0, y + theme::TICK * 0.35), &label, ty, Align::Right)?;
        }
        Ok(())
    }

    /// Draws grid lines down a panel and labels below it.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw_below<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        panel: Panel,
        lang: Lang,
    ) -> Result<()> {
        let ty = Type::regular(theme::TICK, theme::GREY);
        let mut free = f64::NEG_INFINITY;
        for (&tick, label) in self.ticks.iter().zip(self.labels(lang)) {
            let x = self.map(tick);
            canvas.line(&[(x, panel.y0), (x, panel.y1)], Stroke::solid(theme::GRID, 2))?;
            let half = ty.width(&label) / 2.0;
            if x - half > free + 8.0 {
                canvas.text((x, panel.y1 + theme::TICK * 1.25), &label, ty, Align::Centre)?;
                free = x + half;
            }
        }
        Ok(())
    }
}

fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|v| v.is_finite()).fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((v.min(low), v.max(high))),
    })
}

/// The nearest of 1, 2, 2.5, 5 × 10ⁿ not below a step.
fn round_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|m| m * power >= raw * (1.0 - 1e-9)).unwrap_or(10.0);
    step * power
}

/// Decimals that a step or value needs.
fn decimals(step: f64) -> usize {
    (0..9)
        .find(|&d| {
            let scaled = step.abs() * 10_f64.powi(d);
            (scaled - scaled.round()).abs() <= scaled * 1e-9
        })
        .unwrap_or(3) as usize
}

/// The time axis: a month is the span between two whole numbers, and its value stands in its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Months {
    first: Month,
    count: f64,
    at: (f64, f64),
}

impl Months {
    /// An axis over all months from `first` to `last`, between two canvas positions.
    pub fn new(first: Month, last: Month, at: (f64, f64)) -> Self {
        Self { first, count: f64::from(last.since(first).max(0) + 1), at }
    }

    fn place(&self, months: f64) -> f64 {
        self.at.0 + (self.at.1 - self.at.0) * months / self.count
    }

    /// Position of the middle of a month.
    pub fn middle(&self, month: Month) -> f64 {
        self.place(f64::from(month.since(self.first)) + 0.5)
    }

    /// Position of the first of a month.
    pub fn start(&self, month: Month) -> f64 {
        self.place(f64::from(month.since(self.first)))
    }

    /// Position of the morning of a day.
    pub fn day(&self, date: NaiveDate) -> f64 {
        let month = Month::of(date);
        self.place(f64::from(month.since(self.first)) + f64::from(date.day0()) / f64::from(month.days()))
    }

    /// Whether a day lies on the axis.
    pub fn holds(&self, date: NaiveDate) -> bool {
        let n = Month::of(date).since(self.first);
        n >= 0 && f64::from(n) < self.count
    }

    /// Width of a month.
    pub fn step(&self) -> f64 {
        (self.at.1 - self.at.0) / self.count
    }

    /// Height that the labels need below the panel.
    pub fn label_height() -> f64 {
        theme::TICK * 2.9
    }

    /// Height that the labels need below a small panel, where only years are told.
    pub fn year_height() -> f64 {
        theme::TICK * 1.7
    }

    /// Draws ticks at the firsts of months and labels below a panel: months (or quarters) where they fit, years always.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, panel: Panel, lang: Lang) -> Result<()> {
        let ty = Type::regular(theme::TICK, theme::GREY);
        let words = super::words::of(lang);
        let y = panel.y1;
        let months = self.count as i32;
        let widest = |labels: &[&str]| labels.iter().map(|l| ty.width(l)).fold(0.0, f64::max) + 12.0;
        let by_month = self.step() >= widest(&words.months);
        let by_quarter = !by_month && self.step() * 3.0 >= widest(&words.quarters);
        let tick_every = if self.step() >= 9.0 {
            1
        } else if self.step() >= 5.0 {
            3
        } else {
            12
        };
        let year_tick = theme::TICK * if by_month || by_quarter { 2.6 } else { 1.5 };
        canvas.line(&[(panel.x0, y), (panel.x1, y)], Stroke::solid(theme::AXIS, 2))?;
        let mut year_row = 0.0;
        for i in 0..=months {
            let month = self.first.plus(i);
            let x = self.start(month);
            let january = month.month() == 1;
            let quarter = month.month() % 3 == 1;
            if january || (month.month() - 1).is_multiple_of(tick_every) {
                let length = if january {
                    year_tick
                } else {
                    // Shorter where the years stand right below.
                    (if quarter { 14.0 } else { 8.0 }) * if by_month || by_quarter { 1.0 } else { 0.55 }
                };
                canvas.line(&[(x, y), (x, y + length)], Stroke::solid(theme::AXIS, 2))?;
            }
            if by_month && i < months {
                let name = words.months[month.month() as usize - 1];
                canvas.text((self.middle(month), y + theme::TICK * 1.25), name, ty, Align::Centre)?;
                year_row = 1.2;
            } else if by_quarter && quarter && i + 3 <= months {
                let name = words.quarters[(month.month() as usize - 1) / 3];
                canvas.text(
                    (self.start(month.plus(1)) + self.step() / 2.0, y + theme::TICK * 1.25),
                    name,
                    ty,
                    Align::Centre,
                )?;
                year_row = 1.2;
            }
        }
        self.draw_years(canvas, y + theme::TICK * (1.3 + year_row), ty)
    }

    fn draw_years<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, y: f64, ty: Type) -> Result<()> {
        let ty = Type { weight: super::font::Weight::Bold, ..ty };
        let last = self.first.plus(self.count as i32 - 1);
        for year in self.first.year()..=last.year() {
            let Some(january) = Month::new(year, 1) else { continue };
            let (x0, x1) = (self.start(january).max(self.at.0), self.start(january.plus(12)).min(self.at.1));
            let full = year.to_string();
            let short = format!("’{:02}", year.rem_euclid(100));
            let label = [full, short].into_iter().find(|l| ty.width(l) + 10.0 <= x1 - x0);
            if let Some(label) = label {
                canvas.text((f64::midpoint(x0, x1), y), &label, ty, Align::Centre)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_scales_are_round_and_hold_the_values() {
        let s = Scale::linear([668.0, 81_946.0], true, 5, (900.0, 100.0));
        assert_eq!(s.ticks, [0.0, 20_000.0, 40_000.0, 60_000.0, 80_000.0, 100_000.0]);
        assert_eq!((s.map(0.0), s.map(100_000.0)), (900.0, 100.0));
        assert_eq!(s.labels(Lang::En)[1], "20,000");
        assert_eq!(s.labels(Lang::Es)[1], "20\u{a0}000");
        let s = Scale::linear([-0.31, 0.12], true, 4, (0.0, 1.0));
        assert!(s.ticks.contains(&0.0) && s.range().0 <= -0.31 && s.range().1 >= 0.12, "{s:?}");
    }

    #[test]
    fn odd_values_make_a_scale_too() {
        for values in
            [vec![], vec![f64::NAN], vec![0.0], vec![5.0, 5.0], vec![1e-300, 1e300], vec![f64::INFINITY, 3.0]]
        {
            for s in [
                Scale::linear(values.clone(), false, 5, (0.0, 10.0)),
                Scale::log(values.clone(), (0.0, 10.0)),
                Scale::log1p(values.clone(), (0.0, 10.0)),
            ] {
                assert!(s.ticks.len() >= 2 && s.ticks.len() < 40, "{values:?} {s:?}");
                assert!(s.map(1.0).is_finite());
            }
        }
    }

    #[test]
    fn log_scales_have_whole_decades() {
        let s = Scale::log([0.0, 668.0, 81_946.0], (0.0, 3.0));
        assert_eq!(s.ticks, [100.0, 1_000.0, 10_000.0, 100_000.0]);
        assert!((s.map(1_000.0) - 1.0).abs() < 1e-9);
        assert_eq!(s.map(0.0), 0.0);
    }

    #[test]
    fn zero_has_its_place_on_a_scale_of_one_more() {
        let s = Scale::log1p([0.0, 7.0, 81_946.0], (0.0, 1.0));
        assert_eq!(s.ticks, [0.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]);
        assert_eq!((s.map(0.0), s.map(-3.0), s.map(100_000.0)), (0.0, 0.0, 1.0));
        assert!(s.map(10.0) > 0.2 && s.map(f64::NAN).is_nan());
        assert_eq!(s.labels(Lang::Es)[1..5], ["10", "100", "1000", "10\u{a0}000"]);
        assert_eq!(Scale::log1p([0.0, 300.0], (0.0, 1.0)).range(), (0.0, 500.0));
    }

    #[test]
    fn months_stand_where_the_calendar_says() {
        let m = |s: &str| s.parse::<Month>().unwrap();
        let axis = Months::new(m("2023-01"), m("2023-12"), (0.0, 1200.0));
        assert_eq!(axis.middle(m("2023-01")), 50.0);
        assert_eq!(axis.day("2023-02-15".parse().unwrap()), 150.0);
        assert!(axis.holds("2023-12-31".parse().unwrap()) && !axis.holds("2024-01-01".parse().unwrap()));
    }
}
