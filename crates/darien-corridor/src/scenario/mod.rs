//! Scenarios: what was typed becomes what it means.
//!
//! A TOML file is read into a layer (typed, with the place of every value), the layers of its `extends` chain are
//! laid over each other, and the result is frozen as a [`Scenario`]: dated lever paths, announcements and fixed
//! assumptions, cheap to clone and with a hash that does not depend on how the file was written. **All** problems of
//! a file are found in one pass, each with file, line, column, key, what was found, what is allowed and the nearest
//! valid name.

mod announcement;
mod assumptions;
mod bundle;
mod chain;
mod dates;
mod known;
mod layer;
mod lever_key;
mod lever_value;
mod new_value;
mod news;
mod path;
pub mod policies;
mod reader;
mod resolve;
mod schema;
mod sets;
mod shipped;
mod tree;
mod warnings;

pub use announcement::{Announcement, SHOCK_DAYS, SHOCK_RANGE};
pub use dates::{EARLIEST, LATEST, simulation_start};
pub use new_value::NewValue;
pub use path::{LeverPath, Segment, Shape, Value};
pub use schema::{document as schema, text as schema_text};
pub use shipped::SHIPPED;

use crate::error::{Problem, Result};
use crate::lang::Lang;
use crate::registry::levers::{self, Lever, levers};
use crate::units::Span;
use chrono::{Days, NaiveDate};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A frozen scenario; cloning it copies a pointer.
#[derive(Debug, Clone)]
pub struct Scenario {
    inner: Arc<Inner>,
}

/// What a scenario is made of.
#[derive(Debug, Clone, PartialEq)]
struct Inner {
    name: String,
    title: String,
    title_es: String,
    question: String,
    question_es: String,
    source: Arc<str>,
    /// Its file as problems show it.
    file: String,
    parents: Vec<String>,
    layers: Vec<(String, Arc<str>)>,
    sets: Vec<String>,
    horizon: Span,
    /// In the order of [`levers`].
    paths: Vec<Arc<LeverPath>>,
    announcements: Vec<Announcement>,
    assumptions: BTreeMap<String, f64>,
    warnings: Vec<Problem>,
    /// See [`Scenario::known_until`].
    known_until: Option<NaiveDate>,
}

impl Scenario {
    /// Loads a shipped scenario by its name, or a file by its path.
    ///
    /// `sets` are `key=value` changes, applied last from the first day of the horizon (or `key=value@date`); `until`
    /// moves the end of the horizon.
    ///
    /// ```
    /// use darien_corridor::scenario::Scenario;
    ///
    /// let scenario = Scenario::load("status-quo-2025", &[], None)?;
    /// assert_eq!(scenario.horizon().from.to_string(), "2025-01-01");
    /// let worse = Scenario::load("status-quo-2025", &["crisis.VEN=0.9@2025-03-01".into()], None)?;
    /// assert_eq!(worse.number("crisis.VEN", "2025-06-01".parse().unwrap()), 0.9);
    /// # Ok::<(), darien_base::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Invalid`] with every problem of the file, of the files that it extends and of `sets`.
    pub fn load(path_or_name: &str, sets: &[String], until: Option<NaiveDate>) -> Result<Self> {
        resolve::load(path_or_name, sets, until)
    }

    /// Resolves a scenario from its text, as if it stood in a file called `name`; `extends` may name shipped
    /// scenarios and paths relative to the working folder.
    ///
    /// ```
    /// use darien_corridor::scenario::Scenario;
    ///
    /// let text = r#"
    ///     extends = "status-quo-2025"
    ///     title = "Twice the flights"
    ///     [levers]
    ///     "flights.panama.per_week" = 4
    /// "#;
    /// let scenario = Scenario::from_text("my-flights", text, &[], None)?;
    /// assert_eq!(scenario.parents(), ["status-quo-2025", "history"]);
    ///
    /// // Everything that is wrong with a text is found at once.
    /// let wrong = "[levers]\n\"crisis.VEM\" = 0.9\n\"crisis.VEN\" = 2";
    /// let problems = Scenario::from_text("wrong", wrong, &[], None).unwrap_err().to_string();
    /// assert!(problems.contains("did you mean `crisis.VEN`?") && problems.contains("wrong:3"));
    /// # Ok::<(), darien_base::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Self::load`].
    pub fn from_text(name: &str, text: &str, sets: &[String], until: Option<NaiveDate>) -> Result<Self> {
        resolve::from_text(name, text, sets, until)
    }

