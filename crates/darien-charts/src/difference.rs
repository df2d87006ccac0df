//! The what-if chart: the paired difference between a scenario and its baseline, month by month.

use super::axis::{Months, Scale};
use super::canvas::{Align, Canvas, Panel, Stroke, Type};
use super::series::{
    History, Runs, draw_known_until, draw_series, fan_columns, legend_entries, nothing, span,
};
use super::{Chart, Frame, legend, theme};
use crate::error::Result;
use crate::table::Table;
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;

/// Differences of paired runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Words around it.
    pub frame: Frame,
    /// Scenario minus baseline, run by run.
    pub runs: Runs,
    /// Unit of the difference, for the table.
    pub unit: String,
    /// First day of the policy, marked with a line; `None` marks nothing.
    pub policy_from: Option<NaiveDate>,
    /// Words at that line.
    pub policy: String,
}

impl Chart for Difference {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let none = History::none(self.runs.from);
        let Some((first, last)) = span(&none, &self.runs) else {
            return nothing(canvas, body, super::words::of(lang).no_data);
        };
        let room = legend::draw(canvas, body, &legend_entries(&self.frame, false, &self.runs))?;
        let probe = Scale::linear(self.runs.values(), true, 6, (1.0, 0.0));
        let top = if self.policy_from.is_some() { theme::TICK * 1.8 } else { 16.0 };
        let panel = room.inset(probe.label_width(lang) + 16.0, top, 4.0, Months::label_height());
        let scale = Scale::linear(self.runs.values(), true, 6, (panel.y1, panel.y0));
        let months = Months::new(first, last, (panel.x0, panel.x1));
        scale.draw_left(canvas, panel, lang)?;
        draw_series(canvas, panel, (&months, &scale), (&none, &self.runs), 1.0)?;
        let zero = scale.map(0.0);
        canvas.line(&[(panel.x0, zero), (panel.x1, zero)], Stroke::solid(theme::INK, 3))?;
        let ty = Type::bold(theme::TICK, theme::INK);
        let below = zero - panel.y0 < theme::TICK * 1.6;
        let y = if below { zero + theme::TICK * 1.2 } else { zero - 10.0 };
        canvas.haloed_text(
            (panel.x0 + 10.0, y),
            super::words::of(lang).no_difference,
            ty,
            theme::PAPER,
            Align::Left,
        )?;
        months.draw(canvas, panel, lang)?;
        match self.policy_from.and_then(|d| d.pred_opt()) {
            Some(eve) => draw_known_until(canvas, panel, &months, eve, Some((&self.policy, panel.y0 - 16.0))),
            None => Ok(()),
        }
    }

    fn table(&self) -> Table {
        let mut columns = fan_columns(&History::none(self.runs.from), &self.runs);
        columns.retain(|c| c.name != "recorded");
        for column in columns.iter_mut().filter(|c| !c.unit.is_empty()) {
            column.unit.clone_from(&self.unit);
        }
        Table::new("difference", columns)
    }
}
