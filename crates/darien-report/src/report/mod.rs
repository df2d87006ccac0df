//! One self-contained HTML page from result folders, in English or Spanish; it loads nothing from anywhere.
//!
//! A page is made from what lies in the folders alone: manifests, whose checksums are verified, and tables. Charts are
//! drawn anew in the language of the page where their tables allow it. A section appears where its tables are there.
//! Likelihood words are bound to numbers ([`crate::experiment::verdict`]), and a statement is made only where paired runs
//! support it.

mod account;
mod answer;
mod assumptions;
pub mod effects;
mod figure;
pub mod folder;
pub mod html;
mod levers;
mod model;
mod parts;
mod recorded;
mod results;
mod scorecard;
mod sheet;
mod stored;
mod trust;

use crate::chart::Lang;
use crate::error::{Error, Result};
use crate::findings::Voice;
use crate::words::fill_text;
use folder::Folder;
use html::Html;
use model::Model;
use parts::Kind;

/// A page of more bytes than this is refused: it should open at once, anywhere.
pub const MAX_BYTES: usize = 3_000_000;

const STYLE: &str = include_str!("style.css");

/// The page on some folders.
///
/// `track_record` is one line on how well the model has done so far; it may be empty.
///
/// # Errors
/// [`Error::Invalid`] for a damaged table or chart; [`Error::Usage`] if the page would be too large.
pub fn page(folders: &[Folder], lang: Lang, track_record: &str) -> Result<String> {
    let say = Voice::new(lang);
    let model = Model::new(folders, say, track_record)?;
    let page = whole(&model, &sections(&model)?);
    if page.len() > MAX_BYTES {
        return Err(Error::Usage(format!(
            "the report would have {} bytes, and {MAX_BYTES} are allowed; give fewer folders or scenarios",
            page.len()
        )));
    }
    Ok(page)
}

/// A section: its anchor, its head, its content.
struct Section {
    id: &'static str,
    head: &'static str,
    content: String,
}

fn sections(model: &Model) -> Result<Vec<Section>> {
    let w = model.say.words;
    let mut all = Vec::new();
    let mut add = |id: &'static str, head: &'static str, html: Html| {
        let content = html.finish();
        if !content.is_empty() {
            all.push(Section { id, head, content });
        }
    };
    let make = |write: &dyn Fn(&mut Html) -> Result<()>| -> Result<Html> {
        let mut html = Html::new();
        write(&mut html)?;
        Ok(html)
    };
    add(
        "question",
        w.question,
        make(&|h| {
            answer::question(h, model);
            Ok(())
        })?,
    );
    add(
        "answer",
        w.answer,
        make(&|h| {
            write_answer(h, model);
            Ok(())
        })?,
    );
    if !model.runs.is_empty() {
        add("expected", w.expected, make(&|h| results::expected(h, model))?);
    }
    if !model.effects.is_empty() {
        add("difference", w.difference, make(&|h| results::difference(h, model))?);
    }
    if !model.runs.is_empty() {
        add("way", w.way, make(&|h| results::way(h, model))?);
    }
    for (kind, id, head) in [
        (Kind::Account, "elsewhere", w.elsewhere),
        (Kind::Scorecard, "scorecard", w.scorecard),
        (Kind::Sensitivity, "change", w.change),
    ] {
        if parts::is_there(model, kind) {
            add(id, head, make(&|h| parts::write(h, model, kind))?);
        }
    }
    if !model.effects.is_empty() {
        add(
            "after",
            w.after,
            make(&|h| {
                results::after(h, model);
                Ok(())
            })?,
        );
    }
    add(
        "track",
        w.track,
        make(&|h| {
            trust::track(h, model);
            Ok(())
        })?,
    );
    add(
        "assumptions",
        w.assumptions,
        make(&|h| {
            assumptions::write(h, model);
            Ok(())
        })?,
    );
    add(
        "limits",
        w.limits_head,
        make(&|h| {
            trust::limits(h, model);
            Ok(())
        })?,
    );
    add(
        "legend",
        w.legend,
        make(&|h| {
            trust::legend(h, model);
            Ok(())
        })?,
    );
    add(
        "manifest",
        w.manifest,
        make(&|h| {
            trust::manifest(h, model);
            Ok(())
        })?,
    );
    Ok(all)
}

