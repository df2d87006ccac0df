//! Small multiples: one small fan a nationality, all on the same months.

use super::axis::{Kind, Months, Scale};
use super::canvas::{Align, Canvas, Panel, Type};
use super::legend::{self, Sign};
use super::series::{
    History, Runs, draw_known_until, draw_series, fan_columns, legend_entries, nothing, span,
};
use super::{Chart, Frame, font, theme};
use crate::error::Result;
use crate::table::{Column, Table, Values};
use chrono::NaiveDate;
use plotters::prelude::DrawingBackend;

/// One panel.
#[derive(Debug, Clone, PartialEq)]
pub struct SmallFan {
    /// Its heading, e.g. a nationality.
    pub name: String,
    /// What was recorded; may be empty.
    pub history: History,
    /// What the runs say; may be empty.
    pub runs: Runs,
}

/// A grid of small fans.
#[derive(Debug, Clone, PartialEq)]
pub struct SmallMultiples {
    /// Words around it.
    pub frame: Frame,
    /// Panels in reading order.
    pub panels: Vec<SmallFan>,
    /// Last day that the runs could know of.
    pub known_until: Option<NaiveDate>,
    /// Whether all panels share one value axis; otherwise each has its own, and the chart says so.
    pub same_scale: bool,
    /// Value axes.
    pub axis: Kind,
}

impl SmallMultiples {
    fn columns(&self) -> usize {
        match self.panels.len() {
            n @ 0..=3 => n.max(1),
            4 => 2,
            5 | 6 | 9 => 3,
            _ => 4,
        }
    }
}

impl Chart for SmallMultiples {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        let rows = self.panels.len().div_ceil(self.columns()).max(1) as u32;
        (theme::SIZE.0, (440 + 270 * rows).max(theme::SIZE.1.min(900)))
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        let spans = self.panels.iter().filter_map(|p| span(&p.history, &p.runs));
        let Some((first, last)) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
            return nothing(canvas, body, words.no_data);
        };
        let any_history = self.panels.iter().any(|p| !p.history.values.is_empty());
        let speaker = self.panels.iter().max_by_key(|p| p.runs.bands.len());
        let mut entries =
            speaker.map_or_else(Vec::new, |p| legend_entries(&self.frame, any_history, &calm(&p.runs)));
        entries.push((
            Sign::None,
            format!("({})", if self.same_scale { words.same_scale } else { words.own_scale }),
        ));
        if let Some(scale) = words.scale(self.axis) {
            entries.push((Sign::None, scale.to_owned()));
        }
        let room = legend::draw(canvas, body, &entries)?;
        let columns = self.columns();
        let rows = self.panels.len().div_ceil(columns);
        let (gap_x, gap_y) = (26.0, 10.0);
        let cell_width = (room.width() - gap_x * (columns as f64 - 1.0)) / columns as f64;
        let cell_height = (room.height() - gap_y * (rows as f64 - 1.0)) / rows as f64;
        let all: Vec<f64> = self.panels.iter().flat_map(panel_values).collect();
        for (i, small) in self.panels.iter().enumerate() {
            let (column, row) = (i % columns, i / columns);
            let x0 = room.x0 + (cell_width + gap_x) * column as f64;
            let y0 = room.y0 + (cell_height + gap_y) * row as f64;
            let cell = Panel { x0, y0, x1: x0 + cell_width, y1: y0 + cell_height };
            let values = if self.same_scale { all.clone() } else { panel_values(small).collect() };
            let probe = Scale::of(self.axis, values.iter().copied(), 3, (1.0, 0.0));
            let panel = cell.inset(probe.label_width(lang) + 16.0, 54.0, 4.0, Months::label_height());
            let fits_quarters = panel.width() / f64::from(last.since(first) + 1) * 3.0 > 50.0;
            let below = if fits_quarters { Months::label_height() } else { Months::year_height() };
            let panel = Panel { y1: cell.y1 - below, ..panel };
            let heading = Type::bold(theme::LABEL, theme::INK);
            let name = font::fit(&small.name, heading.size, heading.weight, cell_width);
            canvas.text((cell.x0, cell.y0 + theme::LABEL), &name, heading, Align::Left)?;
            let scale = Scale::of(self.axis, values, 3, (panel.y1, panel.y0));
            let months = Months::new(first, last, (panel.x0, panel.x1));
            scale.draw_left(canvas, panel, lang)?;
            if span(&small.history, &small.runs).is_none() {
                nothing(canvas, panel, words.no_data)?;
            }
            draw_series(canvas, panel, (&months, &scale), (&small.history, &calm(&small.runs)), 0.6)?;
            if let Some(date) = self.known_until {
                draw_known_until(canvas, panel, &months, date, None)?;
            }
            months.draw(canvas, panel, lang)?;
        }
        Ok(())
    }

    fn table(&self) -> Table {
        // One block a panel below the other; a band that a panel lacks is empty there.
        let blocks: Vec<(&str, Vec<Column>)> =
            self.panels.iter().map(|p| (p.name.as_str(), fan_columns(&p.history, &calm(&p.runs)))).collect();
        let rows = |c: &[Column]| c.first().map_or(0, |c| c.values.len());
        let names =
            blocks.iter().flat_map(|(name, c)| std::iter::repeat_n((*name).to_owned(), rows(c))).collect();
        let mut columns = vec![Column::text("panel", "Which panel, e.g. the nationality.", names)];
        let mut heads: Vec<&Column> = Vec::new();
        for column in blocks.iter().flat_map(|(_, c)| c) {
            if !heads.iter().any(|h| h.name == column.name) {
                heads.push(column);
            }
        }
        for head in heads {
            let mut column = head.clone();
            column.values = match head.values {
                Values::Text(_) => {
                    Values::Text(blocks.iter().flat_map(|(_, c)| texts(c, &head.name)).collect())
                }
                _ => Values::Float(blocks.iter().flat_map(|(_, c)| floats(c, &head.name)).collect()),
            };
            columns.push(column);
        }
        Table::new("small_multiples", columns)
    }
}

fn panel_values(panel: &SmallFan) -> impl Iterator<Item = f64> + '_ {
    panel
        .history
        .values
        .iter()
        .chain(&panel.runs.middle)
        .copied()
        .chain(panel.runs.bands.iter().flat_map(|b| b.low.iter().chain(&b.high)).copied())
}

/// Single runs would only be noise in a small panel.
fn calm(runs: &Runs) -> Runs {
    Runs { samples: Vec::new(), ..runs.clone() }
}

fn texts(columns: &[Column], name: &str) -> Vec<String> {
    match columns.iter().find(|c| c.name == name).map(|c| &c.values) {
        Some(Values::Text(v)) => v.clone(),
        _ => vec![String::new(); columns.first().map_or(0, |c| c.values.len())],
    }
}

fn floats(columns: &[Column], name: &str) -> Vec<f64> {
    match columns.iter().find(|c| c.name == name).map(|c| &c.values) {
        Some(Values::Float(v)) => v.clone(),
        _ => vec![f64::NAN; columns.first().map_or(0, |c| c.values.len())],
    }
}
