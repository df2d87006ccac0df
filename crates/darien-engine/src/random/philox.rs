//! Philox4x32-10: the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
//! as easy as 1, 2, 3" (SC11, 2011).

const M0: u64 = 0xD251_1F53;
const M1: u64 = 0xCD9E_8D57;
const W0: u32 = 0x9E37_79B9;
const W1: u32 = 0xBB67_AE85;

/// Rounds of the generator.
const ROUNDS: usize = 10;

/// The keys of the rounds, worked out once for all draws under a key.
pub type Schedule = [[u32; 2]; ROUNDS];

/// The schedule of a key.
pub const fn schedule(key: [u32; 2]) -> Schedule {
    let mut all = [key; ROUNDS];
    let mut round = 1;
    while round < ROUNDS {
        let [k0, k1] = all[round - 1];
        all[round] = [k0.wrapping_add(W0), k1.wrapping_add(W1)];
        round += 1;
    }
    all
}

/// Four uniform 32-bit words for a counter under the key of a schedule.
#[inline(always)]
pub fn block(counter: [u32; 4], keys: &Schedule) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    for [k0, k1] in keys {
        let p0 = M0 * u64::from(c0);
        let p1 = M1 * u64::from(c2);
        (c0, c1, c2, c3) = ((p1 >> 32) as u32 ^ c1 ^ k0, p1 as u32, (p0 >> 32) as u32 ^ c3 ^ k1, p0 as u32);
    }
    [c0, c1, c2, c3]
}

/// Four uniform 32-bit words for a counter and a key.
#[inline(always)]
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    block(counter, &schedule(key))
}

#[cfg(test)]
mod tests {
    use super::philox4x32_10;

    /// The known answers published with Random123 (`kat_vectors`, philox4x32 10).
    #[test]
    fn known_answers() {
        let f = u32::MAX;
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([f; 4], [f; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, answer) in cases {
            assert_eq!(philox4x32_10(counter, key), answer);
        }
    }
}
