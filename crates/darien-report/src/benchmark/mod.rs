//! A benchmark as tables, charts and sentences, from the kept runs and the benchmark's own file.

pub mod answer;
pub mod figures;
pub mod tables;

use super::results::Results;
use crate::chart::Lang;
use crate::error::Result;
use crate::experiment::bench::{Cells, Standing, front};
use crate::experiment::prim::{Found, prim};
use crate::experiment::ratio::{self, Ratio, fieller};
use crate::experiment::regret::{Regret, regret};
use crate::registry::better::Direction;
use crate::registry::outcomes::{self, over_horizon};
use crate::scenario::policies::{Policies, Policy, Scored};

/// The direction of a scored outcome, if one is declared.
pub fn direction(scored: &Scored) -> Option<Direction> {
    scored.better.direction()
}

/// Unit of a scored outcome over the horizon.
pub fn unit(scored: &Scored) -> &'static str {
    outcomes::find(&scored.outcome).map_or("", |o| o.unit.strip_suffix("/month").unwrap_or(o.unit))
}

/// The place of a scenario in the results: policies vary fastest.
pub fn member(policies: &Policies, policy: usize, future: usize) -> usize {
    future * policies.policies.len() + policy
}

/// What a variable of scenario discovery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An assumption: drawn in each run, unless the scenario fixes it.
    Assumption,
    /// The mean of a lever over the horizon.
    Lever,
    /// 1 in one future and 0 in the others: whatever a future changes, it differs by this.
    Future(usize),
}

/// A variable of scenario discovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name in tables.
    pub name: String,
    /// What it is.
    pub role: Role,
}

/// What the cases of a benchmark differ by.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// The variables of scenario discovery.
    pub variables: Vec<Variable>,
    /// Runs, in the order of `drawn`.
    pub runs: Vec<u64>,
    /// The drawn value of each assumption, by run; assumptions are the first of the variables.
    pub drawn: Vec<Vec<f64>>,
    /// The values that a scenario fixes, by policy and future: variable and value. Levers and futures always have one,
    /// assumptions where a file sets them.
    pub fixed: Vec<Vec<Vec<(usize, f64)>>>,
}

impl Conditions {
    /// The values of all variables in all cases of a policy, futures one after the other.
    fn points(&self, policy: usize) -> Vec<Vec<f64>> {
        let mut points = Vec::new();
        for fixed in &self.fixed[policy] {
            points.extend(self.drawn.iter().map(|drawn| {
                let mut point = drawn.clone();
                point.resize(self.variables.len(), 0.0);
                for (variable, value) in fixed {
                    point[*variable] = *value;
                }
                point
            }));
        }
        points
    }
}

/// A question of scenario discovery with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Position of the policy.
    pub policy: usize,
    /// Position of the outcome.
    pub outcome: usize,
    /// Share of the cases that fail.
    pub base_rate: f64,
    /// The box, if there is one.
    pub found: Option<Found>,
    /// The futures of which cases lie in the box.
    pub futures: Vec<usize>,
}

/// Everything that is computed from the cells.
#[derive(Debug, Clone)]
pub struct Scorecard<'a> {
    /// The benchmark.
    pub policies: &'a Policies,
    /// Values.
    pub cells: Cells,
    /// Standing on each of the Pareto axes.
    pub standings: Vec<Vec<Standing>>,
    /// Standing on all outcomes with a declared direction.
    pub overall: Vec<Standing>,
    /// What the cases differ by.
    pub conditions: Conditions,
    /// What discovery found.
    pub discovery: Vec<Answered>,
    /// What the results of each policy rest on though nothing on record supports it; may be empty.
    pub assumed: Vec<(String, String)>,
}

impl<'a> Scorecard<'a> {
    /// Reads the values of all policies, futures and runs and computes what is said of them.
    ///
    /// # Errors
    ///
    /// If a part cannot be read.
    pub fn new(
        policies: &'a Policies,
        results: &Results<'_>,
        draws: Vec<u64>,
        conditions: Conditions,
    ) -> Result<Self> {
        let cells = cells(policies, results, draws)?;
        let axes = |of: &[usize]| -> Vec<(usize, Direction)> {
            of.iter().filter_map(|&o| Some((o, direction(&policies.outcomes[o])?))).collect()
        };
        let standings = policies.pareto.iter().map(|of| front(&cells, &axes(of))).collect();
        let all: Vec<usize> = (0..policies.outcomes.len()).collect();
        let overall = front(&cells, &axes(&all));
        let discovery = policies
            .discovery
            .iter()
            .map(|d| discover(policies, &cells, &conditions, (d.policy, d.outcome)))
            .collect();
        let assumed = (0..policies.policies.len())
            .map(|p| &results.members[member(policies, p, 0)])
            .map(|m| (m.assumption(Lang::En), m.assumption(Lang::Es)))
            .collect();
        Ok(Self { policies, cells, standings, overall, conditions, discovery, assumed })
    }

