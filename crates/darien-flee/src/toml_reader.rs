//! Values out of a TOML document, each problem with its line.

use super::node::{Node, Value};
use super::place_in::At;
use super::quirks::Quirks;
use super::raw::Counts;
use super::settings::nearest;
use crate::error::Problem;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml_edit::{Item, TableLike};

/// Reads a document, collecting the problems.
pub(super) struct Reader<'a> {
    pub(super) file: Arc<str>,
    pub(super) text: &'a str,
    pub(super) quirks: Quirks,
    pub(super) problems: Vec<Problem>,
}

/// Where something stands in the text.
pub(super) type Span = Option<std::ops::Range<usize>>;

impl Reader<'_> {
    pub(super) fn position(&self, span: Span) -> (usize, usize) {
        let Some(before) = span.and_then(|s| self.text.get(..s.start)) else { return (0, 0) };
        let line = 1 + before.matches('\n').count();
        (line, 1 + before.rsplit('\n').next().map_or(0, |l| l.chars().count()))
    }

    pub(super) fn at(&self, span: Span) -> At {
        At::new(&self.file, self.position(span).0)
    }

    pub(super) fn refuse(&mut self, item: &Item, key: &str, message: &str) {
        let (line, column) = self.position(item.span());
        let found = item.to_string().trim().chars().take(60).collect::<String>();
        self.problems
            .push(Problem::new(&*self.file, message).at(line, column).with_key(key).with_found(found));
    }

    pub(super) fn text(&mut self, item: &Item, key: &str) -> Option<String> {
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.refuse(item, key, "must be a text in quotes");
        }
        text
    }

    pub(super) fn number(&mut self, item: &Item, key: &str) -> Option<f64> {
        let number =
            item.as_float().or_else(|| item.as_integer().map(|i| i as f64)).filter(|x| x.is_finite());
        if number.is_none() {
            self.refuse(item, key, "must be a number");
        }
        number
    }

    pub(super) fn whole(&mut self, item: &Item, key: &str) -> Option<i64> {
        let whole = item.as_integer();
        if whole.is_none() {
            self.refuse(item, key, "must be a whole number");
        }
        whole
    }

    pub(super) fn date(&mut self, item: &Item, key: &str) -> Option<NaiveDate> {
        let date = item
            .as_datetime()
            .and_then(|d| d.date)
            .and_then(|d| NaiveDate::from_ymd_opt(i32::from(d.year), u32::from(d.month), u32::from(d.day)))
            .or_else(|| item.as_str().and_then(|t| t.parse().ok()));
        if date.is_none() {
            self.refuse(item, key, "must be a date, e.g. 2012-02-29");
        }
        date
    }

    pub(super) fn names(&mut self, item: &Item, key: &str, most: usize) -> Option<Vec<String>> {
        let names: Option<Vec<String>> =
            item.as_array().and_then(|a| a.iter().map(|v| v.as_str().map(str::to_owned)).collect());
        let names = names.filter(|n| (1..=most).contains(&n.len()));
        if names.is_none() {
            self.refuse(item, key, &format!("must be a list of 1 to {most} names"));
        }
        names
    }

    pub(super) fn series(&mut self, item: &Item, key: &str) -> Counts {
        let Some(table) = item.as_table_like() else {
            self.refuse(item, key, "must be a table of dates and numbers");
            return Vec::new();
        };
        let mut series = Counts::new();
        for (name, value) in table.iter() {
            match (name.parse::<NaiveDate>(), self.number(value, name)) {
                (Ok(date), Some(x)) if x >= 0.0 => series.push((date, x)),
                (Ok(_), Some(_)) => self.refuse(value, name, "is negative"),
                (Err(_), _) => self.refuse(value, name, "is not under a date, e.g. \"2012-02-29\""),
                _ => {}
            }
        }
        if series.windows(2).any(|w| w[0].0 >= w[1].0) {
            self.refuse(item, key, "must have ascending dates");
        }
        series
    }

    /// Pairs of numbers.
    pub(super) fn pairs(&mut self, item: &Item, key: &str) -> Vec<(f64, f64)> {
        let number = |v: &toml_edit::Value| v.as_float().or_else(|| v.as_integer().map(|i| i as f64));
        let pair = |v: &toml_edit::Value| match v.as_array() {
            Some(pair) if pair.len() == 2 => Some((number(pair.get(0)?)?, number(pair.get(1)?)?)),
            _ => None,
        };
        let pairs: Option<Vec<_>> = item.as_array().and_then(|list| list.iter().map(pair).collect());
        let pairs = pairs.filter(|p| p.iter().all(|(a, b)| a.is_finite() && b.is_finite()));
        if pairs.is_none() {
            self.refuse(item, key, "must be a list of pairs of numbers, e.g. [[0, 5.0], [10, 9.0]]");
        }
        pairs.unwrap_or_default()
    }

    /// Numbers of 0 or more by name.
    pub(super) fn weights(&mut self, item: &Item, key: &str) -> BTreeMap<String, f64> {
        let Some(table) = item.as_table_like() else {
            self.refuse(item, key, "must be a table of names and numbers");
            return BTreeMap::new();
        };
        let mut weights = BTreeMap::new();
        for (name, value) in table.iter() {
            weights.insert(name.to_owned(), self.weight(value, name));
        }
        weights
    }

    /// A number of 0 or more.
    pub(super) fn weight(&mut self, item: &Item, key: &str) -> f64 {
        let weight = self.number(item, key).unwrap_or_default();
        if weight < 0.0 {
            self.refuse(item, key, "is negative");
        }
        weight.max(0.0)
    }

    pub(super) fn attributes(&mut self, item: &Item, key: &str) -> BTreeMap<String, String> {
        let Some(table) = item.as_table_like() else {
            self.refuse(item, key, "must be a table of names and texts");
            return BTreeMap::new();
        };
        table
            .iter()
            .map(|(k, v)| {
                (k.to_owned(), v.as_str().map_or_else(|| v.to_string().trim().to_owned(), str::to_owned))
            })
            .collect()
    }

    /// Reports keys that are not known.
    pub(super) fn only(&mut self, table: &dyn TableLike, known: &[&str]) {
        for (name, item) in table.iter() {
            if !known.contains(&name) {
                let (line, column) = self.position(item.span());
                let mut problem = Problem::new(&*self.file, "is not known here")
                    .at(line, column)
                    .with_key(name)
                    .with_allowed(known.join(", "));
                if let Some(near) = nearest(name, known.iter().copied()) {
                    problem = problem.with_hint(format!("did you mean {near}?"));
                }
                self.problems.push(problem);
            }
        }
    }

    pub(super) fn node(&self, item: &Item) -> Node {
        let (line, column) = self.position(item.span());
        let value = match item {
            _ if item.is_bool() => Value::Bool(item.as_bool().unwrap_or_default()),
            _ if item.is_integer() => Value::Int(item.as_integer().unwrap_or_default()),
            _ if item.is_float() => Value::Float(item.as_float().unwrap_or_default()),
            _ if item.is_str() => Value::Text(item.as_str().unwrap_or_default().to_owned()),
            _ => match (item.as_array(), item.as_table_like()) {
                (Some(array), _) => {
                    Value::List(array.iter().map(|v| self.node(&Item::Value(v.clone()))).collect())
                }
                (_, Some(table)) => {
                    Value::Map(table.iter().map(|(k, v)| (k.to_owned(), self.node(v))).collect())
                }
                _ => Value::Null,
            },
        };
        Node { line, column, value }
    }

    pub(super) fn tables<'t>(&mut self, root: &'t toml_edit::Table, key: &str) -> Vec<&'t toml_edit::Table> {
        match root.get(key) {
            None => Vec::new(),
            Some(item) => {
                if let Some(tables) = item.as_array_of_tables() {
                    tables.iter().collect()
                } else {
                    self.refuse(item, key, &format!("must be written as [[{key}]]"));
                    Vec::new()
                }
            }
        }
    }
}
