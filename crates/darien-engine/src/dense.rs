//! The step for worlds in which everybody acts every day.
//!
//! Agents are a column of place indices and nothing else. A day goes over the column in chunks of a fixed size:
//! the draws of a chunk come into a buffer first (two agents share a block of four words, and eight blocks are
//! worked out side by side, which compilers turn into vector instructions), then the movers are picked out without
//! a branch, then only they are moved and counted. Counts are whole numbers, so that their sum does not depend on
//! the number of threads.

use crate::random::{Decision, Seed};
use rayon::prelude::*;

/// Agents in a chunk; part of no result.
pub const CHUNK: usize = 8192;
/// Blocks of random words worked out side by side.
const LANES: usize = 8;

/// A type that can hold the index of a place: `u8` for up to 256 places, `u16` for up to 65,536.
pub trait PlaceIndex: Copy + Send + Sync + 'static {
    /// Number of places that the type can hold.
    const MOST: usize;
    /// The index.
    fn get(self) -> usize;
    /// From an index under [`Self::MOST`].
    fn new(index: usize) -> Self;
}

impl PlaceIndex for u8 {
    const MOST: usize = 1 << 8;
    #[inline]
    fn get(self) -> usize {
        self as usize
    }
    #[inline]
    fn new(index: usize) -> Self {
        index as u8
    }
}

impl PlaceIndex for u16 {
    const MOST: usize = 1 << 16;
    #[inline]
    fn get(self) -> usize {
        self as usize
    }
    #[inline]
    fn new(index: usize) -> Self {
        index as u16
    }
}

/// A network on which every agent moves with the same chance a day to one of the places next to it, each as likely.
#[derive(Debug, Clone)]
pub struct Network<P> {
    /// First neighbour of each place in `next`, and how many there are.
    ways: Vec<(u32, u32)>,
    next: Vec<P>,
    /// An agent moves if its first word is below this; 2^32 stands for always.
    threshold: u64,
}

impl<P: PlaceIndex> Network<P> {
    /// A network from the neighbours of each place and the chance to move.
    ///
    /// Returns `None` if there are more places than `P` can hold, if a neighbour is not a place or if the chance is
    /// not from 0 to 1. A place without neighbours is never left.
    pub fn new(neighbours: &[Vec<usize>], chance: f64) -> Option<Self> {
        let fits = neighbours.len() <= P::MOST
            && (0.0..=1.0).contains(&chance)
            && neighbours.iter().flatten().all(|n| *n < neighbours.len());
        if !fits {
            return None;
        }
        let mut network =
            Self { ways: Vec::new(), next: Vec::new(), threshold: (chance * 4_294_967_296.0).round() as u64 };
        for (place, near) in neighbours.iter().enumerate() {
            network.ways.push((network.next.len() as u32, near.len().max(1) as u32));
            network.next.extend(near.iter().map(|n| P::new(*n)));
            if near.is_empty() {
                network.next.push(P::new(place));
            }
        }
        Some(network)
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        self.ways.len()
    }

    /// Agents at each place.
    pub fn count(&self, column: &[P]) -> Vec<u64> {
        let mut counts = vec![0; self.places()];
        for place in column {
            counts[place.get()] += 1;
        }
        counts
    }

    /// Moves everybody by one day and keeps `counts` (as [`Self::count`] gives them) up to date.
    ///
    /// Every place of the column must be one of this network's, and agents are numbered by their position, from 0 to
    /// at most 2^33.
    pub fn step(&self, seed: Seed, day: u32, column: &mut [P], counts: &mut [u64]) {
        let changes: Vec<Vec<i32>> = column
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map_init(Buffers::default, |buffers, (chunk, agents)| {
                self.step_chunk(seed, day, chunk, agents, buffers)
            })
            .fold(Vec::new, |mut all: Vec<i32>, change| {
                if all.is_empty() {
                    return change;
                }
                all.iter_mut().zip(change).for_each(|(a, c)| *a += c);
                all
            })
            .collect();
        for change in changes {
            for (count, c) in counts.iter_mut().zip(change) {
                *count = count.wrapping_add_signed(i64::from(c));
            }
        }
    }

