//! One fault at a time in a tiny folder: each is refused with its file and line, and FLEE takes most of them
//! silently.

use darien::behaviour::flee::{FolderOptions, Quirks, read, run};
use darien::error::Error;
use darien::random::Seed;
use std::path::Path;

const FILES: [(&str, &str); 9] = [
    (
        "input_csv/locations.csv",
        "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\n\
         Z,R,X,1.0,2.0,conflict_zone,0,1000\nT,R,X,1.0,2.0,town,,500\nC,R,Y,1.0,2.0,camp,,5000\n",
    ),
    ("input_csv/routes.csv", "#name1,name2,distance,forced_redirection\nZ,T,100,0\nT,C,200,0\n"),
    ("input_csv/closures.csv", "#closure_type,name1,name2,closure_start,closure_end\nlocation,T,C,1,2\n"),
    ("input_csv/conflicts.csv", "#Day,Z,T\n0,1,0\n1,1,0\n2,1,0\n"),
    ("input_csv/sim_period.csv", "StartDate,2020-01-01\nLength,3\n"),
    ("input_csv/registration_corrections.csv", "C,2020-01-03\n"),
    ("source_data/data_layout.csv", "total,refugees.csv\nC,c.csv\n"),
    ("source_data/refugees.csv", "2020-01-01,0\n2020-01-03,20\n"),
    ("source_data/c.csv", "2020-01-01,0\n2020-01-02,10\n2020-01-03,20\n"),
];

const SETTINGS: &str = "spawn_rules:\n  take_from_population: False\nmove_rules:\n  camp_weight: 1.0\n  max_move_speed: 360.0\noptimisations:\n  hasten: 1\n";

pub fn folder(dir: &Path, edits: &[(&str, &str, &str)]) {
    for sub in ["input_csv", "source_data"] {
        std::fs::create_dir_all(dir.join(sub)).unwrap();
    }
    let files = FILES.iter().copied().chain([("input_csv/simsetting.yml", SETTINGS)]);
    for (name, text) in files {
        let mut text = text.to_owned();
        let mut gone = false;
        for (_, from, to) in edits.iter().filter(|e| name.ends_with(e.0)) {
            if *from == "DELETE" {
                gone = true;
            } else if *from == "ALL" {
                (*to).clone_into(&mut text);
            } else {
                assert!(text.contains(from), "{name} holds no {from}");
                text = text.replacen(from, to, 1);
            }
        }
        if !gone {
            std::fs::write(dir.join(name), text).unwrap();
        }
    }
}

pub fn load(edits: &[(&str, &str, &str)], quirks: Quirks) -> Result<darien::behaviour::flee::World, Error> {
    let dir = tempfile::tempdir().unwrap();
    folder(dir.path(), edits);
    read(dir.path(), &FolderOptions::default(), quirks)
}

#[test]
fn the_folder_without_fault_is_taken() {
    for quirks in [Quirks::default(), Quirks::flee()] {
        let world = load(&[], quirks).unwrap();
        assert_eq!((world.places.len(), world.links.len(), world.days), (3, 4, 3));
    }
}

/// File, text, what it is replaced by, line of the problem (0: none), part of the sentence.
type Fault = (&'static str, &'static str, &'static str, usize, &'static str);

