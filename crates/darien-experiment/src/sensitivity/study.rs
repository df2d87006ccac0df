//! Runs of the corridor at the points of a design: one scenario, or two whose difference is asked for.

use super::space::Space;
use crate::error::{Error, Problem, Result};
use crate::observe;
use crate::registry::nearest;
use crate::registry::outcomes::OUTCOMES;
use crate::runner::{Failure, Progress};
use crate::scenario::Scenario;
use crate::table::{Cube, SeriesKey};
use crate::{Draw, Draws, RunKey, Runner, batch};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What is asked of a run: an outcome of the first scenario, or of the second less the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The series; its value is the mean over the months of the horizon.
    pub series: SeriesKey,
    /// Whether it is the difference of two scenarios.
    pub difference: bool,
    /// Unit.
    pub unit: String,
    /// Whether variances and effects are taken of `ln(1 + value)`.
    pub log: bool,
    at: usize,
    second: usize,
}

impl Quantity {
    /// Name in one word: `entries@darien`, `entries@darien:VEN`, with `difference:` in front of a difference.
    pub fn label(&self) -> String {
        let s = &self.series;
        let of = if s.nationality == "ALL" { String::new() } else { format!(":{}", s.nationality) };
        format!("{}{}@{}{of}", if self.difference { "difference:" } else { "" }, s.outcome, s.place)
    }

    /// Its value in what a run gave.
    pub fn value(&self, run: &[f64]) -> f64 {
        self.of(|i| run.get(i).copied().unwrap_or(f64::NAN))
    }

    /// The value whose variances and effects are taken: the same, or of `ln(1 + value)` of each scenario. The sign of
    /// a difference is the same.
    pub fn analysed(&self, run: &[f64]) -> f64 {
        let of = |i: usize| run.get(i).copied().unwrap_or(f64::NAN);
        if self.log { self.of(|i| of(i).ln_1p()) } else { self.of(of) }
    }

    /// The unit of what is analysed.
    pub fn analysed_unit(&self) -> String {
        if self.log { format!("ln(1 + {})", self.unit) } else { self.unit.clone() }
    }

    fn of(&self, of: impl Fn(usize) -> f64) -> f64 {
        if self.difference { of(self.second) - of(self.at) } else { of(self.at) }
    }
}

/// The series that `OUTCOME[@PLACE][:NATIONALITY]` names. The place is `darien` where the outcome has it, else its only
/// one.
///
/// # Errors
///
/// If there is no such outcome, place or nationality, or the place must be named.
pub fn outcome(text: &str) -> Result<SeriesKey> {
    let (head, nationality) = text.split_once(':').unwrap_or((text, "ALL"));
    let (name, place) = head.split_once('@').map_or((head, None), |(o, p)| (o, Some(p)));
    let problem = |message: &str| Problem::new("--outcome", message).with_found(text);
    let all = observe::series();
    let with =
        |test: &dyn Fn(&SeriesKey) -> bool| all.iter().filter(|k| test(k)).cloned().collect::<Vec<_>>();
    let of = with(&|k| k.outcome == name && k.nationality == "ALL");
    let places = of.iter().map(|k| k.place.as_str()).collect::<Vec<_>>();
    if places.is_empty() {
        let hint = nearest(name, OUTCOMES.iter().map(|o| o.name)).map_or_else(
            || "`darien explain outcomes` lists them".into(),
            |n| format!("did you mean `{n}`?"),
        );
        return Err(Error::invalid(problem("is no outcome").with_hint(hint)));
    }
    let place = match place {
        Some(p) if places.contains(&p) => p,
        None if places.contains(&"darien") => "darien",
        None if places.len() == 1 => places[0],
        _ => {
            return Err(Error::invalid(
                problem("needs one of its places")
                    .with_allowed(places.join(", "))
                    .with_hint(format!("write e.g. `{name}@{}`", places[0])),
            ));
        }
    };
    let found = with(&|k| k.outcome == name && k.place == place);
    found.iter().find(|k| k.nationality == nationality).cloned().ok_or_else(|| {
        let known: Vec<&str> = found.iter().map(|k| k.nationality.as_str()).collect();
        Error::invalid(problem("is not counted for this nationality").with_allowed(known.join(", ")))
    })
}

