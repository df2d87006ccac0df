//! The font: Noto Sans from the binary, measured here so that nothing overlaps and nothing is cut.

use crate::error::{Error, Result};
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use std::sync::OnceLock;

/// Families named in the SVG: the embedded one, then what a browser may have instead.
pub const FAMILY: &str = "Noto Sans, Segoe UI, Helvetica, Arial, sans-serif";

/// Units of height (ascent + descent) to an em in Noto Sans; the measurer counts in the former.
const HEIGHT_PER_EM: f64 = 1.362;

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// Regular.
    #[default]
    Regular,
    /// Bold.
    Bold,
}

impl Weight {
    pub(super) fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

/// Makes the font known to the plotting library; without it every chart is an error.
///
/// # Errors
/// [`Error::Unexpected`] if the embedded font cannot be read.
pub fn register() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let ok = *DONE.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, notosans::REGULAR_TTF).is_ok()
            && register_font(FAMILY, FontStyle::Bold, notosans::BOLD_TTF).is_ok()
    });
    if ok { Ok(()) } else { Err(Error::Unexpected("the embedded font cannot be read".to_owned())) }
}

/// Stands for a letter that the embedded font lacks.
pub const MISSING: char = '□';

/// Whether the embedded font has a letter; blanks and controls need none.
pub fn has(letter: char) -> bool {
    static FACE: OnceLock<Option<ttf_parser::Face<'static>>> = OnceLock::new();
    let face = FACE.get_or_init(|| ttf_parser::Face::parse(notosans::REGULAR_TTF, 0).ok());
    letter.is_whitespace()
        || letter.is_control()
        || face.as_ref().is_some_and(|f| f.glyph_index(letter).is_some())
}

/// A text in letters that the embedded font has: [`MISSING`] stands for the others.
pub fn legible(text: &str) -> String {
    text.chars().map(|c| if has(c) { c } else { MISSING }).collect()
}

/// Width of a text at a font size, in the unit of the size.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    if text.is_empty() || register().is_err() {
        return 0.0;
    }
    let font = FontDesc::new(FontFamily::Name(FAMILY), 1000.0 * HEIGHT_PER_EM, weight.style());
    let per_em =
        font.box_size(text).map_or(0.6 * text.chars().count() as f64, |(w, _)| f64::from(w) / 1000.0);
    per_em * size
}

/// Breaks a text at its blanks into lines no wider than `limit`; what does not fit into `lines` ends with `…`.
pub fn wrap(text: &str, size: f64, weight: Weight, limit: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut current = String::new();
    // A hard blank holds together what it joins, e.g. the thousands of a number.
    let words = text.split(|c: char| c.is_whitespace() && c != '\u{a0}').filter(|w| !w.is_empty());
    for word in words {
        let candidate = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if current.is_empty() || width(&candidate, size, weight) <= limit {
            current = candidate;
        } else {
            out.push(std::mem::replace(&mut current, word.to_owned()));
        }
        if out.len() > lines {
            break;
        }
    }
    if !current.is_empty() {
        out.push(current);
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            last.push('…');
        }
    }
    out.iter().map(|line| fit(line, size, weight, limit)).collect()
}

/// Cuts a text to a width, with `…` where something was cut.
pub fn fit(text: &str, size: f64, weight: Weight, limit: f64) -> String {
    if width(text, size, weight) <= limit {
        return text.to_owned();
    }
    let mut chars: Vec<char> = text.chars().collect();
    while chars.pop().is_some() {
        let kept: String = chars.iter().collect();
        let cut = format!("{}…", kept.trim_end());
        if width(&cut, size, weight) <= limit {
            return cut;
        }
    }
    String::new()
}

/// Removes what XML 1.0 forbids and what turns the direction of text; line ends and tabs become blanks.
pub fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' => Some(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_font_lacks_are_known() {
        assert!("Darién 12 345 %, ñ, ș, Ж, ω → ↑ − …".chars().all(has) && has(MISSING));
        assert_eq!(legible("Darién 关闭"), "Darién □□");
    }

    #[test]
    fn text_is_measured_wrapped_and_cut() {
        let w = width("Darien", 20.0, Weight::Regular);
        assert!((55.0..70.0).contains(&w), "{w}");
        assert!(width("Darien", 20.0, Weight::Bold) > w);
        let lines = wrap("one two three four five six seven", 20.0, Weight::Regular, 90.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|l| width(l, 20.0, Weight::Regular) <= 90.0));
        let number = wrap("los registros dicen 89\u{a0}960", 20.0, Weight::Regular, 200.0, 2);
        assert_eq!(number, ["los registros dicen", "89\u{a0}960"]);
        assert!(wrap("Donaudampfschifffahrt", 20.0, Weight::Regular, 60.0, 3)[0].ends_with('…'));
    }
}
