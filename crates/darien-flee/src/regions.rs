//! The share of the people of each region who lack food, day by day.

use super::raw::{RawRegion, RawWorld};
use super::settings::nearest;
use super::world::{Place, World};
use crate::error::Problem;

/// Interpolates what regions report and gives each place its region; nothing unless a setting asks for hunger.
pub(super) fn by_day(raw: &RawWorld, places: &mut [Place], problems: &mut Vec<Problem>) -> Vec<Vec<f64>> {
    if !raw.settings.hunger_acts() {
        return Vec::new();
    }
    if raw.regions.is_empty() {
        problems.push(
            Problem::new(&*raw.name, "has a setting on hunger, but nothing says how many people lack food")
                .with_hint("add region_attributes_IPC.csv to input_csv"),
        );
        return Vec::new();
    }
    for region in &raw.regions {
        let last = (raw.days - 1) as f64;
        let (from, until) = (region.hunger.first().map(|h| h.0), region.hunger.last().map(|h| h.0));
        if from.is_none_or(|d| d > 0.0) || until.is_none_or(|d| d < last) {
            let days = |d: Option<f64>| d.map_or_else(|| "no day".to_owned(), |d| d.to_string());
            problems.push(
                region
                    .at
                    .problem("does not say how many lack food on every day of the period")
                    .with_key(&region.name)
                    .with_found(format!("{} to {}", days(from), days(until)))
                    .with_allowed(format!("0 to {last} or later")),
            );
            return Vec::new();
        }
    }
    for (place, at) in places.iter_mut().zip(&raw.places) {
        if let Some(i) = raw.regions.iter().position(|r| r.name == at.region) {
            place.region = i;
            continue;
        }
        let problem = at.at.problem("lies in a region of which nothing says how many lack food");
        let near = nearest(&at.region, raw.regions.iter().map(|r| r.name.as_str()));
        problems.push(problem.with_key(&at.name).with_found(&at.region).with_hint(match near {
            Some(near) => format!("did you mean {near}?"),
            None => "give it a column in region_attributes_IPC.csv".to_owned(),
        }));
    }
    raw.regions.iter().map(|region| (0..raw.days).map(|day| share(region, day as f64)).collect()).collect()
}

/// Linear between the days that are known.
fn share(region: &RawRegion, day: f64) -> f64 {
    let after = region.hunger.partition_point(|h| h.0 < day);
    let percent = match (after.checked_sub(1).map(|i| region.hunger[i]), region.hunger.get(after)) {
        (_, Some(q)) if q.0 == day => q.1,
        (Some(p), Some(q)) => p.1 + (q.1 - p.1) * ((day - p.0) / (q.0 - p.0)),
        (Some(p), None) => p.1,
        (None, q) => q.map_or(0.0, |q| q.1),
    };
    percent / 100.0
}

impl World {
    /// What hunger adds to the weight of each inhabitant of a place from which people may start: from day 1 on, in
    /// places with conflict alone unless the settings say otherwise.
    pub(super) fn starving(&self, place: usize, level: f64, day: usize) -> f64 {
        let s = &self.settings;
        let acts = s.starvation_driven_spawning && day > 0 && (level > 0.0 || !s.conflict_zone_spawning_only);
        if acts { self.hunger(place, day) } else { 0.0 }
    }
}
