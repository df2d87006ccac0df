//! The scorecard of a benchmark: policies × futures × paired draws, as pure functions on one array of values.
//!
//! Nothing here knows which way is better: directions come with each call.

use super::compare::{Contrast, contrast};
use super::summary::{mean, quantile, sorted};
use crate::better::Direction;

/// Values of outcomes over the horizon by policy, future and run.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// Policies.
    pub policies: usize,
    /// Futures.
    pub futures: usize,
    /// Outcomes.
    pub outcomes: usize,
    /// The draw of the assumptions of each run; every policy and future has the same runs.
    pub draws: Vec<u64>,
    values: Vec<f64>,
}

impl Cells {
    /// Zeros.
    pub fn zeros(policies: usize, futures: usize, outcomes: usize, draws: Vec<u64>) -> Self {
        let values = vec![0.0; policies * futures * outcomes * draws.len()];
        Self { policies, futures, outcomes, draws, values }
    }

    /// Runs of each policy and future.
    pub fn runs(&self) -> usize {
        self.draws.len()
    }

    fn at(&self, policy: usize, future: usize, outcome: usize, run: usize) -> usize {
        ((policy * self.futures + future) * self.outcomes + outcome) * self.runs() + run
    }

    /// Sets a value.
    pub fn set(&mut self, (policy, future): (usize, usize), outcome: usize, run: usize, value: f64) {
        let at = self.at(policy, future, outcome, run);
        self.values[at] = value;
    }

    /// A value.
    pub fn get(&self, policy: usize, future: usize, outcome: usize, run: usize) -> f64 {
        self.values[self.at(policy, future, outcome, run)]
    }

    /// The runs of a policy in a future.
    pub fn row(&self, policy: usize, future: usize, outcome: usize) -> &[f64] {
        let start = self.at(policy, future, outcome, 0);
        &self.values[start..start + self.runs()]
    }

    /// The values of a policy in one future, or in all of them one after the other.
    pub fn values(&self, policy: usize, future: Option<usize>, outcome: usize) -> Vec<f64> {
        self.chosen(future).flat_map(|f| self.row(policy, f, outcome).iter().copied()).collect()
    }

    /// The draws that belong to [`Self::values`].
    pub fn draws_of(&self, future: Option<usize>) -> Vec<u64> {
        self.chosen(future).flat_map(|_| self.draws.iter().copied()).collect()
    }

    fn chosen(&self, future: Option<usize>) -> std::ops::Range<usize> {
        future.map_or(0..self.futures, |f| f..f + 1)
    }

    /// Mean and 95 % range over runs (and futures, all of equal weight).
    pub fn summary(&self, policy: usize, future: Option<usize>, outcome: usize) -> (f64, f64, f64) {
        let values = sorted(self.values(policy, future, outcome));
        (mean(&values), quantile(&values, 0.025), quantile(&values, 0.975))
    }

    /// A policy against the reference, paired by future and run.
    pub fn against(
        &self,
        policy: usize,
        reference: usize,
        future: Option<usize>,
        outcome: usize,
    ) -> Contrast {
        contrast(
            &self.values(reference, future, outcome),
            &self.values(policy, future, outcome),
            &self.draws_of(future),
        )
    }

    /// Share of runs (and futures) in which a policy satisfies: Starr's domain criterion.
    pub fn satisfied(
        &self,
        policy: usize,
        future: Option<usize>,
        outcome: usize,
        holds: impl Fn(f64) -> bool,
    ) -> f64 {
        let values = self.values(policy, future, outcome);
        values.iter().filter(|v| holds(**v)).count() as f64 / values.len() as f64
    }
}

/// Whether `a` is at least as good as `b` on every axis and better on one.
fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(x, y)| x >= y) && a.iter().zip(b).any(|(x, y)| x > y)
}

/// What is said of a policy on some axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Whether no other policy dominates its mean over all futures and runs.
    pub on_front: bool,
    /// Share of futures and runs in which no other policy dominates it.
    pub p_front: f64,
    /// The policies that dominate it in the mean.
    pub dominated_by: Vec<usize>,
}

/// The Pareto front of `axes` (outcome and direction), by means and with its uncertainty.
///
/// Two policies with the same values on all axes do not dominate each other.
pub fn front(cells: &Cells, axes: &[(usize, Direction)]) -> Vec<Standing> {
    let point =
        |value: &dyn Fn(usize) -> f64| -> Vec<f64> { axes.iter().map(|(o, d)| d.good(value(*o))).collect() };
    let means: Vec<Vec<f64>> =
        (0..cells.policies).map(|p| point(&|o| mean(&cells.values(p, None, o)))).collect();
    let mut free = vec![0usize; cells.policies];
    for future in 0..cells.futures {
        for run in 0..cells.runs() {
            let points: Vec<Vec<f64>> =
                (0..cells.policies).map(|p| point(&|o| cells.get(p, future, o, run))).collect();
            for p in 0..cells.policies {
                free[p] += usize::from(!points.iter().any(|q| dominates(q, &points[p])));
            }
        }
    }
    let cases = (cells.futures * cells.runs()) as f64;
    (0..cells.policies)
        .map(|p| {
            let dominated_by: Vec<usize> =
                (0..cells.policies).filter(|&q| dominates(&means[q], &means[p])).collect();
            Standing { on_front: dominated_by.is_empty(), p_front: free[p] as f64 / cases, dominated_by }
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Two outcomes of three policies in two futures with two runs.
    pub(crate) fn cells() -> Cells {
        let mut c = Cells::zeros(3, 2, 2, vec![0, 1]);
        // Entries, cost: nothing (100, 0), dear and good (60, 10), dear and useless (100, 10).
        for (p, (entries, cost)) in [(100.0, 0.0), (60.0, 10.0), (100.0, 10.0)].into_iter().enumerate() {
            for f in 0..2 {
                for r in 0..2 {
                    c.set((p, f), 0, r, entries * (1.0 + f as f64) + 10.0 * r as f64);
                    c.set((p, f), 1, r, cost);
                }
            }
        }
        c
    }

    #[test]
    fn the_scorecard_pairs_futures_and_runs() {
        let c = cells();
        assert_eq!(c.summary(0, Some(0), 0).0, 105.0);
        assert_eq!(c.summary(0, None, 0).0, 155.0);
        let d = c.against(1, 0, None, 0);
        assert_eq!((d.difference, d.p_negative, d.runs), (-60.0, 1.0, 4));
        assert_eq!(c.against(1, 0, Some(0), 0).difference, -40.0);
        assert_eq!(c.satisfied(0, None, 0, |v| v <= 110.0), 0.5);
    }

    #[test]
    fn what_costs_and_does_nothing_is_dominated() {
        let axes = [(0, Direction::Lower), (1, Direction::Lower)];
        let standings = front(&cells(), &axes);
        assert_eq!(standings.iter().map(|s| s.on_front).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(standings[2].dominated_by, [0, 1]);
        assert_eq!(standings.iter().map(|s| s.p_front).collect::<Vec<_>>(), [1.0, 1.0, 0.0]);
    }
}
