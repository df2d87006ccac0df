//! Screening by elementary effects: Morris (1991), *Technometrics* 33(2), with the mean of absolute effects and the
//! well-spread trajectories of Campolongo, Cariboni & Saltelli (2007), *Environmental Modelling & Software* 22,
//! picked one after the other as by Ruano et al. (2012), same journal, 37.

use super::bootstrap::{Interval, resamples};
use crate::random::{Decision, Seed, sample};
use crate::summary::{deviation, mean};

/// Levels of the grid in each coordinate: 0, 1/3, 2/3, 1.
pub const LEVELS: u32 = 4;
/// The step between the two values of a coordinate in a trajectory, `p / (2 (p − 1))`.
pub const STEP: f64 = LEVELS as f64 / (2.0 * (LEVELS as f64 - 1.0));
/// Candidates for each trajectory that is kept, where trajectories are spread well.
const CANDIDATES: usize = 5;

/// What a screening says of a factor, in units of the outcome per whole range of the factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screening {
    /// Mean effect, `μ`: with sign.
    pub mu: f64,
    /// Mean absolute effect, `μ*`: how much it matters.
    pub mu_star: f64,
    /// Interval of `μ*`: bootstrap over trajectories.
    pub interval: Interval,
    /// Standard deviation of the effects (n − 1), `σ`: large where the effect depends on the other factors or bends.
    pub sigma: f64,
}

/// The rows of `trajectories` trajectories of `factors + 1` rows each.
///
/// With `spread`, they are chosen from five times as many for their distances from each other.
pub fn design(factors: usize, trajectories: usize, spread: bool, seed: Seed) -> Vec<Vec<f64>> {
    let wanted = if spread { trajectories * CANDIDATES } else { trajectories };
    let all: Vec<Vec<Vec<f64>>> = (0..wanted).map(|t| trajectory(factors, t as u32, seed)).collect();
    let chosen: Vec<usize> = if spread { far_apart(&all, trajectories) } else { (0..trajectories).collect() };
    chosen.into_iter().flat_map(|t| all[t].clone()).collect()
}

/// One trajectory: every coordinate moves once, by [`STEP`] up or down, in an order of its own.
fn trajectory(factors: usize, number: u32, seed: Seed) -> Vec<Vec<f64>> {
    let mut words = seed.stream(Decision::Resample, number, u32::MAX);
    let grid = f64::from(LEVELS - 1);
    let half = LEVELS / 2;
    let ends: Vec<(f64, f64)> = (0..factors)
        .map(|_| {
            let level = sample::below(words.word(), half);
            let (low, high) = (f64::from(level) / grid, f64::from(level + half) / grid);
            if sample::bernoulli(words.word(), 0.5) { (low, high) } else { (high, low) }
        })
        .collect();
    let mut order: Vec<usize> = (0..factors).collect();
    for i in (1..factors).rev() {
        order.swap(i, sample::below(words.word(), i as u32 + 1) as usize);
    }
    let mut row: Vec<f64> = ends.iter().map(|e| e.0).collect();
    let mut rows = vec![row.clone()];
    for factor in order {
        row[factor] = ends[factor].1;
        rows.push(row.clone());
    }
    rows
}

/// Positions of `wanted` trajectories: first the two farthest apart, then always the one farthest from those chosen
/// (root of the sum of squared distances).
fn far_apart(all: &[Vec<Vec<f64>>], wanted: usize) -> Vec<usize> {
    if wanted >= all.len() {
        return (0..all.len()).collect();
    }
    let mut apart = vec![vec![0.0; all.len()]; all.len()];
    for a in 0..all.len() {
        for b in 0..a {
            let d = distance(&all[a], &all[b]).powi(2);
            (apart[a][b], apart[b][a]) = (d, d);
        }
    }
    // The first of equals wins, so that the choice does not depend on rounding.
    let farthest = |score: &dyn Fn(usize) -> f64, skip: &[usize]| {
        (0..all.len())
            .filter(|t| !skip.contains(t))
            .fold(None, |best: Option<(usize, f64)>, t| match best {
                Some((_, most)) if score(t) <= most => best,
                _ => Some((t, score(t))),
            })
            .map(|(t, _)| t)
    };
    let most = |t: usize| apart[t].iter().copied().fold(0.0, f64::max);
    let mut chosen: Vec<usize> = Vec::with_capacity(wanted);
    chosen.extend(farthest(&most, &[]).filter(|_| wanted > 0));
    while chosen.len() < wanted {
        let sum = |t: usize| chosen.iter().map(|&c| apart[c][t]).sum();
        let Some(next) = farthest(&sum, &chosen) else { break };
        chosen.push(next);
    }
    chosen.sort_unstable();
    chosen
}

/// Sum of the distances between all rows of two trajectories.
fn distance(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let between = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
    a.iter().map(|x| b.iter().map(|y| between(x, y)).sum::<f64>()).sum()
}