const FAULTS: &[Fault] = &[
    // Exit code 0 and no output in FLEE.
    ("routes.csv", "Z,T,100,0", "Z,Tt,100,0", 2, "is not a place; found Tt; did you mean T?"),
    ("locations.csv", "town,,500", "town,,many", 3, "is not a whole number"),
    ("locations.csv", "town,,500", "town,,5.5", 3, "is not a whole number"),
    ("locations.csv", "#name", "name", 1, "is not a header"),
    ("routes.csv", "#name1", "name1", 1, "is not a header"),
    ("closures.csv", "#closure_type", "closure_type", 1, "is not a header"),
    // Accepted silently by FLEE.
    ("routes.csv", "T,C,200", "T,C,-200", 3, "is out of range; found -200"),
    ("routes.csv", "T,C,200", "T,C,-10", 3, "is out of range; found -10"),
    ("routes.csv", "T,C,200", "T,C,0", 3, "is out of range; found 0"),
    ("locations.csv", "T,R,X", "Z,R,X", 3, "names a place twice; found Z; the first is on line 2"),
    ("routes.csv", "T,C,200,0", "T,C,200,0\nC,T,150,0", 4, "joins two places twice"),
    ("routes.csv", "T,C,200,0", "T,C,200,0\nT,T,150,0", 4, "leads from a place to itself"),
    ("closures.csv", "location,T,C", "locaton,T,C", 2, "is not a type of closure; found locaton"),
    ("closures.csv", "location,T,C", "location,Q,C", 2, "`name1`: is not a place; found Q"),
    ("closures.csv", "location,T,C", "location,T,Q", 2, "`name2`: is not a place; found Q"),
    ("closures.csv", "location,T,C", "country,X,Q", 2, "is not a country of a place; found Q"),
    ("closures.csv", "location,T,C", "camp,T,", 2, "is not a camp; found T"),
    ("closures.csv", "T,C,1,2", "T,C,2,1", 2, "ends before it begins"),
    ("closures.csv", "T,C,1,2", "T,C,-3,2", 2, "is before the first day"),
    ("conflicts.csv", "#Day,Z,T", "#Day,Z,Z", 1, "names a place twice"),
    (
        "simsetting.yml",
        "camp_weight: 1.0",
        "camp_wieght: 1.0",
        4,
        "is not a setting; found 1; did you mean camp_weight?",
    ),
    ("simsetting.yml", "hasten: 1", "camp_weight: 1", 7, "move it to the section move_rules"),
    ("simsetting.yml", "move_rules", "moverules", 4, "is not a section"),
    ("simsetting.yml", "camp_weight: 1.0", "camp_weight: -1.0", 4, "a number from 0"),
    ("c.csv", "2020-01-02", "2019-01-02", 2, "is not after the date before it"),
    // A message, then used with move chance 1.
    ("locations.csv", "town,,500", "twon,,500", 3, "is not a type of place; found twon"),
    // A traceback in FLEE.
    ("simsetting.yml", "max_move_speed: 360.0", "max_move_speed: 0", 5, "a number from 0.000001"),
    ("routes.csv", "T,C,200", "T,C,far", 3, "is not a number; found \"far\""),
    ("routes.csv", "T,C,200", "T,C,NaN", 3, "is not a number; found \"NaN\""),
    ("conflicts.csv", "2,1,0\n", "", 3, "ends before the period does; found 2 days"),
    ("locations.csv", ",conflict_date,pop/cap", ",conflict_date", 1, "lacks a column"),
    ("routes.csv", "#name1,name2,distance,forced_redirection", "#name1,name2", 1, "lacks a column"),
    ("locations.csv", "T,R,X", ",R,X", 3, "has a blank first cell"),
    (
        "locations.csv",
        "conflict_zone,0,1000",
        "conflict_zone,,1000",
        2,
        "is a conflict zone without conflict_date",
    ),
    ("data_layout.csv", "C,c.csv\n", "", 1, "`C`: has no row for a camp"),
    ("c.csv", "ALL", "", 1, "holds no count"),
    (
        "registration_corrections.csv",
        "2020-01-03",
        "2020-01-04",
        1,
        "is not a date of the counts of the camp",
    ),
    // An assertion in the middle of a run.
    (
        "conflicts.csv",
        "0,1,0\n1,1,0\n2,1,0",
        "0,1,0\n1,0,0\n2,0,0",
        2,
        "the conflict of Z is over by then; see conflicts.csv",
    ),
    (
        "locations.csv",
        "conflict_zone,0,1000",
        "conflict_zone,0,0",
        2,
        "Z has conflict, but a population of 0",
    ),
    // A string that is read as true.
    ("simsetting.yml", "population: False", "population: \"False\"", 2, "True or False, without quotes"),
    // More faults of the same kinds.
    ("data_layout.csv", "C,c.csv", "C_,c.csv", 2, "`C`: has no row for a camp; is C_ meant? write C"),
    ("data_layout.csv", "total,refugees.csv\nC", "C,c.csv\ntotal,refugees.csv\nC", 1, "is out of place"),
    ("locations.csv", "camp,,5000", "camp,,-5", 4, "for a camp also -1, no limit"),
    ("locations.csv", "town,,500", "town,,-1", 3, "is negative"),
    ("conflicts.csv", "2,1,0\n", "\r\n\r\n2,x,0\r\n", 6, "`Z`: is not a number"),
    ("simsetting.yml", "camp_weight: 1.0", "MatchCampEthnicity: True", 4, "is not supported"),
    ("data_layout.csv", "total,refugees.csv\n", "", 1, "is out of place"),
    ("data_layout.csv", "c.csv", "gone.csv", 0, "cannot be read"),
    ("closures.csv", "DELETE", "", 0, "cannot be read"),
    ("sim_period.csv", "Length,3", "Length,0", 2, "is out of range"),
    ("sim_period.csv", "2020-01-01", "1.1.2020", 1, "is not a date"),
    ("sim_period.csv", "Length,3\n", "", 1, "`Length`: lacks a line"),
    ("routes.csv", "Z,T,100,0", "Z,T,100,7", 2, "is not known; found \"7\""),
    ("conflicts.csv", "1,1,0", "1,x,0", 3, "`Z`: is not a number"),
    ("conflicts.csv", "1,1,0", "1,-1,0", 3, "is a negative level"),
    ("conflicts.csv", "1,1,0", "5,1,0", 3, "does not count the days"),
    ("locations.csv", "1000", "-1000", 2, "is negative"),
    ("c.csv", "2020-01-02,10", "2020-01-02,-10", 2, "is negative"),
    ("registration_corrections.csv", "C,", "D,", 1, "is not a place of locations.csv; found D"),
    ("simsetting.yml", "hasten: 1", "hasten: [1", 7, "is not readable as YAML"),
    ("simsetting.yml", "camp_weight: 1.0", "fixed_routes: True", 4, "is not supported"),
    ("simsetting.yml", "camp_weight: 1.0", "awareness_level: 0", 4, "is below 1"),
];

