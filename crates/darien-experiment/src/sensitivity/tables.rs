//! What a sensitivity analysis says, as tables.

use super::findings::{Finding, Stages};
use super::floor::Evidence;
use super::space::{Factor, Space};
use super::study::Quantity;
use super::tornado::ENDS;
use crate::table::{Column, Table};

/// Rows that are about a quantity and a factor.
#[derive(Debug, Default)]
struct Labels {
    cells: [Vec<String>; 7],
}

const LABELS: [(&str, &str); 7] = [
    ("label", "The quantity in one word; names its column in design.csv."),
    ("quantity", "`level`: the outcome of the scenario; `difference`: the alternative less the scenario."),
    ("outcome", "What is counted; the mean over the months of the horizon."),
    ("place", "Where it is counted."),
    ("nationality", "ISO 3166-1 alpha-3 code (AFR and OTH are collective); ALL is the total."),
    ("unit", "Unit of the outcome."),
    ("parameter", "The factor: an uncertain parameter, or a lever."),
];

impl Labels {
    fn push(&mut self, q: &Quantity, factor: &str) {
        let kind = if q.difference { "difference" } else { "level" };
        let s = &q.series;
        let cells = [
            q.label(),
            kind.into(),
            s.outcome.clone(),
            s.place.clone(),
            s.nationality.clone(),
            q.unit.clone(),
        ];
        for (column, cell) in self.cells.iter_mut().zip(cells.into_iter().chain([factor.to_owned()])) {
            column.push(cell);
        }
    }

    fn columns(self) -> Vec<Column> {
        LABELS
            .iter()
            .zip(self.cells)
            .map(|((name, meaning), cells)| Column::text(name, meaning, cells))
            .collect()
    }
}

fn with<const N: usize>(
    name: &str,
    labels: Labels,
    columns: [(&str, &str, &str, Vec<f64>); N],
    words: Option<(&str, &str, Vec<String>)>,
) -> Table {
    let mut all = labels.columns();
    all.extend(
        columns.into_iter().map(|(name, unit, meaning, values)| Column::float(name, unit, meaning, values)),
    );
    all.extend(words.map(|(name, meaning, values)| Column::text(name, meaning, values)));
    Table::new(name, all)
}

/// `indices`: a row a quantity and analysed factor.
pub fn indices(space: &Space, findings: &[Finding], analysed: &[usize]) -> Table {
    let mut labels = Labels::default();
    let mut numbers: [Vec<f64>; 10] = Default::default();
    let mut evidence = Vec::new();
    for f in findings {
        let Some(indices) = &f.indices else { continue };
        let floor = f.floor();
        let scaled = |v: f64| if indices.variance > 0.0 { (v / indices.variance).min(1.0) } else { 0.0 };
        for (index, &factor) in indices.of.iter().zip(analysed) {
            labels.push(&f.quantity, space.factors[factor].name());
            let row = [
                index.first,
                index.first_interval.low,
                index.first_interval.high,
                index.total,
                index.total_interval.low,
                index.total_interval.high,
                floor,
                scaled(f.noise.interval.low),
                scaled(f.noise.interval.high),
                indices.used as f64,
            ];
            for (column, value) in numbers.iter_mut().zip(row) {
                column.push(value);
            }
            evidence.push(Evidence::of(index.total, index.total_interval.low, floor).words().to_owned());
        }
    }
    let [s1, s1_low, s1_high, st, st_low, st_high, floor, floor_low, floor_high, samples] = numbers;
    let share = "share of variance";
    with(
        "indices",
        labels,
        [
            ("s1", share, "First-order index: due to the factor alone (Saltelli et al. 2010).", s1),
            ("s1_low", share, "Lower end of its 95 % bootstrap interval.", s1_low),
            ("s1_high", share, "Upper end.", s1_high),
            ("st", share, "Total index: due to the factor with all its interactions (Jansen 1999).", st),
            ("st_low", share, "Lower end of its 95 % bootstrap interval.", st_low),
            ("st_high", share, "Upper end.", st_high),
            (
                "floor",
                share,
                "Noise floor: what chance alone gives. An index below it is no evidence.",
                floor,
            ),
            ("floor_low", share, "Lower end of its 95 % bootstrap interval.", floor_low),
            ("floor_high", share, "Upper end.", floor_high),
            ("samples", "base samples", "Base samples without a failed run.", samples),
        ],
        Some(("evidence", "What the floor says of the total index.", evidence)),
    )
}

