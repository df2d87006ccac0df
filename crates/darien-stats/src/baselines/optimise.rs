//! Small deterministic minimisers for the few parameters of a baseline.

/// Minimum of a function of one variable on an interval: a grid of 100 cells, then golden-section search in the best.
pub(super) fn scalar(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const CELLS: usize = 100;
    let step = (high - low) / CELLS as f64;
    let best = (0..=CELLS)
        .map(|i| low + step * i as f64)
        .map(|x| (f(x), x))
        .fold((f64::INFINITY, low), |best, new| if new.0 < best.0 { new } else { best })
        .1;
    let (mut a, mut b) = ((best - step).max(low), (best + step).min(high));
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut c, mut d) = (b - golden * (b - a), a + golden * (b - a));
    let (mut fc, mut fd) = (f(c), f(d));
    for _ in 0..40 {
        if fc <= fd {
            (b, d, fd) = (d, c, fc);
            c = b - golden * (b - a);
            fc = f(c);
        } else {
            (a, c, fc) = (c, d, fd);
            d = a + golden * (b - a);
            fd = f(d);
        }
    }
    let middle = f64::midpoint(a, b);
    if f(middle) <= f(best) { middle } else { best }
}

/// Nelder and Mead's simplex (1965) with the usual coefficients, from a start and a step in each coordinate.
///
/// Gives the best point and its value. Non-finite values count as worst.
pub(super) fn nelder_mead<const K: usize>(
    start: [f64; K],
    step: f64,
    iterations: usize,
    f: impl Fn(&[f64; K]) -> f64,
) -> ([f64; K], f64) {
    let value = |x: &[f64; K]| {
        let v = f(x);
        if v.is_finite() { v } else { f64::MAX }
    };
    let along = |from: &[f64; K], to: &[f64; K], t: f64| -> [f64; K] {
        std::array::from_fn(|i| from[i] + t * (to[i] - from[i]))
    };
    let mut simplex: Vec<([f64; K], f64)> = (0..=K)
        .map(|i| {
            let mut x = start;
            if let Some(c) = i.checked_sub(1) {
                x[c] += step;
            }
            (x, value(&x))
        })
        .collect();
    for _ in 0..iterations {
        simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
        if simplex[K].1 - simplex[0].1 <= 1e-12 * simplex[0].1.abs() {
            break;
        }
        let (worst, worst_value) = simplex[K];
        let centre: [f64; K] =
            std::array::from_fn(|i| simplex[..K].iter().map(|(x, _)| x[i]).sum::<f64>() / K as f64);
        let try_at = |t: f64| {
            let x = along(&worst, &centre, t);
            (x, value(&x))
        };
        let reflected = try_at(2.0);
        let candidate = if reflected.1 < simplex[0].1 {
            let expanded = try_at(3.0);
            if expanded.1 < reflected.1 { expanded } else { reflected }
        } else if reflected.1 < simplex[K - 1].1 {
            reflected
        } else if reflected.1 < worst_value {
            try_at(1.5)
        } else {
            try_at(0.5)
        };
        if candidate.1 < worst_value {
            simplex[K] = candidate;
        } else {
            let best = simplex[0].0;
            for (x, v) in &mut simplex[1..] {
                *x = along(&best, x, 0.5);
                *v = value(x);
            }
        }
    }
    simplex.sort_by(|a, b| a.1.total_cmp(&b.1));
    simplex[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_variable_is_found_even_beside_a_false_valley() {
        let x = scalar(-3.0, 3.0, |x| x.powi(4) - 3.0 * x * x + 0.5 * x);
        assert!((x + 1.264_8).abs() < 1e-3, "{x}");
    }

    #[test]
    fn the_simplex_walks_down_the_banana() {
        let (x, v) = nelder_mead([-1.2, 1.0], 0.5, 500, |x| {
            (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
        });
        assert!(v < 1e-8 && (x[0] - 1.0).abs() < 1e-3, "{x:?} {v}");
    }
}
