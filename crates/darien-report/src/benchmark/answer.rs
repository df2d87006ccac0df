//! A benchmark in sentences.

use super::{Answered, Role, Scorecard, Variable, direction, unit};
use crate::experiment::prim::Limit;
use crate::experiment::regret::Regret;
use crate::figures::capitalised;
use crate::findings::{Change, Voice};
use crate::lang::Lang;
use crate::scenario::policies::{Scored, Threshold};
use crate::words::{fill_text, plain};

/// The answer: what each policy changes, at what price, how robustly, and where it fails.
pub fn text(card: &Scorecard<'_>, lang: Lang) -> String {
    let said = Said { card, lang, voice: Voice::new(lang) };
    let p = &card.policies;
    let w = said.voice.words;
    let mut lines = vec![fill_text(
        w.bench_head,
        &[
            ("title", p.title_in(lang)),
            ("policies", &p.policies.len().to_string()),
            ("futures", &p.futures.len().to_string()),
            ("runs", &lang.number(card.cells.runs() as f64, 0)),
            ("reference", &said.reference()),
        ],
    )];
    for (i, policy) in p.policies.iter().enumerate() {
        let name = format!("{} ({})", policy.title_in(lang), policy.id);
        let (first, mut indented) = said.changes(i, &name);
        lines.push(first);
        let assumed = lang.pick(&card.assumed[i].0, &card.assumed[i].1);
        if !assumed.is_empty() {
            lines.push(format!("  {assumed}"));
        }
        if i != p.reference {
            indented.extend(p.cost_per.iter().map(|&o| said.price(i, o)));
        }
        indented.push(said.standing(i));
        lines.extend(indented.iter().map(|l| format!("  {l}")));
    }
    lines.extend(card.discovery.iter().map(|answered| said.failure(answered)));
    lines.push(w.bench_words.to_owned());
    format!("{}\n{}", lines.join("\n"), crate::comparison::answer::legend(lang))
}

/// The parts of an answer.
struct Said<'a> {
    card: &'a Scorecard<'a>,
    lang: Lang,
    voice: Voice,
}

