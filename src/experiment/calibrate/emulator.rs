//! Where a search begins: a mean-field emulator of the Venezuelans, searched globally.
//!
//! The emulator tells what the agents of one nationality do on average: stocks of those who wish to go, their belief, the
//! memory of arrivals and of routes, day by day, with the formulas of the rules and in a ten-thousandth of their time. It
//! leaves out communities, purses, forks of the way and queues. Differential evolution (Storn and Price, J. Global
//! Optim. 11, 1997) looks through all of the prior; the agents then search around what it finds.
//!
//! Venezuelans are most of the record, and the ones whose stops and recoveries tell mechanisms apart.

use super::{Fit, SCORE_MAX, Watch, search::bounded};
use crate::behaviour::corridor::phases::depart::LAWFUL_MONTHS;
use crate::behaviour::corridor::phases::intent::{SAVED_SHARE, network};
use crate::behaviour::corridor::phases::learn::{RECENT_DAYS, SEEN_DAYS};
use crate::behaviour::corridor::phases::news::announce;
use crate::behaviour::corridor::{MONTH, REFERENCE_AUDIENCE};
use crate::experiment::study::{normal_share, transform};
use crate::registry::parameters::{Parameter, ParameterSet};
use crate::world::conditions::Conditions;
use crate::world::groups::GroupKind;
use crate::world::network::VisaCountry;
use fcmaes_core::{De, DeParams, Fitness};
use rayon::prelude::*;

/// The nationality.
const VENEZUELANS: usize = 0;

/// Evaluations at most, evaluations for each run of agents that the plan allows, and points of the population.
const EVALUATIONS: u64 = 60_000;
const FOR_A_RUN: u64 = 25;
const POPULATION: i32 = 160;

/// Days from home to the Darién, from there to the US border, and to the US border by air (D001; `days_caracas_mexico`).
const TO_DARIEN: usize = 12;
const TO_BORDER: usize = 30;
const BY_AIR: usize = 6;

/// Share of those on the way who come by the Darién while Mexico's airports are open (D001: entries over encounters of 2021).
const AROUND: f64 = 0.03;

/// Price of the way, USD (`cost_*`: 1,030 USD from Caracas to Mexico City).
const PRICE: f64 = 1027.0;

/// Days between two looks at who has the money.
const LOOK: usize = 180;

/// Medians of eight equally likely parts of the standard normal distribution.
const SCORES: [f64; 8] = [-1.534, -0.887, -0.489, -0.157, 0.157, 0.489, 0.887, 1.534];

/// Discrepancy of a month of the emulator, log.
const DISCREPANCY: f64 = 0.35;

/// What the emulator reads.
const READS: [Parameter; 24] = [
    Parameter::IntentVen,
    Parameter::DiasporaFactor,
    Parameter::CrisisEffect,
    Parameter::NetworkGain,
    Parameter::NetworkHalf,
    Parameter::NetworkMemory,
    Parameter::AspirationShock,
    Parameter::IntentLife,
    Parameter::DepartRate,
    Parameter::BeliefPower,
    Parameter::WaitEffect,
    Parameter::FamiliarityStart,
    Parameter::FamiliarityHalf,
    Parameter::FamiliarityMemory,
    Parameter::LawfulEffect,
    Parameter::SavingsMedian,
    Parameter::SavingsSpread,
    Parameter::CrisisMoney,
    Parameter::NewsWeight,
    Parameter::GeneralNews,
    Parameter::LearnBase,
    Parameter::LearnTraffic,
    Parameter::LearnHalf,
    Parameter::BorderRetry,
];

/// People of one kind: at home, or abroad.
struct Source {
    people: f64,
    wage: f64,
    /// Whether they can be given lawful places.
    eligible: bool,
    /// Crisis level where they live over the reference, by day.
    crisis: Vec<f64>,
}

/// The emulator, and what it is confronted with.
struct Emulator<'a> {
    conditions: &'a Conditions,
    sources: Vec<Source>,
    /// Data: months of entries, then of encounters, with values and errors.
    data: Vec<(Datum, f64, f64)>,
}

#[derive(Clone, Copy)]
enum Datum {
    Entries(usize),
    Encounters(usize),
}

/// Stocks of one source.
#[derive(Clone, Copy, Default)]
struct Stock {
    able: f64,
    unable: f64,
}

/// What remains after a share has left.
fn fade(days: f64) -> f64 {
    1.0 - 1.0 / days
}

impl Source {
    /// Share of those who form the intent on a day that have the money or save it up in time.
    fn ability(&self, p: &ParameterSet, day: usize) -> f64 {
        let wage = self.wage * (p[Parameter::CrisisMoney] * self.crisis[day]).exp();
        let able = |score: &f64| {
            let savings = wage * p[Parameter::SavingsMedian] * (p[Parameter::SavingsSpread] * score).exp();
            let days = (PRICE - savings).max(0.0) / (wage * SAVED_SHARE / 30.0);
            (-days / p[Parameter::IntentLife]).exp()
        };
        SCORES.iter().map(able).sum::<f64>() / SCORES.len() as f64
    }
}