/// `morris`: a row a quantity and factor.
pub fn morris(space: &Space, findings: &[Finding], analysed: &[usize]) -> Table {
    let mut labels = Labels::default();
    let mut numbers: [Vec<f64>; 6] = Default::default();
    let mut kept = Vec::new();
    for f in findings {
        for (factor, s) in f.screening.iter().enumerate() {
            labels.push(&f.quantity, space.factors[factor].name());
            let row = [s.mu, s.mu_star, s.interval.low, s.interval.high, s.sigma, f.noise.mu_star()];
            for (column, value) in numbers.iter_mut().zip(row) {
                column.push(value);
            }
            let words = if analysed.contains(&factor) { "yes" } else { "no" };
            kept.push(words.to_owned());
        }
    }
    let [mu, mu_star, low, high, sigma, floor] = numbers;
    let unit = "unit of y: in design.csv, per whole range";
    with(
        "morris",
        labels,
        [
            ("mu", unit, "Mean elementary effect.", mu),
            ("mu_star", unit, "Mean absolute elementary effect (Campolongo et al. 2007).", mu_star),
            ("mu_star_low", unit, "Lower end of its 95 % bootstrap interval.", low),
            ("mu_star_high", unit, "Upper end.", high),
            ("sigma", unit, "Standard deviation of the effects: interaction or curvature.", sigma),
            ("floor", unit, "Noise floor of mu_star: what chance alone gives.", floor),
        ],
        Some(("kept", "Whether the factor went on to Sobol' indices.", kept)),
    )
}

