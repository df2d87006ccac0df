//! What the coordinates of a design mean: uncertain parameters over their distribution, and levers over a range.

use crate::error::{Error, Problem, Result};
use crate::model::Innovations;
use crate::registry::levers::{self, Kind};
use crate::registry::nearest;
use crate::registry::parameters::{ALL, PARAMETERS, Parameter, ParameterSet};
use crate::summary::{quantile, sorted};
use crate::{Draw, Draws};
use std::sync::Arc;

/// A lever that is varied uniformly from a lowest to a highest value, from the first day of the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct LeverRange {
    /// Key as it is typed.
    pub key: String,
    /// Unit.
    pub unit: String,
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
}

/// One coordinate.
#[derive(Debug, Clone, PartialEq)]
pub enum Factor {
    /// An uncertain parameter.
    Parameter(Parameter),
    /// A lever.
    Lever(LeverRange),
}

impl Factor {
    /// Name as it is typed.
    pub fn name(&self) -> &str {
        match self {
            Self::Parameter(p) => p.definition().definition.name,
            Self::Lever(l) => &l.key,
        }
    }

    /// Unit.
    pub fn unit(&self) -> &str {
        match self {
            Self::Parameter(p) => p.definition().definition.unit,
            Self::Lever(l) => &l.unit,
        }
    }
}

/// The space of assumptions: coordinates, their distributions, and the base at which a coordinate that is not moved
/// stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// The coordinates.
    pub factors: Vec<Factor>,
    base: ParameterSet,
    /// Sorted values of each parameter over the posterior; empty for the prior.
    members: Vec<Vec<f64>>,
    innovations: Arc<Innovations>,
}

impl Space {
    /// Parameters and levers over the distributions that `draws` names.
    ///
    /// Under the prior the base is the default of every parameter. Under a posterior each parameter is spread as over
    /// the members, one independent of the other (variance-based indices ask for that; what the members say of
    /// correlations is lost), the base is the median, and the shocks that data have revealed are those of the first
    /// member.
    ///
    /// # Errors
    ///
    /// If nothing is varied, or `draws` has no spread.
    pub fn new(draws: &Draws, parameters: &[Parameter], levers: Vec<LeverRange>) -> Result<Self> {
        let factors: Vec<Factor> = parameters
            .iter()
            .copied()
            .map(Factor::Parameter)
            .chain(levers.into_iter().map(Factor::Lever))
            .collect();
        if factors.is_empty() {
            return Err(Error::Usage(
                "nothing is varied: name parameters with `--parameters` or levers with `--levers`".into(),
            ));
        }
        let mut space = Self {
            factors,
            base: ParameterSet::defaults(),
            members: Vec::new(),
            innovations: Arc::new(Innovations::default()),
        };
        match draws {
            Draws::Prior(_) => {}
            _ if draws.members().len() > 1 => {
                let members = draws.members();
                let column = |i: usize| members.iter().map(|m| m.parameters.values()[i]).collect();
                space.members = (0..PARAMETERS.len()).map(|i| sorted(column(i))).collect();
                space.innovations = Arc::clone(&members[0].innovations);
                for (p, values) in ALL.iter().zip(&space.members) {
                    space.base.set(*p, quantile(values, 0.5));
                }
            }
            _ if parameters.is_empty() => {}
            _ => {
                return Err(Error::Usage(
                    "these draws give every parameter one value, and no spread of which to say what matters; \
                     take `--draws prior`"
                        .into(),
                ));
            }
        }
        Ok(space)
    }

    /// The value of a coordinate at a share of its distribution (0 to 1).
    pub fn value(&self, factor: usize, share: f64) -> f64 {
        match &self.factors[factor] {
            Factor::Parameter(p) => match self.members.get(*p as usize) {
                Some(values) => quantile(values, share),
                None => p.definition().quantile(share),
            },
            Factor::Lever(l) => l.low + share * (l.high - l.low),
        }
    }

