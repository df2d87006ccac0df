//! The charts of every shipped scenario, from one small run of each, in both languages: what is drawn, as data.

use darien::error::Result;
use darien::experiment::{Draws, RunKey, Runner};
use darien::output::chart::canvas::Panel;
use darien::output::chart::names::{PlacedName, apart};
use darien::output::chart::{Chart, Event, Lang, svg};
use darien::output::figures::{self, Ensemble, Setting};
use darien::output::results::{Member, SeriesRuns};
use darien::scenario::{SHIPPED, Scenario};
use darien::table::{Cube, SeriesKey};

/// One run of each scenario.
struct Small {
    members: Vec<Member>,
    cubes: Vec<Cube>,
}

impl Ensemble for Small {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn runs(&self) -> u64 {
        1
    }

    fn series(&self, member: usize, key: &SeriesKey) -> Result<SeriesRuns> {
        let cube = &self.cubes[member];
        Ok(cube
            .series(&key.outcome, &key.place, &key.nationality)
            .map_or_else(Vec::new, |values| vec![values.to_vec()]))
    }
}

fn small() -> Small {
    let load = |(name, _): &(&str, &str)| Scenario::load(name, &[], None).unwrap();
    let scenarios: Vec<Scenario> = SHIPPED.iter().map(load).collect();
    let runner = Runner::new(&scenarios, Draws::shipped().unwrap(), 1, 500).unwrap();
    let members = scenarios
        .iter()
        .map(|s| Member {
            name: s.name().to_owned(),
            title: s.title().to_owned(),
            hash: s.hash(),
            from: s.horizon().first_month(),
            months: s.horizon().months(),
            offset: 0,
            days: (s.horizon().from, s.horizon().until),
            events: s
                .announcements()
                .iter()
                .map(|a| Event { date: a.date, label: a.title.clone() })
                .collect(),
            assumes: Vec::new(),
        })
        .collect();
    Small { members, cubes: runner.run(RunKey::plain(0)) }
}

fn overlaps(a: Panel, b: Panel) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}

/// Whether each name stands nearer to its own dot than to any other, or a line leads from its dot to it.
fn belongs(name: &PlacedName, dots: &[(f64, f64)]) -> bool {
    let own = name.distance(dots[name.dot]);
    let led = name.leader.is_some_and(|(from, to)| {
        let dot = dots[name.dot];
        (from.0 - dot.0).hypot(from.1 - dot.1) < 10.0 && apart(name.field, to) < 1.0
    });
    led || dots.iter().enumerate().all(|(i, dot)| i == name.dot || own < name.distance(*dot))
}

#[test]
fn every_name_on_the_map_belongs_to_its_dot() {
    let small = small();
    for member in 0..small.members.len() {
        for lang in [Lang::En, Lang::Es] {
            let setting = Setting { lang, seed: 1, track_record: String::new(), known_until: Vec::new() };
            let map = figures::map(&small, &setting, member).unwrap();
            for body in [map.body(), svg::inline_body(&map)] {
                let (dots, names) = map.names(body);
                let what = format!("{} {lang:?}", small.members[member].name);
                assert_eq!(dots.len(), names.len(), "{what}: a name is missing");
                assert!(!dots.is_empty(), "{what}");
                for (i, name) in names.iter().enumerate() {
                    assert!(belongs(name, &dots), "{what}: {name:?}");
                    let free = |dot: &(f64, f64)| apart(name.field, *dot) > 6.0;
                    assert!(dots.iter().all(free), "{what}: {} hides a dot", name.name);
                    for other in &names[..i] {
                        assert!(!overlaps(name.field, other.field), "{what}: {} {}", name.name, other.name);
                    }
                    let f = name.field;
                    assert!(
                        f.x0 >= body.x0 && f.y0 >= body.y0 && f.x1 <= body.x1 && f.y1 <= body.y1,
                        "{what}"
                    );
                }
                let drawn = map.svg().unwrap();
                assert!(names.iter().all(|n| drawn.contains(&n.name)), "{what}");
            }
        }
    }
}

#[test]
fn the_plot_of_a_fan_is_a_third_of_its_picture_at_least() {
    let small = small();
    for member in 0..small.members.len() {
        for lang in [Lang::En, Lang::Es] {
            let setting = Setting {
                lang,
                seed: 1,
                track_record: "a line on skill, as long as such lines are".into(),
                known_until: Vec::new(),
            };
            let fan = figures::entries(&small, &setting, member).unwrap();
            let (width, height) = fan.size();
            let plots: f64 = fan.panels(fan.body()).iter().map(|(p, _)| p.width() * p.height()).sum();
            let share = plots / (f64::from(width) * f64::from(height));
            assert!(share > 0.33, "{} {lang:?}: {share:.2}", small.members[member].name);
        }
    }
}
