//! Phase 5: legs take days drawn from their spread; at each fork the route is chosen; harm is counted.
//!
//! Parties due today are walked in chunks of a fixed size that do not see each other (and so may run in parallel); what
//! they share — counts, lines, stops, news — is collected by chunk and applied in order of time.

use crate::engine::chunks::{both, map_chunks};
use crate::model::south::{self, EARN_DAYS_MAX, EARN_PER_DAY};
use crate::model::state::{Heard, NO_LEG, Party, State};
use crate::model::tally::{FLOW_COUNT, Flow};
use crate::model::{Corridor, FINE, Zone};
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;
use crate::world::network::{Control, Pool, Region, Trail};

/// Days after which a party that finds no open way looks again (assumed).
const BLOCKED_DAYS: f64 = 3.0;
/// Chance to give up at each such look (assumed).
const BLOCKED_GIVE_UP: f64 = 0.15;
/// Part of the fines that is collected (assumed; S063 calls collection doubtful).
const FINE_COLLECTED: f64 = 0.3;
/// Chance of a stop at a control between Costa Rica and Guatemala under full enforcement (S020: Guatemala 0.03–0.08).
const TRANSIT_STOP: f64 = 0.10;

/// Parties that are walked together; part of no result.
const CHUNK: usize = 1024;

/// Chunks for which threads are worth while.
const MANY: usize = 4;

/// When something happened: the time at which the party's day began, and its head. The order in which people meet
/// what they share.
type When = (u64, u32);

/// Position of the stock of those on the way south, after the zones.
const SOUTH: usize = 4;

/// What the walk of a chunk of parties leaves to be applied in order. Sinks are used again from day to day.
#[derive(Debug, Clone)]
pub struct Sink {
    flows: Vec<i64>,
    /// Changes of the stocks of the zones and of those on the way south.
    stocks: [[i64; N]; SOUTH + 1],
    /// Persons who crossed, by trail.
    crossed: [i64; Trail::ALL.len()],
    moves: Vec<Party>,
    lines: Vec<(When, (Party, Pool))>,
    stopped: Vec<(When, (Party, Control))>,
    heard: Vec<(When, Heard)>,
    home: Vec<(When, Party)>,
    south: Vec<(Party, Flow)>,
    legs: u64,
    when: When,
}

impl Default for Sink {
    fn default() -> Self {
        Self {
            flows: vec![0; FLOW_COUNT * N],
            stocks: [[0; N]; SOUTH + 1],
            crossed: [0; Trail::ALL.len()],
            moves: Vec::new(),
            lines: Vec::new(),
            stopped: Vec::new(),
            heard: Vec::new(),
            home: Vec::new(),
            south: Vec::new(),
            legs: 0,
            when: (0, 0),
        }
    }
}

impl Sink {
    /// Forgets the day; whatever was put into lists has been taken out.
    fn clear(&mut self) {
        self.flows.fill(0);
        self.stocks = [[0; N]; SOUTH + 1];
        self.crossed = [0; Trail::ALL.len()];
        self.moves.clear();
        self.south.clear();
        self.legs = 0;
    }

    #[inline]
    fn add(&mut self, flow: usize, party: &Party, amount: i64) {
        self.flows[flow * N + usize::from(party.nationality)] += amount;
    }
}

/// Walks all who are due.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    south::advance(rules, day, state);
    let mut due = state.on_road.take(day);
    let sinks = in_chunks(rules, state, &mut due, |state, party, sink| {
        sink.when = (party.time.to_bits(), party.head);
        if party.southbound {
            walk_south(rules, day, party, sink);
        } else {
            walk(rules, day, state, party, sink);
        }
    });
    state.on_road.recycle(due);
    state.sinks = apply(rules, day, state, sinks);
}

/// Works on every party, chunk by chunk, each chunk with a sink of its own.
fn in_chunks(
    rules: &Corridor,
    state: &mut State,
    parties: &mut [Party],
    work: impl Fn(&State, Party, &mut Sink) + Sync + Send,
) -> Vec<Sink> {
    let mut sinks = std::mem::take(&mut state.sinks);
    sinks.iter_mut().for_each(Sink::clear);
    let chunks = parties.len().div_ceil(CHUNK);
    if sinks.len() < chunks {
        sinks.resize_with(chunks, Sink::default);
    }
    let now: &State = state;
    let mut chunks: Vec<_> = parties.chunks(CHUNK).zip(&mut sinks).collect();
    let parallel = rules.parallel && chunks.len() >= MANY;
    map_chunks(parallel, &mut chunks, 1, |chunks| {
        for (parties, sink) in chunks {
            parties.iter().for_each(|&party| work(now, party, sink));
        }
    });
    sinks
}

