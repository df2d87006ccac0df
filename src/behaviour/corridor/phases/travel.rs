//! Phase 5: legs take days drawn from their spread; at each fork the route is chosen; harm is counted.
//!
//! Parties due today are walked in chunks that do not see each other (and so may run in parallel); what they
//! share — counts, lines, stops, news — is collected by chunk and applied in order.

use crate::behaviour::corridor::state::{Due, Mode, NO_LEG, Party, State};
use crate::behaviour::corridor::tally::{FLOW_COUNT, Flow};
use crate::behaviour::corridor::{Corridor, FINE, Zone};
use crate::random::{Decision, sample};
use crate::registry::parameters::Parameter;
use crate::world::conditions::N;
use crate::world::network::{Control, Pool, Region};

/// USD a day that people earn when they stop to work, and that they need while they wait (assumed).
const EARN_PER_DAY: f64 = 12.0;
/// Longest stop to earn, days (assumed; `wait_necocli_normal`: weeks for those without funds).
const EARN_DAYS_MAX: f64 = 30.0;
/// Days after which a party that finds no open way looks again (assumed).
const BLOCKED_DAYS: f64 = 3.0;
/// Chance to give up at each such look (assumed).
const BLOCKED_GIVE_UP: f64 = 0.15;
/// Part of the fines that is collected (assumed; S063 calls collection doubtful).
const FINE_COLLECTED: f64 = 0.3;
/// Chance of a stop at a control between Costa Rica and Guatemala under full enforcement (S020: Guatemala 0.03–0.08).
const TRANSIT_STOP: f64 = 0.10;

/// What the walk of a chunk of parties leaves to be applied in order.
#[derive(Debug, Default)]
pub(super) struct Sink {
    flows: Vec<i64>,
    crossing_price: f64,
    reception: f64,
    moves: Vec<(u32, f64)>,
    lines: Vec<(u32, Pool)>,
    stopped: Vec<(u32, Control)>,
    heard: Vec<(u32, u8, u8, bool)>,
    done: Vec<u32>,
    south: Vec<(u32, Flow)>,
    zones: Vec<(u8, Option<Zone>, Option<Zone>, i64)>,
    legs: u64,
}

impl Sink {
    fn new() -> Self {
        Self { flows: vec![0; FLOW_COUNT * N], ..Self::default() }
    }

    fn add(&mut self, flow: usize, party: &Party, amount: i64) {
        self.flows[flow * N + usize::from(party.nationality)] += amount;
    }
}

/// Walks all who are due.
pub fn run(rules: &Corridor, day: usize, state: &mut State) {
    let due = state.on_road.take(day);
    let mut slots: Vec<(u64, u32)> = due
        .iter()
        .filter_map(|e| {
            let p = state.live(e.slot, e.generation)?;
            matches!(p.mode, Mode::Travelling | Mode::Southbound).then_some((p.time.to_bits(), e.slot))
        })
        .collect();
    state.on_road.recycle(day, due);
    // In order of time, ties by head: the order in which people would meet a queue.
    slots.sort_unstable_by_key(|&(time, slot)| (time, state.parties[slot as usize].head));
    let mut sink = Sink::new();
    for &(_, slot) in &slots {
        let mut party = state.parties[slot as usize];
        if party.mode == Mode::Southbound {
            walk_south(rules, day, &mut party, slot, &mut sink);
        } else {
            walk(rules, day, state, &mut party, slot, &mut sink);
        }
        state.parties[slot as usize] = party;
    }
    apply(rules, day, state, sink);
}

