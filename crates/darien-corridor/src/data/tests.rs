//! Every embedded table parses, adds up, names its sources and keeps its ranges.

use super::embedded::{FILES, text};
use super::observed::NATIONALITIES;
use super::*;
use crate::units::Month;
use std::collections::{BTreeMap, BTreeSet};

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// The cells of an embedded table by column name, with the line for messages.
fn records(path: &str) -> Vec<(usize, BTreeMap<String, String>)> {
    let mut reader = csv::Reader::from_reader(text(path).unwrap().as_bytes());
    let header = reader.headers().unwrap().clone();
    let cells = |r: &csv::StringRecord| header.iter().zip(r).map(|(k, v)| (k.into(), v.into())).collect();
    reader.records().enumerate().map(|(i, r)| (i + 2, cells(&r.unwrap()))).collect()
}

#[test]
fn files_are_sorted_and_exactly_those_of_the_catalogue() {
    assert!(FILES.windows(2).all(|w| w[0].path < w[1].path));
    let listed: BTreeSet<_> = tables().iter().map(|t| t.file.as_str()).collect();
    let embedded: BTreeSet<_> = FILES.iter().map(|f| f.path).filter(|&p| p != "tables.csv").collect();
    assert_eq!(listed, embedded);
    let names: BTreeSet<_> = tables().iter().map(|t| &t.table).collect();
    assert_eq!(names.len(), tables().len());
    for file in FILES {
        assert!(!file.text.contains(['\r', '\u{feff}']), "{}", file.path);
        assert!(file.text.ends_with('\n'), "{}", file.path);
    }
}

#[test]
fn every_table_parses() {
    let _ =
        (observed::annual(), observed::minors(), observed::crisis_years(), us_encounters(), demographics());
    let _ = (observed::us_encounters_between_ports(), deaths(), checkpoints(), crisis(), entries());
    let _ = (repatriation::cumulative(), repatriation::by_destination(), repatriation::flights());
    let _ = (repatriation::terms(), people::economies(), population(), stocks(), places(), legs());
    let _ = (facts(), policy_prices(), journey_facts(), events(), sources(), tables(), map::rings());
    let _ = (sums(), reverse::southbound(), people::venezuela_inflation(), people::venezuelans_abroad());
}

