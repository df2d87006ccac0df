//! The nearest valid name to what was typed.

/// The candidate that looks most like `typed`; `None` where none looks alike.
///
/// Case, underscores, hyphens, spaces and dots are compared mildly, so that `Crisis_ven` finds `crisis.VEN`;
/// a long name is cut short, since it is like none.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: String = typed.chars().take(80).collect();
    let wanted = plain(&typed);
    candidates
        .into_iter()
        .map(|candidate| {
            let alike = strsim::normalized_damerau_levenshtein(&wanted, &plain(candidate));
            // The exact spelling breaks ties between names that differ in separators only.
            (alike + 0.001 * strsim::normalized_damerau_levenshtein(&typed, candidate), candidate)
        })
        .filter(|(alike, _)| *alike >= 0.5)
        .fold(None, |best: Option<(f64, &str)>, next| match best {
            Some(b) if b.0 >= next.0 => Some(b),
            _ => Some(next),
        })
        .map(|(_, candidate)| candidate)
}

/// Lower case with one kind of separator.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| if matches!(c, '_' | '-' | ' ' | '/') { '.' } else { c.to_ascii_lowercase() })
        .collect()
}
