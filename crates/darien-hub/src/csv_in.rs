//! CSV in, packed by gzip or not: the header names the columns, missing is an empty field or `NA`.

use super::columns::is_serial;
use super::faults::{Faults, quoted};
use super::raw::{MAX_FILE_BYTES, RawColumn, RawTable, check_names, too_large, too_many, too_many_rows};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// What stands for a missing number.
const MISSING: [&str; 7] = ["", "NA", "NaN", "nan", "null", "NULL", "None"];

/// Text with all line ends written as `\n`, the last one too, so that the number of `\n` read is the number of lines.
struct Lines<R> {
    inner: R,
    /// Whether the last byte was `\r`, so that a `\n` belongs to it.
    after_return: bool,
    last: u8,
    finished: bool,
}

impl<R: BufRead> Lines<R> {
    fn new(inner: R) -> Self {
        Self { inner, after_return: false, last: b'\n', finished: false }
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while written == 0 && !self.finished && !out.is_empty() {
            let bytes = self.inner.fill_buf()?;
            if bytes.is_empty() {
                self.finished = true;
                if self.last != b'\n' {
                    out[0] = b'\n';
                    return Ok(1);
                }
                return Ok(0);
            }
            let mut read = 0;
            for byte in bytes.iter().take(out.len()) {
                read += 1;
                let follows = std::mem::replace(&mut self.after_return, *byte == b'\r');
                if *byte == b'\n' && follows {
                    continue;
                }
                out[written] = if *byte == b'\r' { b'\n' } else { *byte };
                written += 1;
            }
            if written > 0 {
                self.last = out[written - 1];
            }
            self.inner.consume(read);
        }
        Ok(written)
    }
}

/// Ends with an error where more bytes come than a file may have.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::from(io::ErrorKind::FileTooLarge)),
        }
        Ok(read)
    }
}

/// Reads a file, unpacked first if it is `packed`.
pub(super) fn read(path: &Path, packed: bool, numbers: &[&str], faults: &mut Faults) -> Option<RawTable> {
    let file = match darien_base::input::open(path) {
        Ok(file) => file,
        Err(e) => {
            faults.push(faults.problem(format!("cannot be opened: {e}")));
            return None;
        }
    };
    let plain: Box<dyn Read> =
        if packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    let lines = Lines::new(BufReader::new(Bounded { inner: plain, left: MAX_FILE_BYTES }));
    let mut rows = Rows {
        reader: csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(lines),
        record: csv::ByteRecord::new(),
        line: 0,
    };
    let table = rows.table(numbers, faults);
    table.unwrap_or_else(|e| {
        faults.push(match e.kind() {
            csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => {
                too_large(faults, MAX_FILE_BYTES + 1, "is too large when it is unpacked")
            }
            csv::ErrorKind::Io(e) if packed => faults.problem(format!("is not a whole gzip file: {e}")),
            _ => faults.problem(format!("cannot be read on: {e}")).at(rows.line, 1),
        });
        None
    })
}

/// The records of a file, with the line on which each starts.
struct Rows<R> {
    reader: csv::Reader<R>,
    record: csv::ByteRecord,
    line: usize,
}

impl<R: Read> Rows<R> {
    /// Reads the next record; `false` at the end.
    fn next(&mut self) -> csv::Result<bool> {
        let more = self.reader.read_byte_record(&mut self.record)?;
        // The reader stands behind the record's line end. Its own position of a record is before blank lines.
        let inside: usize = self.record.iter().map(|field| field.split(|b| *b == b'\n').count() - 1).sum();
        self.line = (self.reader.position().line() as usize).saturating_sub(1 + inside);
        Ok(more)
    }

    /// The fields as text without blanks around it; `None` if they are not UTF-8.
    fn fields(&self) -> Option<Vec<&str>> {
        self.record.iter().map(|field| Some(std::str::from_utf8(field).ok()?.trim())).collect()
    }

