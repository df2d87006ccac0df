//! Scores of forecasts given as samples: CRPS, its tail form, the energy score; and quantiles of samples.

use super::{HUB_LEVELS, Quantiles};

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut x = samples.to_vec();
    x.sort_by(f64::total_cmp);
    x
}

/// Mean distance to the observation, and the sum `sum_i (2i - m - 1) x_(i)`, half of all pairwise distances.
fn distance_and_spread(samples: &[f64], observed: f64) -> (f64, f64) {
    let x = sorted(samples);
    let m = x.len() as f64;
    let distance = x.iter().map(|v| (v - observed).abs()).sum::<f64>() / m;
    let spread = x.iter().enumerate().map(|(i, v)| (2.0 * (i as f64 + 1.0) - m - 1.0) * v).sum();
    (distance, spread)
}

/// Continuous ranked probability score of the empirical distribution of `m` samples (the "EDF" form):
/// `(1/m) sum |x_i - y| - (1/(2 m^2)) sum_ij |x_i - x_j|`, in `O(m log m)`.
///
/// NaN without samples. State `m` with the score: small ensembles are punished for being small.
pub fn crps(samples: &[f64], observed: f64) -> f64 {
    let (distance, spread) = distance_and_spread(samples, observed);
    let m = samples.len() as f64;
    distance - spread / (m * m)
}

/// Fair CRPS, an unbiased estimate for an infinite ensemble: the second divisor is `2 m (m - 1)`.
///
/// Use it to compare ensembles of different size. NaN with fewer than two samples; can be negative.
pub fn crps_fair(samples: &[f64], observed: f64) -> f64 {
    let (distance, spread) = distance_and_spread(samples, observed);
    let m = samples.len() as f64;
    distance - spread / (m * (m - 1.0))
}

/// Threshold-weighted CRPS: only what happens above `threshold` counts, e.g. a planning capacity.
///
/// The CRPS of `max(x, r)` against `max(y, r)` (Allen, Ginsbourger and Ziegel 2023, chaining function).
pub fn threshold_weighted_crps(samples: &[f64], observed: f64, threshold: f64) -> f64 {
    let chained: Vec<f64> = samples.iter().map(|x| x.max(threshold)).collect();
    crps(&chained, observed.max(threshold))
}

/// Quantile of **sorted** samples by linear interpolation of order statistics at `(m - 1) p` (type 7 of Hyndman and
/// Fan 1996; the default of R and numpy).
///
/// NaN without samples; `p` outside 0 to 1 is clamped.
pub fn quantile_type7(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = p.clamp(0.0, 1.0) * last as f64;
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let weight = at - below as f64;
    if weight == 0.0 { sorted[below] } else { sorted[below] + weight * (sorted[above] - sorted[below]) }
}

/// The 23 hub quantiles of samples in any order, by [`quantile_type7`].
pub fn hub_quantiles(samples: &[f64]) -> Quantiles {
    let x = sorted(samples);
    HUB_LEVELS.map(|p| quantile_type7(&x, p))
}

/// Energy score of joint samples (one vector a sample, e.g. months by routes on the log scale):
/// `(1/m) sum ||X_i - Y|| - (1/(2 m^2)) sum_ij ||X_i - X_j||`.
///
/// In one dimension it is the CRPS. NaN without samples; components beyond the shorter vector are ignored.
pub fn energy_score(samples: &[Vec<f64>], observed: &[f64]) -> f64 {
    let norm = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt();
    let m = samples.len() as f64;
    let distance = samples.iter().map(|x| norm(x, observed)).sum::<f64>() / m;
    let mut pairs = 0.0;
    for (i, a) in samples.iter().enumerate() {
        pairs += samples[..i].iter().map(|b| norm(a, b)).sum::<f64>();
    }
    distance - pairs / (m * m)
}

