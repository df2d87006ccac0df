//! `darien explain`: a lever, a parameter, an outcome, a place or the plan of the day, in English or Spanish.

use super::lang::Lang;
use crate::error::{Error, Result};
use crate::registry::levers::{self, DefaultPath, Family, Kind, Lever, families, levers};
use crate::registry::outcomes::{self, OUTCOMES, Outcome};
use crate::registry::parameters::{PARAMETERS, Parameter, ParameterDefinition};
use crate::registry::{BUNDLES, NATIONALITIES, nearest};
use crate::scenario::{Scenario, policies};
use std::fmt::Write as _;
use std::io::Write;

/// Topics that are not the name of a definition.
const TOPICS: [&str; 7] =
    ["day", "levers", "parameters", "assumptions", "outcomes", "nationalities", "scenarios"];

/// Arguments of `darien explain`.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainArgs {
    /// A lever, family, parameter, outcome, place or nationality; or `day`, `levers`, `parameters`, `outcomes`,
    /// `nationalities`, `scenarios`. An overview where absent.
    pub key: Option<String>,
    /// Language of the explanation.
    #[arg(long, value_parser = super::lang::parser(), default_value = "en")]
    pub lang: Lang,
    /// Prints one JSON object instead: the definitions that the key names, in both languages.
    #[arg(long)]
    pub json: bool,
}

/// Prints the explanation; `day` is the plan of the day as name, English and Spanish sentence.
///
/// # Errors
///
/// [`Error::Usage`] for an unknown key, with the nearest one; an I/O error if `out` cannot be written.
pub fn run(args: &ExplainArgs, day: &[(&str, &str, &str)], out: &mut dyn Write) -> Result<()> {
    let text = if args.json {
        format!("{}\n", super::explain_json::object(args.key.as_deref(), day)?)
    } else {
        text(args.key.as_deref(), args.lang, day)?
    };
    super::common::written(out.write_all(text.as_bytes()))
}

/// The explanation of a key.
///
/// # Errors
///
/// As for [`run`].
pub fn text(key: Option<&str>, lang: Lang, day: &[(&str, &str, &str)]) -> Result<String> {
    let Some(key) = key else { return Ok(overview(lang)) };
    match key {
        "day" => return Ok(plan(lang, day)),
        "levers" => return Ok(families().iter().map(|f| family_line(f, lang)).collect()),
        "parameters" | "assumptions" => {
            return Ok(PARAMETERS
                .iter()
                .map(|p| line(p.definition.name, lang.pick(p.definition.en, p.definition.es)))
                .collect());
        }
        "outcomes" => return Ok(OUTCOMES.iter().map(|o| line(o.name, lang.pick(o.en, o.es))).collect()),
        "nationalities" => {
            return Ok(NATIONALITIES.iter().map(|n| line(n.code, lang.pick(n.en, n.es))).collect());
        }
        "scenarios" => return Ok(scenarios()),
        _ => {}
    }
    let mut parts = Vec::new();
    if let Some(found) = levers::find(key) {
        parts.push(lever(found, lang));
    }
    if let Some(found) = Parameter::from_name(key) {
        parts.push(parameter(found.definition(), lang));
    }
    if let Some(found) = outcomes::find(key) {
        parts.push(outcome(found, lang));
    }
    if parts.is_empty() {
        let head = |f: &&Family| f.pattern == key || f.pattern.starts_with(&format!("{key}."));
        parts.extend(families().iter().filter(head).map(|f| family(f, lang)));
    }
    if parts.is_empty() {
        parts.extend(place(key, lang));
    }
    if let Some((_, text)) = Scenario::shipped().iter().find(|(name, _)| *name == key) {
        parts.push((*text).to_owned());
    }
    if parts.is_empty() { Err(unknown(key)) } else { Ok(parts.join("\n")) }
}

