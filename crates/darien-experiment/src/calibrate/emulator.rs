//! A mean-field emulator of the corridor: where a search looks before it asks the agents.
//!
//! The emulator tells what agents do on average: by nationality and kind of residence the stock of those who wish to go, what
//! they believe, and what is remembered, day by day, with the formulas of the phases
//! ([`crate::model::formulas`]) and in a hundredth of their time. It leaves out communities, purses, forks of
//! the way and all lines but that of the gulf boats.

use super::{Fit, ShockLaw};
use crate::model::formulas::{
    self, CROSSINGS_DAYS, Hearing, RECENT_DAYS, SAVED_SHARE, SEEN_DAYS, Willingness, fade,
};
use crate::model::routes::Routes;
use crate::model::state::Mind;
use crate::model::{Corridor, MONTH};
use crate::random::sample;
use crate::registry::NATIONALITIES;
use crate::registry::parameters::{ALL, Parameter, ParameterSet};
use crate::study::{SERIES, transform};
use crate::world::conditions::N;
use crate::world::groups::GroupKind;
use crate::world::network::{Control, Pool};

/// Days from the Darién to the US border, and from home to the US border by air (D001; `days_caracas_mexico`).
const TO_BORDER: usize = 30;
const BY_AIR: usize = 6;

/// Days over which those who leave on one day come to the Darién.
const SPREAD: usize = 7;

/// Experience of the trail industry at which prices are looked at.
const EXPERIENCE: f64 = 0.5;

/// Days between two looks at routes, and at who has the money.
const ROUTES: usize = 7;
const MONEY: usize = 90;

/// Operator of Panama's flights, seats that are filled, and how many of those refused at the border try again, against what
/// those who can do (attempts cost time).
const PANAMA: usize = 0;
const FILLED: f64 = 0.5;
const RETRY: f64 = 0.75;

/// Equally likely parts of those who form the intent, by what they can raise.
const PARTS: usize = 8;

/// People of one nationality who live at home, abroad, or fly in.
struct Source {
    nationality: usize,
    kind: GroupKind,
    /// Those of them from whom a way leads to the Darién.
    people: f64,
    wage: f64,
    /// Whether they can be given lawful places.
    eligible: bool,
    /// Typical days to the Darién.
    lag: usize,
    /// Price of the way on the first day, USD.
    reference: f64,
    days: Vec<SourceDay>,
}

/// What a day fixes of a source.
#[derive(Clone, Copy, Default)]
struct SourceDay {
    /// Crisis level where they live over the reference.
    crisis: f64,
    /// Price of the way, USD; infinite where there is none.
    price: f64,
    /// Share whose way leads through the Darién.
    through: f64,
}

/// Stocks of one source, persons.
#[derive(Clone, Copy, Default)]
struct Stock {
    /// Those who have the money or save it up, and get ready.
    preparing: f64,
    /// Those who wait to depart.
    able: f64,
    /// Those who never have the money.
    unable: f64,
    /// Those who have left.
    gone: f64,
}

/// The emulator of a fit's study.
pub(super) struct Emulator<'a> {
    fit: &'a Fit,
    /// The corridor at the defaults: what does not depend on parameters is read from it.
    rules: Corridor,
    sources: Vec<Source>,
    /// Scores of the medians of equally likely parts.
    scores: [f64; PARTS],
}

/// Monthly flows by nationality, persons.
pub(super) struct Flows {
    /// Entries over the Darién.
    entries: Vec<Vec<f64>>,
    /// Those of all nationalities.
    all: Vec<f64>,
    /// Those of them who come directly from their own country.
    direct: Vec<Vec<f64>>,
    /// Arrivals at the US border.
    arrivals: Vec<Vec<f64>>,
    /// Longest line before the boats of the gulf, of all.
    queue: Vec<f64>,
}

impl<'a> Emulator<'a> {
    /// That of a fit.
    pub fn new(fit: &'a Fit) -> Self {
        let calm = fit.calm();
        let rules = fit.study.rules(&fit.draw(&fit.middle(), &calm, ShockLaw::default(), None), 0);
        let mut sources = Vec::new();
        for nationality in 0..N {
            for kind in [GroupKind::Resident, GroupKind::Diaspora, GroupKind::Flier] {
                sources.extend(Source::new(&rules, nationality, kind));
            }
        }
        let scores = std::array::from_fn(|i| sample::normal_quantile((i as f64 + 0.5) / PARTS as f64));
        Self { fit, rules, sources, scores }
    }

