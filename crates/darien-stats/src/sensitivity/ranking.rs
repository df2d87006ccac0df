//! Sensitivity of a ranking: in which share of the prior A beats B, and the assumption that flips it most.

use super::bootstrap::{Interval, resamples};
use super::sobol::whole;
use crate::better::Direction;

/// How A stands against B over the prior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Share of the prior in which A beats B.
    pub wins: f64,
    /// Bootstrap interval of that share.
    pub interval: Interval,
    /// Share in which B beats A.
    pub losses: f64,
    /// Share in which both give exactly the same.
    pub ties: f64,
    /// Points of the prior.
    pub points: usize,
}

/// How much of the ranking hangs on one factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flip {
    /// Chance that the ranking changes when this factor alone is drawn anew; NaN where it was not analysed.
    pub chance: f64,
    /// Bootstrap interval of that chance.
    pub interval: Interval,
    /// Share in which A wins where the factor lies in the lowest fifth of its prior.
    pub wins_low: f64,
    /// Share in which A wins where the factor lies in the highest fifth of its prior.
    pub wins_high: f64,
}

/// How A stands, and what each factor of the design does to it. `rows` and `differences` (B − A) are those of a
/// [`Design`](super::sobol::Design) that analysed the factors `analysed`; base samples with failed rows are left out.
pub fn ranking(
    rows: &[Vec<f64>],
    differences: &[f64],
    analysed: &[usize],
    direction: Direction,
    times: u32,
    seed: crate::random::Seed,
) -> (Standing, Vec<Flip>) {
    let block = analysed.len() + 2;
    let winners: Vec<Vec<i8>> =
        whole(differences, block).iter().map(|c| c.iter().map(|d| direction.winner(*d)).collect()).collect();
    let n = winners.len();
    let points = (2 * n) as f64;
    let share = |who: i8| {
        let of = |w: &Vec<i8>| u32::from(w[0] == who) + u32::from(w[block - 1] == who);
        f64::from(winners.iter().map(of).sum::<u32>()) / points
    };
    let wins = |w: &Vec<i8>| f64::from(u8::from(w[0] == 1) + u8::from(w[block - 1] == 1)) / 2.0;
    let picks: Vec<Vec<usize>> = resamples(n, times, seed, 4).collect();
    let interval = |value: &dyn Fn(&Vec<i8>) -> f64| {
        Interval::of(picks.iter().map(|p| p.iter().map(|&j| value(&winners[j])).sum::<f64>() / n as f64))
    };
    let standing = Standing {
        wins: share(1),
        interval: interval(&wins),
        losses: share(-1),
        ties: share(0),
        points: 2 * n,
    };
    let factors = rows.first().map_or(0, Vec::len);
    let flips = (0..factors)
        .map(|f| {
            let (mut chance, mut bounds) = (f64::NAN, Interval::NONE);
            if let Some(at) = analysed.iter().position(|a| *a == f) {
                let flipped = |w: &Vec<i8>| f64::from(w[0] != w[at + 1]);
                chance = winners.iter().map(flipped).sum::<f64>() / n as f64;
                bounds = interval(&flipped);
            }
            let within = |inside: &dyn Fn(f64) -> bool| {
                let (mut count, mut won) = (0.0, 0.0);
                for (x, d) in rows.chunks_exact(block).zip(differences.chunks_exact(block)) {
                    for end in [0, block - 1] {
                        if d[end].is_finite() && inside(x[end][f]) {
                            count += 1.0;
                            won += f64::from(direction.winner(d[end]) == 1);
                        }
                    }
                }
                won / count
            };
            Flip {
                chance,
                interval: bounds,
                wins_low: within(&|u| u < 0.2),
                wins_high: within(&|u| u >= 0.8),
            }
        })
        .collect();
    (standing, flips)
}

/// The factor that flips the ranking most, if any does.
pub fn most_flipping(flips: &[Flip]) -> Option<usize> {
    flips.iter().enumerate().filter(|(_, f)| f.chance > 0.0).fold(None, |best: Option<usize>, (i, f)| {
        if best.is_some_and(|b| flips[b].chance >= f.chance) { best } else { Some(i) }
    })
}

#[cfg(test)]
mod tests {
    use super::super::sobol::Design;
    use super::*;
    use crate::random::Seed;

    #[test]
    fn the_assumption_that_decides_is_found_with_its_share() {
        // A beats B (lower is better) where x0 < 0.3, whatever x1; x2 is not analysed.
        let design = Design::new(1024, 3, vec![0, 1], Seed::new(8));
        let rows = design.rows();
        let differences: Vec<f64> = rows.iter().map(|x| (0.3 - x[0]) * (1.0 + x[1])).collect();
        let (standing, flips) =
            ranking(&rows, &differences, &design.analysed, Direction::Lower, 200, Seed::new(1));
        assert!((standing.wins - 0.3).abs() < 0.01 && standing.ties == 0.0, "{standing:?}");
        assert!(standing.interval.low < 0.3 && standing.interval.high > 0.3);
        // Two independent draws fall on different sides with probability 2 × 0.3 × 0.7.
        assert!((flips[0].chance - 0.42).abs() < 0.04, "{:?}", flips[0]);
        assert_eq!((flips[1].chance, flips[0].wins_low, flips[0].wins_high), (0.0, 1.0, 0.0));
        assert!(flips[2].chance.is_nan() && (flips[2].wins_low - 0.3).abs() < 0.06);
        assert_eq!(most_flipping(&flips), Some(0));
        let (other, _) = ranking(&rows, &differences, &design.analysed, Direction::Higher, 10, Seed::new(1));
        assert_eq!((other.wins, other.losses), (standing.losses, standing.wins));
    }

    #[test]
    fn the_same_scenario_twice_is_a_tie_that_nothing_flips() {
        let design = Design::new(8, 2, vec![0, 1], Seed::new(8));
        let rows = design.rows();
        let (standing, flips) =
            ranking(&rows, &vec![0.0; rows.len()], &design.analysed, Direction::Lower, 20, Seed::new(1));
        assert_eq!((standing.ties, standing.wins, standing.losses), (1.0, 0.0, 0.0));
        assert_eq!(most_flipping(&flips), None);
    }
}
