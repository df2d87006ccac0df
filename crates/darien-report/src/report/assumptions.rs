//! What the results rest on: levers, parameters with priors and sources, data with grades, and the sources.

use super::figure::Grid;
use super::html::Html;
use super::levers;
use super::model::Model;
use crate::chart::Lang;
use crate::data;
use crate::registry::levers as registry;
use crate::registry::parameters::{PARAMETERS, ParameterDefinition, Prior};
use crate::words::fill_text;
use serde_json::Value;
use std::collections::BTreeSet;

/// The sentence on a parameter.
pub fn meaning(name: &str, lang: Lang) -> Option<&'static str> {
    PARAMETERS
        .iter()
        .find(|p| p.definition.name == name)
        .map(|p| if lang == Lang::Es { p.definition.es } else { p.definition.en })
}

/// A list of sources with blanks between, so that it can be broken into lines.
fn spaced(source: &str) -> String {
    source.replace("; ", ";").replace(';', "; ")
}

/// What a number rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    Calibrated,
    Assumed,
    Evidence,
}

fn basis(source: &str) -> Basis {
    if source.contains("calibrated") {
        Basis::Calibrated
    } else if source.starts_with("assumed") {
        Basis::Assumed
    } else {
        Basis::Evidence
    }
}

/// Ids of sources in a text: a letter or two and three digits.
fn ids(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| data::source(word).is_some()).collect()
}

/// Writes levers, parameters, data and sources.
pub fn write(html: &mut Html, model: &Model) {
    let w = model.say.words;
    let mut cited: BTreeSet<String> = BTreeSet::new();
    html.element("h3", &[], w.levers_head);
    differing(html, model, &mut cited);
    set(html, model, &mut cited);
    html.element("h3", &[], w.parameters_caption);
    parameters(html, model, &mut cited);
    html.element("h3", &[], w.data_caption);
    html.element("p", &[], w.data_intro);
    let mut grid = Grid::new(&[
        (w.col_table, false),
        (w.col_meaning, false),
        (w.col_grade, false),
        (w.col_vintage, false),
        (w.col_source, false),
    ]);
    for table in data::tables().iter().filter(|t| t.table != "sources") {
        let what = w.data_table(&table.table, &table.what);
        let cells = [table.table.as_str(), what, &table.trust, &table.vintage, &table.sources];
        grid.push(cells.map(|c| c.replace("; ", ", ")).to_vec());
    }
    html.open("details", &[("class", "keep")]).element("summary", &[], w.data_caption);
    grid.write(html, w.data_caption, &model.say);
    html.close();
    sources(html, model, &cited);
}

fn differing(html: &mut Html, model: &Model, cited: &mut BTreeSet<String>) {
    let (say, w) = (&model.say, model.say.words);
    let mut grid = Grid::new(&[
        (w.col_lever, false),
        (w.col_meaning, false),
        (w.col_unit, false),
        (w.col_base, false),
        (w.col_scenario, false),
        (w.col_value, false),
        (w.col_source, false),
    ]);
    for (folder, effects) in &model.effects {
        let days = (effects.horizon.0.first_day(), effects.horizon.1.last_day());
        let folder = &model.folders[*folder];
        for lever in levers::differing(folder, (&effects.base, &effects.alt), days).0 {
            let (meaning, source) = lever_words(&lever.key, say.lang);
            cited.extend(ids(&source).into_iter().map(str::to_owned));
            grid.push(vec![
                lever.key,
                meaning,
                w.unit_of(&lever.alt.unit).to_owned(),
                lever.base.over(days.0, days.1, say),
                folder.title(&effects.alt, say.lang).to_owned(),
                lever.alt.over(days.0, days.1, say),
                source,
            ]);
        }
    }
    if !grid.rows.is_empty() {
        grid.write(html, w.levers_differ, say);
    } else if !model.effects.is_empty() {
        html.element("p", &[], w.levers_same);
    }
}

fn lever_words(key: &str, lang: Lang) -> (String, String) {
    registry::find(key).map_or_else(Default::default, |lever| {
        let family = lever.family;
        ((if lang == Lang::Es { family.es } else { family.en }).to_owned(), spaced(lever.source()))
    })
}