/// `tornado`: a row a quantity and factor, and one for chance.
pub fn tornado(space: &Space, findings: &[Finding]) -> Table {
    let mut labels = Labels::default();
    let mut numbers: [Vec<f64>; 7] = Default::default();
    for f in findings {
        for (factor, swing) in f.swings.iter().enumerate() {
            labels.push(&f.quantity, space.factors[factor].name());
            let (low, high) = (space.value(factor, ENDS.0), space.value(factor, ENDS.1));
            let row = [space.base(factor), low, high, f.base, swing.at_low, swing.at_high, swing.width()];
            for (column, value) in numbers.iter_mut().zip(row) {
                column.push(value);
            }
        }
        labels.push(&f.quantity, "chance");
        let none = f64::NAN;
        let row = [none, none, none, f.base, f.chance.at_low, f.chance.at_high, f.chance.width()];
        for (column, value) in numbers.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let [factor_base, factor_low, factor_high, base, at_low, at_high, width] = numbers;
    let of = "unit of the factor";
    let unit = "unit of the outcome";
    with(
        "tornado",
        labels,
        [
            ("factor_base", of, "Value at the base; empty for a lever: as the scenario has it.", factor_base),
            ("factor_low", of, "10th percentile.", factor_low),
            ("factor_high", of, "90th percentile.", factor_high),
            ("base", unit, "The outcome at the base.", base),
            (
                "at_low",
                unit,
                "The outcome with this factor alone at its 10th percentile; for `chance`: 10th percentile over replicates.",
                at_low,
            ),
            ("at_high", unit, "The same at the 90th percentile.", at_high),
            ("swing", unit, "Distance between the two.", width),
        ],
        None,
    )
}

/// `ranking`: for each difference a row `ALL` (how the scenario stands against the alternative), one for chance, and
/// one a factor.
pub fn ranking(space: &Space, findings: &[Finding]) -> Table {
    let mut labels = Labels::default();
    let mut numbers: [Vec<f64>; 10] = Default::default();
    let mut push = |q: &Quantity, name: &str, row: [f64; 10]| {
        labels.push(q, name);
        for (column, value) in numbers.iter_mut().zip(row) {
            column.push(value);
        }
    };
    let no = f64::NAN;
    for f in findings {
        let Some((s, flips)) = &f.ranking else { continue };
        let i = s.interval;
        push(&f.quantity, "ALL", [s.wins, i.low, i.high, s.losses, s.ties, no, no, no, no, no]);
        push(&f.quantity, "chance", [no, no, no, no, no, f.noise.flips, no, no, no, no]);
        for (factor, flip) in space.factors.iter().zip(flips) {
            let (i, [low, high]) = (flip.interval, [flip.wins_low, flip.wins_high]);
            push(&f.quantity, factor.name(), [no, no, no, no, no, flip.chance, i.low, i.high, low, high]);
        }
    }
    let [wins, wins_l, wins_h, losses, ties, flip, flip_l, flip_h, wins_low, wins_high] = numbers;
    let share = "share of the prior";
    let chance = "probability";
    with(
        "ranking",
        labels,
        [
            ("wins", share, "Where the scenario beats the alternative, by the declared direction.", wins),
            ("wins_lower", share, "Lower end of its 95 % bootstrap interval.", wins_l),
            ("wins_upper", share, "Upper end.", wins_h),
            ("losses", share, "Where the alternative beats the scenario.", losses),
            ("ties", share, "Where both give exactly the same.", ties),
            (
                "flip",
                chance,
                "That the ranking changes when this factor alone is drawn anew; for `chance`: under another replicate.",
                flip,
            ),
            ("flip_low", chance, "Lower end of its 95 % bootstrap interval.", flip_l),
            ("flip_high", chance, "Upper end.", flip_h),
            (
                "wins_lowest_fifth",
                share,
                "Where the scenario wins, with this factor in the lowest fifth of its distribution.",
                wins_low,
            ),
            ("wins_highest_fifth", share, "The same with this factor in the highest fifth.", wins_high),
        ],
        None,
    )
}

/// `design`: every run, with the shares of its factors and what it gave.
pub fn design(space: &Space, quantities: &[Quantity], stages: &Stages) -> Table {
    let runs = || {
        stages.named().into_iter().flat_map(|(name, s)| s.jobs.iter().zip(&s.given).map(move |r| (name, r)))
    };
    let rows = stages.named().into_iter().flat_map(|(_, s)| 0..s.jobs.len() as i64).collect();
    let mut columns = vec![
        Column::text(
            "stage",
            "tornado, chance, morris, sobol or floor.",
            runs().map(|r| r.0.to_owned()).collect(),
        ),
        Column::int("row", "", "Row of the stage, from 0.", rows),
        Column::int(
            "replicate",
            "",
            "Replicate of chance.",
            runs().map(|(_, (j, _))| j.replicate as i64).collect(),
        ),
    ];
    for (i, factor) in space.factors.iter().enumerate() {
        let meaning = match factor {
            Factor::Parameter(_) => "Share of the parameter's distribution; empty: at the base.",
            Factor::Lever(_) => "Share of the lever's range; empty: as the scenario has it.",
        };
        let values = runs().map(|(_, (j, _))| j.point[i]).collect();
        columns.push(Column::float(factor.name(), "share", meaning, values));
    }
    for q in quantities {
        let values = runs().map(|(_, (_, g))| q.analysed(g)).collect();
        columns.push(Column::float(
            &format!("y:{}", q.label()),
            &q.analysed_unit(),
            "What the run gave; empty where it failed.",
            values,
        ));
    }
    Table::new("design", columns)
}
