//! Figures and tables of the page: a chart with its finding, its source and the numbers it shows.

use super::html::Html;
use super::sheet::Sheet;
use super::stored::Stored;
use crate::error::Result;
use crate::figures::AnyChart;
use crate::figures::capitalised;
use crate::findings::Voice;
use crate::table::{Table, Values};
use crate::words::fill_text;

/// Rows that a table of numbers shows; longer ones are thinned.
pub const ROWS: usize = 60;
/// Columns that a table of numbers shows.
const COLUMNS: usize = 14;

/// A table ready for the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// Heads of the columns.
    pub heads: Vec<String>,
    /// Which columns are numbers, and stand to the right.
    pub numeric: Vec<bool>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
    /// Rows that there were before thinning.
    pub all: usize,
}

impl Grid {
    /// A table with these heads; a column is numeric where its flag says so.
    pub fn new(heads: &[(&str, bool)]) -> Self {
        Self {
            heads: heads.iter().map(|(h, _)| (*h).to_owned()).collect(),
            numeric: heads.iter().map(|(_, n)| *n).collect(),
            ..Self::default()
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
        self.all = self.rows.len();
    }

    /// The numbers of a chart.
    pub fn of_table(table: &Table, say: &Voice) -> Self {
        let kept = thin(table.rows(), ROWS);
        let columns = &table.columns[..table.columns.len().min(COLUMNS)];
        let cell = |values: &Values, row: usize| match values {
            Values::Text(v) => v[row].clone(),
            Values::Int(v) => say.lang.cell(v[row] as f64),
            Values::Float(v) => say.lang.cell(v[row]),
        };
        Self {
            heads: columns.iter().map(|c| head(&c.name, say)).collect(),
            numeric: columns.iter().map(|c| !matches!(c.values, Values::Text(_))).collect(),
            rows: kept.iter().map(|&r| columns.iter().map(|c| cell(&c.values, r)).collect()).collect(),
            all: table.rows(),
        }
    }

    /// The numbers of a file.
    pub fn of_sheet(sheet: &Sheet, say: &Voice) -> Self {
        Self::of_named(sheet, say, &|_, _| None)
    }

    /// The same; `named` gives the words of a cell by its column, where a folder has its own.
    pub fn of_named(sheet: &Sheet, say: &Voice, named: &dyn Fn(&str, &str) -> Option<String>) -> Self {
        let kept = thin(sheet.rows.len(), ROWS);
        // A column that says the same in every row says nothing.
        let is_constant =
            |c: usize| sheet.rows.len() > 1 && sheet.rows.iter().all(|r| r[c] == sheet.rows[0][c]);
        let columns: Vec<usize> =
            (0..sheet.header.len()).filter(|&c| !is_constant(c)).take(COLUMNS).collect();
        let numeric: Vec<bool> = columns
            .iter()
            .map(|&c| {
                let cells = || sheet.rows.iter().map(move |r| r[c].trim()).filter(|t| !t.is_empty());
                cells().next().is_some() && cells().all(|t| t.parse::<f64>().is_ok())
            })
            .collect();
        let cell = |r: usize, n: usize| {
            let text = &sheet.rows[r][columns[n]];
            match text.trim().parse::<f64>() {
                Ok(x) if numeric[n] => say.lang.cell(x),
                _ if text.is_empty() => "–".to_owned(),
                _ => {
                    named(&sheet.header[columns[n]], text).unwrap_or_else(|| said(sheet, r, columns[n], say))
                }
            }
        };
        Self {
            heads: columns.iter().map(|&c| head(&sheet.header[c], say)).collect(),
            rows: kept.iter().map(|&r| (0..columns.len()).map(|n| cell(r, n)).collect()).collect(),
            numeric,
            all: sheet.rows.len(),
        }
    }

    /// Writes the table in a box that scrolls by itself.
    pub fn write(&self, html: &mut Html, caption: &str, say: &Voice) {
        let label = fill_text(say.words.table_box, &[("title", caption)]);
        html.open(
            "div",
            &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", &label)],
        );
        html.open("table", &[]).element("caption", &[], caption).open("thead", &[]).open("tr", &[]);
        let class = |c: usize| if self.numeric.get(c) == Some(&true) { "n" } else { "t" };
        for (c, head) in self.heads.iter().enumerate() {
            html.element("th", &[("scope", "col"), ("class", class(c))], head);
        }
        html.close().close().open("tbody", &[]);
        // Codes and citations stand as they are in every language.
        let w = say.words;
        let cited = [w.col_source, w.col_grade, w.col_lever, w.col_parameter, w.col_table];
        let is_cited =
            |c: usize| w.code != "en" && self.heads.get(c).is_some_and(|h| cited.contains(&h.as_str()));
        for row in &self.rows {
            html.open("tr", &[]);
            for (c, cell) in row.iter().enumerate() {
                let mut attributes = vec![("class", class(c))];
                if c == 0 {
                    attributes.push(("scope", "row"));
                }
                if is_cited(c) {
                    attributes.push(("lang", "en"));
                }
                html.element(if c == 0 { "th" } else { "td" }, &attributes, cell);
            }
            html.close();
        }
        html.close().close().close();
        if self.rows.len() < self.all {
            let (shown, all) = (say.lang.count(self.rows.len() as f64), say.lang.number(self.all as f64, 0));
            html.element(
                "p",
                &[("class", "small")],
                &fill_text(say.words.thinned, &[("shown", &shown), ("all", &all)]),
            );
        }
    }
}

/// A cell of text in the report's language; the entries of the account have words of their own.
fn said(sheet: &Sheet, row: usize, column: usize, say: &Voice) -> String {
    let (name, text) = (sheet.header[column].as_str(), sheet.rows[row][column].as_str());
    let entry = || say.words.entry(sheet.text(row, "entry"), sheet.text(row, "place"));
    match name {
        "entry" | "meaning" if sheet.column("entry").is_some() => {
            entry().map_or_else(|| say.words.term(text).to_owned(), str::to_owned)
        }
        "month" if text != "total" => text.parse().map_or_else(|_| text.to_owned(), |m| say.lang.month(m)),
        _ => say.words.cell_text(name, text).to_owned(),
    }
}

/// The head of a column in the report's language: `low_95` is `low 95`.
fn head(name: &str, say: &Voice) -> String {
    match name.rsplit_once('_') {
        Some((stem, digits))
            if digits.bytes().all(|b| b.is_ascii_digit()) && matches!(stem, "low" | "high") =>
        {
            capitalised(&format!("{} {digits}\u{a0}%", say.words.column(stem)))
        }
        _ => capitalised(&say.words.column(name)),
    }
}

/// At most `limit` of `n` rows, evenly spaced, the first and the last among them.
fn thin(n: usize, limit: usize) -> Vec<usize> {
    if n <= limit {
        return (0..n).collect();
    }
    (0..limit).map(|i| i * (n - 1) / (limit - 1)).collect()
}

/// Writes a chart of our own: finding, drawing, numbers, source.
///
/// # Errors
/// If it cannot be drawn.
pub fn chart(html: &mut Html, id: &str, chart: &dyn AnyChart, note: &str, say: &Voice) -> Result<()> {
    let frame = chart.words();
    let svg = chart.inline(id)?;
    let grid = Grid::of_table(&chart.listed(), say);
    figure(html, id, (&frame.title, &frame.subtitle), &svg, &grid, (note, &frame.footer()), say);
    Ok(())
}

/// Writes a chart that lay in a folder.
pub fn stored(html: &mut Html, id: &str, name: &str, chart: &Stored, say: &Voice) {
    let grid = Grid::of_sheet(&chart.table, say);
    let note = if chart.language == say.words.code { "" } else { say.words.stored_note };
    figure(html, id, (name, ""), &chart.svg, &grid, (note, ""), say);
}

fn figure(
    html: &mut Html,
    id: &str,
    (title, subtitle): (&str, &str),
    svg: &str,
    grid: &Grid,
    (note, source): (&str, &str),
    say: &Voice,
) {
    html.open("figure", &[("id", &format!("figure-{id}"))]).open("figcaption", &[]);
    html.element("h3", &[], title);
    if !subtitle.is_empty() {
        html.element("p", &[("class", "measure")], subtitle);
    }
    html.close();
    let label = fill_text(say.words.chart_box, &[("title", title)]);
    // On a narrow screen a chart of months is seen from its end, where the projection is.
    let late = ["entries", "difference", "routes"].iter().any(|stem| id.starts_with(stem));
    let class = if late { "plot late" } else { "plot" };
    html.open("div", &[("class", class), ("tabindex", "0"), ("role", "group"), ("aria-label", &label)]);
    html.drawing(svg).close();
    for text in [note, source] {
        if !text.is_empty() {
            html.element("p", &[("class", "small")], text);
        }
    }
    html.open("details", &[]).element("summary", &[], say.words.numbers);
    grid.write(html, title, say);
    html.close().close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tables_are_thinned_evenly_with_both_ends() {
        assert_eq!(thin(3, 60), [0, 1, 2]);
        let kept = thin(1000, 60);
        assert_eq!((kept.len(), kept[0], kept[59]), (60, 0, 999));
        assert!(kept.windows(2).all(|w| w[0] < w[1]));
    }
}
