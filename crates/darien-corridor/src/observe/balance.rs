//! Book-keeping that must close: people are conserved, stocks change by what flows in and out.
//!
//! Everything is counted in persons, so that what nationalities share closes too.

use crate::engine::plan::Observer;
use crate::model::state::{Mode, Party, State};
use crate::model::tally::{FLOW_COUNT, FLOWS, Flow};
use crate::world::Population;
use crate::world::conditions::{N, OPERATORS};
use crate::world::network::Pool;
use std::sync::Arc;

/// Checks the books at the end of every day and keeps what does not close.
#[derive(Debug)]
pub struct Balance {
    population: Arc<Population>,
    totals: Vec<i64>,
    /// What did not close, in sentences.
    pub faults: Vec<String>,
}

impl Balance {
    /// Books of a population that start on the first day.
    pub fn new(population: Arc<Population>) -> Self {
        Self { population, totals: vec![0; FLOW_COUNT * N], faults: Vec::new() }
    }

    fn total(&self, outcome: &str, n: usize) -> i64 {
        (0..FLOW_COUNT).filter(|&f| FLOWS[f].0 == outcome).map(|f| self.totals[f * N + n]).sum()
    }
}

impl Observer<State> for Balance {
    fn end_of_day(&mut self, day: usize, state: &State) {
        let population = Arc::clone(&self.population);
        for (i, (total, flow)) in self.totals.iter_mut().zip(&state.tally.flows).enumerate() {
            *total += population.persons(i % N, *flow);
        }
        let mut counted = vec![[0i64; N]; 8];
        for (mode, nationality, size) in state.parties() {
            let n = usize::from(nationality);
            counted[mode as usize][n] += population.persons(n, i64::from(size));
        }
        for n in 0..N {
            let s = &state.stocks;
            let [waiting, approach, panama, transit, mexico, south, home, held] = [
                state.minds[n].waiting,
                s.approach[n],
                s.panama[n],
                s.transit[n],
                s.mexico[n],
                s.south[n],
                s.home[n],
                s.held[n],
            ]
            .map(|agents| population.persons(n, agents));
            let road: i64 =
                [Mode::Travelling, Mode::Queued, Mode::Held].map(|m| counted[m as usize][n]).iter().sum();
            let flow = |outcome: &str| self.total(outcome, n);
            let expected = [
                ("waiting", waiting, counted[Mode::Waiting as usize][n]),
                ("on the road", approach + panama + transit + mexico, road),
                ("southbound", south, counted[Mode::Southbound as usize][n]),
                ("home again", home, counted[Mode::Home as usize][n]),
                ("held", held, counted[Mode::Held as usize][n]),
                (
                    "waiting by flows",
                    waiting,
                    flow("intents") + flow("renewed") - flow("lapsed") - flow("departures") - flow("lawful"),
                ),
                (
                    "before the Darién by flows",
                    approach,
                    flow("departures")
                        - flow("entries")
                        - flow("left_approach")
                        - self.totals[Flow::SouthApproach as usize * N + n],
                ),
                (
                    "on the road by flows",
                    approach + panama + transit + mexico + south,
                    flow("departures")
                        - flow("us_admissions")
                        - flow("settled")
                        - flow("returned")
                        - flow("home_again")
                        - flow("deaths")
                        + self.totals[Flow::SouthSettled as usize * N + n],
                ),
                (
                    "settled by flows",
                    population.persons(n, s.settled[n]),
                    flow("settled") - self.totals[Flow::SouthSettled as usize * N + n],
                ),
            ];
            for (name, left, right) in expected {
                if left != right {
                    self.faults.push(format!("day {day}, nationality {n}, {name}: {left} is not {right}"));
                }
            }
        }
        let persons = |p: &Party| population.persons(usize::from(p.nationality), i64::from(p.size));
        for &pool in Pool::ALL {
            let line: i64 = state.queues[pool as usize].iter().map(persons).sum();
            if line != state.queue(pool) as i64 {
                self.faults.push(format!("day {day}: the line of {} is miscounted", pool.code()));
            }
        }
        for (operator, held) in state.held.iter().enumerate() {
            if held.iter().map(persons).sum::<i64>() != state.held_by(operator) {
                self.faults.push(format!("day {day}: those held by {} are miscounted", OPERATORS[operator]));
            }
        }
    }
}
