//! Tables and charts of a backtest.

mod page;

pub use page::write_page;

use super::chart::{
    Bar, Chart, Coverage, Covered, Frame, Histogram, Lang, Model, Provenance, Scoreboard, Tornado,
};
use super::figures;
use super::file::OutputFolder;
use crate::data;
use crate::error::Result;
use crate::experiment::backtest::scoring::{self, ENSEMBLE, MODEL, PIT_BINS, Part, Scores, YARDSTICK};
use crate::experiment::backtest::{Forecast, Paired, Track};
use crate::registry::NATIONALITIES;
use crate::table::{Column, Table};
use darien_hub::report::Row;
use darien_stats::scores::hub_quantiles;

/// Quantiles of all forecasts.
pub fn forecast_table(forecasts: &[Forecast]) -> Table {
    let (mut track, mut series, mut origin, mut horizon) = (vec![], vec![], vec![], vec![]);
    let (mut level, mut value) = (Vec::new(), Vec::new());
    for f in forecasts {
        for (l, q) in scoring::LEVELS.iter().zip(hub_quantiles(&f.samples)) {
            track.push(f.track.letter().to_owned());
            series.push(f.series.to_owned());
            origin.push(f.origin.to_string());
            horizon.push(i64::from(f.horizon));
            level.push(*l);
            value.push(q);
        }
    }
    Table::new(
        "forecasts",
        vec![
            Column::text("track", "a: given later levers; b: what was known.", track),
            Column::text("series", "Total, or nationality.", series),
            Column::text("origin", "First month that is not known, YYYY-MM.", origin),
            Column::int("horizon", "months", "Months ahead; 1 is the origin's month.", horizon),
            Column::float("level", "probability", "Level of the quantile.", level),
            Column::float("value", "persons/month", "Recorded entries.", value),
        ],
    )
}

/// A row of scores, and where it stands: its track and series.
type Placed<'a> = (&'a Scores, &'a Row);

/// The columns by which a score is found.
fn places(rows: &[Placed]) -> Vec<Column> {
    let text = |name: &str, meaning: &str, f: &dyn Fn(&Placed) -> String| {
        Column::text(name, meaning, rows.iter().map(f).collect())
    };
    vec![
        text("track", "a: given later levers; b: what was known.", &|(s, _)| s.track.letter().into()),
        text("series", "Total, or nationality.", &|(s, _)| s.series.into()),
        text("model", "Name of the model.", &|(_, r)| r.model.clone()),
        text("horizon", "Months ahead.", &|(_, r)| r.group.first().cloned().unwrap_or_default()),
        Column::int("n", "", "Forecasts.", rows.iter().map(|(_, r)| r.n as i64).collect()),
    ]
}

/// A column of numbers; NaN for none.
fn score(rows: &[Placed], name: &str, unit: &str, meaning: &str, f: impl Fn(&Row) -> Option<f64>) -> Column {
    Column::float(name, unit, meaning, rows.iter().map(|(_, r)| f(r).unwrap_or(f64::NAN)).collect())
}

/// Skill relative to the random walk, with its interval.
fn relative(rows: &[Placed]) -> [Column; 3] {
    let skill = "To the random walk, log scale; below 1 is better.";
    let low = "Lower end of its 95 % block-bootstrap interval.";
    [
        score(rows, "relative_skill", "ratio", skill, |r| r.relative_skill),
        score(rows, "relative_low", "ratio", low, |r| r.ratio_interval.map(|i| i.low)),
        score(rows, "relative_high", "ratio", "Upper end.", |r| r.ratio_interval.map(|i| i.high)),
    ]
}

const LOG_WIS: &str = "Weighted interval score of ln(1 + entries).";

