//! Scores of forecasts given as probabilities of categories.

/// Log score `-ln p` of the probability that the forecast gave to what was observed: 0 is perfect, infinite where it was
/// held impossible.
pub fn log_score(probability: f64) -> f64 {
    if probability > 0.0 { -probability.ln() } else { f64::INFINITY }
}

/// Ranked probability score of ordered categories: the sum over categories of the squared difference between the
/// probability of that category or a lower one and 1 where what was observed is that or lower, 0 where it is not
/// (Epstein 1969; unnormalised, as in the R packages scoringRules and scoringutils, so that `K - 1` is the worst).
///
/// `cumulative` are the probabilities of being at or below each category, from low to high; `observed` is the position
/// of what was observed, the number of categories where it lies above all of them.
pub fn ranked_probability_score(cumulative: &[f64], observed: usize) -> f64 {
    let step = |k: usize| if k >= observed { 1.0 } else { 0.0 };
    cumulative.iter().enumerate().map(|(k, p)| (p - step(k)).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranked_probability_score_is_that_of_the_formula() {
        // p = 0.3, 0.2, 0.5 and the second category: (0.3 - 0)^2 + (0.5 - 1)^2 + (1 - 1)^2 = 0.34.
        assert!((ranked_probability_score(&[0.3, 0.5, 1.0], 1) - 0.34).abs() < 1e-12);
        // All on the lowest of three, observed the highest: K - 1 = 2.
        assert_eq!(ranked_probability_score(&[1.0, 1.0, 1.0], 2), 2.0);
        assert_eq!(ranked_probability_score(&[0.0, 1.0], 1), 0.0);
        // Thresholds of a distribution function, observed above all of them.
        assert_eq!(ranked_probability_score(&[0.5, 0.5], 2), 0.5);
    }

    #[test]
    fn the_log_score_judges_the_observed_category_alone() {
        assert_eq!(log_score(1.0), 0.0);
        assert!((log_score(0.2) - 1.609_437_912_434_1).abs() < 1e-12);
        assert_eq!(log_score(0.0), f64::INFINITY);
    }
}
