//! Finished runs of an ensemble that is under way: one small file a run, so that nothing finished is ever lost.
//!
//! A part holds the cubes of one run key for all scenarios. It appears under its final name only when it is whole,
//! carries a checksum, and belongs to a plan: the hash of everything that determines the results. An ensemble that is
//! resumed takes over the parts of its own plan and no others.

use super::file::{sha256_by, sha256_hex, write_atomic, write_with};
use super::folder::Earlier;
use super::{json, recipe};
use crate::error::{Error, Problem, Result};
use crate::experiment::posterior;
use crate::experiment::runner::Failure;
use crate::table::Cube;
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Name of the folder of parts inside an output folder.
pub const FOLDER: &str = "parts";
const MAGIC: &[u8; 8] = b"darien1\n";
const HEADER: u64 = 8 + 64 + 8;
/// The message of a failure is not read beyond this, bytes.
const MAX_FAILURE: u64 = 1 << 20;

/// Name of the file that says to which plan the parts belong.
const PLAN: &str = "plan.txt";

/// What stands where the parts of an output folder go.
#[derive(Debug)]
pub enum Found {
    /// Nothing, or an empty folder.
    Nothing,
    /// Parts of a plan.
    Ours {
        /// The hash of the plan.
        plan: String,
        /// Finished runs, failed ones too.
        runs: Vec<u64>,
    },
    /// Something that the program did not make, and why.
    Theirs(Problem),
}

