//! A comparison in sentences: what changes, how sure, where people went, what returns.

use super::{Pairing, headline};
use crate::error::Result;
use crate::experiment::account::{Account, Rebound, rebound};
use crate::experiment::attribution::Attribution;
use crate::experiment::compare::{Contrast, Direction, LIKELIHOODS, Likelihood, Spread, contrast, spread};
use crate::output::chart::Lang;
use crate::output::figures::people;
use crate::registry::outcomes::{self, OverTime};
use crate::table::SeriesKey;
use crate::units::Month;

/// What the sentences of one scenario are made of.
#[derive(Debug, Clone)]
pub struct Findings {
    /// Name and title of the scenario.
    pub scenario: (String, String),
    /// Title of the base.
    pub base: String,
    /// First and last month.
    pub period: (Month, Month),
    /// Entries at the Darién over the horizon.
    pub headline: Contrast,
    /// Spread of the level and of the difference of the headline.
    pub spreads: (Spread, Spread),
    /// The account of all nationalities.
    pub account: Account,
    /// The rebound, where the policy ends before the horizon does.
    pub rebound: Option<Rebound>,
    /// More outcomes: words in English and Spanish, unit, contrast.
    pub others: Vec<(&'static str, &'static str, &'static str, Contrast)>,
}

/// Outcomes that every answer mentions: outcome, place (empty: all of them), words, unit.
const OTHERS: [(&str, &str, &str, &str, &str); 8] = [
    ("bypass", "", "people who go around the Darién", "personas que rodean el Darién", "persons"),
    ("deaths", "", "deaths on the way, recorded or not", "muertes en el camino, registradas o no", "persons"),
    ("abuse", "", "people abused on the way", "personas abusadas en el camino", "persons"),
    ("returned", "", "people flown home", "personas devueltas en vuelo", "persons"),
    ("southbound", "", "people who give up and turn south", "personas que desisten y vuelven", "persons"),
    ("nights_over_capacity", "panama", "nights over capacity in Panama", "noches sobre el cupo", "nights"),
    ("spending", "route", "what people spend on the way", "lo que gastan las personas", "USD"),
    ("public_cost", "", "public cost", "costo público", "USD"),
];

impl Findings {
    /// Gathers what the sentences say.
    ///
    /// # Errors
    ///
    /// If a part cannot be read or the books do not close.
    pub fn of(pairing: &Pairing<'_>) -> Result<Self> {
        let (base, alternative) = pairing.totals(&headline())?;
        let difference: Vec<f64> = alternative.iter().zip(&base).map(|(a, b)| a - b).collect();
        let mut others = Vec::new();
        for (outcome, place, en, es, unit) in OTHERS {
            let (b, a) = pairing.summed(outcome, |p| place.is_empty() || p == place)?;
            others.push((en, es, unit, contrast(&b, &a, pairing.draws)));
        }
        let member = &pairing.results.members[pairing.alternative];
        let rebound = match pairing.ends {
            Some(end) if end > pairing.from.first_day() && end <= pairing.last().last_day() => {
                let until = usize::try_from(Month::of(end).since(pairing.from)).unwrap_or(0);
                let (b, a) = pairing.series(&headline())?;
                (until > 0).then(|| rebound(&b, &a, until, pairing.draws))
            }
            _ => None,
        };
        Ok(Self {
            scenario: (member.name.clone(), member.title.clone()),
            base: pairing.results.members[pairing.base].title.clone(),
            period: (pairing.from, pairing.last()),
            headline: contrast(&base, &alternative, pairing.draws),
            spreads: (spread(&alternative, pairing.draws), spread(&difference, pairing.draws)),
            account: pairing.account("ALL")?,
            rebound,
            others,
        })
    }

    /// The finding as a sentence, for a title: a direction is claimed only where the paired runs support it.
    pub fn sentence(&self, lang: Lang) -> String {
        let c = &self.headline;
        let size = people(c.difference.abs());
        let title = &self.scenario.1;
        let percent = relative(c.relative);
        match (c.direction(), lang) {
            (Direction::None, Lang::En) => format!("{title}: no difference in any run"),
            (Direction::None, Lang::Es) => format!("{title}: ninguna diferencia en ninguna simulación"),
            (Direction::Open, Lang::En) => {
                format!("{title}: the runs do not say whether entries rise or fall")
            }
            (Direction::Open, Lang::Es) => {
                format!("{title}: las simulaciones no dicen si las entradas suben o bajan")
            }
            (Direction::Lower(p), Lang::En) => {
                format!("{title}: {} fewer entries, by {size} ({percent})", p.en())
            }
            (Direction::Lower(p), Lang::Es) => {
                format!("{title}: {} menos entradas, unas {size} ({percent})", p.es())
            }
            (Direction::Higher(p), Lang::En) => {
                format!("{title}: {} more entries, by {size} ({percent})", p.en())
            }
            (Direction::Higher(p), Lang::Es) => {
                format!("{title}: {} más entradas, unas {size} ({percent})", p.es())
            }
        }
    }

