//! The tables of a comparison.

use super::Pairing;
use crate::error::Result;
use crate::experiment::attribution::Attribution;
use crate::experiment::compare::{Contrast, contrast, spread};
use crate::registry::NATIONALITIES;
use crate::registry::outcomes::over_horizon;
use crate::table::{Column, SeriesKey, Table};

/// Series read at a time, so that memory does not grow with the number of series.
const BLOCK: usize = 64;

/// Month of a row that stands for the whole horizon.
pub const TOTAL: &str = "total";

/// Meaning of the column `verdict`.
pub const VERDICT: &str = "What the paired runs support: very_likely_lower, likely_lower, open (no direction), likely_higher, \
     very_likely_higher, same (no run differs) or few (under ten runs).";

/// Rows under way: labels and figures.
#[derive(Debug, Default)]
struct Rows {
    labels: [Vec<String>; 5],
    figures: [Vec<f64>; 10],
    runs: Vec<i64>,
    verdicts: Vec<String>,
}

impl Rows {
    fn push(&mut self, scenario: &str, key: &SeriesKey, month: &str, c: &Contrast) {
        let labels = [scenario, &key.outcome, &key.place, &key.nationality, month];
        for (column, cell) in self.labels.iter_mut().zip(labels) {
            column.push(cell.to_owned());
        }
        let figures = [
            c.base,
            c.difference,
            c.low,
            c.high,
            c.mean_low,
            c.mean_high,
            c.relative,
            c.p_positive,
            c.p_negative,
            c.saved,
        ];
        for (column, value) in self.figures.iter_mut().zip(figures) {
            column.push(value);
        }
        self.runs.push(c.runs as i64);
        self.verdicts.push(c.verdict().code().to_owned());
    }

    fn finish(self) -> Table {
        const LABELS: [(&str, &str); 5] = [
            ("scenario", "Scenario that is compared with the base."),
            ("outcome", "What is counted; `darien explain OUTCOME` says more."),
            ("place", "Where it is counted."),
            ("nationality", "ISO 3166-1 alpha-3 code; ALL is the total."),
            ("month", "Calendar month, YYYY-MM; `total` is the horizon (flows added, stocks averaged)."),
        ];
        const FIGURES: [(&str, &str, &str); 10] = [
            ("base", "unit of the outcome", "Mean of the base."),
            ("difference", "unit of the outcome", "Mean of the paired differences, scenario minus base."),
            ("low", "unit of the outcome", "2.5 % quantile of the paired differences over runs."),
            ("high", "unit of the outcome", "97.5 % quantile of the paired differences over runs."),
            ("mean_low", "unit of the outcome", "Lower end of the 95 % interval of the mean difference."),
            ("mean_high", "unit of the outcome", "Upper end of the 95 % interval of the mean difference."),
            ("relative", "share of the base", "Difference over base; empty where the base is 0."),
            ("p_positive", "probability", "Share of runs in which the scenario is higher."),
            ("p_negative", "probability", "Share of runs in which the scenario is lower."),
            (
                "saved",
                "ratio",
                "Variance of an unpaired difference over that of the paired one: so many times more runs would be \
                 needed without pairing. Empty where the paired difference does not vary.",
            ),
        ];
        let labels = LABELS.iter().zip(self.labels).map(|((n, m), v)| Column::text(n, m, v));
        let figures = FIGURES.iter().zip(self.figures).map(|((n, u, m), v)| Column::float(n, u, m, v));
        let mut columns: Vec<Column> = labels.chain(figures).collect();
        columns.push(Column::int("runs", "", "Paired runs behind the row.", self.runs));
        columns.push(Column::text("verdict", VERDICT, self.verdicts));
        Table::new("differences", columns)
    }
}

