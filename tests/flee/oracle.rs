//! Recorded route weights and positions on lines, exactly.

use super::common::{link, place, shared, world};
use darien::behaviour::flee::{FleeRules, NO_PATH, ON_LINK, Paths, Quirks, View, World};
use darien::engine::plan::RuleSet;
use darien::random::Seed;
use serde_json::Value;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1.0)
}

fn set(raw: &mut darien::behaviour::flee::raw::RawWorld, rules: &Value) {
    let s = &mut raw.settings;
    for (key, value) in rules.as_object().unwrap() {
        let x = value.as_f64();
        match key.as_str() {
            "awareness_level" => s.awareness_level = value.as_i64().unwrap(),
            "softening" => s.softening = x.unwrap(),
            "weight_softening" => s.weight_softening = x.unwrap(),
            "distance_power" => s.distance_power = x.unwrap(),
            "weight_power" => s.weight_power = x.unwrap(),
            "conflict_weight" => s.conflict_weight = x.unwrap(),
            "camp_weight" => s.camp_weight = x.unwrap(),
            "foreign_weight" => s.foreign_weight = x.unwrap(),
            "capacity_scaling" => s.capacity_scaling = x.unwrap(),
            "capacity_buffer" => s.capacity_buffer = x.unwrap(),
            "start_on_foot" => s.start_on_foot = value.as_bool().unwrap(),
            other => panic!("unknown rule {other}"),
        }
    }
}

#[test]
fn route_weights_are_those_recorded() {
    let Some(dir) = shared() else { return };
    let oracle: Value =
        serde_json::from_slice(&std::fs::read(dir.join("oracle/route_weights.json")).unwrap()).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let list = oracle["locations"].as_array().unwrap();
    let places = list
        .iter()
        .map(|l| {
            let people = l["pop"].as_i64().or(l["capacity"].as_i64()).unwrap_or(0);
            place(&text(&l["name"]), &text(&l["type"]), &text(&l["country"]), people)
        })
        .collect();
    let links = oracle["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| link(&text(&l[0]), &text(&l[1]), l[2].as_f64().unwrap()))
        .collect();
    let base = world(1, places, links);
    for case in oracle["cases"].as_array().unwrap() {
        let mut raw = base.clone();
        set(&mut raw, &case["rules"]);
        for quirks in [Quirks::flee(), Quirks::default()] {
            let mut world = World::build(&raw, quirks, Vec::new()).unwrap();
            for (place, l) in world.places.iter_mut().zip(list) {
                place.initial = l["agents"].as_u64().unwrap_or(0) as u32;
            }
            let rules = FleeRules { world: &world, seed: Seed::new(1) };
            let mut state = rules.start();
            for phase in 0..4 {
                rules.run_phase(phase, 0, &mut state);
            }
            for (fixed, now) in world.places.iter().zip(&state.places) {
                let get = |what: &str| case[what][&fixed.name].as_f64().unwrap();
                assert!(close(now.score, get("scores")), "score of {}", fixed.name);
                assert!(close(now.chance, get("movechance")), "move chance of {}", fixed.name);
                assert!(close(now.multiplier, get("cap_multiplier")), "multiplier of {}", fixed.name);
            }
            let weights = state.weights(&world, 0, None, View::Plain);
            let sum: f64 = weights.iter().flatten().sum();
            let mut ours: Vec<(Vec<String>, f64)> = world
                .paths
                .of(0)
                .zip(&weights)
                .map(|(path, w)| {
                    let ends = world.paths.links(path).iter().map(|l| world.links[*l as usize].to as usize);
                    (
                        std::iter::once(0).chain(ends).map(|i| world.places[i].name.clone()).collect(),
                        w.unwrap(),
                    )
                })
                .collect();
            ours.sort_by(|a, b| a.0.cmp(&b.0));
            let routes = case["routes"].as_array().unwrap();
            assert_eq!(ours.len(), routes.len());
            for ((path, weight), recorded) in ours.iter().zip(routes) {
                let names: Vec<String> = recorded["path"].as_array().unwrap().iter().map(&text).collect();
                assert_eq!(*path, names);
                assert!(close(*weight, recorded["weight"].as_f64().unwrap()), "{path:?}");
                assert!(close(weight / sum, recorded["probability"].as_f64().unwrap()), "{path:?}");
            }
        }
    }
}

#[test]
fn travel_is_that_recorded() {
    let Some(dir) = shared() else { return };
    let oracle: Value =
        serde_json::from_slice(&std::fs::read(dir.join("oracle/travel.json")).unwrap()).unwrap();
    for case in oracle["cases"].as_array().unwrap() {
        let km: Vec<f64> =
            case["distances"].as_array().unwrap().iter().map(|d| d.as_f64().unwrap()).collect();
        let trace = case["trace"].as_array().unwrap();
        let name = |i: usize| format!("L{i}");
        let places = (0..=km.len()).map(|i| place(&name(i), "town", "X", 0)).collect();
        let links = km.iter().enumerate().map(|(i, d)| link(&name(i), &name(i + 1), *d)).collect();
        let mut raw = world(trace.len(), places, links);
        raw.settings.max_move_speed = case["speed"].as_f64().unwrap();
        raw.settings.default_movechance = 1.0;
        set(&mut raw, &case["rules"]);
        let mut world = World::build(&raw, Quirks::default(), Vec::new()).unwrap();
        // One way only.
        world.links.retain(|l| l.from < l.to);
        world.out = (0..=km.len() as u32)
            .map(|i| if (i as usize) < km.len() { vec![i] } else { Vec::new() })
            .collect();
        world.paths = Paths::list(&world.places, &world.links, &world.out, 1).unwrap();
        world.places[0].initial = 1;
        let rules = FleeRules { world: &world, seed: Seed::new(1) };
        let mut state = rules.start();
        for (day, want) in trace.iter().enumerate() {
            for phase in 0..rules.phases().len() {
                rules.run_phase(phase, day, &mut state);
            }
            let agent = &state.agents[0];
            let at = if agent.at & ON_LINK == 0 {
                world.places[agent.at as usize].name.clone()
            } else {
                let l = &world.links[(agent.at & !ON_LINK) as usize];
                format!("L:{}:{}", world.places[l.from as usize].name, world.places[l.to as usize].name)
            };
            assert_eq!(at, want["at"].as_str().unwrap(), "{km:?} on day {day}");
            assert!(
                close(agent.km, want["km_on_link"].as_f64().unwrap()),
                "{km:?} on day {day}: km {}",
                agent.km
            );
            assert!(
                close(agent.recent, want["recent"].as_f64().unwrap()),
                "{km:?} on day {day}: recent {}",
                agent.recent
            );
            assert_eq!(agent.path, NO_PATH);
        }
    }
}
