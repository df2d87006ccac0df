//! What follows once from world, parameters and seed, and the small questions that phases ask of it.

use super::routes::Routes;
use super::shard;
use super::south::WayHome;
use super::state::{Heard, Party, State};
use super::tally::Flow;
use super::{Corridor, Innovations, formulas};
use crate::random::{Decision, Seed, sample};
use crate::registry::NATIONALITIES;
use crate::registry::parameters::{Parameter, ParameterSet};
use crate::world::conditions::{N, TrailState};
use crate::world::groups::GroupKind;
use crate::world::network::{Control, Leg, Pool, Trail, VisaCountry};
use crate::world::{Conditions, Group, Network, Population};
use chrono::Datelike;
use std::sync::Arc;

/// Days in which the shock of one month gives way to that of the next (assumed).
const MOOD_TURNS: f64 = 10.0;

/// Mean days of a month.
pub const MONTH: f64 = 30.4375;

/// Part of the corridor in which people are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Before the Darién.
    Approach,
    /// Panama.
    Panama,
    /// Costa Rica to Guatemala.
    Transit,
    /// Mexico.
    Mexico,
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Derived {
    /// Base intent hazard of each group, per agent and day.
    base: Vec<f64>,
    /// People of each nationality who live where a way leads to the Darién.
    audience: [f64; N],
    /// Typical days from home to the Darién, by nationality.
    to_darien: [f64; N],
    /// Start place of each group.
    start: Vec<u8>,
    /// Whether each group lives in its own country.
    resident: Vec<bool>,
    /// Expected price of the way of each group on the first day, USD.
    reference_price: Vec<f64>,
    /// Zone of each place.
    zone: Vec<Zone>,
    /// Group of each community.
    group_of_community: Vec<u8>,
    /// First shard of each group.
    first_shard: Vec<usize>,
    /// Whether a place is a reception station.
    station: Vec<bool>,
    /// Flow that counts the arrival by a bypass, by leg.
    bypass: Vec<Option<Flow>>,
    /// Legs of each trail.
    trail_legs: Vec<Vec<u8>>,
    /// Shocks by month and nationality, log.
    mood: Vec<[Mood; N]>,
    /// Seasonal factor by day.
    season: Vec<f64>,
    /// Days for which a pool has been shut, by pool and day.
    shut: Vec<Vec<u16>>,
    mexico_city: u8,
    tapachula: u8,
    trail_head: [u8; Trail::ALL.len()],
    way_home: [u8; 4],
    /// Price of the way home from each place along the southward legs, USD a person.
    fare_home: Vec<f64>,
    /// How each nationality goes home.
    goes_home: [WayHome; N],
    end_of_way_home: u8,
    hub: u8,
}

fn zone_of(place: &str) -> Zone {
    match place {
        "BCH" | "CMB" | "MTT" | "LJB" | "SVC" | "PCN" | "MIR" => Zone::Panama,
        "EMI" | "PBL" | "LCH" | "MGA" | "CIS" | "BLF" | "DNL" | "AGC" | "ESQ" | "TEC" => Zone::Transit,
        "TAP" | "MEX" | "USA" => Zone::Mexico,
        _ => Zone::Approach,
    }
}

fn bypass_flow(leg: &Leg, network: &Network) -> Option<Flow> {
    match (leg.visa, network.places[usize::from(leg.to)]) {
        (Some(VisaCountry::Mexico), "MEX") => Some(Flow::BypassMexicoAir),
        (Some(VisaCountry::Nicaragua), "MGA") => Some(Flow::BypassManaguaAir),
        (None, "MGA") => Some(Flow::BypassSanAndres),
        _ => None,
    }
}

/// A standard normal number with heavier tails: Tukey's h distribution (Hoaglin, "Summarizing shape numerically: the
/// g-and-h distributions", in "Exploring Data Tables, Trends, and Shapes", 1985).
fn heavy(z: f64, h: f64) -> f64 {
    z * (h * z * z / 2.0).exp()
}

