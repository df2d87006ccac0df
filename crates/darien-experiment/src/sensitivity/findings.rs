//! From the runs of all designs to what they say, quantity by quantity.

use super::floor::Noise;
use super::morris::{self, Screening};
use super::ranking::{self, Flip, Standing};
use super::sobol::{self, Indices};
use super::study::{Job, Quantity};
use super::tornado::{self, Swing};
use crate::random::Seed;
use crate::registry::better::Direction;

/// Rows of a design with what the runs gave: a row of NaN where a run failed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stage {
    /// Points and replicates.
    pub jobs: Vec<Job>,
    /// What each run gave.
    pub given: Vec<Vec<f64>>,
}

impl Stage {
    fn values(&self, quantity: &Quantity) -> Vec<f64> {
        self.given.iter().map(|g| quantity.value(g)).collect()
    }

    fn analysed(&self, quantity: &Quantity) -> Vec<f64> {
        self.given.iter().map(|g| quantity.analysed(g)).collect()
    }

    fn points(&self) -> Vec<Vec<f64>> {
        self.jobs.iter().map(|j| j.point.clone()).collect()
    }
}

/// The runs of a whole sensitivity analysis; a stage that was not asked for is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stages {
    /// One at a time, [`tornado::design`].
    pub tornado: Stage,
    /// The base under other replicates.
    pub chance: Stage,
    /// [`morris::design`].
    pub morris: Stage,
    /// [`sobol::Design`].
    pub sobol: Stage,
    /// Rows of `sobol` (of `morris` where there is none) under another replicate.
    pub floor: Stage,
    /// For each row of `floor` the row that it repeats.
    pub repeats: Vec<usize>,
}

impl Stages {
    /// The stages with runs: name and runs, in the order in which they are run.
    pub fn named(&self) -> [(&'static str, &Stage); 5] {
        [
            ("tornado", &self.tornado),
            ("chance", &self.chance),
            ("morris", &self.morris),
            ("sobol", &self.sobol),
            ("floor", &self.floor),
        ]
    }
}

/// How to resample, and which way is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Bootstrap samples.
    pub resamples: u32,
    /// Seed of the bootstrap.
    pub seed: Seed,
    /// Which way is better; none where no ranking is asked for.
    pub better: Option<Direction>,
}

/// What the runs say of one quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The quantity.
    pub quantity: Quantity,
    /// Its value at the base.
    pub base: f64,
    /// One at a time, for each factor.
    pub swings: Vec<Swing>,
    /// What another replicate does at the base.
    pub chance: Swing,
    /// For each factor; empty without screening.
    pub screening: Vec<Screening>,
    /// For each analysed factor; none without Sobol' indices.
    pub indices: Option<Indices>,
    /// What chance adds.
    pub noise: Noise,
    /// For a difference with a declared direction: how A stands, and what each factor does to it.
    pub ranking: Option<(Standing, Vec<Flip>)>,
}

impl Finding {
    /// The floor of `S1` and `ST`; 0 without indices.
    pub fn floor(&self) -> f64 {
        self.indices.as_ref().map_or(0.0, |i| self.noise.share(i.variance))
    }

    /// Positions of the factors by the width of their swing, widest first; those that failed or do nothing are left
    /// out.
    pub fn by_swing(&self) -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..self.swings.len()).filter(|&f| self.swings[f].width() > 0.0).collect();
        order.sort_by(|&a, &b| self.swings[b].width().total_cmp(&self.swings[a].width()).then(a.cmp(&b)));
        order
    }
}

/// The screening of every quantity: what decides which factors get indices.
pub fn screenings(quantities: &[Quantity], stage: &Stage, settings: &Settings) -> Vec<Vec<Screening>> {
    if stage.jobs.is_empty() {
        return vec![Vec::new(); quantities.len()];
    }
    let points = stage.points();
    quantities
        .iter()
        .map(|q| morris::screen(&points, &stage.analysed(q), settings.resamples, settings.seed))
        .collect()
}

/// What the runs say of each quantity; `analysed` are the factors of the design of Sobol' indices.
pub fn findings(
    quantities: &[Quantity],
    stages: &Stages,
    analysed: &[usize],
    settings: &Settings,
) -> Vec<Finding> {
    let sobol_points = stages.sobol.points();
    let repeated = if stages.sobol.jobs.is_empty() { &stages.morris } else { &stages.sobol };
    screenings(quantities, &stages.morris, settings)
        .into_iter()
        .zip(quantities)
        .map(|(screening, q)| {
            let (base, swings) = tornado::swings(&stages.tornado.values(q));
            let (first, second) = (repeated.analysed(q), stages.floor.analysed(q));
            let pairs: Vec<(f64, f64)> =
                stages.repeats.iter().zip(&second).map(|(&row, again)| (first[row], *again)).collect();
            let values = stages.sobol.analysed(q);
            let indices = (!values.is_empty())
                .then(|| sobol::indices(&values, analysed.len(), settings.resamples, settings.seed));
            let ranking = settings.better.filter(|_| q.difference && !values.is_empty()).map(|better| {
                ranking::ranking(&sobol_points, &values, analysed, better, settings.resamples, settings.seed)
            });
            Finding {
                quantity: q.clone(),
                base,
                swings,
                chance: tornado::chance(&stages.chance.values(q)),
                screening,
                indices,
                noise: Noise::of(&pairs, settings.resamples, settings.seed),
                ranking,
            }
        })
        .collect()
}
