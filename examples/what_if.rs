//! Builds scenarios in code: what if Venezuela's crisis were worse, and more flights left Panama?
//!
//! `cargo run --release --example what_if`

use darien::prelude::*;

fn main() -> Result<()> {
    let base = Scenario::load("status-quo-2025", &[], "2025-12-31".parse().ok())?;
    let mut scenarios = vec![base.clone()];
    for crisis in [0.6, 0.7, 0.8, 0.9] {
        // Values are numbers, states, lists, dated values or ramps; what is wrong with one is an error that says so.
        scenarios.push(
            base.with("crisis.VEN", [("2025-03-01", crisis)])?
                .with("flights.panama.per_week", NewValue::ramp(4.0, "2025-02-01", 60))?
                .with("flights.panama.accepts", ["COL", "ECU"])?,
        );
    }
    if let Err(error) = base.with("crisis.VEM", 0.9) {
        println!("{error}\n");
    }

    // What the scenarios share before they first differ is simulated once.
    let runner = Runner::new(&scenarios, Draws::shipped()?, 1, 1000)?;
    let runs: Vec<Vec<Cube>> = (0..10).map(|i| runner.run(RunKey::plain(i))).collect();
    for (i, scenario) in scenarios.iter().enumerate() {
        let entries = |cubes: &Vec<Cube>| -> f64 {
            cubes[i].series("entries", "darien", "VEN").unwrap_or_default().iter().sum()
        };
        let totals: Vec<f64> = runs.iter().map(entries).collect();
        println!("{:>8.0} Venezuelans with {:?}", mean(&totals), scenario.sets());
    }
    Ok(())
}
