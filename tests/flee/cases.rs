//! Small folders, one habit or departure of FLEE's each, with what FLEE makes of them (commit 02cd2cb, run on the same
//! files several times).
//!
//! Where no chance is at work, numbers are equal. Where there is, the means of FLEE's runs and of ours are two estimates
//! of one mean. A count of `n` agents who decide one by one has at most the standard deviation of `n` tosses of a coin,
//! `sqrt(n) / 2`; the means of `a` and `b` runs are then within `4 · sqrt(n) / 2 · sqrt(1/a + 1/b)` of each other but once
//! in 15,000 comparisons. `n` is the number of all agents on the day.

use super::common::moments;
use darien::behaviour::flee::{
    self, FolderOptions, Kind, Quirks, Record, World, read, run, run_many, tables::out_csv,
};
use darien::error::Error;
use darien::random::Seed;
use std::path::PathBuf;

/// Runs of ours.
const RUNS: usize = 40;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/flee/cases").join(name)
}

/// A case: `NAME`, or `NAME/SETTINGS` where a folder holds several settings files.
fn load(case: &str, quirks: Quirks) -> Result<World, Error> {
    let (name, settings) = case.split_once('/').unwrap_or((case, "simsetting"));
    let dir = folder(name);
    let settings = Some(dir.join(format!("{settings}.yml")));
    read(&dir, &FolderOptions { settings, closures: None }, quirks)
}

fn loaded(case: &str, quirks: Quirks) -> World {
    load(case, quirks).unwrap_or_else(|e| panic!("{case}: {e}"))
}

/// The column of a camp.
fn column(world: &World, camp: &str) -> usize {
    world.camps.iter().position(|c| world.places[*c as usize].name == camp).unwrap()
}

/// Camp and its count on some days.
type Counts = (&'static str, &'static [(usize, f64)]);

fn check_exactly(case: &str, quirks: Quirks, (camp, days): Counts) {
    let world = loaded(case, quirks);
    let record = run(&world, Seed::new(1));
    for (day, count) in days {
        let ours = f64::from(record.camps[column(&world, camp)][*day]);
        assert_eq!(ours, *count, "{case}: {camp} on day {day}");
    }
}

/// Compares the means of our runs with those of `runs` runs of FLEE.
fn check_means(case: &str, runs: f64, counts: &[Counts]) {
    let world = loaded(case, Quirks::flee());
    let records = run_many(&world, Seed::new(1), RUNS);
    for (camp, days) in counts {
        let camp_column = column(&world, camp);
        for (day, mean) in *days {
            let ours: Vec<f64> = records.iter().map(|r| f64::from(r.camps[camp_column][*day])).collect();
            let agents = records[0].agents[*day] as f64;
            let allowed = 4.0 * agents.sqrt() / 2.0 * (1.0 / runs + 1.0 / RUNS as f64).sqrt();
            let ours = moments(&ours).0;
            // FLEE's means are given to a tenth.
            assert!(
                (ours - mean).abs() <= allowed + 0.05,
                "{case}: {camp} on day {day}: {ours}, FLEE {mean}, allowed {allowed:.1}"
            );
        }
    }
}

/// A column of `out.csv`.
fn printed(world: &World, record: &Record, name: &str) -> Vec<f64> {
    let text = out_csv(world, record);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let i = reader.headers().unwrap().iter().position(|h| h == name).unwrap();
    reader.records().map(|r| r.unwrap()[i].parse().unwrap()).collect()
}

const DOUBLED_UNEQUAL: &[Counts] =
    &[("B", &[(3, 0.0), (4, 103.6), (7, 413.5)]), ("C", &[(1, 0.0), (2, 46.4), (4, 139.1), (7, 280.4)])];

const CHANGE_KINDS: &[Counts] = &[
    ("D", &[(4, 132.1), (5, 279.2), (9, 468.7), (10, 455.9), (11, 470.7), (13, 552.3), (19, 932.7)]),
    ("E", &[(4, 94.2), (5, 208.2), (9, 420.0), (10, 403.1), (12, 399.5), (15, 407.3), (19, 424.0)]),
];

