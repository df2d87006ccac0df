//! How far to trust it: track record, limits, what the words mean, and how to make it again.

use super::figure::Grid;
use super::html::{Html, fill, t};
use super::model::Model;
use super::parts::{Kind, is_there};
use crate::experiment::verdict;
use crate::figures::capitalised;
use crate::words::Part;
use crate::words::fill_text;

/// More scenarios than these are not named one by one; the folder's manifest names all.
const MOST_NAMED: usize = 6;

/// Fewer runs than this are called few.
const FEW: u64 = 100;

/// Track record.
pub fn track(html: &mut Html, model: &Model) {
    let w = model.say.words;
    if model.track_record.is_empty() {
        html.element("p", &[], w.unscored);
    } else {
        html.open("p", &[]);
        html.parts(&fill(w.trust, &[("line", Part::Strong(model.track_record.clone()))])).close();
    }
}

/// Limits: what every report must say, what these folders add, and what is missing.
pub fn limits(html: &mut Html, model: &Model) {
    let (say, w) = (&model.say, model.say.words);
    html.open("ul", &[]);
    for limit in w.limits {
        html.element("li", &[], limit);
    }
    let number = |n: u64| say.lang.number(n as f64, 0);
    if let Some(until) = model.folders.first().and_then(|first| first.manifest.data_until()) {
        html.element("li", &[], &fill_text(w.data_end, &[("vintage", &until.to_string())]));
    }
    if let Some(scale) = model.folders.iter().map(|f| f.manifest.scale).max().filter(|s| *s > 1) {
        html.element("li", &[], &fill_text(w.scaled, &[("scale", &number(scale))]));
    }
    if let Some(runs) = model.folders.iter().map(|f| f.manifest.runs).min().filter(|r| *r < FEW) {
        html.element("li", &[], &fill_text(w.few_runs, &[("runs", &number(runs))]));
    }
    if !model.is_of_one_kind() {
        html.element("li", &[("class", "warning")], w.mixed);
    }
    for name in model.clashes() {
        html.element("li", &[("class", "warning")], &fill_text(w.other_hash, &[("name", &name)]));
    }
    let missing = [
        (model.effects.is_empty(), w.difference, "darien compare"),
        (!is_there(model, Kind::Account), w.elsewhere, "darien compare"),
        (!is_there(model, Kind::Scorecard), w.scorecard, "darien bench"),
        (!is_there(model, Kind::Sensitivity), w.change, "darien sensitivity"),
    ];
    for (_, part, command) in missing.iter().filter(|(is_missing, _, _)| *is_missing) {
        html.element("li", &[], &fill_text(w.missing, &[("part", part), ("command", command)]));
    }
    html.close();
}

/// Likelihood words and glossary.
pub fn legend(html: &mut Html, model: &Model) {
    let w = model.say.words;
    html.element("p", &[], w.likelihood_intro);
    let mut grid = Grid::new(&[(w.col_word, false), (w.col_probability, false)]);
    for word in verdict::ALL {
        grid.push(vec![capitalised(w.likelihood(word)), word.range().to_owned()]);
    }
    grid.write(html, w.likelihood_caption, &model.say);
    html.element("h3", &[], w.glossary_head).open("dl", &[]);
    for (word, meaning) in w.glossary {
        html.element("dt", &[], word).element("dd", &[], meaning);
    }
    html.close();
}

/// What made each folder.
pub fn manifest(html: &mut Html, model: &Model) {
    let (say, w) = (&model.say, model.say.words);
    html.element("p", &[], w.manifest_intro);
    for folder in model.folders {
        let m = &folder.manifest;
        html.element("h3", &[], &folder.name).open("dl", &[("class", "manifest")]);
        let mut row = |name: &str, value: &str, is_code: bool| {
            html.element("dt", &[], name).open("dd", &[]);
            if is_code {
                html.element("code", &[], value);
            } else {
                html.text(value);
            }
            html.close();
        };
        row(w.verb, &format!("darien {}", folder.verb), false);
        row(w.version, &m.version, false);
        row(w.command, &command(&m.command), true);
        if m.scenarios.len() <= MOST_NAMED {
            for s in &m.scenarios {
                row(w.scenarios, &format!("{} {}", s.name, s.hash), true);
            }
        } else {
            let n = say.lang.number(m.scenarios.len() as f64, 0);
            row(w.scenarios, &fill_text(w.scenarios_many, &[("n", &n)]), false);
        }
        row(w.seed, &m.seed.to_string(), false);
        row(w.runs, &say.lang.number(m.runs as f64, 0), false);
        row(w.scale, &fill_text(w.scale_value, &[("n", &say.lang.number(m.scale as f64, 0))]), false);
        row(w.vintage, &m.data.vintage, false);
        row(w.fingerprint, &m.data.fingerprint, true);
        row(w.made, &m.environment.ended, false);
        let files = say.lang.number(m.files.len() as f64, 0);
        row(w.verified, &super::html::plain(&fill(w.verified_value, &[("n", t(files))])), false);
        html.close();
    }
}

/// The command line with the bare name of the program, quoted where a shell would need it.
fn command(words: &[String]) -> String {
    let quoted = |word: &str| {
        let is_plain = !word.is_empty()
            && word.chars().all(|c| {
                c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '=' | ',' | '%' | ':' | '+')
            });
        if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
    };
    let rest = words.iter().skip(1).map(|w| quoted(w));
    std::iter::once("darien".to_owned()).chain(rest).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_command_can_be_typed_again() {
        let words = ["/usr/bin/darien", "run", "a b", "--set", "crisis.VEN=0.9", "it's"].map(str::to_owned);
        assert_eq!(command(&words), r"darien run 'a b' --set crisis.VEN=0.9 'it'\''s'");
    }
}
