//! Route choice: recursive logit on generalised cost, as things look to each nationality and purse.
//!
//! The generalised cost of a leg is price + value of a day × days + aversion × danger (all in USD). The value of
//! going on from a place is the log-sum over its open legs (Fosgerau, Frejinger and Karlström, "A link based
//! network route choice model with unrestricted choice set", Transportation Research B 56, 2013), computed from
//! the US border backwards.

use super::Corridor;
use super::south::EARN_PER_DAY;
use crate::registry::parameters::Parameter;
use crate::world::conditions::{N, TrailState};
use crate::world::network::{Leg, Network, Pool};

/// Purse classes.
pub const PURSES: usize = 3;

/// What a day is worth to each purse class, relative to the mean.
const PURSE_VALUE: [f64; PURSES] = [0.5, 1.0, 2.0];

/// Days on the way gained and danger avoided on a guided trail (assumed).
const GUIDED: (f64, f64) = (0.7, 0.5);

/// Price of the gulf boats when the queue is a month long, over the usual price: 120 over 40 USD (S117).
const SQUEEZE: f64 = 2.0;

/// Days of an attempt at a closed trail: the walk, the way back and the rest (assumed).
const ATTEMPT_DAYS: f64 = 6.0;

/// Longest delay at a closed trail that people reckon with, days.
const LONGEST_DELAY: f64 = 60.0;

/// Days after which all know that a line is shut (assumed; the boat stop of four days in February 2024 left the month's
/// departures alone).
const KNOWN_AFTER: f64 = 30.0;

/// How a leg looks today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegNow {
    /// Whether anybody can pass.
    pub open: bool,
    /// Price, USD a person.
    pub price: f64,
    /// Factor on the days that it takes.
    pub days_factor: f64,
    /// Factor on death and abuse.
    pub danger_factor: f64,
    /// Days lost before it is passed: in line, or in vain attempts at a closed trail.
    pub delay: f64,
    /// How far it is known as closed, 0–1.
    pub barred: f64,
}

/// Route choice for every nationality and purse.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Routes {
    /// Legs as they look now.
    pub legs: Vec<LegNow>,
    /// Weight of each leg at its start, `[(nationality × purses + purse) × legs + leg]`; 0 where closed.
    weights: Vec<f64>,
    /// Expected price to the US border from each place, `[(nationality × purses + purse) × places + place]`; infinite where
    /// there is no way.
    price: Vec<f64>,
    /// Share of those at each place whose way leads through the Darién, same layout.
    darien: Vec<f64>,
    /// Share of those at each place whose way leads over something closed, same layout.
    barred: Vec<f64>,
    /// The price as it was when there was a way last, same layout; infinite where there never was one.
    known: Vec<f64>,
}

impl Routes {
    fn row(nationality: usize, purse: usize, width: usize) -> std::ops::Range<usize> {
        let at = (nationality * PURSES + purse) * width;
        at..at + width
    }

    /// Weights of all legs for a nationality and purse.
    #[inline]
    pub fn weights(&self, nationality: usize, purse: usize) -> &[f64] {
        &self.weights[Self::row(nationality, purse, self.legs.len())]
    }

    /// Expected price from a place to the US border, USD a person; infinite where there is no way.
    pub fn price_to_go(&self, network: &Network, nationality: usize, purse: usize, place: u8) -> f64 {
        self.price[Self::row(nationality, purse, network.places.len())][usize::from(place)]
    }

    /// Share of those at a place whose way leads through the Darién.
    pub fn darien_share(&self, network: &Network, nationality: usize, purse: usize, place: u8) -> f64 {
        self.darien[Self::row(nationality, purse, network.places.len())][usize::from(place)]
    }

    /// Share of those at a place whose way leads over a closed trail or a line that has been shut for long, 0–1.
    pub fn barred_share(&self, network: &Network, nationality: usize, purse: usize, place: u8) -> f64 {
        self.barred[Self::row(nationality, purse, network.places.len())][usize::from(place)]
    }

    /// The expected price as it was when there was a way from a place last, USD a person; infinite where there never was one.
    pub fn known_price(&self, network: &Network, nationality: usize, purse: usize, place: u8) -> f64 {
        self.known[Self::row(nationality, purse, network.places.len())][usize::from(place)]
    }

    /// Looks at everything anew; `days_in_line` tells how long people reckon to stand in a line.
    pub fn refresh(
        &mut self,
        rules: &Corridor,
        day: usize,
        industry: f64,
        days_in_line: impl Fn(Pool) -> f64,
    ) {
        let network = &rules.network;
        self.legs.clear();
        self.legs.extend(network.legs.iter().map(|leg| look(rules, leg, day, industry, &days_in_line)));
        let (legs, places) = (network.legs.len(), network.places.len());
        self.weights.resize(N * PURSES * legs, 0.0);
        self.price.resize(N * PURSES * places, 0.0);
        self.darien.resize(N * PURSES * places, 0.0);
        self.barred.resize(N * PURSES * places, 0.0);
        self.known.resize(N * PURSES * places, f64::INFINITY);
        for nationality in 0..N {
            // Routes differ between nationalities by visas alone.
            let alike = |other: &usize| rules.conditions.same_visas(*other, nationality, day);
            if let Some(other) = (0..nationality).find(alike) {
                self.copy(other, nationality, legs, places);
                continue;
            }
            for purse in 0..PURSES {
                self.solve(rules, day, nationality, purse);
            }
        }
        for (known, price) in self.known.iter_mut().zip(&self.price) {
            if price.is_finite() {
                *known = *price;
            }
        }
    }