/// The elementary effects of each factor: `effects[factor][trajectory]`, in outcome per whole range.
///
/// An effect of which a row failed (NaN) is NaN.
pub fn effects(design: &[Vec<f64>], values: &[f64]) -> Vec<Vec<f64>> {
    let factors = design.first().map_or(0, Vec::len);
    let mut effects = vec![Vec::new(); factors];
    for (rows, values) in design.chunks_exact(factors + 1).zip(values.chunks_exact(factors + 1)) {
        for (pair, value) in rows.windows(2).zip(values.windows(2)) {
            if let Some(moved) = (0..factors).find(|&f| pair[0][f] != pair[1][f]) {
                effects[moved].push((value[1] - value[0]) / (pair[1][moved] - pair[0][moved]));
            }
        }
    }
    effects
}

/// What the rows of a [`design`] say of each factor; effects that failed are left out.
pub fn screen(design: &[Vec<f64>], values: &[f64], times: u32, seed: Seed) -> Vec<Screening> {
    effects(design, values)
        .into_iter()
        .map(|all| {
            let good: Vec<f64> = all.into_iter().filter(|e| e.is_finite()).collect();
            let sizes: Vec<f64> = good.iter().map(|e| e.abs()).collect();
            Screening {
                mu: mean(&good),
                mu_star: mean(&sizes),
                interval: Interval::of(
                    resamples(sizes.len(), times, seed, 1)
                        .map(|pick| pick.iter().map(|&i| sizes[i]).sum::<f64>() / pick.len() as f64),
                ),
                sigma: deviation(&good),
            }
        })
        .collect()
}

/// The `most` factors that matter most: by the largest share of `μ*` in the largest `μ*` of any quantity. A factor
/// without any effect never matters. The positions come in the order of the factors.
pub fn matter(quantities: &[Vec<Screening>], most: usize) -> Vec<usize> {
    let factors = quantities.first().map_or(0, Vec::len);
    let mut scores: Vec<(f64, usize)> = (0..factors).map(|f| (0.0, f)).collect();
    for screenings in quantities {
        let largest = screenings.iter().map(|s| s.mu_star).filter(|m| m.is_finite()).fold(0.0, f64::max);
        for (score, s) in scores.iter_mut().zip(screenings) {
            if s.mu_star > 0.0 {
                score.0 = score.0.max(s.mu_star / largest);
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut kept: Vec<usize> = scores.into_iter().filter(|s| s.0 > 0.0).take(most).map(|s| s.1).collect();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trajectory_moves_every_factor_once_on_the_grid() {
        for spread in [false, true] {
            let rows = design(5, 7, spread, Seed::new(3));
            assert_eq!(rows.len(), 7 * 6);
            for t in rows.chunks_exact(6) {
                let mut moved = [0; 5];
                for pair in t.windows(2) {
                    let changed: Vec<usize> = (0..5).filter(|&f| pair[0][f] != pair[1][f]).collect();
                    assert_eq!(changed.len(), 1);
                    assert!(((pair[0][changed[0]] - pair[1][changed[0]]).abs() - STEP).abs() < 1e-12);
                    moved[changed[0]] += 1;
                }
                assert_eq!(moved, [1; 5]);
                assert!(t.iter().flatten().all(|x| ((x * 3.0).round() - x * 3.0).abs() < 1e-12));
            }
        }
    }

    #[test]
    fn chosen_trajectories_lie_farther_apart() {
        let total = |spread| {
            let rows = design(4, 6, spread, Seed::new(9));
            let t: Vec<Vec<Vec<f64>>> = rows.chunks_exact(5).map(<[Vec<f64>]>::to_vec).collect();
            (0..6)
                .flat_map(|a| (0..a).map(move |b| (a, b)))
                .map(|(a, b)| distance(&t[a], &t[b]).powi(2))
                .sum::<f64>()
        };
        assert!(total(true) > total(false) * 1.05);
    }

    #[test]
    fn a_straight_model_is_read_off_and_failures_are_left_out() {
        let rows = design(3, 6, true, Seed::new(2));
        let mut values: Vec<f64> = rows.iter().map(|x| 3.0 * x[0] - 5.0 * x[1]).collect();
        let seen = screen(&rows, &values, 50, Seed::new(1));
        assert!((seen[0].mu - 3.0).abs() < 1e-9 && seen[0].sigma < 1e-9);
        assert!((seen[1].mu + 5.0).abs() < 1e-9 && (seen[1].mu_star - 5.0).abs() < 1e-9);
        assert_eq!((seen[2].mu_star, seen[2].sigma), (0.0, 0.0));
        assert_eq!(matter(std::slice::from_ref(&seen), 9), [0, 1]);
        assert_eq!(matter(&[seen], 1), [1]);
        values[5] = f64::NAN;
        assert!((screen(&rows, &values, 50, Seed::new(1))[1].mu + 5.0).abs() < 1e-9);
    }
}
