//! Calibrated posteriors: what a fit left, what it was made from, and whether this program can use it.

use super::draws::{Draw, parse_members};
use crate::error::{Error, Problem, Result};
use crate::units::Month;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;

/// Name of the table of members in a folder of `darien calibrate`.
pub const TABLE: &str = "posterior.csv";
/// Key of a posterior in the details of a manifest.
pub const KEY: &str = "posterior";
/// Name of the file beside it that says what it was made from.
const MANIFEST: &str = "manifest.json";
/// A file larger than this (bytes) is refused: it is damaged or not ours.
const MAX_BYTES: u64 = 64 << 20;

/// A posterior that ships with the program.
struct Shipped {
    name: &'static str,
    table: &'static str,
    manifest: &'static str,
}

macro_rules! shipped {
    ($($name:literal: $folder:literal),* $(,)?) => {
        &[$(Shipped {
            name: $name,
            table: include_str!(concat!("../../../data/", $folder, "/posterior.csv")),
            manifest: include_str!(concat!("../../../data/", $folder, "/manifest.json")),
        }),*]
    };
}

/// The posteriors that ship: the one that scenarios draw from unless told otherwise, then others by the data they know.
const SHIPPED: &[Shipped] = shipped!["newest": "posterior", "2024-12": "posterior-2024-12"];

/// Which posterior, exactly: what a manifest says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PosteriorId {
    /// Name under which it ships, or the name of its file or folder.
    pub name: String,
    /// SHA-256 of the table of members.
    pub sha256: String,
    /// Last month of which it knows data.
    pub data_until: String,
    /// Version of the program that made it.
    pub version: String,
    /// How it was fitted.
    pub method: String,
}

/// A calibrated posterior.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// Which it is.
    pub id: PosteriorId,
    /// Last month of which it knows data.
    pub data_until: Month,
    /// Its members.
    pub members: Vec<Draw>,
    /// The table of members, as it was read.
    text: String,
}

impl Posterior {
    /// The posterior that scenarios draw from unless told otherwise.
    ///
    /// # Errors
    ///
    /// If it is damaged.
    pub fn newest() -> Result<Self> {
        Self::of_shipped(&SHIPPED[0])
    }

