//! Results of `darien run` in the forms that others read: a forecast hub, spreadsheets, Parquet, GeoJSON.
//!
//! Everything is made from a result folder alone ([`ResultFolder`]), whose files are checked against their manifest
//! first. `docs/export.md` says what each file holds.

mod flows;
mod folder;
mod hub;
mod selection;
mod tables;
mod wide;

pub use flows::geojson;
pub use folder::{Member, MonthlyRow, QuantileRow, ResultFolder};
pub use hub::{HubOutput, MAX_SAMPLES, MIN_SAMPLES, Naming, hub};
pub use selection::Selection;
pub use tables::{monthly_parquet, quantiles_parquet};
pub use wide::spreadsheets;