    /// The value of a coordinate that is not moved; NaN for a lever, which then is as the scenario has it.
    pub fn base(&self, factor: usize) -> f64 {
        match &self.factors[factor] {
            Factor::Parameter(p) => self.base[*p],
            Factor::Lever(_) => f64::NAN,
        }
    }

    /// The parameters at a point; a coordinate that is NaN stays at the base.
    pub fn draw(&self, point: &[f64]) -> Draw {
        let mut parameters = self.base.clone();
        for (i, (factor, share)) in self.factors.iter().zip(point).enumerate() {
            if let Factor::Parameter(p) = factor
                && !share.is_nan()
            {
                parameters.set(*p, self.value(i, *share));
            }
        }
        Draw { parameters, innovations: Arc::clone(&self.innovations) }
    }

    /// The `key=value` changes of levers at a point.
    pub fn sets(&self, point: &[f64]) -> Vec<String> {
        let moved = self.factors.iter().zip(point).enumerate().filter(|(_, (_, share))| !share.is_nan());
        moved
            .filter_map(|(i, (factor, share))| match factor {
                Factor::Lever(l) => Some(format!("{}={}", l.key, self.value(i, *share))),
                Factor::Parameter(_) => None,
            })
            .collect()
    }

    /// Whether a lever is varied.
    pub fn has_levers(&self) -> bool {
        self.factors.iter().any(|f| matches!(f, Factor::Lever(_)))
    }
}

