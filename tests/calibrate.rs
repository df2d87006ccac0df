//! Calibration and backtest: the lock on later data, resuming, recovery of known parameters, what was known when.

use darien::experiment::backtest::{Design, INTERVENTIONS, Kept, Track, scoring};
use darien::experiment::calibrate::{Calibrated, Fit, Plan, Recovery, Trail, covered};
use darien::experiment::study::SERIES;
use darien::scenario::Scenario;
use darien::units::Month;
use std::sync::atomic::AtomicBool;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn plan(until: &str, search: u32, members: u32) -> Plan {
    Plan { until: month(until), search, members, scale: 2000, seed: 5, nth: 0 }
}

/// A fit, and what it kept of its search on the way.
fn run(fit: &Fit, known: Trail) -> (Calibrated, Vec<Trail>) {
    let mut kept = Vec::new();
    let done = fit
        .run(&[], known, &AtomicBool::new(false), &mut (), |trail| {
            kept.push(trail.clone());
            Ok(())
        })
        .unwrap();
    (done.unwrap(), kept)
}

#[test]
fn later_rows_never_reach_the_objective() {
    let (early, late) =
        (Fit::new(plan("2022-06", 0, 10)).unwrap(), Fit::new(plan("2024-12", 0, 10)).unwrap());
    let (few, all) = (early.study().months, late.study().months);
    assert_eq!((few, all), (18, 48));
    // The data of the early fit are the first months of each series and weak targets of those months, nothing else.
    let weak = &early.study().weak;
    assert_eq!(early.target().values.len(), SERIES.len() * few + weak.len());
    assert!(!weak.is_empty() && weak.iter().all(|w| w.months().end <= few));
    assert!(late.study().weak.iter().any(|w| w.months().end > few));
    for s in 0..SERIES.len() {
        assert_eq!(
            early.target().values[s * few..(s + 1) * few],
            late.target().values[s * all..s * all + few]
        );
    }
    assert_eq!(early.study().until, month("2022-06"));
}

#[test]
fn a_search_that_is_resumed_ends_in_the_same_members() {
    let fit = Fit::new(plan("2021-12", 96, 10)).unwrap();
    let (whole, kept) = run(&fit, Trail::default());
    assert!(kept.len() > 6, "{} rounds", kept.len());
    // In the first cloud, and in the last.
    for stopped in [1, kept.len() - 2] {
        let file = serde_json::to_vec(&kept[stopped]).unwrap();
        let (resumed, _) = run(&fit, serde_json::from_slice(&file).unwrap());
        assert_eq!(whole.peaks, resumed.peaks);
        assert_eq!(whole.members, resumed.members);
        assert_eq!(whole.predicted, resumed.predicted);
    }
}

#[test]
fn searches_differ_in_chance_and_share_a_posterior() {
    let plans = plan("2021-12", 0, 21).shared(2);
    assert_eq!((plans[0].members, plans[1].members), (11, 10));
    assert_eq!((plans[0].nth, plans[1].nth), (0, 1));
    let found: Vec<Calibrated> =
        plans.into_iter().map(|plan| run(&Fit::new(plan).unwrap(), Trail::default()).0).collect();
    let (first, second) = (found[0].clone(), found[1].clone());
    assert_ne!(first.paths[0], second.paths[0]);
    assert_ne!(first.scores.column(0), second.scores.column(0));
    let both = Calibrated::joined(found).unwrap();
    assert_eq!(both.members.len(), first.members.len() + second.members.len());
    // In turn, the more likely search first; of equals the first.
    assert_eq!(both.members[..2], [first.members[0].clone(), second.members[0].clone()]);
    for (member, &column) in both.members.iter().zip(&both.accepted) {
        assert_eq!(member.innovations.months, both.paths[column]);
    }
    assert_eq!((both.scores.ncols(), both.predicted.ncols()), (21, 21));
    assert!(Calibrated::joined(Vec::new()).is_none());
}

