//! What is found, in sentences: the same ones in an answer, in the title of a chart and on a page.
//!
//! The verdict on a difference comes from [`crate::experiment::verdict`]; here it only gets its words.

use super::words::{self, Part, Words, fill, fill_text, plain, strong, t};
use crate::experiment::compare::{Contrast, Spread};
use crate::experiment::verdict::{Call, Verdict, inside};
use crate::lang::Lang;
use crate::registry::outcomes;
use crate::units::Month;

/// Parts of an account that are smaller than this share of it are left to the table.
const SMALL: f64 = 0.05;

/// What a scenario changes of one outcome over the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change<'a> {
    /// Outcome of the registry.
    pub outcome: &'a str,
    /// Mean of the base.
    pub base: f64,
    /// Mean of the paired differences.
    pub difference: f64,
    /// 2.5 % quantile of the paired differences.
    pub low: f64,
    /// 97.5 % quantile of them.
    pub high: f64,
    /// What the pairs support.
    pub verdict: Verdict,
}

impl<'a> Change<'a> {
    /// The change that a contrast shows.
    pub fn of(outcome: &'a str, c: &Contrast) -> Self {
        Self {
            outcome,
            base: c.base,
            difference: c.difference,
            low: c.low,
            high: c.high,
            verdict: c.verdict(),
        }
    }

    /// Difference over base; NaN where the base is nothing.
    pub fn relative(&self) -> f64 {
        if self.base.abs() > 0.0 { self.difference / self.base } else { f64::NAN }
    }

    /// Whether it is counted (persons, nights, flights), so that there are more or fewer of it; an amount is higher
    /// or lower.
    fn is_counted(&self) -> bool {
        outcomes::find(self.outcome)
            .is_none_or(|o| ["person", "flights"].iter().any(|unit| o.unit.starts_with(unit)))
    }

    /// Its unit, where it is no count of people.
    fn unit(&self) -> &'static str {
        match outcomes::find(self.outcome).map_or("", |o| o.unit) {
            unit if unit.starts_with("USD") => "\u{a0}USD",
            _ => "",
        }
    }
}

/// Where more than this share of a change goes the other way, people are not told as parts of it.
const OPPOSED: f64 = 0.25;

/// The voice of the sentences.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    /// Language.
    pub lang: Lang,
    /// Its words.
    pub words: &'static Words,
}

impl Voice {
    /// The voice of a language.
    pub fn new(lang: Lang) -> Self {
        Self { lang, words: words::of(lang) }
    }

    /// A title in quotation marks.
    pub fn quoted(&self, title: &str) -> String {
        fill_text(self.words.quoted, &[("x", title)])
    }

    /// The gaps that every statement on a change may fill; sizes stand without their sign where a word says it.
    fn gaps(&self, change: &Change<'_>, subject: &str, name: &str) -> Vec<(&'static str, Part)> {
        let (lang, v) = (self.lang, change.verdict);
        let unit = change.unit();
        let unsigned = matches!(v.call, Call::Lower(_) | Call::Higher(_));
        let size =
            if unsigned { lang.count(change.difference.abs()) } else { lang.signed(change.difference) };
        let word = match v.call {
            Call::Lower(p) | Call::Higher(p) => self.words.adverb(p),
            Call::Same | Call::Few | Call::Open => "",
        };
        vec![
            ("subject", t(subject)),
            ("outcome", t(name)),
            ("word", strong(word)),
            ("x", strong(self.with_unit(&size, unit))),
            ("percent", t(lang.signed_percent(change.relative()))),
            ("n", t(lang.number(v.supporting() as f64, 0))),
            ("runs", t(lang.number(v.runs as f64, 0))),
            ("within", t(self.within(change.low, change.high, v.runs))),
        ]
    }