    /// The answer of this scenario.
    pub fn text(&self, lang: Lang) -> String {
        let say = |en: String, es: String| if lang == Lang::Es { es } else { en };
        let c = &self.headline;
        let mut text = format!(
            "{}\n",
            say(
                format!(
                    "{} ({}) against {}, {}..{}",
                    self.scenario.1, self.scenario.0, self.base, self.period.0, self.period.1
                ),
                format!(
                    "{} ({}) frente a {}, {}..{}",
                    self.scenario.1, self.scenario.0, self.base, self.period.0, self.period.1
                ),
            )
        );
        text.push_str(&format!("  {}.\n", self.sentence(lang)));
        text.push_str(&format!("  {}\n", interval(c, lang)));
        if c.saved.is_finite() {
            text.push_str(&say(
                format!("  Pairing: without it {} times as many runs would be needed.\n", figure(c.saved)),
                format!("  Pares: sin ellos harían falta {} veces más simulaciones.\n", figure(c.saved)),
            ));
        }
        if self.spreads.1.unknown_share().is_finite() {
            let of = |s: &Spread| {
                let share = s.unknown_share();
                if share.is_finite() { format!("{:.0} %", 100.0 * share) } else { "–".into() }
            };
            text.push_str(&say(
                format!(
                    "  What we do not know makes {} of the spread of the level and {} of that of the difference; \
                     the rest is chance.\n",
                    of(&self.spreads.0),
                    of(&self.spreads.1)
                ),
                format!(
                    "  Lo que no sabemos es el {} de la dispersión del nivel y el {} de la de la diferencia; el \
                     resto es azar.\n",
                    of(&self.spreads.0),
                    of(&self.spreads.1)
                ),
            ));
        }
        text.push_str(&self.whereabouts(lang));
        for (en, es, unit, other) in &self.others {
            let words = if lang == Lang::Es { es } else { en };
            text.push_str(&format!("  {words}: {}\n", change(other, unit, lang)));
        }
        if let Some(r) = &self.rebound {
            text.push_str(&format!("  {}\n", rebound_text(r, lang)));
        }
        text
    }