/// Words of chance of what a party does next.
#[inline]
fn next_words(rules: &Corridor, party: &Party) -> [u32; 4] {
    let (decision, ahead, of_way) = if party.southbound {
        (Decision::TurnSouth, 0, 256)
    } else {
        (Decision::Leg, u32::from(party.leg != NO_LEG), 0)
    };
    rules.seed.words(decision, party.head, u32::from(party.step) + ahead, u32::from(party.attempts) + of_way)
}

/// Moves a party on until the day ends, it lines up, is stopped, arrives, or gives up.
///
/// The end of a leg and what follows it share a block of words: 2 and 3 are of harm, the lower part of 1 of control, 0 and
/// the upper part of 1 of the next leg.
fn walk(rules: &Corridor, day: usize, state: &State, mut party: Party, sink: &mut Sink) {
    let end = (day + 1) as f64;
    if party.leg == NO_LEG && rules.loses_hope(day, state, &mut party, 1) {
        sink.south.push((party, south_flow(rules, &party)));
        return;
    }
    loop {
        let words = next_words(rules, &party);
        if party.leg != NO_LEG {
            party.step += 1;
            if !arrive(rules, day, state, &mut party, words, sink) {
                return;
            }
        }
        let network = &rules.network;
        let legs = &network.north[usize::from(party.place)];
        let weights = state.routes.weights(usize::from(party.nationality), usize::from(party.purse));
        let Some(leg) = choose(words[0], legs, weights) else {
            party.step += 1;
            // Further north only lost hope turns people round.
            let near = matches!(rules.zone(party.place), Zone::Approach | Zone::Panama);
            if near && sample::bernoulli(words[1], BLOCKED_GIVE_UP) {
                sink.south.push((party, south_flow(rules, &party)));
            } else {
                party.time = party.time.max(day as f64) + BLOCKED_DAYS;
                sink.moves.push(party);
            }
            return;
        };
        party.leg = leg;
        if let Some(pool) = network.legs[usize::from(leg)].pool {
            party.since = day as u16;
            sink.lines.push((sink.when, (party, pool)));
            return;
        }
        set_out(rules, state, &mut party, words[1], sink);
        if party.time >= end {
            sink.moves.push(party);
            return;
        }
    }
}

#[inline]
fn choose(word: u32, legs: &[u8], weights: &[f64]) -> Option<u8> {
    let total: f64 = legs.iter().map(|&l| weights[usize::from(l)]).sum();
    if total <= 0.0 {
        return None;
    }
    let mut left = sample::unit(word) * total;
    let mut chosen = None;
    for &l in legs {
        let w = weights[usize::from(l)];
        if w > 0.0 {
            chosen = Some(l);
            if left < w {
                break;
            }
            left -= w;
        }
    }
    chosen
}

/// Pays for the leg and sets the time of arrival; a party short of money stops to earn first.
fn set_out(rules: &Corridor, state: &State, party: &mut Party, word: u32, sink: &mut Sink) {
    sink.legs += 1;
    let leg = &rules.network.legs[usize::from(party.leg)];
    let now = &state.routes.legs[usize::from(party.leg)];
    let short = (now.price - f64::from(party.money)).max(0.0);
    let earning = (short / EARN_PER_DAY).min(EARN_DAYS_MAX);
    party.money = (f64::from(party.money) - now.price).max(0.0) as f32;
    let usd = whole(now.price * f64::from(party.size));
    sink.add(Flow::Spending as usize, party, usd);
    sink.add(Flow::Smuggling as usize, party, whole(usd as f64 * leg.paid_share));
    let slower = if leg.control == Some(Control::Mexico) {
        1.0 + rules.enforcement(Control::Mexico, (party.time as usize).min(rules.last_day()))
    } else {
        1.0
    };
    party.time += earning + leg.draw_days(word) * now.days_factor * slower;
}

/// An amount of 0 or more, rounded to a whole one; without the call that `round` is on processors of any age.
#[inline]
fn whole(amount: f64) -> i64 {
    let below = amount as i64;
    below + i64::from(amount - below as f64 >= 0.5)
}

