//! Where else did they go? The account of the entries that a scenario avoids, closed to the person in every run.
//!
//! Two identities of the daily books (see [`crate::observe::balance`]), over a horizon:
//!
//! - who departs formed the intent (anew or again), and neither let it lapse, nor took a lawful place, nor waits still;
//! - who departed crossed the Darién, left the approach another way, gave up before it, or is still before it.
//!
//! Their difference between two scenarios says where each avoided entry went. What was there before the horizon
//! (`carried_in`) is the same in both unless they differ before it.

use super::summary::mean;
use std::collections::BTreeMap;

/// Series that the account reads: outcome and place.
pub const SERIES: [(&str, &str); 20] = [
    ("entries", "acandi"),
    ("entries", "capurgana"),
    ("entries", "carreto"),
    ("entries", "pacific"),
    ("entries", "vip"),
    ("left_approach", "mexico_air"),
    ("left_approach", "managua_air"),
    ("left_approach", "san_andres_sea"),
    ("left_approach", "stopped"),
    ("left_approach", "returned"),
    ("left_approach", "died"),
    ("intents", "origin"),
    ("renewed", "origin"),
    ("lapsed", "origin"),
    ("lawful", "origin"),
    ("departures", "origin"),
    ("southbound", "approach"),
    ("waiting", "origin"),
    ("on_the_way", "approach"),
    ("entries", "darien"),
];

/// Where avoided entries can go: code, place, words in English and in Spanish.
const STEPS: [(&str, &str, &str, &str); 14] = [
    ("other_trail", "darien", "By another trail", "Por otro camino"),
    ("bypass", "mexico_air", "By air to Mexico", "En avión a México"),
    ("bypass", "managua_air", "By air to Managua", "En avión a Managua"),
    ("bypass", "san_andres_sea", "By sea past San Andrés", "Por mar por San Andrés"),
    ("no_intent", "origin", "Stayed home: no intent", "En casa: sin intención"),
    ("lapsed", "origin", "Stayed home: intent lapsed", "En casa: intención caducada"),
    ("waiting", "origin", "Wait at home", "Esperan en casa"),
    ("lawful", "origin", "By a lawful pathway", "Por una vía legal"),
    ("no_new_attempt", "origin", "Returned, no new attempt", "Devueltos sin nuevo intento"),
    ("turned_back", "approach", "Turned back before it", "Desistieron antes"),
    ("returned", "approach", "Flown home before it", "Devueltos antes en vuelo"),
    ("stopped", "mexico", "Stopped on arrival by air", "Detenidos al llegar en avión"),
    ("died", "approach", "Died before it", "Murieron antes"),
    ("on_the_way", "approach", "Still on the way", "Aún en camino"),
];

/// Monthly values of the series of [`SERIES`]: a row of months for each run.
pub type Series = BTreeMap<(&'static str, &'static str), Vec<Vec<f64>>>;

/// An entry of the account, persons by run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Code, e.g. `bypass`.
    pub code: &'static str,
    /// Place, e.g. `mexico_air`.
    pub place: &'static str,
    /// Words in English.
    pub en: &'static str,
    /// Words in Spanish.
    pub es: &'static str,
    /// Avoided entries that went here, persons; negative where fewer went here than in the base.
    pub persons: Vec<i64>,
}

/// The account of two scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Entries avoided on the trails that lose people, by run.
    pub avoided: Vec<i64>,
    /// Where they went.
    pub steps: Vec<Step>,
    /// What the two scenarios carry into the horizon differently; all zeros unless they differ before it.
    pub carried_in: Vec<i64>,
}

impl Account {
    /// What is not accounted for, by run: all zeros, for the books close.
    pub fn open(&self) -> Vec<i64> {
        (0..self.avoided.len())
            .map(|r| {
                self.avoided[r] - self.carried_in[r] - self.steps.iter().map(|s| s.persons[r]).sum::<i64>()
            })
            .collect()
    }

