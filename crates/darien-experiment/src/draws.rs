//! Where the uncertain assumptions of a run come from: the defaults, the prior, or a calibrated posterior.

use super::posterior::Posterior;
use crate::data;
use crate::error::{Error, Problem, Result};
use crate::model::Innovations;
use crate::random::{Decision, Seed, sample};
use crate::registry::NATIONALITIES;
use crate::registry::parameters::{ALL, PARAMETERS, Parameter, ParameterSet};
use crate::units::Month;
use crate::world::conditions::N;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One point of the space of assumptions, with the shocks that data have revealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// A value for every parameter.
    pub parameters: ParameterSet,
    /// Monthly shocks inferred from data; empty where none.
    pub innovations: Arc<Innovations>,
}

/// A source of draws; draw `i` is always the same.
///
/// ```
/// use darien_corridor::registry::parameters::Parameter;
/// use darien_engine::random::Seed;
/// use darien_experiment::Draws;
///
/// // Scenarios draw from the newest calibrated posterior that ships.
/// let posterior = Draws::shipped()?;
/// assert_eq!(posterior.draw(3), posterior.draw(3));
///
/// let name = Parameter::from_name("depart.belief_power").unwrap();
/// let prior = Draws::Prior(Seed::new(1));
/// assert_ne!(prior.draw(0).parameters[name], prior.draw(1).parameters[name]);
/// assert_eq!(Draws::Defaults.draw(0), Draws::Defaults.draw(1));
/// # Ok::<(), darien_base::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Draws {
    /// Every parameter at its default.
    Defaults,
    /// Independent draws from the prior.
    Prior(Seed),
    /// Members of a calibrated posterior, taken in turn.
    Posterior(Arc<Posterior>),
    /// Points of a design, taken in turn.
    Points(Arc<Vec<Draw>>),
}

impl Draws {
    /// Draw `index`.
    pub fn draw(&self, index: u64) -> Draw {
        match self {
            Self::Defaults => {
                Draw { parameters: ParameterSet::defaults(), innovations: Arc::new(Innovations::default()) }
            }
            Self::Prior(seed) => {
                let shares: Vec<f64> = (0..PARAMETERS.len() as u32)
                    .map(|p| {
                        sample::unit(
                            seed.words(Decision::Parameters, index as u32, (index >> 32) as u32, p)[0],
                        )
                    })
                    .collect();
                Draw {
                    parameters: ParameterSet::from_shares(&shares),
                    innovations: Arc::new(Innovations::default()),
                }
            }
            Self::Posterior(_) | Self::Points(_) => {
                let members = self.members();
                members[(index % members.len() as u64) as usize].clone()
            }
        }
    }

    /// The draws that are taken in turn; none where each index has one of its own.
    pub fn members(&self) -> &[Draw] {
        match self {
            Self::Defaults | Self::Prior(_) => &[],
            Self::Posterior(posterior) => &posterior.members,
            Self::Points(members) => members,
        }
    }

    /// The calibrated posterior that they are from, if they are.
    pub fn posterior(&self) -> Option<&Posterior> {
        if let Self::Posterior(posterior) = self { Some(posterior) } else { None }
    }

    /// Last month of which they know data: that of the posterior, or of the record where no posterior says.
    pub fn known_until(&self) -> Month {
        self.posterior().map_or_else(data::recorded_until, |posterior| posterior.data_until)
    }

    /// A number that two indices share if they give the same draw (every draw of the defaults is the same, but counts
    /// as its own: only chance differs).
    pub fn identity(&self, index: u64) -> u64 {
        match self {
            Self::Posterior(_) | Self::Points(_) => index % self.members().len().max(1) as u64,
            Self::Defaults | Self::Prior(_) => index,
        }
    }

    /// The draws that scenarios use by default: the newest posterior that ships.
    ///
    /// # Errors
    ///
    /// If it is damaged.
    pub fn shipped() -> Result<Self> {
        Ok(Self::Posterior(Arc::new(Posterior::newest()?)))
    }