    /// One chunk; what its movers change in the counts.
    fn step_chunk(
        &self,
        seed: Seed,
        day: u32,
        chunk: usize,
        agents: &mut [P],
        buffers: &mut Buffers,
    ) -> Vec<i32> {
        let Buffers { words, movers } = buffers;
        draw(seed, day, chunk * (CHUNK / 2), words);
        // Who moves: every agent is written down, but only a mover keeps its place in the list.
        let mut n = 0;
        for (i, word) in words.iter().enumerate().take(agents.len()) {
            movers[n] = i as u16;
            n += usize::from(u64::from(word[0]) < self.threshold);
        }
        let mut change = vec![0i32; self.places()];
        for &i in &movers[..n] {
            let i = i as usize;
            let from = agents[i].get();
            let (first, ways) = self.ways[from];
            let way = (u64::from(words[i][1]) * u64::from(ways)) >> 32;
            let to = self.next[first as usize + way as usize];
            agents[i] = to;
            change[from] -= 1;
            change[to.get()] += 1;
        }
        change
    }
}

/// Room for the draws of a chunk, and for the positions of its movers.
struct Buffers {
    words: Vec<[u32; 2]>,
    movers: Vec<u16>,
}

impl Default for Buffers {
    fn default() -> Self {
        Self { words: vec![[0; 2]; CHUNK], movers: vec![0; CHUNK + 1] }
    }
}

/// Two words for each agent of a chunk that begins with block `first`: those of agent `2 b` and `2 b + 1` are the four
/// words of the address ([`Decision::Dense`], b, day, 0).
pub fn draw(seed: Seed, day: u32, first: usize, words: &mut [[u32; 2]]) {
    let key = [seed.value() as u32, (seed.value() >> 32) as u32];
    for (group, out) in words.chunks_exact_mut(2 * LANES).enumerate() {
        let base = (first + group * LANES) as u32;
        let blocks = lanes(base, day, key);
        for lane in 0..LANES {
            out[2 * lane] = [blocks[0][lane] as u32, blocks[1][lane] as u32];
            out[2 * lane + 1] = [blocks[2][lane] as u32, blocks[3][lane] as u32];
        }
    }
}

