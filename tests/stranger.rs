//! A crate outside the workspace has a model of its own: it builds on the engine alone, and its tests pass.

use std::path::Path;
use std::process::Command;

#[test]
fn a_crate_of_somebody_elses_has_a_model_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stranger = root.join("tests/stranger");
    // The same versions as the workspace's: they are on this machine already, so no network is needed.
    std::fs::copy(root.join("Cargo.lock"), stranger.join("Cargo.lock")).expect("the lock file can be copied");
    let done = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet"])
        .current_dir(&stranger)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("stranger"))
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .expect("cargo runs");
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(done.status.success(), "{}\n{}", said[0], said[1]);
    assert!(said[0].contains("3 passed"), "{}", said[0]);
}
