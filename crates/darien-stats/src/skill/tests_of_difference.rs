//! Tests of equal accuracy: a second opinion beside the bootstrap interval.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Result of a Diebold-Mariano test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DieboldMariano {
    /// Mean of the differences, first minus second; negative if the first is better.
    pub mean_difference: f64,
    /// The corrected statistic.
    pub statistic: f64,
    /// Two-sided p-value of Student's t with `n - 1` degrees of freedom.
    pub p_value: f64,
    /// Whether the flat-weight variance was not positive and Bartlett weights were used instead.
    pub bartlett: bool,
}

/// Diebold-Mariano test of equal mean score of `h`-step forecasts, in time order.
///
/// Variance with autocovariances up to lag `h - 1` (Diebold and Mariano 1995), the small-sample factor and Student's t
/// of Harvey, Leybourne and Newbold 1997. `None` with fewer than `max(3, h + 1)` pairs or no variation at all.
pub fn diebold_mariano(first: &[f64], second: &[f64], h: usize) -> Option<DieboldMariano> {
    let d: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let (count, h) = (d.len(), h.max(1));
    if count < 3 || count <= h || d.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let n = count as f64;
    let mean = d.iter().sum::<f64>() / n;
    let autocovariance = |k: usize| (k..count).map(|t| (d[t] - mean) * (d[t - k] - mean)).sum::<f64>() / n;
    let variance = |weight: &dyn Fn(usize) -> f64| {
        (autocovariance(0) + 2.0 * (1..h).map(|k| weight(k) * autocovariance(k)).sum::<f64>()) / n
    };
    let flat = variance(&|_| 1.0);
    let bartlett = flat <= 0.0;
    let variance = if bartlett { variance(&|k| 1.0 - k as f64 / h as f64) } else { flat };
    if variance <= 0.0 {
        return None;
    }
    let h = h as f64;
    let factor = ((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n).max(0.0).sqrt();
    let statistic = factor * mean / variance.sqrt();
    let t = StudentsT::new(0.0, 1.0, n - 1.0).ok()?;
    let p_value = (2.0 * t.cdf(-statistic.abs())).min(1.0);
    Some(DieboldMariano { mean_difference: mean, statistic, p_value, bartlett })
}

/// Holm's step-down adjusted p-values (Holm 1979), in the order given: reject where the adjusted value is below the level.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, i) in order.into_iter().enumerate() {
        largest = largest.max((p_values.len() - rank) as f64 * p_values[i]).min(1.0);
        adjusted[i] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 12] = [0.2, 0.5, 0.4, 0.9, 0.3, 0.6, 0.8, 0.1, 0.7, 0.5, 0.4, 0.6];
    const B: [f64; 12] = [0.4, 0.6, 0.3, 1.2, 0.5, 0.9, 0.7, 0.4, 0.9, 0.8, 0.3, 0.9];

    #[test]
    fn the_statistic_agrees_with_a_hand_computation() {
        // Checked with scipy.stats.t and the formulas written out in Python.
        let one = diebold_mariano(&A, &B, 1).unwrap();
        let three = diebold_mariano(&A, &B, 3).unwrap();
        assert!((one.mean_difference + 0.158_333_333_333).abs() < 1e-9);
        assert!(
            (one.statistic + 3.271_621_011_536_434).abs() < 1e-9
                && (one.p_value - 0.007_443_717_316_470_71).abs() < 1e-9,
            "{one:?}"
        );
        assert!(
            (three.statistic + 6.581_793_068_761_737).abs() < 1e-9
                && (three.p_value - 3.960_462_298_547_492e-5).abs() < 1e-9,
            "{three:?}"
        );
    }

    #[test]
    fn too_few_or_equal_scores_have_no_test() {
        assert_eq!(diebold_mariano(&A, &A, 1), None);
        assert_eq!(diebold_mariano(&A[..2], &B[..2], 1), None);
        assert_eq!(diebold_mariano(&A, &B, 12), None);
    }

    #[test]
    fn a_negative_variance_falls_back_to_bartlett() {
        let a: Vec<f64> = (0..20).map(|t| if t % 2 == 0 { 1.0 } else { 0.1 }).collect();
        let dm = diebold_mariano(&a, &[0.5; 20], 2).unwrap();
        assert!(dm.bartlett && dm.p_value > 0.0 && dm.p_value <= 1.0, "{dm:?}");
    }

    #[test]
    fn holm_steps_down_and_never_decreases() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (a, b) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((a - b).abs() < 1e-12);
        }
        assert!(holm(&[]).is_empty());
    }
}
