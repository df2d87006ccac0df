//! Forecasts against truth: one row a model and group, with every score that the forecasts allow.

mod cases;
mod compare;

pub use cases::{Case, Cases, Categories, join};

use super::Task;
use super::scores::{
    Coverage, LevelSet, Wis, bias_from_quantiles, bias_from_samples, covers, crps, log_quantiles, log_score,
    ranked_probability_score, threshold_weighted_crps, wis,
};
use super::skill::Interval;
use crate::error::{Error, Problem, Result};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// Scores of one model in one group: means over its cases with quantiles or samples or, where it has none, over its cases
/// with a mean or median alone. NaN or `None` where there is no such score.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The model.
    pub model: String,
    /// Values of the grouping columns, in the order of [`Options::by`].
    pub group: Vec<String>,
    /// Number of cases behind the scores; of categories where there are no others.
    pub n: usize,
    /// Cases with a mean or median alone that are not in the means, because other cases have quantiles or samples.
    pub points_left_out: usize,
    /// The level sets of the quantiles, each once.
    pub levels: Vec<Arc<LevelSet>>,
    /// Scores that some cases have and some have not, so that there is no mean.
    pub partial: Vec<&'static str>,
    /// Weighted interval score and its parts.
    pub wis: Wis,
    /// Weighted interval score of `ln(x + 1)`; `None` with values at or below -1.
    pub wis_log: Option<f64>,
    /// Absolute error of the median; NaN where a case has none.
    pub mae: f64,
    /// Root of the mean squared error of the mean, if every case has one.
    pub rmse: Option<f64>,
    /// CRPS of the samples (EDF form), if every case has samples.
    pub crps: Option<f64>,
    /// CRPS of `ln(x + 1)` of the samples.
    pub crps_log: Option<f64>,
    /// Weighted interval score of `max(x, capacity)` against `max(y, capacity)`: the tail that matters to planners. A
    /// monotone transform maps quantiles exactly, so it is for all models alike. `None` without a capacity.
    pub wis_tail: Option<f64>,
    /// The same as CRPS of the samples.
    pub crps_tail: Option<f64>,
    /// Log score of the probabilities of categories ([`log_score`]), if every case of categories has one.
    pub log_score: Option<f64>,
    /// Ranked probability score of ordered categories or thresholds ([`ranked_probability_score`]), if every such case
    /// has one.
    pub rps: Option<f64>,
    /// Cases of categories or thresholds.
    pub n_categories: usize,
    /// Shares inside the central intervals; NaN where a case lacks the levels.
    pub coverage: Coverage,
    /// -1 (forecasts below) to 1 (forecasts above); from samples where every case has them, else from quantiles.
    pub bias: f64,
    /// Tasks that the model and the reference both have; `None` where there is no reference in the group.
    pub common: Option<usize>,
    /// Scaled relative skill among all models of the group ([`pairwise`](super::skill::pairwise)): below 1 is better than the
    /// reference. It is the plain ratio where all models have the same tasks; where they have not, it also rests on tasks
    /// that the reference lacks. `None` without a common task with the reference, and where its scores are all zero.
    pub relative_skill: Option<f64>,
    /// Sum of the scores over that of the reference, over the tasks that both have; `None` as the relative skill.
    pub ratio: Option<f64>,
    /// 95 % interval of the ratio, by block bootstrap over origins with as many origins as a block as the longest forecast
    /// overlaps. `None` for the reference itself, and with fewer common origins than 8 or than two blocks.
    pub ratio_interval: Option<Interval>,
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
        self.ratio.filter(|_| reference != Some(self.model.as_str()))?;
        Some(match self.ratio_interval {
            Some(i) if i.high < 1.0 => Verdict::Better,
            Some(i) if i.low > 1.0 => Verdict::Worse,
            _ => Verdict::NoEvidence,
        })
    }
}

/// The scores of one case.
struct Scored {
    task: usize,
    /// Score of its quantiles; `None` without quantiles or samples.
    spread: Option<Spread>,
    /// Absolute error of the median, squared error of the mean.
    error: Option<f64>,
    squared: Option<f64>,
    /// Log score and ranked probability score, for a case of categories.
    categories: Option<(Option<f64>, Option<f64>)>,
}

/// The scores of quantiles and samples.
struct Spread {
    levels: Arc<LevelSet>,
    wis: Wis,
    wis_log: Option<f64>,
    crps: Option<f64>,
    crps_log: Option<f64>,
    wis_tail: Option<f64>,
    crps_tail: Option<f64>,
    covered: [Option<bool>; 4],
    bias: f64,
}

const COVERAGES: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

fn spread(case: &Case, levels: &Arc<LevelSet>, capacity: Option<f64>) -> Result<Spread> {
    let (q, y) = (&*case.quantiles, case.observed);
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
    Ok(Spread {
        levels: Arc::clone(levels),
        wis: natural,
        wis_log,
        crps: sampled.then(|| crps(&case.samples, y)),
        crps_log: (sampled && loggable(&case.samples))
            .then(|| crps(&log_quantiles(&case.samples), y.ln_1p())),
        wis_tail,
        crps_tail: capacity.filter(|_| sampled).map(|r| threshold_weighted_crps(&case.samples, y, r)),
        covered: COVERAGES.map(|c| covers(levels, q, c, y)),
        bias: if sampled { bias_from_samples(&case.samples, y) } else { bias_from_quantiles(levels, q, y) },
    })
}

