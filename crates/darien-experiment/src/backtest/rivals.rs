//! The statistical forecasts that the model must beat, at the same origins.

use super::{SERIES, recorded};
use crate::error::Result;
use crate::scenario::Scenario;
use crate::units::Month;
use darien_stats::baselines::{Baseline, RegressionAr, standard};
use darien_stats::scores::Quantiles;

/// The levers as they were, month by month, as the regression gets them: for a nationality its access, lawful places,
/// visa of Mexico and what it was told to believe; and for all the boats, enforcement, and Venezuela's crisis.
///
/// # Errors
///
/// If `history` cannot be loaded.
pub fn regressors(code: &str, from: Month, to: Month) -> Result<Vec<Vec<f64>>> {
    let history = Scenario::load("history", &[], None)?;
    let of = if code == "ALL" { "VEN" } else { code };
    let mean = |key: &str, month: Month| {
        let days =
            history.daily(key, crate::units::Span { from: month.first_day(), until: month.last_day() });
        days.iter().sum::<f64>() / days.len() as f64
    };
    Ok(from
        .through(to)
        .map(|month| {
            let open = history.state(&format!("visa.MEX.{of}"), month.first_day()) == "open";
            // News weighs in its own month, and half as much in the next.
            let news: f64 = history
                .announcements()
                .iter()
                .filter(|a| a.concerns(of))
                .filter_map(|a| {
                    let told = 1.0 - a.belief?;
                    match month.since(Month::of(a.date)) {
                        0 => Some(told),
                        1 => Some(told / 2.0),
                        _ => None,
                    }
                })
                .sum();
            vec![
                mean(&format!("access.us.{of}"), month),
                mean(&format!("pathway.{of}"), month),
                f64::from(u8::from(open)),
                news,
                mean("capacity.gulf_boats", month),
                mean("enforcement.darien", month),
                mean("enforcement.mexico", month),
                mean("crisis.VEN", month),
            ]
        })
        .collect())
}

/// Forecasts of all rivals at an origin: name, and quantiles for 1 to `horizon` months ahead. With `levers` the
/// regression on the same realised levers takes part.
///
/// # Errors
///
/// If a series is not in the data.
pub fn rivals(
    series: &str,
    origin: Month,
    horizon: usize,
    levers: bool,
) -> Result<Vec<(&'static str, Vec<Quantiles>)>> {
    let all = recorded(series)?;
    let Some(first) = Month::new(2021, 1) else { return Ok(Vec::new()) };
    let known: Vec<f64> = all.iter().filter(|(m, _)| (first..origin).contains(m)).map(|(_, y)| y).collect();
    // Where the record ends before the origin, the months between are forecast too, and left out.
    let unknown = usize::try_from(origin.since(first.plus(known.len() as i32))).unwrap_or(0);
    let ahead = unknown + horizon;
    let forecast = |model: &dyn Baseline| model.forecast(&known, ahead).split_off(unknown);
    let mut made: Vec<(&'static str, Vec<Quantiles>)> =
        standard().iter().map(|b| (b.name(), forecast(b.as_ref()))).collect();
    if levers {
        let code = SERIES.iter().find(|(name, _)| *name == series).map_or("ALL", |(_, code)| code);
        let regressors = regressors(code, first, origin.plus(horizon as i32 - 1))?;
        let model = RegressionAr { regressors, ridge: 1.0 };
        made.push((model.name(), forecast(&model)));
    }
    Ok(made)
}
