//! The levers: what a scenario sets, each family defined once.
//!
//! A [`Family`] is a pattern of keys such as `enforcement.<place>` with kind, unit, ranges, default, source and
//! meaning; its [`Axis`]es list the places, countries or nationalities that have it. [`levers`] spells out every
//! single key. Validation, `explain`, the JSON Schema and the documentation are all made from these.

use super::lever_families::FAMILIES;
use chrono::NaiveDate;
use std::sync::LazyLock;

/// What a lever's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A number in the family's unit; may be stepped or ramped.
    Number,
    /// One of the family's named states; may be stepped.
    State,
    /// A list of nationality codes; may be stepped.
    List,
}

/// Value of a lever where no scenario sets it.
#[derive(Debug, Clone, Copy)]
pub enum DefaultPath {
    /// A constant number.
    Number(f64),
    /// A constant state.
    State(&'static str),
    /// A constant list.
    List(&'static [&'static str]),
    /// What was observed on a date for the family's member (country code, date).
    Observed(fn(&str, NaiveDate) -> f64),
}

/// A place, country, operator or nationality that has a lever.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Code as it stands in the key.
    pub code: &'static str,
    /// Name in English.
    pub en: &'static str,
    /// Name in Spanish.
    pub es: &'static str,
    /// Default, highest value within evidence and source where they differ from the family's.
    pub own: Option<Own>,
}

/// What a member has instead of its family's default, range end and source.
#[derive(Debug, Clone, Copy)]
pub struct Own {
    /// Value where no scenario sets it, in the family's unit.
    pub default: f64,
    /// Highest value within the evidence, in the family's unit.
    pub high: f64,
    /// Where both come from.
    pub source: &'static str,
}

/// One placeholder of a pattern with the members that may stand in it.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// Name of the placeholder, e.g. `place`.
    pub name: &'static str,
    /// Allowed members in order.
    pub members: &'static [Member],
}

/// A family of levers that share pattern, kind, unit and meaning.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Pattern with placeholders, e.g. `visa.<country>.<nationality>`.
    pub pattern: &'static str,
    /// The placeholders in order of appearance.
    pub axes: &'static [Axis],
    /// What the value is.
    pub kind: Kind,
    /// States that a state lever may take; empty for other kinds.
    pub states: &'static [&'static str],
    /// States that rest on an assumption, with what a result under them must say: state, sentence in English, in Spanish.
    pub assumptions: &'static [(&'static str, &'static str, &'static str)],
    /// Unit of a number; `state` or `codes` for other kinds.
    pub unit: &'static str,
    /// Range within the evidence, both ends included.
    pub range: (f64, f64),
    /// Range that `allow_beyond_evidence = true` opens; beyond it a value has no meaning.
    pub hard: (f64, f64),
    /// Value where no scenario sets it.
    pub default: DefaultPath,
    /// Source ids of `data/sources.csv`, or `assumed`.
    pub source: &'static str,
    /// One sentence in English.
    pub en: &'static str,
    /// One sentence in Spanish.
    pub es: &'static str,
}

/// One lever: a family with its placeholders filled.
#[derive(Debug, Clone)]
pub struct Lever {
    /// Key as it is typed, e.g. `crisis.VEN`.
    pub key: String,
    /// The family it belongs to.
    pub family: &'static Family,
    /// The members that fill the placeholders, in order.
    pub members: Vec<&'static Member>,
}

impl Lever {
    /// Value where no scenario sets it.
    pub fn default(&self) -> DefaultPath {
        self.own().map_or(self.family.default, |own| DefaultPath::Number(own.default))
    }

    /// Lowest and highest value: within the evidence, or with `beyond` as far as a value has meaning.
    pub fn range(&self, beyond: bool) -> (f64, f64) {
        if beyond {
            self.family.hard
        } else {
            (self.family.range.0, self.own().map_or(self.family.range.1, |own| own.high))
        }
    }

