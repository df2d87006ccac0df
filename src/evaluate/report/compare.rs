//! Models against the reference within one group of tasks.

use super::{Options, Row, Scored};
use crate::error::{Error, Problem, Result};
use crate::evaluate::hub::Task;
use crate::evaluate::skill::{Interval, diebold_mariano, holm, pairwise, ratio_interval};
use std::collections::BTreeMap;

/// A model against the reference.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Comparison {
    pub(super) skill: Option<f64>,
    pub(super) interval: Option<Interval>,
    pub(super) p_value: Option<f64>,
}

fn metric(scored: &Scored, log: bool) -> Option<f64> {
    if log { scored.wis_log } else { Some(scored.wis.total) }
}

/// Each model's comparison, where a reference is asked for and is in the group.
pub(super) fn with_reference(
    models: &BTreeMap<String, Vec<Scored>>,
    tasks: &[&Task],
    options: &Options,
) -> Result<BTreeMap<String, Comparison>> {
    let Some((name, reference)) = options.relative_to.as_ref().and_then(|r| models.get_key_value(r)) else {
        return Ok(BTreeMap::new());
    };
    let mut scores: BTreeMap<String, BTreeMap<usize, f64>> = BTreeMap::new();
    for (model, scored) in models {
        let own = scores.entry(model.clone()).or_default();
        for s in scored {
            let Some(value) = metric(s, options.log) else {
                return Err(Error::invalid(
                    Problem::new("--log", "values at or below -1 have no logarithm of x + 1")
                        .with_key(model.as_str())
                        .with_hint("score on the natural scale"),
                ));
            };
            own.insert(s.task, value);
        }
    }
    let skills = pairwise(&scores, Some(name))?;
    Ok(skills
        .into_iter()
        .map(|skill| {
            let mut comparison = Comparison { skill: skill.scaled, ..Comparison::default() };
            if skill.model != *name
                && let Some(origins) = Origins::of(&models[&skill.model], reference, tasks, options.log)
            {
                comparison.interval = origins.interval(options);
                comparison.p_value = origins.p_value();
            }
            (skill.model, comparison)
        })
        .collect())
}

/// Scores over common tasks by origin, in time order.
struct Origins {
    /// Sum of the model, sum of the reference, number of tasks.
    sums: Vec<(f64, f64, f64)>,
    /// Longest horizon: forecasts that many origins apart share no month.
    block: usize,
}

impl Origins {
    /// `None` if a task has no origin.
    fn of(own: &[Scored], reference: &[Scored], tasks: &[&Task], log: bool) -> Option<Self> {
        let theirs: BTreeMap<usize, f64> =
            reference.iter().filter_map(|s| Some((s.task, metric(s, log)?))).collect();
        let mut by_origin: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
        let mut block = 1;
        for s in own {
            if let (Some(a), Some(b)) = (metric(s, log), theirs.get(&s.task)) {
                let task = tasks[s.task];
                let origin =
                    ["origin_date", "reference_date", "forecast_date"].iter().find_map(|c| task.get(*c))?;
                let sums = by_origin.entry(origin).or_default();
                *sums = (sums.0 + a, sums.1 + b, sums.2 + 1.0);
                block = block.max(task.get("horizon").and_then(|h| h.parse().ok()).unwrap_or(1));
            }
        }
        Some(Self { sums: by_origin.into_values().collect(), block })
    }

    /// Whether there are origins enough to speak of chance.
    fn enough(&self) -> bool {
        self.sums.len() >= 8 && self.sums.len() / 2 >= self.block
    }

    /// Block-bootstrap interval of the ratio of sums.
    fn interval(&self, options: &Options) -> Option<Interval> {
        if options.draws == 0 || !self.enough() {
            return None;
        }
        let (a, b): (Vec<f64>, Vec<f64>) = self.sums.iter().map(|s| (s.0, s.1)).unzip();
        Some(ratio_interval(&a, &b, self.block, options.draws, 0.95, options.seed))
    }

    fn p_value(&self) -> Option<f64> {
        if !self.enough() {
            return None;
        }
        let (a, b): (Vec<f64>, Vec<f64>) = self.sums.iter().map(|s| (s.0 / s.2, s.1 / s.2)).unzip();
        diebold_mariano(&a, &b, self.block).map(|test| test.p_value)
    }
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
