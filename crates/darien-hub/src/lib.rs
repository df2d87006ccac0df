//! Forecast files as the hubs exchange them (hubverse, schema v6.0.0): read anyone's, write ours.
//!
//! Read: a single model-output file or a whole hub, CSV (also packed by gzip) or Parquet; target data as `time-series`
//! (`observation`) or `oracle-output` (`oracle_value`). Every fault of every file is collected. Rendered: the files of a hub
//! with its configuration, metadata, model output and target data; whoever
//! writes them does so whole or not at all.
//!
//! Convention fixed here: `horizon` 1 is the month that begins on `origin_date` (the first unseen month).

mod columns;
mod config;
mod csv_in;
mod dates;
mod declared;
mod export;
mod faults;
mod kinds;
mod parquet_in;
mod parquet_out;
mod parquet_types;
mod raw;
mod read;
mod render;
pub mod report;
mod truth;

pub use declared::Scale;
pub use export::{
    ExportForecast, HubExport, HubFormat, HubInfo, ModelExport, ModelInfo, Observation, TargetSpec,
};
pub use raw::{MAX_FILE_BYTES, MAX_ROWS};
pub use read::{Forecast, Forecasts, Reading, Sample, Task, read_forecasts, read_forecasts_as};
pub use render::HubFile;
pub use truth::{Matcher, Truth, read_truth};

use darien_base::{error, units};
use darien_stats::{scores, skill};
