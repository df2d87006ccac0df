//! Formulas of the rules, as pure functions: the phases of the agents and the emulator of the calibration call the same
//! ones.

use super::state::Mind;
use crate::registry::parameters::{Parameter, ParameterSet};
use crate::world::conditions::News;
use crate::world::groups::GroupKind;

/// Days over which an announcement takes its full effect (3–15, S003 and S007).
const NEWS_DAYS: i64 = 10;

/// Days over which what is heard of the border fades.
pub const SEEN_DAYS: f64 = 20.0;
/// Days over which the count of recent departures fades.
pub const RECENT_DAYS: f64 = 30.0;
/// Days over which crossings and flights are remembered.
pub const CROSSINGS_DAYS: f64 = 60.0;

/// Months ahead over which people weigh the chance of a lawful place (assumed).
const LAWFUL_MONTHS: f64 = 6.0;

/// Part of a wage that is saved while waiting for enough money (assumed).
pub const SAVED_SHARE: f64 = 0.25;

/// What remains of something that fades over so many days, a day later.
#[inline]
pub fn fade(days: f64) -> f64 {
    1.0 - 1.0 / days
}

/// What belief is moved by on a day.
#[derive(Debug, Clone, Copy)]
pub struct Hearing<'a> {
    /// The announcements that concern the nationality, in order of days.
    pub news: &'a [News],
    /// The day.
    pub day: i64,
    /// Whether another rule comes into force today: outcomes of the old one say nothing of it.
    pub new_rule: bool,
    /// Mean time from leaving home to being let in or refused, days.
    pub ahead: f64,
    /// Departures of the last month at which half of the learning that traffic brings is there, in the unit of
    /// [`Mind::departed`].
    pub learn_half: f64,
}

/// Moves what a nationality believes by one day.
///
/// [`Mind::today`] is the chance that people give to an arrival of today. News moves it, and so does the share let in among
/// those heard of lately, the faster the more people have left lately. An announcement of a future date acts on
/// [`Mind::belief`] alone, the chance of those who leave today: it counts for the share who would arrive after the date,
/// and for those who know of it, who are all once the date has come.
pub fn believe(p: &ParameterSet, hearing: &Hearing<'_>, mind: &mut Mind) {
    let Hearing { news, day, new_rule, ahead, learn_half } = *hearing;
    if new_rule {
        (mind.seen_success, mind.seen_failure) = (0.0, 0.0);
    }
    for one in news.iter().filter(|one| one.effective.is_none()) {
        announce(p, one, day, &mut mind.today);
    }
    if let Some((known, value)) = best_known(p, news, day, day) {
        mind.today += known * (value - mind.today);
    }
    let heard = mind.seen_success + mind.seen_failure;
    if heard > 0.0 {
        let share = mind.seen_success / heard;
        let traffic = mind.departed / (mind.departed + learn_half);
        let speed = (p[Parameter::LearnBase] + p[Parameter::LearnTraffic] * traffic).min(0.5);
        mind.today += speed * (share - mind.today);
        mind.unaware += speed * (share - mind.unaware);
    }
    mind.today = mind.today.clamp(0.0, 1.0);
    mind.unaware = mind.unaware.clamp(0.0, 1.0);
    mind.belief = on_arrival(p, news, day, ahead, mind.today);
}

/// Moves a belief by an announcement that is in force as soon as it is heard.
fn announce(p: &ParameterSet, news: &News, day: i64, belief: &mut f64) {
    if (0..NEWS_DAYS).contains(&(day - news.day)) {
        let addressed = if news.general { p[Parameter::GeneralNews] } else { 1.0 };
        let closed = (1.0 - p[Parameter::NewsGap]) * addressed * news.credibility;
        let share = 1.0 - (1.0 - closed).powf(1.0 / NEWS_DAYS as f64);
        *belief += share * (news.belief - *belief);
    }
}

/// The chance of those who leave on a day, who would arrive later, given the chance of those who arrive today.
fn on_arrival(p: &ParameterSet, news: &[News], day: i64, ahead: f64, today: f64) -> f64 {
    let mut belief = today;
    for (i, one) in news.iter().enumerate() {
        let Some(date) = one.effective.filter(|date| (one.day..*date).contains(&day)) else { continue };
        let first = !news[..i].iter().any(|n| n.effective == Some(date));
        if let (true, Some((known, value))) = (first, best_known(p, news, date, day)) {
            belief += known * arrive_after(date - day, ahead) * (value - belief);
        }
    }
    belief
}

/// Share of people who on a day count on what is announced for a date, and the chance announced: of several announcements of
/// one date the one that most know of, since they tell of the same change.
fn best_known(p: &ParameterSet, news: &[News], date: i64, day: i64) -> Option<(f64, f64)> {
    news.iter()
        .filter(|n| n.effective == Some(date) && n.day <= day)
        .map(|n| (awareness(p, n, date, day), n.belief))
        .reduce(|most, next| if next.0 > most.0 { next } else { most })
}

