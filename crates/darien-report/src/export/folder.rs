//! A result folder of `darien run`, read again: checked against its manifest, then row by row.

use crate::csv::neutralised;
use crate::error::{Error, Problem, Result};
use crate::manifest::{self, Manifest};
use crate::units::{Month, Span};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Files that every export is made from.
const NEEDED: [&str; 2] = ["monthly.csv", "quantiles.csv"];

/// The verb whose folders are read.
const VERB: &str = "run";

/// What may be exported.
const WANTED: &str = "a folder that `darien run SCENARIO --out DIR` wrote";

/// Faulty rows of one file that are shown before reading stops.
const MOST_PROBLEMS: usize = 20;

/// A scenario of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Stem of the scenario's file.
    pub name: String,
    /// Title; the name where there is none.
    pub title: String,
    /// Hash of the resolved scenario.
    pub hash: String,
    /// The days that were simulated and reported.
    pub horizon: Span,
}

impl Member {
    /// First month of the tables.
    pub fn from(&self) -> Month {
        self.horizon.first_month()
    }

    /// Months of the tables.
    pub fn months(&self) -> usize {
        self.horizon.months()
    }

    /// Positions of the months of which every day was simulated: the first and last may be parts of months.
    pub fn whole_months(&self) -> std::ops::Range<usize> {
        let first = usize::from(self.horizon.from != self.from().first_day());
        let last_cut = self.horizon.until != self.horizon.last_month().last_day();
        let end = self.months().saturating_sub(usize::from(last_cut));
        first..end.max(first)
    }
}

/// A row of `monthly.csv`.
#[derive(Debug, Clone, Copy)]
pub struct MonthlyRow<'a> {
    /// Position of the scenario in [`ResultFolder::members`].
    pub member: usize,
    /// Number of the run.
    pub run: u64,
    /// Position of the month, 0 the first of the scenario.
    pub month: usize,
    /// Outcome.
    pub outcome: &'a str,
    /// Place.
    pub place: &'a str,
    /// Nationality, `ALL` for totals.
    pub nationality: &'a str,
    /// Value in the outcome's unit.
    pub value: f64,
}

/// A row of `quantiles.csv`.
#[derive(Debug, Clone, Copy)]
pub struct QuantileRow<'a> {
    /// Position of the scenario in [`ResultFolder::members`].
    pub member: usize,
    /// Position of the month, 0 the first of the scenario.
    pub month: usize,
    /// Outcome.
    pub outcome: &'a str,
    /// Place.
    pub place: &'a str,
    /// Nationality, `ALL` for totals.
    pub nationality: &'a str,
    /// Probability, 0 to 1.
    pub level: f64,
    /// Quantile over the runs.
    pub value: f64,
}

/// A checked result folder.
#[derive(Debug, Clone)]
pub struct ResultFolder {
    path: PathBuf,
    manifest: Manifest,
    members: Vec<Member>,
}

impl ResultFolder {
    /// Opens a folder that `darien run --out` wrote, and compares every file with its checksum.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with all problems: no folder, no manifest, a folder of another verb, missing or changed files,
    /// scenarios without a horizon. [`Error::Io`] if the file system refuses.
    pub fn open(path: &Path) -> Result<Self> {
        let manifest = Manifest::open(path, WANTED)?;
        if manifest.verb != VERB {
            let verb = if manifest.verb.is_empty() { "no verb" } else { &manifest.verb };
            return Err(Error::invalid(
                Problem::new(path.display().to_string(), "holds results of another verb")
                    .with_found(format!("`{verb}`"))
                    .with_allowed(WANTED),
            ));
        }
        let mut problems = Vec::new();
        for name in NEEDED {
            if !manifest.files.iter().any(|f| f.name == name) {
                problems.push(
                    Problem::new(
                        path.join(manifest::FILE_NAME).display().to_string(),
                        format!("does not list {name}"),
                    )
                    .with_hint("run the scenario again"),
                );
            }
        }
        let members = members(&manifest, path, &mut problems);
        if problems.is_empty() {
            Ok(Self { path: path.to_path_buf(), manifest, members })
        } else {
            Err(Error::Invalid(problems))
        }
    }

    /// What made the folder.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The scenarios in the order of the call.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The file of a name, for messages.
    pub(super) fn shown(&self, file: &str) -> String {
        self.path.join(file).display().to_string()
    }

