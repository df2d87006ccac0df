//! The files of `data/`, compiled in, and their fingerprint.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::OnceLock;

/// A file of `data/`.
pub(super) struct File {
    /// Path below `data/`.
    pub path: &'static str,
    /// Content.
    pub text: &'static str,
}

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// All tables, sorted by path.
        pub(super) const FILES: &[File] =
            &[$(File { path: $path, text: include_str!(concat!("../../../../data/", $path)) }),*];
    };
}

files![
    "map/countries.csv",
    "observed/crisis_annual_venezuela.csv",
    "observed/crisis_monthly.csv",
    "observed/darien_annual.csv",
    "observed/darien_checkpoints.csv",
    "observed/darien_deaths.csv",
    "observed/darien_demographics.csv",
    "observed/darien_entries.csv",
    "observed/darien_minors.csv",
    "observed/darien_sums.csv",
    "observed/events.csv",
    "observed/journey_facts.csv",
    "observed/repatriation_by_destination.csv",
    "observed/repatriation_cumulative.csv",
    "observed/repatriation_flights.csv",
    "observed/repatriation_terms.csv",
    "observed/reverse_flow.csv",
    "observed/us_encounters.csv",
    "observed/venezuela_inflation.csv",
    "observed/venezuelans_abroad_r4v.csv",
    "sources.csv",
    "tables.csv",
    "world/corridor.csv",
    "world/facts.csv",
    "world/groups.csv",
    "world/legs.csv",
    "world/origin_economy.csv",
    "world/places.csv",
    "world/population.csv",
    "world/prices_policy.csv",
    "world/stocks_abroad.csv",
];

/// Content of a file by its path below `data/`.
pub(super) fn text(path: &str) -> Option<&'static str> {
    FILES.binary_search_by(|file| file.path.cmp(path)).ok().map(|i| FILES[i].text)
}

/// SHA-256 over all embedded tables, as 64 hexadecimal digits.
///
/// Hashed are, for each file in the order of paths, path, length in bytes and content; any change of any table changes it.
pub fn fingerprint() -> &'static str {
    static CELL: OnceLock<String> = OnceLock::new();
    CELL.get_or_init(|| {
        let mut hash = Sha256::new();
        for file in FILES {
            hash.update(format!("{}\n{}\n", file.path, file.text.len()));
            hash.update(file.text);
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    })
}