/// Every difference: outcome × place × nationality × month, and over the horizon; rows of single nationalities in
/// which nothing happens in any run are left out. `only` keeps the outcomes (or `outcome@place`) that it names.
///
/// # Errors
///
/// If a part cannot be read.
pub fn differences(pairings: &[Pairing<'_>], only: &[String]) -> Result<Table> {
    let mut rows = Rows::default();
    for pairing in pairings {
        let keys = &pairing.results.keys;
        for start in (0..keys.len()).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(keys.len());
            if !keys[block.clone()].iter().any(|k| wanted(k, only)) {
                continue;
            }
            let (bases, alternatives) = pairing.rows(block.clone())?;
            for ((key, base), alternative) in keys[block].iter().zip(&bases).zip(&alternatives) {
                if wanted(key, only) {
                    one_series(&mut rows, pairing, key, base, alternative);
                }
            }
        }
    }
    Ok(rows.finish())
}

fn wanted(key: &SeriesKey, only: &[String]) -> bool {
    only.is_empty()
        || only.iter().any(|o| match o.split_once('@') {
            Some((outcome, place)) => key.outcome == outcome && key.place == place,
            None => key.outcome == *o,
        })
}

fn one_series(rows: &mut Rows, pairing: &Pairing<'_>, key: &SeriesKey, base: &[Vec<f64>], alt: &[Vec<f64>]) {
    let quiet = |v: &[f64]| v.iter().all(|x| *x == 0.0);
    if key.nationality != "ALL" && base.iter().chain(alt).all(|r| quiet(r)) {
        return;
    }
    let total = |rows: &[Vec<f64>]| rows.iter().map(|r| over_horizon(&key.outcome, r)).collect::<Vec<f64>>();
    rows.push(pairing.name(), key, TOTAL, &contrast(&total(base), &total(alt), pairing.draws));
    for m in 0..pairing.months {
        let at = |rows: &[Vec<f64>]| rows.iter().map(|r| r[m]).collect::<Vec<f64>>();
        let (b, a) = (at(base), at(alt));
        if key.nationality == "ALL" || !quiet(&b) || !quiet(&a) {
            let month = pairing.from.plus(m as i32).to_string();
            rows.push(pairing.name(), key, &month, &contrast(&b, &a, pairing.draws));
        }
    }
}

