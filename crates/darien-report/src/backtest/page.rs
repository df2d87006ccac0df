//! The validation page of a backtest.

use super::{frame, horizons, series_words};
use crate::chart::{Chart, Kind, SmallFan, SmallMultiples, Statistic};
use crate::error::{Error, Result};
use crate::experiment::backtest::scoring::{self, ENSEMBLE, MODEL, Scores, YARDSTICK};
use crate::experiment::backtest::{Hindcast, Paired};
use crate::figures;
use crate::single;
use darien_hub::report::Row;
use std::path::Path;

/// The hindcast as words and tables.
fn hindcast_words(told: &Hindcast) -> String {
    let mut text = format!(
        "\n## Hindcast 2021 to 2024\n\n{} runs of `history` with the shipped posterior, which has seen these months: this is fit, not skill. The\n\
         aims are 88 to 99 % of months inside the 95 % interval, annual totals within 15 %, and every episode with the right sign\n\
         and at least half its size. *Told by mechanisms* is the share of the variance of ln(30 + monthly entries) that the median of runs\n\
         without any monthly shock tells; below 0 the mean of the record would tell more.\n\n![hindcast](img/hindcast.png)\n\n\
         | series | months inside 95 % | told by mechanisms |",
        told.runs
    );
    let years: Vec<i32> =
        told.series.first().map_or_else(Vec::new, |s| s.years.iter().map(|y| y.0).collect());
    for year in &years {
        text.push_str(&format!(" {year}: recorded, median |"));
    }
    text.push_str(&format!("\n|---|---|---|{}\n", "---|".repeat(years.len())));
    for s in &told.series {
        let share = 100.0 * s.covered[1] as f64 / s.covered[0].max(1) as f64;
        let cells: String = s
            .years
            .iter()
            .map(|(_, seen, median)| {
                format!(" {seen:.0}, {median:.0} ({:+.0} %) |", 100.0 * (median / seen - 1.0))
            })
            .collect();
        text.push_str(&format!("| {} | {share:.0} % | {:.2} |{cells}\n", s.name, s.told_by_mechanisms));
    }
    text.push_str(
        "\nEpisodes as log ratios of two months. *Posterior* includes the monthly shocks, which follow the record by construction;\n\
         *mechanisms* is the same parameters without any shock: what levers, beliefs, money and networks alone tell.\n\n\
         | episode | whose | months | recorded | seen | posterior | mechanisms | told by the mechanisms |\n|---|---|---|---|---|---|---|---|\n",
    );
    for t in &told.episodes {
        let share = t.mechanisms / t.seen;
        let verdict = if share < 0.0 {
            "wrong sign"
        } else if share < 0.5 {
            "too small"
        } else {
            "yes"
        };
        text.push_str(&format!(
            "| {} | {} | {} to {} | {:.0} → {:.0} | {:+.2} | {:+.2} | {:+.2} | {verdict} ({:.0} %) |\n",
            t.episode.name,
            t.episode.series,
            t.episode.months[0],
            t.episode.months[1],
            t.recorded[0],
            t.recorded[1],
            t.seen,
            t.posterior,
            t.mechanisms,
            100.0 * share
        ));
    }
    text
}

/// Cells of a table row, one a horizon; a dash where there is nothing to tell.
fn cells(horizons: &[u32], tell: impl Fn(u32) -> Option<String>) -> String {
    horizons.iter().map(|&h| format!(" {} |", tell(h).unwrap_or("–".into()))).collect()
}

/// The head of a table with a column a horizon.
fn head(first: &str, horizons: &[u32]) -> String {
    let names = cells(horizons, |h| Some(h.to_string()));
    format!("\n| {first} |{names}\n|---|{}\n", "---|".repeat(horizons.len()))
}

