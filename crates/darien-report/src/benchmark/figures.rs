//! The charts of a benchmark: scorecard, planes with their Pareto front, regret.

use super::{Scorecard, unit};
use crate::chart::{Bar, Chart, Frame, Heat, Lang, Provenance, Scatter, Spot, Tornado};
use crate::data;
use crate::error::Result;
use crate::figures::capitalised;
use crate::file::OutputFolder;

/// What the charts need beside the scorecard.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Language of the words.
    pub lang: Lang,
    /// Seed.
    pub seed: u64,
    /// Hash of the benchmark's file.
    pub hash: String,
    /// One line on how well the model has done so far.
    pub track_record: String,
}

impl Setting {
    fn say(&self, en: &str, es: &str) -> String {
        if self.lang == Lang::Es { es.to_owned() } else { en.to_owned() }
    }

    fn frame(&self, card: &Scorecard<'_>, title: String, subtitle: String) -> Frame {
        let provenance = Provenance {
            scenario: card.policies.name.clone(),
            hash: self.hash.clone(),
            seed: self.seed,
            runs: card.cells.runs() as u64,
            version: env!("CARGO_PKG_VERSION").into(),
            vintage: data::vintage().to_string(),
            source: "darien".into(),
        };
        let mut frame = Frame::new(title, subtitle, provenance, self.lang);
        frame.note.clone_from(&self.track_record);
        frame
    }
}

/// A divisor that makes values readable, and its name.
fn divisor(most: f64, lang: Lang) -> (f64, &'static str) {
    if most >= 1e7 {
        (1e6, lang.pick("million ", "millones de "))
    } else if most >= 1e4 {
        (1e3, lang.pick("thousand ", "miles de "))
    } else {
        (1.0, "")
    }
}

/// The step that leaves three significant digits of the largest of some values.
fn step(most: f64) -> f64 {
    if most > 0.0 && most.is_finite() { 10f64.powf(most.log10().floor() - 2.0).min(1.0) } else { 1.0 }
}

/// A value in whole steps.
fn rounded(x: f64, step: f64) -> f64 {
    (x / step).round() * step
}

/// A unit that fits into a narrow column.
fn short_unit(unit: &str, lang: Lang) -> &str {
    match unit {
        "persons" => "pers.",
        "person-nights" => lang.pick("nights", "noches"),
        other => other,
    }
}

/// Most policies that a title names.
const TITLED: usize = 4;

/// Values of a column in a unit that lets them be read in little room, and that unit.
pub fn readable(values: &[f64], unit: &str, lang: Lang) -> (String, Vec<f64>) {
    let most = values.iter().map(|v| v.abs()).fold(0.0, f64::max);
    let by = divisor(most, lang).0;
    let prefix = if by == 1e6 {
        "M "
    } else if by == 1e3 {
        "k "
    } else {
        ""
    };
    let step = step(most / by);
    let values = values.iter().map(|v| rounded(v / by, step)).collect();
    (format!("{prefix}{}", short_unit(unit, lang)), values)
}

/// File name of an outcome.
fn slug(name: &str) -> String {
    let fine: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    fine.split('-').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("-").to_lowercase()
}

/// Draws all charts into `charts/`.
///
/// # Errors
///
/// If a chart cannot be drawn or written.
pub fn draw(card: &Scorecard<'_>, setting: &Setting, folder: &mut OutputFolder) -> Result<()> {
    scorecard(card, setting).save_in(folder, "charts/scorecard")?;
    for axes in card.policies.pareto.iter().filter(|a| a.len() == 2) {
        let (x, y) = (axes[0], axes[1]);
        let name =
            format!("{}-{}", slug(&card.policies.outcomes[x].name), slug(&card.policies.outcomes[y].name));
        plane(card, setting, x, y).save_in(folder, &format!("charts/plane-{name}"))?;
    }
    for o in 0..card.policies.outcomes.len() {
        if let Some(chart) = regret(card, setting, o) {
            chart.save_in(folder, &format!("charts/regret-{}", slug(&card.policies.outcomes[o].name)))?;
        }
    }
    Ok(())
}

fn scorecard(card: &Scorecard<'_>, setting: &Setting) -> Heat {
    let p = &card.policies;
    let mut columns = Vec::new();
    let mut values = vec![Vec::new(); p.policies.len()];
    // Parts of the public cost stand in the tables; the chart shows the whole.
    let shown = |s: &&(usize, &crate::scenario::policies::Scored)| {
        s.1.outcome != "public_cost" || s.1.places.is_empty()
    };
    for (o, scored) in p.outcomes.iter().enumerate().filter(|s| shown(&s)) {
        let means: Vec<f64> = (0..p.policies.len()).map(|i| card.cells.summary(i, None, o).0).collect();
        let (unit, means) = readable(&means, unit(scored), setting.lang);
        columns.push((capitalised(scored.name_in(setting.lang)), unit, scored.better));
        for (row, mean) in values.iter_mut().zip(means) {
            row.push(mean);
        }
    }
    let free = card.overall.iter().filter(|s| s.on_front).count();
    Heat {
        frame: setting.frame(
            card,
            setting.say(
                &format!("{free} of {} policies are dominated by no other", p.policies.len()),
                &format!("{free} de {} políticas no son dominadas por ninguna", p.policies.len()),
            ),
            setting.say(
                &format!(
                    "Means over {} futures and {} draws; shaded only where the file says which way is better",
                    p.futures.len(),
                    card.cells.runs()
                ),
                &format!(
                    "Medias sobre {} futuros y {} sorteos; con color solo donde el archivo dice qué es mejor",
                    p.futures.len(),
                    card.cells.runs()
                ),
            ),
        ),
        rows: p.policies.iter().map(|p| p.title_in(setting.lang).to_owned()).collect(),
        columns,
        values,
    }
}