/// Variance of [`heavy`] of a standard normal number (Hoaglin, as above), for tails that have one.
fn variance_of_heavy(h: f64) -> f64 {
    (1.0 - 2.0 * h).max(0.2).powf(-1.5)
}

/// What multiplies intent and departure, log.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mood {
    /// Of the hazard of an intent. Intents gather over a year, so that their mean counts: what chance draws for months that
    /// no data tell of multiplies by one on average (normal shocks exactly).
    pub intent: f64,
    /// Of departures. They are seen month by month, on the log scale on which levels are fitted: what chance draws
    /// multiplies by one in the median.
    pub departure: f64,
}

/// The monthly shocks: an autoregression of order one with the given or drawn innovations; for intents less half of the
/// variance that months which no data tell of have brought in. A month follows the last, for its shocks act before it
/// begins ([`Corridor::mood`]): no day may depend on where the run ends.
fn moods(months: usize, p: &ParameterSet, seed: Seed, known: &Innovations) -> Vec<[Mood; N]> {
    let tail = p[Parameter::MoodTail];
    let heaviness = variance_of_heavy(tail);
    let mut path = Vec::with_capacity(months + 1);
    let (mut shock, mut variance) = ([0.0; N], [0.0; N]);
    for month in 0..=months {
        let z = known.months.get(month).copied().unwrap_or_else(|| Innovations::drawn(seed, 0, month));
        for (n, ((shock, variance), z)) in shock.iter_mut().zip(&mut variance).zip(z).enumerate() {
            let (memory, spread) = (mood_memory(p, n), p.values()[Parameter::MoodVen as usize + n]);
            *shock = memory * *shock + spread * heavy(z, tail);
            if month >= known.told {
                *variance = memory * memory * *variance + spread * spread * heaviness;
            }
        }
        path.push(std::array::from_fn(|n| Mood {
            intent: shock[n] - variance[n] / 2.0,
            departure: shock[n],
        }));
    }
    path
}

/// Share of a nationality's shock that is left a month later.
fn mood_memory(p: &ParameterSet, nationality: usize) -> f64 {
    p[if nationality == 0 { Parameter::MoodMemory } else { Parameter::MoodSmallMemory }]
}

