//! One point of a curve, measured in a process of its own.

use darien::behaviour::corridor::Corridor;
use darien::engine::dense;
use darien::engine::plan::{RuleSet, run_days};
use darien::experiment::Draws;
use darien::output::manifest::peak_memory_bytes;
use darien::random::Seed;
use darien::registry::parameters::{ALL, Parameter};
use darien::scenario::Scenario;
use darien::world::{Conditions, Network, Population};
use std::sync::Arc;

/// Runs a point; a line with what was varied, agents, events, processor seconds and peak memory in MiB.
pub fn run(args: &[String]) -> Result<String, String> {
    let number = |i: usize| -> Result<u32, String> {
        let text = args.get(i).ok_or("an argument is missing")?;
        text.parse().map_err(|_| format!("`{text}` is not a number"))
    };
    match args.first().map(String::as_str) {
        Some("run") => {
            let (until, varied) =
                (args.get(5).ok_or("a date is missing")?, args.get(6).map_or("", String::as_str));
            let shape = (number(1)?, number(2)?, number(3)?, number(4)?);
            history(varied, shape, until).map_err(|e| format!("{e}"))
        }
        Some("dense") => Ok(walk(number(1)? as usize, number(2)? as usize)),
        _ => Err("a point is `run …` or `dense …`".into()),
    }
}

/// Processor time of this process so far, in seconds (Linux; 0 elsewhere).
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|c| c.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn line(x: f64, agents: u64, events: u64, seconds: f64) -> String {
    let peak = peak_memory_bytes().unwrap_or(0) as f64 / 1_048_576.0;
    format!("{x} {agents} {events} {seconds} {peak}")
}

/// History with every group `copies` times as large and the rates of intent times `flow / copies`: the same events
/// among more people. What depends on the number of people who share something is set so that it means the same.
fn history(
    varied: &str,
    (scale, copies, flow, community): (u32, u32, u32, u32),
    until: &str,
) -> darien::Result<String> {
    let scenario = Scenario::load("history", &[], until.parse().ok())?;
    let population = Arc::new(Population::shaped(scale, copies, community)?);
    let mut parameters = Draws::Defaults.draw(0).parameters;
    let thinner = f64::from(copies) / f64::from(flow);
    for p in ALL.iter().copied().filter(|p| p.definition().definition.name.starts_with("intent.base.")) {
        parameters.set(p, parameters[p] / thinner);
    }
    for (p, by) in [
        (Parameter::NetworkHalf, thinner),
        (Parameter::FamiliarityHalf, thinner),
        (Parameter::LearnHalf, thinner.sqrt()),
    ] {
        parameters.set(p, parameters[p] / by);
    }
    let rules = Corridor::new(
        Arc::clone(&population),
        Arc::new(Network::corridor(scenario.simulated(), scenario.known_until())),
        Arc::new(Conditions::new(&scenario, &population)),
        parameters,
        Seed::new(1),
        Arc::default(),
    );
    let begin = cpu_seconds();
    let mut state = rules.start();
    let days = rules.last_day() + 1;
    run_days(&rules, &mut state, 0..days, &mut ());
    let seconds = cpu_seconds() - begin;
    let x = match varied {
        "people" => f64::from(population.agents),
        "events" => f64::from(flow),
        "days" => days as f64,
        _ => f64::from(population.communities),
    };
    Ok(line(x, u64::from(population.agents), state.candidates + state.legs_walked, seconds))
}

/// Everybody moves every day on a network of so many places, ten days long.
fn walk(places: usize, agents: usize) -> String {
    const DAYS: u32 = 10;
    let neighbours: Vec<Vec<usize>> = (0..places)
        .map(|i| {
            [(i + 1) % places, (i + places - 1) % places, (i * 7 + 3) % places, (i * 31 + 11) % places]
                .to_vec()
        })
        .collect();
    let Some(network) = dense::Network::<u16>::new(&neighbours, 0.3) else { return String::new() };
    let mut column = vec![0u16; agents];
    let mut counts = network.count(&column);
    let begin = cpu_seconds();
    for day in 0..DAYS {
        network.step(Seed::new(1), day, &mut column, &mut counts);
    }
    line(places as f64, agents as u64, agents as u64 * u64::from(DAYS), cpu_seconds() - begin)
}
