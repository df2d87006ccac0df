//! Long tables by day: every run, the quantiles over runs, and the relative difference beside naive forecasts.

use super::record::Record;
use super::score::{as_numbers, naive_forecasts, quantile, relative_difference};
use super::tables::LEVELS;
use super::world::World;
use crate::table::{Column, Table};
use darien_stats::scores::HUB_LEVELS;

/// The daily series of a run: outcome, place, a value a day.
fn series(world: &World, record: &Record) -> Vec<(&'static str, String, Vec<f64>)> {
    let mut all: Vec<(&'static str, String, Vec<f64>)> = as_numbers(record)
        .into_iter()
        .zip(&world.camps)
        .map(|(values, camp)| ("in_camp", world.places[*camp as usize].name.clone(), values))
        .collect();
    let numbers: Vec<Vec<f64>> = all.iter().map(|(_, _, values)| values.clone()).collect();
    let by_day = |value: &dyn Fn(usize) -> f64| (0..world.days).map(value).collect::<Vec<f64>>();
    let difference = |rescaled: bool| by_day(&|day| relative_difference(world, &numbers, day, rescaled));
    all.extend([
        ("in_camps", "all camps".to_owned(), by_day(&|day| record.in_camps(day) as f64)),
        ("travelling", "all roads".to_owned(), by_day(&|day| record.travelling[day] as f64)),
        ("agents", "the world".to_owned(), by_day(&|day| record.agents[day] as f64)),
        ("relative_difference", "all camps".to_owned(), difference(false)),
        ("relative_difference_rescaled", "all camps".to_owned(), difference(true)),
    ]);
    all
}

const WORLD: &str = "World: the folder or the stem of the file.";
const OUTCOME: &str =
    "in_camp, in_camps, travelling, agents (agents); relative_difference, plain or rescaled (ratio).";
const PLACE: &str = "The camp, or what the outcome is summed over.";

/// Every outcome of a run by day, one row each.
pub fn daily_table(world: &World, run: u64, record: &Record) -> Table {
    let series = series(world, record);
    let rows = || series.iter().flat_map(|s| (0..world.days).map(move |day| (s, day)));
    let n = series.len() * world.days;
    Table::new(
        "daily",
        vec![
            Column::text("world", WORLD, vec![world.name.clone(); n]),
            Column::int("run", "", "Number of the run.", vec![run as i64; n]),
            Column::text(
                "date",
                "Date of the day.",
                rows().map(|(_, d)| world.date(d).to_string()).collect(),
            ),
            Column::text("outcome", OUTCOME, rows().map(|(s, _)| s.0.to_owned()).collect()),
            Column::text("place", PLACE, rows().map(|(s, _)| s.1.clone()).collect()),
            Column::float(
                "value",
                "unit of the outcome",
                "Value at the end of the day.",
                rows().map(|(s, d)| s.2[d]).collect(),
            ),
        ],
    )
}

/// Quantiles over runs of every outcome by day, at the levels of forecast hubs, for one or more worlds.
pub fn quantiles_table(worlds: &[(&World, &[Record])]) -> Table {
    let mut labels: [Vec<String>; 4] = Default::default();
    let (mut level, mut value) = (Vec::new(), Vec::new());
    for (world, records) in worlds {
        let runs: Vec<_> = records.iter().map(|r| series(world, r)).collect();
        let Some(first) = runs.first() else { continue };
        for (i, (outcome, place, _)) in first.iter().enumerate() {
            for day in 0..world.days {
                let mut values: Vec<f64> = runs.iter().map(|r| r[i].2[day]).collect();
                values.sort_by(f64::total_cmp);
                let date = world.date(day).to_string();
                for l in HUB_LEVELS {
                    let cells = [world.name.as_str(), &date, outcome, place];
                    labels.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell.to_owned()));
                    level.push(l);
                    value.push(quantile(&values, l));
                }
            }
        }
    }
    let [world, date, outcome, place] = labels;
    Table::new(
        "quantiles",
        vec![
            Column::text("world", WORLD, world),
            Column::text("date", "Date of the day.", date),
            Column::text("outcome", OUTCOME, outcome),
            Column::text("place", PLACE, place),
            Column::float("level", "probability", "Quantile level (the 23 levels of forecast hubs).", level),
            Column::float("value", "unit of the outcome", "Quantile over the runs (type 7).", value),
        ],
    )
}

/// The relative difference by day: of the simulation with its quantiles over runs, and of each naive forecast on
/// the days after the one that it knows last.
pub fn errors_table(world: &World, records: &[Record]) -> Table {
    let runs: Vec<Vec<Vec<f64>>> = records.iter().map(as_numbers).collect();
    let (mut date, mut forecast) = (Vec::new(), Vec::new());
    let mut columns = vec![Vec::new(); LEVELS.len()];
    for day in 0..world.days {
        let mut values: Vec<f64> = runs.iter().map(|r| relative_difference(world, r, day, false)).collect();
        values.sort_by(f64::total_cmp);
        date.push(world.date(day).to_string());
        forecast.push("simulation".to_owned());
        columns.iter_mut().zip(LEVELS).for_each(|(c, (_, level))| c.push(quantile(&values, level)));
    }
    for naive in naive_forecasts(world) {
        for day in naive.known + 1..world.days {
            let value = relative_difference(world, &naive.camps, day, false);
            date.push(world.date(day).to_string());
            forecast.push(naive.title());
            columns.iter_mut().zip(LEVELS).for_each(|(c, (name, _))| {
                c.push(if name == "median" { value } else { f64::NAN });
            });
        }
    }
    let mut all = vec![
        Column::text("date", "Date of the day.", date),
        Column::text("forecast", "Simulation or a naive forecast, as in scores.csv.", forecast),
    ];
    all.extend(LEVELS.into_iter().zip(columns).map(|((name, level), values)| {
        let meaning = format!(
            "Relative difference of the day: quantile {level} over runs; of a naive forecast, itself."
        );
        Column::float(name, "", &meaning, values)
    }));
    Table::new("errors", all)
}