pub(super) fn unknown(key: &str) -> Error {
    let members = families().iter().flat_map(|f| f.axes).flat_map(|a| a.members).map(|m| m.code);
    let heads = families().iter().filter_map(|f| f.pattern.split('.').next());
    let names = levers().iter().map(|l| l.key.as_str());
    let names =
        names.chain(PARAMETERS.iter().map(|p| p.definition.name)).chain(OUTCOMES.iter().map(|o| o.name));
    let names =
        names.chain(Scenario::shipped().iter().map(|(n, _)| *n)).chain(TOPICS).chain(heads).chain(members);
    let help = nearest(key, names).map_or_else(
        || "`darien explain` without a key lists what there is".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Error::Usage(format!("nothing is called `{}`; {help}", key.chars().take(60).collect::<String>()))
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<32} {text}\n")
}

fn family_line(f: &Family, lang: Lang) -> String {
    line(f.pattern, lang.pick(f.en, f.es))
}

fn overview(lang: Lang) -> String {
    let mut text = String::from(lang.pick(
        "Levers are what a scenario sets; `darien explain crisis.VEN` says more of one.\n\n",
        "Las palancas son lo que fija un escenario; `darien explain crisis.VEN` explica una.\n\n",
    ));
    text.extend(families().iter().map(|f| family_line(f, lang)));
    let rest = [
        ("day", "the plan of a simulated day, in order", "el plan de un día simulado, en orden"),
        ("parameters", "the uncertain assumptions of the model", "los supuestos inciertos del modelo"),
        ("outcomes", "what a run gives", "lo que da una simulación"),
        ("nationalities", "in which people are counted", "en las que se cuenta a las personas"),
        ("scenarios", "what ships, and the question of each", "los incluidos y la pregunta de cada uno"),
    ];
    text.push_str(lang.pick("\nFurther topics:\n", "\nOtros temas:\n"));
    text.extend(rest.iter().map(|(name, en, es)| line(name, lang.pick(en, es))));
    text
}

fn scenarios() -> String {
    let all = Scenario::shipped().iter();
    all.map(|(name, _)| {
        let question = Scenario::load(name, &[], None).map(|s| s.question().to_owned()).unwrap_or_default();
        line(name, &question)
    })
    .chain([line(
        policies::SHIPPED_NAME,
        "The benchmark of `darien bench policies`: which policy, in which future?",
    )])
    .collect()
}

fn plan(lang: Lang, day: &[(&str, &str, &str)]) -> String {
    let phase = |(i, (name, en, es)): (usize, &(&str, &str, &str))| {
        format!("{:>2}. {name:<14} {}\n", i + 1, lang.pick(en, es))
    };
    day.iter().enumerate().map(phase).collect::<Vec<_>>().concat()
}

/// Fields under a heading: `label: value`, aligned.
fn card(heading: &str, sentence: &str, fields: &[(&str, String)]) -> String {
    let mut text = format!("{heading}\n  {sentence}\n");
    let width = fields.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0) + 1;
    for (label, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {:<width$} {value}", format!("{label}:"));
    }
    text
}

/// Unit of a family; shares need none.
fn unit(f: &Family) -> &'static str {
    if f.unit == "0-1" { "" } else { f.unit }
}

