//! FLEE's settings (`simsetting.yml`): names, defaults, ranges, once.

use super::findings::Findings;
use super::node::{Node, Value, parse_yaml};
use super::place_in::At;
use super::quirks::Quirks;
pub use super::setting_values::{ConflictDriven, FloodDriven, FloodRules};
use super::setting_values::{Rule, Setting};
use std::sync::Arc;

/// A key of the settings.
pub struct Key {
    /// Section of `simsetting.yml`; empty for a key outside all sections.
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
        /// The settings of a FLEE world; the defaults are those of FLEE's code, the names those of `simsetting.yml`.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_excessive_bools, non_snake_case)]
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
    "" {
        default_conflict_intensity: f64 = 1.0, Rule::Number(0.0, 1e12), "Level of conflict of a place that `location_changes.csv` makes a conflict zone.";
    }
    "spawn_rules" {
        take_from_population: bool = false, Rule::Free, "Whether each agent that starts lowers the population of its place by one.";
        insert_day0: bool = true, Rule::Free, "Whether the camps hold on day 0 what the data say, so that nobody starts on that day.";
        empty_camps_on_day0: bool = false, Rule::Free, "Whether the camps start empty.";
        camps_are_sinks: bool = false, Rule::Free, "Whether people settle in camps for good: at once, or on each evening with the chance that the attribute `deactivation_probability` of the camp gives.";
        sum_from_camps: bool = true, Rule::Free, "Whether the number that starts follows the sum of the camps' counts; else the file of totals.";
        conflict_spawn_decay: Vec<f64> = Vec::new(), Rule::Number(0.0, 1e6), "Factors on the level of a conflict as it grows older; empty: no decay.";
        conflict_spawn_decay_interval: i64 = 30, Rule::Whole(1, 100_000), "Days that each factor of `conflict_spawn_decay` holds.";
        conflict_driven_spawning: ConflictDriven = ConflictDriven::Off, Rule::Free, "Agents start by conflict and day, not by data.";
        conflict_zone_spawning_only: bool = true, Rule::Free, "Whether hunger makes people start in places with conflict alone.";
        starvation_driven_spawning: bool = false, Rule::Free, "Whether people start where food is lacking too: the population that lacks it adds to the weight of a place.";
        flood_zone_spawning_only: bool = false, Rule::Free, "Whether floods drive people out, and neither conflict nor data.";
        flood_driven_spawn_mode: FloodDriven = FloodDriven::Off, Rule::Free, "How many start by flood and day.";
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
        awareness_level: i64 = 1, Rule::Whole(-1, 50), "How many links ahead a route may lead.";
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
        flee_when_starving: bool = false, Rule::Free, "Whether the share p of the people of a region who lack food raises each move chance m to p + (1 - p) m.";
        avoid_food_deprived_locations: bool = false, Rule::Free, "Whether the score of places in the first country is multiplied by 1 - p², from day 1 on.";
        ChildrenAvoidHazards: bool = false, Rule::Free, "Whether the score of a place is squared for those under 19.";
        BoysTakeRisk: bool = false, Rule::Free, "Whether it is 1 for boys over 14, where `ChildrenAvoidHazards` is on.";
        ElderlyAvoidHazards: bool = false, Rule::Free, "Whether it is squared for those over 59.";
        WomenAvoidHazards: bool = false, Rule::Free, "Whether it is squared for women.";
        flood_rules: FloodRules = FloodRules::default(), Rule::Free, "Move chances and factors on the score by level of flood.";
        use_v1_rules: bool = false, Rule::Free, "Sets the speed to 200 km/day, the weight of camps to 2 and of conflict to 0.25, and switches `start_on_foot` and `avoid_short_stints` off.";
    }
    "optimisations" {
        hasten: i64 = 1, Rule::Whole(1, 1_000_000), "People per agent: populations and counts are divided by it.";
    }
}

/// Settings that change nothing in FLEE or only what it prints.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("", "number_of_steps"),
    ("", "conflict_input_file"),
    ("", "flood_level_input_file"),
    ("spawn_rules", "average_social_connectivity"),
    ("move_rules", "max_crossing_speed"),
    ("move_rules", "max_flood_level"),
    ("move_rules", "avg_religion_fraction"),
];

