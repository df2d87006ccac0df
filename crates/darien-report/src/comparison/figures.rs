//! The charts of a comparison.

use super::answer::Findings;
use super::{Pairing, headline};
use crate::chart::{Bar, Chart, Difference, Frame, Lang, Provenance, Statistic, Step, Tornado, Waterfall};
use crate::data;
use crate::error::Result;
use crate::experiment::attribution::Attribution;
use crate::experiment::summary::mean;
use crate::figures::{Setting, extremes, noted, runs_of, whole_months};
use crate::file::OutputFolder;
use crate::findings::Voice;
use crate::registry::outcomes::find;
use crate::table::SeriesKey;

fn frame(pairing: &Pairing<'_>, setting: &Setting, title: String, subtitle: String) -> Frame {
    let m = &pairing.results.members[pairing.alternative];
    let provenance = Provenance {
        scenario: format!("{} − {}", m.name, pairing.results.members[pairing.base].name),
        hash: m.hash.clone(),
        seed: setting.seed,
        runs: pairing.results.runs.len() as u64,
        version: env!("CARGO_PKG_VERSION").into(),
        vintage: data::vintage().to_string(),
        source: "darien".into(),
    };
    let mut frame = Frame::new(title, subtitle, provenance, setting.lang);
    frame.note = noted(&m.assumption(setting.lang), &setting.track_record);
    frame
}

/// Draws the charts of one scenario against its base; `prefix` goes before the names of the files.
///
/// # Errors
///
/// If a part cannot be read, or a chart cannot be drawn or written.
pub fn draw(
    pairing: &Pairing<'_>,
    findings: &Findings,
    setting: &Setting,
    prefix: &str,
    folder: &mut OutputFolder,
) -> Result<()> {
    let say = |en: &str, es: &str| if setting.lang == Lang::Es { es.to_owned() } else { en.to_owned() };
    let stem = |name: &str| format!("charts/{prefix}{name}");
    let (base, alternative) = pairing.series(&headline())?;
    let rows = alternative
        .iter()
        .zip(&base)
        .map(|(a, b)| a.iter().zip(b).map(|(x, y)| x - y).collect::<Vec<f64>>())
        .collect();
    let (from, rows) = whole_months(pairing.from, &rows, pairing.whole_months());
    let chart = Difference {
        frame: frame(
            pairing,
            setting,
            findings.sentence(setting.lang),
            say(
                "Paired difference in irregular entries at the Darién, persons a month, mean of the runs",
                "Diferencia emparejada de entradas irregulares por el Darién, personas por mes, media de las corridas",
            ),
        ),
        // The mean, of which the title speaks: monthly means add up to it.
        runs: runs_of(from, &rows, Statistic::Mean),
        unit: "persons/month".into(),
        policy_from: pairing.differs_from.filter(|d| *d > pairing.from.first_day()),
        policy: say("differs from here on", "difiere desde aquí"),
    };
    chart.save_in(folder, &stem("difference"))?;
    account(pairing, findings, setting).save_in(folder, &stem("account"))?;
    spread(pairing, findings, setting).save_in(folder, &stem("spread"))?;
    outcomes(pairing, findings, setting).save_in(folder, &stem("outcomes"))
}

fn account(pairing: &Pairing<'_>, findings: &Findings, setting: &Setting) -> Waterfall {
    let lang = setting.lang;
    let say = |en: &str, es: &str| lang.pick(en, es).to_owned();
    let (avoided, means) = findings.account.means();
    // Where more enter in all, the account is told from the other side: how many more, and whence.
    let steps = || findings.account.steps.iter().zip(&means);
    let elsewhere: i64 = steps().filter(|(s, _)| s.code == "other_trail").map(|(_, m)| *m).sum();
    let rises = elsewhere > avoided;
    let sign = if rises { -1.0 } else { 1.0 };
    let steps = steps()
        .filter(|(s, m)| **m != 0 && !(rises && s.code == "other_trail"))
        .map(|(s, m)| Step { name: lang.pick(s.en, s.es).to_owned(), change: -sign * *m as f64 })
        .collect();
    let persons = if rises { elsewhere - avoided } else { avoided } as f64;
    let title = if rises {
        say(
            "Where did they come from? More entries on trails: ",
            "¿De dónde salen? Más entradas por caminos: ",
        )
    } else {
        say(
            "Where else did they go? Entries avoided on trails: ",
            "¿Adónde fueron? Entradas evitadas en caminos: ",
        )
    };
    let measure = if rises {
        say(
            "Persons over the horizon, mean of the paired runs: how many fewer (+: more) than in the base went each way; \
             closes to the person in every run",
            "Personas en el horizonte, media de los pares: cuántas menos (+: más) que en la base fueron por cada vía; \
             cierra a la persona en cada corrida",
        )
    } else {
        say(
            "Persons over the horizon, mean of the paired runs; the account closes to the person in every run",
            "Personas en el horizonte, media de los pares; la cuenta cierra a la persona en cada corrida",
        )
    };
    Waterfall {
        frame: frame(pairing, setting, title + &lang.count(persons), measure),
        start: (
            if rises {
                say("More entries", "Más entradas")
            } else {
                say("Entries avoided", "Entradas evitadas")
            },
            persons,
        ),
        steps,
        end: say("Left over", "Sin explicar"),
        unit: "persons".into(),
    }
}

