//! What the levers say, day by day: a scenario read once into plain arrays.

use super::groups::Population;
use super::network::{Control, Pool, Station, Trail, VisaCountry};
use crate::registry::NATIONALITIES;
use crate::registry::levers;
use crate::scenario::{Announcement, Scenario};
use crate::units::{Month, Span};
use chrono::NaiveDate;
use std::sync::Arc;

/// Number of nationalities.
pub const N: usize = NATIONALITIES.len();

/// Operators of repatriation flights, in order.
pub const OPERATORS: [&str; 3] = ["panama", "us", "mexico"];

/// State of a trail on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailState {
    /// Nobody passes: an assumption, since no closure on record was tight.
    Sealed,
    /// Held by a closure that leaks.
    Closed,
    /// As people find it.
    Open,
    /// Organised: shorter and less dangerous.
    Guided,
}

/// Flights of one operator on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flights {
    /// Flights a week.
    pub per_week: f64,
    /// Seats of a flight.
    pub seats: f64,
    /// Bit `n` is set if nationality `n` is accepted at the other end.
    pub accepts: u16,
    /// USD a flight.
    pub unit_cost: f64,
}

/// News of a chance of success.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct News {
    /// Day on which people hear of it.
    pub day: i64,
    /// Chance that it suggests.
    pub belief: f64,
    /// Share of people who take it at its word.
    pub credibility: f64,
    /// Whether it is addressed to everybody rather than to some nationalities.
    pub general: bool,
    /// Day on which it comes into force, where that is later.
    pub effective: Option<i64>,
}

/// Values by something and day; what is the same in several scenarios is held once.
pub type Days<T> = Vec<Arc<[T]>>;

/// Every lever on every day of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// The simulated days.
    pub span: Span,
    /// Crisis level above the country's reference, by group and day.
    pub crisis: Days<f32>,
    /// Help to the country of a group, USD a month, by group and day.
    pub aid: Days<f32>,
    /// Help in all, USD a month.
    pub aid_total: Arc<[f64]>,
    /// Chance to be let in at the US border, by nationality and day.
    pub access: Days<f32>,
    /// Lawful places a month, by nationality and day.
    pub pathway: Days<f32>,
    /// Share of those who would leave home whom their country lets leave, by nationality and day.
    pub exit: Days<f32>,
    /// Share of the waiting effect in force, by nationality and day.
    pub wait: Days<f32>,
    /// Hope lost (+) or gained (−) at home, by nationality and day.
    pub shock: Days<f32>,
    /// News of chances, by nationality, in order of days.
    pub news: Days<News>,
    /// Whether another rule comes into force for those who arrive, by nationality and day.
    pub new_rules: Days<bool>,
    /// Enforcement, by control and day.
    pub enforcement: Days<f32>,
    /// Persons a day, by pool and day.
    pub capacity: Days<f32>,
    /// Beds, by station and day.
    pub beds: Days<f32>,
    /// Trail states, by trail and day.
    pub trails: Days<TrailState>,
    /// Bit `n` is set if nationality `n` may fly in, by country and day.
    pub visas: Days<u16>,
    /// Flights, by operator and day.
    pub flights: Days<Flights>,
    /// Price of boats and guides through the Darién over the model's own, by day.
    pub smuggling: Arc<[f32]>,
    /// Days on which routes may look different: a trail, visa, capacity or control changes.
    pub route_changes: Arc<[bool]>,
    /// Day on which each month begins, and its position.
    pub month_of_day: Arc<[u16]>,
    /// Days of the month of each day.
    pub days_in_month: Arc<[u8]>,
}

fn narrow(values: Vec<f64>) -> Arc<[f32]> {
    values.into_iter().map(|v| v as f32).collect()
}

impl Conditions {
    /// Whether the same visas let two nationalities pass on a day.
    pub fn same_visas(&self, one: usize, other: usize, day: usize) -> bool {
        self.visas.iter().all(|of_days| (of_days[day] >> one) & 1 == (of_days[day] >> other) & 1)
    }