    /// Hands on every row of `monthly.csv`, in its order.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with the faulty rows, or whatever `each` answers.
    pub fn monthly(&self, mut each: impl FnMut(MonthlyRow<'_>) -> Result<()>) -> Result<()> {
        let header = ["scenario", "run", "month", "outcome", "place", "nationality", "value"];
        self.rows("monthly.csv", &header, |months, r| {
            let (member, month) = months.at(&r[0], &r[2])?;
            let run = r[1].parse().map_err(|_| ("is not the number of a run", r[1].to_owned()))?;
            Ok(each(MonthlyRow {
                member,
                run,
                month,
                outcome: &r[3],
                place: &r[4],
                nationality: &r[5],
                value: number(&r[6])?,
            }))
        })
    }

    /// Hands on every row of `quantiles.csv`, in its order.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with the faulty rows, or whatever `each` answers.
    pub fn quantiles(&self, mut each: impl FnMut(QuantileRow<'_>) -> Result<()>) -> Result<()> {
        let header = ["scenario", "month", "outcome", "place", "nationality", "level", "value"];
        self.rows("quantiles.csv", &header, |months, r| {
            let (member, month) = months.at(&r[0], &r[1])?;
            Ok(each(QuantileRow {
                member,
                month,
                outcome: &r[2],
                place: &r[3],
                nationality: &r[4],
                level: number(&r[5])?,
                value: number(&r[6])?,
            }))
        })
    }

    fn rows(
        &self,
        name: &str,
        header: &[&str],
        mut each: impl FnMut(&Months<'_>, &csv::StringRecord) -> Parsed<Result<()>>,
    ) -> Result<()> {
        let path = self.path.join(name);
        let shown = self.shown(name);
        let problem = |message: &str| Problem::new(&*shown, message).with_hint("run the scenario again");
        let file = crate::input::open(&path).map_err(Error::io("read", &path))?;
        let mut reader = csv::Reader::from_reader(std::io::BufReader::with_capacity(1 << 18, file));
        let unreadable = |e: csv::Error| Error::invalid(problem("cannot be read").with_found(e.to_string()));
        let found = reader.headers().map_err(unreadable)?;
        if found.iter().ne(header.iter().copied()) {
            let found = found.iter().collect::<Vec<_>>().join(",");
            return Err(Error::invalid(
                problem("has other columns than `darien run` writes")
                    .at(1, 1)
                    .with_found(found)
                    .with_allowed(header.join(",")),
            ));
        }
        let months = Months::new(&self.members);
        let mut problems = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            match each(&months, &record) {
                Ok(done) => done?,
                Err((message, found)) => {
                    let line = record.position().map_or(0, |p| p.line() as usize);
                    problems.push(problem(message).at(line, 1).with_found(format!("`{found}`")));
                    if problems.len() >= MOST_PROBLEMS {
                        break;
                    }
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }
}

/// A cell that is right, or what is wrong and what was found.
type Parsed<T> = std::result::Result<T, (&'static str, String)>;

fn number(cell: &str) -> Parsed<f64> {
    let value = cell.parse::<f64>().ok().filter(|v| v.is_finite());
    value.ok_or_else(|| ("is not a finite number", cell.to_owned()))
}

/// Positions of scenarios and months by their names in the tables.
struct Months<'a> {
    members: &'a [Member],
    names: Vec<String>,
    positions: Vec<BTreeMap<String, usize>>,
}

impl<'a> Months<'a> {
    fn new(members: &'a [Member]) -> Self {
        let names = members.iter().map(|m| neutralised(&m.name).into_owned()).collect();
        let positions = members
            .iter()
            .map(|m| (0..m.months()).map(|i| (m.from().plus(i as i32).to_string(), i)).collect())
            .collect();
        Self { members, names, positions }
    }

    fn at(&self, scenario: &str, month: &str) -> Parsed<(usize, usize)> {
        let member = self
            .names
            .iter()
            .zip(self.members)
            .position(|(shown, m)| shown == scenario || m.name == scenario)
            .ok_or_else(|| ("is not a scenario of the manifest", scenario.to_owned()))?;
        let month = self.positions[member]
            .get(month)
            .ok_or_else(|| ("is not a month of the scenario's horizon", month.to_owned()))?;
        Ok((member, *month))
    }
}

fn members(manifest: &Manifest, path: &Path, problems: &mut Vec<Problem>) -> Vec<Member> {
    let shown = path.join(manifest::FILE_NAME).display().to_string();
    let mut members = Vec::new();
    for id in &manifest.scenarios {
        let resolved = manifest.levers.get(&id.name);
        let text = |value: Option<&serde_json::Value>| value.and_then(|v| v.as_str()).map(str::to_owned);
        let date = |end: &str| {
            let horizon = resolved.and_then(|r| r.get("horizon")).and_then(|h| h.get(end));
            text(horizon).and_then(|t| t.parse::<NaiveDate>().ok())
        };
        match (date("from"), date("until")) {
            (Some(from), Some(until)) if from <= until => members.push(Member {
                name: id.name.clone(),
                title: text(resolved.and_then(|r| r.get("title"))).unwrap_or_else(|| id.name.clone()),
                hash: id.hash.clone(),
                horizon: Span { from, until },
            }),
            _ => problems.push(
                Problem::new(&*shown, "has no sound horizon for a scenario")
                    .with_key(format!("levers.{}.horizon", id.name))
                    .with_allowed("from and until as dates")
                    .with_hint("run the scenario again"),
            ),
        }
    }
    if manifest.scenarios.is_empty() {
        problems.push(Problem::new(&*shown, "lists no scenario").with_key("scenarios"));
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_cut_short_are_not_whole() {
        let d = |s: &str| s.parse().unwrap();
        let member = |from: &str, until: &str| Member {
            name: "a".into(),
            title: "a".into(),
            hash: "h".into(),
            horizon: Span { from: d(from), until: d(until) },
        };
        assert_eq!(member("2025-01-01", "2025-03-31").whole_months(), 0..3);
        assert_eq!(member("2025-01-02", "2025-03-30").whole_months(), 1..2);
        assert!(member("2025-01-02", "2025-01-30").whole_months().is_empty());
        assert!(member("2025-01-02", "2025-02-27").whole_months().is_empty());
    }
}
