//! Posteriors by name and by path: what fits is drawn from, named in the manifest and found again; what does not is refused.

use darien::experiment::{Draws, Posterior};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A folder as `darien calibrate` leaves it, with what the tests need of it. Its table is one that does not ship.
fn calibration(dir: &Path) -> PathBuf {
    let folder = dir.join("fit");
    fs::create_dir(&folder).unwrap();
    let shipped = Posterior::load("2024-12").unwrap();
    let table = Draws::format_posterior(&shipped.members[..3]);
    write(&folder, &table, |_| {});
    folder
}

/// Writes a table with a manifest that fits it but for what `change` does.
fn write(folder: &Path, table: &str, change: impl FnOnce(&mut serde_json::Value)) {
    fs::write(folder.join("posterior.csv"), table).unwrap();
    let sum = darien::output::file::sha256_hex(table.as_bytes());
    let mut manifest = serde_json::json!({
        "verb": "calibrate",
        "version": env!("CARGO_PKG_VERSION"),
        "details": { "data_until": "2023-06", "method": "a test" },
        "files": [{ "name": "posterior.csv", "sha256": sum, "bytes": table.len() }],
    });
    change(&mut manifest);
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
}

fn darien(args: &[&str]) -> Output {
    assert_cmd::Command::cargo_bin("darien").unwrap().args(args).arg("--quiet").output().unwrap()
}

fn manifest(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn posteriors_ship_by_what_they_know() {
    let newest = Posterior::newest().unwrap();
    assert_eq!(Posterior::load("newest").unwrap(), newest);
    let older = Posterior::load("2024-12").unwrap();
    assert_eq!((older.id.name.as_str(), older.data_until.to_string().as_str()), ("2024-12", "2024-12"));
    assert!(newest.data_until >= older.data_until);
    for posterior in [newest, older] {
        assert!(posterior.members.len() > 10);
        assert_eq!(posterior.to_keep(), None);
        assert_eq!(posterior.id.data_until, posterior.data_until.to_string());
        assert_eq!(Draws::Posterior(posterior.clone().into()).known_until(), posterior.data_until);
        // Shocks reach as far as the data that it knows.
        let months = posterior.members[0].innovations.months.len() as i32;
        assert_eq!(posterior.data_until.since("2021-01".parse().unwrap()) + 1, months);
    }
}

#[test]
fn a_folder_and_its_table_are_the_same_posterior() {
    let dir = tempfile::tempdir().unwrap();
    let folder = calibration(dir.path());
    let by_folder = Posterior::load(folder.to_str().unwrap()).unwrap();
    let by_file = Posterior::load(folder.join("posterior.csv").to_str().unwrap()).unwrap();
    assert_eq!(by_folder.members, by_file.members);
    assert_eq!((by_folder.members.len(), by_folder.id.name.as_str()), (3, "fit"));
    assert_eq!((by_folder.id.data_until.as_str(), by_folder.id.method.as_str()), ("2023-06", "a test"));
    assert!(by_folder.to_keep().is_some());
}

#[test]
fn what_does_not_fit_is_refused_with_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let folder = calibration(dir.path());
    let good = fs::read_to_string(folder.join("posterior.csv")).unwrap();
    let refused = |part: &str| {
        let error = Posterior::load(folder.to_str().unwrap()).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains(part), "{part}: {error}");
    };
    write(&folder, &good.replacen("route.scale", "route.size", 1), |_| {});
    refused("is no parameter and no shock");
    refused("route.scale");
    write(&folder, good.lines().next().unwrap(), |_| {});
    refused("has no rows");
    write(&folder, &good, |m| m["version"] = "0.0.1".into());
    refused("another version of the model");
    write(&folder, &good, |m| m["verb"] = "run".into());
    refused("another verb");
    write(&folder, &good, |m| m["details"]["data_until"] = "soon".into());
    refused("data_until");
    write(&folder, &good, |m| m["files"] = serde_json::json!([]));
    refused("no checksum");
    write(&folder, &good, |_| {});
    fs::write(folder.join("posterior.csv"), &good[..good.len() / 2]).unwrap();
    refused("changed or cut off");
    fs::write(folder.join("posterior.csv"), [0xff_u8, 0xfe]).unwrap();
    refused("UTF-8");
    fs::write(folder.join("posterior.csv"), &good).unwrap();
    fs::write(folder.join("manifest.json"), "{").unwrap();
    refused("does not read as a manifest");
    fs::remove_file(folder.join("manifest.json")).unwrap();
    refused("is missing");
    fs::remove_file(folder.join("posterior.csv")).unwrap();
    refused("holds no `posterior.csv`");
    let nowhere = Posterior::load("2024-13").unwrap_err();
    assert!(nowhere.exit_code() == 3 && nowhere.to_string().contains("newest"), "{nowhere}");
}

#[test]
fn runs_name_their_posterior_and_replay_finds_it() {
    let dir = tempfile::tempdir().unwrap();
    let fit = calibration(dir.path());
    let out = dir.path().join("out");
    let run = |posterior: &str, out: &Path| {
        let done = darien(&[
            "run",
            "history",
            "--until",
            "2021-03-31",
            "--runs",
            "2",
            "--scale",
            "2000",
            "--posterior",
            posterior,
            "--out",
            out.to_str().unwrap(),
        ]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    run(fit.to_str().unwrap(), &out);
    let id = &manifest(&out)["details"]["posterior"];
    let table = fs::read_to_string(fit.join("posterior.csv")).unwrap();
    assert_eq!(id["sha256"], darien::output::file::sha256_hex(table.as_bytes()).as_str());
    assert_eq!((id["name"].as_str(), id["data_until"].as_str()), (Some("fit"), Some("2023-06")));
    assert_eq!(fs::read_to_string(out.join("posterior.csv")).unwrap(), table);
    // The folder holds all that it was made of.
    fs::remove_dir_all(&fit).unwrap();
    let again = || darien(&["replay", out.to_str().unwrap()]);
    let done = again();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    fs::write(out.join("posterior.csv"), table.replacen("0.", "1.", 1)).unwrap();
    assert_eq!(again().status.code(), Some(3));
    // One that ships is named, not copied.
    let shipped = dir.path().join("shipped");
    run("2024-12", &shipped);
    assert_eq!(manifest(&shipped)["details"]["posterior"]["data_until"], "2024-12");
    assert!(!shipped.join("posterior.csv").exists());
    assert!(darien(&["replay", shipped.to_str().unwrap()]).status.success());
}

#[test]
fn a_posterior_and_other_draws_exclude_each_other() {
    let both = darien(&["run", "history", "--draws", "prior", "--posterior", "2024-12"]);
    assert_eq!(both.status.code(), Some(2));
    let none = darien(&["run", "history", "--posterior", "nowhere"]);
    assert_eq!(none.status.code(), Some(3));
}
