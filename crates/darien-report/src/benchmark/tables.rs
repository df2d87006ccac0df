//! The tables of a benchmark.

use super::{Role, Scorecard, direction, unit};
use crate::comparison::tables::VERDICT;
use crate::table::{Column, Table};

/// The name of a row over all futures.
pub const ALL: &str = "all";

/// Futures in the order of rows: all of them together, then each.
fn futures(card: &Scorecard<'_>) -> Vec<(String, Option<usize>)> {
    let each = card.policies.futures.iter().enumerate().map(|(i, f)| (f.id.clone(), Some(i)));
    std::iter::once((ALL.to_owned(), None)).chain(each).collect()
}

/// The scorecard: every policy in every future and in all, every outcome.
pub fn scorecard(card: &Scorecard<'_>) -> Table {
    const LABELS: [(&str, &str); 5] = [
        ("policy", "Policy."),
        ("future", "Future; `all` is all of them with equal weight."),
        ("outcome", "Outcome as the benchmark's file names it."),
        ("unit", "Unit of the values, over the horizon."),
        ("better", "Which way the file declares better: lower, higher or neither."),
    ];
    const FIGURES: [(&str, &str); 12] = [
        ("mean", "Mean over runs (and futures)."),
        ("low", "2.5 % quantile."),
        ("high", "97.5 % quantile."),
        ("difference", "Mean paired difference to the reference policy."),
        ("difference_low", "2.5 % quantile of the paired differences."),
        ("difference_high", "97.5 % quantile of the paired differences."),
        ("p_positive", "Share of runs in which the policy is higher than the reference."),
        ("regret_mean", "Mean regret; empty where no direction is declared."),
        ("regret90", "90 % quantile of the regret."),
        ("regret_max", "Largest regret."),
        ("p_best", "Share of runs in which the policy is the best; ties are shared."),
        ("satisfied", "Share of runs that hold the threshold; empty where none is declared."),
    ];
    let mut labels: [Vec<String>; 5] = Default::default();
    let mut figures: [Vec<f64>; 12] = Default::default();
    let (mut runs, mut verdicts) = (Vec::new(), Vec::new());
    for (name, future) in futures(card) {
        for (o, scored) in card.policies.outcomes.iter().enumerate() {
            let regrets = card.regrets(o, future);
            for (p, policy) in card.policies.policies.iter().enumerate() {
                let better = scored.better.name();
                for (column, cell) in
                    labels.iter_mut().zip([&policy.id, &name, &scored.name, unit(scored), better])
                {
                    column.push(cell.to_owned());
                }
                let (mean, low, high) = card.cells.summary(p, future, o);
                let d = card.cells.against(p, card.policies.reference, future, o);
                let r = regrets.as_ref().map(|r| r[p]);
                let of = |f: fn(&crate::experiment::regret::Regret) -> f64| r.as_ref().map_or(f64::NAN, f);
                let satisfied =
                    scored.threshold.map_or(f64::NAN, |t| card.cells.satisfied(p, future, o, |v| t.holds(v)));
                let row = [
                    mean,
                    low,
                    high,
                    d.difference,
                    d.low,
                    d.high,
                    d.p_positive,
                    of(|r| r.mean),
                    of(|r| r.ninetieth),
                    of(|r| r.most),
                    of(|r| r.p_best),
                    satisfied,
                ];
                for (column, value) in figures.iter_mut().zip(row) {
                    column.push(value);
                }
                runs.push(d.runs as i64);
                verdicts.push(d.verdict().code().to_owned());
            }
        }
    }
    let mut columns: Vec<Column> =
        LABELS.iter().zip(labels).map(|((n, m), v)| Column::text(n, m, v)).collect();
    for ((name, meaning), values) in FIGURES.iter().zip(figures) {
        let unit = match *name {
            "p_positive" | "p_best" | "satisfied" => "probability",
            _ => "unit of the row",
        };
        columns.push(Column::float(name, unit, meaning, values));
    }
    columns.push(Column::int("runs", "", "Runs (times futures) behind the row.", runs));
    columns.push(Column::text("verdict", VERDICT, verdicts));
    Table::new("scorecard", columns)
}

/// The rows of the contract: a part of the scorecard.
pub fn contract(scorecard: &Table) -> Table {
    const KEPT: [&str; 9] =
        ["policy", "future", "outcome", "mean", "low", "high", "regret90", "p_best", "verdict"];
    let kept = KEPT.iter().filter_map(|name| scorecard.column(name).cloned());
    Table::new("rows", kept.collect())
}

