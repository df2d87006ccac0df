//! Forecasts against truth: one row a model and group, with every score that the forecasts allow.

mod cases;
mod compare;

pub use cases::{Case, Cases, join};

use super::hub::Task;
use super::scores::{
    Coverage, Wis, bias_from_quantiles, bias_from_samples, covers, crps, log_quantiles,
    threshold_weighted_crps, wis,
};
use super::skill::Interval;
use crate::error::{Error, Problem, Result};
use std::collections::{BTreeMap, BTreeSet};

/// How to summarise.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Task columns whose values make groups, e.g. `horizon`; none for one group.
    pub by: Vec<String>,
    /// Whether relative skill and order are by the score of `ln(x + 1)` instead of the natural one.
    pub log: bool,
    /// The model to which skill is relative.
    pub relative_to: Option<String>,
    /// Planning capacity: forecasts are also scored on what lies above it, where preparedness costs arise.
    pub capacity: Option<f64>,
    /// Resamples behind each interval of relative skill; 0 for none.
    pub draws: usize,
    /// Seed of the resamples.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            by: vec!["horizon".into()],
            log: false,
            relative_to: None,
            capacity: None,
            draws: 1000,
            seed: 1,
        }
    }
}

/// Scores of one model in one group: means over its cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The model.
    pub model: String,
    /// Values of the grouping columns, in the order of [`Options::by`].
    pub group: Vec<String>,
    /// Number of cases.
    pub n: usize,
    /// Weighted interval score and its parts.
    pub wis: Wis,
    /// Weighted interval score of `ln(x + 1)`; `None` with values at or below -1.
    pub wis_log: Option<f64>,
    /// Absolute error of the median.
    pub mae: f64,
    /// CRPS of the samples (EDF form), if every case has samples.
    pub crps: Option<f64>,
    /// CRPS of `ln(x + 1)` of the samples.
    pub crps_log: Option<f64>,
    /// Weighted interval score of `max(x, capacity)` against `max(y, capacity)`: the tail that matters to planners. A
    /// monotone transform maps quantiles exactly, so it is for all models alike. `None` without a capacity.
    pub wis_tail: Option<f64>,
    /// The same as CRPS of the samples.
    pub crps_tail: Option<f64>,
    /// Shares inside the central intervals; NaN where a case lacks the levels.
    pub coverage: Coverage,
    /// -1 (forecasts below) to 1 (forecasts above); from samples where every case has them, else from quantiles.
    pub bias: f64,
    /// Scaled relative skill over common tasks ([`pairwise`](super::skill::pairwise)): below 1 is better than the reference model.
    pub relative_skill: Option<f64>,
    /// 95 % interval of the plain ratio to the reference over common tasks, by block bootstrap over origins with the
    /// longest horizon as block. `None` for the reference itself, and with fewer origins than 8 or than two blocks.
    pub relative_interval: Option<Interval>,
    /// Two-sided p-value of the Diebold-Mariano test of the differences to the reference, a mean an origin, as a second
    /// opinion. `None` where there is no interval, and no test ([`diebold_mariano`](super::skill::diebold_mariano)).
    pub p_value: Option<f64>,
    /// The p-value adjusted for the model's several groups ([`holm`](super::skill::holm)).
    pub p_holm: Option<f64>,
}

/// What may be said of a model and the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval of the ratio lies below 1.
    Better,
    /// The whole interval of the ratio lies above 1.
    Worse,
    /// The interval spans 1, or there are too few origins for one.
    NoEvidence,
}

impl Verdict {
    /// The verdict as it is printed.
    pub fn text(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NoEvidence => "no evidence of a difference",
        }
    }
}

impl Row {
    /// The verdict; `None` for the reference itself, and where there is none to compare with.
    pub fn verdict(&self, reference: Option<&str>) -> Option<Verdict> {
        self.relative_skill.filter(|_| reference != Some(self.model.as_str()))?;
        Some(match self.relative_interval {
            Some(i) if i.high < 1.0 => Verdict::Better,
            Some(i) if i.low > 1.0 => Verdict::Worse,
            _ => Verdict::NoEvidence,
        })
    }
}

/// The scores of one case.
struct Scored {
    task: usize,
    wis: Wis,
    wis_log: Option<f64>,
    error: f64,
    crps: Option<f64>,
    crps_log: Option<f64>,
    wis_tail: Option<f64>,
    crps_tail: Option<f64>,
    covered: [Option<bool>; 4],
    bias: f64,
}

const COVERAGES: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

fn score(case: &Case, task: usize, capacity: Option<f64>) -> Result<Scored> {
    let (levels, q, y) = (&*case.levels, &*case.quantiles, case.observed);
    let natural = wis(levels, q, y)?;
    let loggable = |x: &[f64]| y > -1.0 && x.iter().all(|v| *v > -1.0);
    let wis_log = if loggable(q) { Some(wis(levels, &log_quantiles(q), y.ln_1p())?.total) } else { None };
    let wis_tail = match capacity {
        Some(r) => {
            let tail: Vec<f64> = q.iter().map(|v| v.max(r)).collect();
            Some(wis(levels, &tail, y.max(r))?.total)
        }
        None => None,
    };
    let sampled = !case.samples.is_empty();
    Ok(Scored {
        task,
        wis: natural,
        wis_log,
        error: (q[levels.median()] - y).abs(),
        crps: sampled.then(|| crps(&case.samples, y)),
        crps_log: (sampled && loggable(&case.samples))
            .then(|| crps(&log_quantiles(&case.samples), y.ln_1p())),
        wis_tail,
        crps_tail: capacity.filter(|_| sampled).map(|r| threshold_weighted_crps(&case.samples, y, r)),
        covered: COVERAGES.map(|c| covers(levels, q, c, y)),
        bias: if sampled { bias_from_samples(&case.samples, y) } else { bias_from_quantiles(levels, q, y) },
    })
}