    fn header(&mut self, faults: &mut Faults) -> csv::Result<Option<Vec<String>>> {
        let first = self.next()?;
        if self.record.get(0).is_some_and(|f| f.starts_with(&[0xff, 0xfe]) || f.starts_with(&[0xfe, 0xff])) {
            faults.push(faults.problem("is UTF-16 text").with_allowed("UTF-8").with_hint("save it as UTF-8"));
            return Ok(None);
        }
        let Some(fields) = self.fields() else {
            faults
                .push(faults.problem("the header is not UTF-8 text").at(1, 1).with_hint("save it as UTF-8"));
            return Ok(None);
        };
        let names: Vec<String> =
            fields.iter().map(|n| n.trim_start_matches('\u{feff}').trim_matches('"').to_string()).collect();
        if !first || names.iter().all(String::is_empty) {
            faults.push(faults.problem("is empty").with_allowed("a header line and one line a value"));
            return Ok(None);
        }
        if let [only] = names.as_slice()
            && let Some((name, _)) =
                [("semicolons", ';'), ("tabs", '\t'), ("bars", '|')].iter().find(|(_, s)| only.contains(*s))
        {
            faults.push(
                faults
                    .problem(format!("the fields are separated by {name}"))
                    .at(self.line, 1)
                    .with_allowed("fields separated by commas, numbers with a decimal point")
                    .with_hint("write it with commas (in R `write.csv`, not `write.csv2`), or as Parquet"),
            );
            return Ok(None);
        }
        Ok(check_names(&names, faults).then_some(names))
    }

    fn table(&mut self, numbers: &[&str], faults: &mut Faults) -> csv::Result<Option<RawTable>> {
        let Some(names) = self.header(faults)? else { return Ok(None) };
        let number = numbers.iter().find(|n| names.iter().any(|name| name == *n)).copied();
        let mut columns: Vec<RawColumn> =
            names.iter().map(|n| RawColumn::new(Some(n.as_str()) == number)).collect();
        let mut lines = Vec::new();
        while self.next()? {
            let line = self.line;
            let Some(fields) = self.fields() else {
                faults.push(faults.problem("the line is not UTF-8 text").at(line, 1));
                continue;
            };
            if fields.len() != names.len() {
                faults.push_with(|f| {
                    let problem = f.problem(format!(
                        "the line has {} fields where the header has {}",
                        fields.len(),
                        names.len()
                    ));
                    let digits = |s: &&str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
                    let comma = fields.len() > names.len() && fields.windows(2).any(|w| w.iter().all(digits));
                    problem.at(line, 1).with_hint(if comma {
                        "write numbers with a decimal point, not a decimal comma"
                    } else {
                        ""
                    })
                });
                continue;
            }
            if too_many(lines.len() + 1, names.len()) {
                faults.push(too_many_rows(names.len(), faults));
                return Ok(None);
            }
            lines.push(u32::try_from(line).unwrap_or(u32::MAX));
            for ((field, column), name) in fields.iter().zip(&mut columns).zip(&names) {
                match column {
                    RawColumn::Labels(labels) if is_serial(name) => labels.push(None),
                    RawColumn::Labels(labels) => labels.push(Some(field)),
                    RawColumn::Numbers(values) => values.push(number_of(field, name, line, faults)),
                }
            }
        }
        Ok(Some(RawTable { columns: names.into_iter().zip(columns).collect(), lines }))
    }
}

/// The number of a field: NaN where missing, infinite where it is none (noted).
fn number_of(field: &str, name: &str, line: usize, faults: &mut Faults) -> f64 {
    if MISSING.contains(&field) {
        return f64::NAN;
    }
    if let Some(value) = field.parse().ok().filter(|v: &f64| v.is_finite()) {
        return value;
    }
    faults.push_with(|f| {
        let comma = field.contains(',') && field.replacen(',', ".", 1).parse::<f64>().is_ok();
        let problem = f.problem(if comma { "has a decimal comma" } else { "is not a finite number" });
        let hint = if comma { "write it with a decimal point" } else { "" };
        problem.at(line, 1).with_key(name).with_found(quoted(field)).with_hint(hint)
    });
    f64::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_any_kind_count_once() {
        for (text, wanted) in [
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\rb", "a\nb\n"),
            ("a\n\r\n\rb\n", "a\n\n\nb\n"),
            ("", ""),
            ("a", "a\n"),
        ] {
            // A buffer of one byte, so that every pair is split.
            let mut out = String::new();
            Lines::new(BufReader::with_capacity(1, text.as_bytes())).read_to_string(&mut out).unwrap();
            assert_eq!(out, wanted, "{text:?}");
        }
    }
}
