//! The answer of a sensitivity analysis, in a few lines and as JSON.

use super::write::Told;
use crate::experiment::sensitivity::findings::Finding;
use crate::experiment::sensitivity::floor::Evidence;
use crate::experiment::sensitivity::ranking::most_flipping;
use crate::output::chart::Lang;
use serde_json::{Value, json};

/// Factors that the answer names for each quantity.
const NAMED: usize = 5;

/// What is printed.
pub(super) fn text(told: &Told<'_>) -> String {
    let mut text = String::new();
    let (scenario, versus) = told.names();
    for f in told.findings {
        let about =
            if f.quantity.difference { format!("{versus} less {scenario}") } else { scenario.clone() };
        text.push_str(&format!(
            "{} ({about}): {} {} at the base; another replicate of chance gives {} to {}\n",
            f.quantity.label(),
            number(f.base),
            f.quantity.unit,
            number(f.chance.at_low),
            number(f.chance.at_high),
        ));
        text.push_str(&swings(told, f));
        text.push_str(&shares(told, f));
        text.push_str(&ranking(told, f, &scenario, &versus));
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

fn number(value: f64) -> String {
    Lang::En.short_number(value)
}

fn name<'a>(told: &'a Told<'_>, factor: usize) -> &'a str {
    told.study.space.factors[factor].name()
}

fn swings(told: &Told<'_>, f: &Finding) -> String {
    let line = |&i: &usize| {
        let s = f.swings[i];
        format!("  {:32} {:>10} to {:>10}\n", name(told, i), number(s.at_low), number(s.at_high))
    };
    let lines: String = f.by_swing().iter().take(NAMED).map(line).collect();
    format!("  from the 10th to the 90th percentile, one at a time:\n{lines}")
}

fn shares(told: &Told<'_>, f: &Finding) -> String {
    let Some(indices) = &f.indices else { return String::new() };
    let floor = f.floor();
    let mut order: Vec<usize> = (0..indices.of.len()).collect();
    order.sort_by(|&a, &b| indices.of[b].total.total_cmp(&indices.of[a].total).then(a.cmp(&b)));
    let mut text =
        format!("  share of variance, alone and with all interactions (noise floor {floor:.3}):\n");
    for at in order.into_iter().take(NAMED) {
        let i = indices.of[at];
        let words = match Evidence::of(i.total, i.total_interval.low, floor) {
            Evidence::Above => "",
            other => other.words(),
        };
        text.push_str(&format!(
            "  {:32} {:>6.3} {:>6.3} ({:.3} to {:.3}) {words}\n",
            name(told, told.analysed[at]),
            i.first,
            i.total,
            i.total_interval.low,
            i.total_interval.high,
        ));
    }
    text
}

fn ranking(told: &Told<'_>, f: &Finding, scenario: &str, versus: &str) -> String {
    let Some((s, flips)) = &f.ranking else { return String::new() };
    let mut text = format!(
        "  {scenario} beats {versus} in {:.0} % of the cases ({:.0} to {:.0} %), {versus} wins in {:.0} %, equal in {:.0} %\n",
        100.0 * s.wins,
        100.0 * s.interval.low,
        100.0 * s.interval.high,
        100.0 * s.losses,
        100.0 * s.ties,
    );
    match most_flipping(flips) {
        Some(top) => {
            let (name, flip) = (name(told, top), flips[top]);
            let words = match Evidence::of(flip.chance, flip.interval.low, f.noise.flips) {
                Evidence::Above => "",
                other => other.words(),
            };
            text.push_str(&format!(
                "  {name} flips that most: in {:.0} % of the cases where it alone is drawn anew, another replicate of chance in {:.0} % {words}\n",
                100.0 * flip.chance,
                100.0 * f.noise.flips,
            ));
        }
        None => text.push_str("  no assumption flips that\n"),
    }
    text
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