/// The model's ratio to the random walk by parts of the months forecast.
fn parts_table(s: &Scores, horizons: &[u32]) -> String {
    let mut text = head("months forecast", horizons);
    for part in &s.parts {
        let told = |h| {
            let n = scoring::row(&part.rows, MODEL, h)?.n;
            scoring::ratio(&part.rows, MODEL, YARDSTICK, h).map(|r| format!("{r:.2} ({n})"))
        };
        text.push_str(&format!("| {} |{}\n", part.name, cells(horizons, told)));
    }
    if s.rows.iter().any(|r| r.wis_tail.is_some()) {
        let told = |h| {
            let tail = |model| scoring::row(&s.rows, model, h)?.wis_tail;
            Some(format!("{:.2}", tail(MODEL)? / tail(YARDSTICK)?))
        };
        let capacity = figures::thousands(scoring::CAPACITY);
        text.push_str(&format!("| what lies above {capacity} |{}\n", cells(horizons, told)));
    }
    text
}

fn hindcast_chart(told: &Hindcast, seed: u64) -> SmallMultiples {
    let covered: [usize; 2] = [0, 1].map(|i| told.series.iter().map(|s| s.covered[i]).sum());
    SmallMultiples {
        frame: frame(
            format!(
                "The posterior covers {:.0} % of the months that it has seen",
                100.0 * covered[1] as f64 / covered[0].max(1) as f64
            ),
            "Irregular entries recorded in Panama, persons a month: record, and runs of history".into(),
            seed,
            told.runs as u64,
        ),
        panels: told
            .series
            .iter()
            .map(|s| SmallFan {
                name: series_words(s.name).to_owned(),
                history: figures::history_of(s.code, told.from, told.last()),
                runs: figures::runs_of(told.from, &s.runs, Statistic::Median),
            })
            .collect(),
        known_until: None,
        same_scale: false,
        axis: Kind::Linear,
    }
}

