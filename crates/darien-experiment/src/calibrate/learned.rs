//! What the data taught of each parameter.

use crate::draws::Draw;
use crate::registry::parameters::ALL;
use crate::study::{UNIDENTIFIED, score};
use crate::summary;

/// A parameter before and after the data.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Learned {
    /// Name.
    pub parameter: &'static str,
    /// Quantiles 0.05, 0.5 and 0.95 of the prior.
    pub prior: [f64; 3],
    /// The same of the posterior.
    pub posterior: [f64; 3],
    /// Standard deviation of the posterior over that of the prior, on the scale of scores: 1 means that nothing was learnt.
    pub width: f64,
    /// Why the data cannot identify it; none where it was learnt from them.
    pub kept: Option<&'static str>,
}

/// What was learnt of each parameter.
pub fn learned(members: &[Draw]) -> Vec<Learned> {
    ALL.iter()
        .map(|&p| {
            let d = p.definition();
            let values = summary::sorted(members.iter().map(|m| m.parameters[p]).collect());
            let scores: Vec<f64> = values.iter().map(|v| score(p, *v)).collect();
            let at = |q: f64| summary::quantile(&values, q);
            Learned {
                parameter: d.definition.name,
                prior: [d.quantile(0.05), d.quantile(0.5), d.quantile(0.95)],
                posterior: [at(0.05), at(0.5), at(0.95)],
                width: summary::deviation(&scores),
                kept: UNIDENTIFIED.iter().find(|(u, _)| *u == p).map(|(_, why)| *why),
            }
        })
        .collect()
}
