//! The options side by side, drawn anew from `scorecard.csv` of a benchmark.

use super::figure::{self, Grid};
use super::folder::Folder;
use super::html::Html;
use super::model::Model;
use super::sheet::Sheet;
use crate::benchmark::figures::readable;
use crate::chart::{Better, Frame, Heat, Provenance};
use crate::error::Result;
use crate::figures::capitalised;
use crate::lang::Lang;
use crate::registry::outcomes;
use crate::scenario::policies::Policies;
use crate::words::Words;
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
    /// The benchmark's file, for titles and names; none where it cannot be read again.
    file: Option<Policies>,
    /// Row of the sheet by option and outcome, over all futures.
    rows: BTreeMap<(&'a str, &'a str), usize>,
}

impl<'a> Card<'a> {
    /// Reads the scorecard of a folder; none where the folder has none.
    pub fn of(folder: &'a Folder) -> Option<(&'a Sheet, Self)> {
        let sheet = folder.sheet("scorecard.csv")?;
        let mut card = Self::new(sheet)?;
        let file = folder.path.join("policies.toml");
        let known = folder.manifest.files.iter().any(|f| f.name == "policies.toml");
        card.file = crate::input::text(&file, super::sheet::MAX_BYTES)
            .ok()
            .filter(|_| known)
            .and_then(|text| Policies::read("policies", "policies.toml", &text, &folder.path).ok());
        Some((sheet, card))
    }

    /// The title of an option in a language; its id where it has none.
    pub fn option<'b>(&'b self, id: &'b str, lang: Lang) -> &'b str {
        let found = self.file.as_ref().and_then(|f| f.policies.iter().find(|p| p.id == id));
        found.map_or(id, |p| p.title_in(lang))
    }

    /// The name of an outcome in a language: that of the registry, else that of the file.
    pub fn outcome<'b>(&'b self, name: &'b str, words: &'b Words, lang: Lang) -> &'b str {
        if outcomes::find(name).is_some() {
            return words.outcome(name);
        }
        let found = self.file.as_ref().and_then(|f| f.outcomes.iter().find(|o| o.name == name));
        found.map_or(name, |o| o.name_in(lang))
    }

    /// The words of a cell of the benchmark's tables, by its column; none where the column has no names.
    pub fn said(&self, column: &str, text: &str, words: &Words, lang: Lang) -> Option<String> {
        let several = |apart: &str, name: &dyn Fn(&str) -> String| {
            text.split(apart).filter(|t| !t.is_empty()).map(name).collect::<Vec<_>>().join("; ")
        };
        let future = |id: &str| self.file.as_ref()?.futures.iter().find(|f| f.id == id);
        match column {
            "policy" => Some(self.option(text, lang).to_owned()),
            "future" => future(text).map(|f| f.title_in(lang).to_owned()),
            "outcome" => Some(self.outcome(text, words, lang).to_owned()),
            "dominated_by" => Some(several(" ", &|id| self.option(id, lang).to_owned())),
            "axes" if text.starts_with("every outcome") => Some(words.all_declared.to_owned()),
            "axes" => Some(several("; ", &|name| self.short(name, words, lang).to_owned())),
            _ => None,
        }
    }

    /// The name of an outcome in a narrow column.
    fn short<'b>(&'b self, name: &'b str, words: &'b Words, lang: Lang) -> &'b str {
        let found = self.file.as_ref().and_then(|f| f.outcomes.iter().find(|o| o.name == name));
        found.map_or_else(|| words.outcome(name), |o| o.name_in(lang))
    }

    /// Whether an outcome is a part of another, which the chart leaves to the tables.
    fn is_part(&self, name: &str) -> bool {
        let found = self.file.as_ref().and_then(|f| f.outcomes.iter().find(|o| o.name == name));
        found.is_some_and(|o| o.outcome == "public_cost" && !o.places.is_empty())
    }

    /// Reads a scorecard; none where the table is not one.
    fn new(sheet: &'a Sheet) -> Option<Self> {
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
    let Some((sheet, card)) = Card::of(&model.folders[folder]) else { return Ok(false) };
    let name = |outcome: &str| capitalised(card.outcome(outcome, w, say.lang));
    let shown: Vec<_> = card.outcomes.iter().filter(|o| !card.is_part(o.0)).collect();
    let (mut columns, mut values) = (Vec::new(), vec![Vec::new(); card.policies.len()]);
    for (outcome, unit, better) in shown {
        let means: Vec<f64> =
            card.policies.iter().map(|p| card.number(sheet, p, outcome, "mean")).collect::<Result<_>>()?;
        let (unit, means) = readable(&means, unit, say.lang);
        let short = capitalised(card.short(outcome, w, say.lang));
        columns.push((short, unit, Better::of(better).unwrap_or_default()));
        for (row, mean) in values.iter_mut().zip(means) {
            row.push(mean);
        }
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
        rows: card.policies.iter().map(|p| card.option(p, say.lang).to_owned()).collect(),
        columns,
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
            let mut row = vec![card.option(policy, say.lang).to_owned()];
            for outcome in &judged {
                let p = card.number(sheet, policy, outcome.0, "p_best")?;
                row.push(if p.is_finite() { say.lang.percent(p) } else { "–".to_owned() });
            }
            grid.push(row);
        }
        if !judged.is_empty() {
            grid.write(html, w.best_caption, say);
        }
    }
    Ok(true)
}