/// Share of people who count on an announced date: those who trust the news at first, all on the date.
fn awareness(p: &ParameterSet, news: &News, date: i64, day: i64) -> f64 {
    let addressed = if news.general { p[Parameter::GeneralNews] } else { 1.0 };
    let first = p[Parameter::NewsTrust] * addressed;
    let passed = (day - news.day) as f64 / (date - news.day).max(1) as f64;
    news.credibility * (first + (1.0 - first) * passed.clamp(0.0, 1.0))
}

/// Share of those who leave today who arrive more than `days` later: a gamma distribution of shape 2.
fn arrive_after(days: i64, mean: f64) -> f64 {
    let z = 2.0 * days as f64 / mean;
    (-z).exp() * (1.0 + z)
}

/// Departures at a believed chance of success over those at certainty: a Hill function, steep below the half belief and
/// flat above it.
#[derive(Debug, Clone, Copy)]
pub struct Willingness {
    power: f64,
    /// The half belief to the power.
    half: f64,
    unaware: f64,
}

impl Willingness {
    /// That of a set of parameters.
    pub fn new(p: &ParameterSet) -> Self {
        let power = p[Parameter::BeliefPower];
        Self { power, half: p[Parameter::BeliefHalf].powf(power), unaware: p[Parameter::Unaware] }
    }

    /// At a belief.
    #[inline]
    pub fn at(&self, belief: f64) -> f64 {
        let b = belief.powf(self.power);
        b * (1.0 + self.half) / (b + self.half)
    }

    /// Departures of a community whose belief is tilted (log) over those of others of its nationality.
    pub fn tilted(&self, belief: f64, tilt: f64) -> f64 {
        if belief > 0.0 {
            self.at((belief * tilt.exp()).min(1.0)) / self.at(belief)
        } else {
            // What the ratio tends to where belief does to nothing.
            (self.power * tilt).exp()
        }
    }

    /// Of a nationality, a small part of which no news reaches.
    #[inline]
    pub fn of(&self, mind: &Mind) -> f64 {
        (1.0 - self.unaware) * self.at(mind.belief) + self.unaware * self.at(mind.unaware)
    }
}

/// Factor on departures over the Darién by how familiar the way is to a nationality.
#[inline]
pub fn familiar(p: &ParameterSet, travelled: f64, half: f64) -> f64 {
    let floor = p[Parameter::FamiliarityStart];
    floor + (1.0 - floor) * travelled / (travelled + half)
}

/// Share of its full experience that the trail industry has, from the entries of all nationalities that it remembers
/// (persons, fading over its memory).
#[inline]
pub fn experience(p: &ParameterSet, remembered: f64) -> f64 {
    // Fading entries add up to a monthly volume times the memory in months.
    let monthly = remembered * super::MONTH / p[Parameter::IndustryMemory];
    monthly / (monthly + p[Parameter::IndustryHalf])
}

/// Factor on departures over the Darién by what the trail industry can carry, and by control there that is known at home.
#[inline]
pub fn trail(p: &ParameterSet, experience: f64, enforcement: f64) -> f64 {
    let floor = p[Parameter::IndustryFloor];
    (floor + (1.0 - floor) * experience) * (1.0 - p[Parameter::ControlAversion] * enforcement)
}

/// Share of those who would set out whom the country where they live lets leave, given that of the lever `exit`: it holds for
/// those who live in their own country.
#[inline]
pub fn let_out(kind: GroupKind, exit: f32) -> f64 {
    if kind == GroupKind::Diaspora { 1.0 } else { f64::from(exit) }
}

/// Factor on departures of those who may be given one of `places` lawful places a month if they wait.
#[inline]
pub fn lawful_hope(p: &ParameterSet, places: f64, eligible: f64) -> f64 {
    (-places * LAWFUL_MONTHS / eligible.max(1.0)).exp().powf(p[Parameter::LawfulEffect])
}

/// Factor on departures by the odds of being flown home that a nationality sees.
#[inline]
pub fn deterred(p: &ParameterSet, flown: f64, crossings: f64) -> f64 {
    let odds = if crossings > 0.0 { (flown / crossings).min(1.0) } else { 0.0 };
    (p[Parameter::FlightDeterrence] * odds).exp()
}

/// Factor on departures by the price of the way over a reference.
#[inline]
pub fn affordable(p: &ParameterSet, price: f64, reference: f64) -> f64 {
    (price / reference).powf(p[Parameter::PriceElasticity])
}

/// Intents per person of a group over those to which the base rate of its nationality refers: its larger source of travellers.
pub fn residence(p: &ParameterSet, nationality: &str, kind: GroupKind) -> f64 {
    match (nationality, kind) {
        ("VEN", GroupKind::Diaspora) => p[Parameter::DiasporaFactor],
        ("HTI", GroupKind::Resident) => p[Parameter::HaitiHomeFactor],
        _ => 1.0,
    }
}

