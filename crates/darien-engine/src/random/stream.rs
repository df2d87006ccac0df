//! Addresses of random numbers.

use super::philox::{Schedule, block, schedule};

/// A decision that chance takes: the part of a draw's address that keeps streams apart.
///
/// The decisions of this program are constants, listed in [`DECISIONS`]; a model outside it numbers its own with
/// [`Decision::own`]. The code is part of the address: changing one changes results.
///
/// ```
/// use darien_engine::random::{Decision, Seed, sample};
///
/// const INFECT: Decision = Decision::own(0);
/// const RECOVER: Decision = Decision::own(1);
///
/// let seed = Seed::new(1);
/// let [infect, recover] = [INFECT, RECOVER].map(|decision| seed.words(decision, 17, 3, 0)[0]);
/// assert_ne!(infect, recover);
/// assert_eq!(infect, seed.words(INFECT, 17, 3, 0)[0]);
/// assert!(sample::unit(infect) < 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decision(u32);

/// First code of the decisions of models outside this program; all below are the program's.
const OWN: u32 = 1 << 16;

impl Decision {
    /// Decision `number` of a model of one's own. It never meets a decision of the program; models that run under the
    /// same seed and should not share draws take different numbers.
    pub const fn own(number: u16) -> Self {
        Self(OWN + number as u32)
    }

    /// The code in the address.
    pub const fn code(self) -> u32 {
        self.0
    }
}

macro_rules! decisions {
    ($( $name:ident = $code:literal, $meaning:literal; )*) => {
        // They are used like the variants of an enum.
        #[allow(non_upper_case_globals)]
        impl Decision { $( #[doc = $meaning] pub const $name: Self = Self($code); )* }

        /// Name and meaning of every decision of the program: the table of contents of its models' randomness.
        pub const DECISIONS: &[(Decision, &str)] = &[ $( (Decision::$name, $meaning), )* ];
    };
}

// 1 was how a cell is divided into travel groups, and 3 the candidates of intent by block; they are not used again.
decisions! {
    Attributes = 2, "money and minors of a travel group";
    Depart = 4, "how much departure hazard a waiting travel group bears before it leaves, and when its intent lapses";
    Leg = 5, "days, harm and control of a leg, and the route chosen at its end";
    Board = 6, "who turns round of those who leave a line";
    Border = 7, "whether an arrival at the US border is let in, and what the refused do";
    Detain = 8, "who is held for a repatriation flight";
    Return = 9, "what those returned home do next";
    Lawful = 10, "who of the waiting gets a lawful place";
    Mood = 11, "monthly shocks to intent and departure that no lever explains";
    Report = 12, "what is recorded of what happened";
    TurnSouth = 13, "who gives up at a station in Panama, and the days and harm of the way south";
    Parameters = 14, "the draw of parameters of an ensemble member";
    Replicate = 15, "the seed of a replicate";
    Resample = 16, "bootstrap, resampling and proposals of the experiments";
    Intent = 17, "candidates who may form the intent to go, by layer of hazard, cell of communities and day";
    IntentAlone = 18, "the same where the hazard is high, by person and day";
    FleeSpawn = 32, "FLEE rule set: where a new agent starts";
    FleeMove = 33, "FLEE rule set: whether an agent leaves a location and by which route";
    FleeLink = 34, "FLEE rule set: walking or driving on a link";
    Dense = 48, "dense worlds: the move of every agent on every day";
    Test = 63, "tests";
}

/// The key of all draws of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seed {
    value: u64,
    keys: Schedule,
}

impl Seed {
    /// A seed as the user gives it.
    pub const fn new(seed: u64) -> Self {
        Self { value: seed, keys: schedule([seed as u32, (seed >> 32) as u32]) }
    }

    /// The number.
    pub const fn value(&self) -> u64 {
        self.value
    }

    /// Four uniform words at an address; [`super::sample`] makes chances, choices and waiting times of them.
    #[inline(always)]
    pub fn words(&self, decision: Decision, agent: u32, day: u32, index: u32) -> [u32; 4] {
        block([agent, day, index, decision.0], &self.keys)
    }

    /// The seed of a replicate: unrelated to this seed and to that of any other replicate.
    #[must_use]
    pub fn replicate(&self, replicate: u64) -> Self {
        let w = self.words(Decision::Replicate, replicate as u32, (replicate >> 32) as u32, 0);
        Self::new(u64::from(w[0]) | u64::from(w[1]) << 32)
    }

    /// An endless stream of words at (decision, agent, day), for a library that wants a generator.
    ///
    /// ```
    /// use darien_engine::random::rand::RngExt;
    /// use darien_engine::random::{Decision, Seed};
    ///
    /// let mut die = Seed::new(1).stream(Decision::own(0), 0, 0);
    /// let throws: Vec<u32> = (0..5).map(|_| die.random_range(1..=6)).collect();
    /// assert!(throws.iter().all(|n| (1..=6).contains(n)));
    /// ```
    pub fn stream(self, decision: Decision, agent: u32, day: u32) -> Stream {
        Stream { seed: self, decision, agent, day, next: 0, block: [0; 4] }
    }
}

/// A sequence of words at one address, usable wherever a [`rand::Rng`] is wanted.
#[derive(Debug, Clone)]
pub struct Stream {
    seed: Seed,
    decision: Decision,
    agent: u32,
    day: u32,
    next: u64,
    block: [u32; 4],
}

impl Stream {
    /// The next word.
    pub fn word(&mut self) -> u32 {
        let lane = (self.next % 4) as usize;
        if lane == 0 {
            self.block = self.seed.words(self.decision, self.agent, self.day, (self.next / 4) as u32);
        }
        self.next += 1;
        self.block[lane]
    }
}

impl rand::TryRng for Stream {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from(self.word()) | u64::from(self.word()) << 32)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in dst.chunks_mut(4) {
            let bytes = self.word().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn addresses_do_not_collide() {
        let s = Seed::new(7);
        let mut seen = std::collections::BTreeSet::new();
        for (d, _) in DECISIONS {
            for agent in 0..4 {
                for day in 0..4 {
                    for index in 0..4 {
                        assert!(seen.insert(s.words(*d, agent, day, index)));
                    }
                }
            }
        }
        assert_ne!(s.replicate(0), s.replicate(1));
    }

    #[test]
    fn decisions_of_other_models_are_none_of_the_programs() {
        let mut codes: Vec<u32> = DECISIONS.iter().map(|(d, _)| d.code()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b) && codes.iter().all(|code| *code < OWN));
        codes.extend([0, 1, u16::MAX].map(|n| Decision::own(n).code()));
        assert!(codes.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_stream_reads_the_blocks_of_its_address_in_order() {
        let s = Seed::new(3);
        let mut stream = s.stream(Decision::Test, 1, 2);
        let first: Vec<u32> = (0..8).map(|_| stream.next_u32()).collect();
        assert_eq!(first[..4], s.words(Decision::Test, 1, 2, 0));
        assert_eq!(first[4..], s.words(Decision::Test, 1, 2, 1));
    }
}
