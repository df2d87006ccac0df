//! Models against the reference within one group of tasks.

use super::{Options, Row, Scored};
use crate::Task;
use crate::error::Result;
use crate::skill::{Interval, diebold_mariano, holm, pairwise, ratio_interval};
use std::collections::BTreeMap;

/// A model against the reference.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Comparison {
    pub(super) common: Option<usize>,
    pub(super) skill: Option<f64>,
    pub(super) ratio: Option<f64>,
    pub(super) interval: Option<Interval>,
    pub(super) p_value: Option<f64>,
}

fn metric(scored: &Scored, log: bool) -> Option<f64> {
    let spread = scored.spread.as_ref()?;
    if log { spread.wis_log } else { Some(spread.wis.total) }
}

/// Each model's comparison, where a reference is asked for and is in the group.
pub(super) fn with_reference(
    models: &BTreeMap<String, Vec<Scored>>,
    tasks: &[&Task],
    options: &Options,
) -> Result<BTreeMap<String, Comparison>> {
    let mut scores: BTreeMap<String, BTreeMap<usize, f64>> = BTreeMap::new();
    for (model, scored) in models {
        let own: BTreeMap<usize, f64> =
            scored.iter().filter_map(|s| Some((s.task, metric(s, options.log)?))).collect();
        if !own.is_empty() {
            scores.insert(model.clone(), own);
        }
    }
    let Some((name, reference)) = options.relative_to.as_ref().and_then(|r| scores.get_key_value(r)) else {
        return Ok(BTreeMap::new());
    };
    let skills = pairwise(&scores, Some(name))?;
    Ok(skills
        .into_iter()
        .map(|skill| {
            let common: Vec<Pair<'_>> = scores[&skill.model]
                .iter()
                .filter_map(|(task, own)| {
                    Some(Pair { task: tasks[*task], own: *own, theirs: *reference.get(task)? })
                })
                .collect();
            let mut comparison = Comparison { common: Some(common.len()), ..Comparison::default() };
            // Without a common task there is no comparison, and nothing is relative to zero.
            let theirs: f64 = common.iter().map(|p| p.theirs).sum();
            if theirs > 0.0 {
                comparison.skill = skill.scaled;
                comparison.ratio = Some(common.iter().map(|p| p.own).sum::<f64>() / theirs);
            }
            if skill.model != *name
                && comparison.ratio.is_some()
                && let Some(origins) = Origins::of(&common)
            {
                comparison.interval = origins.interval(options);
                comparison.p_value = origins.p_value();
            }
            (skill.model, comparison)
        })
        .collect())
}

/// The scores of a model and the reference for a task that both have.
struct Pair<'a> {
    task: &'a Task,
    own: f64,
    theirs: f64,
}

/// Scores over common tasks by origin, in time order.
struct Origins {
    /// Sum of the model, sum of the reference, number of tasks.
    sums: Vec<(f64, f64, f64)>,
    /// How many origins the longest forecast overlaps: forecasts that many origins apart share no time.
    block: usize,
}

const ORIGINS: [&str; 4] = ["origin_date", "reference_date", "forecast_date", "origin_epiweek"];

impl Origins {
    /// `None` if a task has no origin.
    fn of(common: &[Pair<'_>]) -> Option<Self> {
        let mut by_origin: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
        for pair in common {
            let sums = by_origin.entry(origin(pair.task)?).or_default();
            *sums = (sums.0 + pair.own, sums.1 + pair.theirs, sums.2 + 1.0);
        }
        let named: Vec<&str> = by_origin.keys().copied().collect();
        let position = |text: &str| named.partition_point(|origin| *origin < text);
        let overlapped = |task: &Task| {
            let from = origin(task)?;
            // Dates are written alike, so that their order is that of texts; other origins have no end to compare with.
            let ends = task.iter().filter(|(column, end)| {
                column.ends_with("date") && !ORIGINS.contains(&column.as_str()) && end.len() == from.len()
            });
            match ends.map(|(_, end)| end.as_str()).max() {
                Some(end) => Some(position(end).saturating_sub(position(from))),
                None => task.get("horizon")?.parse().ok(),
            }
        };
        let block = common.iter().filter_map(|pair| overlapped(pair.task)).max().unwrap_or(1).max(1);
        Some(Self { sums: by_origin.into_values().collect(), block })
    }

    /// Whether there are origins enough to speak of chance.
    fn enough(&self) -> bool {
        self.sums.len() >= 8 && self.sums.len() / 2 >= self.block
    }

    /// Block-bootstrap interval of the ratio of sums; `None` where the reference is zero in too many of the draws.
    fn interval(&self, options: &Options) -> Option<Interval> {
        if options.draws == 0 || !self.enough() {
            return None;
        }
        let (a, b): (Vec<f64>, Vec<f64>) = self.sums.iter().map(|s| (s.0, s.1)).unzip();
        Some(ratio_interval(&a, &b, self.block, options.draws, 0.95, options.seed))
            .filter(|i| i.high.is_finite())
    }

    fn p_value(&self) -> Option<f64> {
        if !self.enough() {
            return None;
        }
        let (a, b): (Vec<f64>, Vec<f64>) = self.sums.iter().map(|s| (s.0 / s.2, s.1 / s.2)).unzip();
        diebold_mariano(&a, &b, self.block).map(|test| test.p_value)
    }
}

/// The origin of a task.
fn origin(task: &Task) -> Option<&str> {
    ORIGINS.iter().find_map(|column| task.get(*column)).map(String::as_str)
}

/// Adjusts each model's p-values for its several groups.
pub(super) fn adjust(rows: &mut [Row]) {
    let mut of_model: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        if let Some(p) = row.p_value {
            of_model.entry(row.model.clone()).or_default().push((i, p));
        }
    }
    for tests in of_model.into_values() {
        let adjusted = holm(&tests.iter().map(|t| t.1).collect::<Vec<_>>());
        for ((i, _), p) in tests.into_iter().zip(adjusted) {
            rows[i].p_holm = Some(p);
        }
    }
}
