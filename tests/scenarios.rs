//! What scenarios mean: shipped ones load, children inherit, paths, news, hashes and differences are right.

use chrono::NaiveDate;
use darien::registry::NATIONALITIES;
use darien::registry::levers::{levers, position};
use darien::scenario::{SHIPPED, Scenario, schema, schema_text};
use std::path::Path;

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn load(name: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    Scenario::load(name, &sets, None).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn text(text: &str) -> Scenario {
    Scenario::from_text("case", text, &[], None).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

#[test]
fn every_shipped_scenario_loads_cleanly_and_asks_a_question() {
    for (name, text) in SHIPPED {
        let scenario = load(name, &[]);
        assert!(scenario.question().ends_with('?'), "{name}: {}", scenario.question());
        assert_eq!(scenario.warnings(), [], "{name}");
        assert_ne!(scenario.title(), scenario.name());
        assert_eq!(scenario.source(), *text);
        assert!(text.lines().count() < 40 || *name == "history", "{name} is long");
        let parents: Vec<&str> = scenario.parents().iter().map(String::as_str).collect();
        match *name {
            "history" => assert!(parents.is_empty()),
            "status-quo-2025" | "status-quo-2026" => assert_eq!(parents, ["history"]),
            _ if scenario.horizon().from >= d("2026-01-01") => {
                assert_eq!(parents, ["status-quo-2026", "history"]);
            }
            _ => assert_eq!(parents, ["status-quo-2025", "history"]),
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.trim_end_matches(".toml");
        assert!(stem == "policies" || SHIPPED.iter().any(|(n, _)| *n == stem), "{name} is not shipped");
    }
}

#[test]
fn history_names_every_event() {
    let history = SHIPPED.iter().find(|(n, _)| *n == "history").unwrap().1;
    let last = load("history", &[]).horizon().until;
    for event in darien::data::events().iter().filter(|event| event.from <= last) {
        assert!(history.contains(&event.id), "{} is not in history", event.id);
    }
}

/// What-ifs of the end of 2024 hold nothing that was known later, and those of January 2026 hold it all.
#[test]
fn a_status_quo_knows_what_its_date_knows() {
    let (history, quo) = (load("history", &[]), load("status-quo-2025", &[]));
    let (eve, later) = (d("2024-12-31"), d("2025-12-31"));
    assert_eq!(history.first_difference(&quo), Some(d("2025-01-01")));
    for lever in levers() {
        let (then, held) = (history.lever_path(&lever.key), quo.lever_path(&lever.key));
        assert_eq!(held.at(lever, later), then.at(lever, eve), "{}", lever.key);
    }
    assert!(quo.announcements().iter().all(|a| a.date <= eve));
    assert!(history.announcements().iter().any(|a| a.id == "us-access-ends"));
    let ends = load("access-ends", &[]);
    assert_eq!(ends.number("access.us.VEN", d("2025-01-19")), quo.number("access.us.VEN", eve));
    assert_eq!(ends.number("access.us.VEN", d("2025-01-20")), 0.02);
    let news = |s: &Scenario| s.announcements().iter().map(|a| a.id.clone()).collect::<Vec<_>>();
    let of_ends: Vec<String> = news(&ends).into_iter().filter(|id| id != "access-ends").collect();
    assert_eq!(of_ends, news(&quo));
    let quo = load("status-quo-2026", &[]);
    for lever in levers() {
        let (then, held) = (history.lever_path(&lever.key), quo.lever_path(&lever.key));
        assert_eq!(held.at(lever, d("2026-12-31")), then.at(lever, later), "{}", lever.key);
    }
    assert_eq!(news(&quo), news(&history));
    assert_eq!(quo.number("access.us.VEN", d("2026-06-30")), 0.02);
}

#[test]
fn knowledge_can_only_shrink() {
    let known =
        |date: &str| text(&format!("# Why?\nextends = \"history\"\n[horizon]\nknown_until = {date}\n"));
    let early = known("2022-10-12");
    assert_eq!(early.number("access.us.VEN", d("2024-12-31")), 0.25);
    assert_eq!(early.known_until(), Some(d("2022-10-12")));
    assert!(early.announcements().iter().all(|a| a.date <= d("2022-10-12")));
    assert_ne!(early.hash(), known("2022-10-11").hash());
    // The backtest's knowledge of a scenario that knows less already.
    assert_eq!(early.known_at(d("2023-06-01"), d("2023-12-31")).known_until(), Some(d("2022-10-12")));
    // What is set after it is kept.
    let set = text(
        "# Why?\nextends = \"history\"\n[horizon]\nknown_until = 2022-10-12\n[levers]\n\"access.us.VEN\" = { 2023-02-01 = 0.5 }\n",
    );
    assert_eq!(set.number("access.us.VEN", d("2023-02-01")), 0.5);
}

#[test]
fn history_holds_the_known_dates() {
    let h = load("history", &[]);
    assert_eq!(h.number("access.us.VEN", d("2022-10-11")), 0.90);
    assert_eq!(h.number("access.us.VEN", d("2022-10-12")), 0.25);
    assert_eq!(h.number("capacity.gulf_boats", d("2024-02-29")), 0.0);
    assert_eq!(h.number("capacity.gulf_boats", d("2024-03-01")), 4000.0);
    assert_eq!(h.state("visa.ECU.CHN", d("2024-06-30")), "open");
    assert_eq!(h.state("visa.ECU.CHN", d("2024-07-01")), "closed");
    assert_eq!(h.accepts("us", d("2023-12-01")), ["HTI", "VEN"]);
    assert_eq!(h.accepts("panama", d("2024-12-01")), ["CHN", "COL", "ECU", "IND", "VNM"]);
    assert!(h.accepts("mexico", d("2024-12-01")).is_empty());
    assert_eq!(
        h.changes("flights.panama.per_week"),
        ["2024-08-20", "2025-01-01", "2025-02-01", "2025-05-08", "2025-07-01", "2025-10-31"].map(d)
    );
    let last = h.announcements().last().unwrap();
    assert_eq!((last.id.as_str(), last.nationalities.len()), ("us-access-ends", NATIONALITIES.len()));
    assert!(h.announcements().windows(2).all(|w| w[0].date <= w[1].date));
    let lost = h.announcements().iter().find(|a| a.id == "venezuela-vote-lost").unwrap();
    assert!((lost.shock_on(d("2024-09-27")) - (-1.0_f64).exp()).abs() < 1e-12);
    assert_eq!(lost.shock_on(d("2024-07-28")), 0.0);
}

#[test]
fn a_childs_number_holds_from_its_horizon_on() {
    let child = load("flights-doubled", &[]);
    let base = load("status-quo-2025", &[]);
    assert_eq!(child.number("flights.panama.per_week", d("2024-12-31")), 2.0);
    assert_eq!(child.number("flights.panama.per_week", d("2025-01-01")), 4.0);
    assert_eq!(child.first_difference(&base), Some(d("2025-01-01")));
    assert_eq!(base.first_difference(&base.clone()), None);
    assert_eq!(child.start(), d("2021-01-01"));
    assert_eq!(child.horizon().days(), 365);
    assert_eq!(child.simulated().days(), 1461 + 365);
}

#[test]
fn steps_hold_and_ramps_move_from_what_was_there() {
    let s = text(
        "extends = \"status-quo-2025\"\n[levers]\n\
         \"enforcement.darien\" = { \"2025-03-01\" = 0.6, 2025-09-01 = 0.8 }\n\
         \"flights.panama.per_week\" = { to = 4.0, from = 2025-02-01, ramp_days = 40 }\n\
         \"enforcement.costa_rica\" = [ { to = 1, from = 2025-01-11, ramp_days = 10 }, { to = 0, from = 2025-02-01 } ]\n\
         flights.us.accepts = { 2025-06-01 = [\"ALL\"] }\n",
    );
    let darien = |date: &str| s.number("enforcement.darien", d(date));
    assert_eq!(
        [darien("2025-02-28"), darien("2025-03-01"), darien("2025-08-31"), darien("2026-01-01")],
        [0.5, 0.6, 0.6, 0.8]
    );
    let flights = |date: &str| s.number("flights.panama.per_week", d(date));
    assert_eq!(
        [flights("2025-02-01"), flights("2025-02-21"), flights("2025-03-13"), flights("2025-12-31")],
        [2.0, 3.0, 4.0, 4.0]
    );
    let rica = s.daily("enforcement.costa_rica", s.horizon());
    assert_eq!((rica[9], rica[15], rica[20], rica[30], rica[31]), (0.0, 0.5, 1.0, 1.0, 0.0));
    assert_eq!(s.changes("enforcement.costa_rica").len(), 11);
    assert_eq!(s.accepts("us", d("2025-06-01")).len(), NATIONALITIES.len());
}

#[test]
fn settings_come_last_and_are_dated_at_will() {
    let s = load(
        "flights-doubled",
        &[
            "crisis.VEN=0.9",
            "flights.panama.per_week=6@2025-03-01",
            "trail.acandi=closed",
            "flights.us.accepts=[\"VEN\"]",
            "depart.flight_deterrence=-4",
            "enforcement.darien=0.6@2025-01-01",
            "enforcement.darien=0.7@2025-05-01",
            "crisis.HTI={to=0.9, from=\"2025-02-01\", ramp_days=10}",
        ],
    );
    assert_eq!(s.number("crisis.VEN", d("2025-01-01")), 0.9);
    assert_ne!(s.number("crisis.VEN", d("2024-12-31")), 0.9);
    assert_eq!(s.number("flights.panama.per_week", d("2025-02-28")), 4.0);
    assert_eq!(s.number("flights.panama.per_week", d("2025-03-01")), 6.0);
    assert_eq!(s.number("enforcement.darien", d("2025-04-30")), 0.6);
    assert_eq!(s.number("enforcement.darien", d("2025-05-01")), 0.7);
    assert_eq!(s.state("trail.acandi", d("2025-01-01")), "closed");
    assert_eq!(s.accepts("us", d("2025-01-01")), ["VEN"]);
    assert_eq!(s.assumptions()["depart.flight_deterrence"], -4.0);
    let on_history = load("history", &["crisis.VEN=0.9"]);
    assert_eq!(on_history.number("crisis.VEN", d("2021-01-01")), 0.9);
    let longer = Scenario::load("history", &[], Some(d("2025-06-30"))).unwrap();
    assert_eq!(longer.horizon().until, d("2025-06-30"));
    assert!(
        Scenario::load(
            "history",
            &["flights.us.per_week=80".into(), "allow_beyond_evidence=true".into()],
            None
        )
        .is_ok()
    );
}

#[test]
fn the_hash_is_of_the_meaning_not_of_the_layout() {
    let a =
        text("extends = \"history\"\ntitle = \"a\"\n[levers]\n\"crisis.VEN\" = 0.5\n\"crisis.HTI\" = 0.25\n");
    let b = text("# Why?\n[levers.crisis]\nHTI = 25e-2\nVEN = { 2021-01-01 = 0.50, 2021-06-01 = 0.5 }\n");
    assert_eq!(a.hash(), b.hash());
    assert_eq!(a.first_difference(&b), None);
    assert_eq!(a.hash().len(), 64);
    let c = text("[levers]\n\"crisis.VEN\" = 0.5\n\"crisis.HTI\" = 0.26\n");
    assert_ne!(a.hash(), c.hash());
    assert_eq!(a.first_difference(&c), Some(d("2021-01-01")));
    // A default that is written out means the same.
    let plain = load("history", &[]);
    assert_eq!(plain.hash(), load("history", &["flights.mexico.seats=130"]).hash());
    // A copy of the shipped file, read from disk, is the same scenario.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/history.toml");
    assert_eq!(plain.hash(), load(path.to_str().unwrap(), &[]).hash());
    let hashes: std::collections::BTreeSet<String> =
        SHIPPED.iter().map(|(n, _)| load(n, &[]).hash()).collect();
    assert_eq!(hashes.len(), SHIPPED.len());
}

#[test]
fn news_adds_replaces_and_is_called_off() {
    let base = load("status-quo-2025", &[]);
    let s = text(
        "extends = \"status-quo-2025\"\ncancel_announcements = [\"del-rio\"]\n\
         [[announcement]]\nid = \"us-election-2024\"\ndate = 2024-11-05\nnationalities = [\"VEN\"]\nbelief = 0.5\n\
         [[announcement]]\nid = \"new\"\ndate = 2025-05-01\nwait_until = 2025-06-01\nnationalities = [\"ALL\"]\n",
    );
    assert_eq!(s.announcements().len(), base.announcements().len());
    assert!(s.announcements().iter().all(|a| a.id != "del-rio"));
    let election = s.announcements().iter().find(|a| a.id == "us-election-2024").unwrap();
    assert!(election.concerns("VEN") && !election.concerns("COL") && election.belief == Some(0.5));
    assert_eq!(s.first_difference(&base), Some(d("2021-09-18")));
    let new = s.announcements().last().unwrap();
    assert!(new.waiting(d("2025-05-31")) && !new.waiting(d("2025-06-01")) && !new.waiting(d("2025-04-30")));
    assert_eq!((new.credibility, new.wait, new.shock_days), (1.0, 1.0, 60.0));
}

#[test]
fn cooperation_sets_its_bundle_until_it_ends_and_yields_to_explicit_levers() {
    let s = text(
        "extends = \"status-quo-2025\"\n[levers]\n\
         cooperation = { 2025-03-01 = \"region-wide\", 2025-06-01 = \"panama-us\", 2025-09-01 = \"none\" }\n\
         \"enforcement.darien\" = 0.9\n",
    );
    let at = |key: &str, date: &str| s.number(key, d(date));
    assert_eq!(at("flights.panama.per_week", "2025-02-28"), 2.0);
    assert_eq!(at("flights.panama.per_week", "2025-03-01"), 4.0);
    assert_eq!(at("capacity.gulf_boats", "2025-05-31"), 1000.0);
    assert_eq!(at("capacity.gulf_boats", "2025-06-01"), 4000.0);
    assert_eq!(at("flights.panama.per_week", "2025-08-31"), 4.0);
    assert_eq!(at("flights.panama.per_week", "2025-09-01"), 2.0);
    assert_eq!(at("enforcement.darien", "2025-07-01"), 0.9);
    let ended = load("regional-cooperation", &["cooperation=none"]);
    assert_eq!(ended.first_difference(&load("status-quo-2025", &[])), None);
    let kept = load("regional-cooperation", &["crisis.VEN=0.9"]);
    assert_eq!(kept.number("enforcement.mexico", d("2025-12-31")), 0.8);
    assert_eq!(kept.number("enforcement.costa_rica", d("2025-12-31")), 0.3);
}

#[test]
fn oversights_are_warned_of() {
    let warned = |t: &str, part: &str| {
        let s = text(t);
        assert!(s.warnings().iter().any(|w| w.to_string().contains(part)), "{part}: {:#?}", s.warnings());
        assert!(s.warnings().iter().all(|w| w.line > 0));
    };
    warned(
        "extends = \"status-quo-2025\"\n[levers]\n\"flights.mexico.accepts\" = [\"VEN\"]\n",
        "`per_week` is 0",
    );
    warned(
        "extends = \"status-quo-2025\"\n[levers]\n\"flights.mexico.per_week\" = 2\n",
        "`accepts` is empty",
    );
    warned(
        "extends = \"status-quo-2025\"\n[levers]\n\"crisis.VEN\" = { 2026-03-01 = 0.5 }\n",
        "after the horizon's end",
    );
    warned(
        "extends = \"status-quo-2025\"\n[[announcement]]\nid = \"x\"\ndate = 2025-02-01\nnationalities = [\"ALL\"]\n",
        "has no effect",
    );
}

#[test]
fn resolved_lists_every_lever_with_unit_and_dates() {
    let all = load("flights-doubled", &[]).resolved();
    assert_eq!(all["levers"].as_object().unwrap().len(), levers().len());
    let flights = &all["levers"]["flights.panama.per_week"];
    assert_eq!(flights["unit"], "flights/week");
    assert_eq!(flights["values"][2], serde_json::json!({ "from": "2025-01-01", "value": 4.0 }));
    assert_eq!(all["horizon"]["from"], "2025-01-01");
    assert_eq!(all["extends"], serde_json::json!(["status-quo-2025", "history"]));
}

#[test]
fn the_committed_schema_is_current_and_knows_every_lever() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, schema_text()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == schema_text(),
        "docs/scenario.schema.json is stale: run this test with UPDATE_SCHEMA=1"
    );
    let known = &schema()["properties"]["levers"]["properties"];
    assert!(known.as_object().unwrap().keys().all(|k| position(k).is_some()));
}

#[test]
fn explain_answers_in_two_languages_or_names_the_nearest() {
    use darien::cli::{explain::text, lang::Lang};
    let day = [("levers", "Levers are read.", "Se leen las palancas.")];
    for key in [
        "crisis.VEN",
        "crisis",
        "depart.rate",
        "entries",
        "gulf_boats",
        "VEN",
        "day",
        "levers",
        "parameters",
        "outcomes",
        "scenarios",
        "nationalities",
        "cooperation",
        "history",
    ] {
        let english = text(Some(key), Lang::En, &day).unwrap();
        let spanish = text(Some(key), Lang::Es, &day).unwrap();
        assert!(
            !english.is_empty() && (english != spanish || matches!(key, "history" | "scenarios")),
            "{key}"
        );
    }
    assert!(
        text(None, Lang::Es, &day).unwrap().contains("Palancas")
            || text(None, Lang::Es, &day).unwrap().contains("palancas")
    );
    let unknown = text(Some("crisis.VEM"), Lang::En, &day).unwrap_err();
    assert!(
        unknown.to_string().contains("did you mean `crisis.VEN`") && unknown.exit_code() == 2,
        "{unknown}"
    );
}

#[test]
fn check_shows_all_problems_of_all_files() {
    use darien::cli::check::{CheckArgs, run};
    let bad = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let file = |name: &str| bad.join(name).to_str().unwrap().to_owned();
    let files = vec![file("out-of-range.toml"), "history".into(), file("many-at-once.toml")];
    let mut out = Vec::new();
    let error = run(&CheckArgs { files: files.clone(), json: false }, &mut out).unwrap_err();
    assert_eq!((error.exit_code(), error.to_string().lines().count()), (3, 5));
    assert!(String::from_utf8(out).unwrap().starts_with("history: sound"));
    let mut out = Vec::new();
    run(&CheckArgs { files, json: true }, &mut out).unwrap_err();
    let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(json["files"][2]["problems"].as_array().unwrap().len(), 4);
    assert_eq!(json["files"][1]["valid"], true);
}

#[test]
fn a_shipped_scenario_means_the_same_as_a_file_of_its_own() {
    for (name, _) in Scenario::shipped() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        assert_eq!(load(path.to_str().unwrap(), &[]).hash(), load(name, &[]).hash(), "{name}");
    }
}

