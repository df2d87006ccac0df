//! A scenario as it was known on a date: what a forecast made on that day may assume.

use super::{LeverPath, Scenario, Segment, Shape};
use crate::registry::levers::{DefaultPath, Lever, levers};
use crate::units::Span;
use chrono::{Days, NaiveDate};
use std::sync::Arc;

impl LeverPath {
    /// Steps dated later are dropped and an observed default stays at its last value; a ramp under way goes on as announced.
    pub(super) fn known_at(&self, lever: &Lever, date: NaiveDate) -> Self {
        let mut known =
            Self { segments: self.segments().iter().filter(|s| s.from <= date).cloned().collect() };
        let follows_record = known.segments.last().is_none_or(|s| s.shape == Shape::Default);
        if follows_record && matches!(lever.default(), DefaultPath::Observed(_)) {
            let value = self.at(lever, date);
            known.segments.push(Segment { from: date + Days::new(1), shape: Shape::Hold(value) });
        }
        known
    }
}

impl Scenario {
    /// The same scenario with what was known on a date: later steps of levers and later news are dropped, levers hold
    /// their last value, and legs of the network open or close no more. The horizon runs to `until`.
    #[must_use]
    pub fn known_at(&self, date: NaiveDate, until: NaiveDate) -> Self {
        let mut inner = (*self.inner).clone();
        for (lever, path) in levers().iter().zip(&mut inner.paths) {
            *path = Arc::new(path.known_at(lever, date));
        }
        inner.announcements.retain(|a| a.date <= date);
        inner.horizon = Span { from: inner.horizon.from, until };
        inner.known_until = Some(inner.known_until.map_or(date, |known| known.min(date)));
        Self { inner: Arc::new(inner) }
    }

    /// The same scenario until a date, with everything that it holds up to then.
    #[must_use]
    pub fn extended(&self, until: NaiveDate) -> Self {
        let mut inner = (*self.inner).clone();
        inner.horizon = Span { from: inner.horizon.from, until };
        Self { inner: Arc::new(inner) }
    }

    /// The date after which nothing is known of the network; none where all of the shipped tables is.
    pub fn known_until(&self) -> Option<NaiveDate> {
        self.inner.known_until
    }
}
