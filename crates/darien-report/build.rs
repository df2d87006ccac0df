//! Hashes what the program is built from, so that results know the build that made them.
//!
//! The hash is over names and contents of code, data, scenarios and the list of dependencies, sorted by name: it depends
//! on no path, clock or machine.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

const SOURCES: [&str; 6] = ["Cargo.lock", "Cargo.toml", "crates", "data", "scenarios", "src"];

fn main() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed=../../{source}");
        collect(&top, source, &mut files);
    }
    assert!(
        !files.is_empty(),
        "the sources are not where they stand in the repository, so no build can be named"
    );
    files.sort();
    let mut sum = Sha256::new();
    for name in &files {
        let bytes = fs::read(top.join(name)).unwrap_or_default();
        for part in [name.as_bytes(), &bytes] {
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        }
    }
    let hash: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=DARIEN_BUILD={hash}");
}

/// The files at and below a path from the top of the repository, with `/` between its parts; hidden ones (of editors) do
/// not count.
fn collect(top: &Path, name: &str, files: &mut Vec<String>) {
    let path = top.join(name);
    if let Ok(entries) = fs::read_dir(&path) {
        for entry in entries.filter_map(Result::ok) {
            if let Some(inner) = entry.file_name().to_str().filter(|inner| !inner.starts_with('.')) {
                collect(top, &format!("{name}/{inner}"), files);
            }
        }
    } else if path.is_file() {
        files.push(name.to_owned());
    }
}
