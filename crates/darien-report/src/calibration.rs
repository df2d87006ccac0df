//! Tables and charts of a calibration.

use super::chart::{Chart, Densities, Density, Frame, Histogram, Lang, Pairs, Provenance};
use super::file::OutputFolder;
use crate::data;
use crate::error::Result;
use crate::experiment::calibrate::{Calibrated, Fit, Learned, Recovery};
use crate::experiment::study::{SERIES, is_known, people};
use crate::experiment::summary::{quantile, sorted};
use crate::registry::parameters::Parameter;
use crate::table::{Column, Table};

/// What was learnt of each parameter, as a table.
pub fn parameter_table(learned: &[Learned]) -> Table {
    let float = |name: &str, meaning: &str, f: &dyn Fn(&Learned) -> f64| {
        Column::float(name, "the parameter's unit", meaning, learned.iter().map(f).collect())
    };
    Table::new(
        "parameters",
        vec![
            Column::text("parameter", "Name.", learned.iter().map(|l| l.parameter.to_owned()).collect()),
            float("prior05", "5 % quantile of the prior.", &|l| l.prior[0]),
            float("prior50", "Median of the prior.", &|l| l.prior[1]),
            float("prior95", "95 % quantile of the prior.", &|l| l.prior[2]),
            float("posterior05", "5 % quantile of the posterior.", &|l| l.posterior[0]),
            float("posterior50", "Median of the posterior.", &|l| l.posterior[1]),
            float("posterior95", "95 % quantile of the posterior.", &|l| l.posterior[2]),
            Column::float(
                "width",
                "ratio",
                "Spread of the posterior over that of the prior, on normal scores; 1: nothing was learnt.",
                learned.iter().map(|l| l.width).collect(),
            ),
            Column::text(
                "kept_at_prior",
                "Why the data cannot identify it; empty where it was fitted.",
                learned.iter().map(|l| l.kept.unwrap_or("").to_owned()).collect(),
            ),
        ],
    )
}

/// What was recorded and what the posterior gives, month by month, then the weak targets.
pub fn fit_table(fit: &Fit, fitted: &Calibrated) -> Table {
    let (study, target) = (fit.study(), fit.target());
    let (mut series, mut months) = (Vec::new(), Vec::new());
    let mut cells: [Vec<f64>; 4] = Default::default();
    let count = SERIES.len() * study.months;
    for datum in 0..target.values.len() {
        let values = sorted(fitted.accepted.iter().map(|&m| fitted.predicted[(datum, m)]).collect());
        let shown = |v: f64| if datum < count { people(v) } else { v };
        if datum < count {
            series.push(SERIES[datum / study.months].0.to_owned());
            months.push(study.from.plus((datum % study.months) as i32).to_string());
        } else {
            series.push(study.weak[datum - count].name.clone());
            months.push(String::new());
        }
        let known = is_known(target.errors[datum]);
        cells[0].push(if known { shown(target.values[datum]) } else { f64::NAN });
        for (cell, q) in cells[1..].iter_mut().zip([0.025, 0.5, 0.975]) {
            cell.push(shown(quantile(&values, q)));
        }
    }
    let [observed, low, median, high] = cells;
    let unit = "persons/month, or as the target says";
    Table::new(
        "fit",
        vec![
            Column::text("series", "Nationality group, or weak target.", series),
            Column::text("month", "Calendar month; empty for weak targets.", months),
            Column::float("observed", unit, "What was recorded; empty where nothing was.", observed),
            Column::float("low", unit, "2.5 % quantile of the posterior.", low),
            Column::float("median", unit, "Median of the posterior.", median),
            Column::float("high", unit, "97.5 % quantile of the posterior.", high),
        ],
    )
}

/// Ranks of the truth by synthetic history and parameter.
pub fn recovery_table(free: &[Parameter], recoveries: &[Recovery]) -> Table {
    let (mut history, mut parameter, mut rank) = (Vec::new(), Vec::new(), Vec::new());
    for r in recoveries {
        for (p, value) in free.iter().zip(&r.ranks) {
            history.push(i64::from(r.history));
            parameter.push(p.definition().definition.name.to_owned());
            rank.push(*value);
        }
    }
    Table::new(
        "recovery",
        vec![
            Column::int("history", "", "Number of the synthetic history.", history),
            Column::text("parameter", "Name.", parameter),
            Column::float("rank", "share", "Share of the posterior below the true value.", rank),
        ],
    )
}

fn frame(fit: &Fit, members: usize, title: &str, subtitle: String, lang: Lang) -> Frame {
    let provenance = Provenance {
        scenario: "history".into(),
        hash: data::fingerprint().chars().take(12).collect(),
        seed: fit.plan.seed,
        runs: members as u64,
        version: env!("CARGO_PKG_VERSION").into(),
        vintage: fit.plan.until.to_string(),
        source: lang
            .pick(
                "Panama's migration service (SNM); darien",
                "Servicio Nacional de Migración de Panamá; darien",
            )
            .into(),
    };
    Frame::new(title, subtitle, provenance, lang)
}

/// What a parameter means, in a language.
fn meaning(parameter: Parameter, lang: Lang) -> String {
    let definition = parameter.definition().definition;
    lang.pick(definition.en, definition.es).trim_end_matches('.').to_owned()
}

