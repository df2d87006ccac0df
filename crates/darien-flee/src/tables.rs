//! Tables of results, and `out.csv` in FLEE's layout.

use super::record::Record;
use super::score::{ard, as_numbers, mean_error, mean_run, naive_forecasts, quantile, spread};
use super::world::World;
use crate::random::Seed;
use crate::table::{Column, Table};

/// The quantiles over runs that tables and charts by day have.
pub(super) const LEVELS: [(&str, f64); 5] =
    [("q025", 0.025), ("q25", 0.25), ("median", 0.5), ("q75", 0.75), ("q975", 0.975)];

/// Camp by day: data, mean and quantiles over runs. Chart it as a fan with the data as points.
pub fn camps_table(world: &World, records: &[Record]) -> Table {
    let (mut day_column, mut date, mut camp, mut data) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut mean = Vec::new();
    let mut quantiles = vec![Vec::new(); LEVELS.len()];
    for (c, &place) in world.camps.iter().enumerate() {
        for day in 0..world.days {
            day_column.push(day as i64);
            date.push(world.date(day).to_string());
            camp.push(world.places[place as usize].name.clone());
            data.push(world.schedule.camps[c][day]);
            let mut values: Vec<f64> = records.iter().map(|r| f64::from(r.camps[c][day])).collect();
            values.sort_by(f64::total_cmp);
            mean.push(values.iter().sum::<f64>() / values.len().max(1) as f64);
            for (column, (_, level)) in quantiles.iter_mut().zip(LEVELS) {
                column.push(quantile(&values, level));
            }
        }
    }
    let mut columns = vec![
        Column::int("day", "days", "Days since the start.", day_column),
        Column::text("date", "Date of the day.", date),
        Column::text("camp", "Name of the camp.", camp),
        Column::int("data", "agents", "Registered people, divided by hasten.", data),
        Column::float("mean", "agents", "Mean of the simulated count over runs.", mean),
    ];
    for ((name, level), values) in LEVELS.into_iter().zip(quantiles) {
        columns.push(Column::float(
            name,
            "agents",
            &format!("Quantile {level} of the simulated count over runs."),
            values,
        ));
    }
    Table::new("camps", columns)
}

/// Day by day: all agents, where they are, and the bookkeeping of the data; means over runs.
pub fn days_table(world: &World, records: &[Record]) -> Table {
    let n = records.len().max(1) as f64;
    let days = 0..world.days;
    let mean = |f: &dyn Fn(&Record, usize) -> u64| -> Vec<f64> {
        days.clone().map(|day| records.iter().map(|r| f(r, day) as f64).sum::<f64>() / n).collect()
    };
    let in_camps: Vec<Vec<f64>> = days
        .clone()
        .map(|day| {
            let mut values: Vec<f64> = records.iter().map(|r| r.in_camps(day) as f64).collect();
            values.sort_by(f64::total_cmp);
            values
        })
        .collect();
    let mut table = Table::new(
        "days",
        vec![
            Column::int("day", "days", "Days since the start.", days.clone().map(|d| d as i64).collect()),
            Column::text(
                "date",
                "Date of the day.",
                days.clone().map(|d| world.date(d).to_string()).collect(),
            ),
            Column::float("agents", "agents", "All agents.", mean(&|r, d| r.agents[d])),
            Column::float("in_camps", "agents", "Agents in camps.", mean(&|r, d| r.in_camps(d))),
            Column::float("travelling", "agents", "Agents on the road.", mean(&|r, d| r.travelling[d])),
            Column::int(
                "data",
                "agents",
                "Registered people in all camps, divided by hasten.",
                world.schedule.sum.clone(),
            ),
            Column::int(
                "debt",
                "agents",
                "People who left by the data and are still simulated.",
                world.schedule.debt.iter().map(|x| *x as i64).collect(),
            ),
        ],
    );
    table.columns.extend(LEVELS.iter().map(|(name, level)| {
        let meaning = format!("Quantile {level} over runs of the agents in camps.");
        Column::float(name, "agents", &meaning, in_camps.iter().map(|v| quantile(v, *level)).collect())
    }));
    table
}

