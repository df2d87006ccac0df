//! Penalised linear least squares by normal equations, for a handful of coefficients.

/// Inverse of a symmetric positive definite matrix by Gauss-Jordan elimination with pivoting; `None` if singular.
pub(super) fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let k = matrix.len();
    let mut a: Vec<Vec<f64>> = matrix
        .iter()
        .enumerate()
        .map(|(i, row)| row.iter().copied().chain((0..k).map(|j| f64::from(u8::from(i == j)))).collect())
        .collect();
    for c in 0..k {
        let pivot = (c..k).max_by(|i, j| a[*i][c].abs().total_cmp(&a[*j][c].abs()))?;
        if a[pivot][c].abs() < 1e-300 || !a[pivot][c].is_finite() {
            return None;
        }
        a.swap(c, pivot);
        let scale = a[c][c];
        a[c].iter_mut().for_each(|v| *v /= scale);
        let row = a[c].clone();
        for (i, other) in a.iter_mut().enumerate() {
            let factor = other[c];
            if i != c && factor != 0.0 {
                other.iter_mut().zip(&row).for_each(|(v, r)| *v -= factor * r);
            }
        }
    }
    Some(a.into_iter().map(|row| row[k..].to_vec()).collect())
}

/// Coefficients and inverse normal matrix of `min |y - X b|^2 + sum_j penalty_j b_j^2`.
pub(super) struct Fit {
    /// Coefficients.
    pub coefficients: Vec<f64>,
    /// `(X'X + diag(penalty))^-1`.
    pub inverse: Vec<Vec<f64>>,
    /// Residual sum of squares, without the penalty.
    pub rss: f64,
    /// The sum of `penalty_j b_j^2`.
    pub penalty: f64,
}

/// Solves a penalised least-squares problem; `None` if singular or without rows.
pub(super) fn fit(x: &[Vec<f64>], y: &[f64], penalty: &[f64]) -> Option<Fit> {
    let k = penalty.len();
    let mut normal = vec![vec![0.0; k]; k];
    let mut right = vec![0.0; k];
    for (row, y) in x.iter().zip(y) {
        for i in 0..k {
            right[i] += row[i] * y;
            for j in 0..k {
                normal[i][j] += row[i] * row[j];
            }
        }
    }
    for (i, p) in penalty.iter().enumerate() {
        normal[i][i] += p;
    }
    let inverse = inverse(&normal)?;
    let coefficients: Vec<f64> = inverse.iter().map(|row| dot(row, &right)).collect();
    if coefficients.iter().any(|c| !c.is_finite()) {
        return None;
    }
    let rss = x.iter().zip(y).map(|(row, y)| (y - dot(row, &coefficients)).powi(2)).sum();
    let penalty = penalty.iter().zip(&coefficients).map(|(p, b)| p * b * b).sum();
    Some(Fit { coefficients, inverse, rss, penalty })
}

/// Scalar product.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_recovered_and_a_penalty_shrinks_it() {
        let x: Vec<Vec<f64>> = (0..10).map(|t| vec![1.0, f64::from(t)]).collect();
        let y: Vec<f64> = (0..10).map(|t| 2.0 + 3.0 * f64::from(t)).collect();
        let free = fit(&x, &y, &[0.0, 0.0]).unwrap();
        assert!((free.coefficients[0] - 2.0).abs() < 1e-9 && (free.coefficients[1] - 3.0).abs() < 1e-9);
        let shrunk = fit(&x, &y, &[0.0, 100.0]).unwrap();
        assert!(shrunk.coefficients[1] < 2.0 && shrunk.penalty > 0.0);
        assert!(fit(&[], &[], &[0.0]).is_none());
        assert!(fit(&[vec![1.0, 1.0], vec![2.0, 2.0]], &[1.0, 2.0], &[0.0, 0.0]).is_none());
    }
}