#[test]
fn the_command_line_takes_bare_words_and_both_spellings_of_an_assumption() {
    let date = d("2025-06-01");
    for words in ["COL,VEN", "[COL,VEN]", "[\"COL\",\"VEN\"]", "[ VEN, COL ]"] {
        let s = load("status-quo-2025", &[&format!("flights.panama.accepts={words}")]);
        assert_eq!(s.accepts("panama", date), ["COL", "VEN"], "{words}");
    }
    assert_eq!(load("status-quo-2025", &["flights.panama.accepts=ALL"]).accepts("panama", date).len(), 14);
    assert!(load("status-quo-2025", &["flights.panama.accepts=[]"]).accepts("panama", date).is_empty());
    let short = load("history", &["depart.rate=0.1"]);
    assert_eq!(short.assumptions()["depart.rate"], 0.1);
    assert_eq!(short.hash(), load("history", &["assumptions.depart.rate=0.1"]).hash());
    assert_eq!(
        load("history", &["levers.crisis.VEN=0.1"]).hash(),
        load("history", &["crisis.VEN=0.1"]).hash()
    );
}

#[test]
fn rewriting_history_and_changing_nothing_are_warned_of() {
    let s = load("status-quo-2025", &["enforcement.darien=0.5@2024-03-01"]);
    assert!(s.warnings()[0].message.contains("alters history"), "{:?}", s.warnings());
    let s = text("extends = \"status-quo-2025\"\ntitle = \"again\"\n");
    assert!(s.warnings()[0].message.contains("changes nothing"), "{:?}", s.warnings());
}