/// Scores cases and summarises them by group and model: groups in natural order, models from best to worst.
///
/// # Errors
/// [`Error::Invalid`] for a grouping column that no task has, an unknown reference model, quantiles that do not fit their
/// levels, or `log` with values at or below -1.
pub fn summarise(cases: &[Case], options: &Options) -> Result<Vec<Row>> {
    check_columns(cases, &options.by)?;
    let mut numbers: BTreeMap<&Task, usize> = BTreeMap::new();
    for case in cases {
        let next = numbers.len();
        numbers.entry(&case.task).or_insert(next);
    }
    let mut tasks: Vec<&Task> = vec![&EMPTY; numbers.len()];
    for (task, number) in &numbers {
        tasks[*number] = task;
    }
    let mut groups: BTreeMap<Vec<Natural>, BTreeMap<String, Vec<Scored>>> = BTreeMap::new();
    for case in cases {
        let key =
            options.by.iter().map(|c| Natural(case.task.get(c).cloned().unwrap_or("NA".into()))).collect();
        let scored = score(case, numbers[&case.task], options.capacity)?;
        groups.entry(key).or_default().entry(case.model.clone()).or_default().push(scored);
    }
    if let Some(reference) = &options.relative_to {
        let models: BTreeSet<&str> = cases.iter().map(|c| c.model.as_str()).collect();
        if !models.contains(reference.as_str()) {
            return Err(Error::invalid(super::skill::unknown_model(reference, models.into_iter())));
        }
    }
    let mut rows = Vec::new();
    for (key, models) in &groups {
        let group: Vec<String> = key.iter().map(|n| n.0.clone()).collect();
        let comparisons = compare::with_reference(models, &tasks, options)?;
        let mut of_group: Vec<Row> = models
            .iter()
            .map(|(model, scored)| {
                let compared = comparisons.get(model).copied().unwrap_or_default();
                row(model, &group, scored, compared)
            })
            .collect();
        let rank = |r: &Row| if options.log { r.wis_log.unwrap_or(f64::INFINITY) } else { r.wis.total };
        of_group.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        rows.extend(of_group);
    }
    compare::adjust(&mut rows);
    Ok(rows)
}

static EMPTY: Task = Task::new();

/// Text that sorts by size where it is a number.
#[derive(PartialEq, Eq)]
struct Natural(String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let number = |n: &Self| n.0.parse::<i64>().unwrap_or(i64::MAX);
        number(self).cmp(&number(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn check_columns(cases: &[Case], by: &[String]) -> Result<()> {
    let known: BTreeSet<&str> = cases.iter().flat_map(|c| c.task.keys().map(String::as_str)).collect();
    let problems: Vec<Problem> = by
        .iter()
        .filter(|c| !known.contains(c.as_str()))
        .map(|c| {
            let problem = Problem::new("--by", "no task has this column")
                .with_found(c.as_str())
                .with_allowed(known.iter().copied().collect::<Vec<_>>().join(", "));
            let nearest =
                known.iter().map(|k| (strsim::jaro_winkler(c, k), k)).max_by(|a, b| a.0.total_cmp(&b.0));
            match nearest {
                Some((similarity, k)) if similarity > 0.7 => {
                    problem.with_hint(format!("did you mean `{k}`?"))
                }
                _ => problem,
            }
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

fn row(model: &str, group: &[String], scored: &[Scored], compared: compare::Comparison) -> Row {
    let n = scored.len() as f64;
    let mean = |f: &dyn Fn(&Scored) -> f64| scored.iter().map(f).sum::<f64>() / n;
    let every =
        |f: &dyn Fn(&Scored) -> Option<f64>| scored.iter().map(f).sum::<Option<f64>>().map(|sum| sum / n);
    let share = |i: usize| every(&|s| s.covered[i].map(|c| f64::from(u8::from(c)))).unwrap_or(f64::NAN);
    Row {
        model: model.to_string(),
        group: group.to_vec(),
        n: scored.len(),
        wis: Wis {
            total: mean(&|s| s.wis.total),
            dispersion: mean(&|s| s.wis.dispersion),
            overprediction: mean(&|s| s.wis.overprediction),
            underprediction: mean(&|s| s.wis.underprediction),
        },
        wis_log: every(&|s| s.wis_log),
        mae: mean(&|s| s.error),
        crps: every(&|s| s.crps),
        crps_log: every(&|s| s.crps_log),
        wis_tail: every(&|s| s.wis_tail),
        crps_tail: every(&|s| s.crps_tail),
        coverage: Coverage { c50: share(0), c80: share(1), c90: share(2), c95: share(3) },
        bias: mean(&|s| s.bias),
        relative_skill: compared.skill,
        relative_interval: compared.interval,
        p_value: compared.p_value,
        p_holm: None,
    }
}

#[cfg(test)]
mod tests;
