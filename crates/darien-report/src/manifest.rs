//! `manifest.json`: what made a result, in enough detail to make it again, and the checksum of every file.
//!
//! Two parts. What determines the bytes (version, scenarios, levers, seed, data, files) is covered by
//! [`Manifest::digest`]; what merely happened (command line, time, threads, memory, machine) is not, and all but
//! the command line stands apart in
//! [`Manifest::environment`] and in no checksum. This file is the only one of the outputs that reads the clock.

mod check;

use super::file::{Written, sha256_hex, sha256_of};
use super::json;
use crate::error::{Error, Problem, Result};
use crate::experiment::posterior;
use crate::input;
use crate::units::Month;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::Path;

/// Name of the file in an output folder.
pub const FILE_NAME: &str = "manifest.json";

/// Version of the manifest's own layout.
pub const FORMAT: u64 = 1;

/// A manifest larger than this (bytes) is refused: it is damaged or not ours.
pub const MAX_BYTES: u64 = 16 << 20;

/// More files than this are refused.
pub const MAX_FILES: usize = 100_000;

/// What made a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Layout of this file, [`FORMAT`].
    pub format: u64,
    /// Version of the program.
    pub version: String,
    /// What the program was built from, [`crate::BUILD`]; empty in folders of version 0.1.0.
    #[serde(default)]
    pub build: String,
    /// The verb that made it, e.g. `run`.
    #[serde(default)]
    pub verb: String,
    /// The command line, program name first.
    pub command: Vec<String>,
    /// Scenarios in the order given.
    pub scenarios: Vec<ScenarioId>,
    /// Resolved levers: scenario → lever → `{ "value": …, "unit": … }`.
    pub levers: Map<String, Value>,
    /// Resolved parameters: name → `{ "value": …, "unit": … }`.
    pub parameters: Map<String, Value>,
    /// Seed of all chance.
    pub seed: u64,
    /// Runs a scenario.
    pub runs: u64,
    /// People that one agent stands for; agents of smaller nationalities stand for fewer.
    pub scale: u64,
    /// What else determines the result of this verb; an empty object where nothing does.
    #[serde(default)]
    pub details: Map<String, Value>,
    /// The data that went in.
    pub data: DataId,
    /// Every other file of the folder.
    pub files: Vec<Written>,
    /// What was asked for, as a hash: equal for two calls whose results replace each other. Empty where it is not known.
    #[serde(default)]
    pub experiment: String,
    /// SHA-256 of this file with this value empty, so that a change by hand is seen; empty in folders of version 0.1.0.
    #[serde(default)]
    pub seal: String,
    /// What merely happened; in no checksum.
    pub environment: Environment,
}

/// Which scenario, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioId {
    /// Stem of the scenario's file.
    pub name: String,
    /// Hash of the resolved scenario.
    pub hash: String,
}

/// Which data, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataId {
    /// Date at which the data were as they are, e.g. `2025-08-01`.
    pub vintage: String,
    /// SHA-256 over all data files.
    pub fingerprint: String,
}

/// What merely happened: differs between two runs that give the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Start, UTC, RFC 3339.
    pub started: String,
    /// End, UTC, RFC 3339.
    pub ended: String,
    /// Seconds between, by a clock that never jumps.
    pub wall_seconds: f64,
    /// Threads of the pool.
    pub threads: u64,
    /// How the threads were shared: by `runs` or by the `steps` of one run at a time; empty where it does not apply.
    #[serde(default)]
    pub sharing: String,
    /// Highest resident memory of the process in bytes; `null` where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
    /// Operating system and architecture, e.g. `linux x86_64`.
    pub os: String,
    /// Processor, as the system names it; empty where it does not.
    pub cpu: String,
}

/// A running clock for [`Environment`].
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    utc: std::time::SystemTime,
    monotonic: std::time::Instant,
}