    /// The parameters of scores of the fitted ones.
    pub fn parameters(&self, scores: &[f64]) -> ParameterSet {
        self.fit.draw(scores, &[], ShockLaw::default(), None).parameters
    }

    /// What it predicts of the fit's target; none where it cannot tell.
    pub fn predicted(&self, p: &ParameterSet) -> Vec<Option<f64>> {
        let flows = self.run(p);
        let of = |code: &str, rows: &'_ Vec<Vec<f64>>| -> Option<usize> {
            NATIONALITIES.iter().position(|n| n.code == code).filter(|n| *n < rows.len())
        };
        let mut values: Vec<Option<f64>> = SERIES
            .iter()
            .flat_map(|(_, codes)| (0..self.fit.study.months).map(move |month| (codes, month)))
            .map(|(codes, month)| {
                let people = codes.iter().filter_map(|c| Some(flows.entries[of(c, &flows.entries)?][month]));
                Some(transform(people.sum()))
            })
            .collect();
        values.extend(self.fit.study.weak.iter().map(|weak| {
            weak.told_by(|outcome, _, code| {
                let rows = match outcome {
                    "entries" if code == "ALL" => return Some(flows.all.as_slice()),
                    "entries" => &flows.entries,
                    "direct" => &flows.direct,
                    "us_arrivals" => &flows.arrivals,
                    "queue_peak" => return Some(flows.queue.as_slice()),
                    _ => return None,
                };
                Some(rows[of(code, rows)?].as_slice())
            })
        }));
        values
    }

    /// What agents with these parameters do on average, without shocks.
    pub fn run(&self, p: &ParameterSet) -> Flows {
        let c = &self.rules.conditions;
        let days = c.span.days();
        let months = usize::from(c.month_of_day[days - 1]) + 1;
        let longest = self.sources.iter().map(|s| s.lag).max().unwrap_or(0) + SPREAD;
        let by_month = || vec![vec![0.0; months]; N];
        let mut flows = Flows {
            entries: by_month(),
            all: vec![0.0; months],
            direct: by_month(),
            arrivals: by_month(),
            queue: vec![0.0; months],
        };
        let mut to_darien = vec![vec![0.0; days + longest]; N];
        let mut directly = to_darien.clone();
        let mut on_the_way = vec![vec![0.0; days + TO_BORDER + 1]; N];
        let access = |n: usize, day: usize| f64::from(c.access[n][day]);
        let mut nations: Vec<Nation> = (0..N).map(|n| Nation::new(self, p, n, access(n, 0))).collect();
        let mut stocks = vec![Stock::default(); self.sources.len()];
        let mut ability = vec![0.0; self.sources.len()];
        let mut crisis = vec![(f64::NAN, 1.0); self.sources.len()];
        let mut price = vec![(f64::NAN, 1.0); self.sources.len()];
        let willingness = Willingness::new(p);
        let mut industry = 0.0;
        let (lapse, ready) = (1.0 / p[Parameter::IntentLife], 1.0 / p[Parameter::Preparation]);
        for day in 0..days {
            let month = usize::from(c.month_of_day[day]);
            let season = self.rules.season(day);
            let control = self.rules.enforcement(Control::Darien, day);
            let trail = formulas::trail(p, formulas::experience(p, industry), control);
            let mut flown: f64 = 0.0;
            for (n, nation) in nations.iter_mut().enumerate() {
                let hearing = Hearing {
                    news: &c.news[n],
                    day: day as i64,
                    new_rule: c.new_rules[n][day],
                    ahead: nation.ahead,
                    learn_half: nation.learn_half,
                };
                formulas::believe(p, &hearing, &mut nation.mind);
                nation.willing = willingness.of(&nation.mind);
                nation.familiar = formulas::familiar(p, nation.mind.travelled, nation.familiar_half);
                nation.leaves = 0.0;
                if self.rules.can_be_flown(PANAMA, n, day) {
                    flown += nation.mind.crossings;
                }
            }
            let flights = c.flights[PANAMA][day];
            let seats = flights.per_week * flights.seats / 7.0 * FILLED;
            for (i, source) in self.sources.iter().enumerate() {
                let n = source.nationality;
                let today = &source.days[day];
                let stock = &mut stocks[i];
                let nation = &mut nations[n];
                if day % MONEY == 0 {
                    ability[i] = source.ability(p, &self.scores, today);
                }
                // Intent.
                if today.price.is_finite() {
                    if crisis[i].0 != today.crisis {
                        crisis[i] = (today.crisis, (p[Parameter::CrisisEffect] * today.crisis).exp());
                    }
                    let shock = f64::from(c.shock[n][day]);
                    let shock =
                        if shock == 0.0 { 1.0 } else { (p[Parameter::AspirationShock] * shock).exp() };
                    let memory = nation.remembered / nation.people;
                    let network = formulas::network(
                        p[Parameter::NetworkGain],
                        p[Parameter::NetworkHalf] / 1000.0,
                        memory,
                    );
                    let rate = source.base(p) * crisis[i].1 * shock * network * season;
                    let home = source.people - stock.preparing - stock.able - stock.unable - stock.gone;
                    let intents = home.max(0.0) * rate;
                    stock.preparing += intents * ability[i];
                    stock.unable += intents * (1.0 - ability[i]);
                }
                let prepared = stock.preparing * ready;
                stock.preparing -= prepared;
                stock.able += prepared;
                // Departure.
                let waiting = stock.preparing + stock.able + stock.unable;
                let places = f64::from(c.pathway[n][day]);
                let lawful = source.eligible && places > 0.0;
                if today.price.is_finite() {
                    if price[i].0 != today.price {
                        price[i] = (today.price, formulas::affordable(p, today.price, source.reference));
                    }
                    let wait = 1.0 - p[Parameter::WaitEffect] * f64::from(c.wait[n][day]);
                    let way = 1.0 - today.through + today.through * nation.familiar * trail;
                    let hope = if lawful { formulas::lawful_hope(p, places, waiting) } else { 1.0 };
                    let deterred = if nation.mind.flown > 0.0 {
                        formulas::deterred(p, nation.mind.flown, nation.mind.crossings)
                    } else {
                        1.0
                    };
                    let exit = formulas::let_out(source.kind, c.exit[n][day]);
                    let hazard = p[Parameter::DepartRate]
                        * nation.willing
                        * way
                        * exit
                        * wait
                        * hope
                        * deterred
                        * price[i].1
                        * season;
                    let leaves = stock.able * (1.0 - (-hazard).exp());
                    stock.able -= leaves;
                    stock.gone += leaves;
                    nation.leaves += leaves;
                    let first = day + source.lag.saturating_sub(SPREAD / 2);
                    let each = leaves * today.through / SPREAD as f64;
                    for arrival in &mut to_darien[n][first..first + SPREAD] {
                        *arrival += each;
                    }
                    if source.kind == GroupKind::Resident {
                        for arrival in &mut directly[n][first..first + SPREAD] {
                            *arrival += each;
                        }
                    }
                    on_the_way[n][day + BY_AIR] += leaves * (1.0 - today.through);
                }
                let admitted = if lawful { (places / MONTH / waiting.max(1.0)).min(1.0) } else { 0.0 };
                let stays = (1.0 - lapse) * (1.0 - admitted);
                stock.gone += admitted * waiting;
                stock.preparing *= stays;
                stock.able *= stays;
                stock.unable *= stays;
            }
            // The boats of the gulf carry so many a day.
            let queue: f64 =
                nations.iter().zip(&to_darien).map(|(nation, arrive)| nation.queue + arrive[day]).sum();
            let room = (self.rules.capacity(Pool::GulfBoats, day) / queue.max(1.0)).min(1.0);
            flows.queue[month] = flows.queue[month].max(queue * (1.0 - room));
            for (n, nation) in nations.iter_mut().enumerate() {
                let queue = nation.queue + to_darien[n][day];
                let entered = queue * room;
                let direct = directly[n][day] / to_darien[n][day].max(1e-9);
                nation.queue = queue - entered;
                industry += entered;
                on_the_way[n][day + TO_BORDER] += entered;
                let share = if flown > 0.0 && self.rules.can_be_flown(PANAMA, n, day) {
                    nation.mind.crossings / flown
                } else {
                    0.0
                };
                // Those refused try again: so many attempts a person, and so many let in at the end.
                let access = access(n, day);
                let attempts =
                    on_the_way[n][day] / (1.0 - (1.0 - access) * p[Parameter::BorderRetry] * RETRY);
                flows.entries[n][month] += entered;
                flows.all[month] += entered;
                flows.direct[n][month] += entered * direct;
                flows.arrivals[n][month] += attempts;
                nation.end(p, (entered, attempts, access), seats * share);
            }
            industry *= fade(p[Parameter::IndustryMemory]);
        }
        flows
    }
}

