//! What a setting may hold: numbers, switches, lists, and the tables of conflict and flood.

use super::node::{Node, Value};

/// How agents start where conflicts, not data, drive them: a number per active zone and day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ConflictDriven {
    /// The data say how many start.
    #[default]
    Off,
    /// `int(k × level)`.
    Constant(f64),
    /// `int(r × population × level)`.
    PopulationRatio(f64),
    /// A Poisson number of mean `k × level`.
    Poisson(f64),
}

/// How floods drive people out of a place on a day, by its level.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum FloodDriven {
    /// They do not.
    #[default]
    Off,
    /// `int(n)`, with `n` from the list at the level.
    Constant(Vec<f64>),
    /// `int(r × population)`, with `r` from the list at the level.
    PopulationRatio(Vec<f64>),
    /// A Poisson number of mean `int(n)`, with `n` from the list at the level.
    Poisson(Vec<f64>),
}

impl FloodDriven {
    /// The list of numbers by level.
    pub fn by_level(&self) -> &[f64] {
        match self {
            Self::Off => &[],
            Self::Constant(list) | Self::PopulationRatio(list) | Self::Poisson(list) => list,
        }
    }
}

/// The value of a list at a level, linear between its elements; the last one beyond its end.
pub(crate) fn at_level(list: &[f64], level: f64) -> f64 {
    let Some(last) = list.len().checked_sub(1) else { return 0.0 };
    let i = (level.max(0.0) as usize).min(last);
    let next = list[(i + 1).min(last)];
    list[i] + (level - i as f64).clamp(0.0, 1.0) * (next - list[i])
}

/// What may be typed for a setting.
pub(super) enum Rule {
    /// A number from low to high.
    Number(f64, f64),
    /// A whole number from low to high.
    Whole(i64, i64),
    /// Anything that the type can hold.
    Free,
}

pub(super) trait Setting: Sized {
    fn read(node: &Node, rule: &Rule) -> Result<Self, String>;
    fn write(&self) -> String;
}

impl Setting for f64 {
    fn read(node: &Node, rule: &Rule) -> Result<Self, String> {
        let Rule::Number(low, high) = *rule else { return Err("a number".into()) };
        let allowed = || format!("a number from {low} to {high}");
        let x = match node.value {
            Value::Int(i) => i as f64,
            Value::Float(x) => x,
            _ => return Err(allowed()),
        };
        if x.is_finite() && x >= low && x <= high { Ok(x) } else { Err(allowed()) }
    }
    fn write(&self) -> String {
        format!("{self:?}")
    }
}

