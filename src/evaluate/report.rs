//! Forecasts against truth: one row a model and group, with every score that the forecasts allow.

use super::hub::{Forecasts, Task, Truth};
use super::scores::{
    Coverage, LevelSet, Quantiles, Wis, bias_from_quantiles, bias_from_samples, covers, crps, hub_quantiles,
    log_quantiles, wis,
};
use super::skill::{Interval, pairwise, ratio_interval};
use crate::error::{Error, Problem, Result};
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

/// How to summarise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Task columns whose values make groups, e.g. `horizon`; none for one group.
    pub by: Vec<String>,
    /// Whether relative skill and order are by the score of `ln(x + 1)` instead of the natural one.
    pub log: bool,
    /// The model to which skill is relative.
    pub relative_to: Option<String>,
    /// Resamples behind each interval of relative skill; 0 for none.
    pub draws: usize,
    /// Seed of the resamples.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { by: vec!["horizon".into()], log: false, relative_to: None, draws: 1000, seed: 1 }
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
    /// Shares inside the central intervals; NaN where a case lacks the levels.
    pub coverage: Coverage,
    /// -1 (forecasts below) to 1 (forecasts above); from samples where every case has them, else from quantiles.
    pub bias: f64,
    /// Scaled relative skill over common tasks ([`pairwise`]): below 1 is better than the reference model.
    pub relative_skill: Option<f64>,
    /// 95 % interval of the plain ratio to the reference over common tasks, by block bootstrap over origins with the
    /// longest horizon as block. `None` with fewer origins than 8 or than two blocks. If it spans 1 there is no evidence of
    /// a difference.
    pub relative_interval: Option<Interval>,
}

/// The scores of one case.
struct Scored {
    task: usize,
    wis: Wis,
    wis_log: Option<f64>,
    error: f64,
    crps: Option<f64>,
    crps_log: Option<f64>,
    covered: [Option<bool>; 4],
    bias: f64,
}

const COVERAGES: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

