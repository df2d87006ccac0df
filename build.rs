//! Hashes what the program is built from, so that results know the build that made them.
//!
//! The hash is over names and contents of code, data, scenarios and the list of dependencies, sorted by name: it depends
//! on no path, clock or machine.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

const SOURCES: [&str; 6] = ["Cargo.lock", "Cargo.toml", "crates", "data", "scenarios", "src"];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    let mut sum = Sha256::new();
    for name in &files {
        let bytes = fs::read(name).unwrap_or_default();
        for part in [name.replace('\\', "/").as_bytes(), &bytes] {
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        }
    }
    let hash: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=DARIEN_BUILD={hash}");
}

/// The files at and below a path; hidden ones (of editors) do not count.
fn collect(path: &Path, files: &mut Vec<String>) {
    if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.filter_map(Result::ok) {
            if !entry.file_name().to_string_lossy().starts_with('.') {
                collect(&entry.path(), files);
            }
        }
    } else if path.is_file() {
        files.extend(path.to_str().map(str::to_owned));
    }
}