fn score(case: &Case, task: usize, capacity: Option<f64>) -> Result<Scored> {
    let spread = case.levels.as_ref().map(|levels| spread(case, levels, capacity)).transpose()?;
    let middle = case.levels.as_ref().and_then(|l| l.median()).map(|at| case.quantiles[at]);
    let categories = case.categories.as_ref().map(|c| {
        let ranked = c.ordered.then(|| ranked_probability_score(&c.cumulative, c.observed));
        (c.probability.map(log_score), ranked)
    });
    Ok(Scored {
        task,
        spread,
        error: middle.or(case.median).map(|m| (m - case.observed).abs()),
        squared: case.mean.map(|m| (m - case.observed).powi(2)),
        categories,
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
        if options.log && scored.spread.as_ref().is_some_and(|s| s.wis_log.is_none()) {
            return Err(Error::invalid(
                Problem::new("--log", "values at or below -1 have no logarithm of x + 1")
                    .with_key(case.model.as_str())
                    .with_found(
                        case.task.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(", "),
                    )
                    .with_hint("score on the natural scale, or leave this target out"),
            ));
        }
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
        // Where there is no interval score, by the error of points or the score of categories; none is last.
        let others = |r: &Row| [r.mae, r.rmse.unwrap_or(f64::NAN), r.rps.or(r.log_score).unwrap_or(f64::NAN)];
        let order = |a: &Row, b: &Row| {
            let others = others(a).into_iter().zip(others(b)).map(|(a, b)| last(a).total_cmp(&last(b)));
            last(rank(a)).total_cmp(&last(rank(b))).then_with(|| others.fold(Ordering::Equal, Ordering::then))
        };
        of_group.sort_by(order);
        rows.extend(of_group);
    }
    compare::adjust(&mut rows);
    Ok(rows)
}

static EMPTY: Task = Task::new();

/// What is no number comes last.
fn last(score: f64) -> f64 {
    if score.is_nan() { f64::INFINITY } else { score }
}

/// Text that sorts by size where it is a number.
#[derive(PartialEq, Eq)]
struct Natural(String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let number = |n: &Self| n.0.parse::<i64>().unwrap_or(i64::MAX);
        number(self).cmp(&number(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
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

/// The mean of a score that every case has; `None` if one has none, or there is no case.
fn mean_of<T>(cases: &[T], score: impl Fn(&T) -> Option<f64>) -> Option<f64> {
    let sum = cases.iter().map(score).sum::<Option<f64>>()?;
    (!cases.is_empty()).then(|| sum / cases.len() as f64)
}

fn row(model: &str, group: &[String], scored: &[Scored], compared: compare::Comparison) -> Row {
    let spreads: Vec<&Spread> = scored.iter().filter_map(|s| s.spread.as_ref()).collect();
    let points = scored.iter().filter(|s| s.spread.is_none() && (s.error.is_some() || s.squared.is_some()));
    let points: Vec<&Scored> = points.collect();
    let categories: Vec<(Option<f64>, Option<f64>)> = scored.iter().filter_map(|s| s.categories).collect();
    let (main, points_left_out): (Vec<&Scored>, usize) = if spreads.is_empty() {
        (points, 0)
    } else {
        (scored.iter().filter(|s| s.spread.is_some()).collect(), points.len())
    };
    let mean = |f: &dyn Fn(&Spread) -> f64| mean_of(&spreads, |s| Some(f(s))).unwrap_or(f64::NAN);
    let every = |f: &dyn Fn(&Spread) -> Option<f64>| mean_of(&spreads, |s| f(s));
    let share = |i: usize| every(&|s| s.covered[i].map(|c| f64::from(u8::from(c)))).unwrap_or(f64::NAN);
    let some = |name: &'static str, has: &dyn Fn(&Scored) -> bool| {
        let with = main.iter().filter(|s| has(s)).count();
        (with > 0 && with < main.len()).then_some(name)
    };
    let of_spread = |has: fn(&Spread) -> bool| move |s: &Scored| s.spread.as_ref().is_some_and(has);
    let partial = [
        some("wis_log", &of_spread(|s| s.wis_log.is_some())),
        some("crps", &of_spread(|s| s.crps.is_some())),
        some("coverage", &of_spread(|s| s.covered.iter().any(Option::is_some))),
        some("mae", &|s| s.error.is_some()),
        some("rmse", &|s| s.squared.is_some()),
    ];
    let mut levels: Vec<Arc<LevelSet>> = Vec::new();
    for spread in &spreads {
        if !levels.iter().any(|l| l.same(&spread.levels)) {
            levels.push(Arc::clone(&spread.levels));
        }
    }
    Row {
        model: model.to_string(),
        group: group.to_vec(),
        n: if main.is_empty() { categories.len() } else { main.len() },
        points_left_out,
        levels,
        partial: partial.into_iter().flatten().collect(),
        wis: Wis {
            total: mean(&|s| s.wis.total),
            dispersion: mean(&|s| s.wis.dispersion),
            overprediction: mean(&|s| s.wis.overprediction),
            underprediction: mean(&|s| s.wis.underprediction),
        },
        wis_log: every(&|s| s.wis_log),
        mae: mean_of(&main, |s| s.error).unwrap_or(f64::NAN),
        rmse: mean_of(&main, |s| s.squared).map(f64::sqrt),
        crps: every(&|s| s.crps),
        crps_log: every(&|s| s.crps_log),
        wis_tail: every(&|s| s.wis_tail),
        crps_tail: every(&|s| s.crps_tail),
        log_score: mean_of(&categories, |c| c.0),
        rps: mean_of(&categories, |c| c.1),
        n_categories: categories.len(),
        coverage: Coverage { c50: share(0), c80: share(1), c90: share(2), c95: share(3) },
        bias: mean(&|s| s.bias),
        common: compared.common,
        relative_skill: compared.skill,
        ratio: compared.ratio,
        ratio_interval: compared.interval,
        p_value: compared.p_value,
        p_holm: None,
    }
}

#[cfg(test)]
mod tests;
