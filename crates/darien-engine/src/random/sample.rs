//! From uniform words to the distributions that the models need: one number per decision, by inverse
//! distribution function, never a rejection loop.

pub use super::exponential::exponential;

/// A uniform number strictly between 0 and 1.
#[inline(always)]
pub fn unit(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// Whether an event of probability `p` happens.
#[inline(always)]
pub fn bernoulli(word: u32, p: f64) -> bool {
    unit(word) < p
}

/// A uniform whole number from 0 to `n - 1` (0 where `n` is 0); biased by at most `n / 2^32`.
#[inline(always)]
pub fn below(word: u32, n: u32) -> u32 {
    ((u64::from(word) * u64::from(n)) >> 32) as u32
}

/// A standard normal number.
pub fn normal(word: u32) -> f64 {
    normal_quantile(unit(word))
}

/// The standard normal quantile of a probability strictly between 0 and 1, to some 1e-15 of its value: algorithm AS 241
/// (Wichura, "The percentage points of the normal distribution", Applied Statistics 37, 1988).
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180_625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-tail.ln()).sqrt();
    let z = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    z.copysign(q)
}

/// Numerator and denominator of a ratio of polynomials, lowest power first.
type Ratio = [[f64; 8]; 2];

#[inline(always)]
fn ratio(of: &Ratio, x: f64) -> f64 {
    let [above, below] = of.map(|c| {
        let (x2, x4) = (x * x, x * x * x * x);
        ((c[0] + c[1] * x) + (c[2] + c[3] * x) * x2) + ((c[4] + c[5] * x) + (c[6] + c[7] * x) * x2) * x4
    });
    above / below
}

/// For probabilities from 0.075 to 0.925.
const CENTRE: Ratio = [
    [
        3.387_132_872_796_366_6,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
];

/// For probabilities of at least 1.4e-11 from either end.
const TAIL: Ratio = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];

/// For those nearer to an end.
const FAR: Ratio = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];

/// A number from the triangular distribution on `low..high` with its mode at `mode`.
#[inline(always)]
pub fn triangular(word: u32, low: f64, mode: f64, high: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return mode;
    }
    let (u, c) = (unit(word), (mode - low) / width);
    if u < c { low + (u * c).sqrt() * width } else { high - ((1.0 - u) * (1.0 - c)).sqrt() * width }
}

/// `x` rounded to a whole number so that its mean is `x`.
#[inline(always)]
pub fn stochastic_round(word: u32, x: f64) -> u32 {
    let floor = x.floor();
    floor as u32 + u32::from(unit(word) < x - floor)
}

/// A position in `weights` (not all zero) with probability proportional to the weight.
#[inline]
pub fn choice(word: u32, weights: &[f64]) -> usize {
    let total: f64 = weights.iter().sum();
    let mut left = unit(word) * total;
    let mut last = 0;
    for (i, &w) in weights.iter().enumerate() {
        if w > 0.0 {
            last = i;
            if left < w {
                return i;
            }
            left -= w;
        }
    }
    last
}

/// A Poisson number: by summing the distribution up to a mean of 50, by the normal quantile with a
/// Cornish–Fisher correction of skewness above.
pub fn poisson(word: u32, mean: f64) -> u64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    let u = unit(word);
    if mean > 50.0 {
        let z = normal_quantile(u);
        return (mean + mean.sqrt() * z + (z * z - 1.0) / 6.0 + 0.5).floor().max(0.0) as u64;
    }
    let mut probability = (-mean).exp();
    let mut cumulated = probability;
    let mut k = 0u64;
    while u > cumulated && k < 1_000 {
        k += 1;
        probability *= mean / k as f64;
        cumulated += probability;
    }
    k
}

