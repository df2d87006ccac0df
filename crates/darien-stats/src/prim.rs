//! Scenario discovery: the box of assumptions and futures in which a policy fails, by the patient rule induction method
//! (J. H. Friedman and N. I. Fisher, *Bump hunting in high-dimensional data*, Statistics and Computing 9, 1999; for
//! policies B. P. Bryant and R. J. Lempert, *Thinking inside the box*, 2010).
//!
//! Peeling takes a thin slice off one side of one variable at a time, the slice whose loss raises the density of
//! failures most; of all boxes on the way the one with the best balance of coverage and density (their harmonic mean)
//! is kept, and limits that chance explains as well (quasi-p-value above 5 %, after Bonferroni's correction for the
//! number of variables) are dropped.

use statrs::distribution::{Binomial, DiscreteCDF};

/// Share of the points inside that a peel takes off.
pub const PEEL: f64 = 0.08;
/// Least share of all points that a box may hold.
pub const LEAST_MASS: f64 = 0.05;
/// Largest quasi-p-value of a limit that is kept.
pub const LEVEL: f64 = 0.05;

/// Limits of one variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Position of the variable.
    pub variable: usize,
    /// Lowest value inside, if it is limited below.
    pub low: Option<f64>,
    /// Highest value inside, if it is limited above.
    pub high: Option<f64>,
    /// Chance that any limit on a variable without influence looks as good (binomial, times the number of variables).
    pub quasi_p: f64,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its limits, the most telling first.
    pub limits: Vec<Limit>,
    /// Share of all failures that lie inside.
    pub coverage: f64,
    /// Share of the points inside that fail.
    pub density: f64,
    /// Share of all points that lie inside.
    pub mass: f64,
    /// Share of all points that fail.
    pub base_rate: f64,
    /// Points.
    pub points: usize,
}

impl Found {
    /// Whether a point lies in the box.
    pub fn holds(&self, point: &[f64]) -> bool {
        self.limits.iter().all(|l| {
            let x = point.get(l.variable).copied().unwrap_or(f64::NAN);
            l.low.is_none_or(|low| x >= low) && l.high.is_none_or(|high| x <= high)
        })
    }
}

type Bounds = Vec<(f64, f64)>;

fn inside(bounds: &Bounds, point: &[f64]) -> bool {
    bounds.iter().zip(point).all(|((low, high), x)| (low..=high).contains(&x))
}

fn count(bounds: &Bounds, points: &[Vec<f64>], fails: &[bool]) -> (usize, usize) {
    points
        .iter()
        .zip(fails)
        .filter(|(p, _)| inside(bounds, p))
        .fold((0, 0), |(n, f), (_, fail)| (n + 1, f + usize::from(*fail)))
}

/// Harmonic mean of coverage and density.
fn balance(inside: (usize, usize), all: usize) -> f64 {
    let (coverage, density) = (inside.1 as f64 / all as f64, inside.1 as f64 / inside.0 as f64);
    if coverage + density > 0.0 { 2.0 * coverage * density / (coverage + density) } else { 0.0 }
}

/// Finds the box in which `fails` is dense: `points` holds a row for each case, a column for each variable.
///
/// `independent` says for each variable how much of a case is independent of the others: a draw that is used in seven
/// futures makes seven cases, but says only once what its assumptions do, so that their share is 1/7.
///
/// None where nothing fails, everything fails, or no limit stands out from chance.
pub fn prim(points: &[Vec<f64>], fails: &[bool], independent: &[f64]) -> Option<Found> {
    let all = fails.iter().filter(|f| **f).count();
    if all == 0 || all == points.len() {
        return None;
    }
    let variables = points.first().map_or(0, Vec::len);
    let open = vec![(f64::NEG_INFINITY, f64::INFINITY); variables];
    let least = ((points.len() as f64 * LEAST_MASS).ceil() as usize).max(2);
    let mut bounds = open.clone();
    let mut best = (balance((points.len(), all), all), open);
    while let Some(next) = peel(&bounds, points, fails, least) {
        bounds = next;
        let now = balance(count(&bounds, points, fails), all);
        if now > best.0 {
            best = (now, bounds.clone());
        }
    }
    let mut bounds = best.1;
    // Limits that chance explains as well are dropped, the worst first.
    loop {
        let mut limits: Vec<Limit> =
            (0..variables).filter_map(|v| limit(&bounds, v, (points, fails), independent)).collect();
        limits.sort_by(|a, b| a.quasi_p.total_cmp(&b.quasi_p));
        match limits.last() {
            None => return None,
            Some(worst) if worst.quasi_p > LEVEL => {
                bounds[worst.variable] = (f64::NEG_INFINITY, f64::INFINITY);
            }
            Some(_) => {
                let (n, f) = count(&bounds, points, fails);
                return Some(Found {
                    limits,
                    coverage: f as f64 / all as f64,
                    density: f as f64 / n as f64,
                    mass: n as f64 / points.len() as f64,
                    base_rate: all as f64 / points.len() as f64,
                    points: points.len(),
                });
            }
        }
    }
}

