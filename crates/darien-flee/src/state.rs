//! Everything that changes during a run.

use super::choice::Choice;
use super::kind::Kind;
use super::persons::View;
use super::setting_values::at_level;
use super::world::World;
use crate::engine::calendar::Calendar;

/// No path.
pub const NO_PATH: u32 = u32::MAX;
/// In the place of a path: the agent has settled in a camp for good.
pub const SETTLED: u32 = u32::MAX - 1;
/// Marks a position as being on a link.
pub const ON_LINK: u32 = 1 << 31;
/// A due day that never comes.
pub const NEVER: u16 = u16::MAX;

/// An agent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agent {
    /// A place, or a link with [`ON_LINK`] set.
    pub at: u32,
    /// The route it follows, or [`NO_PATH`] or [`SETTLED`].
    pub path: u32,
    /// Day on which it leaves the place it is at, unless something comes in between.
    pub due: u16,
    /// Day on which it entered the link it is on.
    pub entered: u16,
    /// Days lived through until `recent` was last written: `recent` halves with each day since.
    pub lived: u16,
    /// Links of the route already entered.
    pub step: u8,
    /// Whether it has finished its first link.
    pub started: bool,
    /// Km done on the link.
    pub km: f64,
    /// Recent travel, in days at full speed.
    pub recent: f64,
}

/// A place in the course of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceNow {
    /// Type now.
    pub kind: Kind,
    /// Type to which a camp returns that is closed now.
    pub closed_kind: Option<Kind>,
    /// Whether it counts as a camp now.
    pub camp: bool,
    /// Whether it counts as a plain town now.
    pub town: bool,
    /// Level of conflict, negative where there is none.
    pub level: f64,
    /// Day on which the conflict began; -1 where FLEE has it before the start.
    pub since: i64,
    /// Level of flood.
    pub flood: f64,
    /// Share of the people who lack food.
    pub hunger: f64,
    /// Move chance before the factor for population.
    pub base_chance: f64,
    /// Move chance per decision.
    pub chance: f64,
    /// `1 / ln(1 - chance)`; 0 where the chance is 1.
    pub rate: f64,
    /// Population left.
    pub population: u64,
    /// Capacity before scaling.
    pub capacity: f64,
    /// Score as a destination: what people know of its safety.
    pub score: f64,
    /// Factor on the score as somebody sees it, for population and flood.
    pub factor: f64,
    /// Capacity multiplier at the present occupancy.
    pub multiplier: f64,
    /// Agents present.
    pub present: u32,
}

impl PlaceNow {
    /// Mornings on which an agent stays before it leaves, for a uniform number strictly between 0 and 1.
    #[inline]
    pub fn stays(&self, unit: f64) -> u32 {
        if unit > 1.0 - self.chance {
            0
        } else if self.chance <= 0.0 {
            u32::from(NEVER)
        } else {
            (unit.ln() * self.rate) as u32
        }
    }
}

/// A set of agents, walked in order.
#[derive(Debug, Clone, Default)]
pub struct Marks(Vec<u64>);

impl Marks {
    /// Adds an agent.
    #[inline]
    pub fn set(&mut self, agent: usize) {
        let word = agent / 64;
        if word >= self.0.len() {
            self.0.resize((word + 1).next_power_of_two(), 0);
        }
        self.0[word] |= 1 << (agent % 64);
    }

    /// Words of 64 agents each.
    pub fn words(&self) -> usize {
        self.0.len()
    }

    /// A word.
    #[inline]
    pub fn word(&self, word: usize) -> u64 {
        self.0[word]
    }

    /// Replaces a word.
    #[inline]
    pub fn put(&mut self, word: usize, bits: u64) {
        self.0[word] = bits;
    }
}

/// The state of a run; a clone is a checkpoint.
#[derive(Debug, Clone)]
pub struct State {
    /// Agents in the order in which they started.
    pub agents: Vec<Agent>,
    /// Home of each agent; empty unless the settings need it.
    pub homes: Vec<u32>,
    /// How each agent sees places; empty unless the settings need it.
    pub views: Vec<View>,
    /// Places.
    pub places: Vec<PlaceNow>,
    /// Closures that lie on each link.
    pub closed: Vec<u16>,
    /// Day on which each link was closed last; 0 where it was not since day 0.
    pub shut_on: Vec<u16>,
    /// Agents on each link.
    pub on_link: Vec<u32>,
    /// Agents that have entered each link so far.
    pub entered: Vec<u64>,
    /// Chances of the routes.
    pub choice: Choice,
    /// Agents by the day on which they leave.
    pub calendar: Calendar<u32>,
    /// Agents due today.
    pub due: Marks,
    /// Agents on a link.
    pub road: Marks,
    /// Places whose move chance has changed since the last time it was looked at.
    pub changed: Vec<bool>,
    /// Agents that should have started, but found no place to start from.
    pub unplaced: u64,
    /// Cumulated weights of the places from which agents start.
    pub sources: Vec<(u32, f64)>,
}