fn write_answer(html: &mut Html, model: &Model) {
    html.open("div", &[("class", "answer")]);
    for sentence in answer::sentences(model) {
        html.open("p", &[]).parts(&sentence).close();
    }
    html.close();
    answer::key_numbers(html, model);
}

/// The title: the scenario, or the scenario against its base.
fn title(model: &Model) -> String {
    let w = model.say.words;
    let Some((folder, names)) = model.subject() else { return w.untitled.to_owned() };
    if let Some(title) = parts::bench_title(model).filter(|_| folder.verb == "bench") {
        return title;
    }
    let titles = |names: &[&str]| {
        let quoted: Vec<&str> = names.iter().map(|n| folder.title(n, model.say.lang)).collect();
        match quoted.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} {} {last}", first.join(", "), w.and),
            _ => quoted.join(", "),
        }
    };
    match names.as_slice() {
        [] => w.untitled.to_owned(),
        [one] => folder.title(one, model.say.lang).to_owned(),
        [base, alt] => fill_text(
            w.against,
            &[("a", folder.title(alt, model.say.lang)), ("b", folder.title(base, model.say.lang))],
        ),
        [base, rest @ ..] if rest.len() <= 3 => {
            fill_text(w.against, &[("a", &titles(rest)), ("b", folder.title(base, model.say.lang))])
        }
        [base, rest @ ..] => {
            let n = model.say.lang.number(rest.len() as f64, 0);
            fill_text(w.several, &[("n", &n), ("b", folder.title(base, model.say.lang))])
        }
    }
}

fn dateline(model: &Model) -> Option<String> {
    let (folder, _) = model.subject()?;
    let (from, until) = model.horizon()?;
    let say = &model.say;
    Some(fill_text(
        say.words.dateline,
        &[
            ("from", &say.lang.month(from)),
            ("until", &say.lang.month(until)),
            ("runs", &say.lang.number(folder.manifest.runs as f64, 0)),
            ("vintage", &folder.manifest.data_until()?.to_string()),
        ],
    ))
}

fn whole(model: &Model, sections: &[Section]) -> String {
    let w = model.say.words;
    let title = title(model);
    let mut html = Html::new();
    html.constant("<!DOCTYPE html>\n");
    html.open("html", &[("lang", w.code)]).open("head", &[]);
    html.open("meta", &[("charset", "utf-8")]);
    html.open("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    // Belt and braces: whatever a page might hold, a browser loads nothing for it.
    html.open(
        "meta",
        &[
            ("http-equiv", "Content-Security-Policy"),
            ("content", "default-src 'none'; style-src 'unsafe-inline'"),
        ],
    );
    html.open("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    html.open("meta", &[("name", "generator"), ("content", concat!("darien ", env!("CARGO_PKG_VERSION")))]);
    html.element("title", &[], &title);
    html.open("style", &[]).constant(STYLE).close().close();
    html.open("body", &[]).open("a", &[("class", "skip"), ("href", "#question")]).text(w.skip).close();
    html.open("header", &[]).element("p", &[("class", "kind")], w.kind).element("h1", &[], &title);
    if let Some(line) = dateline(model) {
        html.element("p", &[("class", "dateline")], &line);
    }
    html.close();
    html.open("div", &[("class", "page")]).open("nav", &[("aria-labelledby", "contents")]);
    html.element("p", &[("id", "contents")], w.contents).open("ol", &[]);
    for section in sections {
        html.open("li", &[]).element("a", &[("href", &format!("#{}", section.id))], section.head).close();
    }
    html.close().close().open("main", &[]);
    for section in sections {
        let head = format!("{}-head", section.id);
        html.open("section", &[("id", section.id), ("aria-labelledby", &head), ("tabindex", "-1")]);
        html.element("h2", &[("id", &head)], section.head).drawing(&section.content).close();
    }
    html.close().close();
    html.open("footer", &[]).element("p", &[], w.footer);
    html.finish()
}
