//! The charts of a sensitivity analysis, from its findings alone.

use super::chart::{
    Bar, Better, Chart, Frame, Lang, Pair, Provenance, Reach, Scatter, Shares, Spot, Swings, Tornado,
};
use super::figures::capitalised;
use super::file::OutputFolder;
use crate::data;
use crate::error::Result;
use crate::experiment::sensitivity::bootstrap::LEVEL;
use crate::experiment::sensitivity::findings::Finding;
use crate::experiment::sensitivity::floor::Evidence;
use crate::experiment::sensitivity::ranking::most_flipping;
use crate::experiment::sensitivity::space::{Factor, Space};
use crate::registry::better::Direction;
use crate::registry::outcomes::OUTCOMES;
use crate::registry::{NATIONALITIES, levers};

/// Most bars of a chart; the tables hold all.
const MOST_BARS: usize = 20;
/// Most points of the screening chart that carry their name.
const MOST_NAMES: usize = 8;

/// What the charts need beside the findings.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Language of the words.
    pub lang: Lang,
    /// Name of the scenario.
    pub scenario: String,
    /// Hash of the scenario.
    pub hash: String,
    /// Titles of the scenario and of the alternative (empty where there is none), in the language of the words.
    pub titles: (String, String),
    /// Seed.
    pub seed: u64,
    /// Runs.
    pub runs: u64,
    /// Whether the distributions are those of a posterior.
    pub posterior: bool,
    /// Which way is better.
    pub better: Option<Direction>,
}

/// Draws the charts of all findings into `charts/`.
///
/// # Errors
///
/// If a chart cannot be drawn or written.
pub fn draw(
    space: &Space,
    findings: &[Finding],
    analysed: &[usize],
    setting: &Setting,
    folder: &mut OutputFolder,
) -> Result<()> {
    for finding in findings {
        let gallery = Gallery { space, finding, analysed, setting };
        let stem =
            |what: &str| format!("charts/{}-{what}", finding.quantity.label().replace(['@', ':'], "-"));
        gallery.tornado().save_in(folder, &stem("tornado"))?;
        if !finding.screening.is_empty() {
            gallery.morris().save_in(folder, &stem("morris"))?;
        }
        if finding.indices.is_some() {
            gallery.indices().save_in(folder, &stem("indices"))?;
        }
        if finding.ranking.is_some() {
            gallery.ranking().save_in(folder, &stem("ranking"))?;
        }
    }
    Ok(())
}

struct Gallery<'a> {
    space: &'a Space,
    finding: &'a Finding,
    analysed: &'a [usize],
    setting: &'a Setting,
}

