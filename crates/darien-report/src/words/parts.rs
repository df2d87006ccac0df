//! Sentences from templates: the gaps of a template are filled with parts, of which some carry the statement.

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Plain text.
    Text(String),
    /// A word that carries the statement, set in bold.
    Strong(String),
}

/// Fills the gaps of a template (`{name}`) with parts; a gap without a part stays as it is.
pub fn fill(template: &str, values: &[(&str, Part)]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        parts.push(Part::Text(before.to_owned()));
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, part)) => parts.push(part.clone()),
            None => parts.push(Part::Text(format!("{{{name}}}"))),
        }
        rest = tail;
    }
    parts.push(Part::Text(rest.to_owned()));
    parts
}

/// Parts as plain text.
pub fn plain(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|p| match p {
            Part::Text(t) | Part::Strong(t) => t.as_str(),
        })
        .collect()
}

/// Shorthand for a plain part.
pub fn t(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}

/// A word that carries a statement.
pub fn strong(text: impl Into<String>) -> Part {
    Part::Strong(text.into())
}

/// Fills the gaps of a template and gives plain text; values are never read as templates.
pub fn fill_text(template: &str, values: &[(&str, &str)]) -> String {
    let parts: Vec<(&str, Part)> = values.iter().map(|(k, v)| (*k, t(*v))).collect();
    plain(&fill(template, &parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_and_values_are_not_templates() {
        let parts = fill("{a} is {b}, {c}", &[("a", t("{b}")), ("b", Part::Strong("x".into()))]);
        assert_eq!(plain(&parts), "{b} is x, {c}");
    }
}
