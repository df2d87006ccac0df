//! Words for likelihood, bound to numbers; and when runs support a statement at all.
//!
//! The bounds follow the habit of assessment reports (Mastrandrea et al. 2010, *Guidance Note for Lead Authors of
//! the IPCC Fifth Assessment Report on Consistent Treatment of Uncertainties*).

use super::words::Words;

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

    /// The word in a language.
    pub fn word(self, words: &Words) -> &'static str {
        match self {
            Self::VeryLikely => words.very_likely,
            Self::Likely => words.likely,
            Self::AsLikelyAsNot => words.as_likely_as_not,
            Self::Unlikely => words.unlikely,
            Self::VeryUnlikely => words.very_unlikely,
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
pub fn share(hits: f64, runs: f64) -> f64 {
    (hits + 1.0) / (runs + 2.0)
}

/// What paired runs say of a difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// No run differs.
    Same,
    /// Lower, with this probability (at least 66 %).
    Lower(f64),
    /// Higher, with this probability (at least 66 %).
    Higher(f64),
    /// The runs support neither.
    Open,
    /// Fewer than [`FEWEST`] runs: no word is used.
    Few,
}

/// Fewer paired runs than these support no statement, whatever they say.
pub const FEWEST: f64 = 10.0;

/// The verdict on a difference that was positive, negative and zero in so many paired runs.
pub fn verdict(positive: f64, negative: f64, zero: f64) -> Verdict {
    let runs = positive + negative + zero;
    if runs > 0.0 && positive + negative == 0.0 {
        return Verdict::Same;
    }
    if runs < FEWEST {
        return Verdict::Few;
    }
    let (up, down) = (share(positive, runs), share(negative, runs));
    let supports = |p: f64| Likelihood::of(p) >= Likelihood::Likely;
    match (supports(up), supports(down)) {
        (true, false) => Verdict::Higher(up),
        (false, true) => Verdict::Lower(down),
        _ => Verdict::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bound_to_their_numbers() {
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
        assert_eq!(verdict(0.0, 0.0, 20.0), Verdict::Same);
        assert_eq!(verdict(10.0, 10.0, 0.0), Verdict::Open);
        assert_eq!(verdict(4.0, 0.0, 0.0), Verdict::Few);
        assert!(
            matches!(verdict(0.0, 9.0, 3.0), Verdict::Lower(p) if Likelihood::of(p) == Likelihood::Likely)
        );
        assert!(
            matches!(verdict(0.0, 20.0, 0.0), Verdict::Lower(p) if Likelihood::of(p) == Likelihood::VeryLikely)
        );
        // Runs that do not differ support no direction.
        assert_eq!(verdict(3.0, 0.0, 17.0), Verdict::Open);
    }
}
