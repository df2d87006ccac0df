//! What paired runs say of a difference: the one rule for a direction and for its likelihood word.
//!
//! The bounds of the words follow the habit of assessment reports (Mastrandrea et al. 2010, *Guidance Note for Lead
//! Authors of the IPCC Fifth Assessment Report on Consistent Treatment of Uncertainties*).

/// Fewer paired runs than these support no statement, whatever they say.
pub const FEWEST: usize = 10;

/// A likelihood word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// At most 10 %.
    VeryUnlikely,
    /// At most 33 %.
    Unlikely,
    /// Between 33 % and 66 %.
    AsLikelyAsNot,
    /// At least 66 %.
    Likely,
    /// At least 90 %.
    VeryLikely,
}

/// All words, the most likely first.
pub const ALL: [Likelihood; 5] = [
    Likelihood::VeryLikely,
    Likelihood::Likely,
    Likelihood::AsLikelyAsNot,
    Likelihood::Unlikely,
    Likelihood::VeryUnlikely,
];

impl Likelihood {
    /// The word for a probability (0 to 1).
    pub fn of(p: f64) -> Self {
        match p {
            p if p >= 0.90 => Self::VeryLikely,
            p if p >= 0.66 => Self::Likely,
            p if p > 0.33 => Self::AsLikelyAsNot,
            p if p > 0.10 => Self::Unlikely,
            _ => Self::VeryUnlikely,
        }
    }

    /// The range of the word, for the legend.
    pub fn range(self) -> &'static str {
        match self {
            Self::VeryLikely => "≥ 90 %",
            Self::Likely => "≥ 66 %",
            Self::AsLikelyAsNot => "33–66 %",
            Self::Unlikely => "≤ 33 %",
            Self::VeryUnlikely => "≤ 10 %",
        }
    }
}

/// Probability of something that happened in `hits` of `runs` runs: Laplace's rule of succession, the mean of what
/// one may believe after the runs with a flat prior. 10 of 10 give 92 %, 20 of 20 give 95 %.
pub fn probability(hits: usize, runs: usize) -> f64 {
    (hits as f64 + 1.0) / (runs as f64 + 2.0)
}

/// What may be said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// No run differs.
    Same,
    /// Fewer than [`FEWEST`] runs: no word is used.
    Few,
    /// The runs support neither direction.
    Open,
    /// Lower, at least likely.
    Lower(Likelihood),
    /// Higher, at least likely.
    Higher(Likelihood),
}

/// The verdict on a difference, with the runs behind it.
///
/// The word is that of the share of paired runs with the sign that it names. The mean is another quantity: where its
/// sign is the other one, [`Self::mean_disagrees`] says so, and a sentence has to say both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What may be said.
    pub call: Call,
    /// Paired runs.
    pub runs: usize,
    /// Runs in which it rises.
    pub positive: usize,
    /// Runs in which it falls.
    pub negative: usize,
    /// Whether the mean of the differences has the sign that the call does not name.
    pub mean_disagrees: bool,
}

impl Verdict {
    /// The verdict on a difference that rose and fell in so many of `runs` paired runs, with this mean.
    pub fn of(positive: usize, negative: usize, runs: usize, mean: f64) -> Self {
        let (up, down) = (probability(positive, runs), probability(negative, runs));
        let call = if runs > 0 && positive + negative == 0 {
            Call::Same
        } else if runs < FEWEST {
            Call::Few
        } else if Likelihood::of(down) >= Likelihood::Likely {
            Call::Lower(Likelihood::of(down))
        } else if Likelihood::of(up) >= Likelihood::Likely {
            Call::Higher(Likelihood::of(up))
        } else {
            Call::Open
        };
        let mean_disagrees =
            matches!(call, Call::Lower(_)) && mean > 0.0 || matches!(call, Call::Higher(_)) && mean < 0.0;
        Self { call, runs, positive, negative, mean_disagrees }
    }

