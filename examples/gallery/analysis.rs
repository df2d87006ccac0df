//! The charts of comparisons, benchmarks, sensitivity, backtests and calibration, from invented figures.

use crate::{Gallery, frame, month, noise, runs};
use darien::output::chart::{
    Band, Bar, Better, Coverage, Covered, Densities, Density, Difference, Heat, Histogram, Lang, Model,
    Pairs, Runs, Scatter, Scoreboard, Spot, Statistic, Step, Tornado, Waterfall,
};

/// Draws them all.
pub fn all(out: &mut Gallery) {
    difference(out);
    bars(out);
    benchmark(out);
    track_record(out);
    calibration(out);
}

fn difference(out: &mut Gallery) {
    let from = month("2025-01");
    let base = runs(from, 1.0, 12, 0.0, 0.1);
    let shift = |v: &[f64], by: f64| -> Vec<f64> {
        v.iter()
            .enumerate()
            .map(|(h, x)| if h < 2 { 0.0 } else { 900.0 * (x - 1.0) - by * (h as f64 - 1.0).sqrt() })
            .collect()
    };
    let diff = Runs {
        from,
        middle: shift(&base.middle, 420.0),
        statistic: Statistic::Mean,
        bands: base
            .bands
            .iter()
            .map(|b| Band { level: b.level, low: shift(&b.low, 520.0), high: shift(&b.high, 320.0) })
            .collect(),
        samples: base.samples.iter().take(3).map(|s| shift(s, 420.0)).collect(),
    };
    out.save(
        "difference",
        &Difference {
            frame: frame(
                "Four flights a week from March would very likely mean fewer entries by summer",
                "Change in irregular entries against the status quo, paired runs, persons a month, 2025",
            ),
            runs: diff,
            unit: "persons/month".into(),
            policy_from: "2025-03-01".parse().ok(),
            policy: "flights doubled".into(),
        },
    );
}

fn bars(out: &mut Gallery) {
    let bar = |name: &str, value: f64, low: f64, high: f64, share: Option<f64>| Bar {
        name: name.into(),
        value,
        low,
        high,
        unknown_share: share,
    };
    let tornado = Tornado {
        frame: frame(
            "Hope of getting in moves entries more than anything done in the jungle",
            "Change in entries of 2025 if each lever moves by its plausible step, persons a month",
        ),
        bars: vec![
            bar("Access at the US border ends", -5210.0, -7900.0, -2300.0, Some(0.86)),
            bar("Crisis level in Venezuela +0.2", 2890.0, 900.0, 5600.0, Some(0.74)),
            bar("Flights include Venezuela", -1480.0, -3900.0, 60.0, Some(0.93)),
            bar("Lawful pathways doubled", -870.0, -1650.0, -140.0, Some(0.55)),
            bar("Enforcement in the Darién +0.3", -310.0, -960.0, 220.0, Some(0.48)),
            bar("Flights doubled", -140.0, -520.0, 90.0, Some(0.61)),
            bar("Aid to origins", -40.0, -210.0, 130.0, Some(0.22)),
        ],
        unit: "persons/month".into(),
        level: 0.95,
        mark: None,
    };
    out.save("tornado", &tornado);
    let mut sobol = tornado.clone();
    sobol.frame = frame(
        "Belief and network carry most of the variance; danger cannot be told from noise",
        "Total Sobol index of each parameter for entries of 2025, share of variance",
    );
    sobol.bars = ["belief.power", "network.memory", "access.lag", "money.cost", "season", "danger.aversion"]
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let v = 0.62 / (1.0 + i as f64 * 1.3);
            bar(name, v, v - 0.06, v + 0.07, None)
        })
        .collect();
    sobol.mark = Some((0.08, "noise floor: no evidence to its left".into()));
    out.save("sobol", &sobol);
    let step = |name: &str, change: f64| Step { name: name.into(), change };
    out.save(
        "waterfall",
        &Waterfall {
            frame: frame(
                "Of 16,000 entries fewer, 4,500 go another way and 3,900 wait",
                "Account of entries of 2025, flights include Venezuela against status quo, persons, mean of paired runs",
            ),
            start: ("Status quo".into(), 62_400.0),
            steps: vec![
                step("Never leave", -14_100.0),
                step("Wait and see", -3_900.0),
                step("Flown back and try again", 2_150.0),
                step("By San Andrés", -1_900.0),
                step("By air to Managua", -2_600.0),
                step("Put off into 2025", 4_300.0),
            ],
            end: "Flights include Venezuela".into(),
            unit: "persons".into(),
        },
    );
}

