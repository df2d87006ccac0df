//! `README.txt`: every column of every table with name, unit and meaning.

use crate::table::{Table, Values};
use std::fmt::Write as _;

/// A file to describe.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// Name of the file, e.g. `monthly.csv`.
    pub file: &'a str,
    /// One sentence on what the file holds; may be empty.
    pub purpose: &'a str,
    /// The table in it; `None` for charts and the like.
    pub table: Option<&'a Table>,
}

/// The text of `README.txt`: a heading, an introduction and then one block a file.
pub fn text(title: &str, introduction: &str, files: &[Described]) -> String {
    let mut out = format!("{title}\n{}\n\n", "=".repeat(title.chars().count()));
    if !introduction.is_empty() {
        let _ = writeln!(out, "{introduction}\n");
    }
    for file in files {
        let _ = writeln!(out, "{}\n{}", file.file, "-".repeat(file.file.chars().count()));
        if !file.purpose.is_empty() {
            let _ = writeln!(out, "{}", file.purpose);
        }
        if let Some(table) = file.table {
            columns(&mut out, table);
        }
        out.push('\n');
    }
    out
}

fn columns(out: &mut String, table: &Table) {
    let kind = |values: &Values| match values {
        Values::Text(_) => "text",
        Values::Int(_) => "whole number",
        Values::Float(_) => "number",
    };
    let unit = |unit: &str, values: &Values| {
        if unit.is_empty() { kind(values).to_owned() } else { format!("{}, {unit}", kind(values)) }
    };
    let cells: Vec<_> = table
        .columns
        .iter()
        .map(|c| (c.name.as_str(), unit(&c.unit, &c.values), c.meaning.as_str()))
        .collect();
    let width = |f: &dyn Fn(&(&str, String, &str)) -> usize| cells.iter().map(f).max().unwrap_or(0);
    let (name, kind) = (width(&|c| c.0.chars().count()), width(&|c| c.1.chars().count()));
    for (n, k, meaning) in &cells {
        let _ = writeln!(out, "  {n:name$}  {k:kind$}  {meaning}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn each_column_has_its_line() {
        let t = Table::new(
            "monthly",
            vec![
                Column::text("month", "Calendar month, YYYY-MM.", vec![]),
                Column::float("value", "persons/month", "People counted in the month.", vec![]),
            ],
        );
        let text = text(
            "Results",
            "What is here.",
            &[Described { file: "monthly.csv", purpose: "One row a run and month.", table: Some(&t) }],
        );
        assert!(text.contains("  month  text                   Calendar month, YYYY-MM.\n"), "{text}");
        assert!(text.contains("  value  number, persons/month  People counted in the month.\n"), "{text}");
    }
}
