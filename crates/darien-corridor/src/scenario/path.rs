//! The dated path of one lever.

use crate::registry::levers::{DefaultPath, Lever};
use chrono::{Days, NaiveDate};
use serde_json::{Value as Json, json};

/// A value of a lever.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number in the lever's unit.
    Number(f64),
    /// One of the lever's states.
    State(&'static str),
    /// Nationality codes, sorted and unique.
    List(Vec<&'static str>),
}

impl Value {
    fn json(&self) -> Json {
        match self {
            Self::Number(v) => json!(v),
            Self::State(s) => json!(s),
            Self::List(l) => json!(l),
        }
    }
}

/// What a lever does from a date on.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Holds a value.
    Hold(Value),
    /// Moves in a straight line from `start` on the date to `to` after `days` days, and stays there.
    Ramp {
        /// Value on the first day.
        start: f64,
        /// Value on the last day and after it.
        to: f64,
        /// Length, at least 1.
        days: u32,
    },
    /// Follows the default of the registry.
    Default,
}

/// A piece of a path: a shape that holds from a date until the next piece begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// First day.
    pub from: NaiveDate,
    /// What the lever does.
    pub shape: Shape,
}

/// A change that a scenario asks for, before it is laid over a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Takes a value at once.
    Step(Value),
    /// Moves to a value over some days.
    Ramp {
        /// Value at the end.
        to: f64,
        /// Length in days; 0 is a step.
        days: u32,
    },
}

/// A lever over time: the registry's default until the first segment, then the segments in order of date.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeverPath {
    pub(super) segments: Vec<Segment>,
}