/// Philox4x32-10 for the counters `(base + lane, day, 0, Dense)`, word by word. A word is kept in the lower half of a
/// `u64`, so that the products need no widening.
#[inline]
fn lanes(base: u32, day: u32, key: [u32; 2]) -> [[u64; LANES]; 4] {
    const M0: u64 = 0xD251_1F53;
    const M1: u64 = 0xCD9E_8D57;
    const LOW: u64 = 0xFFFF_FFFF;
    let mut c0: [u64; LANES] = std::array::from_fn(|lane| u64::from(base.wrapping_add(lane as u32)));
    let mut c1 = [u64::from(day); LANES];
    let mut c2 = [0; LANES];
    let mut c3 = [u64::from(Decision::Dense.code()); LANES];
    let [mut k0, mut k1] = key;
    for round in 0..10 {
        if round > 0 {
            k0 = k0.wrapping_add(0x9E37_79B9);
            k1 = k1.wrapping_add(0xBB67_AE85);
        }
        for lane in 0..LANES {
            let p0 = M0 * (c0[lane] & LOW);
            let p1 = M1 * (c2[lane] & LOW);
            c0[lane] = (p1 >> 32) ^ (c1[lane] & LOW) ^ u64::from(k0);
            c2[lane] = (p0 >> 32) ^ (c3[lane] & LOW) ^ u64::from(k1);
            (c1[lane], c3[lane]) = (p1, p0);
        }
    }
    [c0, c1, c2, c3]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corridor(n: usize) -> Vec<Vec<usize>> {
        (0..n)
            .map(|i| [i.checked_sub(1), (i + 1 < n).then_some(i + 1)].into_iter().flatten().collect())
            .collect()
    }

    #[test]
    fn draws_are_those_of_their_addresses() {
        let seed = Seed::new(0x1234_5678_9ABC_DEF0);
        let mut words = vec![[0; 2]; CHUNK];
        draw(seed, 17, 4096, &mut words);
        for block in 0..CHUNK / 2 {
            let w = seed.words(Decision::Dense, 4096 + block as u32, 17, 0);
            assert_eq!([words[2 * block], words[2 * block + 1]], [[w[0], w[1]], [w[2], w[3]]]);
        }
    }

    /// The distribution over places after `days`, from the exact Markov chain.
    fn exact(neighbours: &[Vec<usize>], chance: f64, days: u32) -> Vec<f64> {
        let mut p = vec![0.0; neighbours.len()];
        p[0] = 1.0;
        for _ in 0..days {
            let mut q: Vec<f64> = p.iter().map(|x| x * (1.0 - chance)).collect();
            for (from, near) in neighbours.iter().enumerate() {
                for to in near {
                    q[*to] += p[from] * chance / near.len() as f64;
                }
            }
            p = q;
        }
        p
    }

    /// Chi-square at the level 0.001 against the exact chain: 27.88 on 9 degrees of freedom for ten places, and by the
    /// normal approximation for a network.
    fn check<P: PlaceIndex>(neighbours: &[Vec<usize>], agents: usize, days: u32) {
        let network = Network::<P>::new(neighbours, 0.3).unwrap();
        let mut column = vec![P::new(0); agents];
        let mut counts = network.count(&column);
        for day in 0..days {
            network.step(Seed::new(21), day, &mut column, &mut counts);
        }
        assert_eq!(counts, network.count(&column));
        let p = exact(neighbours, 0.3, days);
        // Places where hardly anybody is expected are taken together.
        let (mut chi, mut cells, mut rest) = (0.0, 0.0, (0.0, 0.0));
        for (n, p) in counts.iter().zip(&p) {
            let (n, e) = (*n as f64, p * agents as f64);
            if e < 10.0 {
                rest = (rest.0 + n, rest.1 + e);
            } else {
                chi += (n - e).powi(2) / e;
                cells += 1.0;
            }
        }
        if rest.1 > 10.0 {
            chi += (rest.0 - rest.1).powi(2) / rest.1;
            cells += 1.0;
        }
        let df: f64 = cells - 1.0;
        // Wilson and Hilferty's quantile of chi-square at 0.999.
        let limit = df * (1.0 - 2.0 / (9.0 * df) + 3.0902 * (2.0 / (9.0 * df)).sqrt()).powi(3);
        assert!(chi < limit, "chi-square {chi} on {df} degrees of freedom, limit {limit}");
    }

    #[test]
    fn a_corridor_agrees_with_its_markov_chain() {
        for days in [1, 7, 40] {
            check::<u8>(&corridor(10), 200_001, days);
        }
    }

    #[test]
    fn a_network_agrees_with_its_markov_chain() {
        let n = 1000;
        let neighbours: Vec<Vec<usize>> =
            (0..n).map(|i| vec![(i + 1) % n, (i + n - 1) % n, (i * 7 + 3) % n, (i * 31 + 11) % n]).collect();
        check::<u16>(&neighbours, 300_000, 30);
    }

    #[test]
    fn threads_change_nothing() {
        let network = Network::<u8>::new(&corridor(10), 0.3).unwrap();
        let run = |threads| {
            let mut column: Vec<u8> = (0..50_000).map(|i| (i % 10) as u8).collect();
            let mut counts = network.count(&column);
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
                (0..5).for_each(|day| network.step(Seed::new(3), day, &mut column, &mut counts));
            });
            (column, counts)
        };
        assert_eq!(run(1), run(2));
    }

    #[test]
    fn a_bad_network_is_none_and_a_lonely_place_is_kept() {
        assert!(Network::<u8>::new(&vec![vec![]; 300], 0.3).is_none());
        assert!(Network::<u8>::new(&[vec![1]], 0.3).is_none());
        assert!(Network::<u8>::new(&[vec![0]], 1.3).is_none());
        let network = Network::<u8>::new(&[vec![]], 1.0).unwrap();
        let (mut column, mut counts) = (vec![0u8; 100], vec![100]);
        network.step(Seed::new(1), 0, &mut column, &mut counts);
        assert_eq!(counts, [100]);
    }
}
