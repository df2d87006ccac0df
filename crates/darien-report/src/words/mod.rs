//! The words of answers and reports, one file a language; a missing word does not compile, and a test compares the
//! gaps. (The words inside charts stand with them, in [`crate::chart::words`].)

mod en;
mod es;
mod parts;

pub use parts::{Part, fill, fill_text, plain, strong, t};

use crate::experiment::verdict::Likelihood;
use crate::lang::Lang;

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
            /// Where people are who no longer enter: group, said of those who are there now, said of those who would
            /// have been there.
            pub whereabouts: &'static [(&'static str, &'static str, &'static str)],
            /// Units, by their name in the files.
            pub units: &'static [(&'static str, &'static str)],
            /// What the tables of data hold, by name, in another language than that of the data.
            pub data_tables: &'static [(&'static str, &'static str)],
            /// Codes that stand in cells of tables, and states of levers.
            pub terms: &'static [(&'static str, &'static str)],
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
    /// What would change the answer: `{name}`, `{share}`.
    hinges,
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
    /// Likelihood before a comparative.
    adverb_very_likely,
    /// Likelihood before a comparative.
    adverb_likely,
    /// The headline outcome in a title.
    entries_short,
    /// Where most runs lie: `{inside}`, `{runs}`, `{low}`, `{high}`.
    in_runs,
    /// After a comparative: `{base}`.
    than,
    /// Statement: `{subject}`, `{word}`, `{outcome}`, `{than}`, `{x}`, `{period}`, `{percent}`, `{within}`.
    said_lower,
    /// The same, upwards.
    said_higher,
    /// Lower in most runs, higher in the mean: `{n}` of `{runs}` runs.
    said_lower_mean_up,
    /// Higher in most runs, lower in the mean.
    said_higher_mean_down,
    /// No direction supported.
    said_open,
    /// No run differs.
    said_same,
    /// Too few runs.
    said_few,
    /// Title: `{subject}`, `{word}`, `{outcome}`, `{x}`, `{percent}`.
    title_lower,
    /// Title.
    title_higher,
    /// Title.
    title_lower_mean_up,
    /// Title.
    title_higher_mean_down,
    /// Title.
    title_open,
    /// Title.
    title_same,
    /// Title.
    title_few,
    /// Clause on what is counted: `{outcome}`, `{word}`, `{x}`, `{percent}`.
    clause_lower,
    /// Clause.
    clause_higher,
    /// Clause on an amount.
    clause_less,
    /// Clause on an amount.
    clause_more,
    /// Clause: lower in `{n}` of `{runs}` runs, higher in the mean.
    clause_lower_mean_up,
    /// Clause.
    clause_higher_mean_down,
    /// Clause: one outcome or several.
    clause_open,
    /// Clause: one outcome or several.
    clause_same,
    /// Clause.
    clause_few,
    /// Cell: `{word}`, `{n}`, `{runs}`.
    cell_lower,
    /// Cell.
    cell_higher,
    /// Cell.
    cell_lower_mean_up,
    /// Cell.
    cell_higher_mean_down,
    /// First line of an answer: `{title}`, `{name}`, `{base}`, `{level}`, `{period}`, `{runs}`.
    answer_head,
    /// Before the account: `{avoided}`, `{other}`.
    where_trails,
    /// Where people are: `{list}`.
    where_people,
    /// What counts the other way: `{list}`.
    where_against,
    /// Where people are, where no direction is supported: `{list}`.
    where_mean,
    /// `{x}` people, `{what}`.
    where_more,
    /// `{x}` people, `{what}`.
    where_fewer,
    /// Sentence: `{clauses}`.
    money,
    /// `{n}` times as many runs.
    pairing,
    /// `{level}`, `{difference}`: shares with their intervals.
    spread_resolved,
    /// A share: `{share}`, `{low}`, `{high}`.
    share_resolved,
    /// A share that the runs do not resolve: `{low}`, `{high}`.
    share_unresolved,
    /// Title where nothing varies.
    spread_none,
    /// `{runs}` runs.
    spread_unresolved,
    /// `{avoided}`, `{months}`, `{below}`.
    rebound_none,
    /// `{avoided}`, `{share}`, `{months}`.
    rebound_share,
    /// `{returned}`, `{months}`.
    rebound_open,
    /// Last line of an answer.
    words_legend,
    /// Projection: `{x}`, `{low}`, `{high}`, `{runs}`, `{period}`.
    projection,
    /// Track record: `{line}`.
    trust,
    /// Sentence on harm and other ways: `{clauses}`.
    harm,
    /// Answer of a run: `{x}`, `{low}`, `{high}`, `{runs}`, `{period}`.
    run_entries,
    /// Answer of a run: `{x}`.
    run_recorded,
    /// Answer of a run: `{outcome}`, `{x}`, `{low}`, `{high}`.
    run_row,
    /// What a run gives besides: `{clauses}`.
    run_where,
    /// First line of a benchmark: `{title}`, `{policies}`, `{futures}`, `{runs}`, `{reference}`.
    bench_head,
    /// What the reference gives: `{clauses}`.
    bench_reference,
    /// The other outcomes: `{clauses}`.
    bench_also,
    /// `{x}`, `{low}`, `{high}`, `{name}`.
    bench_price,
    /// The same where money is saved.
    bench_saves,
    /// `{name}`.
    bench_no_price,
    /// `{name}`.
    bench_undeclared,
    /// Standing.
    bench_undominated,
    /// Standing: `{by}`.
    bench_dominated,
    /// Standing: `{names}`, `{p}`.
    bench_front,
    /// Standing: `{names}`, `{p}`.
    bench_no_front,
    /// `{name}`, `{p}`.
    bench_holds,
    /// `{name}`, `{mean}`, `{ninetieth}`, `{p}`.
    bench_regret,
    /// Whose directions they are.
    bench_words,
    /// Above the table: `{reference}`, `{futures}`, `{runs}`.
    bench_table,
    /// Head of a column: `{name}`.
    bench_col_price,
    /// Head of a column.
    bench_col_dominated,
    /// Cell.
    nobody_dominates,
    /// Between two numbers.
    to,
    /// `{name}`, `{list}`.
    bench_robust,
    /// `{title}`, `{mean}`, `{ninetieth}`, `{p}`.
    bench_robust_one,
    /// `{name}`, `{x}`.
    above,
    /// `{name}`, `{x}`.
    below,
    /// `{name}`, `{x}`.
    is_above,
    /// `{name}`, `{x}`.
    is_below,
    /// `{name}`, `{low}`, `{high}`.
    is_between,
    /// `{name}`.
    is_future,
    /// `{name}`.
    is_not_future,
    /// `{list}`.
    only_in_futures,
    /// `{policy}`, `{goal}`, `{rate}`.
    fails_anywhere,
    /// `{policy}`, `{goal}`, `{rate}`, `{density}`, `{box}`, `{coverage}`.
    fails_where,
    /// After the name of a lever.
    mean_of_horizon,
    /// `{label}`, `{about}`, `{x}`, `{unit}`, `{low}`, `{high}`.
    sens_head,
    /// `{a}`, `{b}`.
    sens_less,
    /// Head of a list.
    sens_swings,
    /// Head of a list: `{floor}`.
    sens_shares,
    /// `{a}`, `{b}`, `{wins}`, `{low}`, `{high}`, `{losses}`, `{ties}`.
    sens_beats,
    /// `{name}`, `{chance}`, `{noise}`.
    sens_flips,
    /// No factor.
    sens_no_flip,
    /// Beside an index.
    evidence_unclear,
    /// Beside an index.
    evidence_below,
    /// Manifest: `{n}` scenarios.
    scenarios_many,
    /// Title of the account where entries rise: `{x}`.
    account_more,
    /// First bar.
    account_more_start,
    /// Axes of the overall front.
    all_declared,
    /// The 2 × 2 card: `{scenario}`, `{assumption}`, `{outcome}`, `{place}`.
    card_head,
    /// A part of the card: `{x}`, `{error}`.
    card_policy,
    /// The sum of the card: `{paired}`, `{error}`, `{chance}`.
    card_sum,
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

    /// A unit; an unknown one is its own name.
    pub fn unit_of<'a>(&self, name: &'a str) -> &'a str {
        find(self.units, name).unwrap_or(name)
    }

    /// What a table of data holds; `what` is what the data says of it.
    pub fn data_table<'a>(&self, name: &str, what: &'a str) -> &'a str {
        find(self.data_tables, name).unwrap_or(what)
    }

    /// A code of a cell or a state of a lever; an unknown one is its own name.
    pub fn term<'a>(&self, name: &'a str) -> &'a str {
        find(self.terms, name).unwrap_or(name)
    }

    /// A cell of a table in words, by the name of its column; what is not known stands as it is.
    pub fn cell_text<'a>(&self, column: &str, text: &'a str) -> &'a str {
        match column {
            "outcome" => self.outcome(text),
            "place" => self.place(text),
            "unit" => self.unit_of(text),
            _ => self.term(text),
        }
    }

    /// The words for a group of the account.
    pub fn whereabouts(&self, group: &str) -> (&'static str, &'static str) {
        self.whereabouts.iter().find(|w| w.0 == group).map_or(("", ""), |w| (w.1, w.2))
    }

    /// A likelihood word as an adjective.
    pub fn likelihood(&self, word: Likelihood) -> &'static str {
        match word {
            Likelihood::VeryLikely => self.very_likely,
            Likelihood::Likely => self.likely,
            Likelihood::AsLikelyAsNot => self.as_likely_as_not,
            Likelihood::Unlikely => self.unlikely,
            Likelihood::VeryUnlikely => self.very_unlikely,
        }
    }

    /// A likelihood word before a comparative (`very likely fewer`); a direction is claimed from `likely` on.
    pub fn adverb(&self, word: Likelihood) -> &'static str {
        if word == Likelihood::VeryLikely { self.adverb_very_likely } else { self.adverb_likely }
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
            if !["col_base", "share_resolved", "run_row", "trust"].contains(&key) {
                assert_ne!(a, b, "{key} is not translated");
            }
        }
        let keys = |list: &[(&'static str, &'static str)]| list.iter().map(|(k, _)| *k).collect::<Vec<_>>();
        assert_eq!(keys(en.outcomes), keys(es.outcomes));
        assert_eq!(keys(en.charts), keys(es.charts));
        assert_eq!(keys(en.places), keys(es.places));
        assert_eq!(keys(en.account), keys(es.account));
        assert_eq!(keys(en.columns), keys(es.columns));
        assert_eq!(keys(en.units), keys(es.units));
        assert_eq!(keys(en.terms), keys(es.terms));
        let groups = |w: &Words| w.whereabouts.iter().map(|g| g.0).collect::<Vec<_>>();
        assert_eq!(groups(en), groups(es));
        assert_eq!(en.glossary.len(), es.glossary.len());
        assert_eq!(en.limits.len(), es.limits.len());
    }

    #[test]
    fn every_table_of_data_is_described_in_spanish() {
        for table in crate::data::tables().iter().filter(|t| t.table != "sources") {
            let words = of(Lang::Es);
            assert_ne!(words.data_table(&table.table, &table.what), table.what, "{}", table.table);
        }
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
