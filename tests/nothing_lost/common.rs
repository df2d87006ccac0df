//! The program as a user starts it, and folders as bytes.

use darien::output::manifest::Manifest;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

/// A small ensemble: half a year, coarse agents.
pub const SMALL: [&str; 6] = ["run", "history", "--until", "2021-06-30", "--scale", "1000"];

/// The program.
pub fn darien() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_darien"));
    command.env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
    command
}

/// Runs the program with arguments and a folder after `--out`.
pub fn to_folder(args: &[&str], out: &Path) -> Output {
    darien().args(args).arg("--out").arg(out).output().unwrap()
}

/// The exit code and what was said on standard error.
pub fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Panics with what was said unless the program ended well.
pub fn good(output: Output) -> Output {
    let (code, text) = told(&output);
    assert_eq!(code, Some(0), "{text}");
    output
}

/// All files below a folder, by relative path; lock, mark and files that are being written do not count.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, all);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                if !name.starts_with(".darien") {
                    all.insert(name, bytes);
                }
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

/// Panics unless two folders hold the same results: the same files, and manifests that differ in times only.
pub fn same(a: &Path, b: &Path) {
    let (mut x, mut y) = (files(a), files(b));
    let digest = |folder: &Path| Manifest::read(folder).unwrap().digest().unwrap();
    assert_eq!(digest(a), digest(b), "manifests");
    x.remove("manifest.json");
    y.remove("manifest.json");
    assert_eq!(x.keys().collect::<Vec<_>>(), y.keys().collect::<Vec<_>>());
    for (name, bytes) in &x {
        assert!(*bytes == y[name], "{name} differs between {} and {}", a.display(), b.display());
    }
}
