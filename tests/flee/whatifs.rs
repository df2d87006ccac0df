//! What-ifs in pairs, and the verbs.

use super::common::{link, shared, small};
use clap::Parser;
use darien::behaviour::flee;
use darien::cli::flee::FleeArgs;
use darien::table::Values;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: FleeArgs,
}

fn args(words: &[&str]) -> FleeArgs {
    Cli::parse_from(std::iter::once(&"flee").chain(words)).args
}

fn floats(table: &darien::table::Table, name: &str) -> Vec<f64> {
    match &table.column(name).unwrap().values {
        Values::Float(v) => v.clone(),
        _ => panic!("{name} is no column of numbers"),
    }
}

#[test]
fn equal_worlds_differ_by_exactly_nothing_and_a_closed_road_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let base = dir.path().join("base.toml");
    std::fs::write(&base, flee::to_toml(&small(60, 400.0))).unwrap();
    let same = dir.path().join("same.toml");
    std::fs::write(&same, "extends = \"base.toml\"\n").unwrap();
    let base = base.to_str().unwrap();
    let result = args(&[base, "--runs", "5", "--compare", same.to_str().unwrap()]).compute().unwrap();
    assert!(floats(result.tables.last().unwrap(), "difference").iter().all(|d| *d == 0.0));

    let result = args(&[base, "--runs", "5", "--close", "T:F@2020-01-10..2020-02-20"]).compute().unwrap();
    let table = result.tables.last().unwrap();
    assert_eq!(table.name, "difference");
    let (Values::Text(date), Values::Text(camp)) = (&table.columns[0].values, &table.columns[1].values)
    else {
        panic!("labels are texts")
    };
    for (row, d) in floats(table, "difference").iter().enumerate() {
        if date[row].as_str() < "2020-01-10" {
            assert_eq!(*d, 0.0, "before the closure");
        } else if date[row] == "2020-02-15" && camp[row] == "F" {
            assert!(*d < 0.0, "fewer get abroad");
        }
    }

    let result = args(&[base, "--runs", "3", "--add-camp", "New:5000@Z:20"]).compute().unwrap();
    let (world, _, records) = result.alternative.unwrap();
    assert_eq!(world.places[4].name, "New");
    assert!(*records[0].camps[2].last().unwrap() > 100);
}

#[test]
fn tables_and_out_csv_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let base = dir.path().join("base.toml");
    std::fs::write(&base, flee::to_toml(&small(20, 400.0))).unwrap();
    let out = dir.path().join("out");
    darien::cli::flee::run(&args(&[base.to_str().unwrap(), "--runs", "2", "--out", out.to_str().unwrap()]))
        .unwrap();
    for file in ["out.csv", "camps.csv", "days.csv", "runs.csv", "scores.csv", "README.txt"] {
        assert!(out.join(file).is_file(), "{file}");
    }
    let text = std::fs::read_to_string(out.join("out.csv")).unwrap();
    assert!(text.starts_with("Day,Date,C sim,C data,C error,F sim,F data,F error,Total error,"));
    assert!(text.lines().nth(1).unwrap().starts_with("0,2020-01-01,"));
}

#[test]
fn what_ifs_are_checked() {
    let raw = small(20, 100.0);
    for (text, part) in [
        ("T:F", "lacks a date"),
        ("T@2020-01-01", "lacks a second name"),
        ("T:Nowhere@2020-01-01", "neither two places"),
        ("T:F@2020-13-01", "a date that is none"),
    ] {
        let problem = flee::whatif::close(&mut raw.clone(), text).unwrap_err().to_string();
        assert!(problem.contains(part), "{text}: {problem}");
    }
    for text in ["N@T:5", "N:x@T:5", "N:5", "N:5@T", "N:5@Nowhere:5", "N:5@T:x"] {
        assert!(flee::whatif::add_camp(&mut raw.clone(), text).is_err(), "{text}");
    }
    let mut other = raw.clone();
    flee::whatif::add_camp(&mut other, "N:5@T:5,Z:7").unwrap();
    assert_eq!(other.links.len(), 5);
    assert_eq!(other.links[4].a, link("Z", "N", 7.0).a);
}

#[test]
fn scenario_files_say_what_is_wrong_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = dir.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    write("base.toml", &flee::to_toml(&small(20, 100.0)));
    let cases = [
        ("title = \"x\"\n", "has neither [world] nor extends"),
        ("extends = \"gone.toml\"\n", "is neither a folder nor a file|cannot be read"),
        ("extends = \"base.toml\"\n[settings]\ncamp_wieght = 2\n", ":3:|did you mean camp_weight?"),
        ("extends = \"base.toml\"\n[settings]\ncamp_weight = -2\n", ":3:|a number from 0"),
        (
            "extends = \"base.toml\"\n[[close]]\nbetween = [\"T\", \"Q\"]\nfrom = 2020-01-05\n",
            "is not a place",
        ),
        (
            "extends = \"base.toml\"\n[[close]]\nbetween = [\"T\", \"F\"]\nfrom = 2020-01-05\nuntil = 2020-01-02\n",
            "ends before it begins",
        ),
        ("extends = \"base.toml\"\n[[close]]\nbetween = [\"T\", \"F\"]\n", "without a first day"),
        ("extends = \"base.toml\"\n[[place]]\nname = \"N\"\n", "new place without a kind"),
        ("extends = \"base.toml\"\n[[link]]\nbetween = [\"T\"]\nkm = 3\n", "without between"),
        ("extends = \"self.toml\"\n", "leads in a circle"),
        ("x = \n", "is not readable as TOML"),
        ("extends = \"base.toml\"\nplaces = 3\n", "did you mean place?"),
    ];
    for (text, parts) in cases {
        let file = write("self.toml", text);
        let error = args(&[file.to_str().unwrap()]).compute().unwrap_err();
        assert_eq!(error.exit_code(), 3, "{text}");
        let error = error.to_string();
        assert!(parts.split('|').any(|p| error.contains(p)), "{text}: {error}");
    }
}

#[test]
fn a_converted_conflict_gives_identical_results() {
    let Some(shared) = shared() else { return };
    let dir = tempfile::tempdir().unwrap();
    let settings = shared.join("simsetting_validation.yml");
    for conflict in ["mali2012", "burundi2015"] {
        let folder = shared.join(conflict);
        let to = dir.path().join(format!("{conflict}.toml"));
        darien::cli::convert_flee::run(&darien::cli::convert_flee::ConvertFleeArgs {
            dir: folder.clone(),
            to: to.clone(),
            settings: Some(settings.clone()),
            closures: None,
            replacing: darien::cli::common::Replacing::default(),
        })
        .unwrap();
        let direct = args(&[
            folder.to_str().unwrap(),
            "--settings",
            settings.to_str().unwrap(),
            "--runs",
            "2",
            "--hasten",
            "10",
        ]);
        let written = args(&[to.to_str().unwrap(), "--runs", "2", "--hasten", "10"]);
        let (a, b) = (direct.compute().unwrap(), written.compute().unwrap());
        // Missing values are NaN, which equal nothing; as text they are the same.
        assert_eq!(format!("{:?}", a.tables), format!("{:?}", b.tables));
        assert_eq!(a.records, b.records);
    }
}