    /// Resolves a scenario again from the texts that [`Self::layers`] gave, whatever has become of the files.
    ///
    /// # Errors
    ///
    /// As for [`Self::load`], and if there is no text.
    pub fn from_layers(
        layers: &[(String, impl AsRef<str>)],
        sets: &[String],
        until: Option<NaiveDate>,
    ) -> Result<Self> {
        resolve::from_layers(layers, sets, until)
    }

    /// The same scenario with another value of a lever or parameter, as `--set` gives it: a number, a state, a list of
    /// codes, dated values, or a [ramp](NewValue::ramp). Without a date a value holds from the first day of the horizon.
    ///
    /// A value that `with` or `--set` gave the same key before is replaced. No file is read again.
    ///
    /// ```
    /// use darien_corridor::scenario::{NewValue, Scenario};
    ///
    /// let base = Scenario::load("status-quo-2025", &[], None)?;
    /// let scenario = base
    ///     .with("crisis.VEN", [("2025-03-01", 0.7), ("2025-09-01", 0.5)])?
    ///     .with("flights.panama.per_week", NewValue::ramp(4.0, "2025-02-01", 60))?
    ///     .with("flights.panama.accepts", ["COL", "ECU"])?
    ///     .with("depart.belief_power", 2.0)?;
    /// assert_eq!(scenario.number("crisis.VEN", "2025-06-01".parse().unwrap()), 0.7);
    /// assert_eq!(scenario.assumptions()["depart.belief_power"], 2.0);
    /// assert_eq!(scenario.first_difference(&base), Some(base.start()));
    ///
    /// let problem = base.with("crisis.VEN", 7).unwrap_err();
    /// assert!(problem.to_string().contains("0 to 1"), "{problem}");
    /// # Ok::<(), darien_base::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Self::load`]: an unknown key, a value of the wrong kind or out of range.
    pub fn with(&self, key: &str, value: impl Into<NewValue>) -> Result<Self> {
        resolve::with(&self.inner, key, &value.into())
    }

    /// The same scenario with more `key=value` changes, as [`Self::load`] takes them, after those that it has. No file
    /// is read again.
    ///
    /// # Errors
    ///
    /// As for [`Self::load`]; a key that is set already cannot be set again.
    pub fn with_sets(&self, sets: &[String]) -> Result<Self> {
        resolve::changed(&self.inner, sets::FLAG, &[self.sets(), sets].concat())
    }

