//! Scores of quantile forecasts: pinball, interval score, weighted interval score.

use super::{HUB_LEVELS, Quantiles};
use crate::error::{Error, Problem, Result};
use std::sync::{Arc, LazyLock};

/// Two levels closer than this are the same level.
const SAME_LEVEL: f64 = 1e-9;

/// A checked set of quantile levels: strictly increasing, inside 0 to 1, symmetric about one half, which may be missing.
///
/// Only for such sets is the mean pinball loss a weighted interval score; others are refused.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelSet(Vec<f64>);

impl LevelSet {
    /// Checks a list of levels.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault: no level, a level outside 0 to 1 (both excluded), levels not increasing, or a
    /// level without its mirror image (`0.1` needs `0.9`).
    pub fn new(levels: Vec<f64>) -> Result<Self> {
        let mut problems = Vec::new();
        let problem = |message: &str| Problem::new("quantile levels", message);
        for level in &levels {
            if !(*level > 0.0 && *level < 1.0) {
                problems.push(
                    problem("a level is not a probability")
                        .with_found(level.to_string())
                        .with_allowed("above 0 and below 1"),
                );
            }
        }
        if let Some([before, after, ..]) = levels.windows(2).find(|w| w[1] - w[0] <= SAME_LEVEL) {
            problems.push(
                problem("the levels do not increase")
                    .with_found(format!("{after} after {before}"))
                    .with_hint("sort them and drop repeated ones"),
            );
        }
        if levels.is_empty() {
            problems.push(problem("there is no level"));
        }
        let lone: Vec<String> =
            levels.iter().filter(|l| !has_mirror(&levels, **l)).map(ToString::to_string).collect();
        if !lone.is_empty() {
            problems.push(
                problem("the levels are not symmetric, so they form no intervals and have no WIS")
                    .with_found(format!("{} without a mirror image", lone.join(", ")))
                    .with_hint("give both ends of each interval, e.g. 0.1 and 0.9"),
            );
        }
        if problems.is_empty() { Ok(Self(levels)) } else { Err(Error::Invalid(problems)) }
    }

    /// The levels of a list that have a mirror image, with their positions in it: `None` if there are none. The list
    /// increases and is inside 0 to 1.
    pub fn symmetric_part(levels: &[f64]) -> Option<(Self, Vec<usize>)> {
        let kept: Vec<usize> = (0..levels.len()).filter(|i| has_mirror(levels, levels[*i])).collect();
        let set = Self::new(kept.iter().map(|i| levels[*i]).collect()).ok()?;
        Some((set, kept))
    }

    /// The 23 hub levels.
    pub fn hub() -> Arc<Self> {
        static HUB: LazyLock<Arc<LevelSet>> = LazyLock::new(|| Arc::new(LevelSet(HUB_LEVELS.to_vec())));
        Arc::clone(&HUB)
    }

    /// The levels, increasing.
    pub fn levels(&self) -> &[f64] {
        &self.0
    }

    /// Position of the median, if it is in the set.
    pub fn median(&self) -> Option<usize> {
        (self.0.len() % 2 == 1).then_some(self.0.len() / 2)
    }

    /// Whether two sets have the same levels, up to what decimals lose.
    pub fn same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| (a - b).abs() <= SAME_LEVEL)
    }

    /// Position of a level, if it is in the set.
    pub fn position(&self, level: f64) -> Option<usize> {
        self.0.iter().position(|l| (l - level).abs() <= SAME_LEVEL)
    }
}

fn has_mirror(levels: &[f64], level: f64) -> bool {
    levels.iter().any(|l| (l - (1.0 - level)).abs() <= SAME_LEVEL)
}

/// Quantile score `2 (1{y <= q} - tau)(q - y)`, twice the pinball loss, so that at the median it is the absolute error.
pub fn pinball(level: f64, quantile: f64, observed: f64) -> f64 {
    let below = if observed <= quantile { 1.0 } else { 0.0 };
    2.0 * (below - level) * (quantile - observed)
}

/// Interval score `(u - l) + (2/a) max(l - y, 0) + (2/a) max(y - u, 0)` of the central `1 - a` interval.
pub fn interval_score(alpha: f64, lower: f64, upper: f64, observed: f64) -> f64 {
    (upper - lower) + 2.0 / alpha * ((lower - observed).max(0.0) + (observed - upper).max(0.0))
}

