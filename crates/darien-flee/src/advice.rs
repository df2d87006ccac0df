//! What somebody should know of a world that runs, but hardly does what was meant.

use super::findings::some_of;
use super::kind::Kind;
use super::world::{Event, World};

/// Notes about a world: camps that nobody can reach, zones that nobody can leave, worlds without camps.
pub(super) fn notes(world: &World) -> Vec<String> {
    let mut notes = Vec::new();
    if world.camps.is_empty() {
        notes.push("there is no camp: nothing can be compared with data".to_owned());
    }
    let sources = sources(world);
    let names = |places: &mut dyn Iterator<Item = usize>| -> Vec<&str> {
        places.map(|i| world.places[i].name.as_str()).collect()
    };
    let stuck = names(&mut (0..world.places.len()).filter(|i| sources[*i] && world.out[*i].is_empty()));
    if !stuck.is_empty() {
        notes.push(format!("people start here, but no road leads away: {}", some_of(&stuck)));
    }
    let reached = reached(world, &sources);
    let camps = |i: &usize| world.places[*i].kind.is_camp() && !reached[*i];
    let cut_off = names(&mut (0..world.places.len()).filter(camps));
    if !cut_off.is_empty() {
        notes.push(format!("no road leads from where people start to these camps: {}", some_of(&cut_off)));
    }
    let chance = world.settings.default_movechance;
    if chance < 0.005 {
        let towns = world.places.iter().any(|p| matches!(p.kind, Kind::Town | Kind::ConflictZone));
        if towns {
            notes.push(format!(
                "default_movechance {chance} is under 0.005: towns attract as camps do, as in FLEE"
            ));
        }
    }
    if world.settings.BoysTakeRisk && !world.settings.ChildrenAvoidHazards {
        notes.push("BoysTakeRisk has no effect without ChildrenAvoidHazards".to_owned());
    }
    notes
}

/// Places from which people start on some day.
fn sources(world: &World) -> Vec<bool> {
    let mut sources: Vec<bool> =
        world.places.iter().map(|p| p.start_level.is_some_and(|l| l > 0.0)).collect();
    for event in world.mornings.iter().flatten() {
        match event {
            Event::Conflict { place, level: Some(level) } | Event::Flood { place, level } if *level > 0.0 => {
                sources[*place as usize] = true;
            }
            Event::Kind { place, kind: Kind::ConflictZone } => sources[*place as usize] = true,
            _ => {}
        }
    }
    let s = &world.settings;
    if s.starvation_driven_spawning && !s.conflict_zone_spawning_only {
        sources.iter_mut().zip(&world.places).for_each(|(source, p)| *source |= p.population > 0);
    }
    sources
}

/// Places to which a road leads from a source, closures aside.
fn reached(world: &World, sources: &[bool]) -> Vec<bool> {
    let mut reached = sources.to_vec();
    let mut open: Vec<usize> = (0..sources.len()).filter(|i| sources[*i]).collect();
    while let Some(place) = open.pop() {
        for link in &world.out[place] {
            let to = world.links[*link as usize].to as usize;
            if !reached[to] {
                reached[to] = true;
                open.push(to);
            }
        }
    }
    reached
}
