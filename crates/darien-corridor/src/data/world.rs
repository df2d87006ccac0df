//! Places of the corridor and the legs between them.

use super::events::Confidence;
use super::parse;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::OnceLock;

/// What a place is for people on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// Where journeys from home begin.
    Origin,
    /// Where journeys of people already abroad begin.
    Diaspora,
    /// Border crossing.
    Border,
    /// Town on the way.
    Hub,
    /// Port or camp before the jungle.
    Staging,
    /// Point on a trail or sea route.
    Waypoint,
    /// Reception station.
    Reception,
    /// US border.
    Destination,
}

/// A place of the corridor or its bypasses.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Place {
    /// Id, three letters.
    pub id: String,
    /// Name.
    pub name: String,
    /// Country, ISO 3166-1 alpha-3; one of the two for a place on a border.
    pub country: String,
    /// What it is for people on the way.
    pub kind: PlaceKind,
    /// Latitude, degrees north.
    pub lat: f64,
    /// Longitude, degrees east.
    pub lon: f64,
    /// Beds, where known.
    pub beds: Option<f64>,
    /// People that can pass in a day, where known.
    pub capacity_per_day: Option<f64>,
    /// `gazetteer` or `approximate`: where the coordinates come from.
    pub position: String,
    /// Ids of sources.
    #[serde(rename = "source_id", deserialize_with = "parse::list")]
    pub sources: Vec<String>,
}

/// All places, sorted by id.
pub fn places() -> &'static [Place] {
    static CELL: OnceLock<Vec<Place>> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut rows: Vec<Place> = parse::rows("world/places.csv");
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    })
}

/// The place of an id.
pub fn place(id: &str) -> Option<&'static Place> {
    let all = places();
    all.binary_search_by(|place| place.id.as_str().cmp(id)).ok().map(|i| &all[i])
}

/// How people move on a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Bus.
    Bus,
    /// On foot, by road.
    Foot,
    /// On foot, through forest.
    Trail,
    /// Sea boat.
    Boat,
    /// River canoe.
    Canoe,
    /// Raft over a border river.
    Raft,
    /// Aircraft.
    Air,
    /// Several of these.
    Mixed,
}

/// A figure with its range, `low ≤ typical ≤ high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Low end.
    pub low: f64,
    /// Typical value.
    pub typical: f64,
    /// High end.
    pub high: f64,
}

/// A way from one place to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Id, `E` and three digits.
    pub id: String,
    /// Id of the place where it starts.
    pub from: String,
    /// Id of the place where it ends.
    pub to: String,
    /// How people move.
    pub mode: Mode,
    /// Route that it belongs to, e.g. `acandi-trail`; `reverse` leads south, `…-detail` details another leg.
    pub route: String,
    /// Length, km.
    pub distance_km: f64,
    /// Time, days.
    pub days: Estimate,
    /// Price, USD a person.
    pub price: Estimate,
    /// Capacity, persons a day; none where no limit is known. The gulf boats share that of `E021` and `E023`.
    pub capacity: Option<Estimate>,
    /// Recorded deaths per 1000 people; none where no risk is known.
    pub deaths_per_1000_recorded: Option<f64>,
    /// Upper bound of deaths per 1000 people, assumed.
    pub deaths_per_1000_upper: Option<f64>,
    /// Chance of being abused, 0 to 1, assumed.
    pub abuse: Option<Estimate>,
    /// First day of use; none where it was always used.
    pub active_from: Option<NaiveDate>,
    /// Last day of use; none where it still is.
    pub active_to: Option<NaiveDate>,
    /// The leg that this one is a part or a detail of: use one or the other.
    pub part_of: Option<String>,
    /// How sure the figures are.
    pub confidence: Confidence,
    /// What to know; may be empty.
    pub note: String,
    /// Ids of sources.
    pub sources: Vec<String>,
}

impl Leg {
    /// Whether the leg was in use on a date.
    pub fn active_on(&self, date: NaiveDate) -> bool {
        self.active_from.is_none_or(|first| first <= date) && self.active_to.is_none_or(|last| date <= last)
    }
}

/// A row as it stands in the file.
#[derive(Deserialize)]
struct LegRow {
    id: String,
    from: String,
    to: String,
    mode: Mode,
    route: String,
    distance_km: f64,
    days_low: f64,
    days_typ: f64,
    days_high: f64,
    price_low: f64,
    price_typ: f64,
    price_high: f64,
    capacity_typ: Option<f64>,
    capacity_low: Option<f64>,
    capacity_high: Option<f64>,
    deaths_per_1000_recorded: Option<f64>,
    deaths_per_1000_upper: Option<f64>,
    abuse_prob: Option<f64>,
    abuse_low: Option<f64>,
    abuse_high: Option<f64>,
    active_from: Option<NaiveDate>,
    active_to: Option<NaiveDate>,
    part_of: Option<String>,
    confidence: Confidence,
    note: String,
    #[serde(deserialize_with = "parse::list")]
    source_id: Vec<String>,
}

fn estimate(low: Option<f64>, typical: Option<f64>, high: Option<f64>) -> Option<Estimate> {
    Some(Estimate { low: low?, typical: typical?, high: high? })
}

impl From<LegRow> for Leg {
    fn from(r: LegRow) -> Self {
        Self {
            id: r.id,
            from: r.from,
            to: r.to,
            mode: r.mode,
            route: r.route,
            distance_km: r.distance_km,
            days: Estimate { low: r.days_low, typical: r.days_typ, high: r.days_high },
            price: Estimate { low: r.price_low, typical: r.price_typ, high: r.price_high },
            capacity: estimate(r.capacity_low, r.capacity_typ, r.capacity_high),
            deaths_per_1000_recorded: r.deaths_per_1000_recorded,
            deaths_per_1000_upper: r.deaths_per_1000_upper,
            abuse: estimate(r.abuse_low, r.abuse_prob, r.abuse_high),
            active_from: r.active_from,
            active_to: r.active_to,
            part_of: r.part_of,
            confidence: r.confidence,
            note: r.note,
            sources: r.source_id,
        }
    }
}

/// All legs, sorted by id.
pub fn legs() -> &'static [Leg] {
    static CELL: OnceLock<Vec<Leg>> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut rows: Vec<Leg> = parse::rows::<LegRow>("world/legs.csv").into_iter().map(Leg::from).collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows
    })
}

/// The leg of an id.
pub fn leg(id: &str) -> Option<&'static Leg> {
    let all = legs();
    all.binary_search_by(|leg| leg.id.as_str().cmp(id)).ok().map(|i| &all[i])
}