/// A run that is wanted: a point and a replicate of chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Shares, one a factor; NaN leaves a factor at the base.
    pub point: Vec<f64>,
    /// Replicate of chance.
    pub replicate: u64,
}

/// One or two scenarios over a space of assumptions.
#[derive(Debug, Clone)]
pub struct Study {
    /// The space.
    pub space: Space,
    runner: Runner,
    outcomes: Vec<SeriesKey>,
}

impl Study {
    /// A study of one or two scenarios. What they were read from is not read again while it runs.
    ///
    /// # Errors
    ///
    /// Every problem of the scenarios; a lever that is varied but on which the scenarios differ; a lever that a
    /// scenario cannot set.
    pub fn new(
        scenarios: &[Scenario],
        space: Space,
        outcomes: Vec<SeriesKey>,
        (seed, scale): (u64, u32),
    ) -> Result<Self> {
        let mut problems = Vec::new();
        if let [a, b] = scenarios {
            if a.horizon() != b.horizon() {
                problems.push(
                    Problem::new(b.name(), format!("has another horizon than {}", a.name()))
                        .with_hint("give both the same days, e.g. by `--until`"),
                );
            }
            for factor in &space.factors {
                if let super::space::Factor::Lever(l) = factor
                    && a.lever_path(&l.key) != b.lever_path(&l.key)
                {
                    problems.push(
                        Problem::new(
                            "--levers",
                            "is what the two scenarios differ in; to vary it would undo that",
                        )
                        .with_key(&l.key)
                        .with_hint("leave it out"),
                    );
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let runner = Runner::new(scenarios, Draws::Defaults, seed, scale)?;
        let study = Self { space, runner, outcomes };
        let factors = study.space.factors.len();
        for share in [0.0, 1.0] {
            study.scenarios_at(&vec![share; factors])?;
        }
        Ok(study)
    }

    /// The scenarios.
    pub fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.runner.scenarios()
    }

    /// People that an agent stands for, of smaller nationalities fewer.
    pub fn scale(&self) -> u32 {
        self.runner.scale()
    }

    /// What is asked of each run: every outcome as a level, and with two scenarios its difference too; with `log`,
    /// variances and effects are of logarithms, so that a few points of the prior with very many people do not decide
    /// alone.
    pub fn quantities(&self, log: bool) -> Vec<Quantity> {
        let n = self.outcomes.len();
        let two = self.scenarios().count() > 1;
        let of = |difference: bool| {
            self.outcomes.iter().enumerate().map(move |(at, key)| Quantity {
                series: key.clone(),
                difference,
                unit: OUTCOMES.iter().find(|o| o.name == key.outcome).map_or("", |o| o.unit).to_owned(),
                log,
                at,
                second: at + n,
            })
        };
        of(false).chain(of(true).filter(|_| two)).collect()
    }

    /// Numbers that a run gives.
    pub fn width(&self) -> usize {
        self.scenarios().count() * self.outcomes.len()
    }

    fn scenarios_at(&self, point: &[f64]) -> Result<Vec<Scenario>> {
        let moved = self.space.sets(point);
        let mut problems = Vec::new();
        let mut all = Vec::new();
        for scenario in self.scenarios() {
            match scenario.with_sets(&moved) {
                Ok(s) => all.push(s),
                Err(Error::Invalid(found)) => problems.extend(found),
                Err(other) => return Err(other),
            }
        }
        if problems.is_empty() { Ok(all) } else { Err(Error::Invalid(problems)) }
    }

    /// Means over the horizon of each outcome, scenario by scenario.
    ///
    /// # Errors
    ///
    /// What the run said when it stopped.
    pub fn evaluate(&self, job: &Job) -> std::result::Result<Vec<f64>, Failure> {
        let key = RunKey { draw: 0, replicate: job.replicate };
        let failure = |message: String| self.runner.failure(key, message);
        let draw: Draw = self.space.draw(&job.point);
        let draws = Draws::Points(Arc::new(vec![draw]));
        let runner = if self.space.sets(&job.point).is_empty() {
            self.runner.with_draws(draws)
        } else {
            let scenarios = self.scenarios_at(&job.point).map_err(|e| failure(e.to_string()))?;
            self.runner.with_scenarios(&scenarios).with_draws(draws)
        };
        let cubes = runner.run(RunKey { draw: 0, replicate: job.replicate });
        let values: Vec<f64> =
            cubes.iter().flat_map(|c| self.outcomes.iter().map(|key| mean_of(c, key))).collect();
        if values.iter().all(|v| v.is_finite()) {
            Ok(values)
        } else {
            Err(failure("an outcome is not a finite number".into()))
        }
    }

    /// Runs many jobs in parallel and hands on what they give, in their order; `false` if `stop` was set.
    ///
    /// # Errors
    ///
    /// The first error of `sink`, which ends the work.
    pub fn run(
        &self,
        jobs: &[Job],
        stop: &AtomicBool,
        progress: &mut impl Progress,
        mut sink: impl FnMut(usize, std::result::Result<Vec<f64>, Failure>) -> Result<()>,
    ) -> Result<bool> {
        batch::in_order(
            jobs.len(),
            stop,
            progress,
            |i| self.evaluate(&jobs[i]),
            |i, outcome| {
                let key = RunKey { draw: 0, replicate: jobs[i].replicate };
                let panicked = |message| self.runner.failure(key, message);
                sink(i, outcome.unwrap_or_else(|message| Err(panicked(message))))
            },
        )
    }
}

fn mean_of(cube: &Cube, key: &SeriesKey) -> f64 {
    let months = cube.series(&key.outcome, &key.place, &key.nationality).unwrap_or_default();
    months.iter().sum::<f64>() / months.len() as f64
}

#[cfg(test)]
mod tests {
    use super::super::space::{lever_ranges, parameters};
    use super::*;
    use crate::random::Seed;

    fn study(typed: &[&str], levers: &[&str]) -> Result<Study> {
        let owned = |t: &[&str]| t.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let space = Space::new(
            &Draws::Prior(Seed::new(1)),
            &parameters(&owned(&["depart.belief_power", "return.cool_down"]))?,
            lever_ranges(&owned(levers))?,
        )?;
        let until = "2025-02-28".parse().ok();
        let scenarios =
            typed.iter().map(|name| Scenario::load(name, &[], until)).collect::<Result<Vec<_>>>()?;
        Study::new(&scenarios, space, vec![outcome("entries")?, outcome("bypass@mexico_air")?], (1, 500))
    }

    #[test]
    fn outcomes_are_named_in_one_word() {
        assert_eq!(outcome("entries").unwrap(), SeriesKey::new("entries", "darien", "ALL"));
        assert_eq!(outcome("entries@vip:VEN").unwrap(), SeriesKey::new("entries", "vip", "VEN"));
        for bad in ["entrie", "entries@panama", "entries:XXX", "", "@", "bypass"] {
            assert!(matches!(outcome(bad), Err(Error::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn two_equal_scenarios_differ_by_exactly_nothing_at_every_point() {
        let copy = "status-quo-2025";
        let s = study(&[copy, copy], &["crisis.VEN"]).unwrap();
        let job = |point: [f64; 3]| Job { point: point.to_vec(), replicate: 0 };
        let (base, moved) = (job([f64::NAN; 3]), job([0.9, 0.1, 1.0]));
        let (a, b) = (s.evaluate(&base).unwrap(), s.evaluate(&moved).unwrap());
        assert!(a.len() == s.width() && a != b);
        let labels: Vec<String> = s.quantities(false).iter().map(Quantity::label).collect();
        assert_eq!(labels[2], "difference:entries@darien");
        for q in s.quantities(true).iter().filter(|q| q.difference) {
            assert!(q.value(&a) == 0.0 && q.value(&b) == 0.0 && q.analysed(&b) == 0.0);
        }
        let q = &s.quantities(true)[0];
        assert_eq!((q.value(&[5.0]), q.analysed(&[5.0])), (5.0, 6f64.ln()));
        assert_eq!(s.evaluate(&moved).unwrap(), b);
        assert_ne!(s.evaluate(&Job { replicate: 1, ..base }).unwrap(), a);
    }

    #[test]
    fn a_lever_that_is_the_difference_is_not_varied() {
        let Err(Error::Invalid(p)) =
            study(&["status-quo-2025", "flights-doubled"], &["flights.panama.per_week"])
        else {
            panic!()
        };
        assert_eq!(p[0].key, "flights.panama.per_week");
        assert!(study(&["status-quo-2025", "flights-doubled"], &["crisis.VEN"]).is_ok());
        assert!(study(&["no-such"], &[]).is_err());
    }
}
