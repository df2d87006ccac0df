//! Cost curves: what a run costs in processor time and memory against people at risk, events, days, communities and
//! places. `cargo run --release --example curves` measures all, and renews `docs/performance-curves.csv`, the table in
//! `docs/performance.md` and `docs/img/curves.svg`; `-- FOLDER` writes there instead, `--quick` measures less.
//!
//! Every point is a process of its own, so that its peak of memory is its own; the least of three is taken. Processor
//! time is counted, not time on the wall, so that a busy machine disturbs less.

#![allow(missing_docs)]

mod chart;
mod point;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// One measured point: what was varied, and what it cost.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    pub curve: String,
    pub x: f64,
    pub agents: u64,
    pub events: u64,
    pub seconds: f64,
    pub mebibytes: f64,
}

/// A curve: its name, the unit of what is varied, and the points as the arguments of [`point::run`].
struct Curve {
    name: &'static str,
    points: Vec<Vec<String>>,
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn curves(quick: bool) -> Vec<Curve> {
    let take = |texts: &[&str]| {
        let keep = if quick { 2 } else { texts.len() };
        texts.iter().take(keep).map(|t| words(t)).collect::<Vec<_>>()
    };
    // scale, copies, flow, community, until
    vec![
        Curve {
            name: "people",
            points: take(&[
                "run 590 1 4 4096 2024-12-31",
                "run 590 10 4 4096 2024-12-31",
                "run 590 100 4 4096 2024-12-31",
                "run 590 1000 4 4096 2024-12-31",
            ]),
        },
        Curve {
            name: "events",
            points: take(&[
                "run 1000 100 1 4096 2024-12-31",
                "run 1000 100 10 4096 2024-12-31",
                "run 1000 100 100 4096 2024-12-31",
            ]),
        },
        Curve {
            name: "days",
            points: take(&[
                "run 20 1 1 4096 2021-12-31",
                "run 20 1 1 4096 2022-12-31",
                "run 20 1 1 4096 2023-12-31",
                "run 20 1 1 4096 2024-12-31",
            ]),
        },
        Curve {
            name: "communities",
            points: take(&[
                "run 20 1 1 16384 2024-12-31",
                "run 20 1 1 4096 2024-12-31",
                "run 20 1 1 1024 2024-12-31",
                "run 20 1 1 256 2024-12-31",
            ]),
        },
        Curve {
            name: "places",
            points: take(&[
                "dense 10 10000000",
                "dense 100 10000000",
                "dense 1000 10000000",
                "dense 10000 10000000",
            ]),
        },
    ]
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|a| a == "point") {
        return match point::run(&args[1..]) {
            Ok(line) => {
                println!("{line}");
                ExitCode::SUCCESS
            }
            Err(e) => {
                eprintln!("{e}");
                ExitCode::FAILURE
            }
        };
    }
    let quick = args.iter().any(|a| a == "--quick");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let folder = args.iter().find(|a| !a.starts_with("--")).map_or(docs, PathBuf::from);
    match measure(quick).and_then(|all| write(&folder, &all)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("curves: {e}");
            ExitCode::FAILURE
        }
    }
}

fn measure(quick: bool) -> Result<Vec<Measured>, String> {
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut all = Vec::new();
    for curve in curves(quick) {
        for args in &curve.points {
            let mut best: Option<Measured> = None;
            for _ in 0..if quick { 1 } else { 3 } {
                let output = Command::new(&exe)
                    .arg("point")
                    .args(args)
                    .arg(curve.name)
                    .output()
                    .map_err(|e| e.to_string())?;
                let text = String::from_utf8_lossy(&output.stdout);
                let mut m = parse(&text)
                    .ok_or_else(|| format!("{args:?}: {}", String::from_utf8_lossy(&output.stderr)))?;
                curve.name.clone_into(&mut m.curve);
                if best.as_ref().is_none_or(|b| m.seconds < b.seconds) {
                    best = Some(m);
                }
            }
            let m = best.ok_or("nothing was measured")?;
            eprintln!(
                "{}: {} -> {:.2} s, {:.0} MiB, {} events",
                m.curve, m.x, m.seconds, m.mebibytes, m.events
            );
            all.push(m);
        }
    }
    Ok(all)
}

fn parse(line: &str) -> Option<Measured> {
    let cells: Vec<f64> = line.split_whitespace().map(|c| c.parse().ok()).collect::<Option<_>>()?;
    let [x, agents, events, seconds, mebibytes] = cells[..] else { return None };
    Some(Measured {
        curve: String::new(),
        x,
        agents: agents as u64,
        events: events as u64,
        seconds,
        mebibytes,
    })
}

const BEGIN: &str = "<!-- curves: begin -->\n";
const END: &str = "<!-- curves: end -->";

fn write(folder: &Path, all: &[Measured]) -> Result<(), String> {
    let fail = |path: &Path| {
        let path = path.display().to_string();
        move |e: std::io::Error| format!("{path}: {e}")
    };
    let mut csv = String::from("curve,x,agents,events,cpu_seconds,peak_mib\n");
    let mut table = String::from(
        "| curve | varied | agents | events | CPU seconds | µs an event | peak MiB |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for m in all {
        let _ =
            writeln!(csv, "{},{},{},{},{},{:.0}", m.curve, m.x, m.agents, m.events, m.seconds, m.mebibytes);
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {:.2} | {:.3} | {:.0} |",
            m.curve,
            grouped(m.x as u64),
            grouped(m.agents),
            grouped(m.events),
            m.seconds,
            m.seconds * 1e6 / m.events as f64,
            m.mebibytes
        );
    }
    std::fs::create_dir_all(folder.join("img")).map_err(fail(folder))?;
    let path = folder.join("performance-curves.csv");
    std::fs::write(&path, csv).map_err(fail(&path))?;
    let path = folder.join("img/curves.svg");
    std::fs::write(&path, chart::svg(all)).map_err(fail(&path))?;
    let path = folder.join("performance.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| format!("{BEGIN}{END}\n"));
    let (Some(begin), Some(end)) = (text.find(BEGIN), text.find(END)) else {
        return Err(format!("{}: the marks of the table are missing", path.display()));
    };
    let text = format!("{}{table}{}", &text[..begin + BEGIN.len()], &text[end..]);
    std::fs::write(&path, text).map_err(fail(&path))
}

/// Digits in groups of three.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}
