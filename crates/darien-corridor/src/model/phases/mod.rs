//! The phases of the day, one file each, in the order of [`super::PHASES`].

pub mod board;
pub mod control;
pub mod count;
pub mod depart;
pub mod intent;
pub mod learn;
pub mod levers;
pub mod news;
pub mod repatriate;
pub mod travel;

use super::shard::{Shard, shards};
use super::state::{Mind, State, Stocks};
use super::{Corridor, routes::Routes, south::Turning, supply::Supply, tally::Tally};
use crate::engine::calendar::Calendar;
use crate::engine::chunks::map_heaviest_first;
use crate::engine::queue::Queue;
use crate::registry::NATIONALITIES;
use crate::world::conditions::{N, OPERATORS};
use crate::world::network::Pool;

/// Days that the calendar of the road holds at hand.
const CALENDAR_DAYS: usize = 512;

/// The state on the morning of the first day: everyone at home, beliefs at the access of the day.
pub fn start(rules: &Corridor) -> State {
    let communities = rules.population.communities as usize;
    State {
        shards: shards(&rules.population),
        on_road: Calendar::new(CALENDAR_DAYS),
        queues: Pool::ALL.iter().map(|_| Queue::default()).collect(),
        remembered: vec![0.0; communities],
        tilt: vec![0.0; communities],
        minds: (0..N)
            .map(|n| {
                let access = f64::from(rules.conditions.access[n][0]);
                Mind {
                    belief: access,
                    today: access,
                    unaware: access,
                    crossings: rules.agents(n, crossings_before(rules, n)),
                    ..Mind::default()
                }
            })
            .collect(),
        industry: 0.0,
        routes: Routes::default(),
        stopped: Vec::new(),
        held: vec![Vec::new(); OPERATORS.len()],
        held_persons: [[0; N]; OPERATORS.len()],
        flight_credit: [0.0; 3],
        turning: Turning::default(),
        supply: Supply::default(),
        heard: Vec::new(),
        tally: Tally::default(),
        stocks: Stocks::default(),
        sinks: Vec::new(),
        candidates: 0,
        legs_walked: 0,
    }
}

/// Crossings of a nationality in the month before the simulation starts, persons: how familiar the way is.
fn crossings_before(rules: &Corridor, nationality: usize) -> f64 {
    let before = rules.conditions.span.first_month().plus(-1);
    crate::data::entries().series(NATIONALITIES[nationality].code).and_then(|s| s.get(before)).unwrap_or(0.0)
}

/// Works on every shard alone; the others see it as it was.
fn in_shards<R: Send>(
    rules: &Corridor,
    state: &mut State,
    work: impl Fn(&State, &mut Shard) -> R + Sync + Send,
) -> Vec<R> {
    let mut shards = std::mem::take(&mut state.shards);
    let now: &State = state;
    let found = map_heaviest_first(rules.parallel, &mut shards, Shard::parties, |shard| work(now, shard));
    state.shards = shards;
    found
}