/// A weighted interval score and its three parts, which sum to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wis {
    /// The score.
    pub total: f64,
    /// Part due to the width of the intervals.
    pub dispersion: f64,
    /// Part due to forecasts above what was observed.
    pub overprediction: f64,
    /// Part due to forecasts below what was observed.
    pub underprediction: f64,
}

/// Weighted interval score of quantiles at the levels of a set: the mean quantile score, with the median counted once. Of
/// levels without a median it is the mean over the intervals alone (as in the R package scoringutils).
///
/// ```
/// use darien_stats::scores::{LevelSet, wis};
///
/// let levels = LevelSet::new(vec![0.25, 0.5, 0.75])?;
/// let score = wis(&levels, &[80.0, 100.0, 130.0], 150.0)?;
/// assert!((score.total - 115.0 / 3.0).abs() < 1e-9);
/// assert!((score.total - score.dispersion - score.underprediction).abs() < 1e-9);
/// # Ok::<(), darien_base::Error>(())
/// ```
///
/// # Errors
/// [`Error::Invalid`] if there are not as many quantiles as levels.
pub fn wis(levels: &LevelSet, quantiles: &[f64], observed: f64) -> Result<Wis> {
    if quantiles.len() != levels.0.len() {
        return Err(Error::invalid(
            Problem::new("forecast", "the number of quantiles is not the number of levels")
                .with_found(quantiles.len().to_string())
                .with_allowed(levels.0.len().to_string()),
        ));
    }
    Ok(decomposed(&levels.0, quantiles, observed))
}

/// Weighted interval score of the 23 hub quantiles.
pub fn wis_hub(quantiles: &Quantiles, observed: f64) -> Wis {
    decomposed(&HUB_LEVELS, quantiles, observed)
}

/// The score by intervals, each weighted by `a/2`, the median by `1/2`, over the sum of weights: `N + 1/2`, or `N` without
/// a median.
fn decomposed(levels: &[f64], quantiles: &[f64], observed: f64) -> Wis {
    let half = levels.len() / 2;
    let median = (levels.len() % 2 == 1).then(|| quantiles[half]);
    let mut dispersion = 0.0;
    let mut over = median.map_or(0.0, |m| 0.5 * (m - observed).max(0.0));
    let mut under = median.map_or(0.0, |m| 0.5 * (observed - m).max(0.0));
    for n in 0..half {
        let (lower, upper) = (quantiles[n], quantiles[levels.len() - 1 - n]);
        dispersion += levels[n] * (upper - lower);
        over += (lower - observed).max(0.0);
        under += (observed - upper).max(0.0);
    }
    let weight = half as f64 + median.map_or(0.0, |_| 0.5);
    let (dispersion, overprediction, underprediction) = (dispersion / weight, over / weight, under / weight);
    Wis { total: dispersion + overprediction + underprediction, dispersion, overprediction, underprediction }
}

