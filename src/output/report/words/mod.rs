//! The words of a report, one file a language; a missing word does not compile, and a test compares the gaps.

mod en;
mod es;

use crate::output::chart::Lang;

macro_rules! words {
    ($( $(#[doc = $doc:literal])* $name:ident, )*) => {
        /// Every fixed word of a report. `{gaps}` are filled in.
        #[derive(Debug)]
        pub struct Words {
            /// Short names of outcomes.
            pub outcomes: &'static [(&'static str, &'static str)],
            /// Words and what they mean.
            pub glossary: &'static [(&'static str, &'static str)],
            /// What every report must say of its limits.
            pub limits: &'static [&'static str],
            /// Names of charts that other commands write, by stem.
            pub charts: &'static [(&'static str, &'static str)],
            /// Names of places, operators and payers that stand beside an outcome.
            pub places: &'static [(&'static str, &'static str)],
            /// Entries of the account, `code@place`.
            pub account: &'static [(&'static str, &'static str)],
            /// Heads of table columns, by their name in the files.
            pub columns: &'static [(&'static str, &'static str)],
            $( $(#[doc = $doc])* pub $name: &'static str, )*
        }

        impl Words {
            /// Name and text of every word that stands alone.
            pub fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$( (stringify!($name), self.$name), )*]
            }
        }
    };
}

words! {
    /// Code of the language.
    code,
    /// Link to the content.
    skip,
    /// Head of the list of sections.
    contents,
    /// Kind of document, above the title.
    kind,
    /// `{a}` against `{b}`.
    against,
    /// `{n}` scenarios.
    several,
    /// Line under the title: `{from}`, `{until}`, `{runs}`, `{vintage}`.
    dateline,
    /// Title of a report on folders without scenarios.
    untitled,
    /// Section.
    question,
    /// Section.
    answer,
    /// Section.
    expected,
    /// Section.
    difference,
    /// Section.
    way,
    /// Section.
    elsewhere,
    /// Section.
    scorecard,
    /// Section.
    change,
    /// Section.
    after,
    /// Section.
    track,
    /// Section.
    assumptions,
    /// Section.
    limits_head,
    /// Section.
    legend,
    /// Section.
    manifest,
    /// Likelihood.
    very_likely,
    /// Likelihood.
    likely,
    /// Likelihood.
    as_likely_as_not,
    /// Likelihood.
    unlikely,
    /// Likelihood.
    very_unlikely,
    /// Difference: `{word}`, `{alt}`, `{outcome}`, `{x}`, `{percent}`, `{low}`, `{high}`, `{base}`, `{period}`.
    lowers,
    /// The same, upwards.
    raises,
    /// No direction supported: `{alt}`, `{outcome}`, `{x}`, `{low}`, `{high}`, `{base}`, `{period}`.
    open_difference,
    /// No run differs: `{alt}`, `{outcome}`, `{runs}`, `{base}`, `{period}`.
    same_difference,
    /// Too few runs: `{alt}`, `{outcome}`, `{x}`, `{low}`, `{high}`, `{runs}`, `{base}`, `{period}`.
    few_difference,
    /// Sentence on harm and other ways: `{clauses}`.
    harm,
    /// Clause: `{outcome}`, `{word}`, `{x}`.
    clause_lower,
    /// Clause: `{outcome}`, `{word}`, `{x}`.
    clause_higher,
    /// Clause: `{outcome}`.
    clause_open,
    /// Clause: `{outcome}`.
    clause_same,
    /// Clause: `{outcome}`, `{runs}`.
    clause_few,
    /// What would change the answer: `{name}`, `{share}`.
    hinges,
    /// Projection: `{x}`, `{low}`, `{high}`, `{runs}`, `{period}`.
    projection,
    /// Against the past: `{word}`, `{recorded}`, `{past}`.
    more_than_past,
    /// Too few runs for that: `{recorded}`, `{past}`.
    past_few,
    /// Hindcast: `{recorded}`, `{inside}`.
    hindcast,
    /// The record lies within the middle 80 % of the runs.
    hindcast_inside,
    /// It does not.
    hindcast_outside,
    /// Projection of harm: `{deaths}`, `{abuse}`, with ends.
    projected_harm,
    /// Track record: `{line}`.
    trust,
    /// Of `{n}` options and `{m}` futures.
    bench_sentence,
    /// Title of a benchmark: `{n}`, `{m}`.
    bench_title,
    /// Title of the scorecard.
    scorecard_title,
    /// Subtitle of the scorecard.
    scorecard_measure,
    /// Caption of the chances to be best.
    best_caption,
    /// Head: option.
    col_option,
    /// Summary of the table by place.
    all_places,
    /// Several scenarios: `{base}`, `{period}`, `{outcome}`, `{clauses}`.
    several_differences,
    /// Best by an outcome: `{policy}`, `{outcome}`, `{word}`.
    bench_best,
    /// No option stands out: `{outcome}`.
    bench_open,
    /// Head of a table: outcome.
    col_outcome,
    /// Head: base.
    col_base,
    /// Head: difference.
    col_difference,
    /// Head: 80 % interval.
    col_interval,
    /// Head: per cent.
    col_percent,
    /// Head: what the runs support.
    col_verdict,
    /// Head: unit.
    col_unit,
    /// Head: scenario.
    col_scenario,
    /// Head: median.
    col_median,
    /// Cell: lower, `{word}`, `{p}`.
    cell_lower,
    /// Cell: higher, `{word}`, `{p}`.
    cell_higher,
    /// Cell: no statement.
    cell_open,
    /// Cell: no run differs.
    cell_same,
    /// Cell: too few runs.
    cell_few,
    /// Caption of the table of effects: `{alt}`, `{base}`.
    effects_caption,
    /// Caption of the table of totals: `{period}`.
    totals_caption,
    /// Title of the difference chart: `{alt}`, `{x}`, `{low}`, `{high}`.
    difference_title,
    /// Its subtitle: `{outcome}`, `{base}`.
    difference_measure,
    /// Label of the line at which the policy begins.
    policy_begins,
    /// What paired means.
    paired_note,
    /// Numbers of a chart.
    numbers,
    /// Rows left out: `{shown}`, `{all}`.
    thinned,
    /// Label of a chart's scrolling box: `{title}`.
    chart_box,
    /// Label of a table's scrolling box: `{title}`.
    table_box,
    /// What the scenarios set.
    levers_head,
    /// Caption: what differs.
    levers_differ,
    /// Caption: all levers set: `{scenario}`.
    levers_all,
    /// Levers at their default: `{n}`.
    levers_default,
    /// No lever differs.
    levers_same,
    /// Changes made on the command line: `{sets}`.
    sets,
    /// Head: lever.
    col_lever,
    /// Head: meaning.
    col_meaning,
    /// Head: source.
    col_source,
    /// Head: assumption.
    col_parameter,
    /// Head: range before any data.
    col_prior,
    /// Head: value used.
    col_used,
    /// Head: basis.
    col_basis,
    /// Head: table.
    col_table,
    /// Head: grade.
    col_grade,
    /// Head: vintage.
    col_vintage,
    /// Shape of a prior.
    uniform,
    /// Shape of a prior.
    log_uniform,
    /// Shape of a prior.
    triangular,
    /// Basis.
    calibrated,
    /// Basis.
    assumed,
    /// Basis.
    evidence,
    /// Caption of parameters.
    parameters_caption,
    /// Introduction to parameters.
    parameters_intro,
    /// Caption of the data.
    data_caption,
    /// Introduction to the data and the grades.
    data_intro,
    /// Head of the list of sources.
    sources_head,
    /// Share of assumptions by basis: `{calibrated}`, `{evidence}`, `{assumed}`, `{all}`.
    basis_count,
    /// Introduction to the account.
    account_intro,
    /// Introduction to the scorecard.
    scorecard_intro,
    /// Introduction to sensitivity.
    sensitivity_intro,
    /// Introduction to what comes after: `{date}`.
    after_intro,
    /// While it acts, and after: `{during}`, `{after}`.
    after_sentence,
    /// Policy lasts until the end of the horizon.
    after_none,
    /// Part that is missing: `{part}`, `{command}`.
    missing,
    /// Agents stand for several people: `{scale}`.
    scaled,
    /// Few runs: `{runs}`.
    few_runs,
    /// Data end: `{vintage}`.
    data_end,
    /// Folders were made by different versions or data.
    mixed,
    /// Other folders give another scenario under the same name: `{name}`.
    other_hash,
    /// Scenarios beyond the evidence: `{scenario}`.
    beyond,
    /// Legend of words.
    likelihood_caption,
    /// How words are used.
    likelihood_intro,
    /// Head: word.
    col_word,
    /// Head: probability.
    col_probability,
    /// Head of the glossary.
    glossary_head,
    /// Manifest.
    folder,
    /// Manifest.
    verb,
    /// Manifest.
    version,
    /// Manifest.
    command,
    /// Manifest.
    scenarios,
    /// Manifest.
    seed,
    /// Manifest.
    runs,
    /// Manifest.
    scale,
    /// Manifest.
    scale_value,
    /// Manifest.
    vintage,
    /// Manifest.
    fingerprint,
    /// Manifest.
    made,
    /// Manifest.
    verified,
    /// Manifest: `{n}` files.
    verified_value,
    /// Introduction to the manifest.
    manifest_intro,
    /// `{from}` to `{until}`.
    period,
    /// Conjunction.
    and,
    /// Persons.
    persons,
    /// Interval in words: `{low}`, `{high}`.
    between,
    /// Quotation: `{x}`.
    quoted,
    /// Footer.
    footer,
    /// Maps: only one scenario is drawn: `{scenario}`.
    drawn_for,
    /// No track record: what it means.
    unscored,
    /// Introduction to the fan.
    fan_intro,
    /// A lever follows what was recorded.
    observed,
    /// A ramp: `{a}`, `{b}`, `{n}` days.
    ramp,
    /// An empty list.
    nobody,
    /// Head: unit and lever value over the period, in the base.
    col_value,
    /// Contents of a stored chart, drawn in another language perhaps.
    stored_note,
    /// Words for a screen reader after the title of a stored chart.
    see_table,
    /// A number in millions: `{x}`.
    million,
    /// Title of the account: `{x}`.
    account_title,
    /// Subtitle of the account: `{alt}`, `{base}`.
    account_measure,
    /// First bar of the account.
    account_start,
    /// Last bar of the account.
    account_end,
    /// Title of the spread: `{share}`.
    spread_title,
    /// Subtitle of the spread.
    spread_measure,
    /// Bar of the spread.
    spread_level,
    /// Bar of the spread.
    spread_difference,
    /// Below a key number: `{low}`, `{high}`, a median and 80 % of the runs.
    of_runs,
    /// Below a key number: `{percent}`, `{base}`.
    of_base,
    /// Caption of an extra table: `{name}`.
    extra_table,
}

/// The words of a language.
pub fn of(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &en::WORDS,
        Lang::Es => &es::WORDS,
    }
}

