//! What the folders of other commands add: account, scorecard, sensitivity.

use super::figure::{self, Grid};
use super::folder::Folder;
use super::html::{Html, fill, t};
use super::model::Model;
use super::scorecard::Card;
use super::sheet::Sheet;
use super::stored;
use crate::error::Result;
use crate::experiment::verdict::{FEWEST, Likelihood, probability};
use crate::words::Part;
use crate::words::fill_text;

/// A part of a report that a command makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Where those are who no longer enter.
    Account,
    /// Options side by side.
    Scorecard,
    /// What moves the result.
    Sensitivity,
}

impl Kind {
    /// Stems of charts, the way they begin.
    fn stems(self) -> &'static [&'static str] {
        match self {
            Self::Account => &["account", "attribution", "spread"],
            Self::Scorecard => &["scorecard", "regret", "frontier", "plane", "best"],
            Self::Sensitivity => &["tornado", "indices", "ranking", "morris", "sobol"],
        }
    }

    fn sheets(self) -> &'static [&'static str] {
        match self {
            Self::Account => &["account.csv", "attribution.csv", "spread.csv"],
            Self::Scorecard => &["prices.csv", "fronts.csv", "discovery.csv"],
            Self::Sensitivity => &["indices.csv", "tornado.csv", "ranking.csv"],
        }
    }
}

fn charts<'a>(folder: &'a Folder, kind: Kind) -> Vec<&'a str> {
    let stem = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
    folder
        .charts
        .iter()
        .map(String::as_str)
        .filter(|path| kind.stems().iter().any(|s| stem(path).split('-').any(|part| part == *s)))
        .collect()
}

/// Whether any folder holds something of a part.
pub fn is_there(model: &Model, kind: Kind) -> bool {
    model.folders.iter().any(|f| {
        !charts(f, kind).is_empty() || kind.sheets().iter().any(|s| f.sheet(s).is_some()) || is_card(f, kind)
    })
}

fn is_card(folder: &Folder, kind: Kind) -> bool {
    kind == Kind::Scorecard && folder.sheet("scorecard.csv").is_some()
}

/// Charts and tables of a part.
///
/// # Errors
/// If a chart of a folder is damaged.
pub fn write(html: &mut Html, model: &Model, kind: Kind) -> Result<()> {
    let (say, w) = (&model.say, model.say.words);
    let intro = match kind {
        Kind::Account => w.account_intro,
        Kind::Scorecard => w.scorecard_intro,
        Kind::Sensitivity => w.sensitivity_intro,
    };
    html.element("p", &[], intro);
    for (f, folder) in model.folders.iter().enumerate() {
        let drawn: &[&str] = match kind {
            Kind::Account => super::account::write(html, model, f)?,
            Kind::Scorecard if super::scorecard::write(html, model, f)? => &["scorecard"],
            _ => &[],
        };
        for (c, path) in charts(folder, kind).into_iter().enumerate() {
            if drawn.iter().any(|d| path.ends_with(d)) {
                continue;
            }
            let id = format!("stored-{f}-{c}-{}", kind.stems()[0]);
            let chart = stored::read(&folder.path, path, &id)?;
            let stem = path.rsplit('/').next().unwrap_or(path);
            let known = stem.split('-').find_map(|part| w.chart(part));
            let name = known.unwrap_or(if chart.title.is_empty() { stem } else { &chart.title });
            figure::stored(html, &id, name, &chart, say);
        }
        for name in kind.sheets().iter().filter(|n| !drawn.contains(&n.trim_end_matches(".csv"))) {
            if let Some(sheet) = folder.sheet(name).filter(|s| !s.rows.is_empty()) {
                let stem = name.trim_end_matches(".csv");
                let caption =
                    w.chart(stem).map_or_else(|| fill_text(w.extra_table, &[("name", stem)]), str::to_owned);
                html.open("details", &[]).element("summary", &[], &caption);
                let card = Card::of(folder).map(|(_, card)| card);
                let named = |column: &str, text: &str| card.as_ref()?.said(column, text, w, say.lang);
                Grid::of_named(sheet, say, &named).write(html, &caption, say);
                html.close();
            }
        }
    }
    Ok(())
}

/// The scorecard of the first benchmark.
fn card<'a>(model: &Model<'a>) -> Option<(&'a Sheet, Card<'a>)> {
    model.folders.iter().find_map(Card::of)
}

/// The title of a report on a benchmark alone.
pub fn bench_title(model: &Model) -> Option<String> {
    let (_, card) = card(model)?;
    let (n, m) = (card.policies.len().to_string(), card.futures.len().max(1).to_string());
    Some(fill_text(model.say.words.bench_title, &[("n", &n), ("m", &m)]))
}

/// The sentence on a benchmark: how many options and futures, and whether one stands out by the first outcome of
/// which a direction is declared.
pub fn bench_sentence(model: &Model) -> Option<Vec<Part>> {
    let (say, w) = (&model.say, model.say.words);
    let (sheet, card) = card(model)?;
    let (n, m) = (card.policies.len().to_string(), card.futures.len().max(1).to_string());
    let mut parts = fill(w.bench_sentence, &[("n", t(n)), ("m", t(m))]);
    let headline = card.outcomes.iter().find(|o| o.2 != "neither")?.0;
    let best = card
        .policies
        .iter()
        .filter_map(|p| Some((*p, card.number(sheet, p, headline, "p_best").ok()?)))
        .filter(|(_, p)| p.is_finite())
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    // The share of the cases in which it is the best, with the same rule as everywhere; too few say nothing.
    let runs = card.number(sheet, best.0, headline, "runs").ok().filter(|r| r.is_finite());
    let runs = runs.map_or(0, |r| r as usize);
    let word = if runs < FEWEST {
        Likelihood::AsLikelyAsNot
    } else {
        Likelihood::of(probability((best.1 * runs as f64).round() as usize, runs))
    };
    let template = if word >= Likelihood::Likely { w.bench_best } else { w.bench_open };
    parts.push(t(" "));
    parts.extend(fill(
        template,
        &[
            ("outcome", t(card.outcome(headline, w, say.lang))),
            ("word", Part::Strong(w.likelihood(word).to_owned())),
            ("policy", t(say.quoted(card.option(best.0, say.lang)))),
        ],
    ));
    parts.push(t("."));
    Some(parts)
}

/// The sentence on what moves the result most: the assumption with the largest index above the noise floor.
pub fn hinge(model: &Model) -> Option<Vec<Part>> {
    let sheet = model.folders.iter().find_map(|f| f.sheet("indices.csv"))?;
    sheet.column("parameter").and(sheet.column("st"))?;
    let row = (0..sheet.rows.len())
        .filter_map(|r| Some((r, sheet.number(r, "st").ok().filter(|v| v.is_finite())?)))
        .filter(|(r, st)| {
            // Evidence of an effect only where the whole interval stands above what chance alone would give.
            let number = |name: &str| sheet.number(*r, name).ok().filter(|v| v.is_finite());
            let low = number("st_low").unwrap_or(*st);
            number("floor").is_none_or(|floor| *st > floor && low > floor)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let name = sheet.text(row.0, "parameter");
    let meaning = super::assumptions::meaning(name, model.say.lang).unwrap_or(name);
    let shown = format!("{name} ({})", meaning.trim_end_matches('.'));
    let share = model.say.lang.percent(row.1.clamp(0.0, 1.0));
    Some(fill(model.say.words.hinges, &[("name", Part::Strong(shown)), ("share", t(share))]))
}