    /// A size with its unit: Spanish says `millones de USD`.
    pub fn with_unit(&self, size: &str, unit: &str) -> String {
        let of = if !unit.is_empty() && size.ends_with("millones") { "\u{a0}de" } else { "" };
        format!("{size}{of}{unit}")
    }

    /// Where most of the runs lie: `95 of 100 runs between +4,300 and +74,800`.
    fn within(&self, low: f64, high: f64, runs: usize) -> String {
        self.runs_between(self.lang.signed(low), self.lang.signed(high), inside(runs, 0.95), runs)
    }

    /// So many of the runs lie between two values.
    pub fn runs_between(&self, low: String, high: String, inside: usize, runs: usize) -> String {
        let count = |n: usize| t(self.lang.number(n as f64, 0));
        plain(&fill(
            self.words.in_runs,
            &[("inside", count(inside)), ("runs", count(runs)), ("low", t(low)), ("high", t(high))],
        ))
    }

    /// A statement on a change: who, how sure, how much, how many runs. Base and period are named where they are given.
    pub fn statement(
        &self,
        change: &Change<'_>,
        subject: &str,
        name: &str,
        base: Option<&str>,
        period: Option<(Month, Month)>,
    ) -> Vec<Part> {
        let w = self.words;
        let template = match (change.verdict.call, change.verdict.mean_disagrees) {
            (Call::Lower(_), false) => w.said_lower,
            (Call::Higher(_), false) => w.said_higher,
            (Call::Lower(_), true) => w.said_lower_mean_up,
            (Call::Higher(_), true) => w.said_higher_mean_down,
            (Call::Open, _) => w.said_open,
            (Call::Same, _) => w.said_same,
            (Call::Few, _) => w.said_few,
        };
        let than = base.map(|b| plain(&fill(w.than, &[("base", t(b))]))).unwrap_or_default();
        let period =
            period.map(|(from, until)| format!(" {}", self.lang.in_period(from, until))).unwrap_or_default();
        let mut gaps = self.gaps(change, subject, name);
        gaps.extend([("than", t(than)), ("period", t(period))]);
        fill(template, &gaps)
    }

    /// A statement on a change of the headline, short enough for a title.
    pub fn title(&self, change: &Change<'_>, subject: &str) -> String {
        let w = self.words;
        let template = match (change.verdict.call, change.verdict.mean_disagrees) {
            (Call::Lower(_), false) => w.title_lower,
            (Call::Higher(_), false) => w.title_higher,
            (Call::Lower(_), true) => w.title_lower_mean_up,
            (Call::Higher(_), true) => w.title_higher_mean_down,
            (Call::Open, _) => w.title_open,
            (Call::Same, _) => w.title_same,
            (Call::Few, _) => w.title_few,
        };
        plain(&fill(template, &self.gaps(change, subject, w.entries_short)))
    }

    /// A clause on a change; `name` says of what.
    pub fn clause(&self, change: &Change<'_>, name: &str) -> Vec<Part> {
        let w = self.words;
        let counted = change.is_counted();
        let template = match (change.verdict.call, change.verdict.mean_disagrees) {
            (Call::Lower(_), true) => w.clause_lower_mean_up,
            (Call::Higher(_), true) => w.clause_higher_mean_down,
            (Call::Lower(_), false) => {
                if counted {
                    w.clause_lower
                } else {
                    w.clause_less
                }
            }
            (Call::Higher(_), false) => {
                if counted {
                    w.clause_higher
                } else {
                    w.clause_more
                }
            }
            (Call::Open, _) => w.clause_open,
            (Call::Same, _) => w.clause_same,
            (Call::Few, _) => w.clause_few,
        };
        fill(template, &self.gaps(change, "", name))
    }

