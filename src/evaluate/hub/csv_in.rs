//! CSV in: the header names the columns, missing is an empty field or `NA`.

use super::raw::{Faults, Labels, MAX_ROWS, RawColumn, RawTable};
use std::path::Path;

pub(super) fn read(path: &Path, numbers: &[&str], faults: &mut Faults) -> Option<RawTable> {
    let opened = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path);
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(e) => {
            faults.push(faults.problem(format!("cannot be opened: {e}")));
            return None;
        }
    };
    let names: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|n| n.trim_start_matches('\u{feff}').to_string()).collect(),
        Err(e) => {
            faults.push(faults.problem(format!("has no readable header: {e}")).at(1, 1));
            return None;
        }
    };
    if names.iter().all(String::is_empty) {
        faults.push(faults.problem("is empty").with_allowed("a header line and one line a value"));
        return None;
    }
    for (i, name) in names.iter().enumerate() {
        if names[..i].contains(name) {
            faults.push(
                faults
                    .problem("a column stands twice in the header")
                    .at(1, 1)
                    .with_found(format!("`{name}`")),
            );
            return None;
        }
    }
    let mut columns: Vec<RawColumn> = names
        .iter()
        .map(|n| {
            if numbers.contains(&n.as_str()) {
                RawColumn::Numbers(Vec::new())
            } else {
                RawColumn::Labels(Labels::default())
            }
        })
        .collect();
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line) as usize;
                let message = match e.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        format!("the line has {len} fields where the header has {expected_len}")
                    }
                    csv::ErrorKind::Utf8 { .. } => "the line is not UTF-8 text".to_string(),
                    _ => format!("cannot be read on: {e}"),
                };
                let stop = matches!(e.kind(), csv::ErrorKind::Io(_));
                faults.push(faults.problem(message).at(line, 1));
                if stop {
                    return None;
                }
                continue;
            }
        }
        if lines.len() == MAX_ROWS {
            faults.push(faults.problem("has too many rows").with_allowed(format!("up to {MAX_ROWS}")));
            return None;
        }
        let line = record.position().map_or(0, csv::Position::line);
        lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        for ((field, column), name) in record.iter().zip(&mut columns).zip(&names) {
            match column {
                RawColumn::Labels(labels) => labels.push(Some(field)),
                RawColumn::Numbers(values) if field.is_empty() || field == "NA" => values.push(f64::NAN),
                RawColumn::Numbers(values) => {
                    let value = field.parse().ok().filter(|v: &f64| v.is_finite()).unwrap_or(f64::INFINITY);
                    if value.is_infinite() {
                        faults.push(
                            faults
                                .problem("is not a finite number")
                                .at(line as usize, 1)
                                .with_key(name.as_str())
                                .with_found(format!("`{field}`")),
                        );
                    }
                    values.push(value);
                }
            }
        }
    }
    Some(RawTable { columns: names.into_iter().zip(columns).collect(), lines })
}
