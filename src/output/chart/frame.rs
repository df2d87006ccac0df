//! What surrounds every chart: the finding as title, what is measured as subtitle, where it is from as footer.

use super::canvas::{Canvas, Panel, Type};
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
        let words = self.lang.words();
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
            parts.push(format!("{} {}", self.lang.number(p.runs as f64, 0), words.runs));
            parts.push(format!("{} {}", words.seed, p.seed));
        }
        parts.push(format!("darien {}", p.version));
        parts.join(" · ")
    }

    /// Draws title, subtitle and footer; gives the room between.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<Panel> {
        let page =
            canvas.panel().inset(theme::MARGIN, theme::MARGIN * 0.7, theme::MARGIN, theme::MARGIN * 0.6);
        let title = Type::bold(theme::TITLE, theme::INK);
        let lines = font::wrap(&font::printable(&self.title), title.size, Weight::Bold, page.width(), 3);
        let y = canvas.lines((page.x0, page.y0 + title.size), &lines, title, 1.2)?;
        let subtitle = Type::regular(theme::SUBTITLE, theme::GREY);
        let lines =
            font::wrap(&font::printable(&self.subtitle), subtitle.size, Weight::Regular, page.width(), 2);
        let y = canvas.lines((page.x0, y - 4.0), &lines, subtitle, 1.3)?;
        let footer = Type::regular(theme::FOOTER, theme::GREY);
        // The note has its own line, so that it does not run into the source.
        let lines: Vec<String> = [self.note.as_str(), self.origin().as_str()]
            .iter()
            .flat_map(|part| {
                font::wrap(&font::printable(part), footer.size, Weight::Regular, page.width(), 3)
            })
            .collect();
        let height = footer.size * 1.35 * lines.len() as f64;
        canvas.lines((page.x0, page.y1 - height + footer.size), &lines, footer, 1.35)?;
        Ok(Panel { y0: y - subtitle.size * 0.5, y1: page.y1 - height - 14.0, ..page })
    }
}