    fn whereabouts(&self, lang: Lang) -> String {
        let (avoided, means) = self.account.means();
        let (avoided, means): (f64, Vec<f64>) = (avoided as f64, means.iter().map(|m| *m as f64).collect());
        if avoided == 0.0 && means.iter().all(|m| *m == 0.0) {
            return String::new();
        }
        let mut largest: Vec<(f64, &str)> = self
            .account
            .steps
            .iter()
            .zip(&means)
            .map(|(s, m)| (*m, if lang == Lang::Es { s.es } else { s.en }))
            .filter(|(m, _)| m.abs() >= 0.5)
            .collect();
        largest.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let list: Vec<String> =
            largest.iter().map(|(m, words)| format!("{} {}", lower(words), signed(*m))).collect();
        if lang == Lang::Es {
            format!("  De las {} entradas evitadas en caminos: {}.\n", people(avoided), list.join("; "))
        } else {
            format!("  Of {} entries avoided on trails: {}.\n", people(avoided), list.join("; "))
        }
    }
}

fn lower(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn relative(share: f64) -> String {
    if share.is_finite() { format!("{:+.1} %", 100.0 * share) } else { "–".into() }
}

fn figure(x: f64) -> String {
    if x >= 10.0 { people(x) } else { format!("{x:.1}") }
}

/// A count with its sign.
pub fn signed(x: f64) -> String {
    if x >= 0.5 { format!("+{}", people(x)) } else { people(x) }
}

fn interval(c: &Contrast, lang: Lang) -> String {
    let (d, low, high) = (signed(c.difference), signed(c.low), signed(c.high));
    let mean = format!("{} to {}", signed(c.mean_low), signed(c.mean_high));
    let p = 100.0 * c.p_negative;
    match lang {
        Lang::En => format!(
            "Entries: {d} of {} (95 % of runs {low} to {high}; mean {mean}); lower in {p:.0} % of {} paired runs.",
            people(c.base),
            c.runs
        ),
        Lang::Es => format!(
            "Entradas: {d} de {} (95 % de las simulaciones {low} a {high}; media {}); menos en el {p:.0} % de {} pares.",
            people(c.base),
            mean.replace(" to ", " a "),
            c.runs
        ),
    }
}

/// A change of an outcome in words: size, interval and how sure its direction is.
pub fn change(c: &Contrast, unit: &str, lang: Lang) -> String {
    let (low, high) = (signed(c.low), signed(c.high));
    let (to, none, open) = match lang {
        Lang::En => ("to", "no difference", "direction not supported"),
        Lang::Es => ("a", "sin diferencia", "sin dirección respaldada"),
    };
    let word = |p: Likelihood, more: bool| match (lang, more) {
        (Lang::En, true) => format!("{} more", p.en()),
        (Lang::En, false) => format!("{} less", p.en()),
        (Lang::Es, true) => format!("{} más", p.es()),
        (Lang::Es, false) => format!("{} menos", p.es()),
    };
    let sure = match c.direction() {
        Direction::None => return none.to_owned(),
        Direction::Open => open.to_owned(),
        Direction::Lower(p) => word(p, false),
        Direction::Higher(p) => word(p, true),
    };
    let unit = if unit == "persons" { String::new() } else { format!(" {unit}") };
    format!("{}{unit} ({low} {to} {high}; {sure})", signed(c.difference))
}

fn rebound_text(r: &Rebound, lang: Lang) -> String {
    let share = if r.share.is_finite() {
        let (low, high) = (100.0 * r.interval.0, 100.0 * r.interval.1);
        format!("{:.0} % ({low:.0} to {high:.0})", 100.0 * r.share)
    } else {
        String::new()
    };
    let (avoided, returned, months) = (people(r.avoided), signed(r.returned), r.months);
    if r.returned <= 0.0 && r.avoided > 0.0 {
        let below = people(-r.returned);
        return match lang {
            Lang::En => format!(
                "After the policy: nothing returns in the mean; of {avoided} entries avoided until its end, none are made \
                 up within {months} months, which stay {below} below the base."
            ),
            Lang::Es => format!(
                "Después de la política: en promedio nada vuelve; de {avoided} entradas evitadas hasta su fin ninguna se \
                 recupera en {months} meses, que quedan {below} por debajo de la base."
            ),
        };
    }
    match (lang, share.is_empty()) {
        (Lang::En, false) => format!(
            "After the policy: of {avoided} entries avoided until its end, {share} return within {months} months."
        ),
        (Lang::En, true) => format!(
            "After the policy: {returned} entries within {months} months; too little was surely avoided until its \
             end to call it a share."
        ),
        (Lang::Es, false) => format!(
            "Después de la política: de {avoided} entradas evitadas hasta su fin, vuelve el {} en {months} meses.",
            share.replace(" to ", " a ")
        ),
        (Lang::Es, true) => format!(
            "Después de la política: {returned} entradas en {months} meses; lo evitado con seguridad no basta para \
             dar una proporción."
        ),
    }
}

/// The 2 × 2 card in words.
pub fn card(scenario: &str, assumption: &str, key: &SeriesKey, card: &Attribution) -> String {
    let part = |p: &crate::experiment::attribution::Part| {
        format!("{:>12} (error {})", signed(p.value), people(p.error))
    };
    let how = match outcomes::find(&key.outcome).map(|o| o.over_time) {
        Some(OverTime::Mean) => "mean of the months",
        _ => "over the horizon",
    };
    format!(
        "{scenario} and {assumption}: {} at {}, {how}\n  policy      {}\n  assumption  {}\n  interaction {}\n  paired \
         change {:>9} (error {})\n  chance      {:>12} (what unlike random numbers would add)\n",
        key.outcome,
        key.place,
        part(&card.policy),
        part(&card.assumption),
        part(&card.interaction),
        signed(card.paired.value),
        people(card.paired.error),
        signed(card.chance),
    )
}

/// The legend of the likelihood words, as the last line of an answer.
pub fn legend() -> String {
    format!("Words: {LIKELIHOODS}; a direction is claimed only from \"likely\" on.\n")
}