fn spread(pairing: &Pairing<'_>, findings: &Findings, setting: &Setting) -> Tornado {
    let say = |en: &str, es: &str| if setting.lang == Lang::Es { es.to_owned() } else { en.to_owned() };
    let bar = |name: String, s: &crate::experiment::compare::Spread| {
        let total = s.unknown + s.chance;
        Bar {
            name,
            value: if total.is_finite() { total.sqrt() } else { 0.0 },
            low: f64::NAN,
            high: f64::NAN,
            unknown_share: Some(s.unknown_share()).filter(|x| x.is_finite()),
        }
    };
    let title = Voice::new(setting.lang).spread_title(&findings.spreads.1);
    Tornado {
        frame: frame(
            pairing,
            setting,
            title,
            say(
                "Standard deviation of entries over the horizon, persons, and how its variance splits",
                "Desviación típica de las entradas en el horizonte, personas, y cómo se divide su varianza",
            ),
        ),
        bars: vec![
            bar(say("Level of entries", "Nivel de entradas"), &findings.spreads.0),
            bar(say("Difference to the base", "Diferencia con la base"), &findings.spreads.1),
        ],
        unit: "persons".into(),
        level: 0.95,
        mark: None,
    }
}

fn outcomes(pairing: &Pairing<'_>, findings: &Findings, setting: &Setting) -> Tornado {
    let say = |en: &str, es: &str| if setting.lang == Lang::Es { es.to_owned() } else { en.to_owned() };
    let mut bars = vec![(say("entries at the Darién", "entradas por el Darién"), findings.headline)];
    let words = crate::words::of(setting.lang);
    let persons = |outcome: &str| find(outcome).is_some_and(|o| o.unit.starts_with("persons"));
    bars.extend(
        findings.others.iter().filter(|o| persons(o.0)).map(|(o, c)| (words.outcome(o).to_owned(), *c)),
    );
    Tornado {
        frame: frame(
            pairing,
            setting,
            findings.sentence(setting.lang),
            say(
                "Paired differences over the horizon, persons, mean of the runs",
                "Diferencias emparejadas en el horizonte, personas, media de las corridas",
            ) + &extremes(pairing.results.runs.len() as u64, setting.lang),
        ),
        bars: bars
            .into_iter()
            .map(|(name, c)| Bar { name, value: c.difference, low: c.low, high: c.high, unknown_share: None })
            .collect(),
        unit: "persons".into(),
        level: 0.95,
        mark: None,
    }
}

/// Draws the 2 × 2 card of a scenario: from (off, old) to (on, new) by policy, assumption and interaction.
///
/// # Errors
///
/// If a part cannot be read, or the chart cannot be drawn or written.
pub fn draw_card(
    pairing: &Pairing<'_>,
    setting: &Setting,
    (key, assumption): (&SeriesKey, &str),
    card: &Attribution,
    prefix: &str,
    folder: &mut OutputFolder,
) -> Result<()> {
    let say = |en: &str, es: &str| if setting.lang == Lang::Es { es.to_owned() } else { en.to_owned() };
    let start = mean(&pairing.totals(key)?.0);
    let step = |en: &str, es: &str, change: f64| Step { name: say(en, es), change };
    let lang = setting.lang;
    let part = |p: &crate::experiment::attribution::Part| lang.signed(p.value);
    let title = say(
        &format!(
            "Policy {}, assumption {}, both together {}",
            part(&card.policy),
            part(&card.assumption),
            part(&card.interaction)
        ),
        &format!(
            "Política {}, supuesto {}, ambos juntos {}",
            part(&card.policy),
            part(&card.assumption),
            part(&card.interaction)
        ),
    );
    let counted = find(&key.outcome).map_or(key.outcome.as_str(), |o| lang.pick(o.en, o.es));
    let subtitle = format!("{} · {} · {assumption}", counted.trim_end_matches('.'), key.place);
    let chart = Waterfall {
        frame: frame(pairing, setting, title, subtitle),
        start: (say("Policy off, old assumption", "Sin política, supuesto viejo"), start),
        steps: vec![
            step("Policy", "Política", card.policy.value),
            step("Assumption", "Supuesto", card.assumption.value),
            step("Interaction", "Interacción", card.interaction.value),
        ],
        end: say("Policy on, new assumption", "Con política, supuesto nuevo"),
        unit: "persons".into(),
    };
    chart.save_in(folder, &format!("charts/{prefix}attribution"))
}