    /// Holds what is the same in another one together with it.
    pub fn share(&mut self, other: &Self) {
        fn one<T: PartialEq + ?Sized>(mine: &mut Arc<T>, theirs: &Arc<T>) {
            if mine == theirs {
                *mine = Arc::clone(theirs);
            }
        }
        fn all<T: PartialEq>(mine: &mut Days<T>, theirs: &Days<T>) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| one(mine, theirs));
        }
        all(&mut self.crisis, &other.crisis);
        all(&mut self.aid, &other.aid);
        all(&mut self.access, &other.access);
        all(&mut self.pathway, &other.pathway);
        all(&mut self.exit, &other.exit);
        all(&mut self.wait, &other.wait);
        all(&mut self.shock, &other.shock);
        all(&mut self.news, &other.news);
        all(&mut self.new_rules, &other.new_rules);
        all(&mut self.enforcement, &other.enforcement);
        all(&mut self.capacity, &other.capacity);
        all(&mut self.beds, &other.beds);
        all(&mut self.trails, &other.trails);
        all(&mut self.visas, &other.visas);
        all(&mut self.flights, &other.flights);
        one(&mut self.aid_total, &other.aid_total);
        one(&mut self.smuggling, &other.smuggling);
        one(&mut self.route_changes, &other.route_changes);
        one(&mut self.month_of_day, &other.month_of_day);
        one(&mut self.days_in_month, &other.days_in_month);
    }

    /// Reads a scenario for a population.
    pub fn new(scenario: &Scenario, population: &Population) -> Self {
        let span = scenario.simulated();
        let daily = |key: &str| scenario.daily(key, span);
        let days = span.days();
        let by_nationality = |prefix: &str| -> Days<f32> {
            NATIONALITIES.iter().map(|n| narrow(daily(&format!("{prefix}.{}", n.code)))).collect()
        };
        let lever_or_zero = |key: String| {
            if levers::find(&key).is_some() { daily(&key) } else { vec![0.0; days] }
        };
        let crisis = population
            .groups
            .iter()
            .map(|g| {
                let key = format!("crisis.{}", g.residence);
                let reference = reference_crisis(&key);
                narrow(lever_or_zero(key).into_iter().map(|c| c - reference).collect())
            })
            .collect();
        let aid: Days<f32> =
            population.groups.iter().map(|g| narrow(lever_or_zero(format!("aid.{}", g.residence)))).collect();
        let mut countries: Vec<&str> = population.groups.iter().map(|g| g.residence.as_str()).collect();
        countries.sort_unstable();
        countries.dedup();
        let mut aid_total = vec![0.0; days];
        for c in countries {
            for (total, usd) in aid_total.iter_mut().zip(lever_or_zero(format!("aid.{c}"))) {
                *total += usd;
            }
        }
        let trails: Days<TrailState> = Trail::ALL
            .iter()
            .map(|t| {
                let key = format!("trail.{}", t.code());
                (0..days)
                    .map(|d| match scenario.state(&key, span.date(d)) {
                        "sealed" => TrailState::Sealed,
                        "closed" => TrailState::Closed,
                        "guided" => TrailState::Guided,
                        _ => TrailState::Open,
                    })
                    .collect()
            })
            .collect();
        let visas: Days<u16> = VisaCountry::ALL
            .iter()
            .map(|c| {
                let keys: Vec<String> =
                    NATIONALITIES.iter().map(|n| format!("visa.{}.{}", c.code(), n.code)).collect();
                let mut masks = vec![0u16; days];
                for (n, key) in keys.iter().enumerate() {
                    for (day, mask) in masks.iter_mut().enumerate() {
                        if scenario.state(key, span.date(day)) == "open" {
                            *mask |= 1 << n;
                        }
                    }
                }
                masks.into()
            })
            .collect();
        let capacity: Days<f32> =
            Pool::ALL.iter().map(|p| narrow(daily(&format!("capacity.{}", p.code())))).collect();
        let enforcement: Days<f32> =
            Control::ALL.iter().map(|c| narrow(daily(&format!("enforcement.{}", c.code())))).collect();
        let smuggling = narrow(daily("price.smuggling"));
        let route_changes = (0..days)
            .map(|d| {
                d == 0
                    || trails.iter().any(|t| t[d] != t[d - 1])
                    || visas.iter().any(|v| v[d] != v[d - 1])
                    || capacity.iter().any(|c| (c[d] == 0.0) != (c[d - 1] == 0.0))
                    || (smuggling[d] - smuggling[d - 1]).abs() > 0.02
                    || enforcement.iter().any(|e| (e[d] - e[d - 1]).abs() > 0.02)
            })
            .collect();
        let first = span.first_month();
        let access = by_nationality("access.us");
        let news: Days<News> = (0..N).map(|n| news(scenario, span, n).into()).collect();
        Self {
            new_rules: news
                .iter()
                .zip(&access)
                .map(|(news, access)| new_rules(news, access).into())
                .collect(),
            crisis,
            aid,
            aid_total: aid_total.into(),
            access,
            pathway: by_nationality("pathway"),
            exit: by_nationality("exit"),
            wait: (0..N).map(|n| waiting(scenario, span, n).into()).collect(),
            shock: (0..N).map(|n| shocks(scenario, span, n).into()).collect(),
            news,
            enforcement,
            capacity,
            beds: Station::ALL.iter().map(|s| narrow(daily(&format!("capacity.{}", s.code())))).collect(),
            trails,
            visas,
            smuggling,
            flights: OPERATORS.iter().map(|op| flights(scenario, span, op).into()).collect(),
            route_changes,
            month_of_day: (0..days).map(|d| Month::of(span.date(d)).since(first) as u16).collect(),
            days_in_month: (0..days).map(|d| Month::of(span.date(d)).days() as u8).collect(),
            span,
        }
    }
}