/// The best next peel; none where the box would become too small or nothing but failures is left.
fn peel(bounds: &Bounds, points: &[Vec<f64>], fails: &[bool], least: usize) -> Option<Bounds> {
    let (n, f) = count(bounds, points, fails);
    if n == f {
        return None;
    }
    let cut = ((n as f64 * PEEL) as usize).max(1);
    let mut best: Option<(f64, Bounds)> = None;
    for v in 0..bounds.len() {
        let mut values: Vec<f64> = points.iter().filter(|p| inside(bounds, p)).map(|p| p[v]).collect();
        values.sort_unstable_by(f64::total_cmp);
        if values.first() == values.last() {
            continue;
        }
        // The slice ends between two different values, so that equal values stay together.
        let low = values.iter().copied().find(|x| *x > values[cut - 1]);
        let high = values.iter().rev().copied().find(|x| *x < values[n - cut]);
        for (side, value) in [(0, low), (1, high)] {
            let Some(value) = value else { continue };
            let mut next = bounds.clone();
            if side == 0 {
                next[v].0 = value;
            } else {
                next[v].1 = value;
            }
            let (m, g) = count(&next, points, fails);
            if m < least || m == n {
                continue;
            }
            // Rise of the density for each point given up.
            let gain = (g as f64 / m as f64 - f as f64 / n as f64) / (n - m) as f64;
            if best.as_ref().is_none_or(|(b, _)| gain > *b) {
                best = Some((gain, next));
            }
        }
    }
    best.map(|(_, next)| next)
}

/// The limits of a variable, halfway to the next value outside, with the chance that they are idle.
fn limit(
    bounds: &Bounds,
    v: usize,
    (points, fails): (&[Vec<f64>], &[bool]),
    independent: &[f64],
) -> Option<Limit> {
    let (low, high) = bounds[v];
    if low == f64::NEG_INFINITY && high == f64::INFINITY {
        return None;
    }
    let below = points.iter().map(|p| p[v]).filter(|x| *x < low).fold(f64::NEG_INFINITY, f64::max);
    let above = points.iter().map(|p| p[v]).filter(|x| *x > high).fold(f64::INFINITY, f64::min);
    let mut without = bounds.clone();
    without[v] = (f64::NEG_INFINITY, f64::INFINITY);
    let (n, f) = count(bounds, points, fails);
    let (m, g) = count(&without, points, fails);
    let share = independent.get(v).copied().unwrap_or(1.0);
    let effective = |count: usize| (count as f64 * share).round() as u64;
    let quasi_p = match Binomial::new(g as f64 / m as f64, effective(n)) {
        Ok(law) if effective(f) > 0 => (law.sf(effective(f) - 1) * bounds.len() as f64).min(1.0),
        _ => 1.0,
    };
    Some(Limit {
        variable: v,
        low: low.is_finite().then(|| f64::midpoint(low, below)),
        high: high.is_finite().then(|| f64::midpoint(high, above)),
        quasi_p,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Decision, Seed, sample};

    fn points(n: u32, variables: u32) -> Vec<Vec<f64>> {
        let seed = Seed::new(11);
        let one = |i, v| sample::unit(seed.words(Decision::Parameters, i, v, 0)[0]);
        (0..n).map(|i| (0..variables).map(|v| one(i, v)).collect()).collect()
    }

    #[test]
    fn the_box_that_was_hidden_is_found() {
        let points = points(1000, 8);
        let fails: Vec<bool> = points.iter().map(|p| p[2] > 0.7 && p[5] < 0.4).collect();
        let found = prim(&points, &fails, &vec![1.0; points[0].len()]).unwrap();
        let mut variables: Vec<usize> = found.limits.iter().map(|l| l.variable).collect();
        variables.sort_unstable();
        assert_eq!(variables, [2, 5]);
        let of = |v: usize| found.limits.iter().find(|l| l.variable == v).unwrap();
        assert!((of(2).low.unwrap() - 0.7).abs() < 0.05 && of(2).high.is_none(), "{found:?}");
        assert!((of(5).high.unwrap() - 0.4).abs() < 0.05 && of(5).low.is_none());
        assert!(found.coverage > 0.85 && found.density > 0.9);
        assert!((found.base_rate - 0.12).abs() < 0.04);
    }

    #[test]
    fn noise_has_no_box_and_certainty_needs_none() {
        let points = points(200, 5);
        assert_eq!(prim(&points, &[false; 200], &[1.0; 5]), None);
        assert_eq!(prim(&points, &[true; 200], &[1.0; 5]), None);
        assert_eq!(prim(&[], &[], &[]), None);
        let same = vec![vec![1.0]; 10];
        let mut fails = vec![false; 10];
        fails[3] = true;
        assert_eq!(prim(&same, &fails, &[1.0]), None);
    }

    #[test]
    fn cases_that_share_a_draw_are_no_evidence_of_their_own() {
        // Forty variables of 20 draws, each used in 7 futures; half of the draws fail, for no reason among them.
        let drawn = points(20, 41);
        let (mut points, mut fails) = (Vec::new(), Vec::new());
        for _ in 0..7 {
            for draw in &drawn {
                points.push(draw[..40].to_vec());
                fails.push(draw[40] > 0.5);
            }
        }
        assert!(prim(&points, &fails, &[1.0; 40]).is_some(), "taken as 140 cases, chance looks like a cause");
        assert_eq!(prim(&points, &fails, &[1.0 / 7.0; 40]), None);
    }

    #[test]
    fn equal_values_stay_together() {
        // A future in three of five cases, coded 0 and 1.
        let points: Vec<Vec<f64>> = (0..100).map(|i| vec![f64::from(u8::from(i % 5 < 3))]).collect();
        let fails: Vec<bool> = points.iter().map(|p| p[0] == 0.0).collect();
        let found = prim(&points, &fails, &vec![1.0; points[0].len()]).unwrap();
        assert_eq!((found.coverage, found.density), (1.0, 1.0));
        assert_eq!((found.limits[0].low, found.limits[0].high), (None, Some(0.5)));
    }
}
