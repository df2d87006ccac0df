//! What a fit found, what a later one builds on, and what several found together.

use super::{ShockLaw, columns, matrix};
use crate::draws::Draw;
use crate::world::conditions::N;
use nalgebra::DMatrix;

/// A finished calibration.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// Minus the log of the posterior density of the first peak, up to a constant; nothing where no search was made.
    pub loss: f64,
    /// Scores of the fitted parameters where each search ended, the most likely first.
    pub peaks: Vec<Vec<f64>>,
    /// What the first predicts without shocks; empty for a fit that follows an earlier one.
    pub at_best: Vec<f64>,
    /// What shocks are like; of several searches, in the most likely.
    pub law: ShockLaw,
    /// Members of the posterior: those that pass near the record.
    pub members: Vec<Draw>,
    /// Which of all that were tried they are.
    pub accepted: Vec<usize>,
    /// Shocks by month and nationality of all that were tried, accepted or not, as all that follows.
    pub paths: Vec<Vec<[f64; N]>>,
    /// Scores of the fitted parameters: a row a parameter, a column a member.
    pub scores: DMatrix<f64>,
    /// What each member predicts of the target, its shocks included: a row a datum, a column a member.
    pub predicted: DMatrix<f64>,
    /// The same without shocks: what mechanisms alone tell.
    pub calm: DMatrix<f64>,
}

/// What a fit to later months builds on.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Known {
    /// Scores of the fitted parameters where the search ended, the most likely first.
    pub peaks: Vec<Vec<f64>>,
    /// What shocks are like.
    pub law: ShockLaw,
    /// Scores of the fitted parameters, a list a member.
    pub scores: Vec<Vec<f64>>,
    /// Shocks by month and nationality, a path a member.
    pub paths: Vec<Vec<[f64; N]>>,
}

impl Calibrated {
    /// What a fit to later months builds on.
    pub fn known(&self) -> Known {
        Known {
            peaks: self.peaks.clone(),
            law: self.law,
            scores: columns(&self.scores),
            paths: self.paths.clone(),
        }
    }

    /// What several searches found of the same data, the most likely first; accepted members are taken from each in turn.
    /// `None` of none.
    pub fn joined(mut searches: Vec<Self>) -> Option<Self> {
        searches.sort_by(|a, b| a.loss.total_cmp(&b.loss));
        let before: Vec<usize> =
            searches.iter().scan(0, |sum, s| Some(std::mem::replace(sum, *sum + s.paths.len()))).collect();
        let longest = searches.iter().map(|s| s.members.len()).max()?;
        let there = |&(s, m): &(usize, usize)| m < searches[s].members.len();
        let turns = (0..longest).flat_map(|m| (0..searches.len()).map(move |s| (s, m))).filter(there);
        let (accepted, members) =
            turns.map(|(s, m)| (before[s] + searches[s].accepted[m], searches[s].members[m].clone())).unzip();
        let side_by_side = |of: fn(&Self) -> &DMatrix<f64>| {
            matrix(&searches.iter().flat_map(|s| columns(of(s))).collect::<Vec<_>>())
        };
        let (scores, predicted) = (side_by_side(|s| &s.scores), side_by_side(|s| &s.predicted));
        let calm = side_by_side(|s| &s.calm);
        let paths = searches.iter().flat_map(|s| s.paths.iter().cloned()).collect();
        let peaks = searches.iter().flat_map(|s| s.peaks.iter().cloned()).collect();
        let likeliest = searches.into_iter().next()?;
        Some(Self { peaks, members, accepted, paths, scores, predicted, calm, ..likeliest })
    }
}
