//! `darien score` on files as people have them: the right values, or the right sentence.
//!
//! The forecast that most of the files hold has the quantiles 1 to 5 at 0.025, 0.25, 0.5, 0.75 and 0.975, and 3.5 is observed.
//! Its score by hand: the intervals 1 to 5 and 2 to 4 have the widths 4 and 2 and are not missed, the median is missed by 0.5;
//! WIS = (0.025 · 4 + 0.25 · 2 + 0.5 · 0.5) / 2.5 = 0.34.

use assert_cmd::Command;
use predicates::prelude::*;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A folder of `tests/score`.
fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/score").join(name)
}

fn score(forecasts: &Path, truth: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("darien").unwrap().arg("score").arg(forecasts).arg(truth).args(args).assert()
}

/// The JSON object of a call that succeeds.
fn object(forecasts: &Path, truth: &Path, args: &[&str]) -> Value {
    let assert = score(forecasts, truth, &[args, &["--json"]].concat()).success();
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// The row of a model.
fn row<'a>(object: &'a Value, model: &str) -> &'a Value {
    let rows = object["rows"].as_array().unwrap();
    rows.iter().find(|r| r["model"] == model).unwrap_or_else(|| panic!("no {model} in {rows:?}"))
}

#[track_caller]
fn near(value: &Value, wanted: f64) {
    let value = value.as_f64().unwrap_or_else(|| panic!("{value} is no number, wanted {wanted}"));
    assert!((value - wanted).abs() < 1e-9, "{value} is not {wanted}");
}