/// Scores by track, series, model and horizon.
pub fn score_table(all: &[Scores]) -> Table {
    let rows: Vec<Placed> = all.iter().flat_map(|s| s.rows.iter().map(move |r| (s, r))).collect();
    let mut columns = places(&rows);
    let mut add = |name, unit, meaning: &str, f: &dyn Fn(&Row) -> Option<f64>| {
        columns.push(score(&rows, name, unit, meaning, f));
    };
    add("wis_log", "", LOG_WIS, &|r| r.wis_log);
    add("wis", "persons/month", "Weighted interval score.", &|r| Some(r.wis.total));
    add("crps_log", "", "CRPS of ln(1 + entries); samples only.", &|r| r.crps_log);
    let capacity = figures::thousands(scoring::CAPACITY);
    let of_tail = format!("Weighted interval score of what lies above {capacity}.");
    add("wis_tail", "persons/month", &of_tail, &|r| r.wis_tail);
    let of_tail = format!("CRPS of what lies above {capacity}; samples only.");
    add("crps_tail", "persons/month", &of_tail, &|r| r.crps_tail);
    add("mae", "persons/month", "Absolute error of the median.", &|r| Some(r.mae));
    add("coverage50", "share", "Inside the 50 % interval.", &|r| Some(r.coverage.c50));
    add("coverage80", "share", "Inside the 80 % interval.", &|r| Some(r.coverage.c80));
    add("coverage90", "share", "Inside the 90 % interval.", &|r| Some(r.coverage.c90));
    add("coverage95", "share", "Inside the 95 % interval.", &|r| Some(r.coverage.c95));
    add("bias", "", "-1 forecasts below, 1 forecasts above.", &|r| Some(r.bias));
    columns.extend(relative(&rows));
    Table::new("scores", columns)
}

/// Scores by parts of the months forecast.
pub fn months_table(all: &[Scores]) -> Table {
    let months = "Whose forecasts: of months of a phase, of a year, or of all but a year.";
    part_table(all, "scores_by_months", ("months", months), |s| &s.parts)
}

/// Scores of the members of each search alone.
pub fn search_table(all: &[Scores]) -> Table {
    part_table(all, "scores_by_search", ("search", "Number of the search."), |s| &s.alone)
}

fn part_table(
    all: &[Scores],
    table: &str,
    (which, meaning): (&str, &str),
    parts: fn(&Scores) -> &[Part],
) -> Table {
    let parts = all.iter().flat_map(|s| parts(s).iter().map(move |part| (s, part)));
    let (names, rows): (Vec<String>, Vec<Placed>) =
        parts.flat_map(|(s, part)| part.rows.iter().map(move |r| (part.name.clone(), (s, r)))).unzip();
    let mut columns = places(&rows);
    columns.insert(2, Column::text(which, meaning, names));
    columns.push(score(&rows, "wis_log", "", LOG_WIS, |r| r.wis_log));
    columns.extend(relative(&rows));
    Table::new(table, columns)
}

/// Interventions with and without.
pub fn intervention_table(pairs: &[Paired]) -> Table {
    let text = |name: &str, meaning: &str, f: &dyn Fn(&Paired) -> String| {
        Column::text(name, meaning, pairs.iter().map(f).collect())
    };
    let float = |name: &str, unit: &str, meaning: &str, f: &dyn Fn(&Paired) -> f64| {
        Column::float(name, unit, meaning, pairs.iter().map(f).collect())
    };
    Table::new(
        "interventions",
        vec![
            text("intervention", "What was done or said.", &|p| p.name.into()),
            text("events", "Ids in the table of events.", &|p| p.events.into()),
            text("nationality", "Whose flow.", &|p| p.nationality.into()),
            text("before", "Month before.", &|p| p.months[0].into()),
            text("after", "Month after.", &|p| p.months[1].into()),
            float("recorded_before", "persons/month", "Recorded before.", &|p| p.recorded[0]),
            float("recorded_after", "persons/month", "Recorded after.", &|p| p.recorded[1]),
            float("seen", "log ratio", "Change that was seen.", &|p| p.seen),
            float("effect_low", "log ratio", "5 % quantile of the paired effect.", &|p| p.effect[0]),
            float("effect", "log ratio", "Its median.", &|p| p.effect[1]),
            float("effect_high", "log ratio", "95 % quantile.", &|p| p.effect[2]),
            float("explained", "share", "Of the change that was seen.", &|p| p.explained),
            float("right_sign", "share", "Members with the sign that was seen.", &|p| p.right_sign),
        ],
    )
}

