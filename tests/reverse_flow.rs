//! Who has no hope of entry turns south: relations on paired runs of a year in which access ends and of one in which it stays.
//!
//! What Panama recorded of 2025 stands behind the ranges (724; 1,910; 2,804; 3,013; 2,500; 2,249 southbound entries from
//! January to June, 22,833 in the year, 98 % of them Venezuelans; 498 in November and December 2024: S085, S086, S088). It
//! was known when the hazard was chosen, and no test asks for more than its order and shape.

use darien::experiment::{Draws, RunKey, Runner};
use darien::scenario::Scenario;
use darien::table::Cube;
use rayon::prelude::*;

const RUNS: u64 = 4;

/// Monthly southbound entries into Panama from January 2025 on, mean over the runs.
fn monthly(cubes: &[Cube], nationality: &str) -> Vec<f64> {
    let rows: Vec<&[f64]> =
        cubes.iter().map(|c| c.series("reverse_flow", "panama", nationality).unwrap()).collect();
    (0..rows[0].len()).map(|m| rows.iter().map(|r| r[m]).sum::<f64>() / rows.len() as f64).collect()
}

/// The year in which access ends.
fn ends(sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    Scenario::load("access-ends", &sets, "2025-12-31".parse().ok()).unwrap()
}

/// The same year as things stood in October 2024, before anybody had announced that access ends.
fn stays(sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let text = "extends = \"history\"\ntitle = \"Access stays\"\n\
        [horizon]\nfrom = 2025-01-01\nuntil = 2025-12-31\nknown_until = 2024-10-31\n";
    Scenario::from_text("access-stays", text, &sets, None).unwrap()
}

fn runs(scenario: Scenario) -> Vec<Cube> {
    let runner = Runner::new(&[scenario], Draws::shipped().unwrap(), 3, 100).unwrap();
    (0..RUNS).into_par_iter().map(|r| runner.run(RunKey::plain(r)).remove(0)).collect()
}

/// The hazard at its default, whatever the posterior says of it.
const HAZARD: [&str; 3] = ["border.turn_south=0.035", "border.hope=0.4", "border.turn_power=1.6"];

fn sum(months: &[f64]) -> f64 {
    months.iter().sum()
}

#[test]
fn who_has_no_hope_of_entry_turns_south() {
    let ended = runs(ends(&HAZARD));
    let stays = runs(stays(&HAZARD));
    let (all, some) = (monthly(&ended, "ALL"), monthly(&stays, "ALL"));
    println!("{all:.0?}\n{some:.0?}");
    assert!(sum(&all[2..6]) > 1.5 * sum(&some[2..6]), "{all:?} turn south without hope, {some:?} with some");
    assert!((5_000.0..60_000.0).contains(&sum(&all)), "{all:?}");
    assert!(all[0] < sum(&all) / 6.0, "hope is not lost in January alone: {all:?}");
    assert!(sum(&monthly(&ended, "VEN")) > 0.95 * sum(&all), "nearly all are Venezuelans");
    // Those settled turn too, and are counted.
    let of = |cubes: &[Cube], place: &str| -> f64 {
        cubes.iter().map(|c| sum(c.series("southbound", place, "VEN").unwrap())).sum()
    };
    assert!(of(&ended, "settled") > of(&stays, "settled"));
}

#[test]
fn the_hazard_falls_with_hope_and_is_gone_above_it() {
    let scenario = Scenario::load("status-quo-2025", &HAZARD.map(str::to_owned), None).unwrap();
    let runner = Runner::new(&[scenario], Draws::Defaults, 3, 10_000).unwrap();
    let rules = runner.rules(0, RunKey::plain(0));
    let hazard = |b: f64| rules.southward_hazard(0, b);
    let levels: Vec<f64> = (0..=40).map(|i| hazard(f64::from(i) / 100.0)).collect();
    assert!(levels.windows(2).all(|w| w[0] > w[1]), "{levels:?}");
    assert!((hazard(0.0) - 0.035 / 30.4375).abs() < 1e-12);
    assert_eq!((hazard(0.4), hazard(1.0)), (0.0, 0.0));
    // Haitians have no road home from where the boats land.
    assert_eq!(rules.southward_hazard(1, 0.0), 0.0);
}

#[test]
fn a_higher_rate_turns_more_people_south() {
    let total = |rate: &str| sum(&monthly(&runs(ends(&[HAZARD[1], HAZARD[2], rate])), "ALL"));
    let few = total("border.turn_south=0.02");
    let many = total("border.turn_south=0.08");
    assert!(many > 1.3 * few, "{few} and {many}");
}
