//! Every verb that writes, at the smallest size.

use std::path::{Path, PathBuf};
use std::process::Command;

const BENCH: &str = r#"title = "Two"
base = "status-quo-2025"
reference = "none"
runs = 2
scale = 10000
[horizon]
until = 2025-01-31
[[outcome]]
name = "entries"
outcome = "entries"
places = ["darien"]
better = "lower"
[[future]]
id = "as-is"
[[policy]]
id = "none"
title = "Nothing"
[[policy]]
id = "closed"
title = "Closed"
[policy.levers]
"trail.acandi" = "closed"
"#;

const FLEE: [(&str, &str); 9] = [
    (
        "input_csv/locations.csv",
        "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\n\
         Z,R,X,1.0,2.0,conflict_zone,0,1000\nT,R,X,1.0,2.0,town,,500\nC,R,Y,1.0,2.0,camp,,5000\n",
    ),
    ("input_csv/routes.csv", "#name1,name2,distance,forced_redirection\nZ,T,100,0\nT,C,200,0\n"),
    ("input_csv/closures.csv", "#closure_type,name1,name2,closure_start,closure_end\n"),
    ("input_csv/conflicts.csv", "#Day,Z,T\n0,1,0\n1,1,0\n2,1,0\n"),
    ("input_csv/sim_period.csv", "StartDate,2020-01-01\nLength,3\n"),
    (
        "input_csv/simsetting.yml",
        "spawn_rules:\n  take_from_population: False\nmove_rules:\n  camp_weight: 1.0\n  max_move_speed: 360.0\noptimisations:\n  hasten: 1\n",
    ),
    ("source_data/data_layout.csv", "total,refugees.csv\nC,c.csv\n"),
    ("source_data/refugees.csv", "2020-01-01,0\n2020-01-03,20\n"),
    ("source_data/c.csv", "2020-01-01,0\n2020-01-02,10\n2020-01-03,20\n"),
];

/// What verbs work on.
pub struct Inputs {
    dir: tempfile::TempDir,
}

impl Inputs {
    /// Result folders, parts to merge, a benchmark and a world.
    pub fn make() -> Self {
        let inputs = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::write(inputs.path("bench.toml"), BENCH).unwrap();
        for (name, text) in FLEE {
            let path = inputs.path("flee").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        for (name, more) in [("results", &[][..]), ("a", &["--shard", "1/2"]), ("b", &["--shard", "2/2"])] {
            let (code, text) = VERBS[0].run(&inputs, &inputs.path(name), more);
            assert_eq!(code, 0, "{text}");
        }
        inputs
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// A verb: `IN/` in its words stands for the inputs, `OUT` for the folder.
pub struct Verb {
    pub name: &'static str,
    words: &'static str,
    /// Whether the folder is to be its own, not shared with other files.
    pub fills_a_folder: bool,
}

const fn own(name: &'static str, words: &'static str) -> Verb {
    Verb { name, words, fills_a_folder: true }
}

const fn beside(name: &'static str, words: &'static str) -> Verb {
    Verb { name, words, fills_a_folder: false }
}

/// Every verb that writes.
pub const VERBS: [Verb; 17] = [
    own("run", "run history --until 2021-01-31 --scale 10000 --runs 2 --out OUT"),
    own(
        "compare",
        "compare status-quo-2025 flights-stop --until 2025-01-31 --scale 10000 --runs 2 --out OUT",
    ),
    own("bench", "bench IN/bench.toml --out OUT"),
    own(
        "sensitivity",
        "sensitivity status-quo-2025 --until 2025-01-31 --parameters depart.belief_power,return.cool_down --scale 10000 \
         --trajectories 2 --samples 4 --keep 1 --floor 4 --resamples 20 --out OUT",
    ),
    own("calibrate", "calibrate --method search --runs 24 --scale 10000 --data-until 2021-12-31 --out OUT"),
    own(
        "recover",
        "calibrate --recover 1 --runs 24 --members 20 --scale 10000 --data-until 2021-12-31 --out OUT",
    ),
    own("backtest", "backtest --track c --members 2 --scale 10000 --out OUT"),
    own("merge", "merge IN/a IN/b --out OUT"),
    own("flee", "flee IN/flee --runs 2 --out OUT"),
    beside("page", "backtest --track c --members 2 --scale 10000 --out IN/backtest --page OUT/page.md"),
    beside("report", "report IN/results --out OUT/page.html"),
    beside("hub", "export IN/results --hub OUT"),
    beside("csv", "export IN/results --csv OUT"),
    beside("parquet", "export IN/results --parquet OUT"),
    beside("geojson", "export IN/results --geojson OUT/flows.geojson"),
    beside("convert-flee", "convert-flee IN/flee --to OUT/world.toml"),
    beside("manifest", "report IN/results --out OUT/manifest.json"),
];

impl Verb {
    /// Runs it and gives its exit code and what it said.
    pub fn run(&self, inputs: &Inputs, out: &Path, more: &[&str]) -> (i32, String) {
        let place = |word: &str| {
            let word = word.replacen(
                "IN",
                &inputs.dir.path().display().to_string(),
                usize::from(word.starts_with("IN/")),
            );
            if word.starts_with("OUT") { word.replacen("OUT", &out.display().to_string(), 1) } else { word }
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_darien"));
        command.args(self.words.split_whitespace().map(place)).args(more).env("NO_COLOR", "1");
        // The word for quiet of the verbs that have one.
        if self.name != "convert-flee" {
            command.arg("--quiet");
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
