//! Outlines of countries for the map: Natural Earth, public domain; see `scripts/basemap.md`.

use super::parse;
use serde::Deserialize;
use std::sync::OnceLock;

/// The window that the outlines are cut to, degrees: west, south, east, north.
pub const WINDOW: [f64; 4] = [-120.0, -35.0, -60.0, 34.0];

/// One outer ring of a country; the last point joins the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    /// Country, ISO 3166-1 alpha-3; `FRA` and `NLD` are their islands in the Caribbean.
    pub country: String,
    /// Longitude and latitude in degrees.
    pub points: Vec<(f64, f64)>,
}

/// All rings, by country, the largest of each first.
pub fn rings() -> &'static [Ring] {
    #[derive(Deserialize)]
    struct Row {
        country: String,
        ring: u32,
        lon: f64,
        lat: f64,
    }
    static CELL: OnceLock<Vec<Ring>> = OnceLock::new();
    CELL.get_or_init(|| {
        let rows: Vec<Row> = parse::rows("map/countries.csv");
        rows.chunk_by(|a, b| a.country == b.country && a.ring == b.ring)
            .map(|ring| Ring {
                country: ring[0].country.clone(),
                points: ring.iter().map(|r| (r.lon, r.lat)).collect(),
            })
            .collect()
    })
}
