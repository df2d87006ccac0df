//! Groups (nationality × residence), their communities, and how persons are numbered.
//!
//! Persons of a group have consecutive numbers; a community is a run of some thousand persons. Coarser scales number
//! agents that stand for several people, those of smaller nationalities for fewer.

use super::people::CELL;
use crate::error::{Error, Problem, Result};
use crate::registry::NATIONALITIES;
use std::sync::OnceLock;

/// Agents in a community ("a few thousand people who share news"), at every scale: coarse agents form fewer communities
/// of the same size, so that chance weighs in each as it does at 1 : 1 and means do not depend on the scale.
const COMMUNITY_AGENTS: u32 = 4_096;

/// How a group comes to the corridor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// Lives in its own country.
    Resident,
    /// Lives abroad, in the region.
    Diaspora,
    /// Flies in first.
    Flier,
}

#[derive(Debug, serde::Deserialize)]
struct Row {
    nationality: String,
    residence: String,
    place: String,
    persons: u32,
    wage_usd_month: f64,
    kind: GroupKind,
}

/// People of one nationality who live in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Position in [`NATIONALITIES`].
    pub nationality: usize,
    /// Country of residence, ISO 3166-1 alpha-3 (or the collective code).
    pub residence: String,
    /// Place from which they set out.
    pub place: String,
    /// People at 1 : 1.
    pub people: u32,
    /// Wage where they live, USD a month.
    pub wage: f64,
    /// How they come to the corridor.
    pub kind: GroupKind,
    /// Number of the first agent.
    pub first: u32,
    /// Number of agents.
    pub agents: u32,
    /// First community.
    pub first_community: u32,
    /// Number of communities.
    pub communities: u32,
}

/// All people at risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// The groups, in the order of the table.
    pub groups: Vec<Group>,
    /// The nominal scale: people that an agent of the largest nationality stands for, and no agent for more.
    pub scale: u32,
    /// People that an agent of each nationality stands for.
    pub people_per_agent: [u32; NATIONALITIES.len()],
    /// Agents in a community (the last of a group has fewer).
    pub community_agents: u32,
    /// Number of agents.
    pub agents: u32,
    /// Number of communities.
    pub communities: u32,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| crate::data::rows("world/groups.csv"))
}

impl Population {
    /// Everyone at risk, one agent for `scale` people; agents of smaller nationalities stand for fewer.
    ///
    /// # Errors
    ///
    /// If `scale` is not between 1 and 10,000.
    pub fn new(scale: u32) -> Result<Self> {
        Self::replicated(scale, 1)
    }

    /// Like [`Self::new`] with every group `copies` times as large; for measuring the cost of people.
    ///
    /// # Errors
    ///
    /// If `scale` is out of range or the agents cannot be numbered with 32 bits.
    pub fn replicated(scale: u32, copies: u32) -> Result<Self> {
        Self::shaped(scale, copies, COMMUNITY_AGENTS)
    }

    /// Like [`Self::replicated`] with communities of another size; for measuring the cost of communities.
    ///
    /// # Errors
    ///
    /// If `scale` is out of range, the agents cannot be numbered with 32 bits, or communities have no member or more
    /// than 16,384.
    pub fn shaped(scale: u32, copies: u32, community_agents: u32) -> Result<Self> {
        let bad = |found: String, allowed: &str| {
            Error::invalid(
                Problem::new("--scale", "cannot number the agents").with_found(found).with_allowed(allowed),
            )
        };
        if !(1..=10_000).contains(&scale) {
            return Err(bad(scale.to_string(), "1 to 10000 people per agent"));
        }
        if !(1..=16_384).contains(&community_agents) {
            return Err(bad(format!("communities of {community_agents}"), "1 to 16384 agents"));
        }
        let community_agents = community_agents.next_multiple_of(CELL);
        let people_per_agent = std::array::from_fn(|n| NATIONALITIES[n].people_per_agent(scale));
        let mut population =
            Self { groups: Vec::new(), scale, people_per_agent, community_agents, agents: 0, communities: 0 };
        for row in rows() {
            let nationality = NATIONALITIES.iter().position(|n| n.code == row.nationality).unwrap_or(0);
            let people = u64::from(row.persons) * u64::from(copies);
            let agents =
                (people / u64::from(people_per_agent[nationality])).max(1).next_multiple_of(u64::from(CELL));
            if u64::from(population.agents) + agents > u64::from(u32::MAX) {
                return Err(bad(format!("{copies} copies"), "fewer than 2^32 agents in all"));
            }
            let agents = agents as u32;
            let communities = agents.div_ceil(community_agents);
            population.groups.push(Group {
                nationality,
                residence: row.residence.clone(),
                place: row.place.clone(),
                people: people.min(u64::from(u32::MAX)) as u32,
                wage: row.wage_usd_month,
                kind: row.kind,
                first: population.agents,
                agents,
                first_community: population.communities,
                communities,
            });
            population.agents += agents;
            population.communities += communities;
        }
        Ok(population)
    }

    /// The people that agents of a nationality stand for.
    #[inline]
    pub fn persons(&self, nationality: usize, agents: i64) -> i64 {
        agents * i64::from(self.people_per_agent[nationality])
    }

    /// The community of an agent of a group.
    #[inline]
    pub fn community(&self, group: &Group, agent: u32) -> u32 {
        group.first_community + (agent - group.first) / self.community_agents
    }

    /// Agents in a community of a group.
    #[inline]
    pub fn community_size(&self, group: &Group, community: u32) -> u32 {
        let offset = (community - group.first_community) * self.community_agents;
        self.community_agents.min(group.agents - offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_numbered_once() {
        for scale in [1, 7, 100, 10_000] {
            let p = Population::new(scale).unwrap();
            let mut next = 0;
            for g in &p.groups {
                assert_eq!(g.first, next);
                next += g.agents;
                let in_communities: u32 =
                    (0..g.communities).map(|c| p.community_size(g, g.first_community + c)).sum();
                assert_eq!(in_communities, g.agents);
            }
            assert_eq!(next, p.agents);
        }
        assert!((155_000_000..170_000_000).contains(&Population::new(1).unwrap().agents));
        assert!(Population::new(0).is_err() && Population::new(1_000_000).is_err());
    }

    /// Within the cell to which the agents of a group are rounded up, whatever the scale, everyone is there.
    #[test]
    fn agents_of_every_nationality_stand_for_its_people() {
        for scale in [1, 5, 75, 100, 500] {
            let p = Population::new(scale).unwrap();
            for g in &p.groups {
                let each = p.people_per_agent[g.nationality];
                let people = p.persons(g.nationality, i64::from(g.agents));
                let off = people - i64::from(g.people);
                assert!((-i64::from(each)..=i64::from(CELL * each)).contains(&off), "{scale}: {g:?}");
            }
            let coarsest = p.people_per_agent.iter().max();
            assert_eq!(coarsest, Some(&scale));
        }
        assert_eq!(Population::new(1).unwrap().people_per_agent, [1; NATIONALITIES.len()]);
        let at_75 = Population::new(75).unwrap().people_per_agent;
        assert_eq!(at_75, [75, 37, 25, 18, 37, 12, 12, 6, 6, 12, 6, 6, 12, 12]);
    }

    #[test]
    fn every_group_has_a_known_nationality() {
        assert!(rows().iter().all(|r| NATIONALITIES.iter().any(|n| n.code == r.nationality)));
    }
}