/// Nationalities most of whose people waited for an appointment by CBP One (EV011; US encounters at the ports of entry,
/// 2023–2024).
const BY_APPOINTMENT: [&str; 4] = ["VEN", "HTI", "COL", "CUB"];

/// Mean time from leaving home to being let in or refused that a nationality reckons with, days: its way to the Darién, from
/// there to the US border, and the wait for an appointment.
pub fn days_ahead(p: &ParameterSet, nationality: &str, to_darien: f64) -> f64 {
    let waits = BY_APPOINTMENT.contains(&nationality);
    to_darien + p[Parameter::DaysAhead] + if waits { p[Parameter::AppointmentWait] } else { 0.0 }
}

/// Network factor on intents of a community that remembers `memory` arrivals per member.
#[inline]
pub fn network(gain: f64, half: f64, memory: f64) -> f64 {
    1.0 + gain * memory / (memory + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(day: i64, belief: f64, general: bool, effective: Option<i64>) -> News {
        News { day, belief, credibility: 1.0, general, effective }
    }

    fn step(p: &ParameterSet, news: &[News], day: i64, mind: &mut Mind) {
        believe(p, &Hearing { news, day, new_rule: false, ahead: 100.0, learn_half: 1000.0 }, mind);
    }

    fn mind(belief: f64) -> Mind {
        Mind { belief, today: belief, unaware: belief, ..Mind::default() }
    }

    #[test]
    fn certainty_is_the_unit_and_departures_rise_with_belief() {
        let p = ParameterSet::defaults();
        let willing = Willingness::new(&p);
        assert_eq!(willing.at(0.0), 0.0);
        assert!((willing.at(1.0) - 1.0).abs() < 1e-12);
        let at: Vec<f64> = (0..=10).map(|i| willing.at(f64::from(i) / 10.0)).collect();
        assert!(at.windows(2).all(|w| w[0] < w[1]), "{at:?}");
        let (power, half) = (p[Parameter::BeliefPower], p[Parameter::BeliefHalf]);
        let steep = willing.at(half / 8.0) / willing.at(half / 16.0);
        assert!((willing.tilted(1e-9, 0.5) - willing.tilted(0.0, 0.5)).abs() < 1e-6);
        assert_eq!(willing.tilted(1.0, 0.5), 1.0, "more than certainty there is not");
        // Steep below the half belief, flat above it.
        assert!((steep.log2() / power - 1.0).abs() < 0.05 && at[10] / at[9] < 1.1, "{steep} {at:?}");
    }

    #[test]
    fn a_future_date_counts_more_as_it_nears_and_for_those_alone_who_arrive_after_it() {
        let p = ParameterSet::defaults();
        let all = [news(0, 0.0, true, Some(76))];
        let mut m = mind(0.5);
        let path: Vec<f64> = (0..80)
            .map(|day| {
                step(&p, &all, day, &mut m);
                if day < 76 {
                    assert_eq!(m.today, 0.5, "nothing changes for those who arrive on day {day}");
                }
                m.belief
            })
            .collect();
        assert!(path[0] < 0.5 && path[..77].windows(2).all(|w| w[1] < w[0]), "{path:?}");
        assert_eq!((path[76], m.today), (0.0, 0.0), "on the date all know");
        assert_eq!(m.unaware, 0.5, "but for those whom no news reaches");
    }

    #[test]
    fn two_announcements_of_one_date_are_no_more_than_the_one_that_more_know_of() {
        let p = ParameterSet::defaults();
        let (mut one, mut two) = (mind(0.5), mind(0.5));
        step(&p, &[news(0, 0.0, false, Some(76))], 0, &mut one);
        step(&p, &[news(0, 0.0, true, Some(76)), news(0, 0.0, false, Some(76))], 0, &mut two);
        assert_eq!(one, two);
    }

    #[test]
    fn a_new_rule_empties_what_was_seen_under_the_old_one() {
        let p = ParameterSet::defaults();
        let mut m = Mind { seen_success: 900.0, seen_failure: 100.0, departed: 1e6, ..mind(0.1) };
        let hearing = Hearing { news: &[], day: 5, new_rule: true, ahead: 50.0, learn_half: 1000.0 };
        believe(&p, &hearing, &mut m);
        assert_eq!((m.today, m.seen_success), (0.1, 0.0), "until the first outcome nothing is learnt");
        m.seen_success = 1.0;
        believe(&p, &Hearing { new_rule: false, ..hearing }, &mut m);
        assert!(m.today > 0.1);
    }

    #[test]
    fn experience_is_half_at_the_half_volume() {
        let p = ParameterSet::defaults();
        let monthly = p[Parameter::IndustryHalf];
        // A steady monthly volume, fading over the memory.
        let remembered = monthly / crate::model::MONTH * p[Parameter::IndustryMemory];
        assert!((experience(&p, remembered) - 0.5).abs() < 1e-12);
    }
}
