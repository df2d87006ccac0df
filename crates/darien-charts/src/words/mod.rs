//! The fixed words of charts, one file a language; a missing word does not compile.

mod en;
mod es;

use super::axis::Kind;

pub use crate::lang::Lang;

/// Every fixed word. `{n}`, `{m}`, `{x}` are filled in by [`fill`].
#[derive(Debug)]
pub struct Words {
    /// Code of the language for `xml:lang`.
    pub code: &'static str,
    /// Short names of months, January first.
    pub months: [&'static str; 12],
    /// Short names of quarters.
    pub quarters: [&'static str; 4],
    /// Label of the line until which things are known.
    pub known_until: &'static str,
    /// The history.
    pub recorded: &'static str,
    /// The median of the runs.
    pub median: &'static str,
    /// The mean of the runs.
    pub mean: &'static str,
    /// Single runs.
    pub single_runs: &'static str,
    /// Head of the list of bands.
    pub of_100_runs: &'static str,
    /// The band from the lowest to the highest of `{n}` runs.
    pub all_n_runs: &'static str,
    /// The same where the number is not known.
    pub all_runs: &'static str,
    /// Marks a logarithmic axis.
    pub log_scale: &'static str,
    /// Marks a logarithmic axis of 1 + value.
    pub log1p_scale: &'static str,
    /// Heads the linear one of two panels that show the same.
    pub linear_panel: &'static str,
    /// Heads the logarithmic one.
    pub log1p_panel: &'static str,
    /// Announcements without a mark: `{n}`.
    pub more_events: &'static str,
    /// Source of the data, before the text.
    pub source: &'static str,
    /// Vintage of the data, before the date.
    pub data_as_of: &'static str,
    /// Scenario.
    pub scenario: &'static str,
    /// Seed.
    pub seed: &'static str,
    /// A run, and several.
    pub runs: [&'static str; 2],
    /// Lines left out of a map: `{n}` lines, `{m}` persons.
    pub others_not_drawn: &'static str,
    /// Small counts: fewer than `{n}`.
    pub suppressed: &'static str,
    /// The map's disclaimer.
    pub disclaimer: &'static str,
    /// Flows that lead north.
    pub northward: &'static str,
    /// Flows that lead south.
    pub southward: &'static str,
    /// Legend of a flow's width.
    pub width_means: &'static str,
    /// No difference.
    pub no_difference: &'static str,
    /// What is not known (parameters).
    pub not_known: &'static str,
    /// What is chance.
    pub chance: &'static str,
    /// Names that a plane has no room for: `{n}`.
    pub unnamed: &'static str,
    /// Rows that are not drawn: `{n}`.
    pub more_rows: &'static str,
    /// Says what stands for letters that a picture's font lacks.
    pub missing_letters: &'static str,
    /// Best compromises.
    pub frontier: &'static str,
    /// Nominal coverage.
    pub nominal: &'static str,
    /// Observed coverage.
    pub observed: &'static str,
    /// Perfect.
    pub perfect: &'static str,
    /// The band in which chance alone keeps a histogram.
    pub chance_allows: &'static str,
    /// The true value of a recovery study.
    pub truth: &'static str,
    /// Prior.
    pub prior: &'static str,
    /// Posterior.
    pub posterior: &'static str,
    /// No data for a panel.
    pub no_data: &'static str,
    /// Horizon in months.
    pub months_ahead: &'static str,
    /// `{n}` % interval.
    pub interval: &'static str,
    /// Worse / better ends of a colour scale.
    pub worse_better: (&'static str, &'static str),
    /// Everything else.
    pub other: &'static str,
    /// Same scale in all panels.
    pub same_scale: &'static str,
    /// Own scale in each panel.
    pub own_scale: &'static str,
    /// The flat line of a histogram.
    pub uniform: &'static str,
}

impl Words {
    /// What marks a value axis of a kind; nothing where it is linear.
    pub fn scale(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Linear => None,
            Kind::Log => Some(self.log_scale),
            Kind::Log1p => Some(self.log1p_scale),
        }
    }
}

/// The words of a language.
pub fn of(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &en::WORDS,
        Lang::Es => &es::WORDS,
    }
}

/// Puts values in the place of `{n}`, `{m}` and so on.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
}
