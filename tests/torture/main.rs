//! Inputs that have no end, names that break tables, limits of containers: a sentence and a documented exit code, soon.

#![cfg(unix)]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A small run of a scenario.
const SMALL: [&str; 7] = ["--until", "2021-01-31", "--scale", "10000", "--runs", "2", "--quiet"];

fn darien() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_darien"));
    command.env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
    command
}

fn told(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code(), text)
}

fn good(output: &Output) {
    let (code, text) = told(output);
    assert_eq!(code, Some(0), "{text}");
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn what_has_no_end_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fifo(&at("pipe"));
    fs::create_dir(at("folder")).unwrap();
    for endless in ["/dev/zero", "pipe"] {
        fs::write(at("a.toml"), format!("extends = \"{endless}\"\n")).unwrap();
        for verb in ["check", "run", "flee"] {
            let (code, text) = told(&darien().arg(verb).arg("a.toml").current_dir(&dir).output().unwrap());
            assert_eq!(code, Some(3), "{verb}: {text}");
            assert!(verb == "flee" || text.contains("is not a regular file"), "{verb}: {text}");
        }
        let direct = darien().args(["check", endless]).current_dir(&dir).output().unwrap();
        assert_eq!(told(&direct).0, Some(3));
        let start =
            ["calibrate", "--method", "search", "--runs", "24", "--scale", "10000", "--start", endless];
        let (code, text) = told(&darien().args(start).current_dir(&dir).output().unwrap());
        assert_eq!(code, Some(3), "{text}");
        assert!(text.contains("is not a regular file"), "{text}");
    }
    // Manifests, tables and recipes that are pipes or devices.
    let out = at("results");
    good(&darien().args(["run", "history"]).args(SMALL).arg("--out").arg(&out).output().unwrap());
    for name in ["manifest.json", "monthly.csv"] {
        let path = out.join(name);
        fs::rename(&path, at("kept")).unwrap();
        fifo(&path);
        for verb in ["report", "export", "replay"] {
            let more: &[&str] = if verb == "export" { &["--csv", "sheets"] } else { &[] };
            let done = darien().arg(verb).arg(&out).args(more).current_dir(&dir).output().unwrap();
            let (code, text) = told(&done);
            assert!(matches!(code, Some(1 | 3 | 4)), "{verb} {name}: {code:?} {text}");
            assert!(text.contains("is not a regular file"), "{verb} {name}: {text}");
        }
        fs::remove_file(&path).unwrap();
        fs::rename(at("kept"), &path).unwrap();
    }
}