/// Change of the chance to be let in that people notice as another rule (assumed).
const NOTICED: f32 = 0.05;

/// Days over which those who waited for an announced change leave, once it is there (assumed; August 2024 was lower than July).
const WAIT_FADES: f32 = 21.0;

/// The level to which a country's base rate refers: its observed mean over 2021–2024.
fn reference_crisis(key: &str) -> f64 {
    let Some(lever) = levers::find(key) else { return 0.0 };
    let (Some(from), Some(last)) = (Month::new(2021, 1), Month::new(2024, 12)) else { return 0.0 };
    let levels: Vec<f64> = from.through(last).map(|m| lever.default_number(m.first_day())).collect();
    levels.iter().sum::<f64>() / levels.len() as f64
}

fn waiting(scenario: &Scenario, span: Span, nationality: usize) -> Vec<f32> {
    let code = NATIONALITIES[nationality].code;
    let concerned: Vec<_> = scenario.announcements().iter().filter(|a| a.concerns(code)).collect();
    (0..span.days())
        .map(|d| {
            let date = span.date(d);
            concerned.iter().map(|a| a.wait as f32 * still_waiting(a, date)).fold(0.0, f32::max)
        })
        .collect()
}

fn shocks(scenario: &Scenario, span: Span, nationality: usize) -> Vec<f32> {
    let code = NATIONALITIES[nationality].code;
    let concerned: Vec<_> = scenario.announcements().iter().filter(|a| a.concerns(code)).collect();
    (0..span.days()).map(|d| concerned.iter().map(|a| a.shock_on(span.date(d)) as f32).sum::<f32>()).collect()
}

fn news(scenario: &Scenario, span: Span, nationality: usize) -> Vec<News> {
    let code = NATIONALITIES[nationality].code;
    scenario
        .announcements()
        .iter()
        .filter(|a| a.concerns(code))
        .filter_map(|a| {
            Some(News {
                day: span.index(a.date),
                belief: a.belief?,
                credibility: a.credibility,
                general: a.is_general(),
                effective: a.effective.filter(|e| *e > a.date).map(|e| span.index(e)),
            })
        })
        .collect()
}

/// Share of those who wait for what was announced who still do on a date: all until it is there, then ever fewer.
fn still_waiting(announcement: &Announcement, date: NaiveDate) -> f32 {
    match announcement.wait_until {
        Some(until) if date >= until => (1.0 - (date - until).num_days() as f32 / WAIT_FADES).max(0.0),
        _ => f32::from(u8::from(announcement.waiting(date))),
    }
}

/// The days on which another rule comes into force: what was announced does, or the chance to be let in has moved by more
/// than people overlook.
fn new_rules(news: &[News], access: &[f32]) -> Vec<bool> {
    let mut known = access.first().copied().unwrap_or_default();
    let changed = |(day, now): (usize, &f32)| {
        let announced = news.iter().any(|n| n.effective.unwrap_or(n.day) == day as i64);
        let moved = (now - known).abs() > NOTICED;
        if announced || moved {
            known = *now;
        }
        announced || moved
    };
    access.iter().enumerate().map(changed).collect()
}

fn flights(scenario: &Scenario, span: Span, operator: &str) -> Vec<Flights> {
    let daily = |what: &str| scenario.daily(&format!("flights.{operator}.{what}"), span);
    let (per_week, seats, unit_cost) = (daily("per_week"), daily("seats"), daily("unit_cost"));
    (0..span.days())
        .map(|d| {
            let accepted = scenario.accepts(operator, span.date(d));
            let accepts = NATIONALITIES
                .iter()
                .enumerate()
                .filter(|(_, n)| accepted.contains(&n.code))
                .fold(0u16, |mask, (i, _)| mask | 1 << i);
            Flights { per_week: per_week[d], seats: seats[d], accepts, unit_cost: unit_cost[d] }
        })
        .collect()
}
