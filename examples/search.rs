//! The search that found the default values of the corridor's parameters (those marked *calibrated*).
//!
//! `cargo run --release --example search -- EVALUATIONS SCALE [START]` minimises, by CMA-ES with common random numbers and
//! without unexplained shocks, the robust squared log error of monthly entries by nationality from January 2021 to
//! December 2024, with weak targets and a weak prior. It prints the loss, the error of each series and the values,
//! and keeps the best scores in `search-best.txt`, from which it can start again. The shipped defaults come from
//! 6000 evaluations and 9000 more from there, both at scale 100.

use darien::experiment::study::{OFFSET, SERIES, Study, WEAK, fitted, normal_share, score};
use darien::registry::parameters::Parameter;
use darien::world::conditions::N;
use fcmaes_core::cmaes::{Cmaes, CmaesParams};
use rayon::prelude::*;

const WEIGHTS: [f64; 9] = [3.0, 1.5, 0.7, 0.6, 0.3, 0.6, 0.3, 0.3, 0.3];
const MONTHS: usize = 48;
const BEST: &str = "search-best.txt";

fn main() -> darien::Result<()> {
    let usage = || darien::Error::Usage("search EVALUATIONS SCALE [START]".into());
    let args: Vec<String> = std::env::args().collect();
    let evaluations: u64 = args.get(1).and_then(|a| a.parse().ok()).ok_or_else(usage)?;
    let scale: u32 = args.get(2).and_then(|a| a.parse().ok()).ok_or_else(usage)?;
    let until = "2024-12".parse().map_err(darien::Error::Usage)?;
    let study = Study::new(until, scale, 7)?;
    let free = fitted();
    let mut start: Vec<f64> =
        free.iter().map(|p| score(*p, p.definition().definition.default).clamp(-2.0, 2.0)).collect();
    if let Some(file) = args.get(3) {
        let text = std::fs::read_to_string(file).map_err(darien::Error::io("read", file))?;
        for (name, value) in text.lines().filter_map(|l| l.split_once(' ')) {
            if let Some(i) = free.iter().position(|p| p.definition().definition.name == name) {
                start[i] = value.parse().map_err(|_| usage())?;
            }
        }
    }
    let fitness = fcmaes_core::fitness::Fitness::bounded(
        free.len(),
        1,
        &vec![-3.0; free.len()],
        &vec![3.0; free.len()],
    );
    let settings = CmaesParams { popsize: 24, max_evaluations: evaluations, seed: 1, ..Default::default() };
    let mut search = Cmaes::new(fitness, &start, &vec![0.4; free.len()], &settings);
    let mut best = (loss(&study, &free, &start).0, start);
    let mut done = 0;
    while done < evaluations {
        let asked = search.ask();
        let losses: Vec<f64> = asked.par_iter().map(|x| loss(&study, &free, x).0).collect();
        for (x, l) in asked.iter().zip(&losses) {
            if *l < best.0 {
                best = (*l, x.clone());
            }
        }
        done += asked.len() as u64;
        let stop = search.tell(&losses) != 0;
        if done % 480 < 24 || stop {
            eprintln!("{done} evaluations, loss {:.4}", best.0);
            let text: String = free.iter().zip(&best.1).map(|(p, z)| format!("{} {z}\n", name(*p))).collect();
            std::fs::write(BEST, text).map_err(darien::Error::io("write", BEST))?;
        }
        if stop {
            break;
        }
    }
    let (value, parts) = loss(&study, &free, &best.1);
    println!("loss {value:.4}");
    let point: Vec<(Parameter, f64)> = free.iter().copied().zip(best.1.iter().copied()).collect();
    let predicted = study.predicted(&study.simulate(&study.draw(&point, &vec![[0.0; N]; study.months]), 0));
    let (seen, _) = study.recorded();
    for (s, ((series, _), error)) in SERIES.iter().zip(&parts).enumerate() {
        print!("{series:5} rms log error {error:.2}; thousands a year, simulated (recorded):");
        for year in 0..MONTHS / 12 {
            let sum = |v: &[f64]| {
                (0..12).map(|m| v[s * MONTHS + year * 12 + m].exp() - OFFSET).sum::<f64>().max(0.0) / 1000.0
            };
            print!(" {:.1} ({:.1})", sum(&predicted), sum(&seen));
        }
        println!();
    }
    for (weak, predicted) in WEAK.iter().zip(&parts[SERIES.len()..]) {
        println!("{}: {predicted:.2}, target {:.2} ± {:.2}", weak.0, weak.1, weak.2);
    }
    for (p, z) in free.iter().zip(&best.1) {
        println!("{} = {:.4}", name(*p), p.definition().quantile(normal_share(*z)));
    }
    Ok(())
}

fn name(p: Parameter) -> &'static str {
    p.definition().definition.name
}

/// Squared near zero, linear beyond one.
fn huber(r: f64) -> f64 {
    if r < 1.0 { r * r } else { 2.0 * r - 1.0 }
}

/// The loss of a point, and the parts that are worth printing.
fn loss(study: &Study, free: &[Parameter], z: &[f64]) -> (f64, Vec<f64>) {
    let point: Vec<(Parameter, f64)> = free.iter().copied().zip(z.iter().copied()).collect();
    let draw = study.draw(&point, &vec![[0.0; N]; study.months]);
    let predicted = study.predicted(&study.simulate(&draw, 0));
    let (seen, errors) = study.recorded();
    let (mut sum, mut weight) = (0.0, 0.0);
    let mut parts = Vec::new();
    for (series, w) in WEIGHTS.iter().enumerate() {
        let mut squares = 0.0;
        for at in series * MONTHS..(series + 1) * MONTHS {
            let r = ((predicted[at] - seen[at]).abs() - 0.5 * errors[at]).max(0.0);
            sum += w * huber(r);
            weight += w;
            squares += r * r;
        }
        parts.push((squares / MONTHS as f64).sqrt());
    }
    for month in 0..MONTHS {
        let total = |values: &[f64]| {
            (0..SERIES.len()).map(|s| values[s * MONTHS + month].exp() - 30.0).sum::<f64>().max(1.0).ln()
        };
        sum += 3.0 * huber((total(&predicted) - total(&seen)).abs());
        weight += 3.0;
    }
    let mut value = sum / weight + 0.0015 * z.iter().map(|x| x * x).sum::<f64>() / 2.0;
    for at in SERIES.len() * MONTHS..seen.len() {
        value += 0.003 * ((predicted[at] - seen[at]) / errors[at]).powi(2).min(9.0);
        parts.push(predicted[at]);
    }
    (value, parts)
}
