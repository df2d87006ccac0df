//! Paired differences: what one scenario changes against another under the same draws and the same chance.
//!
//! All functions are pure: values of runs in, figures out. A value a run, base and alternative in the same order.

use super::summary::{mean, quantile, sorted, variance};
use super::verdict::Verdict;
use statrs::distribution::{ContinuousCDF, FisherSnedecor, StudentsT};

/// What a pair of scenarios says of one quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Mean of the base.
    pub base: f64,
    /// Mean of the paired differences, alternative minus base.
    pub difference: f64,
    /// 2.5 % quantile of the paired differences over runs.
    pub low: f64,
    /// 97.5 % quantile of the paired differences over runs.
    pub high: f64,
    /// Lower end of the 95 % interval of the **mean** difference (Student's t over draws).
    pub mean_low: f64,
    /// Upper end of the 95 % interval of the mean difference.
    pub mean_high: f64,
    /// Difference over base; NaN where the base is 0.
    pub relative: f64,
    /// Share of runs in which the alternative is larger.
    pub p_positive: f64,
    /// Share of runs in which the alternative is smaller.
    pub p_negative: f64,
    /// Variance of an unpaired difference over that of the paired one: so many times fewer runs are needed. NaN
    /// where the paired difference does not vary.
    pub saved: f64,
    /// Runs behind it.
    pub runs: usize,
}

/// Compares base and alternative; `draws` says which runs share a draw of the assumptions (their errors go together).
///
/// ```
/// use darien_stats::compare::contrast;
///
/// // Entries of four paired runs under two scenarios; two runs share each draw.
/// let base = [100.0, 130.0, 90.0, 120.0];
/// let alternative = [112.0, 141.0, 99.0, 132.0];
/// let contrast = contrast(&base, &alternative, &[0, 0, 1, 1]);
/// assert_eq!(contrast.difference, 11.0);
/// assert_eq!(contrast.p_positive, 1.0);
/// assert!((contrast.relative - 0.1).abs() < 1e-12);
/// ```
pub fn contrast(base: &[f64], alternative: &[f64], draws: &[u64]) -> Contrast {
    let differences: Vec<f64> = alternative.iter().zip(base).map(|(a, b)| a - b).collect();
    let n = differences.len();
    let ordered = sorted(differences.clone());
    let share = |count: usize| count as f64 / n as f64;
    let (difference, base_mean) = (mean(&differences), mean(base));
    let half = half_width(&differences, draws);
    let paired = variance(&differences);
    Contrast {
        base: base_mean,
        difference,
        low: quantile(&ordered, 0.025),
        high: quantile(&ordered, 0.975),
        mean_low: difference - half,
        mean_high: difference + half,
        relative: if base_mean == 0.0 { f64::NAN } else { difference / base_mean },
        p_positive: share(differences.iter().filter(|d| **d > 0.0).count()),
        p_negative: share(differences.iter().filter(|d| **d < 0.0).count()),
        saved: if paired > 0.0 { (variance(base) + variance(alternative)) / paired } else { f64::NAN },
        runs: n,
    }
}

/// Means by draw, in order of draws.
fn by_draw(values: &[f64], draws: &[u64]) -> Vec<f64> {
    let mut groups: std::collections::BTreeMap<u64, (f64, f64)> = std::collections::BTreeMap::new();
    for (value, draw) in values.iter().zip(draws) {
        let group = groups.entry(*draw).or_insert((0.0, 0.0));
        *group = (group.0 + value, group.1 + 1.0);
    }
    groups.values().map(|(sum, count)| sum / count).collect()
}

/// Monte-Carlo standard error of a mean over runs of which some share a draw: the draws, not the runs, are
/// independent.
pub fn error_of_mean(values: &[f64], draws: &[u64]) -> f64 {
    super::summary::standard_error(&by_draw(values, draws))
}

/// Half of the width of the 95 % interval of a mean (Student's t over the independent draws); NaN of one draw.
fn half_width(values: &[f64], draws: &[u64]) -> f64 {
    let means = by_draw(values, draws);
    let error = super::summary::standard_error(&means);
    if error == 0.0 && means.len() > 1 { 0.0 } else { error * student(means.len()) }
}