impl Derived {
    fn new(
        population: &Population,
        network: &Network,
        conditions: &Conditions,
        p: &ParameterSet,
        seed: Seed,
        innovations: &Innovations,
    ) -> Self {
        let mut audience = [0.0; N];
        let mut base = Vec::new();
        let mut group_of_community = Vec::new();
        for (i, g) in population.groups.iter().enumerate() {
            if network.place(&g.place).is_some_and(|start| network.reaches_crossing(start)) {
                audience[g.nationality] += population.persons(g.nationality, i64::from(g.agents)) as f64;
            }
            let factor = formulas::residence(p, NATIONALITIES[g.nationality].code, g.kind);
            let per_month = p.values()[Parameter::IntentVen as usize + g.nationality] / 1000.0;
            base.push(per_month * factor / MONTH);
            group_of_community.extend(std::iter::repeat_n(i as u8, g.communities as usize));
        }
        let days = conditions.span.days();
        let shut = Pool::ALL
            .iter()
            .map(|&pool| {
                let mut run = 0u16;
                (0..days)
                    .map(|d| {
                        run = if conditions.capacity[pool as usize][d] == 0.0 {
                            run.saturating_add(1)
                        } else {
                            0
                        };
                        run
                    })
                    .collect()
            })
            .collect();
        let at = |id: &str| network.place(id).unwrap_or(network.goal);
        let by_road = network.by_road(at("NEC"));
        let goes_home = std::array::from_fn(|n| {
            let resident = |g: &&Group| g.nationality == n && g.kind == GroupKind::Resident;
            let road = population.groups.iter().filter(resident).any(|g| by_road[usize::from(at(&g.place))]);
            WayHome::of(NATIONALITIES[n].code, road)
        });
        Self {
            base,
            audience,
            to_darien: days_to_darien(population, network),
            start: population.groups.iter().map(|g| at(&g.place)).collect(),
            resident: population.groups.iter().map(|g| g.kind == GroupKind::Resident).collect(),
            reference_price: Vec::new(),
            zone: network.places.iter().map(|p| zone_of(p)).collect(),
            group_of_community,
            first_shard: population
                .groups
                .iter()
                .scan(0, |next, g| {
                    let first = *next;
                    *next += shard::count(g.communities);
                    Some(first)
                })
                .collect(),
            station: network.places.iter().map(|p| ["LJB", "SVC", "MTT"].contains(p)).collect(),
            bypass: network.legs.iter().map(|l| bypass_flow(l, network)).collect(),
            trail_legs: Trail::ALL
                .iter()
                .map(|t| {
                    (0..network.legs.len() as u8)
                        .filter(|&l| network.legs[usize::from(l)].trail == Some(*t))
                        .collect()
                })
                .collect(),
            mood: moods(conditions.span.months(), p, seed, innovations),
            season: (0..days).map(|d| season(p, conditions.span.date(d).ordinal0())).collect(),
            shut,
            mexico_city: at("MEX"),
            tapachula: at("TAP"),
            trail_head: [at("ACD"), at("CAP"), at("CAP"), at("CAP"), at("MDE"), at("ADZ")],
            // The approach goes home by bus from the port; others by the southward legs.
            way_home: [at("NEC"), at("PCN"), at("PBL"), at("MEX")],
            fare_home: (0..network.places.len() as u8).map(|place| network.fare_south(place)).collect(),
            goes_home,
            hub: at("MDE"),
            end_of_way_home: network.end_of_south(at("NEC")),
        }
    }
}

/// Typical days from home to the Darién by nationality, mean over those from whom a way leads there.
fn days_to_darien(population: &Population, network: &Network) -> [f64; N] {
    let by_place = network.days_to_darien();
    std::array::from_fn(|n| {
        let (mut days, mut people) = (0.0, 0.0);
        for g in population.groups.iter().filter(|g| g.nationality == n) {
            let way = network.place(&g.place).map_or(f64::INFINITY, |place| by_place[usize::from(place)]);
            if way.is_finite() {
                days += way * f64::from(g.people);
                people += f64::from(g.people);
            }
        }
        days / people.max(1.0)
    })
}

/// Departures are lowest in mid-November, at the worst of the rains, and highest in mid-March.
fn season(p: &ParameterSet, day_of_year: u32) -> f64 {
    let angle = (f64::from(day_of_year) - 318.0) / 365.25 * std::f64::consts::TAU;
    1.0 - p[Parameter::SeasonDepth] * (0.5 + 0.5 * angle.cos())
}

impl Corridor {
    /// Puts a run together.
    pub fn new(
        population: Arc<Population>,
        network: Arc<Network>,
        conditions: Arc<Conditions>,
        parameters: ParameterSet,
        seed: Seed,
        innovations: Arc<Innovations>,
    ) -> Self {
        let derived = Derived::new(&population, &network, &conditions, &parameters, seed, &innovations);
        let mut rules =
            Self { population, network, conditions, parameters, seed, innovations, parallel: false, derived };
        let mut first_look = Routes::default();
        first_look.refresh(&rules, 0, 0.0, |_| 0.0);
        rules.derived.reference_price = (0..rules.population.groups.len())
            .map(|i| {
                first_look.price_to_go(
                    &rules.network,
                    rules.population.groups[i].nationality,
                    1,
                    rules.start_place(i),
                )
            })
            .map(|price| if price.is_finite() { price } else { FALLBACK_PRICE })
            .collect();
        rules
    }

    /// Agents of a nationality that a number of its people are.
    #[inline]
    pub fn agents(&self, nationality: usize, people: f64) -> f64 {
        people / f64::from(self.population.people_per_agent[nationality])
    }