/// All places are columns with floods; the agents on each day do not depend on chance.
const FLOODS: &[(&str, &[u64], &[Counts])] = &[
    (
        "flood/ratio",
        &[30, 130, 720, 1051, 1176, 1176, 1176, 1176],
        &[
            ("F1", &[(1, 60.5), (2, 148.0), (4, 207.6), (7, 138.0)]),
            ("F2", &[(1, 19.6), (2, 0.0), (4, 0.0), (7, 111.1)]),
            ("T", &[(1, 13.9), (2, 261.6), (4, 339.3), (7, 178.7)]),
            ("C", &[(0, 30.0), (1, 36.0), (2, 310.3), (4, 629.1), (7, 748.2)]),
        ],
    ),
    (
        "flood/constant",
        &[30, 100, 420, 740, 990, 990, 990, 990],
        &[
            ("F1", &[(1, 44.5), (2, 116.0), (4, 247.6), (7, 120.0)]),
            ("F2", &[(1, 16.8), (2, 0.0), (4, 0.0), (7, 79.9)]),
            ("T", &[(1, 0.0), (2, 1.1), (4, 4.3), (7, 1.9)]),
            ("C", &[(0, 30.0), (1, 38.8), (2, 302.9), (4, 738.1), (7, 788.2)]),
        ],
    ),
    (
        "flood/misnamed",
        &[30, 130, 720, 1051, 1176, 1176, 1176, 1176],
        &[("F1", &[(1, 60.1), (4, 207.0), (7, 136.1)]), ("C", &[(1, 36.1), (4, 629.5), (7, 747.8)])],
    ),
];

const HUNGER: &[(&str, &[Counts])] = &[
    (
        "hunger/none",
        &[
            ("B", &[(4, 35.0), (8, 109.7), (12, 211.6), (19, 428.2)]),
            ("C", &[(4, 190.3), (12, 540.6), (19, 807.0)]),
        ],
    ),
    (
        "hunger/starving",
        &[
            ("B", &[(4, 133.2), (8, 130.7), (12, 165.5), (19, 276.5)]),
            ("C", &[(4, 109.6), (12, 351.6), (19, 511.0)]),
        ],
    ),
    (
        "hunger/avoid",
        &[
            ("B", &[(4, 33.7), (8, 110.8), (12, 217.8), (19, 443.9)]),
            ("C", &[(4, 197.1), (12, 539.5), (19, 808.0)]),
        ],
    ),
    (
        "hunger/spawn",
        &[
            ("B", &[(4, 33.1), (8, 107.2), (12, 205.4), (19, 425.0)]),
            ("C", &[(4, 194.0), (12, 546.1), (19, 817.7)]),
        ],
    ),
];

const RISING: Counts = ("B", &[(0, 0.0), (1, 10.0), (4, 40.0), (7, 70.0)]);

/// What FLEE runs without harm, both modes run, to the same numbers, with a note where something is passed over.
#[test]
fn habits_without_harm_give_the_numbers_of_flee() {
    let cases: [(&str, Counts, &str); 8] = [
        ("capacity-minus-one", RISING, ""),
        ("closure-location-country", ("B", &[(0, 0.0), (1, 10.0), (4, 20.0), (7, 70.0)]), "country of B"),
        ("conflict-column-unknown", RISING, "locations.csv lacks have no effect: name, Zed"),
        ("count-cell-empty", RISING, "d_B.csv:2: rows without a count are passed over (1 of them)"),
        ("settings-off", RISING, ""),
        ("sim-period-case", RISING, "sim_period.csv:3: Note is not read"),
        ("totals-out-of-order", RISING, "refugees.csv:3: dates out of order"),
        ("layout-row-of-a-town", ("B", &[(1, 20.0), (4, 80.0), (7, 140.0)]), "start too, unscored: T"),
    ];
    for (case, counts, note) in cases {
        for quirks in [Quirks::default(), Quirks::flee()] {
            check_exactly(case, quirks, counts);
            let notes = loaded(case, quirks).notes.join("\n");
            assert!(notes.contains(note), "{case}: no \"{note}\" in\n{notes}");
        }
    }
}

/// What is refused, in which file and line; the last column says whether `--as-flee` follows FLEE there.
#[test]
fn faults_are_refused_with_their_line() {
    for (case, part, followed) in [
        ("blank-line-numbers", "closures.csv:5:1: `name1`: is not a place; found Zed", false),
        ("crlf-line-numbers", "closures.csv:2:1: `name1`: is not a place; found Zed", false),
        ("closure-end-0", "closures.csv:2:1: `closure_end`: ends before it begins; found 3 to 0", false),
        ("date-twice", "d_B.csv:3:1: is not after the date before it; found 2012-01-04", true),
        ("dates-out-of-order", "d_B.csv:4:1: is not after the date before it; found 2012-01-04", true),
        (
            "duplicate-route",
            "routes.csv:3:1: joins two places twice; found A, B; the first is on line 2",
            true,
        ),
        (
            "doubled-unequal",
            "routes.csv:3:1: joins two places twice; found A, B; the first is on line 2",
            true,
        ),
    ] {
        let error = load(case, Quirks::default()).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains(part), "{case}: {error}");
        assert_eq!(load(case, Quirks::flee()).is_ok(), followed, "{case}");
    }
}

