//! Interruption and sudden death.

use super::common::{SMALL, darien, files, good, same, to_folder, told};
use super::faults::make;
use darien::experiment::RunKey;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
}

fn finished(out: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(out.join("parts")) else { return 0 };
    entries.filter_map(Result::ok).filter(|e| !e.file_name().to_string_lossy().starts_with('.')).count()
}

/// Ctrl-C as soon as some runs are finished; many more are to come.
#[test]
fn one_interrupt_keeps_what_is_finished_and_resume_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, out) = (dir.path().join("whole"), dir.path().join("out"));
    let args = [&SMALL[..4], &["--scale", "300", "--runs", "300", "--threads", "1"]].concat();
    let child = darien().args(&args).arg("--out").arg(&out).stderr(Stdio::piped()).spawn().unwrap();
    // plan, recipe and two runs
    while finished(&out) < 4 {
        std::thread::sleep(Duration::from_millis(2));
    }
    signal(&child, "INT");
    let (code, text) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("of 300 runs are kept") && text.contains("--resume"), "{text}");
    let kept = finished(&out) - 2;
    assert!((2..300).contains(&kept), "{kept} runs kept");
    good(to_folder(&[&args[..], &["--resume", "--quiet"]].concat(), &out));
    good(to_folder(&[&args[..8], &["--quiet"]].concat(), &whole));
    same(&whole, &out);
    // With nothing to resume it simply starts.
    good(to_folder(&[&SMALL[..], &["--runs", "2", "--resume", "--quiet"]].concat(), &dir.path().join("new")));
    // Runs of another plan are not taken over.
    std::fs::create_dir_all(out.join("parts")).unwrap();
    std::fs::write(out.join("parts/plan.txt"), "0".repeat(64)).unwrap();
    let (code, text) = told(&to_folder(&[&args[..], &["--resume", "--quiet"]].concat(), &out));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("another plan"), "{text}");
}

/// Ctrl-C in the second of two searches: the first need not be made again.
#[test]
fn searches_go_on_where_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, out) = (dir.path().join("whole"), dir.path().join("out"));
    let plan = ["--runs", "240", "--members", "20", "--scale", "5000", "--data-until", "2021-12-31"];
    let args = [&["calibrate", "--quiet"], &plan[..]].concat();
    let child = darien().args(&args).arg("--out").arg(&out).stderr(Stdio::piped()).spawn().unwrap();
    let file = out.join("search.json");
    let second = || -> Option<serde_json::Value> {
        let (_, trails): (String, Vec<serde_json::Value>) =
            serde_json::from_slice(&std::fs::read(&file).ok()?).ok()?;
        assert_eq!(trails.len(), 2);
        Some(trails[1]["cloud"].clone())
    };
    while second().is_none_or(|cloud| cloud.is_null()) {
        std::thread::sleep(Duration::from_millis(2));
    }
    signal(&child, "INT");
    let (code, text) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("--resume") && file.exists(), "{text}");
    good(to_folder(&[&args[..], &["--resume"]].concat(), &out));
    good(to_folder(&args, &whole));
    for name in ["posterior.csv", "best.txt", "fit.csv"] {
        let bytes = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
        assert!(bytes(&whole) == bytes(&out), "{name} differs");
    }
    assert!(!file.exists());
    // A search of another plan is not taken over.
    std::fs::write(&file, "[\"another\",[]]").unwrap();
    let (code, text) = told(&to_folder(&[&args[..], &["--resume"]].concat(), &out));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("holds no search of this plan"), "{text}");
}

/// The process that [`a_second_interrupt_ends_at_once`] starts: an ensemble whose third run never ends.
#[test]
#[ignore = "never ends unless it is interrupted twice; another test starts it"]
fn an_ensemble_that_never_ends() {
    let Some(out) = std::env::var_os("DARIEN_TEST_FOLDER") else { return };
    let never = |key: RunKey| {
        if key.replicate == 2 {
            eprintln!("under way for ever");
            loop {
                std::thread::park();
            }
        }
    };
    make(Path::new(&out), &["--runs", "50"], never);
}

/// A process that is not left behind if a test fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_second_interrupt_ends_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["kills::an_ensemble_that_never_ends", "--exact", "--ignored", "--nocapture"])
        .env("DARIEN_TEST_FOLDER", dir.path().join("out"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Killed(child);
    let child = &mut running.0;
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut heard = |what| lines.by_ref().map_while(Result::ok).any(|l| l.contains(what));
    assert!(heard("under way for ever"), "the run that never ends did not begin");
    signal(child, "INT");
    assert!(heard("once more stops now"), "the first signal was not answered");
    assert!(child.try_wait().unwrap().is_none(), "the first signal ended a run under way");
    signal(child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(rest.iter().all(|l| !l.contains("are kept")), "{rest:?}");
}

/// A whole file, or one that is still to be written under another name.
fn nothing_half(out: &Path, whole: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files(out) {
        let last = name.rsplit('/').next().unwrap_or_default();
        if last.starts_with(".darien") || name == "manifest.json" || name.starts_with("parts/") {
            continue;
        }
        assert!(whole.get(&name) == Some(&bytes), "{name} is under its final name and not whole");
    }
    if out.join("manifest.json").exists() {
        darien::output::manifest::Manifest::read(out).unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "when to kill; the outcome must be the same at any moment")]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}

/// SIGKILL at twenty moments of the life of an ensemble, drawn from a fixed seed, four to a folder.
#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_finished() {
    let dir = tempfile::tempdir().unwrap();
    let reference = dir.path().join("whole");
    let args = [&SMALL[..], &["--runs", "24", "--quiet"]].concat();
    let begin = clock();
    good(to_folder(&args, &reference));
    let life = begin.elapsed();
    let whole = files(&reference);
    let mut killed = 0;
    for folder in 0..5u32 {
        let out = dir.path().join(format!("out{folder}"));
        for kill in 0..4u32 {
            let mut command = darien();
            command.args(&args).arg("--resume").arg("--out").arg(&out).stdout(Stdio::null());
            let mut child = command.spawn().unwrap();
            let word = darien::random::philox4x32_10([folder, kill, 0, 0], [7, 0])[0];
            std::thread::sleep(life.mul_f64(f64::from(word) / f64::from(u32::MAX)));
            child.kill().unwrap();
            killed += usize::from(child.wait().unwrap().code().is_none());
            nothing_half(&out, &whole);
        }
        good(to_folder(&[&args[..], &["--resume"]].concat(), &out));
        same(&reference, &out);
    }
    assert!(killed >= 10, "only {killed} of 20 kills came before the end");
}
