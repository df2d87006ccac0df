//! Levers that can change nothing in a scenario.
//!
//! A lever acts on people through legs, lines, stations, flights and groups. One that a scenario sets and that no leg in
//! use asks for, that nobody can reach, or that waits for another lever, is a mistake that no result shows.

use super::conditions::N;
use super::groups::{GroupKind, Population};
use super::network::{Control, Leg, Network, Pool, Station, Trail, VisaCountry};
use crate::error::Problem;
use crate::registry::NATIONALITIES;
use crate::registry::levers::{Lever, levers};
use crate::scenario::Scenario;

/// People an agent stands for where only groups and places count.
const COARSE: u32 = 10_000;

/// A lever that a scenario sets and that can change nothing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// Key of the lever.
    pub key: String,
    /// Why it cannot act, and how to mend it: the rest of a sentence that begins with the key.
    pub why: String,
}

/// The levers that a scenario sets otherwise than `base` (or than their default) and that can change nothing in it, by key.
pub fn idle(scenario: &Scenario, base: Option<&Scenario>, population: &Population) -> Vec<Idle> {
    let world = World::new(scenario, population);
    levers()
        .iter()
        .filter(|lever| differs(scenario, base, lever))
        .filter_map(|lever| world.why_idle(lever).map(|why| Idle { key: lever.key.clone(), why }))
        .collect()
}

/// Whether a lever has another path than in the base; also after the horizon, since a step there is a mistake as well.
fn differs(scenario: &Scenario, base: Option<&Scenario>, lever: &Lever) -> bool {
    let mine = scenario.lever_path(&lever.key);
    match base {
        Some(base) => mine != base.lever_path(&lever.key),
        None => !mine.segments().is_empty(),
    }
}

struct World<'a> {
    scenario: &'a Scenario,
    end: chrono::NaiveDate,
    network: Network,
    population: &'a Population,
    /// Legs that each nationality can reach when every visa is open, and that are in use in the horizon.
    reached: Vec<Vec<bool>>,
}

impl<'a> World<'a> {
    fn new(scenario: &'a Scenario, population: &'a Population) -> Self {
        let network = Network::corridor(scenario.simulated(), scenario.known_until());
        let days = scenario.simulated().days();
        let first = days - scenario.horizon().days();
        let in_use = |leg: &Leg| leg.active.0 < days as i64 && leg.active.1 >= first as i64;
        let reached = (0..N)
            .map(|n| {
                let mut places = vec![false; network.places.len()];
                let mut legs = vec![false; network.legs.len()];
                let homes = population.groups.iter().filter(|g| g.nationality == n);
                let mut open: Vec<u8> = homes.filter_map(|g| network.place(&g.place)).collect();
                while let Some(here) = open.pop() {
                    if std::mem::replace(&mut places[usize::from(here)], true) {
                        continue;
                    }
                    for &l in &network.north[usize::from(here)] {
                        let leg = &network.legs[usize::from(l)];
                        if in_use(leg) {
                            legs[usize::from(l)] = true;
                            open.push(leg.to);
                        }
                    }
                }
                legs
            })
            .collect();
        let end = scenario.horizon().until;
        Self { scenario, end, network, population, reached }
    }

    /// Whether some nationality (or one) reaches a leg in use.
    fn some_leg(&self, nationality: Option<usize>, wanted: impl Fn(&Leg) -> bool) -> bool {
        self.network.legs.iter().enumerate().any(|(l, leg)| {
            wanted(leg)
                && match nationality {
                    Some(n) => self.reached[n][l],
                    None => self.reached.iter().any(|legs| legs[l]),
                }
        })
    }

    /// Whether a number is above 0 on some day of the horizon.
    fn ever(&self, key: &str) -> bool {
        self.scenario.daily(key, self.scenario.horizon()).iter().any(|v| *v > 0.0)
    }

    fn ever_accepts(&self, operator: &str) -> bool {
        let horizon = self.scenario.horizon();
        (0..horizon.days()).any(|d| !self.scenario.accepts(operator, horizon.date(d)).is_empty())
    }