#[test]
fn every_fault_is_refused_with_its_place() {
    assert!(FAULTS.len() >= 40);
    for (file, from, to, line, part) in FAULTS {
        let error = load(&[(file, from, to)], Quirks::default()).expect_err(&format!("{file}: {to}"));
        assert_eq!(error.exit_code(), 3, "{file}: {to}");
        let Error::Invalid(problems) = &error else { panic!("{error}") };
        let hit = problems.iter().find(|p| p.to_string().contains(part));
        let hit = hit.unwrap_or_else(|| panic!("{file}, {from:?} to {to:?}: no \"{part}\" in\n{error}"));
        assert_eq!(hit.line, *line, "{hit}");
        // Of a conflict that ends, the place that had it is told.
        let place = part.contains("see conflicts.csv");
        let file = if place { "locations.csv" } else { file };
        assert!(hit.file.ends_with(file) || part.contains("cannot be read"), "{hit}");
    }
}

/// More people spawned than there are: a warning in the midst of out.csv, then an assertion, in FLEE.
#[test]
fn a_population_that_runs_out_is_seen_before_the_run() {
    let edits = [
        ("simsetting.yml", "population: False", "population: True"),
        ("locations.csv", "zone,0,1000", "zone,0,5"),
    ];
    let error = load(&edits, Quirks::default()).unwrap_err().to_string();
    assert!(
        error.contains("locations.csv:2:1: `take_from_population`: sends out more people than"),
        "{error}"
    );
}

/// Parts of the sentences about faults that FLEE gives a meaning, which `--as-flee` follows.
const FOLLOWED: [&str; 6] = [
    "is below 1",
    "joins two places twice",
    "is not after the date before it",
    "did you mean camp_weight?",
    "move it to the section",
    "is not a section",
];

/// `--as-flee` reproduces results, not carelessness: what is refused is the same but for what FLEE gives a meaning.
#[test]
fn faults_are_refused_as_flee_too() {
    for (file, from, to, _, part) in FAULTS {
        let followed = FOLLOWED.iter().any(|f| part.contains(f));
        assert_eq!(load(&[(file, from, to)], Quirks::flee()).is_ok(), followed, "{file}: {to}");
    }
}