fn lever(l: &Lever, lang: Lang) -> String {
    let f = l.family;
    let who: Vec<&str> = l.members.iter().map(|m| lang.pick(m.en, m.es)).collect();
    let (low, high) = l.range(false);
    let (hard_low, hard_high) = l.range(true);
    let range = match f.kind {
        Kind::Number => format!("{low} {} {high} {}", lang.pick("to", "a"), unit(f)),
        Kind::State => f.states.join(", "),
        Kind::List => NATIONALITIES.iter().map(|n| n.code).chain(["ALL"]).collect::<Vec<_>>().join(", "),
    };
    let wide = if f.kind == Kind::Number && (hard_low, hard_high) != (low, high) {
        format!("{hard_low} {} {hard_high} (allow_beyond_evidence = true)", lang.pick("to", "a"))
    } else {
        String::new()
    };
    let default = match l.default() {
        DefaultPath::Number(v) => v.to_string(),
        DefaultPath::State(s) => s.into(),
        DefaultPath::List(all) => format!("[{}]", all.join(", ")),
        DefaultPath::Observed(_) => lang.pick("as observed", "lo observado").into(),
    };
    let example = match f.kind {
        Kind::Number => format!("\"{}\" = {{ \"2025-03-01\" = {} }}", l.key, low + (high - low) / 2.0),
        Kind::State => {
            format!("\"{}\" = {{ \"2025-03-01\" = \"{}\" }}", l.key, f.states.last().unwrap_or(&""))
        }
        Kind::List => format!("\"{}\" = [\"COL\", \"ECU\"]", l.key),
    };
    let mut text = card(
        &l.key,
        lang.pick(f.en, f.es),
        &[
            (lang.pick("of", "de"), who.join(", ")),
            (lang.pick("allowed", "permitido"), range),
            (lang.pick("at most", "como máximo"), wide),
            (lang.pick("default", "por defecto"), default),
            (lang.pick("source", "fuente"), l.source().into()),
            (lang.pick("example", "ejemplo"), example),
        ],
    );
    if l.key == "cooperation" {
        for b in BUNDLES {
            let sets: Vec<String> = b.sets.iter().map(|(k, v)| format!("{k} = {v}")).collect();
            let _ = writeln!(text, "  {}: {} {}", b.name, lang.pick(b.en, b.es), sets.join(", "));
        }
    }
    text
}

fn family(f: &'static Family, lang: Lang) -> String {
    let mut fields = Vec::new();
    for axis in f.axes {
        let all: Vec<String> = axis.members.iter().map(|m| m.code.to_owned()).collect();
        fields.push((axis.name, all.join(", ")));
    }
    let (low, high) = f.range;
    let allowed = match f.kind {
        Kind::Number => format!("{low} {} {high} {}", lang.pick("to", "a"), unit(f)),
        Kind::State => f.states.join(", "),
        Kind::List => lang.pick("nationality codes", "códigos de nacionalidad").into(),
    };
    fields.push((lang.pick("allowed", "permitido"), allowed));
    fields.push((lang.pick("source", "fuente"), f.source.into()));
    card(f.pattern, lang.pick(f.en, f.es), &fields)
}

fn parameter(p: &ParameterDefinition, lang: Lang) -> String {
    let d = p.definition;
    let prior =
        serde_json::to_value(p.prior).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    card(
        d.name,
        lang.pick(d.en, d.es),
        &[
            (lang.pick("kind", "tipo"), lang.pick("assumption", "supuesto").into()),
            (
                lang.pick("prior", "previa"),
                format!("{prior}, {} {} {} {}", d.low, lang.pick("to", "a"), d.high, d.unit),
            ),
            (lang.pick("default", "por defecto"), d.default.to_string()),
            (lang.pick("source", "fuente"), d.source.into()),
        ],
    )
}

fn outcome(o: &Outcome, lang: Lang) -> String {
    let over = match o.over_time {
        outcomes::OverTime::Sum => lang.pick("months add up", "los meses se suman"),
        outcomes::OverTime::Mean => lang.pick("months are averaged", "los meses se promedian"),
    };
    card(
        o.name,
        lang.pick(o.en, o.es),
        &[
            (lang.pick("kind", "tipo"), lang.pick("outcome", "resultado").into()),
            (lang.pick("unit", "unidad"), o.unit.into()),
            (lang.pick("place", "lugar"), o.place.into()),
            (lang.pick("over time", "en el tiempo"), over.into()),
        ],
    )
}

/// A place, operator, country or nationality: its name and the levers that it has.
fn place(code: &str, lang: Lang) -> Option<String> {
    let mut members = families().iter().flat_map(|f| f.axes).flat_map(|a| a.members);
    let member = members.find(|m| m.code == code)?;
    let own: Vec<&str> = levers()
        .iter()
        .filter(|l| l.members.iter().any(|m| m.code == code))
        .map(|l| l.key.as_str())
        .collect();
    let own = own.iter().take(30).copied().collect::<Vec<_>>().join(", ");
    Some(card(code, lang.pick(member.en, member.es), &[(lang.pick("levers", "palancas"), own)]))
}
