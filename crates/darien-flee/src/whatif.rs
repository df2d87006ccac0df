//! Changes to a world in one line each, as the command line takes them.

use super::findings::Findings;
use super::node::parse_yaml;
use super::place_in::At;
use super::quirks::Quirks;
use super::raw::{RawClosure, RawLink, RawPlace, RawWorld};
use crate::error::Problem;
use chrono::NaiveDate;
use std::collections::BTreeMap;

const CLOSE: &str =
    "A:B@2012-05-01..2012-06-30, with places or countries A and B; without the second date: for good";
const ADD_CAMP: &str = "NAME:CAPACITY@PLACE:KM[,PLACE:KM...]";

/// Changes a setting, written as `KEY=VALUE` with the names of `simsetting.yml`.
///
/// # Errors
/// The problems of the text, the name or the value.
pub fn set(world: &mut RawWorld, text: &str, quirks: Quirks) -> Result<(), Vec<Problem>> {
    let bad = |message: &str| Problem::new("--set", message).with_found(text).with_allowed("KEY=VALUE");
    let (name, value) = text.split_once('=').ok_or_else(|| vec![bad("lacks a value")])?;
    let node = parse_yaml("--set", value).map_err(|problem| vec![*problem])?;
    let mut findings = Findings::default();
    // The names are ours: what FLEE misspells is spelt right here.
    let quirks = Quirks { sinks_misspelt: false, ..quirks };
    world.settings.set(None, name.trim(), &node, &At::nowhere("--set"), quirks, &mut findings);
    world.settings.finish();
    if findings.problems.is_empty() { Ok(()) } else { Err(findings.problems) }
}

/// Closes the roads between two places, or the border between two countries, from a first to a last day.
///
/// # Errors
/// A problem where the text is not of the form `A:B@FROM..UNTIL` or a name is unknown.
pub fn close(world: &mut RawWorld, text: &str) -> Result<(), Box<Problem>> {
    let bad = |message: &str| Box::new(Problem::new("--close", message).with_found(text).with_allowed(CLOSE));
    let (names, dates) = text.split_once('@').ok_or_else(|| bad("lacks a date"))?;
    let (a, b) = names.split_once(':').ok_or_else(|| bad("lacks a second name"))?;
    let (from, until) = dates.split_once("..").unwrap_or((dates, ""));
    let date = |t: &str| t.trim().parse::<NaiveDate>().map_err(|_| bad("has a date that is none"));
    let from = world.day_of(date(from)?);
    let until = if until.trim().is_empty() { -1 } else { (world.day_of(date(until)?) + 1).max(0) };
    let (a, b) = (a.trim(), b.trim());
    let is_place = |n: &str| world.places.iter().any(|p| p.name == n);
    let is_country = |n: &str| world.places.iter().any(|p| p.country == n);
    let kind = match () {
        () if is_place(a) && is_place(b) => "road",
        () if is_country(a) && is_country(b) => "country",
        () => return Err(bad("names neither two places nor two countries of this world")),
    };
    world.closures.push(RawClosure {
        at: At::nowhere("--close"),
        kind: kind.into(),
        a: a.into(),
        b: b.into(),
        from: from.max(0),
        until,
    });
    Ok(())
}

/// Adds a camp that is there from the first day, in the country of the first place that it is joined to.
///
/// # Errors
/// A problem where the text is not of the form `NAME:CAPACITY@PLACE:KM`.
pub fn add_camp(world: &mut RawWorld, text: &str) -> Result<(), Box<Problem>> {
    let bad =
        |message: &str| Box::new(Problem::new("--add-camp", message).with_found(text).with_allowed(ADD_CAMP));
    let at = At::nowhere("--add-camp");
    let (camp, roads) = text.split_once('@').ok_or_else(|| bad("joins the camp to no place"))?;
    let (name, capacity) = camp.split_once(':').ok_or_else(|| bad("lacks a capacity"))?;
    let people =
        capacity.trim().parse::<u32>().map_err(|_| bad("has a capacity that is not a whole number"))?;
    let mut first = None;
    let mut links = Vec::new();
    for road in roads.split(',') {
        let (place, km) = road.split_once(':').ok_or_else(|| bad("has a road without a length"))?;
        let km = km.trim().parse::<f64>().map_err(|_| bad("has a length that is not a number"))?;
        if first.is_none() {
            first = world.places.iter().find(|p| p.name == place.trim());
        }
        links.push(RawLink {
            at: at.clone(),
            a: place.trim().into(),
            b: name.trim().into(),
            km,
            redirection: 0,
            attributes: BTreeMap::new(),
        });
    }
    let first = first.ok_or_else(|| bad("joins the camp to a place that this world lacks"))?;
    let place = RawPlace {
        at,
        name: name.trim().into(),
        region: first.region.clone(),
        country: first.country.clone(),
        latitude: first.latitude,
        longitude: first.longitude,
        kind: "camp".into(),
        people: i64::from(people),
        conflict_date: None,
        levels: None,
        flood: None,
        attributes: BTreeMap::new(),
        counts: None,
    };
    world.places.push(place);
    world.links.extend(links);
    Ok(())
}