fn notes(object: &Value) -> String {
    object["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

const HEADER: &str = "origin_date,target_end_date,location,horizon,output_type,output_type_id,value";
const TASK: &str = "2024-01-01,2024-01-08,PA,1";

/// A folder with a file of forecasts and one of observations.
struct Files(tempfile::TempDir);

impl Files {
    fn new(forecasts: &str, truth: &str) -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        files.write("f.csv", forecasts);
        files.write("t.csv", truth);
        files
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn object(&self, args: &[&str]) -> Value {
        object(&self.path("f.csv"), &self.path("t.csv"), args)
    }

    #[track_caller]
    fn refused(&self, parts: &[&str]) {
        let assert = score(&self.path("f.csv"), &self.path("t.csv"), &[]).code(3).stdout("");
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        for part in parts {
            assert!(text.contains(part), "`{part}` is not in:\n{text}");
        }
    }
}

/// Rows of one output type.
fn rows(task: &str, kind: &str, values: &[(&str, f64)]) -> String {
    values.iter().map(|(id, value)| format!("{task},{kind},{id},{value}\n")).collect()
}

const FIVE: [(&str, f64); 5] = [("0.025", 1.0), ("0.25", 2.0), ("0.5", 3.0), ("0.75", 4.0), ("0.975", 5.0)];

fn five() -> String {
    format!("{HEADER}\n{}", rows(TASK, "quantile", &FIVE))
}

const TRUTH: &str = "target_end_date,location,observation\n2024-01-08,PA,3.5\n";

#[test]
fn parquet_of_every_codec_and_with_decimals_has_the_values_that_were_written() {
    let codecs = shipped("compressed-parquet");
    for name in ["codec_gzip", "codec_zstd", "codec_lz4", "codec_brotli", "polars_default"] {
        let found = object(&codecs.join(format!("{name}.parquet")), &codecs.join("t.csv"), &[]);
        near(&found["rows"][0]["wis"], 0.34);
    }
    let decimals = shipped("decimal-parquet");
    for (forecasts, truth) in [
        ("duck_value.parquet", "t.csv"),
        ("plain.parquet", "duck_truth.parquet"),
        ("duck_literals.parquet", "t.csv"),
    ] {
        near(&object(&decimals.join(forecasts), &decimals.join(truth), &[])["rows"][0]["wis"], 0.34);
    }
}

#[test]
fn vintages_are_ordered_by_time_or_refused() {
    let case = shipped("asof-not-iso");
    score(&case.join("f.csv"), &case.join("t.csv"), &[]).code(3).stderr(
        predicate::str::contains(
            "two vintages of location=PA, target_end_date=2024-01-08 whose order is not clear",
        )
        .and(predicate::str::contains("`as_of`"))
        .and(predicate::str::contains("/2024`")),
    );
    // Midnight of 1 October in a zone two hours ahead is before 23:00 of 30 September in universal time.
    let truth = "target_end_date,location,observation,as_of\n2024-01-08,PA,3.5,2024-09-30T23:00:00Z\n\
                 2024-01-08,PA,9,2024-10-01T00:00:00+02:00\n";
    near(&Files::new(&five(), truth).object(&[])["rows"][0]["wis"], 0.34);
    let same = truth.replace("2024-09-30T23:00:00Z", "2024-09-30T22:00:00Z");
    Files::new(&five(), &same).refused(&["t.csv:3:1: two observations for location=PA"]);
}

#[test]
fn numbers_of_rows_and_runs_are_no_tasks() {
    let samples = shipped("sample-index-column");
    for name in ["samp_ok.csv", "samp_idx.csv", "samp_idx.parquet"] {
        let found = object(&samples.join(name), &samples.join("t.csv"), &[]);
        assert_eq!(
            (found["rows"].as_array().unwrap().len(), &found["rows"][0]["n"]),
            (1, &Value::from(1)),
            "{name}"
        );
        // Samples 1 to 8 against 3.5: mean distance 17/8, half the mean distance of two samples 84/64.
        near(&found["rows"][0]["crps"], 17.0 / 8.0 - 84.0 / 64.0);
    }
    let quantiles = shipped("quantile-index-column");
    for name in ["pandas_idx.csv", "pandas_idx.parquet"] {
        near(&object(&quantiles.join(name), &quantiles.join("t.csv"), &[])["rows"][0]["wis"], 0.34);
    }
    // A column of runs with the same numbers of samples in each: eight samples, not two tasks.
    let mut text = format!("run,{HEADER}\n");
    for run in 0..2 {
        for sample in 0..4 {
            writeln!(text, "{run},{TASK},sample,{sample},{}", run * 4 + sample + 1).unwrap();
        }
    }
    let found = Files::new(&text, TRUTH).object(&[]);
    assert_eq!(found["rows"][0]["n"], 1);
    near(&found["rows"][0]["crps"], 0.8125);
    assert!(notes(&found).contains("no task id: `run`"), "{}", notes(&found));
    // And in the observations.
    let truth = ",target_end_date,location,observation,as_of\n0,2024-01-08,PA,9,2024-01-09\n1,2024-01-08,PA,3.5,2024-01-10\n";
    near(&Files::new(&five(), truth).object(&[])["rows"][0]["wis"], 0.34);
}

#[test]
fn partition_folders_are_decoded() {
    let case = shipped("hive-url-encoding");
    let found = object(&case.join("two.csv"), &case.join("hub1"), &[]);
    let of = |target: &str| {
        found["rows"].as_array().unwrap().iter().find(|r| r["target"] == target).unwrap()["wis"].clone()
    };
    // 350 and 0.035 are observed; by hand (0.025 · 400 + 0.25 · 200 + 0.5 · 50) / 2.5 = 34, and 10,000 times less.
    near(&of("inc hosp"), 34.0);
    near(&of("prop ed visits"), 0.0034);
}

#[test]
fn targets_are_never_averaged_unless_it_is_asked_for() {
    let case = shipped("targets-mixed");
    let (forecasts, truth) = (case.join("two.csv"), case.join("twoT.csv"));
    let found = object(&forecasts, &truth, &[]);
    assert_eq!(found["by"], serde_json::json!(["target", "horizon"]));
    near(&found["rows"][0]["wis"], 34.0);
    near(&found["rows"][1]["wis"], 0.0034);
    let found = object(&forecasts, &truth, &["--by", "horizon"]);
    assert!(notes(&found).contains("several values of target are averaged"), "{}", notes(&found));
    // Observations that do not say of which target they are.
    let case = shipped("truth-without-target");
    score(&case.join("two.csv"), &case.join("thosp.csv"), &["--by", "target"]).code(3).stderr(
        predicate::str::contains(
            "thosp.csv: `target`: the observations lack a column that tells forecasts apart",
        )
        .and(predicate::str::contains("inc hosp, prop ed visits")),
    );
}

#[test]
fn a_whole_number_is_the_same_with_decimals() {
    let case = shipped("horizon-1-and-1.0");
    let found = object(&case.join("m1"), &case.join("t.csv"), &["--relative-to", "a-x"]);
    assert_eq!(found["rows"].as_array().unwrap().len(), 2);
    let b = row(&found, "b-y");
    assert_eq!((&b["horizon"], &b["n_common"]), (&Value::from(1), &Value::from(1)));
    // Both miss the median by 0.5 on opposite sides.
    near(&b["wis"], 0.34);
    near(&b["ratio"], 1.0);
}

#[test]
fn models_are_compared_over_common_tasks_or_not_at_all() {
    // A column of remarks that only one model has is no task.
    let case = shipped("no-common-task-says-1");
    let found = object(&case.join("m2"), &case.join("t.csv"), &["--relative-to", "a-x"]);
    assert_eq!(row(&found, "b-y")["n_common"], 1);
    assert!(notes(&found).contains("no task id: `comment`"), "{}", notes(&found));
    // Tasks of different origins.
    let files = Files::new("", TRUTH);
    files.write("m/2024-01-01-a-x.csv", &five());
    files.write("m/2023-12-25-b-y.csv", &five().replace("2024-01-01", "2023-12-25"));
    let found = object(&files.path("m"), &files.path("t.csv"), &["--relative-to", "a-x"]);
    let b = row(&found, "b-y");
    assert_eq!(b["n_common"], 0);
    for key in ["relative_skill", "ratio", "verdict"] {
        assert_eq!(b[key], Value::Null, "{key}");
    }
    assert!(notes(&found).contains("nothing is compared where no task is shared with a-x: b-y"));
}

#[test]
fn nothing_is_relative_to_a_score_of_zero() {
    let case = shipped("zero-score-baseline/zero");
    let found = object(&case.join("mo"), &case.join("t.csv"), &["--relative-to", "base"]);
    for model in ["a", "b", "base"] {
        for key in ["relative_skill", "ratio", "ratio_low", "verdict"] {
            assert_eq!(row(&found, model)[key], Value::Null, "{model} {key}");
        }
    }
    assert!(notes(&found).contains("the scores of base are zero in 1 of 1 groups"), "{}", notes(&found));
    // The other way round a score of zero is the best there is.
    let found = object(&case.join("mo"), &case.join("t.csv"), &["--relative-to", "b"]);
    let base = row(&found, "base");
    near(&base["ratio"], 0.0);
    assert_eq!(base["verdict"], "better");
}

#[test]
fn the_ratio_lies_in_its_interval_and_skill_is_told_apart() {
    let case = shipped("relative-outside-interval");
    let found = object(&case.join("mo"), &case.join("t.csv"), &["--relative-to", "base"]);
    // Sums over the twelve common tasks and the pairwise skill, written from their formulas in Python.
    for (model, ratio, skill) in
        [("a", 1.099_800_399_201_597, 0.439_629_777_079_070_8), ("c", 1.0, 2.501_651_290_567_129_8)]
    {
        let row = row(&found, model);
        near(&row["ratio"], ratio);
        near(&row["relative_skill"], skill);
        let end = |key: &str| row[key].as_f64().unwrap();
        assert!(end("ratio_low") <= ratio + 1e-12 && ratio <= end("ratio_high") + 1e-12, "{row}");
    }
    assert!(notes(&found).contains("in 2 rows skill and ratio differ"), "{}", notes(&found));
}

#[test]
fn different_level_sets_are_told() {
    let case = shipped("mixed-level-sets");
    let found = object(&case.join("lv"), &case.join("tl.csv"), &["--relative-to", "a-x"]);
    // Mean quantile scores, written from the formula in Python.
    near(&row(&found, "a-x")["wis"], 17.526_011_107_826_09);
    near(&row(&found, "b-y")["wis"], 25.503_401_666_666_665);
    let text = notes(&found);
    assert!(text.contains("a-x 23 levels from 0.01 to 0.99, b-y 3 levels from 0.25 to 0.75"), "{text}");
}

#[test]
fn blocks_are_as_many_origins_as_a_forecast_overlaps() {
    // 28 weekly origins, 28 days ahead: a forecast overlaps four of them, not 28.
    let day = |n: u32| chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(n.into());
    let files = Files::new("", "");
    let mut truth = String::from("target_end_date,location,observation\n");
    for (model, miss) in [("t-near", 1.0), ("t-wide", 2.0)] {
        let mut text = format!("{HEADER}\n");
        for week in 0..28 {
            let (origin, end) = (day(7 * week), day(7 * week + 28));
            let task = format!("{origin},{end},PA,28");
            let off = miss + f64::from(week * 5 % 7) / 10.0;
            text.push_str(&rows(
                &task,
                "quantile",
                &[("0.25", off - 0.1), ("0.5", off), ("0.75", off + 0.1)],
            ));
            if model == "t-near" {
                writeln!(truth, "{end},PA,0").unwrap();
            }
        }
        files.write(&format!("m/{model}.csv"), &text);
    }
    files.write("t.csv", &truth);
    let found = object(&files.path("m"), &files.path("t.csv"), &["--relative-to", "t-wide"]);
    assert_eq!(row(&found, "t-near")["verdict"], "better", "{found}");
}

#[test]
fn days_do_not_shift_with_time_zones() {
    for time in
        ["2024-01-08 00:00:00", "2024-01-08T00:00:00Z", "2024-01-08T00:00:00+01:00", "2024-01-08 12:30:00"]
    {
        let truth = TRUTH.replace("2024-01-08", time);
        near(&Files::new(&five(), &truth).object(&[])["rows"][0]["wis"], 0.34);
    }
    let truth = TRUTH.replace("2024-01-08", "2024-01-07T23:00:00Z");
    Files::new(&five(), &truth).refused(&[
        "t.csv:2:1: `target_end_date`: is an instant in universal time, so that its day depends on the time zone",
        "`2024-01-07T23:00:00Z`",
    ]);
}

/// A Parquet file of one row group: numbers and texts are given as columns.
mod parquet_file {
    use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;
    use std::path::Path;
    use std::sync::Arc;

    pub enum Column {
        Text(&'static str),
        Whole(i64, Option<LogicalType>),
    }

    pub fn unsigned() -> LogicalType {
        LogicalType::integer(64, false)
    }

    pub fn instants() -> LogicalType {
        LogicalType::timestamp(true, TimeUnit::MILLIS)
    }

    pub fn write(path: &Path, columns: &[(&str, Column)]) {
        let fields = columns.iter().map(|(name, column)| {
            let (physical, logical) = match column {
                Column::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
                Column::Whole(_, logical) => (Physical::INT64, logical.clone()),
            };
            let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::REQUIRED);
            Arc::new(field.with_logical_type(logical).build().unwrap())
        });
        let schema = Type::group_type_builder("schema").with_fields(fields.collect()).build().unwrap();
        let file = std::fs::File::create(path).unwrap();
        let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for (_, column) in columns {
            let mut out = group.next_column().unwrap().unwrap();
            match column {
                Column::Text(t) => {
                    out.typed::<ByteArrayType>().write_batch(&[ByteArray::from(*t)], None, None)
                }
                Column::Whole(n, _) => out.typed::<Int64Type>().write_batch(&[*n], None, None),
            }
            .unwrap();
            out.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
    }
}

#[test]
fn parquet_has_unsigned_numbers_and_instants() {
    use parquet_file::{Column, instants, unsigned, write};
    let files = Files::new(&five(), TRUTH);
    let truth = files.path("t.parquet");
    let day = 1_704_672_000_000; // 2024-01-08 in milliseconds
    let observed = |date: Column, value: Column| {
        write(&truth, &[("target_end_date", date), ("location", Column::Text("PA")), ("observation", value)]);
    };
    // 2^64 - 2^62 has the sign bit set.
    observed(Column::Text("2024-01-08"), Column::Whole(-(1 << 62), Some(unsigned())));
    near(&object(&files.path("f.csv"), &truth, &[])["rows"][0]["mae"], 2_f64.powi(64) - 2_f64.powi(62) - 3.0);
    observed(Column::Whole(day, Some(instants())), Column::Whole(3, None));
    near(&object(&files.path("f.csv"), &truth, &[])["rows"][0]["mae"], 0.0);
    observed(Column::Whole(day - 3_600_000, Some(instants())), Column::Whole(3, None));
    score(&files.path("f.csv"), &truth, &[])
        .code(3)
        .stderr(predicate::str::contains("its day depends on the time zone; found `2024-01-07T23:00:00Z`"));
    observed(Column::Text("2024-01-08"), Column::Whole(day, Some(instants())));
    score(&files.path("f.csv"), &truth, &[]).code(3).stderr(predicate::str::contains(
        "`observation`: the column is of a type that is not read; found timestamps",
    ));
}

#[test]
fn packed_csv_is_read_and_other_kinds_are_named() {
    let files = Files::new(&five(), TRUTH);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(five().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    std::fs::create_dir(files.path("hub")).unwrap();
    std::fs::write(files.path("hub/2024-01-01-t-m.csv.gz"), &packed).unwrap();
    std::fs::write(files.path("hub/2024-01-01-t-n.arrow"), b"ARROW1").unwrap();
    std::fs::write(files.path("hub/README.md"), "text").unwrap();
    let found = object(&files.path("hub"), &files.path("t.csv"), &[]);
    assert_eq!(found["rows"].as_array().unwrap().len(), 1);
    near(&row(&found, "t-m")["wis"], 0.34);
    let text = notes(&found);
    assert!(
        text.contains("t-n.arrow` is Arrow (IPC, Feather) and was passed over; write it as Parquet"),
        "{text}"
    );
    assert!(!text.contains("README"), "{text}");
    score(&files.path("hub/2024-01-01-t-n.arrow"), &files.path("t.csv"), &[])
        .code(3)
        .stderr(predicate::str::contains("is Arrow (IPC, Feather), which is not read"));
    std::fs::write(files.path("hub/cut.csv.gz"), &packed[..packed.len() / 2]).unwrap();
    score(&files.path("hub/cut.csv.gz"), &files.path("t.csv"), &[])
        .code(3)
        .stderr(predicate::str::contains("cut.csv.gz: is not a whole gzip file"));
}

#[test]
fn a_value_column_is_truth_unless_it_is_model_output() {
    let files = Files::new(&five(), "target_end_date,location,value\n2024-01-08,PA,3.5\n");
    near(&files.object(&[])["rows"][0]["wis"], 0.34);
    files.write("t.csv", &five());
    files.refused(&["t.csv: is model output, not target data"]);
}

#[test]
fn separators_and_decimal_commas_are_named() {
    Files::new(&five().replace(',', ";"), TRUTH)
        .refused(&["f.csv:1:1: the fields are separated by semicolons"]);
    Files::new(&five(), &TRUTH.replace(',', "\t")).refused(&["t.csv:1:1: the fields are separated by tabs"]);
    Files::new(&five(), &TRUTH.replace("3.5", "\"3,5\""))
        .refused(&["t.csv:2:1: `observation`: has a decimal comma; found `3,5`"]);
    Files::new(&five(), &TRUTH.replace("3.5", "3,5"))
        .refused(&["t.csv:2:1: the line has 4 fields where the header has 3", "not a decimal comma"]);
}

#[test]
fn lines_are_those_of_an_editor() {
    // A blank line, a field with a line break, and line ends of Windows.
    let text = format!("{HEADER},note\n\n{TASK},quantile,0.5,3,\"two\nlines\"\n{TASK},quantile,0.9,x,\n");
    for (text, line) in
        [(text.clone(), 5), (text.replace('\n', "\r\n"), 5), (five().replace("0.25,2", "0.25,x"), 3)]
    {
        let wanted = format!("f.csv:{line}:1: `value`: is not a finite number; found `x`");
        Files::new(&text, TRUTH).refused(&[&wanted]);
    }
}

#[test]
fn a_logarithm_that_cannot_be_taken_is_said() {
    let forecasts = five().replace("0.025,1", "0.025,-1.5");
    let files = Files::new(&forecasts, TRUTH);
    score(&files.path("f.csv"), &files.path("t.csv"), &["--log"])
        .code(3)
        .stderr(predicate::str::contains("--log: `f`: values at or below -1 have no logarithm of x + 1"));
    let found = files.object(&[]);
    assert_eq!(found["rows"][0]["wis_log"], Value::Null);
    assert!(notes(&found).contains("1 rows have no wis_log"), "{}", notes(&found));
}

#[test]
fn intervals_points_and_lone_levels_are_scored_as_far_as_they_go() {
    let files = Files::new("", TRUTH);
    // Intervals 1 to 5 (95 %) and 2 to 4 (50 %), no median: (0.025 · 4 + 0.25 · 2) / 2 = 0.3.
    let four: Vec<(&str, f64)> = FIVE.iter().copied().filter(|(l, _)| *l != "0.5").collect();
    let of = |text: String| format!("{HEADER}\n{text}");
    files.write("m/t-intervals.csv", &of(rows(TASK, "quantile", &four)));
    files.write("m/t-median.csv", &of(rows(TASK, "median", &[("NA", 3.0)])));
    files.write("m/t-mean.csv", &of(rows(TASK, "mean", &[("NA", 5.0)])));
    files.write(
        "m/t-lone.csv",
        &of(rows(TASK, "quantile", &FIVE) + &rows(TASK, "quantile", &[("0.99", 9.0)])),
    );
    files.write("m/t-upper.csv", &of(rows(TASK, "quantile", &[("0.9", 9.0)])));
    let found = object(&files.path("m"), &files.path("t.csv"), &[]);
    assert_eq!(found["rows"].as_array().unwrap().len(), 4);
    let intervals = row(&found, "t-intervals");
    near(&intervals["wis"], 0.3);
    near(&intervals["coverage50"], 1.0);
    assert_eq!(intervals["mae"], Value::Null);
    let (median, mean) = (row(&found, "t-median"), row(&found, "t-mean"));
    near(&median["mae"], 0.5);
    near(&mean["rmse"], 1.5);
    assert!([median, mean].iter().all(|r| r["wis"] == Value::Null && r["n"] == 1));
    near(&row(&found, "t-lone")["wis"], 0.34);
    let text = notes(&found);
    for part in [
        "1 forecasts have only quantiles whose levels have no mirror image and are not scored",
        "2 quantiles have levels without a mirror image",
        "in the forecasts of t-lone, t-upper",
        "2 forecasts have a mean or median alone",
        "1 forecasts have intervals without a median",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    // A model with both: the point is counted, not averaged in.
    files.write("m2/t-both.csv", &(five() + &rows("2024-01-01,2024-01-15,PA,1", "mean", &[("NA", 5.0)])));
    files.write("t.csv", &format!("{TRUTH}2024-01-15,PA,9\n"));
    let found = object(&files.path("m2"), &files.path("t.csv"), &[]);
    near(&found["rows"][0]["wis"], 0.34);
    assert_eq!(found["rows"][0]["n"], 1);
    assert!(notes(&found).contains("1 of these are not in the means of their model"), "{}", notes(&found));
}

#[test]
fn categories_have_a_log_score_and_ordered_ones_a_ranked_probability_score() {
    let files = Files::new("", "");
    let header = HEADER.replace("location", "location,target");
    let task = |target: &str| TASK.replace("PA", &format!("PA,{target}"));
    let forecasts = format!(
        "{header}\n{}{}{}{}",
        rows(&task("trend"), "pmf", &[("low", 0.3), ("mid", 0.2), ("high", 0.5)]),
        rows(&task("colour"), "pmf", &[("red", 0.25), ("blue", 0.75)]),
        rows(&task("count"), "cdf", &[("10", 0.2), ("20", 0.7), ("30", 1.0)]),
        rows(&task("bad"), "pmf", &[("red", 0.25), ("blue", 0.5)]),
    );
    files.write("hub/model-output/t-m/2024-01-01-t-m.csv", &forecasts);
    let scale = |target: &str, kind: &str, ids: &str| {
        format!(
            r#"{{"task_ids": {{"origin_date": {{}}, "target_end_date": {{}}, "location": {{}}, "target": {{}}, "horizon": {{}}}},
            "output_type": {{"pmf": {{"output_type_id": {{"required": {ids}}}}}}},
            "target_metadata": [{{"target_keys": {{"target": "{target}"}}, "target_type": "{kind}"}}]}}"#
        )
    };
    let tasks = [
        scale("trend", "ordinal", r#"["low", "mid", "high"]"#),
        scale("colour", "nominal", r#"["blue", "red"]"#),
    ];
    files.write(
        "hub/hub-config/tasks.json",
        &format!(r#"{{"rounds": [{{"model_tasks": [{}]}}]}}"#, tasks.join(",")),
    );
    let mut truth = String::from("target_end_date,location,target,output_type,output_type_id,oracle_value\n");
    for (target, kind, id, value) in [
        ("trend", "pmf", "low", 0),
        ("trend", "pmf", "mid", 1),
        ("trend", "pmf", "high", 0),
        ("colour", "pmf", "red", 1),
        ("colour", "pmf", "blue", 0),
        ("bad", "pmf", "red", 1),
        ("count", "", "", 15),
    ] {
        writeln!(truth, "2024-01-08,PA,{target},{kind},{id},{value}").unwrap();
    }
    files.write("hub/target-data/oracle-output.csv", &truth);
    let found = object(&files.path("hub"), &files.path("hub"), &[]);
    let of = |target: &str| {
        found["rows"].as_array().unwrap().iter().find(|r| r["target"] == target).unwrap().clone()
    };
    // Ordered: (0.3 - 0)² + (0.5 - 1)² + 0 = 0.34; 15 lies between the thresholds 10 and 20: 0.2² + 0.3² + 0 = 0.13.
    near(&of("trend")["rps"], 0.34);
    near(&of("trend")["log_score"], -(0.2_f64.ln()));
    near(&of("colour")["log_score"], -(0.25_f64.ln()));
    assert_eq!(of("colour")["rps"], Value::Null, "colours have no order");
    near(&of("count")["rps"], 0.13);
    assert!(found["rows"].as_array().unwrap().iter().all(|r| r["target"] != "bad"));
    let text = notes(&found);
    assert!(text.contains("1 forecasts of categories or thresholds are not scored"), "{text}");
    assert!(text.contains("1 forecasts of categories have a log score alone"), "{text}");
}

#[test]
fn faulty_files_can_be_left_out_and_are_counted() {
    let files = Files::new("", TRUTH);
    files.write("m/2024-01-01-t-good.csv", &five());
    files.write("m/2024-01-01-t-bad.csv", &five().replace("0.25,2", "0.25,nine"));
    files.write("m/2024-01-01-t-empty.csv", "");
    let bad = predicate::str::contains("t-bad.csv:3:1: `value`: is not a finite number; found `nine`");
    score(&files.path("m"), &files.path("t.csv"), &[]).code(3).stderr(bad);
    let found = object(&files.path("m"), &files.path("t.csv"), &["--skip-faulty"]);
    assert_eq!((found["rows"].as_array().unwrap().len(), &found["files_left_out"]), (1, &Value::from(2)));
    near(&row(&found, "t-good")["wis"], 0.34);
    assert!(
        notes(&found).contains("2 files with problems were left out; the first is "),
        "{}",
        notes(&found)
    );
    std::fs::remove_file(files.path("m/2024-01-01-t-good.csv")).unwrap();
    score(&files.path("m"), &files.path("t.csv"), &["--skip-faulty"])
        .code(3)
        .stderr(predicate::str::contains("holds no forecasts but in the 2 files that are left out"));
}

#[test]
fn tables_without_end_are_refused_in_a_few_lines() {
    let files = Files::new(&five(), TRUTH);
    let short = |parts: &[&str]| {
        let assert = score(&files.path("f.csv"), &files.path("t.csv"), &[]).code(3);
        let text = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(text.len() < 4_000, "{} characters", text.len());
        assert!(parts.iter().all(|p| text.contains(p)), "{text}");
    };
    let wide: String = (0..200_000).map(|i| format!("c{i},")).collect();
    files.write("f.csv", &format!("{wide}value\n"));
    short(&["f.csv: has too many columns; found 200001; allowed: up to 1000"]);
    let long = "x".repeat(3_000_000);
    files.write("f.csv", &five().replace("PA", &long));
    short(&["`location`: a cell is too long", "(3000000 characters)"]);
    files.write("f.csv", &five().replace("0.5,3", &format!("0.5,{long}")));
    short(&["f.csv:4:1: `value`: is not a finite number", "(3000000 characters)"]);
}

#[test]
fn many_groups_have_a_row_each() {
    let (mut forecasts, mut truth) =
        (format!("{HEADER}\n"), String::from("target_end_date,location,observation\n"));
    for place in 0..2_000 {
        let task = TASK.replace("PA", &format!("L{place}"));
        forecasts.push_str(&rows(&task, "quantile", &[("0.25", 1.0), ("0.5", 2.0), ("0.75", 3.0)]));
        writeln!(truth, "2024-01-08,L{place},2").unwrap();
    }
    let found = Files::new(&forecasts, &truth).object(&["--by", "location"]);
    assert_eq!(found["rows"].as_array().unwrap().len(), 2_000);
    // Width 2 of the 50 % interval: 0.25 · 2 / 1.5.
    near(&found["rows"][1_999]["wis"], 1.0 / 3.0);
}

#[test]
fn what_the_sides_do_not_share_is_told() {
    let truth = TRUTH.replace("PA", "06").replace("3.5\n", "3.5\n2024-01-08,08,1\n");
    Files::new(&five(), &truth).refused(&[
        "no forecast can be scored",
        "location of the forecasts: PA; of the observations: 06, 08",
    ]);
}