/// The parameters that patterns name: a name, the beginning of names up to a point (`intent`, `intent.base`), `all` or
/// `none`; in the order of the registry, each once.
///
/// # Errors
///
/// Every pattern that names nothing.
pub fn parameters(patterns: &[String]) -> Result<Vec<Parameter>> {
    let name = |p: &Parameter| p.definition().definition.name;
    let fits = |pattern: &str, p: &Parameter| {
        pattern == "all"
            || name(p) == pattern
            || name(p).strip_prefix(pattern).is_some_and(|r| r.starts_with('.'))
    };
    let mut problems = Vec::new();
    for pattern in patterns.iter().filter(|p| *p != "none") {
        if !ALL.iter().any(|p| fits(pattern, p)) {
            let hint = nearest(pattern, ALL.iter().map(name)).map_or_else(
                || "`darien explain parameters` lists them".into(),
                |n| format!("did you mean `{n}`?"),
            );
            problems
                .push(Problem::new("--parameters", "is no parameter").with_found(pattern).with_hint(hint));
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(ALL.iter().copied().filter(|p| patterns.iter().any(|pattern| fits(pattern, p))).collect())
}

/// The levers that are typed as `KEY` (its range within the evidence) or `KEY=LOW..HIGH`.
///
/// # Errors
///
/// Every key that is no lever or no number, and every range that is none or leaves the evidence.
pub fn lever_ranges(typed: &[String]) -> Result<Vec<LeverRange>> {
    let mut problems = Vec::new();
    let mut ranges: Vec<LeverRange> = Vec::new();
    for text in typed {
        match lever_range(text) {
            Ok(range) if ranges.iter().any(|r| r.key == range.key) => {
                problems.push(Problem::new("--levers", "is named twice").with_key(range.key));
            }
            Ok(range) => ranges.push(range),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(ranges) } else { Err(Error::Invalid(problems)) }
}

fn lever_range(text: &str) -> std::result::Result<LeverRange, Box<Problem>> {
    let (key, range) = text.split_once('=').map_or((text, None), |(k, r)| (k, Some(r)));
    let problem = |message: &str| Problem::new("--levers", message).with_key(key);
    let Some(lever) = levers::find(key) else {
        let hint = levers::nearest(key)
            .map_or_else(|| "`darien explain levers` lists them".into(), |n| format!("did you mean `{n}`?"));
        return Err(Box::new(problem("is no lever").with_hint(hint)));
    };
    if lever.family.kind != Kind::Number {
        return Err(Box::new(
            problem("is not a number, and cannot be varied")
                .with_hint("compare scenarios that set it instead"),
        ));
    }
    let (least, most) = lever.range(false);
    let allowed = format!("two numbers from {least} to {most} {}, the smaller first", lever.family.unit);
    let mut ends = (least, most);
    if let Some(typed) = range {
        let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite());
        let pair = typed.split_once("..").and_then(|(a, b)| Some((number(a)?, number(b)?)));
        let Some((low, high)) = pair.filter(|(a, b)| a < b && *a >= least && *b <= most) else {
            return Err(Box::new(
                problem("has no such range")
                    .with_found(typed)
                    .with_allowed(allowed)
                    .with_hint(format!("write e.g. `{key}={least}..{most}`")),
            ));
        };
        ends = (low, high);
    }
    Ok(LeverRange { key: key.into(), unit: lever.family.unit.into(), low: ends.0, high: ends.1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Seed;

    #[test]
    fn patterns_name_parameters() {
        let named = |p: &[&str]| parameters(&p.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(named(&["all"]).unwrap().len(), ALL.len());
        assert_eq!(named(&["none"]).unwrap(), []);
        let base = named(&["intent.base"]).unwrap();
        assert!(base.len() == 14 && base[0] == Parameter::IntentVen);
        assert_eq!(named(&["route.scale", "route"]).unwrap().len(), named(&["route"]).unwrap().len());
        let Err(Error::Invalid(problems)) = named(&["rout.scale", "inten"]) else { panic!() };
        assert_eq!(problems.len(), 2);
        assert!(problems[0].hint.contains("route.scale"));
    }

    #[test]
    fn lever_ranges_are_read_and_refused() {
        let read = |t: &[&str]| lever_ranges(&t.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        let good = read(&["crisis.VEN=0.4..0.9", "enforcement.darien"]).unwrap();
        assert_eq!((good[0].low, good[0].high, good[1].low, good[1].high), (0.4, 0.9, 0.0, 1.0));
        let bad = [
            "crisis.ven",
            "crisis.VEN=0.9..0.4",
            "crisis.VEN=x",
            "crisis.VEN=0..7",
            "flights.panama.accepts",
        ];
        let Err(Error::Invalid(problems)) = read(&bad) else { panic!() };
        assert_eq!(problems.len(), bad.len());
        assert!(read(&["crisis.VEN", "crisis.VEN=0..1"]).is_err());
    }

    #[test]
    fn points_become_parameters_and_levers() {
        let levers = lever_ranges(&["crisis.VEN=0.4..0.8".to_owned()]).unwrap();
        let space = Space::new(&Draws::Prior(Seed::new(1)), &[Parameter::BeliefPower], levers).unwrap();
        let still = space.draw(&[f64::NAN, f64::NAN]);
        assert_eq!(still.parameters, ParameterSet::defaults());
        assert!(space.sets(&[0.5, f64::NAN]).is_empty());
        let moved = space.draw(&[0.5, 0.5]);
        assert!((moved.parameters[Parameter::BeliefPower] - 3.25).abs() < 1e-12);
        assert_eq!(space.sets(&[f64::NAN, 0.5]), ["crisis.VEN=0.6000000000000001"]);
        assert!(Space::new(&Draws::Defaults, &[Parameter::BeliefPower], Vec::new()).is_err());
        assert!(Space::new(&Draws::Prior(Seed::new(1)), &[], Vec::new()).is_err());
    }

    #[test]
    fn a_posterior_gives_its_own_spread() {
        let prior = Draws::Prior(Seed::new(4));
        let members: Vec<Draw> = (0..9).map(|i| prior.draw(i)).collect();
        let values = sorted(members.iter().map(|m| m.parameters[Parameter::RouteScale]).collect());
        let space =
            Space::new(&Draws::Points(Arc::new(members)), &[Parameter::RouteScale], Vec::new()).unwrap();
        assert_eq!((space.value(0, 0.0), space.value(0, 1.0)), (values[0], values[8]));
        assert_eq!(space.base(0), values[4]);
    }
}