impl Gallery<'_> {
    fn say(&self, en: String, es: String) -> String {
        if self.setting.lang == Lang::Es { es } else { en }
    }

    /// What a coordinate means, as a clause; its name where nothing more is known.
    fn meaning(&self, factor: usize) -> String {
        let factor = &self.space.factors[factor];
        let sentence = match factor {
            Factor::Parameter(p) => {
                let d = p.definition().definition;
                Some(self.setting.lang.pick(d.en, d.es).to_owned())
            }
            Factor::Lever(l) => levers::find(&l.key).map(|lever| meaning(lever, self.setting.lang)),
        };
        sentence.map_or_else(
            || factor.name().to_owned(),
            |text| text.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned(),
        )
    }

    /// What a coordinate means, and its name as it is typed.
    fn name(&self, factor: usize) -> String {
        let (meaning, name) = (self.meaning(factor), self.space.factors[factor].name());
        if meaning == name { meaning } else { format!("{meaning} ({name})") }
    }

    /// What a coordinate means, inside a sentence.
    fn clause(&self, factor: usize) -> String {
        self.say(format!("“{}”", self.meaning(factor)), format!("«{}»", self.meaning(factor)))
    }

    fn number(&self, value: f64) -> String {
        self.setting.lang.short_number(value)
    }

    fn percent(&self, share: f64) -> String {
        self.setting.lang.number((share * 100.0).clamp(0.0, 100.0), 0)
    }

    fn unit(&self) -> &str {
        super::words::of(self.setting.lang).unit_of(&self.finding.quantity.unit)
    }

    /// What the quantity is, as a part of a sentence.
    fn what(&self) -> String {
        let q = &self.finding.quantity;
        let words = super::words::of(self.setting.lang);
        let mut what = words.outcome(&q.series.outcome).to_owned();
        if q.series.place != "darien" && q.series.place != "origin" {
            what = format!("{what}, {}", words.place(&q.series.place));
        }
        if let Some(n) = NATIONALITIES.iter().find(|n| n.code == q.series.nationality) {
            what = format!("{what} ({})", self.setting.lang.pick(n.en, n.es));
        }
        if q.difference {
            let (a, b) = &self.setting.titles;
            what = self.say(format!("{what}, “{b}” less “{a}”"), format!("{what}, «{b}» menos «{a}»"));
        }
        what
    }

    fn frame(&self, title: String, measure: &str) -> Frame {
        let s = self.setting;
        let meaning = OUTCOMES.iter().find(|o| o.name == self.finding.quantity.series.outcome);
        let meaning = meaning.map_or("", |o| if s.lang == Lang::Es { o.es } else { o.en });
        let provenance = Provenance {
            scenario: s.scenario.clone(),
            hash: s.hash.clone(),
            seed: s.seed,
            runs: s.runs,
            version: env!("CARGO_PKG_VERSION").into(),
            vintage: data::vintage().to_string(),
            source: "darien".into(),
        };
        let mut frame = Frame::new(title, format!("{} {meaning}", capitalised(measure)), provenance, s.lang);
        frame.note = match (s.posterior, s.lang) {
            (false, Lang::En) => "Assumptions over their priors, one replicate of chance for all runs.",
            (false, Lang::Es) => {
                "Supuestos según sus distribuciones previas, una réplica del azar para todas las corridas."
            }
            (true, Lang::En) => {
                "Assumptions over the posterior's spread, one replicate of chance for all runs."
            }
            (true, Lang::Es) => {
                "Supuestos según la distribución posterior, una réplica del azar para todas las corridas."
            }
        }
        .into();
        frame
    }

    fn tornado(&self) -> Swings {
        let f = self.finding;
        let order = f.by_swing();
        let (what, unit) = (self.what(), self.unit());
        let chance = (self.number(f.chance.at_low), self.number(f.chance.at_high));
        let title = match order.first() {
            None => self.say(format!("Nothing moves {what}"), format!("Nada mueve {what}")),
            Some(&top) if f.swings[top].width() <= f.chance.width() => self.say(
                format!(
                    "Chance moves {what} more than any one assumption: {} to {} {unit}",
                    chance.0, chance.1
                ),
                format!(
                    "El azar mueve {what} más que cualquier supuesto: de {} a {} {unit}",
                    chance.0, chance.1
                ),
            ),
            Some(&top) => {
                let (name, s) = (self.clause(top), f.swings[top]);
                let (a, b) = (self.number(s.at_low), self.number(s.at_high));
                self.say(
                    format!("What moves {what} most: {name}, from {a} to {b} {unit}"),
                    format!("Lo que más mueve {what}: {name}, de {a} a {b} {unit}"),
                )
            }
        };
        let mut bars: Vec<Reach> = order
            .iter()
            .take(MOST_BARS)
            .map(|&i| Reach {
                name: self.name(i),
                at_low: f.swings[i].at_low,
                at_high: f.swings[i].at_high,
                chance: false,
            })
            .collect();
        bars.push(Reach {
            name: self.say("chance alone".into(), "solo azar".into()),
            at_low: f.chance.at_low,
            at_high: f.chance.at_high,
            chance: true,
        });
        let measure = self.say(
            format!("{unit}, mean over the horizon, one assumption at a time from its 10th to its 90th percentile."),
            format!("{unit}, media del horizonte, un supuesto a la vez de su percentil 10 al 90."),
        );
        Swings {
            frame: self.frame(title, &measure),
            bars,
            base: f.base,
            unit: unit.to_owned(),
            legend: [
                self.say("at the 10th percentile".into(), "en el percentil 10".into()),
                self.say("at the 90th percentile".into(), "en el percentil 90".into()),
                self.say("base".into(), "base".into()),
                self.say("other replicates of chance".into(), "otras réplicas del azar".into()),
            ],
        }
    }

    fn morris(&self) -> Scatter {
        let f = self.finding;
        let mut order: Vec<usize> =
            (0..f.screening.len()).filter(|&i| f.screening[i].mu_star > 0.0).collect();
        order.sort_by(|&a, &b| f.screening[b].mu_star.total_cmp(&f.screening[a].mu_star).then(a.cmp(&b)));
        let what = self.what();
        let title = match order.as_slice() {
            [a, ..] if f.screening[*a].mu_star <= f.noise.mu_star() => self.say(
                format!("No assumption moves {what} more than another replicate of chance does"),
                format!("Ningún supuesto mueve {what} más que otra réplica del azar"),
            ),
            [a, b, ..] => {
                let (a, b) = (self.clause(*a), self.clause(*b));
                self.say(
                    format!("What matters most for {what}: {a} and {b}"),
                    format!("Lo que más importa para {what}: {a} y {b}"),
                )
            }
            _ => self.say(
                format!("Few assumptions matter for {what}"),
                format!("Pocos supuestos importan para {what}"),
            ),
        };
        let floor = self.number(f.noise.mu_star());
        let measure = self.say(
            format!("Elementary effects over whole ranges (Morris); chance alone gives a mean effect of {floor}."),
            format!("Efectos elementales en rangos completos (Morris); el azar solo da un efecto medio de {floor}."),
        );
        let spots = order
            .iter()
            .enumerate()
            .map(|(rank, &i)| {
                let s = f.screening[i];
                let name = if rank < MOST_NAMES { self.name(i) } else { String::new() };
                Spot {
                    name,
                    x: (s.mu_star, s.interval.low, s.interval.high),
                    y: (s.sigma, s.sigma, s.sigma),
                    baseline: s.mu_star <= f.noise.mu_star(),
                }
            })
            .collect();
        let unit = if f.quantity.log { "ln" } else { self.unit() };
        Scatter {
            frame: self.frame(title, &measure),
            x_name: self
                .say(format!("mean absolute effect, {unit}"), format!("efecto absoluto medio, {unit}")),
            y_name: self.say(
                format!("spread of the effect (interaction, curvature), {unit}"),
                format!("dispersión del efecto (interacción, curvatura), {unit}"),
            ),
            better: (Better::Neither, Better::Neither),
            spots,
            level: LEVEL,
        }
    }

    fn indices(&self) -> Shares {
        let f = self.finding;
        let floor = f.floor();
        let mut rows: Vec<(f64, bool, usize, Pair)> = Vec::new();
        if let Some(indices) = &f.indices {
            for (index, &factor) in indices.of.iter().zip(self.analysed) {
                let (a, b) = (index.first_interval, index.total_interval);
                let above = Evidence::of(index.total, b.low, floor) == Evidence::Above;
                let pair = Pair {
                    name: self.name(factor),
                    first: (index.first, a.low, a.high),
                    total: (index.total, b.low, b.high),
                };
                rows.push((index.total, above, factor, pair));
            }
        }
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.3.name.cmp(&b.3.name)));
        let (above, all, what) = (rows.iter().filter(|r| r.1).count(), rows.len(), self.what());
        let title = match rows.first() {
            Some((total, ..)) if *total > 0.0 && above == 0 => {
                let floor = self.percent(floor);
                self.say(
                    format!(
                        "No assumption stands clearly above chance ({floor} % of the variance) for {what}"
                    ),
                    format!(
                        "Ningún supuesto supera con claridad al azar ({floor} % de la varianza) en {what}"
                    ),
                )
            }
            Some((total, _, factor, _)) if *total > 0.0 => {
                let (name, share) = (self.clause(*factor), self.percent(*total));
                self.say(
                    format!("{name} is behind {share} % of the variance of {what}; {above} of {all} stand clearly above chance"),
                    format!("{name} está detrás del {share} % de la varianza de {what}; {above} de {all} superan con claridad al azar"),
                )
            }
            _ => self.say(format!("{what} does not vary"), format!("{what} no varía")),
        };
        let measure = self.say(
            "Shares of variance (Sobol'); below the dashed line there is no evidence of an effect.".into(),
            "Partes de la varianza (Sobol'); bajo la línea discontinua no hay indicios de un efecto.".into(),
        );
        let measure = if f.quantity.log {
            self.say(format!("{measure} Logarithm of:"), format!("{measure} Logaritmo de:"))
        } else {
            measure
        };
        Shares {
            frame: self.frame(title, &measure),
            rows: rows.into_iter().take(MOST_BARS).map(|r| r.3).collect(),
            floor,
            legend: [
                self.say("alone (S1)".into(), "por sí solo (S1)".into()),
                self.say("with all interactions (ST)".into(), "con todas las interacciones (ST)".into()),
                self.say("noise floor".into(), "piso de ruido".into()),
            ],
            level: LEVEL,
        }
    }

    fn ranking(&self) -> Tornado {
        let f = self.finding;
        let (a, b) = &self.setting.titles;
        let mut bars = Vec::new();
        let mut title = String::new();
        if let Some((standing, flips)) = &f.ranking {
            let [wins, losses, ties] =
                [standing.wins, standing.losses, standing.ties].map(|s| self.percent(s));
            let head = self.say(
                format!("“{a}” beats “{b}” in {wins} % of the cases, loses in {losses} %, equals in {ties} %"),
                format!("«{a}» supera a «{b}» en el {wins} % de los casos, pierde en el {losses} %, iguala en el {ties} %"),
            );
            title = most_flipping(flips).map_or_else(
                || {
                    self.say(
                        format!("{head}; no assumption flips that"),
                        format!("{head}; ningún supuesto lo cambia"),
                    )
                },
                |top| {
                    let flip = flips[top];
                    if Evidence::of(flip.chance, flip.interval.low, f.noise.flips) != Evidence::Above {
                        return self.say(
                            format!("{head}; nothing flips that clearly more often than chance"),
                            format!("{head}; nada lo cambia con claridad más que el azar"),
                        );
                    }
                    let name = self.clause(top);
                    self.say(
                        format!("{head}; what flips that most is {name}"),
                        format!("{head}; lo que más lo cambia es {name}"),
                    )
                },
            );
            let mut order: Vec<usize> = (0..flips.len()).filter(|&i| flips[i].chance.is_finite()).collect();
            order.sort_by(|&x, &y| flips[y].chance.total_cmp(&flips[x].chance).then(x.cmp(&y)));
            bars = order
                .into_iter()
                .take(MOST_BARS)
                .map(|i| Bar {
                    name: self.name(i),
                    value: 100.0 * flips[i].chance,
                    low: 100.0 * flips[i].interval.low,
                    high: 100.0 * flips[i].interval.high,
                    unknown_share: None,
                })
                .collect();
        }
        let better = match self.setting.better {
            Some(Direction::Higher) => self.say("more is better".into(), "más es mejor".into()),
            _ => self.say("less is better".into(), "menos es mejor".into()),
        };
        let measure = self.say(
            format!(
                "Chance in % that the ranking changes when one assumption alone is drawn anew ({better})."
            ),
            format!(
                "Probabilidad en % de que el orden cambie al sortear de nuevo un solo supuesto ({better})."
            ),
        );
        let mark = f.noise.flips.is_finite().then(|| {
            let words = self.say("another replicate of chance".into(), "otra réplica del azar".into());
            (100.0 * f.noise.flips, words)
        });
        Tornado { frame: self.frame(title, &measure), bars, unit: "%".into(), level: LEVEL, mark }
    }
}

/// What a lever means: the sentence of its family, and whom or what it is about.
fn meaning(lever: &levers::Lever, lang: Lang) -> String {
    let family = lang.pick(lever.family.en, lever.family.es).split(". ").next().unwrap_or_default();
    let members: Vec<String> = lever.members.iter().map(|m| lang.pick(m.en, m.es).to_owned()).collect();
    let family = family.trim_end_matches('.');
    if members.is_empty() { family.to_owned() } else { format!("{family}: {}", members.join(", ")) }
}