    /// Names of the posteriors that ship.
    pub fn shipped_names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|s| s.name)
    }

    /// The posterior of a name that ships, of a folder that `darien calibrate` left, or of the table in one.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if there is none, if it is damaged, or if another model made it.
    pub fn load(name_or_path: &str) -> Result<Self> {
        if let Some(shipped) = SHIPPED.iter().find(|s| s.name == name_or_path) {
            return Self::of_shipped(shipped);
        }
        let path = Path::new(name_or_path);
        let table = if path.is_dir() { path.join(TABLE) } else { path.to_path_buf() };
        if !table.exists() {
            let what =
                if path.is_dir() { "holds no `posterior.csv`" } else { "is no file, folder or posterior" };
            let names: Vec<&str> = Self::shipped_names().collect();
            return Err(Error::invalid(
                Problem::new(name_or_path, what)
                    .with_allowed(format!("{}, or what `darien calibrate` left", names.join(", ")))
                    .with_hint("give the folder of a calibration, or the `posterior.csv` in it"),
            ));
        }
        let beside = table.with_file_name(MANIFEST);
        if !beside.exists() {
            return Err(Error::invalid(
                Problem::new(beside.display().to_string(), "is missing: it says what the posterior knows")
                    .with_hint("give the folder that `darien calibrate` left, with its `manifest.json`"),
            ));
        }
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let shown = |path: &Path| path.display().to_string();
        Self::read((&name, &shown(&table)), &text(&table)?, &shown(&beside), &text(&beside)?)
    }

    /// The posterior that a manifest names: one that ships, or the table that its folder holds.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it is neither, or is another one.
    pub fn of_id(id: &PosteriorId, folder: &Path) -> Result<Self> {
        if let Some(shipped) = SHIPPED.iter().find(|s| sha256(s.table) == id.sha256) {
            let found = Self::of_shipped(shipped)?;
            return Ok(Self { id: id.clone(), ..found });
        }
        let path = folder.join(TABLE);
        let shown = path.display().to_string();
        if !path.exists() {
            let problem = Problem::new(shown, "is missing: the runs drew from it");
            return Err(Error::invalid(problem.with_hint(format!("put the posterior `{}` there", id.name))));
        }
        let table = text(&path)?;
        check_sum(&shown, &table, &id.sha256)?;
        let data_until = id.data_until.parse().map_err(|e: String| {
            Error::invalid(Problem::new(folder.display().to_string(), e).with_key("posterior.data_until"))
        })?;
        Ok(Self { id: id.clone(), data_until, members: parse_members(&shown, &table)?, text: table })
    }

    /// The table of members, for a result that shall not depend on a file elsewhere; none for one that ships.
    pub fn to_keep(&self) -> Option<&str> {
        let ships = SHIPPED.iter().any(|s| sha256(s.table) == self.id.sha256);
        (!ships).then_some(&self.text)
    }

    fn of_shipped(shipped: &Shipped) -> Result<Self> {
        let file = |name: &str| format!("posterior `{}`: {name}", shipped.name);
        Self::read((shipped.name, &file(TABLE)), shipped.table, &file(MANIFEST), shipped.manifest)
    }

    /// A posterior from its table and manifest, each with the name that problems give it.
    fn read((name, file): (&str, &str), table: &str, beside: &str, manifest: &str) -> Result<Self> {
        let damaged = |message: &str, key: &str| Problem::new(beside, message).with_key(key);
        let manifest: Value = serde_json::from_str(manifest).map_err(|e| {
            let problem = Problem::new(beside, "does not read as a manifest").at(e.line(), e.column());
            Error::invalid(problem.with_found(e.to_string()))
        })?;
        let mut problems = Vec::new();
        let text = |key: &[&str]| {
            let value = key.iter().fold(&manifest, |value, key| &value[*key]);
            value.as_str().unwrap_or_default().to_owned()
        };
        let (verb, version) = (text(&["verb"]), text(&["version"]));
        if verb != "calibrate" {
            problems.push(
                damaged("is of another verb", "verb")
                    .with_found(verb)
                    .with_allowed("calibrate")
                    .with_hint("give what `darien calibrate` left"),
            );
        }
        if version != env!("CARGO_PKG_VERSION") {
            problems.push(
                damaged("is of another version of the model", "version")
                    .with_found(version.clone())
                    .with_allowed(env!("CARGO_PKG_VERSION"))
                    .with_hint("calibrate anew with this version"),
            );
        }
        let until = text(&["details", "data_until"]);
        let data_until = until.parse::<Month>();
        if let Err(what) = &data_until {
            let problem = damaged("does not say the last month of its data", "details.data_until");
            problems.push(problem.with_found(what.clone()));
        }
        let files = manifest["files"].as_array().map_or(&[][..], Vec::as_slice);
        let of_table = files.iter().find(|f| f["name"] == TABLE);
        let sum = of_table.and_then(|f| f["sha256"].as_str());
        match (sum, data_until, problems.is_empty()) {
            (Some(sum), Ok(data_until), true) => {
                check_sum(file, table, sum)?;
                let id = PosteriorId {
                    name: name.to_owned(),
                    sha256: sum.to_owned(),
                    data_until: until,
                    version,
                    method: text(&["details", "method"]),
                };
                Ok(Self { id, data_until, members: parse_members(file, table)?, text: table.to_owned() })
            }
            (sum, ..) => {
                if sum.is_none() {
                    problems.push(damaged("names no checksum of `posterior.csv`", "files"));
                }
                Err(Error::Invalid(problems))
            }
        }
    }
}

fn sha256(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn check_sum(file: &str, table: &str, wanted: &str) -> Result<()> {
    let found = sha256(table);
    if found == wanted {
        return Ok(());
    }
    Err(Error::invalid(
        Problem::new(file, "is not the table that its manifest names: it was changed or cut off")
            .with_found(format!("checksum {found}"))
            .with_allowed(wanted)
            .with_hint("calibrate again, or give the folder as `darien calibrate` left it"),
    ))
}

fn text(path: &Path) -> Result<String> {
    darien_base::input::text(path, MAX_BYTES).map_err(|e| {
        let problem = Problem::new(path.display().to_string(), e.to_string());
        Error::invalid(
            problem.with_allowed("what `darien calibrate` left: `posterior.csv` and `manifest.json`"),
        )
    })
}