impl<'a> Emulator<'a> {
    fn new(fit: &'a Fit) -> Self {
        let conditions = fit.study.conditions();
        let population = fit.study.population();
        let mut sources: Vec<Source> = Vec::new();
        for kind in [GroupKind::Resident, GroupKind::Diaspora] {
            let of_kind = || {
                population
                    .groups
                    .iter()
                    .enumerate()
                    .filter(|(_, g)| g.nationality == VENEZUELANS && g.kind == kind)
            };
            let people: f64 = of_kind().map(|(_, g)| f64::from(g.people)).sum();
            let mean = |value: &dyn Fn(usize) -> f64| {
                of_kind().map(|(i, g)| f64::from(g.people) * value(i)).sum::<f64>() / people
            };
            sources.push(Source {
                people,
                wage: mean(&|i| population.groups[i].wage),
                eligible: kind != GroupKind::Diaspora,
                crisis: (0..conditions.span.days())
                    .map(|d| mean(&|i| f64::from(conditions.crisis[i][d])))
                    .collect(),
            });
        }
        let target = fit.target();
        let entries = (0..fit.study.months).map(|m| {
            let error = target.errors[m].hypot(DISCREPANCY);
            (Datum::Entries(m), target.values[m], error)
        });
        let encounters = fit.study.weak.iter().enumerate().filter_map(|(i, weak)| {
            let at = fit.entries() + i;
            let month = weak.encounters_of("VEN")?;
            Some((Datum::Encounters(month), target.values[at], target.errors[at]))
        });
        Self { conditions, sources, data: entries.chain(encounters).collect() }
    }

    /// Entries and arrivals at the US border by month.
    fn run(&self, p: &ParameterSet) -> (Vec<f64>, Vec<f64>) {
        let c = self.conditions;
        let n = VENEZUELANS;
        let days = c.span.days();
        let months = usize::from(c.month_of_day[days - 1]) + 1;
        let (mut entries, mut arrivals) = (vec![0.0; months], vec![0.0; months]);
        let mut on_the_way = vec![0.0; days + TO_DARIEN + TO_BORDER + 1];
        let mut to_darien = vec![0.0; days + TO_DARIEN + 1];
        let people: f64 = self.sources.iter().map(|s| s.people).sum();
        let audience = (people / REFERENCE_AUDIENCE).sqrt();
        let mut stocks = [Stock::default(); 2];
        let mut able = [0.0; 2];
        let mut belief = f64::from(c.access[n][0]);
        let (mut seen, mut refused, mut departed, mut remembered, mut travelled) = (0.0, 0.0, 0.0, 0.0, 22.0);
        let retry = p[Parameter::BorderRetry] * 0.75;
        for day in 0..days {
            let month = usize::from(c.month_of_day[day]);
            let access = f64::from(c.access[n][day]);
            // News and what is seen.
            announce(p, &c.news[n], day, &mut belief);
            let heard: f64 = seen + refused;
            if heard > 0.0 {
                let traffic = departed / (departed + p[Parameter::LearnHalf] * audience);
                let speed = p[Parameter::LearnBase] + p[Parameter::LearnTraffic] * traffic;
                belief += speed.min(0.5) * (seen / heard - belief);
            }
            // Intent.
            let memory = remembered / people;
            let network = network(p[Parameter::NetworkGain], p[Parameter::NetworkHalf] / 1000.0, memory);
            let shock = p[Parameter::AspirationShock] * f64::from(c.shock[n][day]);
            for (i, source) in self.sources.iter().enumerate() {
                if day % LOOK == 0 {
                    able[i] = source.ability(p, day);
                }
                let factor = if source.eligible { 1.0 } else { p[Parameter::DiasporaFactor] };
                let rate = p[Parameter::IntentVen] / 1000.0 / MONTH * factor;
                let wish = (p[Parameter::CrisisEffect] * source.crisis[day] + shock).exp();
                let intents = source.people * rate * wish * network;
                stocks[i].able += intents * able[i];
                stocks[i].unable += intents * (1.0 - able[i]);
            }
            // Departure.
            let open = c.visas[VisaCountry::Mexico as usize][day] & (1 << n) != 0;
            let around = if open { AROUND } else { 1.0 };
            let familiar = p[Parameter::FamiliarityStart]
                + (1.0 - p[Parameter::FamiliarityStart]) * travelled
                    / (travelled + p[Parameter::FamiliarityHalf] * audience);
            let wait = 1.0 - p[Parameter::WaitEffect] * f64::from(c.wait[n][day]);
            let places = f64::from(c.pathway[n][day]);
            let hazard = p[Parameter::DepartRate]
                * belief.max(1e-9).powf(p[Parameter::BeliefPower])
                * (1.0 - around + around * familiar)
                * wait;
            let mut leave = 0.0;
            for (stock, source) in stocks.iter_mut().zip(&self.sources) {
                let waiting = (stock.able + stock.unable).max(1.0);
                let hope = if source.eligible {
                    (-LAWFUL_MONTHS * places / waiting).exp().powf(p[Parameter::LawfulEffect])
                } else {
                    1.0
                };
                let gone = stock.able * (1.0 - (-hazard * hope).exp());
                leave += gone;
                stock.able -= gone;
                let admitted = if source.eligible { (places / MONTH / waiting).min(1.0) } else { 0.0 };
                let stays = fade(p[Parameter::IntentLife]) * (1.0 - admitted);
                stock.able *= stays;
                stock.unable *= stays;
            }
            to_darien[day + TO_DARIEN] += leave * around;
            on_the_way[day + BY_AIR] += leave * (1.0 - around);
            let entered = to_darien[day];
            on_the_way[day + TO_BORDER] += entered;
            let arrived = on_the_way[day];
            // Those refused try again: so many attempts a person, and so many let in at the end.
            let attempts = arrived / (1.0 - (1.0 - access) * retry);
            entries[month] += entered;
            arrivals[month] += attempts;
            seen = seen * fade(SEEN_DAYS) + attempts * access;
            refused = refused * fade(SEEN_DAYS) + attempts * (1.0 - access);
            remembered = remembered * fade(p[Parameter::NetworkMemory]) + attempts * access;
            departed = departed * fade(RECENT_DAYS) + leave;
            let routes = p[Parameter::FamiliarityMemory];
            travelled = travelled * fade(routes) + entered * MONTH / routes;
        }
        (entries, arrivals)
    }

