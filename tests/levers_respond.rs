//! Levers act as they should: relations on paired runs, no figures.
//!
//! Base and what-if share every draw, so few runs tell a direction. Default draws, one agent for 200 people.

use darien::experiment::{Draws, RunKey, Runner};
use darien::scenario::Scenario;
use darien::table::Cube;
use rayon::prelude::*;

/// Paired runs of history and of history with changes.
struct Paired {
    base: Vec<Cube>,
    changed: Vec<Cube>,
}

const RUNS: u64 = 4;

fn paired(common: &[&str], sets: &[&str], until: &str) -> Paired {
    let load = |more: &[&str]| {
        let sets: Vec<String> = common.iter().chain(more).map(ToString::to_string).collect();
        Scenario::load("history", &sets, until.parse().ok()).unwrap_or_else(|e| panic!("{e}"))
    };
    let runner = Runner::new(&[load(&[]), load(sets)], Draws::shipped().unwrap(), 7, 200).unwrap();
    let mut cubes: Vec<Vec<Cube>> = (0..RUNS).into_par_iter().map(|r| runner.run(RunKey::plain(r))).collect();
    let changed = cubes.iter_mut().map(|c| c.remove(1)).collect();
    Paired { base: cubes.into_iter().map(|mut c| c.remove(0)).collect(), changed }
}

/// Months from January 2021.
fn month(year: usize, month: usize) -> usize {
    (year - 2021) * 12 + month - 1
}

fn sum(
    cube: &Cube,
    (outcome, place, nationality): (&str, &str, &str),
    months: std::ops::Range<usize>,
) -> f64 {
    let row = cube.series(outcome, place, nationality);
    row.unwrap_or_else(|| panic!("no series {outcome} at {place} of {nationality}"))[months].iter().sum()
}

impl Paired {
    /// Sums of base and changed over months and all runs.
    fn sums(&self, key: (&str, &str, &str), months: std::ops::Range<usize>) -> (f64, f64) {
        let total = |cubes: &[Cube]| cubes.iter().map(|c| sum(c, key, months.clone())).sum();
        (total(&self.base), total(&self.changed))
    }

    /// The same by run.
    fn by_run(&self, key: (&str, &str, &str), months: std::ops::Range<usize>) -> Vec<(f64, f64)> {
        let runs = self.base.iter().zip(&self.changed);
        runs.map(|(b, c)| (sum(b, key, months.clone()), sum(c, key, months.clone()))).collect()
    }
}

const ENTRIES: (&str, &str, &str) = ("entries", "darien", "ALL");

const WORSE: &[&str] = &["crisis.VEN=1@2022-06-01"];

#[test]
fn a_worse_crisis_means_more_departures() {
    let p = paired(&[], WORSE, "2023-06-30");
    for (base, worse) in p.by_run(("departures", "origin", "VEN"), month(2022, 7)..month(2023, 7)) {
        assert!(worse > base, "{worse} depart in a worse crisis, {base} without");
    }
}

/// The two ways in which a crisis acts, apart: more wish to go; and more of them go where money is no matter.
#[test]
fn a_worse_crisis_means_more_intents_and_money_holds_them_back() {
    let months = month(2022, 7)..month(2023, 7);
    let p = paired(&[], WORSE, "2023-06-30");
    for (base, worse) in p.by_run(("intents", "origin", "VEN"), months.clone()) {
        assert!(worse > base, "{worse} wish to go in a worse crisis, {base} without");
    }
    for outcome in ["departures", "intents"] {
        let (base, worse) = p.sums((outcome, "origin", "HTI"), 0..month(2022, 6));
        assert_eq!(base, worse, "the past does not change");
    }
    let free = paired(&["money.crisis_effect=0"], WORSE, "2023-06-30");
    for (base, worse) in free.by_run(("departures", "origin", "VEN"), months) {
        assert!(worse > base, "{worse} depart in a worse crisis that leaves money alone, {base} without");
    }
}

#[test]
fn control_at_the_darien_moves_or_stops_people_and_the_price_rises() {
    let sets = ["enforcement.darien=1@2023-02-01"];
    let p = paired(&["enforcement.darien=0@2022-06-01"], &sets, "2023-07-31");
    let months = month(2023, 3)..month(2023, 8);
    for (base, controlled) in p.by_run(ENTRIES, months.clone()) {
        assert!(controlled < base, "{controlled} enter under control, {base} without");
    }
    let (base, controlled) = p.sums(("turned_back", "darien", "ALL"), months.clone());
    assert!(base == 0.0 && controlled > 0.0, "turned back: {base} and {controlled}");
    for (base, controlled) in p.by_run(("price", "darien", "ALL"), months.clone()) {
        assert!(controlled > base, "price {controlled} under control, {base} without");
    }
    // Of those who still go, more go around.
    let (mut base, mut controlled) = p.sums(ENTRIES, months.clone());
    let (mut around, mut more) = (0.0, 0.0);
    for place in ["mexico_air", "managua_air", "san_andres_sea"] {
        let (without, with) = p.sums(("bypass", place, "ALL"), months.clone());
        (around, more, base, controlled) = (around + without, more + with, base + without, controlled + with);
    }
    assert!(
        more / controlled > around / base,
        "{more} of {controlled} go around, {around} of {base} without"
    );
}

