//! Lays a layer's levers, and the bundle that its `cooperation` names, over the layers below.

use super::path::{Change, LeverPath, Value};
use crate::registry::BUNDLES;
use crate::registry::levers::{levers, position};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// All lever paths, without and with the bundles of `cooperation`.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    /// As the levers themselves are set; what returns when a bundle ends.
    without: Vec<LeverPath>,
    /// With the bundles in force; what a scenario means.
    with: Vec<LeverPath>,
}

impl Paths {
    /// Every lever at its default.
    pub fn defaults() -> Self {
        let paths = vec![LeverPath::default(); levers().len()];
        Self { without: paths.clone(), with: paths }
    }

    /// Leaves out what was not known on a date: later steps, and what the record says later.
    pub fn forget_after(&mut self, date: NaiveDate) {
        for (lever, path) in levers().iter().zip(&mut self.without).chain(levers().iter().zip(&mut self.with))
        {
            *path = path.known_at(lever, date);
        }
    }

    /// Lays a layer's dated changes over the paths. A bundle holds from its date on until `cooperation` changes
    /// again; a lever that the same layer sets itself wins over it.
    pub fn lay(&mut self, changes: &BTreeMap<usize, Vec<(NaiveDate, Change)>>) {
        if let Some(steps) = position("cooperation").and_then(|i| changes.get(&i)) {
            self.lay_bundles(steps);
        }
        for (&i, dated) in changes {
            self.without[i].overlay(&levers()[i], dated);
            self.with[i].overlay(&levers()[i], dated);
        }
    }

    fn lay_bundles(&mut self, steps: &[(NaiveDate, Change)]) {
        let mut keys: Vec<&str> = BUNDLES.iter().flat_map(|b| b.sets).map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let Some(i) = position(key) else { continue };
            for (date, change) in steps {
                let name = if let Change::Step(Value::State(name)) = change { name } else { "none" };
                let bundle = BUNDLES.iter().find(|b| b.name == name);
                let value =
                    bundle.and_then(|b| b.sets.iter().find(|(k, _)| *k == key)).map(|(_, value)| *value);
                match value {
                    Some(value) => {
                        self.with[i].overlay(&levers()[i], &[(*date, Change::Step(Value::Number(value)))]);
                    }
                    None => self.with[i].resume(&levers()[i], &self.without[i], *date),
                }
            }
        }
    }

    /// The paths as the scenario means them, in canonical form.
    pub fn finish(mut self, start: NaiveDate) -> Vec<LeverPath> {
        for (path, lever) in self.with.iter_mut().zip(levers()) {
            path.canonical(lever, start);
        }
        self.with
    }
}