#[test]
fn inputs_that_are_no_files_are_named_and_no_folder_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fifo(&at("pipe"));
    fs::create_dir_all(at("folder.csv")).unwrap();
    let no_file = |args: &[&str], sentence: &str| {
        let done = darien().args(args).args(["--out", "made"]).current_dir(&dir).output().unwrap();
        let (code, text) = told(&done);
        assert_eq!(code, Some(3), "{args:?}: {text}");
        assert!(text.contains(sentence), "{args:?}: {text}");
        assert!(!at("made").exists(), "{args:?} made its folder");
    };
    let not_regular = "is not a regular file";
    fs::write(at("manifest.json"), "{}").unwrap();
    fs::create_dir(at("fit")).unwrap();
    fifo(&at("fit/posterior.csv"));
    fs::write(at("fit/manifest.json"), "{}").unwrap();
    for verb in
        [&["run", "history"][..], &["compare", "history", "history"], &["bench", "policies"], &["backtest"]]
    {
        for posterior in ["/dev/zero", "pipe", "fit"] {
            // Beside a device there is no manifest, which is said first.
            let sentence = if posterior == "/dev/zero" { "" } else { not_regular };
            no_file(&[verb, &["--posterior", posterior][..]].concat(), sentence);
        }
    }
    let calibrate = ["calibrate", "--method", "search", "--runs", "24", "--scale", "10000", "--start"];
    for (start, sentence) in [
        ("/dev/zero", not_regular),
        ("pipe", not_regular),
        (".", "is a folder, not a file"),
        ("none", "No such file"),
        ("manifest.json", "is not a fitted parameter"),
    ] {
        no_file(&[&calibrate[..], &[start]].concat(), sentence);
    }
    // Files of hubs: forecasts, truth and configuration.
    fs::write(at("truth.csv"), "location,target_end_date,observation\nA,2024-01-06,1\n").unwrap();
    let forecasts =
        "location,target_end_date,output_type,output_type_id,value\nA,2024-01-06,quantile,0.5,1\n";
    fs::write(at("forecasts.csv"), forecasts).unwrap();
    for name in ["pipe.csv", "pipe.csv.gz", "pipe.parquet"] {
        fifo(&at(name));
    }
    let score = |args: [&str; 2]| told(&darien().arg("score").args(args).current_dir(&dir).output().unwrap());
    for pipe in ["pipe.csv", "pipe.csv.gz", "pipe.parquet"] {
        for args in [[pipe, "truth.csv"], ["forecasts.csv", pipe]] {
            let (code, text) = score(args);
            assert_eq!(code, Some(3), "{args:?}: {text}");
            assert!(text.contains(not_regular), "{args:?}: {text}");
        }
    }
    fs::File::create(at("large.csv")).unwrap().set_len(600 << 20).unwrap();
    let (code, text) = score(["large.csv", "truth.csv"]);
    assert!(code == Some(3) && text.contains("is too large"), "{code:?} {text}");
    fs::create_dir_all(at("hub/hub-config")).unwrap();
    fs::create_dir_all(at("hub/model-output/a-b")).unwrap();
    fs::write(at("hub/model-output/a-b/2024-01-01-a-b.csv"), forecasts).unwrap();
    fifo(&at("hub/hub-config/tasks.json"));
    // What a hub declares is a help: forecasts are scored without it, and it is said.
    let (code, text) = score(["hub", "truth.csv"]);
    assert!(code == Some(0) && text.contains(not_regular), "{code:?} {text}");
}

#[test]
fn lines_of_files_that_are_no_scenarios_are_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("secret"), "root:x:0:0:root:/root:/bin/bash\n").unwrap();
    fs::write(dir.path().join("login.toml"), "[registry]\ntoken = \"hunter2\"\n").unwrap();
    for (named, secret) in [("secret", "bin/bash"), ("login.toml", "hunter2")] {
        fs::write(dir.path().join("a.toml"), format!("extends = \"{named}\"\n")).unwrap();
        let (code, text) = told(&darien().args(["check", "a.toml"]).current_dir(&dir).output().unwrap());
        assert_eq!(code, Some(3), "{text}");
        assert!(!text.contains(secret) && text.contains("is not a scenario"), "{text}");
    }
}

#[test]
fn very_many_faults_are_a_hundred_and_a_number() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.toml");
    let keys: String = (0..60_000).map(|i| format!("k{i} = 0.5\n")).collect();
    fs::write(&path, format!("title = \"x\"\n{keys}")).unwrap();
    let (code, text) = told(&darien().arg("check").arg(&path).output().unwrap());
    assert_eq!(code, Some(3));
    assert!(text.lines().count() <= 102 && text.contains("more"), "{}", text.lines().count());
}

#[test]
fn a_folder_may_have_any_name() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join(std::ffi::OsStr::from_bytes(b"out-\xff"));
    if fs::create_dir(&out).is_err() {
        eprintln!("skipped: the file system wants UTF-8");
        return;
    }
    good(&darien().args(["run", "history"]).args(SMALL).arg("--out").arg(&out).output().unwrap());
    good(&darien().arg("replay").arg(&out).output().unwrap());
}

