//! What the data say: the people in each camp by day, and from them how many agents start.

use super::input::value_on;
use super::quirks::Quirks;
use super::raw::RawWorld;
use super::settings::ConflictDriven;
use chrono::Days;

/// Counts by day, in agents, and the numbers that follow from them without chance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// Counts of each camp (in the order of the camps) by day.
    pub camps: Vec<Vec<u64>>,
    /// Sum over the camps by day.
    pub sum: Vec<u64>,
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
        let hasten = settings.hasten as f64;
        let by_day = |counts: &super::raw::Counts| -> Vec<u64> {
            (0..raw.days)
                .map(|day| {
                    let date = raw.from.checked_add_days(Days::new(day as u64)).unwrap_or(raw.from);
                    (value_on(counts, date) / hasten) as u64
                })
                .collect()
        };
        let camps: Vec<Vec<u64>> = camps
            .iter()
            .map(|&c| raw.places[c as usize].counts.as_ref().map_or_else(|| vec![0; raw.days], by_day))
            .collect();
        let total = by_day(&raw.total);
        let sum: Vec<u64> = (0..raw.days).map(|day| camps.iter().map(|c| c[day]).sum()).collect();
        let driver = if settings.sum_from_camps { &sum } else { &total };
        let driven = settings.conflict_driven_spawning != ConflictDriven::Off;
        let mut schedule = Self { arrivals: vec![0; raw.days], debt: vec![0; raw.days], ..Self::default() };
        let mut debt = 0i64;
        for day in 0..raw.days {
            if driven {
                schedule.raw.push(if quirks.driven_totals_zero { 0 } else { driver[day] as i64 });
                continue;
            }
            if day == 0 {
                let twice = quirks.day0_counts_twice;
                let all = if twice { total[0] + sum[0] } else { driver[0] };
                schedule.arrivals[0] = if settings.insert_day0 { 0 } else { all };
                schedule.raw.push(all as i64);
            } else {
                let change = driver[day] as i64 - driver[day - 1] as i64;
                let new = change - debt;
                debt = (-new).max(0);
                schedule.arrivals[day] = new.max(0) as u64;
                schedule.raw.push(schedule.raw[day - 1] + change);
            }
            schedule.debt[day] = debt as u64;
        }
        (schedule.camps, schedule.sum) = (camps, sum);
        schedule
    }

    /// All agents that start from the data.
    pub fn all_arrivals(&self) -> u64 {
        self.arrivals.iter().sum()
    }
}