/// What happens at the end of a leg; false if the party goes no further today.
fn arrive(
    rules: &Corridor,
    day: usize,
    state: &State,
    party: &mut Party,
    words: [u32; 4],
    sink: &mut Sink,
) -> bool {
    let p = &rules.parameters;
    let network = &rules.network;
    let leg = &network.legs[usize::from(party.leg)];
    let now = &state.routes.legs[usize::from(party.leg)];
    if leg.death_recorded > 0.0 || leg.abuse > 0.0 {
        let death = leg.death_recorded * p[Parameter::DeathMultiplier] * now.danger_factor;
        let dead = sample::binomial(words[2], u32::from(party.size), death.min(1.0)) as u8;
        if !survives(party, dead, leg.region, rules.zone(leg.from) as usize, sink) {
            return false;
        }
        let abuse = (leg.abuse * p[Parameter::AbuseMultiplier] * now.danger_factor).min(1.0);
        // Those abused before and the others apart. The word of death decides so little that it serves again, reversed.
        let first = sample::binomial(words[3], u32::from(party.size - party.abused), abuse);
        let again = sample::binomial(words[2].reverse_bits(), u32::from(party.abused), abuse);
        let region = region_offset(leg.region);
        sink.add(Flow::AbuseDarien.plus(region), party, i64::from(first + again));
        sink.add(Flow::AbusedDarien.plus(region), party, i64::from(first));
        party.abused += first as u8;
    }
    let size = i64::from(party.size);
    // Who is met at the boats of a way around by sea is sent back as on the coast.
    let closed = leg.passes_closure() && rules.is_closed(leg, day);
    if let Some(control) = leg.control.or(closed.then_some(Control::ColombiaCoast)) {
        let met = if leg.control.is_some() { stop_chance(rules, control, day) } else { 0.0 };
        let chance = if closed { 1.0 - (1.0 - met) * p[Parameter::Leak] } else { met };
        // The days of what follows use the upper eight bits.
        if chance > 0.0 && sample::bernoulli(words[1] << 8, chance) {
            sink.stopped.push((sink.when, (*party, control)));
            return false;
        }
    }
    let (from, to) = (rules.zone(leg.from), rules.zone(leg.to));
    if from != to {
        sink.stocks[from as usize][usize::from(party.nationality)] -= size;
        sink.stocks[to as usize][usize::from(party.nationality)] += size;
    }
    if let (true, Some(trail)) = (leg.is_crossing(), leg.trail) {
        sink.add(Flow::EntriesAcandi.plus(trail as usize), party, size);
        sink.add(Flow::Minors as usize, party, i64::from(party.minors));
        if rules.came_directly(party) {
            sink.add(Flow::Direct as usize, party, size);
        }
        sink.crossed[trail as usize] += rules.persons(party);
    }
    let around = rules.bypass(party.leg);
    if let Some(flow) = around {
        sink.add(flow as usize, party, size);
    }
    if from == Zone::Approach && to != from && !leg.is_crossing() {
        sink.add(left_approach(around) as usize, party, size);
    }
    if matches!(from, Zone::Approach | Zone::Panama) {
        party.looked = day as u16;
    }
    party.place = leg.to;
    party.leg = NO_LEG;
    if rules.loses_hope(day, state, party, 0) {
        sink.south.push((*party, south_flow(rules, party)));
        return false;
    }
    if leg.control == Some(Control::PanamaExit) {
        let fine = FINE * rules.enforcement(Control::PanamaExit, day) * FINE_COLLECTED;
        if fine > 0.0 {
            party.money = (f64::from(party.money) - fine).max(0.0) as f32;
            sink.add(Flow::Spending as usize, party, whole(fine * size as f64));
        }
    }
    if rules.is_station(party.place) && rules.gives_up_in_panama(state, party) {
        sink.south.push((*party, Flow::SouthPanama));
        return false;
    }
    if rules.is_station(party.place) && rules.can_be_flown(0, usize::from(party.nationality), day) {
        sink.stopped.push((sink.when, (*party, Control::PanamaExit)));
        return false;
    }
    if party.place == network.goal {
        at_the_border(rules, day, party, sink);
        return false;
    }
    true
}

fn at_the_border(rules: &Corridor, day: usize, party: &Party, sink: &mut Sink) {
    let size = i64::from(party.size);
    let n = usize::from(party.nationality);
    let words =
        rules.seed.words(Decision::Border, party.head, u32::from(party.step), u32::from(party.attempts));
    sink.add(Flow::Arrivals as usize, party, size);
    let admitted = sample::bernoulli(words[0], f64::from(rules.conditions.access[n][day]));
    sink.heard.push((sink.when, rules.heard(party, admitted)));
    if admitted {
        sink.add(Flow::Admissions as usize, party, size);
        sink.stocks[Zone::Mexico as usize][n] -= size;
    } else {
        sink.stopped.push((sink.when, (*party, Control::UsBorder)));
    }
}

