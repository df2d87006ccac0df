//! The answer of a sensitivity analysis, in a few lines and as JSON.

use super::write::Told;
use crate::experiment::sensitivity::findings::Finding;
use crate::experiment::sensitivity::floor::Evidence;
use crate::experiment::sensitivity::ranking::most_flipping;
use crate::output::figures::capitalised;
use crate::output::words::{self, Words, fill_text};
use serde_json::{Value, json};

/// Factors that the answer names for each quantity.
const NAMED: usize = 5;

/// What is printed.
pub(super) fn text(told: &Told<'_>) -> String {
    let mut text = String::new();
    let (scenario, versus) = told.names();
    let (lang, w) = (told.args.lang, words::of(told.args.lang));
    let titles = told.titles();
    for f in told.findings {
        let about = if f.quantity.difference {
            fill_text(w.sens_less, &[("a", &titles.0), ("b", &titles.1)])
        } else {
            titles.0.clone()
        };
        let place = w.place(&f.quantity.series.place);
        let label = format!("{}, {place}", w.outcome(&f.quantity.series.outcome));
        let head = fill_text(
            w.sens_head,
            &[
                ("label", &label),
                ("about", &about),
                ("x", &lang.short_number(f.base)),
                ("unit", w.unit_of(&f.quantity.unit)),
                ("low", &lang.short_number(f.chance.at_low)),
                ("high", &lang.short_number(f.chance.at_high)),
            ],
        );
        text.push_str(&format!("{}\n", capitalised(&head)));
        text.push_str(&swings(told, f));
        text.push_str(&shares(told, f));
        text.push_str(&ranking(told, f, &titles));
    }
    if told.args.common.json {
        let rows: Vec<Value> = told.findings.iter().flat_map(|f| rows(told, f)).collect();
        let rankings: Vec<Value> =
            told.findings.iter().filter_map(|f| standing(told, f, &scenario, &versus)).collect();
        let line = json!({ "verb": "sensitivity", "rows": rows, "ranking": rankings, "runs": told.runs() });
        text.push_str(&format!("{line}\n"));
    }
    text
}

fn name<'a>(told: &'a Told<'_>, factor: usize) -> &'a str {
    told.study.space.factors[factor].name()
}

/// What stands beside a measure that is not surely above the noise floor.
fn doubt(evidence: Evidence, w: &Words) -> &'static str {
    match evidence {
        Evidence::Above => "",
        Evidence::Unclear => w.evidence_unclear,
        Evidence::Below => w.evidence_below,
    }
}

fn swings(told: &Told<'_>, f: &Finding) -> String {
    let (lang, w) = (told.args.lang, words::of(told.args.lang));
    let line = |&i: &usize| {
        let s = f.swings[i];
        let (low, high) = (lang.short_number(s.at_low), lang.short_number(s.at_high));
        format!("  {:32} {low:>10} {} {high:>10}\n", name(told, i), w.to)
    };
    let lines: String = f.by_swing().iter().take(NAMED).map(line).collect();
    format!("  {}\n{lines}", w.sens_swings)
}

fn shares(told: &Told<'_>, f: &Finding) -> String {
    let Some(indices) = &f.indices else { return String::new() };
    let (lang, w) = (told.args.lang, words::of(told.args.lang));
    let floor = f.floor();
    let mut order: Vec<usize> = (0..indices.of.len()).collect();
    order.sort_by(|&a, &b| indices.of[b].total.total_cmp(&indices.of[a].total).then(a.cmp(&b)));
    let share = |x: f64| lang.number(x, 3);
    let mut text = format!("  {}\n", fill_text(w.sens_shares, &[("floor", &share(floor))]));
    for at in order.into_iter().take(NAMED) {
        let i = indices.of[at];
        let doubt = doubt(Evidence::of(i.total, i.total_interval.low, floor), w);
        text.push_str(&format!(
            "  {:32} {:>6} {:>6} ({} {} {}) {doubt}\n",
            name(told, told.analysed[at]),
            share(i.first),
            share(i.total),
            share(i.total_interval.low),
            w.to,
            share(i.total_interval.high),
        ));
    }
    text
}