/// All levers of the scenario in focus that differ from their default on some day of the horizon.
fn set(html: &mut Html, model: &Model, cited: &mut BTreeSet<String>) {
    let (say, w) = (&model.say, model.say.words);
    let Some((folder, names)) = model.subject() else { return };
    let (Some(name), Some(horizon)) = (names.get(1).or(names.first()), model.horizon()) else { return };
    let days = (horizon.0.first_day(), horizon.1.last_day());
    let mut grid = Grid::new(&[
        (w.col_lever, false),
        (w.col_meaning, false),
        (w.col_value, false),
        (w.col_unit, false),
        (w.col_source, false),
    ]);
    let mut untouched = 0;
    for (key, path) in levers::levers(folder, name) {
        if path.steps.len() <= 1 {
            untouched += 1;
            continue;
        }
        let (meaning, source) = lever_words(&key, say.lang);
        cited.extend(ids(&source).into_iter().map(str::to_owned));
        grid.push(vec![
            key,
            meaning,
            path.over(days.0, days.1, say),
            w.unit_of(&path.unit).to_owned(),
            source,
        ]);
    }
    if !grid.rows.is_empty() {
        let caption = fill_text(w.levers_all, &[("scenario", &say.quoted(folder.title(name, say.lang)))]);
        html.open("details", &[]).element("summary", &[], &caption);
        grid.write(html, &caption, say);
        html.element(
            "p",
            &[("class", "small")],
            &fill_text(w.levers_default, &[("n", &untouched.to_string())]),
        );
        html.close();
    }
}

fn parameters(html: &mut Html, model: &Model, cited: &mut BTreeSet<String>) {
    let (say, w) = (&model.say, model.say.words);
    html.element("p", &[], w.parameters_intro);
    let count = |b: Basis| PARAMETERS.iter().filter(|p| basis(p.definition.source) == b).count().to_string();
    html.element(
        "p",
        &[],
        &fill_text(
            w.basis_count,
            &[
                ("all", &PARAMETERS.len().to_string()),
                ("calibrated", &count(Basis::Calibrated)),
                ("evidence", &count(Basis::Evidence)),
                ("assumed", &count(Basis::Assumed)),
            ],
        ),
    );
    let mut grid = Grid::new(&[
        (w.col_parameter, false),
        (w.col_meaning, false),
        (w.col_unit, false),
        (w.col_prior, false),
        (w.col_used, true),
        (w.col_basis, false),
        (w.col_source, false),
    ]);
    let used = |name: &str| -> f64 {
        let value = model.folders.iter().find_map(|f| f.manifest.parameters.get(name)?.get("mean")?.as_f64());
        value.unwrap_or(f64::NAN)
    };
    for p in PARAMETERS {
        let d = &p.definition;
        cited.extend(ids(d.source).into_iter().map(str::to_owned));
        grid.push(vec![
            d.name.to_owned(),
            (if say.lang == Lang::Es { d.es } else { d.en }).to_owned(),
            w.unit_of(d.unit).to_owned(),
            prior(p, model),
            say.lang.cell(used(d.name)),
            match basis(d.source) {
                Basis::Calibrated => w.calibrated,
                Basis::Assumed => w.assumed,
                Basis::Evidence => w.evidence,
            }
            .to_owned(),
            spaced(d.source),
        ]);
    }
    html.open("details", &[("class", "keep")]).element("summary", &[], w.parameters_caption);
    grid.write(html, w.parameters_caption, say);
    html.close();
    // What a scenario fixes is no longer uncertain, and says so.
    for folder in model.folders {
        for name in folder.names() {
            let fixed = folder.scenario(name).and_then(|s| s.get("assumptions")).and_then(Value::as_object);
            for (key, value) in fixed.into_iter().flatten() {
                html.element(
                    "p",
                    &[("class", "small")],
                    &format!("{}: {key} = {value}", folder.title(name, say.lang)),
                );
            }
        }
    }
}

fn prior(p: &ParameterDefinition, model: &Model) -> String {
    let (say, w) = (&model.say, model.say.words);
    let shape = match p.prior {
        Prior::Uniform => w.uniform,
        Prior::LogUniform => w.log_uniform,
    };
    let between = fill_text(
        w.between,
        &[("low", &say.lang.cell(p.definition.low)), ("high", &say.lang.cell(p.definition.high))],
    );
    format!("{between}, {shape}")
}

fn sources(html: &mut Html, model: &Model, cited: &BTreeSet<String>) {
    let w = model.say.words;
    html.element("h3", &[], w.sources_head);
    html.open("ul", &[("class", "sources")]);
    for source in cited.iter().filter_map(|id| data::source(id)) {
        html.open("li", &[("lang", "en")]).element("b", &[], &source.id).text(" ");
        html.link(&source.url, &source.title);
        let rest: Vec<&str> =
            [source.publisher.as_str(), source.date.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
        if !rest.is_empty() {
            html.text(". ").text(&rest.join(", "));
        }
        html.text(".").close();
    }
    html.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_and_bases_told_apart() {
        assert_eq!(ids("S109;S117: 35 to 120 USD"), ["S109", "S117"]);
        assert_eq!(ids("assumed; X999"), Vec::<&str>::new());
        assert_eq!(basis("calibrated; S099"), Basis::Calibrated);
        assert_eq!(basis("assumed"), Basis::Assumed);
        assert_eq!(basis("L001: -0.3"), Basis::Evidence);
    }
}
