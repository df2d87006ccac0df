//! The language of texts for people, as a flag.

pub use crate::lang::Lang;

impl clap::ValueEnum for Lang {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::En, Self::Es]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::En => clap::builder::PossibleValue::new("en").help("English"),
            Self::Es => clap::builder::PossibleValue::new("es").help("Spanish"),
        })
    }
}