    /// The people that a party stands for.
    #[inline]
    pub fn persons(&self, party: &Party) -> i64 {
        self.population.persons(usize::from(party.nationality), i64::from(party.size))
    }

    /// Capacity of a pool on a day, persons.
    #[inline]
    pub fn capacity(&self, pool: Pool, day: usize) -> f64 {
        f64::from(self.conditions.capacity[pool as usize][day])
    }

    /// Days for which a pool has been shut.
    pub fn closed_for(&self, pool: Pool, day: usize) -> usize {
        usize::from(self.derived.shut[pool as usize][day])
    }

    /// Intensity of a control on a day, 0–1.
    #[inline]
    pub fn enforcement(&self, control: Control, day: usize) -> f64 {
        f64::from(self.conditions.enforcement[control as usize][day])
    }

    /// Whether a leg's visa lets a nationality pass.
    #[inline]
    pub fn visa_open(&self, leg: &Leg, nationality: usize, day: usize) -> bool {
        leg.visa.is_none_or(|c| self.conditions.visas[c as usize][day] & (1 << nationality) != 0)
    }

    /// Whether routes may look different than yesterday: a lever acts on them, or a leg enters or leaves the world.
    pub fn ways_change(&self, day: usize) -> bool {
        let moved = |leg: &Leg| day > 0 && leg.active_on(day) != leg.active_on(day - 1);
        self.conditions.route_changes[day] || self.network.legs.iter().any(moved)
    }

    /// Whether nobody of a nationality may set out on a leg on a day: it is not in use, its trail is sealed, or it needs
    /// a visa that the nationality does not get.
    pub fn is_shut(&self, leg: u8, nationality: usize, day: usize) -> bool {
        let leg = &self.network.legs[usize::from(leg)];
        let sealed = |t: Trail| self.conditions.trails[t as usize][day] == TrailState::Sealed;
        !leg.active_on(day) || leg.trail.is_some_and(sealed) || !self.visa_open(leg, nationality, day)
    }

    /// Whether an operator flies on a day and a nationality is accepted at the other end.
    #[inline]
    pub fn can_be_flown(&self, operator: usize, nationality: usize, day: usize) -> bool {
        let flights = self.conditions.flights[operator][day];
        flights.per_week > 0.0 && flights.accepts & (1 << nationality) != 0
    }

    /// Share that is left on a day of an arrival that a community heard of on the first.
    pub fn left(&self, day: usize) -> f64 {
        (-(day as f64) / self.parameters[Parameter::NetworkMemory]).exp()
    }

    /// The last simulated day.
    pub fn last_day(&self) -> usize {
        self.conditions.span.days().saturating_sub(1)
    }

    /// The group at a position.
    #[inline]
    pub fn group(&self, group: u8) -> &Group {
        &self.population.groups[usize::from(group)]
    }

    /// The group of a community.
    #[inline]
    pub fn group_of(&self, community: u32) -> u8 {
        self.derived.group_of_community[community as usize]
    }

    /// The community of a head of a group.
    #[inline]
    pub fn community_of(&self, group: usize, head: u32) -> u32 {
        self.population.community(&self.population.groups[group], head)
    }

    /// The shard of a community.
    #[inline]
    pub fn shard_of(&self, community: u32) -> usize {
        let group = usize::from(self.group_of(community));
        let g = &self.population.groups[group];
        self.derived.first_shard[group] + shard::position(g.communities, community - g.first_community)
    }

    /// What a party's community hears of its fate.
    pub fn heard(&self, party: &Party, success: bool) -> Heard {
        let community = self.community_of(usize::from(party.group), party.head);
        Heard { community, nationality: party.nationality, size: party.size, success }
    }

    /// Where a group sets out.
    #[inline]
    pub fn start_place(&self, group: usize) -> u8 {
        self.derived.start[group]
    }

    /// Intents per agent of a group and day, before all factors.
    #[inline]
    pub fn base_hazard(&self, group: usize) -> f64 {
        self.derived.base[group]
    }