#[test]
fn titles_are_in_both_languages() {
    use darien::lang::Lang;
    use darien::scenario::policies::Policies;
    for (name, _) in SHIPPED {
        let s = load(name, &[]);
        assert_ne!(s.title_in(Lang::Es), s.title(), "{name} has no title_es");
        assert_ne!(s.question_in(Lang::Es), s.question(), "{name} has no question_es");
        for a in s.announcements() {
            assert_ne!(a.title_in(Lang::Es), a.title, "{name}: {} has no title_es", a.id);
        }
    }
    let p = Policies::load("policies").unwrap();
    assert_ne!(p.title_in(Lang::Es), p.title);
    assert_ne!(p.question_in(Lang::Es), p.question);
    for (id, en, es) in (p.policies.iter().map(|x| (&x.id, &x.title, x.title_in(Lang::Es))))
        .chain(p.futures.iter().map(|x| (&x.id, &x.title, x.title_in(Lang::Es))))
        .chain(p.outcomes.iter().map(|x| (&x.name, &x.name, x.name_in(Lang::Es))))
    {
        assert_ne!(en, es, "{id} has no Spanish");
    }
    let scenario = p.scenario(1, 1, &[], None).unwrap();
    assert_eq!(scenario.title_in(Lang::Es), "Vuelos como estaban; Venezuela empeora");
    // English stands where there is no Spanish, and words change no hash.
    let (a, b) = (text("title = \"A\"\n"), text("title = \"A\"\ntitle_es = \"Á\"\nquestion_es = \"¿Y?\"\n"));
    assert_eq!((a.title_in(Lang::Es), b.title_in(Lang::Es), b.title_in(Lang::En)), ("A", "Á", "A"));
    assert_eq!(a.hash(), b.hash());
    let news =
        "[[announcement]]\nid = \"n\"\ndate = 2024-01-01\nnationalities = [\"ALL\"]\ntitle = \"News\"\n";
    let (a, b) = (text(news), text(&format!("{news}title_es = \"Noticia\"\n")));
    assert_eq!(a.hash(), b.hash());
    assert_eq!(a.first_difference(&b), None);
}

#[test]
fn an_announced_end_of_access_that_does_not_come_is_said() {
    let said = |name: &str| load(name, &[]).assumes();
    let status_quo = said("status-quo-2025");
    assert!(
        matches!(&status_quo[..], [(en, es)] if en.contains("20 Jan 2025") && es.contains("20 ene 2025"))
    );
    assert_eq!(said("flights-doubled"), status_quo);
    for done in ["access-ends", "history", "status-quo-2026"] {
        assert!(said(done).is_empty(), "{done}: {:?}", said(done));
    }
}
