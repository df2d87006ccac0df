//! Writes a small forecast hub: the random walk and damped exponential smoothing for Panama's monthly entries.
//!
//! `cargo run --release --example hub -- DIR [csv|parquet]`, then `scripts/check_hub.py DIR` proves the files with the
//! hubverse's own tools.

use darien::Result;
use darien::data::{Series, entries};
use darien::evaluate::baselines::{Baseline, Ets, Naive};
use darien::evaluate::hub::{
    ExportForecast, HubExport, HubFormat, HubInfo, ModelExport, ModelInfo, Observation, TargetSpec,
};
use darien::evaluate::scores::Quantiles;
use darien::output::file::OutputFolder;
use darien::output::hub::write_hub;
use darien::units::Month;
use std::path::Path;

const TARGET: &str = "inc crossings";

/// Quantiles and, for show, a hundred samples by steps of the quantile function, with their mean.
fn forecast(origin: Month, horizon: u32, quantiles: &Quantiles) -> ExportForecast {
    let samples: Vec<f64> = (0..100).map(|i| quantiles[i * 23 / 100]).collect();
    let mean = samples.iter().sum::<f64>() / samples.len() as f64;
    ExportForecast {
        origin,
        scenario: None,
        location: "PA".into(),
        target: TARGET.into(),
        horizon,
        quantiles: Some(*quantiles),
        samples,
        mean: Some(mean),
    }
}

fn model(abbreviation: &str, methods: &str, baseline: &dyn Baseline) -> ModelExport {
    let series = entries().series("ALL").expect("the total ships with the program");
    let mut forecasts = Vec::new();
    for origin in [18, 24, 30].map(|n| series.from.plus(12 + n)) {
        let known: Vec<f64> = series.iter().filter(|(m, _)| *m < origin).map(|(_, y)| y).collect();
        for (h, q) in (1..).zip(baseline.forecast(&known[12..], 6)) {
            forecasts.push(forecast(origin, h, &q));
        }
    }
    ModelExport {
        info: ModelInfo {
            team_abbr: "darien".into(),
            model_abbr: abbreviation.into(),
            team_name: "Darien".into(),
            model_name: abbreviation.into(),
            model_version: env!("CARGO_PKG_VERSION").into(),
            methods: methods.into(),
            license: "CC-BY-4.0".into(),
            designated_model: false,
        },
        forecasts,
    }
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "hub".into());
    let format = if args.next().as_deref() == Some("csv") { HubFormat::Csv } else { HubFormat::Parquet };
    let observations = entries().series("ALL").into_iter().flat_map(Series::iter);
    let hub = HubExport {
        info: HubInfo {
            name: "Darien baselines".into(),
            maintainer: "Darien".into(),
            contact_name: "Darien".into(),
            contact_email: "hub@example.org".into(),
            repository_owner: "example".into(),
            repository_name: "darien-hub".into(),
            timezone: "America/Panama".into(),
        },
        targets: vec![TargetSpec {
            id: TARGET.into(),
            name: "Monthly irregular entries".into(),
            units: "count".into(),
            description: "Irregular entries into Panama through the Darién recorded in the calendar month"
                .into(),
            discrete: true,
        }],
        models: vec![
            model("naive", "Random walk of log entries", &Naive),
            model("ets", "Damped exponential smoothing of log entries", &Ets),
        ],
        observations: observations
            .map(|(month, value)| Observation {
                as_of: None,
                month,
                location: "PA".into(),
                target: TARGET.into(),
                value,
            })
            .collect(),
        format,
    };
    let mut folder = OutputFolder::shared(Path::new(&dir), false)?;
    write_hub(&mut folder, "", &hub)?;
    println!("{} files in {dir}", folder.written().len());
    Ok(())
}