    /// Monthly travellers, in its agents, that mean to a nationality what `people` a month mean to one of 36 million
    /// (Venezuelans): scaled with the square root of those who live where a way leads to the Darién (assumed).
    pub fn traffic(&self, nationality: usize, people: f64) -> f64 {
        let audience = self.derived.audience[nationality];
        self.agents(nationality, people * (audience / REFERENCE_AUDIENCE).sqrt())
    }

    /// Typical days from home to the Darién of a nationality.
    pub fn days_to_darien(&self, nationality: usize) -> f64 {
        self.derived.to_darien[nationality]
    }

    /// Expected price of a group's way on the first day, USD.
    pub fn reference_price(&self, group: usize) -> f64 {
        self.derived.reference_price[group]
    }

    /// Shock to intent and departure of a nationality on a day, log. The value of a month holds from the middle of the
    /// month before, since who leaves then is counted in the Darién in that month, and is reached within ten days.
    pub fn mood(&self, nationality: usize, day: usize) -> Mood {
        let c = &self.conditions;
        let of_month = c.span.date(day).day0();
        let of = |month: usize| self.derived.mood[month][nationality];
        let month = usize::from(c.month_of_day[day]);
        let half = |day: usize| u32::from(c.days_in_month[day]).div_ceil(2);
        let (before, now, since) = if of_month >= half(day) {
            (of(month), of(month + 1), of_month - half(day))
        } else {
            let last_month = day.saturating_sub(of_month as usize + 1);
            (month.checked_sub(1).map_or(Mood::default(), of), of(month), of_month + half(last_month))
        };
        let turned = (f64::from(since + 1) / MOOD_TURNS).min(1.0);
        let between = |before: f64, now: f64| before + turned * (now - before);
        Mood {
            intent: between(before.intent, now.intent),
            departure: between(before.departure, now.departure),
        }
    }

    /// Replaces the shocks known from data; those of later months stay as they are.
    pub fn set_innovations(&mut self, innovations: Arc<Innovations>) {
        self.derived.mood = moods(self.conditions.span.months(), &self.parameters, self.seed, &innovations);
        self.innovations = innovations;
    }

    /// Seasonal factor of departures on a day.
    #[inline]
    pub fn season(&self, day: usize) -> f64 {
        self.derived.season[day]
    }

    /// Zone of a place.
    #[inline]
    pub fn zone(&self, place: u8) -> Zone {
        self.derived.zone[usize::from(place)]
    }

    /// Whether a place is a reception station, where people can be held or give up.
    #[inline]
    pub fn is_station(&self, place: u8) -> bool {
        self.derived.station[usize::from(place)]
    }

    /// Flow that counts the arrival by a leg around the Darién.
    #[inline]
    pub fn bypass(&self, leg: u8) -> Option<Flow> {
        self.derived.bypass[usize::from(leg)]
    }

    /// Whether a party comes directly from its own country.
    pub fn came_directly(&self, party: &Party) -> bool {
        self.derived.resident[usize::from(party.group)]
    }

    /// Price of the whole crossing by a trail, boats included, USD a person.
    pub fn crossing_price(&self, state: &State, trail: Trail) -> f64 {
        let legs = &self.derived.trail_legs[trail as usize];
        let boat = self.network.legs.iter().position(|l| l.pool == Some(Pool::GulfBoats));
        legs.iter().map(|&l| state.routes.legs[usize::from(l)].price).sum::<f64>()
            + boat.map_or(0.0, |b| state.routes.legs[b].price)
    }

    /// Chance that a party turns round at a station when hope at the end of the route is low.
    pub fn gives_up_in_panama(&self, state: &State, party: &Party) -> bool {
        let belief = state.minds[usize::from(party.nationality)].belief;
        let chance = self.parameters[Parameter::TransitGiveUp] * (1.0 - belief / HOPE).max(0.0);
        let word = || {
            let attempts = u32::from(party.attempts);
            self.seed.words(Decision::TurnSouth, party.head, u32::from(party.step), attempts)[0]
        };
        chance > 0.0 && sample::bernoulli(word(), chance)
    }

