//! Track C: dated interventions as paired runs with and without them.

use super::{each_run, under_one_chance};
use crate::draws::Draws;
use crate::error::{Error, Result};
use crate::runner::Runner;
use crate::scenario::Scenario;
use crate::study::log_change;
use crate::summary::{quantile, sorted};
use crate::units::Month;
use std::sync::atomic::AtomicBool;

/// Something that was done or said, and what the world would be without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intervention {
    /// Name.
    pub name: &'static str,
    /// The same for the margin of a chart.
    pub short: &'static str,
    /// Event ids of the data.
    pub events: &'static str,
    /// Nationality whose flow is looked at.
    pub nationality: &'static str,
    /// Month before, with which the change that was seen is measured.
    pub before: &'static str,
    /// Month after.
    pub after: &'static str,
    /// The scenario without it, as changes to `history`.
    pub without: &'static str,
}

/// The interventions, each with what would have been without it (levers as they stood before).
pub const INTERVENTIONS: [Intervention; 6] = [
    Intervention {
        name: "Mexico's visa for Venezuelans",
        short: "Mexico's visa",
        events: "EV006",
        nationality: "VEN",
        before: "2022-01",
        after: "2022-07",
        without: "[levers]\n\"visa.MEX.VEN\" = { \"2022-01-21\" = \"open\" }\n",
    },
    Intervention {
        name: "Expulsion of Venezuelans under Title 42, with parole",
        short: "Title 42",
        events: "EV009",
        nationality: "VEN",
        before: "2022-10",
        after: "2022-11",
        without: "cancel_announcements = [\"title-42-venezuela\"]\n[levers]\n\"access.us.VEN\" = { \"2022-10-12\" = 0.9 }\n\"pathway.VEN\" = { \"2022-10-12\" = 0 }\n",
    },
    Intervention {
        name: "Parole for Haitians and return of those who cross",
        short: "Parole for Haitians",
        events: "EV010",
        nationality: "HTI",
        before: "2022-12",
        after: "2023-05",
        without: "cancel_announcements = [\"parole-four\"]\n[levers]\n\"access.us.HTI\" = { \"2023-01-05\" = 0.55 }\n\"pathway.HTI\" = { \"2023-01-05\" = 0 }\n",
    },
    Intervention {
        name: "Flights to Venezuela announced",
        short: "Flights announced",
        events: "EV016",
        nationality: "VEN",
        before: "2023-09",
        after: "2023-11",
        without: "cancel_announcements = [\"flights-to-venezuela\"]\n[levers]\n\"access.us.VEN\" = { \"2023-10-05\" = 0.65 }\n",
    },
    Intervention {
        name: "Fences, fines and charters of Panama; the wait for Venezuela's vote",
        short: "Panama's fences",
        events: "EV024;EV025;EV026;EV027",
        nationality: "VEN",
        before: "2024-06",
        after: "2024-07",
        without: "cancel_announcements = [\"venezuela-vote-hope\"]\n[levers]\n\"trail.capurgana\" = \"open\"\n\"trail.carreto\" = \"open\"\n\"trail.vip\" = \"open\"\n\"enforcement.darien\" = { \"2024-07-01\" = 0.05 }\n\"enforcement.panama_exit\" = { \"2024-07-01\" = 0.0 }\n",
    },
    Intervention {
        name: "The US election",
        short: "US election",
        events: "EV030",
        nationality: "VEN",
        before: "2024-10",
        after: "2024-12",
        without: "cancel_announcements = [\"us-election-2024\", \"cbp-one-to-end\"]\n",
    },
];

/// What the model says of an intervention.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Paired {
    /// Name of the intervention.
    pub name: &'static str,
    /// The same for the margin of a chart.
    pub short: &'static str,
    /// Event ids.
    pub events: &'static str,
    /// Nationality.
    pub nationality: &'static str,
    /// Month before and month after.
    pub months: [&'static str; 2],
    /// Recorded entries of the two months.
    pub recorded: [f64; 2],
    /// Change that was seen, log of after over before.
    pub seen: f64,
    /// Effect in the month after: log of with over without; quantiles 0.05, 0.5, 0.95 over the members.
    pub effect: [f64; 3],
    /// Share of the change that the median explains.
    pub explained: f64,
    /// Share of members with the sign of what was seen.
    pub right_sign: f64,
    /// Members.
    pub runs: usize,
}

/// Runs an intervention with and without for the first `runs` draws; none when `stop` was set.
///
/// # Errors
///
/// If the scenario without it is invalid.
pub fn paired(
    intervention: &Intervention,
    draws: &Draws,
    (seed, scale, runs): (u64, u32, u64),
    stop: &AtomicBool,
) -> Result<Option<Paired>> {
    let after: Month = intervention.after.parse().map_err(Error::Usage)?;
    let before: Month = intervention.before.parse().map_err(Error::Usage)?;
    let until = after.last_day();
    let with = Scenario::load("history", &[], Some(until))?;
    let text = format!(
        "extends = \"history\"\ntitle = \"Without: {}\"\n{}",
        intervention.name, intervention.without
    );
    let without = Scenario::from_text("without", &text, &[], Some(until))?;
    let runner = Runner::new(&[with, without], draws.clone(), seed, scale)?;
    let mut effects = Vec::new();
    let whole = each_run(&runner, &under_one_chance(runs), stop, |cubes| {
        let entries = |i: usize| {
            let cube = &cubes[i];
            let at = usize::try_from(after.since(cube.from)).unwrap_or(0);
            cube.series("entries", "darien", intervention.nationality).map_or(0.0, |v| v[at])
        };
        effects.push(log_change(entries(1), entries(0)));
    })?;
    if !whole {
        return Ok(None);
    }
    let series = super::recorded(intervention.nationality)?;
    let recorded = [before, after].map(|m| series.get(m).unwrap_or(f64::NAN));
    let seen = log_change(recorded[0], recorded[1]);
    let right = effects.iter().filter(|e| **e * seen > 0.0).count();
    let effects = sorted(effects);
    let effect = [0.05, 0.5, 0.95].map(|q| quantile(&effects, q));
    Ok(Some(Paired {
        name: intervention.name,
        short: intervention.short,
        events: intervention.events,
        nationality: intervention.nationality,
        months: [intervention.before, intervention.after],
        recorded,
        seen,
        effect,
        explained: effect[1] / seen,
        right_sign: right as f64 / effects.len().max(1) as f64,
        runs: effects.len(),
    }))
}