/// What a unit avoided costs, by policy and future.
pub fn prices(card: &Scorecard<'_>) -> Table {
    let mut labels: [Vec<String>; 3] = Default::default();
    let mut figures: [Vec<f64>; 5] = Default::default();
    for (name, future) in futures(card) {
        for &o in &card.policies.cost_per {
            let Some(way) = direction(&card.policies.outcomes[o]) else { continue };
            for (p, policy) in card.policies.policies.iter().enumerate() {
                let (Some(price), Some(cost)) = (card.price(p, o, future), card.policies.cost) else {
                    continue;
                };
                if p == card.policies.reference {
                    continue;
                }
                let against = |o| card.cells.against(p, card.policies.reference, future, o).difference;
                for (column, cell) in
                    labels.iter_mut().zip([&policy.id, &name, &card.policies.outcomes[o].name])
                {
                    column.push(cell.clone());
                }
                let row = [against(cost), way.good(against(o)), price.value, price.low, price.high];
                for (column, value) in figures.iter_mut().zip(row) {
                    column.push(value);
                }
            }
        }
    }
    let [policy, future, outcome] = labels;
    let [cost, avoided, price, low, high] = figures;
    Table::new(
        "prices",
        vec![
            Column::text("policy", "Policy.", policy),
            Column::text("future", "Future; `all` is all of them with equal weight.", future),
            Column::text("outcome", "Of which a unit avoided has a price.", outcome),
            Column::float("cost", "USD", "Mean cost against the reference policy.", cost),
            Column::float(
                "avoided",
                "unit of the outcome",
                "Mean amount avoided against the reference.",
                avoided,
            ),
            Column::float(
                "usd_per_unit",
                "USD",
                "Cost of a unit avoided; negative where the policy saves money. Empty where it is not sure that \
                 anything is avoided.",
                price,
            ),
            Column::float("low", "USD", "Lower end of the 95 % interval (Fieller).", low),
            Column::float("high", "USD", "Upper end of the 95 % interval (Fieller).", high),
        ],
    )
}

/// Who is on which Pareto front, how surely, and what dominates the others.
pub fn fronts(card: &Scorecard<'_>) -> Table {
    let mut labels: [Vec<String>; 3] = Default::default();
    let (mut on, mut p_front) = (Vec::new(), Vec::new());
    let name = |of: &[usize]| -> String {
        of.iter().map(|&o| card.policies.outcomes[o].name.as_str()).collect::<Vec<_>>().join("; ")
    };
    let named = card.policies.pareto.iter().map(|of| name(of)).zip(&card.standings);
    let overall = ("every outcome with a declared direction".to_owned(), &card.overall);
    for (axes, standings) in named.chain([overall]) {
        for (p, standing) in standings.iter().enumerate() {
            let by: Vec<&str> =
                standing.dominated_by.iter().map(|&q| card.policies.policies[q].id.as_str()).collect();
            for (column, cell) in labels.iter_mut().zip([&axes, &card.policies.policies[p].id, &by.join(" ")])
            {
                column.push(cell.clone());
            }
            on.push(i64::from(standing.on_front));
            p_front.push(standing.p_front);
        }
    }
    let [axes, policy, by] = labels;
    Table::new(
        "fronts",
        vec![
            Column::text("axes", "Outcomes on which policies are compared.", axes),
            Column::text("policy", "Policy.", policy),
            Column::int(
                "on_front",
                "",
                "1 if no policy is at least as good on all axes and better on one, by means.",
                on,
            ),
            Column::float(
                "p_front",
                "probability",
                "Share of runs and futures in which it is on the front.",
                p_front,
            ),
            Column::text("dominated_by", "Policies that dominate it, by means.", by),
        ],
    )
}

/// The boxes in which policies fail.
pub fn discovery(card: &Scorecard<'_>) -> Table {
    let mut labels: [Vec<String>; 3] = Default::default();
    let mut figures: [Vec<f64>; 6] = Default::default();
    let mut cases = Vec::new();
    for answered in &card.discovery {
        let limits = answered.found.as_ref().map_or(Vec::new(), |f| f.limits.clone());
        let rows = limits.iter().map(Some).chain(limits.is_empty().then_some(None));
        for limit in rows {
            let variable =
                limit.map_or(String::new(), |l| card.conditions.variables[l.variable].name.clone());
            let policy = &card.policies.policies[answered.policy].id;
            let outcome = &card.policies.outcomes[answered.outcome].name;
            for (column, cell) in labels.iter_mut().zip([policy, outcome, &variable]) {
                column.push(cell.clone());
            }
            let found = answered.found.as_ref();
            let row = [
                limit.and_then(|l| l.low).unwrap_or(f64::NAN),
                limit.and_then(|l| l.high).unwrap_or(f64::NAN),
                limit.map_or(f64::NAN, |l| l.quasi_p),
                found.map_or(f64::NAN, |f| f.coverage),
                found.map_or(f64::NAN, |f| f.density),
                answered.base_rate,
            ];
            for (column, value) in figures.iter_mut().zip(row) {
                column.push(value);
            }
            cases.push((card.cells.futures * card.cells.runs()) as i64);
        }
    }
    let [policy, outcome, variable] = labels;
    let [low, high, quasi_p, coverage, density, base_rate] = figures;
    Table::new(
        "discovery",
        vec![
            Column::text("policy", "Policy that may fail.", policy),
            Column::text("outcome", "Outcome whose threshold it fails.", outcome),
            Column::text(
                "variable",
                "Assumption, lever or future (1 in it, 0 in the others) that limits the box; empty where no box stands \
                 out.",
                variable,
            ),
            Column::float("low", "unit of the variable", "Lower limit of the box.", low),
            Column::float("high", "unit of the variable", "Upper limit of the box.", high),
            Column::float("quasi_p", "probability", "Chance that an idle limit looks as good.", quasi_p),
            Column::float("coverage", "share", "Failures that lie in the box.", coverage),
            Column::float("density", "share", "Cases in the box that fail.", density),
            Column::float("base_rate", "share", "Cases that fail at all.", base_rate),
            Column::int("cases", "", "Futures times runs.", cases),
        ],
    )
}