/// The sections; what `log_levels` holds only changes what FLEE prints.
const SECTIONS: [&str; 4] = ["log_levels", "spawn_rules", "move_rules", "optimisations"];

/// Settings that can only be left at the value given: what they switch on is not part of the specification.
const ONLY_OFF: &[(&str, &str, bool)] = &[
    ("spawn_rules", "read_from_agents_csv_file", false),
    ("move_rules", "fixed_routes", false),
    ("move_rules", "two_system_decision_making", false),
    ("move_rules", "MatchCampReligion", false),
    ("move_rules", "MatchCampEthnicity", false),
    ("move_rules", "MatchTownEthnicity", false),
    ("move_rules", "MatchConflictEthnicity", false),
];

fn known_names() -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .map(|k| k.name)
        .chain(WITHOUT_EFFECT.iter().map(|k| k.1))
        .chain(ONLY_OFF.iter().map(|k| k.1))
        .chain(["harvest_months", "flood_driven_spawning"])
}

/// The name of a list that is most like what was typed.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|n| (strsim::jaro_winkler(typed, n), n))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, n)| n)
}

/// A setting without the entry `flood_spawn_mode`, which FLEE does not read.
fn without_misnamed_mode(name: &str, node: &Node, misnamed: bool) -> Node {
    let mut node = node.clone();
    if misnamed
        && name == "flood_driven_spawn_mode"
        && let Value::Map(entries) = &mut node.value
    {
        entries.retain(|e| e.0 != "flood_spawn_mode");
    }
    node
}

impl Settings {
    /// Reads `simsetting.yml`.
    pub(crate) fn from_yaml(file: &str, text: &str, quirks: Quirks, findings: &mut Findings) -> Self {
        let mut settings = Self::default();
        let root = match parse_yaml(file, text) {
            Ok(node) => node,
            Err(problem) => {
                findings.refuse(*problem);
                return settings;
            }
        };
        let file = Arc::from(file);
        let at = |node: &Node| At::new(&file, node.line);
        match &root.value {
            Value::Null => {}
            Value::Map(sections) => {
                for (name, node) in sections {
                    if SECTIONS.contains(&name.as_str()) {
                        settings.section(name, node, &file, quirks, findings);
                    } else {
                        settings.set(Some(""), name, node, &at(node), quirks, findings);
                    }
                }
            }
            other => findings
                .refuse(at(&root).problem("must hold sections of settings").with_found(other.to_string())),
        }
        settings.finish();
        settings
    }

    /// Reads a section.
    fn section(
        &mut self,
        section: &str,
        node: &Node,
        file: &Arc<str>,
        quirks: Quirks,
        findings: &mut Findings,
    ) {
        match &node.value {
            Value::Null => {}
            Value::Map(_) if section == "log_levels" => {}
            Value::Map(entries) => {
                for (name, value) in entries {
                    self.set(Some(section), name, value, &At::new(file, value.line), quirks, findings);
                }
            }
            other => findings.refuse(
                At::new(file, node.line)
                    .problem("must hold settings, one a line")
                    .with_key(section)
                    .with_found(other.to_string()),
            ),
        }
    }

