//! Forecasts joined with what happened.

use crate::error::{Error, Problem, Result};
use crate::scores::{LevelSet, Quantiles, hub_quantiles};
use crate::{Forecast, Forecasts, Matcher, Scale, Task, Truth};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A forecast of categories or thresholds with what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Categories {
    /// Probability of each category or lower ones, or of each threshold and below, from low to high.
    pub cumulative: Vec<f64>,
    /// Position of the observed category or of the lowest threshold at or above the observation; their number where it
    /// lies above all thresholds.
    pub observed: usize,
    /// Whether they are ordered, so that there is a ranked probability score.
    pub ordered: bool,
    /// Probability of the observed category; `None` for thresholds.
    pub probability: Option<f64>,
}

/// A forecast of one task with what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The model.
    pub model: String,
    /// The task: column and value.
    pub task: Task,
    /// Levels of the quantiles; `None` without quantiles or samples.
    pub levels: Option<Arc<LevelSet>>,
    /// Quantiles, as many as levels.
    pub quantiles: Vec<f64>,
    /// Samples, may be empty.
    pub samples: Vec<f64>,
    /// The mean, where it is given.
    pub mean: Option<f64>,
    /// The median, where it is given beside the quantiles.
    pub median: Option<f64>,
    /// Categories or thresholds.
    pub categories: Option<Categories>,
    /// What was observed; NaN where only a category was.
    pub observed: f64,
}

impl Case {
    /// A case with the 23 hub quantiles and no samples.
    pub fn new(model: impl Into<String>, task: Task, quantiles: &Quantiles, observed: f64) -> Self {
        Self {
            model: model.into(),
            task,
            levels: Some(LevelSet::hub()),
            quantiles: quantiles.to_vec(),
            samples: Vec::new(),
            mean: None,
            median: None,
            categories: None,
            observed,
        }
    }

    /// A case of samples, with their 23 hub quantiles (type 7). `None` without samples.
    pub fn from_samples(
        model: impl Into<String>,
        task: Task,
        samples: Vec<f64>,
        observed: f64,
    ) -> Option<Self> {
        if samples.is_empty() {
            return None;
        }
        let quantiles = hub_quantiles(&samples);
        Some(Self { samples, ..Self::new(model, task, &quantiles, observed) })
    }
}

/// Cases, and what could not become one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cases {
    /// To be scored.
    pub cases: Vec<Case>,
    /// Forecasts of tasks that have no observation (yet).
    pub without_truth: usize,
    /// Forecasts with nothing that can be scored: quantile levels without a mirror image alone.
    pub without_distribution: usize,
    /// Quantiles at levels without a mirror image, which form no interval.
    pub lone_quantiles: usize,
    /// Models that have such quantiles.
    pub lone_models: Vec<String>,
    /// Forecasts of categories for which no category was observed.
    pub without_category: usize,
    /// Forecasts of categories that are no probabilities, or do not name what was observed.
    pub bad_categories: usize,
    /// Forecasts of categories whose order is not declared, so that they have a log score alone.
    pub unordered: usize,
}

/// Joins forecasts with truth. Forecasts with samples only get the 23 hub quantiles of their samples (type 7).
///
/// # Errors
/// [`Error::Invalid`] if truth and forecasts cannot be matched ([`Truth::matcher`]), or if no forecast can be scored.
pub fn join(forecasts: &Forecasts, truth: &Truth) -> Result<Cases> {
    let matcher = truth.matcher(forecasts)?;
    let mut joined = Cases::default();
    let mut sets: BTreeMap<Vec<u64>, Levels> = BTreeMap::new();
    for f in &forecasts.forecasts {
        let samples: Vec<f64> = f.samples.iter().map(|s| s.value).collect();
        let (levels, quantiles) = if !f.quantiles.is_empty() {
            let bits: Vec<u64> = f.levels.iter().map(|l| l.to_bits()).collect();
            let known = sets.entry(bits).or_insert_with(|| {
                LevelSet::symmetric_part(&f.levels).map(|(set, kept)| (Arc::new(set), kept))
            });
            let kept = known.as_ref().map_or(0, |(_, kept)| kept.len());
            if kept < f.levels.len() {
                joined.lone_quantiles += f.levels.len() - kept;
                if joined.lone_models.last() != Some(&f.model) {
                    joined.lone_models.push(f.model.clone());
                }
            }
            match known {
                Some((set, kept)) => (Some(Arc::clone(set)), kept.iter().map(|i| f.quantiles[*i]).collect()),
                None => (None, Vec::new()),
            }
        } else if samples.is_empty() {
            (None, Vec::new())
        } else {
            (Some(LevelSet::hub()), hub_quantiles(&samples).to_vec())
        };
        let numeric = levels.is_some() || !samples.is_empty() || f.mean.is_some() || f.median.is_some();
        let categorical = !f.categories.is_empty() || !f.cumulative.is_empty();
        if !numeric && !categorical {
            joined.without_distribution += 1;
            continue;
        }
        let observed = matcher.observed(&f.task);
        let categories = categories(f, &matcher, observed, &forecasts.scales, &mut joined);
        joined.without_truth += usize::from(numeric && observed.is_none());
        if observed.is_none_or(|_| !numeric) && categories.is_none() {
            continue;
        }
        joined.cases.push(Case {
            model: f.model.clone(),
            task: f.task.clone(),
            levels: levels.filter(|_| observed.is_some()),
            quantiles: if observed.is_some() { quantiles } else { Vec::new() },
            samples: if observed.is_some() { samples } else { Vec::new() },
            mean: f.mean.filter(|_| observed.is_some()),
            median: f.median.filter(|_| observed.is_some()),
            categories,
            observed: observed.unwrap_or(f64::NAN),
        });
    }
    if !joined.cases.is_empty() {
        return Ok(joined);
    }
    let counts: Vec<String> =
        joined.unscored().into_iter().map(|(count, what)| format!("{count} {what}")).collect();
    let misses = matcher.misses(&forecasts.forecasts.iter().map(|f| &f.task));
    Err(Error::invalid(
        Problem::new(&*truth.file, "no forecast can be scored")
            .with_found(
                std::iter::once(counts.join(", "))
                    .chain(Some(misses))
                    .filter(|s| !s.is_empty())
                    .collect::<Vec<_>>()
                    .join("; "),
            )
            .with_hint("compare the dates, locations and targets of both sides"),
    ))
}