/// A nationality in the emulator: what agents of it believe and remember, in persons.
struct Nation {
    mind: Mind,
    people: f64,
    ahead: f64,
    learn_half: f64,
    familiar_half: f64,
    /// Persons whose arrival is remembered.
    remembered: f64,
    /// Persons in line for the boats.
    queue: f64,
    /// Persons who leave today.
    leaves: f64,
    willing: f64,
    familiar: f64,
}

impl Nation {
    fn new(emulator: &Emulator<'_>, p: &ParameterSet, n: usize, access: f64) -> Self {
        let rules = &emulator.rules;
        let persons = |agents: f64| agents * f64::from(rules.population.people_per_agent[n]);
        let people = emulator.sources.iter().filter(|s| s.nationality == n).map(|s| s.people).sum::<f64>();
        Self {
            mind: Mind { belief: access, today: access, unaware: access, ..Mind::default() },
            people: people.max(1.0),
            ahead: formulas::days_ahead(p, NATIONALITIES[n].code, rules.days_to_darien(n)),
            learn_half: persons(rules.traffic(n, p[Parameter::LearnHalf])),
            familiar_half: persons(rules.traffic(n, p[Parameter::FamiliarityHalf])),
            remembered: 0.0,
            queue: 0.0,
            leaves: 0.0,
            willing: 0.0,
            familiar: 0.0,
        }
    }