    /// Short name for manifests and messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Defaults => "defaults",
            Self::Prior(_) => "prior",
            Self::Posterior(_) => "posterior",
            Self::Points(_) => "points",
        }
    }

    /// Writes members as [`parse_members`] reads them.
    pub fn format_posterior(members: &[Draw]) -> String {
        let months = members.first().map_or(0, |m| m.innovations.months.len());
        let mut titles: Vec<String> = PARAMETERS.iter().map(|p| p.definition.name.to_owned()).collect();
        for month in 0..months {
            titles.extend(NATIONALITIES.iter().map(|n| format!("shock.{month}.{}", n.code)));
        }
        let mut text = titles.join(",");
        text.push('\n');
        for m in members {
            let values = m.parameters.values().iter().chain(m.innovations.months.iter().flatten());
            text.push_str(&values.map(|v| format!("{v:.6}")).collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        text
    }
}

/// Reads the members of a posterior: a CSV table with a column per parameter and, for each month and nationality with an
/// inferred shock, a column `shock.<month position>.<nationality>`.
///
/// # Errors
///
/// Every unknown column, missing parameter and value that is not a finite number.
pub fn parse_members(name: &str, text: &str) -> Result<Vec<Draw>> {
    let mut problems = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(h) => h.clone(),
        Err(e) => return Err(Error::invalid(Problem::new(name, format!("cannot be read as CSV: {e}")))),
    };
    let mut columns = Vec::new();
    for (i, title) in header.iter().enumerate() {
        match column(title) {
            Some(c) => columns.push(c),
            None => problems.push(
                Problem::new(name, "is no parameter and no shock").at(1, i + 1).with_found(title.to_owned()),
            ),
        }
    }
    for p in ALL {
        if !columns.contains(&Column::Parameter(*p)) {
            problems.push(
                Problem::new(name, "has no column for a parameter").with_key(p.definition().definition.name),
            );
        }
    }
    if !problems.is_empty() {
        return Err(first(name, problems));
    }
    let mut members = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|e| Error::invalid(Problem::new(name, e.to_string()).at(row + 2, 1)))?;
        let mut parameters = ParameterSet::defaults();
        let mut shocks: BTreeMap<usize, [f64; N]> = BTreeMap::new();
        for (cell, column) in record.iter().zip(&columns) {
            let Some(value) = cell.parse::<f64>().ok().filter(|v| v.is_finite()) else {
                problems.push(
                    Problem::new(name, "is not a finite number").at(row + 2, 1).with_found(cell.to_owned()),
                );
                continue;
            };
            match column {
                Column::Parameter(p) => parameters.set(*p, value),
                Column::Shock(month, n) => shocks.entry(*month).or_insert([0.0; N])[*n] = value,
            }
        }
        let months = shocks.keys().last().map_or(0, |m| m + 1);
        let innovations = (0..months).map(|m| shocks.get(&m).copied().unwrap_or([0.0; N])).collect();
        members.push(Draw { parameters, innovations: Arc::new(Innovations::told(innovations)) });
    }
    if members.is_empty() && problems.is_empty() {
        problems.push(Problem::new(name, "has no rows"));
    }
    if problems.is_empty() { Ok(members) } else { Err(first(name, problems)) }
}

/// Problems of a table that are named one by one.
const NAMED: usize = 100;
/// Signs of a cell that are shown.
const SHOWN: usize = 60;

/// The first problems, with what was found cut to what fits on a line, and how many more there are.
fn first(name: &str, mut problems: Vec<Problem>) -> Error {
    let more = problems.len().saturating_sub(NAMED);
    problems.truncate(NAMED);
    for p in &mut problems {
        if p.found.chars().nth(SHOWN).is_some() {
            p.found = p.found.chars().take(SHOWN).chain("…".chars()).collect();
        }
    }
    if more > 0 {
        problems.push(Problem::new(name, format!("has {more} more problems")));
    }
    Error::Invalid(problems)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Column {
    Parameter(Parameter),
    Shock(usize, usize),
}

fn column(title: &str) -> Option<Column> {
    if let Some(p) = Parameter::from_name(title) {
        return Some(Column::Parameter(p));
    }
    let (month, code) = title.strip_prefix("shock.")?.split_once('.')?;
    let n = NATIONALITIES.iter().position(|n| n.code == code)?;
    month.parse().ok().filter(|&m: &usize| m < 1200).map(|m| Column::Shock(m, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posterior_survives_writing_and_reading() {
        let prior = Draws::Prior(Seed::new(4));
        let mut members: Vec<Draw> = (0..3).map(|i| prior.draw(i)).collect();
        for (i, m) in members.iter_mut().enumerate() {
            m.innovations = Arc::new(Innovations::told(vec![[i as f64 * 0.5; N], [-1.25; N]]));
        }
        let text = Draws::format_posterior(&members);
        let read = parse_members("x.csv", &text).unwrap();
        for (i, m) in members.iter().enumerate() {
            let back = &read[i];
            assert_eq!(back.innovations, m.innovations);
            for (a, b) in back.parameters.values().iter().zip(m.parameters.values()) {
                assert!((a - b).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn damage_is_reported_with_its_place() {
        let text = Draws::format_posterior(&[Draws::Defaults.draw(0)]);
        let broken = text.replace("route.scale", "rout.scale");
        assert!(matches!(parse_members("x", &broken), Err(Error::Invalid(p)) if p.len() == 2));
        let first = text.find('\n').unwrap_or(0) + 1;
        let nan = format!("{}NaN{}", &text[..first], &text[text[first..].find(',').unwrap_or(0) + first..]);
        assert!(matches!(parse_members("x", &nan), Err(Error::Invalid(p)) if p[0].line == 2));
        assert!(parse_members("x", "").is_err());
        let many = format!("{}\n{}", vec!["y".repeat(500); 5000].join(","), "1");
        let Err(Error::Invalid(told)) = parse_members("x", &many) else { panic!("must be refused") };
        assert!(
            told.len() == 101 && told[0].found.chars().count() == 61 && told[100].message.contains("more")
        );
    }
}
