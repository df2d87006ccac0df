//! How well the model has done so far, in one line, from the shipped backtest.

use crate::lang::Lang;
use std::collections::BTreeMap;

/// Scores of the shipped backtest (`darien backtest`), as it writes them.
const SCORES: &str = include_str!("../../../data/posterior/scores.csv");

/// Horizons of which the line speaks, months.
const HORIZONS: [&str; 2] = ["3", "12"];

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

/// Share of the months that a central interval of the shipped backtest's forecasts held, of what was known at the
/// time, over all horizons; `None` where nothing is known of it.
///
/// `level` is 50, 80, 90 or 95 per cent; `series` are nationalities, or `total` for all entries.
pub fn held(level: u32, series: &[&str]) -> Option<f64> {
    held_by(SCORES, level, series)
}

fn held_by(scores: &str, level: u32, series: &[&str]) -> Option<f64> {
    let mut reader = csv::Reader::from_reader(scores.as_bytes());
    let header = reader.headers().ok()?.clone();
    let at = |name: &str| header.iter().position(|h| h == name);
    let (track, of, model, n, share) =
        (at("track")?, at("series")?, at("model")?, at("n")?, at(&format!("coverage{level}"))?);
    let (mut inside, mut all) = (0.0, 0.0);
    for row in reader.records().flatten() {
        let is_ours = row.get(track) == Some("b")
            && row.get(model) == Some("darien")
            && row.get(of).is_some_and(|name| series.contains(&name));
        if let (true, Some(Ok(n)), Some(Ok(share))) =
            (is_ours, row.get(n).map(str::parse::<f64>), row.get(share).map(str::parse::<f64>))
        {
            inside += n * share;
            all += n;
        }
    }
    (all > 0.0).then(|| inside / all)
}

/// The line that projections carry, in words: how much smaller or larger the errors on all entries were than those of
/// the assumption that nothing changes.
pub fn line(lang: Lang) -> String {
    of(&ratios(SCORES), lang)
}

fn of(ratios: &BTreeMap<(String, String), f64>, lang: Lang) -> String {
    let of_track = |track: &str| -> Vec<String> {
        HORIZONS
            .iter()
            .filter_map(|h| {
                let ratio = ratios.get(&(track.to_owned(), (*h).to_owned()))?;
                let size = lang.percent((ratio - 1.0).abs());
                Some(match (lang, *ratio <= 1.0) {
                    (Lang::En, true) => format!("{size} smaller at {h} months"),
                    (Lang::En, false) => format!("{size} larger at {h} months"),
                    (Lang::Es, true) => format!("un {size} menores a {h} meses"),
                    (Lang::Es, false) => format!("un {size} mayores a {h} meses"),
                })
            })
            .collect()
    };
    let (given, known) = (of_track("a"), of_track("b"));
    if given.is_empty() || known.is_empty() {
        return lang
            .pick("Past skill: not tested in this version", "Aciertos pasados: sin evaluar en esta versión")
            .into();
    }
    let (given, known) = (lang.list(&given), lang.list(&known));
    match lang {
        Lang::En => format!(
            "Past skill (July 2022 to December 2024): against the assumption that nothing changes, errors were {given} \
             with the policies known, and {known} with what was known at the time"
        ),
        Lang::Es => format!(
            "Aciertos pasados (julio de 2022 a diciembre de 2024): frente al supuesto de que nada cambia, los errores \
             fueron {given} con las políticas conocidas, y {known} con lo que se sabía entonces"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_the_scores_say() {
        let scores = "track,series,model,horizon,wis_log\na,total,darien,3,0.2\na,total,naive,3,0.4\nb,total,darien,3,0.5\nb,total,naive,3,0.4\n";
        let line = of(&ratios(scores), Lang::En).replace('\u{a0}', " ");
        assert!(
            line.contains("errors were 50 % smaller at 3 months with the policies known")
                && line.contains("25 % larger at 3 months with what was known"),
            "{line}"
        );
        let es = of(&ratios(scores), Lang::Es);
        assert!(es.contains("menores a 3 meses con las políticas conocidas"), "{es}");
        assert!(of(&ratios("track,series\n"), Lang::En).contains("not tested"));
    }

    #[test]
    fn intervals_held_what_the_scores_say() {
        let scores = "track,series,model,n,coverage95\nb,total,darien,30,0.9\nb,total,darien,10,0.5\n\
                      b,VEN,darien,9,0.1\na,total,darien,9,0.1\nb,total,naive,9,0.1\n";
        assert_eq!(held_by(scores, 95, &["total"]), Some(0.8));
        assert_eq!(held_by(scores, 80, &["total"]), None);
        assert_eq!(held_by(scores, 95, &["CUB"]), None);
    }

    #[test]
    fn the_shipped_scores_can_be_read() {
        assert!(ratios(SCORES).len() >= 6);
        assert!(held(95, &["total"]).is_some_and(|share| (0.5..=1.0).contains(&share)));
    }
}