fn score(case: &Case, task: usize) -> Result<Scored> {
    let (levels, q, y) = (&*case.levels, &*case.quantiles, case.observed);
    let natural = wis(levels, q, y)?;
    let loggable = |x: &[f64]| y > -1.0 && x.iter().all(|v| *v > -1.0);
    let wis_log = if loggable(q) { Some(wis(levels, &log_quantiles(q), y.ln_1p())?.total) } else { None };
    let sampled = !case.samples.is_empty();
    Ok(Scored {
        task,
        wis: natural,
        wis_log,
        error: (q[levels.median()] - y).abs(),
        crps: sampled.then(|| crps(&case.samples, y)),
        crps_log: (sampled && loggable(&case.samples))
            .then(|| crps(&log_quantiles(&case.samples), y.ln_1p())),
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
        let scored = score(case, numbers[&case.task])?;
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
        let skills = relative(models, options)?;
        let mut of_group: Vec<Row> = models
            .iter()
            .map(|(model, scored)| {
                let relative_interval = options
                    .relative_to
                    .as_ref()
                    .and_then(|r| models.get(r))
                    .and_then(|reference| interval(scored, reference, &tasks, options));
                row(model, &group, scored, skills.get(model).copied(), relative_interval)
            })
            .collect();
        let rank = |r: &Row| if options.log { r.wis_log.unwrap_or(f64::INFINITY) } else { r.wis.total };
        of_group.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        rows.extend(of_group);
    }
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

fn metric(scored: &Scored, log: bool) -> Option<f64> {
    if log { scored.wis_log } else { Some(scored.wis.total) }
}

/// Scaled relative skill of each model, where a reference is asked for and is in the group.
fn relative(models: &BTreeMap<String, Vec<Scored>>, options: &Options) -> Result<BTreeMap<String, f64>> {
    let Some(reference) = options.relative_to.as_deref().filter(|r| models.contains_key(*r)) else {
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
    Ok(pairwise(&scores, Some(reference))?.into_iter().filter_map(|s| Some((s.model, s.scaled?))).collect())
}

/// Block-bootstrap interval of the ratio of sums over common tasks, summed by origin.
fn interval(own: &[Scored], reference: &[Scored], tasks: &[&Task], options: &Options) -> Option<Interval> {
    let theirs: BTreeMap<usize, f64> =
        reference.iter().filter_map(|s| Some((s.task, metric(s, options.log)?))).collect();
    let mut by_origin: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut block = 1;
    for s in own {
        if let (Some(a), Some(b)) = (metric(s, options.log), theirs.get(&s.task)) {
            let task = tasks[s.task];
            let origin =
                ["origin_date", "reference_date", "forecast_date"].iter().find_map(|c| task.get(*c))?;
            let sums = by_origin.entry(origin).or_default();
            *sums = (sums.0 + a, sums.1 + b);
            block = block.max(task.get("horizon").and_then(|h| h.parse().ok()).unwrap_or(1));
        }
    }
    if options.draws == 0 || by_origin.len() < 8 || by_origin.len() < 2 * block {
        return None;
    }
    let (a, b): (Vec<f64>, Vec<f64>) = by_origin.into_values().unzip();
    Some(ratio_interval(&a, &b, block, options.draws, 0.95, options.seed))
}

fn row(
    model: &str,
    group: &[String],
    scored: &[Scored],
    relative_skill: Option<f64>,
    relative_interval: Option<Interval>,
) -> Row {
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
        coverage: Coverage { c50: share(0), c80: share(1), c90: share(2), c95: share(3) },
        bias: mean(&|s| s.bias),
        relative_skill,
        relative_interval,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(origin: usize, horizon: usize) -> Task {
        let text = |k: &str, v: String| (k.to_string(), v);
        Task::from([
            text("origin_date", format!("2023-{origin:02}-01")),
            text("horizon", horizon.to_string()),
        ])
    }

    /// Two models over twelve origins and horizons 1, 2, 10; `wide` is twice as far off as `near`.
    fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for origin in 1..=12 {
            for horizon in [10, 1, 2] {
                let truth = 100.0 + (origin * horizon) as f64;
                for (model, miss) in [("t-near", 10.0), ("t-wide", 20.0)] {
                    let q: Quantiles = std::array::from_fn(|_| truth + miss);
                    cases.push(Case::new(model, task(origin, horizon), &q, truth));
                }
            }
        }
        cases
    }

    #[test]
    fn rows_are_by_group_and_from_best_to_worst() {
        let options = Options { relative_to: Some("t-wide".into()), ..Options::default() };
        let rows = summarise(&cases(), &options).unwrap();
        let order: Vec<(&str, &str)> = rows.iter().map(|r| (r.group[0].as_str(), r.model.as_str())).collect();
        assert_eq!(order[..3], [("1", "t-near"), ("1", "t-wide"), ("2", "t-near")]);
        assert_eq!(rows[4].group[0], "10");
        let first = &rows[0];
        assert_eq!((first.n, first.mae, first.bias), (12, 10.0, 1.0));
        assert!((first.wis.total - 10.0).abs() < 1e-9 && first.wis.dispersion == 0.0);
        assert!((first.relative_skill.unwrap() - 0.5).abs() < 1e-12);
        let interval = first.relative_interval.unwrap();
        assert!((interval.low - 0.5).abs() < 1e-12 && (interval.high - 0.5).abs() < 1e-12);
        assert_eq!(rows[1].relative_skill, Some(1.0));
        assert_eq!(rows[4].relative_interval, None, "12 origins are too few for blocks of 10");
        assert_eq!(first.coverage.c95, 0.0);
        assert!(first.crps.is_none() && first.wis_log.unwrap() < 0.2);
    }

    #[test]
    fn samples_bring_crps_and_their_own_bias() {
        let mut all = cases();
        for case in &mut all {
            case.samples = vec![case.observed - 1.0, case.observed + 1.0];
        }
        let options = Options { by: vec![], log: true, ..Options::default() };
        let rows = summarise(&all, &options).unwrap();
        assert_eq!(rows.len(), 2);
        assert!((rows[0].crps.unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(rows[0].bias, 0.0);
        assert!(rows[0].relative_skill.is_none());
    }

    #[test]
    fn wrong_wishes_are_refused_with_the_nearest_name() {
        let by = Options { by: vec!["horizont".into(), "colour".into()], ..Options::default() };
        let text = summarise(&cases(), &by).unwrap_err().to_string();
        assert!(text.contains("did you mean `horizon`?") && text.contains("colour"), "{text}");
        let relative = Options { relative_to: Some("t-naer".into()), ..Options::default() };
        assert!(summarise(&cases(), &relative).unwrap_err().to_string().contains("did you mean `t-near`?"));
        let mut negative = cases();
        negative[0].observed = -5.0;
        let log = Options { relative_to: Some("t-near".into()), log: true, ..Options::default() };
        assert!(summarise(&negative, &log).is_err());
        assert!(summarise(&[], &Options { by: vec![], ..Options::default() }).unwrap().is_empty());
    }
}
