//! Dated news that moves what people believe, wish or wait for.

use crate::lang::Lang;
use crate::registry::NATIONALITIES;
use chrono::NaiveDate;

/// Lowest and highest shock of an announcement.
pub const SHOCK_RANGE: (f64, f64) = (-2.0, 2.0);
/// Time constant of a shock where none is given, in days.
pub const SHOCK_DAYS: f64 = 60.0;

/// News: what is said, when, to whom, and how it is taken.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Announcement {
    /// Name by which a child replaces or cancels it.
    pub id: String,
    /// Day on which people hear of it.
    pub date: NaiveDate,
    /// Day on which what it says comes into force; the day of the news where not given.
    pub effective: Option<NaiveDate>,
    /// Nationalities that it concerns; `ALL` is spelt out.
    pub nationalities: Vec<&'static str>,
    /// Chance of success at the end of the route that it suggests, 0–1; none where it says nothing of it.
    pub belief: Option<f64>,
    /// Share of people who take it at its word, 0–1.
    pub credibility: f64,
    /// Day until which people wait to see what comes of it.
    pub wait_until: Option<NaiveDate>,
    /// Share of the waiting effect that applies until then, 0–1.
    pub wait: f64,
    /// Hope lost (+) or gained (−) at home, −2 to 2; 0 where none.
    pub shock: f64,
    /// Time constant with which the shock decays, in days.
    pub shock_days: f64,
    /// What it says, in a few words.
    pub title: String,
    /// The same in Spanish; empty where not given.
    pub title_es: String,
    /// Event or source id.
    pub source: String,
}

impl Announcement {
    /// The title in a language; in English where there is none in Spanish.
    pub fn title_in(&self, lang: Lang) -> &str {
        lang.pick(&self.title, &self.title_es)
    }

    /// Whether it concerns a nationality.
    pub fn concerns(&self, nationality: &str) -> bool {
        self.nationalities.contains(&nationality)
    }

    /// Whether it is addressed to everybody, not to some nationalities by name.
    pub fn is_general(&self) -> bool {
        self.nationalities.len() == NATIONALITIES.len()
    }

    /// Day on which what it says comes into force.
    pub fn in_force(&self) -> NaiveDate {
        self.effective.unwrap_or(self.date)
    }

    /// Whether people still wait on a date for what it announced.
    pub fn waiting(&self, date: NaiveDate) -> bool {
        self.wait_until.is_some_and(|until| self.date <= date && date < until)
    }

    /// Size of the shock that is left on a date.
    pub fn shock_on(&self, date: NaiveDate) -> f64 {
        let days = (date - self.date).num_days();
        if days < 0 || self.shock == 0.0 {
            0.0
        } else {
            self.shock * (-(days as f64) / self.shock_days).exp()
        }
    }

    /// Whether two announcements do the same, whatever their titles and sources say.
    pub fn same_effect(&self, other: &Self) -> bool {
        let plain = |a: &Self| Self {
            title: String::new(),
            title_es: String::new(),
            source: String::new(),
            ..a.clone()
        };
        plain(self) == plain(other)
    }
}

/// The codes that `ALL` stands for.
pub(super) fn everyone() -> Vec<&'static str> {
    NATIONALITIES.iter().map(|n| n.code).collect()
}