/// Run by run: seed, averaged relative difference, agents at the end.
///
/// `runs` are the numbers of the runs, in the order of the records.
pub fn runs_table(world: &World, seed: Seed, runs: &[u64], records: &[Record]) -> Table {
    let numbers: Vec<Vec<Vec<f64>>> = records.iter().map(as_numbers).collect();
    let last = world.days - 1;
    let whole = |f: &dyn Fn(&Record) -> u64| records.iter().map(|r| f(r) as i64).collect();
    Table::new(
        "runs",
        vec![
            Column::int("run", "", "Number of the run.", runs.iter().map(|r| *r as i64).collect()),
            Column::text(
                "seed",
                "Seed of the run.",
                runs.iter().map(|r| seed.replicate(*r).value().to_string()).collect(),
            ),
            Column::float(
                "ard",
                "",
                "Averaged relative difference.",
                numbers.iter().map(|n| ard(world, n, 0, false)).collect(),
            ),
            Column::float(
                "ard_rescaled",
                "",
                "The same, rescaled to the sum of the data.",
                numbers.iter().map(|n| ard(world, n, 0, true)).collect(),
            ),
            Column::int("agents", "agents", "Agents at the end.", whole(&|r| r.agents[last])),
            Column::int("in_camps", "agents", "Agents in camps at the end.", whole(&|r| r.in_camps(last))),
            Column::int(
                "unplaced",
                "agents",
                "Agents that found no place to start from.",
                whole(&|r| r.unplaced),
            ),
        ],
    )
}

/// The scoreboard: the simulation with its interval over runs, the mean of its runs, and the naive forecasts, each
/// on the days after the one it knows last.
pub fn scores_table(world: &World, records: &[Record]) -> Table {
    let runs: Vec<Vec<Vec<f64>>> = records.iter().map(as_numbers).collect();
    let mean = mean_run(records);
    let (mut forecast, mut from) = (Vec::new(), Vec::new());
    let mut columns: [Vec<f64>; 8] = Default::default();
    let mut push = |name: String, day: usize, values: [f64; 8]| {
        forecast.push(name);
        from.push(day as i64);
        columns.iter_mut().zip(values).for_each(|(c, v)| c.push(v));
    };
    for day in [0usize, 1, 8, 31].into_iter().filter(|d| *d < world.days) {
        let each = |rescaled| spread(&runs.iter().map(|r| ard(world, r, day, rescaled)).collect::<Vec<_>>());
        let (plain, rescaled) = (each(false), each(true));
        let ours = mean_error(world, &mean, day);
        push(
            "simulation".into(),
            day,
            [plain.0, plain.1, plain.2, rescaled.0, rescaled.1, rescaled.2, ours, 1.0],
        );
        let (a, r) = (ard(world, &mean, day, false), ard(world, &mean, day, true));
        push("mean of the runs".into(), day, [a, f64::NAN, f64::NAN, r, f64::NAN, f64::NAN, ours, 1.0]);
    }
    for naive in naive_forecasts(world) {
        let day = naive.known + 1;
        let (a, r) = (ard(world, &naive.camps, day, false), ard(world, &naive.camps, day, true));
        let error = mean_error(world, &naive.camps, day);
        let relative = mean_error(world, &mean, day) / error;
        push(naive.title(), day, [a, f64::NAN, f64::NAN, r, f64::NAN, f64::NAN, error, relative]);
    }
    let [a, al, ah, r, rl, rh, e, m] = columns;
    Table::new(
        "scores",
        vec![
            Column::text("forecast", "Simulation (mean over runs) or a naive forecast.", forecast),
            Column::int("from_day", "days", "First day that is scored.", from),
            Column::float("ard", "", "Averaged relative difference.", a),
            Column::float("ard_low", "", "Its 2.5 % quantile over runs.", al),
            Column::float("ard_high", "", "Its 97.5 % quantile over runs.", ah),
            Column::float("ard_rescaled", "", "The same, rescaled to the sum of the data.", r),
            Column::float("ard_rescaled_low", "", "Its 2.5 % quantile over runs.", rl),
            Column::float("ard_rescaled_high", "", "Its 97.5 % quantile over runs.", rh),
            Column::float(
                "mean_error",
                "agents",
                "Mean absolute error per camp and day; of the simulation, of the mean of its runs.",
                e,
            ),
            Column::float(
                "mase",
                "",
                "Error of the simulation over that of this forecast; under 1 the simulation is better.",
                m,
            ),
        ],
    )
}

