//! The step for worlds in which everybody acts every day.
