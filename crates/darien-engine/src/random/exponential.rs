//! Standard exponential numbers: the logarithm that the engine takes most often.
//!
//! `-ln(u)` of a uniform number of 32 bits by a table of reciprocals and a polynomial (Tang, "Table-driven implementation of
//! the logarithm function in IEEE floating-point arithmetic", ACM Transactions on Mathematical Software 16, 1990), in sums
//! and products alone: the same bits on every machine, where the logarithm of a C library may differ in the last one, and
//! a third of its time.

use std::f64::consts::LN_2;

/// Intervals into which the numbers from 1 to 2 are cut.
const INTERVALS: usize = 128;

/// Reciprocals are multiples of one over this, so that a product with 33 bits is exact.
const FINE: f64 = 4096.0;

/// Of each interval: about the reciprocal of its middle, and the logarithm of it, or of twice it in the upper half, where
/// numbers count as of the power of two above.
static TABLE: [(f64, f64); INTERVALS] = {
    let mut table = [(0.0, 0.0); INTERVALS];
    let mut i = 0;
    while i < INTERVALS {
        let middle = 1.0 + (i as f64 + 0.5) / INTERVALS as f64;
        // At both ends exactly 1 and 1/2, so that nothing is lost where the result is near 0.
        let reciprocal = match i {
            0 => 1.0,
            127 => 0.5,
            _ => (FINE / middle + 0.5) as u32 as f64 / FINE,
        };
        table[i] = (reciprocal, logarithm(if i < INTERVALS / 2 { reciprocal } else { 2.0 * reciprocal }));
        i += 1;
    }
    table
};

/// The logarithm of a number from 2/3 to 4/3, by the series of the inverse hyperbolic tangent.
const fn logarithm(x: f64) -> f64 {
    let t = (x - 1.0) / (x + 1.0);
    let (mut sum, mut k) = (0.0, 14);
    while k > 0 {
        k -= 1;
        sum = sum * t * t + 2.0 / (2 * k + 1) as f64;
    }
    sum * t
}

/// A standard exponential number.
#[inline(always)]
pub fn exponential(word: u32) -> f64 {
    // The uniform number is an odd whole number over 2^33, and this one is m · 2^e with m from 1 to 2.
    let odd = 2 * u64::from(word) + 1;
    let bits = (odd as i64 as f64).to_bits();
    let power = (bits >> 52) as i32 - 1023;
    let m = f64::from_bits(bits & ((1 << 52) - 1) | 1.0f64.to_bits());
    let i = (bits >> 45) as usize % INTERVALS;
    let (reciprocal, log) = TABLE[i];
    let r = m * reciprocal - 1.0;
    let s = r * r;
    let log_1p =
        r + s * ((r * (1.0 / 3.0) - 0.5) + s * ((r * 0.2 - 0.25) + s * (r * (1.0 / 7.0) - 1.0 / 6.0)));
    f64::from(33 - power - (i >= INTERVALS / 2) as i32) * LN_2 + (log - log_1p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::sample::unit;

    /// Against the library's logarithm, at all ends of intervals and a million points between: within 4 units in the last
    /// place of it or of 1/8, whichever is more.
    #[test]
    fn it_is_the_logarithm() {
        let ends = (0..=32u32).flat_map(|e| (0..256u64).map(move |i| ((256 + i) << e) >> 9));
        let ends = ends.flat_map(|w| [w.wrapping_sub(1), w, w + 1]).map(|w| w as u32);
        let between = (0..1_000_000u32).map(|i| i.wrapping_mul(2_654_435_769));
        for word in ends.chain(between).chain([0, u32::MAX]) {
            let (got, want) = (exponential(word), -unit(word).ln());
            let unit_in_last_place = f64::EPSILON * want.max(0.125);
            assert!((got - want).abs() <= 4.0 * unit_in_last_place, "{word}: {got} is not {want}");
            assert!(got > 0.0);
        }
    }

    /// A larger word never gives a larger number, at any end of an interval.
    #[test]
    fn it_falls() {
        for w in (0..=32u32).flat_map(|e| (0..256u64).map(move |i| ((256 + i) << e) >> 9)) {
            let word = w.clamp(2, u64::from(u32::MAX) - 2) as u32;
            for near in word - 2..word + 2 {
                assert!(exponential(near) >= exponential(near + 1), "{near}");
            }
        }
    }
}