#[test]
fn dates_and_files_are_read_as_flee_reads_them() {
    check_exactly("date-twice", Quirks::flee(), ("B", &[(0, 0.0), (1, 16.0), (4, 62.0), (7, 70.0)]));
    check_exactly("dates-out-of-order", Quirks::flee(), ("B", &[(0, 0.0), (1, 10.0), (4, 40.0), (7, 90.0)]));
    let data = |case| loaded(case, Quirks::flee()).schedule.camps[0].clone();
    assert_eq!(data("date-twice")[..6], [0, 16, 33, 60, 62, 65]);
    assert_eq!(data("dates-out-of-order")[..6], [0, 10, 20, 30, 40, 50]);
    assert_eq!(data("two-files"), [0, 10, 20, 80, 70, 60, 90, 160, 160, 160]);
    // Each file interpolated: 10 + 10, 20 + 20, 30 + 30, 40 + 20, 50 + 10, 80 + 40, 83 + 70, 86 + 70, 90 + 70.
    let meant = loaded("two-files", Quirks::default()).schedule.camps[0].clone();
    assert_eq!(meant, [0, 20, 40, 60, 60, 60, 120, 153, 156, 160]);
}

#[test]
fn empty_camps_lower_the_data_too() {
    let case = "empty-camps-on-day0";
    check_means(
        case,
        4.0,
        &[("B", &[(1, 11.2), (4, 43.0), (7, 73.8)]), ("C", &[(1, 8.8), (4, 37.0), (7, 66.2)])],
    );
    for quirks in [Quirks::default(), Quirks::flee()] {
        let world = loaded(case, quirks);
        assert_eq!(world.schedule.camps[0][..6], [0, 10, 20, 30, 40, 50]);
        assert_eq!(world.schedule.camps[1][..6], [0, 10, 20, 30, 40, 50]);
        assert_eq!(world.schedule.raw[..6], [0, 20, 40, 60, 80, 100]);
        assert_eq!(run(&world, Seed::new(1)).in_camps(0), 0);
    }
    assert_eq!(loaded(case, Quirks::default()).places[1].capacity, 900.0);
    assert_eq!(loaded(case, Quirks::flee()).places[1].capacity, 400.0);
}

#[test]
fn initial_idps_are_people_by_default() {
    let case = "initial-idps";
    check_exactly(case, Quirks::flee(), ("B", &[(0, 520.0), (1, 530.0), (4, 560.0), (7, 590.0)]));
    check_exactly(case, Quirks::default(), ("B", &[(0, 70.0), (1, 80.0), (4, 110.0), (7, 140.0)]));
}

#[test]
fn totals_drive_the_raw_count_alone_where_camps_do_not() {
    let raw = |case, quirks| loaded(case, quirks).schedule.raw[..6].to_vec();
    for quirks in [Quirks::default(), Quirks::flee()] {
        for case in ["sum-from-camps-false-raw", "sum-from-camps-false-day0"] {
            assert_eq!(raw(case, quirks), [1000, 1100, 1200, 1300, 1400, 1500], "{case}");
        }
        let started = ("B", &[(0, 1000.0), (1, 1100.0), (4, 1400.0), (7, 1700.0)][..]);
        check_exactly("sum-from-camps-false-day0", quirks, started);
        let there = ("B", &[(0, 500.0), (1, 600.0), (4, 900.0), (7, 1200.0)][..]);
        check_exactly("sum-from-camps-false-raw", quirks, there);
    }
}

#[test]
fn numbers_that_conflict_drives_out_are_whole_in_flee() {
    let case = "spawn-mode-spelling";
    check_exactly(case, Quirks::flee(), ("B", &[(0, 1.0), (1, 2.0), (4, 5.0), (7, 8.0)]));
    check_exactly(case, Quirks::default(), ("B", &[(0, 2.0), (1, 4.0), (4, 10.0), (7, 16.0)]));
    let world = loaded(case, Quirks::flee());
    let record = run(&world, Seed::new(1));
    let names = ["refugees in camps (UNHCR)", "raw UNHCR refugee count", "refugees in camps (simulation)"];
    assert_eq!(names.map(|n| printed(&world, &record, n)[7]), [0.0, 0.0, 8.0]);
}