fn find(list: &'static [(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    list.iter().find(|(key, _)| *key == name).map(|(_, text)| *text)
}

impl Words {
    /// The short name of an outcome; an unknown one is its own name.
    pub fn outcome<'a>(&self, name: &'a str) -> &'a str {
        find(self.outcomes, name).unwrap_or(name)
    }

    /// The name of a place; an unknown one is its own name.
    pub fn place<'a>(&self, name: &'a str) -> &'a str {
        find(self.places, name).unwrap_or(name)
    }

    /// The words for an entry of the account.
    pub fn entry(&self, code: &str, place: &str) -> Option<&'static str> {
        find(self.account, &format!("{code}@{place}"))
    }

    /// The name of a chart that another command wrote; `None` for one that is not known.
    pub fn chart(&self, stem: &str) -> Option<&'static str> {
        find(self.charts, stem)
    }

    /// The head of a column; an unknown one is its name with blanks.
    pub fn column(&self, name: &str) -> String {
        find(self.columns, name).map_or_else(|| name.replace('_', " "), str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn gaps(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn no_word_is_missing_and_gaps_are_the_same() {
        let (en, es) = (of(Lang::En), of(Lang::Es));
        for ((key, a), (_, b)) in en.entries().into_iter().zip(es.entries()) {
            assert!(!a.trim().is_empty() && !b.trim().is_empty(), "{key} is empty");
            assert_eq!(gaps(a), gaps(b), "the gaps of {key} differ");
            // Words that are the same in both languages.
            if !["col_base"].contains(&key) {
                assert_ne!(a, b, "{key} is not translated");
            }
        }
        let keys = |list: &[(&'static str, &'static str)]| list.iter().map(|(k, _)| *k).collect::<Vec<_>>();
        assert_eq!(keys(en.outcomes), keys(es.outcomes));
        assert_eq!(keys(en.charts), keys(es.charts));
        assert_eq!(keys(en.places), keys(es.places));
        assert_eq!(keys(en.account), keys(es.account));
        assert_eq!(keys(en.columns), keys(es.columns));
        assert_eq!(en.glossary.len(), es.glossary.len());
        assert_eq!(en.limits.len(), es.limits.len());
    }

    #[test]
    fn every_outcome_has_a_short_name() {
        for outcome in crate::registry::outcomes::OUTCOMES {
            for lang in [Lang::En, Lang::Es] {
                assert_ne!(of(lang).outcome(outcome.name), outcome.name, "{}", outcome.name);
            }
        }
    }
}