impl Setting for i64 {
    fn read(node: &Node, rule: &Rule) -> Result<Self, String> {
        let Rule::Whole(low, high) = *rule else { return Err("a whole number".into()) };
        match node.value {
            Value::Int(i) if (low..=high).contains(&i) => Ok(i),
            Value::Float(x) if x.fract() == 0.0 && (low..=high).contains(&(x as i64)) => Ok(x as i64),
            _ => Err(format!("a whole number from {low} to {high}")),
        }
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Setting for bool {
    fn read(node: &Node, _: &Rule) -> Result<Self, String> {
        match node.value {
            Value::Bool(b) => Ok(b),
            Value::Int(i @ (0 | 1)) => Ok(i == 1),
            _ => Err("True or False, without quotes".into()),
        }
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

impl Setting for Vec<f64> {
    fn read(node: &Node, rule: &Rule) -> Result<Self, String> {
        match &node.value {
            Value::Null => Ok(Vec::new()),
            Value::List(items) => items.iter().map(|item| f64::read(item, rule)).collect(),
            _ => Err("a list of numbers, e.g. [1.0, 0.5]".into()),
        }
    }
    fn write(&self) -> String {
        format!("{self:?}")
    }
}

impl Setting for ConflictDriven {
    fn read(node: &Node, _: &Rule) -> Result<Self, String> {
        let allowed = "a table of spawn_mode (constant, pop_ratio or Poisson) and displaced_per_conflict_day (0 or more)";
        let Value::Map(entries) = &node.value else {
            return if node.value == Value::Null || node.value == Value::Bool(false) {
                Ok(Self::Off)
            } else {
                Err(allowed.into())
            };
        };
        let (mut mode, mut size) = ("constant".to_owned(), None);
        for (key, value) in entries {
            match (key.as_str(), &value.value) {
                ("spawn_mode", Value::Text(t)) => mode = t.to_lowercase(),
                ("displaced_per_conflict_day", _) => size = Some(f64::read(value, &Rule::Number(0.0, 1e9))?),
                _ => return Err(allowed.into()),
            }
        }
        match mode.as_str() {
            "constant" => Ok(Self::Constant(size.unwrap_or(500.0))),
            "pop_ratio" => Ok(Self::PopulationRatio(size.unwrap_or(0.01))),
            "poisson" => Ok(Self::Poisson(size.unwrap_or(500.0))),
            _ => Err(allowed.into()),
        }
    }
    fn write(&self) -> String {
        let (mode, size) = match self {
            Self::Off => return "false".into(),
            Self::Constant(k) => ("constant", k),
            Self::PopulationRatio(r) => ("pop_ratio", r),
            Self::Poisson(k) => ("Poisson", k),
        };
        format!("{{ spawn_mode = \"{mode}\", displaced_per_conflict_day = {size:?} }}")
    }
}

impl Setting for FloodDriven {
    fn read(node: &Node, _: &Rule) -> Result<Self, String> {
        let allowed = "a table of flood_spawn_mode (constant, pop_ratio or Poisson) and displaced_per_flood_day (a list, one number a level)";
        let Value::Map(entries) = &node.value else {
            return match node.value {
                Value::Null | Value::Bool(false) => Ok(Self::Off),
                _ => Err(allowed.into()),
            };
        };
        let (mut mode, mut list) = ("pop_ratio".to_owned(), None);
        for (key, value) in entries {
            match (key.as_str(), &value.value) {
                ("spawn_mode" | "flood_spawn_mode", Value::Text(t)) => mode = t.to_lowercase(),
                ("displaced_per_flood_day", _) => list = Some(Vec::read(value, &Rule::Number(0.0, 1e9))?),
                _ => return Err(allowed.into()),
            }
        }
        let people = || vec![0.0, 100.0, 200.0, 300.0, 500.0];
        match mode.as_str() {
            "constant" => Ok(Self::Constant(list.unwrap_or_else(people))),
            "pop_ratio" => Ok(Self::PopulationRatio(list.unwrap_or_else(|| vec![0.0, 0.1, 0.2, 0.5, 0.9]))),
            "poisson" => Ok(Self::Poisson(list.unwrap_or_else(people))),
            _ => Err(allowed.into()),
        }
    }
    fn write(&self) -> String {
        let (mode, list) = match self {
            Self::Off => return "false".into(),
            Self::Constant(list) => ("constant", list),
            Self::PopulationRatio(list) => ("pop_ratio", list),
            Self::Poisson(list) => ("Poisson", list),
        };
        format!("{{ spawn_mode = \"{mode}\", displaced_per_flood_day = {list:?} }}")
    }
}

/// What floods do to those who move.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FloodRules {
    /// Move chance by level of flood, from level 1 on; empty: floods change nothing.
    pub movechances: Vec<f64>,
    /// Factor on the score by level of flood.
    pub loc_weights: Vec<f64>,
}

/// Settings of `flood_rules` that have no effect in FLEE, or only with the forecaster, which is not supported.
const FLOOD_WITHOUT_EFFECT: [&str; 6] = [
    "max_flood_level",
    "flood_link_weights",
    "flood_forecaster_timescale",
    "flood_forecaster_end_time",
    "flood_forecaster_weights",
    "flood_awareness_weights",
];

impl Setting for FloodRules {
    fn read(node: &Node, _: &Rule) -> Result<Self, String> {
        let allowed = "a table of flood_movechances and flood_loc_weights, lists with one number a level; flood_forecaster: True is not supported";
        let mut rules = Self::default();
        let Value::Map(entries) = &node.value else {
            return match node.value {
                Value::Null | Value::Bool(false) => Ok(rules),
                _ => Err(allowed.into()),
            };
        };
        for (key, value) in entries {
            match (key.as_str(), &value.value) {
                ("flood_movechances", _) => rules.movechances = Vec::read(value, &Rule::Number(0.0, 1.0))?,
                ("flood_loc_weights", _) => rules.loc_weights = Vec::read(value, &Rule::Number(0.0, 1e9))?,
                ("flood_forecaster", Value::Bool(false)) => {}
                (key, _) if FLOOD_WITHOUT_EFFECT.contains(&key) => {}
                _ => return Err(allowed.into()),
            }
        }
        Ok(rules)
    }
    fn write(&self) -> String {
        if *self == Self::default() {
            return "false".into();
        }
        format!(
            "{{ flood_movechances = {:?}, flood_loc_weights = {:?} }}",
            self.movechances, self.loc_weights
        )
    }
}