impl State {
    /// The state before day 0, without agents.
    pub(crate) fn empty(world: &World) -> Self {
        let places = (0..world.places.len()).map(|i| place_now(world, i)).collect::<Vec<_>>();
        let agents = world.schedule.all_arrivals() as usize
            + world.places.iter().map(|p| p.initial as usize).sum::<usize>();
        let mut state = Self {
            agents: Vec::with_capacity(agents),
            homes: Vec::new(),
            views: Vec::new(),
            choice: Choice::new(world),
            closed: vec![0; world.links.len()],
            shut_on: vec![0; world.links.len()],
            on_link: vec![0; world.links.len()],
            entered: vec![0; world.links.len()],
            calendar: Calendar::new(world.days + 1),
            due: Marks::default(),
            road: Marks::default(),
            changed: vec![false; places.len()],
            places,
            unplaced: 0,
            sources: Vec::new(),
        };
        for place in 0..state.places.len() {
            state.renew_chance(world, place);
            state.renew_multiplier(world, place);
        }
        state
    }

    /// Agents on links.
    pub fn travelling(&self) -> u64 {
        self.on_link.iter().map(|n| u64::from(*n)).sum()
    }

    /// Agents present at a place.
    pub fn present(&self, place: usize) -> u32 {
        self.places[place].present
    }

    /// Recent travel of an agent at the start of a day.
    #[inline]
    pub fn recent(agent: &Agent, day: usize) -> f64 {
        let idle = day.saturating_sub(agent.lived as usize);
        if idle == 0 {
            agent.recent
        } else if idle < 1000 {
            agent.recent * f64::from_bits((1023 - idle as u64) << 52)
        } else {
            0.0
        }
    }

    /// Works the move chance of a place out again.
    pub(crate) fn renew_chance(&mut self, world: &World, place: usize) {
        let settings = &world.settings;
        let now = &mut self.places[place];
        let size = (now.population as f64).max(now.capacity).max(0.0);
        let factor = if settings.movechance_pop_scale_factor == 0.0 {
            1.0
        } else {
            (size / settings.movechance_pop_base).powf(settings.movechance_pop_scale_factor)
        };
        let mut chance = now.base_chance * factor;
        if settings.flee_when_starving {
            chance = now.hunger + (1.0 - now.hunger) * chance;
        }
        if now.flood > 0.0 {
            chance = at_level(&settings.flood_rules.movechances, now.flood);
        }
        let chance = if chance.is_nan() { 0.0 } else { chance.clamp(0.0, 1.0) };
        if chance != now.chance {
            now.chance = chance;
            now.rate = if chance >= 1.0 { 0.0 } else { 1.0 / (-chance).ln_1p() };
            self.changed[place] = true;
        }
    }

    /// Works the capacity multiplier of a place out again.
    #[inline]
    pub(crate) fn renew_multiplier(&mut self, world: &World, place: usize) {
        let now = &mut self.places[place];
        let limit = now.capacity * world.settings.capacity_scaling;
        let multiplier = multiplier(f64::from(now.present), limit, world.settings.capacity_buffer);
        if multiplier != now.multiplier {
            now.multiplier = multiplier;
            self.choice.spoil(&world.paths.origins[place]);
        }
    }

    /// An agent leaves a place.
    #[inline]
    pub(crate) fn leave(&mut self, world: &World, place: usize) {
        self.places[place].present -= 1;
        if self.places[place].capacity > 0.0 {
            self.renew_multiplier(world, place);
        }
    }

    /// An agent comes to a place.
    #[inline]
    pub(crate) fn enter(&mut self, world: &World, place: usize) {
        self.places[place].present += 1;
        if self.places[place].capacity > 0.0 {
            self.renew_multiplier(world, place);
        }
    }

    /// Notes the day on which an agent leaves its place.
    #[inline]
    pub(crate) fn set_due(&mut self, world: &World, agent: usize, day: usize) {
        if day < world.days {
            self.agents[agent].due = day as u16;
            self.calendar.add(day, agent as u32);
        } else {
            self.agents[agent].due = NEVER;
        }
    }
}

/// The factor by which occupancy `n` of a capacity lowers the attraction of a place: 1 up to a share `buffer`
/// of it or without limit (under 1), 0 when full, linear between.
#[inline]
pub fn multiplier(n: f64, limit: f64, buffer: f64) -> f64 {
    if limit < 1.0 || n <= buffer * limit {
        1.0
    } else if n >= limit {
        0.0
    } else {
        1.0 - (n - buffer * limit) / (limit * (1.0 - buffer))
    }
}

fn place_now(world: &World, index: usize) -> PlaceNow {
    let place = &world.places[index];
    let conflict = place.start_level.is_some();
    let base_chance =
        if conflict { world.settings.conflict_movechance } else { world.chance(index, place.kind) };
    // A place that is hardly ever left is a camp, whatever it is called.
    let camp = place.kind.is_camp() || (base_chance < 0.005 && place.kind != Kind::FloodZone);
    PlaceNow {
        kind: place.kind,
        closed_kind: None,
        camp,
        town: !camp && !conflict && place.kind.is_town(),
        level: place.start_level.unwrap_or(-1.0),
        since: if world.quirks.zones_start_active { -1 } else { 0 },
        flood: 0.0,
        hunger: 0.0,
        base_chance,
        chance: -1.0,
        rate: 0.0,
        population: place.population,
        capacity: place.capacity,
        score: 1.0,
        factor: 1.0,
        multiplier: 1.0,
        present: 0,
    }
}
