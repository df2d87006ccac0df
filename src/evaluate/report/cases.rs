//! Forecasts joined with what happened.

use crate::error::{Error, Problem, Result};
use crate::evaluate::hub::{Forecasts, Task, Truth};
use crate::evaluate::scores::{LevelSet, Quantiles, hub_quantiles};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A forecast of one task with what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The model.
    pub model: String,
    /// The task: column and value.
    pub task: Task,
    /// Levels of the quantiles.
    pub levels: Arc<LevelSet>,
    /// Quantiles, as many as levels.
    pub quantiles: Vec<f64>,
    /// Samples, may be empty.
    pub samples: Vec<f64>,
    /// What was observed.
    pub observed: f64,
}

impl Case {
    /// A case with the 23 hub quantiles and no samples.
    pub fn new(model: impl Into<String>, task: Task, quantiles: &Quantiles, observed: f64) -> Self {
        Self {
            model: model.into(),
            task,
            levels: LevelSet::hub(),
            quantiles: quantiles.to_vec(),
            samples: Vec::new(),
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
    /// Forecasts with neither quantiles nor samples.
    pub without_distribution: usize,
}

/// Joins forecasts with truth. Forecasts with samples only get the 23 hub quantiles of their samples (type 7).
///
/// # Errors
/// [`Error::Invalid`] if truth and forecasts cannot be matched ([`Truth::matcher`]), if a model's quantile levels are not
/// symmetric about a median ([`LevelSet::new`]; once a model and file), or if no forecast has an observation.
pub fn join(forecasts: &Forecasts, truth: &Truth) -> Result<Cases> {
    let matcher = truth.matcher(&forecasts.task_columns)?;
    let mut joined = Cases::default();
    let mut sets: BTreeMap<Vec<u64>, Option<Arc<LevelSet>>> = BTreeMap::new();
    let mut told: BTreeSet<(String, Arc<str>)> = BTreeSet::new();
    let mut problems = Vec::new();
    for f in &forecasts.forecasts {
        if f.quantiles.is_empty() && f.samples.is_empty() {
            joined.without_distribution += 1;
            continue;
        }
        let samples: Vec<f64> = f.samples.iter().map(|s| s.value).collect();
        let (levels, quantiles) = if f.quantiles.is_empty() {
            (Some(LevelSet::hub()), hub_quantiles(&samples).to_vec())
        } else {
            let bits: Vec<u64> = f.levels.iter().map(|l| l.to_bits()).collect();
            let known =
                sets.entry(bits).or_insert_with(|| LevelSet::new(f.levels.clone()).ok().map(Arc::new));
            (known.clone(), f.quantiles.clone())
        };
        let Some(levels) = levels else {
            if let Err(Error::Invalid(faults)) = LevelSet::new(f.levels.clone())
                && told.insert((f.model.clone(), Arc::clone(&f.file)))
            {
                problems.extend(faults.into_iter().map(|p| Problem {
                    file: f.file.to_string(),
                    key: f.model.clone(),
                    ..p
                }));
            }
            continue;
        };
        match matcher.observed(&f.task) {
            Some(observed) => joined.cases.push(Case {
                model: f.model.clone(),
                task: f.task.clone(),
                levels,
                quantiles,
                samples,
                observed,
            }),
            None => joined.without_truth += 1,
        }
    }
    if problems.is_empty() && joined.cases.is_empty() {
        problems.push(
            Problem::new(&*truth.file, "no forecast can be scored")
                .with_found(format!(
                    "{} forecasts without an observation, {} without quantiles or samples",
                    joined.without_truth, joined.without_distribution
                ))
                .with_hint("compare the dates, locations and targets of both sides"),
        );
    }
    if problems.is_empty() { Ok(joined) } else { Err(Error::Invalid(problems)) }
}
