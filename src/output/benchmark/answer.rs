//! A benchmark in sentences.

use super::tables::words;
use super::{Scorecard, direction};
use crate::output::chart::Lang;
use crate::output::comparison::answer::{change, signed};
use crate::output::figures::people;

/// The answer: what each policy changes, at what price, how robustly, and where it fails.
pub fn text(card: &Scorecard<'_>) -> String {
    let p = &card.policies;
    let reference = &p.policies[p.reference];
    let mut text = format!(
        "{}: {} policies in {} futures, {} draws each; changes are against \"{}\", paired by future and draw\n",
        if p.title.is_empty() { &p.name } else { &p.title },
        p.policies.len(),
        p.futures.len(),
        card.cells.runs(),
        reference.title
    );
    for (i, policy) in p.policies.iter().enumerate() {
        text.push_str(&format!("{} ({})\n", policy.title, policy.id));
        for (o, scored) in p.outcomes.iter().enumerate() {
            let line = if i == p.reference {
                let (mean, low, high) = card.cells.summary(i, None, o);
                format!("{} {} ({} to {})", people(mean), super::unit(scored), people(low), people(high))
            } else {
                change(&card.cells.against(i, p.reference, None, o), super::unit(scored), Lang::En)
            };
            text.push_str(&format!("  {}: {line}\n", scored.name));
        }
        if i != p.reference {
            for &o in &p.cost_per {
                text.push_str(&format!("  {}\n", price(card, i, o)));
            }
        }
        text.push_str(&format!("  {}\n", standing(card, i)));
    }
    for answered in &card.discovery {
        text.push_str(&format!("{}\n", words(card, answered)));
    }
    text.push_str(
        "\"Better\", \"dominated\" and \"regret\" follow the directions that the file declares; another file may \
         declare others.\n",
    );
    text.push_str(&crate::output::comparison::answer::legend());
    text
}

fn price(card: &Scorecard<'_>, policy: usize, outcome: usize) -> String {
    let name = &card.policies.outcomes[outcome].name;
    match card.price(policy, outcome, None) {
        Some(r) if r.value.is_finite() && r.high <= 0.0 => format!(
            "USD saved per unit of {name} avoided: {} ({} to {})",
            people(-r.value),
            people(-r.high),
            people(-r.low)
        ),
        Some(r) if r.value.is_finite() => {
            format!(
                "USD per unit of {name} avoided: {} ({} to {})",
                people(r.value),
                people(r.low),
                people(r.high)
            )
        }
        Some(_) => format!("no price for {name}: it is not sure that any are avoided"),
        None => format!("no price for {name}: the file declares no direction or no cost"),
    }
}

fn standing(card: &Scorecard<'_>, i: usize) -> String {
    let p = &card.policies;
    let overall = &card.overall[i];
    let mut parts = Vec::new();
    if overall.on_front {
        parts.push("dominated by no policy".to_owned());
    } else {
        let by: Vec<&str> = overall.dominated_by.iter().map(|&q| p.policies[q].id.as_str()).collect();
        parts.push(format!("DOMINATED by {}", by.join(", ")));
    }
    for (axes, standings) in p.pareto.iter().zip(&card.standings) {
        let names: Vec<&str> = axes.iter().map(|&o| p.outcomes[o].name.as_str()).collect();
        let s = &standings[i];
        parts.push(format!(
            "{} the front of {} in the mean, on it in {:.0} % of cases",
            if s.on_front { "on" } else { "off" },
            names.join(" and "),
            100.0 * s.p_front
        ));
    }
    for (o, scored) in p.outcomes.iter().enumerate() {
        if let Some(threshold) = scored.threshold {
            let share = card.cells.satisfied(i, None, o, |v| threshold.holds(v));
            parts.push(format!("holds its threshold of {} in {:.0} %", scored.name, 100.0 * share));
        }
        if direction(scored).is_some()
            && let Some(regrets) = card.regrets(o, None)
            && scored.threshold.is_some()
        {
            parts.push(format!(
                "regret about {} {} (90 %: {}), best in {:.0} %",
                scored.name,
                people(regrets[i].mean),
                people(regrets[i].ninetieth),
                100.0 * regrets[i].p_best
            ));
        }
    }
    parts.join("; ")
}

/// The answer as a table in Markdown, for reports and guides: what each policy changes against the reference, with
/// harm, price and standing.
pub fn markdown(card: &Scorecard<'_>) -> String {
    let p = &card.policies;
    let reference = &p.policies[p.reference].title;
    let mut text = format!(
        "Change against \"{reference}\" over the horizon: mean of {} futures and {} draws, in brackets the 95 % range of \
         the paired differences, then the share of cases with a fall.\n\n",
        p.futures.len(),
        card.cells.runs()
    );
    let shown: Vec<usize> =
        (0..p.outcomes.len()).filter(|&o| p.outcomes[o].places.is_empty() || o == 0).collect();
    let mut head = vec!["policy".to_owned()];
    head.extend(shown.iter().map(|&o| format!("{} ({})", p.outcomes[o].name, super::unit(&p.outcomes[o]))));
    head.extend(p.cost_per.iter().map(|&o| format!("USD per unit of {} avoided", p.outcomes[o].name)));
    head.push("dominated by".into());
    text.push_str(&format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len())));
    for (i, policy) in p.policies.iter().enumerate().filter(|(i, _)| *i != p.reference) {
        let mut cells = vec![policy.title.clone()];
        for &o in &shown {
            let c = card.cells.against(i, p.reference, None, o);
            cells.push(format!(
                "{} ({} to {}; {:.0} %)",
                signed(c.difference),
                signed(c.low),
                signed(c.high),
                100.0 * c.p_negative
            ));
        }
        for &o in &p.cost_per {
            cells.push(match card.price(i, o, None) {
                Some(r) if r.value.is_finite() => {
                    format!("{} ({} to {})", people(r.value), people(r.low), people(r.high))
                }
                _ => "–".into(),
            });
        }
        let by: Vec<&str> = card.overall[i].dominated_by.iter().map(|&q| p.policies[q].id.as_str()).collect();
        cells.push(if by.is_empty() { "none".into() } else { by.join(", ") });
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.push('\n');
    for (o, scored) in p.outcomes.iter().enumerate().filter(|(_, s)| s.threshold.is_some()) {
        let Some(regrets) = card.regrets(o, None) else { continue };
        let mut order: Vec<usize> = (0..p.policies.len()).collect();
        order.sort_by(|&a, &b| {
            let by =
                |f: fn(&crate::experiment::regret::Regret) -> f64| f(&regrets[a]).total_cmp(&f(&regrets[b]));
            by(|r| r.ninetieth).then(by(|r| r.mean))
        });
        let list: Vec<String> = order
            .iter()
            .map(|&i| {
                format!(
                    "{} (regret {} in the mean, {} at the 90 % level; best in {:.0} % of the cases)",
                    p.policies[i].title,
                    people(regrets[i].mean),
                    people(regrets[i].ninetieth),
                    100.0 * regrets[i].p_best
                )
            })
            .collect();
        text.push_str(&format!(
            "Robustness about {}, from least to most regret: {}.\n\n",
            scored.name,
            list.join("; ")
        ));
    }
    for answered in &card.discovery {
        text.push_str(&format!("- {}\n", words(card, answered)));
    }
    text
}