    /// Where default and range come from.
    pub fn source(&self) -> &'static str {
        self.own().map_or(self.family.source, |own| own.source)
    }

    fn own(&self) -> Option<Own> {
        self.members.first().and_then(|m| m.own)
    }

    /// The default as a number on a date; NaN for a lever that is not a number.
    pub fn default_number(&self, date: NaiveDate) -> f64 {
        match self.default() {
            DefaultPath::Number(v) => v,
            DefaultPath::Observed(observed) => observed(self.members.first().map_or("", |m| m.code), date),
            DefaultPath::State(_) | DefaultPath::List(_) => f64::NAN,
        }
    }
}

/// All families in the order in which documents list them.
pub fn families() -> &'static [Family] {
    FAMILIES
}

/// Every lever, sorted by key.
pub fn levers() -> &'static [Lever] {
    static LEVERS: LazyLock<Vec<Lever>> = LazyLock::new(|| {
        let mut all: Vec<Lever> = FAMILIES.iter().flat_map(spell_out).collect();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    });
    &LEVERS
}

/// All keys of a family, in the order of its axes.
pub fn spell_out(family: &'static Family) -> Vec<Lever> {
    let mut partial = vec![Lever { key: family.pattern.into(), family, members: Vec::new() }];
    for axis in family.axes {
        let placeholder = format!("<{}>", axis.name);
        partial = partial
            .into_iter()
            .flat_map(|lever| {
                axis.members.iter().map({
                    let placeholder = placeholder.clone();
                    move |member| {
                        let mut members = lever.members.clone();
                        members.push(member);
                        Lever { key: lever.key.replacen(&placeholder, member.code, 1), family, members }
                    }
                })
            })
            .collect();
    }
    partial
}

/// Position of a key in [`levers`].
pub fn position(key: &str) -> Option<usize> {
    levers().binary_search_by(|lever| lever.key.as_str().cmp(key)).ok()
}

/// The lever of a key.
pub fn find(key: &str) -> Option<&'static Lever> {
    position(key).map(|i| &levers()[i])
}

/// The lever key that looks most like `typed`, where one looks alike at all.
pub fn nearest(typed: &str) -> Option<&'static str> {
    super::nearest(typed, levers().iter().map(|lever| lever.key.as_str()))
}

/// The families that have `member` in one of their placeholders, e.g. the levers of `gulf_boats`.
pub fn families_of(member: &str) -> Vec<&'static Family> {
    FAMILIES.iter().filter(|f| f.axes.iter().any(|a| a.members.iter().any(|m| m.code == member))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_defaults_lie_within_the_evidence() {
        let date = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        assert!(levers().windows(2).all(|w| w[0].key < w[1].key));
        for lever in levers() {
            let (low, high) = lever.range(false);
            let (hard_low, hard_high) = lever.range(true);
            assert!(!lever.key.contains('<'), "{}", lever.key);
            assert!(hard_low <= low && low <= high && high <= hard_high, "{}", lever.key);
            match lever.family.kind {
                Kind::Number => {
                    let v = lever.default_number(date);
                    assert!((low..=high).contains(&v), "{}: {v}", lever.key);
                }
                Kind::State => match lever.default() {
                    DefaultPath::State(s) => assert!(lever.family.states.contains(&s), "{}", lever.key),
                    other => panic!("{}: {other:?}", lever.key),
                },
                Kind::List => assert!(matches!(lever.default(), DefaultPath::List(_)), "{}", lever.key),
            }
            assert!(!lever.source().is_empty() && !lever.family.en.is_empty() && !lever.family.es.is_empty());
        }
    }

    #[test]
    fn typos_find_their_neighbour() {
        assert_eq!(nearest("crisis.ven"), Some("crisis.VEN"));
        assert_eq!(nearest("enforcment.darien"), Some("enforcement.darien"));
        assert_eq!(nearest("flights_panama_per_week"), Some("flights.panama.per_week"));
        assert_eq!(nearest("qqqqqqqqqqqqqqq"), None);
    }
}
