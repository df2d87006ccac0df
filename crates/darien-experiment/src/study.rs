//! A study: the corridor of `history`, ready to be confronted with what was recorded up to a month.
//!
//! Unknowns are standard normal scores of parameters and of monthly shocks. Later months than `until` never reach
//! a study: its scenario ends there and its data are cut there.

use super::draws::Draw;
use super::weak::{self, Weak};
use crate::data;
use crate::engine::plan::{RuleSet, run_days};
use crate::error::Result;
use crate::model::{Corridor, Innovations};
use crate::observe::Monthly;
use crate::random::{Seed, sample};
use crate::registry::NATIONALITIES;
use crate::registry::parameters::{PARAMETERS, Parameter, ParameterSet};
use crate::scenario::Scenario;
use crate::table::Cube;
use crate::units::Month;
use crate::world::conditions::N;
use crate::world::{Conditions, Network, Population};
use statrs::function::erf::erf;
use std::sync::Arc;

/// Series that the model is confronted with: name, and the nationalities that add up to it.
pub const SERIES: [(&str, &[&str]); 14] = [
    ("VEN", &["VEN"]),
    ("HTI", &["HTI"]),
    ("ECU", &["ECU"]),
    ("COL", &["COL"]),
    ("CUB", &["CUB"]),
    ("CHN", &["CHN"]),
    ("IND", &["IND"]),
    ("NPL", &["NPL"]),
    ("BGD", &["BGD"]),
    ("PER", &["PER"]),
    ("AFG", &["AFG"]),
    ("VNM", &["VNM"]),
    ("AFR", &["AFR"]),
    ("OTH", &["OTH"]),
];

/// People added before logarithms are taken, so that months of a handful of people weigh little.
pub const OFFSET: f64 = 30.0;

/// The corridor up to a month, and what was recorded until then.
#[derive(Debug, Clone)]
pub struct Study {
    population: Arc<Population>,
    network: Arc<Network>,
    conditions: Arc<Conditions>,
    /// First month.
    pub from: Month,
    /// Last month that the study may know.
    pub until: Month,
    /// Months.
    pub months: usize,
    /// Seed of the study's runs.
    pub seed: Seed,
    /// The weak targets that it can see.
    pub weak: Vec<Weak>,
}

impl Study {
    /// A study of history until a month, with agents of `scale` people, of smaller nationalities of fewer.
    ///
    /// # Errors
    ///
    /// If the scale is out of range.
    pub fn new(until: Month, scale: u32, seed: u64) -> Result<Self> {
        let scenario = Scenario::load("history", &[], Some(until.last_day()))?;
        let population = Arc::new(Population::new(scale)?);
        let span = scenario.simulated();
        Ok(Self {
            network: Arc::new(Network::corridor(span, None)),
            conditions: Arc::new(Conditions::new(&scenario, &population)),
            population,
            from: span.first_month(),
            weak: weak::targets(span.first_month(), until),
            until,
            months: span.months(),
            seed: Seed::new(seed),
        })
    }

    /// The corridor under a draw and a replicate of chance. After the months of the study there is no shock.
    pub(super) fn rules(&self, draw: &Draw, replicate: u64) -> Corridor {
        let known = &draw.innovations;
        let innovations = if known.months.len() == self.months {
            Arc::new(Innovations::then_none(&known.months))
        } else {
            Arc::clone(known)
        };
        Corridor::new(
            Arc::clone(&self.population),
            Arc::clone(&self.network),
            Arc::clone(&self.conditions),
            draw.parameters.clone(),
            self.seed.replicate(replicate),
            innovations,
        )
    }

    /// Days of a month: the middle of the month before (its own first day for the first month), its first day, and the
    /// day after its last.
    pub(super) fn month_days(&self, month: usize) -> (usize, usize, usize) {
        let starts = |m: usize| self.conditions.month_of_day.partition_point(|of| usize::from(*of) < m);
        let first = starts(month);
        let begin = month.checked_sub(1).map_or(first, |before| (starts(before) + first).div_ceil(2));
        (begin, first, starts(month + 1))
    }

    /// People that an agent of a series (position in [`SERIES`]) stands for: that of its coarsest nationality.
    pub(super) fn people_per_agent(&self, series: usize) -> f64 {
        let of = |n: usize| (series_of(n) == series).then_some(self.population.people_per_agent[n]);
        f64::from((0..N).filter_map(of).max().unwrap_or(self.population.scale))
    }

    /// What a draw gives under a replicate of chance.
    pub fn simulate(&self, draw: &Draw, replicate: u64) -> Cube {
        let rules = self.rules(draw, replicate);
        let mut state = rules.start();
        let mut observer = Monthly::new(&rules, self.from);
        run_days(&rules, &mut state, 0..rules.last_day() + 1, &mut observer);
        observer.finish()
    }

    /// The data of the study: transformed monthly entries by series, month fastest, then the weak targets that the
    /// study can see; and the standard deviations of their errors. A month that is not on record has the error
    /// [`UNKNOWN`].
    pub fn recorded(&self) -> (Vec<f64>, Vec<f64>) {
        let entries = data::entries();
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        for (series, (_, codes)) in SERIES.iter().enumerate() {
            let scale = self.people_per_agent(series);
            for month in self.from.through(self.until) {
                let seen: Option<f64> = codes.iter().map(|c| entries.series(c)?.get(month)).sum();
                let Some(seen) = seen else {
                    values.push(transform(0.0));
                    errors.push(UNKNOWN);
                    continue;
                };
                values.push(transform(seen));
                // Recording, and the noise of agents that stand for several people and travel in groups.
                errors.push((RECORDING.powi(2) + 1.6 * scale / (seen + OFFSET + scale)).sqrt());
            }
        }
        values.extend(self.weak.iter().map(|w| w.value));
        errors.extend(self.weak.iter().map(|w| w.error));
        (values, errors)
    }

