//! Candidate routes: every path of up to `awareness_level` links that never comes back to a place on it.
//!
//! A marker is no candidate and no step, so paths lead on through it. Two paths to one place are two candidates.
//! Paths are listed once, on the graph with all its links; on a day those with a closed link are passed over.

use super::kind::Kind;
use super::world::{Link, Place};
use std::collections::BTreeMap;

/// All candidate routes, those of one place in a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paths {
    /// First path of each place; one more entry at the end.
    pub first: Vec<u32>,
    /// Place at which a path ends.
    pub end: Vec<u32>,
    /// Length of a path, km.
    pub km: Vec<f64>,
    /// First entry of a path in `steps`; one more entry at the end.
    pub first_step: Vec<u32>,
    /// Links of the paths, one after another.
    pub steps: Vec<u32>,
    /// For each place, the places from which a path leads to it.
    pub origins: Vec<Vec<u32>>,
}

/// Most paths that are listed.
pub const MOST_PATHS: usize = 20_000_000;

/// Most links of a path: agents count them in 8 bits.
const MOST_LINKS: usize = 255;

struct Walk<'a> {
    places: &'a [Place],
    links: &'a [Link],
    out: &'a [Vec<u32>],
    /// For each link, the first one between the same places.
    first_of: Vec<u32>,
    level: i64,
    through_markers: bool,
    too_long: bool,
    on_path: Vec<bool>,
    trail: Vec<u32>,
    paths: Paths,
}

impl Walk<'_> {
    fn from(&mut self, place: u32, depth: i64, km: f64) {
        self.on_path[place as usize] = true;
        let (links, out) = (self.links, self.out);
        for &l in &out[place as usize] {
            let link = &links[l as usize];
            if self.on_path[link.to as usize] || self.paths.end.len() > MOST_PATHS {
                continue;
            }
            if self.trail.len() == MOST_LINKS {
                self.too_long = true;
                return;
            }
            self.trail.push(self.first_of[l as usize]);
            let km = km + link.km;
            let marker = self.places[link.to as usize].kind == Kind::Marker;
            if !marker {
                self.paths.end.push(link.to);
                self.paths.km.push(km);
                self.paths.steps.extend_from_slice(&self.trail);
                self.paths.first_step.push(self.paths.steps.len() as u32);
            }
            let depth = if marker { depth } else { depth + 1 };
            if depth < self.level && (self.through_markers || !marker) {
                self.from(link.to, depth, km);
            }
            self.trail.pop();
        }
        self.on_path[place as usize] = false;
    }
}

impl Paths {
    /// Lists the paths of all places; `None` if there are more than 20 million, or one of more than 255 links. Of
    /// two links between the same places, paths lead over the first.
    pub fn list(places: &[Place], links: &[Link], out: &[Vec<u32>], awareness: i64) -> Option<Self> {
        let level = if awareness == -1 { 1 } else { awareness };
        let mut first: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let first_of =
            links.iter().zip(0..).map(|(l, i)| *first.entry((l.from, l.to)).or_insert(i)).collect();
        let mut walk = Walk {
            places,
            links,
            out,
            first_of,
            level,
            through_markers: awareness != -1,
            too_long: false,
            on_path: vec![false; places.len()],
            trail: Vec::new(),
            paths: Self { first: vec![0], first_step: vec![0], ..Self::default() },
        };
        for place in 0..places.len() as u32 {
            if level > 0 {
                walk.from(place, 0, 0.0);
            }
            walk.paths.first.push(walk.paths.end.len() as u32);
        }
        let mut paths = walk.paths;
        if walk.too_long || paths.end.len() > MOST_PATHS {
            return None;
        }
        paths.origins = vec![Vec::new(); places.len()];
        for origin in 0..places.len() as u32 {
            for path in paths.of(origin as usize) {
                let origins = &mut paths.origins[paths.end[path] as usize];
                if origins.last() != Some(&origin) {
                    origins.push(origin);
                }
            }
        }
        for origins in &mut paths.origins {
            origins.dedup();
        }
        Some(paths)
    }

    /// The paths of a place.
    pub fn of(&self, place: usize) -> std::ops::Range<usize> {
        self.first[place] as usize..self.first[place + 1] as usize
    }

    /// The links of a path.
    #[inline]
    pub fn links(&self, path: usize) -> &[u32] {
        &self.steps[self.first_step[path] as usize..self.first_step[path + 1] as usize]
    }
}
