//! Scores of places, weights of routes, and the choice among them.

use super::kind::Kind;
use super::paths::Paths;
use super::persons::{VIEWS, View};
use super::setting_values::at_level;
use super::state::{PlaceNow, State};
use super::world::World;

/// Cumulated weights of all candidate routes, worked out again for a place only when something on which they
/// depend has changed.
#[derive(Debug, Clone)]
pub struct Choice {
    /// `(softening + km)^distance_power` of each path.
    cost: Vec<f64>,
    /// Weights cumulated within the paths of a place, for each view in use.
    cumulated: Vec<Vec<f64>>,
    /// Places whose weights are out of date: a bit for each view.
    stale: Vec<u8>,
    /// Whether all links of a path are open.
    open: Vec<bool>,
}

impl Choice {
    /// All weights out of date.
    pub(crate) fn new(world: &World) -> Self {
        let s = &world.settings;
        let views = if world.persons.matter() { VIEWS } else { 1 };
        Self {
            cost: world.paths.km.iter().map(|km| (s.softening + km).powf(s.distance_power)).collect(),
            cumulated: vec![vec![0.0; world.paths.end.len()]; views],
            stale: vec![u8::MAX; world.places.len()],
            open: vec![true; world.paths.end.len()],
        }
    }

    /// Marks the weights of places as out of date.
    #[inline]
    pub(crate) fn spoil(&mut self, origins: &[u32]) {
        for &origin in origins {
            self.stale[origin as usize] = u8::MAX;
        }
    }

    /// Looks at the links again, after some were closed or opened.
    pub(crate) fn links_changed(&mut self, paths: &Paths, closed: &[u16]) {
        for path in 0..self.open.len() {
            self.open[path] = paths.links(path).iter().all(|l| closed[*l as usize] == 0);
        }
        self.stale.fill(u8::MAX);
    }
}

/// The weight of a route: `(((weight_softening + score) / cost) × multiplier)^weight_power`.
#[inline]
fn weight(world: &World, score: f64, cost: f64, multiplier: f64) -> f64 {
    let s = &world.settings;
    let w = (s.weight_softening + score) / cost * multiplier;
    if s.weight_power == 1.0 { w } else { w.powf(s.weight_power) }
}

/// The factor by which a conflict counts less (or more) as it grows older.
pub(crate) fn decay(world: &World, since: i64, day: usize) -> f64 {
    let list = &world.settings.conflict_spawn_decay;
    let Some(last) = list.len().checked_sub(1) else { return 1.0 };
    let age = (day as i64 - since).max(0) / world.settings.conflict_spawn_decay_interval;
    list[(age as usize).min(last)]
}

/// The score of a place as a destination on a day, and the factor on it.
fn score(world: &World, place: usize, now: &PlaceNow, day: usize) -> (f64, f64) {
    let s = &world.settings;
    let fixed = &world.places[place];
    let mut score = fixed.pull;
    if s.avoid_food_deprived_locations && !fixed.foreign && day > 0 {
        score *= 1.0 - now.hunger.powi(2);
    }
    if now.camp {
        score *= s.camp_weight;
    }
    if now.level > 0.0 {
        score *= s.conflict_weight.powf(decay(world, now.since, day) * now.level);
    }
    let mut factor = 1.0;
    if s.driven_by_flood() {
        let weight = at_level(&s.flood_rules.loc_weights, now.flood);
        if world.quirks.flood_weights_twice && now.kind == Kind::FloodZone {
            score *= weight;
        }
        if now.flood > 0.0 {
            factor *= weight;
        }
    }
    if s.use_pop_for_loc_weight && !now.camp {
        factor *= (now.population as f64).max(1.0).powf(s.pop_power_for_loc_weight);
    }
    (score, factor)
}

/// Great-circle distance, km.
pub(crate) fn great_circle(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat1, lat2) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (lat2 - lat1, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}

/// The factor by which a place attracts less because it is far from another.
fn nearness(world: &World, from: usize, to: usize) -> f64 {
    let at = |i: usize| {
        let p = &world.places[i];
        if world.quirks.home_is_here { (p.longitude, p.latitude) } else { (p.latitude, p.longitude) }
    };
    great_circle(at(from), at(to)).max(1.0).powf(-world.settings.home_distance_power)
}