impl LeverPath {
    /// The segments in order of date.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    fn active(&self, date: NaiveDate) -> Option<&Segment> {
        let after = self.segments.partition_point(|s| s.from <= date);
        after.checked_sub(1).map(|i| &self.segments[i])
    }

    /// The value on a date of the path of `lever`.
    pub fn at(&self, lever: &Lever, date: NaiveDate) -> Value {
        match self.active(date) {
            Some(Segment { shape: Shape::Hold(value), .. }) => value.clone(),
            Some(&Segment { from, shape: Shape::Ramp { start, to, days } }) => {
                Value::Number(on_ramp(from, start, to, days, date))
            }
            Some(Segment { shape: Shape::Default, .. }) | None => match lever.default() {
                DefaultPath::State(s) => Value::State(s),
                DefaultPath::List(l) => Value::List(l.to_vec()),
                DefaultPath::Number(_) | DefaultPath::Observed(_) => {
                    Value::Number(lever.default_number(date))
                }
            },
        }
    }

    /// The number on a date; NaN where the lever is not a number.
    pub fn number(&self, lever: &Lever, date: NaiveDate) -> f64 {
        match self.active(date) {
            Some(Segment { shape: Shape::Hold(Value::Number(v)), .. }) => *v,
            Some(Segment { shape: Shape::Hold(_), .. }) => f64::NAN,
            Some(&Segment { from, shape: Shape::Ramp { start, to, days } }) => {
                on_ramp(from, start, to, days, date)
            }
            Some(Segment { shape: Shape::Default, .. }) | None => lever.default_number(date),
        }
    }

    /// The state on a date; empty where the lever has no states.
    pub fn state(&self, lever: &Lever, date: NaiveDate) -> &'static str {
        match (self.active(date).map(|s| &s.shape), lever.default()) {
            (Some(Shape::Hold(Value::State(s))), _) => s,
            (Some(Shape::Default) | None, DefaultPath::State(s)) => s,
            _ => "",
        }
    }

    /// The list on a date; empty where the lever has no list.
    pub fn list(&self, lever: &Lever, date: NaiveDate) -> &[&'static str] {
        match (self.active(date).map(|s| &s.shape), lever.default()) {
            (Some(Shape::Hold(Value::List(l))), _) => l,
            (Some(Shape::Default) | None, DefaultPath::List(l)) => l,
            _ => &[],
        }
    }

    /// Lays dated changes over the path: from the first of them on, they alone count.
    ///
    /// `changes` must be sorted by date. A ramp starts from the value that the path has on its first day.
    pub fn overlay(&mut self, lever: &Lever, changes: &[(NaiveDate, Change)]) {
        let Some((first, _)) = changes.first() else { return };
        let mut before = self.clone();
        before.segments.retain(|s| s.from <= *first);
        self.segments.retain(|s| s.from < *first);
        for (from, change) in changes {
            let shape = match change {
                Change::Step(value) => Shape::Hold(value.clone()),
                Change::Ramp { to, days: 0 } => Shape::Hold(Value::Number(*to)),
                Change::Ramp { to, days } => {
                    let here = if from == first { &before } else { &*self };
                    Shape::Ramp { start: here.number(lever, *from), to: *to, days: *days }
                }
            };
            self.segments.push(Segment { from: *from, shape });
        }
    }

    /// Follows `other` from a date on.
    pub fn resume(&mut self, lever: &Lever, other: &Self, from: NaiveDate) {
        self.segments.retain(|s| s.from < from);
        let shape = match other.active(from).map(|s| (s.from, s.shape.clone())) {
            None => Shape::Default,
            Some((begun, Shape::Ramp { to, days, .. })) => {
                let left = i64::from(days) - (from - begun).num_days();
                match u32::try_from(left) {
                    Ok(left) if left > 0 => Shape::Ramp { start: other.number(lever, from), to, days: left },
                    _ => Shape::Hold(Value::Number(to)),
                }
            }
            Some((_, shape)) => shape,
        };
        self.segments.push(Segment { from, shape });
        self.segments.extend(other.segments.iter().filter(|s| s.from > from).cloned());
    }

    /// Puts the path in its one canonical form: nothing before `start`, no segment that changes nothing.
    pub fn canonical(&mut self, lever: &Lever, start: NaiveDate) {
        let mut clean: Vec<Segment> = Vec::with_capacity(self.segments.len());
        let late = self.segments.partition_point(|s| s.from <= start);
        for mut segment in self.segments.drain(..).skip(late.saturating_sub(1)) {
            if let Shape::Ramp { to, days, start: begin } = segment.shape
                && (begin == to || segment.from + Days::new(u64::from(days)) <= start)
            {
                segment.shape = Shape::Hold(Value::Number(to));
            }
            if !matches!(segment.shape, Shape::Ramp { .. }) {
                segment.from = segment.from.max(start);
            }
            let before = clean.last();
            let held = match (before.map(|s| &s.shape), lever.default()) {
                (Some(Shape::Hold(v)), _) => Some(v.clone()),
                (Some(&Shape::Ramp { to, days, .. }), _) => before
                    .filter(|s| s.from + Days::new(u64::from(days)) <= segment.from)
                    .map(|_| Value::Number(to)),
                (Some(Shape::Default) | None, DefaultPath::Observed(_)) => None,
                (Some(Shape::Default) | None, _) => Some(Self::default().at(lever, start)),
            };
            let nothing_new = match &segment.shape {
                Shape::Hold(v) => held.as_ref() == Some(v),
                Shape::Default => match before.map(|s| &s.shape) {
                    None | Some(Shape::Default) => true,
                    Some(_) => {
                        !matches!(lever.default(), DefaultPath::Observed(_))
                            && held == Some(Self::default().at(lever, start))
                    }
                },
                Shape::Ramp { .. } => false,
            };
            if nothing_new {
                continue;
            }
            if segment.shape == Shape::Default && !matches!(lever.default(), DefaultPath::Observed(_)) {
                segment.shape = Shape::Hold(Self::default().at(lever, start));
            }
            clean.push(segment);
        }
        self.segments = clean;
    }

    /// The path as dated values, beginning at `start`.
    pub fn json(&self, lever: &Lever, start: NaiveDate) -> Json {
        let mut all = Vec::new();
        if self.segments.first().is_none_or(|s| s.from > start) {
            all.push(match lever.default() {
                DefaultPath::Observed(_) => json!({ "from": start.to_string(), "observed": true }),
                _ => json!({ "from": start.to_string(), "value": Self::default().at(lever, start).json() }),
            });
        }
        all.extend(self.segments.iter().map(|s| match &s.shape {
            Shape::Hold(v) => json!({ "from": s.from.to_string(), "value": v.json() }),
            Shape::Default => json!({ "from": s.from.to_string(), "observed": true }),
            Shape::Ramp { start, to, days } => {
                json!({ "from": s.from.to_string(), "start": start, "to": to, "ramp_days": days })
            }
        }));
        Json::Array(all)
    }
}

fn on_ramp(from: NaiveDate, start: f64, to: f64, days: u32, date: NaiveDate) -> f64 {
    let share = ((date - from).num_days() as f64 / f64::from(days)).clamp(0.0, 1.0);
    if share >= 1.0 { to } else { start + (to - start) * share }
}
