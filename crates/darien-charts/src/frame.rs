//! What surrounds every chart: the finding as title, what is measured as subtitle, where it is from as footer.

use super::canvas::{Align, Canvas, Panel, Type};
use super::font::{self, Weight};
use super::theme;
use super::words::Lang;
use crate::error::Result;
use plotters::prelude::DrawingBackend;

/// Where a chart's numbers come from; printed in the footer and put into the metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Name of the scenario; empty where there is none (data alone).
    pub scenario: String,
    /// Hash of the scenario; the footer shows the first twelve digits.
    pub hash: String,
    /// Seed of all chance.
    pub seed: u64,
    /// Number of runs; 0 where there are none.
    pub runs: u64,
    /// Version of the program.
    pub version: String,
    /// Date of the data.
    pub vintage: String,
    /// Source of the data, in words.
    pub source: String,
}

/// Words around a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The finding, as a sentence.
    pub title: String,
    /// Measure, unit, place and period.
    pub subtitle: String,
    /// Description for those who do not see the chart; empty for title and subtitle.
    pub description: String,
    /// One more sentence for the footer; may be empty.
    pub note: String,
    /// What bands of this kind have held so far, for the legend of the bands; may be empty.
    pub bands: String,
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// Language of the fixed words.
    pub lang: Lang,
}

impl Frame {
    /// A frame with these words and nothing else.
    pub fn new(
        title: impl Into<String>,
        subtitle: impl Into<String>,
        provenance: Provenance,
        lang: Lang,
    ) -> Self {
        Self { title: title.into(), subtitle: subtitle.into(), provenance, lang, ..Self::default() }
    }

    /// What a screen reader says.
    pub fn spoken(&self) -> String {
        if self.description.is_empty() {
            [self.title.as_str(), self.subtitle.as_str()].join(". ")
        } else {
            self.description.clone()
        }
    }

    /// The footer as one text: the note, then where the numbers come from.
    pub fn footer(&self) -> String {
        let origin = self.origin();
        if self.note.is_empty() { origin } else { format!("{} · {origin}", self.note) }
    }

    /// Where the numbers come from: source, vintage, scenario with hash, runs, seed, version.
    pub fn origin(&self) -> String {
        let words = super::words::of(self.lang);
        let p = &self.provenance;
        let mut parts = Vec::new();
        if !p.source.is_empty() {
            parts.push(format!("{}: {}", words.source, p.source));
        }
        if !p.vintage.is_empty() {
            parts.push(format!("{} {}", words.data_as_of, p.vintage));
        }
        if !p.scenario.is_empty() {
            let hash: String = p.hash.chars().take(12).collect();
            parts.push(format!("{} {} ({hash})", words.scenario, p.scenario));
        }
        if p.runs > 0 {
            parts.push(format!(
                "{} {}",
                self.lang.number(p.runs as f64, 0),
                words.runs[usize::from(p.runs != 1)]
            ));
            parts.push(format!("{} {}", words.seed, p.seed));
        }
        parts.push(format!("darien {}", p.version));
        parts.join(" · ")
    }

    /// Where title, subtitle and footer stand on a surface of this size, and the room between them.
    pub fn layout(&self, (width, height): (f64, f64)) -> Layout {
        let whole = Panel { x0: 0.0, y0: 0.0, x1: width, y1: height };
        let page = whole.inset(theme::MARGIN, theme::MARGIN * 0.7, theme::MARGIN, theme::MARGIN * 0.6);
        let wrapped = |text: &str, size: f64, weight: Weight, lines: usize| {
            font::wrap(&font::printable(text), size, weight, page.width(), lines)
        };
        let title = wrapped(&self.title, theme::TITLE, Weight::Bold, 3);
        let subtitle = wrapped(&self.subtitle, theme::SUBTITLE, Weight::Regular, 2);
        // The note has its own line, so that it does not run into the source.
        let footer: Vec<String> = [self.note.as_str(), self.origin().as_str()]
            .iter()
            .flat_map(|part| wrapped(part, theme::FOOTER, Weight::Regular, 6))
            .collect();
        let below_title = page.y0 + theme::TITLE + theme::TITLE * 1.2 * title.len() as f64;
        let below_subtitle = below_title - 4.0 + theme::SUBTITLE * 1.3 * subtitle.len() as f64;
        let foot = theme::FOOTER * 1.35 * footer.len() as f64;
        let body = Panel { y0: below_subtitle - theme::SUBTITLE * 0.5, y1: page.y1 - foot - 14.0, ..page };
        Layout { page, title, subtitle, footer, below_title, foot, body }
    }

    /// Whether most letters of the title are none of the embedded font, and the scenario's name says more than what
    /// would be left of it.
    fn is_foreign(&self) -> bool {
        let letters = || self.title.chars().filter(|c| c.is_alphabetic());
        let name = &self.provenance.scenario;
        2 * letters().filter(|c| !font::has(*c)).count() > letters().count()
            && !name.is_empty()
            && name.chars().all(font::has)
    }

    /// Draws title, subtitle and footer; gives the room between.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<Panel> {
        let all = canvas.panel();
        let Layout { page, title, subtitle, footer, below_title, foot, body } =
            self.layout((all.width(), all.height()));
        let bold = Type::bold(theme::TITLE, theme::INK);
        if canvas.is_legible() && self.is_foreign() {
            let name = font::fit(&self.provenance.scenario, bold.size, bold.weight, page.width());
            canvas.text((page.x0, page.y0 + theme::TITLE), &name, bold, Align::Left)?;
        } else {
            canvas.lines((page.x0, page.y0 + theme::TITLE), &title, bold, 1.2)?;
        }
        if canvas.is_legible() {
            let grey = Type::regular(theme::FOOTER - 3.0, theme::GREY);
            let at = (page.x0, all.y1 - theme::MARGIN * 0.2);
            canvas.text(at, super::words::of(self.lang).missing_letters, grey, Align::Left)?;
        }
        let grey = Type::regular(theme::SUBTITLE, theme::GREY);
        canvas.lines((page.x0, below_title - 4.0), &subtitle, grey, 1.3)?;
        let grey = Type::regular(theme::FOOTER, theme::GREY);
        canvas.lines((page.x0, page.y1 - foot + theme::FOOTER), &footer, grey, 1.35)?;
        Ok(body)
    }
}

/// Where the words around a chart stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The surface without its margins.
    page: Panel,
    /// Lines of the title.
    title: Vec<String>,
    /// Lines of the subtitle.
    subtitle: Vec<String>,
    /// Lines of the footer.
    footer: Vec<String>,
    /// Baseline below the title.
    below_title: f64,
    /// Height of the footer.
    foot: f64,
    /// The room that is left for the chart.
    pub body: Panel,
}
