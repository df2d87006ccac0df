//! A comparison in sentences: what changes, how sure, where people went, what returns.

use super::{Pairing, headline};
use crate::error::Result;
use crate::experiment::account::{Account, Rebound, rebound};
use crate::experiment::attribution::{Attribution, Part as CardPart};
use crate::experiment::compare::{Contrast, Spread, contrast, spread};
use crate::findings::{Change, Voice};
use crate::lang::Lang;
use crate::table::SeriesKey;
use crate::units::Month;
use crate::words::{fill_text, plain};

/// Pairing is told of where it saves this many times the runs.
const WORTH_SAYING: f64 = 2.0;

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
    /// What its results rest on though nothing on record supports it: English and Spanish; may be empty.
    pub assumption: (String, String),
    /// More outcomes over all places that [`OTHERS`] names, with their contrasts.
    pub others: Vec<(&'static str, Contrast)>,
}

/// Outcomes that every answer mentions, with the place that stands for them (empty: all of them).
const OTHERS: [(&str, &str); 8] = [
    ("bypass", ""),
    ("deaths", ""),
    ("abused", ""),
    ("returned", ""),
    ("southbound", ""),
    ("nights_over_capacity", "panama"),
    ("spending", "route"),
    ("public_cost", ""),
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
        for (outcome, place) in OTHERS {
            let (b, a) = pairing.summed(outcome, |p| place.is_empty() || p == place)?;
            others.push((outcome, contrast(&b, &a, pairing.draws)));
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
            assumption: (member.assumption(Lang::En), member.assumption(Lang::Es)),
            others,
        })
    }

    /// The change of the headline.
    pub fn change(&self) -> Change<'static> {
        Change::of("entries", &self.headline)
    }

    /// The finding as a title: a direction is claimed only where the paired runs support it.
    pub fn sentence(&self, lang: Lang) -> String {
        Voice::new(lang).title(&self.change(), &self.scenario.1)
    }

    /// The answer of this scenario.
    pub fn text(&self, lang: Lang) -> String {
        let voice = Voice::new(lang);
        let w = voice.words;
        let head = fill_text(
            w.answer_head,
            &[
                ("title", &self.scenario.1),
                ("name", &self.scenario.0),
                ("base", &voice.quoted(&self.base)),
                ("level", &lang.count(self.headline.base)),
                ("period", &lang.in_period(self.period.0, self.period.1)),
                ("runs", &lang.number(self.headline.runs as f64, 0)),
            ],
        );
        let statement =
            voice.statement(&self.change(), &self.scenario.1, w.entries_short, None, Some(self.period));
        let mut lines = vec![plain(&statement)];
        let assumption = if lang == Lang::Es { &self.assumption.1 } else { &self.assumption.0 };
        lines.extend((!assumption.is_empty()).then(|| assumption.clone()));
        lines.push(self.whereabouts(&voice));
        lines.extend(self.rebound.iter().map(|r| rebound_text(r, &voice)));
        let clauses = |is_money: bool| -> String {
            let changes: Vec<(Change<'_>, String)> = self
                .others
                .iter()
                .filter(|o| matches!(o.0, "spending" | "public_cost") == is_money)
                .map(|(outcome, c)| (Change::of(outcome, c), w.outcome(outcome).to_owned()))
                .collect();
            voice.clauses(&changes).iter().map(|c| plain(c)).collect::<Vec<_>>().join("; ")
        };
        lines.push(fill_text(w.harm, &[("clauses", &clauses(false))]));
        lines.push(fill_text(w.money, &[("clauses", &clauses(true))]));
        lines.push(voice.spread(&self.spreads.0, &self.spreads.1));
        if self.headline.saved.is_finite() && self.headline.saved >= WORTH_SAYING {
            let n = if self.headline.saved >= 10.0 {
                lang.count(self.headline.saved)
            } else {
                lang.number(self.headline.saved, 1)
            };
            lines.push(fill_text(w.pairing, &[("n", &n)]));
        }
        let lines: String = lines.iter().filter(|l| !l.is_empty()).map(|l| format!("  {l}\n")).collect();
        format!("{head}\n{lines}")
    }

    fn whereabouts(&self, voice: &Voice) -> String {
        let (avoided, means) = self.account.means();
        let parts: Vec<(&str, f64)> =
            self.account.steps.iter().zip(&means).map(|(s, m)| (s.code, *m as f64)).collect();
        voice.whereabouts(avoided as f64, &parts, self.headline.verdict())
    }
}

fn rebound_text(r: &Rebound, voice: &Voice) -> String {
    let (lang, w) = (voice.lang, voice.words);
    let months = lang.number(r.months as f64, 0);
    let avoided = lang.count(r.avoided);
    if r.returned <= 0.0 && r.avoided > 0.0 {
        let below = lang.count(-r.returned);
        return fill_text(w.rebound_none, &[("avoided", &avoided), ("months", &months), ("below", &below)]);
    }
    if r.share.is_finite() {
        let share = fill_text(
            w.share_resolved,
            &[
                ("share", &lang.percent(r.share)),
                ("low", &lang.percent(r.interval.0)),
                ("high", &lang.percent(r.interval.1)),
            ],
        );
        return fill_text(w.rebound_share, &[("avoided", &avoided), ("share", &share), ("months", &months)]);
    }
    fill_text(w.rebound_open, &[("returned", &lang.signed(r.returned)), ("months", &months)])
}

/// The 2 × 2 card in words.
pub fn card(scenario: &str, assumption: &str, key: &SeriesKey, card: &Attribution, lang: Lang) -> String {
    let w = Voice::new(lang).words;
    let value = |p: &CardPart| (lang.signed(p.value), lang.count(p.error));
    let (policy, other, both) = (value(&card.policy), value(&card.assumption), value(&card.interaction));
    let paired = value(&card.paired);
    let head = fill_text(
        w.card_head,
        &[
            ("scenario", scenario),
            ("assumption", assumption),
            ("outcome", w.outcome(&key.outcome)),
            ("place", w.place(&key.place)),
        ],
    );
    let parts = fill_text(
        w.card_policy,
        &[
            ("x", &policy.0),
            ("error", &policy.1),
            ("assumption", &other.0),
            ("assumption_error", &other.1),
            ("interaction", &both.0),
            ("interaction_error", &both.1),
        ],
    );
    let sum = fill_text(
        w.card_sum,
        &[("paired", &paired.0), ("error", &paired.1), ("chance", &lang.signed(card.chance))],
    );
    format!("{head}\n  {parts}\n  {sum}\n")
}

/// What every answer ends with: what the likelihood words mean.
pub fn legend(lang: Lang) -> String {
    format!("{}\n", Voice::new(lang).words.words_legend)
}