#[test]
fn a_camp_opens_again_as_what_it_was_or_in_flee_as_its_closure_is_named() {
    check_means(
        "camp-closure-kind",
        6.0,
        &[
            ("B", &[(2, 199.5), (5, 264.7), (8, 252.0), (12, 217.8), (19, 199.0)]),
            ("C", &[(2, 0.5), (5, 235.3), (8, 546.8), (12, 981.7), (19, 1700.0)]),
        ],
    );
    let kind = |quirks| super::quirks::after(&loaded("camp-closure-kind", quirks), 9).places[1].kind;
    assert_eq!([Quirks::default(), Quirks::flee()].map(kind), [Kind::Camp, Kind::IdpCamp]);
}

#[test]
fn decay_reaches_those_who_start_a_day_late_in_flee() {
    check_means(
        "decay-lag",
        6.0,
        &[
            ("B", &[(3, 54.0), (4, 105.0), (5, 152.8), (6, 252.3), (7, 351.3), (8, 450.0), (10, 550.5)]),
            ("C", &[(3, 246.0), (4, 295.0), (5, 347.2), (6, 347.7), (7, 348.7), (8, 350.0), (10, 449.5)]),
        ],
    );
    // By default the step of day 5 acts on day 5: of each 100, 50 start at A2 until then, and 99 after.
    let world = loaded("decay-lag", Quirks::default());
    let ours: Vec<f64> =
        run_many(&world, Seed::new(1), RUNS).iter().map(|r| f64::from(r.camps[0][5])).collect();
    let expected = 50.0 + 50.0 + 100.0 / 1.01;
    assert!((moments(&ours).0 - expected).abs() < 4.0 * 500f64.sqrt() / 2.0 / (RUNS as f64).sqrt());
}

#[test]
fn doubled_roads_count_twice_and_the_first_is_travelled() {
    check_means(
        "duplicate-route",
        8.0,
        &[("B", &[(1, 66.0), (4, 271.0), (7, 472.9)]), ("C", &[(1, 34.0), (4, 129.0), (7, 227.1)])],
    );
    check_means("doubled-unequal", 24.0, DOUBLED_UNEQUAL);
}

#[test]
fn a_link_closure_acts_on_single_letters_in_flee() {
    check_means(
        "link-closure-one-letter",
        6.0,
        &[("B", &[(1, 50.3), (4, 50.3), (7, 50.3)]), ("C", &[(1, 49.7), (4, 349.7), (7, 649.7)])],
    );
}

#[test]
fn places_change_their_type() {
    check_means(
        "location-changes",
        4.0,
        &[("D", &[(5, 272.5), (9, 628.2), (10, 627.8), (15, 625.5), (29, 618.5)])],
    );
    check_means("change-kinds", 24.0, CHANGE_KINDS);
    // Nothing of it is a quirk: the default does the same.
    let end = |quirks| {
        let world = loaded("location-changes", quirks);
        moments(
            &run_many(&world, Seed::new(1), 10).iter().map(|r| f64::from(r.camps[0][29])).collect::<Vec<_>>(),
        )
        .0
    };
    assert_eq!(end(Quirks::default()), end(Quirks::flee()));
}

#[test]
fn old_rules_switch_walking_and_short_stints_off() {
    check_means("use-v1-rules", 6.0, &[("B", &[(0, 0.0), (1, 0.0), (8, 224.0), (15, 554.2)])]);
    let settings = loaded("use-v1-rules", Quirks::default()).settings;
    assert!(!settings.start_on_foot && !settings.avoid_short_stints);
    assert_eq!(settings.max_move_speed, 200.0);
}

/// Who left on the days before a closure is put back at the start by FLEE although the road is open again on arrival.
#[test]
fn a_road_that_reopens_under_way_lets_people_through_by_default() {
    let arrived = |quirks| run(&loaded("road-reopens", quirks), Seed::new(1)).camps[0].clone();
    assert_eq!(arrived(Quirks::flee()), [0, 0, 0, 0, 0, 0, 0, 0, 300, 500, 700, 800]);
    // 100 leave on each day from day 1 on and arrive on the third day after. Those of day 1 arrive on day 4, when the
    // road is closed, and leave again on day 5 with those of days 4 and 5.
    assert_eq!(arrived(Quirks::default()), [0, 0, 0, 0, 0, 100, 200, 200, 500, 600, 700, 800]);
}

#[test]
fn awareness_minus_one_ends_at_markers_in_flee() {
    check_exactly("awareness-minus-one", Quirks::flee(), ("B", &[(1, 0.0), (5, 0.0)]));
    check_exactly("awareness-minus-one", Quirks::flee(), ("C", &[(1, 200.0), (5, 1000.0)]));
    let error = load("awareness-minus-one", Quirks::default()).unwrap_err().to_string();
    assert!(error.contains("`awareness_level`: is below 1"), "{error}");
}

