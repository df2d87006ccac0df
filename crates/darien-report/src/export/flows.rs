//! Places, legs and flows as GeoJSON (RFC 7946): longitude before latitude, WGS 84.

use super::folder::ResultFolder;
use super::selection::Selection;
use crate::data::{self, Leg, Place};
use crate::error::{Error, Result};
use crate::experiment::summary::{mean, quantile, sorted};
use crate::json;
use crate::table::SeriesKey;
use crate::units::Span;
use crate::world::network::{Network, Trail, VisaCountry};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where the flows on trails and bypasses are counted: outcome and place, in the order of the file.
const WAYS: [(&str, &str); 8] = [
    ("entries", "acandi"),
    ("entries", "capurgana"),
    ("entries", "carreto"),
    ("entries", "vip"),
    ("entries", "pacific"),
    ("bypass", "mexico_air"),
    ("bypass", "managua_air"),
    ("bypass", "san_andres_sea"),
];

/// The corridor with the flows of a result folder.
///
/// Three kinds of features, told apart by the property `kind`: `place` (points), `leg` (lines, with what the leg table
/// says and, on a trail or bypass, the place where its flow is counted as `flow_place`), and `flow` (a scenario on a
/// trail or bypass, drawn along its legs, with the mean over the runs of persons over the horizon and a month, and the
/// 10 % and 90 % quantiles). Persons on the other legs are not counted by the run.
///
/// # Errors
///
/// As [`Selection::read`].
pub fn geojson(folder: &ResultFolder) -> Result<Vec<u8>> {
    let members = folder.members();
    let Some(span) = members.first().map(|m| m.horizon) else {
        return Err(Error::Unexpected("a result folder without scenarios".into()));
    };
    let ways = legs_of_ways(span);
    let keys: Vec<SeriesKey> = WAYS.iter().map(|(o, p)| SeriesKey::new(o, p, "ALL")).collect();
    let selection = Selection::read(folder, &keys)?;
    let mut features: Vec<Value> = data::places().iter().map(place).collect();
    features.extend(data::legs().iter().filter_map(|leg| line(leg, &ways)));
    for (i, m) in members.iter().enumerate() {
        for (s, (outcome, at)) in WAYS.iter().enumerate() {
            let legs: Vec<&Leg> = ways.iter().filter(|w| w.1 == at).filter_map(|w| data::leg(w.0)).collect();
            let totals = sorted(selection.rows(i, s).iter().map(|r| r.iter().sum()).collect());
            let persons = mean(&totals);
            features.push(json!({
                "type": "Feature",
                "id": format!("flow/{}/{outcome}/{at}", m.name),
                "geometry": {
                    "type": "MultiLineString",
                    "coordinates": legs.iter().filter_map(|l| ends(l)).collect::<Vec<_>>(),
                },
                "properties": {
                    "kind": "flow",
                    "scenario": m.name,
                    "title": m.title,
                    "outcome": outcome,
                    "flow_place": at,
                    "legs": legs.iter().map(|l| &l.id).collect::<Vec<_>>(),
                    "from": m.horizon.from,
                    "until": m.horizon.until,
                    "persons_mean": persons,
                    "persons_p10": quantile(&totals, 0.1),
                    "persons_p90": quantile(&totals, 0.9),
                    "persons_per_month_mean": persons / m.months() as f64,
                    "runs": totals.len(),
                },
            }));
        }
    }
    let manifest = folder.manifest();
    json::pretty(&json!({
        "type": "FeatureCollection",
        "darien": {
            "version": manifest.version,
            "seed": manifest.seed,
            "runs": manifest.runs,
            "people_per_agent": manifest.scale,
            "data_vintage": manifest.data.vintage,
            "scenarios": manifest.scenarios,
            "note": "Lines join places and are no tracks; positions marked approximate are within some kilometres.",
        },
        "features": features,
    }))
}

/// Where the flow of a leg is counted, by leg.
fn legs_of_ways(span: Span) -> BTreeMap<&'static str, &'static str> {
    let network = Network::corridor(span, None);
    let way = |leg: &crate::world::network::Leg| -> Option<&'static str> {
        match (leg.trail, leg.visa, network.places[usize::from(leg.to)]) {
            (Some(Trail::SanAndres), ..) | (None, None, "MGA") => Some("san_andres_sea"),
            (Some(trail), ..) => Some(trail.code()),
            (None, Some(VisaCountry::Mexico), "MEX") => Some("mexico_air"),
            (None, Some(VisaCountry::Nicaragua), "MGA") => Some("managua_air"),
            _ => None,
        }
    };
    network.legs.iter().filter_map(|leg| Some((leg.id, way(leg)?))).collect()
}

fn place(place: &Place) -> Value {
    json!({
        "type": "Feature",
        "id": format!("place/{}", place.id),
        "geometry": { "type": "Point", "coordinates": [place.lon, place.lat] },
        "properties": {
            "kind": "place",
            "id": place.id,
            "name": place.name,
            "country": place.country,
            "beds": place.beds,
            "capacity_per_day": place.capacity_per_day,
            "position": place.position,
        },
    })
}

/// Both ends of a leg.
fn ends(leg: &Leg) -> Option<[[f64; 2]; 2]> {
    let at = |id: &str| data::place(id).map(|p| [p.lon, p.lat]);
    Some([at(&leg.from)?, at(&leg.to)?])
}

fn line(leg: &Leg, ways: &BTreeMap<&'static str, &'static str>) -> Option<Value> {
    Some(json!({
        "type": "Feature",
        "id": format!("leg/{}", leg.id),
        "geometry": { "type": "LineString", "coordinates": ends(leg)? },
        "properties": {
            "kind": "leg",
            "id": leg.id,
            "from": leg.from,
            "to": leg.to,
            "route": leg.route,
            "distance_km": leg.distance_km,
            "days": leg.days.typical,
            "price_usd": leg.price.typical,
            "active_from": leg.active_from,
            "active_to": leg.active_to,
            "flow_place": ways.get(leg.id.as_str()),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_has_legs_and_every_leg_ends() {
        let d = |s: &str| s.parse().unwrap();
        let ways = legs_of_ways(Span { from: d("2021-01-01"), until: d("2024-12-31") });
        for (_, at) in WAYS {
            assert!(ways.values().any(|w| *w == at), "{at} has no leg");
        }
        assert!(ways.values().all(|w| WAYS.iter().any(|(_, at)| at == w)));
        assert!(data::legs().iter().all(|l| ends(l).is_some()));
    }
}
