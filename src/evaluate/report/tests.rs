//! Tests of the report.

use super::*;
use crate::evaluate::scores::Quantiles;

fn task(origin: usize, horizon: usize) -> Task {
    let text = |k: &str, v: String| (k.to_string(), v);
    Task::from([
        text("origin_date", format!("2023-{origin:02}-01")),
        text("horizon", horizon.to_string()),
    ])
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
    let interval = first.relative_interval.unwrap();
    assert!((interval.low - 0.5).abs() < 1e-12 && (interval.high - 0.5).abs() < 1e-12);
    assert_eq!(rows[1].relative_skill, Some(1.0));
    assert_eq!(rows[4].relative_interval, None, "12 origins are too few for blocks of 10");
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
