//! How far a run is from the data, beside naive forecasts that get the same information.
//!
//! The averaged relative difference (ARD) of FLEE's authors: the mean over days of the summed absolute
//! differences of all camps over the summed data (at least 1). Rescaled: the same with the simulated counts of a
//! day multiplied so that their sum is that of the data.

use super::record::Record;
use super::world::World;
pub use darien_stats::scores::quantile_type7 as quantile;

/// A forecast of the people in each camp by day.
#[derive(Debug, Clone, PartialEq)]
pub struct Naive {
    /// Name.
    pub name: &'static str,
    /// What it does, one sentence.
    pub meaning: &'static str,
    /// Last day whose counts it knows; it forecasts the days after.
    pub known: usize,
    /// Counts by camp and day.
    pub camps: Vec<Vec<f64>>,
}

impl Naive {
    /// Its name with the day that it knows last, as tables have it.
    pub fn title(&self) -> String {
        format!("{}, knows day {}", self.name, self.known)
    }
}

/// Relative difference of one day, plain or rescaled: the summed absolute differences over the summed data; not a
/// number where there is no camp.
pub fn relative_difference(world: &World, camps: &[Vec<f64>], day: usize, rescaled: bool) -> f64 {
    let schedule = &world.schedule;
    if schedule.camps.is_empty() {
        return f64::NAN;
    }
    let data = schedule.sum[day] as f64;
    let simulated: f64 = camps.iter().map(|c| c[day]).sum();
    let factor = match () {
        () if !rescaled => 1.0,
        () if simulated > 0.0 => data / simulated,
        () => 0.0,
    };
    let off: f64 =
        camps.iter().zip(&schedule.camps).map(|(s, d)| (s[day] * factor - d[day] as f64).abs()).sum();
    off / data.max(1.0)
}

/// Averaged relative difference from day `from` on, plain or rescaled.
pub fn ard(world: &World, camps: &[Vec<f64>], from: usize, rescaled: bool) -> f64 {
    let days = from..world.days;
    let n = days.len().max(1) as f64;
    days.map(|day| relative_difference(world, camps, day, rescaled)).sum::<f64>() / n
}

/// Mean absolute error per camp and day from a day on, agents.
pub fn mean_error(world: &World, camps: &[Vec<f64>], from: usize) -> f64 {
    let n = (camps.len() * (world.days - from)).max(1) as f64;
    let off = |s: &[f64], d: &[i64]| -> f64 { (from..world.days).map(|t| (s[t] - d[t] as f64).abs()).sum() };
    camps.iter().zip(&world.schedule.camps).map(|(s, d)| off(s, d)).sum::<f64>() / n
}

/// The counts of a run as numbers.
pub fn as_numbers(record: &Record) -> Vec<Vec<f64>> {
    record.camps.iter().map(|c| c.iter().map(|n| f64::from(*n)).collect()).collect()
}

/// The counts of several runs, averaged by camp and day.
pub fn mean_run(records: &[Record]) -> Vec<Vec<f64>> {
    let n = records.len().max(1) as f64;
    let Some(first) = records.first() else { return Vec::new() };
    (0..first.camps.len())
        .map(|c| {
            (0..first.camps[c].len())
                .map(|day| records.iter().map(|r| f64::from(r.camps[c][day])).sum::<f64>() / n)
                .collect()
        })
        .collect()
}

/// The naive forecasts of a world. Like the simulation, `ratio`, `capacity` and `even` get the sum of the camps on
/// every day; `flat` and `sloped` do not. The simulation gets capacities, which the input files take from the data.
pub fn naive_forecasts(world: &World) -> Vec<Naive> {
    let data = &world.schedule.camps;
    let sum = |day: usize| world.schedule.sum[day] as f64;
    let make = |name, meaning, known, value: &dyn Fn(usize, usize) -> f64| Naive {
        name,
        meaning,
        known,
        camps: (0..data.len()).map(|c| (0..world.days).map(|day| value(c, day)).collect()).collect(),
    };
    let capacities: Vec<f64> =
        world.camps.iter().map(|c| world.places[*c as usize].capacity.max(0.0)).collect();
    let room: f64 = capacities.iter().sum();
    let mut all = vec![make("even", "every camp holds the same share of the day's people", 0, &|_, day| {
        sum(day) / data.len() as f64
    })];
    if room > 0.0 {
        all.push(make("capacity", "the day's people are shared out by capacity", 0, &|c, day| {
            sum(day) * capacities[c] / room
        }));
    }
    for known in [0, 7, 30] {
        if known + 1 >= world.days {
            continue;
        }
        all.push(make("flat", "every camp keeps the count of the day known last", known, &|c, _| {
            data[c][known] as f64
        }));
        if known > 0 {
            all.push(make(
                "sloped",
                "every camp goes on changing as it did up to the day known last",
                known,
                &|c, day| {
                    let (first, last) = (data[c][0] as f64, data[c][known] as f64);
                    (last + (last - first) / known as f64 * (day as f64 - known as f64)).max(0.0)
                },
            ));
        }
        if sum(known) > 0.0 {
            all.push(make(
                "ratio",
                "every camp keeps its share of the day known last in the day's people",
                known,
                &|c, day| sum(day) * data[c][known] as f64 / sum(known),
            ));
        }
    }
    all
}

/// Mean with its 2.5 % and 97.5 % quantiles over runs.
pub fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (
        values.iter().sum::<f64>() / values.len().max(1) as f64,
        quantile(&sorted, 0.025),
        quantile(&sorted, 0.975),
    )
}