fn benchmark(out: &mut Gallery) {
    let policies = [
        "Status quo",
        "Flights doubled",
        "Flights include Venezuela",
        "Darién closed",
        "Regional cooperation",
        "Lawful pathways",
        "Aid to origins",
    ];
    out.save(
        "scorecard",
        &Heat {
            frame: frame(
                "No policy is best on everything: closing the Darién means fewest entries and most deaths",
                "Means over 6 futures and 200 paired runs, 2025",
            ),
            rows: policies.iter().map(|p| (*p).into()).collect(),
            columns: vec![
                ("Entries".into(), "persons".into(), Better::Lower),
                ("By other routes".into(), "persons".into(), Better::Neither),
                ("Deaths".into(), "persons".into(), Better::Lower),
                ("Days stranded".into(), "thousand days".into(), Better::Lower),
                ("Arrive lawfully".into(), "persons".into(), Better::Higher),
                ("Public cost".into(), "million USD".into(), Better::Lower),
                ("P(best)".into(), "share".into(), Better::Higher),
            ],
            values: vec![
                vec![62_400.0, 9_100.0, 31.0, 412.0, 12_000.0, 84.0, 0.04],
                vec![60_800.0, 9_300.0, 30.2, 420.0, 12_000.0, 97.5, 0.02],
                vec![48_300.0, 11_900.0, 25.5, 377.0, 12_000.0, 121.0, 0.21],
                vec![39_700.0, 24_600.0, 44.8, 890.0, 11_800.0, 203.0, 0.05],
                vec![51_100.0, 10_200.0, 23.1, 301.0, 19_400.0, 142.0, 0.32],
                vec![54_900.0, 8_700.0, 26.4, 344.0, 38_500.0, 110.0, 0.29],
                vec![61_900.0, 9_000.0, 30.7, f64::NAN, 12_100.0, 390.0, 0.07],
            ],
        },
    );
    let spot = |i: usize, x: f64, y: f64| Spot {
        name: policies[i].into(),
        x: (x, x * 0.9, x * 1.12),
        y: (y, y * 0.82, y * 1.2),
        baseline: i == 0,
    };
    out.save(
        "plane",
        &Scatter {
            frame: frame(
                "Cooperation and lawful pathways give the most safety for the money",
                "Deaths against public cost, 2025, mean of 200 paired runs over 6 futures",
            ),
            x_name: "Public cost, million USD".into(),
            y_name: "Deaths, persons".into(),
            better: (Better::Lower, Better::Lower),
            spots: vec![
                spot(0, 84.0, 31.0),
                spot(1, 97.5, 30.2),
                spot(2, 121.0, 25.5),
                spot(3, 203.0, 44.8),
                spot(4, 142.0, 23.1),
                spot(5, 110.0, 26.4),
            ],
            level: 0.95,
        },
    );
}

