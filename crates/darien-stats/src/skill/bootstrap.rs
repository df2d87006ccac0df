//! Moving-block bootstrap over forecast origins: neighbouring origins share their errors, so blocks are drawn, not rows.

/// An estimate with a percentile interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The statistic on the data as they are.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// SplitMix64 (Steele, Lea and Flood 2014): the n-th number is a hash of seed and n, so it has an address.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n` by the high half of a product; the bias is below `n / 2^64`.
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

/// Draws of a statistic under the moving-block bootstrap (Künsch 1989) of `n` rows in time order.
///
/// `statistic` gets the row numbers of one resample (`n` of them). Blocks of `block` neighbouring rows (clamped to
/// 1..=n; for forecasts take the horizon) start anywhere and overlap. Empty if `n` is 0.
pub fn block_bootstrap(
    n: usize,
    block: usize,
    draws: usize,
    seed: u64,
    mut statistic: impl FnMut(&[usize]) -> f64,
) -> Vec<f64> {
    if n == 0 {
        return Vec::new();
    }
    let block = block.clamp(1, n);
    let mut random = SplitMix(seed);
    let mut rows = Vec::with_capacity(n + block);
    (0..draws)
        .map(|_| {
            rows.clear();
            while rows.len() < n {
                let start = random.below(n - block + 1);
                rows.extend(start..start + block);
            }
            rows.truncate(n);
            statistic(&rows)
        })
        .collect()
}

fn percentile(estimate: f64, draws: &[f64], level: f64) -> Interval {
    // An infinite ratio is the largest there is; zero over zero says nothing.
    let mut known: Vec<f64> = draws.iter().copied().filter(|d| !d.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    let at = |p| super::super::scores::quantile_type7(&known, p);
    Interval { estimate, low: at(tail), high: at(1.0 - tail) }
}

/// Interval of `sum model / sum baseline` over paired origins in time order; "no evidence of a difference" if it spans 1.
///
/// The slices hold one (summed or mean) score an origin; the longer one is cut to the shorter. NaN if empty.
pub fn ratio_interval(
    model: &[f64],
    baseline: &[f64],
    block: usize,
    draws: usize,
    level: f64,
    seed: u64,
) -> Interval {
    let n = model.len().min(baseline.len());
    let ratio = |rows: &mut dyn Iterator<Item = usize>| {
        let (a, b) = rows.fold((0.0, 0.0), |(a, b), i| (a + model[i], b + baseline[i]));
        a / b
    };
    let resampled = block_bootstrap(n, block, draws, seed, |rows| ratio(&mut rows.iter().copied()));
    percentile(ratio(&mut (0..n)), &resampled, level)
}

/// Interval of the mean of a series in time order, e.g. of paired score differences or of hits of an interval.
pub fn mean_interval(values: &[f64], block: usize, draws: usize, level: f64, seed: u64) -> Interval {
    let n = values.len();
    let resampled = block_bootstrap(n, block, draws, seed, |rows| {
        rows.iter().map(|i| values[*i]).sum::<f64>() / n as f64
    });
    percentile(values.iter().sum::<f64>() / n as f64, &resampled, level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_the_published_numbers() {
        // Reference implementation, seed 1234567.
        let mut r = SplitMix(1_234_567);
        assert_eq!(r.next(), 6_457_827_717_110_365_317);
        assert_eq!(r.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn blocks_are_whole_and_seeded() {
        let collect = |seed| {
            let mut all = Vec::new();
            block_bootstrap(10, 5, 20, seed, |rows| {
                assert_eq!(rows.len(), 10);
                assert!(rows.chunks(5).all(|b| b.windows(2).all(|w| w[1] == w[0] + 1)));
                all.extend_from_slice(rows);
                0.0
            });
            all
        };
        assert_eq!(collect(1), collect(1));
        assert_ne!(collect(1), collect(2));
        assert!(block_bootstrap(0, 3, 5, 1, |_| 0.0).is_empty());
    }

    #[test]
    fn intervals_hold_the_estimate_and_blocks_widen_them() {
        // A slow wave: neighbours agree, so honest intervals are wider than those of independent rows.
        let wave: Vec<f64> = (0..120).map(|t| 2.0 + (f64::from(t) / 12.0).sin()).collect();
        let single = mean_interval(&wave, 1, 2000, 0.95, 7);
        let blocks = mean_interval(&wave, 12, 2000, 0.95, 7);
        assert!(single.low < single.estimate && single.estimate < single.high);
        assert!(blocks.high - blocks.low > 1.5 * (single.high - single.low));
        let same = ratio_interval(&wave, &wave, 6, 200, 0.95, 7);
        assert_eq!((same.low, same.estimate, same.high), (1.0, 1.0, 1.0));
        assert!(ratio_interval(&[], &[], 6, 200, 0.95, 7).estimate.is_nan());
    }

    #[test]
    fn the_interval_of_a_mean_has_the_width_of_theory() {
        let x: Vec<f64> = (0..400).map(|i| f64::from((i * 157) % 400) / 400.0).collect();
        let i = mean_interval(&x, 1, 4000, 0.95, 3);
        let theory = 2.0 * 1.96 * (1.0_f64 / 12.0 / 400.0).sqrt();
        assert!(((i.high - i.low) / theory - 1.0).abs() < 0.05);
    }
}