impl State {
    /// Works all scores out for a day.
    pub(crate) fn renew_scores(&mut self, world: &World, day: usize) {
        for place in 0..self.places.len() {
            let (score, factor) = score(world, place, &self.places[place], day);
            let now = &mut self.places[place];
            if score != now.score || factor != now.factor {
                (now.score, now.factor) = (score, factor);
                self.choice.spoil(&world.paths.origins[place]);
            }
        }
    }

    /// The weights of the routes of a place as they are now and as somebody sees them; a route that is closed has
    /// none.
    pub fn weights(&self, world: &World, place: usize, home: Option<usize>, view: View) -> Vec<Option<f64>> {
        let s = &world.settings;
        let near = match (s.stay_close_to_home, world.quirks.home_is_here) {
            (false, _) => None,
            (true, true) => Some(place),
            (true, false) => home,
        };
        let mut weights: Vec<Option<f64>> = world
            .paths
            .of(place)
            .map(|path| {
                let end = world.paths.end[path] as usize;
                let now = &self.places[end];
                let near = near.map_or(1.0, |from| nearness(world, from, end));
                let score = view.of(now.score) * near * now.factor;
                self.choice.open[path].then(|| weight(world, score, self.choice.cost[path], now.multiplier))
            })
            .collect();
        if s.pruning_threshold > 1.001 {
            let best = weights.iter().flatten().fold(0.0f64, |a, b| a.max(*b));
            for w in weights.iter_mut().filter(|w| w.is_some_and(|w| w < best / s.pruning_threshold)) {
                *w = None;
            }
        }
        weights
    }

    /// Brings the weights of a place up to date.
    fn renew_weights(&mut self, world: &World, place: usize, view: View) {
        let range = world.paths.of(place);
        let s = &world.settings;
        let mut sum = 0.0;
        let v = view as usize;
        if s.pruning_threshold > 1.001 || s.stay_close_to_home {
            let weights = self.weights(world, place, None, view);
            for (cumulated, w) in self.choice.cumulated[v][range.clone()].iter_mut().zip(weights) {
                sum += w.unwrap_or(0.0);
                *cumulated = sum;
            }
        } else {
            for path in range.clone() {
                if self.choice.open[path] {
                    let now = &self.places[world.paths.end[path] as usize];
                    let score = view.of(now.score) * now.factor;
                    sum += weight(world, score, self.choice.cost[path], now.multiplier);
                }
                self.choice.cumulated[v][path] = sum;
            }
        }
        if sum <= 0.0 {
            // All weights are 0: every open route is as likely.
            for path in range {
                sum += f64::from(u8::from(self.choice.open[path]));
                self.choice.cumulated[v][path] = sum;
            }
        }
        self.choice.stale[place] &= !(1 << v);
    }

    /// Chooses a route from a place; `None` where none is open.
    #[inline]
    pub(crate) fn choose(&mut self, world: &World, place: usize, agent: usize, unit: f64) -> Option<u32> {
        let view = self.views.get(agent).copied().unwrap_or(View::Plain);
        if let Some(&home) = self.homes.get(agent) {
            return self.choose_near(world, place, home as usize, view, unit);
        }
        if self.choice.stale[place] & (1 << view as u8) != 0 {
            self.renew_weights(world, place, view);
        }
        let range = world.paths.of(place);
        pick(&self.choice.cumulated[view as usize][range.clone()], unit).map(|i| (range.start + i) as u32)
    }

    /// Chooses where the distance from home counts, which differs between agents.
    fn choose_near(&self, world: &World, place: usize, home: usize, view: View, unit: f64) -> Option<u32> {
        let weights = self.weights(world, place, Some(home), view);
        let flat = weights.iter().flatten().sum::<f64>() <= 0.0;
        let mut sum = 0.0;
        let cumulated: Vec<f64> = weights
            .iter()
            .map(|w| {
                sum += w.map_or(0.0, |w| if flat { 1.0 } else { w });
                sum
            })
            .collect();
        pick(&cumulated, unit).map(|i| world.paths.of(place).start as u32 + i as u32)
    }
}

/// The position in cumulated weights that a uniform number points at.
#[inline]
fn pick(cumulated: &[f64], unit: f64) -> Option<usize> {
    let sum = *cumulated.last()?;
    if sum <= 0.0 {
        return None;
    }
    let x = unit * sum;
    let i = if cumulated.len() <= 16 {
        cumulated.iter().filter(|c| **c <= x).count()
    } else {
        cumulated.partition_point(|c| *c <= x)
    };
    Some(i.min(cumulated.len() - 1))
}