/// Quantiles of `ln(x + 1)`: a monotone transform maps quantiles exactly (means it does not).
///
/// Values must lie above -1; counts do.
pub fn log_quantiles(quantiles: &[f64]) -> Vec<f64> {
    quantiles.iter().map(|q| q.ln_1p()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    #[test]
    fn golden_vectors_on_the_hub_levels() {
        let q: Quantiles = HUB_LEVELS.map(|t| 1000.0 * t / (1.0 - t));
        let golden = [
            (0.0, 1000.0, 340.101748, 0.0),
            (500.0, 727.142602, 67.244350, 0.0),
            (1000.0, 659.898252, 0.0, 0.0),
            (20519.0, 13429.562158, 0.0, 12769.663906),
        ];
        for (y, total, over, under) in golden {
            let w = wis_hub(&q, y);
            close(w.total, total);
            close(w.dispersion, 659.898252);
            close(w.overprediction, over);
            close(w.underprediction, under);
        }
    }

    #[test]
    fn golden_vectors_on_five_levels() {
        let levels = LevelSet::new(vec![0.1, 0.25, 0.5, 0.75, 0.9]).unwrap();
        let golden = [
            (1.0, [-1.0, 0.0, 1.0, 2.0, 3.0], 0.36),
            (-15.0, [-2.0, 1.0, 2.0, 2.0, 4.0], 15.34),
            (22.0, [-2.0, 0.0, 3.0, 3.0, 4.0], 19.14),
        ];
        for (y, q, total) in golden {
            close(wis(&levels, &q, y).unwrap().total, total);
        }
    }

    #[test]
    fn asymmetric_level_sets_are_refused_with_every_fault() {
        let Err(Error::Invalid(problems)) = LevelSet::new(vec![0.1, 0.25, 0.75, 1.0]) else {
            panic!("accepted");
        };
        let text = problems.iter().map(ToString::to_string).collect::<String>();
        assert_eq!(problems.len(), 2, "{text}");
        assert!(text.contains("not a probability") && text.contains("0.1, 1 without a mirror"), "{text}");
        assert!(LevelSet::new(vec![0.5, 0.5]).is_err());
        assert!(LevelSet::new(vec![f64::NAN, 0.5]).is_err());
        assert!(LevelSet::new(vec![]).is_err());
        assert_eq!(LevelSet::new(HUB_LEVELS.to_vec()).unwrap(), *LevelSet::hub());
        assert!(wis(&LevelSet::hub(), &[1.0], 0.0).is_err());
    }

    #[test]
    fn intervals_without_a_median_are_their_own_mean() {
        let levels = LevelSet::new(vec![0.05, 0.25, 0.75, 0.95]).unwrap();
        assert_eq!(levels.median(), None);
        // 50 % interval 2 to 4, 90 % interval 1 to 5, observed 7: IS_0.5 = 2 + 4 * 3 = 14, IS_0.1 = 4 + 20 * 2 = 44;
        // WIS = (0.25 * 14 + 0.05 * 44) / 2 = 2.85.
        close(wis(&levels, &[1.0, 2.0, 4.0, 5.0], 7.0).unwrap().total, 2.85);
        let direct = 0.25 * interval_score(0.5, 2.0, 4.0, 7.0) + 0.05 * interval_score(0.1, 1.0, 5.0, 7.0);
        close(direct / 2.0, 2.85);
    }

    #[test]
    fn the_symmetric_part_leaves_lone_levels_out() {
        let (set, kept) = LevelSet::symmetric_part(&[0.1, 0.25, 0.5, 0.75, 0.8]).unwrap();
        assert_eq!((set.levels(), kept.as_slice()), ([0.25, 0.5, 0.75].as_slice(), [1, 2, 3].as_slice()));
        assert!(LevelSet::symmetric_part(&[0.1, 0.8]).is_none());
        assert!(
            set.same(&LevelSet::new(vec![0.25, 0.5, 0.75 + 1e-12]).unwrap()) && !set.same(&LevelSet::hub())
        );
    }

    #[test]
    fn an_interval_score_charges_misses_by_two_over_alpha() {
        close(interval_score(0.1, 10.0, 20.0, 15.0), 10.0);
        close(interval_score(0.1, 10.0, 20.0, 8.0), 50.0);
        close(interval_score(0.1, 10.0, 20.0, 23.0), 70.0);
    }

    proptest! {
        #[test]
        fn wis_is_the_mean_quantile_score(mut q in prop::array::uniform23(-1e4..1e5f64), y in -1e4..1e5f64) {
            q.sort_by(f64::total_cmp);
            let direct = HUB_LEVELS.iter().zip(&q).map(|(t, q)| pinball(*t, *q, y)).sum::<f64>() / 23.0;
            let w = wis_hub(&q, y);
            prop_assert!((w.total - direct).abs() <= 1e-9 * (1.0 + direct));
            prop_assert!(w.dispersion >= 0.0 && w.overprediction >= 0.0 && w.underprediction >= 0.0);
        }

        #[test]
        fn logs_keep_the_order_of_quantiles(mut q in prop::collection::vec(0.0..1e7f64, 23)) {
            q.sort_by(f64::total_cmp);
            prop_assert!(log_quantiles(&q).windows(2).all(|w| w[0] <= w[1]));
        }
    }
}
