//! Finished runs of an ensemble that is under way: one small file a run, so that nothing finished is ever lost.
//!
//! A part holds the cubes of one run key for all scenarios. It appears under its final name only when it is whole,
//! carries a checksum, and belongs to a plan: the hash of everything that determines the results. An ensemble that is
//! resumed takes over the parts of its own plan and no others.

use super::file::{sha256_hex, write_atomic};
use super::json;
use crate::error::{Error, Problem, Result};
use crate::experiment::runner::Failure;
use crate::table::Cube;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Name of the folder of parts inside an output folder.
pub const FOLDER: &str = "parts";
const MAGIC: &[u8; 8] = b"darien1\n";
const HEADER: u64 = 8 + 64 + 8;
/// The message of a failure is not read beyond this, bytes.
const MAX_FAILURE: u64 = 1 << 20;

/// The parts of one plan in an output folder.
#[derive(Debug, Clone)]
pub struct Parts {
    folder: PathBuf,
    plan: String,
    values: usize,
}

impl Parts {
    /// Opens the parts of a plan: `plan` is a 64-digit hash, `values` the number of values of a run.
    ///
    /// With `resume`, parts of the same plan are kept; otherwise, and where there are none, the folder starts empty.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if `resume` finds parts of another plan; [`Error::Io`] if the folder cannot be made.
    pub fn open(out: &Path, plan: &str, values: usize, resume: bool) -> Result<Self> {
        let folder = out.join(FOLDER);
        let plan_file = folder.join("plan.txt");
        // Without a plan the folder is only begun, or half removed: there is nothing to take over.
        let other = fs::read_to_string(&plan_file).map(|text| text.trim().to_owned());
        let same = other.as_ref().is_ok_and(|text| text == plan);
        if other.is_ok() && !same && resume {
            return Err(Error::invalid(
                Problem::new(folder.display().to_string(), "holds runs of another plan")
                    .with_hint("give the same scenarios, seed, runs and scale as before, or leave out `--resume` to start anew"),
            ));
        }
        if folder.exists() && !(same && resume) {
            fs::remove_dir_all(&folder).map_err(Error::io("remove the folder", &folder))?;
        }
        fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
        write_atomic(&plan_file, format!("{plan}\n").as_bytes())?;
        Ok(Self { folder, plan: plan.to_owned(), values })
    }

    /// Parts that a shard left behind, whatever plan they belong to.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the folder holds no parts.
    pub fn of_shard(out: &Path, values: usize) -> Result<Self> {
        let folder = out.join(FOLDER);
        let plan = fs::read_to_string(folder.join("plan.txt")).map_err(|_| {
            Error::invalid(
                Problem::new(out.display().to_string(), "holds no finished runs to merge")
                    .with_hint("give folders that `darien run --shard i/n` left"),
            )
        })?;
        Ok(Self { folder, plan: plan.trim().to_owned(), values })
    }

    /// Where the parts are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The hash of the plan.
    pub fn plan(&self) -> &str {
        &self.plan
    }

    fn path(&self, run: u64) -> PathBuf {
        self.folder.join(format!("{run:08}.part"))
    }

    /// Keeps a finished run.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be written.
    pub fn keep(&self, run: u64, cubes: &[Cube]) -> Result<()> {
        let mut body = Vec::with_capacity(self.values * 8);
        for v in cubes.iter().flat_map(|c| &c.values) {
            body.extend_from_slice(&v.to_le_bytes());
        }
        let mut bytes = Vec::with_capacity(body.len() + HEADER as usize);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(sha256_hex(&body).as_bytes());
        bytes.extend_from_slice(&(self.values as u64).to_le_bytes());
        bytes.extend_from_slice(&body);
        write_atomic(&self.path(run), &bytes).map(|_| ())
    }

    fn failure_path(&self, run: u64) -> PathBuf {
        self.folder.join(format!("{run:08}.failed"))
    }

    /// Keeps the failure of a run: it would fail again, so that it counts as done.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be written.
    pub fn keep_failure(&self, run: u64, failure: &Failure) -> Result<()> {
        write_atomic(&self.failure_path(run), &json::pretty(failure)?).map(|_| ())
    }