fn track_record(out: &mut Gallery) {
    let model = |name: &str, scores: [f64; 6], baseline| Model {
        name: name.into(),
        score: scores.to_vec(),
        low: scores.iter().map(|s| s * 0.85).collect(),
        high: scores.iter().map(|s| s * 1.18).collect(),
        baseline,
    };
    let mut board = Scoreboard {
        frame: frame(
            "Better than the random walk from three months on, worse at one month",
            "Weighted interval score (log scale) relative to the random walk, conditional hindcast 2022–2024",
        ),
        horizons: vec![1, 2, 3, 6, 9, 12],
        models: vec![
            model("darien", [1.12, 0.97, 0.84, 0.71, 0.66, 0.63], false),
            model("ETS with regressors", [0.98, 0.97, 0.95, 0.91, 0.9, 0.94], false),
            model("Ensemble", [0.96, 0.91, 0.83, 0.74, 0.7, 0.69], false),
            model("Seasonal naive", [1.9, 1.6, 1.38, 1.21, 1.14, 1.08], true),
        ],
        reference: Some((1.0, "as good as the random walk".into())),
        score: "relative WIS".into(),
        level: 0.95,
    };
    out.save("scoreboard", &board);
    board.frame.lang = Lang::Es;
    board.frame.title = "Mejor que el paseo aleatorio a partir de tres meses".into();
    out.save("scoreboard_es", &board);
    let nominal = vec![0.5, 0.8, 0.9, 0.95];
    let covered = |name: &str, observed: [f64; 4]| Covered {
        name: name.into(),
        nominal: nominal.clone(),
        observed: observed.to_vec(),
        low: observed.iter().map(|o| o - 0.08).collect(),
        high: observed.iter().map(|o| (o + 0.07_f64).min(1.0)).collect(),
    };
    let coverage = Coverage {
        frame: frame(
            "Intervals hold about what they promise",
            "Share of recorded months inside the interval, horizons 3 to 12 months",
        ),
        models: vec![
            covered("darien", [0.46, 0.77, 0.91, 0.96]),
            covered("Random walk", [0.31, 0.56, 0.66, 0.74]),
        ],
    };
    out.save("coverage_one", &Coverage { models: coverage.models[..1].to_vec(), ..coverage.clone() });
    out.save("coverage", &coverage);
    out.save(
        "pit",
        &Histogram {
            frame: frame(
                "Recorded months fall evenly over the forecasts",
                "Where the record lies in the forecast (PIT), number of months",
            ),
            edges: (0..=10).map(|i| f64::from(i) / 10.0).collect(),
            counts: vec![11.0, 9.0, 12.0, 8.0, 10.0, 14.0, 9.0, 7.0, 12.0, 16.0],
            expected: Some((10.8, 5.0, 17.0)),
            x_name: "Share of the forecast below the record".into(),
        },
    );
}

fn calibration(out: &mut Gallery) {
    let bell = |mean: f64, sd: f64| -> Vec<(f64, f64)> {
        (0..=60)
            .map(|i| {
                let z = -3.0 + f64::from(i) * 0.1;
                (mean + sd * z, (-z * z / 2.0).exp() / sd)
            })
            .collect()
    };
    let names = [
        "Power of belief",
        "Memory of networks, years",
        "Lag of news, days",
        "Effect of a flight",
        "Cost elasticity",
        "Share onward from diaspora",
    ];
    let panel = |i: usize| Density {
        name: names[i].into(),
        meaning: String::new(),
        prior: bell(2.0 + i as f64, 1.0),
        posterior: bell(2.3 + i as f64, if i == 3 { 0.95 } else { 0.25 + 0.1 * i as f64 }),
        truth: (i == 0).then_some(2.2),
    };
    out.save(
        "densities",
        &Densities {
            frame: frame(
                "History pins down belief and memory, not the effect of a flight",
                "Prior and posterior density of six parameters, history to June 2023",
            ),
            panels: (0..6).map(panel).collect(),
        },
    );
    let base: Vec<Vec<f64>> = (0..5)
        .map(|p| (0..400).map(|i| (0..6).map(|k| noise(p * 10 + k, i)).sum::<f64>()).collect())
        .collect();
    let mut draws = base.clone();
    for (a, b) in draws[1].iter_mut().zip(&base[0]) {
        *a = 0.9 * b + 0.4 * *a;
    }
    for (a, b) in draws[3].iter_mut().zip(&base[2]) {
        *a = 12_000.0 - 700.0 * b + 600.0 * *a;
    }
    out.save(
        "pairs",
        &Pairs {
            frame: frame(
                "Belief and memory trade off against each other",
                "400 draws of the posterior; numbers are correlations",
            ),
            names: names[..5].iter().map(|n| (*n).into()).collect(),
            meanings: Vec::new(),
            draws,
        },
    );
}