/// The symmetric part of a list of levels, if there is one, and its positions.
type Levels = Option<(Arc<LevelSet>, Vec<usize>)>;

impl Cases {
    /// What was not scored, with its number: only what there is.
    pub fn unscored(&self) -> Vec<(usize, &'static str)> {
        [
            (self.without_truth, "forecasts have no observation yet and are not scored"),
            (
                self.without_distribution,
                "forecasts have only quantiles whose levels have no mirror image and are not scored",
            ),
            (
                self.lone_quantiles,
                "quantiles have levels without a mirror image, form no interval and are not scored",
            ),
            (self.without_category, "forecasts of categories or thresholds have no observation and are not scored"),
            (
                self.bad_categories,
                "forecasts of categories or thresholds are not scored: their probabilities are not from 0 to 1 with the \
                 sum 1, or they lack the observed category, or a threshold is no number",
            ),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .collect()
    }
}

/// How far a sum of probabilities may lie from 1.
const SUM: f64 = 1e-3;

/// The categories or thresholds of a forecast, if what was observed is among them.
fn categories(
    f: &Forecast,
    matcher: &Matcher,
    observed: Option<f64>,
    scales: &[Scale],
    joined: &mut Cases,
) -> Option<Categories> {
    let probability = |p: f64| (-SUM..=1.0 + SUM).contains(&p);
    if !f.categories.is_empty() {
        // Without a category of its own, the observation may be the category itself, as a number.
        let category = matcher.category(&f.task).map(str::to_owned).or_else(|| Some(observed?.to_string()));
        let Some(category) = category else {
            joined.without_category += 1;
            return None;
        };
        let (order, ordered) = order(f, scales);
        let of = |name: &str| f.categories.iter().find(|(id, _)| **id == *name).map_or(0.0, |(_, p)| *p);
        let probabilities: Vec<f64> = order.iter().map(|c| of(c)).collect();
        let sum: f64 = probabilities.iter().sum();
        let known = f.categories.iter().all(|(id, _)| order.iter().any(|c| **c == **id));
        let Some(at) = order.iter().position(|c| *c == category) else {
            joined.bad_categories += 1;
            return None;
        };
        if !known || (sum - 1.0).abs() > SUM || !probabilities.iter().all(|p| probability(*p)) {
            joined.bad_categories += 1;
            return None;
        }
        joined.unordered += usize::from(!ordered);
        let cumulative = probabilities.iter().scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        });
        return Some(Categories {
            cumulative: cumulative.collect(),
            observed: at,
            ordered,
            probability: Some(probabilities[at]),
        });
    }
    if f.cumulative.is_empty() {
        return None;
    }
    let Some(observed) = observed else {
        joined.without_category += 1;
        return None;
    };
    let thresholds: Option<Vec<(f64, f64)>> = f
        .cumulative
        .iter()
        .map(|(id, p)| Some((id.parse::<f64>().ok().filter(|x| x.is_finite())?, *p)))
        .collect();
    let Some(mut thresholds) = thresholds else {
        joined.bad_categories += 1;
        return None;
    };
    thresholds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rising = thresholds.windows(2).all(|w| w[0].1 <= w[1].1 + SUM);
    if !rising || !thresholds.iter().all(|(_, p)| probability(*p)) {
        joined.bad_categories += 1;
        return None;
    }
    Some(Categories {
        observed: thresholds.iter().filter(|(x, _)| *x < observed).count(),
        cumulative: thresholds.into_iter().map(|(_, p)| p).collect(),
        ordered: true,
        probability: None,
    })
}

/// The categories of a forecast in their order, and whether that means anything: as the hub declares them, or by size where
/// all are numbers.
fn order(f: &Forecast, scales: &[Scale]) -> (Vec<String>, bool) {
    let of_task = |s: &&Scale| {
        s.target.as_ref().is_none_or(|(column, value)| f.task.get(column).is_some_and(|v| v == value))
            && f.categories.iter().all(|(id, _)| s.categories.iter().any(|c| **c == **id))
    };
    if let Some(scale) = scales.iter().find(of_task) {
        return (scale.categories.clone(), scale.ordered);
    }
    let mut found: Vec<(f64, String)> =
        f.categories.iter().map(|(id, _)| (id.parse::<f64>().unwrap_or(f64::NAN), id.to_string())).collect();
    let ordered = found.iter().all(|(number, _)| number.is_finite());
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    (found.into_iter().map(|(_, id)| id).collect(), ordered)
}