fn stop_chance(rules: &Corridor, control: Control, day: usize) -> f64 {
    let p = &rules.parameters;
    let coefficient = match control {
        Control::Darien => p[Parameter::EnforcementStop],
        Control::ColombiaCoast => p[Parameter::EnforcementStop] * 0.5,
        Control::Mexico => p[Parameter::MexicoStop],
        Control::CostaRica | Control::Nicaragua | Control::Honduras | Control::Guatemala => TRANSIT_STOP,
        Control::PanamaExit | Control::UsBorder => 0.0,
    };
    coefficient * rules.enforcement(control, day)
}

/// Counts the dead of a party on a leg and takes them out of their stock; false if nobody is left.
fn survives(party: &mut Party, dead: u8, region: Region, stock: usize, sink: &mut Sink) -> bool {
    if dead > 0 {
        sink.add(Flow::DeathsDarien.plus(region_offset(region)), party, i64::from(dead));
        sink.stocks[stock][usize::from(party.nationality)] -= i64::from(dead);
        if stock == Zone::Approach as usize {
            sink.add(Flow::LeftDied as usize, party, i64::from(dead));
        }
        party.size -= dead;
        party.minors = party.minors.min(party.size);
        party.abused = party.abused.min(party.size);
    }
    party.size > 0
}

/// How a party leaves the approach by a leg that is no crossing: by air, else by sea.
fn left_approach(around: Option<Flow>) -> Flow {
    match around {
        Some(Flow::BypassMexicoAir) => Flow::LeftMexicoAir,
        Some(Flow::BypassManaguaAir) => Flow::LeftManaguaAir,
        _ => Flow::LeftSanAndres,
    }
}

fn region_offset(region: Region) -> usize {
    region as usize
}

/// Where a party that gives up is counted.
pub(super) fn south_flow(rules: &Corridor, party: &Party) -> Flow {
    match rules.zone(party.place) {
        Zone::Approach => Flow::SouthApproach,
        Zone::Panama => Flow::SouthPanama,
        Zone::Transit => Flow::SouthTransit,
        Zone::Mexico => Flow::SouthMexico,
    }
}

/// Moves a party that goes home along the southward legs.
fn walk_south(rules: &Corridor, day: usize, mut party: Party, sink: &mut Sink) {
    let end = (day + 1) as f64;
    loop {
        let words = next_words(rules, &party);
        if party.leg != NO_LEG {
            let leg = &rules.network.legs[usize::from(party.leg)];
            if rules.zone(leg.from) == Zone::Transit && rules.zone(leg.to) == Zone::Panama {
                sink.add(Flow::ReverseFlow as usize, &party, i64::from(party.size));
            }
            party.place = leg.to;
            party.leg = NO_LEG;
        }
        party.step = party.step.wrapping_add(1);
        let Some(l) = rules.network.south[usize::from(party.place)] else {
            sink.home.push((sink.when, party));
            return;
        };
        let leg = &rules.network.legs[usize::from(l)];
        let death = leg.death_recorded * rules.parameters[Parameter::DeathMultiplier];
        if death > 0.0 {
            let dead = sample::binomial(words[1], u32::from(party.size), death) as u8;
            if !survives(&mut party, dead, leg.region, SOUTH, sink) {
                return;
            }
        }
        let usd = whole(leg.price * f64::from(party.size));
        sink.add(Flow::Spending as usize, &party, usd);
        sink.add(Flow::Smuggling as usize, &party, whole(usd as f64 * leg.paid_share));
        party.money = (f64::from(party.money) - leg.price).max(0.0) as f32;
        party.leg = l;
        party.time += leg.draw_days(words[0]);
        if party.time >= end {
            sink.moves.push(party);
            return;
        }
    }
}

/// What a chunk has counted.
fn count(state: &mut State, sink: &Sink) {
    for (total, add) in state.tally.flows.iter_mut().zip(&sink.flows) {
        *total += add;
    }
    let s = &mut state.stocks;
    let stocks = [&mut s.approach, &mut s.panama, &mut s.transit, &mut s.mexico, &mut s.south];
    for (stock, change) in stocks.into_iter().zip(&sink.stocks) {
        for (stock, change) in stock.iter_mut().zip(change) {
            *stock += change;
        }
    }
    state.legs_walked += sink.legs;
}