#[test]
fn hunger_moves_people_as_in_flee() {
    for (case, counts) in HUNGER {
        check_means(case, 24.0, counts);
    }
}

/// From A, a road of 100 km leads to C and one of 50 km to Z, where there is conflict; from Z, one of 50 km to B and the one
/// back to A, where there is conflict too. Who sees conflict as `z` ends in C with the chance given here.
fn share_of_c(z: f64) -> f64 {
    let to_c = (1.0 / 110.0) / (1.0 / 110.0 + z / 60.0);
    let back = z / (1.0 + z);
    to_c / (1.0 - (1.0 - to_c) * back)
}

/// Of those who start, 40 % are 5 years old, 20 % each 17, 30 and 70; half are male.
#[test]
fn those_who_avoid_hazards_see_places_as_the_rules_say() {
    let (plain, careful, bold) = (share_of_c(0.25), share_of_c(0.0625), share_of_c(1.0));
    let (meant, as_flee) = (Quirks::default(), Quirks::flee());
    // Setting, mode, shares of those who are careful and of those who are bold.
    for (case, quirks, cautious, fearless) in [
        ("avoid/children", meant, 0.6, 0.0),
        ("avoid/children", as_flee, 0.6, 0.0),
        ("avoid/boys", meant, 0.5, 0.1),
        ("avoid/boys", as_flee, 0.5, 0.3),
        ("avoid/elderly", meant, 0.2, 0.0),
        ("avoid/women", as_flee, 0.5, 0.0),
        ("avoid/all", meant, 0.8, 0.1),
        ("avoid/all", as_flee, 0.7, 0.3),
    ] {
        let expected = cautious * careful + fearless * bold + (1.0 - cautious - fearless) * plain;
        let world = loaded(case, quirks);
        let (b, c) = (column(&world, "B"), column(&world, "C"));
        let records = run_many(&world, Seed::new(1), RUNS);
        let sum = |camp: usize| records.iter().map(|r| f64::from(r.camps[camp][7])).sum::<f64>();
        let (ours, n) = (sum(c) / (sum(b) + sum(c)), sum(b) + sum(c));
        // Four standard deviations of a share of n people, and the few who are on the way.
        let allowed = 4.0 * (expected * (1.0 - expected) / n).sqrt() + 0.002;
        assert!((ours - expected).abs() < allowed, "{case}: {ours}, expected {expected}");
    }
}

#[test]
fn floods_drive_people_out_as_in_flee() {
    for (case, totals, counts) in FLOODS {
        let world = loaded(case, Quirks::flee());
        assert_eq!(run(&world, Seed::new(1)).agents, *totals, "{case}");
        assert_eq!(world.camps.len(), 4, "all places are columns");
        check_means(case, 24.0, counts);
    }
    // By default the name that manuals use is read too: 70 of F1 and 250 of F2 a day, while they last.
    let world = loaded("flood/misnamed", Quirks::default());
    assert!(matches!(world.settings.flood_driven_spawn_mode, flee::FloodDriven::Constant(_)));
}

#[test]
fn a_world_without_camps_says_so() {
    for quirks in [Quirks::default(), Quirks::flee()] {
        let world = loaded("no-camp", quirks);
        assert!(world.notes.iter().any(|n| n.contains("there is no camp")), "{:?}", world.notes);
    }
}

/// Everything that a folder may hold is kept where it is written as a scenario file.
#[test]
fn a_converted_case_gives_identical_results() {
    let dir = tempfile::tempdir().unwrap();
    for case in [
        "location-changes",
        "change-kinds",
        "hunger/starving",
        "hunger/avoid",
        "avoid/all",
        "flood/ratio",
        "layout-row-of-a-town",
        "capacity-minus-one",
    ] {
        let (name, settings) = case.split_once('/').unwrap_or((case, "simsetting"));
        let settings = Some(folder(name).join(format!("{settings}.yml")));
        let options = FolderOptions { settings, closures: None };
        let (raw, _) = flee::read_raw(&folder(name), &options, Quirks::default());
        let file = dir.path().join("world.toml");
        std::fs::write(&file, flee::to_toml(&raw.unwrap())).unwrap();
        let (a, b) = (
            loaded(case, Quirks::default()),
            read(&file, &FolderOptions::default(), Quirks::default()).unwrap(),
        );
        assert_eq!(run(&a, Seed::new(2)), run(&b, Seed::new(2)), "{case}");
        let bare = |w: World| World { notes: Vec::new(), ..w };
        assert_eq!(bare(a), bare(b), "{case}");
    }
}