    /// Means over the runs in whole persons: avoided, then each step.
    ///
    /// They are rounded so that what closes in every run closes here too: the largest remainders go up.
    pub fn means(&self) -> (i64, Vec<i64>) {
        let runs = self.avoided.len().max(1) as i64;
        let sum = |v: &[i64]| v.iter().sum::<i64>();
        let total = sum(&self.avoided) - sum(&self.carried_in);
        let sums: Vec<i64> = self.steps.iter().map(|s| sum(&s.persons)).collect();
        let mut means: Vec<i64> = sums.iter().map(|s| s.div_euclid(runs)).collect();
        let whole = (total + runs / 2).div_euclid(runs);
        let mut order: Vec<usize> = (0..means.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(sums[i].rem_euclid(runs)), i));
        let missing = usize::try_from(whole - means.iter().sum::<i64>()).unwrap_or(0);
        for &i in order.iter().take(missing) {
            means[i] += 1;
        }
        (whole, means)
    }
}

/// One side: totals over the horizon, stocks at its end and at its beginning, by run.
struct Side<'a>(&'a Series);

impl Side<'_> {
    fn rows(&self, outcome: &'static str, place: &'static str) -> &[Vec<f64>] {
        self.0.get(&(outcome, place)).map_or(&[], Vec::as_slice)
    }

    fn flow(&self, outcome: &'static str, place: &'static str, run: usize) -> i64 {
        self.rows(outcome, place).get(run).map_or(0, |m| m.iter().map(|v| v.round() as i64).sum())
    }

    fn first(&self, outcome: &'static str, place: &'static str, run: usize) -> i64 {
        self.rows(outcome, place).get(run).and_then(|m| m.first()).map_or(0, |v| v.round() as i64)
    }

    fn end(&self, outcome: &'static str, place: &'static str, run: usize) -> i64 {
        self.rows(outcome, place).get(run).and_then(|m| m.last()).map_or(0, |v| v.round() as i64)
    }

    /// Who waited at home or was on the approach when the horizon began: the stocks after the first month, less what
    /// flowed in that month.
    fn carried_in(&self, run: usize) -> i64 {
        let first = |o, p| self.first(o, p, run);
        let left: i64 = SERIES.iter().filter(|s| s.0 == "left_approach").map(|s| first(s.0, s.1)).sum();
        first("waiting", "origin") + first("on_the_way", "approach")
            - (first("intents", "origin") + first("renewed", "origin")
                - first("lapsed", "origin")
                - first("lawful", "origin"))
            + first("entries", "darien")
            + left
            + first("southbound", "approach")
    }
}

/// The account of the entries that `alternative` avoids against `base`: the same runs in the same order, over the
/// same months.
pub fn account(base: &Series, alternative: &Series) -> Account {
    let (base, alternative) = (Side(base), Side(alternative));
    let runs = base.rows("entries", "darien").len();
    let more = |outcome, place| -> Vec<i64> {
        (0..runs).map(|r| alternative.flow(outcome, place, r) - base.flow(outcome, place, r)).collect()
    };
    let stock = |outcome, place| -> Vec<i64> {
        (0..runs).map(|r| alternative.end(outcome, place, r) - base.end(outcome, place, r)).collect()
    };
    let less = |v: Vec<i64>| -> Vec<i64> { v.into_iter().map(|x| -x).collect() };
    // A trail loses or gains in the mean over the runs, so that the account is linear: it closes in the mean too.
    let (mut avoided, mut other_trail) = (vec![0; runs], vec![0; runs]);
    for (outcome, place) in SERIES.iter().filter(|s| s.0 == "entries" && s.1 != "darien") {
        let change = more(outcome, place);
        let gains = change.iter().sum::<i64>() > 0;
        for r in 0..runs {
            if gains {
                other_trail[r] += change[r];
            } else {
                avoided[r] -= change[r];
            }
        }
    }
    let steps = STEPS
        .iter()
        .map(|&(code, place, en, es)| {
            let persons = match code {
                "other_trail" => other_trail.clone(),
                "bypass" | "returned" | "died" | "stopped" => {
                    more("left_approach", if code == "bypass" { place } else { code })
                }
                "no_intent" => less(more("intents", "origin")),
                "no_new_attempt" => less(more("renewed", "origin")),
                "lapsed" | "lawful" => more(code, place),
                "turned_back" => more("southbound", "approach"),
                _ => stock(code, place),
            };
            Step { code, place, en, es, persons }
        })
        .collect();
    let carried_in = (0..runs).map(|r| base.carried_in(r) - alternative.carried_in(r)).collect();
    Account { avoided, steps, carried_in }
}