    /// What a run predicts of [`Self::recorded`].
    pub fn predicted(&self, cube: &Cube) -> Vec<f64> {
        let mut values = Vec::new();
        for (_, codes) in SERIES {
            for month in 0..self.months {
                let people: f64 =
                    codes.iter().filter_map(|c| Some(cube.series("entries", "darien", c)?[month])).sum();
                values.push(transform(people));
            }
        }
        values.extend(self.weak.iter().map(|w| w.predicted(cube)));
        values
    }

    /// The draw of standard normal scores: parameters first, then shocks, month by month and nationality by
    /// nationality (fewer scores leave later shocks at chance).
    pub fn draw(&self, parameters: &[(Parameter, f64)], shocks: &[[f64; N]]) -> Draw {
        let mut set = ParameterSet::defaults();
        for &(parameter, score) in parameters {
            set.set(parameter, parameter.definition().quantile(normal_share(score)));
        }
        Draw { parameters: set, innovations: Arc::new(Innovations::told(shocks.to_vec())) }
    }
}

/// Relative error of a recorded month, model discrepancy included (assumed; first releases are off by up to 6 %).
pub(crate) const RECORDING: f64 = 0.12;

/// The error of a month that is not on record: so large that it weighs nothing. Series end where the record does,
/// nationalities before their total.
pub(crate) const UNKNOWN: f64 = 1000.0;

/// Whether a datum with this error is on record.
pub fn is_known(error: f64) -> bool {
    error < UNKNOWN
}

/// The scale on which entries are compared.
pub fn transform(people: f64) -> f64 {
    (people + OFFSET).ln()
}

/// The people behind a transformed number.
pub fn people(transformed: f64) -> f64 {
    (transformed.exp() - OFFSET).max(0.0)
}

/// Logarithm of entries after over entries before, a few people added to both.
pub fn log_change(before: f64, after: f64) -> f64 {
    ((after + OFFSET) / (before + OFFSET)).ln()
}

/// Share of the standard normal distribution below a score, kept off the ends.
pub fn normal_share(score: f64) -> f64 {
    (0.5 * (1.0 + erf(score / std::f64::consts::SQRT_2))).clamp(1e-6, 1.0 - 1e-6)
}

/// The score of a parameter's value under its prior.
pub fn score(parameter: Parameter, value: f64) -> f64 {
    sample::normal_quantile(parameter.definition().share(value).clamp(1e-6, 1.0 - 1e-6))
}

/// Parameters that the data can say nothing of, and that therefore keep their prior: with the reason.
pub const UNIDENTIFIED: &[(Parameter, &str)] = &[
    (Parameter::FlightDeterrence, "flights began when everything fell; the range -8 to 0 is carried whole"),
    (Parameter::DeathMultiplier, "true deaths are not recorded"),
    (Parameter::AbuseMultiplier, "abuse is not recorded by month"),
    (Parameter::AidElasticity, "no aid programme varied"),
    (Parameter::RetryChance, "re-entries are not told apart from first entries"),
    (Parameter::RetrySanction, "as above"),
    (Parameter::CoolDown, "as above"),
    (Parameter::ReportingSpread, "set by disagreement of sources, not by the fit"),
    (Parameter::SeasonDepth, "small by evidence; totals must not fit it"),
];

/// The series (position in [`SERIES`]) to which a nationality belongs.
pub fn series_of(nationality: usize) -> usize {
    SERIES
        .iter()
        .position(|(_, codes)| codes.contains(&NATIONALITIES[nationality].code))
        .unwrap_or(SERIES.len() - 1)
}

/// The nationality whose base rate a parameter is, if it is one.
pub fn nationality_of(parameter: Parameter) -> Option<usize> {
    let offset = (parameter as usize).checked_sub(Parameter::IntentVen as usize)?;
    (offset < N).then_some(offset)
}

/// Scores of parameters of the prior for a member: independent standard normal numbers.
pub fn prior_scores(seed: Seed, member: u32) -> Vec<f64> {
    (0..PARAMETERS.len() as u32)
        .map(|p| sample::normal(seed.words(crate::random::Decision::Parameters, member, u32::MAX, p)[0]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_go_by_the_agents_of_the_series() {
        let study = Study::new(Month::new(2021, 6).unwrap(), 75, 1).unwrap();
        let (values, errors) = study.recorded();
        for (series, (code, _)) in SERIES.iter().enumerate() {
            let nationality = NATIONALITIES.iter().find(|n| n.code == *code).unwrap();
            let each = f64::from(nationality.people_per_agent(75));
            for at in series * study.months..(series + 1) * study.months {
                let noise = 1.6 * each / (people(values[at]) + OFFSET + each);
                assert!((errors[at] - (RECORDING.powi(2) + noise).sqrt()).abs() < 1e-9, "{code}");
            }
        }
    }
}