impl Said<'_> {
    fn reference(&self) -> String {
        let p = &self.card.policies;
        self.voice.quoted(p.policies[p.reference].title_in(self.lang))
    }

    fn name(&self, outcome: usize) -> &str {
        self.card.policies.outcomes[outcome].name_in(self.lang)
    }

    fn names(&self, outcomes: &[usize]) -> String {
        let names: Vec<String> = outcomes.iter().map(|&o| self.name(o).to_owned()).collect();
        self.lang.list(&names)
    }

    /// What a policy gives (the reference) or changes: the first line, and the others.
    fn changes(&self, policy: usize, name: &str) -> (String, Vec<String>) {
        let (p, w, lang) = (&self.card.policies, self.voice.words, self.lang);
        if policy == p.reference {
            let clause = |(o, scored): (usize, &Scored)| {
                let (mean, low, high) = self.card.cells.summary(policy, None, o);
                let unit = money(scored);
                fill_text(
                    w.run_row,
                    &[
                        ("outcome", scored.name_in(lang)),
                        ("x", &self.voice.with_unit(&lang.count(mean), unit)),
                        ("low", &lang.count(low)),
                        ("high", &lang.count(high)),
                    ],
                )
            };
            let clauses: Vec<String> = p.outcomes.iter().enumerate().map(clause).collect();
            let given = fill_text(w.bench_reference, &[("clauses", &clauses.join("; "))]);
            return (name.to_owned(), vec![given]);
        }
        let contrast = |o: usize| self.card.cells.against(policy, p.reference, None, o);
        let first = Change::of(&p.outcomes[0].outcome, &contrast(0));
        let first = plain(&self.voice.statement(&first, name, self.name(0), None, None));
        let changes: Vec<(Change<'_>, String)> = (1..p.outcomes.len())
            .map(|o| (Change::of(&p.outcomes[o].outcome, &contrast(o)), self.name(o).to_owned()))
            .collect();
        let clauses: Vec<String> = self.voice.clauses(&changes).iter().map(|c| plain(c)).collect();
        let others = fill_text(w.bench_also, &[("clauses", &clauses.join("; "))]);
        (first, if clauses.is_empty() { Vec::new() } else { vec![others] })
    }

    fn price(&self, policy: usize, outcome: usize) -> String {
        let (w, lang) = (self.voice.words, self.lang);
        let name = ("name", self.name(outcome));
        let priced = |template: &str, x: f64, low: f64, high: f64| {
            fill_text(
                template,
                &[name, ("x", &lang.count(x)), ("low", &lang.count(low)), ("high", &lang.count(high))],
            )
        };
        match self.card.price(policy, outcome, None) {
            Some(r) if r.value.is_finite() && r.high <= 0.0 => {
                priced(w.bench_saves, -r.value, -r.high, -r.low)
            }
            Some(r) if r.value.is_finite() => priced(w.bench_price, r.value, r.low, r.high),
            Some(_) => fill_text(w.bench_no_price, &[name]),
            None => fill_text(w.bench_undeclared, &[name]),
        }
    }

    fn titles(&self, policies: &[usize]) -> String {
        let titles: Vec<&str> =
            policies.iter().map(|&q| self.card.policies.policies[q].title_in(self.lang)).collect();
        titles.join("; ")
    }

    fn standing(&self, i: usize) -> String {
        let (card, w, lang) = (self.card, self.voice.words, self.lang);
        let p = &card.policies;
        let overall = &card.overall[i];
        let mut parts = vec![if overall.on_front {
            w.bench_undominated.to_owned()
        } else {
            fill_text(w.bench_dominated, &[("by", &self.titles(&overall.dominated_by))])
        }];
        for (axes, standings) in p.pareto.iter().zip(&card.standings) {
            let s = &standings[i];
            let template = if s.on_front { w.bench_front } else { w.bench_no_front };
            let values = [("names", self.names(axes)), ("p", lang.percent(s.p_front))];
            parts.push(fill_text(template, &values.each_ref().map(|(k, v)| (*k, v.as_str()))));
        }
        for (o, scored) in p.outcomes.iter().enumerate() {
            let Some(threshold) = scored.threshold else { continue };
            let share = card.cells.satisfied(i, None, o, |v| threshold.holds(v));
            parts.push(fill_text(w.bench_holds, &[("name", self.name(o)), ("p", &lang.percent(share))]));
            if direction(scored).is_some()
                && let Some(regrets) = card.regrets(o, None)
            {
                parts.push(self.regret(w.bench_regret, "name", self.name(o), &regrets[i]));
            }
        }
        parts.join(" ")
    }

    fn regret(&self, template: &str, key: &str, name: &str, r: &Regret) -> String {
        let lang = self.lang;
        fill_text(
            template,
            &[
                (key, name),
                ("mean", &lang.count(r.mean)),
                ("ninetieth", &lang.count(r.ninetieth)),
                ("p", &lang.percent(r.p_best)),
            ],
        )
    }

    /// A future as title and id, as the answer names policies.
    fn future(&self, future: usize) -> String {
        let future = &self.card.policies.futures[future];
        match future.title_in(self.lang) {
            title if title.is_empty() || title == future.id => future.id.clone(),
            title => format!("{title} ({})", future.id),
        }
    }

    /// A box in words: "fails when crisis.VEN is above 0.7 and …".
    fn failure(&self, answered: &Answered) -> String {
        let (w, lang) = (self.voice.words, self.lang);
        let scored = &self.card.policies.outcomes[answered.outcome];
        let policy = self.card.policies.policies[answered.policy].title_in(lang);
        let rate = lang.percent(answered.base_rate);
        let (template, limit) = match scored.threshold {
            Some(Threshold::AtMost(x)) => (w.above, x),
            Some(Threshold::AtLeast(x)) => (w.below, x),
            None => ("{name}", f64::NAN),
        };
        let goal = fill_text(template, &[("name", scored.name_in(lang)), ("x", &lang.count(limit))]);
        let Some(found) = &answered.found else {
            return fill_text(w.fails_anywhere, &[("policy", policy), ("goal", &goal), ("rate", &rate)]);
        };
        let parts: Vec<String> = found
            .limits
            .iter()
            .map(|l| {
                let Variable { name, role } = &self.card.conditions.variables[l.variable];
                if let Role::Future(f) = role {
                    let template = if l.low.is_some() { w.is_future } else { w.is_not_future };
                    return fill_text(template, &[("name", &self.future(*f))]);
                }
                let name = name.replace("(mean)", &format!("({})", w.mean_of_horizon));
                let (low, high) = (l.low.map(|x| short(x, lang)), l.high.map(|x| short(x, lang)));
                match (low, high) {
                    (Some(low), Some(high)) => {
                        fill_text(w.is_between, &[("name", &name), ("low", &low), ("high", &high)])
                    }
                    (Some(low), None) => fill_text(w.is_above, &[("name", &name), ("x", &low)]),
                    (None, Some(high)) => fill_text(w.is_below, &[("name", &name), ("x", &high)]),
                    (None, None) => name,
                }
            })
            .collect();
        // What else may set these futures apart from the others, their file says.
        let futures = &self.card.policies.futures;
        let role = |l: &Limit| self.card.conditions.variables[l.variable].role;
        let by_lever = found.limits.iter().any(|l| role(l) == Role::Lever);
        let names: Vec<String> = answered.futures.iter().map(|f| self.future(*f)).collect();
        let mut inside = lang.list(&parts);
        if by_lever && names.len() < futures.len() {
            inside.push_str(&fill_text(w.only_in_futures, &[("list", &lang.list(&names))]));
        }
        fill_text(
            w.fails_where,
            &[
                ("policy", policy),
                ("goal", &goal),
                ("rate", &rate),
                ("density", &lang.percent(found.density)),
                ("box", &inside),
                ("coverage", &lang.percent(found.coverage)),
            ],
        )
    }
}