fn frame(title: String, subtitle: String, seed: u64, runs: u64) -> Frame {
    let provenance = Provenance {
        scenario: "history".into(),
        hash: data::fingerprint().chars().take(12).collect(),
        seed,
        runs,
        version: env!("CARGO_PKG_VERSION").into(),
        vintage: data::vintage().to_string(),
        source: "Panama's migration service (SNM); darien".into(),
    };
    Frame::new(title, subtitle, provenance, Lang::En)
}

fn track_words(track: Track) -> &'static str {
    match track {
        Track::A => "given the levers as they were",
        Track::B => "with what was known at the time",
    }
}

/// A series in words.
fn series_words(series: &str) -> &str {
    match NATIONALITIES.iter().find(|n| n.code == series) {
        Some(n) => n.en.split(" (").next().unwrap_or(n.en),
        None if series == "total" => "All entries",
        None => series,
    }
}

fn horizons(scores: &Scores) -> Vec<u32> {
    let mut all: Vec<u32> =
        scores.rows.iter().filter_map(|r| r.group.first().and_then(|h| h.parse().ok())).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The scoreboard of one track and series.
fn scoreboard(scores: &Scores, seed: u64) -> Scoreboard {
    let horizons = horizons(scores);
    let model = |name: &str, label: &str, baseline: bool| {
        let ratio = |h: &u32| scoring::ratio(&scores.rows, name, YARDSTICK, *h).unwrap_or(f64::NAN);
        let interval = |h: &u32| scoring::row(&scores.rows, name, *h).and_then(|r| r.ratio_interval);
        Model {
            name: label.to_owned(),
            score: horizons.iter().map(ratio).collect(),
            low: if name == MODEL {
                horizons.iter().map(|h| interval(h).map_or_else(|| ratio(h), |i| i.low)).collect()
            } else {
                Vec::new()
            },
            high: if name == MODEL {
                horizons.iter().map(|h| interval(h).map_or_else(|| ratio(h), |i| i.high)).collect()
            } else {
                Vec::new()
            },
            baseline,
        }
    };
    let mut models = vec![model(MODEL, "darien", false), model(ENSEMBLE, "darien + random walk", false)];
    if scores.track == Track::A {
        models.push(model("regression_ar1", "regression, same levers", true));
    }
    models.push(model("ets", "ETS", true));
    models.push(model("theta", "Theta", true));
    // Only what the interval of the ratio bears out is claimed.
    let intervals: Vec<(f64, f64)> = horizons
        .iter()
        .filter_map(|h| scoring::row(&scores.rows, MODEL, *h)?.ratio_interval.map(|i| (i.low, i.high)))
        .collect();
    let better = intervals.iter().filter(|i| i.1 < 1.0).count();
    let worse = intervals.iter().filter(|i| i.0 > 1.0).count();
    let open = horizons.len() - better - worse;
    let mut parts = vec![format!("better than the random walk at {better} of {} horizons", horizons.len())];
    if worse > 0 {
        parts.push(format!("worse at {worse}"));
    }
    if open > 0 {
        parts.push(format!("undecided at {open}"));
    }
    Scoreboard {
        frame: frame(
            format!("{}: {} (95 % intervals)", series_words(scores.series), parts.join(", ")),
            format!(
                "WIS of ln(1 + monthly entries) over the random walk's, by months ahead, {}",
                track_words(scores.track)
            ),
            seed,
            0,
        ),
        horizons,
        models,
        reference: Some((1.0, "random walk".into())),
        score: "relative WIS (log)".into(),
        level: 0.95,
    }
}

/// Draws all charts into `charts/` of a folder, and gives their stems.
///
/// # Errors
///
/// If a chart cannot be drawn or written.
pub fn draw(all: &[Scores], pairs: &[Paired], seed: u64, folder: &mut OutputFolder) -> Result<Vec<String>> {
    let mut stems = Vec::new();
    for (stem, chart) in charts(all, pairs, seed) {
        let place = format!("charts/{stem}");
        match chart {
            Drawn::Board(c) => c.save_in(folder, &place)?,
            Drawn::Coverage(c) => c.save_in(folder, &place)?,
            Drawn::Pit(c) => c.save_in(folder, &place)?,
            Drawn::Effects(c) => c.save_in(folder, &place)?,
        }
        stems.push(stem);
    }
    Ok(stems)
}

enum Drawn {
    Board(Scoreboard),
    Coverage(Coverage),
    Pit(Histogram),
    Effects(Tornado),
}

fn charts(all: &[Scores], pairs: &[Paired], seed: u64) -> Vec<(String, Drawn)> {
    let mut charts = Vec::new();
    for s in all.iter().filter(|s| ["total", "VEN"].contains(&s.series)) {
        let stem = |what: &str| format!("{what}-{}-{}", s.track.letter(), s.series.to_lowercase());
        charts.push((stem("scoreboard"), Drawn::Board(scoreboard(s, seed))));
        let nominal = vec![0.5, 0.8, 0.9, 0.95];
        let covered = |model: &str, label: &str| {
            let rows: Vec<_> = s.rows.iter().filter(|r| r.model == model).collect();
            let n: f64 = rows.iter().map(|r| r.n as f64).sum();
            let share = |f: &dyn Fn(&Row) -> f64| rows.iter().map(|r| f(r) * r.n as f64).sum::<f64>() / n;
            Covered {
                name: label.into(),
                nominal: nominal.clone(),
                observed: vec![
                    share(&|r| r.coverage.c50),
                    share(&|r| r.coverage.c80),
                    share(&|r| r.coverage.c90),
                    share(&|r| r.coverage.c95),
                ],
                low: Vec::new(),
                high: Vec::new(),
            }
        };
        let own = covered(MODEL, "darien");
        let n: usize = s.rows.iter().filter(|r| r.model == MODEL).map(|r| r.n).sum();
        let title = format!(
            "Of {n} months forecast, {} lie inside the 95 % interval",
            Lang::En.percent(own.observed.last().copied().unwrap_or(f64::NAN))
        );
        let subtitle = |what: &str| {
            format!("{what}: {}, all horizons, {}", series_words(s.series), track_words(s.track))
        };
        charts.push((
            stem("coverage"),
            Drawn::Coverage(Coverage {
                frame: frame(title, subtitle("Share of months inside central intervals"), seed, 0),
                models: vec![own, covered(YARDSTICK, "random walk")],
            }),
        ));
        let expected = 1.0 / PIT_BINS as f64;
        charts.push((
            stem("pit"),
            Drawn::Pit(Histogram {
                frame: frame(
                    "Where the record fell in the forecasts".into(),
                    subtitle("PIT histogram; flat is right"),
                    seed,
                    0,
                ),
                edges: (0..=PIT_BINS).map(|i| i as f64 / PIT_BINS as f64).collect(),
                counts: s.pit.clone(),
                expected: Some((expected, expected, expected)),
                x_name: "share of the forecast below what was recorded".into(),
            }),
        ));
    }
    if !pairs.is_empty() {
        let right = pairs.iter().filter(|p| p.explained > 0.0).count();
        // The interval has the sign of what was seen where none of it is on the other side.
        let is_sure = |p: &&Paired| p.effect[0] * p.seen > 0.0 && p.effect[2] * p.seen > 0.0;
        let sure = pairs.iter().filter(is_sure).count();
        charts.push((
            "interventions".into(),
            Drawn::Effects(Tornado {
                frame: frame(
                    format!(
                        "Of {} interventions, {right} have the sign that was seen in the median, and {sure} in the whole \
                         90 % interval",
                        pairs.len()
                    ),
                    "Paired effect in the month after, log ratio, median and 90 % of members, beside the change that was seen".into(),
                    seed,
                    pairs.first().map_or(0, |p| p.runs as u64),
                ),
                bars: pairs
                    .iter()
                    .map(|p| Bar {
                        name: format!(
                            "{}, seen {}{}",
                            p.short,
                            if p.seen > 0.0 { "+" } else { "" },
                            Lang::En.number(p.seen, 1)
                        ),
                        value: p.effect[1],
                        low: p.effect[0],
                        high: p.effect[2],
                        unknown_share: None,
                    })
                    .collect(),
                unit: "log ratio".into(),
                level: 0.9,
                mark: None,
            }),
        ));
    }
    charts
}
