//! Regret: how much worse a policy is than the best one would have been, in the same future and the same run, so
//! that chance cancels (McPhail et al., *Robustness metrics*, Earth's Future 6, 2018).

use super::bench::Cells;
use super::summary::{mean, quantile, sorted};
use crate::better::Direction;

/// Regret of a policy on one outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regret {
    /// Mean.
    pub mean: f64,
    /// 90 % quantile.
    pub ninetieth: f64,
    /// Maximum.
    pub most: f64,
    /// Share of futures and runs in which the policy is the best; ties are shared out.
    pub p_best: f64,
}

/// Regret of every policy on an outcome, in one future or in all.
pub fn regret(cells: &Cells, outcome: usize, direction: Direction, future: Option<usize>) -> Vec<Regret> {
    let columns: Vec<Vec<f64>> = (0..cells.policies)
        .map(|p| cells.values(p, future, outcome).into_iter().map(|v| direction.good(v)).collect())
        .collect();
    let cases = columns.first().map_or(0, Vec::len);
    let mut regrets = vec![Vec::with_capacity(cases); cells.policies];
    let mut best_of = vec![0.0; cells.policies];
    for case in 0..cases {
        let best = columns.iter().map(|c| c[case]).fold(f64::NEG_INFINITY, f64::max);
        let ties = columns.iter().filter(|c| c[case] == best).count() as f64;
        for (p, column) in columns.iter().enumerate() {
            regrets[p].push(best - column[case]);
            if column[case] == best {
                best_of[p] += 1.0 / ties;
            }
        }
    }
    regrets
        .into_iter()
        .zip(best_of)
        .map(|(values, best)| {
            let values = sorted(values);
            Regret {
                mean: mean(&values),
                ninetieth: quantile(&values, 0.9),
                most: values.last().copied().unwrap_or(f64::NAN),
                p_best: best / cases as f64,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_has_no_regret_and_ties_share() {
        let mut c = Cells::zeros(3, 2, 1, vec![0]);
        for (p, values) in [[10.0, 30.0], [20.0, 10.0], [20.0, 10.0]].into_iter().enumerate() {
            for (f, v) in values.into_iter().enumerate() {
                c.set((p, f), 0, 0, v);
            }
        }
        let lower = regret(&c, 0, Direction::Lower, None);
        assert_eq!(lower.iter().map(|r| r.mean).collect::<Vec<_>>(), [10.0, 5.0, 5.0]);
        assert_eq!(lower.iter().map(|r| r.most).collect::<Vec<_>>(), [20.0, 10.0, 10.0]);
        assert_eq!(lower.iter().map(|r| r.p_best).collect::<Vec<_>>(), [0.5, 0.25, 0.25]);
        assert!((lower[0].ninetieth - 18.0).abs() < 1e-12);
        let higher = regret(&c, 0, Direction::Higher, Some(1));
        assert_eq!(higher.iter().map(|r| r.mean).collect::<Vec<_>>(), [0.0, 20.0, 20.0]);
        assert_eq!(higher.iter().map(|r| r.p_best).sum::<f64>(), 1.0);
    }
}
