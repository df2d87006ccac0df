//! Step 3: what monthly shocks do to entries.

use super::{Fit, ShockLaw, Stopped, Watch};
use crate::study::{SERIES, people};
use crate::world::conditions::N;
use nalgebra::{Cholesky, DMatrix, DVector};

/// Size of the shocks by which the response is measured, standard deviations.
const NUDGE: f64 = 0.5;

/// What a shock of one standard deviation does to the transformed monthly entries of its series.
#[derive(Debug, Clone)]
pub struct Response {
    /// By series: a row a month of entries, a column a month of the shock.
    kernel: Vec<DMatrix<f64>>,
    /// What the point predicts without shocks.
    pub calm: Vec<f64>,
    /// What shocks are like.
    pub law: ShockLaw,
}

impl Response {
    /// Measures the response to shocks of a law at a point, by one run a month.
    pub(super) fn new(
        fit: &Fit,
        best: &[f64],
        law: ShockLaw,
        watch: &mut Watch<'_>,
    ) -> Result<Self, Stopped> {
        let nudged = |run: usize| {
            let mut shocks = fit.calm();
            if let Some(month) = run.checked_sub(1) {
                shocks[month] = [NUDGE; N];
            }
            fit.draw(best, &shocks, law, None)
        };
        let columns = fit.predict(fit.study.months + 1, nudged, watch)?;
        let calm = &columns[0];
        Ok(Self { kernel: kernels(fit, law, calm, &columns[1..]), calm: calm.clone(), law })
    }

    /// Covariance of a series around the model's answer without shocks.
    fn covariance(&self, fit: &Fit, series: usize) -> DMatrix<f64> {
        let k = &self.kernel[series];
        let mut covariance = k * k.transpose();
        for month in 0..fit.study.months {
            covariance[(month, month)] += fit.target.errors[series * fit.study.months + month].powi(2);
        }
        covariance
    }
}

/// Months for which a response is measured; beyond, it fades as shocks do.
const LAGS: usize = 10;

/// Agents in a month of entries at which it counts half of a month of very many.
const ENOUGH: f64 = 30.0;

/// Months of very many agents that the response of a class counts beside a series' own.
const SHARED: f64 = 12.0;

/// Responses by series, as functions of the lag alone: means over the months, in which months of many agents weigh more.
/// Single months of few agents say little, so a series is drawn to its class: Venezuelans, or all others together.
fn kernels(fit: &Fit, law: ShockLaw, calm: &[f64], nudged: &[Vec<f64>]) -> Vec<DMatrix<f64>> {
    let months = fit.study.months;
    let by_class: [Vec<f64>; 2] = [0, 1].map(|class| {
        // Where hardly anybody enters, a shock acts at once and in full.
        let unit: Vec<f64> =
            (0..LAGS.min(months)).map(|lag| law.memory(class).powi(lag as i32) * law.scale(class)).collect();
        let series: Vec<usize> = (0..SERIES.len()).filter(|s| usize::from(*s != 0) == class).collect();
        by_lag(fit, calm, nudged, &series, (&unit, 1.0))
    });
    (0..SERIES.len())
        .map(|s| {
            let mut lags = by_lag(fit, calm, nudged, &[s], (&by_class[usize::from(s != 0)], SHARED));
            while lags.len() < months {
                lags.push(lags.last().copied().unwrap_or(0.0) * law.memory(s));
            }
            DMatrix::from_fn(months, months, |row, col| if row < col { 0.0 } else { lags[row - col] })
        })
        .collect()
}

/// Mean response of some series by lag, with a prior guess and its weight.
fn by_lag(
    fit: &Fit,
    calm: &[f64],
    nudged: &[Vec<f64>],
    series: &[usize],
    (guess, strength): (&[f64], f64),
) -> Vec<f64> {
    let months = fit.study.months;
    let mean = |(lag, guess): (usize, &f64)| {
        let (mut sum, mut weight) = (strength * guess, strength);
        for &s in series {
            let scale = fit.study.people_per_agent(s);
            for col in 0..months - lag {
                let at = s * months + col + lag;
                let agents = people(calm[at]) / scale;
                let w = agents / (agents + ENOUGH);
                sum += w * (nudged[col][at] - calm[at]) / NUDGE;
                weight += w;
            }
        }
        (sum / weight).max(0.0)
    };
    guess.iter().enumerate().map(mean).collect()
}

/// Discrepancy between a run without shocks and the record that the search expects, of Venezuelans and of others, and its
/// memory by month. What a mean-field prototype of these mechanisms left: of Venezuelans hardly anything that lasts, so that a
/// stop that is missed is dear; of each other nationality a level that moves slowly, by causes of its own that no lever tells.
const DISCREPANCY: [f64; 2] = [0.3, 0.8];
const FADES: [f64; 2] = [0.2, 0.85];

/// The transformation after which errors around the model's answer without shocks are independent and of size one.
#[derive(Debug, Clone)]
pub(super) struct Whitening {
    factors: Vec<DMatrix<f64>>,
    months: usize,
    weak: Vec<f64>,
}

impl Whitening {
    fn new(fit: &Fit, covariance: impl Fn(usize) -> DMatrix<f64>) -> Self {
        let months = fit.study.months;
        let plain = |s: usize| {
            DMatrix::from_diagonal(&DVector::from_fn(months, |m, _| {
                fit.target.errors[s * months + m].powi(2)
            }))
        };
        let factors = (0..SERIES.len())
            .filter_map(|s| Cholesky::new(covariance(s)).or_else(|| Cholesky::new(plain(s))))
            .map(|c| c.l())
            .collect();
        Self { factors, months, weak: fit.target.errors[fit.entries()..].to_vec() }
    }

    /// For the search, which runs without shocks: a discrepancy that fades within months, so that a level that is
    /// wrong for years costs more than a path that is.
    pub(super) fn prior(fit: &Fit) -> Self {
        Self::new(fit, |s| {
            DMatrix::from_fn(fit.study.months, fit.study.months, |a, b| {
                let error = if a == b { fit.target.errors[s * fit.study.months + a].powi(2) } else { 0.0 };
                DISCREPANCY[usize::from(s != 0)].powi(2)
                    * FADES[usize::from(s != 0)].powi(a.abs_diff(b) as i32)
                    + error
            })
        })
    }

    /// With the response that was measured.
    pub(super) fn measured(fit: &Fit, response: &Response) -> Self {
        Self::new(fit, |s| response.covariance(fit, s))
    }

    /// What is predicted less a target that is white already, whitened.
    pub(super) fn residuals(&self, predicted: &[f64], target: &[f64]) -> Vec<f64> {
        self.apply(predicted).iter().zip(target).map(|(p, t)| p - t).collect()
    }

    /// Whitens data.
    pub(super) fn apply(&self, values: &[f64]) -> Vec<f64> {
        let mut white = Vec::with_capacity(values.len());
        for (s, factor) in self.factors.iter().enumerate() {
            let mut part = DVector::from_column_slice(&values[s * self.months..(s + 1) * self.months]);
            // A Cholesky factor is regular.
            factor.solve_lower_triangular_mut(&mut part);
            white.extend(part.iter());
        }
        let entries = self.factors.len() * self.months;
        white.extend(values[entries..].iter().zip(&self.weak).map(|(v, e)| v / e));
        white
    }
}
