//! FLEE's settings (`simsetting.yml`): names, defaults, ranges, once.

use super::node::{Node, Value, parse_yaml};
use super::place_in::At;
use super::quirks::Quirks;
use crate::error::Problem;
use std::sync::Arc;

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

/// What may be typed for a setting.
enum Rule {
    /// A number from low to high.
    Number(f64, f64),
    /// A whole number from low to high.
    Whole(i64, i64),
    /// Anything that the type can hold.
    Free,
}

trait Setting: Sized {
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

/// A key of the settings.
pub struct Key {
    /// Section of `simsetting.yml`.
    pub section: &'static str,
    /// Name.
    pub name: &'static str,
    /// Meaning, with unit.
    pub meaning: &'static str,
    read: fn(&mut Settings, &Node) -> Result<(), String>,
    write: fn(&Settings) -> String,
}

macro_rules! settings {
    ($( $section:literal { $( $name:ident : $ty:ty = $default:expr, $rule:expr, $meaning:literal; )* } )*) => {
        /// The settings of a FLEE world; the defaults are those of FLEE's code.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_excessive_bools)]
        pub struct Settings { $($( #[doc = $meaning] pub $name: $ty, )*)* }

        impl Default for Settings {
            fn default() -> Self { Self { $($( $name: $default, )*)* } }
        }

        /// Every setting that has an effect.
        pub const KEYS: &[Key] = &[ $($( Key {
            section: $section, name: stringify!($name), meaning: $meaning,
            read: |settings, node| { settings.$name = <$ty as Setting>::read(node, &$rule)?; Ok(()) },
            write: |settings| settings.$name.write(),
        }, )*)* ];
    };
}

settings! {
    "spawn_rules" {
        take_from_population: bool = false, Rule::Free, "Whether each agent that starts lowers the population of its place by one.";
        insert_day0: bool = true, Rule::Free, "Whether the camps hold on day 0 what the data say, so that nobody starts on that day.";
        empty_camps_on_day0: bool = false, Rule::Free, "Whether the camps start empty.";
        camps_are_sinks: bool = false, Rule::Free, "Whether nobody leaves a camp.";
        sum_from_camps: bool = true, Rule::Free, "Whether the number that starts follows the sum of the camps' counts; else the file of totals.";
        conflict_spawn_decay: Vec<f64> = Vec::new(), Rule::Number(0.0, 1e6), "Factors on the level of a conflict as it grows older; empty: no decay.";
        conflict_spawn_decay_interval: i64 = 30, Rule::Whole(1, 100_000), "Days that each factor of `conflict_spawn_decay` holds.";
        conflict_driven_spawning: ConflictDriven = ConflictDriven::Off, Rule::Free, "Agents start by conflict and day, not by data.";
    }
    "move_rules" {
        max_move_speed: f64 = 360.0, Rule::Number(1e-6, 1e6), "Speed of travel, km/day.";
        max_walk_speed: f64 = 35.0, Rule::Number(1e-6, 1e6), "Speed on foot, km/day.";
        foreign_weight: f64 = 1.0, Rule::Number(0.0, 1e9), "Factor on the score of places in another country than the first place.";
        camp_weight: f64 = 1.0, Rule::Number(0.0, 1e9), "Factor on the score of camps.";
        conflict_weight: f64 = 1.0 / 10f64.sqrt(), Rule::Number(0.0, 1e9), "Factor on the score of a place with conflict, to the power of its level.";
        conflict_movechance: f64 = 1.0, Rule::Number(0.0, 1.0), "Chance per decision to leave a place with conflict.";
        camp_movechance: f64 = 0.001, Rule::Number(0.0, 1.0), "Chance per decision to leave a camp.";
        idpcamp_movechance: f64 = 0.1, Rule::Number(0.0, 1.0), "Chance per decision to leave a camp for the internally displaced.";
        default_movechance: f64 = 0.3, Rule::Number(0.0, 1.0), "Chance per decision to leave a town.";
        awareness_level: i64 = 1, Rule::Whole(-1, 5), "How many links ahead a route may lead.";
        capacity_buffer: f64 = 0.9, Rule::Number(0.0, 1.0), "Share of a capacity above which a camp attracts less.";
        capacity_scaling: f64 = 1.0, Rule::Number(0.0, 1e9), "Factor on every capacity.";
        avoid_short_stints: bool = false, Rule::Free, "Whether agents move on from towns while they have travelled little lately.";
        start_on_foot: bool = false, Rule::Free, "Whether the first link is walked.";
        softening: f64 = 10.0, Rule::Number(0.0, 1e9), "Added to the length of every route, km.";
        weight_softening: f64 = 0.0, Rule::Number(0.0, 1e9), "Added to the score of every destination.";
        weight_power: f64 = 1.0, Rule::Number(-100.0, 100.0), "Exponent of the weight of a route.";
        distance_power: f64 = 1.0, Rule::Number(-100.0, 100.0), "Exponent of the length of a route.";
        stay_close_to_home: bool = false, Rule::Free, "Whether places attract less the further they are from home.";
        home_distance_power: f64 = 0.5, Rule::Number(0.0, 100.0), "Exponent of that distance in km.";
        use_pop_for_loc_weight: bool = false, Rule::Free, "Whether places other than camps attract by population.";
        pop_power_for_loc_weight: f64 = 0.1, Rule::Number(-100.0, 100.0), "Exponent of that population.";
        movechance_pop_base: f64 = 10_000.0, Rule::Number(1e-6, 1e12), "Population at which a move chance is as given.";
        movechance_pop_scale_factor: f64 = 0.0, Rule::Number(-100.0, 100.0), "Exponent by which population changes the move chance.";
        pruning_threshold: f64 = 1.0, Rule::Number(0.0, 1e12), "Routes of less than the best weight over this are dropped; 1 keeps all.";
        use_economic_pull: bool = false, Rule::Free, "Whether foreign places attract by their attributes trade_volume and hdi.";
        use_v1_rules: bool = false, Rule::Free, "Sets the speed to 200 km/day, the weight of camps to 2 and of conflict to 0.25.";
    }
    "optimisations" {
        hasten: i64 = 1, Rule::Whole(1, 1_000_000), "People per agent: populations and counts are divided by it.";
    }
}

/// Settings that change nothing in FLEE or only what it prints.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("log_levels", "agent"),
    ("log_levels", "link"),
    ("log_levels", "camp"),
    ("log_levels", "conflict"),
    ("log_levels", "init"),
    ("log_levels", "idp_totals"),
    ("log_levels", "granularity"),
    ("spawn_rules", "average_social_connectivity"),
    ("move_rules", "max_crossing_speed"),
];

/// Settings that can only be left at the value given: what they switch on is not part of the specification.
const ONLY_OFF: &[(&str, &str, bool)] = &[
    ("spawn_rules", "conflict_zone_spawning_only", true),
    ("spawn_rules", "flood_zone_spawning_only", false),
    ("spawn_rules", "read_from_agents_csv_file", false),
    ("move_rules", "fixed_routes", false),
    ("move_rules", "two_system_decision_making", false),
];

fn known_names() -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .map(|k| k.name)
        .chain(WITHOUT_EFFECT.iter().map(|k| k.1))
        .chain(ONLY_OFF.iter().map(|k| k.1))
        .chain(["harvest_months"])
}

/// The name of a list that is most like what was typed.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|n| (strsim::jaro_winkler(typed, n), n))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, n)| n)
}

impl Settings {
    /// Reads `simsetting.yml`; all problems are added to `problems`.
    pub(crate) fn from_yaml(file: &str, text: &str, quirks: Quirks, problems: &mut Vec<Problem>) -> Self {
        let mut settings = Self::default();
        let root = match parse_yaml(file, text) {
            Ok(node) => node,
            Err(problem) => {
                problems.push(*problem);
                return settings;
            }
        };
        let file = Arc::from(file);
        let at = |node: &Node| At::new(&file, node.line);
        match &root.value {
            Value::Null => {}
            Value::Map(sections) => {
                for (section, node) in sections {
                    match &node.value {
                        _ if !["log_levels", "spawn_rules", "move_rules", "optimisations"]
                            .contains(&section.as_str()) =>
                        {
                            problems.push(
                                at(node)
                                    .problem("is not a section of the settings")
                                    .with_key(section)
                                    .with_allowed("log_levels, spawn_rules, move_rules, optimisations"),
                            );
                        }
                        Value::Null => {}
                        Value::Map(entries) => {
                            for (name, value) in entries {
                                settings.set(Some(section), name, value, &at(value), quirks, problems);
                            }
                        }
                        other => problems.push(
                            at(node)
                                .problem("must hold settings, one a line")
                                .with_key(section)
                                .with_found(other.to_string()),
                        ),
                    }
                }
            }
            other => problems
                .push(at(&root).problem("must hold sections of settings").with_found(other.to_string())),
        }
        settings.finish();
        settings
    }

