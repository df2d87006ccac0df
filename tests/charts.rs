//! Charts as documents: the same bytes twice, well-formed whatever the words, readable by machines.

use darien::output::chart::{
    Band, Better, Chart, CorridorMap, Country, Event, Fan, Flow, Frame, History, Kind, Lang, Place,
    Provenance, Runs, Scatter, SmallFan, SmallMultiples, Spot, Statistic, png, svg,
};
use darien::output::figures;
use darien::table::Values;
use darien::units::Month;
use proptest::prelude::*;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn fan(title: &str, lang: Lang, values: &[f64]) -> Fan {
    let n = values.len();
    let scaled = |f: f64| values.iter().map(|v| v * f).collect::<Vec<_>>();
    Fan {
        frame: Frame::new(
            title,
            "persons a month",
            Provenance {
                scenario: "history".into(),
                hash: "0123456789abcdef".into(),
                seed: 7,
                runs: 100,
                version: "0.1.0".into(),
                vintage: "2025-08-01".into(),
                source: "Migración Panamá".into(),
            },
            lang,
        ),
        history: History { from: month("2024-01"), values: vec![36_001.0, 37_166.0, f64::NAN, 29_259.0] },
        runs: Runs {
            from: month("2024-05"),
            middle: scaled(1.0),
            statistic: Statistic::Median,
            bands: vec![
                Band { level: 0.95, low: scaled(0.4), high: scaled(2.0) },
                Band { level: 0.5, low: scaled(0.8), high: scaled(1.2) },
            ],
            samples: vec![scaled(0.9); usize::from(n > 0)],
        },
        known_until: "2024-04-30".parse().ok(),
        events: vec![Event { date: "2024-03-01".parse().unwrap(), label: format!("after {title}") }],
        axis: Kind::Linear,
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let chart = fan("A finding", Lang::En, &[30_000.0, 20_000.0, 10_000.0]);
    assert_eq!(chart.svg().unwrap(), chart.svg().unwrap());
    assert_eq!(chart.png().unwrap(), chart.png().unwrap());
}

#[test]
fn a_chart_says_who_it_is() {
    let chart = fan("A finding", Lang::Es, &[30_000.0, 20_000.0]);
    let svg = chart.svg().unwrap();
    for wanted in [
        "role=\"img\"",
        "xml:lang=\"es\"",
        ">A finding</title>",
        ">A finding. persons a month</desc>",
        "scenario-hash=\"0123456789abcdef\"",
        "tool-version=\"0.1.0\"",
        "seed=\"7\"",
        "data-vintage=\"2025-08-01\"",
        "conocido hasta",
        "De 100 corridas",
    ] {
        assert!(svg.contains(wanted), "{wanted}");
    }
    let png = chart.png().unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let has = |text: &[u8]| png.windows(text.len()).any(|w| w == text);
    assert!(has(b"iTXtTitle\0") && has(b"0123456789abcdef"));
}

#[test]
fn a_picture_says_what_its_font_lacks_and_the_document_has_it() {
    let chart = fan("关闭达连", Lang::En, &[1.0, 2.0]);
    let svg = chart.svg().unwrap();
    assert!(svg.contains(">\n关闭达连\n<") && !svg.contains("font of this picture"), "{svg}");
    let legible = svg::legible(&chart).unwrap();
    // The scenario's name stands for a title that cannot be written.
    assert!(legible.contains(">\nhistory\n<") && legible.contains("□: a letter"), "{legible}");
    assert!(legible.contains("after □□□□"), "{legible}");
    assert_ne!(chart.png().unwrap(), png::from_svg(&svg, chart.frame()).unwrap());
    let plain = fan("Darién", Lang::Es, &[1.0, 2.0]);
    assert_eq!(plain.png().unwrap(), png::from_svg(&plain.svg().unwrap(), plain.frame()).unwrap());
}

#[test]
fn hostile_words_stay_words() {
    let title = "</title><script>alert(1)</script> \u{0} \u{202e}evil & \"quoted\" 'x' ]]>";
    let svg = fan(title, Lang::En, &[1.0, 2.0]).svg().unwrap();
    assert!(!svg.contains("<script") && !svg.contains('\0') && !svg.contains('\u{202e}'));
    png::parse(&svg).unwrap();
}

#[test]
fn three_files_are_saved_and_the_csv_is_what_is_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let chart = fan("=cmd()", Lang::En, &[30_000.0, 20_000.0]);
    let names: Vec<_> = chart.save(dir.path(), "fan").unwrap().into_iter().map(|w| w.name).collect();
    assert_eq!(names, ["fan.svg", "fan.png", "fan.csv"]);
    let csv = std::fs::read_to_string(dir.path().join("fan.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("month,recorded,median,low_50,high_50,low_95,high_95,run_1,events"));
    assert_eq!(lines.next(), Some("2024-01,36001,,,,,,,"));
    assert_eq!(lines.nth(1), Some("2024-03,,,,,,,,2024-03-01 after =cmd()"));
    assert_eq!(lines.nth(1), Some("2024-05,,30000,24000,36000,12000,60000,27000,"));
}

#[test]
fn parts_that_do_not_fit_are_an_error_not_a_panic() {
    let mut chart = fan("x", Lang::En, &[1.0, 2.0]);
    chart.runs.bands[0].low.pop();
    assert!(chart.svg().unwrap_err().to_string().contains("differ in length"));
    let empty = Fan {
        history: History::none(month("2024-01")),
        runs: Runs::none(month("2024-01")),
        ..fan("x", Lang::En, &[])
    };
    assert!(empty.svg().unwrap().contains("no data"));
    assert_eq!(empty.table().rows(), 0);
}

#[test]
fn a_map_keeps_small_counts_to_itself() {
    let place = |id: &str, lon: f64| Place { id: id.into(), name: id.to_uppercase(), at: (lon, 8.0) };
    let flow =
        |from: &str, to: &str, persons: f64| Flow { from: from.into(), to: to.into(), persons, south: false };
    let map = CorridorMap {
        frame: Frame::default(),
        window: (-83.0, 5.0, -75.0, 12.0),
        countries: vec![Country {
            iso3: "PAN".into(),
            label: None,
            rings: vec![vec![(-82.0, 7.0), (-78.0, 7.0), (-78.0, 9.0)], vec![], vec![(0.0, 0.0)]],
        }],
        places: vec![place("a", -82.0), place("b", -79.0), place("c", -76.0)],
        flows: std::iter::once(flow("a", "b", 7.0))
            .chain((0..15).map(|i| flow("b", "c", 100.0 + f64::from(i))))
            .chain([flow("b", "nowhere", 1e6), flow("a", "a", 500.0), flow("a", "c", f64::NAN)])
            .collect(),
        suppress_below: 10.0,
    };
    let svg = map.svg().unwrap();
    assert!(svg.contains("fewer than 10 persons"));
    let table = map.table();
    assert_eq!(table.rows(), 13); // twelve and the others
    let Some(Values::Float(persons)) = table.column("persons").map(|c| &c.values) else { panic!() };
    assert!(persons.iter().all(|p| *p >= 10.0));
}

#[test]
fn small_multiples_list_every_panel() {
    let one = fan("x", Lang::En, &[30_000.0, 20_000.0]);
    let panel =
        |name: &str| SmallFan { name: name.into(), history: one.history.clone(), runs: one.runs.clone() };
    let chart = SmallMultiples {
        frame: one.frame.clone(),
        panels: vec![panel("A"), panel("B"), SmallFan { runs: Runs::none(month("2024-01")), ..panel("C") }],
        known_until: one.known_until,
        same_scale: true,
        axis: Kind::Linear,
    };
    png::parse(&chart.svg().unwrap()).unwrap();
    assert_eq!(chart.table().rows(), 6 + 6 + 4);
    assert!(chart.table().column("run_1").is_none(), "single runs are not drawn in small panels");
}

/// Some hundred options on a plane, most of them close together.
fn crowded(options: usize) -> Scatter {
    let spot = |i: usize| {
        let (x, y) = (((i * 37) % 101) as f64, ((i * 61) % 89) as f64);
        let (x, y) = if i.is_multiple_of(3) { (x, y) } else { (40.0 + x / 20.0, 40.0 + y / 20.0) };
        Spot {
            name: format!("Policy number {i}"),
            x: (x, x - 2.0, x + 2.0),
            y: (y, y - 2.0, y + 2.0),
            baseline: false,
        }
    };
    Scatter {
        frame: Frame::default(),
        x_name: "entries, thousand persons".into(),
        y_name: "harm, persons".into(),
        better: (Better::Lower, Better::Lower),
        spots: (0..options).map(spot).collect(),
        level: 0.95,
    }
}

#[test]
fn names_on_a_plane_belong_to_their_dots_and_those_without_room_are_counted() {
    for (options, lang) in [(9, Lang::En), (60, Lang::Es)] {
        let mut chart = crowded(options);
        chart.frame.lang = lang;
        let (dots, names) = chart.names(chart.body());
        assert_eq!(dots.len(), options);
        assert!(names.len() >= options.min(12), "{} of {options}", names.len());
        for (i, name) in names.iter().enumerate() {
            let own = name.distance(dots[name.dot]);
            let nearest = (0..dots.len()).filter(|d| *d != name.dot).all(|d| own < name.distance(dots[d]));
            assert!(name.leader.is_some() || nearest, "{name:?}");
            for other in &names[..i] {
                let (a, b) = (name.field, other.field);
                assert!(a.x0 >= b.x1 || b.x0 >= a.x1 || a.y0 >= b.y1 || b.y0 >= a.y1, "{name:?} {other:?}");
            }
        }
        let svg = chart.svg().unwrap();
        let left = options - names.len();
        assert_eq!(svg.contains(&format!("{left} nombres no caben")), left > 0);
        // What is best is named before what is not.
        let named = |i: &usize| names.iter().any(|n| n.dot == *i);
        assert!(chart.front().iter().all(named));
    }
}

#[test]
fn small_months_have_a_panel_of_their_own() {
    let mut chart = fan("A finding", Lang::En, &[30.0, 20.0, 10.0]);
    let panels = chart.panels(chart.body());
    assert_eq!(panels.len(), 2);
    let height = |value: f64, panel: usize| {
        let (room, scale) = &panels[panel];
        (room.y1 - scale.map(value)) / room.height()
    };
    // Twenty persons are nothing on the first panel and much on the second, under the same months.
    assert!(height(20.0, 0) < 0.01 && height(20.0, 1) > 0.25);
    assert_eq!((panels[0].0.x0, panels[0].0.x1), (panels[1].0.x0, panels[1].0.x1));
    assert!(panels[0].0.y1 < panels[1].0.y0);
    let svg = chart.svg().unwrap();
    assert!(svg.contains("Linear scale") && svg.contains("logarithmic scale of 1 + persons"));
    chart.runs.middle = vec![9_000.0; 3];
    assert_eq!(chart.panels(chart.body()).len(), 1);
    assert!(!chart.svg().unwrap().contains("logarithmic"));
}

#[test]
fn twenty_runs_do_not_make_an_interval_of_95_per_cent() {
    let rows = |n: usize| (0..n).map(|r| vec![r as f64, 2.0 * r as f64]).collect::<Vec<_>>();
    let levels = |n: usize| -> Vec<f64> {
        let runs = figures::runs_of(month("2025-01"), &rows(n), Statistic::Median);
        runs.bands.iter().map(|b| b.level).collect()
    };
    assert_eq!(levels(200), [0.5, 0.8, 0.95]);
    assert_eq!(levels(41), [0.5, 0.8, 0.95]);
    assert_eq!(levels(20), [0.5, 0.8, 1.0]);
    assert_eq!(levels(3), [1.0]);
    assert!(levels(1).is_empty());
    let all = figures::runs_of(month("2025-01"), &rows(20), Statistic::Mean);
    assert_eq!((all.bands[2].low[1], all.bands[2].high[1], all.middle[1]), (0.0, 38.0, 19.0));
    let mut chart = fan("A finding", Lang::En, &[1.0, 2.0]);
    chart.frame.provenance.runs = 20;
    chart.runs = all;
    let svg = chart.svg().unwrap();
    assert!(svg.contains("all 20 runs") && svg.contains("mean") && !svg.contains(">\n95\n<"), "{svg}");
}

#[test]
fn a_part_month_is_not_drawn() {
    let whole = (month("2025-02"), month("2025-03"));
    let (from, rows) = figures::whole_months(month("2025-01"), &vec![vec![1.0, 2.0, 3.0, 4.0]], whole);
    assert_eq!((from, rows), (month("2025-02"), vec![vec![2.0, 3.0]]));
    let none = (month("2025-02"), month("2025-01"));
    assert_eq!(figures::whole_months(month("2025-01"), &vec![vec![1.0]], none).1, vec![Vec::<f64>::new()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_words_and_values_give_a_document(
        title in any::<String>(),
        values in prop::collection::vec(any::<f64>(), 0..80),
        log in any::<bool>(),
    ) {
        let mut chart = fan(&title, Lang::En, &values);
        chart.axis = if log { Kind::Log } else { Kind::Linear };
        prop_assert!(png::parse(&chart.svg().unwrap()).is_ok());
    }
}