/// Hands on what the chunks found, in order of time.
fn in_order<T>(
    sinks: &mut [Sink],
    list: impl Fn(&mut Sink) -> &mut Vec<(When, T)>,
    mut hand_on: impl FnMut(T),
) {
    let Some((first, others)) = sinks.split_first_mut() else { return };
    // The first list takes all, and keeps its memory for the next day.
    let all = list(first);
    for sink in others {
        all.append(list(sink));
    }
    all.sort_unstable_by_key(|(when, _)| *when);
    all.drain(..).for_each(|(_, found)| hand_on(found));
}

/// Applies what the chunks found, and gives their sinks back.
fn apply(rules: &Corridor, day: usize, state: &mut State, mut sinks: Vec<Sink>) -> Vec<Sink> {
    let mut crossed = [0; Trail::ALL.len()];
    for sink in &sinks {
        count(state, sink);
        crossed.iter_mut().zip(&sink.crossed).for_each(|(all, some)| *all += some);
    }
    for &trail in Trail::ALL {
        let persons = crossed[trail as usize] as f64;
        if persons > 0.0 {
            state.tally.crossing_price += rules.crossing_price(state, trail) * persons;
            state.tally.costs[2] += persons * RECEPTION_COST;
            state.industry += persons;
        }
    }
    let moves: Vec<Vec<Party>> = sinks.iter_mut().map(|sink| std::mem::take(&mut sink.moves)).collect();
    let mut home = Vec::new();
    let State { on_road, queues, stopped, heard, .. } = state;
    both(
        rules.parallel,
        || moves.iter().flatten().for_each(|party| on_road.add(party.next_day(day), *party)),
        || {
            in_order(
                &mut sinks,
                |s| &mut s.lines,
                |(party, pool)| {
                    queues[pool as usize].join(party, rules.persons(&party) as u32);
                },
            );
            in_order(&mut sinks, |s| &mut s.stopped, |found| stopped.push(found));
            in_order(&mut sinks, |s| &mut s.heard, |found| heard.push(found));
            in_order(&mut sinks, |s| &mut s.home, |party| home.push(party));
        },
    );
    sinks.iter_mut().zip(moves).for_each(|(sink, moves)| sink.moves = moves);
    for sink in &sinks {
        for (party, flow) in &sink.south {
            turn_south(rules, day, state, *party, *flow);
        }
    }
    for party in home {
        state.stocks.south[usize::from(party.nationality)] -= i64::from(party.size);
        state.tally.add(Flow::HomeAgain, party.nationality, i64::from(party.size));
        super::repatriate::come_home(rules, day, state, party, false);
    }
    sinks
}

/// USD that Panama spends on the reception of a person (S044; S043).
pub const RECEPTION_COST: f64 = 83.5;

/// A party gives up and turns south from where it stands, as soon as it has the fare.
pub(in crate::model) fn turn_south(
    rules: &Corridor,
    day: usize,
    state: &mut State,
    mut party: Party,
    flow: Flow,
) {
    let (n, size) = (party.nationality, i64::from(party.size));
    let zone = rules.zone(party.place);
    rules.set_out_south(day, &mut party);
    *state.stocks.zone(zone, n) -= size;
    state.stocks.south[usize::from(n)] += size;
    state.tally.add(flow, n, size);
    state.go_on(day, party);
}

impl crate::model::state::Stocks {
    /// The stock of a zone and nationality.
    pub fn zone(&mut self, zone: Zone, nationality: u8) -> &mut i64 {
        let stock = match zone {
            Zone::Approach => &mut self.approach,
            Zone::Panama => &mut self.panama,
            Zone::Transit => &mut self.transit,
            Zone::Mexico => &mut self.mexico,
        };
        &mut stock[usize::from(nationality)]
    }
}

/// Lets boarded parties set out; used by the boarding phase.
pub(super) fn set_out_boarded(rules: &Corridor, day: usize, state: &mut State, boarded: &mut [Party]) {
    let sinks = in_chunks(rules, state, boarded, |state, mut party, sink| {
        let (step, attempts) = (u32::from(party.step), u32::from(party.attempts));
        let word = rules.seed.words(Decision::Leg, party.head, step, attempts)[1];
        party.time = party.time.max(day as f64);
        set_out(rules, state, &mut party, word, sink);
        sink.moves.push(party);
    });
    for sink in &sinks {
        count(state, sink);
        sink.moves.iter().for_each(|party| state.go_on(day, *party));
    }
    state.sinks = sinks;
}