    /// Sets one value by name; a section, where given, must be the right one.
    pub(crate) fn set(
        &mut self,
        section: Option<&str>,
        name: &str,
        node: &Node,
        at: &At,
        quirks: Quirks,
        problems: &mut Vec<Problem>,
    ) {
        let name = match name {
            "camps_are_sicks" if quirks.sinks_misspelt => "camps_are_sinks",
            "camps_are_sinks" if quirks.sinks_misspelt => return,
            other => other,
        };
        let refuse = |message: &str| at.problem(message).with_key(name).with_found(node.value.to_string());
        let in_section = |s: &str| section.is_none_or(|typed| typed == s);
        if let Some(key) = KEYS.iter().find(|k| k.name == name && in_section(k.section)) {
            if let Err(allowed) = (key.read)(self, node) {
                problems.push(refuse("cannot be this").with_allowed(allowed));
            } else if name == "awareness_level" && self.awareness_level < 1 && !quirks.odd_awareness {
                problems.push(
                    refuse("is below 1, with which agents never move or only seem to").with_allowed("1 to 5"),
                );
            }
        } else if WITHOUT_EFFECT.iter().any(|k| k.1 == name && in_section(k.0)) {
        } else if let Some(key) = ONLY_OFF.iter().find(|k| k.1 == name && in_section(k.0)) {
            let ignored = name == "two_system_decision_making" && quirks.two_system_ignored;
            if node.value != Value::Bool(key.2) && node.value != Value::Int(i64::from(key.2)) && !ignored {
                problems.push(
                    refuse("is not supported: what it does is not part of the specification")
                        .with_allowed(if key.2 { "True" } else { "False" }),
                );
            }
        } else if name == "harvest_months" && in_section("move_rules") {
            if !matches!(&node.value, Value::Null) && !matches!(&node.value, Value::List(l) if l.is_empty()) {
                problems.push(
                    refuse("is not supported: what it does is not part of the specification")
                        .with_allowed("[]"),
                );
            }
        } else {
            let mut problem = refuse("is not a setting");
            let home = KEYS.iter().map(|k| (k.section, k.name)).chain(WITHOUT_EFFECT.iter().copied());
            if let Some((s, _)) = home.into_iter().find(|(_, n)| *n == name) {
                problem = problem.with_hint(format!("move it to the section {s}"));
            } else if let Some(near) = nearest(name, known_names()) {
                problem = problem.with_hint(format!("did you mean {near}?"));
            }
            problems.push(problem);
        }
    }

    /// Applies what some settings imply for others; to be called once after all are set.
    pub(crate) fn finish(&mut self) {
        if self.use_v1_rules {
            (self.max_move_speed, self.camp_weight, self.conflict_weight) = (200.0, 2.0, 0.25);
        }
    }

    /// Every setting by name, as it would be written.
    pub fn list(&self) -> Vec<(&'static str, String)> {
        KEYS.iter().map(|key| (key.name, (key.write)(self))).collect()
    }

    /// Every setting as a line of TOML.
    pub(crate) fn to_toml(&self) -> String {
        self.list().iter().fold(String::new(), |text, (name, value)| text + name + " = " + value + "\n")
    }
}