/// Looks at the place of the parts in an output folder.
///
/// # Errors
///
/// [`Error::Io`] if it cannot be read.
pub fn found(out: &Path) -> Result<Found> {
    let folder = out.join(FOLDER);
    match fs::symlink_metadata(&folder) {
        Ok(about) if about.is_dir() => {}
        Ok(_) => return Ok(Found::Theirs(theirs(&folder))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(e) => return Err(Error::io("look at", &folder)(e)),
    }
    if let Some(plan) = plan_of(&folder) {
        return Ok(Found::Ours { plan, runs: runs(&folder)? });
    }
    let mut entries = fs::read_dir(&folder).map_err(Error::io("read the folder", &folder))?;
    // A plan is the first file that is written and the last that is removed.
    let begun = |name: &std::ffi::OsStr| name.to_str().is_some_and(|n| n.starts_with(".darien"));
    if entries.all(|e| e.is_ok_and(|e| begun(&e.file_name()))) {
        Ok(Found::Nothing)
    } else {
        Ok(Found::Theirs(theirs(&folder)))
    }
}

fn theirs(folder: &Path) -> Problem {
    Problem::new(
        folder.display().to_string(),
        "stands where finished runs are kept, and `darien` did not make it",
    )
    .with_hint("rename it, or choose another `--out`")
}

/// The plan of a folder of parts, if it has one.
fn plan_of(folder: &Path) -> Option<String> {
    let path = folder.join(PLAN);
    let about = fs::symlink_metadata(&path).ok()?;
    if !about.is_file() || about.len() > 100 {
        return None;
    }
    let plan = crate::input::text(&path, 100).ok()?.trim().to_owned();
    (plan.len() == 64 && plan.bytes().all(|b| b.is_ascii_hexdigit())).then_some(plan)
}

/// The runs in a folder of parts by its names, whole or not, failed ones too, in order.
fn runs(folder: &Path) -> Result<Vec<u64>> {
    let mut runs: Vec<u64> = fs::read_dir(folder)
        .map_err(Error::io("read the folder", folder))?
        .filter_map(|e| run_of(e.ok()?.file_name().to_str()?))
        .collect();
    runs.sort_unstable();
    runs.dedup();
    Ok(runs)
}

/// The run whose part or failure has this name.
fn run_of(name: &str) -> Option<u64> {
    let stem = name.strip_suffix(".part").or_else(|| name.strip_suffix(".failed"))?;
    stem.parse().ok().filter(|run: &u64| format!("{run:08}") == stem)
}

/// Removes the parts of a folder and what goes with them; files of others stay, and the folder with them.
fn clear(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("read the folder", folder))? {
        let entry = entry.map_err(Error::io("read the folder", folder))?;
        let path = entry.path();
        let ours = entry.file_type().is_ok_and(|t| t.is_file())
            && match entry.file_name().to_str() {
                Some(recipe::FILE_NAME | posterior::TABLE) => true,
                Some(name) if name.starts_with(".darien") => true,
                Some(name) if run_of(name).is_some() => is_part(&path),
                _ => false,
            };
        if ours {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    let plan = folder.join(PLAN);
    fs::remove_file(&plan).map_err(Error::io("remove", &plan))?;
    let _ = fs::remove_dir(folder);
    Ok(())
}

/// Whether a file begins as a part or a failure does.
fn is_part(path: &Path) -> bool {
    let mut start = [0; 8];
    let read = crate::input::open(path).and_then(|mut file| file.read(&mut start));
    read.is_ok_and(|n| start[..n].starts_with(if start[0] == b'{' { b"{" } else { MAGIC }))
}

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
    /// A call that resumes takes over parts of the same plan.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if there are finished runs that would be lost, and the call does not overwrite, or if something
    /// stands there that the program did not make; [`Error::Io`] if the folder cannot be made.
    pub fn open(out: &Path, plan: &str, values: usize, earlier: Earlier) -> Result<Self> {
        let folder = out.join(FOLDER);
        let parts = Self { folder, plan: plan.to_owned(), values };
        let refused = |message: String, hint: &str| {
            Err(Error::invalid(Problem::new(parts.folder.display().to_string(), message).with_hint(hint)))
        };
        match found(out)? {
            Found::Theirs(problem) => return Err(Error::invalid(problem)),
            Found::Ours { plan: other, .. } if other == plan && earlier.resume => return Ok(parts),
            Found::Ours { .. } if earlier.overwrite => clear(&parts.folder)?,
            Found::Ours { .. } if earlier.resume => {
                return refused(
                    "holds runs of another plan".into(),
                    "give the same scenarios, seed, runs and scale as before and the same build of the program, choose another `--out`, or give `--overwrite` instead of `--resume` to lose them",
                );
            }
            Found::Ours { runs, .. } if runs.is_empty() => clear(&parts.folder)?,
            Found::Ours { plan: other, runs } => {
                let whose = if other == plan { "of this call" } else { "of another call" };
                return refused(
                    format!("holds {} finished runs {whose}, which would be lost", runs.len()),
                    if other == plan {
                        "give `--resume` to go on from them, or `--overwrite` to begin anew"
                    } else {
                        "choose another `--out`, or give `--overwrite` to lose them"
                    },
                );
            }
            Found::Nothing => {}
        }
        fs::create_dir_all(&parts.folder).map_err(Error::io("create the folder", &parts.folder))?;
        write_atomic(&parts.folder.join(PLAN), format!("{plan}\n").as_bytes())?;
        Ok(parts)
    }

    /// Parts that a shard left behind, whatever plan they belong to.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the folder holds no parts.
    pub fn of_shard(out: &Path, values: usize) -> Result<Self> {
        let folder = out.join(FOLDER);
        let Some(plan) = plan_of(&folder) else {
            return Err(Error::invalid(
                Problem::new(out.display().to_string(), "holds no finished runs to merge")
                    .with_hint("give folders that `darien run --shard i/n` left"),
            ));
        };
        Ok(Self { folder, plan, values })
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
        // A run of many scenarios is large: it is not copied whole.
        let body = |out: &mut dyn Write| {
            cubes.iter().flat_map(|c| &c.values).try_for_each(|v| out.write_all(&v.to_le_bytes()))
        };
        let sum = sha256_by(body).map_err(Error::io("write", &self.path(run)))?;
        let content = |out: &mut dyn Write| {
            out.write_all(MAGIC)?;
            out.write_all(sum.as_bytes())?;
            out.write_all(&(self.values as u64).to_le_bytes())?;
            body(out)
        };
        write_with(&self.path(run), content).map(|_| ())
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
        serde_json::from_slice(&crate::input::bytes(&self.failure_path(run), MAX_FAILURE).ok()?).ok()
    }

    /// Whether a run is there and whole; a damaged part counts as missing.
    pub fn has(&self, run: u64) -> bool {
        let Ok(bytes) = crate::input::bytes(&self.path(run), HEADER + self.values as u64 * 8) else {
            return false;
        };
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
        runs(&self.folder)
    }

    /// A range of the values of a run.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the part cannot be read.
    pub fn read(&self, run: u64, range: std::ops::Range<usize>) -> Result<Vec<f64>> {
        let path = self.path(run);
        let fail = |e| Error::io("read", &path)(e);
        let mut file = crate::input::open(&path).map_err(fail)?;
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
        let most = HEADER + self.values as u64 * 8;
        let bytes = crate::input::bytes(&from, most).map_err(Error::io("read", &from))?;
        write_atomic(&self.path(run), &bytes).map(|_| ())
    }

    /// Removes the parts: the results are written.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the folder cannot be removed.
    pub fn discard(self) -> Result<()> {
        clear(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::SeriesKey;
    use std::sync::Arc;

    const NEW: Earlier = Earlier { resume: false, overwrite: false };
    const RESUMED: Earlier = Earlier { resume: true, overwrite: false };
    const ANEW: Earlier = Earlier { resume: false, overwrite: true };

    fn cube() -> Cube {
        let keys = Arc::new(vec![SeriesKey::new("a", "b", "VEN"), SeriesKey::new("a", "c", "VEN")]);
        Cube { keys, from: "2021-01".parse().unwrap(), months: 2, values: vec![1.0, 2.0, 3.0, 4.5] }
    }

    #[test]
    fn parts_survive_and_damage_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let plan = "0".repeat(64);
        let parts = Parts::open(dir.path(), &plan, 4, NEW).unwrap();
        parts.keep(3, &[cube()]).unwrap();
        let again = Parts::open(dir.path(), &plan, 4, RESUMED).unwrap();
        assert!(again.has(3) && !again.has(2));
        assert_eq!(again.read(3, 1..3).unwrap(), vec![2.0, 3.0]);
        let path = again.path(3);
        let mut bytes = fs::read(&path).unwrap();
        bytes[90] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert!(!again.has(3));
        fs::write(&path, &bytes[..50]).unwrap();
        assert!(!again.has(3));
        let other = "1".repeat(64);
        let refused =
            |plan: &str, earlier| Parts::open(dir.path(), plan, 4, earlier).unwrap_err().to_string();
        assert!(refused(&other, RESUMED).contains("another plan"));
        assert!(refused(&other, NEW).contains("1 finished runs of another call"));
        assert!(refused(&plan, NEW).contains("`--resume` to go on"));
        assert!(!Parts::open(dir.path(), &other, 4, ANEW).unwrap().has(3));
    }

    #[test]
    fn what_others_put_beside_the_parts_stays() {
        let dir = tempfile::tempdir().unwrap();
        let plan = "0".repeat(64);
        let folder = dir.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("mine.txt"), "mine").unwrap();
        for earlier in [NEW, RESUMED, ANEW] {
            let text = Parts::open(dir.path(), &plan, 4, earlier).unwrap_err().to_string();
            assert!(text.contains("did not make it"), "{text}");
        }
        fs::rename(folder.join("mine.txt"), dir.path().join("aside")).unwrap();
        let parts = Parts::open(dir.path(), &plan, 4, NEW).unwrap();
        parts.keep(0, &[cube()]).unwrap();
        fs::rename(dir.path().join("aside"), folder.join("mine.txt")).unwrap();
        fs::write(folder.join("00000007.part"), "theirs").unwrap();
        parts.discard().unwrap();
        let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["00000007.part", "mine.txt"]);
    }
}