/// Variogram score of order `p` of joint samples, all pairs of components weighted alike, each pair once:
/// `sum_{i<j} (|y_i - y_j|^p - (1/m) sum_k |x_ki - x_kj|^p)^2` (Scheuerer and Hamill 2015; hubs take `p = 0.5`).
///
/// It sees wrong dependence between components, to which the energy score is nearly blind. NaN without samples;
/// components beyond the shorter vector are ignored.
pub fn variogram_score(samples: &[Vec<f64>], observed: &[f64], p: f64) -> f64 {
    let m = samples.len() as f64;
    let width = samples.iter().map(Vec::len).fold(observed.len(), usize::min);
    let mut total = if samples.is_empty() { f64::NAN } else { 0.0 };
    for i in 0..width {
        for j in i + 1..width {
            let seen = (observed[i] - observed[j]).abs().powf(p);
            let expected = samples.iter().map(|x| (x[i] - x[j]).abs().powf(p)).sum::<f64>() / m;
            total += (seen - expected).powi(2);
        }
    }
    total
}

/// Equal-weight average of the quantiles of several models, level by level: the ensemble that hubs find most reliable.
/// `None` without models.
pub fn quantile_average(models: &[Quantiles]) -> Option<Quantiles> {
    let n = models.len() as f64;
    (n > 0.0).then(|| std::array::from_fn(|k| models.iter().map(|q| q[k]).sum::<f64>() / n))
}

/// Mean absolute change over `lag` steps of a training series: the denominator of [`mase`]. `None` if it is too short.
pub fn mean_absolute_change(training: &[f64], lag: usize) -> Option<f64> {
    let pairs = training.len().checked_sub(lag).filter(|n| *n > 0 && lag > 0)?;
    Some((0..pairs).map(|t| (training[t + lag] - training[t]).abs()).sum::<f64>() / pairs as f64)
}

