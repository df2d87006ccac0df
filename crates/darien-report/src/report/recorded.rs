//! The runs of a folder, read back from `monthly.csv` in one pass.

use super::folder::Folder;
use super::sheet::invalid;
use crate::chart::Event;
use crate::error::Result;
use crate::figures::Ensemble;
use crate::lang::Lang;
use crate::results::{Member, SeriesRuns};
use crate::table::SeriesKey;
use crate::units::Month;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;

/// Outcomes of which single nationalities are kept too.
const BY_NATIONALITY: [&str; 2] = ["entries", "entries_recorded"];

/// The runs of all scenarios of a folder.
#[derive(Debug)]
pub struct Recorded {
    members: Vec<Member>,
    runs: usize,
    /// By scenario and series: values, month fastest, run by run.
    values: Vec<BTreeMap<SeriesKey, Vec<f64>>>,
}

impl Recorded {
    /// Reads `monthly.csv` of a folder.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] for a row that does not read, with its line.
    pub fn read(folder: &Folder, lang: Lang) -> Result<Self> {
        let path = folder.path.join("monthly.csv");
        let file = path.display().to_string();
        let members = members(folder, lang)?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(true)
            .from_path(&path)
            .map_err(|e| invalid(&file, 0, "cannot be opened", &e.to_string()))?;
        let header = reader.headers().map_err(|e| invalid(&file, 1, "is not a table", &e.to_string()))?;
        let expected = ["scenario", "run", "month", "outcome", "place", "nationality", "value"];
        if header.iter().ne(expected) {
            let found = header.iter().collect::<Vec<_>>().join(",");
            return Err(invalid(&file, 1, &format!("must have the columns {}", expected.join(",")), &found));
        }
        let mut this = Self { values: vec![BTreeMap::new(); members.len()], members, runs: 0 };
        let mut positions: BTreeMap<u64, usize> = BTreeMap::new();
        let mut record = csv::StringRecord::new();
        // Rows of one series follow each other, so that the key is looked up once.
        while reader.read_record(&mut record).map_err(|e| {
            let line = e.position().map_or(0, |p| p.line() as usize);
            invalid(&file, line, "is not a table", &e.to_string())
        })? {
            let line = record.position().map_or(0, |p| p.line() as usize);
            let (outcome, nationality) = (&record[3], &record[5]);
            let bad = |what: &str, found: &str| invalid(&file, line, what, found);
            let member = this
                .members
                .iter()
                .position(|m| m.name == record[0])
                .ok_or_else(|| bad("names a scenario that the manifest does not", &record[0]))?;
            let run: u64 = record[1].parse().map_err(|_| bad("is no number of a run", &record[1]))?;
            let month: Month = record[2].parse().map_err(|_| bad("is no month", &record[2]))?;
            let value: f64 = record[6]
                .parse()
                .ok()
                .filter(|v: &f64| v.is_finite())
                .ok_or_else(|| bad("is not a number", &record[6]))?;
            let m = &this.members[member];
            let at = usize::try_from(month.since(m.from))
                .ok()
                .filter(|&at| at < m.months)
                .ok_or_else(|| bad("lies outside the horizon of the scenario", &record[2]))?;
            // Every row is read, so that a fault is found wherever it is; of single nationalities few are kept.
            if nationality != "ALL" && !BY_NATIONALITY.contains(&outcome) {
                continue;
            }
            let next = positions.len();
            let position = *positions.entry(run).or_insert(next);
            let months = m.months;
            let row =
                this.values[member].entry(SeriesKey::new(outcome, &record[4], nationality)).or_default();
            if row.len() < (position + 1) * months {
                row.resize((position + 1) * months, 0.0);
            }
            row[position * months + at] = value;
        }
        this.runs = positions.len();
        if this.runs == 0 {
            return Err(invalid(&file, 0, "holds no run", "no row"));
        }
        for (values, m) in this.values.iter_mut().zip(&this.members) {
            for row in values.values_mut() {
                row.resize(this.runs * m.months, 0.0);
            }
        }
        Ok(this)
    }

    /// The places of an outcome, totals over nationalities only.
    fn places(&self, member: usize, outcome: &str) -> Vec<SeriesKey> {
        let all = |key: &&SeriesKey| key.outcome == outcome && key.nationality == "ALL";
        self.values[member].keys().filter(all).cloned().collect()
    }

    /// The monthly values of an outcome, summed over all its places or at one, a row a run; empty where there is none.
    pub fn outcome(&self, member: usize, outcome: &str, place: Option<&str>) -> SeriesRuns {
        let keys = match place {
            Some(place) => vec![SeriesKey::new(outcome, place, "ALL")],
            None => self.places(member, outcome),
        };
        let months = self.members[member].months;
        let rows: Vec<&Vec<f64>> = keys.iter().filter_map(|key| self.values[member].get(key)).collect();
        if rows.is_empty() || months == 0 {
            return Vec::new();
        }
        (0..self.runs)
            .map(|run| (0..months).map(|m| rows.iter().map(|r| r[run * months + m]).sum()).collect())
            .collect()
    }
}

impl Ensemble for Recorded {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn runs(&self) -> u64 {
        self.runs as u64
    }

    fn series(&self, member: usize, key: &SeriesKey) -> Result<SeriesRuns> {
        let months = self.members[member].months;
        Ok(self.values[member]
            .get(key)
            .filter(|_| months > 0)
            .map_or_else(Vec::new, |row| row.chunks_exact(months).map(<[f64]>::to_vec).collect()))
    }
}

/// The scenarios of a folder with their horizons.
fn members(folder: &Folder, lang: Lang) -> Result<Vec<Member>> {
    let file = folder.path.join("manifest.json").display().to_string();
    folder
        .manifest
        .scenarios
        .iter()
        .map(|s| {
            let days = days(folder, &s.name)
                .ok_or_else(|| invalid(&file, 0, "gives no horizon for a scenario", &s.name))?;
            let (from, last) = (Month::of(days.0), Month::of(days.1));
            Ok(Member {
                name: s.name.clone(),
                title: folder.title(&s.name, lang).to_owned(),
                hash: s.hash.clone(),
                from,
                months: usize::try_from(last.since(from) + 1).unwrap_or(0).min(1200),
                offset: 0,
                days,
                events: events(folder, &s.name, lang),
                assumes: folder.assumes(&s.name),
            })
        })
        .collect()
}

/// First and last month of a scenario, from the manifest.
pub fn horizon(folder: &Folder, scenario: &str) -> Option<(Month, Month)> {
    days(folder, scenario).map(|(from, until)| (Month::of(from), Month::of(until)))
}

/// First and last day of a scenario, from the manifest.
fn days(folder: &Folder, scenario: &str) -> Option<(NaiveDate, NaiveDate)> {
    let horizon = folder.scenario(scenario)?.get("horizon")?;
    let day = |key: &str| horizon.get(key).and_then(Value::as_str)?.parse::<NaiveDate>().ok();
    Some((day("from")?, day("until")?)).filter(|(a, b)| a <= b)
}

/// The announcements of a scenario, from the manifest, titled in a language.
fn events(folder: &Folder, scenario: &str, lang: Lang) -> Vec<Event> {
    let listed = folder.scenario(scenario).and_then(|s| s.get("announcements")?.as_array());
    let event = |a: &Value| {
        let text = |key: &str| a.get(key).and_then(Value::as_str).unwrap_or_default();
        let label = lang.pick(text("title"), text("title_es")).to_owned();
        text("date").parse().ok().filter(|_| !label.is_empty()).map(|date| Event { date, label })
    };
    listed.into_iter().flatten().filter_map(event).collect()
}