/// What returns after a policy's end.
#[derive(Debug, Clone, PartialEq)]
pub struct Rebound {
    /// Entries avoided until the end, mean over the runs, persons.
    pub avoided: f64,
    /// Entries above the base afterwards, mean over the runs, persons.
    pub returned: f64,
    /// Share of the avoided entries that return within the horizon; NaN where none were avoided.
    pub share: f64,
    /// Lower and upper end of its 95 % interval (Fieller); NaN where it has no bounds.
    pub interval: (f64, f64),
    /// Months after the end.
    pub months: usize,
}

/// The rebound: monthly entries by run; the policy holds in the first `until` months.
pub fn rebound(base: &[Vec<f64>], alternative: &[Vec<f64>], until: usize, draws: &[u64]) -> Rebound {
    let months = base.first().map_or(0, Vec::len).saturating_sub(until);
    let sum = |v: &[f64]| v.iter().sum::<f64>();
    let pairs = || base.iter().zip(alternative);
    let avoided: Vec<f64> = pairs().map(|(b, a)| sum(&b[..until]) - sum(&a[..until])).collect();
    let returned: Vec<f64> = pairs().map(|(b, a)| sum(&a[until..]) - sum(&b[until..])).collect();
    let ratio = super::ratio::fieller(&returned, &avoided, draws);
    Rebound {
        avoided: mean(&avoided),
        returned: mean(&returned),
        share: ratio.value,
        interval: (ratio.low, ratio.high),
        months,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(entries: [f64; 2], other: f64, left: f64, waiting: [f64; 2]) -> Series {
        let mut s: Series = SERIES.iter().map(|k| (*k, vec![vec![0.0, 0.0]])).collect();
        let mut set = |k: (&'static str, &'static str), v: [f64; 2]| s.insert(k, vec![v.to_vec()]);
        set(("entries", "acandi"), [entries[0] - other, entries[1]]);
        set(("entries", "capurgana"), [other, 0.0]);
        set(("entries", "darien"), entries);
        set(("left_approach", "mexico_air"), [left, 0.0]);
        set(("waiting", "origin"), waiting);
        s
    }

    #[test]
    fn every_person_is_somewhere() {
        // Base: 100 intend, 60 + 30 enter, 10 wait. Alternative: 100 intend, 40 + 20 enter (15 by the other trail),
        // 5 fly around, 35 wait.
        let mut base = side([60.0, 30.0], 0.0, 0.0, [30.0, 10.0]);
        let mut alt = side([40.0, 20.0], 15.0, 5.0, [45.0, 35.0]);
        for s in [&mut base, &mut alt] {
            s.insert(("intents", "origin"), vec![vec![80.0, 20.0]]);
        }
        // Ten waited before the horizon.
        for (s, w) in [(&mut base, [30.0, 20.0]), (&mut alt, [45.0, 45.0])] {
            s.insert(("waiting", "origin"), vec![w.to_vec()]);
        }
        let a = account(&base, &alt);
        assert_eq!((a.avoided[0], a.carried_in[0], a.open()[0]), (45, 0, 0));
        let of = |code: &str| a.steps.iter().filter(|s| s.code == code).map(|s| s.persons[0]).sum::<i64>();
        assert_eq!((of("other_trail"), of("bypass"), of("waiting"), of("no_intent")), (15, 5, 25, 0));
        alt.insert(("lapsed", "origin"), vec![vec![0.0, 7.0]]);
        let (whole, parts) = a.means();
        assert_eq!((whole, parts.iter().sum::<i64>()), (45, 45));
        assert_eq!(account(&base, &alt).open()[0], -7, "books that do not close are seen");
    }

    #[test]
    fn what_returns_is_a_share_of_what_was_avoided() {
        let base = vec![vec![10.0, 10.0, 10.0, 10.0]; 3];
        let alt = vec![vec![6.0, 6.0, 12.0, 12.0], vec![5.0, 7.0, 13.0, 11.0], vec![6.0, 6.0, 12.0, 12.0]];
        let r = rebound(&base, &alt, 2, &[0, 1, 2]);
        assert_eq!((r.avoided, r.returned, r.share, r.months), (8.0, 4.0, 0.5, 2));
        let none = rebound(&base, &base, 2, &[0, 1, 2]);
        assert!(none.share.is_nan());
    }
}
