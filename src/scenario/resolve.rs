//! From layers to a frozen scenario.

use super::{Inner, Scenario};
use crate::error::Result;
use crate::registry::levers::levers;
use crate::units::Span;
use chrono::NaiveDate;
use std::sync::Arc;

pub(super) fn load(name: &str, sets: &[String], until: Option<NaiveDate>) -> Result<Scenario> {
    from_text(name, "", sets, until)
}

pub(super) fn from_text(
    name: &str,
    text: &str,
    sets: &[String],
    until: Option<NaiveDate>,
) -> Result<Scenario> {
    let from = super::simulation_start();
    Ok(Scenario {
        inner: Arc::new(Inner {
            name: name.into(),
            title: String::new(),
            question: String::new(),
            source: text.into(),
            parents: Vec::new(),
            sets: sets.to_vec(),
            horizon: Span { from, until: until.unwrap_or(from) },
            paths: vec![super::LeverPath::default(); levers().len()],
            announcements: Vec::new(),
            assumptions: std::collections::BTreeMap::new(),
            warnings: Vec::new(),
        }),
    })
}
