//! Functions whose indices are known, and what SALib says of them.

use super::bootstrap::Interval;
use super::{morris, sobol};
use crate::random::Seed;
use std::f64::consts::PI;

/// Ishigami & Homma (1990) with a = 7, b = 0.1, on the unit cube.
fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
    x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
}

const G: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];

/// Sobol' G of Saltelli & Sobol' (1995).
fn sobol_g(u: &[f64]) -> f64 {
    u.iter().zip(G).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
}

/// First-order and total indices of G in closed form: `V_i = 1/3 / (1 + a_i)²`.
fn exact_g() -> Vec<(f64, f64)> {
    let v: Vec<f64> = G.iter().map(|a| 1.0 / 3.0 / (1.0 + a).powi(2)).collect();
    let all: f64 = v.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
    v.iter().map(|v| (v / all, v * (all + 1.0) / (1.0 + v) / all)).collect()
}

/// Indices as shares, with the bound on their error and whether the interval must hold the truth.
fn check(model: fn(&[f64]) -> f64, samples: usize, exact: &[(f64, f64)], bound: f64) {
    let design = sobol::Design::new(samples, exact.len(), (0..exact.len()).collect(), Seed::new(1));
    let values: Vec<f64> = design.rows().iter().map(|x| model(x)).collect();
    let seen = sobol::indices(&values, exact.len(), 300, Seed::new(1));
    let holds = |i: Interval, x: f64| i.low - 0.005 <= x && x <= i.high + 0.005;
    for (index, (first, total)) in seen.of.iter().zip(exact) {
        assert!((index.first - first).abs() < bound, "{index:?} {first}");
        assert!((index.total - total).abs() < bound, "{index:?} {total}");
        assert!(holds(index.first_interval, *first) && holds(index.total_interval, *total), "{index:?}");
    }
}

#[test]
fn ishigami_is_as_published() {
    let exact = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];
    check(ishigami, 4096, &exact, 0.01);
    check(ishigami, 256, &exact, 0.08);
}

#[test]
fn sobol_g_is_as_in_closed_form() {
    let exact = exact_g();
    assert!((exact[0].0 - 0.7165).abs() < 5e-4 && (exact[0].1 - 0.7872).abs() < 5e-4);
    check(sobol_g, 4096, &exact, 0.01);
}

#[test]
fn the_error_shrinks_faster_than_chance_alone() {
    // Owen-scrambled points: the mean of a smooth function at 4,096 points is far better than 1 / √n.
    let error = |samples: usize| {
        let rows = sobol::Design::new(samples, 3, Vec::new(), Seed::new(2)).rows();
        let mean = rows.iter().step_by(2).map(|x| ishigami(x)).sum::<f64>() / samples as f64;
        (mean - 3.5).abs()
    };
    assert!(error(4096) < 0.02, "{}", error(4096)); // the deviation is 3.72: chance alone gives 0.058
}

#[derive(serde::Deserialize)]
struct Reference {
    salib: String,
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    model: String,
    sobol: OfSobol,
    morris: OfMorris,
}

#[derive(serde::Deserialize)]
struct OfSobol {
    values: Vec<f64>,
    s1: Vec<f64>,
    st: Vec<f64>,
}

#[derive(serde::Deserialize)]
struct OfMorris {
    design: Vec<Vec<f64>>,
    values: Vec<f64>,
    mu: Vec<f64>,
    mu_star: Vec<f64>,
    sigma: Vec<f64>,
}

/// The same numbers as SALib on the same values, to rounding (`scripts/check_salib.py --reference`).
#[test]
fn salib_says_the_same() {
    let reference: Reference =
        serde_json::from_str(include_str!("../../../../tests/sensitivity/salib.json")).unwrap();
    assert_eq!(reference.salib, "1.6.0");
    assert_eq!(reference.cases.len(), 2);
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9 * b.abs().max(1.0);
    for case in &reference.cases {
        let model = if case.model == "ishigami" { ishigami } else { sobol_g };
        let seen = sobol::indices(&case.sobol.values, case.sobol.s1.len(), 1, Seed::new(1));
        for (f, index) in seen.of.iter().enumerate() {
            assert!(
                near(index.first, case.sobol.s1[f]) && near(index.total, case.sobol.st[f]),
                "{} {f}",
                case.model
            );
        }
        let m = &case.morris;
        for (x, y) in m.design.iter().zip(&m.values) {
            assert!((model(x) - y).abs() < 1e-6, "the functions are the same");
        }
        for (f, s) in morris::screen(&m.design, &m.values, 1, Seed::new(1)).iter().enumerate() {
            assert!(
                near(s.mu, m.mu[f]) && near(s.mu_star, m.mu_star[f]) && near(s.sigma, m.sigma[f]),
                "{s:?}"
            );
        }
    }
}

#[test]
fn screening_puts_the_factors_of_g_in_their_order() {
    let rows = morris::design(8, 20, true, Seed::new(4));
    let values: Vec<f64> = rows.iter().map(|x| sobol_g(x)).collect();
    let seen = morris::screen(&rows, &values, 100, Seed::new(4));
    let stars: Vec<f64> = seen.iter().map(|s| s.mu_star).collect();
    assert!(stars[..4].windows(2).all(|w| w[0] > w[1]) && stars[3] > stars[4], "{stars:?}");
    assert_eq!(morris::matter(&[seen], 3), [0, 1, 2]);
}