/// Full control, and both trails from the gulf closed, from January to the end of a month.
fn closed_until(first_day_after: &str) -> Vec<String> {
    let dated = |key: &str, closed: &str, open: &str| {
        format!("{key}={{ \"2023-01-01\" = {closed}, \"{first_day_after}\" = {open} }}")
    };
    vec![
        dated("enforcement.darien", "1.0", "0.0"),
        dated("trail.acandi", "\"closed\"", "\"open\""),
        dated("trail.capurgana", "\"closed\"", "\"open\""),
    ]
}

#[test]
fn control_that_lapses_is_followed_by_a_rebound() {
    let run = |sets: &[String]| {
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        paired(&["enforcement.darien=0@2022-06-01"], &sets, "2023-08-31")
    };
    let (short, long) = (run(&closed_until("2023-03-01")), run(&closed_until("2023-05-01")));
    let (free, controlled) = long.sums(ENTRIES, month(2023, 2)..month(2023, 5));
    assert!(controlled < 0.8 * free, "{controlled} enter under control, {free} without");
    // While the long control lasts the short one has lapsed: people come again. Wishes were stored, but the way is less
    // familiar and those who carry people over it have forgotten part of their trade, so that not all come in the first month.
    let first = month(2023, 3)..month(2023, 4);
    let (free, again) = short.sums(ENTRIES, first.clone());
    let (_, still) = long.sums(ENTRIES, first);
    assert!(again > 3.0 * still, "{again} enter after it lapses, {still} while it lasts");
    assert!(again > 0.5 * free, "{again} enter after it lapses, {free} had there been none");
    // After a long one, within a quarter most come again.
    let (free, again) = long.sums(ENTRIES, month(2023, 5)..month(2023, 8));
    assert!(again > 0.6 * free, "{again} enter after it lapses, {free} had there been none");
}

#[test]
fn more_flights_return_more_and_never_add_entries_of_those_flown() {
    let p = paired(
        &[
            "flights.panama.accepts=[\"VEN\", \"COL\", \"ECU\"]@2023-01-01",
            "flights.panama.per_week=2@2023-01-01",
        ],
        &["flights.panama.per_week=12@2023-03-01"],
        "2023-12-31",
    );
    let months = month(2023, 4)..month(2024, 1);
    for (base, more) in p.by_run(("returned", "panama", "ALL"), months.clone()) {
        assert!(more > base, "{more} returned by more flights, {base} by few");
    }
    let mut flown = 0;
    for n in ["VEN", "COL", "ECU"] {
        let entries = p.by_run(("entries", "darien", n), months.clone());
        let runs = entries.len() as f64;
        let mean = entries.iter().map(|(base, more)| more - base).sum::<f64>() / runs;
        let spread =
            entries.iter().map(|(base, more)| (more - base - mean).powi(2)).sum::<f64>() / (runs - 1.0);
        // Those flown home may try again, so that a single run can have a party more; on the mean there is none.
        let error = (spread / runs).sqrt();
        assert!(mean <= 2.0 * error, "{n}: {mean} (error {error}) more enter with more flights");
        let (few, many) = p.sums(("returned", "panama", n), months.clone());
        if many - few > 1000.0 * runs {
            assert!(mean < 0.0, "{n}: {mean} more enter though {many} are flown home instead of {few}");
            flown += 1;
        }
    }
    assert!(flown > 0, "nobody was flown in numbers");
}

#[test]
fn a_destination_that_refuses_gets_nobody() {
    let p = paired(
        &["flights.panama.per_week=20@2023-01-01"],
        &["flights.panama.accepts=[\"COL\", \"ECU\"]@2023-01-01"],
        "2023-09-30",
    );
    let months = month(2023, 1)..month(2023, 10);
    for n in ["VEN", "CHN", "HTI"] {
        assert_eq!(p.sums(("returned", "panama", n), months.clone()).1, 0.0, "{n} was flown home");
    }
    let taken: f64 = ["COL", "ECU"].iter().map(|n| p.sums(("returned", "panama", n), months.clone()).1).sum();
    assert!(taken > 0.0);
}

#[test]
fn a_boat_stop_of_four_days_makes_a_queue_and_leaves_the_month_nearly_alone() {
    let stop = "capacity.gulf_boats={ \"2023-08-10\" = 0, \"2023-08-14\" = 3000 }";
    let p = paired(&["capacity.gulf_boats=3000@2023-06-01"], &[stop], "2023-09-30");
    let august = month(2023, 8)..month(2023, 9);
    for (base, stopped) in p.by_run(("queue_peak", "necocli", "ALL"), august.clone()) {
        assert!(stopped > base + 1000.0, "the longest queue: {stopped} with a stop, {base} without");
    }
    let (base, stopped) = p.sums(ENTRIES, august);
    assert!((stopped / base - 1.0).abs() < 0.10, "{stopped} enter in the month of the stop, {base} without");
    assert!(stopped != base);
    let (base, stopped) = p.sums(ENTRIES, month(2023, 8)..month(2023, 10));
    assert!((stopped / base - 1.0).abs() < 0.05, "{stopped} enter in both months, {base} without a stop");
}
