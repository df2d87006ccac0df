//! The naive family: tomorrow like today, like the trend, like last year, like the average.

use super::{Baseline, normal, root_mean_square};
use crate::scores::Quantiles;

/// Random walk: the last value; spread `s sqrt(h)`.
///
/// `s` is the root of the sum of squared monthly changes over `n - 1`, as there are `n - 1` of them.
#[derive(Debug, Clone, Copy)]
pub struct Naive;

/// Random walk with drift: the last value plus `h` times the mean change; spread `s sqrt(h (1 + h / (n - 1)))`.
///
/// `s` is the root of the sum of squared deviations of the changes from their mean over `n - 1`.
#[derive(Debug, Clone, Copy)]
pub struct Drift;

/// The value of the same month a season earlier; spread `s sqrt(k + 1)`, `k` whole seasons ahead.
#[derive(Debug, Clone, Copy)]
pub struct SeasonalNaive {
    /// Months in a season, 12 for monthly data.
    pub season: usize,
}

/// Mean of the last months; spread `s sqrt(1 + 1/n)`, `s` with `n - 1`.
#[derive(Debug, Clone, Copy)]
pub struct HistoricalMean {
    /// How many months at most, 24 in the protocol.
    pub window: usize,
}

impl Baseline for Naive {
    fn name(&self) -> &'static str {
        "naive"
    }

    fn min_history(&self) -> usize {
        2
    }

    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let Some(last) = y.last() else { return Vec::new() };
        let sd = root_mean_square(y.windows(2).map(|w| w[1] - w[0]), y.len() as f64 - 1.0);
        (1..=horizon).map(|h| normal(*last, sd * (h as f64).sqrt())).collect()
    }
}

impl Baseline for Drift {
    fn name(&self) -> &'static str {
        "drift"
    }

    fn min_history(&self) -> usize {
        3
    }

    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let (Some(first), Some(last)) = (y.first(), y.last()) else { return Vec::new() };
        let steps = y.len() as f64 - 1.0;
        let slope = (last - first) / steps;
        let sd = root_mean_square(y.windows(2).map(|w| w[1] - w[0] - slope), steps);
        (1..=horizon)
            .map(|h| {
                let h = h as f64;
                normal(last + h * slope, sd * (h * (1.0 + h / steps)).sqrt())
            })
            .collect()
    }
}

impl Baseline for SeasonalNaive {
    fn name(&self) -> &'static str {
        "seasonal_naive"
    }

    fn min_history(&self) -> usize {
        self.season.max(1) + 1
    }

    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let season = self.season.max(1);
        let Some(start) = y.len().checked_sub(season) else { return Vec::new() };
        let sd = root_mean_square((season..y.len()).map(|t| y[t] - y[t - season]), start as f64);
        (0..horizon).map(|i| normal(y[start + i % season], sd * ((i / season + 1) as f64).sqrt())).collect()
    }
}

impl Baseline for HistoricalMean {
    fn name(&self) -> &'static str {
        "hist_mean"
    }

    fn min_history(&self) -> usize {
        2
    }

    fn forecast_log(&self, y: &[f64], horizon: usize) -> Vec<Quantiles> {
        let y = &y[y.len().saturating_sub(self.window.max(2))..];
        let n = y.len() as f64;
        let mean = y.iter().sum::<f64>() / n;
        let sd = root_mean_square(y.iter().map(|v| v - mean), n - 1.0);
        vec![normal(mean, sd * (1.0 + 1.0 / n).sqrt()); horizon]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::logs;
    use super::*;

    /// Steps 1, 2, 3, 12, 13, 14 of the median, the lower end of 95 % and the upper end of 50 %, from statsforecast 2.1.1
    /// on the same 30 months.
    type Golden = [[f64; 6]; 3];

    fn agrees(model: &dyn Baseline, golden: &Golden) {
        let rows = model.forecast_log(&logs(), 14);
        for (level, values) in [11, 1, 16].into_iter().zip(golden) {
            for (step, value) in [0, 1, 2, 11, 12, 13].into_iter().zip(values) {
                let found = rows[step][level];
                assert!((found - value).abs() < 1e-6, "{} step {step}: {found} is not {value}", model.name());
            }
        }
    }

    #[test]
    fn naive_agrees_with_statsforecast() {
        agrees(
            &Naive,
            &[
                [10.299676435863896; 6],
                [
                    9.313862778720022,
                    8.90552539195841,
                    8.592197094895422,
                    6.884717753926949,
                    6.745274746978985,
                    6.611099483628889,
                ],
                [
                    10.63892818364685,
                    10.779450858637327,
                    10.887277699580515,
                    11.474878963297135,
                    11.522866007786115,
                    11.569040243931957,
                ],
            ],
        );
    }

    #[test]
    fn drift_agrees_with_statsforecast() {
        agrees(
            &Drift,
            &[
                [
                    10.4142417839409,
                    10.528807132017906,
                    10.64337248009491,
                    11.674460612787957,
                    11.789025960864963,
                    11.903591308941968,
                ],
                [
                    9.437931747125418,
                    9.125273023001524,
                    8.896895992547117,
                    7.720706305426276,
                    7.623944996302928,
                    7.530129158776255,
                ],
                [
                    10.750223015249157,
                    11.011810584147305,
                    11.244393977990383,
                    13.035080897723894,
                    13.222370880207022,
                    13.408647226512583,
                ],
            ],
        );
    }

    #[test]
    fn seasonal_naive_agrees_with_statsforecast() {
        agrees(
            &SeasonalNaive { season: 12 },
            &[
                [
                    10.035524078403878,
                    10.34512385694912,
                    10.783218029098482,
                    10.299676435863896,
                    10.035524078403878,
                    10.34512385694912,
                ],
                [
                    7.7702806404041675,
                    8.079880418949411,
                    8.51797459109877,
                    8.034432997864187,
                    6.83198608630803,
                    7.141585864853273,
                ],
                [
                    10.81507079083405,
                    11.124670569379292,
                    11.562764741528653,
                    11.079223148294068,
                    11.137969611625985,
                    11.447569390171228,
                ],
            ],
        );
    }
}