fn plane(card: &Scorecard<'_>, setting: &Setting, x: usize, y: usize) -> Scatter {
    let p = &card.policies;
    let (xo, yo) = (&p.outcomes[x], &p.outcomes[y]);
    let words = crate::words::of(setting.lang);
    let against = |policy, o| card.cells.against(policy, p.reference, None, o);
    let most = |o| (0..p.policies.len()).map(|i| against(i, o).difference.abs()).fold(0.0, f64::max);
    let lang = setting.lang;
    let ((bx, wx), (by, wy)) = (divisor(most(x), lang), divisor(most(y), lang));
    let spots = (0..p.policies.len())
        .map(|i| {
            let value = |o, by: f64| {
                let c = against(i, o);
                (c.difference / by, c.mean_low / by, c.mean_high / by)
            };
            let baseline = i == p.reference;
            Spot { name: p.policies[i].title_in(lang).to_owned(), x: value(x, bx), y: value(y, by), baseline }
        })
        .collect();
    let mut chart = Scatter {
        frame: setting.frame(
            card,
            String::new(),
            setting.say(
                &format!("Change against “{}”, mean of all futures", p.policies[p.reference].title_in(lang)),
                &format!(
                    "Cambio frente a «{}», media de todos los futuros",
                    p.policies[p.reference].title_in(lang)
                ),
            ),
        ),
        x_name: format!("{}, {wx}{}", capitalised(xo.name_in(lang)), words.unit_of(unit(xo))),
        y_name: format!("{}, {wy}{}", capitalised(yo.name_in(lang)), words.unit_of(unit(yo))),
        better: (xo.better, yo.better),
        spots,
        level: 0.95,
    };
    let front = chart.front();
    let axes = lang.list(&[xo.name_in(lang).to_owned(), yo.name_in(lang).to_owned()]);
    let names: Vec<String> =
        front.iter().take(TITLED).map(|&i| p.policies[i].title_in(lang).to_owned()).collect();
    let all = if front.len() > TITLED {
        let more = lang.number((front.len() - TITLED) as f64, 0);
        format!("{} {}", names.join(", "), setting.say(&format!("and {more} more"), &format!("y {more} más")))
    } else {
        lang.list(&names)
    };
    chart.frame.title = if front.is_empty() {
        setting.say(&format!("{axes}: change of every policy"), &format!("{axes}: cambio de cada política"))
    } else {
        setting.say(
            &format!("By their means, none is better on both {axes} than: {all}"),
            &format!("Según las medias, ninguna es mejor a la vez en {axes} que: {all}"),
        )
    };
    chart
}

fn regret(card: &Scorecard<'_>, setting: &Setting, o: usize) -> Option<Tornado> {
    let p = &card.policies;
    let regrets = card.regrets(o, None)?;
    let scored = &p.outcomes[o];
    let words = crate::words::of(setting.lang);
    let mut order: Vec<usize> = (0..p.policies.len()).collect();
    order.sort_by(|&a, &b| {
        let by = |f: fn(&crate::experiment::regret::Regret) -> f64| f(&regrets[a]).total_cmp(&f(&regrets[b]));
        by(|r| r.ninetieth).then(by(|r| r.mean))
    });
    let most = regrets.iter().map(|r| r.ninetieth).fold(0.0, f64::max);
    let lang = setting.lang;
    let (by, word) = divisor(most, lang);
    let counted = format!("{word}{}", words.unit_of(unit(scored)));
    let bars = order
        .iter()
        .map(|&i| Bar {
            name: p.policies[i].title_in(lang).to_owned(),
            value: rounded(regrets[i].ninetieth / by, step(most / by)),
            low: f64::NAN,
            high: f64::NAN,
            unknown_share: None,
        })
        .collect();
    let best = p.policies.get(*order.first()?)?;
    Some(Tornado {
        frame: setting.frame(
            card,
            setting.say(
                &format!("Least regret about {}: {}", scored.name_in(lang), best.title_in(lang)),
                &format!("Menor arrepentimiento en {}: {}", scored.name_in(lang), best.title_in(lang)),
            ),
            setting.say(
                &format!(
                    "Regret that 9 of 10 futures and draws do not exceed: {counted} worse than the best policy there"
                ),
                &format!(
                    "Arrepentimiento que 9 de 10 futuros y sorteos no superan: {counted} peor que la mejor política"
                ),
            ),
        ),
        bars,
        unit: counted,
        level: 0.95,
        mark: None,
    })
}