    /// What holds for one nationality holds for another.
    fn copy(&mut self, from: usize, to: usize, legs: usize, places: usize) {
        let rows = [
            (&mut self.weights, legs),
            (&mut self.price, places),
            (&mut self.darien, places),
            (&mut self.barred, places),
        ];
        for (all, width) in rows {
            let size = PURSES * width;
            all.copy_within(from * size..(from + 1) * size, to * size);
        }
    }

    fn solve(&mut self, rules: &Corridor, day: usize, nationality: usize, purse: usize) {
        let network = &rules.network;
        let p = &rules.parameters;
        let scale = p[Parameter::RouteScale];
        let value_of_day = p[Parameter::ValueOfDay] * PURSE_VALUE[purse];
        let aversion = p[Parameter::DangerAversion];
        let weights = &mut self.weights[Self::row(nationality, purse, network.legs.len())];
        let price = &mut self.price[Self::row(nationality, purse, network.places.len())];
        let darien = &mut self.darien[Self::row(nationality, purse, network.places.len())];
        let barred = &mut self.barred[Self::row(nationality, purse, network.places.len())];
        let mut value = vec![f64::NEG_INFINITY; network.places.len()];
        for &place in &network.order {
            let here = usize::from(place);
            if place == network.goal {
                (value[here], price[here], darien[here], barred[here]) = (0.0, 0.0, 0.0, 0.0);
                continue;
            }
            let mut best = f64::NEG_INFINITY;
            for &l in &network.north[here] {
                let (leg, now) = (&network.legs[usize::from(l)], &self.legs[usize::from(l)]);
                let open = now.open && rules.visa_open(leg, nationality, day);
                let onward = value[usize::from(leg.to)];
                weights[usize::from(l)] = if open && onward > f64::NEG_INFINITY {
                    let danger = (leg.abuse + DEATH_WEIGHT * leg.death_recorded) * now.danger_factor;
                    let fine = if leg.control == Some(crate::world::network::Control::PanamaExit) {
                        rules.enforcement(crate::world::network::Control::PanamaExit, day) * super::FINE
                    } else {
                        0.0
                    };
                    let cost = now.price
                        + fine
                        + value_of_day * (leg.days * now.days_factor + now.delay)
                        + aversion * danger;
                    let utility = -cost / scale + onward;
                    best = best.max(utility);
                    utility
                } else {
                    f64::NEG_INFINITY
                };
            }
            let (mut total, mut spend, mut through, mut closed) = (0.0, 0.0, 0.0, 0.0);
            if best > f64::NEG_INFINITY {
                for &l in &network.north[here] {
                    let w = &mut weights[usize::from(l)];
                    *w = (*w - best).exp();
                    let (leg, now) = (&network.legs[usize::from(l)], &self.legs[usize::from(l)]);
                    if *w > 0.0 {
                        let to = usize::from(leg.to);
                        total += *w;
                        spend += *w * (now.price + EARN_PER_DAY * now.delay + price[to]);
                        closed += *w * (1.0 - (1.0 - now.barred) * (1.0 - barred[to]));
                        through += *w * if leg.is_crossing() { 1.0 } else { darien[to] };
                    }
                }
            } else {
                for &l in &network.north[here] {
                    weights[usize::from(l)] = 0.0;
                }
            }
            value[here] = if total > 0.0 { best + total.ln() } else { f64::NEG_INFINITY };
            price[here] = if total > 0.0 { spend / total } else { f64::INFINITY };
            darien[here] = if total > 0.0 { through / total } else { 0.0 };
            barred[here] = if total > 0.0 { closed / total } else { 1.0 };
        }
    }
}

/// Weight of a recorded death against abuse in the danger that people see (assumed).
const DEATH_WEIGHT: f64 = 50.0;

fn look(
    rules: &Corridor,
    leg: &Leg,
    day: usize,
    industry: f64,
    days_in_line: &impl Fn(Pool) -> f64,
) -> LegNow {
    let p = &rules.parameters;
    let state = leg.trail.map_or(TrailState::Open, |t| rules.conditions.trails[t as usize][day]);
    let mut now = LegNow {
        open: leg.active_on(day) && state != TrailState::Sealed,
        price: leg.price,
        days_factor: 1.0,
        danger_factor: 1.0,
        delay: 0.0,
        barred: 0.0,
    };
    if let Some(pool) = leg.pool {
        now.delay = days_in_line(pool);
        now.price *= 1.0 + SQUEEZE * (now.delay / 30.0).min(1.0);
        if rules.capacity(pool, day) <= 0.0 {
            now.barred = (rules.closed_for(pool, day) as f64 / KNOWN_AFTER).min(1.0);
        }
    }
    if leg.trail.is_some() {
        let discount = 1.0 - p[Parameter::IndustryDiscount] * industry;
        let closed = state == TrailState::Closed;
        let pressure =
            if closed { 1.0 } else { rules.enforcement(crate::world::network::Control::Darien, day) };
        if closed && leg.passes_closure() {
            let leak = p[Parameter::Leak];
            now.delay += (ATTEMPT_DAYS * (1.0 - leak) / leak).min(LONGEST_DELAY);
            now.barred = 1.0;
        }
        now.price *= discount
            * (1.0 + p[Parameter::EnforcementPrice] * pressure)
            * f64::from(rules.conditions.smuggling[day]);
        now.days_factor *= discount * (1.0 + 0.5 * pressure);
        now.danger_factor *= discount * (1.0 + 0.5 * pressure);
        if state == TrailState::Guided {
            now.days_factor *= GUIDED.0;
            now.danger_factor *= GUIDED.1;
        }
    } else if leg.control == Some(crate::world::network::Control::ColombiaCoast) {
        let pressure = rules.enforcement(crate::world::network::Control::ColombiaCoast, day);
        now.price *= 1.0 + p[Parameter::EnforcementPrice] * pressure;
    }
    now
}