    /// The failure of a run, if it was kept and reads.
    pub fn failure(&self, run: u64) -> Option<Failure> {
        let file = fs::File::open(self.failure_path(run)).ok()?;
        serde_json::from_reader(file.take(MAX_FAILURE)).ok()
    }

    /// Whether a run is there and whole; a damaged part counts as missing.
    pub fn has(&self, run: u64) -> bool {
        let Ok(bytes) = fs::read(self.path(run)) else { return false };
        bytes.len() as u64 == HEADER + self.values as u64 * 8
            && bytes.starts_with(MAGIC)
            && bytes[8..72] == *sha256_hex(&bytes[HEADER as usize..]).as_bytes()
    }

    /// All runs that are there, whole or not, failed ones too, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the folder cannot be read.
    pub fn list(&self) -> Result<Vec<u64>> {
        let mut runs: Vec<u64> = fs::read_dir(&self.folder)
            .map_err(Error::io("read the folder", &self.folder))?
            .filter_map(|e| {
                let name = e.ok()?.file_name();
                let name = name.to_str()?;
                name.strip_suffix(".part").or_else(|| name.strip_suffix(".failed"))?.parse().ok()
            })
            .collect();
        runs.sort_unstable();
        runs.dedup();
        Ok(runs)
    }

    /// A range of the values of a run.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the part cannot be read.
    pub fn read(&self, run: u64, range: std::ops::Range<usize>) -> Result<Vec<f64>> {
        let path = self.path(run);
        let fail = |e| Error::io("read", &path)(e);
        let mut file = fs::File::open(&path).map_err(fail)?;
        file.seek(SeekFrom::Start(HEADER + range.start as u64 * 8)).map_err(fail)?;
        let mut bytes = vec![0; range.len() * 8];
        file.read_exact(&mut bytes).map_err(fail)?;
        Ok(bytes.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
    }

    /// Copies a run, finished or failed, from another folder of the same plan.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it cannot be copied.
    pub fn take_over(&self, other: &Self, run: u64) -> Result<()> {
        if !other.has(run)
            && let Some(failure) = other.failure(run)
        {
            return self.keep_failure(run, &failure);
        }
        let from = other.path(run);
        let bytes = fs::read(&from).map_err(Error::io("read", &from))?;
        write_atomic(&self.path(run), &bytes).map(|_| ())
    }

    /// Removes the parts: the results are written.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the folder cannot be removed.
    pub fn discard(self) -> Result<()> {
        fs::remove_dir_all(&self.folder).map_err(Error::io("remove the folder", &self.folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::SeriesKey;
    use std::sync::Arc;

    fn cube() -> Cube {
        let keys = Arc::new(vec![SeriesKey::new("a", "b", "VEN"), SeriesKey::new("a", "c", "VEN")]);
        Cube { keys, from: "2021-01".parse().unwrap(), months: 2, values: vec![1.0, 2.0, 3.0, 4.5] }
    }

    #[test]
    fn parts_survive_and_damage_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let plan = "0".repeat(64);
        let parts = Parts::open(dir.path(), &plan, 4, false).unwrap();
        parts.keep(3, &[cube()]).unwrap();
        let again = Parts::open(dir.path(), &plan, 4, true).unwrap();
        assert!(again.has(3) && !again.has(2));
        assert_eq!(again.read(3, 1..3).unwrap(), vec![2.0, 3.0]);
        let path = again.path(3);
        let mut bytes = fs::read(&path).unwrap();
        bytes[90] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(!again.has(3));
        fs::write(&path, &bytes[..50]).unwrap();
        assert!(!again.has(3));
        assert!(Parts::open(dir.path(), &"1".repeat(64), 4, true).is_err());
        again.keep(4, &[cube()]).unwrap();
        fs::remove_file(again.folder().join("plan.txt")).unwrap();
        assert!(
            !Parts::open(dir.path(), &plan, 4, true).unwrap().has(4),
            "a run of no plan is not taken over"
        );
        assert!(!Parts::open(dir.path(), &plan, 4, false).unwrap().has(3));
    }
}