    /// The scenarios that ship with the program: name and text.
    pub fn shipped() -> &'static [(&'static str, &'static str)] {
        SHIPPED
    }

    /// Name: the stem of the file.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// One line that names it for readers.
    pub fn title(&self) -> &str {
        &self.inner.title
    }

    /// The title in a language; in English where there is none in Spanish.
    pub fn title_in(&self, lang: Lang) -> &str {
        lang.pick(&self.inner.title, &self.inner.title_es)
    }

    /// The question that it answers.
    pub fn question(&self) -> &str {
        &self.inner.question
    }

    /// The question in a language; in English where there is none in Spanish.
    pub fn question_in(&self, lang: Lang) -> &str {
        lang.pick(&self.inner.question, &self.inner.question_es)
    }

    /// The text of its file.
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// The scenarios that it extends, nearest first.
    pub fn parents(&self) -> &[String] {
        &self.inner.parents
    }

    /// Name and text of its own file and of those that it extends, nearest first: all that it is made of.
    pub fn layers(&self) -> &[(String, Arc<str>)] {
        &self.inner.layers
    }

    /// The `key=value` changes made to it, on the command line or by [`Self::with`].
    pub fn sets(&self) -> &[String] {
        &self.inner.sets
    }

    /// The days that are reported.
    pub fn horizon(&self) -> Span {
        self.inner.horizon
    }

    /// The first simulated day, the same for every scenario: what happened before the horizon is history.
    pub fn start(&self) -> NaiveDate {
        simulation_start()
    }

    /// All simulated days: from [`Self::start`] to the end of the horizon.
    pub fn simulated(&self) -> Span {
        Span { from: self.start(), until: self.inner.horizon.until }
    }

    /// The same scenario, which holds what it has in common with another one together with it: of many scenarios that
    /// differ in little, each then takes little memory.
    #[must_use]
    pub fn sharing(&self, other: &Self) -> Self {
        let mut inner = (*self.inner).clone();
        for (mine, theirs) in inner.paths.iter_mut().zip(&other.inner.paths) {
            if mine == theirs {
                *mine = Arc::clone(theirs);
            }
        }
        let texts = inner.layers.iter_mut().map(|(_, text)| text).chain([&mut inner.source]);
        for text in texts {
            if let Some((_, same)) = other.inner.layers.iter().find(|(_, theirs)| theirs == text) {
                *text = Arc::clone(same);
            }
        }
        Self { inner: Arc::new(inner) }
    }

    fn path(&self, key: &str) -> (&'static Lever, &LeverPath) {
        let i = levers::position(key)
            .unwrap_or_else(|| panic!("the program asks for a lever `{key}` that is not in the registry"));
        (&levers()[i], &self.inner.paths[i])
    }

    /// The path of a lever.
    ///
    /// # Panics
    ///
    /// If the registry has no such key; keys in code are not input.
    pub fn lever_path(&self, key: &str) -> &LeverPath {
        self.path(key).1
    }

    /// A number on a date, in the lever's unit; NaN for a lever that is not a number.
    ///
    /// # Panics
    ///
    /// If the registry has no such key.
    pub fn number(&self, key: &str, date: NaiveDate) -> f64 {
        let (lever, path) = self.path(key);
        path.number(lever, date)
    }

    /// A number on each day of a span.
    ///
    /// # Panics
    ///
    /// If the registry has no such key.
    pub fn daily(&self, key: &str, span: Span) -> Vec<f64> {
        let (lever, path) = self.path(key);
        (0..span.days()).map(|i| path.number(lever, span.date(i))).collect()
    }

    /// A state on a date; empty for a lever without states.
    ///
    /// # Panics
    ///
    /// If the registry has no such key.
    pub fn state(&self, key: &str, date: NaiveDate) -> &'static str {
        let (lever, path) = self.path(key);
        path.state(lever, date)
    }

    /// The nationalities that an operator's flights can return on a date, sorted.
    ///
    /// # Panics
    ///
    /// If the registry has no such operator.
    pub fn accepts(&self, operator: &str, date: NaiveDate) -> &[&'static str] {
        let (lever, path) = self.path(&format!("flights.{operator}.accepts"));
        path.list(lever, date)
    }

    /// The days after the first simulated one, up to the end of the horizon, on which a lever's value changes.
    ///
    /// # Panics
    ///
    /// If the registry has no such key.
    pub fn changes(&self, key: &str) -> Vec<NaiveDate> {
        let (lever, path) = self.path(key);
        let span = self.simulated();
        let mut before = path.at(lever, span.from);
        (1..span.days())
            .map(|i| span.date(i))
            .filter(|&date| {
                let now = path.at(lever, date);
                let changed = now != before;
                before = now;
                changed
            })
            .collect()
    }

    /// The news, sorted by date, then id.
    pub fn announcements(&self) -> &[Announcement] {
        &self.inner.announcements
    }

    /// Parameters that the scenario fixes instead of drawing them, by name.
    pub fn assumptions(&self) -> &BTreeMap<String, f64> {
        &self.inner.assumptions
    }

    /// What its results rest on and a reader would not expect: sentences in English and in Spanish, each once.
    pub fn assumes(&self) -> Vec<(String, String)> {
        let horizon = self.horizon();
        let mut all: Vec<(String, String)> = Vec::new();
        for lever in levers() {
            for (state, en, es) in lever.family.assumptions {
                let held = || (0..horizon.days()).any(|d| self.state(&lever.key, horizon.date(d)) == *state);
                let said = ((*en).to_owned(), (*es).to_owned());
                if !all.contains(&said) && held() {
                    all.push(said);
                }
            }
        }
        let mut days: Vec<NaiveDate> =
            self.announcements().iter().filter(|a| self.is_not_done(a)).map(Announcement::in_force).collect();
        days.sort_unstable();
        days.dedup();
        all.extend(days.into_iter().map(|day| {
            let (en, es) = (Lang::En.date(day), Lang::Es.date(day));
            (
                format!(
                    "The end of access that was announced for {en} does not come in this scenario: people expect it until that \
                     day, and learn in the months after it that some are still let in."
                ),
                format!(
                    "El fin del acceso anunciado para el {es} no llega en este escenario: la gente lo espera hasta ese día y \
                     aprende en los meses siguientes que todavía se admite a algunas personas."
                ),
            )
        }));
        all
    }

    /// Whether what is announced for a later day of the horizon is not done by a lever on that day: somebody of whom it says
    /// that hardly anybody is let in is let in as before.
    fn is_not_done(&self, announcement: &Announcement) -> bool {
        let (horizon, day) = (self.horizon(), announcement.in_force());
        let within = (horizon.from..=horizon.until).contains(&day);
        let Some(belief) = announcement.belief.filter(|_| within && day > announcement.date) else {
            return false;
        };
        announcement.nationalities.iter().any(|n| {
            let key = format!("access.us.{n}");
            let access = self.number(&key, day);
            access > belief + 0.1 && access >= self.number(&key, day - Days::new(1))
        })
    }

    /// What is legal but looks like an oversight.
    pub fn warnings(&self) -> &[Problem] {
        &self.inner.warnings
    }

    /// SHA-256, in hexadecimal, of what the scenario means: levers, news, assumptions and horizon.
    ///
    /// Name, title, comments, order and layout of the file do not count.
    pub fn hash(&self) -> String {
        let mut meaning = self.meaning();
        if let Some(news) = meaning["announcements"].as_array_mut() {
            for one in news.iter_mut().filter_map(Json::as_object_mut) {
                one.remove("title");
                one.remove("title_es");
                one.remove("source");
            }
        }
        Sha256::digest(meaning.to_string().as_bytes()).iter().fold(String::new(), |mut text, byte| {
            use std::fmt::Write;
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn meaning(&self) -> Json {
        let all: serde_json::Map<String, Json> = levers()
            .iter()
            .zip(&self.inner.paths)
            .map(|(lever, path)| {
                let values = path.json(lever, self.start());
                (lever.key.clone(), json!({ "unit": lever.family.unit, "values": values }))
            })
            .collect();
        json!({
            "start": self.start().to_string(),
            "horizon": { "from": self.inner.horizon.from.to_string(), "until": self.inner.horizon.until.to_string() },
            "levers": all,
            "announcements": self.inner.announcements,
            "assumptions": self.inner.assumptions,
            "known_until": self.inner.known_until.map(|d| d.to_string()),
        })
    }

    /// Everything that the scenario means, for the manifest: every lever with unit and dated values, the news, the
    /// fixed assumptions, the horizon, and where it comes from.
    pub fn resolved(&self) -> Json {
        let mut all = self.meaning();
        if let Some(map) = all.as_object_mut() {
            for (key, value) in [
                ("name", json!(self.inner.name)),
                ("title", json!(self.inner.title)),
                ("title_es", json!(self.inner.title_es)),
                ("question", json!(self.inner.question)),
                ("question_es", json!(self.inner.question_es)),
                ("extends", json!(self.inner.parents)),
                ("sets", json!(self.inner.sets)),
                ("assumes", json!(self.assumes())),
                ("hash", json!(self.hash())),
            ] {
                map.insert(key.into(), value);
            }
        }
        all
    }

    /// The first simulated day, up to the later end of the two horizons, on which lever, news or assumption differs;
    /// none where the two scenarios mean the same up to then.
    pub fn first_difference(&self, other: &Self) -> Option<NaiveDate> {
        if Arc::ptr_eq(&self.inner, &other.inner) {
            return None;
        }
        if self.inner.assumptions != other.inner.assumptions {
            return Some(self.start());
        }
        let until = self.inner.horizon.until.max(other.inner.horizon.until);
        let mut first = self.first_news_difference(other).filter(|date| *date <= until);
        if self.inner.known_until != other.inner.known_until {
            let known = [self, other].iter().filter_map(|s| s.inner.known_until).min();
            first = first.into_iter().chain(known.map(|d| d + Days::new(1))).min();
        }
        for ((lever, mine), theirs) in levers().iter().zip(&self.inner.paths).zip(&other.inner.paths) {
            if mine == theirs {
                continue;
            }
            let mut date = self.start();
            while date <= until && first.is_none_or(|f| date < f) {
                if mine.at(lever, date) != theirs.at(lever, date) {
                    first = Some(date);
                    break;
                }
                date = date + Days::new(1);
            }
        }
        first
    }

    /// The first day after the last on which a lever differs, if the levers differ at all and are the same again
    /// before the later of the two horizons ends: the end of a policy.
    pub fn end_of_difference(&self, other: &Self) -> Option<NaiveDate> {
        let until = self.inner.horizon.until.max(other.inner.horizon.until);
        let mut last = None;
        for ((lever, mine), theirs) in levers().iter().zip(&self.inner.paths).zip(&other.inner.paths) {
            if mine == theirs {
                continue;
            }
            let mut date = until;
            while date >= self.start() && last.is_none_or(|l| date > l) {
                if mine.at(lever, date) != theirs.at(lever, date) {
                    last = Some(date);
                    break;
                }
                date = date - Days::new(1);
            }
        }
        last.filter(|l| *l < until).map(|l| l + Days::new(1))
    }

    fn first_news_difference(&self, other: &Self) -> Option<NaiveDate> {
        let (mine, theirs) = (self.announcements(), other.announcements());
        let lonely = |a: &&Announcement, others: &[Announcement]| !others.iter().any(|b| a.same_effect(b));
        let of_mine = mine.iter().filter(|a| lonely(a, theirs));
        let of_theirs = theirs.iter().filter(|a| lonely(a, mine));
        of_mine.chain(of_theirs).map(|a| a.date.max(self.start())).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Scenario {
        Scenario::load("status-quo-2025", &[], "2025-12-31".parse().ok()).unwrap()
    }

    /// A key, its value, and the value as a file has it.
    type Case = (&'static str, NewValue, &'static str);

    #[test]
    fn what_code_sets_is_what_a_file_or_a_flag_sets() {
        let text = "extends = \"status-quo-2025\"\n[horizon]\nuntil = 2025-12-31\n[levers]\n";
        let cases: [Case; 6] = [
            ("crisis.VEN", 1.into(), "1"),
            (
                "crisis.VEN",
                [("2025-03-01", 0.7), ("2025-09-01", 0.5)].into(),
                "{ 2025-03-01 = 0.7, 2025-09-01 = 0.5 }",
            ),
            ("flights.panama.accepts", vec!["ECU", "COL"].into(), "[\"COL\", \"ECU\"]"),
            ("flights.panama.accepts", NewValue::from(&[][..]), "[]"),
            (
                "flights.panama.per_week",
                NewValue::ramp(4.0, "2025-02-01", 60),
                "{ to = 4, from = 2025-02-01, ramp_days = 60 }",
            ),
            ("flights.panama.per_week", 4.0.into(), "4"),
        ];
        for (key, value, written) in cases {
            let by_code = base().with(key, value).unwrap();
            let by_file =
                Scenario::from_text("f", &format!("{text}\"{key}\" = {written}"), &[], None).unwrap();
            assert_eq!(by_code.hash(), by_file.hash(), "{key} = {written}");
            let again =
                Scenario::from_layers(by_code.layers(), by_code.sets(), by_code.horizon().until.into());
            assert_eq!(again.unwrap().hash(), by_code.hash());
        }
    }

    #[test]
    fn the_last_value_of_a_key_counts() {
        let flag = ["levers.\"crisis.VEN\"=0.9".to_owned(), "crisis.VEN = 0.8@2025-06-01".to_owned()];
        let flagged = base().with_sets(&flag).unwrap();
        let last = flagged.with("crisis.COL", 0.5).unwrap().with("crisis.VEN", 0.7).unwrap();
        assert_eq!(last.sets(), ["crisis.COL=0.5", "crisis.VEN=0.7"]);
        assert!(flagged.with_sets(&flag[..1]).is_err());
        assert_eq!(base().with_sets(&[]).unwrap().hash(), base().hash());
    }

    #[test]
    fn what_is_wrong_with_a_value_is_said_as_in_a_file() {
        let of = |key: &str, value: NewValue| match base().with(key, value) {
            Err(crate::error::Error::Invalid(problems)) => problems[0].to_string(),
            other => panic!("{key}: {other:?}"),
        };
        for (key, value, says) in [
            ("crisis.VEM", 0.5.into(), "did you mean `crisis.VEN`?"),
            ("crisis.VEN", f64::NAN.into(), "0 to 1"),
            ("crisis.VEN", "high".into(), "number"),
            ("crisis.VEN", "a\"b\n=@".into(), "Scenario::with"),
            ("crisis.VEN", [("2025-03-01", 0.7), ("2025-03-01", 0.5)].into(), "duplicate key"),
            ("crisis.VEN", [("soon", 0.7)].into(), "neither a date"),
            ("flights.panama.accepts", ["COL", "XXX"].into(), "is not a nationality code"),
            ("depart.belief_power", 1e9.into(), "lies beyond the prior range"),
        ] {
            let said = of(key, value);
            assert!(said.contains(says), "{key}: {said}");
        }
        let beyond = base().with("allow_beyond_evidence", true).unwrap();
        assert!(beyond.with("depart.belief_power", 1e9).is_err());
    }
}
