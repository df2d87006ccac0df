//! How well the model has done so far, in one line, from the shipped backtest.

/// The line that projections carry; empty as long as no backtest ships.
pub fn line(spanish: bool) -> String {
    if spanish {
        "sin evaluación retrospectiva".into()
    } else {
        "unscored: no backtest ships with this version".into()
    }
}
