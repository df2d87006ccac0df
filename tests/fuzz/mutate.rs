//! Random changes of inputs.

use darien::random::Stream;

/// Chance with an address, so that every run tries the same.
pub struct Dice(pub Stream);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.0.word()) * n.max(1) as u64) >> 32) as usize
    }

    fn range(&mut self, n: usize) -> std::ops::Range<usize> {
        let at = self.below(n + 1);
        let most = if self.below(4) == 0 { n - at } else { (n - at).min(24) };
        at..at + self.below(most + 1)
    }
}

/// Values at which readers go wrong.
const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "1e400",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "0.1",
    "NaN",
    "1e-400",
    "00",
];

/// An example with one to six changes.
pub fn mutated(dice: &mut Dice, pool: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut input = pool[dice.below(pool.len())].clone();
    for _ in 0..=dice.below(6) {
        let n = input.len();
        let at = dice.below(n + 1);
        match dice.below(10) {
            0 if n > 0 => input[at.min(n - 1)] ^= 1 << dice.below(8),
            1 if n > 0 => input[at.min(n - 1)] = dice.below(256) as u8,
            2 => {
                let range = dice.range(n);
                input.drain(range);
            }
            3 => {
                let piece = input[dice.range(n)].to_vec();
                input.splice(at..at, piece);
            }
            4 => {
                let piece = input[dice.range(n)].repeat(1 + dice.below(200));
                input.splice(at..at, piece.into_iter().take(1 << 14));
            }
            5 => {
                let other = &pool[dice.below(pool.len())];
                let piece = other[dice.range(other.len())].to_vec();
                input.splice(at..at, piece);
            }
            6 => {
                // A number becomes another one.
                let digit = input.iter().skip(at).position(u8::is_ascii_digit).map(|i| i + at);
                if let Some(from) = digit {
                    let length =
                        input[from..].iter().take_while(|c| c.is_ascii_digit() || **c == b'.').count();
                    input.splice(from..from + length, NUMBERS[dice.below(NUMBERS.len())].bytes());
                }
            }
            7 => {
                // Lines change places.
                let mut lines: Vec<Vec<u8>> = input.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect();
                let (a, b) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(a, b);
                input = lines.join(&b'\n');
            }
            _ => {
                let word = words[dice.below(words.len())].repeat(if dice.below(8) == 0 { 60 } else { 1 });
                input.splice(at..at, word.bytes());
            }
        }
    }
    input
}