/// File, text, what it is replaced by, and part of a note.
type Habit = (&'static str, &'static str, &'static str, &'static str);

const HABITS: &[Habit] = &[
    ("locations.csv", "#name", "\u{feff}#name", "locations.csv:1: the byte order mark is passed over"),
    ("c.csv", "2020-01-01", "\u{feff}2020-01-01", "c.csv:1: the byte order mark is passed over"),
    ("simsetting.yml", "spawn_rules", "\u{feff}spawn_rules", "byte order mark is passed over"),
    ("routes.csv", "#name1,name2,distance,forced_redirection\n", "", "routes.csv:1: no header"),
    (
        "closures.csv",
        "#closure_type,name1,name2,closure_start,closure_end\n",
        "",
        "closures.csv:1: no header",
    ),
    (
        "locations.csv",
        "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\n",
        "",
        "no header",
    ),
    ("closures.csv", "ALL", "", "closures.csv:1: the file is empty"),
    ("conflicts.csv", "#Day,Z,T", "#Day,Z,Tom", "have no effect: Tom"),
    ("closures.csv", "location,T,C", "location,T,X", "closures.csv:2: X is the country of T"),
    ("locations.csv", "town,,500", "town,N/A,500", "locations.csv:3: conflict_date N/A is not read"),
    ("sim_period.csv", "StartDate", "STARTDATE", ""),
    ("sim_period.csv", "Length,3\n", "Length,3\nBy,me\n", "sim_period.csv:3: By is not read"),
    ("data_layout.csv", "total", "Total", "data_layout.csv:1: the first row is that of the totals"),
    ("data_layout.csv", "total", "Refugees", "is that of the totals, though it is named Refugees"),
    (
        "data_layout.csv",
        "C,c.csv\n",
        "C,c.csv\nElse,c.csv\n",
        "places that locations.csv lacks are left out: Else",
    ),
    (
        "data_layout.csv",
        "C,c.csv\n",
        "C,c.csv\nT,c.csv\n",
        "people of places that are no camps start too, unscored: T",
    ),
    ("refugees.csv", "2020-01-03,20", "2020-01-03,", "refugees.csv:2: rows without a count are passed over"),
    ("refugees.csv", "2020-01-03", "2019-12-03", "refugees.csv:2: dates out of order"),
    ("registration_corrections.csv", "2020-01-03", "2019-01-03", "from before the start is passed over"),
    ("locations.csv", "camp,,5000", "camp,,-1", ""),
    ("routes.csv", "Z,T,100,0\nT,C,200,0\n", "T,C,200,0\n", "no road leads away: Z"),
    ("routes.csv", "T,C,200,0\n", "", "to these camps: C"),
    ("simsetting.yml", "camp_weight: 1.0", "default_movechance: 0.001", "towns attract as camps do"),
    ("simsetting.yml", "camp_weight: 1.0", "BoysTakeRisk: True", "no effect without ChildrenAvoidHazards"),
    ("simsetting.yml", "camp_weight: 1.0", "avoid_short_stints: 1", ""),
    ("simsetting.yml", "camp_weight: 1.0", "awareness_level: 7", ""),
];

/// What does no harm is taken and said.
#[test]
fn habits_of_public_folders_are_taken_with_a_note() {
    for (file, from, to, part) in HABITS {
        for quirks in [Quirks::default(), Quirks::flee()] {
            let world = load(&[(file, from, to)], quirks).unwrap_or_else(|e| panic!("{file}, {to:?}: {e}"));
            let part = if quirks == Quirks::flee() {
                part.replace("are left out", "start all the same")
            } else {
                (*part).to_owned()
            };
            let notes = world.notes.join("\n");
            assert!(notes.contains(&part), "{file}, {to:?}: no \"{part}\" in\n{notes}");
            if part.is_empty() {
                assert_eq!(notes, "", "{file}, {to:?}");
            }
        }
    }
}