#[test]
fn a_search_alone_prints_where_it_ends_and_another_can_start_there() {
    let folder = tempfile::tempdir().unwrap();
    let search = |out: &std::path::Path, start: Option<&std::path::Path>| -> String {
        let mut command = assert_cmd::Command::cargo_bin("darien").unwrap();
        command.args(["calibrate", "--method", "search", "--runs", "24", "--scale", "5000", "--quiet"]);
        command.args(["--data-until", "2021-12-31", "--out"]).arg(out);
        if let Some(start) = start {
            command.arg("--start").arg(start);
        }
        String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
    };
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let printed = search(&first, None);
    let best = first.join("best.txt");
    assert_eq!(printed, std::fs::read_to_string(&best).unwrap());
    assert!(printed.lines().all(|line| line.contains(" = ")) && printed.contains("depart.belief_power = "));
    assert!(!first.join("posterior.csv").exists(), "a search alone makes no posterior");
    assert_ne!(search(&second, Some(&best)), "");
}

#[test]
fn a_fit_that_is_stopped_gives_nothing() {
    let fit = Fit::new(plan("2021-12", 48, 10)).unwrap();
    assert!(fit.run(&[], Trail::default(), &AtomicBool::new(true), &mut (), |_| Ok(())).unwrap().is_err());
}

/// Sum of the squared misfits of monthly entries, in errors.
fn misfit(fit: &Fit, predicted: &[f64]) -> f64 {
    (0..SERIES.len() * fit.study().months)
        .map(|d| ((predicted[d] - fit.target().values[d]) / fit.target().errors[d]).powi(2))
        .sum()
}

#[test]
fn members_differ_in_parameters_and_in_shocks() {
    let fit = Fit::new(plan("2021-12", 240, 60)).unwrap();
    let (done, _) = run(&fit, Trail::default());
    assert!(done.scores.row_iter().all(|r| r.variance() > 0.0));
    for (i, member) in done.members.iter().enumerate() {
        assert_eq!(member.innovations.months.len(), fit.study().months);
        assert!(done.members[..i].iter().all(|other| other.innovations != member.innovations));
    }
    // Members that are kept are nearer to the record than those that are not, by the sum over all data.
    let of = |m: &usize| misfit(&fit, done.predicted.column(*m).as_slice());
    let mean = |members: &[usize]| members.iter().map(of).sum::<f64>() / members.len() as f64;
    let others: Vec<usize> = (0..done.scores.ncols()).filter(|m| !done.accepted.contains(m)).collect();
    assert!(mean(&done.accepted) < mean(&others));
}

/// Without a search, the best point is the middle of the prior: members come near the record by what follows the search.
#[test]
fn most_members_pass_nearer_to_the_record_than_the_best_point_without_shocks() {
    let fit = Fit::new(plan("2021-12", 0, 60)).unwrap();
    let (done, _) = run(&fit, Trail::default());
    let best = misfit(&fit, &done.at_best);
    let nearer = |m: &&usize| misfit(&fit, done.predicted.column(**m).as_slice()) < best;
    let near = done.accepted.iter().filter(nearer).count();
    assert!(2 * near > done.accepted.len(), "{near} of {}", done.accepted.len());
}

/// The nightly size is `darien calibrate --recover 30`; this one only sees gross faults.
#[test]
fn known_parameters_are_recovered() {
    let fit = Fit::new(plan("2021-10", 144, 150)).unwrap();
    let recoveries: Vec<Recovery> = (0..2)
        .map(|h| {
            let (truth, values) = fit.synthetic(h);
            let (done, _) = run(&fit.clone().to(values), Trail::default());
            Recovery::new(h, &truth, &done)
        })
        .collect();
    let (half, most) = (covered(&recoveries, 0.5), covered(&recoveries, 0.9));
    assert!((0.2..=0.8).contains(&half) && (0.7..=1.0).contains(&most), "{half} {most}");
}

#[test]
fn what_comes_later_is_not_known() {
    let history = Scenario::load("history", &[], None).unwrap();
    let date = month("2022-09").last_day();
    let known = history.known_at(date, month("2023-09").last_day());
    let later = month("2023-06").first_day();
    assert_eq!(known.number("access.us.VEN", later), history.number("access.us.VEN", date));
    assert_eq!(known.number("crisis.VEN", later), history.number("crisis.VEN", date));
    assert!(known.announcements().iter().all(|a| a.date <= date));
    assert!(history.announcements().iter().any(|a| a.date > date));
    assert_eq!(known.first_difference(&history).map(Month::of), Some(month("2022-10")));
    assert_ne!(known.hash(), history.hash());
}

#[test]
fn interventions_name_scenarios_that_differ_from_history_after_the_month_before() {
    for i in INTERVENTIONS {
        let text = format!("extends = \"history\"\ntitle = \"x\"\n{}", i.without);
        let without = Scenario::from_text("without", &text, &[], None).unwrap();
        let history = Scenario::load("history", &[], None).unwrap();
        let first = Month::of(without.first_difference(&history).unwrap());
        assert!(first >= month(i.before) && first <= month(i.after), "{}: {first}", i.name);
    }
}