    /// Clauses on several changes: those that say something each by itself, then in one clause those of which the
    /// runs support no direction, and those in which no run differs.
    pub fn clauses(&self, changes: &[(Change<'_>, String)]) -> Vec<Vec<Part>> {
        let silent = |c: &Change<'_>| matches!(c.verdict.call, Call::Open | Call::Same);
        let mut all: Vec<Vec<Part>> =
            changes.iter().filter(|c| !silent(&c.0)).map(|(c, name)| self.clause(c, name)).collect();
        for call in [Call::Open, Call::Same] {
            let of_call = || changes.iter().filter(move |c| c.0.verdict.call == call);
            let names: Vec<String> = of_call().map(|(_, name)| name.clone()).collect();
            all.extend(of_call().take(1).map(|(c, _)| self.clause(c, &self.lang.list(&names))));
        }
        all
    }

    /// A verdict as the cell of a table.
    pub fn cell(&self, verdict: Verdict) -> String {
        let w = self.words;
        let (template, word) = match (verdict.call, verdict.mean_disagrees) {
            (Call::Lower(p), false) => (w.cell_lower, w.adverb(p)),
            (Call::Higher(p), false) => (w.cell_higher, w.adverb(p)),
            (Call::Lower(p), true) => (w.cell_lower_mean_up, w.adverb(p)),
            (Call::Higher(p), true) => (w.cell_higher_mean_down, w.adverb(p)),
            (Call::Open, _) => (w.cell_open, ""),
            (Call::Same, _) => (w.cell_same, ""),
            (Call::Few, _) => (w.cell_few, ""),
        };
        let count = |n: usize| t(self.lang.number(n as f64, 0));
        let values = [("word", t(word)), ("n", count(verdict.supporting())), ("runs", count(verdict.runs))];
        plain(&fill(template, &values))
    }

    /// Where those are who no longer enter, or were who now do. `parts` are the entries of the account with their
    /// means, `avoided` what the trails that lose people lose.
    pub fn whereabouts(&self, avoided: f64, parts: &[(&str, f64)], verdict: Verdict) -> String {
        let w = self.words;
        let other_trail: f64 = parts.iter().filter(|p| p.0 == "other_trail").map(|p| p.1).sum();
        let net = avoided - other_trail;
        let mut groups: Vec<(&str, f64)> = w.whereabouts.iter().map(|g| (g.0, 0.0)).collect();
        for (code, persons) in parts {
            let group = group(code);
            if let Some(found) = groups.iter_mut().find(|g| g.0 == group) {
                found.1 += persons;
            }
        }
        groups.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let least = (net.abs() * SMALL).max(1.0);
        groups.retain(|g| g.1.abs() >= least);
        if groups.is_empty() || verdict.call == Call::Same {
            return String::new();
        }
        let mut text = String::new();
        if avoided > 0.0 && other_trail > avoided * SMALL {
            let values =
                [("avoided", t(self.lang.count(avoided))), ("other", t(self.lang.count(other_trail)))];
            text.push_str(&plain(&fill(w.where_trails, &values)));
        }
        let along = |g: &&(&str, f64)| (g.1 > 0.0) == (net > 0.0);
        let against: Vec<&(&str, f64)> = groups.iter().filter(|g| !along(g)).collect();
        // `Of these people` needs a number of people that they are part of.
        let stated = matches!(verdict.call, Call::Lower(_) | Call::Higher(_)) && !verdict.mean_disagrees;
        let opposed: f64 = against.iter().map(|g| g.1.abs()).sum();
        if stated && opposed <= net.abs() * OPPOSED {
            let list: Vec<String> = groups
                .iter()
                .filter(along)
                .map(|(group, persons)| {
                    let (now, would) = w.whereabouts(group);
                    format!("{} {}", self.lang.count(persons.abs()), if net > 0.0 { now } else { would })
                })
                .collect();
            text.push_str(&plain(&fill(w.where_people, &[("list", t(self.lang.list(&list)))])));
            if !against.is_empty() {
                let list: Vec<String> = against.iter().map(|g| self.more(g.0, g.1)).collect();
                text.push_str(&plain(&fill(w.where_against, &[("list", t(self.lang.list(&list)))])));
            }
        } else {
            let list: Vec<String> = groups.iter().map(|g| self.more(g.0, g.1)).collect();
            text.push_str(&plain(&fill(w.where_mean, &[("list", t(self.lang.list(&list)))])));
        }
        text.push('.');
        text
    }

    fn more(&self, group: &str, persons: f64) -> String {
        let template = if persons > 0.0 { self.words.where_more } else { self.words.where_fewer };
        let values = [("x", t(self.lang.count(persons.abs()))), ("what", t(self.words.whereabouts(group).0))];
        plain(&fill(template, &values))
    }

    /// How the spread of level and difference divides, as far as the runs tell; empty where they tell nothing.
    pub fn spread(&self, level: &Spread, difference: &Spread) -> String {
        let w = self.words;
        if !difference.unknown_share().is_finite() {
            return String::new();
        }
        if !level.is_resolved() && !difference.is_resolved() {
            let runs = self.lang.number(difference.runs as f64, 0);
            return plain(&fill(w.spread_unresolved, &[("runs", t(runs))]));
        }
        let values = [("level", t(self.share(level))), ("difference", t(self.share(difference)))];
        plain(&fill(w.spread_resolved, &values))
    }

    /// How the spread of the difference divides, for the title of its chart.
    pub fn spread_title(&self, s: &Spread) -> String {
        let w = self.words;
        if !s.unknown_share().is_finite() {
            return w.spread_none.to_owned();
        }
        if s.is_resolved() {
            return fill_text(w.spread_title, &[("share", &self.share(s))]);
        }
        fill_text(w.spread_unresolved, &[("runs", &self.lang.number(s.runs as f64, 0))])
    }

    /// What is not known as a share of a spread, with its interval; the interval alone where it is wide.
    pub fn share(&self, s: &Spread) -> String {
        let percent = |x: f64| t(self.lang.percent(x));
        let values =
            [("share", percent(s.unknown_share())), ("low", percent(s.low)), ("high", percent(s.high))];
        let w = self.words;
        plain(&fill(if s.is_resolved() { w.share_resolved } else { w.share_unresolved }, &values))
    }
}

/// The group of an entry of the account.
fn group(code: &str) -> &'static str {
    match code {
        "no_intent" | "lapsed" | "no_new_attempt" => "home",
        "waiting" => "waiting",
        "lawful" => "lawful",
        "bypass" => "around",
        "turned_back" | "returned" | "stopped" => "back",
        "died" => "died",
        "on_the_way" => "on_the_way",
        "carried_in" => "start",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::compare::contrast;

    fn change(positive: usize, negative: usize, runs: usize, difference: f64) -> Change<'static> {
        let verdict = Verdict::of(positive, negative, runs, difference);
        Change { outcome: "entries", base: 262_000.0, difference, low: 4_300.0, high: 74_800.0, verdict }
    }

    fn said(c: &Change<'_>, lang: Lang) -> String {
        let period = ("2025-01".parse().unwrap(), "2025-12".parse().unwrap());
        let voice = Voice::new(lang);
        let subject = lang.pick("Flights stop", "Cese de los vuelos");
        plain(&voice.statement(c, subject, voice.words.entries_short, None, Some(period)))
            .replace('\u{a0}', " ")
    }

    #[test]
    fn a_statement_says_who_how_sure_how_much_and_from_how_many_runs() {
        let c = change(99, 1, 100, 23_600.0);
        assert_eq!(
            said(&c, Lang::En),
            "Flights stop: very likely more entries, about 23,600 in 2025 (+9.0 %; 95 of 100 runs between +4,300 and +74,800)."
        );
        assert_eq!(
            said(&c, Lang::Es),
            "Cese de los vuelos: muy probablemente más entradas, alrededor de 23 600 en 2025 (+9,0 %; 95 de 100 corridas entre +4300 y +74 800)."
        );
    }

    #[test]
    fn sign_and_word_never_contradict() {
        // Every split of a hundred runs, with a mean of either sign: the comparative goes with the majority, and a
        // mean of the other sign is said to be one.
        for positive in 0..=100 {
            for difference in [-500.0, 500.0] {
                let c = change(positive, 100 - positive, 100, difference);
                let text = said(&c, Lang::En);
                let mean = if difference > 0.0 {
                    "500 more in 2025 in the mean"
                } else {
                    "500 fewer in 2025 in the mean"
                };
                match c.verdict.call {
                    Call::Higher(_) => {
                        assert!(text.contains("likely more entries"), "{text}");
                        assert_eq!(text.contains(mean), difference < 0.0, "{text}");
                    }
                    Call::Lower(_) => {
                        assert!(text.contains("likely fewer entries"), "{text}");
                        assert_eq!(text.contains(mean), difference > 0.0, "{text}");
                    }
                    _ => assert!(text.contains("do not say") && !text.contains("likely"), "{text}"),
                }
                assert!(text.contains("100"), "{text}");
            }
        }
    }

    #[test]
    fn people_are_somewhere() {
        let parts = [
            ("other_trail", 23_600.0),
            ("waiting", -15_800.0),
            ("no_intent", -9_000.0),
            ("lapsed", -1_100.0),
            ("turned_back", 2_300.0),
        ];
        let up = change(99, 1, 100, 23_600.0).verdict;
        let text = |lang: Lang| Voice::new(lang).whereabouts(0.0, &parts, up).replace('\u{a0}', " ");
        assert_eq!(
            text(Lang::En),
            "Of these people, 15,800 would have been waiting at home and 10,100 would not have left; against that, \
             2,300 more turn back, are stopped or are flown home before it."
        );
        assert_eq!(
            text(Lang::Es),
            "De esas personas, 15 800 habrían estado esperando en casa y 10 100 no habrían partido; en sentido \
             contrario, 2300 personas más desisten, son detenidas o son devueltas en avión antes de llegar."
        );
        let down = change(1, 99, 100, -80_000.0).verdict;
        let closed = [("other_trail", 20_000.0), ("waiting", 50_000.0), ("lawful", 30_000.0)];
        assert_eq!(
            Voice::new(Lang::En).whereabouts(100_000.0, &closed, down),
            "Of 100,000 entries avoided on some trails, 20,000 go by other trails. Of these people, 50,000 wait at \
             home and 30,000 take a lawful pathway."
        );
        let open = change(50, 50, 100, -100.0).verdict;
        assert_eq!(
            Voice::new(Lang::En).whereabouts(100.0, &[("waiting", 400.0), ("no_intent", -300.0)], open),
            "In the mean, 400 more wait at home and 300 fewer stay at home."
        );
        assert_eq!(Voice::new(Lang::En).whereabouts(0.0, &[("waiting", 0.0)], open), "");
    }

    #[test]
    fn what_is_not_known_is_said_as_far_as_it_is_resolved() {
        let s = |share: f64, low: f64, high: f64| Spread {
            unknown: share,
            chance: 1.0 - share,
            draws: 50,
            runs: 100,
            low,
            high,
        };
        let voice = Voice::new(Lang::En);
        let open = s(0.22, 0.0, 0.47);
        assert_eq!(
            voice.spread(&open, &open),
            "100 runs do not tell exactly how the spread divides between what we do not know and chance."
        );
        let text = voice.spread(&s(0.92, 0.87, 0.95), &open).replace('\u{a0}', " ");
        assert!(text.contains("makes 92 % (87 % to 95 %) of the spread of the level"), "{text}");
        assert!(text.contains("anything from 0 % to 47 % of that of the difference"), "{text}");
        let same = contrast(&[1.0, 2.0], &[1.0, 2.0], &[0, 1]);
        assert_eq!(Change::of("entries", &same).verdict.call, Call::Same);
    }
}