/// What stands after an amount of money.
fn money(scored: &Scored) -> &'static str {
    if unit(scored).starts_with("USD") { "\u{a0}USD" } else { "" }
}

/// Three significant digits.
fn short(x: f64, lang: Lang) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let decimals = (2 - x.abs().log10().floor() as i32).clamp(0, 8) as usize;
    lang.number(x, decimals)
}

/// The answer as a table in Markdown, for reports and guides: what each policy changes against the reference, with
/// harm, price and standing.
pub fn markdown(card: &Scorecard<'_>, lang: Lang) -> String {
    let said = Said { card, lang, voice: Voice::new(lang) };
    let (p, w) = (&card.policies, said.voice.words);
    let mut text = fill_text(
        w.bench_table,
        &[
            ("reference", &said.reference()),
            ("futures", &p.futures.len().to_string()),
            ("runs", &lang.number(card.cells.runs() as f64, 0)),
        ],
    ) + "\n\n";
    let shown: Vec<usize> =
        (0..p.outcomes.len()).filter(|&o| p.outcomes[o].places.is_empty() || o == 0).collect();
    let mut head = vec![w.col_option.to_owned()];
    head.extend(shown.iter().map(|&o| {
        let unit = w.unit_of(unit(&p.outcomes[o]));
        capitalised(&format!("{} ({unit})", said.name(o)))
    }));
    head.extend(p.cost_per.iter().map(|&o| fill_text(w.bench_col_price, &[("name", said.name(o))])));
    head.push(w.bench_col_dominated.into());
    text.push_str(&format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len())));
    let range = |low: f64, high: f64| format!("{} {} {}", lang.signed(low), w.to, lang.signed(high));
    for (i, policy) in p.policies.iter().enumerate().filter(|(i, _)| *i != p.reference) {
        let mut cells = vec![policy.title_in(lang).to_owned()];
        for &o in &shown {
            let c = card.cells.against(i, p.reference, None, o);
            let support = said.voice.cell(c.verdict());
            cells.push(format!("{} ({}; {support})", lang.signed(c.difference), range(c.low, c.high)));
        }
        for &o in &p.cost_per {
            cells.push(match card.price(i, o, None) {
                Some(r) if r.value.is_finite() => {
                    format!("{} ({} {} {})", lang.count(r.value), lang.count(r.low), w.to, lang.count(r.high))
                }
                _ => "–".into(),
            });
        }
        let by = &card.overall[i].dominated_by;
        cells.push(if by.is_empty() { w.nobody_dominates.into() } else { said.titles(by) });
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.push('\n');
    for (o, _) in p.outcomes.iter().enumerate().filter(|(_, s)| s.threshold.is_some()) {
        let Some(regrets) = card.regrets(o, None) else { continue };
        let mut order: Vec<usize> = (0..p.policies.len()).collect();
        order.sort_by(|&a, &b| {
            let by = |f: fn(&Regret) -> f64| f(&regrets[a]).total_cmp(&f(&regrets[b]));
            by(|r| r.ninetieth).then(by(|r| r.mean))
        });
        let list: Vec<String> = order
            .iter()
            .map(|&i| said.regret(w.bench_robust_one, "title", p.policies[i].title_in(lang), &regrets[i]))
            .collect();
        let values = [("name", said.name(o)), ("list", &list.join("; "))];
        text.push_str(&format!("{}\n\n", fill_text(w.bench_robust, &values)));
    }
    for answered in &card.discovery {
        text.push_str(&format!("- {}\n", said.failure(answered)));
    }
    text
}
