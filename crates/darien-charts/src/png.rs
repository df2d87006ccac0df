//! PNG from the SVG, with the embedded font and no other; metadata as text chunks.

use super::theme::DENSITY;
use super::{Chart, Frame, font};
use crate::error::{Error, Result};
use resvg::{tiny_skia, usvg};
use std::sync::{Arc, OnceLock};

fn options() -> usvg::Options<'static> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let fontdb = FONTS.get_or_init(|| {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
        fonts.load_font_data(notosans::BOLD_TTF.to_vec());
        Arc::new(fonts)
    });
    usvg::Options { fontdb: Arc::clone(fontdb), font_family: "Noto Sans".to_owned(), ..Default::default() }
}

/// Reads an SVG document as the renderer does.
///
/// # Errors
/// [`Error::Unexpected`] if it is not well-formed.
pub fn parse(svg: &str) -> Result<usvg::Tree> {
    usvg::Tree::from_str(svg, &options())
        .map_err(|e| Error::Unexpected(format!("the SVG does not read: {e}")))
}

/// A chart as an image: its document, or one in letters that the embedded font has where that lacks some.
///
/// # Errors
/// [`Error::Unexpected`] if drawing fails.
pub fn image(chart: &impl Chart, document: &str) -> Result<Vec<u8>> {
    if document.chars().all(font::has) {
        from_svg(document, chart.frame())
    } else {
        from_svg(&super::svg::legible(chart)?, chart.frame())
    }
}

/// Renders an SVG document at two pixels to a CSS pixel.
///
/// # Errors
/// [`Error::Unexpected`] if the document does not read or has no size.
pub fn from_svg(svg: &str, frame: &Frame) -> Result<Vec<u8>> {
    let tree = parse(svg)?;
    let scale = DENSITY as f32;
    let size = tree.size().to_int_size().scale_by(scale);
    let mut image = size
        .and_then(|s| tiny_skia::Pixmap::new(s.width(), s.height()))
        .ok_or_else(|| Error::Unexpected("the chart has no size".to_owned()))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut image.as_mut());
    let png = image.encode_png().map_err(|e| Error::Unexpected(format!("no PNG: {e}")))?;
    Ok(with_text(&png, frame))
}

/// Length of signature and header chunk, after which text may stand.
const HEAD: usize = 8 + 25;

/// Adds international text chunks (PNG specification, section 11.3.3.4) behind the header.
fn with_text(png: &[u8], frame: &Frame) -> Vec<u8> {
    let Some((head, rest)) = png.split_at_checked(HEAD) else { return png.to_vec() };
    let mut out = head.to_vec();
    for (key, value) in super::svg::metadata(&frame.title, &frame.provenance) {
        let keyword = if key == "title" { "Title" } else { key };
        let value: String = value.chars().filter(|c| *c != '\0').collect();
        let mut chunk = b"iTXt".to_vec();
        chunk.extend_from_slice(keyword.as_bytes());
        chunk.extend_from_slice(&[0, 0, 0, 0, 0]); // end of keyword, not compressed, no language, no translation
        chunk.extend_from_slice(value.as_bytes());
        let length = u32::try_from(chunk.len() - 4).unwrap_or(0);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&chunk);
        out.extend_from_slice(&crc32(&chunk).to_be_bytes());
    }
    out.extend_from_slice(rest);
    out
}

/// CRC-32 as in the PNG specification, annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn crc_gives_the_known_answer() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