/// The 97.5 % quantile of Student's t with n − 1 degrees of freedom; NaN where there are none.
pub fn student(n: usize) -> f64 {
    if n < 2 {
        return f64::NAN;
    }
    StudentsT::new(0.0, 1.0, (n - 1) as f64).map_or(f64::NAN, |t| t.inverse_cdf(0.975))
}

impl Contrast {
    /// What the paired runs say.
    pub fn verdict(&self) -> Verdict {
        let count = |share: f64| (share * self.runs as f64).round() as usize;
        Verdict::of(count(self.p_positive), count(self.p_negative), self.runs, self.difference)
    }
}

/// How a variance splits into what is not known (draws of the assumptions) and what is chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Variance between draws: what we do not know.
    pub unknown: f64,
    /// Variance within draws: chance.
    pub chance: f64,
    /// Draws.
    pub draws: usize,
    /// Runs.
    pub runs: usize,
    /// Lower end of the 95 % interval of [`Self::unknown_share`]; NaN where nothing can be told apart.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
}

/// An interval of a share that is wider than this tells little: the share itself is not said.
const RESOLVED: f64 = 0.25;

impl Spread {
    /// Whether the runs tell the share apart closely enough to name a number.
    pub fn is_resolved(&self) -> bool {
        self.high - self.low <= RESOLVED
    }

    /// Share of the variance that comes from not knowing, 0–1; NaN where nothing varies or nothing can be told
    /// apart.
    pub fn unknown_share(&self) -> f64 {
        let total = self.unknown + self.chance;
        if total > 0.0 { self.unknown / total } else { f64::NAN }
    }
}

/// One-way random effects (law of total variance): `values` by run, `draws` the draw of each run.
///
/// The estimate between draws is cut at 0. NaN for both parts where no draw has two runs or there is one draw only.
/// Formula: Searle, Casella and McCulloch, *Variance Components* (1992), section 3.6 (unbalanced one-way); the interval
/// of the share is that of the intraclass correlation by the F distribution (section 3.6; exact for equal groups of
/// normal values, with the mean size of a group otherwise).
pub fn spread(values: &[f64], draws: &[u64]) -> Spread {
    let mut groups: std::collections::BTreeMap<u64, Vec<f64>> = std::collections::BTreeMap::new();
    for (value, draw) in values.iter().zip(draws) {
        groups.entry(*draw).or_default().push(*value);
    }
    let (n, k) = (values.len() as f64, groups.len() as f64);
    if groups.len() < 2 || values.len() == groups.len() {
        let nan = f64::NAN;
        return Spread {
            unknown: nan,
            chance: nan,
            draws: groups.len(),
            runs: values.len(),
            low: nan,
            high: nan,
        };
    }
    let grand = mean(values);
    let (mut between, mut within, mut squares) = (0.0, 0.0, 0.0);
    for group in groups.values() {
        let (m, size) = (mean(group), group.len() as f64);
        between += size * (m - grand).powi(2);
        within += group.iter().map(|v| (v - m).powi(2)).sum::<f64>();
        squares += size * size;
    }
    let (between, within) = (between / (k - 1.0), within / (n - k));
    let size = (n - squares / n) / (k - 1.0);
    let unknown = ((between - within) / size).max(0.0);
    let (low, high) = share_interval(between, within, (k - 1.0, n - k), size);
    Spread { unknown, chance: within, draws: groups.len(), runs: values.len(), low, high }
}

/// The 95 % interval of the intraclass correlation, cut at 0 and 1.
fn share_interval(between: f64, within: f64, (k, n): (f64, f64), size: f64) -> (f64, f64) {
    if between == 0.0 && within == 0.0 {
        return (f64::NAN, f64::NAN);
    }
    if within == 0.0 {
        return (1.0, 1.0);
    }
    let Ok(f) = FisherSnedecor::new(k, n) else { return (f64::NAN, f64::NAN) };
    let ratio = between / within;
    let share = |level: f64| {
        let x = ratio / f.inverse_cdf(level);
        ((x - 1.0) / (x + size - 1.0)).clamp(0.0, 1.0)
    };
    (share(0.975), share(0.025))
}

