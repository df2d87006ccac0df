//! The uncertain assumptions of the corridor model: unit, prior, source and meaning of each, in one table.
//!
//! Parameters are not levers. They are drawn from their prior or from a calibrated posterior, and results say
//! how much of their spread comes from them. `assumed` marks a range without a published figure.

use super::Definition;

/// Distribution from which a parameter is drawn before any data is seen.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prior {
    /// Uniform on the range.
    Uniform,
    /// Uniform in the logarithm; the range must be positive.
    LogUniform,
}

/// A parameter: its definition and its prior.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct ParameterDefinition {
    /// Name, unit, range of the prior, default, source, meaning.
    #[serde(flatten)]
    pub definition: Definition,
    /// Shape of the prior on its range.
    pub prior: Prior,
}

impl ParameterDefinition {
    /// The value at the share `u` (0 to 1) of the prior: its inverse distribution function.
    pub fn quantile(&self, u: f64) -> f64 {
        let (low, high) = (self.definition.low, self.definition.high);
        match self.prior {
            Prior::Uniform => low + u * (high - low),
            Prior::LogUniform => (low.ln() + u * (high.ln() - low.ln())).exp(),
        }
    }

    /// The share of the prior below `value`, clamped to 0–1: the inverse of [`Self::quantile`].
    pub fn share(&self, value: f64) -> f64 {
        let (low, high) = (self.definition.low, self.definition.high);
        let linear = |v: f64, l: f64, h: f64| if h > l { ((v - l) / (h - l)).clamp(0.0, 1.0) } else { 0.5 };
        match self.prior {
            Prior::Uniform => linear(value, low, high),
            Prior::LogUniform => linear(value.max(f64::MIN_POSITIVE).ln(), low.ln(), high.ln()),
        }
    }
}

macro_rules! parameters {
    ($( $variant:ident = $name:literal, $unit:literal, $prior:ident($low:expr, $high:expr), $default:expr,
        $source:literal, $en:literal, $es:literal; )*) => {
        /// A parameter of the corridor model; its table entry is [`Parameter::definition`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Parameter { $( #[doc = $en] $variant, )* }

        /// The table of parameters, in the order of [`Parameter`].
        pub static PARAMETERS: &[ParameterDefinition] = &[ $( ParameterDefinition {
            definition: Definition { name: $name, unit: $unit, low: $low, high: $high, default: $default,
                source: $source, en: $en, es: $es },
            prior: Prior::$prior,
        }, )* ];

        /// All parameters in order.
        pub const ALL: &[Parameter] = &[ $( Parameter::$variant, )* ];
    };
}

include!("parameters_table.rs");

impl Parameter {
    /// Name, unit, prior, source and meaning.
    pub fn definition(self) -> &'static ParameterDefinition {
        &PARAMETERS[self as usize]
    }

    /// The parameter of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|p| p.definition().definition.name == name)
    }
}

/// A value for every parameter: one point of the space of assumptions.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSet(Vec<f64>);

impl ParameterSet {
    /// The default of every parameter.
    pub fn defaults() -> Self {
        Self(PARAMETERS.iter().map(|p| p.definition.default).collect())
    }

    /// The prior at a point of the unit cube; missing coordinates keep the default.
    pub fn from_shares(shares: &[f64]) -> Self {
        let mut set = Self::defaults();
        for (value, (p, &u)) in set.0.iter_mut().zip(PARAMETERS.iter().zip(shares)) {
            *value = p.quantile(u);
        }
        set
    }

    /// The value of a parameter.
    pub fn get(&self, parameter: Parameter) -> f64 {
        self.0[parameter as usize]
    }

    /// Sets the value of a parameter.
    pub fn set(&mut self, parameter: Parameter, value: f64) {
        self.0[parameter as usize] = value;
    }

    /// All values in the order of [`PARAMETERS`].
    pub fn values(&self) -> &[f64] {
        &self.0
    }
}

impl std::ops::Index<Parameter> for ParameterSet {
    type Output = f64;

    fn index(&self, parameter: Parameter) -> &f64 {
        &self.0[parameter as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_defaults_lie_in_the_prior() {
        for (i, p) in PARAMETERS.iter().enumerate() {
            let d = p.definition;
            assert!(PARAMETERS[..i].iter().all(|q| q.definition.name != d.name), "{}", d.name);
            assert!(d.low < d.high && (d.low..=d.high).contains(&d.default), "{}", d.name);
            assert!(!d.source.is_empty() && !d.en.is_empty() && !d.es.is_empty(), "{}", d.name);
            assert!(p.prior != Prior::LogUniform || d.low > 0.0, "{}", d.name);
            for u in [0.0, 0.1, 0.5, 0.77, 1.0] {
                assert!((p.share(p.quantile(u)) - u).abs() < 1e-9, "{} at {u}", d.name);
            }
        }
    }
}