/// The account of avoided entries by scenario and nationality: means over runs and their 95 % range.
///
/// # Errors
///
/// If a part cannot be read or the books do not close.
pub fn account(pairings: &[Pairing<'_>]) -> Result<Table> {
    let mut labels: [Vec<String>; 4] = Default::default();
    let mut figures: [Vec<f64>; 3] = Default::default();
    let mut meaning = Vec::new();
    for pairing in pairings {
        for nationality in ["ALL"].into_iter().chain(NATIONALITIES.iter().map(|n| n.code)) {
            let account = pairing.account(nationality)?;
            if nationality != "ALL" && account.avoided.iter().all(|a| *a == 0) {
                continue;
            }
            let avoided =
                ("avoided", "darien", "Entries avoided on the trails that lose people", &account.avoided);
            let carried =
                ("carried_in", "origin", "Differs already when the horizon begins", &account.carried_in);
            let steps = account.steps.iter().map(|s| (s.code, s.place, s.en, &s.persons));
            for (code, place, words, persons) in std::iter::once(avoided).chain(steps).chain([carried]) {
                for (column, cell) in labels.iter_mut().zip([pairing.name(), nationality, code, place]) {
                    column.push(cell.to_owned());
                }
                meaning.push(words.to_owned());
                let values: Vec<f64> = persons.iter().map(|p| *p as f64).collect();
                let c = contrast(&vec![0.0; values.len()], &values, pairing.draws);
                for (column, value) in figures.iter_mut().zip([c.difference, c.low, c.high]) {
                    column.push(value);
                }
            }
        }
    }
    let [scenario, nationality, entry, place] = labels;
    let [persons, low, high] = figures;
    Ok(Table::new(
        "account",
        vec![
            Column::text("scenario", "Scenario that is compared with the base.", scenario),
            Column::text("nationality", "ISO 3166-1 alpha-3 code; ALL is the total.", nationality),
            Column::text(
                "entry",
                "`avoided` equals the sum of all other entries, in every run and so in the mean.",
                entry,
            ),
            Column::text("place", "Place of the entry.", place),
            Column::text("meaning", "The entry in words.", meaning),
            Column::float("persons", "persons", "Mean over the runs.", persons),
            Column::float("low", "persons", "2.5 % quantile over runs.", low),
            Column::float("high", "persons", "97.5 % quantile over runs.", high),
        ],
    ))
}

/// How the variance of each outcome's level and difference over the horizon splits into what is not known and what
/// is chance.
///
/// # Errors
///
/// If a part cannot be read.
pub fn spreads(pairings: &[Pairing<'_>]) -> Result<Table> {
    let mut labels: [Vec<String>; 4] = Default::default();
    let mut figures: [Vec<f64>; 5] = Default::default();
    let mut counts: [Vec<i64>; 2] = Default::default();
    for pairing in pairings {
        for key in pairing.results.keys.iter().filter(|k| k.nationality == "ALL") {
            let (base, alternative) = pairing.totals(key)?;
            let difference: Vec<f64> = alternative.iter().zip(&base).map(|(a, b)| a - b).collect();
            for (quantity, values) in [("level", &alternative), ("difference", &difference)] {
                let s = spread(values, pairing.draws);
                let cells = [pairing.name(), &key.outcome, &key.place, quantity];
                for (column, cell) in labels.iter_mut().zip(cells) {
                    column.push(cell.to_owned());
                }
                for (column, value) in
                    figures.iter_mut().zip([s.unknown, s.chance, s.unknown_share(), s.low, s.high])
                {
                    column.push(value);
                }
                counts[0].push(s.draws as i64);
                counts[1].push(s.runs as i64);
            }
        }
    }
    let [scenario, outcome, place, quantity] = labels;
    let [unknown, chance, share, low, high] = figures;
    let [draws, runs] = counts;
    Ok(Table::new(
        "spread",
        vec![
            Column::text("scenario", "Scenario that is compared with the base.", scenario),
            Column::text("outcome", "What is counted.", outcome),
            Column::text("place", "Where it is counted.", place),
            Column::text(
                "quantity",
                "`level` of the scenario, or paired `difference` to the base.",
                quantity,
            ),
            Column::float(
                "variance_unknown",
                "unit of the outcome, squared",
                "Variance between draws of the assumptions: what we do not know.",
                unknown,
            ),
            Column::float(
                "variance_chance",
                "unit of the outcome, squared",
                "Variance within a draw: chance.",
                chance,
            ),
            Column::float("unknown_share", "share", "What we do not know, as a share of both.", share),
            Column::float("unknown_low", "share", "Lower end of the 95 % interval of that share.", low),
            Column::float("unknown_high", "share", "Upper end of the 95 % interval of that share.", high),
            Column::int("draws", "", "Draws of the assumptions.", draws),
            Column::int("runs", "", "Runs.", runs),
        ],
    ))
}

/// The 2 × 2 cards: one for each scenario and outcome.
pub fn attribution(cards: &[(String, SeriesKey, Attribution)]) -> Table {
    let mut labels: [Vec<String>; 4] = Default::default();
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for (scenario, key, card) in cards {
        let parts = [
            ("policy", card.policy.value, card.policy.error),
            ("assumption", card.assumption.value, card.assumption.error),
            ("interaction", card.interaction.value, card.interaction.error),
            ("paired_change", card.paired.value, card.paired.error),
            ("chance", card.chance, f64::NAN),
            ("unpaired_change", card.unpaired, f64::NAN),
        ];
        for (part, value, error) in parts {
            for (column, cell) in labels.iter_mut().zip([scenario, &key.outcome, &key.place, part]) {
                column.push(cell.to_owned());
            }
            values.push(value);
            errors.push(error);
        }
    }
    let [scenario, outcome, place, part] = labels;
    Table::new(
        "attribution",
        vec![
            Column::text("scenario", "Scenario that is compared with the base.", scenario),
            Column::text("outcome", "What is counted over the horizon.", outcome),
            Column::text("place", "Where it is counted.", place),
            Column::text(
                "part",
                "policy + assumption + interaction = paired_change, and with chance = unpaired_change, exactly.",
                part,
            ),
            Column::float("value", "unit of the outcome", "Size of the part.", values),
            Column::float("mcse", "unit of the outcome", "Monte-Carlo standard error of it.", errors),
        ],
    )
}