/// Points of a density of values on a prior's scale of shares.
const BINS: usize = 40;

/// A smoothed density of shares in 0–1, as points.
fn density(shares: &[f64]) -> Vec<(f64, f64)> {
    let width = 0.04;
    let kernel = |d: f64| (-0.5 * (d / width).powi(2)).exp() / (width * std::f64::consts::TAU.sqrt());
    (0..=BINS)
        .map(|i| {
            let x = i as f64 / BINS as f64;
            // Reflection at both ends keeps the mass within.
            let at = |s: f64| kernel(x - s) + kernel(x + s) + kernel(x - 2.0 + s);
            (x, shares.iter().map(|s| at(*s)).sum::<f64>() / shares.len().max(1) as f64)
        })
        .collect()
}

/// Draws prior against posterior and pairs of what was learnt most.
///
/// # Errors
///
/// If a chart cannot be drawn or written.
pub fn draw(
    fit: &Fit,
    fitted: &Calibrated,
    learned: &[Learned],
    lang: Lang,
    folder: &mut OutputFolder,
) -> Result<()> {
    let mut order: Vec<(f64, Parameter)> = fit
        .free()
        .iter()
        .map(|p| {
            let name = p.definition().definition.name;
            (learned.iter().find(|l| l.parameter == name).map_or(1.0, |l| l.width), *p)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let shares = |p: Parameter| -> Vec<f64> {
        fitted.members.iter().map(|m| p.definition().share(m.parameters[p])).collect()
    };
    let members = fitted.members.len();
    let panels = order
        .iter()
        .take(12)
        .map(|(_, p)| Density {
            name: p.definition().definition.name.to_owned(),
            meaning: meaning(*p, lang),
            prior: (0..=BINS).map(|i| (i as f64 / BINS as f64, 1.0)).collect(),
            posterior: density(&shares(*p)),
            truth: None,
        })
        .collect();
    let until = lang.month(fit.plan.until);
    Densities {
        frame: frame(
            fit,
            members,
            lang.pick(
                "What the record taught: the twelve parameters that it pinned down most",
                "Qué enseñó el registro: los doce parámetros que más precisó",
            ),
            match lang {
                Lang::En => {
                    format!("Prior (flat) and posterior on the prior's own scale of shares, data until {until}")
                }
                Lang::Es => format!(
                    "Distribución previa (plana) y posterior en la escala de proporciones de la previa, datos hasta {until}"
                ),
            },
            lang,
        ),
        panels,
    }
    .save_in(folder, "charts/parameters")?;
    let few: Vec<Parameter> = order.iter().take(5).map(|(_, p)| *p).collect();
    let columns = few.iter().map(|p| shares(*p)).collect();
    Pairs {
        frame: frame(
            fit,
            members,
            lang.pick(
                "How the best known parameters hang together",
                "Cómo se relacionan los parámetros mejor conocidos",
            ),
            match lang {
                Lang::En => format!("Members of the posterior on each prior's scale of shares, data until {until}"),
                Lang::Es => format!(
                    "Miembros de la posterior en la escala de proporciones de cada previa, datos hasta {until}"
                ),
            },
            lang,
        ),
        names: few.iter().map(|p| p.definition().definition.name.to_owned()).collect(),
        meanings: few.iter().map(|p| meaning(*p, lang)).collect(),
        draws: columns,
    }
    .save_in(folder, "charts/pairs")
}

/// Draws the rank histogram of recoveries.
///
/// # Errors
///
/// If a chart cannot be drawn or written.
pub fn draw_recovery(
    fit: &Fit,
    recoveries: &[Recovery],
    lang: Lang,
    folder: &mut OutputFolder,
) -> Result<()> {
    let ranks: Vec<f64> = recoveries.iter().flat_map(|r| r.ranks.iter().copied()).collect();
    let bins = 10;
    let mut counts = vec![0.0; bins];
    for r in &ranks {
        counts[((r * bins as f64) as usize).min(bins - 1)] += 1.0;
    }
    let expected = ranks.len() as f64 / bins as f64;
    let spread = 1.96 * (expected * (1.0 - 1.0 / bins as f64)).sqrt();
    Histogram {
        frame: frame(
            fit,
            recoveries.len(),
            lang.pick(
                "Where the truth lies in the posterior of synthetic histories",
                "Dónde queda la verdad en la posterior de historias sintéticas",
            ),
            match lang {
                Lang::En => format!(
                    "Ranks over {} histories and {} parameters; flat is right",
                    recoveries.len(),
                    fit.free().len()
                ),
                Lang::Es => format!(
                    "Rangos de {} historias y {} parámetros; lo correcto es plano",
                    recoveries.len(),
                    fit.free().len()
                ),
            },
            lang,
        ),
        edges: (0..=bins).map(|i| i as f64 / bins as f64).collect(),
        counts,
        expected: Some((expected - spread, expected, expected + spread)),
        x_name: lang
            .pick("share of the posterior below the truth", "parte de la posterior por debajo de la verdad")
            .into(),
    }
    .save_in(folder, "charts/ranks")
}
