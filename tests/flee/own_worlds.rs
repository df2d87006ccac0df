//! Worlds of our own making: what the recorded results do not cover.

use super::common::{build, closure, date, link, place, small, world};
use darien::behaviour::flee::raw::RawWorld;
use darien::behaviour::flee::{self, ConflictDriven, FleeRules, Quirks, State, World, run, run_many};
use darien::engine::plan::{Observer, RuleSet, run_days};
use darien::random::Seed;
use proptest::prelude::*;

/// Checks every day that people are where the counts say, and nowhere twice.
struct Conserved<'a>(&'a World);

impl Observer<State> for Conserved<'_> {
    fn end_of_day(&mut self, day: usize, state: &State) {
        let mut present = vec![0u32; state.places.len()];
        let mut on_link = vec![0u32; state.on_link.len()];
        for agent in &state.agents {
            if agent.at & flee::ON_LINK == 0 {
                present[agent.at as usize] += 1;
            } else {
                on_link[(agent.at & !flee::ON_LINK) as usize] += 1;
            }
        }
        assert!(present.iter().zip(&state.places).all(|(n, p)| *n == p.present), "places on day {day}");
        assert_eq!(on_link, state.on_link, "links on day {day}");
        let started: u64 = self.0.schedule.arrivals[..=day].iter().sum();
        let initial: u64 = self.0.places.iter().map(|p| u64::from(p.initial)).sum();
        if self.0.settings.conflict_driven_spawning == ConflictDriven::Off {
            assert_eq!(state.agents.len() as u64 + state.unplaced, started + initial, "agents on day {day}");
        }
    }
}

fn final_state(world: &World, seed: u64) -> State {
    let rules = FleeRules { world, seed: Seed::new(seed) };
    let mut state = rules.start();
    run_days(&rules, &mut state, 0..world.days, &mut Conserved(world));
    state
}