#[test]
fn rules_ask_for_what_they_need() {
    let spawn =
        |text: &'static str| ("simsetting.yml", "spawn_rules:\n  take_from_population: False\n", text);
    let moves = |text: &'static str| ("simsetting.yml", "camp_weight: 1.0", text);
    for (edit, part) in [
        (moves("WomenAvoidHazards: True"), "`gender`: is asked for by a rule"),
        (moves("ElderlyAvoidHazards: True"), "add demographics_age.csv to input_csv"),
        (moves("flee_when_starving: True"), "add region_attributes_IPC.csv to input_csv"),
        (
            spawn("spawn_rules:\n  starvation_driven_spawning: True\n"),
            "add region_attributes_IPC.csv to input_csv",
        ),
        (spawn("spawn_rules:\n  flood_zone_spawning_only: True\n"), "how many people a flood drives out"),
        (
            spawn(
                "spawn_rules:\n  flood_zone_spawning_only: True\n  flood_driven_spawn_mode: {spawn_mode: constant}\n",
            ),
            "flood_level.csv: cannot be read",
        ),
        (
            spawn(
                "spawn_rules:\n  flood_zone_spawning_only: True\n  flood_driven_spawn_mode: {spawn_mode: constant}\n",
            ),
            "write take_from_population: True",
        ),
        (
            spawn(
                "spawn_rules:\n  flood_zone_spawning_only: True\n  flood_driven_spawn_mode: {spawn_mode: constant}\n",
            ),
            "cannot be on together with flood_zone_spawning_only",
        ),
        (
            spawn("spawn_rules:\n  flood_driven_spawning: {spawn_mode: constant}\n"),
            "write flood_driven_spawn_mode",
        ),
    ] {
        let error = load(&[edit], Quirks::default()).unwrap_err().to_string();
        assert!(error.contains(part), "{}: no \"{part}\" in {error}", edit.2);
    }
}

#[test]
fn conflicts_may_be_nothing_but_a_header_and_the_header_plain() {
    for text in ["#Day\n", "Day\n", "Day,Z,T\n0,1,0\n1,1,0\n2,1,0\n"] {
        let world = load(&[("conflicts.csv", "ALL", text)], Quirks::default()).unwrap();
        assert_eq!(run(&world, Seed::new(1)).agents, [0, 20, 20], "{text}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let edits = [
        ("routes.csv", "Z,T,100", "Z,T,far"),
        ("locations.csv", "town,,500", "town,,x"),
        ("simsetting.yml", "camp_weight: 1.0", "camp_weight: -1"),
        ("closures.csv", "location,T,C", "location,T,Q"),
        ("c.csv", "2020-01-02,10", "2020-01-02,x"),
    ];
    let Err(Error::Invalid(problems)) = load(&edits, Quirks::default()) else { panic!("should be refused") };
    assert!(problems.len() >= 5, "{problems:?}");
}

#[test]
fn the_misspelt_key_is_known_to_flee_only() {
    let edit = |key: &'static str| [("simsetting.yml", "take_from_population: False", key)];
    let sinks = |key, quirks| load(&edit(key), quirks).map(|w| w.settings.camps_are_sinks);
    assert!(sinks("camps_are_sinks: True", Quirks::default()).unwrap());
    assert!(!sinks("camps_are_sinks: True", Quirks::flee()).unwrap());
    assert!(sinks("camps_are_sicks: True", Quirks::flee()).unwrap());
    assert!(sinks("camps_are_sicks: True", Quirks::default()).is_err());
}

#[test]
fn forced_redirection_counts_double_in_flee_only() {
    let edits = [("routes.csv", "Z,T,100,0", "Z,T,100,1")];
    assert_eq!(load(&edits, Quirks::default()).unwrap().links.len(), 4);
    assert_eq!(load(&edits, Quirks::flee()).unwrap().links.len(), 6);
}

#[test]
fn several_files_of_a_camp_are_added() {
    let edits = [
        ("data_layout.csv", "C,c.csv", "C,c.csv,refugees.csv"),
        ("registration_corrections.csv", "DELETE", ""),
    ];
    assert_eq!(load(&edits, Quirks::default()).unwrap().schedule.camps[0], [0, 20, 40]);
    assert_eq!(load(&edits, Quirks::flee()).unwrap().schedule.camps[0], [0, 10, 40]);
}
