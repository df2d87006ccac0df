//! Which columns of a table name its tasks, and which only number its rows or remark on them.

use super::raw::{Labels, MISSING, RawTable};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Whether a name begins and ends like this, with a number between.
fn numbered(name: &str, prefix: &str, suffix: &str) -> bool {
    let number = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a name is one that only programs give, to row numbers that had no name: `""`, `Unnamed: 0`,
/// `__index_level_0__`, `...1`.
pub(super) fn is_serial(name: &str) -> bool {
    name.is_empty()
        || numbered(name, "Unnamed: ", "")
        || numbered(name, "__index_level_", "__")
        || numbered(name, "...", "")
}

/// Whether a name is one of row numbers.
pub(super) fn is_index(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    is_serial(name)
        || numbered(name, "level_", "")
        || matches!(
            lower.as_str(),
            "index" | "x" | "rowname" | "rownames" | "row_names" | "row" | "row_number" | "row_id" | "row_nr"
        )
}

/// Whether a name is one of the worlds behind samples, which tell samples apart and not tasks.
fn is_run(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "run"
            | "run_id"
            | "run_grouping"
            | "stochastic_run"
            | "replicate"
            | "rep"
            | "draw"
            | "draw_id"
            | "sample"
            | "sample_id"
            | "sim"
            | "sim_id"
            | "simulation"
            | "iteration"
            | "iter"
            | "chain"
            | "seed"
            | "member"
            | "trajectory"
    )
}

/// Whether a name is a task id by the hubverse's conventions.
fn is_standard(name: &str) -> bool {
    name.ends_with("date")
        || matches!(
            name,
            "location"
                | "target"
                | "horizon"
                | "scenario_id"
                | "age_group"
                | "round_id"
                | "origin_epiweek"
                | "target_variable"
                | "target_outcome"
                | "outcome_variable"
        )
}

/// Whether a column names the target, so that values of different units may differ in it.
pub(super) fn is_target(name: &str) -> bool {
    matches!(name, "target" | "target_variable" | "target_outcome" | "outcome_variable" | "target_type")
}

/// Whether a column says when, how far ahead or under which scenario something was forecast, and not what.
pub(super) fn is_setting(name: &str) -> bool {
    name.ends_with("date")
        || matches!(name, "horizon" | "scenario_id" | "round_id" | "origin_epiweek" | "target_epiweek")
}

/// The columns of a table of model output.
pub(super) struct Columns<'a> {
    /// Those that name its tasks.
    pub(super) tasks: Vec<(&'a str, &'a Labels)>,
    /// Those that tell no two rows apart: remarks, or tasks of other files.
    pub(super) extra: Vec<(&'a str, &'a Labels)>,
    /// Those that number rows.
    pub(super) index: Vec<&'a str>,
    /// Those that number the worlds behind samples.
    pub(super) runs: Vec<(&'a str, &'a Labels)>,
}

