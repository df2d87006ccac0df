//! Book-keeping that must close: people are conserved, stocks change by what flows in and out.

use crate::behaviour::corridor::state::{Mode, State};
use crate::behaviour::corridor::tally::{FLOW_COUNT, FLOWS, Flow};
use crate::engine::plan::Observer;
use crate::world::conditions::N;
use crate::world::network::Pool;

/// Checks the books at the end of every day and keeps what does not close.
#[derive(Debug)]
pub struct Balance {
    totals: Vec<i64>,
    /// What did not close, in sentences.
    pub faults: Vec<String>,
}

impl Default for Balance {
    fn default() -> Self {
        Self::new()
    }
}

impl Balance {
    /// Books that start on the first day.
    pub fn new() -> Self {
        Self { totals: vec![0; FLOW_COUNT * N], faults: Vec::new() }
    }

    fn total(&self, outcome: &str, n: usize) -> i64 {
        (0..FLOW_COUNT).filter(|&f| FLOWS[f].0 == outcome).map(|f| self.totals[f * N + n]).sum()
    }
}

impl Observer<State> for Balance {
    fn end_of_day(&mut self, day: usize, state: &State) {
        for (total, flow) in self.totals.iter_mut().zip(&state.tally.flows) {
            *total += flow;
        }
        let mut counted = vec![[0i64; N]; 8];
        for (mode, nationality, size) in state.parties() {
            counted[mode as usize][usize::from(nationality)] += i64::from(size);
        }
        for n in 0..N {
            let s = &state.stocks;
            let mut expect = |name: &str, left: i64, right: i64| {
                if left != right {
                    self.faults.push(format!("day {day}, nationality {n}, {name}: {left} is not {right}"));
                }
            };
            let road: i64 =
                [Mode::Travelling, Mode::Queued, Mode::Held].map(|m| counted[m as usize][n]).iter().sum();
            expect("waiting", state.minds[n].waiting, counted[Mode::Waiting as usize][n]);
            expect("on the road", s.approach[n] + s.panama[n] + s.transit[n] + s.mexico[n], road);
            expect("southbound", s.south[n], counted[Mode::Southbound as usize][n]);
            expect("home again", s.home[n], counted[Mode::Home as usize][n]);
            expect("held", s.held[n], counted[Mode::Held as usize][n]);
        }
        for n in 0..N {
            let waiting = self.total("intents", n) + self.total("renewed", n)
                - self.total("lapsed", n)
                - self.total("departures", n)
                - self.total("lawful", n);
            if waiting != state.minds[n].waiting {
                self.faults.push(format!(
                    "day {day}, nationality {n}: the waiting are {} but the flows say {waiting}",
                    state.minds[n].waiting
                ));
            }
            let s = &state.stocks;
            let approach = self.total("departures", n)
                - self.total("entries", n)
                - self.total("left_approach", n)
                - self.totals[Flow::SouthApproach as usize * N + n];
            if s.approach[n] != approach {
                self.faults.push(format!(
                    "day {day}, nationality {n}: {} before the Darién but the flows say {approach}",
                    s.approach[n]
                ));
            }
            let road = s.approach[n] + s.panama[n] + s.transit[n] + s.mexico[n] + s.south[n];
            let flows = self.total("departures", n)
                - self.total("us_admissions", n)
                - self.total("settled", n)
                - self.total("returned", n)
                - self.total("home_again", n)
                - self.total("deaths", n);
            if road != flows {
                self.faults.push(format!(
                    "day {day}, nationality {n}: {road} on the road but the flows say {flows}"
                ));
            }
        }
        for &pool in Pool::ALL {
            let line: i64 = state.queues[pool as usize].iter().map(|p| i64::from(p.size)).sum();
            if line != state.queue(pool) as i64 {
                self.faults.push(format!("day {day}: the line of {} is miscounted", pool.code()));
            }
        }
    }
}