impl Stopwatch {
    /// Starts the clock.
    #[expect(
        clippy::disallowed_methods,
        reason = "the manifest says when a result was made; nothing else may"
    )]
    pub fn start() -> Self {
        Self { utc: std::time::SystemTime::now(), monotonic: std::time::Instant::now() }
    }

    /// Stops the clock and looks at the machine. `threads` is the size of the pool that was used.
    pub fn stop(self, threads: usize) -> Environment {
        let now = Self::start();
        Environment {
            started: rfc3339(self.utc),
            ended: rfc3339(now.utc),
            wall_seconds: now.monotonic.duration_since(self.monotonic).as_secs_f64(),
            threads: threads as u64,
            sharing: String::new(),
            peak_memory_bytes: peak_memory_bytes(),
            os: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cpu: cpu(),
        }
    }
}

fn rfc3339(time: std::time::SystemTime) -> String {
    let seconds = time.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Highest resident memory of this process in bytes, from `VmHWM` of `/proc/self/status`; `None` elsewhere.
pub fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// Memory that the system could give without swapping, in bytes, from `/proc/meminfo`; `None` elsewhere.
pub fn available_memory_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

fn cpu() -> String {
    std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|l| l.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_default()
}

/// The command line of this process; the program by its name alone, for where it lies is nobody else's concern.
pub fn command() -> Vec<String> {
    std::env::args_os()
        .enumerate()
        .map(|(i, word)| match Path::new(&word).file_name() {
            Some(name) if i == 0 => name.to_string_lossy().into_owned(),
            _ => word.to_string_lossy().into_owned(),
        })
        .collect()
}

impl Manifest {
    /// A manifest of a verb that runs no scenario of the user's: what it fits or scores stands in `details`.
    pub fn of_verb(
        verb: &str,
        details: Map<String, Value>,
        (seed, runs, scale): (u64, u64, u64),
        files: Vec<Written>,
        environment: Environment,
    ) -> Self {
        Self {
            format: FORMAT,
            version: crate::VERSION.into(),
            build: crate::BUILD.into(),
            verb: verb.into(),
            command: command(),
            scenarios: Vec::new(),
            levers: Map::new(),
            parameters: Map::new(),
            seed,
            runs,
            scale,
            details,
            data: DataId {
                vintage: crate::data::vintage().to_string(),
                fingerprint: crate::data::fingerprint().into(),
            },
            files,
            experiment: String::new(),
            seal: String::new(),
            environment,
        }
    }

    /// Last month of which the runs know data: that of the posterior that they drew from, or that of the data.
    pub fn data_until(&self) -> Option<Month> {
        let of_posterior = self.details.get(posterior::KEY).and_then(|p| p["data_until"].as_str());
        of_posterior.unwrap_or(&self.data.vintage).parse().ok()
    }

    /// Last month of which a scenario of the runs knows what happened.
    pub fn known_until(&self, scenario: &str) -> Option<Month> {
        let of_data = self.data_until()?;
        let date = self.levers.get(scenario).and_then(|s| s["known_until"].as_str()?.parse().ok());
        Some(date.map_or(of_data, |date| of_data.min(Month::whole_until(date))))
    }

    /// The manifest as the bytes of `manifest.json`, with its seal.
    ///
    /// # Errors
    /// [`Error::Unexpected`] if a value has no JSON form.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        json::pretty(&Self { seal: self.sealed()?, ..self.clone() })
    }

    /// As [`Self::bytes`] of a manifest that is not needed any more: without a copy of it, which may be large.
    ///
    /// # Errors
    /// As [`Self::bytes`].
    pub fn into_bytes(mut self) -> Result<Vec<u8>> {
        self.seal.clear();
        self.seal = sha256_hex(&json::pretty(&self)?);
        json::pretty(&self)
    }

    fn sealed(&self) -> Result<String> {
        Ok(sha256_hex(&json::pretty(&Self { seal: String::new(), ..self.clone() })?))
    }

    /// Whether the bytes from which the manifest was read are as they were written; those without a seal are taken to be.
    pub fn is_sealed(&self, bytes: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        self.seal.is_empty() || sha256_hex(text.replacen(&self.seal, "", 1).as_bytes()) == self.seal
    }

    /// SHA-256 of everything but what merely happened and was asked for: equal for two results that must be equal.
    ///
    /// # Errors
    /// As [`Manifest::bytes`].
    pub fn digest(&self) -> Result<String> {
        let bare = Self {
            environment: Environment::default(),
            command: Vec::new(),
            experiment: String::new(),
            ..self.clone()
        };
        bare.sealed()
    }

    /// Opens a result folder: its manifest, after every file was compared with its checksum. `wanted` says what folder
    /// it should be.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem: no folder, no manifest, missing or changed files.
    pub fn open(folder: &Path, wanted: &str) -> Result<Self> {
        const HINT: &str = "the folder is incomplete or was changed; run the command again";
        if !folder.is_dir() {
            let problem = Problem::new(folder.display().to_string(), "is not a folder");
            return Err(Error::invalid(problem.with_allowed(wanted)));
        }
        let unreadable = |e: Error| match e {
            Error::Io { path, source, .. } => Error::invalid(
                Problem::new(path.display().to_string(), "cannot be read")
                    .with_found(source.to_string())
                    .with_allowed(wanted)
                    .with_hint(HINT),
            ),
            other => other,
        };
        let manifest = Self::read(folder).map_err(unreadable)?;
        let problems = manifest.verify(folder).map_err(unreadable)?;
        if problems.is_empty() {
            Ok(manifest)
        } else {
            Err(Error::Invalid(problems.into_iter().map(|p| p.with_hint(HINT)).collect()))
        }
    }

    /// Reads and checks the manifest of an output folder.
    ///
    /// # Errors
    /// [`Error::Io`] if there is none; [`Error::Invalid`] with every problem found if it is damaged.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE_NAME);
        let bytes = input::bytes(&path, MAX_BYTES).map_err(Error::io("read", &path))?;
        Self::parse(&path.display().to_string(), &bytes)
    }

    /// Reads and checks the bytes of a manifest; `file` names it in problems.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let damaged = |message: &str| {
            Problem::new(file, message)
                .with_hint("the folder is incomplete or was changed; run the command again")
        };
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Error::invalid(
                damaged("is too large for a manifest").with_allowed(format!("up to {MAX_BYTES} bytes")),
            ));
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|e| {
            Error::invalid(
                damaged("is not JSON").at(e.line().max(1), e.column().max(1)).with_found(e.to_string()),
            )
        })?;
        let problems = check::problems(&value, &damaged);
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        serde_json::from_value(value)
            .map_err(|e| Error::invalid(damaged("does not read as a manifest").with_found(e.to_string())))
    }

    /// Compares the files of a folder with the recorded checksums; one problem for each that differs.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read for another reason than being absent.
    pub fn verify(&self, folder: &Path) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for file in &self.files {
            let path = folder.join(&file.name);
            match sha256_of(&path) {
                Ok((sum, _)) if sum == file.sha256 => {}
                Ok((sum, bytes)) => problems.push(
                    Problem::new(path.display().to_string(), "is not the file that was written")
                        .with_found(format!("{bytes} bytes, sha256 {sum}"))
                        .with_allowed(format!("{} bytes, sha256 {}", file.bytes, file.sha256)),
                ),
                Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                    problems.push(Problem::new(path.display().to_string(), "is missing"));
                }
                Err(e) => return Err(e),
            }
        }
        Ok(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            version: "0.1.0".into(),
            build: String::new(),
            verb: "run".into(),
            command: vec!["darien".into(), "run".into()],
            scenarios: vec![ScenarioId { name: "history".into(), hash: "ab".into() }],
            levers: serde_json::json!({"history": {"crisis.VEN": {"value": 0.6, "unit": "index"}}})
                .as_object()
                .unwrap()
                .clone(),
            parameters: Map::new(),
            seed: u64::MAX,
            runs: 100,
            scale: 1,
            details: Map::new(),
            data: DataId { vintage: "2025-08-01".into(), fingerprint: "cd".into() },
            files: vec![Written { name: "charts/fan.svg".into(), sha256: sha256_hex(b"x"), bytes: 1 }],
            experiment: String::new(),
            seal: String::new(),
            environment: Stopwatch::start().stop(2),
        }
    }

    #[test]
    fn a_manifest_reads_back_and_its_digest_ignores_the_environment() {
        let m = manifest();
        let back = Manifest::parse("manifest.json", &m.bytes().unwrap()).unwrap();
        assert_eq!(m, Manifest { seal: String::new(), ..back.clone() });
        let text = String::from_utf8(m.bytes().unwrap()).unwrap();
        assert!(back.is_sealed(text.as_bytes()));
        assert!(!back.is_sealed(text.replacen("\"runs\": 100", "\"runs\": 101", 1).as_bytes()));
        assert!(!back.is_sealed(text.replacen('{', "{ \"note\": \"mine\",", 1).as_bytes()));
        let mut other = m.clone();
        other.environment.threads = 64;
        assert_eq!(m.digest().unwrap(), other.digest().unwrap());
        other.seed = 1;
        assert_ne!(m.digest().unwrap(), other.digest().unwrap());
        assert!(m.environment.started.ends_with('Z') && m.environment.started.len() == 20);
    }

    #[test]
    fn all_damage_is_told_at_once() {
        let mut v = serde_json::to_value(manifest()).unwrap();
        v["seed"] = serde_json::json!(-1);
        v["format"] = serde_json::json!(99);
        v["scenarios"][0]["hash"] = Value::Null;
        v.as_object_mut().unwrap().remove("data");
        v["files"] = serde_json::json!([
            {"name": "../../etc/passwd", "sha256": "xyz", "bytes": -3},
            {"name": "/etc/passwd", "sha256": sha256_hex(b""), "bytes": 0},
            {"name": "a", "sha256": sha256_hex(b""), "bytes": 0},
            {"name": "a", "sha256": sha256_hex(b""), "bytes": 0},
            {},
        ]);
        let Err(Error::Invalid(problems)) =
            Manifest::parse("manifest.json", serde_json::to_string(&v).unwrap().as_bytes())
        else {
            panic!("must be refused")
        };
        let text: Vec<_> = problems.iter().map(ToString::to_string).collect();
        for wanted in [
            "`seed`",
            "`format`",
            "`data`: is missing",
            "scenarios[0].hash",
            "files[0].name`: would leave",
            "files[0].sha256",
            "files[0].bytes",
            "files[1].name`: would leave",
            "files[3].name`: is listed twice",
            "files[4].name`: is missing",
        ] {
            assert!(text.iter().any(|t| t.contains(wanted)), "{wanted} in {text:#?}");
        }
    }

    #[test]
    fn a_changed_file_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let mut m = manifest();
        m.files = vec![
            Written { name: "a".into(), sha256: sha256_hex(b"a"), bytes: 1 },
            Written { name: "b".into(), sha256: sha256_hex(b"b"), bytes: 1 },
        ];
        std::fs::write(dir.path().join("a"), b"changed").unwrap();
        let problems = m.verify(dir.path()).unwrap();
        assert_eq!(problems.len(), 2);
        assert!(problems[1].message.contains("missing"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(cut in 0usize..2000, at in 0usize..2000, byte in any::<u8>()) {
            let mut bytes = manifest().bytes().unwrap();
            let n = bytes.len();
            bytes[at % n] = byte;
            bytes.truncate(n - cut.min(n));
            let _ = Manifest::parse("m", &bytes);
        }
    }
}