#[test]
fn names_of_files_break_no_table() {
    let dir = tempfile::tempdir().unwrap();
    for stem in ["a,b", "say \"no\"", "two\nlines", "x=1", "=1+1", "turn\u{202e}ed\u{1b}[31m"] {
        let path = dir.path().join(format!("{stem}.toml"));
        fs::write(&path, "extends = \"history\"\ntitle = \"T\"\n").unwrap();
        let out = dir.path().join("out");
        let mut run = darien();
        run.arg("run").arg(&path).args(SMALL).arg("--overwrite").arg("--out").arg(&out);
        good(&run.output().unwrap());
        let wanted: String = stem.chars().filter(|c| !c.is_control() && *c != '\u{202e}').collect();
        for name in ["monthly.csv", "quantiles.csv"] {
            let bytes = fs::read(out.join(name)).unwrap();
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let columns = reader.headers().unwrap().len();
            for row in reader.records().map(Result::unwrap) {
                assert_eq!(row.len(), columns, "{stem:?} {name}");
                assert_eq!(row[0].trim_start_matches('\''), wanted, "{stem:?} {name}");
            }
        }
        good(&darien().arg("replay").arg(&out).args(["--run", "1"]).output().unwrap());
        let sheets = dir.path().join("sheets");
        let export = darien().arg("export").arg(&out).arg("--overwrite").arg("--csv").arg(&sheets).output();
        good(&export.unwrap());
    }
}

/// A container that gives few threads: the limit on memory acts as one on their stacks.
#[test]
fn threads_that_cannot_be_had_are_done_without() {
    let dir = tempfile::tempdir().unwrap();
    let done = Command::new("sh")
        .arg("-c")
        .arg("ulimit -v 6000000; exec \"$0\" \"$@\"")
        .arg(env!("CARGO_BIN_EXE_darien"))
        .args(["run", "history"])
        .args(&SMALL[..6])
        .args(["--threads", "4096", "--out"])
        .arg(dir.path().join("out"))
        .output()
        .unwrap();
    let (code, text) = told(&done);
    assert_eq!(code, Some(0), "{text}");
    if cfg!(target_os = "linux") {
        assert!(text.contains("of 4096 threads"), "{text}");
    }
}

#[test]
fn clusters_and_closed_terminals_stop_a_run_as_ctrl_c_does() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["TERM", "HUP"] {
        let out = dir.path().join(name);
        let run =
            ["run", "history", "--until", "2021-06-30", "--scale", "300", "--runs", "300", "--threads", "1"];
        let mut command = darien();
        command.args(run).arg("--out").arg(&out).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        while !out.join("parts/00000001.part").exists() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status();
        assert!(sent.unwrap().success());
        let (code, text) = told(&child.wait_with_output().unwrap());
        assert_eq!(code, Some(130), "{name}: {text}");
        assert!(text.contains("of 300 runs are kept"), "{name}: {text}");
        // What is kept is not dropped by the same command without a word.
        let (code, text) = told(&darien().args(run).arg("--out").arg(&out).output().unwrap());
        assert_eq!(code, Some(3), "{name}: {text}");
        assert!(text.contains("which would be lost") && text.contains("--resume"), "{name}: {text}");
    }
}

#[test]
fn replay_looks_at_what_stands_beside() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    good(&darien().args(["run", "history"]).args(SMALL).arg("--out").arg(&out).output().unwrap());
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let replay = || darien().arg("replay").arg(&out).output().unwrap();
    let (code, text) = told(&replay());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("notes.txt is not of this run"), "{text}");
    for stale in ["monthly.parquet", "charts/old.svg"] {
        fs::write(out.join(stale), "stale").unwrap();
        let (code, text) = told(&replay());
        assert_eq!(code, Some(4), "{text}");
        assert!(text.contains(stale), "{text}");
        fs::remove_file(out.join(stale)).unwrap();
    }
    // A folder that another build made says so.
    let path = out.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(darien::BUILD, &"0".repeat(64))).unwrap();
    let done = replay();
    assert_eq!(told(&done).0, Some(0));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("another build of the program: 000000000000"), "{said}");
}