    /// Why a lever cannot act; none if it can.
    fn why_idle(&self, lever: &Lever) -> Option<String> {
        let code = |i: usize| lever.members.get(i).map_or("", |m| m.code);
        let of = |text: &str| NATIONALITIES.iter().position(|n| n.code == text);
        let segments = self.scenario.lever_path(&lever.key).segments();
        if !segments.is_empty() && segments.iter().all(|s| s.from > self.end) {
            return Some(format!(
                "is set for days after {}, the end of the horizon; move the step or the end",
                self.end
            ));
        }
        let family = lever.family.pattern;
        match family.split('.').next().unwrap_or_default() {
            "visa" => {
                let country = VisaCountry::from_code(code(0))?;
                let n = of(code(1))?;
                (!self.some_leg(Some(n), |leg| leg.visa == Some(country))).then(|| {
                    format!("acts on no flight: nobody of {} flies to {} in this model", code(1), code(0))
                })
            }
            "trail" => {
                let trail = Trail::from_code(code(0))?;
                (!self.some_leg(None, |leg| leg.trail == Some(trail)))
                    .then(|| "acts on no leg that is in use in the horizon".to_owned())
            }
            "capacity" => {
                let known = Station::from_code(code(0)).is_some();
                let pool = Pool::from_code(code(0));
                (!known && !self.some_leg(None, |leg| pool.is_some() && leg.pool == pool))
                    .then(|| "acts on no leg that is in use in the horizon".to_owned())
            }
            "enforcement" => {
                let control = Control::from_code(code(0));
                // The US border acts on those who arrive, not on a leg.
                (control != Some(Control::UsBorder)
                    && !self.some_leg(None, |leg| leg.control.is_some() && leg.control == control))
                .then(|| "acts on no leg that is in use in the horizon".to_owned())
            }
            "flights" => self.why_flights_idle(code(0), family),
            "crisis" | "aid" => (!self.population.groups.iter().any(|g| g.residence == code(0)))
                .then(|| format!("acts on nobody: no group of this model lives in {}", code(0))),
            "pathway" => {
                let n = of(code(0))?;
                let eligible = |g: &crate::world::Group| g.nationality == n && g.kind != GroupKind::Diaspora;
                (!self.population.groups.iter().any(eligible)).then(|| {
                    "acts on nobody: no group of this nationality can be given a lawful place".to_owned()
                })
            }
            _ => None,
        }
    }

    fn why_flights_idle(&self, operator: &str, family: &str) -> Option<String> {
        let key = |what: &str| format!("flights.{operator}.{what}");
        let needs =
            |what: &str| Some(format!("acts only if `{}` is set: no flight leaves without", key(what)));
        if !family.ends_with("per_week") && !self.ever(&key("per_week")) {
            return needs("per_week");
        }
        // Flights that stop need nothing.
        if family.ends_with("per_week") && !self.ever(&key("per_week")) {
            return None;
        }
        if !family.ends_with("seats") && !self.ever(&key("seats")) {
            return needs("seats");
        }
        if !family.ends_with("accepts") && !self.ever_accepts(operator) {
            return needs("accepts");
        }
        None
    }
}

/// A warning for each lever that a scenario sets and that can change nothing in it.
pub fn warnings(scenario: &Scenario) -> Vec<Problem> {
    let Ok(population) = Population::new(COARSE) else { return Vec::new() };
    let found = idle(scenario, base_of(scenario).as_ref(), &population);
    found.into_iter().map(|idle| Problem::new(scenario.name(), idle.why).with_key(idle.key)).collect()
}

/// The scenario that one extends, without what was set on the command line; none for one that extends nothing.
pub fn base_of(scenario: &Scenario) -> Option<Scenario> {
    let layers = scenario.layers().get(1..)?;
    let until = Some(scenario.horizon().until);
    Scenario::from_layers(layers, &[], until).ok()
}
