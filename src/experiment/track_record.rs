//! How well the model has done so far, in one line, from the shipped backtest.

use std::collections::BTreeMap;

/// Scores of the shipped backtest (`darien backtest`), as it writes them.
const SCORES: &str = include_str!("../../data/posterior/scores.csv");

/// Horizons of which the line speaks, months.
const HORIZONS: [&str; 3] = ["1", "3", "12"];

/// Error relative to the random walk's by track and horizon, for all entries together.
fn ratios(scores: &str) -> BTreeMap<(String, String), f64> {
    let mut found: BTreeMap<(String, String), BTreeMap<String, f64>> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(scores.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let at = |name: &str| header.iter().position(|h| h == name);
    let (Some(track), Some(series), Some(model), Some(horizon), Some(wis)) =
        (at("track"), at("series"), at("model"), at("horizon"), at("wis_log"))
    else {
        return BTreeMap::new();
    };
    for row in reader.records().flatten().filter(|r| r.get(series) == Some("total")) {
        let text = |i: usize| row.get(i).unwrap_or_default().to_owned();
        if let Ok(score) = text(wis).parse::<f64>() {
            found.entry((text(track), text(horizon))).or_default().insert(text(model), score);
        }
    }
    found
        .into_iter()
        .filter_map(|(key, models)| Some((key, models.get("darien")? / models.get("naive")?)))
        .collect()
}

/// The line that projections carry: errors on all entries, relative to a random walk.
pub fn line(spanish: bool) -> String {
    of(&ratios(SCORES), spanish)
}

fn of(ratios: &BTreeMap<(String, String), f64>, spanish: bool) -> String {
    let of_track = |track: &str| -> String {
        let cells: Vec<String> = HORIZONS
            .iter()
            .filter_map(|h| {
                let ratio = ratios.get(&(track.to_owned(), (*h).to_owned()))?;
                Some(if spanish { format!("{ratio:.2} a {h} m") } else { format!("{ratio:.2} at {h} mo") })
            })
            .collect();
        cells.join(", ")
    };
    let (given, known) = (of_track("a"), of_track("b"));
    if given.is_empty() || known.is_empty() {
        return if spanish {
            "sin evaluación retrospectiva"
        } else {
            "unscored: no backtest ships with this version"
        }
        .into();
    }
    if spanish {
        format!(
            "error frente a un paseo aleatorio, 2022-07 a 2024-12: con las palancas reales {given}; con lo sabido entonces {known}"
        )
    } else {
        format!(
            "error over a random walk's, 2022-07 to 2024-12: given the levers {given}; as known then {known}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_the_scores_say() {
        let scores = "track,series,model,horizon,wis_log\na,total,darien,3,0.2\na,total,naive,3,0.4\nb,total,darien,3,0.5\nb,total,naive,3,0.4\n";
        let line = of(&ratios(scores), false);
        assert!(
            line.contains("given the levers 0.50 at 3 mo") && line.contains("as known then 1.25"),
            "{line}"
        );
        assert!(of(&ratios("track,series\n"), false).contains("unscored"));
    }

    #[test]
    fn the_shipped_scores_can_be_read() {
        assert!(ratios(SCORES).len() >= 6);
    }
}