#[test]
fn the_fingerprint_is_a_sha256_and_stable() {
    assert_eq!(fingerprint().len(), 64);
    assert!(fingerprint().bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(fingerprint(), fingerprint());
}

#[test]
fn entries_have_every_month_and_the_published_sums() {
    let first = month("2020-01");
    let codes: BTreeSet<_> = NATIONALITIES.into_iter().chain(["ALL"]).collect();
    assert_eq!(entries().codes().collect::<BTreeSet<_>>(), codes);
    for (code, series) in entries().iter() {
        let last = month(if code == "ALL" { "2025-06" } else { "2025-04" });
        assert_eq!((series.from, series.until()), (first, last), "{code}");
    }
    let total = entries().series("ALL").unwrap();
    for (m, value) in total.iter().filter(|(m, _)| *m <= month("2025-04")) {
        let sum: f64 = NATIONALITIES.iter().map(|c| entries().series(c).unwrap().get(m).unwrap()).sum();
        assert_eq!(sum, value, "{m}");
    }
    for (year, expected) in [(2020, 6465), (2021, 133_726), (2022, 248_284), (2023, 520_085), (2024, 302_203)]
    {
        let span = (Month::new(year, 1).unwrap(), Month::new(year, 12).unwrap());
        let all: f64 = total.between(span.0, span.1).unwrap().iter().sum();
        let parts: f64 = NATIONALITIES
            .iter()
            .flat_map(|c| entries().series(c).unwrap().between(span.0, span.1).unwrap())
            .sum();
        assert_eq!((all, parts), (f64::from(expected), f64::from(expected)), "{year}");
        let annual = observed::annual().iter().find(|a| a.year == year).unwrap();
        assert_eq!(annual.entries, expected as u32, "{year}");
    }
    let venezuelans = entries().series("VEN").unwrap();
    assert_eq!(venezuelans.get(month("2022-10")), Some(40_593.0));
    assert_eq!(venezuelans.get(month("2022-11")), Some(668.0));
    assert_eq!(venezuelans.between(month("2025-01"), month("2025-04")).unwrap(), [1114.0, 151.0, 64.0, 13.0]);
}

#[test]
fn the_record_goes_on_with_sums_of_months() {
    let last = recorded_until();
    assert_eq!(sums().first().unwrap().from, entries().series("VEN").unwrap().until().plus(1));
    assert!(sums().windows(2).all(|w| w[1].from == w[0].to.plus(1)), "a gap");
    for year in observed::annual().iter().filter(|a| a.year >= 2020) {
        let of = |m| Month::new(year.year, m).unwrap();
        assert_eq!(recorded(of(1), of(12)), Some(f64::from(year.entries)), "{}", year.year);
    }
    assert_eq!(recorded(month("2025-05"), last), Some(187.0));
    assert_eq!(recorded(month("2025-05"), month("2025-06")), Some(23.0));
    // What no statement tells apart stays unknown.
    assert_eq!(recorded(month("2025-07"), month("2025-07")), None);
    assert_eq!(recorded(month("2025-08"), last), None);
    assert_eq!(recorded(last, last.plus(1)), None);
    // Sums are differences of what was said since 1 January.
    for sum in sums() {
        let said = |until: Month| {
            let of_month = |p: &&observed::Checkpoint| Month::of(p.date) == until;
            checkpoints().iter().rfind(of_month).map(|p| f64::from(p.entries_since_1_january))
        };
        if let (Some(before), Some(after)) = (said(sum.from.plus(-1)), said(sum.to)) {
            assert_eq!(after - before, sum.entries, "{} to {}", sum.from, sum.to);
        }
    }
}

#[test]
fn southbound_counts_agree_with_their_sums() {
    use reverse::{Counter, Southbound, Status, southbound};
    for row in southbound() {
        assert!(row.from <= row.until && row.error > 0.0 && row.error < 1.0, "{}", row.from);
        assert!(matches!(row.trust.as_str(), "B" | "C"), "{}", row.from);
        let bounded = match row.status {
            Status::LowerBound => row.low == row.persons,
            Status::UpperBound => row.persons.is_none() && row.high.is_some(),
            _ => row.persons.is_some(),
        };
        assert!(bounded, "{} to {}", row.from, row.until);
    }
    let year = |row: &&Southbound| row.whole_months() == Some((month("2025-01"), month("2025-12")));
    let year = southbound().iter().find(year).unwrap();
    // Months and the last quarter leave for July what the two totals of the year allow.
    let parts = southbound().iter().filter(|row| {
        row.counter == Counter::Panama
            && row.whole_months().is_some_and(|(a, b)| {
                a == b && a < month("2025-10") || (a, b) == (month("2025-10"), month("2025-12"))
            })
    });
    let known: f64 = parts.filter(|row| row.from > day("2024-12-31")).filter_map(|row| row.persons).sum();
    let july = southbound().iter().find(|row| row.status == Status::UpperBound).unwrap();
    assert_eq!(july.high, Some(year.high.unwrap() - known));
    let first_half = southbound().iter().filter(|row| row.whole_months().is_some_and(|(a, b)| a == b));
    let first_half = first_half.filter(|row| row.until <= day("2025-06-30"));
    assert_eq!(first_half.filter_map(|row| row.persons).sum::<f64>(), 13_200.0);
}

#[test]
fn tables_reach_as_far_as_their_rows() {
    for info in tables().iter().filter(|info| info.file.starts_with("observed/")) {
        let last_of = |cells: &BTreeMap<String, String>| {
            let columns = ["month", "date", "year", "until", "to", "from"];
            let of = |name: &&str| cells.get(*name).filter(|cell| !cell.is_empty()).cloned();
            columns.iter().find_map(of)
        };
        let ends = records(&info.file).into_iter().filter_map(|(_, cells)| last_of(&cells));
        // An event may go on for long after it began.
        let begins = records(&info.file).into_iter().filter_map(|(_, cells)| cells.get("from").cloned());
        let last = if info.table == "events" { begins.max() } else { ends.max() };
        assert!(last.is_none_or(|last| last == info.to), "{}", info.table);
    }
    assert_eq!(vintage().to_string(), "2026-01");
    assert!(recorded_until() < vintage());
}

#[test]
fn demographics_add_up_to_the_entries() {
    let total = entries().series("ALL").unwrap();
    for m in month("2021-01").through(month("2025-04")) {
        let sum: f64 = demographics().iter().filter_map(|(_, series)| series.get(m)).sum();
        assert_eq!(Some(sum), total.get(m), "{m}");
    }
}

#[test]
fn us_encounters_add_up_and_have_every_month() {
    let total = us_encounters().series("ALL").unwrap();
    assert_eq!((total.from, total.until()), (month("2017-10"), month("2025-05")));
    // Later months have the arrests between the ports alone.
    let arrests = observed::us_encounters_between_ports().series("ALL").unwrap();
    assert_eq!((arrests.until(), arrests.get(month("2025-09"))), (month("2025-09"), Some(8400.0)));
    for m in month("2019-10").through(month("2025-05")) {
        let parts = us_encounters().iter().filter(|&(code, _)| code != "ALL");
        assert_eq!(total.get(m), Some(parts.map(|(_, s)| s.get(m).unwrap()).sum()), "{m}");
    }
    let fiscal_2023: f64 = total.between(month("2022-10"), month("2023-09")).unwrap().iter().sum();
    assert_eq!(fiscal_2023, 2_475_669.0);
}

#[test]
fn every_source_exists_and_every_source_is_used() {
    let mut used = BTreeSet::new();
    for file in FILES.iter().filter(|f| {
        !matches!(f.path, "tables.csv" | "sources.csv" | "map/countries.csv" | "world/corridor.csv")
    }) {
        for (line, cells) in records(file.path) {
            let ids = &cells["source_id"];
            assert!(!ids.is_empty(), "{}:{line} has no source", file.path);
            for id in ids.split(';') {
                assert!(source(id).is_some(), "{}:{line}: {id}", file.path);
                used.insert(id.to_owned());
            }
        }
    }
    let listed: BTreeSet<_> = sources().iter().map(|s| s.id.clone()).collect();
    assert_eq!(listed.len(), sources().len(), "an id twice");
    assert_eq!(used, listed);
}

#[test]
fn no_range_is_reversed() {
    let ranges = [
        ["low", "value", "high"],
        ["low", "entries", "high"],
        ["low", "persons", "high"],
        ["days_low", "days_typ", "days_high"],
        ["price_low", "price_typ", "price_high"],
        ["capacity_low", "capacity_typ", "capacity_high"],
        ["abuse_low", "abuse_prob", "abuse_high"],
        ["deaths_per_1000_recorded", "deaths_per_1000_recorded", "deaths_per_1000_upper"],
        ["lag_days_low", "lag_days_low", "lag_days_high"],
        ["active_from", "active_from", "active_to"],
    ];
    for file in FILES {
        for (line, cells) in records(file.path) {
            for names in ranges {
                let present: Vec<&str> = names
                    .iter()
                    .filter_map(|n| cells.get(*n))
                    .map(String::as_str)
                    .filter(|c| !c.is_empty())
                    .collect();
                let ordered = if names[0] == "active_from" {
                    present.is_sorted()
                } else {
                    present.iter().map(|c| c.parse::<f64>().unwrap()).is_sorted()
                };
                assert!(ordered, "{}:{line}: {names:?} {present:?}", file.path);
            }
        }
    }
    let halves = |a: &str, b: &str, c: &BTreeMap<String, String>| c[a].is_empty() == c[b].is_empty();
    for (line, cells) in records("world/legs.csv") {
        assert!(halves("capacity_typ", "capacity_low", &cells), "{line}");
        assert!(halves("abuse_prob", "abuse_high", &cells), "{line}");
        assert!(halves("deaths_per_1000_recorded", "deaths_per_1000_upper", &cells), "{line}");
    }
}

#[test]
fn legs_join_places_that_exist() {
    let ids: BTreeSet<_> = places().iter().map(|p| &p.id).collect();
    assert_eq!(ids.len(), places().len());
    for leg in legs() {
        assert!(place(&leg.from).is_some() && place(&leg.to).is_some(), "{}", leg.id);
        assert_ne!(leg.from, leg.to, "{}", leg.id);
        assert!(leg.distance_km > 0.0 && leg.days.low > 0.0 && leg.price.low >= 0.0, "{}", leg.id);
        assert!(leg.abuse.is_none_or(|a| a.low >= 0.0 && a.high <= 1.0), "{}", leg.id);
        if let Some(whole) = &leg.part_of {
            assert!(super::leg(whole).is_some_and(|w| w.part_of.is_none()), "{}", leg.id);
        }
    }
    assert_eq!((places().len(), legs().len()), (64, 102));
    let carreto = leg("E030").unwrap();
    assert!(
        carreto.active_on(day("2024-07-18")),
        "a trail that is closed leaks: the lever says so, not the table"
    );
    assert!(!carreto.active_on(day("2021-05-31")));
    for place in places() {
        assert!(place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0, "{}", place.id);
        assert!(place.country.len() == 3, "{}", place.id);
    }
}

#[test]
fn crisis_levels_follow_the_formula() {
    let (first, last) = (month("2019-01"), month("2025-12"));
    assert_eq!(crisis().codes().collect::<BTreeSet<_>>(), NATIONALITIES.into_iter().collect());
    for (code, series) in crisis().iter() {
        assert_eq!((series.from, series.until()), (first, last), "{code}");
        assert!(series.values.iter().all(|v| (0.0..=1.0).contains(v)), "{code}");
        if crisis_method(code) == Some("assumed") {
            assert!(series.values.iter().all(|v| *v == series.values[0]), "{code}");
        }
    }

    // Income loss by country and year, as a share of the best year so far.
    let mut economies: BTreeMap<&str, BTreeMap<i32, (f64, f64)>> = BTreeMap::new();
    for e in people::economies() {
        let years = economies.entry(&e.country).or_default();
        let best = people::economies()
            .iter()
            .filter(|o| o.country == e.country && o.year <= e.year)
            .fold(0.0, |best: f64, o| best.max(o.income_ppp2021));
        years.insert(e.year, (1.0 - e.income_ppp2021 / best, 1.0 + e.inflation_end_pct / 100.0));
    }
    let venezuela = &economies["VEN"];
    let greatest_loss = venezuela.values().fold(0.0, |m: f64, v| m.max(v.0));
    let (none, full) = (1.2_f64.log10(), venezuela[&2018].1.log10());
    let income = |v: (f64, f64)| (v.0 / greatest_loss).min(1.0);
    let inflation = |v: (f64, f64)| ((v.1.log10() - none) / (full - none)).clamp(0.0, 1.0);
    let index = || observed::crisis_years().iter().map(|y| y.fragility_index);
    let (least, most) = (index().fold(f64::MAX, f64::min), index().fold(0.0, f64::max));
    for year in observed::crisis_years() {
        let v = venezuela[&year.year];
        let fragility = (year.fragility_index - least) / (most - least);
        let parts = [income(v), inflation(v), fragility];
        for (ours, stored) in parts.iter().zip([year.income_loss, year.inflation, year.fragility]) {
            assert!((ours - stored).abs() < 1e-4, "{} {ours} {stored}", year.year);
        }
        assert!((parts.iter().sum::<f64>() / 3.0 - year.level).abs() < 1e-4, "{}", year.year);
    }

    for (code, series) in crisis().iter() {
        let annual = |year: i32| match crisis_method(code) {
            Some("three_parts") => observed::crisis_years().iter().find(|y| y.year == year).unwrap().level,
            _ => f64::midpoint(income(economies[code][&year]), inflation(economies[code][&year])),
        };
        if crisis_method(code) == Some("assumed") {
            continue;
        }
        // The last year with figures of its own; Afghanistan's end a year earlier.
        let known = if code == "AFG" { 2024 } else { 2025 };
        for (m, level) in series.iter() {
            // The middle of a month, in years, counted from the middle of the year 0.
            let t = f64::from(m.year()) + (f64::from(m.month()) - 0.5) / 12.0 - 0.5;
            let (year, share) = (t.floor() as i32, t.fract());
            // A year that a fit to its eve must not know comes in a step.
            let due = if m.year() == 2025 {
                annual(known)
            } else if year >= 2024 {
                annual(2024)
            } else {
                (1.0 - share) * annual(year) + share * annual(year + 1)
            };
            assert!((level - due).abs() < 2e-4, "{code} {m}: {level}, {due} is due");
        }
    }
}

#[test]
fn events_are_complete_and_in_order() {
    assert_eq!(events().len(), 44);
    for event in events() {
        assert!(event.until.is_none_or(|until| event.from <= until), "{}", event.id);
        let known =
            |c: &String| c == "ALL" || us_encounters().series(c).is_some() || entries().series(c).is_some();
        assert!(!event.nationalities.is_empty() && event.nationalities.iter().all(known), "{}", event.id);
        assert!(event.countries.iter().all(|c| c.len() == 3), "{}", event.id);
        assert!(!event.title.is_empty() && !event.seen.is_empty(), "{}", event.id);
    }
    assert!(events().windows(2).all(|w| w[0].id < w[1].id));
    let last = events().iter().map(|event| event.from).max().unwrap();
    assert_eq!(Month::of(last), vintage(), "the last event dates the vintage");
}

#[test]
fn checkpoints_lie_between_the_month_ends_except_the_rejected() {
    let total = entries().series("ALL").unwrap();
    for point in checkpoints() {
        let january = Month::of(point.date).plus(1 - Month::of(point.date).month() as i32);
        let m = Month::of(point.date);
        let said = f64::from(point.entries_since_1_january);
        let Some(through) = recorded(january, m) else { continue };
        let inside = match total.get(m) {
            Some(entries) => (through - entries..=through).contains(&said),
            // A sum of months has no bound below but the one before it.
            None => said <= through,
        };
        match point.status {
            observed::CheckpointStatus::Ok => assert!(inside, "{}", point.date),
            // Both lie in the month; the rejected one leaves less than the later one.
            observed::CheckpointStatus::Rejected => {
                let later = checkpoints().iter().find(|p| p.date > point.date).unwrap();
                assert!(later.entries_since_1_january < point.entries_since_1_january);
            }
            _ => {}
        }
    }
    let good = |p: &&observed::Checkpoint| p.status != observed::CheckpointStatus::Rejected;
    let all: Vec<_> = checkpoints().iter().filter(good).collect();
    for pair in all.windows(2).filter(|p| Month::of(p[0].date).year() == Month::of(p[1].date).year()) {
        assert!(pair[0].entries_since_1_january <= pair[1].entries_since_1_january, "{}", pair[1].date);
    }
}

#[test]
fn deaths_are_those_of_the_published_series() {
    let of = |year| {
        deaths().iter().find(|d| d.year == year && d.series == "iom_panama_side").unwrap().dead_or_missing
    };
    assert_eq!([2021, 2022, 2023, 2024].map(of), [26, 147, 51, 172]);
}

#[test]
fn repatriation_counts_grow_within_a_scope() {
    let all = repatriation::cumulative();
    for scope in [repatriation::Scope::UsFunded, repatriation::Scope::Panama] {
        let people: Vec<_> = all.iter().filter(|c| c.scope == scope).filter_map(|c| c.people).collect();
        assert!(people.len() > 1 && people.is_sorted(), "{scope:?} {people:?}");
    }
    assert_eq!(
        repatriation::flights().iter().map(|f| f.people).sum::<u32>(),
        29 + 30 + 28 + 130 + 29 + 43 + 133 + 81 + 32 + 34
    );
}

#[test]
fn people_can_be_looked_up_between_the_years() {
    assert_eq!(stocks().persons("VEN", "COL", 2023), Some(2_875_743.0));
    assert_eq!(stocks().persons("HTI", "CHL", 2022), Some(f64::midpoint(180_852.0, 188_131.0)));
    assert_eq!(stocks().persons("VEN", "USA", 2024), Some(763_915.0));
    assert_eq!(stocks().persons("VEN", "COL", 2025), Some(2_828_195.0));
    assert_eq!(stocks().persons("VEN", "COL", 2010), stocks().persons("VEN", "COL", 2019));
    assert_eq!(stocks().persons("VEN", "XXX", 2020), None);
    assert_eq!(stocks().of("VEN", "PAN").len(), 7);
    let latest = population().persons("VEN", 2023).unwrap();
    assert_eq!(population().persons("VEN", 2030), Some(latest));
    assert!(latest > 2.5e7 && population().persons("XXX", 2020).is_none());
    for code in NATIONALITIES.iter().filter(|c| !matches!(**c, "AFR" | "OTH")) {
        assert!(population().persons(code, 2020).is_some(), "{code}");
    }
}

#[test]
fn facts_can_be_looked_up() {
    assert_eq!(policy_price("cost_flight_india").unwrap().value, Some(700_000.0));
    assert_eq!(policy_price("capacity_cbpone").unwrap().high, Some(1450.0));
    let effect = fact("semielasticity_deport_prob").unwrap();
    assert_eq!((effect.low, effect.high), (Some(-8.0), Some(0.0)));
    assert_eq!(fact("share_prior_attempt").unwrap().value, None);
    for list in [facts(), policy_prices(), journey_facts()] {
        let names: BTreeSet<_> = list.iter().map(|f| &f.name).collect();
        assert_eq!(names.len(), list.len());
    }
}

#[test]
fn outlines_cover_the_corridor_within_the_window() {
    let countries: BTreeSet<_> = map::rings().iter().map(|r| r.country.as_str()).collect();
    for code in
        "MEX GTM BLZ HND SLV NIC CRI PAN COL VEN ECU PER BRA BOL CHL HTI DOM CUB USA JAM GUY".split(' ')
    {
        assert!(countries.contains(code), "{code}");
    }
    let [west, south, east, north] = map::WINDOW;
    for ring in map::rings() {
        assert!(ring.points.len() >= 3, "{}", ring.country);
        let inside = |&(x, y): &(f64, f64)| (west..=east).contains(&x) && (south..=north).contains(&y);
        assert!(ring.points.iter().all(inside), "{}", ring.country);
    }
    assert!(text("map/countries.csv").unwrap().len() < 150_000);
}

#[test]
fn gaps_and_repetitions_in_a_panel_are_found() {
    let row = |m: &str| (month(m), "VEN".to_owned(), 1.0);
    assert!(Panel::gather([row("2020-02"), row("2020-01")]).is_ok());
    assert!(Panel::gather([row("2020-01"), row("2020-03")]).unwrap_err().contains("2020-02"));
    assert!(Panel::gather([row("2020-01"), row("2020-01")]).unwrap_err().contains("twice"));
}
