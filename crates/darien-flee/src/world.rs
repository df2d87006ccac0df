//! A FLEE world, checked and frozen: all that a run reads and none of what it changes.

use super::kind::Kind;
use super::paths::Paths;
use super::persons::Persons;
use super::quirks::Quirks;
use super::schedule::Schedule;
use super::settings::Settings;
use chrono::{Days, NaiveDate};

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Name, unique.
    pub name: String,
    /// Country.
    pub country: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Type.
    pub kind: Kind,
    /// Whether its country differs from that of the first place.
    pub foreign: bool,
    /// Population, in agents (people divided by `hasten`); 0 for camps.
    pub population: u64,
    /// Capacity in agents, before scaling; under 1: unlimited.
    pub capacity: f64,
    /// Agents by which the capacity grows a day.
    pub capacity_per_day: f64,
    /// Factor on the score that does not change.
    pub pull: f64,
    /// Agents there before day 0.
    pub initial: u32,
    /// Level of conflict when the world is loaded.
    pub start_level: Option<f64>,
    /// Index of its region in [`World::hunger`], where hunger acts.
    pub region: usize,
    /// Chance per evening that somebody in the camp settles for good.
    pub settles: f64,
}

/// One direction of a road.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Index of the place where it begins.
    pub from: u32,
    /// Index of the place where it ends.
    pub to: u32,
    /// Length, km.
    pub km: f64,
    /// Speed on it, km/day.
    pub speed: f64,
    /// Chance of walking it on a day.
    pub walk_probability: Option<f64>,
}

/// What opens or closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Barrier {
    /// Links by index.
    Links(Vec<u32>),
    /// A camp, which is a town while it is closed.
    Camp {
        /// Index of the place.
        place: u32,
        /// What it is when it opens again, if that is not what it was before.
        reopens: Option<Kind>,
    },
}

/// A thing that happens on a day.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A conflict reaches a level (`None`: it ends).
    Conflict {
        /// Index of the place.
        place: u32,
        /// New level.
        level: Option<f64>,
    },
    /// A place changes its type.
    Kind {
        /// Index of the place.
        place: u32,
        /// New type.
        kind: Kind,
    },
    /// A flood reaches a level.
    Flood {
        /// Index of the place.
        place: u32,
        /// New level.
        level: f64,
    },
    /// A closure begins or ends.
    Closure {
        /// What it concerns.
        barrier: Barrier,
        /// Whether it begins.
        close: bool,
    },
}

/// A world.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Name for tables and charts.
    pub name: String,
    /// Date of day 0.
    pub from: NaiveDate,
    /// Number of days.
    pub days: usize,
    /// Places in order.
    pub places: Vec<Place>,
    /// Links in order: each road twice, there and back.
    pub links: Vec<Link>,
    /// Links that leave each place, in order.
    pub out: Vec<Vec<u32>>,
    /// Types of places and levels of conflict and flood that change, by day.
    pub mornings: Vec<Vec<Event>>,
    /// Closures that begin or end, by day.
    pub closures: Vec<Vec<Event>>,
    /// Indices of the camps in order, with floods those of all places that have data: the columns of the output.
    pub camps: Vec<u32>,
    /// Share of the people who lack food, by region and day; empty unless a setting asks for it.
    pub hunger: Vec<Vec<f64>>,
    /// Age and gender of those who start.
    pub persons: Persons,
    /// Counts by day and who starts when.
    pub schedule: Schedule,
    /// Candidate routes.
    pub paths: Paths,
    /// Settings.
    pub settings: Settings,
    /// What of FLEE's oddities is reproduced.
    pub quirks: Quirks,
    /// Things that the reader should know.
    pub notes: Vec<String>,
}

impl World {
    /// The date of a day.
    pub fn date(&self, day: usize) -> NaiveDate {
        self.from.checked_add_days(Days::new(day as u64)).unwrap_or(NaiveDate::MAX)
    }

    /// The index of a place.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.iter().position(|p| p.name == name)
    }

    /// The move chance of a place without conflict that is of a kind.
    pub fn chance(&self, place: usize, kind: Kind) -> f64 {
        let s = &self.settings;
        match kind {
            Kind::Camp | Kind::IdpCamp if self.places[place].settles >= 1.0 => 0.0,
            Kind::Camp => s.camp_movechance,
            Kind::IdpCamp => s.idpcamp_movechance,
            Kind::ConflictZone | Kind::FloodZone | Kind::Town => s.default_movechance,
            Kind::Hub | Kind::Marker => 1.0,
        }
    }

    /// Level of conflict of a place that becomes a conflict zone by a change of its type.
    pub fn level_of_change(&self) -> f64 {
        let level = self.settings.default_conflict_intensity;
        if self.quirks.whole_numbers { level.trunc() } else { level }
    }

    /// Share of the people of a place who lack food on a day; 0 where no setting asks for it.
    pub fn hunger(&self, place: usize, day: usize) -> f64 {
        self.hunger.get(self.places[place].region).and_then(|days| days.get(day)).copied().unwrap_or(0.0)
    }
}
