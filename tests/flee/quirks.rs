//! What was meant beside what FLEE does, where the other tests do not show it; and that the document names each.

use super::bad_input::load;
use super::common::{link, place, small, world};
use darien::behaviour::flee::raw::RawWorld;
use darien::behaviour::flee::{ConflictDriven, FleeRules, Quirks, State, View, World, run, tables};
use darien::engine::plan::{RuleSet, run_days};
use darien::random::Seed;

fn both(raw: &RawWorld) -> [World; 2] {
    [Quirks::default(), Quirks::flee()].map(|quirks| World::build(raw, quirks, Vec::new()).unwrap())
}

/// The state at the end of a day.
pub fn after(world: &World, day: usize) -> State {
    let rules = FleeRules { world, seed: Seed::new(1) };
    let mut state = rules.start();
    run_days(&rules, &mut state, 0..day + 1, &mut ());
    state
}

#[test]
fn the_document_has_a_row_for_each_difference() {
    let differences = format!("{:?}", Quirks::default()).matches(": false").count();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/flee.md")).unwrap();
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|l| !l.starts_with("| subject | default | `--as-flee` |"))
        .skip(2)
        .take_while(|l| l.starts_with('|'))
        .collect();
    assert_eq!(rows.len(), differences);
    assert!(rows.iter().all(|r| r.split('|').filter(|cell| !cell.trim().is_empty()).count() == 3));
}

#[test]
fn out_csv_has_the_date_of_the_day() {
    let [meant, flee] = both(&small(3, 10.0));
    let first =
        |w: &World| tables::out_csv(w, &run(w, Seed::new(1))).lines().nth(1).unwrap()[..12].to_owned();
    assert_eq!((&*first(&meant), &*first(&flee)), ("0,2020-01-01", "0,2020-01-02"));
}

#[test]
fn a_zone_of_date_0_follows_its_levels() {
    let mut raw = small(10, 0.0);
    raw.places[0].levels = Some(vec![(0, 0.0), (4, 0.5)]);
    let [meant, flee] = both(&raw);
    assert_eq!([after(&meant, 1).places[0].level, after(&flee, 1).places[0].level], [-1.0, 1.0]);
    // Without a column it begins on its date, which never comes in FLEE.
    raw.places[0].levels = None;
    raw.places[0].conflict_date = Some(4);
    let [meant, flee] = both(&raw);
    let level = |w: &World, day| after(w, day).places[0].level;
    assert_eq!([level(&meant, 3), level(&meant, 4), level(&flee, 4)], [-1.0, 1.0, -1.0]);
}

#[test]
fn a_camp_is_a_camp_again_after_its_conflict() {
    let mut raw = small(10, 0.0);
    raw.places[2].levels = Some(vec![(0, 0.0), (2, 1.0), (5, 0.0)]);
    let [meant, flee] = both(&raw).map(|w| after(&w, 6).places[2].clone());
    assert!(meant.camp && !meant.town && meant.chance == 0.001);
    assert!(flee.town && flee.chance == 0.3);
}

#[test]
fn home_is_where_people_come_from() {
    // H lies on the equator, N far to the north, E as far to the east; all roads are equally long.
    let mut raw = world(
        1,
        vec![
            place("H", "town", "X", 0),
            place("A", "town", "X", 0),
            place("N", "town", "X", 0),
            place("E", "town", "X", 0),
        ],
        vec![link("A", "H", 50.0), link("A", "N", 50.0), link("A", "E", 50.0)],
    );
    (raw.places[1].latitude, raw.places[2].latitude, raw.places[3].longitude) = (60.0, 60.0, 60.0);
    (raw.places[2].longitude, raw.places[1].longitude) = (3.0, 0.0);
    raw.settings.stay_close_to_home = true;
    let weights = |w: &World| -> Vec<f64> {
        let rules = FleeRules { world: w, seed: Seed::new(1) };
        let mut state = rules.start();
        (0..4).for_each(|phase| rules.run_phase(phase, 0, &mut state));
        state.weights(w, 1, Some(0), View::Plain).into_iter().flatten().collect()
    };
    let [meant, flee] = both(&raw);
    // From home, home is nearest. From A, N is: 3 degrees of longitude, or of latitude as FLEE reads them.
    let (ours, theirs) = (weights(&meant), weights(&flee));
    assert!(ours[0] > 50.0 * ours[1], "{ours:?}");
    assert!(theirs[1] > theirs[0] && theirs[1] > theirs[2], "{theirs:?}");
}

#[test]
fn hasten_divides_what_conflict_drives_out() {
    let mut raw = small(10, 0.0);
    raw.settings.conflict_driven_spawning = ConflictDriven::Constant(50.0);
    raw.settings.hasten = 10;
    let [meant, flee] = both(&raw).map(|w| run(&w, Seed::new(1)).agents[0]);
    assert_eq!((meant, flee), (5, 50));
}

#[test]
fn two_systems_cannot_be_switched_on() {
    let edit = [("simsetting.yml", "camp_weight: 1.0", "two_system_decision_making: True")];
    assert!(load(&edit, Quirks::default()).unwrap_err().to_string().contains("is not supported"));
    assert!(load(&edit, Quirks::flee()).is_ok());
}
