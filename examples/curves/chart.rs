//! The curves as small log–log panels.

use super::Measured;
use darien::output::chart::svg::escaped;
use std::fmt::Write as _;

const PANEL: (f64, f64) = (250.0, 170.0);
const GAP: f64 = 66.0;
const TOP: f64 = 74.0;

/// What a line of a panel shows of a measurement.
type Reading = fn(&Measured) -> f64;

/// One panel a curve: processor time and peak memory, both axes logarithmic, the vertical one the same in all.
pub fn svg(all: &[Measured]) -> String {
    let mut names: Vec<&str> = all.iter().map(|m| m.curve.as_str()).collect();
    names.dedup();
    let width = GAP + names.len() as f64 * (PANEL.0 + GAP);
    let height = TOP + PANEL.1 + 64.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>What a run costs</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n<text x=\"{GAP}\" y=\"26\" font-size=\"17\" font-weight=\"bold\">The cost follows events, not people</text>\n<text x=\"{GAP}\" y=\"46\" fill=\"#555555\">Processor seconds (solid, filled) and peak memory in 100 MiB (dashed, hollow) of one run on one thread; both axes logarithmic</text>\n"
    );
    for (i, name) in names.iter().enumerate() {
        let points: Vec<&Measured> = all.iter().filter(|m| m.curve == *name).collect();
        panel(&mut out, GAP + i as f64 * (PANEL.0 + GAP), name, &points);
    }
    out.push_str("</svg>\n");
    out
}

fn panel(out: &mut String, left: f64, name: &str, points: &[&Measured]) {
    let (low, high) = (-2.0, 2.0);
    let xs: Vec<f64> = points.iter().map(|p| p.x.log10()).collect();
    let (first, last) = (
        xs.iter().copied().fold(f64::INFINITY, f64::min),
        xs.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    // Every panel fills its width: half a decade of days needs it for its labels.
    let span = (last - first).max(0.5);
    let at_x = |x: f64| left + 12.0 + (x - first) / span * (PANEL.0 - 24.0);
    let at_y =
        |y: f64| TOP + PANEL.1 - ((y.max(1e-3).log10() - low) / (high - low)).clamp(0.0, 1.0) * PANEL.1;
    let _ =
        writeln!(out, "<text x=\"{left}\" y=\"{}\" font-weight=\"bold\">{}</text>", TOP - 8.0, escaped(name));
    for decade in low as i32..=high as i32 {
        let y = at_y(10f64.powi(decade));
        let _ = writeln!(
            out,
            "<line x1=\"{left}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#555555\">{}</text>",
            left + PANEL.0,
            left - 6.0,
            y + 4.0,
            10f64.powi(decade)
        );
    }
    for p in points {
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#555555\">{}</text>",
            at_x(p.x.log10()),
            TOP + PANEL.1 + 18.0,
            short(p.x)
        );
    }
    let series: [(&str, &str, &str, Reading); 2] = [
        ("#0b5394", "none", "#0b5394", |p| p.seconds),
        ("#b45f06", "5 4", "#ffffff", |p| p.mebibytes / 100.0),
    ];
    for (colour, dash, fill, value) in series {
        let path: Vec<String> =
            points.iter().map(|p| format!("{:.1},{:.1}", at_x(p.x.log10()), at_y(value(p)))).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>",
            path.join(" ")
        );
        for point in path {
            let (x, y) = point.split_once(',').unwrap_or_default();
            let _ = writeln!(
                out,
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"2\"/>"
            );
        }
    }
}

fn short(x: f64) -> String {
    match x {
        x if x >= 1e6 => format!("{:.0} M", x / 1e6),
        x if x >= 1e4 => format!("{:.0} k", x / 1e3),
        x => format!("{x:.0}"),
    }
}