fn ranking(told: &Told<'_>, f: &Finding, (scenario, versus): &(String, String)) -> String {
    let Some((s, flips)) = &f.ranking else { return String::new() };
    let (lang, w) = (told.args.lang, words::of(told.args.lang));
    let beats = fill_text(
        w.sens_beats,
        &[
            ("a", scenario),
            ("b", versus),
            ("wins", &lang.percent(s.wins)),
            ("low", &lang.percent(s.interval.low)),
            ("high", &lang.percent(s.interval.high)),
            ("losses", &lang.percent(s.losses)),
            ("ties", &lang.percent(s.ties)),
        ],
    );
    let flips = most_flipping(flips).map_or_else(
        || w.sens_no_flip.to_owned(),
        |top| {
            let flip = flips[top];
            let doubt = doubt(Evidence::of(flip.chance, flip.interval.low, f.noise.flips), w);
            let said = fill_text(
                w.sens_flips,
                &[
                    ("name", name(told, top)),
                    ("chance", &lang.percent(flip.chance)),
                    ("noise", &lang.percent(f.noise.flips)),
                ],
            );
            if doubt.is_empty() { said } else { format!("{said} ({doubt})") }
        },
    );
    format!("  {beats}\n  {flips}\n")
}

/// A row a factor.
fn rows(told: &Told<'_>, f: &Finding) -> Vec<Value> {
    let q = &f.quantity;
    let floor = f.floor();
    (0..told.study.space.factors.len())
        .map(|i| {
            let at = told.analysed.iter().position(|a| *a == i);
            let index = at.and_then(|at| f.indices.as_ref()?.of.get(at).copied());
            let screening = f.screening.get(i);
            let swing = f.swings.get(i);
            let evidence = index
                .map(|x| Evidence::of(x.total, x.total_interval.low, floor))
                .or_else(|| screening.map(|s| Evidence::of(s.mu_star, s.interval.low, f.noise.mu_star())));
            json!({
                "parameter": name(told, i),
                "outcome": q.series.outcome,
                "place": q.series.place,
                "nationality": q.series.nationality,
                "quantity": if q.difference { "difference" } else { "level" },
                "s1": index.map(|x| x.first),
                "s1_low": index.map(|x| x.first_interval.low),
                "s1_high": index.map(|x| x.first_interval.high),
                "st": index.map(|x| x.total),
                "low": index.map(|x| x.total_interval.low),
                "high": index.map(|x| x.total_interval.high),
                "floor": f.indices.as_ref().map(|_| floor),
                "mu_star": screening.map(|s| s.mu_star),
                "mu_star_low": screening.map(|s| s.interval.low),
                "mu_star_high": screening.map(|s| s.interval.high),
                "sigma": screening.map(|s| s.sigma),
                "mu_star_floor": screening.map(|_| f.noise.mu_star()),
                "at_low": swing.map(|s| s.at_low),
                "at_high": swing.map(|s| s.at_high),
                "unit": q.unit,
                "log": q.log,
                "evidence": evidence.map(Evidence::words),
            })
        })
        .collect()
}

fn standing(told: &Told<'_>, f: &Finding, scenario: &str, versus: &str) -> Option<Value> {
    let (s, flips) = f.ranking.as_ref()?;
    let top = most_flipping(flips);
    Some(json!({
        "scenario": scenario,
        "versus": versus,
        "outcome": f.quantity.series.outcome,
        "place": f.quantity.series.place,
        "nationality": f.quantity.series.nationality,
        "wins": s.wins,
        "low": s.interval.low,
        "high": s.interval.high,
        "losses": s.losses,
        "ties": s.ties,
        "flips_most": top.map(|i| name(told, i)),
        "flip": top.map(|i| flips[i].chance),
        "flip_low": top.map(|i| flips[i].interval.low),
        "flip_high": top.map(|i| flips[i].interval.high),
        "floor": f.noise.flips,
        "points": s.points,
    }))
}
