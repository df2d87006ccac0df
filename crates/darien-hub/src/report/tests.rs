//! Tests of the report.

use super::*;
use crate::scores::Quantiles;
use crate::skill::holm;

fn task(origin: usize, horizon: usize) -> Task {
    let text = |k: &str, v: String| (k.to_string(), v);
    Task::from([text("origin_date", format!("2023-{origin:02}-01")), text("horizon", horizon.to_string())])
}

/// Two models over twelve origins and horizons 1, 2, 10; `wide` is twice as far off as `near`.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for origin in 1..=12 {
        for horizon in [10, 1, 2] {
            let truth = 100.0 + (origin * horizon) as f64;
            for (model, miss) in [("t-near", 10.0), ("t-wide", 20.0)] {
                let q: Quantiles = std::array::from_fn(|_| truth + miss);
                cases.push(Case::new(model, task(origin, horizon), &q, truth));
            }
        }
    }
    cases
}

#[test]
fn rows_are_by_group_and_from_best_to_worst() {
    let options = Options { relative_to: Some("t-wide".into()), ..Options::default() };
    let rows = summarise(&cases(), &options).unwrap();
    let order: Vec<(&str, &str)> = rows.iter().map(|r| (r.group[0].as_str(), r.model.as_str())).collect();
    assert_eq!(order[..3], [("1", "t-near"), ("1", "t-wide"), ("2", "t-near")]);
    assert_eq!(rows[4].group[0], "10");
    let first = &rows[0];
    assert_eq!((first.n, first.mae, first.bias), (12, 10.0, 1.0));
    assert!((first.wis.total - 10.0).abs() < 1e-9 && first.wis.dispersion == 0.0);
    assert!((first.relative_skill.unwrap() - 0.5).abs() < 1e-12);
    let interval = first.ratio_interval.unwrap();
    assert!((interval.low - 0.5).abs() < 1e-12 && (interval.high - 0.5).abs() < 1e-12);
    assert_eq!(rows[1].relative_skill, Some(1.0));
    assert_eq!(rows[4].ratio_interval, None, "12 origins are too few for blocks of 10");
    assert_eq!(first.coverage.c95, 0.0);
    assert!(first.crps.is_none() && first.wis_log.unwrap() < 0.2);
}

#[test]
fn samples_bring_crps_and_their_own_bias() {
    let mut all = cases();
    for case in &mut all {
        case.samples = vec![case.observed - 1.0, case.observed + 1.0];
    }
    let options = Options { by: vec![], log: true, ..Options::default() };
    let rows = summarise(&all, &options).unwrap();
    assert_eq!(rows.len(), 2);
    assert!((rows[0].crps.unwrap() - 0.5).abs() < 1e-12);
    assert_eq!(rows[0].bias, 0.0);
    assert!(rows[0].relative_skill.is_none());
}

#[test]
fn wrong_wishes_are_refused_with_the_nearest_name() {
    let by = Options { by: vec!["horizont".into(), "colour".into()], ..Options::default() };
    let text = summarise(&cases(), &by).unwrap_err().to_string();
    assert!(text.contains("did you mean `horizon`?") && text.contains("colour"), "{text}");
    let relative = Options { relative_to: Some("t-naer".into()), ..Options::default() };
    assert!(summarise(&cases(), &relative).unwrap_err().to_string().contains("did you mean `t-near`?"));
    let mut negative = cases();
    negative[0].observed = -5.0;
    let log = Options { relative_to: Some("t-near".into()), log: true, ..Options::default() };
    assert!(summarise(&negative, &log).is_err());
    assert!(summarise(&[], &Options { by: vec![], ..Options::default() }).unwrap().is_empty());
}

#[test]
fn a_verdict_needs_an_interval_beside_one() {
    // `t-near` misses by about 10 and `t-wide` by about 20, in every month.
    let mut all = cases();
    for (i, case) in all.iter_mut().enumerate() {
        let jitter = f64::from(u8::try_from(i * 7 % 5).unwrap());
        case.quantiles.iter_mut().for_each(|q| *q += jitter);
    }
    let options = Options { relative_to: Some("t-wide".into()), ..Options::default() };
    let rows = summarise(&all, &options).unwrap();
    let verdict = |r: &Row| r.verdict(Some("t-wide"));
    assert_eq!(verdict(&rows[0]), Some(Verdict::Better));
    assert_eq!(verdict(&rows[1]), None, "the reference is not judged against itself");
    assert!(rows[0].p_value.unwrap() < 0.01);
    let tests: Vec<&Row> = rows.iter().filter(|r| r.model == "t-near" && r.p_value.is_some()).collect();
    let adjusted = holm(&tests.iter().filter_map(|r| r.p_value).collect::<Vec<_>>());
    assert_eq!(tests.iter().filter_map(|r| r.p_holm).collect::<Vec<_>>(), adjusted);
    assert_eq!(tests.len(), 2);
    assert_eq!(verdict(&rows[4]), Some(Verdict::NoEvidence), "12 origins are too few for blocks of 10");
    assert_eq!(rows[4].p_value, None);
    let worse = Options { relative_to: Some("t-near".into()), ..options };
    let rows = summarise(&all, &worse).unwrap();
    assert_eq!(rows[1].verdict(Some("t-near")), Some(Verdict::Worse));
    assert!(rows.iter().all(|r| r.verdict(Some("t-near")).is_none_or(|v| !v.text().is_empty())));
}

#[test]
fn a_capacity_judges_the_tail_alone() {
    let options = |capacity| Options { by: vec![], capacity, ..Options::default() };
    let row = |capacity| summarise(&cases(), &options(capacity)).unwrap()[0].wis_tail;
    assert_eq!(row(None), None);
    assert_eq!(row(Some(1e6)), Some(0.0));
    assert!((row(Some(0.0)).unwrap() - 10.0).abs() < 1e-9);
}

#[test]
fn samples_become_a_case_with_their_quantiles() {
    let samples: Vec<f64> = (0..=100).map(f64::from).collect();
    let case = Case::from_samples("t-abm", task(1, 1), samples, 50.0).unwrap();
    assert_eq!((case.quantiles[0], case.quantiles[11], case.quantiles[22]), (1.0, 50.0, 99.0));
    assert!(Case::from_samples("t-abm", task(1, 1), vec![], 50.0).is_none());
}
