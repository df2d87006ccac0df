//! What the data say: the people in each camp by day, and from them how many agents start.

use super::input::value_on;
use super::quirks::Quirks;
use super::raw::{Counts, RawWorld};
use chrono::Days;

/// Counts by day, in agents, and the numbers that follow from them without chance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// Counts of each camp (in the order of the camps) by day; without those of day 0 if the camps start empty.
    pub camps: Vec<Vec<i64>>,
    /// Counts of each camp on day 0, with all people.
    pub day0: Vec<i64>,
    /// Sum over the camps by day.
    pub sum: Vec<i64>,
    /// Agents that start on each day, from the data.
    pub arrivals: Vec<u64>,
    /// Agents that left by the data but cannot leave the simulation; paid back before anybody starts.
    pub debt: Vec<u64>,
    /// The raw count by day, as `out.csv` has it.
    pub raw: Vec<i64>,
}

impl Schedule {
    /// Works the schedule out for the camps given by their position among the places.
    pub(crate) fn new(raw: &RawWorld, camps: &[u32], quirks: Quirks) -> Self {
        let settings = &raw.settings;
        let all: Vec<Vec<i64>> = camps
            .iter()
            .map(|&c| {
                raw.places[c as usize].counts.as_ref().map_or_else(|| vec![0; raw.days], |n| by_day(raw, n))
            })
            .collect();
        let day0: Vec<i64> = all.iter().map(|c| c[0]).collect();
        let lowered = |counts: Vec<i64>| -> Vec<i64> {
            let least = if quirks.counts_below_zero { i64::MIN } else { 0 };
            let first = if settings.empty_camps_on_day0 { counts[0] } else { 0 };
            counts.into_iter().map(|n| if first == 0 { n } else { (n - first).max(least) }).collect()
        };
        let camps_by_day: Vec<Vec<i64>> = all.into_iter().map(lowered).collect();
        let sum = sum_of(&camps_by_day, raw.days);
        let total = by_day(raw, &raw.total);
        let driver = if settings.sum_from_camps {
            let mut of_all = camps_by_day.clone();
            of_all.extend(others(raw, camps, quirks).iter().map(|n| lowered(by_day(raw, n))));
            sum_of(&of_all, raw.days)
        } else {
            lowered(total.clone())
        };
        let mut schedule = Self {
            camps: camps_by_day,
            day0,
            sum,
            arrivals: vec![0; raw.days],
            debt: vec![0; raw.days],
            ..Self::default()
        };
        let mut debt = 0i64;
        for day in 0..raw.days {
            if settings.driven() {
                schedule.raw.push(if quirks.no_raw_no_totals { 0 } else { driver[day] });
                continue;
            }
            if day == 0 {
                // Of empty camps nothing is left to count twice.
                let twice =
                    quirks.day0_counts_twice && settings.sum_from_camps && !settings.empty_camps_on_day0;
                let all = driver[0] + if twice { total[0] } else { 0 };
                schedule.arrivals[0] = if settings.insert_day0 { 0 } else { all.max(0) as u64 };
                schedule.raw.push(all);
            } else {
                let change = driver[day] - driver[day - 1];
                let new = change - debt;
                debt = (-new).max(0);
                schedule.arrivals[day] = new.max(0) as u64;
                schedule.raw.push(schedule.raw[day - 1] + change);
            }
            schedule.debt[day] = debt as u64;
        }
        schedule
    }

    /// All agents that start from the data.
    pub fn all_arrivals(&self) -> u64 {
        self.arrivals.iter().sum()
    }
}

/// The counts of a series on each day, in whole agents.
fn by_day(raw: &RawWorld, counts: &Counts) -> Vec<i64> {
    let hasten = raw.settings.hasten as f64;
    let agents: Counts = counts.iter().map(|(date, n)| (*date, n / hasten)).collect();
    let mut from = 0;
    (0..raw.days)
        .map(|day| {
            let date = raw.from.checked_add_days(Days::new(day as u64)).unwrap_or(raw.from);
            value_on(&agents, date, &mut from) as i64
        })
        .collect()
}

/// Series of places that are no camps: their people start as well.
fn others<'a>(raw: &'a RawWorld, camps: &[u32], quirks: Quirks) -> Vec<&'a Counts> {
    let elsewhere = raw.elsewhere.iter().filter(|_| quirks.elsewhere_counts).map(|e| &e.1);
    let of_places = raw.places.iter().enumerate().filter(|(i, _)| !camps.contains(&(*i as u32)));
    of_places.filter_map(|(_, p)| p.counts.as_ref()).chain(elsewhere).collect()
}

fn sum_of(series: &[Vec<i64>], days: usize) -> Vec<i64> {
    (0..days).map(|day| series.iter().map(|c| c[day]).sum()).collect()
}