    /// Memories at the end of a day on which some entered, and some were let in among those who asked.
    fn end(&mut self, p: &ParameterSet, (entered, attempts, access): (f64, f64, f64), flown: f64) {
        let mind = &mut self.mind;
        let routes = p[Parameter::FamiliarityMemory];
        mind.seen_success = mind.seen_success * fade(SEEN_DAYS) + attempts * access;
        mind.seen_failure = mind.seen_failure * fade(SEEN_DAYS) + attempts * (1.0 - access);
        mind.departed = mind.departed * fade(RECENT_DAYS) + self.leaves;
        mind.travelled = mind.travelled * fade(routes) + entered * MONTH / routes;
        mind.crossings = mind.crossings * fade(CROSSINGS_DAYS) + entered / 2.0;
        mind.flown = mind.flown * fade(CROSSINGS_DAYS) + flown / 2.0;
        self.remembered = self.remembered * fade(p[Parameter::NetworkMemory]) + attempts * access;
    }
}

impl Source {
    /// The people of a nationality who live in a way; none where there are none from whom a way leads to the Darién.
    fn new(rules: &Corridor, nationality: usize, kind: GroupKind) -> Option<Self> {
        let population = &rules.population;
        let to_darien = rules.network.days_to_darien();
        let groups: Vec<(usize, f64)> = (0..population.groups.len())
            .filter(|&g| population.groups[g].nationality == nationality && population.groups[g].kind == kind)
            .map(|g| (g, f64::from(population.groups[g].people)))
            .collect();
        let people: f64 = groups.iter().map(|(_, people)| people).sum();
        if people == 0.0 {
            return None;
        }
        let mean = |value: &dyn Fn(usize) -> f64| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for &(g, people) in &groups {
                let value = value(g);
                if value.is_finite() {
                    sum += people * value;
                    weight += people;
                }
            }
            if weight > 0.0 { sum / weight } else { f64::INFINITY }
        };
        let start = |g: usize| rules.start_place(g);
        let lag = mean(&|g| to_darien[usize::from(start(g))]);
        let mut days = Vec::new();
        let mut routes = Routes::default();
        for day in 0..rules.conditions.span.days() {
            let mut today: SourceDay = days.last().copied().unwrap_or_default();
            if rules.ways_change(day) || day.is_multiple_of(ROUTES) {
                routes.refresh(rules, day, EXPERIENCE, |_| 0.0);
                let n = nationality;
                today.price = mean(&|g| routes.price_to_go(&rules.network, n, 1, start(g)));
                today.through = mean(&|g| routes.darien_share(&rules.network, n, 1, start(g)));
            }
            today.crisis = mean(&|g| f64::from(rules.conditions.crisis[g][day]));
            days.push(today);
        }
        Some(Self {
            nationality,
            kind,
            people,
            wage: mean(&|g| population.groups[g].wage),
            eligible: kind != GroupKind::Diaspora,
            lag: if lag.is_finite() { lag.round() as usize } else { 0 },
            reference: mean(&|g| rules.reference_price(g)),
            days,
        })
    }

    /// Intents per person and day, before all factors.
    fn base(&self, p: &ParameterSet) -> f64 {
        let per_month = p[ALL[Parameter::IntentVen as usize + self.nationality]] / 1000.0;
        per_month * formulas::residence(p, NATIONALITIES[self.nationality].code, self.kind) / MONTH
    }

    /// Share of those who form the intent on a day that have the money or save it up in time.
    fn ability(&self, p: &ParameterSet, scores: &[f64], today: &SourceDay) -> f64 {
        let wage = self.wage * (p[Parameter::CrisisMoney] * today.crisis).exp();
        let able = |score: &f64| {
            let savings = wage * p[Parameter::SavingsMedian] * (p[Parameter::SavingsSpread] * score).exp();
            let days = (today.price - savings).max(0.0) / (wage * SAVED_SHARE / 30.0);
            (-days / p[Parameter::IntentLife]).exp()
        };
        scores.iter().map(able).sum::<f64>() / scores.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::Plan;
    use crate::draws::{Draw, Draws};

    /// The emulator stands for agents: at ten sets of parameters of the shipped posterior, where searches look, months of more than
    /// a thousand entries of Venezuelans, and of all others together, differ by less than a factor of two in the mean over
    /// the sets (of the mean absolute difference of the logarithm), and by less than a factor of three at each.
    #[test]
    fn it_tells_what_agents_do() {
        const SETS: usize = 10;
        let until = "2024-12".parse().unwrap();
        let fit = Fit::new(Plan { until, search: 0, members: 10, scale: 200, seed: 5, nth: 0 }).unwrap();
        let emulator = Emulator::new(&fit);
        let months = fit.study.months;
        let of_venezuelans =
            |values: &[f64]| -> Vec<f64> { values[..months].iter().map(|v| v.exp()).collect() };
        let of_others = |values: &[f64]| -> Vec<f64> {
            (0..months)
                .map(|m| {
                    values[..fit.entries()].iter().skip(m).step_by(months).skip(1).map(|v| v.exp()).sum()
                })
                .collect()
        };
        let shipped = Draws::shipped().unwrap();
        let mut apart = [[0.0; SETS]; 2];
        for (set, member) in shipped.members().iter().take(SETS).enumerate() {
            let parameters = member.parameters.clone();
            let emulated: Vec<f64> =
                emulator.predicted(&parameters).into_iter().map(|v| v.unwrap_or(0.0)).collect();
            let draw = Draw { parameters, ..fit.draw(&fit.middle(), &fit.calm(), ShockLaw::default(), None) };
            let agents = fit.study.predicted(&fit.study.simulate(&draw, 0));
            let both = [&of_venezuelans as &dyn Fn(&[f64]) -> Vec<f64>, &of_others];
            for (of, apart) in both.iter().zip(&mut apart) {
                let logs: Vec<f64> = of(&emulated)
                    .into_iter()
                    .zip(of(&agents))
                    .filter(|(e, a)| e.max(*a) > 1000.0)
                    .map(|(e, a)| (e / a).ln().abs())
                    .collect();
                assert!(logs.len() > months / 3, "the test needs months with entries");
                apart[set] = logs.iter().sum::<f64>() / logs.len() as f64;
            }
        }
        for apart in apart {
            let mean = apart.iter().sum::<f64>() / SETS as f64;
            assert!(mean < 2.0_f64.ln(), "{mean}: {apart:.2?}");
            assert!(apart.iter().all(|a| *a < 3.0_f64.ln()), "{apart:.2?}");
        }
    }
}