#[cfg(test)]
mod tests {
    use super::super::verdict::Call;
    use super::*;
    use crate::random::{Decision, Seed, sample};

    #[test]
    fn the_same_runs_differ_by_nothing() {
        let values = [5.0, 9.0, 2.0];
        let c = contrast(&values, &values, &[0, 1, 2]);
        assert_eq!((c.difference, c.low, c.high, c.mean_low, c.mean_high), (0.0, 0.0, 0.0, 0.0, 0.0));
        assert_eq!((c.p_positive, c.p_negative), (0.0, 0.0));
        assert_eq!(c.verdict().call, Call::Same);
    }

    #[test]
    fn pairing_cancels_what_is_shared() {
        let base = [100.0, 200.0, 300.0, 400.0];
        let alt = [90.0, 188.0, 291.0, 389.0];
        let c = contrast(&base, &alt, &[0, 1, 2, 3]);
        assert_eq!((c.base, c.difference, c.p_negative), (250.0, -10.5, 1.0));
        assert!(c.saved > 1000.0 && c.low < c.difference && c.difference < c.high);
        assert_eq!((c.verdict().call, c.verdict().negative), (Call::Few, 4));
        // t(3) at 97.5 % is 3.182; the differences are -10, -12, -9, -11.
        let error = (5.0_f64 / 3.0).sqrt() / 2.0;
        assert!((c.mean_high - c.difference - 3.182_446_3 * error).abs() < 1e-4);
    }

    #[test]
    fn the_variance_splits_as_it_was_made() {
        // Between draws 9, within 4.
        let seed = Seed::new(3);
        let normal = |a: u32, b: u32| sample::normal(seed.words(Decision::Parameters, a, b, 0)[0]);
        let (mut values, mut draws) = (Vec::new(), Vec::new());
        for d in 0..4000 {
            for r in 0..(2 + d % 2) {
                values.push(50.0 + 3.0 * normal(d, 100) + 2.0 * normal(d, r));
                draws.push(u64::from(d));
            }
        }
        let s = spread(&values, &draws);
        assert!((s.unknown - 9.0).abs() < 0.6 && (s.chance - 4.0).abs() < 0.25, "{s:?}");
        assert!((s.unknown_share() - 9.0 / 13.0).abs() < 0.03);
        // The error of the mean counts draws, not runs.
        assert!(error_of_mean(&values, &draws) > (13.0_f64 / values.len() as f64).sqrt());
        assert!(spread(&[1.0, 2.0], &[0, 1]).chance.is_nan());
    }

    #[test]
    fn the_share_of_what_is_not_known_has_an_interval() {
        // Shares of a variance that is 0.3 between draws and 0.7 within, from fifty draws of two runs: the interval
        // holds the truth in some 95 of 100 samples, and it is too wide to name a number.
        let seed = Seed::new(11);
        let normal = |a: u32, b: u32| sample::normal(seed.words(Decision::Parameters, a, b, 0)[0]);
        let (mut held, mut resolved, samples) = (0, 0, 400);
        for sample in 0..samples {
            let (mut values, mut draws) = (Vec::new(), Vec::new());
            for d in 0..50 {
                for r in 0..2 {
                    let id = sample * 50 + d;
                    values.push(0.3f64.sqrt() * normal(id, 100) + 0.7f64.sqrt() * normal(id, r));
                    draws.push(u64::from(d));
                }
            }
            let s = spread(&values, &draws);
            held += u32::from((s.low..=s.high).contains(&0.3));
            resolved += u32::from(s.is_resolved());
        }
        assert!((0.92..=0.98).contains(&(f64::from(held) / f64::from(samples))), "{held}");
        assert!(resolved < samples / 10, "{resolved}");
        let same = spread(&[1.0, 1.0, 1.0, 1.0], &[0, 0, 1, 1]);
        assert!(same.low.is_nan() && !same.is_resolved());
    }
}
