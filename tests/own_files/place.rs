//! Folders as they stand, and folders of strangers made at random from a fixed seed.

use darien::random::philox4x32_10;
use std::collections::BTreeMap;
use std::path::Path;

/// Every path below a folder: what it holds, or the word for what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(BTreeMap<String, Vec<u8>>);

impl Place {
    pub fn read(folder: &Path) -> Self {
        fn walk(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
            let Ok(entries) = std::fs::read_dir(folder) else { return };
            for path in entries.map(|e| e.unwrap().path()) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                let about = std::fs::symlink_metadata(&path).unwrap();
                if about.is_symlink() {
                    let to = std::fs::read_link(&path).unwrap();
                    all.insert(name, format!("link to {}", to.display()).into_bytes());
                } else if about.is_dir() {
                    all.insert(name, b"folder".to_vec());
                    walk(root, &path, all);
                } else {
                    all.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        let mut all = BTreeMap::new();
        walk(folder, folder, &mut all);
        Self(all)
    }

    /// Panics unless all that is here is in another place, unchanged.
    pub fn must_be_in(&self, other: &Self, what: &str) {
        for (name, bytes) in &self.0 {
            assert!(other.0.get(name) == Some(bytes), "{name} was changed or removed: {what}");
        }
    }

    /// Panics unless another place is the same.
    pub fn must_be(&self, other: &Self, what: &str) {
        self.must_be_in(other, what);
        let new: Vec<&String> = other.0.keys().filter(|name| !self.0.contains_key(*name)).collect();
        assert!(new.is_empty(), "{new:?} are new: {what}");
    }
}

/// Names that the program uses, and names that it does not.
const NAMES: [&str; 44] = [
    "README.txt",
    "manifest.json",
    "monthly.csv",
    "quantiles.csv",
    "quantiles.parquet",
    "outcomes.csv",
    "failures.csv",
    "answer.txt",
    "differences.csv",
    "scorecard.csv",
    "policies.toml",
    "indices.csv",
    "best.txt",
    "posterior.csv",
    "search.json",
    "scores.csv",
    "forecasts.csv",
    "origin-2022-07.json",
    "daily.csv",
    "out.csv",
    "camps.csv",
    "report.html",
    "page.html",
    "page.md",
    "img/hindcast.png",
    "flows.geojson",
    "world.toml",
    "parts/plan.txt",
    "parts/recipe.json",
    "parts/00000000.part",
    "parts/00000001.failed",
    "parts/engine.step",
    "charts/entries.svg",
    "charts/entries.png",
    "charts/map.csv",
    "hub-config/tasks.json",
    "model-output/darien-abm/notes.txt",
    "target-data/time-series.csv",
    ".darien.mark",
    ".darien.lock",
    "thesis/chapter 1.tex",
    "años.csv",
    "data=1,2.csv",
    "Readme.TXT",
];

const CONTENTS: [&str; 6] = [
    "mine\n",
    "{ \"name\": \"a manifest of another program\", \"version\": \"1.0\" }\n",
    "scenario,run,month,outcome,place,nationality,value\n",
    "",
    "{",
    "\u{feff}darien\n",
];

/// Fills a folder with some files of somebody else, one of them certainly visible.
pub fn stranger(folder: &Path, seed: u32, case: u32) {
    std::fs::create_dir_all(folder).unwrap();
    for (i, name) in NAMES.iter().enumerate() {
        let words = philox4x32_10([seed, case, i as u32, 0], [11, 0]);
        if words[0].is_multiple_of(3) || i == (seed + case) as usize % 38 {
            let path = folder.join(name);
            let text = CONTENTS[words[1] as usize % CONTENTS.len()];
            // An empty lock is what a killed process of the program leaves.
            let text = if *name == ".darien.lock" { "mine" } else { text };
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if cfg!(unix) && words[2].is_multiple_of(8) {
                let target = folder.join(format!("target-{i}"));
                std::fs::write(&target, text).unwrap();
                #[cfg(unix)]
                std::os::unix::fs::symlink(&target, &path).unwrap();
            } else if words[2] % 8 == 1 {
                std::fs::create_dir_all(&path).unwrap();
                std::fs::write(path.join("inside"), text).unwrap();
            } else {
                std::fs::write(path, text).unwrap();
            }
        }
    }
}
