//! Announcements on a time axis: a numbered mark above the panel, and a key below it that says what each was.

use super::axis::Months;
use super::canvas::{Canvas, Stroke};
use super::key::{Key, mark};
use super::series::{History, Runs};
use super::theme;
use super::words::{Lang, fill};
use crate::error::Result;
use crate::units::Month;
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;

/// Most days that a chart marks; the table lists every event.
pub const MOST: usize = 5;
/// Height of a row of marks.
const ROW: f64 = 36.0;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Day.
    pub date: NaiveDate,
    /// What, in a few words.
    pub label: String,
}

/// The days that a chart marks, in order of time, and how many events have no mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Marked {
    /// Day, and what was announced on it.
    pub days: Vec<(NaiveDate, String)>,
    /// Events on the axis that have no mark.
    pub more: usize,
}

impl Marked {
    /// Chooses among events those on an axis: first what lies in months that nobody has recorded, then what stands
    /// beside the largest changes of the record from the month before to the month after. Events of one day share a
    /// mark.
    pub fn choose(events: &[Event], (first, last): (Month, Month), history: &History, runs: &Runs) -> Self {
        let mut here: Vec<&Event> =
            events.iter().filter(|e| (first..=last).contains(&Month::of(e.date))).collect();
        here.sort_by_key(|e| e.date);
        let mut days: Vec<(NaiveDate, Vec<&str>)> = Vec::new();
        for event in here.iter().copied() {
            match days.last_mut() {
                Some((day, labels)) if *day == event.date => labels.push(&event.label),
                _ => days.push((event.date, vec![&event.label])),
            }
        }
        let weight = |day: NaiveDate| -> f64 {
            let month = Month::of(day);
            let value = |by: i32| history.at(month.plus(by)).ln_1p();
            if month >= runs.from && history.at(month).is_nan() {
                return f64::INFINITY;
            }
            let change = value(1) - value(-1);
            if change.is_finite() { change.abs() } else { 0.0 }
        };
        let mut order: Vec<usize> = (0..days.len()).collect();
        order.sort_by(|&a, &b| {
            weight(days[b].0).total_cmp(&weight(days[a].0)).then(days[b].0.cmp(&days[a].0))
        });
        let mut kept: Vec<usize> = order.into_iter().take(MOST).collect();
        kept.sort_unstable();
        let shown: usize = kept.iter().map(|&i| days[i].1.len()).sum();
        let days = kept.iter().map(|&i| (days[i].0, days[i].1.join("; "))).collect();
        Self { days, more: here.len() - shown }
    }

    /// Position and row of each mark, so that no two touch.
    fn rows(&self, months: &Months) -> Vec<(f64, usize)> {
        let mut ends: Vec<f64> = Vec::new();
        self.days
            .iter()
            .map(|(day, _)| {
                let x = months.day(*day);
                let row = ends.iter().position(|end| x - end > ROW).unwrap_or(ends.len());
                if row == ends.len() {
                    ends.push(x);
                } else {
                    ends[row] = x;
                }
                (x, row)
            })
            .collect()
    }

    /// Height of the rows of marks.
    pub fn height(&self, months: &Months) -> f64 {
        self.rows(months).iter().map(|r| r.1 + 1).max().unwrap_or(0) as f64 * ROW
    }

    /// Draws the marks from `top` down, with lines to the bottom of a panel.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        months: &Months,
        (top, bottom): (f64, f64),
    ) -> Result<()> {
        for (i, (x, row)) in self.rows(months).into_iter().enumerate() {
            let y = top + row as f64 * ROW + 16.0;
            canvas.line(&[(x, y), (x, bottom)], Stroke::dashed(theme::BASELINE, 1, 3.0, 5.0))?;
            mark(canvas, (x, y), i + 1)?;
        }
        Ok(())
    }

    /// What the marks stand for.
    pub fn key(&self, lang: Lang) -> Key {
        let entries = self.days.iter().map(|(day, label)| format!("{}: {label}", lang.date(*day))).collect();
        let more = fill(super::words::of(lang).more_events, &[("n", &lang.number(self.more as f64, 0))]);
        Key { entries, last: if self.more > 0 { more } else { String::new() } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_recorded_comes_first_then_what_stands_beside_the_largest_changes() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        let history =
            History { from: month("2024-01"), values: vec![10.0, 10.0, 10.0, 500.0, 500.0, 510.0, 520.0] };
        let runs = Runs { middle: vec![1.0; 12], ..Runs::none(month("2024-08")) };
        let event = |date: &str, label: &str| Event { date: date.parse().unwrap(), label: label.into() };
        let events = vec![
            event("2024-09-01", "ahead"),
            event("2024-09-01", "ahead too"),
            event("2024-03-05", "before the rise"),
            event("2024-02-05", "still"),
            event("2024-05-05", "small"),
            event("2024-06-05", "smaller"),
            event("2024-10-05", "later"),
            event("2023-06-05", "off the axis"),
        ];
        let marked = Marked::choose(&events, (month("2024-01"), month("2025-07")), &history, &runs);
        let labels: Vec<&str> = marked.days.iter().map(|d| d.1.as_str()).collect();
        assert_eq!(labels, ["before the rise", "small", "smaller", "ahead; ahead too", "later"]);
        assert_eq!(marked.more, 1);
    }
}