/// Moves a party on until the day ends, it lines up, is stopped, arrives, or gives up.
fn walk(rules: &Corridor, day: usize, state: &State, party: &mut Party, slot: u32, sink: &mut Sink) {
    let end = (day + 1) as f64;
    loop {
        if party.leg != NO_LEG && !arrive(rules, day, state, party, slot, sink) {
            return;
        }
        let words =
            rules.seed.words(Decision::Leg, party.head, u32::from(party.step), u32::from(party.attempts) * 2);
        let network = &rules.network;
        let legs = &network.north[usize::from(party.place)];
        let weights = state.routes.weights(usize::from(party.nationality), usize::from(party.purse));
        let Some(leg) = choose(words[0], legs, weights) else {
            party.step += 1;
            if sample::bernoulli(words[1], BLOCKED_GIVE_UP) {
                sink.south.push((slot, south_flow(rules, party)));
            } else {
                party.time = party.time.max(day as f64) + BLOCKED_DAYS;
                sink.moves.push((slot, party.time));
            }
            return;
        };
        party.leg = leg;
        if let Some(pool) = network.legs[usize::from(leg)].pool {
            party.mode = Mode::Queued;
            party.since = day as u16;
            sink.lines.push((slot, pool));
            return;
        }
        set_out(rules, state, party, words[1], sink);
        if party.time >= end {
            sink.moves.push((slot, party.time));
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
    let usd = (now.price * f64::from(party.size)).round() as i64;
    sink.add(Flow::Spending as usize, party, usd);
    sink.add(Flow::Smuggling as usize, party, (usd as f64 * leg.paid_share).round() as i64);
    let slower = if leg.control == Some(Control::Mexico) {
        1.0 + rules.enforcement(Control::Mexico, (party.time as usize).min(rules.last_day()))
    } else {
        1.0
    };
    party.time += earning + leg.draw_days(word) * now.days_factor * slower;
}

/// What happens at the end of a leg; false if the party goes no further today.
fn arrive(
    rules: &Corridor,
    day: usize,
    state: &State,
    party: &mut Party,
    slot: u32,
    sink: &mut Sink,
) -> bool {
    let p = &rules.parameters;
    let network = &rules.network;
    let leg = &network.legs[usize::from(party.leg)];
    let now = &state.routes.legs[usize::from(party.leg)];
    let words =
        rules.seed.words(Decision::Leg, party.head, u32::from(party.step), u32::from(party.attempts) * 2 + 1);
    party.step += 1;
    if leg.death_recorded > 0.0 || leg.abuse > 0.0 {
        let death = leg.death_recorded * p[Parameter::DeathMultiplier] * now.danger_factor;
        let dead = sample::binomial(words[0], u32::from(party.size), death.min(1.0)) as u8;
        if !survives(party, dead, leg.region, Some(rules.zone(leg.from)), sink) {
            sink.done.push(slot);
            return false;
        }
        let abuse = (leg.abuse * p[Parameter::AbuseMultiplier] * now.danger_factor).min(1.0);
        let abused = sample::binomial(words[1], u32::from(party.size), abuse);
        sink.add(Flow::AbuseDarien.plus(region_offset(leg.region)), party, i64::from(abused));
    }
    let size = i64::from(party.size);
    if let Some(control) = leg.control {
        let chance = stop_chance(rules, control, day);
        if chance > 0.0 && sample::bernoulli(words[2], chance) {
            party.mode = Mode::Stopped;
            sink.stopped.push((slot, control));
            return false;
        }
    }
    let (from, to) = (rules.zone(leg.from), rules.zone(leg.to));
    if from != to {
        sink.zones.push((party.nationality, Some(from), Some(to), size));
    }
    if let (true, Some(trail)) = (leg.is_crossing(), leg.trail) {
        sink.add(Flow::EntriesAcandi.plus(trail as usize), party, size);
        sink.add(Flow::Minors as usize, party, i64::from(party.minors));
        if rules.came_directly(party) {
            sink.add(Flow::Direct as usize, party, size);
        }
        sink.crossing_price += rules.crossing_price(state, trail) * size as f64;
        sink.reception += size as f64;
        party.crossed = true;
    }
    if let Some(flow) = rules.bypass(party.leg) {
        sink.add(flow as usize, party, size);
    }
    party.place = leg.to;
    party.leg = NO_LEG;
    if leg.control == Some(Control::PanamaExit) {
        let fine = FINE * rules.enforcement(Control::PanamaExit, day) * FINE_COLLECTED;
        if fine > 0.0 {
            party.money = (f64::from(party.money) - fine).max(0.0) as f32;
            sink.add(Flow::Spending as usize, party, (fine * size as f64).round() as i64);
        }
    }
    if rules.is_station(party.place) && rules.gives_up_in_panama(state, party, words[3]) {
        sink.south.push((slot, Flow::SouthPanama));
        return false;
    }
    if rules.is_station(party.place) && rules.can_be_flown(0, usize::from(party.nationality), day) {
        party.mode = Mode::Stopped;
        sink.stopped.push((slot, Control::PanamaExit));
        return false;
    }
    if party.place == network.goal {
        return at_the_border(rules, day, party, slot, sink);
    }
    true
}

fn at_the_border(rules: &Corridor, day: usize, party: &mut Party, slot: u32, sink: &mut Sink) -> bool {
    let size = i64::from(party.size);
    let n = usize::from(party.nationality);
    let words =
        rules.seed.words(Decision::Border, party.head, u32::from(party.step), u32::from(party.attempts));
    sink.add(Flow::Arrivals as usize, party, size);
    let admitted = sample::bernoulli(words[0], f64::from(rules.conditions.access[n][day]));
    sink.heard.push((party.community, party.nationality, party.size, admitted));
    if admitted {
        sink.add(Flow::Admissions as usize, party, size);
        sink.zones.push((party.nationality, Some(Zone::Mexico), None, size));
        sink.done.push(slot);
        return false;
    }
    party.mode = Mode::Stopped;
    sink.stopped.push((slot, Control::UsBorder));
    false
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

/// Counts the dead of a party on a leg and takes them out of their stock (none is the way south); false if nobody is left.
fn survives(party: &mut Party, dead: u8, region: Region, zone: Option<Zone>, sink: &mut Sink) -> bool {
    if dead > 0 {
        sink.add(Flow::DeathsDarien.plus(region_offset(region)), party, i64::from(dead));
        sink.zones.push((party.nationality, zone, None, i64::from(dead)));
        party.size -= dead;
        party.minors = party.minors.min(party.size);
    }
    party.size > 0
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
fn walk_south(rules: &Corridor, day: usize, party: &mut Party, slot: u32, sink: &mut Sink) {
    let end = (day + 1) as f64;
    loop {
        if party.leg != NO_LEG {
            party.place = rules.network.legs[usize::from(party.leg)].to;
            party.leg = NO_LEG;
        }
        let words = rules.seed.words(
            Decision::TurnSouth,
            party.head,
            u32::from(party.step),
            u32::from(party.attempts) + 256,
        );
        party.step = party.step.wrapping_add(1);
        let Some(l) = rules.network.south[usize::from(party.place)] else {
            sink.done.push(slot);
            return;
        };
        let leg = &rules.network.legs[usize::from(l)];
        let death = leg.death_recorded * rules.parameters[Parameter::DeathMultiplier];
        if death > 0.0 {
            let dead = sample::binomial(words[1], u32::from(party.size), death) as u8;
            if !survives(party, dead, leg.region, None, sink) {
                party.mode = Mode::Free;
                sink.done.push(slot);
                return;
            }
        }
        let usd = (leg.price * f64::from(party.size)).round() as i64;
        sink.add(Flow::Spending as usize, party, usd);
        sink.add(Flow::Smuggling as usize, party, (usd as f64 * leg.paid_share).round() as i64);
        party.leg = l;
        party.time += leg.draw_days(words[0]);
        if party.time >= end {
            sink.moves.push((slot, party.time));
            return;
        }
    }
}

fn apply(rules: &Corridor, day: usize, state: &mut State, sink: Sink) {
    for (total, add) in state.tally.flows.iter_mut().zip(&sink.flows) {
        *total += add;
    }
    state.legs_walked += sink.legs;
    state.tally.crossing_price += sink.crossing_price;
    state.tally.costs[2] += sink.reception * RECEPTION_COST;
    state.industry += sink.reception;
    for (n, from, to, size) in sink.zones {
        match (from, to) {
            (None, None) => state.stocks.south[usize::from(n)] -= size,
            (from, to) => {
                if let Some(z) = from {
                    *state.stocks.zone(z, n) -= size;
                }
                if let Some(z) = to {
                    *state.stocks.zone(z, n) += size;
                }
            }
        }
    }
    for (slot, time) in sink.moves {
        state.schedule((time as usize).max(day + 1), slot, Due::Move);
    }
    for (slot, pool) in sink.lines {
        let size = u32::from(state.parties[slot as usize].size);
        state.queues[pool as usize].join(slot, size);
    }
    state.stopped.extend(sink.stopped);
    state.heard.extend(sink.heard);
    for (slot, flow) in sink.south {
        turn_south(rules, day, state, slot, flow);
    }
    for slot in sink.done {
        let party = state.parties[slot as usize];
        if party.mode == Mode::Southbound {
            state.stocks.south[usize::from(party.nationality)] -= i64::from(party.size);
            state.tally.add(Flow::HomeAgain, party.nationality, i64::from(party.size));
            super::repatriate::come_home(rules, day, state, slot, false);
        } else {
            state.release(slot);
        }
    }
}

/// USD that Panama spends on the reception of a person (S044; S043).
pub const RECEPTION_COST: f64 = 83.5;

/// A party gives up and turns south, from where it stands.
pub(super) fn turn_south(rules: &Corridor, day: usize, state: &mut State, slot: u32, flow: Flow) {
    let party = &mut state.parties[slot as usize];
    let (n, size) = (party.nationality, i64::from(party.size));
    let zone = rules.zone(party.place);
    party.mode = Mode::Southbound;
    party.leg = NO_LEG;
    party.place = rules.way_home(zone);
    party.time = party.time.max(day as f64) + 1.0;
    let time = party.time;
    *state.stocks.zone(zone, n) -= size;
    state.stocks.south[usize::from(n)] += size;
    state.tally.add(flow, n, size);
    state.schedule((time as usize).max(day + 1), slot, Due::Move);
}

impl crate::behaviour::corridor::state::Stocks {
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

/// Lets a boarded party set out; used by the boarding phase.
pub(super) fn set_out_boarded(rules: &Corridor, day: usize, state: &mut State, slot: u32) {
    let mut party = state.parties[slot as usize];
    let words =
        rules.seed.words(Decision::Leg, party.head, u32::from(party.step), u32::from(party.attempts) * 2);
    let mut sink = Sink::new();
    party.mode = Mode::Travelling;
    party.time = party.time.max(day as f64);
    set_out(rules, state, &mut party, words[1], &mut sink);
    state.parties[slot as usize] = party;
    state.schedule((party.time as usize).max(day + 1), slot, Due::Move);
    for (total, add) in state.tally.flows.iter_mut().zip(&sink.flows) {
        *total += add;
    }
    state.legs_walked += sink.legs;
}