    /// Runs with the sign that the call names; all of them where it names none.
    pub fn supporting(&self) -> usize {
        match self.call {
            Call::Lower(_) => self.negative,
            Call::Higher(_) => self.positive,
            Call::Same | Call::Few | Call::Open => self.runs,
        }
    }

    /// The verdict in tables and JSON: `same`, `few`, `open`, `likely_lower`, `very_likely_higher` and so on.
    pub fn code(&self) -> &'static str {
        match self.call {
            Call::Same => "same",
            Call::Few => "few",
            Call::Open => "open",
            Call::Lower(Likelihood::VeryLikely) => "very_likely_lower",
            Call::Lower(_) => "likely_lower",
            Call::Higher(Likelihood::VeryLikely) => "very_likely_higher",
            Call::Higher(_) => "likely_higher",
        }
    }
}

/// Of so many runs, how many lie in their central interval of a level (0 to 1): what an interval over runs claims.
///
/// Too few runs have no such quantiles of their own (under forty for 95 %): the two outermost lie outside.
pub fn inside(runs: usize, level: f64) -> usize {
    if runs as f64 * (1.0 - level) > 2.0 - 1e-9 {
        (runs as f64 * level).round() as usize
    } else {
        runs.saturating_sub(2).max(runs.min(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bound_to_numbers() {
        for (p, word) in [
            (1.0, Likelihood::VeryLikely),
            (0.90, Likelihood::VeryLikely),
            (0.8999, Likelihood::Likely),
            (0.66, Likelihood::Likely),
            (0.6599, Likelihood::AsLikelyAsNot),
            (0.3301, Likelihood::AsLikelyAsNot),
            (0.33, Likelihood::Unlikely),
            (0.1001, Likelihood::Unlikely),
            (0.10, Likelihood::VeryUnlikely),
            (0.0, Likelihood::VeryUnlikely),
        ] {
            assert_eq!(Likelihood::of(p), word, "{p}");
        }
    }

    #[test]
    fn a_statement_needs_support() {
        let call = |up, down, runs| Verdict::of(up, down, runs, up as f64 - down as f64).call;
        assert_eq!(call(0, 0, 20), Call::Same);
        assert_eq!(call(10, 10, 20), Call::Open);
        assert_eq!(call(4, 0, 4), Call::Few);
        // Eight of eight are too few; 66 of 100 are 66 % of the runs, and 65.7 % after Laplace.
        assert_eq!(call(0, 8, 8), Call::Few);
        assert_eq!(call(0, 66, 100), Call::Open);
        assert_eq!(call(0, 67, 100), Call::Lower(Likelihood::Likely));
        assert_eq!(call(90, 10, 100), Call::Higher(Likelihood::Likely));
        assert_eq!(call(91, 9, 100), Call::Higher(Likelihood::VeryLikely));
        assert_eq!(call(0, 9, 12), Call::Lower(Likelihood::Likely));
        assert_eq!(call(0, 20, 20), Call::Lower(Likelihood::VeryLikely));
        // Runs that do not differ support no direction.
        assert_eq!(call(3, 0, 20), Call::Open);
    }

    #[test]
    fn a_mean_of_the_other_sign_is_seen() {
        let v = Verdict::of(20, 80, 100, 500.0);
        assert_eq!((v.call, v.mean_disagrees, v.supporting()), (Call::Lower(Likelihood::Likely), true, 80));
        assert!(!Verdict::of(20, 80, 100, -500.0).mean_disagrees);
        assert!(!Verdict::of(50, 50, 100, -500.0).mean_disagrees);
        assert_eq!(v.code(), "likely_lower");
    }

    #[test]
    fn few_runs_claim_no_tail_that_they_do_not_have() {
        assert_eq!([1, 2, 20, 40, 100, 200].map(|n| inside(n, 0.95)), [1, 1, 18, 38, 95, 190]);
        assert_eq!([5, 10, 20].map(|n| inside(n, 0.8)), [3, 8, 16]);
    }
}
