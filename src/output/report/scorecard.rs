//! The options side by side, drawn anew from `scorecard.csv` of a benchmark.

use super::figure::{self, Grid};
use super::html::Html;
use super::model::Model;
use super::sheet::Sheet;
use crate::error::Result;
use crate::output::chart::{Better, Frame, Heat, Provenance};
use std::collections::BTreeMap;

/// The cells of a benchmark over all futures.
#[derive(Debug, Default)]
pub struct Card<'a> {
    /// Options in the order of the file.
    pub policies: Vec<&'a str>,
    /// Outcomes in the order of the file, with unit and declared direction.
    pub outcomes: Vec<(&'a str, &'a str, &'a str)>,
    /// Futures, `all` left out.
    pub futures: Vec<&'a str>,
    /// Row of the sheet by option and outcome, over all futures.
    rows: BTreeMap<(&'a str, &'a str), usize>,
}

impl<'a> Card<'a> {
    /// Reads a scorecard; none where the table is not one.
    pub fn new(sheet: &'a Sheet) -> Option<Self> {
        sheet.require(&["policy", "future", "outcome", "mean"]).ok()?;
        let mut card = Self::default();
        let add = |list: &mut Vec<&'a str>, value: &'a str| {
            if !list.contains(&value) {
                list.push(value);
            }
        };
        for r in 0..sheet.rows.len() {
            let (policy, future, outcome) =
                (sheet.text(r, "policy"), sheet.text(r, "future"), sheet.text(r, "outcome"));
            add(&mut card.policies, policy);
            if future == "all" {
                card.rows.insert((policy, outcome), r);
            } else {
                add(&mut card.futures, future);
            }
            if !card.outcomes.iter().any(|o| o.0 == outcome) {
                card.outcomes.push((outcome, sheet.text(r, "unit"), sheet.text(r, "better")));
            }
        }
        Some(card).filter(|c| !c.rows.is_empty())
    }

    /// A number of an option and outcome over all futures; NaN where there is none.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] where something else than a number stands.
    pub fn number(&self, sheet: &Sheet, policy: &str, outcome: &str, column: &str) -> Result<f64> {
        self.rows.get(&(policy, outcome)).map_or(Ok(f64::NAN), |&r| sheet.number(r, column))
    }
}

/// Draws the scorecard of a folder and lists chances to be best; whether it did.
///
/// # Errors
/// [`crate::error::Error::Invalid`] for a cell that is no number.
pub fn write(html: &mut Html, model: &Model, folder: usize) -> Result<bool> {
    let (say, w) = (&model.say, model.say.words);
    let Some(sheet) = model.folders[folder].sheet("scorecard.csv") else { return Ok(false) };
    let Some(card) = Card::new(sheet) else { return Ok(false) };
    let name = |outcome: &str| super::say::capital(w.outcome(outcome));
    let mut values = Vec::new();
    for policy in &card.policies {
        let row: Result<Vec<f64>> =
            card.outcomes.iter().map(|o| card.number(sheet, policy, o.0, "mean")).collect();
        values.push(row?);
    }
    let m = &model.folders[folder].manifest;
    let provenance = Provenance {
        seed: m.seed,
        runs: m.runs,
        version: m.version.clone(),
        vintage: m.data.vintage.clone(),
        ..Provenance::default()
    };
    let chart = Heat {
        frame: Frame::new(w.scorecard_title, w.scorecard_measure, provenance, say.lang),
        rows: card.policies.iter().map(|p| (*p).to_owned()).collect(),
        columns: card
            .outcomes
            .iter()
            .map(|(outcome, unit, better)| {
                let better = match *better {
                    "higher" => Better::Higher,
                    "lower" => Better::Lower,
                    _ => Better::Neither,
                };
                (name(outcome), (*unit).to_owned(), better)
            })
            .collect(),
        values,
    };
    figure::chart(html, &format!("scorecard-{folder}"), &chart, "", say)?;
    if sheet.column("p_best").is_some() {
        let judged: Vec<_> = card.outcomes.iter().filter(|o| o.2 != "neither").collect();
        let heads: Vec<String> = judged.iter().map(|o| name(o.0)).collect();
        let mut columns = vec![(w.col_option, false)];
        columns.extend(heads.iter().map(|h| (h.as_str(), true)));
        let mut grid = Grid::new(&columns);
        for policy in &card.policies {
            let mut row = vec![(*policy).to_owned()];
            for outcome in &judged {
                let p = card.number(sheet, policy, outcome.0, "p_best")?;
                row.push(if p.is_finite() { say.probability(p) } else { "–".to_owned() });
            }
            grid.push(row);
        }
        if !judged.is_empty() {
            grid.write(html, w.best_caption, say);
        }
    }
    Ok(true)
}
