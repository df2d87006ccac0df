//! Which way of an outcome is better: declared by whoever asks, for no outcome is good or bad by itself.

/// A declared direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

impl Direction {
    /// A value of which more is better.
    pub fn good(self, value: f64) -> f64 {
        match self {
            Self::Lower => -value,
            Self::Higher => value,
        }
    }

    /// Who is better, given the difference B − A: 1 for A, −1 for B, 0 for neither.
    pub fn winner(self, difference: f64) -> i8 {
        let more = i8::from(difference > 0.0) - i8::from(difference < 0.0);
        if self == Self::Lower { more } else { -more }
    }
}

/// A direction that may not be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Nothing is declared.
    #[default]
    Neither,
}

impl Better {
    /// The direction, if one is declared.
    pub fn direction(self) -> Option<Direction> {
        match self {
            Self::Higher => Some(Direction::Higher),
            Self::Lower => Some(Direction::Lower),
            Self::Neither => None,
        }
    }

    /// As it stands in files: `lower`, `higher`, `neither`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Neither => "neither",
        }
    }

    /// The direction of a name; none for another word.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Higher, Self::Lower, Self::Neither].into_iter().find(|b| b.name() == name)
    }
}
