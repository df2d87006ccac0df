//! The language of texts for people, as a flag.

pub use crate::lang::Lang;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Reads a language.
pub fn parser() -> impl TypedValueParser<Value = Lang> {
    let names = [PossibleValue::new("en").help("English"), PossibleValue::new("es").help("Spanish")];
    PossibleValuesParser::new(names).map(|code| Lang::of(&code).unwrap_or_default())
}
