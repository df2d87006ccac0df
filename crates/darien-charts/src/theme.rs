//! Colours and sizes: the one place that says how charts look.
//!
//! Lengths are in canvas units, two to a CSS pixel, because the SVG backend rounds to whole units.

use plotters::style::RGBColor;

/// Okabe & Ito's palette (2008, "Color Universal Design"), safe for the common colour-vision deficiencies; yellow
/// is left out because it cannot be read on white, black because it is the history's.
pub const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xB2), // blue
    RGBColor(0xD5, 0x5E, 0x00), // vermilion
    RGBColor(0x00, 0x9E, 0x73), // bluish green
    RGBColor(0xE6, 0x9F, 0x00), // orange
    RGBColor(0xCC, 0x79, 0xA7), // reddish purple
    RGBColor(0x56, 0xB4, 0xE9), // sky blue
];
/// The hue of bands and of "this scenario".
pub const BLUE: RGBColor = SERIES[0];
/// The hue of the second of two things.
pub const ORANGE: RGBColor = SERIES[1];
/// Text and history.
pub const INK: RGBColor = RGBColor(0x1A, 0x1A, 0x1A);
/// Secondary text; 5.9 : 1 on white.
pub const GREY: RGBColor = RGBColor(0x60, 0x60, 0x60);
/// The baseline, and whatever is only for comparison; 3 : 1 on white.
pub const BASELINE: RGBColor = RGBColor(0x8C, 0x8C, 0x8C);
/// Axis lines and ticks.
pub const AXIS: RGBColor = RGBColor(0x8A, 0x8A, 0x8A);
/// Grid lines.
pub const GRID: RGBColor = RGBColor(0xE2, 0xE2, 0xE2);
/// Land on maps.
pub const LAND: RGBColor = RGBColor(0xEE, 0xEC, 0xE6);
/// Borders on maps.
pub const BORDER: RGBColor = RGBColor(0xB5, 0xB0, 0xA6);
/// Sea on maps, and empty cells.
pub const SEA: RGBColor = RGBColor(0xF6, 0xF9, 0xFB);
/// Paper.
pub const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);

/// Width and height of a chart, canvas units.
pub const SIZE: (u32, u32) = (1600, 1000);
/// Canvas units to a CSS pixel.
pub const DENSITY: u32 = 2;
/// Free margin around everything.
pub const MARGIN: f64 = 44.0;
/// Font size of the title.
pub const TITLE: f64 = 40.0;
/// Font size of the subtitle.
pub const SUBTITLE: f64 = 28.0;
/// Font size of labels in the chart.
pub const LABEL: f64 = 25.0;
/// Font size of ticks.
pub const TICK: f64 = 24.0;
/// Font size of the footer.
pub const FOOTER: f64 = 21.0;

/// The colour of the n-th series. After six the hues come round again, darker, so that no two of twelve are the same;
/// give more than a colour all the same (dash, marker, a label beside it).
pub fn series(n: usize) -> RGBColor {
    let hue = SERIES[n % SERIES.len()];
    if (n / SERIES.len()).is_multiple_of(2) { hue } else { mix(hue, INK, 0.5) }
}

/// A colour thinned with paper: 0 is paper, 1 the colour.
pub fn tint(colour: RGBColor, strength: f64) -> RGBColor {
    mix(PAPER, colour, strength)
}

/// A colour between two: 0 the first, 1 the second.
pub fn mix(a: RGBColor, b: RGBColor, t: f64) -> RGBColor {
    let t = t.clamp(0.0, 1.0);
    let part = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * t).round() as u8;
    RGBColor(part(a.0, b.0), part(a.1, b.1), part(a.2, b.2))
}

/// How strongly the `i`-th of `n` nested bands is tinted, the innermost (0) most.
pub fn band(i: usize, n: usize) -> f64 {
    const STRENGTHS: [f64; 3] = [0.58, 0.34, 0.16];
    if n <= STRENGTHS.len() { STRENGTHS[i.min(2)] } else { 0.6 - 0.48 * i as f64 / (n - 1) as f64 }
}

/// Black or white, whichever is easier to read on a colour (WCAG 2 relative luminance); the contrast is at
/// least 4.5 : 1 on any colour.
pub fn text_on(colour: RGBColor) -> RGBColor {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2);
    if luminance > 0.179 { RGBColor(0, 0, 0) } else { PAPER }
}
