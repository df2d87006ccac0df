//! The 2 × 2 card: is it the policy, or is it the assumption?
//!
//! Four corners under the same draws and the same chance: policy off or on, assumption old or new. The change from
//! (off, old) to (on, new) is policy effect + assumption effect + interaction; somebody who compares single runs with
//! unlike random numbers sees chance on top. The four parts add up exactly: all figures lie on one dyadic grid, so
//! that no addition rounds.

use super::compare::error_of_mean;
use super::summary::mean;

/// The values of a quantity at the four corners, a value a run.
#[derive(Debug, Clone, Copy)]
pub struct Corners<'a> {
    /// Policy off, assumption old.
    pub off_old: &'a [f64],
    /// Policy on, assumption old.
    pub on_old: &'a [f64],
    /// Policy off, assumption new.
    pub off_new: &'a [f64],
    /// Policy on, assumption new.
    pub on_new: &'a [f64],
}

/// One part of the change: its size and the Monte-Carlo error of that size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Size.
    pub value: f64,
    /// Monte-Carlo standard error.
    pub error: f64,
}

/// The parts of the change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attribution {
    /// What the policy does under the old assumption.
    pub policy: Part,
    /// What the assumption does without the policy.
    pub assumption: Part,
    /// What the policy does more (or less) under the new assumption.
    pub interaction: Part,
    /// The paired change from (off, old) to (on, new): the sum of the three.
    pub paired: Part,
    /// What unlike random numbers add: the change between two halves of the runs, less the paired change.
    pub chance: f64,
    /// The change as read off from two halves of the runs: the sum of the four.
    pub unpaired: f64,
}

/// Splits the change; `draws` says which runs share a draw of the assumptions.
///
/// Halves are runs at even and odd positions, so that runs of one draw lie in both.
pub fn attribute(corners: &Corners<'_>, draws: &[u64]) -> Attribution {
    let by_run = |f: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..corners.off_old.len()).map(f).collect() };
    let Corners { off_old, on_old, off_new, on_new } = *corners;
    let policy = by_run(&|i| on_old[i] - off_old[i]);
    let assumption = by_run(&|i| off_new[i] - off_old[i]);
    let interaction = by_run(&|i| (on_new[i] - off_new[i]) - (on_old[i] - off_old[i]));
    let paired = by_run(&|i| on_new[i] - off_old[i]);
    let half = |values: &[f64], odd: usize| -> f64 {
        mean(&values.iter().copied().skip(odd).step_by(2).collect::<Vec<f64>>())
    };
    let unpaired = if off_old.len() < 2 { mean(&paired) } else { half(on_new, 1) - half(off_old, 0) };
    let sizes = [mean(&policy), mean(&assumption), mean(&paired), unpaired];
    let step = grid(&sizes);
    let [p, a, t, u] = sizes.map(|v| (v / step).round() * step);
    let part = |value, of: &[f64]| Part { value, error: error_of_mean(of, draws) };
    Attribution {
        policy: part(p, &policy),
        assumption: part(a, &assumption),
        interaction: part(t - p - a, &interaction),
        paired: part(t, &paired),
        chance: u - t,
        unpaired: u,
    }
}

/// A power of two, 2⁻⁴⁰ of the largest magnitude: sums of a few of its multiples are exact in double precision.
fn grid(values: &[f64]) -> f64 {
    let most = values.iter().map(|v| v.abs()).fold(0.0, f64::max);
    if most == 0.0 || !most.is_finite() { 1.0 } else { 2f64.powi(most.log2().ceil() as i32 - 40) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_add_up_exactly(values in prop::collection::vec([-1e9f64..1e9, -1e3f64..1e3, 0f64..1.0, -1e6f64..1e6], 1..40)) {
            let column = |i: usize| values.iter().map(|v| v[i]).collect::<Vec<f64>>();
            let (a, b, c, d) = (column(0), column(1), column(2), column(3));
            let draws: Vec<u64> = (0..values.len() as u64).map(|r| r / 2).collect();
            let corners = Corners { off_old: &a, on_old: &b, off_new: &c, on_new: &d };
            let t = attribute(&corners, &draws);
            let (p, s, i) = (t.policy.value, t.assumption.value, t.interaction.value);
            prop_assert_eq!(p + s + i, t.paired.value);
            prop_assert_eq!(i + s + p, t.paired.value);
            prop_assert_eq!(p + s + i + t.chance, t.unpaired);
            prop_assert_eq!(t.chance + p + i + s, t.unpaired);
        }
    }

    #[test]
    fn a_world_without_interaction_has_none() {
        let off: Vec<f64> = (0..10).map(|i| f64::from(i * i)).collect();
        let plus = |by: f64| off.iter().map(|v| v + by).collect::<Vec<f64>>();
        let (on, new, both) = (plus(-3.0), plus(5.0), plus(2.0));
        let draws: Vec<u64> = (0..10).collect();
        let corners = Corners { off_old: &off, on_old: &on, off_new: &new, on_new: &both };
        let t = attribute(&corners, &draws);
        assert_eq!((t.policy.value, t.assumption.value, t.interaction.value), (-3.0, 5.0, 0.0));
        assert_eq!((t.policy.error, t.paired.value), (0.0, 2.0));
        assert!(t.chance != 0.0);
    }
}
