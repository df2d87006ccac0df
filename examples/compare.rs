//! Compares two shipped scenarios: each pair of runs shares its draw and its chance, so that the difference is the policy.
//!
//! `cargo run --release --example compare`

use darien::prelude::*;

const DRAWS: u64 = 10;

fn entries(cube: &Cube) -> f64 {
    cube.series("entries", "darien", "ALL").unwrap_or_default().iter().sum()
}

fn main() -> Result<()> {
    let scenarios =
        ["status-quo-2025", "flights-doubled"].map(|name| Scenario::load(name, &[], None)).into_iter();
    let runner = Runner::new(&scenarios.collect::<Result<Vec<_>>>()?, Draws::shipped()?, 1, 1000)?;

    // Each draw of the assumptions is run twice, so that what is not known and what is chance can be told apart.
    let keys: Vec<RunKey> = (0..2 * DRAWS).map(RunKey::nested).collect();
    let pairs: Vec<Vec<Cube>> = keys.iter().map(|key| runner.run(*key)).collect();
    let base: Vec<f64> = pairs.iter().map(|cubes| entries(&cubes[0])).collect();
    let alternative: Vec<f64> = pairs.iter().map(|cubes| entries(&cubes[1])).collect();
    let draws: Vec<u64> = keys.iter().map(|key| key.draw).collect();

    let c = contrast(&base, &alternative, &draws);
    println!("entries as it is:  {:.0}", c.base);
    println!("difference:        {:.0} ({:.1} %)", c.difference, 100.0 * c.relative);
    println!("95 % of the runs:  {:.0} to {:.0}", c.low, c.high);
    println!("mean difference:   {:.0} to {:.0} (95 % interval)", c.mean_low, c.mean_high);
    println!("runs with fewer:   {:.0} %", 100.0 * c.p_negative);
    println!("without pairs, {:.0} times as many runs would say as much", c.saved);
    Ok(())
}
