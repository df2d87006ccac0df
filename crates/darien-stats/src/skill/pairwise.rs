//! Relative skill over the tasks that each pair of models shares.

use crate::error::{Error, Problem, Result};
use std::collections::BTreeMap;

/// A model's skill among all models.
#[derive(Debug, Clone, PartialEq)]
pub struct RelativeSkill {
    /// The model.
    pub model: String,
    /// Geometric mean of its score ratios to every model, itself included; below 1 is better than the field.
    pub relative: f64,
    /// The same over that of the baseline: below 1 is better than the baseline, which has exactly 1. `None` without a
    /// baseline, where no chain of common tasks leads to it, and where all its scores are zero.
    pub scaled: Option<f64>,
}

/// Pairwise relative skill, as in the R package scoringutils (`get_pairwise_comparisons`).
///
/// For models i and j over the tasks that both have: `theta_ij = sum S_i / sum S_j`, `theta_ii = 1`,
/// `theta_i = (prod_j theta_ij)^(1/M)` **including j = i**, scaled by the baseline's. Pairs without a common task, or
/// whose ratio is not a positive number (sums of zero), are left out of the product. Scores must be proper and
/// negatively oriented (not coverage, not bias).
///
/// # Errors
/// [`Error::Invalid`] if the baseline is not among the models.
pub fn pairwise<K: Ord>(
    scores: &BTreeMap<String, BTreeMap<K, f64>>,
    baseline: Option<&str>,
) -> Result<Vec<RelativeSkill>> {
    // Row i holds the logarithms of the ratios of model i to all models.
    let ratios: Vec<Vec<Option<f64>>> = scores
        .values()
        .map(|own| scores.values().map(|other| ratio(own, other).map(f64::ln)).collect())
        .collect();
    let relative = |logs: &[Option<f64>]| {
        let known: Vec<f64> = logs.iter().copied().flatten().collect();
        // Its ratio to itself is among them unless all its scores are zero or it has none.
        if known.is_empty() { f64::NAN } else { (known.iter().sum::<f64>() / known.len() as f64).exp() }
    };
    let mut skills: Vec<RelativeSkill> = scores
        .keys()
        .zip(&ratios)
        .map(|(model, logs)| RelativeSkill { model: model.clone(), relative: relative(logs), scaled: None })
        .collect();
    if let Some(name) = baseline {
        let Some(base) = skills.iter().position(|s| s.model == name) else {
            return Err(Error::invalid(unknown_model(name, scores.keys().map(String::as_str))));
        };
        let reference = skills[base].relative;
        for (skill, linked) in skills.iter_mut().zip(linked(&ratios, base)) {
            let scaled = skill.relative / reference;
            skill.scaled = (linked && scaled.is_finite()).then_some(scaled);
        }
    }
    Ok(skills)
}

/// Which models can be compared with one of them, directly or by others between them.
fn linked(ratios: &[Vec<Option<f64>>], base: usize) -> Vec<bool> {
    let mut found = vec![false; ratios.len()];
    let mut next = vec![base];
    while let Some(model) = next.pop() {
        if !std::mem::replace(&mut found[model], true) {
            next.extend((0..ratios.len()).filter(|other| ratios[model][*other].is_some()));
        }
    }
    found
}

/// The problem of a model name that is not among the forecasts.
pub fn unknown_model<'a>(name: &str, models: impl Iterator<Item = &'a str>) -> Problem {
    let models: Vec<&str> = models.collect();
    let nearest =
        models.iter().map(|m| (strsim::jaro_winkler(name, m), *m)).max_by(|a, b| a.0.total_cmp(&b.0));
    let problem = Problem::new("--relative-to", "no forecast is by this model")
        .with_found(name)
        .with_allowed(models.join(", "));
    match nearest {
        Some((similarity, model)) if similarity > 0.7 => {
            problem.with_hint(format!("did you mean `{model}`?"))
        }
        _ => problem,
    }
}

fn ratio<K: Ord>(own: &BTreeMap<K, f64>, other: &BTreeMap<K, f64>) -> Option<f64> {
    let (mut a, mut b, mut common) = (0.0, 0.0, false);
    for (task, score) in own {
        if let Some(rival) = other.get(task) {
            a += score;
            b += rival;
            common = true;
        }
    }
    let ratio = a / b;
    (common && ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

/// Skill score `1 - mean S_model / mean S_baseline`: 1 is perfect, 0 is the baseline, below 0 is worse.
///
/// Both slices hold the same tasks. NaN if the baseline's mean is zero or a slice is empty.
pub fn skill_score(model: &[f64], baseline: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    1.0 - mean(model) / mean(baseline)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(rows: &[(&str, &[(u32, f64)])]) -> BTreeMap<String, BTreeMap<u32, f64>> {
        rows.iter().map(|(m, s)| ((*m).to_string(), s.iter().copied().collect())).collect()
    }

    #[test]
    fn for_two_models_the_scaled_skill_is_the_plain_ratio() {
        let s = scores(&[("abm", &[(1, 2.0), (2, 4.0)]), ("naive", &[(1, 6.0), (2, 6.0)])]);
        let r = pairwise(&s, Some("naive")).unwrap();
        assert!((r[0].scaled.unwrap() - 0.5).abs() < 1e-12);
        assert!((r[0].relative - 0.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(r[1].scaled, Some(1.0));
    }

    #[test]
    fn only_common_tasks_are_compared() {
        // a and b share task 1 (2/4); a and c share task 2 (8/2); b and c share nothing.
        let s = scores(&[("a", &[(1, 2.0), (2, 8.0)]), ("b", &[(1, 4.0)]), ("c", &[(2, 2.0)])]);
        let r = pairwise(&s, Some("b")).unwrap();
        let a = (0.5_f64 * 4.0).powf(1.0 / 3.0);
        let b = 2.0_f64.powf(0.5);
        assert!((r[0].relative - a).abs() < 1e-12);
        assert!((r[1].relative - b).abs() < 1e-12);
        assert!((r[2].scaled.unwrap() - 0.25_f64.powf(0.5) / b).abs() < 1e-12);
    }

    #[test]
    fn without_common_tasks_and_against_zero_there_is_no_skill() {
        let apart = scores(&[("a", &[(1, 2.0)]), ("b", &[(2, 4.0)])]);
        let r = pairwise(&apart, Some("b")).unwrap();
        assert_eq!((r[0].scaled, r[1].scaled), (None, Some(1.0)));
        let zero = scores(&[("a", &[(1, 2.0)]), ("b", &[(1, 0.0)])]);
        assert!(pairwise(&zero, Some("b")).unwrap().iter().all(|s| s.scaled.is_none()));
    }

    #[test]
    fn an_unknown_baseline_is_named_with_its_neighbour() {
        let s = scores(&[("migsim-naive", &[(1, 2.0)])]);
        let text = pairwise(&s, Some("migsim-naiv")).unwrap_err().to_string();
        assert!(text.contains("did you mean `migsim-naive`?"), "{text}");
    }

    #[test]
    fn skill_scores_have_their_landmarks() {
        assert_eq!(skill_score(&[0.0, 0.0], &[1.0, 2.0]), 1.0);
        assert_eq!(skill_score(&[2.0, 1.0], &[1.0, 2.0]), 0.0);
        assert_eq!(skill_score(&[6.0], &[2.0]), -2.0);
    }
}