fn random_world() -> impl Strategy<Value = RawWorld> {
    let kinds = prop::collection::vec(0usize..6, 4..9);
    let roads = prop::collection::vec((0usize..9, 0usize..9, 1.0f64..900.0), 3..14);
    let closures = prop::collection::vec((0usize..9, 0i64..30, 1i64..20), 0..4);
    (kinds, roads, closures, 1i64..4, any::<[bool; 6]>(), 0.0f64..1.0, 10.0f64..900.0).prop_map(
        |(kinds, roads, closures, awareness, flags, chance, people)| {
            let names = ["camp", "conflict_zone", "town", "marker", "forwarding_hub", "idpcamp"];
            let days = 40;
            let mut places = vec![place("P0", "conflict_zone", "X", 5000), place("P1", "camp", "Y", 200)];
            for (i, k) in kinds.iter().enumerate() {
                places.push(place(
                    &format!("P{}", i + 2),
                    names[*k],
                    if i % 2 == 0 { "X" } else { "Y" },
                    100,
                ));
            }
            for p in places.iter_mut().filter(|p| p.kind.contains("camp")) {
                p.counts = Some(vec![
                    (date("2020-01-01"), 20.0),
                    (date("2020-01-20"), people),
                    (date("2020-02-01"), people / 2.0),
                ]);
            }
            let n = places.len();
            let mut seen = vec![(0, 1)];
            let mut links = vec![link("P0", "P1", 300.0)];
            for (a, b, km) in roads {
                let (a, b) = (a % n, b % n);
                if a != b && !seen.contains(&(a.min(b), a.max(b))) {
                    seen.push((a.min(b), a.max(b)));
                    links.push(link(&format!("P{a}"), &format!("P{b}"), km));
                }
            }
            let mut raw = world(days, places, links);
            raw.closures = closures
                .iter()
                .map(|(p, from, len)| closure("location", &format!("P{}", p % n), "", *from, from + len))
                .collect();
            raw.closures.push(closure("camp", "P1", "", 10, 25));
            raw.settings.awareness_level = awareness;
            raw.settings.default_movechance = chance;
            raw.settings.avoid_short_stints = flags[0];
            raw.settings.start_on_foot = flags[1];
            raw.settings.stay_close_to_home = flags[2];
            raw.settings.use_pop_for_loc_weight = flags[3];
            raw.settings.movechance_pop_scale_factor = if flags[4] { 0.3 } else { 0.0 };
            raw.settings.pruning_threshold = if flags[5] { 3.0 } else { 1.0 };
            raw
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn people_are_conserved(raw in random_world(), as_flee: bool, seed in 0u64..1000) {
        final_state(&World::build(&raw, Quirks::new(as_flee), Vec::new()).unwrap(), seed);
    }

    #[test]
    fn a_world_survives_being_written(raw in random_world(), as_flee: bool) {
        let quirks = Quirks::new(as_flee);
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("test.toml");
        std::fs::write(&file, flee::to_toml(&raw)).unwrap();
        let (again, problems) = flee::read_raw(&file, &flee::FolderOptions::default(), quirks);
        let a = World::build(&raw, quirks, Vec::new()).unwrap();
        let b = flee::finish(again, quirks, problems).unwrap();
        prop_assert_eq!(run(&a, Seed::new(5)), run(&b, Seed::new(5)));
        prop_assert_eq!(a, b);
    }
}

#[test]
fn the_same_bytes_on_one_and_two_threads() {
    let world = build(&small(60, 800.0));
    let on = |n| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(n)
            .build()
            .unwrap()
            .install(|| run_many(&world, Seed::new(4), 6))
    };
    assert_eq!(on(1), on(2));
    assert_ne!(on(1)[0], on(1)[1]);
}

/// Waits drawn once per stay are those of a decision every morning: the number still in a town follows
/// `n (1 - m)^day`, and a change of the move chance in between is obeyed.
#[test]
fn waits_are_geometric_and_follow_changes() {
    let n = 200_000u32;
    let mut raw = world(
        12,
        vec![place("T", "town", "X", 0), place("C", "camp", "X", 0), place("Z", "conflict_zone", "X", 0)],
        vec![link("T", "C", 5000.0)],
    );
    raw.settings.default_movechance = 0.2;
    raw.settings.conflict_movechance = 0.5;
    raw.places[0].levels = Some(vec![(0, 0.0), (6, 1.0)]);
    let mut world = build(&raw);
    world.places[0].initial = n;
    let rules = FleeRules { world: &world, seed: Seed::new(8) };
    let mut state = rules.start();
    let mut expected = f64::from(n);
    for day in 0..12 {
        for phase in 0..rules.phases().len() {
            rules.run_phase(phase, day, &mut state);
        }
        expected *= if day < 6 { 0.8 } else { 0.5 };
        let sd = (expected * (1.0 - expected / f64::from(n))).sqrt();
        let seen = f64::from(state.places[0].present);
        assert!((seen - expected).abs() < 4.0 * sd + 1.0, "day {day}: {seen} against {expected}");
    }
}

#[test]
fn awareness_looks_further_and_markers_are_no_steps() {
    // Z - M (marker) - A - B - C: with awareness 1 only A is seen, with 3 all three.
    let line = |awareness| {
        let names = [("Z", "conflict_zone"), ("M", "marker"), ("A", "town"), ("B", "town"), ("C", "camp")];
        let places = names.iter().map(|(n, k)| place(n, k, "X", 0)).collect();
        let links = names.windows(2).map(|w| link(w[0].0, w[1].0, 50.0)).collect();
        let mut raw = world(1, places, links);
        raw.settings.awareness_level = awareness;
        build(&raw)
    };
    let ends =
        |w: &World| w.paths.of(0).map(|p| w.places[w.paths.end[p] as usize].name.clone()).collect::<Vec<_>>();
    assert_eq!(ends(&line(1)), ["A"]);
    assert_eq!(ends(&line(2)), ["A", "B"]);
    assert_eq!(ends(&line(3)), ["A", "B", "C"]);
}

#[test]
fn a_route_of_several_links_is_followed_to_its_end() {
    // The camp scores a thousand times as much: with awareness 3 everybody goes there without stopping.
    let mut raw = small(10, 0.0);
    raw.settings.awareness_level = 2;
    raw.settings.camp_weight = 1e9;
    raw.settings.camp_movechance = 0.0;
    raw.settings.default_movechance = 0.01;
    let mut world = build(&raw);
    world.places[0].initial = 500;
    let state = final_state(&world, 1);
    assert_eq!(state.places[2].present + state.places[3].present, 500);
}

#[test]
fn conflict_drives_people_out() {
    for (mode, least, most) in [
        (ConflictDriven::Constant(50.0), 50 * 20, 50 * 20),
        (ConflictDriven::PopulationRatio(0.001), 100 * 20, 100 * 20),
        (ConflictDriven::Poisson(50.0), 850, 1150),
    ] {
        let mut raw = small(20, 100.0);
        raw.settings.conflict_driven_spawning = mode;
        let record = run(&build(&raw), Seed::new(3));
        let agents = *record.agents.last().unwrap();
        assert!((least..=most).contains(&agents), "{mode:?}: {agents}");
        let flee = World::build(&raw, Quirks::flee(), Vec::new()).unwrap();
        // Nothing of the data is in the last columns, but those in the camps are.
        let record = run(&flee, Seed::new(3));
        let out = flee::tables::out_csv(&flee, &record);
        let end = format!(",0,0,{},0,{},0", record.agents[19], record.in_camps(19));
        assert!(out.lines().last().unwrap().ends_with(&end), "{out}");
    }
}

#[test]
fn people_leave_their_town_s_population() {
    let mut raw = small(10, 300.0);
    raw.places[0].people = 650;
    raw.settings.take_from_population = true;
    let state = final_state(&build(&raw), 1);
    assert_eq!(state.places[0].population, 50);
    raw.places[0].people = 500;
    let error = World::build(&raw, Quirks::default(), Vec::new()).unwrap_err().to_string();
    assert!(error.contains("more people than the places with conflict have"), "{error}");
}

#[test]
fn decay_weakens_old_conflicts_as_sources() {
    let mut raw = small(100, 2000.0);
    let mut second = place("Z2", "conflict_zone", "X", 100_000);
    second.levels = Some(vec![(0, 0.0), (60, 1.0)]);
    raw.places.push(second);
    raw.links.push(link("Z2", "T", 100.0));
    raw.settings.conflict_spawn_decay = vec![1.0, 0.0];
    raw.settings.conflict_spawn_decay_interval = 50;
    let world = World::build(&raw, Quirks::default(), Vec::new()).unwrap();
    let state = final_state(&world, 2);
    // From day 50 to 60 nothing weighs anything; those people start when the second conflict has begun.
    assert_eq!(state.unplaced, 0);
}

#[test]
fn camps_close_and_full_camps_turn_people_away() {
    let mut raw = small(40, 1000.0);
    raw.places[2].people = 200;
    raw.closures.push(closure("camp", "F", "", 0, 20));
    raw.settings.camp_movechance = 0.0;
    let world = build(&raw);
    let rules = FleeRules { world: &world, seed: Seed::new(1) };
    let mut state = rules.start();
    run_days(&rules, &mut state, 0..19, &mut ());
    assert!(state.places[3].town && !state.places[3].camp);
    assert_eq!(state.places[3].chance, raw.settings.default_movechance);
    run_days(&rules, &mut state, 19..40, &mut ());
    assert!(state.places[3].camp);
    // The last to be let in may be on the way when it is 95 % full; hardly more come.
    assert!((190..=230).contains(&state.places[2].present), "{}", state.places[2].present);
}

#[test]
fn closures_stop_flows_and_send_back() {
    // Nobody passes a closed border, and those on the way return to its start.
    let mut raw = small(30, 500.0);
    raw.closures.push(closure("country", "X", "Y", 0, -1));
    let world = build(&raw);
    assert_eq!(final_state(&world, 1).places[3].present, 0);
    // A second name limits a closure of a place to the roads between the two.
    raw.closures = vec![closure("location", "T", "C", 0, -1)];
    let meant = run(&build(&raw), Seed::new(1));
    assert!(meant.camps[0].iter().all(|n| *n == 0) && *meant.camps[1].last().unwrap() > 0);
    let flee = run(&World::build(&raw, Quirks::flee(), Vec::new()).unwrap(), Seed::new(1));
    assert!(flee.camps.iter().all(|c| *c.last().unwrap() == 0));
    // A closed link does what it says, except in FLEE.
    raw.closures = vec![closure("link", "T", "C", 0, -1)];
    assert_eq!(*run(&build(&raw), Seed::new(1)).camps[0].last().unwrap(), 0);
    assert!(
        *run(&World::build(&raw, Quirks::flee(), Vec::new()).unwrap(), Seed::new(1)).camps[0].last().unwrap()
            > 0
    );
}

#[test]
fn overlapping_closures_hold_until_the_last_ends() {
    let mut raw = small(10, 50.0);
    raw.closures = vec![closure("country", "X", "Y", 0, 3), closure("location", "F", "", 0, 8)];
    let closed_on_day_5 = |quirks| {
        let world = World::build(&raw, quirks, Vec::new()).unwrap();
        let rules = FleeRules { world: &world, seed: Seed::new(1) };
        let mut state = rules.start();
        run_days(&rules, &mut state, 0..6, &mut ());
        state.closed.iter().filter(|c| **c > 0).count()
    };
    assert_eq!(closed_on_day_5(Quirks::default()), 2);
    assert_eq!(closed_on_day_5(Quirks::flee()), 0);
}

#[test]
fn conflicts_that_change_and_end() {
    let mut raw = small(10, 0.0);
    raw.places[0].levels = Some(vec![(0, 0.5), (3, 1.0), (6, 0.0)]);
    raw.places[1].levels = Some(vec![(0, 0.0)]);
    let level_on = |quirks, day: usize| {
        let world = World::build(&raw, quirks, Vec::new()).unwrap();
        let rules = FleeRules { world: &world, seed: Seed::new(1) };
        let mut state = rules.start();
        run_days(&rules, &mut state, 0..day + 1, &mut ());
        (state.places[0].level, state.places[0].town)
    };
    assert_eq!(level_on(Quirks::default(), 4), (1.0, false));
    assert_eq!(level_on(Quirks::flee(), 4), (0.5, false));
    assert_eq!(level_on(Quirks::default(), 7), (-1.0, true));
}

#[test]
fn day_0_counts_once_unless_as_flee() {
    let mut raw = small(5, 100.0);
    for camp in 2..4 {
        raw.places[camp].people = 300;
        raw.places[camp].counts = Some(vec![(date("2020-01-01"), 100.0), (date("2020-01-05"), 140.0)]);
    }
    raw.total = vec![(date("2020-01-01"), 200.0)];
    let meant = build(&raw);
    let flee = World::build(&raw, Quirks::flee(), Vec::new()).unwrap();
    assert_eq!((meant.places[2].capacity, flee.places[2].capacity), (300.0, 200.0));
    assert_eq!((meant.schedule.raw[0], flee.schedule.raw[0]), (200, 400));
    raw.settings.insert_day0 = false;
    assert_eq!(build(&raw).schedule.arrivals[0], 200);
    assert_eq!(World::build(&raw, Quirks::flee(), Vec::new()).unwrap().schedule.arrivals[0], 400);
}

#[test]
fn attributes_act() {
    // Somebody who walks at 35 km/day needs three days for 100 km.
    let mut raw = small(3, 0.0);
    raw.links[0].attributes.insert("walk_probability".into(), "1".into());
    raw.places[2].attributes.insert("capacity_per_day".into(), "5".into());
    raw.places[2].attributes.insert("initial_idps".into(), "7".into());
    let mut world = build(&raw);
    world.places[0].initial = 10;
    let state = final_state(&world, 1);
    assert_eq!(state.places[2].capacity, 1_000_015.0);
    assert_eq!(world.places[2].initial, 7);
    raw.links[0].attributes.insert("max_move_speed".into(), "50".into());
    assert_eq!(build(&raw).links[0].speed, 50.0);
}

/// Of those who come to rest in a camp, a third is there in the end where each morning half of those who have not settled
/// leave and each evening half of those settle: s = 1/2 (1/2 + 1/2 s).
#[test]
fn people_settle_in_camps_with_the_chance_given() {
    let n = 30_000;
    let mut raw =
        world(60, vec![place("C", "camp", "X", 0), place("T", "town", "X", 0)], vec![link("C", "T", 1e6)]);
    raw.settings.camp_movechance = 0.5;
    let left = |raw: &RawWorld, quirks| {
        let mut world = World::build(raw, quirks, Vec::new()).unwrap();
        world.places[0].initial = n;
        f64::from(final_state(&world, 3).places[0].present)
    };
    assert_eq!(left(&raw, Quirks::default()), 0.0);
    raw.settings.camps_are_sinks = true;
    assert_eq!(left(&raw, Quirks::default()), f64::from(n), "without a chance nobody leaves");
    assert_eq!(left(&raw, Quirks::flee()), 0.0, "FLEE does nothing without the attribute");
    raw.places[0].attributes.insert("deactivation_probability".into(), "0.5".into());
    let (settled, n) = (left(&raw, Quirks::default()), f64::from(n));
    assert!((settled - n / 3.0).abs() < 4.0 * (n * 2.0 / 9.0).sqrt(), "{settled}");
    let error = World::build(&raw, Quirks::flee(), Vec::new()).unwrap_err().to_string();
    assert!(error.contains("stops FLEE where camps_are_sicks is on"), "{error}");
}

#[test]
fn flood_zones_and_hubs_behave_as_said() {
    let raw = world(
        1,
        vec![
            place("A", "flood_zone", "X", 0),
            place("H", "forwarding_hub", "X", 0),
            place("I", "idpcamp", "X", 5),
        ],
        vec![link("A", "H", 5.0)],
    );
    let world = build(&raw);
    let state = FleeRules { world: &world, seed: Seed::new(1) }.start();
    assert_eq!(state.places.iter().map(|p| p.chance).collect::<Vec<_>>(), [0.3, 1.0, 0.1]);
    assert!(!state.places[0].town && !state.places[1].town && state.places[2].camp);
}

#[test]
fn odd_awareness_is_for_flee_only() {
    let mut raw = small(20, 100.0);
    raw.settings.awareness_level = 0;
    let flee = run(&World::build(&raw, Quirks::flee(), Vec::new()).unwrap(), Seed::new(1));
    assert_eq!(flee.in_camps(19), 0, "nobody ever moves");
    raw.settings.awareness_level = -1;
    let minus = run(&World::build(&raw, Quirks::flee(), Vec::new()).unwrap(), Seed::new(1));
    raw.settings.awareness_level = 1;
    assert_eq!(minus, run(&World::build(&raw, Quirks::flee(), Vec::new()).unwrap(), Seed::new(1)));
}

#[test]
fn ramps_are_followed() {
    assert_eq!(build(&small(11, 100.0)).schedule.arrivals, [0, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
}