/// Writes the validation page, all of it or, if something else stands in the way, nothing; and into `img/` beside it the charts that were drawn into the folder `charts` (PNG).
///
/// # Errors
///
/// If a chart cannot be drawn, or a file not written.
pub fn write_page(
    page: &Path,
    told: &Hindcast,
    all: &[Scores],
    pairs: &[Paired],
    (seed, overwrite): (u64, bool),
    (charts, drawn): (&Path, &[String]),
) -> Result<()> {
    let folder = page.parent().map_or_else(|| Path::new(".").to_path_buf(), Path::to_path_buf).join("img");
    let capacity = figures::thousands(scoring::CAPACITY);
    let mut text = format!(
        "# Validation\n\nMade by the command below; do not edit by hand. At each month from July 2022 the model was\n\
         fitted to the data until then and nothing later, and asked for the months to come. Track A is given the levers as they\n\
         later were (is the mechanism right?), track B what was known on the first day of the month (would it have helped?); both\n\
         levels and dates of access in `history` were set by people who knew what came later, which helps track A and, for levels\n\
         before the origin, track B. Members of all searches, and of the last two fits of each, forecast together. Scores are the\n\
         mean WIS of ln(1 + monthly entries), relative to the random walk: below 1 is better. The bars are 0.75 on track A and 1.00 on track B at three months\n\
         and more. The second table of a section has the model's ratio by parts of the months forecast (in brackets: how many): in a\n\
         *rise* the record grew by half or more over the two months about the month, in a *fall* it lost a third or more; a year\n\
         alone, and all but one, so that no year decides everything. *What lies above* {capacity} entries (30 days of the boats\n\
         across the gulf) scores the larger of entries and {capacity}, in persons.\n\n\
         **Where a search ends is chance.** Searches differ in nothing but random numbers. *Search 1 alone* is the ratio that the\n\
         members of the first have by themselves, and so on: how far these lie apart is how far chance moves a score.\n",
    );
    // One that went on where another was stopped, or replaces an earlier page, makes the same page.
    let beside = ["--resume", "--overwrite"];
    let command: Vec<String> =
        crate::manifest::command().into_iter().filter(|word| !beside.contains(&word.as_str())).collect();
    text.push_str(&format!("\n```sh\n{}\n```\n", command.join(" ")));
    text.push_str(&hindcast_words(told));
    for s in all {
        let hs = horizons(s);
        text.push_str(&format!(
            "\n## Track {}, {}\n{}",
            s.track.letter().to_uppercase(),
            if s.series == "total" { "all entries" } else { s.series },
            head("model", &hs)
        ));
        let mut names: Vec<&str> = vec![MODEL, ENSEMBLE];
        names.extend(s.rows.iter().map(|r| r.model.as_str()));
        let mut told: Vec<&str> = Vec::new();
        for name in names {
            if told.contains(&name) {
                continue;
            }
            told.push(name);
            let told = |h| scoring::ratio(&s.rows, name, YARDSTICK, h).map(|r| format!("{r:.2}"));
            text.push_str(&format!("| `{name}` |{}\n", cells(&hs, told)));
        }
        let own = |f: &dyn Fn(&Row) -> String| cells(&hs, |h| scoring::row(&s.rows, MODEL, h).map(f));
        let wis = own(&|r| format!("{:.3}", r.wis_log.unwrap_or(f64::NAN)));
        let interval =
            own(&|r| r.ratio_interval.map_or("–".into(), |i| format!("{:.2}–{:.2}", i.low, i.high)));
        let best = cells(&hs, |h| scoring::ratio_to_best(&s.rows, h).map(|r| format!("{r:.2}")));
        let c50 = own(&|r| format!("{:.0} %", 100.0 * r.coverage.c50));
        let c95 = own(&|r| format!("{:.0} %", 100.0 * r.coverage.c95));
        let bias = own(&|r| format!("{:+.2}", r.bias));
        let n = own(&|r| r.n.to_string());
        for search in &s.alone {
            let told = |h| scoring::ratio(&search.rows, MODEL, YARDSTICK, h).map(|r| format!("{r:.2}"));
            text.push_str(&format!("| *darien:* search {} alone |{}\n", search.name, cells(&hs, told)));
        }
        text.push_str(&format!(
            "| *darien:* WIS (log) |{wis}\n| 95 % interval of its ratio |{interval}\n| ratio to the best rival of the horizon |{best}\n| 50 % interval covers |{c50}\n| 95 % interval covers |{c95}\n| bias |{bias}\n| forecasts |{n}\n"
        ));
        text.push_str(&parts_table(s, &hs));
        if ["total", "VEN"].contains(&s.series) {
            let name = |what: &str| format!("{what}-{}-{}", s.track.letter(), s.series.to_lowercase());
            for what in ["scoreboard", "coverage", "pit"] {
                text.push_str(&format!("\n![{what}](img/{}.png)\n", name(what)));
            }
        }
    }
    if !pairs.is_empty() {
        text.push_str(
            "\n## Track C, dated interventions\n\nPaired runs of the shipped posterior with and without. *Seen* is the log ratio of the two months' record, which mixes\nother causes; *effect* is what the intervention alone does in the model in the month after.\n\n| intervention | whose | months | recorded | seen | effect (90 %) | explained |\n|---|---|---|---|---|---|---|\n",
        );
        for p in pairs {
            text.push_str(&format!(
                "| {} | {} | {} to {} | {:.0} → {:.0} | {:+.2} | {:+.2} ({:+.2} to {:+.2}) | {:.0} % |\n",
                p.name,
                p.nationality,
                p.months[0],
                p.months[1],
                p.recorded[0],
                p.recorded[1],
                p.seen,
                p.effect[1],
                p.effect[0],
                p.effect[2],
                100.0 * p.explained
            ));
        }
        text.push_str("\n![interventions](img/interventions.png)\n");
    }
    let mut files = vec![(folder.join("hindcast.png"), hindcast_chart(told, seed).png()?)];
    for stem in drawn {
        let png = charts.join(format!("{stem}.png"));
        files.push((
            folder.join(format!("{stem}.png")),
            std::fs::read(&png).map_err(Error::io("read", &png))?,
        ));
    }
    files.push((page.to_path_buf(), text.into_bytes()));
    single::write_all(&files, overwrite)
}