/// Sorts the label columns of a table of model output, without those of `reserved`.
///
/// A task id is what the hub declares or, without a declaration, what bears a standard name and what tells two rows apart
/// that would be the same without it. The others are tried in the order of their distinct values, most first.
pub(super) fn sorted<'a>(
    table: &'a RawTable,
    reserved: &[&str],
    declared: Option<&BTreeSet<String>>,
) -> Columns<'a> {
    let mut columns = Columns { tasks: Vec::new(), extra: Vec::new(), index: Vec::new(), runs: Vec::new() };
    let mut open = Vec::new();
    for (name, labels) in table.label_columns(reserved) {
        match declared {
            Some(ids) if ids.contains(name) => columns.tasks.push((name, labels)),
            _ if is_index(name) => columns.index.push(name),
            _ if is_run(name) => columns.runs.push((name, labels)),
            Some(_) => columns.extra.push((name, labels)),
            None if is_standard(name) => columns.tasks.push((name, labels)),
            None => open.push((name, labels)),
        }
    }
    if open.is_empty() {
        return columns;
    }
    let mut always: Vec<&Labels> = reserved.iter().filter_map(|n| table.labels(n)).collect();
    always.extend(columns.tasks.iter().chain(&columns.runs).map(|(_, l)| *l));
    open.sort_by_key(|(_, labels)| std::cmp::Reverse(labels.texts.len()));
    let mut kept: Vec<bool> = vec![true; open.len()];
    let repeated = |kept: &[bool]| {
        let with = open.iter().zip(kept).filter(|(_, k)| **k).map(|((_, l), _)| *l);
        repeats(table.rows(), &always.iter().copied().chain(with).collect::<Vec<_>>())
    };
    let least = repeated(&kept);
    let none = vec![false; open.len()];
    if repeated(&none) == least {
        kept = none;
    } else {
        for i in 0..open.len() {
            kept[i] = false;
            kept[i] = repeated(&kept) > least;
        }
    }
    for (column, kept) in open.into_iter().zip(kept) {
        if kept { columns.tasks.push(column) } else { columns.extra.push(column) }
    }
    columns
}

/// How many rows repeat another one in all of the columns.
fn repeats(rows: usize, columns: &[&Labels]) -> usize {
    let order = |a: u32, b: u32| {
        let codes = columns.iter().map(|l| l.codes[a as usize].cmp(&l.codes[b as usize]));
        codes.fold(Ordering::Equal, Ordering::then)
    };
    let mut sorted: Vec<u32> = (0..rows as u32).collect();
    sorted.sort_unstable_by(|a, b| order(*a, *b));
    sorted.windows(2).filter(|w| order(w[0], w[1]) == Ordering::Equal).count()
}

/// The label of a row, `NA` where missing.
pub(super) fn text(labels: &Labels, row: usize) -> String {
    let code = labels.codes[row];
    if code == MISSING { "NA".to_string() } else { labels.text(code).unwrap_or("NA").to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RawColumn;

    fn table(columns: &[(&str, &[&str])]) -> RawTable {
        let columns = columns.iter().map(|(name, cells)| {
            let mut labels = Labels::default();
            cells.iter().for_each(|c| labels.push(Some(c)));
            ((*name).to_string(), RawColumn::Labels(labels))
        });
        RawTable { columns: columns.collect(), lines: Vec::new() }
    }

    fn names(columns: &[(&str, &Labels)]) -> Vec<String> {
        columns.iter().map(|(n, _)| (*n).to_string()).collect()
    }

    #[test]
    fn what_tells_rows_apart_is_a_task_and_the_rest_is_not() {
        let t = table(&[
            ("", &["0", "1", "2", "3"]),
            ("horizon", &["1", "1", "1", "1"]),
            ("note", &["x", "x", "y", "y"]),
            ("sex", &["f", "f", "m", "m"]),
            ("serial", &["7", "8", "9", "10"]),
            ("run", &["1", "1", "1", "1"]),
            ("output_type_id", &["0.1", "0.9", "0.1", "0.9"]),
        ]);
        let found = sorted(&t, &["output_type_id"], None);
        // `serial` goes first, as it has most values; then `note` goes, as `sex` still tells the rows apart.
        assert_eq!(names(&found.tasks), ["horizon", "sex"]);
        assert_eq!(names(&found.extra), ["serial", "note"]);
        assert_eq!(found.index, [""]);
        assert_eq!(names(&found.runs), ["run"]);
        let declared = BTreeSet::from(["note".to_string()]);
        let found = sorted(&t, &["output_type_id"], Some(&declared));
        assert_eq!(names(&found.tasks), ["note"]);
    }

    #[test]
    fn names_of_row_numbers_are_known() {
        for name in ["", "Unnamed: 0", "__index_level_0__", "index", "...1", "level_2", "X"] {
            assert!(is_index(name), "{name}");
        }
        assert!(!is_index("location") && !is_index("level_") && !is_index("Unnamed: x"));
    }
}
