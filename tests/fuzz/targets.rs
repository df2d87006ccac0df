//! The readers, each as a function from bytes to what it answered.

use darien::evaluate::hub::{read_forecasts, read_truth};
use darien::experiment::Draws;
use darien::experiment::draws::parse_members;
use darien::output::manifest::Manifest;
use darien::output::recipe::Recipe;
use darien::random::Seed;
use darien::scenario::Scenario;
use std::io::Write;

fn answer<T>(result: darien::Result<T>, good: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => good(value),
        Err(e) => {
            let text = e.to_string();
            assert!(matches!(e.exit_code(), 1 | 3), "{text}");
            assert!(text.len() < 1 << 20, "an answer of {} bytes", text.len());
            text
        }
    }
}

pub fn scenario(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    answer(Scenario::from_text("fuzz", &text, &[], None), |s| {
        let again = Scenario::from_layers(s.layers(), &[], None).unwrap();
        assert_eq!(s.hash(), again.hash(), "its own layers mean something else");
        for a in s.announcements() {
            assert!(!a.title.chars().any(char::is_control), "a control sign in {:?}", a.title);
        }
        assert!(!s.title().chars().any(char::is_control), "a control sign in {:?}", s.title());
        format!("{:?}", s.warnings())
    })
}

pub fn set(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let sets: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    answer(Scenario::load("history", &sets, "2021-03-31".parse().ok()), |s| format!("{:?}", s.warnings()))
}

pub fn manifest(input: &[u8]) -> String {
    answer(Manifest::parse("manifest.json", input), |m| {
        for file in &m.files {
            assert!(darien::output::file::is_safe_name(&file.name), "{:?}", file.name);
        }
        answer(Recipe::of_manifest("manifest.json", &m), |recipe| {
            let obstacles = recipe.obstacles("manifest.json");
            answer(recipe.scenarios("manifest.json"), |s| format!("{} scenarios, {obstacles:?}", s.len()))
        })
    })
}

/// Manifests with and without a recipe.
pub fn manifests() -> Vec<Vec<u8>> {
    let scenario = Scenario::load("flights-doubled", &[], None).unwrap();
    let recipe =
        Recipe { runs: 3, draws: "prior".into(), lang: "en".into(), ..Recipe::of([scenario].iter()) };
    let bare = Manifest::of_verb(
        "run",
        serde_json::Map::new(),
        (1, 3, 1),
        vec![darien::output::file::Written {
            name: "charts/a.svg".into(),
            sha256: darien::output::file::sha256_hex(b"a"),
            bytes: 1,
        }],
        darien::output::manifest::Environment::default(),
    );
    let small = Scenario::from_text(
        "small",
        "extends = \"defaults\"\n[horizon]\nfrom = 2021-01-01\nuntil = 2021-02-01\n",
        &[],
        None,
    );
    let small = Recipe::of([small.unwrap()].iter());
    [Some(recipe), Some(small), None]
        .into_iter()
        .map(|r| {
            let details = r.map_or_else(serde_json::Map::new, |r| r.details().unwrap());
            Manifest { details, ..bare.clone() }.bytes().unwrap()
        })
        .collect()
}

pub fn posterior(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    answer(parse_members("posterior.csv", &text), |members| {
        let draw = &members[7 % members.len()];
        assert!(draw.parameters.values().iter().all(|v| v.is_finite()));
        format!("{} months of shocks", draw.innovations.months.len())
    })
}

pub fn posteriors() -> Vec<Vec<u8>> {
    let members: Vec<_> = (0..2).map(|i| Draws::Prior(Seed::new(3)).draw(i)).collect();
    let header = Draws::format_posterior(&members);
    let with_shocks = header.lines().map(|l| {
        if l.starts_with("intent") {
            format!("{l},shock.0.VEN,shock.2.HTI\n")
        } else {
            format!("{l},0.5,-1\n")
        }
    });
    vec![header.clone().into_bytes(), with_shocks.collect::<String>().into_bytes(), b"a,b\n1,2\n".to_vec()]
}

fn in_file(name: &str, input: &[u8], read: impl Fn(&std::path::Path) -> String) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(input).unwrap();
    // The name of the folder is different each time.
    read(&path).replace(&dir.path().display().to_string(), "")
}

pub fn hub_csv(input: &[u8]) -> String {
    in_file("2023-01-01-team-model.csv", input, |path| {
        let forecasts = answer(read_forecasts(path), |f| format!("{} forecasts", f.forecasts.len()));
        let truth = answer(read_truth(path), |_| "truth".into());
        format!("{forecasts} / {truth}")
    })
}

pub fn hub_parquet(input: &[u8]) -> String {
    in_file("2023-01-01-team-model.parquet", input, |path| {
        let forecasts = answer(read_forecasts(path), |f| format!("{} forecasts", f.forecasts.len()));
        let truth = answer(read_truth(path), |_| "truth".into());
        format!("{forecasts} / {truth}")
    })
}

pub fn hub_tables() -> Vec<Vec<u8>> {
    let forecast = "origin_date,target_end_date,location,horizon,output_type,output_type_id,value\n\
                    2023-01-01,2023-01-28,PA,1,quantile,0.025,1\n2023-01-01,2023-01-28,PA,1,quantile,0.5,2\n\
                    2023-01-01,2023-01-28,PA,1,quantile,0.975,3\n2023-01-01,2023-01-28,PA,1,median,NA,2\n";
    let samples = "origin_date,location,horizon,output_type,output_type_id,value\n2023-01-01,PA,1,sample,s1,1\n2023-01-01,PA,1,sample,s2,4.5\n";
    let truth = "target_end_date,location,observation\n2023-01-28,PA,1000\n2023-02-28,PA,NA\n";
    [forecast, samples, truth].map(|t| t.as_bytes().to_vec()).to_vec()
}

pub fn hub_parquets() -> Vec<Vec<u8>> {
    use darien::table::{Column, Table};
    let text = |name: &str, cell: &str| Column::text(name, "", vec![cell.into(); 3]);
    let table = Table::new(
        "t",
        vec![
            text("origin_date", "2023-01-01"),
            text("location", "PA"),
            Column::int("horizon", "", "", vec![1; 3]),
            text("output_type", "quantile"),
            Column::float("output_type_id", "", "", vec![0.025, 0.5, 0.975]),
            Column::float("value", "", "", vec![1.0, 2.0, 3.0]),
        ],
    );
    vec![darien::output::parquet::bytes(&table).unwrap()]
}