/// Paired differences: the second world less the first, with the same draws, by camp and day and for all camps.
pub fn difference_table(base: (&World, &[Record]), other: (&World, &[Record])) -> Table {
    let (mut date, mut camp) = (Vec::new(), Vec::new());
    let mut columns: [Vec<f64>; 7] = Default::default();
    let (a, b) = (base.0, other.0);
    let mut names: Vec<&str> = a.camps.iter().map(|c| a.places[*c as usize].name.as_str()).collect();
    for &c in &b.camps {
        let name = b.places[c as usize].name.as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let column =
        |world: &World, name: &str| world.camps.iter().position(|c| world.places[*c as usize].name == name);
    let mut push = |name: &str, day: usize, value: &dyn Fn(&Record, bool) -> f64| {
        let pairs: Vec<(f64, f64)> =
            base.1.iter().zip(other.1).map(|(x, y)| (value(x, false), value(y, true))).collect();
        let mut off: Vec<f64> = pairs.iter().map(|(x, y)| y - x).collect();
        let n = pairs.len().max(1) as f64;
        off.sort_by(f64::total_cmp);
        date.push(a.date(day).to_string());
        camp.push(name.to_owned());
        let values = [
            pairs.iter().map(|p| p.0).sum::<f64>() / n,
            pairs.iter().map(|p| p.1).sum::<f64>() / n,
            off.iter().sum::<f64>() / n,
            quantile(&off, 0.5),
            quantile(&off, 0.025),
            quantile(&off, 0.975),
            off.iter().filter(|d| **d > 0.0).count() as f64 / n,
        ];
        columns.iter_mut().zip(values).for_each(|(c, v)| c.push(v));
    };
    for name in names {
        let (in_a, in_b) = (column(a, name), column(b, name));
        for day in 0..a.days.min(b.days) {
            push(name, day, &|r, second| {
                if second { in_b } else { in_a }.map_or(0.0, |c| f64::from(r.camps[c][day]))
            });
        }
    }
    for day in 0..a.days.min(b.days) {
        push("all camps", day, &|r, _| r.in_camps(day) as f64);
        push("on the way", day, &|r, _| r.agents[day] as f64 - r.in_camps(day) as f64);
    }
    let runs = vec![base.1.len().min(other.1.len()) as i64; date.len()];
    let [x, y, d, median, low, high, p] = columns;
    Table::new(
        "difference",
        vec![
            Column::text("date", "Date of the day.", date),
            Column::text("camp", "Name of the camp, all camps, or those on the way.", camp),
            Column::float("base", "agents", "Mean count of the first world.", x),
            Column::float("alternative", "agents", "Mean count of the second world.", y),
            Column::float("difference", "agents", "Mean paired difference, second less first.", d),
            Column::float("median", "agents", "Median of the difference over runs.", median),
            Column::float("low", "agents", "2.5 % quantile of the difference over runs.", low),
            Column::float("high", "agents", "97.5 % quantile of the difference over runs.", high),
            Column::float("p_positive", "", "Share of runs in which the difference is above 0.", p),
            Column::int("runs", "", "Pairs of runs.", runs),
        ],
    )
}

/// A run in the layout of FLEE's `out.csv`.
pub fn out_csv(world: &World, record: &Record) -> String {
    let schedule = &world.schedule;
    let mut header = vec!["Day".to_owned(), "Date".to_owned()];
    for &c in &world.camps {
        let name = &world.places[c as usize].name;
        header.extend(["sim", "data", "error"].map(|what| format!("{name} {what}")));
    }
    header.extend(
        [
            "Total error",
            "refugees in camps (UNHCR)",
            "total refugees (simulation)",
            "raw UNHCR refugee count",
            "refugees in camps (simulation)",
            "refugee_debt",
        ]
        .map(str::to_owned),
    );
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |row: &[String]| {
        // Writing to memory does not fail, and all rows are equally long.
        writer.write_record(row).unwrap_or_default();
    };
    write(&header);
    for day in 0..world.days {
        let date = world.date(day + usize::from(world.quirks.date_of_next_day));
        let mut row = vec![day.to_string(), date.to_string()];
        let mut off = 0.0;
        for (simulated, data) in record.camps.iter().zip(&schedule.camps) {
            let (simulated, data) = (f64::from(simulated[day]), data[day] as f64);
            let error = if data == 0.0 { 0.0 } else { (simulated / data - 1.0).abs() };
            off += (simulated - data).abs();
            row.extend([simulated, data, error].map(|x| x.to_string()));
        }
        let (raw, agents, in_camps) = (schedule.raw[day], record.agents[day], record.in_camps(day));
        let total = if raw > 0 { off / raw as f64 } else { 0.0 };
        let (sum, debt) = if raw <= 0 && world.quirks.no_raw_no_totals {
            (0, 0)
        } else {
            (schedule.sum[day], schedule.debt[day])
        };
        let raw = if world.quirks.no_raw_no_totals { raw.max(0) } else { raw };
        row.extend([total.to_string(), sum.to_string(), agents.to_string()]);
        row.extend([raw.to_string(), in_camps.to_string(), debt.to_string()]);
        write(&row);
    }
    writer.into_inner().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