/// The assumptions of each run, as they were drawn.
pub fn draws(card: &Scorecard<'_>) -> Table {
    let conditions = &card.conditions;
    let whole = |values: &[u64]| values.iter().map(|v| *v as i64).collect::<Vec<i64>>();
    let mut columns = vec![
        Column::int("run", "", "Run, the same in every policy and future.", whole(&conditions.runs)),
        Column::int(
            "draw",
            "",
            "Draw of the assumptions; equal draws have equal assumptions.",
            whole(&card.cells.draws),
        ),
    ];
    let assumptions = conditions.variables.iter().enumerate().filter(|(_, v)| v.role == Role::Assumption);
    for (i, variable) in assumptions {
        let values = conditions.drawn.iter().map(|drawn| drawn[i]).collect();
        columns.push(Column::float(
            &variable.name,
            "",
            "Drawn value; where a future or policy fixes it, see conditions.csv.",
            values,
        ));
    }
    Table::new("draws", columns)
}

/// What the futures and policies fix of the variables of scenario discovery.
pub fn conditions(card: &Scorecard<'_>) -> Table {
    let mut labels: [Vec<String>; 3] = Default::default();
    let mut values = Vec::new();
    for (policy, of_policy) in card.policies.policies.iter().zip(&card.conditions.fixed) {
        for (future, fixed) in card.policies.futures.iter().zip(of_policy) {
            for (variable, value) in fixed {
                let name = &card.conditions.variables[*variable].name;
                for (column, cell) in labels.iter_mut().zip([&policy.id, &future.id, name]) {
                    column.push(cell.clone());
                }
                values.push(*value);
            }
        }
    }
    let [policy, future, variable] = labels;
    Table::new(
        "conditions",
        vec![
            Column::text("policy", "Policy.", policy),
            Column::text("future", "Future.", future),
            Column::text("variable", "Assumption, mean of a lever over the horizon, or future.", variable),
            Column::float("value", "unit of the variable", "Its value in every run.", values),
        ],
    )
}

/// The outcomes of every run of a policy: a row a future and run.
pub fn cases(card: &Scorecard<'_>, policy: usize) -> Table {
    const LABELS: [&str; 4] = ["policy", "future", "run", "draw"];
    let (p, cells) = (card.policies, &card.cells);
    let futures: Vec<(usize, &str)> = p.futures.iter().enumerate().map(|(i, f)| (i, f.id.as_str())).collect();
    let rows = futures.len() * cells.runs();
    let of_runs = |values: &[u64]| -> Vec<i64> {
        futures.iter().flat_map(|_| values.iter().map(|v| *v as i64)).collect()
    };
    let names = futures.iter().flat_map(|(_, id)| std::iter::repeat_n((*id).to_owned(), cells.runs()));
    let mut columns = vec![
        Column::text(LABELS[0], "Policy.", vec![p.policies[policy].id.clone(); rows]),
        Column::text(LABELS[1], "Future.", names.collect()),
        Column::int(
            LABELS[2],
            "",
            "Run, the same in every policy and future.",
            of_runs(&card.conditions.runs),
        ),
        Column::int(LABELS[3], "", "Draw of the assumptions, as in draws.csv.", of_runs(&cells.draws)),
    ];
    for (o, scored) in p.outcomes.iter().enumerate() {
        let taken = LABELS.contains(&scored.name.as_str());
        let name = if taken { format!("outcome {}", scored.name) } else { scored.name.clone() };
        columns.push(Column::float(
            &name,
            unit(scored),
            "Outcome over the horizon.",
            cells.values(policy, None, o),
        ));
    }
    Table::new("cases", columns)
}