    /// Minus the log of prior and likelihood, up to a constant.
    fn loss(&self, scores: &[f64]) -> f64 {
        let (entries, arrivals) = self.run(&parameters(scores));
        let misfit: f64 = self
            .data
            .iter()
            .map(|(datum, value, error)| {
                let predicted = match datum {
                    Datum::Entries(month) => entries[*month],
                    Datum::Encounters(month) => arrivals[*month],
                };
                bounded((transform(predicted) - value) / error).powi(2)
            })
            .sum();
        f64::midpoint(misfit, scores.iter().map(|z| z * z).sum::<f64>())
    }
}

/// The parameters of scores of those that the emulator reads.
fn parameters(scores: &[f64]) -> ParameterSet {
    let mut set = ParameterSet::defaults();
    for (p, z) in READS.iter().zip(scores) {
        set.set(*p, p.definition().quantile(normal_share(*z)));
    }
    set
}

/// Scores of the fitted parameters where the search of agents begins; those that the emulator does not read are at the
/// middle of the prior.
pub(super) fn start(fit: &Fit, attempt: u64, watch: &Watch<'_>) -> Vec<f64> {
    let emulator = Emulator::new(fit);
    let n = READS.len();
    let evaluations = EVALUATIONS.min(FOR_A_RUN * u64::from(fit.plan.search));
    let space = Fitness::bounded(n, 1, &vec![-SCORE_MAX; n], &vec![SCORE_MAX; n]);
    let settings = DeParams {
        popsize: POPULATION,
        max_evaluations: evaluations,
        seed: fit.chance.value(),
        runid: attempt as i64,
        ..DeParams::default()
    };
    let mut search = De::new(space, &[], &[], None, &settings);
    let mut best = (f64::INFINITY, vec![0.0; n]);
    let mut done = 0;
    while done < evaluations && !watch.is_stopped() {
        let asked = search.ask();
        let losses: Vec<f64> = asked.par_iter().map(|z| emulator.loss(z)).collect();
        for (z, loss) in asked.iter().zip(&losses) {
            if *loss < best.0 {
                best = (*loss, z.clone());
            }
        }
        done += losses.len() as u64;
        if search.tell(&losses) != 0 {
            break;
        }
    }
    let found = |p: &Parameter| READS.iter().position(|r| r == p).map_or(0.0, |i| best.1[i]);
    fit.free().iter().map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::calibrate::Plan;

    /// The emulator stands for agents: at the defaults, months of more than a thousand entries of both differ by less than a
    /// factor of two in the mean (of the logarithm), whatever is changed in the one or in the other.
    #[test]
    fn it_tells_what_agents_do() {
        let until = "2024-12".parse().unwrap();
        let fit = Fit::new(Plan { until, search: 0, members: 10, scale: 100, seed: 5, nth: 0 }).unwrap();
        let defaults = ParameterSet::defaults();
        let (entries, _) = Emulator::new(&fit).run(&defaults);
        let draw = fit.study.draw(&[], &fit.calm());
        let agents = fit.study.predicted(&fit.study.simulate(&draw, 0));
        let apart: Vec<f64> = entries
            .iter()
            .zip(&agents)
            .filter(|(e, _)| **e > 1000.0)
            .map(|(e, a)| (transform(*e) - a).abs())
            .collect();
        assert!(apart.len() > 24, "{} months", apart.len());
        let mean = apart.iter().sum::<f64>() / apart.len() as f64;
        assert!(mean < std::f64::consts::LN_2, "{mean}");
    }
}