#[test]
fn rivals_and_scores_need_no_model() {
    let forecasts: Vec<_> = (0..30)
        .map(|i| darien::experiment::backtest::Forecast {
            track: Track::B,
            series: "total",
            origin: month("2022-07").plus(i),
            horizon: 1,
            samples: vec![10_000.0, 20_000.0, 30_000.0],
            of_searches: vec![1, 2],
        })
        .collect();
    let scores = scoring::scores(&forecasts, Track::B).unwrap();
    assert_eq!(scores.len(), 1);
    // The yardstick of the model page: WIS of the random walk at one month.
    let walk = scoring::row(&scores[0].rows, "naive", 1).unwrap().wis_log.unwrap();
    assert!((walk - 0.210).abs() < 0.0006, "{walk}");
    assert!(scoring::row(&scores[0].rows, "regression_ar1", 1).is_none());
    // No rival of this month and series beats the walk by much, and the flat forecast loses to the best of them.
    let best = scoring::ratio_to_best(&scores[0].rows, 1).unwrap();
    assert!(best >= scoring::ratio(&scores[0].rows, scoring::MODEL, "naive", 1).unwrap());
    // Searches alone: the first says 10,000 and nothing else.
    assert_eq!(forecasts[0].of_search(0).samples, [10_000.0]);
    assert_eq!(forecasts[0].of_search(1).samples, [20_000.0, 30_000.0]);
    let alone = |s: usize| scoring::row(&scores[0].alone[s].rows, scoring::MODEL, 1).unwrap();
    assert_eq!((scores[0].alone.len(), alone(0).n, alone(0).coverage.c95, alone(1).n), (2, 30, 0.0, 30));
    assert!(alone(1).wis_log < alone(0).wis_log);
    // Phases and years each divide the months; a year and all others are the whole.
    let n = |part: &scoring::Part| scoring::row(&part.rows, "naive", 1).unwrap().n;
    let of = |names: &[&str]| {
        let parts = scores[0].parts.iter().filter(|p| names.contains(&p.name.as_str()));
        parts.map(n).sum::<usize>()
    };
    assert_eq!(of(&["rise", "level", "fall"]), 30);
    assert_eq!(of(&["2022", "2023", "2024"]), 30);
    for year in ["2022", "2023", "2024"] {
        assert_eq!(of(&[year, &format!("without {year}")]), 30);
    }
}

#[test]
fn a_backtest_goes_on_from_the_origins_that_are_done() {
    let design = Design {
        from: month("2022-02"),
        to: month("2022-04"),
        horizons: vec![1, 2],
        refit: 2,
        search: [24, 24],
        searches: 2,
        members: 20,
        scale: 5000,
        seed: 5,
    };
    let go = AtomicBool::new(false);
    let mut done: Vec<Kept> = Vec::new();
    let keep = |_, kept: &Kept| {
        done.push(kept.clone());
        Ok(())
    };
    let whole = design.run(Vec::new(), &go, &mut (), keep).unwrap().unwrap();
    assert_eq!(done.len(), 3);
    // As a file holds it.
    let stored = serde_json::to_string(&done[..2]).unwrap();
    let mut more = 0;
    let count = |_, _: &Kept| {
        more += 1;
        Ok(())
    };
    let resumed = design.run(serde_json::from_str(&stored).unwrap(), &go, &mut (), count);
    assert_eq!(more, 1);
    assert!(resumed.unwrap().unwrap() == whole, "the same forecasts to the last digit");
    // A search is what it would be without others.
    let alone = Design { searches: 1, members: 10, to: design.from, ..design };
    let alone = alone.run(Vec::new(), &go, &mut (), |_, _| Ok(())).unwrap().unwrap();
    let in_first_month = whole.iter().filter(|f| f.origin == alone[0].origin && f.horizon == 1);
    for (one, all) in alone.iter().zip(in_first_month.clone()) {
        assert_eq!(*one, all.of_search(0));
        assert_eq!(all.of_searches.len(), 2);
    }
    assert_eq!(alone.len(), in_first_month.count());
    assert!(whole.iter().any(|f| f.of_search(0).samples != f.of_search(1).samples));
}
