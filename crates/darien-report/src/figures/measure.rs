//! A monthly outcome beside what was recorded of it: one definition an outcome, one fan for all.

use super::{Gallery, levels};
use crate::chart::{Fan, History, Kind};
use crate::error::Result;
use crate::experiment::summary::{quantile, sorted};
use crate::units::Month;

/// An outcome as a fan.
pub(super) struct Measure {
    /// Outcome.
    pub outcome: &'static str,
    /// Place.
    pub place: &'static str,
    /// What was recorded from a first to a last month, as far as it is known; nothing where there is no record.
    pub recorded: fn(Month, Month) -> History,
    /// Series of the backtest that say what bands of this outcome held; none where it was not scored.
    pub scored: &'static [&'static str],
    /// Title in English and Spanish: `{x}` persons in the median run, `{period}`.
    pub title: (&'static str, &'static str),
    /// What is counted, with its unit.
    pub counted: (&'static str, &'static str),
}

/// Entries into Panama through the Darién as the migration service records them.
pub(super) const ENTRIES: Measure = Measure {
    outcome: "entries_recorded",
    place: "darien",
    recorded: |from, last| super::history_of("ALL", from, last),
    scored: &["total"],
    title: (
        "Panama records {x} irregular entries in the median run, {period}",
        "Panamá registra {x} entradas irregulares en la corrida mediana, {period}",
    ),
    counted: (
        "Irregular entries recorded in Panama, persons a month",
        "Entradas irregulares registradas en Panamá, personas por mes",
    ),
};

/// Entries into Panama from Costa Rica, of people who have turned south.
pub(super) const REVERSE_FLOW: Measure = Measure {
    outcome: "reverse_flow",
    place: "panama",
    recorded: super::southbound_of,
    scored: &[],
    title: (
        "{x} people enter Panama on the way south in the median run, {period}",
        "{x} personas entran a Panamá rumbo al sur en la corrida mediana, {period}",
    ),
    counted: (
        "Entries into Panama from Costa Rica, persons a month",
        "Entradas a Panamá desde Costa Rica, personas por mes",
    ),
};

impl Gallery<'_> {
    /// The fan of a measure.
    pub(super) fn fan(&self, measure: &Measure) -> Result<Fan> {
        let lang = self.lang();
        let rows = self.series(measure.outcome, measure.place, "ALL")?;
        let totals = sorted(rows.iter().map(|r| r.iter().sum()).collect());
        let title = lang
            .pick(measure.title.0, measure.title.1)
            .replace("{x}", &lang.count(quantile(&totals, 0.5)))
            .replace("{period}", &self.period());
        let mut frame = self.frame(
            format!("{title}{}", self.spread(&totals)),
            format!(
                "{} · {}{}",
                lang.pick(measure.counted.0, measure.counted.1),
                self.member().title,
                self.left_out()
            ),
        );
        frame.bands = if measure.scored.is_empty() { String::new() } else { self.held(measure.scored) };
        Ok(Fan {
            frame,
            history: (measure.recorded)(self.history_from(), self.last()),
            runs: self.runs(&rows),
            known_until: self.known_until(),
            events: self.member().events.clone(),
            axis: Kind::Linear,
        })
    }

    /// How far the totals of the runs lie apart, as the end of a title: 80 % of them, or all where they are few.
    fn spread(&self, totals: &[f64]) -> String {
        let n = totals.len();
        if n < 2 {
            return String::new();
        }
        let is_resolved = levels(n).contains(&0.8);
        let [low, high] = (if is_resolved { [0.1, 0.9] } else { [0.0, 1.0] })
            .map(|level| self.lang().count(quantile(totals, level)));
        if is_resolved {
            self.say(
                &format!(" (80 % of runs: {low} to {high})"),
                &format!(" (80 % de las corridas: {low} a {high})"),
            )
        } else {
            let n = self.lang().number(n as f64, 0);
            self.say(
                &format!(" (all {n} runs: {low} to {high})"),
                &format!(" (las {n} corridas: {low} a {high})"),
            )
        }
    }
}