    /// Regret of each policy on an outcome, if a direction is declared.
    pub fn regrets(&self, outcome: usize, future: Option<usize>) -> Option<Vec<Regret>> {
        Some(regret(&self.cells, outcome, direction(&self.policies.outcomes[outcome])?, future))
    }

    /// USD a unit of `outcome` avoided (gained, where more is better) by a policy, against the reference; none where
    /// the file names no cost or the outcome has no direction, and no figure where it is not sure that anything is
    /// avoided.
    pub fn price(&self, policy: usize, outcome: usize, future: Option<usize>) -> Option<Ratio> {
        let cost = self.policies.cost?;
        let direction = direction(&self.policies.outcomes[outcome])?;
        let change = |o: usize| -> Vec<f64> {
            let of = |p: usize| self.cells.values(p, future, o);
            of(policy).iter().zip(of(self.policies.reference)).map(|(a, b)| a - b).collect()
        };
        let avoided: Vec<f64> = change(outcome).into_iter().map(|v| direction.good(v)).collect();
        let price = fieller(&change(cost), &avoided, &self.cells.draws_of(future));
        Some(if avoided.iter().sum::<f64>() > 0.0 { price } else { ratio::NONE })
    }
}

/// Where a policy fails the threshold of an outcome.
fn discover(
    policies: &Policies,
    cells: &Cells,
    conditions: &Conditions,
    (policy, outcome): (usize, usize),
) -> Answered {
    let holds = |v: &f64| policies.outcomes[outcome].threshold.is_none_or(|t| t.holds(*v));
    let fails: Vec<bool> = cells.values(policy, None, outcome).iter().map(|v| !holds(v)).collect();
    let points = conditions.points(policy);
    // A draw is used in every future, so what it assumes is independent only once.
    let futures = policies.futures.len().max(1);
    let share = |v: &Variable| if v.role == Role::Assumption { 1.0 / futures as f64 } else { 1.0 };
    let independent: Vec<f64> = conditions.variables.iter().map(share).collect();
    let found = prim(&points, &fails, &independent);
    let inside = |point: &[f64]| found.as_ref().is_some_and(|f| f.holds(point));
    let runs = cells.runs().max(1);
    let futures =
        (0..futures).filter(|f| points.iter().skip(f * runs).take(runs).any(|point| inside(point))).collect();
    Answered {
        policy,
        outcome,
        base_rate: fails.iter().filter(|f| **f).count() as f64 / fails.len() as f64,
        found,
        futures,
    }
}

/// Reads every scored outcome of every run of every policy in every future.
fn cells(policies: &Policies, results: &Results<'_>, draws: Vec<u64>) -> Result<Cells> {
    let (np, nf, no) = (policies.policies.len(), policies.futures.len(), policies.outcomes.len());
    let mut cells = Cells::zeros(np, nf, no, draws);
    for future in 0..nf {
        for (p, policy) in policies.policies.iter().enumerate() {
            let m = &results.members[member(policies, p, future)];
            for (r, &run) in results.runs.iter().enumerate() {
                let values = results.parts.read(run, m.offset..m.offset + results.keys.len() * m.months)?;
                let total = |wanted: &dyn Fn(&str, &str) -> bool| -> f64 {
                    results
                        .keys
                        .iter()
                        .zip(values.chunks_exact(m.months))
                        .filter(|(k, _)| k.nationality == "ALL" && wanted(&k.outcome, &k.place))
                        .map(|(k, months)| over_horizon(&k.outcome, months))
                        .sum()
                };
                for (o, scored) in policies.outcomes.iter().enumerate() {
                    let mut value =
                        total(&|outcome, place| outcome == scored.outcome && scored.counts(place));
                    if scored.outcome == "public_cost" {
                        value += beyond(policy, scored, m.months, &|of| total(&|outcome, _| outcome == of));
                    }
                    cells.set((p, future), o, r, value);
                }
            }
        }
    }
    Ok(cells)
}

/// Costs of a policy that the model does not count, USD over the horizon.
fn beyond(policy: &Policy, scored: &Scored, months: usize, persons: &dyn Fn(&str) -> f64) -> f64 {
    policy
        .costs
        .iter()
        .filter(|c| scored.counts(&c.payer))
        .map(|c| {
            let of = if c.of.is_empty() { 0.0 } else { persons(&c.of) };
            c.usd_once + c.usd_per_month * months as f64 + c.usd_per_person * of
        })
        .sum()
}
