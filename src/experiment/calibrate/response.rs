//! Step 2: what monthly shocks do to entries, and how large shocks are.

use super::{Fit, Stopped, Watch};
use crate::experiment::study::{OFFSET, SERIES, series_of};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;
use nalgebra::{Cholesky, DMatrix, DVector};

/// The parameters that say how large shocks are.
pub(super) const SIZES: [Parameter; 2] = [Parameter::MoodSpread, Parameter::MoodSmall];

/// Sizes of shocks that are tried, as factors on the default spreads.
const FACTORS: [f64; 14] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.4];

/// Size of the shocks by which the response is measured, standard deviations.
const NUDGE: f64 = 0.5;

/// Spreads of the shocks of Venezuelans and of the others, within their priors' ranges.
fn spreads(size: [f64; 2]) -> [f64; 2] {
    let (large, ratio) = (Parameter::MoodSpread.definition(), Parameter::MoodSmall.definition());
    let venezuelans = (large.definition.default * size[0]).clamp(large.quantile(0.0), large.quantile(1.0));
    let others = large.definition.default * ratio.definition.default * size[1];
    [venezuelans, venezuelans * (others / venezuelans).clamp(ratio.quantile(0.0), ratio.quantile(1.0))]
}

/// The sizes that remain when the spreads are kept within their priors' ranges.
fn possible(size: [f64; 2]) -> [f64; 2] {
    let default = |p: Parameter| p.definition().definition.default;
    let [venezuelans, others] = spreads(size);
    let spread = default(Parameter::MoodSpread);
    [venezuelans / spread, others / (spread * default(Parameter::MoodSmall))]
}

/// The sizes of shocks as parameters.
pub(super) fn spread(size: [f64; 2]) -> [(Parameter, f64); 2] {
    let [venezuelans, others] = spreads(size);
    [(Parameter::MoodSpread, venezuelans), (Parameter::MoodSmall, others / venezuelans)]
}

/// What a shock of one standard deviation does to the transformed monthly entries of its series.
#[derive(Debug, Clone)]
pub struct Response {
    /// By series: a row a month of entries, a column a month of the shock; for a shock of the default size.
    kernel: Vec<DMatrix<f64>>,
    /// What the point predicts without shocks.
    pub calm: Vec<f64>,
    /// Size of the shocks, as factors on the default spreads of Venezuelans and of the others.
    pub size: [f64; 2],
}

impl Response {
    /// Measures the response at a point by one run a month, and finds the size of shocks that makes the misfit there
    /// most likely.
    pub(super) fn new(fit: &Fit, best: &[f64], watch: &mut Watch<'_>) -> Result<Self, Stopped> {
        let months = fit.study.months;
        let nudged = |run: usize| {
            let mut shocks = fit.calm();
            if let Some(month) = run.checked_sub(1) {
                shocks[month] = [NUDGE; N];
            }
            fit.draw(best, &shocks, [1.0; 2], None)
        };
        let columns = fit.predict(months + 1, nudged, watch)?;
        let calm = &columns[0];
        let kernel = kernels(fit, calm, &columns[1..]);
        let mut response = Self { kernel, calm: calm.clone(), size: [1.0; 2] };
        let left: Vec<f64> = fit.target.values.iter().zip(calm).map(|(t, c)| t - c).collect();
        response.size = possible([0, 1].map(|class| response.likeliest(fit, &left, class)));
        Ok(response)
    }

    /// The same response with shocks of a given size.
    #[must_use]
    pub(super) fn with_size(mut self, size: [f64; 2]) -> Self {
        self.size = size;
        self
    }

    fn likeliest(&self, fit: &Fit, left: &[f64], class: usize) -> f64 {
        let series = (0..SERIES.len()).filter(|s| usize::from(*s != 0) == class).collect::<Vec<_>>();
        let months = fit.study.months;
        let likelihood = |factor: f64| -> f64 {
            series
                .iter()
                .map(|&s| {
                    let residual = DVector::from_column_slice(&left[s * months..(s + 1) * months]);
                    Cholesky::new(self.covariance(fit, s, factor)).map_or(f64::NEG_INFINITY, |c| {
                        -0.5 * (residual.dot(&c.solve(&residual)) + c.ln_determinant())
                    })
                })
                .sum()
        };
        FACTORS.iter().copied().max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b))).unwrap_or(1.0)
    }

    /// Covariance of a series around the model's answer without shocks, for shocks of `factor` the default size.
    fn covariance(&self, fit: &Fit, series: usize, factor: f64) -> DMatrix<f64> {
        let k = &self.kernel[series] * factor;
        let mut covariance = &k * k.transpose();
        for month in 0..fit.study.months {
            covariance[(month, month)] += fit.target.errors[series * fit.study.months + month].powi(2);
        }
        covariance
    }

    /// Response of a nationality's entries to its shocks of the found size: a row a month of entries, a column a month
    /// of the shock.
    pub(super) fn of(&self, nationality: usize) -> DMatrix<f64> {
        &self.kernel[series_of(nationality)] * self.size[usize::from(nationality != 0)]
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
fn kernels(fit: &Fit, calm: &[f64], nudged: &[Vec<f64>]) -> Vec<DMatrix<f64>> {
    let months = fit.study.months;
    let memory = Parameter::MoodMemory.definition().definition.default;
    // Where hardly anybody enters, a shock acts at once and in full.
    let unit: Vec<f64> = (0..LAGS.min(months))
        .map(|lag| memory.powi(lag as i32) * Parameter::MoodSpread.definition().definition.default)
        .collect();
    let by_class: [Vec<f64>; 2] = [0, 1].map(|class| {
        let series: Vec<usize> = (0..SERIES.len()).filter(|s| usize::from(*s != 0) == class).collect();
        by_lag(fit, calm, nudged, &series, (&unit, 1.0))
    });
    (0..SERIES.len())
        .map(|s| {
            let mut lags = by_lag(fit, calm, nudged, &[s], (&by_class[usize::from(s != 0)], SHARED));
            while lags.len() < months {
                lags.push(lags.last().copied().unwrap_or(0.0) * memory);
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
    let scale = f64::from(fit.plan.scale);
    let mean = |(lag, guess): (usize, &f64)| {
        let (mut sum, mut weight) = (strength * guess, strength);
        for &s in series {
            for col in 0..months - lag {
                let at = s * months + col + lag;
                let agents = ((calm[at].exp() - OFFSET) / scale).max(0.0);
                let w = agents / (agents + ENOUGH);
                sum += w * (nudged[col][at] - calm[at]) / NUDGE;
                weight += w;
            }
        }
        (sum / weight).max(0.0)
    };
    guess.iter().enumerate().map(mean).collect()
}

/// Discrepancy between a run without shocks and the record that the search expects, and its memory by month (assumed).
const DISCREPANCY: f64 = 0.44;
const FADES: f64 = 0.6;

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
                DISCREPANCY.powi(2) * FADES.powi(a.abs_diff(b) as i32) + error
            })
        })
    }

    /// With the response that was measured.
    pub(super) fn measured(fit: &Fit, response: &Response) -> Self {
        Self::new(fit, |s| response.covariance(fit, s, response.size[usize::from(s != 0)]))
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
