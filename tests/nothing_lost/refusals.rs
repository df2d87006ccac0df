//! What the system refuses is a sentence and an exit code, and nothing is damaged.

use super::common::{SMALL, darien, files, good, same, to_folder, told};
use darien::output::file::OutputFolder;
use std::process::Stdio;

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_no_half_file() {
    use std::process::Command;
    let dir = tempfile::tempdir().unwrap();
    let reference = dir.path().join("reference");
    good(to_folder(&[&SMALL[..], &["--runs", "3", "--quiet"]].concat(), &reference));
    let whole = files(&reference);
    // A limit on the size of files acts as a disk that fills up in the middle of a table.
    for (name, blocks) in [("table", 600), ("part", 20)] {
        let out = dir.path().join(name);
        let mut args: Vec<String> = SMALL.iter().map(ToString::to_string).collect();
        args.extend(["--runs", "3", "--quiet", "--out"].map(String::from));
        args.push(out.display().to_string());
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""))
            .arg(env!("CARGO_BIN_EXE_darien"))
            .args(&args)
            .output()
            .unwrap();
        let (code, text) = told(&output);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("cannot write") && text.contains(&out.display().to_string()), "{text}");
        for (file, bytes) in files(&out).iter().filter(|(f, _)| !f.starts_with("parts/")) {
            assert!(whole.get(file) == Some(bytes), "{file} is not whole");
        }
        assert!(!out.join("manifest.json").exists());
        // With room again, it goes on from the finished runs.
        let args: Vec<&str> = args.iter().map(String::as_str).chain(["--resume"]).collect();
        good(darien().args(args).output().unwrap());
        same(&reference, &out);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let run = [&SMALL[..], &["--runs", "2", "--quiet", "--out", out.to_str().unwrap()]].concat();
    for args in [&["explain"][..], &["schema"], &["data"], &["data", "events"], &["man"], &run] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (code, text) = told(&darien().args(args).stdout(full).output().unwrap());
        assert_eq!(code, Some(1), "{args:?}: {text}");
        assert!(text.contains("cannot write"), "{args:?}: {text}");
    }
    assert!(out.join("manifest.json").exists(), "the results are there all the same");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for args in [&["explain"][..], &["data", "observed/darien_entries"], &["schema"], &["man"]] {
        let mut child = darien().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (code, text) = told(&child.wait_with_output().unwrap());
        assert!(code == Some(0) || text.contains("darien: "), "{args:?}: {code:?} {text}");
        assert!(!text.contains("panicked"), "{args:?}: {text}");
    }
}

#[test]
fn a_folder_in_use_is_left_to_its_owner() {
    let dir = tempfile::tempdir().unwrap();
    let mut owner = OutputFolder::create(dir.path()).unwrap();
    owner.write("monthly.csv", b"mine").unwrap();
    let (code, text) = told(&to_folder(&[&SMALL[..], &["--runs", "1", "--quiet"]].concat(), dir.path()));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("another process is writing to this output folder"), "{text}");
    assert_eq!(files(dir.path())["monthly.csv"], b"mine");
    drop(owner);
    good(to_folder(&[&SMALL[..], &["--runs", "1", "--quiet"]].concat(), dir.path()));
}

#[test]
fn a_file_or_a_place_that_cannot_be_written_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let run = [&SMALL[..], &["--runs", "1", "--quiet"]].concat();
    let (code, text) = told(&to_folder(&run, &file));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("the output folder is a file"), "{text}");
    assert_eq!(std::fs::read(&file).unwrap(), b"x");
    if cfg!(target_os = "linux") {
        let (code, text) = told(&to_folder(&run, std::path::Path::new("/proc/darien/out")));
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("cannot create the folder /proc/darien/out"), "{text}");
    }
}

/// A folder without the right to write; nobody can forbid it to the superuser.
#[cfg(unix)]
#[test]
fn a_read_only_folder_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(out.join("probe"), "x").is_ok() {
        eprintln!("skipped: this user may write anywhere");
        return;
    }
    let (code, text) = told(&to_folder(&[&SMALL[..], &["--runs", "1", "--quiet"]].concat(), &out));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("cannot create the lock file"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_vanishes_is_told_and_not_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let args = [&SMALL[..4], &["--scale", "300", "--runs", "400", "--threads", "1", "--quiet"]].concat();
    let child = darien().args(&args).arg("--out").arg(&out).stderr(Stdio::piped()).spawn().unwrap();
    while !out.join("parts/00000001.part").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    while std::fs::remove_dir_all(&out).is_err() {}
    let (code, text) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, Some(1), "{text}");
    // Gone before the next file was begun, or between that and its final name.
    let told = ["cannot create a file beside", "cannot put in place"].iter().any(|t| text.contains(t));
    assert!(told && text.contains("parts"), "{text}");
    assert!(!out.exists(), "the folder was made again");
}
