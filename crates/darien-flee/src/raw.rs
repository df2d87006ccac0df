//! A world as it was typed, before it is checked as a whole: what every input format is read into.

use super::place_in::At;
use super::settings::Settings;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A series of counts by date; dates ascend unless FLEE's reading of unordered ones is reproduced.
pub type Counts = Vec<(NaiveDate, f64)>;

/// The capacity of a camp without limit.
pub const UNLIMITED: i64 = -1;

/// A place as typed.
#[derive(Debug, Clone, PartialEq)]
pub struct RawPlace {
    /// Where it was typed.
    pub at: At,
    /// Name, unique.
    pub name: String,
    /// Region, for the reader only.
    pub region: String,
    /// Country; decides which places are foreign and which links a country closure closes.
    pub country: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Type, e.g. `conflict_zone`.
    pub kind: String,
    /// Population, or capacity of a camp, which is unlimited at 0 and [`UNLIMITED`].
    pub people: i64,
    /// Day on which the conflict begins where [`Self::levels`] does not say.
    pub conflict_date: Option<i64>,
    /// Level of conflict from each of these days on; `None` where nothing is known.
    pub levels: Option<Vec<(i64, f64)>>,
    /// Level of flood from each of these days on; `None` where nothing is known.
    pub flood: Option<Vec<(i64, f64)>>,
    /// Further attributes by name.
    pub attributes: BTreeMap<String, String>,
    /// Registered people, corrected.
    pub counts: Option<Counts>,
}

/// A road as typed: it leads both ways.
#[derive(Debug, Clone, PartialEq)]
pub struct RawLink {
    /// Where it was typed.
    pub at: At,
    /// One end.
    pub a: String,
    /// The other end.
    pub b: String,
    /// Length, km.
    pub km: f64,
    /// FLEE's `forced_redirection`.
    pub redirection: u8,
    /// Further attributes by name.
    pub attributes: BTreeMap<String, String>,
}

/// A closure as typed.
#[derive(Debug, Clone, PartialEq)]
pub struct RawClosure {
    /// Where it was typed.
    pub at: At,
    /// Type: `country`, `location`, `link`, `road` (both directions,
    /// only in files of ours), `camp`, `idpcamp` or `remove_forced_redirection`.
    pub kind: String,
    /// First country or place.
    pub a: String,
    /// Second country or place; may be empty.
    pub b: String,
    /// First day closed.
    pub from: i64,
    /// Day on which it opens again; -1 for never.
    pub until: i64,
}

/// A change of the type of a place as typed.
#[derive(Debug, Clone, PartialEq)]
pub struct RawChange {
    /// Where it was typed.
    pub at: At,
    /// The place.
    pub place: String,
    /// Its new type.
    pub kind: String,
    /// First day of the new type.
    pub day: i64,
}

/// The people of a region who lack food, by day.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRegion {
    /// Where it was typed.
    pub at: At,
    /// Name of the region.
    pub name: String,
    /// Percent of its people by day, linear between the days.
    pub hunger: Vec<(f64, f64)>,
}

/// A value that an attribute of persons may take.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTrait {
    /// Where it was typed.
    pub at: At,
    /// The attribute: `age` or `gender`.
    pub attribute: String,
    /// The value.
    pub value: String,
    /// Its weight among the values of the attribute.
    pub weight: f64,
    /// Its weight for those who start at a place.
    pub weights: BTreeMap<String, f64>,
}

/// A world as typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawWorld {
    /// Name for charts and tables.
    pub name: String,
    /// Day 0.
    pub from: NaiveDate,
    /// Number of days.
    pub days: usize,
    /// Places in order.
    pub places: Vec<RawPlace>,
    /// Roads in order.
    pub links: Vec<RawLink>,
    /// Closures in order.
    pub closures: Vec<RawClosure>,
    /// Changes of type in order.
    pub changes: Vec<RawChange>,
    /// Hunger by region.
    pub regions: Vec<RawRegion>,
    /// Values of the attributes of persons.
    pub traits: Vec<RawTrait>,
    /// Registered people in all.
    pub total: Counts,
    /// Registered people of places that this world lacks.
    pub elsewhere: Vec<(String, Counts)>,
    /// Settings.
    pub settings: Settings,
    /// Things that the reader should know: files that are not used and the like.
    pub notes: Vec<String>,
}

impl RawWorld {
    /// The day index of a date.
    pub fn day_of(&self, date: NaiveDate) -> i64 {
        (date - self.from).num_days()
    }
}
