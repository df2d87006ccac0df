//! Age and gender of agents, where a rule asks for them, and how somebody sees the safety of a place.

use super::raw::{RawTrait, RawWorld};
use super::settings::Settings;
use crate::error::Problem;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// How somebody sees the score of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum View {
    /// As it is.
    Plain,
    /// Squared: danger counts twice.
    Careful,
    /// As 1: danger does not count.
    Bold,
}

/// Number of views.
pub(super) const VIEWS: usize = 3;

impl View {
    /// The score as it is seen.
    #[inline]
    pub fn of(self, score: f64) -> f64 {
        match self {
            Self::Plain => score,
            Self::Careful => score * score,
            Self::Bold => 1.0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gender {
    Male,
    Female,
    Other,
}

/// An attribute with the weights of its values.
#[derive(Debug, Clone, PartialEq)]
struct Draw<T> {
    values: Vec<T>,
    /// Cumulated weights: by default, then for each place that has weights of its own.
    weights: Vec<Vec<f64>>,
    /// The entry of each place in `weights`.
    of_place: Vec<usize>,
}

impl<T: Copy> Draw<T> {
    fn at(&self, place: usize, unit: f64) -> Option<T> {
        let weights = &self.weights[self.of_place[place]];
        let x = unit * weights.last()?;
        let i = weights.partition_point(|w| *w <= x).min(weights.len() - 1);
        self.values.get(i).copied()
    }
}

/// Age and gender of those who start at each place; empty unless a rule asks for them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Persons {
    age: Option<Draw<f64>>,
    gender: Option<Draw<Gender>>,
}

impl Persons {
    pub(super) fn new(raw: &RawWorld, problems: &mut Vec<Problem>) -> Self {
        let mut persons = Self::default();
        for attribute in raw.settings.attributes_needed() {
            let rows: Vec<&RawTrait> = raw.traits.iter().filter(|t| t.attribute == attribute).collect();
            if rows.is_empty() {
                problems.push(
                    Problem::new(
                        &*raw.name,
                        "is asked for by a rule, but nothing says how it is distributed",
                    )
                    .with_key(attribute)
                    .with_hint(format!("add demographics_{attribute}.csv to input_csv")),
                );
            } else if attribute == "age" {
                let ages = rows.iter().map(|t| age(t, problems)).collect();
                persons.age = Some(draw(raw, &rows, ages, problems));
            } else {
                let genders = rows.iter().map(|t| gender(&t.value)).collect();
                persons.gender = Some(draw(raw, &rows, genders, problems));
            }
        }
        persons
    }

    /// Whether any rule asks for an attribute.
    pub fn matter(&self) -> bool {
        self.age.is_some() || self.gender.is_some()
    }

    /// How an agent that starts at a place sees others, from a uniform number each for age and gender.
    pub(super) fn view(&self, s: &Settings, boys_of_any_age: bool, place: usize, units: [f64; 2]) -> View {
        let age = self.age.as_ref().and_then(|d| d.at(place, units[0])).unwrap_or(f64::NAN);
        let gender = self.gender.as_ref().and_then(|d| d.at(place, units[1]));
        let boy = gender == Some(Gender::Male) && age > 14.0 && (boys_of_any_age || age < 19.0);
        let careful = (s.ChildrenAvoidHazards && age < 19.0)
            || (s.ElderlyAvoidHazards && age > 59.0)
            || (s.WomenAvoidHazards && gender == Some(Gender::Female));
        match () {
            () if s.ChildrenAvoidHazards && s.BoysTakeRisk && boy => View::Bold,
            () if careful => View::Careful,
            () => View::Plain,
        }
    }
}

fn age(row: &RawTrait, problems: &mut Vec<Problem>) -> f64 {
    let age = row.value.parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0);
    if age.is_none() {
        let problem = row.at.problem("is not an age").with_key("age").with_found(&row.value);
        problems.push(problem.with_allowed("a number of years, 0 or more"));
    }
    age.unwrap_or(0.0)
}

fn gender(text: &str) -> Gender {
    match text {
        "male" => Gender::Male,
        "female" => Gender::Female,
        _ => Gender::Other,
    }
}

fn draw<T>(raw: &RawWorld, rows: &[&RawTrait], values: Vec<T>, problems: &mut Vec<Problem>) -> Draw<T> {
    let cumulated = |weight: &dyn Fn(&RawTrait) -> f64| -> Vec<f64> {
        rows.iter()
            .scan(0.0, |sum, row| {
                *sum += weight(row);
                Some(*sum)
            })
            .collect()
    };
    let mut weights = vec![cumulated(&|row| row.weight)];
    let mut names = vec!["Default"];
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        for name in row.weights.keys() {
            if let Entry::Vacant(slot) = index.entry(name) {
                slot.insert(weights.len());
                weights.push(cumulated(&|row| row.weights.get(name).copied().unwrap_or(0.0)));
                names.push(name);
            }
        }
    }
    for (name, weights) in names.iter().zip(&weights) {
        if weights.last().is_none_or(|sum| *sum <= 0.0) {
            let problem = rows[0].at.problem("has no weight above 0").with_key(*name);
            problems.push(problem.with_allowed("numbers of 0 or more, not all 0"));
        }
    }
    let of_place = raw.places.iter().map(|p| index.get(p.name.as_str()).copied().unwrap_or(0)).collect();
    Draw { values, weights, of_place }
}