    /// Where people tried to be let in again wait.
    pub fn mexico_city(&self) -> u8 {
        self.derived.mexico_city
    }

    /// Where Mexico sends people back to.
    pub fn tapachula(&self) -> u8 {
        self.derived.tapachula
    }

    /// Whether the trail of a leg is closed on a day.
    #[inline]
    pub fn is_closed(&self, leg: &Leg, day: usize) -> bool {
        leg.trail.is_some_and(|t| self.conditions.trails[t as usize][day] == TrailState::Closed)
    }

    /// Where those who leave a line look for another way: from the ports back in Medellín, else where they stand.
    pub fn hub(&self, pool: Pool, party: &Party) -> u8 {
        match pool {
            Pool::GulfBoats | Pool::PacificBoats | Pool::SanAndresBoats => self.derived.hub,
            _ => party.place,
        }
    }

    /// Where a trail begins to which a leg belongs.
    pub fn trail_head(&self, leg: u8) -> u8 {
        let leg = &self.network.legs[usize::from(leg)];
        leg.trail.map_or(leg.from, |t| self.derived.trail_head[t as usize])
    }

    /// Price of the way home from a place along the southward legs, USD a person.
    #[inline]
    pub fn fare_home(&self, place: u8) -> f64 {
        self.derived.fare_home[usize::from(place)]
    }

    /// How a nationality goes home from Mexico and Central America.
    #[inline]
    pub fn goes_home(&self, nationality: usize) -> WayHome {
        self.derived.goes_home[nationality]
    }

    /// Where the southward legs end.
    pub fn end_of_way_home(&self) -> u8 {
        self.derived.end_of_way_home
    }

    /// Where the way home begins in a zone.
    pub fn way_home(&self, zone: Zone) -> u8 {
        self.derived.way_home[zone as usize]
    }
}

/// Believed chance below which people on the way begin to turn round (assumed; S006: 3,800 returned from Panama in 2022).
const HOPE: f64 = 0.3;

/// People at risk to whom measures of traffic refer: Venezuelans at home and abroad.
const REFERENCE_AUDIENCE: f64 = 36.0e6;

/// Reference price where a group has no way on the first day, USD (`cost_total_sum_of_edges`).
const FALLBACK_PRICE: f64 = 1027.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Known shocks fade, and what chance adds to them multiplies intents by one on average and departures in the median.
    #[test]
    fn drawn_shocks_lift_neither_mean_intents_nor_median_departures() {
        let mut p = ParameterSet::defaults();
        for (parameter, value) in
            [(Parameter::MoodVen, 0.4), (Parameter::MoodMemory, 0.8), (Parameter::MoodTail, 0.0)]
        {
            p.set(parameter, value);
        }
        let known = Innovations::told(vec![[1.0; N]; 3]);
        let runs = 20_000;
        let (mut sum, mut squares, mut above) = (0.0, 0.0, 0);
        let left = 0.976 * 0.8_f64.powi(10);
        for seed in 0..runs {
            let path = moods(12, &p, Seed::new(seed), &known);
            for (month, shock) in [0.4, 0.72, 0.976].into_iter().enumerate() {
                let Mood { intent, departure } = path[month][0];
                assert!((intent - shock).abs() < 1e-12 && intent == departure, "data decide month {month}");
            }
            let factor = (path[12][0].intent - left).exp();
            above += i32::from(path[12][0].departure > left);
            sum += factor;
            squares += factor * factor;
        }
        let mean = sum / runs as f64;
        let error = ((squares / runs as f64 - mean * mean) / runs as f64).sqrt();
        assert!((mean - 1.0).abs() < 4.0 * error && error < 0.01, "{mean} ± {error}");
        assert!((above - 10_000).abs() < 300, "{above} of 20,000");
    }
}