    /// Sets one value by name; a section, where given, must be the right one.
    pub(crate) fn set(
        &mut self,
        section: Option<&str>,
        name: &str,
        node: &Node,
        at: &At,
        quirks: Quirks,
        findings: &mut Findings,
    ) {
        let name = match name {
            "camps_are_sicks" if quirks.sinks_misspelt => "camps_are_sinks",
            "camps_are_sinks" if quirks.sinks_misspelt => return,
            other => other,
        };
        let refuse = |message: &str| at.problem(message).with_key(name).with_found(node.value.to_string());
        let in_section = |s: &str| section.is_none_or(|typed| typed == s);
        let unsupported = "is not supported: what it does is not part of the specification";
        if let Some(key) = KEYS.iter().find(|k| k.name == name && in_section(k.section)) {
            let node = &without_misnamed_mode(name, node, section.is_some() && quirks.flood_mode_misnamed);
            if let Err(allowed) = (key.read)(self, node) {
                findings.refuse(refuse("cannot be this").with_allowed(allowed));
            } else if name == "awareness_level" && self.awareness_level < 1 && !quirks.odd_awareness {
                findings.refuse(
                    refuse("is below 1, with which agents never move or only seem to")
                        .with_allowed("1 to 50"),
                );
            }
        } else if WITHOUT_EFFECT.iter().any(|k| k.1 == name && in_section(k.0)) {
        } else if let Some(key) = ONLY_OFF.iter().find(|k| k.1 == name && in_section(k.0)) {
            let ignored = name == "two_system_decision_making" && quirks.two_system_ignored;
            if node.value != Value::Bool(key.2) && node.value != Value::Int(i64::from(key.2)) && !ignored {
                findings.refuse(refuse(unsupported).with_allowed(if key.2 { "True" } else { "False" }));
            }
        } else if name == "flood_driven_spawning" && in_section("spawn_rules") {
            // FLEE never reads it: what drives people out is decided by flood_zone_spawning_only.
            if matches!(node.value, Value::Map(_)) {
                findings.refuse(
                    refuse("is a switch, which FLEE never reads")
                        .with_hint("write flood_driven_spawn_mode, and flood_zone_spawning_only: True"),
                );
            }
        } else if name == "harvest_months" && in_section("move_rules") {
            if !matches!(&node.value, Value::Null) && !matches!(&node.value, Value::List(l) if l.is_empty()) {
                findings.refuse(refuse(unsupported).with_allowed("[]"));
            }
        } else {
            let home = KEYS.iter().map(|k| (k.section, k.name)).chain(WITHOUT_EFFECT.iter().copied());
            let hint = if let Some((s, _)) = home.into_iter().find(|(_, n)| *n == name) {
                Some(if s.is_empty() {
                    "move it out of all sections".to_owned()
                } else {
                    format!("move it to the section {s}")
                })
            } else {
                nearest(name, known_names().chain(SECTIONS)).map(|near| format!("did you mean {near}?"))
            };
            if quirks.unknown_settings_ignored && section.is_some() {
                let hint = hint.map_or_else(String::new, |h| format!("; {h}"));
                findings.note(at, format!("`{name}` is not a setting and has no effect{hint}"));
                return;
            }
            let problem = if section == Some("") && matches!(node.value, Value::Map(_)) {
                refuse("is not a section of the settings").with_allowed(SECTIONS.join(", "))
            } else {
                refuse("is not a setting")
            };
            findings.refuse(match hint {
                Some(hint) => problem.with_hint(hint),
                None => problem,
            });
        }
    }

    /// Applies what some settings imply for others; to be called once after all are set.
    pub(crate) fn finish(&mut self) {
        if self.use_v1_rules {
            (self.max_move_speed, self.camp_weight, self.conflict_weight) = (200.0, 2.0, 0.25);
            (self.start_on_foot, self.avoid_short_stints) = (false, false);
        }
    }

    /// Whether floods, and not data, say how many start.
    pub fn driven_by_flood(&self) -> bool {
        self.flood_zone_spawning_only && self.flood_driven_spawn_mode != FloodDriven::Off
    }

    /// Whether anything but data says how many start.
    pub fn driven(&self) -> bool {
        self.driven_by_flood() || self.conflict_driven_spawning != ConflictDriven::Off
    }

    /// Whether hunger changes anything.
    pub fn hunger_acts(&self) -> bool {
        self.flee_when_starving || self.avoid_food_deprived_locations || self.starvation_driven_spawning
    }

    /// The attributes of persons that the rules need.
    pub fn attributes_needed(&self) -> Vec<&'static str> {
        let age = self.ChildrenAvoidHazards || self.ElderlyAvoidHazards;
        let gender = self.WomenAvoidHazards || (self.ChildrenAvoidHazards && self.BoysTakeRisk);
        [("age", age), ("gender", gender)].into_iter().filter(|a| a.1).map(|a| a.0).collect()
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
