//! The map of an ensemble: the flows that it tells, on the places of the gazetteer.

use super::Gallery;
use crate::chart::{CorridorMap, Country, Flow, Lang, Place};
use crate::data;
use crate::error::Result;
use crate::experiment::summary::{quantile, sorted};

/// West, south, east and north of the map, degrees.
const WINDOW: (f64, f64, f64, f64) = (-116.0, -1.0, -64.0, 33.5);
/// Flows of fewer persons are not told singly.
const SUPPRESS_BELOW: f64 = 100.0;

/// The flows of the map: from, to, outcome and places whose persons add up, whether they lead south.
const FLOWS: [(&str, &str, &str, &[&str], bool); 9] = [
    ("NEC", "LJB", "entries", &["darien"], false),
    ("LJB", "PBL", "entries", &["darien"], false),
    ("PBL", "TAP", "entries", &["darien"], false),
    ("TAP", "USA", "us_arrivals", &["us_border"], false),
    ("CCS", "MEX", "bypass", &["mexico_air"], false),
    ("HAV", "MGA", "bypass", &["managua_air"], false),
    ("ADZ", "BLF", "bypass", &["san_andres_sea"], false),
    ("PTY", "MDE", "returned", &["panama"], true),
    ("MEX", "PCN", "southbound", &["panama", "transit", "mexico"], true),
];

impl Gallery<'_> {
    /// Persons over the period, in the median run.
    fn persons(&self, outcome: &str, places: &[&str]) -> Result<f64> {
        let mut totals: Vec<f64> = Vec::new();
        for place in places {
            let rows = self.series(outcome, place, "ALL")?;
            totals.resize(rows.len(), 0.0);
            for (total, row) in totals.iter_mut().zip(&rows) {
                *total += row.iter().sum::<f64>();
            }
        }
        Ok(quantile(&sorted(totals), 0.5))
    }

    /// The map.
    pub(super) fn map(&self) -> Result<CorridorMap> {
        let lang = self.lang();
        let mut flows = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for (from, to, outcome, at, south) in FLOWS {
            let persons = self.persons(outcome, at)?;
            flows.push(Flow { from: from.into(), to: to.into(), persons, south });
            for id in [from, to] {
                if let Some(p) = data::place(id).filter(|_| !places.iter().any(|p| p.id == id)) {
                    let name = place_name(&p.id, &p.name, lang).to_owned();
                    places.push(Place { id: p.id.clone(), name, at: (p.lon, p.lat) });
                }
            }
        }
        let mut countries: Vec<Country> = Vec::new();
        for ring in data::map::rings() {
            match countries.iter_mut().find(|c| c.iso3 == ring.country) {
                Some(c) => c.rings.push(ring.points.clone()),
                None => countries.push(Country {
                    iso3: ring.country.clone(),
                    label: country_label(&ring.country, lang),
                    rings: vec![ring.points.clone()],
                }),
            }
        }
        let sum = |outcome: &str| -> f64 {
            let of = FLOWS.iter().position(|f| f.2 == outcome);
            of.map_or(0.0, |i| flows[i].persons)
        };
        let (north, south) = (lang.count(sum("entries")), lang.count(sum("southbound")));
        Ok(CorridorMap {
            frame: self.frame(
                self.say(
                    &format!("{north} cross the Darién, {south} turn south"),
                    &format!("{north} cruzan el Darién, {south} vuelven al sur"),
                ),
                self.say(
                    &format!("Persons, {}, median of the runs", self.period()),
                    &format!("Personas, {}, mediana de las corridas", self.period()),
                ),
            ),
            window: WINDOW,
            countries,
            places,
            flows,
            suppress_below: SUPPRESS_BELOW,
        })
    }
}

/// The name of a place in a language; most have one for both.
fn place_name<'a>(id: &str, name: &'a str, lang: Lang) -> &'a str {
    match (id, lang) {
        ("HAV", Lang::En) => "Havana",
        ("HAV", Lang::Es) => "La Habana",
        ("PTY", Lang::Es) => "Ciudad de Panamá",
        ("MEX", Lang::Es) => "Ciudad de México",
        ("USA", Lang::Es) => "Frontera de EE. UU.",
        _ => name,
    }
}

/// The name of a country in a language, and where it is written.
fn country_label(iso3: &str, lang: Lang) -> Option<(String, (f64, f64))> {
    let (en, es, lon, lat) = match iso3 {
        "MEX" => ("Mexico", "México", -103.5, 24.5),
        "COL" => ("Colombia", "Colombia", -72.5, 3.5),
        "VEN" => ("Venezuela", "Venezuela", -67.0, 7.2),
        "ECU" => ("Ecuador", "Ecuador", -78.3, 0.2),
        "CUB" => ("Cuba", "Cuba", -78.5, 21.9),
        "HTI" => ("Haiti", "Haití", -72.8, 18.9),
        "PAN" => ("Panama", "Panamá", -80.5, 6.6),
        "CRI" => ("Costa Rica", "Costa Rica", -85.0, 8.6),
        "NIC" => ("Nicaragua", "Nicaragua", -84.0, 13.6),
        "HND" => ("Honduras", "Honduras", -85.6, 16.6),
        "GTM" => ("Guatemala", "Guatemala", -90.4, 16.4),
        _ => return None,
    };
    Some((lang.pick(en, es).to_owned(), (lon, lat)))
}