/// A binomial number by summing its distribution; for small `n` (up to some hundreds).
pub fn binomial(word: u32, n: u32, p: f64) -> u32 {
    if p <= 0.0 || n == 0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    let u = unit(word);
    // Rare events nearly always end here, without a power: (1 − p)^n is 1 − np at least (Bernoulli's inequality).
    if u <= 1.0 - f64::from(n) * p {
        return 0;
    }
    let mut probability = (1.0 - p).powi(n as i32);
    let odds = p / (1.0 - p);
    let mut cumulated = probability;
    let mut k = 0;
    while u > cumulated && k < n {
        probability *= odds * f64::from(n - k) / f64::from(k + 1);
        k += 1;
        cumulated += probability;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Decision, Seed};

    fn words(n: u32) -> impl Iterator<Item = u32> {
        (0..n).map(|i| Seed::new(11).words(Decision::Test, i, 0, 0)[0])
    }

    /// Exact outputs for fixed words: a change here is a change of results.
    #[test]
    fn frozen_values() {
        assert_eq!(unit(0), 0.5 / 4_294_967_296.0);
        assert_eq!(below(u32::MAX, 7), 6);
        assert_eq!(exponential(1 << 31), 0.693_147_180_327_114_6);
        assert!((triangular(1 << 30, 0.0, 1.0, 3.0) - 0.866_025_403_8).abs() < 1e-9);
        assert_eq!(stochastic_round(1 << 31, 2.25), 2);
        assert_eq!(choice(1 << 31, &[1.0, 0.0, 3.0]), 2);
        assert_eq!(poisson(1 << 31, 3.0), 3);
        assert_eq!(poisson(1 << 31, 1000.0), 1000);
        assert_eq!(binomial(1 << 31, 10, 0.3), 3);
        assert!((normal(3_000_000_000) - 0.520_068_06).abs() < 1e-6);
    }

    /// Against the inverse error function of a library, from one end to the other.
    #[test]
    fn quantiles_are_those_of_the_normal_distribution() {
        let near_an_end = (1..45).map(|k| 0.5f64.powi(k));
        let all = near_an_end
            .clone()
            .chain(near_an_end.map(|p| 1.0 - p))
            .chain((1..10_000).map(|i| f64::from(i) * 1e-4));
        for p in all {
            let want = -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * p);
            let got = normal_quantile(p);
            assert!((got - want).abs() < 1e-12 * want.abs().max(1.0), "{p}: {got} is not {want}");
        }
    }

    fn check_mean(name: &str, want: f64, sd: f64, draw: impl Fn(u32) -> f64) {
        let n = 20_000;
        let mean = words(n).map(draw).sum::<f64>() / f64::from(n);
        assert!((mean - want).abs() < 4.0 * sd / f64::from(n).sqrt(), "{name}: {mean} is not {want}");
    }

    #[test]
    fn means_are_right() {
        check_mean("unit", 0.5, 0.289, unit);
        check_mean("exponential", 1.0, 1.0, exponential);
        check_mean("normal", 0.0, 1.0, normal);
        check_mean("triangular", 2.0, 0.9, |w| triangular(w, 0.0, 2.0, 4.0));
        check_mean("round", 2.3, 0.5, |w| f64::from(stochastic_round(w, 2.3)));
        check_mean("poisson", 3.7, 1.95, |w| poisson(w, 3.7) as f64);
        check_mean("poisson, large", 400.0, 20.0, |w| poisson(w, 400.0) as f64);
        check_mean("binomial", 3.0, 1.45, |w| f64::from(binomial(w, 10, 0.3)));
    }

    /// Chi-square of `below` and `choice` at the level 0.001 (27.88 on 9 degrees of freedom).
    #[test]
    fn choices_follow_their_weights() {
        let n = 50_000;
        let weights = [1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        let (mut flat, mut weighted) = ([0f64; 10], [0f64; 10]);
        for w in words(n) {
            flat[below(w, 10) as usize] += 1.0;
            weighted[choice(w, &weights)] += 1.0;
        }
        let chi = |seen: &[f64], expected: &dyn Fn(usize) -> f64| -> f64 {
            seen.iter().enumerate().map(|(i, s)| (s - expected(i)).powi(2) / expected(i)).sum()
        };
        assert!(chi(&flat, &|_| f64::from(n) / 10.0) < 27.88);
        assert!(chi(&weighted, &|i| f64::from(n) * weights[i] / 30.0) < 27.88);
    }
}