/// Mean absolute scaled error at horizon `h`: mean absolute error of the test tasks, each over the mean absolute
/// `h`-step change of the **training** part of its own origin (Hyndman and Koehler 2006).
///
/// `pairs` holds (absolute error, [`mean_absolute_change`]). `None` without pairs or with a change of zero.
pub fn mase(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.is_empty() || pairs.iter().any(|(_, scale)| *scale <= 0.0) {
        return None;
    }
    Some(pairs.iter().map(|(error, scale)| error / scale).sum::<f64>() / pairs.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::{LevelSet, wis};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn golden_crps() {
        let x = [50.0, 10.0, 30.0, 20.0, 40.0];
        assert!((crps(&x, 37.0) - 5.4).abs() < 1e-12);
        assert!((crps_fair(&x, 37.0) - 3.4).abs() < 1e-12);
        assert!(crps(&[], 1.0).is_nan());
        assert_eq!(crps(&[3.0], 5.0), 2.0);
    }

    #[test]
    fn type_7_quantiles_agree_with_numpy() {
        let x = [1.0, 2.0, 4.0, 8.0];
        for (p, q) in [(0.0, 1.0), (0.1, 1.3), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile_type7(&x, p) - q).abs() < 1e-12, "{p}");
        }
        assert!(quantile_type7(&[], 0.5).is_nan());
    }

    #[test]
    fn tail_scores_ignore_what_is_below_the_threshold() {
        let x = [10.0, 20.0, 30.0];
        assert_eq!(threshold_weighted_crps(&x, 5.0, 100.0), 0.0);
        assert!((threshold_weighted_crps(&x, 25.0, 0.0) - crps(&x, 25.0)).abs() < 1e-12);
    }

    #[test]
    fn the_variogram_score_sees_dependence() {
        // |1 - 4|^0.5 against the mean of |0 - 1|^0.5 and |0 - 9|^0.5, which is 2.
        let samples = [vec![0.0, 1.0], vec![0.0, 9.0]];
        let expected = (3.0_f64.sqrt() - 2.0).powi(2);
        assert!((variogram_score(&samples, &[1.0, 4.0], 0.5) - expected).abs() < 1e-12);
        // The same margins in step, as observed, and against each other.
        let along = [vec![0.0, 0.0], vec![1.0, 1.0]];
        let across = [vec![0.0, 1.0], vec![1.0, 0.0]];
        let y = [1.0, 1.0];
        assert!(variogram_score(&along, &y, 0.5) < variogram_score(&across, &y, 0.5));
        assert!(variogram_score(&[], &y, 0.5).is_nan());
    }

    #[test]
    fn an_average_of_quantiles_is_level_by_level() {
        let average = quantile_average(&[HUB_LEVELS, HUB_LEVELS.map(|p| 3.0 * p)]).unwrap();
        assert!(average.iter().zip(HUB_LEVELS).all(|(a, p)| (a - 2.0 * p).abs() < 1e-12));
        assert_eq!(quantile_average(&[]), None);
    }

    #[test]
    fn mase_divides_by_changes_of_the_training_part() {
        let scale = mean_absolute_change(&[1.0, 3.0, 2.0, 6.0], 2).unwrap();
        assert_eq!(scale, 2.0);
        assert_eq!(mase(&[(4.0, scale), (1.0, 1.0)]), Some(1.5));
        assert_eq!(mean_absolute_change(&[1.0], 1), None);
        assert_eq!(mase(&[(1.0, 0.0)]), None);
        assert_eq!(mase(&[]), None);
    }

    proptest! {
        #[test]
        fn the_energy_score_of_one_dimension_is_the_crps(x in prop::collection::vec(-50.0..50.0f64, 1..20), y in -50.0..50.0f64) {
            let joint: Vec<Vec<f64>> = x.iter().map(|v| vec![*v]).collect();
            prop_assert!((energy_score(&joint, &[y]) - crps(&x, y)).abs() < 1e-9);
        }

        #[test]
        fn wis_goes_to_crps_as_levels_fill_in(mut x in prop::collection::vec(0.0..100.0f64, 2..30), y in -20.0..120.0f64) {
            x.sort_by(f64::total_cmp);
            let n = 3999;
            let levels: Vec<f64> = (1..=n).map(|k| k as f64 / (n + 1) as f64).collect();
            // Quantiles of the step function itself, so that both scores judge the same distribution.
            let q: Vec<f64> = levels
                .iter()
                .map(|p| x[((p * x.len() as f64).ceil() as usize).clamp(1, x.len()) - 1])
                .collect();
            let w = wis(&LevelSet::new(levels).unwrap(), &q, y).unwrap().total;
            prop_assert!((w - crps(&x, y)).abs() < 0.15, "{w} {}", crps(&x, y));
        }

        #[test]
        fn hub_quantiles_never_decrease(x in prop::collection::vec(-1e6..1e6f64, 1..200)) {
            prop_assert!(hub_quantiles(&x).windows(2).all(|w| w[0] <= w[1]));
        }

        /// Propriety: over draws of the truth, the true distribution scores no worse than a shifted or stretched one.
        #[test]
        fn honesty_is_the_best_forecast(shift in -2.0..2.0f64, stretch in 0.3..3.0f64) {
            // The truth: 200 equally likely values. A rival forecast is compared over all of them, exactly.
            let truth: Vec<f64> = (0..200).map(|i| f64::from((i * 37) % 200) / 20.0 - 5.0).collect();
            let rival: Vec<f64> = truth.iter().map(|x| x * stretch + shift).collect();
            let mean = |forecast: &[f64]| truth.iter().map(|y| crps(forecast, *y)).sum::<f64>() / 200.0;
            prop_assert!(mean(&truth) <= mean(&rival) + 1e-12);
            let (honest, other) = (hub_quantiles(&truth), hub_quantiles(&rival));
            let mean = |q: &Quantiles| truth.iter().map(|y| super::super::wis_hub(q, *y).total).sum::<f64>() / 200.0;
            prop_assert!(mean(&honest) <= mean(&other) + 0.01);
        }
    }
}
