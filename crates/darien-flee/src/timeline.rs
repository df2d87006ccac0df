//! What happens on which day: places that change, conflicts and floods that begin, change and end; closures.

use super::kind::Kind;
use super::quirks::Quirks;
use super::raw::{RawClosure, RawPlace, RawWorld};
use super::world::{Barrier, Event, Link, Place};

/// Below this, a level is no conflict.
pub(crate) const QUIET: f64 = 1e-6;

/// The level at which a zone starts unless the attribute `conflict_intensity` says otherwise.
fn level_of_zone(place: &RawPlace) -> f64 {
    place.attributes.get("conflict_intensity").and_then(|t| t.parse().ok()).unwrap_or(1.0)
}

/// The level of a place when the world is loaded.
pub(crate) fn start_level(place: &RawPlace, kind: Kind, quirks: Quirks) -> Option<f64> {
    let active =
        quirks.zones_start_active && kind == Kind::ConflictZone && place.conflict_date.unwrap_or(0) <= 0;
    active.then(|| level_of_zone(place))
}

/// Events of the mornings by day: first places change their type, then floods and conflicts their level.
pub(crate) fn mornings(raw: &RawWorld, kinds: &[Kind], quirks: Quirks) -> Vec<Vec<Event>> {
    let mut days = vec![Vec::new(); raw.days];
    let mut add = |day: i64, event: Event| {
        if let Some(events) = usize::try_from(day).ok().and_then(|d| days.get_mut(d)) {
            events.push(event);
        }
    };
    for change in &raw.changes {
        let place = raw.places.iter().position(|p| p.name == change.place);
        if let (Some(place), Some(kind)) = (place, Kind::parse(&change.kind)) {
            add(change.day, Event::Kind { place: place as u32, kind });
        }
    }
    for (i, place) in raw.places.iter().enumerate() {
        let i = i as u32;
        for &(day, level) in place.flood.iter().flatten() {
            let level = if quirks.flood_levels_cut { level.trunc() } else { level };
            add(day, Event::Flood { place: i, level });
        }
        let Some(levels) = &place.levels else {
            if kinds[i as usize] == Kind::ConflictZone && !quirks.zones_start_active {
                let level = Some(level_of_zone(place));
                add(place.conflict_date.unwrap_or(0).max(0), Event::Conflict { place: i, level });
            }
            continue;
        };
        let mut before = 0.0;
        for &(day, level) in levels {
            let now = (level > QUIET).then_some(level);
            match (before > QUIET, now) {
                (false, None) => {}
                (true, Some(_)) if quirks.levels_frozen => {}
                _ => add(day, Event::Conflict { place: i, level: now }),
            }
            before = level;
        }
    }
    days
}

/// Closure events by day, in the order of the file: what begins, then what ends.
pub(crate) fn closures(raw: &RawWorld, places: &[Place], links: &[Link], quirks: Quirks) -> Vec<Vec<Event>> {
    let mut days = vec![Vec::new(); raw.days];
    for closure in &raw.closures {
        let Some(barrier) = barrier(closure, places, links, quirks) else { continue };
        for (day, close) in [(closure.from, true), (closure.until, false)] {
            if let Some(events) = usize::try_from(day).ok().and_then(|d| days.get_mut(d)) {
                events.push(Event::Closure { barrier: barrier.clone(), close });
            }
        }
    }
    days
}

fn barrier(closure: &RawClosure, places: &[Place], links: &[Link], quirks: Quirks) -> Option<Barrier> {
    let between = |one: &dyn Fn(&Place) -> bool, two: &dyn Fn(&Place) -> bool| {
        let ends = |l: &Link| (&places[l.from as usize], &places[l.to as usize]);
        let hit = |l: &Link| {
            let (a, b) = ends(l);
            (one(a) && two(b)) || (two(a) && one(b))
        };
        Barrier::Links((0..links.len() as u32).filter(|&i| hit(&links[i as usize])).collect())
    };
    let (a, b) = (closure.a.as_str(), closure.b.as_str());
    match closure.kind.as_str() {
        "country" => Some(between(&|p| p.country == a, &|p| p.country == b)),
        "location" if b.is_empty() || quirks.second_name_ignored => {
            Some(between(&|p| p.name == a, &|_| true))
        }
        "location" => Some(between(&|p| p.name == a, &|p| p.name == b)),
        "road" => Some(between(&|p| p.name == a, &|p| p.name == b)),
        // FLEE compares names by identity, which holds for single letters alone, and closes one way.
        "link" if quirks.link_closures_ignored => {
            let mut letters = a.chars();
            let single = letters.next().is_some_and(|c| u32::from(c) < 256) && letters.next().is_none();
            let hit = |l: &Link| places[l.from as usize].name == b && places[l.to as usize].name == a;
            let back = (0..links.len() as u32).filter(|i| hit(&links[*i as usize])).collect();
            single.then_some(Barrier::Links(back))
        }
        "link" => Some(between(&|p| p.name == a, &|p| p.name == b)),
        "camp" | "idpcamp" => places.iter().position(|p| p.name == a).map(|i| Barrier::Camp {
            place: i as u32,
            reopens: if quirks.closure_names_kind { Kind::parse(&closure.kind) } else { None },
        }),
        _ => None,
    }
}
